"""Weighted quantiles, exact and without sorting everything; missing values (NaN) are left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crossroads.analysis import narrowing as loops
from crossroads.analysis.estimates import Floats
from crossroads.analysis.kernels import compile_loop

TOGETHER = 2**18
"""Values that are looked at together."""
_PRECISIONS = (np.dtype(np.float32), np.dtype(np.float64))


def find_quantiles(values: ArrayLike, weights: Floats, shares: Sequence[float]) -> Floats:
    """The smallest value that at least this share of the weight does not exceed, (views, rows, shares).

    `values` is (rows, count), `weights` (views, count); the same as numpy's `inverted_cdf`.
    """
    rows, futures = _as_floats(values), _turn(weights)
    counts = np.any(futures > 0, axis=1)[None].astype(np.float64)
    result = np.empty((len(rows), len(weights), len(shares)))
    step, nothing = max(1, TOGETHER // max(1, rows.shape[1])), np.empty((0, 0), rows.dtype)
    for first in range(0, len(rows), step):
        some = np.ascontiguousarray(rows[first : first + step, None])
        _compile()(some, counts, futures, nothing, np.asarray(shares, np.float64), result[first : first + step])
    return result.swapaxes(0, 1)


def find_run_quantiles(
    values: ArrayLike, run: Floats, futures: Floats, reference: Floats | None, shares: Sequence[float]
) -> Floats:
    """The same over runs, of `values` (pairs, futures, times), less `reference` (futures, times) in their precision if
    it is given; the result is (views, times, shares).

    A run weighs its share `run` (pairs, futures) times the weight of its future, `futures` (views, futures); one
    without a share is left out. It is fastest if one time lies side by side.
    """
    rows = np.ascontiguousarray(_as_floats(values).transpose(2, 0, 1))
    shift = np.empty((0, 0)) if reference is None else reference.T
    result = np.empty((len(rows), len(futures), len(shares)))
    held = np.ascontiguousarray(run, np.float64), _turn(futures), np.ascontiguousarray(shift, rows.dtype)
    _compile()(rows, *held, np.asarray(shares, np.float64), result)
    return result.swapaxes(0, 1)


def _as_floats(values: ArrayLike) -> NDArray[Any]:
    found = np.asarray(values)
    return found if found.dtype in _PRECISIONS else found.astype(np.float64)


def _turn(weights: Floats) -> Floats:
    """The weights of a future side by side, (futures, views)."""
    return np.ascontiguousarray(weights.T, np.float64)


def _compile() -> Callable[..., None]:
    parts = (
        loops.gather,
        loops.take,
        loops.narrow,
        loops.cut,
        loops.find_ends,
        loops.find_cell,
        loops.rank,
        loops.rank_many,
        loops.pour,
        loops.weigh_bins,
        loops.ask,
        loops.locate,
        loops.settle_piles,
        loops.settle_equal,
        loops.name_groups,
        loops.find_near,
        loops.sort_near,
        loops.choose,
    )
    return compile_loop(loops.find_rows, *parts)
