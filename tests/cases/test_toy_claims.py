"""The claims of the toy, by formulas in the model's docstring: what holds does so in futures that are known by hand."""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import rel_entr

from crossroads.analysis.claims import Standing, compare_nulls, judge_claims
from crossroads.analysis.debate import debate_claims
from crossroads.analysis.orders import list_designs, weigh_orders
from crossroads.analysis.propositions import Readings, collect_openings, list_needed, list_openings
from crossroads.analysis.weights import build_weights
from crossroads.case.files import load
from crossroads.case.records import by_id
from crossroads.sampling.beliefs import view_weights
from crossroads.sampling.futures import sample
from crossroads.simulation.layout import build_inputs

COUNT = 256
KEPT_OUT = {"old": (0.0, 0.0), "raised": (0.8, 0.4)}  # on clay and on sand
LEVEES = {"raise": "raised", "raise_and_warn": "raised"}


def build_town(names, ground=None):
    """Readings, weights and futures of the toy with these options and probes, worked out by hand."""
    case = load("toy")
    options = tuple(one for one in (*case.options, *case.probes) if one.id in {case.baseline, *names})
    case = case.model_copy(update={"options": options, "probes": ()})
    futures = sample(case, COUNT)
    inputs = build_inputs(case)
    ok = np.broadcast_to(inputs.applicable[:, :, None], (*inputs.mix.shape, COUNT))
    views = [view.id for view in case.views]
    weights = build_weights(
        inputs.options, inputs.reactions, case.actors, case.baseline, views, view_weights(case, futures),
        futures.replicate, inputs.mix, ok,
    )  # fmt: skip
    columns = {name: futures.column(name) for name in futures.names}
    sand = columns["ground"] if ground is None else np.full(COUNT, float(ground == "sand"))
    town = SimpleNamespace(case=case, inputs=inputs, columns=columns, sand=sand)
    parts = [part for claim in case.claims for part in claim.parts]
    asked = list_needed(case, parts) | list_designs(by_id(case.claims)["Q1"].orders)
    values = {key: find_number(town, *key) for key in asked if key[1] in weights.options}
    openings = list_openings(parts)
    return Readings(case, values, {}, collect_openings(weights, openings)), weights, futures


def find_number(town, outcome, option, horizon, stance):
    """An outcome averaged over the reactions to an option, or given what the council does."""
    weeks = by_id(town.case.horizons)[horizon].weeks
    row = town.inputs.options.index(option)
    chances = {reaction: town.inputs.mix[row, place] for place, reaction in enumerate(town.inputs.reactions)}
    chosen = {name: chance for name, chance in chances.items() if stance in ("all", name.split("+")[0])}
    total = sum(chosen.values())
    if total == 0:
        return np.full((1, COUNT), np.nan)
    parts = [chance / total * find_outcome(town, outcome, option, name, weeks) for name, chance in chosen.items()]
    return sum(parts)[None]


def find_outcome(town, outcome, option, reaction, weeks):
    known, (council, builder) = town.columns, reaction.split("+")
    clay, sand = KEPT_OUT[LEVEES.get(option, "old")]
    moving = (0.2 / 52 if council == "supports" else 0.1 / 52) if option == "move_out" else 0.0
    growth = known["growth"] / 52
    start, a = 800 * (1 + growth) ** 104, 1 + growth - moving

    def add_up(count):
        return start * np.where(np.abs(a - 1) < 1e-12, count, (a**count - 1) / np.where(a == 1, 1, a - 1))

    flooded = known["flood_rate"] * known["homes_hit"] * (1 - np.where(town.sand == 1, sand, clay)) / 52
    late = known["overrun"] if builder == "late" else 1.0
    if outcome == "homes_at_risk":
        return start * a**weeks
    if outcome == "flooded_homes":
        return add_up(weeks) * flooded
    if outcome == "spending":
        return 12.0 * (option in LEVEES) * late * min(weeks, 52) / 52 + 0.2 * moving * add_up(weeks)
    warned, window = 0.8 if option in ("warn", "raise_and_warn") else 0.2, min(weeks, 52)
    return (add_up(weeks) - add_up(weeks - window)) * flooded * 2.5 * (1 - warned) * 52 / window


@pytest.fixture(scope="module")
def town():
    return build_town(("raise", "move_out"))


@pytest.fixture(scope="module")
def debate(town):
    readings, weights, futures = town
    return debate_claims(readings.case, readings, weights, futures)


def find_verdict(debate, claim, part):
    return next(verdict for verdict in debate.verdicts if verdict.key == (claim, part))


