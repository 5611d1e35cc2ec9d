import sys

import numpy as np
import pytest

from crossroads.errors import CrossroadsError, WeighingError
from crossroads.search.posterior import Posterior, climb

SPREAD = 0.02


def gaussian(middle):
    """A Gaussian inside the unit cube, of total 1: its evidence over the cube is 1."""

    def likelihood(points):
        off = (points - middle) / SPREAD
        return -0.5 * np.square(off).sum(axis=1) - len(middle) * np.log(SPREAD * np.sqrt(2 * np.pi))

    return likelihood


def make_posterior(weights):
    logs = np.log(np.asarray(weights, dtype=float) / np.sum(weights))
    points = np.arange(len(weights), dtype=float)[:, None]
    return Posterior(points, logs, 0.0, 1.0, 1, len(weights))


@pytest.mark.slow
def test_a_gaussian_in_a_cube_is_found_with_its_evidence_middle_and_spread():
    middle = np.array([0.3, 0.5, 0.7])
    lines = []
    found = climb(gaussian(middle), 3, effective=500, seed=3, say=lines.append)
    assert found.log_evidence == pytest.approx(0.0, abs=0.1)
    mean = found.weights @ found.points
    assert mean == pytest.approx(middle, abs=4 * SPREAD / np.sqrt(found.effective))
    spread = np.sqrt(found.weights @ np.square(found.points - mean))
    assert spread == pytest.approx([SPREAD] * 3, rel=0.15)
    assert found.effective >= 500
    assert found.steps > 3
    assert found.calls >= 1000
    assert all("highest log likelihood" in line for line in lines)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_posterior():
    first, again = (climb(gaussian(np.array([0.4, 0.6])), 2, effective=200, seed=5) for _ in range(2))
    assert np.array_equal(first.points, again.points)
    assert np.array_equal(first.log_weights, again.log_weights)


@pytest.mark.slow
def test_too_few_points_are_refused_with_what_to_do():
    with pytest.raises(WeighingError, match=r"points gave .* effective draws of the 1000000 that are wanted"):
        climb(gaussian(np.array([0.4, 0.6])), 2, effective=1e6, most=2000)


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "nautilus", None)
    with pytest.raises(CrossroadsError, match=r"pip install '\.\[calibrate\]'"):
        climb(gaussian(np.array([0.4, 0.6])), 2)


def test_draws_follow_the_weights_as_closely_as_whole_draws_can():
    posterior = make_posterior([1, 2, 5])
    drawn = posterior.draw(800)[:, 0]
    assert np.bincount(drawn.astype(int)).tolist() == [100, 200, 500]
    assert posterior.weights.sum() == pytest.approx(1.0)


def test_draws_come_in_no_order_and_the_same_for_the_same_seed():
    posterior = make_posterior(np.ones(64))
    drawn = posterior.draw(64, seed=1)[:, 0]
    assert sorted(drawn) == list(range(64))
    assert list(drawn) != list(range(64))
    assert np.array_equal(drawn, posterior.draw(64, seed=1)[:, 0])
    assert not np.array_equal(drawn, posterior.draw(64, seed=2)[:, 0])


def test_what_weighs_nothing_is_never_drawn():
    drawn = make_posterior([1e-300, 1, 1]).draw(999)[:, 0]
    assert set(drawn) == {1.0, 2.0}
