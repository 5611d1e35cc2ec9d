import numpy as np
import pytest
from made_up import make_stakeholder

from crossroads.analysis.preferences import draw_flat, draw_near, draw_ordered, draw_preferences
from crossroads.case.records import Concern
from crossroads.errors import WeighingError
from crossroads.sampling.streams import stream

DRAWS = 40_000
CONCERNS = (
    Concern(id="lives", name="Lives", outcomes={"deaths": 0.75, "missing": 0.25}),
    Concern(id="purse", name="Purse", outcomes={"cost": 1.0}),
    Concern(id="honour", name="Honour"),
    Concern(id="unheard", name="Unheard", outcomes={"cost": 1.0}),
)
STATED = {"lives": 5.0, "purse": 3.0, "honour": 2.0, "unheard": 0.0}


def luck(name: str = "test") -> np.random.Generator:
    return stream(11, name)


def draw(known: str, draws: int = DRAWS, seed: int = 1, **more):
    who = make_stakeholder(weights=STATED, known=known, **more)
    return draw_preferences(who, CONCERNS, ("deaths", "missing", "cost"), draws, seed)


@pytest.mark.parametrize(
    "centroid",
    [
        (0.6111, 0.2778, 0.1111),
        (0.5208, 0.2708, 0.1458, 0.0625),
        (0.4567, 0.2567, 0.1567, 0.0900, 0.0400),
    ],
)
def test_an_order_alone_gives_the_rank_order_centroid(centroid):
    stated = np.arange(len(centroid), 0, -1)
    found = draw_ordered(stated, DRAWS, luck())
    assert (np.diff(found, axis=1) <= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_allclose(found.mean(axis=0), centroid, atol=0.003)


def test_an_order_may_be_stated_in_any_order_and_equals_stay_equal():
    found = draw_ordered([1, 4, 4, 2], DRAWS, luck())
    assert (found[:, 1] == found[:, 2]).all()
    assert (found[:, 1] >= found[:, 3]).all()
    assert (found[:, 3] >= found[:, 0]).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)
    # Corners of what fits: (0, 1/2, 1/2, 0), (0, 1/3, 1/3, 1/3) and all alike; the mean is theirs.
    np.testing.assert_allclose(found.mean(axis=0), [1 / 12, 13 / 36, 13 / 36, 7 / 36], atol=0.003)


def test_nothing_known_leaves_room_for_single_minded_people():
    found = draw_flat(10, DRAWS, luck())
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_allclose(found.mean(axis=0), 0.1, atol=0.002)
    assert (found[:, 0] > 0.3).mean() == pytest.approx(0.7**9, abs=0.003)
    assert (found.max(axis=1) > 0.3).mean() == pytest.approx(0.39, abs=0.01)


def test_intervals_are_kept_and_filled_evenly():
    stated, within = np.array([5.0, 3.0, 2.0]), 0.4
    found = draw_near(stated, within, DRAWS, luck())
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (np.abs(found - stated / 10) <= within * stated / 10 + 1e-12).all()
    # Evenly over the triangle, as flat weights that happen to fit.
    flat = draw_flat(3, 12 * DRAWS, luck("other"))
    fits = flat[(np.abs(flat - stated / 10) <= within * stated / 10).all(axis=1)]
    assert len(fits) > 10_000
    shares = [0.05, 0.25, 0.5, 0.75, 0.95]
    np.testing.assert_allclose(np.quantile(found, shares, axis=0), np.quantile(fits, shares, axis=0), atol=0.003)


@pytest.mark.parametrize("size", [1, 2, 20])
def test_narrow_intervals_of_few_or_many_weights_are_drawn_too(size):
    found = draw_near(np.ones(size), 0.1, 500, luck())
    assert found.shape == (500, size)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert np.abs(found * size - 1).max() <= 0.1 + 1e-9
    np.testing.assert_array_equal(draw_near([3, 1], 0.0, 2, luck()), [[0.75, 0.25]] * 2)


@pytest.mark.parametrize("known", ["order", "interval", "unknown"])
def test_a_longer_draw_begins_with_the_shorter_and_a_seed_decides_it(known):
    within = 0.3 if known == "interval" else 0.0
    short, long = (draw(known, draws, within=within).weights for draws in (300, 9000))
    np.testing.assert_array_equal(long[:300], short)
    assert (draw(known, 300, seed=2, within=within).weights != short).any()
    assert len({tuple(row) for row in long}) == 9000


def test_what_is_not_modelled_keeps_its_weight_and_what_weighs_nothing_is_left_out():
    fixed = draw("fixed")
    assert fixed.concerns == ("lives", "purse", "honour")
    np.testing.assert_allclose(fixed.weights, [[0.5, 0.3, 0.2]])
    np.testing.assert_allclose(fixed.shares, [[0.75, 0.25, 0], [0, 0, 1], [0, 0, 0]])
    np.testing.assert_allclose(fixed.on_outcomes, [[0.375, 0.125, 0.3]])
    np.testing.assert_allclose(fixed.modelled, [1, 1, 0])
    assert fixed.unmodelled == pytest.approx(0.2)
    free = draw("unknown")
    assert free.weights.shape == (DRAWS, 3)
    assert free.unmodelled == pytest.approx(1 / 3, abs=0.005)
    np.testing.assert_allclose(free.on_outcomes.sum(axis=1), 1 - free.weights[:, 2])


def test_an_outcome_that_was_not_simulated_is_not_modelled():
    who = make_stakeholder(weights=STATED)
    fixed = draw_preferences(who, CONCERNS, ("deaths",), 1, 1)
    np.testing.assert_allclose(fixed.modelled, [0.75, 0, 0])
    assert fixed.unmodelled == pytest.approx(1 - 0.375)


def test_values_of_outcomes_join_to_values_of_concerns():
    fixed = draw("fixed")
    values = np.array([[[0.4, 0.8, 0.1], [np.nan, 0.8, 0.1]]])
    np.testing.assert_allclose(fixed.join_values(values), [[[0.5, 0.1, 0], [np.nan, 0.1, 0]]])
    np.testing.assert_allclose(fixed.join_values(values[:, :1]), [[[0.5, 0.1, 0]]])
    whole = fixed.join_values(values[:, :1]) @ fixed.weights[0]
    np.testing.assert_allclose(whole, values[:, :1] @ fixed.on_outcomes[0])


def test_who_weighs_nothing_has_no_weights_to_draw():
    with pytest.raises(WeighingError, match="town weighs nothing"):
        draw_preferences(make_stakeholder(weights={"lives": 0.0}), CONCERNS, ("deaths",), 10, 1)
