"""Means over futures of what differs between the games that views play, each view by its own game."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crossroads.analysis.estimates import Bools, Floats, estimate
from crossroads.analysis.weights import FLOOR, REPLICATE_FLOOR, Weights, find_sizes


def find_rows(weights: Weights, games: int) -> list[int]:
    """(views,): the row of each view's game; all share one where one is all there is."""
    if games == 1:
        return [0] * len(weights.views)
    rows = {view: row for row, views in enumerate(weights.games.values()) for view in views}
    return [rows[view] for view in range(len(weights.views))]


def weigh_played(values: Floats, weights: Weights, futures: Floats | None = None) -> tuple[Floats, Floats]:
    """Mean and error (views, ...) of `values` (games, futures, ...); NaN for a view in which too few effective futures
    are known. `futures` are other weights than those of the views, (views, futures)."""
    held = weights.futures if futures is None else futures
    rows = find_rows(weights, len(values))
    flat = values.reshape(*values.shape[:2], -1)
    mean, error = (np.empty((len(rows), flat.shape[2])) for _ in range(2))
    for row in set(rows):
        views = [view for view, own in enumerate(rows) if own == row]
        found = estimate(flat[row], held[views], weights.replicate)
        refused = _find_refused(flat[row], weights, views)
        mean[views] = np.where(refused, np.nan, found.mean)
        error[views] = np.where(refused, np.nan, found.error)
    shape = (len(rows), *values.shape[2:])
    return mean.reshape(shape), error.reshape(shape)


def _find_refused(values: Floats, weights: Weights, views: Sequence[int]) -> Bools:
    """(views, cells): whether too few effective futures are known; `values` is (futures, cells)."""
    known = np.isfinite(values)
    patterns = known[:, :1] if known.all() else known
    floors = np.maximum(FLOOR, weights.floors or np.full(len(weights.views), FLOOR))[list(views)]
    found = np.empty((len(views), patterns.shape[1]), dtype=bool)
    for cell, pattern in enumerate(patterns.T):
        sizes = find_sizes(weights.futures[list(views)] * pattern, weights.replicate)
        found[:, cell] = (sizes[:, 0] < floors) | (sizes[:, 1] < REPLICATE_FLOOR)
    return np.broadcast_to(found, (len(views), values.shape[1]))
