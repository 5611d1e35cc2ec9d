import numpy as np
import pytest
import xarray as xr
from made_up import make_condition, make_stakeholder
from made_up_values import Stored, scaled_case

from crossroads.analysis import joining
from crossroads.analysis.joining import list_asked
from crossroads.case.records import Concern

LUCK = np.random.default_rng(8)
CHANGES = {name: LUCK.uniform(-8, 8, (3, 160)) for name in ("deaths", "trust", "score")}
TOWN = make_stakeholder(
    "town",
    weights={"lives": 3, "faith": 1},
    accepts=(make_condition(at_most=2.0), make_condition("trust", "start", at_least=-4.0)),
)


@pytest.fixture
def stored():
    return Stored(scaled_case(stakeholders=(TOWN,)), CHANGES, count=160)


def test_changes_are_worth_what_the_scale_says(stored):
    (game,) = stored.join().games
    assert set(game.values) == {(name, horizon) for name in ("deaths", "trust") for horizon in ("near", "far")}
    change = CHANGES["deaths"] - CHANGES["deaths"][0]
    expected = np.clip((10 - change.T) / 20, 0, 1)
    np.testing.assert_allclose(game.values["deaths", "near"], expected, atol=1e-5)
    assert game.values["deaths", "near"].dtype == np.float32


def test_a_limit_is_kept_where_all_conditions_hold_in_the_same_future(stored):
    (game,) = stored.join().games
    change = CHANGES["deaths"] - CHANGES["deaths"][0]
    expected = (change <= 2.0) & (CHANGES["trust"] >= -4.0)
    np.testing.assert_array_equal(game.limits["town"], expected.T)
    assert 0 < expected[1].mean() < 1
    assert set(game.limits) == {"town"}


def test_what_is_not_asked_is_not_read(stored):
    weights = stored.weights
    reads = stored.open(weights)
    asked = stored.ask()
    stored.join(weights, asked, reads)
    assert {name for name, _, _ in reads.read_so_far} == {"deaths", "trust", "score"}  # a concern speaks of score
    silent = Stored(scaled_case(stakeholders=(TOWN,), concerns=scaled_case().concerns[:2]), CHANGES, count=160)
    reads = silent.open(silent.weights)
    silent.join(silent.weights, silent.ask(), reads)
    assert sorted(reads.read_so_far) == [("deaths", 0, 160), ("trust", 0, 160)]


def test_asked_is_what_is_compared_valued_accepted_weighed_or_claimed():
    case = scaled_case(
        stakeholders=(make_stakeholder("river", voice="affected", accepts=(make_condition("score", at_least=0.0),)),),
        concerns=(Concern(id="beauty", name="Beauty"),),
    )

    def names(*given):
        return [one.id for one in list_asked(case, *given).outcomes]

    assert names((), (), ()) == ["score"]
    assert names(["trust"], (), ()) == ["trust", "score"]
    assert names((), [("deaths", "near")], ()) == ["deaths", "score"]
    assert names((), (), [("trust", "now", "near", "all")]) == ["trust", "score"]
    assert [one.id for one in list_asked(case, ["trust"], (), (), counted=False).outcomes] == ["score"]
    asked = list_asked(case, ["trust"], [("deaths", "near")], [("trust", "now", "near", "all")])
    assert asked.compared == {"trust"}
    assert asked.valued == {("deaths", "near")}
    assert asked.needed == {("trust", "now", "near", "all")}


def test_block_by_block_is_the_same_as_at_once(stored, monkeypatch):
    needed = [("deaths", "force", "near", "all"), ("trust", "now", "far", "all")]
    whole = stored.join(asked=stored.ask(needed))
    monkeypatch.setattr(joining, "JOINED", 24)
    parts = stored.join(asked=stored.ask(needed))
    one, other = whole.games[0], parts.games[0]
    assert one.values
    assert one.limits
    for held, found in ((one.values, other.values), (one.limits, other.limits), (whole.readings, parts.readings)):
        assert held.keys() == found.keys()
        assert all(held[key].tobytes() == found[key].tobytes() for key in held)
    for weighed, again in (
        (one.counts.tally.weigh_shares(), other.counts.tally.weigh_shares()),
        (one.counts.tally.weigh_conditions(), other.counts.tally.weigh_conditions()),
        (one.counts.frontier.weigh(), other.counts.frontier.weigh()),
        (one.counts.losses.weigh(), other.counts.losses.weigh()),
    ):
        assert weighed.data_vars
        xr.testing.assert_allclose(again, weighed, rtol=1e-12)


def test_numbers_that_claims_need_are_those_of_each_future(stored):
    needed = [("deaths", "force", "near", "all")]
    found = stored.join(asked=stored.ask(needed)).readings
    assert set(found) == set(needed)
    np.testing.assert_allclose(found[needed[0]], [100 + CHANGES["deaths"][1]], rtol=1e-6)


@pytest.mark.parametrize("block", [16, 24, 768])
def test_only_the_first_futures_are_kept_valued_wherever_blocks_end(stored, monkeypatch, block):
    whole = stored.join().games[0]
    monkeypatch.setattr(joining, "MOST_VALUED", 64)
    monkeypatch.setattr(joining, "JOINED", block)
    few = stored.join().games[0]
    for key, values in whole.values.items():
        np.testing.assert_array_equal(few.values[key], values[:64])
    np.testing.assert_array_equal(few.limits["town"], whole.limits["town"][:64])
    xr.testing.assert_allclose(
        few.counts.tally.weigh_shares(), whole.counts.tally.weigh_shares()
    )  # all futures count elsewhere


def test_without_scores_nothing_is_counted_but_all_is_valued(stored):
    weights = stored.weights
    counted = stored.join(weights).games[0]
    found = joining.join_outcomes(stored.open(weights), stored.starts, stored.case, weights, None, stored.ask())
    assert found.games[0].counts is None
    assert found.games[0].values.keys() == counted.values.keys()
    np.testing.assert_array_equal(found.games[0].limits["town"], counted.limits["town"])


def test_each_game_has_its_own(stored):
    held = stored.weights
    stored.changes = {**CHANGES, "deaths": np.zeros((3, 4, 160))}
    stored.changes["deaths"][1, :2] = -5
    agrees = held.pairs[:, 1] < 2
    games = [np.where(agrees | (held.pairs[:, 0] == 2), 1.0, 0.0)[:, None], held.mix[tuple(held.pairs.T)][:, None]]
    found = stored.join(held.play(games, (0, 0, 1))).games
    assert len(found) == 2
    np.testing.assert_allclose(found[0].values["deaths", "near"][:, 1], 0.75, atol=1e-6)
    np.testing.assert_allclose(found[1].values["deaths", "near"][:, 1], 0.625, atol=1e-6)
    assert [game.counts.tally.weigh_shares().sizes["view"] for game in found] == [2, 1]
