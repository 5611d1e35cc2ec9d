"""How good a forecast was: the continuous ranked probability score, and how often its bands held the truth.

CRPS(F, y) = integral of (F(x) - [x >= y])^2 dx (Matheson and Winkler 1976; Gneiting and Raftery 2007): in the unit of
the forecast, 0 at best, and the absolute error for a forecast without spread.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import Bools, Floats
from crossroads.case.distributions.base import load_special

BINS = 512
"""Means of a mixture are counted into so many bins."""
TAIL = 9.0
"""Standard deviations beyond which a Gaussian has no weight that counts."""


def score_ensemble(values: ArrayLike, weights: ArrayLike, truth: float) -> float:
    """CRPS of weighted values: mean distance to the truth, less half the mean distance between two of them."""
    x, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    order = np.argsort(x, kind="stable")
    x, w = x[order], w[order] / w.sum()
    below = np.cumsum(w)[:-1]
    between = float(np.sum(below * (1.0 - below) * np.diff(x)))  # half the mean distance between two
    return float(w @ np.abs(x - truth)) - between


def score_gaussian(mean: float, spread: float, truth: float) -> float:
    """CRPS of a Gaussian, in closed form (Gneiting and others 2005); of a point where the spread is 0."""
    if spread <= 0:
        return abs(truth - mean)
    z = (truth - mean) / spread
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    return float(spread * (z * (2 * load_special().ndtr(z) - 1) + 2 * density - 1 / np.sqrt(np.pi)))


def count_hits(low: ArrayLike, high: ArrayLike, truth: ArrayLike) -> int:
    """How many of the truths lie in their bands, ends included."""
    inside: Bools = (np.asarray(truth) >= np.asarray(low)) & (np.asarray(truth) <= np.asarray(high))
    return int(inside.sum())


def find_mixture_quantiles(means: Floats, weights: Floats, spread: float, shares: Sequence[float]) -> Floats:
    """(shares,): quantiles of a weighted mixture of Gaussians of one spread; means (futures,) that weigh nothing or are
    not finite are left out. Means are counted into bins, each of which keeps its own average, so that the error is far
    below a hundredth of the spread."""
    centres, masses = _bin(means, weights)
    wanted = np.asarray(shares, dtype=np.float64)
    low = np.full(len(wanted), centres[0] - TAIL * spread)
    high = np.full(len(wanted), centres[-1] + TAIL * spread)
    ndtr = load_special().ndtr
    for _ in range(48):
        middle = 0.5 * (low + high)
        if spread > 0:
            reached = ndtr((middle[:, None] - centres) / spread) @ masses >= wanted
        else:
            reached = (middle[:, None] >= centres) @ masses >= wanted * (1 - 1e-12)
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.asarray(high)


def _bin(means: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Ascending averages of the bins that hold anything, and their shares of the weight."""
    known = np.isfinite(means) & (weights > 0)
    means, weights = means[known], weights[known]
    if not len(means):
        return np.array([np.nan]), np.array([1.0])
    low, width = means.min(), np.ptp(means)
    scaled = (means - low) / width * BINS if width > 0 else np.zeros(len(means))
    place = np.minimum(scaled, BINS - 1).astype(np.int64)
    mass = np.bincount(place, weights, BINS)
    filled = mass > 0
    centres = np.bincount(place, weights * means, BINS)[filled] / mass[filled]
    return centres, mass[filled] / mass.sum()
