"""Weighted means with their Monte Carlo error; missing values (NaN) are left out."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crossroads.analysis.kernels import compile_loop

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

APART = 2.0
"""Standard errors by which two numbers must differ to be told apart."""
ROUNDING = 1e-6
"""Relative difference below which two numbers are equal: runs are stored in single precision."""


@dataclass(frozen=True)
class Estimate:
    """A weighted mean over futures, `mean` and `error` (views, ...); `without` (replicates, views, ...) is
    the mean with one replicate left out."""

    mean: Floats
    error: Floats
    without: Floats

    def pick(self, *place: int | slice) -> Estimate:
        """Some of what was estimated at once: `place` follows the views."""
        later = (slice(None), *place)
        return Estimate(self.mean[later], self.error[later], self.without[(slice(None), *later)])


class Sums:
    """Weighted sums of named values over futures, by view and replicate: they add up block after block, so that
    no more than a block of futures need be held."""

    def __init__(self, replicates: Ints) -> None:
        """Nothing is summed yet; `replicates` are the numbers that a future's replicate can have."""
        self._replicates = replicates
        self._found: dict[Hashable, _Summed] = {}

    def add(self, values: Mapping[Hashable, ArrayLike], weights: Floats, replicate: Ints) -> None:
        """Take in some futures: each of `values` is (futures, ...), `weights` (views, futures)."""
        groups = np.searchsorted(self._replicates, replicate)
        for name, array in values.items():
            self._join(name, _sum_up(np.asarray(array), weights, groups, len(self._replicates)))

    def merge(self, other: Sums) -> None:
        """Take in the sums over other futures."""
        for name, part in other._found.items():
            self._join(name, part)

    def finish(self) -> dict[Hashable, Estimate]:
        """The means of all futures taken in, self-normalised, with the delete-one jackknife over replicates (Efron
        and Stein 1981) as their error."""
        return {name: _conclude(part) for name, part in self._found.items()}

    def _join(self, name: Hashable, part: _Summed) -> None:
        held = self._found.get(name)
        self._found[name] = _Summed(held.sums + part.sums, held.held + part.held, part.shape) if held else part


@dataclass(frozen=True)
class _Summed:
    """`sums` of weighted values and the weight `held` by what is known, (replicates, views, numbers or 1)."""

    sums: Floats
    held: Floats
    shape: tuple[int, ...]


def estimate(values: ArrayLike, weights: Floats, replicate: Ints) -> Estimate:
    """The mean of `values` (futures, ...) under each row of `weights` (views, futures), self-normalised.

    The error is the delete-one jackknife over replicates, NaN with fewer than two.
    """
    sums = Sums(np.unique(replicate))
    sums.add({"": values}, weights, replicate)
    return sums.finish()[""]


def _sum_up(array: NDArray[Any], weights: Floats, groups: Ints, count: int) -> _Summed:
    """`array` (futures, ...) under `weights` (views, futures), by the group of each future."""
    rows = np.ascontiguousarray(weights.T)
    along = np.moveaxis(array, 0, -1)
    numbers = array.size // max(1, len(array))
    if along.flags.c_contiguous:  # futures lie side by side
        flat, sum_known, sum_present = along.reshape(numbers, len(array)), sum_known_along, sum_present_along
    else:
        flat = np.ascontiguousarray(array).reshape(len(array), numbers)
        sum_known, sum_present = sum_known_rows, sum_present_rows
    whole = flat.dtype.kind != "f" or bool(np.isfinite(flat).all())
    sums = np.zeros((count, len(weights), numbers))
    held = np.zeros((count, len(weights), 1 if whole else numbers))
    compile_loop(sum_known if whole else sum_present)(flat, rows, groups, sums, held)
    return _Summed(sums, held, array.shape[1:])


def sum_known_rows(values: NDArray[Any], weights: Floats, groups: Ints, sums: Floats, held: Floats) -> None:
    """Add each row of `values` (futures, numbers) to the sums of its group, by its weight in each view (futures,
    views); everything is known."""
    for future in range(len(values)):
        for view in range(weights.shape[1]):
            weight = weights[future, view]
            if weight != 0:
                row, place = values[future], sums[groups[future], view]
                held[groups[future], view, 0] += weight
                for number in range(len(row)):
                    place[number] += weight * row[number]


def sum_present_rows(values: NDArray[Any], weights: Floats, groups: Ints, sums: Floats, held: Floats) -> None:
    """As `sum_known_rows`, where what is not finite is left out."""
    for future in range(len(values)):
        for view in range(weights.shape[1]):
            weight = weights[future, view]
            if weight != 0:
                row, place = values[future], sums[groups[future], view]
                weighed = held[groups[future], view]
                for number in range(len(row)):
                    known = row[number] - row[number] == 0
                    place[number] += weight * row[number] if known else 0.0
                    weighed[number] += weight if known else 0.0


def sum_known_along(values: NDArray[Any], weights: Floats, groups: Ints, sums: Floats, held: Floats) -> None:
    """As `sum_known_rows`, for values (numbers, futures)."""
    views = weights.shape[1]
    for future in range(len(groups)):
        for view in range(views):
            held[groups[future], view, 0] += weights[future, view]
    parts = np.empty((len(sums), views))
    for number in range(len(values)):
        parts[:] = 0.0
        for future in range(len(groups)):
            for view in range(views):
                parts[groups[future], view] += weights[future, view] * values[number, future]
        sums[:, :, number] = parts


def sum_present_along(values: NDArray[Any], weights: Floats, groups: Ints, sums: Floats, held: Floats) -> None:
    """As `sum_known_along`, where what is not finite is left out."""
    views = weights.shape[1]
    parts, weighed = np.empty((len(sums), views)), np.empty((len(sums), views))
    for number in range(len(values)):
        parts[:] = 0.0
        weighed[:] = 0.0
        for future in range(len(groups)):
            value = values[number, future]
            if value - value == 0:
                for view in range(views):
                    parts[groups[future], view] += weights[future, view] * value
                    weighed[groups[future], view] += weights[future, view]
        sums[:, :, number] = parts
        held[:, :, number] = weighed


def _conclude(part: _Summed) -> Estimate:
    sums, held, shape = part.sums, part.held, part.shape
    mean = _divide(sums.sum(axis=0), held.sum(axis=0))
    without = _divide(sums.sum(axis=0) - sums, held.sum(axis=0) - held)
    mean, without = mean.reshape(-1, *shape), without.reshape(*without.shape[:2], *shape)
    return Estimate(mean, find_error(without), without)


def find_error(without: Floats) -> Floats:
    """The jackknife standard error from estimates with one replicate left out, on the first axis."""
    count = len(without)
    if count < 2:
        return np.full(without.shape[1:], np.nan)
    spread = np.square(without - without.mean(axis=0)).sum(axis=0)
    return np.asarray(np.sqrt(spread * (count - 1) / count))


def tell_apart(difference: Floats, error: Floats, scale: ArrayLike = 0.0) -> Bools:
    """Whether a difference lies beyond its Monte Carlo error and beyond rounding at this scale; NaN never
    does."""
    known = np.isfinite(difference) & np.isfinite(error)
    floor = np.maximum(APART * np.where(known, error, 0.0), ROUNDING * np.nan_to_num(np.abs(scale)))
    return np.asarray(known & (np.abs(np.where(known, difference, 0.0)) > floor))


def _divide(above: Floats, below: Floats) -> Floats:
    """The ratio, NaN where nothing is held."""
    empty = below <= 1e-12
    return np.asarray(np.where(empty, np.nan, above / np.where(empty, 1.0, below)))
