"""The loops as plain Python; `test_quantiles.py` has them compiled."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crossroads.analysis.narrowing import cut, find_rows, locate, name_groups, rank_many, settle_equal, take
from crossroads.analysis.quantiles import find_quantiles


@settings(max_examples=30, deadline=None)
@given(arrays(np.float64, 120, elements=st.integers(-6, 40) | st.sampled_from([-np.inf, np.inf, 1e300, 1e-300])))
def test_bins_keep_the_order_of_values_and_a_pile_has_its_own(values):
    bins = np.empty(len(values), np.uint32)
    with np.errstate(invalid="ignore", over="ignore"):
        count, pile, height = cut(values, bins, 100, False)
    order = np.argsort(values, kind="stable")
    assert (np.diff(bins[order].astype(int)) >= 0).all()
    assert bins.min() >= 100
    assert bins.max() < 100 + count
    assert set(values[bins == pile]) <= {height}
    assert (bins[values == height] == pile).all()


def test_in_the_last_round_every_value_has_a_bin():
    values, bins = np.random.default_rng(1).integers(0, 50, 200).astype(float), np.empty(200, np.uint32)
    count, pile, _ = cut(values, bins, 7, True)
    assert (count, pile) == (200, -1)
    assert sorted(bins) == list(range(7, 207))
    assert (np.diff(values[np.argsort(bins)]) >= 0).all()


@pytest.mark.parametrize("count", [0, 1, 2, 40, 333])
def test_many_values_are_ranked(count):
    values, bins = np.random.default_rng(2).normal(size=count), np.empty(count, np.uint32)
    rank_many(values, bins, 3)
    np.testing.assert_array_equal(bins, 3 + np.argsort(np.argsort(values)))


def test_a_run_without_a_share_or_a_number_is_not_taken():
    found, parts, places = np.empty(5), np.empty(5), np.empty(5, np.uint32)
    values, run = np.array([1.0, np.nan, 3.0, 4.0, 5.0]), np.array([0.5, 0.5, 0.0, 0.2, 0.1])
    assert take(values, run, np.ones(5), found, parts, places) == 3
    assert (found[:3].tolist(), parts[:3].tolist(), places[:3].tolist()) == ([0, 3, 4], [0.5, 0.2, 0.1], [0, 3, 4])


def test_a_target_goes_to_the_first_bin_that_reaches_what_it_wants():
    table = np.array([[1.0], [1.0], [4.0], [2.0], [2.0]])  # two groups: three bins, then two
    rest, group = np.array([[1.0, 1.5, 2.0, 9.0, 1.0]]), np.array([[0, 0, 1, 1, -1]])
    locate(table, np.array([0, 3, 5]), rest, group)
    assert group.tolist() == [[0, 2, 3, 3, -1]]
    assert rest.tolist() == [[1.0, 0.5, 2.0, 2.0, 1.0]]  # what no rounding can reach is the last that weighs


def test_bins_are_numbered_as_targets_meet_them():
    group, names = np.array([[5, 2, -1], [2, 5, 0]]), np.empty(7, np.int64)
    assert name_groups(group, names) == 3
    assert group.tolist() == [[0, 1, -1], [1, 0, 2]]
    assert names.tolist() == [2, -1, 1, -1, -1, 0, -1]


def test_a_group_of_equal_values_is_done_with():
    spans, group, result = np.array([[0, 2], [2, 4]]), np.array([[0, 1, -1]]), np.full((1, 3), np.nan)
    settle_equal(np.array([3.0, 3.0, 3.0, 4.0]), spans, group, result)
    assert (group.tolist(), spans.tolist()) == ([[-1, 1, -1]], [[0, 0], [2, 4]])
    np.testing.assert_array_equal(result, [[3.0, np.nan, np.nan]])


def test_plain_python_finds_what_the_compiled_loops_find():
    rng = np.random.default_rng(5)
    values, weights, shares = np.round(rng.lognormal(0, 2, (2, 150)), 1), rng.random((3, 150)), [0.1, 0.5, 0.95]
    weights[2] = 0.0
    result = np.empty((2, 3, 3))
    find_rows(values[:, None], np.ones((1, 150)), weights.T.copy(), np.empty((0, 0)), np.array(shares), result)
    np.testing.assert_array_equal(result.swapaxes(0, 1), find_quantiles(values, weights, shares))
    assert np.isfinite(result[:, :2]).all()
