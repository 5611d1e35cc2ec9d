"""The weights of a stakeholder, as far as they are known: numbers, intervals, an order, or nothing.

What is not known is drawn evenly from all weights that fit it and sum to 1, so that single-minded people are among
them; uniform numbers made to sum to 1 would leave them out. A longer draw begins with the shorter one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import Floats
from crossroads.case.records import Concern, Stakeholder
from crossroads.errors import WeighingError
from crossroads.sampling.streams import stream

_BATCH = 4096
"""Rows that are drawn at a time where some are refused."""


@dataclass(frozen=True, eq=False)
class Preferences:
    """Weights of one stakeholder: `weights` (draws, concerns), or one row where they are known, each row summing to 1;
    `shares` (concerns, outcomes) is how the outcomes speak for each concern."""

    stakeholder: str
    concerns: tuple[str, ...]
    outcomes: tuple[str, ...]
    weights: Floats
    shares: Floats

    @cached_property
    def modelled(self) -> Floats:
        """The share of each concern that outcomes speak for, (concerns,); 0 for one that is not modelled, which keeps
        its weight."""
        return np.asarray(self.shares.sum(axis=1))

    @property
    def unmodelled(self) -> float:
        """The mean share of the whole weight that no outcome speaks for."""
        return max(0.0, float(1 - self.weights.mean(axis=0) @ self.modelled))

    @property
    def on_outcomes(self) -> Floats:
        """Weights on outcomes, (draws, outcomes); what is not modelled is missing from their sum."""
        return np.asarray(self.weights @ self.shares)

    def join_values(self, values: ArrayLike) -> Floats:
        """Values of concerns, (futures, options, concerns), from those of outcomes, (futures, options, outcomes).

        What is not modelled is worth nothing for anybody: it takes part and moves no place. A concern is unknown
        where an outcome that speaks for it is.
        """
        held = np.asarray(values, dtype=np.float64)
        unknown = np.isnan(held)
        if not unknown.any():
            return np.asarray(held @ self.shares.T)
        found = np.where(unknown, 0.0, held) @ self.shares.T
        hidden = unknown.astype(np.float64) @ (self.shares.T > 0) > 0
        return np.where(hidden, np.nan, found)


def draw_preferences(
    stakeholder: Stakeholder, concerns: Sequence[Concern], outcomes: Sequence[str], draws: int, seed: int
) -> Preferences:
    """Weights over the concerns that a stakeholder weighs, as it is `known`; a concern with weight 0 is not weighed.

    `outcomes` are the ids that values are known of; the part of a concern that others speak for is not modelled.
    Raises WeighingError where nothing is weighed.
    """
    stated = {concern: weight for concern, weight in stakeholder.weights.items() if weight > 0}
    if not stated:
        raise WeighingError(f"{stakeholder.id} weighs nothing, so no weights can be drawn.")
    numbers = np.array(list(stated.values()))
    luck = stream(seed, "preferences", stakeholder.id)
    if stakeholder.known == "unknown":
        weights = draw_flat(len(numbers), draws, luck)
    elif stakeholder.known == "order":
        weights = draw_ordered(numbers, draws, luck)
    elif stakeholder.known == "interval":
        weights = draw_near(numbers, stakeholder.within, draws, luck)
    else:
        weights = (numbers / numbers.sum())[None]
    return Preferences(
        stakeholder.id, tuple(stated), tuple(outcomes), weights, _find_shares(tuple(stated), concerns, outcomes)
    )


def draw_flat(size: int, draws: int, luck: np.random.Generator) -> Floats:
    """Weights of which nothing is known, (draws, size): evenly over all that sum to 1 (flat Dirichlet)."""
    found = luck.standard_exponential((draws, size))
    found /= found.sum(axis=1, keepdims=True)
    return found


def draw_ordered(stated: ArrayLike, draws: int, luck: np.random.Generator) -> Floats:
    """Weights of which the order of `stated` is known, (draws, weights): evenly over all that keep it and sum to 1;
    equal ones are equal in every draw."""
    _, level = np.unique(-np.asarray(stated, dtype=np.float64), return_inverse=True)
    above = np.cumsum(np.bincount(level))
    # Evenly drawn parts, of which each is shared alike by the weights down to its level: the means are the rank-order
    # centroids (Barron and Barrett 1996).
    parts = draw_flat(len(above), draws, luck) / above
    sums = np.cumsum(parts[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(sums[:, level])


def draw_near(stated: ArrayLike, within: float, draws: int, luck: np.random.Generator) -> Floats:
    """Weights that may each be higher or lower than `stated` by the share `within`, (draws, weights): evenly over
    all such that sum to 1.

    Exact: all weights but the widest are drawn evenly from their intervals, the widest is what is left, and a row in
    which it lies outside its own is drawn again.
    """
    numbers = np.asarray(stated, dtype=np.float64)
    centre = numbers / numbers.sum()
    if within == 0 or len(centre) == 1:
        return np.tile(centre, (draws, 1))
    widest = int(centre.argmax())
    others = np.delete(centre, widest)
    kept, count = [], 0
    while count < draws:
        found = others * (1 + within * (2 * luck.random((_BATCH, len(others))) - 1))
        left = 1 - found.sum(axis=1)
        fits = np.abs(left - centre[widest]) <= within * centre[widest]
        kept.append(np.insert(found[fits], widest, left[fits], axis=1))
        count += len(kept[-1])
    return np.concatenate(kept)[:draws]


def _find_shares(weighed: Sequence[str], concerns: Sequence[Concern], outcomes: Sequence[str]) -> Floats:
    known = {concern.id: concern.outcomes for concern in concerns}
    return np.array([[known[concern].get(outcome, 0.0) for outcome in outcomes] for concern in weighed])
