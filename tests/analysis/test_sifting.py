import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.analysis import sifting
from crossroads.analysis.quantiles import find_quantiles
from crossroads.analysis.sifting import sift

SHARES = (1e-6, 0.1, 0.5, 0.9, 1 - 1e-6)


def make(seed=1, count=64, columns=3, views=2, missing=0.1):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 20, (count, columns)).astype(float)  # with many equals
    values[rng.random(values.shape) < missing] = np.nan
    weights = rng.gamma(1, 1, (views, count)) * (rng.random((views, count)) < 0.8)
    return values, weights, np.arange(count) % 4


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_quantiles_are_those_of_all_and_of_what_each_replicate_leaves(seed):
    values, weights, replicate = make(seed)
    quantiles, _ = sift(values, weights, replicate, SHARES)
    np.testing.assert_array_equal(quantiles[0], find_quantiles(values.T, weights, SHARES))
    for left in range(4):
        others = replicate != left
        expected = find_quantiles(values[others].T, weights[:, others], SHARES)
        np.testing.assert_array_equal(quantiles[1 + left], expected)


def test_shortfalls_are_means_of_what_is_missing_to_the_quantile():
    values, weights, replicate = make(missing=0.0)
    quantiles, shortfalls = sift(values, weights, replicate, SHARES)
    for left in range(-1, 4):
        kept = weights[:, None] * (replicate != left)
        for place in range(len(SHARES)):
            below = np.maximum(0, quantiles[1 + left, :, :, place, None] - values.T)
            expected = (kept * below).sum(axis=-1) / kept.sum(axis=-1)
            np.testing.assert_allclose(shortfalls[1 + left, :, :, place], expected, atol=1e-12)


def test_the_compiled_loop_does_what_its_plain_text_does(monkeypatch):
    values, weights, replicate = make(3)
    compiled = sift(values, weights, replicate, SHARES)
    monkeypatch.setattr(sifting, "compile_loop", lambda function, *parts: function)
    for found, expected in zip(sift(values, weights, replicate, SHARES), compiled, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_values_keep_their_shape_whatever_is_looked_at_together(monkeypatch):
    values, weights, replicate = make(5, columns=6)
    whole = sift(values.reshape(64, 3, 2), weights, replicate, SHARES)[0]
    assert whole.shape == (5, 2, 3, 2, len(SHARES))
    monkeypatch.setattr(sifting, "TOGETHER", 64)
    np.testing.assert_array_equal(sift(values.reshape(64, 3, 2), weights, replicate, SHARES)[0], whole)


def test_what_is_not_known_or_not_believed_has_no_quantile():
    values, weights, replicate = make()
    values[:, 1], weights[1] = np.nan, 0.0
    quantiles, shortfalls = sift(values, weights, replicate, SHARES)
    assert np.isnan(quantiles[:, :, 1]).all()
    assert np.isnan(quantiles[:, 1]).all()
    assert np.isfinite(quantiles[:, 0, 0]).all()
    assert (np.isnan(shortfalls) == np.isnan(quantiles)).all()


def test_a_replicate_that_holds_all_weight_leaves_nothing():
    values, _, replicate = make(missing=0.0)
    quantiles, _ = sift(values, (replicate == 2)[None].astype(float), replicate, SHARES)
    assert np.isnan(quantiles[1 + 2]).all()
    np.testing.assert_array_equal(quantiles[1], quantiles[0])


def test_one_future_is_all_its_quantiles():
    quantiles, shortfalls = sift(np.array([[7.0]]), np.ones((1, 1)), np.array([0]), SHARES)
    assert quantiles[0, 0, 0].tolist() == [7.0] * len(SHARES)
    assert shortfalls[0, 0, 0] == pytest.approx([0.0] * len(SHARES))
