import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crossroads.analysis.quantiles import find_quantiles


@settings(max_examples=40, deadline=None)
@given(
    arrays(np.float64, (2, 25), elements=st.integers(-5, 5)),
    arrays(np.float64, 25, elements=st.integers(0, 4)),
)
def test_quantiles_agree_with_numpy(values, weights):
    shares = [0.05, 0.5, 0.9]
    found = find_quantiles(values, weights[None], shares)[0]
    if weights.sum() == 0:
        assert np.isnan(found).all()
        return
    for row, got in zip(values, found, strict=True):
        np.testing.assert_array_equal(got, np.quantile(row, shares, weights=weights, method="inverted_cdf"))


def test_equal_weights_give_plain_quantiles_in_single_precision_too():
    values = np.random.default_rng(3).normal(size=(2, 101)).astype(np.float32)
    found = find_quantiles(values, np.full((1, 101), 0.3), [0.1, 0.5, 0.95])[0]
    np.testing.assert_array_equal(found, np.quantile(values, [0.1, 0.5, 0.95], axis=1, method="inverted_cdf").T)


def test_quantiles_pass_over_what_is_missing():
    found = find_quantiles(np.array([[np.nan, 1.0, 2.0, np.nan, 3.0]]), np.ones((1, 5)), [0.5, 1.0])
    assert found.tolist() == [[[2.0, 3.0]]]


def draw_row(kind: str, count: int) -> np.ndarray:
    rng = np.random.default_rng(8)
    return {
        "bell": rng.normal(100, 10, count),
        "tail": rng.lognormal(0, 3, count),
        "spike": np.where(rng.random(count) < 0.9, 0.0, rng.normal(0, 1, count)),
        "steps": rng.integers(0, 5, count).astype(float),
        "equal": np.full(count, 7.25),
        "endless": np.where(rng.random(count) < 0.2, np.inf, rng.normal(0, 1, count)),
        "gaps": np.where(rng.random(count) < 0.2, np.nan, rng.normal(0, 1, count)),
    }[kind]


@pytest.mark.parametrize("kind", ["bell", "tail", "spike", "steps", "equal", "endless", "gaps"])
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_what_is_sorted_in_part_is_the_same_as_sorted_in_whole(kind, precision):
    rng = np.random.default_rng(9)
    row = draw_row(kind, 20_000).astype(precision)
    weights = np.stack([np.ones(20_000), rng.random(20_000) * (rng.random(20_000) < 0.3), np.zeros(20_000)])
    shares = [0.05, 0.5, 0.9, 1.0]
    found = find_quantiles(row[None], weights, shares)[:, 0]
    known = ~np.isnan(row)
    for held, got in zip(weights[:2], found[:2], strict=True):
        expected = np.quantile(row[known], shares, weights=held[known], method="inverted_cdf")
        np.testing.assert_array_equal(got[:3], expected[:3])
        assert got[3] == row[known & (held > 0)].max()
    assert np.isnan(found[2]).all()


def test_a_share_that_falls_on_a_step_takes_the_lower_value():
    row = np.random.default_rng(2).permutation(10_000).astype(float)
    found = find_quantiles(row[None], np.full((1, 10_000), 0.1), [0.05, 0.1, 0.5, 0.95])[0, 0]
    assert found.tolist() == [499, 999, 4999, 9499]
