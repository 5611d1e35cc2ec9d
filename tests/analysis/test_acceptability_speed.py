import time
from functools import partial

import numpy as np
import pytest

from crossroads.analysis.acceptability import pick_futures, weigh_acceptability
from crossroads.analysis.preferences import draw_flat
from crossroads.sampling.streams import stream

FUTURES, OPTIONS, OUTCOMES = 6144, 11, 15


def rank_plainly(values: np.ndarray, weights: np.ndarray, futures: np.ndarray) -> tuple[np.ndarray, ...]:
    """Shares of places, central weights and pairwise wins, as an analyst would write them with NumPy."""
    scores = np.einsum("doc,dc->do", values[futures], weights)
    order = np.argsort(-scores, axis=1)
    places = np.argsort(order, axis=1)
    ranks = np.stack([np.bincount(column, minlength=OPTIONS) for column in places.T]) / len(weights)
    first = order[:, 0]
    central = np.stack([weights[first == option].mean(axis=0) for option in range(OPTIONS)])
    wins = np.stack([(scores[:, [option]] > scores).mean(axis=0) for option in range(OPTIONS)])
    return ranks, central, wins


def measure(task) -> tuple[float, float]:
    """Seconds on the clock and of the processor, the best of three."""
    found = []
    for _ in range(3):
        clock, processor = time.perf_counter(), time.process_time()
        task()
        found.append((time.perf_counter() - clock, time.process_time() - processor))
    return min(found)


@pytest.mark.slow
def test_a_million_draws_take_far_less_than_plain_numpy(capsys):
    values = stream(1, "values").random((FUTURES, OPTIONS, OUTCOMES))
    replicate = np.arange(FUTURES) // 3 % 16
    told = []
    for draws, seconds in ((20_000, 0.02), (1_000_000, 0.5)):
        weights = draw_flat(OUTCOMES, draws, stream(1, "weights"))
        futures = pick_futures(np.ones(FUTURES), draws, replicate)
        found = weigh_acceptability(values, weights, futures, replicate)
        clock, processor = measure(partial(weigh_acceptability, values, weights, futures, replicate))
        told.append(f"{draws:,} draws: {1000 * clock:.1f} ms ({1000 * processor:.1f} ms of processor)")
        assert processor < 2 * 3 * seconds, told  # two cores, and three times for a busy machine
    some = slice(0, 1_000_000, 5)
    plain = measure(lambda: rank_plainly(values, weights[some], futures[some]))[1] * 5
    told.append(
        f"plain NumPy, a million draws: {1000 * plain:.0f} ms of processor, {plain / processor:.0f} times as much"
    )
    ranks, central, wins = rank_plainly(values, weights[some], futures[some])
    np.testing.assert_allclose(found.ranks, ranks, atol=0.006)
    np.testing.assert_allclose(found.central, central, atol=0.006)
    np.testing.assert_allclose(found.wins, wins, atol=0.006)
    with capsys.disabled():
        print("\n  " + "\n  ".join(told))
    assert plain > 2 * processor
