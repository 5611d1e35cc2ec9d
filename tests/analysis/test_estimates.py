import numpy as np
import pytest

from crossroads.analysis.estimates import Sums, estimate, find_error, tell_apart

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


def test_sums_of_blocks_are_the_sum_of_all_also_where_a_block_lacks_replicates_or_values():
    values, weights = draw(5, 64, 3), np.abs(draw(6, 2, 64))
    values[3:9, 1] = np.nan
    whole = estimate(values, weights, REPLICATE)
    merged = Sums(np.arange(16))
    for first, last in ((0, 24), (24, 60), (60, 64)):
        part = Sums(np.arange(16))
        part.add({"it": values[first:last]}, weights[:, first:last], REPLICATE[first:last])
        merged.merge(part)
    found = merged.finish()["it"]
    for one, other in ((found.mean, whole.mean), (found.error, whole.error), (found.without, whole.without)):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_some_of_what_was_estimated_at_once_is_as_if_estimated_alone():
    values, weights = draw(7, 64, 3, 2), np.ones((1, 64))
    picked = estimate(values, weights, REPLICATE).pick(slice(1, 3), 0)
    alone = estimate(values[:, 1:3, 0], weights, REPLICATE)
    np.testing.assert_allclose(picked.mean, alone.mean, rtol=1e-12)
    np.testing.assert_allclose(picked.error, alone.error, rtol=1e-12)
