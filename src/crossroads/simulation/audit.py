"""A second look in double precision: one run in a hundred is run again and compared with what was stored."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from math import ceil, sqrt
from operator import add

import numpy as np
from numpy.typing import NDArray

from crossroads.case.records import Record
from crossroads.sampling.streams import stream
from crossroads.simulation.engines import Engine, Integers

SHARE = 0.01
"""Of all runs, those that are run again."""
LIMIT = 1e-4
"""The largest relative difference that counts for nothing."""
LEANING = 3.0
"""Standard deviations by which differences that fall either way may add up."""
TOGETHER = 16
"""Runs of one future that are audited together: a block of the double-precision engine, so that few lanes idle."""

Table = tuple[tuple[float, ...], ...]
Readings = NDArray[np.floating]
"""(runs, outcomes, horizons), not a number for a lost run."""


class Worst(Record):
    """The largest relative difference, and where it is, by places in the store."""

    difference: float
    option: int
    reaction: int
    future: int
    outcome: int
    horizon: int

    def exceeds(self, other: Worst) -> bool:
        """Whether this one is worse; of two equal ones the earlier, so that the order of chunks says nothing."""
        return (-self.difference, *self._place) < (-other.difference, *other._place)

    @property
    def _place(self) -> tuple[int, ...]:
        return self.future, self.option, self.reaction, self.outcome, self.horizon


class Audit(Record):
    """What the second look found. Audits of chunks add up to that of the ensemble.

    A difference is relative to the larger of the double-precision value and the mean absolute value of the same
    outcome at the same horizon over all runs of the chunk: what is next to nothing cannot differ by much.
    """

    runs: int
    """Runs that were run again."""
    beyond: int = 0
    """Those that differ by more than the limit in some outcome at some horizon."""
    lost_single: int = 0
    """Those that have a result in double precision alone."""
    lost_double: int = 0
    """Those that have a result in single precision alone."""
    worst: Worst | None = None
    shift: Table = ()
    """Outcome by horizon: sum of stored less double-precision values, over runs with a result in both."""
    size: Table = ()
    """Outcome by horizon: sum of absolute double-precision values over the same runs."""
    square: Table = ()
    """Outcome by horizon: sum over futures of the squared sum of their differences; runs of a future share its luck."""
    seconds: float = 0.0
    """Time taken, the first compiling counted."""

    def __add__(self, other: Audit) -> Audit:
        """Both as one. Raises ValueError where they are of other outcomes or horizons."""
        return Audit(
            runs=self.runs + other.runs,
            beyond=self.beyond + other.beyond,
            lost_single=self.lost_single + other.lost_single,
            lost_double=self.lost_double + other.lost_double,
            worst=_choose_worse(self.worst, other.worst),
            shift=_add_tables(self.shift, other.shift),
            size=_add_tables(self.size, other.size),
            square=_add_tables(self.square, other.square),
            seconds=self.seconds + other.seconds,
        )

    @property
    def differing(self) -> int:
        """Runs that differ beyond the limit or were lost in one precision alone."""
        return self.beyond + self.lost_single + self.lost_double

    @property
    def mean_differences(self) -> Table:
        """Outcome by horizon: how far the means of both precisions lie apart, relative to the mean absolute value."""
        return tuple(
            tuple(abs(shift) / size if size else 0.0 for shift, size in zip(shifts, sizes, strict=True))
            for shifts, sizes in zip(self.shift, self.size, strict=True)
        )

    @property
    def mean_difference(self) -> float:
        """The largest difference of means."""
        return max((each for row in self.mean_differences for each in row), default=0.0)

    @property
    def leaning(self) -> float:
        """The largest difference of means among those that lean to one side, beyond chance.

        Where a draw lies on the edge of its chance, rounding decides whether the event happens; such runs differ much,
        as often up as down, so that the sum of their differences stays within some roots of the sum of squares.
        """
        known = self.square or tuple((0.0,) * len(row) for row in self.shift)
        far = [
            difference
            for differences, shifts, squares in zip(self.mean_differences, self.shift, known, strict=True)
            for difference, shift, square in zip(differences, shifts, squares, strict=True)
            if abs(shift) > LEANING * sqrt(square)
        ]
        return max(far, default=0.0)


@dataclass(frozen=True)
class Auditor:
    """What an audit needs: the seed that chooses runs, and how the double-precision engine is made."""

    seed: int
    start: Callable[[], Engine]

    @property
    def engine(self) -> Engine:
        """The double-precision engine of the same model; made when it is first asked for, whoever asks."""
        with _starting:
            return self._engine

    @cached_property
    def _engine(self) -> Engine:
        return self.start()


_starting = threading.Lock()


def choose_runs(seed: int, pairs: Integers, first: int, count: int) -> Integers:
    """(runs, 3): row of a future counted from `first`, option, reaction, of the runs that are audited.

    Futures are taken in groups of equal size. One of each group is drawn, and some of the pairs of option and
    reaction that make sense (`pairs`), by the seed and the number of the group alone: whatever the chunks, their
    order and who runs them. The first future of all is always drawn, so that the smallest design is audited.
    """
    together = min(len(pairs), max(TOGETHER, ceil(SHARE * len(pairs))))
    group_size = max(1, round(together / (SHARE * len(pairs))))
    chosen = [np.empty((0, 3), dtype=np.int64)]
    for group in range(first // group_size, -(-(first + count) // group_size)):
        chance = stream(seed, "audit", str(group))
        future = group * group_size + (int(chance.integers(group_size)) if group else 0)
        if first <= future < first + count:
            drawn = np.sort(chance.choice(len(pairs), together, replace=False))
            chosen.append(np.column_stack([np.full(together, future - first), pairs[drawn]]))
    return np.concatenate(chosen)


def measure_typical(values: NDArray[np.floating], ran: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(outcomes, horizons): mean absolute value over the runs that have a result; 0 where none has.

    `values` is (options, reactions, futures, outcomes, horizons), `ran` its first three axes.
    """
    sizes = np.abs(values[ran])
    return np.asarray(sizes.sum(axis=0, dtype=np.float64) / max(1, len(sizes)))


