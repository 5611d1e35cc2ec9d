import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crossroads.analysis.estimates import estimate, find_error, find_quantiles, tell_apart

REPLICATE = np.arange(64) % 16


def draw(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def test_the_jackknife_of_a_mean_is_the_closed_form():
    values = draw(1, 64)
    means = np.array([values[one == REPLICATE].mean() for one in range(16)])
    found = estimate(values, np.ones((1, 64)), REPLICATE)
    assert found.mean[0] == pytest.approx(values.mean())
    assert found.error[0] == pytest.approx(means.std(ddof=1) / np.sqrt(16))


def test_equal_weights_are_the_plain_mean_whatever_their_size():
    values = draw(2, 64, 3)
    found = estimate(values, np.array([np.ones(64), np.full(64, 7.0)]), REPLICATE)
    np.testing.assert_allclose(found.mean, [values.mean(axis=0)] * 2)
    np.testing.assert_allclose(found.error[0], found.error[1])


def test_weights_are_normalised_by_hand():
    found = estimate(np.array([10.0, 20.0, 40.0]), np.array([[1.0, 1.0, 2.0]]), np.array([0, 1, 2]))
    assert found.mean[0] == pytest.approx((10 + 20 + 80) / 4)
    np.testing.assert_allclose(found.without[:, 0], [(20 + 80) / 3, (10 + 80) / 3, 15.0])


def test_missing_values_are_left_out_of_their_own_column_alone():
    values = np.tile(np.arange(64.0)[:, None], 2)
    values[:32, 1] = np.nan
    found = estimate(values, np.ones((1, 64)), REPLICATE)
    np.testing.assert_allclose(found.mean[0], [31.5, 47.5])


def test_nothing_known_has_no_mean_and_is_told_apart_from_nothing():
    found = estimate(np.full(64, np.nan), np.ones((1, 64)), REPLICATE)
    assert np.isnan(found.mean).all()
    assert not tell_apart(found.mean, found.error).any()


def test_a_single_replicate_has_no_error():
    assert np.isnan(find_error(np.array([[1.0, 2.0]]))).all()
    assert not tell_apart(np.array([5.0]), np.array([np.nan]))[0]


def test_two_standard_errors_tell_apart_and_rounding_does_not():
    difference, error = np.array([2.1, 1.9, -2.1, 1e-5]), np.array([1.0, 1.0, 1.0, 1e-9])
    assert tell_apart(difference, error, 100.0).tolist() == [True, False, True, False]


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
    values = draw(3, 2, 101).astype(np.float32)
    found = find_quantiles(values, np.full((1, 101), 0.3), [0.1, 0.5, 0.95])[0]
    np.testing.assert_array_equal(
        found, np.quantile(values, [0.1, 0.5, 0.95], axis=1, method="inverted_cdf").T
    )


def test_quantiles_pass_over_what_is_missing():
    found = find_quantiles(np.array([[np.nan, 1.0, 2.0, np.nan, 3.0]]), np.ones((1, 5)), [0.5, 1.0])
    assert found.tolist() == [[[2.0, 3.0]]]
