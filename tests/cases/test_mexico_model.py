"""The Mexico model: what each cause does, alone; what a mechanism does when it is switched off; nothing lost."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from crossroads.case.files import load
from crossroads.cases.mexico.model import MODEL
from crossroads.sampling.futures import sample
from crossroads.simulation import kernel, scalar
from crossroads.simulation.contract import Model
from crossroads.simulation.layout import build_inputs, count_history_weeks

pytestmark = pytest.mark.slow

CASE = load("mexico")
INPUTS = build_inputs(CASE)
WEEKS = 260
OUTCOMES = [(outcome.id, outcome.reading) for outcome in CASE.outcomes]
NAMES = [name for name, _ in OUTCOMES]
MARKS = np.array([52, WEEKS])


@cache
def spread(option: str, reaction: str, **changed: float) -> dict[str, float]:
    """Means over 64 futures that differ in their luck alone."""
    values = np.repeat(middle(**changed)[None, :], 64, axis=0)
    place = [INPUTS.options.index(option), INPUTS.reactions.index(reaction)]
    chosen = np.array([[future, *place] for future in range(64)])
    found = engine().project(values, engine().history(values), chosen, MARKS)[:, -1].mean(axis=0)
    return dict(zip(engine().outcomes, found.tolist(), strict=True))


@cache
def engine() -> kernel.Engine:
    return kernel.compile_model(MODEL, INPUTS, OUTCOMES, WEEKS, count_history_weeks(CASE), "float64")


def middle(**changed: float) -> np.ndarray:
    """One future: the median of every uncertainty, the first name of every choice, with some changed."""
    row = [float(record.distribution.quantile(0.5)) for record in CASE.uncertainties]
    for name in INPUTS.choices:
        row[INPUTS.uncertainties.index(name)] = 0.0
    for name, value in changed.items():
        row[INPUTS.uncertainties.index(name)] = value
    return np.array(row)


def run(option: str, reaction: str, **changed: float) -> dict[str, float]:
    """Outcomes after five years, cumulative or at the end."""
    values = middle(**changed)[None, :]
    chosen = np.array([[0, INPUTS.options.index(option), INPUTS.reactions.index(reaction)]])
    found = engine().project(values, engine().history(values), chosen, MARKS)
    return dict(zip(engine().outcomes, found[0, -1].tolist(), strict=True))


def run_in_python(option: str, reaction: str, model: Model = MODEL) -> dict[str, float]:
    """Outcomes of the last of forty weeks, with any model of the same mechanisms."""
    outcomes = scalar.run(model, INPUTS, middle(), option, reaction, weeks=40).projection.outcomes
    return {name: values[-1] for name, values in outcomes.items()}


QUIET = "quiet_kept+absorb"
SUSPENDED = "protest_suspended+absorb"
SUSTAINED = ("unilateral_sustained", SUSPENDED)
# cause, its low and high value, option and reaction, outcome, and the sign of the effect that the evidence gives
DIRECTIONS = (
    ("strike-suppression", "strike_suppression", -10, -60, SUSTAINED, "mexican_personnel_lost", -1),
    ("suppression-transfer", "suppression_transfer", 0.05, 0.5, SUSTAINED, "mexican_personnel_lost", -1),
    ("strike-recruitment", "strike_recruitment", 0, 25, SUSTAINED, "members_index", 1),
    ("symmetric-blame", "blame_on_groups", 0, 0.6, SUSTAINED, "members_index", -1),
    ("anti-us-attacks", "anti_us_attacks", 0, 135, SUSTAINED, "attacks_us_persons", 1),
    ("strike-civilian-share", "civilian_share", 5, 25, SUSTAINED, "civilians_killed", 1),
    ("hostile-deaths-combat", "hostile_deaths_combat", 1.5, 7, SUSTAINED, "us_personnel_lost", 1),
    ("mil-deploy-homicide", "deployment_homicide", 0, 11, SUSTAINED, "homicides", 1),
    ("coop-loss-force", "coop_loss_force", 40, 100, SUSTAINED, "cooperation", -1),
    ("cost-troop-year", "cost_troop_year", 0.8, 2.9, SUSTAINED, "us_cost", 1),
    ("coop-suspension-length", "suspension_months", 0.5, 12, ("unilateral_limited", SUSPENDED), "cooperation", -1),
    ("intel-yield", "intel_yield", 1, 2.5, ("intelligence_partnership", QUIET), "transfers", 1),
    ("intel-enabled", "intel_yield", 1, 2.5, ("intelligence_partnership", QUIET), "members_index", -1),
    ("leverage-share", "leverage_share", 0, 0.7, ("coercive_bargaining", QUIET), "transfers", 1),
    ("finance", "finance_effect", -1, -10, ("law_and_money", QUIET), "rents", -1),
    ("gun-supply-deaths", "gun_supply_deaths", 100, 240, ("guns_and_precursors", QUIET), "homicides", -1),
    ("prevention-cbt", "prevention_effect", 0, -50, ("prevention_and_institutions", QUIET), "members_index", -1),
    ("prevention-transfer", "prevention_transfer", 0, 0.5, ("prevention_and_institutions", QUIET), "members_index", -1),
    ("focused-deterrence", "deterrence_sites", 0, -40, ("prevention_and_institutions", QUIET), "homicides", -1),
    ("naloxone-kits-per-death", "health_effect", 0, 0.25, ("us_health_surge", QUIET), "overdose_deaths", -1),
    ("naloxone-cost", "health_cost_per_death", 15e3, 1e5, ("us_health_surge", QUIET), "us_cost", 1),
    ("overdose-response", "overdose_response", 2, -5, ("guns_and_precursors", QUIET), "overdose_deaths", -1),
    ("supply-shock-halflife-harm", "supply_halflife", 6, 36, ("guns_and_precursors", QUIET), "rents", -1),
    ("structure-grievance-recruits", "grievance_per_arrest", 0, 1, ("joint_by_consent", "consent_kept+absorb"),
     "members_index", 1),
    ("trend-pace", "trend_pace", -8, 6, ("status_quo", QUIET), "homicides", 1),
    ("mx-homicide-day", "homicide_day", 48.8, 65, ("status_quo", QUIET), "homicides", 1),
    ("oc-share", "oc_share", 0.33, 0.66, ("status_quo", QUIET), "organised_homicides", 1),
)  # fmt: skip


@pytest.mark.parametrize("row", DIRECTIONS, ids=[f"{row[0]}-{row[5]}" for row in DIRECTIONS])
def test_a_cause_raised_alone_moves_its_effect_as_the_evidence_says(row):
    _, name, low, high, play, outcome, sign = row
    before, after = run(*play, **{name: low})[outcome], run(*play, **{name: high})[outcome]
    assert np.sign(after - before) == sign
    assert abs(after - before) > 1e-9 * abs(before)


LUCKY = (
    ("clash-prob", "clash_prob", 0.02, 0.3, SUSTAINED, "clash_probability", 1),
    ("trade-shock-prob", "trade_shock_prob", 0.05, 0.6, SUSTAINED, "value_added_lost", 1),
    ("trade-shock-size", "trade_shock_size", 1, 15, SUSTAINED, "value_added_lost", 1),
    ("usmca-2026", "treaty_risk", 0.01, 0.15, ("status_quo", QUIET), "value_added_lost", 1),
    ("extension-prob", "extension_prob", 0.1, 0.7, ("unilateral_limited", SUSPENDED), "unlawful_weeks", 1),
    ("intel-leak", "leak_prob", 0.05, 0.35, ("intelligence_partnership", QUIET), "leaks", 1),
    ("raid-tail", "raid_tail", 0.03, 0.25, SUSTAINED, "mass_casualty", 1),
    ("removals-year", "removals_year", 1, 4, ("joint_by_consent", "consent_kept+absorb"), "armed_groups", 1),
)  # fmt: skip


@pytest.mark.parametrize("row", LUCKY, ids=[f"{row[0]}-{row[5]}" for row in LUCKY])
def test_what_happens_by_chance_happens_more_often_where_it_is_likelier(row):
    _, name, low, high, play, outcome, sign = row
    before, after = (spread(*play, **{name: value})[outcome] for value in (low, high))
    assert (after - before) * sign > 0


def test_more_of_the_same_luck_reaches_all_options():
    """What no option causes comes in the same weeks to each: a shortage moves supply under two options alike."""
    for option, reaction in (("status_quo", QUIET), ("mexican_surge", QUIET)):
        none, some = (run(option, reaction, shortage_prob=value)["rents"] for value in (0.0, 0.2))
        assert some < none


def test_suppression_acts_on_attacks_on_the_state_only():
    low, high = (run(*SUSTAINED, strike_suppression=value) for value in (0, -60))
    moved = {name for name in NAMES if high[name] != pytest.approx(low[name], rel=1e-12)}
    assert moved == {"mexican_personnel_lost"}


def test_members_killed_are_never_added_to_homicides():
    """Twice the risk of death in 2012 leaves the level of homicides at the start where it was."""
    first = np.array([1])
    values = np.stack([middle(death_risk=1.5), middle(death_risk=6)])
    chosen = np.array([[0, 0, 0], [1, 0, 0]])
    found = engine().project(values, engine().history(values), chosen, first)[:, 0, NAMES.index("homicides")]
    assert found[0] == pytest.approx(found[1], rel=1e-3)


def test_lost_cooperation_ends_a_decline_that_shared_information_caused():
    shared, other = (
        run(*SUSTAINED, trend_cause=cause, trend_pace=-8, deployment_homicide=0)["homicides"] for cause in (0, 3)
    )
    kept = [run("status_quo", QUIET, trend_cause=cause, trend_pace=-8)["homicides"] for cause in (0, 3)]
    assert shared > other
    assert kept[0] == pytest.approx(kept[1])


def test_refused_consent_means_no_joint_operations():
    refused = run("joint_by_consent", "protest_kept+absorb")
    agreed = run("joint_by_consent", "consent_kept+absorb")
    assert refused["operation_deaths"] == 0
    assert refused["unlawful_weeks"] == 0
    assert agreed["operation_deaths"] > 0
    assert agreed["unlawful_weeks"] == 0


def test_quiet_acceptance_is_not_legal_consent():
    assert run("joint_by_consent", "quiet_kept+absorb")["unlawful_weeks"] > 52


@pytest.mark.parametrize(
    ("name", "outcome", "play"),
    [
        ("sentiment", "members_index", SUSTAINED),
        ("cooperation", "members_index", SUSTAINED),
        ("force", "members_index", SUSTAINED),
        ("prevention", "members_index", ("prevention_and_institutions", QUIET)),
        ("guns", "homicides", ("guns_and_precursors", QUIET)),
        ("drugs", "rents", ("guns_and_precursors", QUIET)),
    ],
)
def test_a_mechanism_switched_off_changes_what_it_acted_on(name, outcome, play):
    without = run_in_python(*play, MODEL.without(name))
    assert without[outcome] != pytest.approx(run_in_python(*play)[outcome], rel=1e-9)


@pytest.mark.parametrize("name", [mechanism.name for mechanism in MODEL.mechanisms])
def test_every_mechanism_can_be_switched_off_alone(name):
    """Its outcomes go, and everything else still has a value; some other outcome misses it, unless it only tells."""
    play = {"review": ("sustained_adaptive", SUSPENDED), "guns": ("guns_and_precursors", QUIET)}.get(name, SUSTAINED)
    whole, less = (
        scalar.run(model, INPUTS, middle(), *play, weeks=60, history_weeks=4).projection.outcomes
        for model in (MODEL, MODEL.without(name))
    )
    (own,) = [mechanism.outcomes for mechanism in MODEL.mechanisms if mechanism.name == name]
    assert set(whole) - set(less) == {quantity.name for quantity in own}
    assert all(np.isfinite(values).all() for values in less.values())
    moved = {outcome for outcome, values in less.items() if not np.allclose(values, whole[outcome], rtol=1e-9)}
    assert moved or name in {"record", "economy", "rule_of_law", "people", "standing"}


def test_the_order_of_mechanisms_changes_nothing():
    turned = Model(MODEL.name, MODEL.mechanisms[::-1], MODEL.units)
    assert run_in_python(*SUSTAINED, turned) == run_in_python(*SUSTAINED)


def test_deterrence_makes_captures_bring_more():
    """Against status quo, since a member's risk also falls as groups outgrow a constant number of arrests."""
    gains = [
        run("joint_by_consent", "consent_kept+absorb", deterrence=value)["members_index"]
        - run("status_quo", QUIET, deterrence=value)["members_index"]
        for value in (0, -0.5)
    ]
    assert gains[1] < gains[0] < 0


