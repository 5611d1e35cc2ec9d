"""Where a rule for choosing turns the order of two options though nothing about them changed (the tests of Wang and
Triantaphyllou 2008, with clones)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from crossroads.analysis.compromise import CLOSE, Rule
from crossroads.analysis.estimates import Floats, Ints

Kind = Literal["drop", "worse", "clone", "cycle", "pair"]


@dataclass(frozen=True)
class Reversal:
    """One turn of order: of options `first` and `second`, when option `changed` was dropped (drop), made worse
    (worse) or offered twice (clone); when the two are compared alone (pair); or when comparisons of two go round, from
    `first` over `second` over `changed` to `first` again (cycle)."""

    kind: Kind
    first: int
    second: int
    changed: int | None = None


def find_reversals(rule: Rule, values: ArrayLike, weights: ArrayLike, step: float = 0.1) -> tuple[Reversal, ...]:
    """All reversals of a rule on `values` (options, criteria) and `weights` (criteria,); a worse option loses the
    share `step` of each criterion's range. An order that becomes a tie, or was one, is no reversal."""
    held, counts = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    whole = _order(rule(held, counts))
    return (
        *_drop_each(rule, held, counts, whole),
        *_worsen_each(rule, held, counts, whole, step),
        *_clone_each(rule, held, counts, whole),
        *_compare_alone(rule, held, counts, whole),
    )


def _drop_each(rule: Rule, values: Floats, weights: Floats, whole: Ints) -> Iterator[Reversal]:
    count = len(values)
    for changed in range(count):
        kept = np.delete(np.arange(count), changed)
        order = np.zeros_like(whole)
        order[np.ix_(kept, kept)] = _order(rule(values[kept], weights))
        yield from _list_turned("drop", whole, order, changed)


def _worsen_each(rule: Rule, values: Floats, weights: Floats, whole: Ints, step: float) -> Iterator[Reversal]:
    """The one made worse may fall, but the others keep their order, and what stood above it stays there."""
    fall = step * np.ptp(values, axis=0)
    for changed in range(len(values)):
        worse = values.copy()
        worse[changed] -= fall
        order = _order(rule(worse, weights))
        fell = whole[changed] > 0
        order[changed, fell] = order[fell, changed] = 0
        yield from _list_turned("worse", whole, order, changed)


def _clone_each(rule: Rule, values: Floats, weights: Floats, whole: Ints) -> Iterator[Reversal]:
    count = len(values)
    for changed in range(count):
        order = _order(rule(np.vstack([values, values[changed]]), weights))
        yield from _list_turned("clone", whole, order[:count, :count], changed)


def _compare_alone(rule: Rule, values: Floats, weights: Floats, whole: Ints) -> Iterator[Reversal]:
    alone = np.zeros_like(whole)
    for first, second in combinations(range(len(values)), 2):
        alone[first, second] = _order(rule(values[[first, second]], weights))[0, 1]
        alone[second, first] = -alone[first, second]
    yield from _list_turned("pair", whole, alone, None)
    for first, second, third in permutations(range(len(values)), 3):
        lap = (alone[first, second], alone[second, third], alone[third, first])
        if first == min(first, second, third) and lap == (1, 1, 1):
            yield Reversal("cycle", first, second, third)


def _list_turned(kind: Kind, before: Ints, after: Ints, changed: int | None) -> Iterator[Reversal]:
    for first, second in np.argwhere((before == 1) & (after == -1)):
        yield Reversal(kind, int(first), int(second), changed)


def _order(scores: Floats) -> Ints:
    """1 where the first option is above the second, -1 where it is below, 0 where they are equal or one has no score,
    (options, options)."""
    gap = scores[:, None] - scores[None, :]
    return np.where(np.abs(gap) > CLOSE, np.sign(np.nan_to_num(gap)), 0.0).astype(np.int64)
