import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from crossroads.analysis.kernels import compile_loop
from crossroads.analysis.standings import (
    Task,
    count_firsts,
    count_standings,
    deal_tasks,
    find_firsts,
    gather_futures,
    rank_draws,
    score_options,
)

FUTURES, OPTIONS, CRITERIA = 7, 5, 3
COARSE = st.sampled_from([0.0, 0.25, 0.5, 1.0, np.nan])


def draw_case(seed: int, draws: int = 400):
    """Values with ties and gaps, weights, and limits."""
    dice = np.random.default_rng(seed)
    values = dice.integers(0, 4, (FUTURES, CRITERIA, OPTIONS)) / 4
    values[2, 1, 3] = np.nan
    weights = dice.dirichlet(np.ones(CRITERIA), draws)
    weights[::3] = 1 / CRITERIA
    futures = dice.integers(0, FUTURES, draws)
    return values, weights, futures, dice.random((FUTURES, OPTIONS)) < 0.3


def rank_by_hand(scores: np.ndarray, gone: np.ndarray) -> dict[int, tuple[int, int]]:
    """Option to its place and the number of its equals."""
    keys = [(bool(gone[i]), -round(float(score) * 2**40)) for i, score in enumerate(scores) if not np.isnan(score)]
    known = [i for i, score in enumerate(scores) if not np.isnan(score)]
    return {i: (sum(other < key for other in keys), keys.count(key) - 1) for i, key in zip(known, keys, strict=True)}


@pytest.mark.parametrize("limited", [False, True])
def test_counts_are_those_of_ranking_each_draw_by_hand(limited):
    values, weights, futures, gone = draw_case(3)
    found = count_standings(
        values, weights, deal_tasks(futures, np.zeros(400, np.int64), 400), gone if limited else None
    )
    places, wins = np.zeros((OPTIONS, OPTIONS, OPTIONS)), np.zeros((OPTIONS, OPTIONS))
    firsts = np.zeros((OPTIONS, CRITERIA))
    for weight, future in zip(weights, futures, strict=True):
        held = rank_by_hand(weight @ values[future], gone[future] & limited)
        for option, (place, equals) in held.items():
            places[option, place, equals] += 1
            firsts[option] += weight / (equals + 1) * (place == 0)
            for other, (below, _) in held.items():
                wins[option, other] += place < below
    np.testing.assert_array_equal(found.places[0], places)
    np.testing.assert_array_equal(found.wins[0], wins)
    np.testing.assert_allclose(found.firsts[0], firsts)
    assert places[:, :, 1:].sum() > 20
    assert found.ran[0].tolist() == [400, 400, 400, 400 - (futures == 2).sum(), 400]


def test_equals_share_their_places_alike():
    values = np.array([[[0.9, 0.5, 0.5, 0.5, 0.1]]])
    found = count_standings(
        values, np.ones((1, 1)), [Task(np.zeros(6, np.int64), np.ones(6, np.int64), np.zeros(6, np.int64))]
    )
    third = [0, 2, 2, 2, 0]
    np.testing.assert_allclose(found.shared[0], [[6, 0, 0, 0, 0], third, third, third, [0, 0, 0, 0, 6]])


def test_what_differs_by_rounding_alone_is_equal():
    values = np.array([[[0.1 + 0.2, 0.3, 0.3 - 1e-9]]])
    found = count_standings(values, np.ones((1, 1)), deal_tasks(np.zeros(1, np.int64), np.zeros(1, np.int64), 1))
    np.testing.assert_allclose(found.shared[0], [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]])


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_counts_are_the_same_whatever_the_number_of_threads(threads):
    values, weights, futures, gone = draw_case(4, 20_000)
    tasks = deal_tasks(futures, futures % 4, len(weights))
    one, many = (count_standings(values, weights, tasks, gone, count) for count in (1, threads))
    for name in ("places", "wins", "ties", "firsts"):
        assert getattr(one, name).tobytes() == getattr(many, name).tobytes()


def test_the_counts_add_up_however_the_draws_are_cut():
    values, weights, futures, _ = draw_case(5)
    groups = futures % 3
    whole = count_standings(values, weights, deal_tasks(futures, groups, 400))
    parts = [
        count_standings(values, weights[cut], deal_tasks(futures[cut], groups[cut], len(weights[cut])))
        for cut in (slice(0, 150), slice(150, 400))
    ]
    np.testing.assert_array_equal(whole.places, parts[0].places + parts[1].places)
    np.testing.assert_array_equal(whole.wins, parts[0].wins + parts[1].wins)
    np.testing.assert_allclose(whole.firsts, parts[0].firsts + parts[1].firsts, rtol=1e-13)


@settings(max_examples=25, deadline=None)
@given(arrays(np.float64, (3, 2, 4), elements=COARSE), arrays(np.bool_, (3, 4)), st.booleans())
def test_the_loops_count_the_same_compiled_and_as_they_stand(values, gone, limited):
    weights = np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0]])
    limits = gone if limited else np.zeros((0, 0), dtype=bool)
    task = (np.array([0, 1, 2, 1]), np.array([1, 2, 1, 3]))
    compiled = compile_loop(rank_draws, score_options), compile_loop(find_firsts, score_options)
    results = []
    for rank, first in (compiled, (rank_draws, find_firsts)):
        counts = [np.zeros(shape, np.int64) for shape in ((4, 4, 4), (4, 4), (4, 4))]
        sums = [np.zeros((4, 2)), np.zeros((3, 4)), np.zeros((3, 4))]
        rank(values, limits, weights, np.array([0, 1, 2, 0]), *task, *counts, sums[0])
        first(values, limits, weights, *task, *sums[1:])
        results.append([array.tolist() for array in [*counts, *sums]])
    assert results[0] == results[1]


def test_each_future_is_tried_with_every_row_as_often_as_it_was_drawn():
    values = np.array([[[1.0, 0.0, 0.5]], [[0.0, 1.0, np.nan]], [[0.5, 0.5, 0.2]]])
    tasks = deal_tasks(np.array([0, 0, 1, 2, 2, 2]), np.array([0, 0, 0, 1, 1, 1]), 6)
    every = gather_futures(tasks, 3)
    assert [task.times.tolist() for task in every] == [[2, 1], [3]]
    first, ran = count_firsts(values, np.array([[1.0], [0.5]]), every)
    np.testing.assert_allclose(first, [[[2, 1, 0]] * 2, [[1.5, 1.5, 0]] * 2])
    np.testing.assert_allclose(ran, [[[3, 3, 2]] * 2, [[3, 3, 3]] * 2])