def test_a_thousand_runs_stay_finite_and_nothing_is_negative():
    futures = sample(CASE, 48)
    past = engine().history(futures.values)
    pairs = np.argwhere(INPUTS.applicable)
    chosen = np.array([[future, *pair] for future in range(48) for pair in pairs[future % 7 :: 7]])
    found = engine().project(futures.values, past, chosen, MARKS)
    assert len(chosen) > 1000
    assert np.isfinite(found).all()
    signed = {"overdose_supply", "overdose_domestic", "us_cost", "mexico_cost", "succession_wars", "removals"}
    kept = [place for place, name in enumerate(NAMES) if name not in signed]
    assert (found[..., kept] >= 0).all()


# ---- nothing is counted twice ------------------------------------------------------------------------------------


def test_deaths_of_a_rare_event_are_not_added_to_the_rate_of_losses():
    rare, never = (spread(*SUSTAINED, raid_tail=value, early_end_prob=0, escalation_prob=0) for value in (0.25, 0.0))
    assert rare["mass_casualty"] > 1
    assert never["mass_casualty"] == 0
    assert rare["us_personnel_lost"] == pytest.approx(never["us_personnel_lost"], rel=0.12)


def test_status_quo_removals_of_leaders_add_nothing_to_the_fitted_conflict():
    many, few = (run("status_quo", QUIET, removals_year=value, deaths_per_removal=60) for value in (4, 1))
    assert many["homicides"] == pytest.approx(few["homicides"], rel=1e-9)
    assert many["armed_groups"] == few["armed_groups"] == 150