def compare_runs(
    runs: Integers, stored: Readings, double: Readings, typical: NDArray[np.float64], first: int = 0
) -> Audit:
    """How far stored readings lie from those in double precision; `runs` as `choose_runs` gives them.

    `typical` is the size of each outcome at each horizon, `first` the number of the first future of the chunk.
    """
    single, double = stored.astype(np.float64), double.astype(np.float64)
    has_single, has_double = (np.isfinite(each).all(axis=(1, 2)) for each in (single, double))
    both = has_single & has_double
    shift, size = single[both] - double[both], np.abs(double[both])
    scale = np.maximum(size, typical)
    relative = np.divide(np.abs(shift), scale, out=(shift != 0).astype(np.float64), where=scale > 0)
    return Audit(
        runs=len(runs),
        beyond=int((relative > LIMIT).any(axis=(1, 2)).sum()),
        lost_single=int((~has_single & has_double).sum()),
        lost_double=int((has_single & ~has_double).sum()),
        worst=_find_worst(runs[both], relative, first),
        shift=_freeze(shift.sum(axis=0)),
        size=_freeze(size.sum(axis=0)),
        square=_freeze((_add_by_future(shift, runs[both, 0]) ** 2).sum(axis=0)),
    )


def add_audits(audits: Iterable[Audit | None]) -> Audit | None:
    """Audits of chunks as one; none where no chunk was audited."""
    made = [audit for audit in audits if audit is not None]
    return reduce(add, made) if made else None


def _find_worst(runs: Integers, relative: Readings, first: int) -> Worst | None:
    if not relative.size:
        return None
    row, outcome, horizon = (int(each) for each in np.unravel_index(np.argmax(relative), relative.shape))
    future, option, reaction = (int(each) for each in runs[row])
    return Worst(
        difference=float(relative[row, outcome, horizon]),
        option=option,
        reaction=reaction,
        future=future + first,
        outcome=outcome,
        horizon=horizon,
    )


def _choose_worse(one: Worst | None, other: Worst | None) -> Worst | None:
    if one is None or other is None:
        return one or other
    return one if one.exceeds(other) else other


def _add_tables(one: Table, other: Table) -> Table:
    if not one or not other:
        return one or other
    return tuple(
        tuple(a + b for a, b in zip(row, more, strict=True)) for row, more in zip(one, other, strict=True)
    )


def _add_by_future(shift: Readings, futures: Integers) -> Readings:
    """(futures, outcomes, horizons): differences of the runs of each future, added up."""
    known, place = np.unique(futures, return_inverse=True)
    added = np.zeros((len(known), *shift.shape[1:]))
    np.add.at(added, place, shift)
    return added


def _freeze(table: NDArray[np.float64]) -> Table:
    return tuple(tuple(float(each) for each in row) for row in table)
