import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import make_weights

from crossroads.analysis.averages import average_reactions


def test_averages_over_reactions_by_hand():
    weights = make_weights()
    values = np.zeros((len(weights.pairs), 64, 1))
    values[:, :, 0] = np.array([1.0, 2.0, 4.0, 8.0])[weights.pairs[:, 1], None]
    averages = average_reactions(values, weights.shares[0], weights)
    np.testing.assert_allclose(averages[0, 0, :, 0], [3.75, 1.5, 6.0])
    np.testing.assert_allclose(averages[0, 2, :2, 0], [1.25, 1.25])
    assert np.isnan(averages[0, 2, 2, 0])


def draw(seed, failing=0.0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    weights = make_weights()
    ok = weights.ok & (rng.random(weights.ok.shape) >= failing)
    weights = make_weights(ok=ok)
    values = rng.normal(0, 5, (10, 64, 3)).astype(dtype)
    values[~ok[tuple(weights.pairs.T)]] = np.nan
    return weights.play([rng.random((10, 64))], [0, 0, 0]), values


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), failing=st.sampled_from([0.0, 0.2, 0.4]))
def test_an_average_is_the_sum_of_what_ran_by_its_share(seed, failing):
    weights, values = draw(seed, failing)
    shares = weights.shares[0]
    found = average_reactions(values, shares, weights)
    for option in range(3):
        span = weights.span(option)
        run, held = shares.run[span, :, None], values[span]
        whole = np.where(run.sum(axis=0) > 0, np.where(run > 0, run * held, 0).sum(axis=0), np.nan)
        np.testing.assert_allclose(found[:, option, 0], whole, rtol=1e-12, atol=1e-12)
        stance = weights.stance_of[weights.pairs[span, 1]]
        for one in range(2):
            mine = np.where(stance[:, None, None] == one, run, 0)
            below = mine.sum(axis=0)
            above = np.where(mine > 0, mine * held, 0).sum(axis=0)
            given = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
            np.testing.assert_allclose(found[:, option, 1 + one], given, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, bool])
def test_values_of_any_kind_are_averaged_in_double_precision(dtype):
    weights, values = draw(4)
    kept = values > 0 if dtype is bool else values.astype(dtype)
    found = average_reactions(kept, weights.shares[0], weights)
    np.testing.assert_allclose(
        found, average_reactions(kept.astype(np.float64), weights.shares[0], weights), rtol=1e-14
    )


def test_values_that_lie_apart_in_memory_give_the_same():
    weights, values = draw(9)
    spread = np.empty((10, 64, 6))[:, :, ::2]
    spread[:] = values
    np.testing.assert_array_equal(
        average_reactions(spread, weights.shares[0], weights), average_reactions(values, weights.shares[0], weights)
    )
