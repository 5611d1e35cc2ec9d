import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.case.distributions import Categorical, Lognormal, Point, Uniform
from crossroads.case.files import load
from crossroads.case.records import Case, View
from crossroads.errors import WeighingError
from crossroads.sampling.beliefs import effective_size, effective_sizes, view_ratios, view_weights
from crossroads.sampling.futures import sample

TOWN = load("toy")


def believe(*views: dict[str, object]) -> Case:
    records = [
        View(id=f"v{i}", name="A view", meaning="M.", beliefs=beliefs) for i, beliefs in enumerate(views)
    ]
    return TOWN.model_copy(update={"views": tuple(records)})


THREE = believe(
    {},
    {"flood_rate": Lognormal(low=0.2, central=0.5, high=1.2, max=3), "growth": Uniform(low=0.0, high=0.02)},
    {"ground": Categorical(shares={"clay": 0.2, "sand": 0.8}), "growth": Uniform(low=-0.01, high=0.005)},
)


def test_no_ratio_exceeds_the_number_of_views_and_they_average_to_one():
    ratios = view_ratios(THREE, sample(THREE, 1536))
    assert ratios.shape == (3, 1536)
    assert ratios.min() >= 0
    assert 1.5 < ratios.max() <= 3 + 1e-12
    assert np.allclose(ratios.mean(axis=0), 1)
    assert np.allclose(ratios.mean(axis=1), 1, atol=0.05)


def test_weights_have_mean_one():
    assert np.allclose(view_weights(THREE, sample(THREE, 384)).mean(axis=1), 1)


@pytest.mark.parametrize("name", ["flood_rate", "homes_hit", "growth", "ground", "overrun"])
@pytest.mark.parametrize("view", [0, 1, 2])
def test_a_reweighted_mean_is_that_of_the_views_own_futures(view, name):
    futures = sample(THREE, 1536)
    values, weights = futures.column(name), view_weights(THREE, futures)[view]
    mine = values[futures.view == view]
    error = mine.std() / np.sqrt(len(mine))
    assert np.average(values, weights=weights) == pytest.approx(mine.mean(), abs=2 * error)


def test_what_a_view_holds_impossible_weighs_nothing():
    futures = sample(THREE, 384)
    shrinking = futures.column("growth") < 0
    assert shrinking.any()
    assert (view_weights(THREE, futures)[1][shrinking] == 0).all()


def test_views_that_agree_weigh_every_future_alike():
    case = believe({}, {}, {})
    futures = sample(case, 384)
    assert np.array_equal(view_weights(case, futures), np.ones((3, 384)))
    assert effective_size(view_weights(case, futures)[0]) == 384


def test_views_that_share_nothing_keep_their_own_futures():
    case = believe({"growth": Point(value=0)}, {"growth": Point(value=0.01)})
    futures = sample(case, 64)
    weights = view_weights(case, futures)
    assert np.array_equal(weights, np.where(futures.view == np.array([[0], [1]]), 2.0, 0.0))
    assert effective_size(weights[0]) == 32
    assert effective_sizes(weights[0], futures.replicate).tolist() == [2.0] * 16


def test_views_far_apart_in_many_things_do_not_underflow():
    wide = {each.id: Lognormal(low=1e-9, central=2e-9, high=4e-9) for each in TOWN.uncertainties[:3]}
    far = {each.id: Lognormal(low=1e9, central=2e9, high=4e9) for each in TOWN.uncertainties[:3]}
    case = believe(wide, far)
    ratios = view_ratios(case, sample(case, 64))
    assert np.isfinite(ratios).all()
    assert set(np.unique(ratios)) == {0.0, 2.0}


def test_futures_of_other_views_are_refused():
    with pytest.raises(WeighingError, match="other views"):
        view_weights(THREE, sample(TOWN, 32))


def test_futures_that_no_view_believes_are_refused():
    moved = believe(
        {"growth": Uniform(low=5, high=6)},
        {"growth": Uniform(low=7, high=8)},
        {"growth": Uniform(low=9, high=10)},
    )
    with pytest.raises(WeighingError, match="impossible under every view"):
        view_weights(moved, sample(THREE, 48))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=1, max_size=40), st.floats(0.1, 10))
def test_the_effective_size_is_between_one_and_all_and_knows_no_scale(weights, scale):
    if sum(weights) < 1e-6:
        return
    size = effective_size(weights)
    assert 1 - 1e-9 <= size <= np.count_nonzero(weights) * (1 + 1e-9)
    assert effective_size(np.array(weights) * scale) == pytest.approx(size)


def test_the_effective_size_of_nothing_is_zero():
    assert effective_size(np.zeros(3)) == 0
    assert effective_size([1, 1, 1, 0]) == 3
