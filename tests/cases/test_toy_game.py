"""The game of the toy case, from the formulas in the docstring of its model."""

import numpy as np
import pytest

from crossroads.analysis.openings import describe_openings
from crossroads.analysis.preparation import play_game, prepare_weights
from crossroads.case.files import load
from crossroads.sampling.futures import sample
from crossroads.simulation.ensemble import simulate

COUNT = 256


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    case = load("toy")
    runs = simulate(case, sample(case, COUNT), tmp_path_factory.mktemp("game") / "runs", precision="float64")
    weights, found = play_game(runs, case, prepare_weights(runs, case))
    return runs, weights, found, describe_openings(found, case, weights, runs.futures)


def chances(town, option, move, place):
    _, weights, found, _ = town
    span = weights.span(weights.options.index(option))
    rows = [weights.reactions[reaction].split("+")[place] == move for reaction in weights.pairs[span, 1]]
    return found.games[0].chances[span][rows].sum(axis=0)


def logistic(odds):
    return 1 / (1 + np.exp(-odds))


def test_where_nothing_is_built_the_council_tosses_a_coin_and_nobody_is_late(town):
    assert chances(town, "keep", "supports", 0) == pytest.approx(np.full(COUNT, 0.5))
    assert chances(town, "keep", "on_time", 1) == pytest.approx(np.ones(COUNT))


def test_only_the_dust_and_the_base_rate_move_the_council_on_a_levee(town):
    constant = town[2].constants["builder_works"]
    assert chances(town, "raise", "supports", 0) == pytest.approx(np.full(COUNT, logistic(0.3 * (constant - 1))))


def test_on_moving_out_the_council_expects_the_floods_and_the_bill_of_its_voters_view(town):
    runs, weights, found, _ = town
    one = {name: runs.futures.column(name) for name in runs.futures.names}
    growth, belief = one["growth"] / 52, weights.futures[weights.views.index("residents")]
    homes, worth = 800 * (1 + growth) ** 104, {}
    for support, pace in (("supports", 0.2 / 52), ("opposes", 0.1 / 52)):
        sums = ((1 + growth - pace) ** 104 - 1) / (growth - pace)
        flooded, spent = homes * sums * one["flood_rate"] * one["homes_hit"] / 52, 0.2 * pace * homes * sums
        worth[support] = np.average(-flooded - spent / 3, weights=belief)
    odds = 0.3 * (worth["supports"] - worth["opposes"] + found.constants["builder_works"])
    assert chances(town, "move_out", "supports", 0) == pytest.approx(np.full(COUNT, logistic(odds)), rel=1e-6)


def test_the_council_supports_six_plans_in_ten_over_both_with_works(town):
    both = [chances(town, option, "supports", 0).mean() for option in ("raise", "move_out")]
    assert np.mean(both) == pytest.approx(0.6, abs=1e-6)


def test_the_builder_is_late_where_it_knows_that_it_pays(town):
    overrun = town[0].futures.column("overrun")
    exact = logistic(0.3 * (2 * 12 * (overrun - 1) - 14))
    found = chances(town, "raise", "late", 1)
    assert np.corrcoef(found, exact)[0, 1] > 0.99
    assert found.mean() == pytest.approx(exact.mean(), abs=0.01)
    assert chances(town, "move_out", "late", 1) == pytest.approx(np.full(COUNT, logistic(0.3 * -14)), rel=1e-6)


def test_consent_to_the_levee_lacks_what_the_dust_costs_less_the_base_rate(town):
    _, _, found, openings = town
    constant = found.constants["builder_works"]
    assert float(openings["needed"].sel(option="raise")) == pytest.approx(1 - constant, abs=1e-5)
    equals = openings["equals"].sel(option="raise")
    assert equals.sel(valued="flooded_homes") == pytest.approx(constant - 1, abs=1e-5)
    assert equals.sel(valued="spending") == pytest.approx(3 * (constant - 1), abs=1e-5)
