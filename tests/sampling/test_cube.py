import numpy as np
import pytest

from crossroads.case.files import load
from crossroads.case.records import Correlation
from crossroads.sampling.cube import make_cube
from crossroads.sampling.futures import sample

TOWN = load("toy")
JOINED = TOWN.model_copy(
    update={"correlations": (Correlation(id="boom", between=("growth", "overrun"), rank=0.8, meaning="M."),)}
)


def spread(count=2048, size=2, seed=5):
    return np.random.default_rng(seed).random((count, size))


def place_of(case, name):
    return [one.id for one in case.uncertainties].index(name)


def test_the_first_coordinate_picks_a_view_all_alike():
    cube = make_cube(TOWN, ["growth"])
    points = np.array([[0.0, 0.5], [0.49, 0.5], [0.5, 0.5], [1.0, 0.5]])
    assert cube.find_views(points).tolist() == [0, 0, 1, 1]


def test_each_other_coordinate_is_the_level_of_an_uncertainty_under_that_view():
    cube = make_cube(TOWN, ["flood_rate", "growth"])
    assert (cube.names, cube.size) == (("flood_rate", "growth"), 3)
    points = np.array([[0.1, 0.3, 0.25], [0.9, 0.3, 0.25]])
    values = cube.place(points)
    beliefs = [TOWN.uncertainties[0].distribution, TOWN.views[1].beliefs["flood_rate"]]
    assert values[:, 0] == pytest.approx([belief.quantile(np.array([0.3]))[0] for belief in beliefs])
    assert values[:, place_of(TOWN, "growth")] == pytest.approx([-0.0025, -0.0025])


def test_what_the_cube_leaves_out_rests_at_its_middle():
    values = make_cube(TOWN, ["growth"]).place(np.array([[0.2, 0.7], [0.3, 0.1]]))
    middle = TOWN.uncertainties[place_of(TOWN, "overrun")].distribution.quantile(np.array([0.5]))[0]
    assert values[:, place_of(TOWN, "overrun")] == pytest.approx([middle, middle])


def test_the_order_of_names_is_that_of_the_case():
    assert make_cube(TOWN, ["overrun", "flood_rate"]).names == ("flood_rate", "overrun")


def test_what_moves_together_comes_along_and_is_joined():
    cube = make_cube(JOINED, ["growth"])
    assert cube.names == ("growth", "overrun")
    values = cube.place(spread(size=3))
    ranks = [np.argsort(np.argsort(values[:, place_of(JOINED, name)])) for name in ("growth", "overrun")]
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(0.8, abs=0.03)


def test_points_spread_over_the_cube_are_the_futures_that_are_sampled():
    drawn = make_cube(JOINED, ["growth", "flood_rate"]).draw_futures(spread(4096, 4), seed=2)
    usual = sample(JOINED, 4096)
    assert drawn.names == usual.names
    assert drawn.views == usual.views
    for name in drawn.names:
        one, other = np.sort(drawn.column(name)), np.sort(usual.column(name))
        assert np.abs(one - other).mean() < 0.03 * np.ptp(other), name
    ranks = [np.argsort(np.argsort(drawn.column(name))) for name in ("growth", "overrun")]
    assert np.corrcoef(*ranks)[0, 1] == pytest.approx(0.8, abs=0.03)


def test_drawn_futures_are_the_same_for_the_same_seed_and_take_turns_in_replicates():
    cube = make_cube(TOWN, ["growth"])
    first, again, other = (cube.draw_futures(spread(64), seed) for seed in (2, 2, 3))
    assert np.array_equal(first.values, again.values)
    assert not np.array_equal(first.values, other.values)
    assert np.array_equal(first.column("growth"), other.column("growth"))
    assert np.bincount(first.replicate).tolist() == [4] * 16
    assert set(first.view.tolist()) == {0, 1}