def test_deployment_raises_homicides_by_the_population_covered():
    base = run(*SUSTAINED, deployment_homicide=0)["homicides"]
    small, large = (
        run(*SUSTAINED, deployment_homicide=11, population_covered=share)["homicides"] - base for share in (0.02, 0.04)
    )
    assert large == pytest.approx(2 * small, rel=0.02)
    assert small > 0


def test_homicides_spared_are_taken_off_once():
    spared, not_spared = (run(*SUSTAINED, spare_share=value) for value in (0.6, 0.0))
    assert spared["civilians_spared"] > 0
    assert not_spared["homicides"] - spared["homicides"] == pytest.approx(spared["civilians_spared"], rel=0.02)


def test_missing_people_are_never_added_to_homicides():
    many, few = (run("status_quo", QUIET, missing_reports=value) for value in (40_000, 25_000))
    assert many["missing"] > few["missing"]
    assert many["homicides"] == few["homicides"]


def test_lost_cooperation_is_counted_once():
    """Without its mechanism a suspension takes no information, no transfer and no programme away."""
    weeks, still = 40, MODEL.without("cooperation")
    seen = [
        scalar.run(still, INPUTS, middle(), "intelligence_partnership", reaction, weeks=weeks).projection
        for reaction in ("quiet_kept+absorb", "protest_reduced+absorb")
    ]
    for name in ("members_index", "rents", "homicides", "overdose_deaths", "apprehensions"):
        assert seen[0].outcomes[name] == pytest.approx(seen[1].outcomes[name], rel=1e-12), name
    seen = [
        scalar.run(MODEL, INPUTS, middle(), "intelligence_partnership", reaction, weeks=weeks).projection
        for reaction in ("quiet_kept+absorb", "protest_reduced+absorb")
    ]
    assert seen[0].outcomes["overdose_deaths"] != pytest.approx(seen[1].outcomes["overdose_deaths"], rel=1e-12)


