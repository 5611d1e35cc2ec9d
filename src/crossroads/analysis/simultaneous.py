"""Actors that move at the same time: the quantal response equilibria of many games of one shape at once.

The logit equilibrium (McKelvey and Palfrey 1995) on the branch that starts at precision 0, where all is even odds. It
may be one of several; as precision grows the branch comes to one of the Nash equilibria.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import xlogy

from crossroads.analysis.branches import follow_branch
from crossroads.analysis.estimates import Bools, Floats
from crossroads.analysis.logit import Stages

SOLVED = 1e-9
"""Residual up to which a game counts as solved."""
SHARP = 1e6
"""Precision times the range of a player's payoffs that stands for the limit: shares are within about 1e-6 of it."""
SHARPEST = 1000.0
"""Precision times the widest range of payoffs up to which a precision is looked for."""
TRIED, ZOOMS = 65, 8
"""Precisions tried at once, and how often the search goes on between the neighbours of the best."""


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """`strategies` of each player (games, moves); NaN in a game that is not solved.

    `residual` (games,) is the greatest difference between a share and the answer to the shares of the others, and
    `solved` (games,) whether it is at most SOLVED.
    """

    strategies: tuple[Floats, ...]
    residual: Floats
    solved: Bools


@dataclass(frozen=True, eq=False)
class Fit:
    """The precision under which what was seen is likeliest, in 1/points, the equilibrium there, and the natural
    logarithm of the likelihood."""

    precision: float
    strategies: tuple[Floats, ...]
    likelihood: float


def solve_simultaneous(payoffs: Sequence[ArrayLike], precision: ArrayLike) -> Equilibrium:
    """Logit equilibria on the branch that starts at even odds.

    `payoffs` of each player are (games, moves of the first, moves of the second, ...), in points; `precision` is
    (games,) or (players, games), in 1/points. Raises ValueError for shapes that differ and precisions below 0.
    """
    stages = _read(payoffs, precision)
    shares = follow_branch(stages)
    residual = _measure(stages, shares)
    solved = residual <= SOLVED
    shares = np.where(solved[:, None], shares, np.nan)
    return Equilibrium(tuple(shares[:, place] for place in stages.places), residual, solved)


def solve_simultaneous_best(payoffs: Sequence[ArrayLike]) -> Equilibrium:
    """As good as the limit of infinite precision, on the same branch: a Nash equilibrium."""
    tables = [np.asarray(table, dtype=np.float64) for table in payoffs]
    spans = np.array([np.ptp(table.reshape(len(table), -1), axis=1) for table in tables])
    return solve_simultaneous(tables, np.divide(SHARP, spans, out=np.zeros_like(spans), where=spans > 0))


def find_residual(payoffs: Sequence[ArrayLike], precision: ArrayLike, strategies: Sequence[ArrayLike]) -> Floats:
    """How far given strategies are from a logit equilibrium, (games,): see `Equilibrium`."""
    shares = np.concatenate([np.asarray(part, dtype=np.float64) for part in strategies], axis=1)
    return _measure(_read(payoffs, precision), shares)


def fit_precision(payoffs: Sequence[ArrayLike], counts: Sequence[ArrayLike]) -> Fit:
    """Maximum likelihood of one precision, alike for all players, from how often each move was seen in one game.

    `payoffs` of each player are (moves of the first, moves of the second, ...), `counts` of each (moves,). A precision
    is looked for up to SHARPEST over the widest range of payoffs: where it comes out there, nobody was seen to err.
    """
    tables = [np.asarray(table, dtype=np.float64) for table in payoffs]
    seen = [np.asarray(own, dtype=np.float64) for own in counts]
    span = max(float(np.ptp(table)) for table in tables)
    if not span > 0:
        raise ValueError("all payoffs are alike: every precision fits as well")
    tried = np.concatenate([[0.0], np.geomspace(0.001, SHARPEST, TRIED - 1)]) / span
    for _ in range(ZOOMS):
        best, _found, _likelihood = _compare(tables, seen, tried)
        tried = np.linspace(tried[max(best - 1, 0)], tried[min(best + 1, TRIED - 1)], TRIED)
    best, found, likelihood = _compare(tables, seen, tried)
    return Fit(float(tried[best]), tuple(rows[best] for rows in found.strategies), float(likelihood[best]))


def _compare(tables: Sequence[Floats], seen: Sequence[Floats], tried: Floats) -> tuple[int, Equilibrium, Floats]:
    """The likeliest of some precisions, the equilibria at all of them and the logarithms of their likelihoods."""
    found = solve_simultaneous([np.broadcast_to(table, (TRIED, *table.shape)) for table in tables], tried)
    likelihood = sum(xlogy(own, rows).sum(axis=1) for own, rows in zip(seen, found.strategies, strict=True))
    return int(np.nanargmax(likelihood)), found, np.asarray(likelihood)


def _read(payoffs: Sequence[ArrayLike], precision: ArrayLike) -> Stages:
    tables = [np.asarray(table, dtype=np.float64) for table in payoffs]
    sharp = np.asarray(precision, dtype=np.float64)
    if np.any(sharp < 0):
        raise ValueError("a precision is below 0")
    if any(table.shape != tables[0].shape for table in tables) or tables[0].ndim != len(tables) + 1:
        raise ValueError("payoffs are not (games, moves of each player) for each player alike")
    return Stages.scale(tables, np.broadcast_to(sharp, (len(tables), len(tables[0]))))


def _measure(stages: Stages, shares: Floats) -> Floats:
    answers, _short = stages.respond(shares, np.ones(len(shares)))
    return np.asarray(np.abs(shares - answers).max(axis=1))
