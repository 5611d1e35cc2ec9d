"""Rules for choosing from one table of values, beside which the answer is read: the weighted sum, our own, and others
from the literature, by pyrepo-mcda.

All take `values` (options, criteria) from 0 to 1 and `weights` (criteria,) that sum to 1, and give a score for each
option, (options,), the higher the better. An option with NaN did not run and has none. The others compare the options
with each other, so that an option more or fewer can change their order: `reversals` finds where.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import Floats, Ints

Rule = Callable[[Floats, Floats], Floats]
"""(values, weights) to scores, (options,)."""
CLOSE = 1e-9
"""Scores that differ by less are equal."""


def weigh_sum(values: ArrayLike, weights: ArrayLike) -> Floats:
    """The weighted sum."""
    held, counts = _read(values, weights)
    return np.asarray(np.where(counts > 0, held, 0.0) @ counts)


def weigh_topsis(values: ArrayLike, weights: ArrayLike) -> Floats:
    """TOPSIS (Hwang and Yoon 1981): how near to the best and far from the worst of what is on offer, with vector
    scaling."""
    return _weigh_offered(_find_similarity, values, weights)


def weigh_vikor(values: ArrayLike, weights: ArrayLike) -> Floats:
    """VIKOR (Opricovic 1998): the whole loss and the worst single one, half and half; 1 less Q."""
    return _weigh_offered(_find_compromise, values, weights)


def weigh_promethee(values: ArrayLike, weights: ArrayLike, indifferent: float = 0.0) -> Floats:
    """PROMETHEE II (Brans and Vincke 1985): the weight on which an option is better than the others less that on which
    it is worse, by whatever much; differences of value up to `indifferent`, or by rounding alone, do not count."""

    def find_flows(held: Floats, counts: Floats) -> Floats:
        from pyrepo_mcda.mcda_methods import PROMETHEE_II  # noqa: PLC0415  (slow to import)
        from pyrepo_mcda.promethee_preference_functions import preference_ushape_function  # noqa: PLC0415

        size = len(counts)
        past, none = np.full(size, max(indifferent, CLOSE)), np.zeros(size)
        return np.asarray(
            PROMETHEE_II()(held, counts, np.ones(size), [preference_ushape_function] * size, p=none, q=past)
        )

    return _weigh_offered(find_flows, values, weights)


RULES: Mapping[str, Rule] = {
    "weighted sum": weigh_sum,
    "TOPSIS": weigh_topsis,
    "VIKOR": weigh_vikor,
    "PROMETHEE II": weigh_promethee,
}
"""The rules by name, our own first."""


def rank_scores(scores: ArrayLike) -> Ints:
    """The place of each option from 1, (options,): equals share the better place; 0 is no place."""
    held = np.asarray(scores, dtype=np.float64)
    better = held[None, :] > held[:, None] + CLOSE
    return np.where(np.isnan(held), 0, 1 + better.sum(axis=1))


def _find_similarity(held: Floats, counts: Floats) -> Floats:
    from pyrepo_mcda.mcda_methods import TOPSIS  # noqa: PLC0415  (slow to import)
    from pyrepo_mcda.normalizations import vector_normalization  # noqa: PLC0415

    return np.asarray(TOPSIS(normalization_method=vector_normalization)(held, counts, np.ones(len(counts))))


def _find_compromise(held: Floats, counts: Floats) -> Floats:
    from pyrepo_mcda.mcda_methods import VIKOR  # noqa: PLC0415  (slow to import)

    return np.asarray(1 - VIKOR()(held, counts, np.ones(len(counts))))


def _weigh_offered(rule: Rule, values: ArrayLike, weights: ArrayLike) -> Floats:
    """Scores by a rule that compares the options with each other. A criterion on which all are equal moves no place,
    and would be divided by nothing; where all are equal on all, so are the scores."""
    held, counts = _read(values, weights)
    ran = ~np.isnan(held[:, counts > 0]).any(axis=1)
    offered = held[ran]
    differs = (counts > 0) & (np.ptp(offered, axis=0) > 0) if ran.any() else np.zeros(len(counts), dtype=bool)
    scores = np.full(len(held), np.nan)
    scores[ran] = rule(offered[:, differs], counts[differs]) if differs.any() and ran.sum() > 1 else 0.0
    return scores


def _read(values: ArrayLike, weights: ArrayLike) -> tuple[Floats, Floats]:
    return np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
