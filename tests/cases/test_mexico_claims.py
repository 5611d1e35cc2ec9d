"""The claims of the Mexico case: each has its card, each can come out either way, and probes are what they say."""

from functools import cache
from itertools import chain, combinations

import pytest

from crossroads.case.clauses import list_clauses, list_named, list_terms
from crossroads.case.files import load
from crossroads.case.records import Case, by_id
from crossroads.sampling.futures import sample
from crossroads.search.nulls import list_beside, list_nulls, pick_options
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.models import load_model

IDS = ("S1", "S2", "S3", "S4", "S5a", "S5b", *(f"S{n}" for n in range(6, 21)), "P1")
UNTESTED = ("S4", "S13", "S16", "S17", "S18")
FORCE = ("unilateral_limited", "unilateral_sustained", "joint_by_consent", "force_by_invitation", "mexican_surge")
MOST = 550_000
"""Runs around claims that a whole weighing has time for: half a minute on two processors."""


@cache
def mexico() -> Case:
    return load("mexico")


def claim(name):
    return by_id(mexico().claims)[name]


def clauses(name):
    return [clause for part in claim(name).parts for clause, _ in list_clauses(part.holds)]


def designs():
    return by_id([*mexico().options, *mexico().probes])


def levers(name):
    """Lever to its value and the time of its step, the baseline where no step sets it."""
    option = designs()[name]
    own = {
        lever: (value, step.start_month, step.ramp_months) for step in option.steps for lever, value in step.set.items()
    }
    return {lever.id: own.get(lever.id, (lever.baseline,)) for lever in mexico().levers}


def differences(one, other):
    first, second = levers(one), levers(other)
    return {name for name in first if first[name] != second[name]}


def test_every_claim_of_the_source_has_its_card():
    assert tuple(one.id for one in mexico().claims) == IDS
    for one in mexico().claims:
        assert one.parts or one.compares or one.facts, one.id
        assert bool(one.parts) == (one.id not in UNTESTED), one.id


def test_every_empirical_claim_is_judged_again_without_what_drives_it():
    for one in mexico().claims:
        if one.kind.startswith("empirical"):
            assert any(part.null or part.without for part in one.parts), one.id
        for part in one.parts:
            assert bool(part.assumption) == bool(part.null or part.without), (one.id, part.id)


def test_what_is_law_definition_or_value_is_told_as_facts():
    for one in mexico().claims:
        if {"law", "definition", "value"} & set(one.kind.split(" and ")):
            assert one.facts, one.id


@pytest.mark.parametrize("name", ["S5a", "S5b", "S20"])
def test_force_in_general_is_named_in_each_of_its_forms(name):
    named = {option for clause in clauses(name) for option in list_named(clause.option)}
    assert named >= set(FORCE)


def test_short_term_gains_are_asked_of_each_outcome_after_6_and_12_months():
    asked = {(one.outcome, one.horizon) for one in clauses("S5a")}
    assert asked == {(outcome, horizon) for outcome in ("hold_index", "rents", "homicides") for horizon in ("m6", "y1")}


def test_dismantling_is_asked_at_three_sizes_and_of_other_options_too():
    sizes = {one.at_least for one in clauses("S5b") if one.outcome == "members_index" and one.at_least is not None}
    others = {option for one in clauses("S5b") if one.some for option in list_named(one.option)}
    assert sizes == {-25, -50, -75}
    assert others >= {"prevention_and_institutions", "guns_and_precursors", "adaptive_compact", "civilian_bundle"}


def test_relations_are_asked_after_1_5_and_10_years_for_worse_and_for_better():
    asked = {(one.outcome, one.horizon) for one in clauses("S12")}
    wanted = {(outcome, each) for outcome in ("cooperation", "value_added_lost") for each in ("y1", "y5", "y10")}
    assert asked >= wanted
    assert any(one.at_least and one.at_least > 0 for one in clauses("S12") if one.outcome == "cooperation")


def test_recruitment_is_asked_from_both_baselines_at_equal_dose_and_budget_sizes_and_structures():
    against = {one.against for one in clauses("P1")}
    nulls = [part.null for part in claim("P1").parts]
    assert against >= {"baseline", "start", "surge_equal_dose", "surge_at_budget"}
    assert {"starting_size": 40000.0} in nulls
    assert {"starting_size": 300000.0} in nulls
    assert any("recruitment" in null and "incapacitation" in null for null in nulls)


def test_probes_are_few_and_each_is_asked_for():
    used = {name for one in mexico().claims for compared in one.compares for name in compared.options}
    used |= {name for one in mexico().claims if one.orders for name in one.orders.designs.values()}
    for one in mexico().claims:
        for part in one.parts:
            for clause, _ in list_clauses(part.holds):
                used |= {*list_named(clause.option), clause.against, *(term.option for term in list_terms(clause))}
    probes = {probe.id for probe in mexico().probes}
    assert 0 < len(probes) <= 35
    assert probes <= used


