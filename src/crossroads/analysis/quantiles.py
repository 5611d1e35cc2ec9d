"""Weighted quantiles, exact and without sorting everything; missing values (NaN) are left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crossroads.analysis.estimates import Floats, Ints

MOST_BINS = 4096
FILLED = 16
"""Values in a bin, about."""
TOGETHER = 2**18
"""Values that are looked at together."""
LEAST = 1e-30
"""Values that lie closer together, or as far apart as the inverse, are sorted: bins would not fit the precision."""
CROWDED = 0.1
"""Beyond this share of a row, what is to be sorted is thinned out first."""


def find_quantiles(values: ArrayLike, weights: Floats, shares: Sequence[float]) -> Floats:
    """The smallest value that at least this share of the weight does not exceed, (views, rows, shares).

    `values` is (rows, count), `weights` (views, count); the same as numpy's `inverted_cdf`.
    """
    rows, wanted = np.asarray(values), np.asarray(shares)
    step = max(1, TOGETHER // max(1, rows.shape[1]))
    parts = [_find_rows(rows[first : first + step], weights, wanted) for first in range(0, len(rows), step)]
    return np.concatenate(parts, axis=1)


def _find_rows(values: NDArray[Any], weights: Floats, shares: Floats) -> Floats:
    """Quantiles of some rows. Weights are summed by bins, and only the bins that hold a quantile are sorted."""
    bins, count = _cut(values)
    sums = np.array([[np.bincount(row, held, count)[:-1] for row in bins] for held in weights]).cumsum(axis=-1)
    wanted = shares * sums[..., -1:] * (1 - 1e-12)  # forgives rounding in the sums
    result = np.full(wanted.shape, np.nan)
    for row, (held, own) in enumerate(zip(values, bins, strict=True)):
        pairs = zip(sums[:, row], wanted[:, row], strict=True)
        found = np.minimum([np.searchsorted(*pair) for pair in pairs], count - 2)
        order = _sort_needed(held, own, found, count)
        first, last = (np.searchsorted(own[order], found, side=side) for side in ("left", "right"))
        for view in np.flatnonzero(sums[:, row, -1] > 0):
            running = np.concatenate([[0.0], np.cumsum(weights[view, order])])
            below = np.where(found[view] > 0, sums[view, row, found[view] - 1], 0.0)
            places = np.searchsorted(running[1:], wanted[view, row] - below + running[first[view]])
            result[view, row] = held[order[np.clip(places, first[view], last[view] - 1)]]
    return result


def _cut(values: NDArray[Any]) -> tuple[Ints, int]:
    """The bin of each value, and how many bins a row has: bins are of equal width, and a value in a later bin is
    never smaller. The greatest has a bin of its own, and the last bin is for what is missing."""
    count = min(MOST_BINS, values.shape[1] // FILLED)
    low, high = (end.reduce(values, axis=1, initial=np.nan)[:, None] for end in (np.fmin, np.fmax))
    with np.errstate(invalid="ignore"):
        width = high.astype(np.float64) - low
    fits = (width > LEAST) & (width < 1 / LEAST) & (count > 1)
    scale = np.divide(count, width, out=np.zeros_like(width), where=fits).astype(values.dtype)
    with np.errstate(invalid="ignore"):
        scaled = (values - low) * scale
    scaled[~fits[:, 0]] = 0
    missing = np.isnan(values)
    if missing.any():
        scaled[missing] = count + 1
    return scaled.astype(np.int64), count + 2


def _sort_needed(values: NDArray[Any], bins: Ints, found: Ints, count: int) -> Ints:
    """Where the values in the bins that were found are, in their order."""
    needed = np.zeros(count, dtype=bool)
    needed[found] = True
    near = np.flatnonzero(needed[bins])
    if len(near) > CROWDED * len(values):
        near = near[_thin_out(values[near], bins[near], count)]
    return near[np.argsort(values[near])]


def _thin_out(values: NDArray[Any], bins: Ints, count: int) -> Ints:
    """Which values to keep: of a bin in which all are equal one is enough, as no weight inside it is asked for."""
    some, place = np.zeros(count, dtype=values.dtype), np.zeros(count, dtype=np.int64)
    some[bins], place[bins] = values, np.arange(len(bins))
    varied = np.zeros(count, dtype=bool)
    varied[bins[values != some[bins]]] = True
    return np.flatnonzero(varied[bins] | (place[bins] == np.arange(len(bins))))
