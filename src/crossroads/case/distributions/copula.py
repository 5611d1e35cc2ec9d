"""Quantities that move together, whatever the distribution of each: the Gaussian copula.

Levels are probabilities: the cdf of each quantity at its value. Spearman's rank correlation rho of two quantities is
the correlation 2 sin(pi rho / 6) of their normal scores (Pearson 1907; Kruskal 1958). Sums are written out, in one
order: a result does not depend on how many points are asked for at once, nor on the processor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, pi, sin, sqrt

import numpy as np
from numpy.typing import ArrayLike

from crossroads.case.distributions.base import Array, floats, load_special

EDGE = 2.0**-33
"""Levels are kept this far from 0 and 1, where scores are infinite."""
_LEAST_PIVOT = 1e-9

Factor = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Copula:
    """Levels that move together; the last axis of every array is the members."""

    factor: Factor
    """Rows of the lower Cholesky factor of the correlations of scores, each up to the diagonal."""

    def join(self, levels: ArrayLike) -> Array:
        """Levels that move together from levels that do not, same shape; each stays evenly spread over (0, 1).

        A member that moves with none before it keeps its levels bit for bit.
        """
        levels, special = floats(levels), load_special()
        scores, joined = special.ndtri(levels), levels.copy()
        for i, row in enumerate(self.factor):
            if any(row[:i]):
                joined[..., i] = special.ndtr(_weigh(row, scores))
        return np.clip(joined, EDGE, 1 - EDGE)

    def log_density(self, levels: ArrayLike) -> Array:
        """Logarithm of the joint density over the product of the margins, without the last axis; finite at 0 and 1."""
        scores = load_special().ndtri(np.clip(floats(levels), EDGE, 1 - EDGE))
        alone = np.zeros_like(scores)
        total = np.zeros(scores.shape[:-1])
        for i, row in enumerate(self.factor):
            score = scores[..., i]
            alone[..., i] = (score - _weigh(row[:i], alone)) / row[i]
            total += (score * score - alone[..., i] ** 2) / 2 - log(row[i])
        return total


def _weigh(row: Sequence[float], scores: Array) -> Array:
    """Weighted sum of the first scores, term by term."""
    total = np.zeros(scores.shape[:-1])
    for j, weight in enumerate(row):
        total += weight * scores[..., j]
    return total


def factor_ranks(ranks: Sequence[Sequence[float]]) -> Factor | None:
    """The factor of a symmetric matrix of rank correlations, each between -1 and 1; none where nothing can move so."""
    rows: list[list[float]] = []
    for i, given in enumerate(ranks):
        row: list[float] = []
        for j in range(i):
            known = sum(row[k] * rows[j][k] for k in range(j))
            row.append((_score_correlation(given[j]) - known) / rows[j][j])
        pivot = 1.0 - sum(weight * weight for weight in row)
        if pivot < _LEAST_PIVOT:
            return None
        rows.append([*row, sqrt(pivot)])
    return tuple(tuple(row) for row in rows)


def _score_correlation(rank: float) -> float:
    return 2 * sin(pi * rank / 6)
