from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crossroads.analysis.quantiles import find_quantiles, find_run_quantiles


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
        "both ends": rng.choice([-np.inf, 0.0, 1.0, np.inf], count),
        "outlier": np.where(np.arange(count) == 77, 3e37, rng.normal(5, 1, count)),
        "high pile": np.minimum(rng.normal(1, 1, count), 1.0),
        "scales": 10.0 ** rng.uniform(-37, 37, count),
        "close": 1.0 + 1e-13 * rng.integers(0, 1000, count),
        "tiny": 1e-38 * rng.random(count),
    }[kind]


EASY = ["bell", "tail", "spike", "steps", "equal", "endless", "gaps"]
HARD = ["both ends", "outlier", "high pile", "scales", "close", "tiny"]


@pytest.mark.parametrize("kind", [*EASY, *HARD])
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


def test_numbers_of_all_sizes_are_sorted_in_the_end():
    rng = np.random.default_rng(4)
    row = rng.choice([-1.0, 1.0], 3000) * 10.0 ** rng.uniform(-320, 300, 3000)
    found = find_quantiles(row[None], np.ones((1, 3000)), [0.1, 0.49, 0.5, 0.51])[0, 0]
    np.testing.assert_array_equal(found, np.quantile(row, [0.1, 0.49, 0.5, 0.51], method="inverted_cdf"))


WHOLE = st.sampled_from([-np.inf, -1e30, -1.5, -1e-30, 0.0, 1e-30, 1.5, 1.75, 1e30, np.inf, np.nan])


@settings(max_examples=60, deadline=None)
@given(
    arrays(np.float32, 300, elements=WHOLE),
    arrays(np.float64, (2, 300), elements=st.integers(0, 3)),
    st.lists(st.sampled_from([0.05, 0.25, 0.5, 0.9, 0.95, 1.0]), min_size=1, max_size=4),
)
def test_extremes_and_gaps_agree_with_numpy(values, weights, shares):
    found, known = find_quantiles(values[None], weights, shares)[:, 0], ~np.isnan(values)
    for held, got in zip(weights[:, known], found, strict=True):
        if held.sum() == 0:
            assert np.isnan(got).all()
            continue
        expected = np.quantile(values[known][held > 0], shares, weights=held[held > 0], method="inverted_cdf")
        np.testing.assert_array_equal(got, expected)


def test_what_weighs_nothing_is_no_quantile():
    found = find_quantiles(np.array([[1.0, 2.0, 3.0]]), np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]), [0.0, 1.0])
    assert found[:, 0].tolist() == [[2.0, 2.0], [3.0, 3.0]]


def test_shares_need_no_order_and_rows_of_nothing_have_no_quantile():
    found = find_quantiles(np.array([[4.0, 1.0, 2.0], [np.nan] * 3]), np.ones((1, 3)), [0.9, 0.1])
    np.testing.assert_array_equal(found, [[[4.0, 1.0], [np.nan, np.nan]]])
    assert find_quantiles(np.empty((2, 0)), np.ones((3, 0)), [0.5]).shape == (3, 2, 1)
    assert find_quantiles(np.empty((0, 4)), np.ones((3, 4)), [0.5]).shape == (3, 0, 1)


def make_runs(pairs: int = 4, futures: int = 600, times: int = 3) -> tuple[np.ndarray, ...]:
    """Values, shares, weights of futures and a reference; some runs failed, and one pair never ran."""
    rng = np.random.default_rng(6)
    values = rng.normal(100, 20, (pairs, futures, times)).astype(np.float32)
    run = rng.random((pairs, futures)) * (rng.random((pairs, futures)) < 0.9)
    run[1], values[:, :20, 1] = 0.0, np.nan
    return values, run, rng.random((2, futures)), rng.normal(100, 20, (futures, times))


@pytest.mark.parametrize("with_reference", [False, True])
@pytest.mark.parametrize("precision", [np.float32, np.float64])
def test_runs_weigh_their_share_times_the_weight_of_their_future(with_reference, precision):
    values, run, futures, reference = make_runs()
    values, given_reference = values.astype(precision), reference if with_reference else None
    found = find_run_quantiles(values, run, futures, given_reference, [0.1, 0.5, 0.9])
    shifted = values - reference.astype(precision) if with_reference else values
    rows = np.where(run[..., None] > 0, shifted, np.nan).transpose(2, 0, 1).reshape(3, -1)
    expected = find_quantiles(rows, (futures[:, None] * run).reshape(2, -1), [0.1, 0.5, 0.9])
    assert found.shape == (2, 3, 3)
    np.testing.assert_array_equal(found, expected)
    for row, got in zip(rows, found[0], strict=True):
        held = (futures[0] * run).reshape(-1)[~np.isnan(row)]
        plain = np.quantile(row[~np.isnan(row)], [0.1, 0.5, 0.9], weights=held, method="inverted_cdf")
        np.testing.assert_array_equal(got, plain)


def test_one_view_alone_finds_what_it_finds_among_others():
    values, run, futures, reference = make_runs()
    both = find_run_quantiles(values, run, futures, reference, [0.2, 0.8])
    alone = [find_run_quantiles(values, run, row[None], reference, [0.2, 0.8])[0] for row in futures]
    np.testing.assert_array_equal(both, alone)


def test_views_held_once_for_all_runs_will_do():
    values, run, futures, reference = make_runs()
    same, whole = np.broadcast_to(run[:, :1], run.shape), np.broadcast_to(reference[:, :1], reference.shape)
    found = find_run_quantiles(values, same, futures, whole, [0.5])
    np.testing.assert_array_equal(found, find_run_quantiles(values, same.copy(), futures, whole.copy(), [0.5]))


def test_threads_do_not_disturb_each_other():
    values, run, futures, reference = make_runs(futures=3000)
    expected = [find_run_quantiles(values + step, run, futures, reference, [0.3, 0.7]) for step in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(
            lambda step: find_run_quantiles(values + step % 4, run, futures, reference, [0.3, 0.7]), range(24)
        )
        for step, got in enumerate(found):
            np.testing.assert_array_equal(got, expected[step % 4])