def test_a_raised_levee_spares_half_where_there_is_clay_and_nowhere_else(town, debate):
    _, weights, futures = town
    verdict = find_verdict(debate, "T1", "spares_half")
    clay = futures.column("ground") == 0
    np.testing.assert_array_equal(verdict.holds, clay[None])
    np.testing.assert_allclose(verdict.share, (weights.futures * clay).mean(axis=1))
    assert verdict.share == pytest.approx([0.45, 0.6, 0.3], abs=0.05)
    assert verdict.units == ("percent of harmed",)
    assert sorted(set(np.round(verdict.margins[0], 6))) == [-10, 30]  # 40 and 80 % spared, against 50


def test_what_a_view_believes_of_the_ground_decides(debate):
    verdict = find_verdict(debate, "T1", "spares_half")
    assert verdict.standings[2] in (Standing.FEW, Standing.UNTOLD)
    assert verdict.stances == ("supports", "opposes")
    np.testing.assert_allclose(verdict.stance_share, np.repeat(verdict.share[None], 2, axis=0))
    assert find_verdict(debate, "T2", "helps_little").share == pytest.approx(1 - verdict.share)


def test_the_ground_carries_the_claim_and_turns_it(town, debate):
    _, _, futures = town
    (carrier,) = debate.grounds["T2", "helps_little"].carriers
    assert carrier.uncertainty == "ground"
    assert carrier.strength == pytest.approx(1)
    assert (carrier.grade, carrier.entries) == ("J", ("ground-survey",))  # C/J is as weak as J
    assert debate.grounds["T2", "helps_little"].grade == "J"
    turn = debate.turns["T2", "helps_little"][0]
    sand = futures.column("ground").mean()
    assert (turn.uncertainty, turn.category, turn.up) == ("ground", "sand", sand < 0.5)
    assert turn.mean == pytest.approx((sand, 0.5))
    assert turn.divergence == pytest.approx(rel_entr([0.5, 0.5], [sand, 1 - sand]).sum())


def test_what_is_said_of_sand_follows_from_there_being_sand(town, debate):
    readings, weights, _ = build_town(("raise",), ground="clay")
    part = ("T2", "helps_little")
    nulls = judge_claims(readings.case, readings, weights, only={part})
    (null,) = compare_nulls(load("toy"), [find_verdict(debate, "T2", part[1])], nulls)
    np.testing.assert_array_equal(null.null_share, 0)
    assert null.follows[0]
    assert not null.stands[0]
    assert null.assumption == "There can be sand under the levee, and water comes through it."
    assert null.stands[1]  # engineers expect it to help anyway


def test_a_levee_pays_back_where_floods_are_many(town, debate):
    _, _, futures = town
    verdict = find_verdict(debate, "T1", "pays_back")
    known = {name: futures.column(name) for name in futures.names}
    passed = (
        800 * (1 + known["growth"] / 52) ** 104 * (((1 + known["growth"] / 52) ** 260 - 1) / (known["growth"] / 52))
    )
    kept_out = np.where(known["ground"] == 0, 0.8, 0.4)
    spared = passed * known["flood_rate"] * known["homes_hit"] / 52 * kept_out
    paid = 12 * (0.75 + 0.25 * known["overrun"])
    np.testing.assert_array_equal(verdict.holds[0], paid <= 0.02 * spared)
    np.testing.assert_allclose(verdict.margins[0], 0.02 * spared - paid, rtol=1e-9)
    assert debate.grounds["T1", "pays_back"].carriers[0].uncertainty == "flood_rate"


def test_a_part_that_joins_two_outcomes_is_compared_in_their_own_sizes(town, debate):
    _, _, futures = town
    verdict = find_verdict(debate, "T1", "beats_moving")
    assert verdict.units == ("homes_at_risk", "percent of flooded_homes")
    np.testing.assert_array_equal(verdict.holds[0], futures.column("ground") == 0)  # on sand only an eighth fewer
    assert ((verdict.margins > 0) == (verdict.holds == 1)).all()


def test_what_a_levee_and_a_warning_add_does_not_depend_on_which_is_first():
    readings, weights, futures = build_town(("raise", "warn", "raise_and_warn"))
    asked = by_id(readings.case.claims)["Q1"].orders
    added = weigh_orders(asked, readings, weights).sel(view="mixture", outcome="harmed")
    kept = readings.values["harmed", "keep", "year_1", "all"][0] / 0.8
    left = np.where(futures.column("ground") == 0, 0.2, 0.6)
    assert float(added["mean"].sel(measure="levee")) == pytest.approx((kept * (left - 1) * (0.8 + 0.2) / 2).mean())
    assert float(added["mean"].sel(measure="warning")) == pytest.approx((kept * (0.2 - 0.8) * (1 + left) / 2).mean())
    assert float(added["low"].sel(measure="levee")) == pytest.approx((kept * (left - 1) * 0.8).mean())
    assert float(added["total"]) == pytest.approx((kept * (0.2 * left - 0.8)).mean())
    assert added["apart"].all()