def test_the_middle_design_is_turned_by_one_dial_at_a_time():
    turned = {}
    for compared in claim("S16").compares:
        first, *others = compared.options
        assert first == "middle_design"
        for other in others:
            (dial,) = differences(first, other)
            turned.setdefault(dial, []).append(other)
    dials = {lever.id for lever in mexico().levers if lever.kind == "dial"}
    assert set(turned) == dials
    assert all(len(ways) == (1 if dial == "authority" else 2) for dial, ways in turned.items())


def test_the_four_postures_differ_in_nothing_else():
    options = claim("S17").compares[0].options
    assert {levers(name)["posture"][0] for name in options} == {
        *("self_defence", "support_arrests", "defend_partners", "armed_conflict")
    }
    assert all(differences(options[0], other) <= {"posture"} for other in options)


def test_the_same_force_differs_in_consent_alone():
    assert differences("force_asked", "force_unasked") == {"consent_sought"}


def test_the_four_corners_differ_in_lead_and_consent_alone():
    corners = claim("S3").compares[0].options[1:]
    assert {(levers(name)["lead"][0], levers(name)["consent_sought"][0]) for name in corners} == {
        *(("us", "none"), ("us", "senate"), ("mexican", "none"), ("mexican", "senate"))
    }
    assert all(differences(corners[0], other) <= {"lead", "consent_sought"} for other in corners)


def test_each_design_of_the_orders_has_just_the_measures_that_it_joins():
    orders = claim("S15").orders
    alone = {"information": {"info_offer"}, "institutions": {"prevention", "training"}}
    alone["force"] = {"role", "troop_years", "posture", "planned_months", "lead", "authority", "consent_sought"}
    every = chain.from_iterable(combinations(orders.measures, size) for size in range(5))
    for joined in every:
        name = orders.designs["+".join(joined)]
        wanted = set().union(*(alone.get(measure, set()) for measure in joined))
        changed = differences("status_quo", name)
        asked = levers(name)["consent_sought"][0] if "force" in joined else "senate"
        assert changed == wanted, joined
        assert asked == ("senate" if "consent" in joined or "force" not in joined else "none"), joined


def test_no_probe_has_more_of_a_lever_than_some_lever_allows_and_none_is_called_a_proposal():
    ranges = by_id(mexico().levers)
    for probe in mexico().probes:
        assert not probe.tags, probe.id
        for step in probe.steps:
            for name, value in step.set.items():
                lever = ranges[name]
                assert value in lever.settings if lever.settings else lever.low <= value <= lever.high, (probe.id, name)


def test_what_claims_need_beside_the_options_is_affordable():
    case = mexico()
    pairs = int(build_inputs(pick_options(case, list_beside(case))).applicable.sum())
    for parts in list_nulls(case).values():
        needed = {name for _, part in parts for clause, _ in list_clauses(part.holds) for name in _name_options(clause)}
        pairs += int(build_inputs(pick_options(case, needed)).applicable.sum())
    assert pairs * case.sweeps.futures < MOST


def _name_options(clause):
    against = {clause.against} - {"baseline", "start", "zero"}
    return {*list_named(clause.option), *(term.option for term in list_terms(clause)), *against}


@pytest.mark.slow
def test_budget_and_dose_are_as_equal_as_they_say(tmp_path):
    case = mexico()
    extra = {"reading": "total", "headline": False, "mechanism": "groups", "unit": "people"}
    flows = [case.outcomes[0].model_copy(update={"id": name, **extra}) for name in ("recruits", "member_arrests")]
    names = ("with_institutions", "surge_at_budget", "half_budget_each", "surge_equal_dose")
    varied = pick_options(case, names).model_copy(update={"outcomes": (*case.outcomes, *flows)})
    futures = sample(case, 192)
    runs = simulate(varied, futures, tmp_path / "runs", model=load_model(case), series=0, audit=False)

    def average(outcome):
        means = (runs.values(outcome, "y10").fillna(0).mean("future") * runs.mix).sum("reaction")
        return means - means.sel(option="status_quo")

    cost = average("us_cost") + average("mexico_cost")
    spent = [float(cost.sel(option=name)) for name in names[:3]]
    assert spent == pytest.approx([spent[0]] * 3, rel=0.05)
    kept_out = -float(average("recruits").sel(option="with_institutions"))
    jailed = float(average("member_arrests").sel(option="surge_equal_dose"))
    assert kept_out == pytest.approx(1900, rel=0.15)
    assert jailed == pytest.approx(kept_out, rel=0.1)
