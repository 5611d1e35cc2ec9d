"""Who stands where in each of many draws of weights and futures, counted by whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crossroads.analysis.estimates import Bools, Floats, Ints
from crossroads.analysis.kernels import compile_loop

GROUPS = 16
"""Groups of draws for the jackknife, where the futures bring no replicates of their own."""
MOST_THREADS = 2
_SMALL = 5000
"""Draws that one thread counts sooner than two."""


@dataclass(frozen=True)
class Task:
    """Draws that are counted together: the future of each, how many times it counts, and the row of the weights, all
    (draws,)."""

    futures: Ints
    times: Ints
    rows: Ints


@dataclass(frozen=True)
class Standings:
    """Counts by task: `places` (tasks, options, places, equals) of draws in which an option held a place alone
    (equals 0) or with so many others, which then fill the next places; `wins` and `ties` (tasks, options, options);
    `firsts` (tasks, options, criteria) sums of the weights with which it was first, equals sharing alike."""

    places: Ints
    wins: Ints
    ties: Ints
    firsts: Floats

    @property
    def ran(self) -> Ints:
        """Draws in which each option took part, (tasks, options)."""
        return np.asarray(np.einsum("too->to", self.ties))

    @cached_property
    def shared(self) -> Floats:
        """Draws in which an option held each place, equals sharing their places alike, (tasks, options, places)."""
        found = np.zeros(self.places.shape[:3])
        for equals in np.flatnonzero(self.places.any(axis=(0, 1, 2))):
            held = self.places[..., equals] / (equals + 1)
            for step in range(equals + 1):  # the last `step` places cannot begin a tie that reaches past the end
                found[:, :, step:] += held[:, :, : held.shape[2] - step]
        return found


def count_standings(
    values: Floats, weights: Floats, tasks: Sequence[Task], out: Bools | None = None, threads: int = MOST_THREADS
) -> Standings:
    """Rank the options of each draw by their weighted sums: `values` (futures, criteria, options), `weights` (rows,
    criteria).

    Where `out` (futures, options) is true an option stands below all for which it is not. An option with NaN on a
    criterion is not ranked. The counts are the same whatever the number of threads.
    """
    options, criteria = values.shape[2], values.shape[1]
    inputs = _prepare(values, out, weights)
    found = Standings(
        np.zeros((len(tasks), options, options, options), dtype=np.int64),
        np.zeros((len(tasks), options, options), dtype=np.int64),
        np.zeros((len(tasks), options, options), dtype=np.int64),
        np.zeros((len(tasks), options, criteria)),
    )
    count = compile_loop(rank_draws, score_options)

    def count_one(number: int) -> None:
        task = tasks[number]
        counted = (found.places[number], found.wins[number], found.ties[number], found.firsts[number])
        count(*inputs, task.rows, task.futures, task.times, *counted)

    _work(count_one, tasks, threads)
    return found


def count_firsts(
    values: Floats, weights: Floats, tasks: Sequence[Task], out: Bools | None = None, threads: int = MOST_THREADS
) -> tuple[Floats, Floats]:
    """How often each option is first with each row of the weights, equals sharing alike, and how often it takes part,
    both (tasks, rows, options): every row is tried in every future of a task. Otherwise as `count_standings`."""
    inputs = _prepare(values, out, weights)
    first, ran = np.zeros((2, len(tasks), len(weights), values.shape[2]))
    count = compile_loop(find_firsts, score_options)

    def count_one(number: int) -> None:
        count(*inputs, tasks[number].futures, tasks[number].times, first[number], ran[number])

    _work(count_one, tasks, threads)
    return first, ran


def _prepare(values: Floats, out: Bools | None, weights: Floats) -> tuple[Floats, Bools, Floats]:
    gone = np.zeros((0, 0), dtype=np.bool_) if out is None else np.ascontiguousarray(out, dtype=np.bool_)
    return np.ascontiguousarray(values, np.float64), gone, np.ascontiguousarray(weights, np.float64)


def _work(count_one: Callable[[int], None], tasks: Sequence[Task], threads: int) -> None:
    """Each task fills arrays of its own, so that their order means nothing."""
    draws = sum(len(task.futures) for task in tasks)
    if draws < _SMALL or threads < 2:
        for number in range(len(tasks)):
            count_one(number)
        return
    with ThreadPoolExecutor(threads) as crew:
        list(crew.map(count_one, range(len(tasks))))


def rank_draws(
    values: Floats,
    gone: Bools,
    weights: Floats,
    rows: Ints,
    futures: Ints,
    times: Ints,
    places: Ints,
    wins: Ints,
    ties: Ints,
    firsts: Floats,
) -> None:
    """Add the standings of each draw to the counts of one task."""
    criteria, options = values.shape[1], values.shape[2]
    score = np.empty(options)
    for draw in range(len(rows)):
        weight, often = weights[rows[draw]], times[draw]
        score_options(values, gone, weight, futures[draw], score)
        for option in range(options):
            own = score[option]
            if np.isnan(own):
                continue
            above, equal = 0, 0
            for other in range(options):
                same = own == score[other]
                above += score[other] > own
                equal += same
                wins[option, other] += often * (own > score[other])
                ties[option, other] += often * same
            places[option, above, equal - 1] += often
            if above == 0:
                for criterion in range(criteria):
                    firsts[option, criterion] += often * weight[criterion] / equal


def find_firsts(
    values: Floats, gone: Bools, weights: Floats, futures: Ints, times: Ints, firsts: Floats, ran: Floats
) -> None:
    """Add to `firsts` (rows, options), equals sharing alike, which option is first in each future with each row of
    the weights, and to `ran` which took part."""
    options = values.shape[2]
    score = np.empty(options)
    for place in range(len(futures)):
        for row in range(len(weights)):
            score_options(values, gone, weights[row], futures[place], score)
            best, equal = -np.inf, 0
            for option in range(options):
                best = max(best, score[option])
            for option in range(options):
                equal += score[option] == best
            for option in range(options):
                if score[option] == best:
                    firsts[row, option] += times[place] / equal
                if not np.isnan(score[option]):
                    ran[row, option] += times[place]


def score_options(values: Floats, gone: Bools, weight: Floats, future: int, score: Floats) -> None:
    """Weighted sums of the options, (options,), on a grid of 2**-40, so that what differs by rounding alone is equal
    and equal is equal throughout; what is past a limit falls below all the rest."""
    score[:] = 0.0
    for criterion in range(values.shape[1]):
        for option in range(len(score)):
            score[option] += weight[criterion] * values[future, criterion, option]
    for option in range(len(score)):
        score[option] = np.rint(score[option] * 2.0**40)
    if len(gone) == 0:
        return
    low, high = np.inf, -np.inf
    for option in range(len(score)):
        low, high = min(low, score[option]), max(high, score[option])
    for option in range(len(score)):
        if gone[future, option]:
            score[option] -= high - low + 1.0


def deal_tasks(futures: Ints, groups: Ints, rows: int) -> list[Task]:
    """One task for each group of draws: `futures` and `groups` (draws,), from 0, and `rows` of weights, one for each
    draw or one for all."""
    order = np.argsort(groups.astype(np.int16), kind="stable")
    parts = np.split(order, np.cumsum(np.bincount(groups))[:-1])
    return [Task(futures[part], np.ones_like(part), part if rows > 1 else np.zeros_like(part)) for part in parts]


def gather_futures(tasks: Sequence[Task], known: int) -> list[Task]:
    """The same tasks with each of the `known` futures once, and as many times as it was drawn."""
    counts = [np.bincount(task.futures, minlength=known) for task in tasks]
    members = [np.flatnonzero(count) for count in counts]
    return [Task(some, count[some], np.zeros_like(some)) for some, count in zip(members, counts, strict=True)]
