"""Weighted means with their Monte Carlo error, and weighted quantiles; missing values (NaN) are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

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


def estimate(values: ArrayLike, weights: Floats, replicate: Ints) -> Estimate:
    """The mean of `values` (futures, ...) under each row of `weights` (views, futures), self-normalised.

    The error is the delete-one jackknife over replicates (Efron and Stein 1981), NaN with fewer than two.
    """
    array = np.asarray(values, dtype=np.float64)
    count, shape = array.shape[0], array.shape[1:]
    flat = array.reshape(count, -1)
    present = np.isfinite(flat)
    known = flat if present.all() else np.where(present, flat, 0.0)
    members = [np.flatnonzero(replicate == one) for one in np.unique(replicate)]
    sums = np.stack([weights[:, rows] @ known[rows] for rows in members])
    if known is flat:
        held = np.stack([weights[:, rows].sum(axis=1, keepdims=True) for rows in members])
    else:
        held = np.stack([weights[:, rows] @ present[rows].astype(np.float64) for rows in members])
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


def find_quantiles(values: ArrayLike, weights: Floats, shares: Sequence[float]) -> Floats:
    """The smallest value that at least this share of the weight does not exceed, (views, rows, shares).

    `values` is (rows, count), `weights` (views, count); the same as numpy's `inverted_cdf`.
    """
    rows = np.asarray(values)
    order = np.argsort(rows, axis=-1)
    finite = (~np.isnan(rows)).sum(axis=-1)
    result = np.full((len(weights), len(rows), len(shares)), np.nan)
    for row, last in enumerate(finite):
        places = order[row, :last]
        for view, held in enumerate(weights):
            running = np.cumsum(held.take(places))
            if last and running[-1] > 0:
                result[view, row] = rows[row, places[_find_steps(running, shares)]]
    return result


def _find_steps(running: Floats, shares: Sequence[float]) -> Ints:
    """Where the running weight first reaches each share, forgiving rounding in the sum."""
    wanted = np.asarray(shares) * running[-1] * (1 - 1e-12)
    return np.asarray(np.minimum(np.searchsorted(running, wanted), len(running) - 1))


def _divide(above: Floats, below: Floats) -> Floats:
    """The ratio, NaN where nothing is held."""
    empty = below <= 1e-12
    return np.asarray(np.where(empty, np.nan, above / np.where(empty, 1.0, below)))
