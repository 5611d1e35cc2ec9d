import numpy as np
import pytest
from made_up import make_replicates
from test_factors import NEAR, OPTIONS, UNCERTAIN, ask

from crossroads.analysis.bands import MOST_BINS, cut_bins, weigh_bands
from crossroads.analysis.weights import FLOOR

COUNT = 768
SIZE, CAUSE = UNCERTAIN[1], UNCERTAIN[2]


def draw(count=COUNT):
    rng = np.random.default_rng(11)
    return rng.random(count), rng.integers(0, 3, count).astype(float)


def weigh(question, size, cause):
    return weigh_bands(cut_bins([(SIZE, size), (CAUSE, cause)]), question, make_replicates(len(size)))


def test_a_number_has_bins_of_equal_futures_in_order_and_a_choice_its_categories():
    size, cause = draw()
    found = weigh(ask(size), size, cause)
    numbers = found.isel(bin=np.flatnonzero(found["uncertainty"] == "size"))
    assert numbers["futures"].to_numpy().tolist() == [COUNT // MOST_BINS] * MOST_BINS
    assert (np.diff(numbers["low"]) > 0).all()
    assert (numbers["high"].to_numpy()[:-1] < numbers["low"].to_numpy()[1:]).all()
    names = found["name"].to_numpy()[found["uncertainty"].to_numpy() == "cause"]
    assert names.tolist() == ["war", "trade", "none"]
    assert int(found["futures"].sum()) == 2 * COUNT


def test_means_of_bins_are_those_of_their_futures():
    size, cause = draw()
    found = weigh(ask(10 * size, cause), size, cause).sel(horizon=NEAR)
    mean = found["mean"].to_numpy()
    lowest = np.sort(size)[: COUNT // MOST_BINS]
    assert mean[0, 1] == pytest.approx(10 * lowest.mean())
    assert mean[MOST_BINS:, 2].tolist() == [0, 1, 2]
    assert (found["error"].to_numpy()[:MOST_BINS, 1] > 0).all()


def test_few_futures_make_few_bins_and_too_few_say_nothing():
    size, cause = draw(80)
    found = weigh(ask(size), size, cause)
    assert (found["uncertainty"].to_numpy() == "size").sum() == 2
    rare = np.where(np.arange(80) < FLOOR - 1, 0.0, 1.0)
    some = weigh(ask(size), size, rare).sel(horizon=NEAR)
    assert np.isnan(some["mean"].to_numpy()[2, 1])
    assert str(some["best"].to_numpy()[2]) == ""
    assert np.isfinite(some["mean"].to_numpy()[3, 1])


def test_a_sign_turns_only_where_bins_lie_clearly_on_both_sides():
    size, cause = draw()
    noise = np.random.default_rng(1).normal(0, 1, COUNT)
    found = weigh(ask(size - 0.5, noise), size, cause).sel(horizon=NEAR)
    assert found["sign_turns"].sel(of="size").to_numpy().tolist() == [False, True, False]
    assert not found["sign_turns"].sel(of="cause").any()


def test_an_order_turns_both_ways_alike_and_pure_noise_never_turns_it():
    size, cause = draw()
    rng = np.random.default_rng(4)
    found = weigh(ask(size + 5, 5.5 + 0.01 * rng.normal(size=COUNT)), size, cause).sel(horizon=NEAR)
    turns = found["order_turns"].sel(of="size").transpose("option", "other").to_numpy()
    assert turns.tolist() == [[False, False, False], [False, False, True], [False, True, False]]
    idle = weigh(ask(rng.normal(size=COUNT), rng.normal(size=COUNT)), size, cause)
    assert not idle["order_turns"].any()
    assert not idle["sign_turns"].any()


def test_the_best_option_of_each_bin_is_told_and_whether_it_stands_alone():
    size, cause = draw()
    found = weigh(ask(size - 0.5, np.zeros(COUNT)), size, cause).sel(horizon=NEAR)
    best = found["best"].to_numpy()[:MOST_BINS].tolist()
    assert best == ["force"] * 3 + ["now"] * 3  # less is better
    assert found["alone"].to_numpy()[:MOST_BINS].tolist() == [True] * 3 + [False] * 3  # care is as good as now
    more = weigh(ask(size - 0.5, np.full(COUNT, -1.0), sign=1.0), size, cause).sel(horizon=NEAR)
    assert more["best"].to_numpy()[:MOST_BINS].tolist() == ["now"] * 3 + ["force"] * 3


def test_an_option_that_did_not_run_is_never_best_and_turns_nothing():
    size, cause = draw()
    found = weigh(ask(size - 2, np.full(COUNT, np.nan)), size, cause).sel(horizon=NEAR)
    assert set(found["best"].to_numpy()) == {"force"}
    assert found["alone"].all()
    assert not found["order_turns"].sel(option="care").any()
    assert list(found["option"].to_numpy()) == list(OPTIONS)


def test_nothing_in_doubt_is_nothing_to_tell():
    size, _ = draw()
    assert weigh_bands([], ask(size), make_replicates(COUNT)).sizes == {}