def test_what_mexico_gives_starts_at_status_quo_in_every_option():
    """Levers hold what the chooser controls: no lever is a Mexican-side quantity that an act of Mexico withdraws."""
    withdrawn = {"cooperation_now", "capture_yield", "transfers", "rupture", "trust", "suspended"}
    assert not withdrawn & {column for lever in CASE.levers for column in lever.columns}


def test_consent_is_a_matter_of_the_stance_alone():
    """Its chance calibrates the answers and is no filter: no draw and no uncertainty decides it."""
    chances = {chance.name for mechanism in MODEL.mechanisms for chance in mechanism.chances}
    assert not any("consent" in name for name in chances)
    cited = {record.id for record in CASE.uncertainties if "mx-senate-consent" in record.evidence}
    assert cited == {"consent_delay"}
    agreed = spread("joint_by_consent", "consent_kept+absorb", consent_delay=5)
    assert agreed["unlawful_weeks"] == 0
    assert agreed["operation_deaths"] > 0


def test_presence_without_consent_is_weighed_in_one_family():
    families = {outcome.id: outcome.family for outcome in CASE.outcomes}
    about = ("unlawful_weeks", "any_unlawful", "legal_mexico", "legal_international", "legal_us", "clash_probability")
    assert {families[name] for name in about} == {"Sovereignty and law"}
