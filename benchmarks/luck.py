"""The luck of one run as tables, for drivers that run one at a time: a whole phase at once, in NumPy.

`crossroads.simulation.chance` says what the numbers are; drawing them week by week in plain Python would cost a run as
much again as its equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.simulation.chance import MULTIPLIERS, ROUNDS, WEYL, WORDS, make_key, tag
from crossroads.simulation.plan import Phase, Source

Whole = NDArray[np.uint64]
_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


def draw_luck(
    chances: Sequence[Source], phase: Phase, seed: int, future: int, weeks: int, units: int
) -> list[NDArray[np.float64]]:
    """For each chance its draws by week, the start first: (weeks + 1), or (weeks + 1, units) where units have it."""
    drawn: dict[tuple[str, str, int], tuple[Whole, ...]] = {}
    given = []
    for chance in chances:
        group = (chance.kind, chance.of, chance.place // WORDS)
        if group not in drawn:
            each = np.arange(1, units + 1) if chance.kind == "unit_chance" else np.zeros(1)
            last = tag(phase == "history", chance.place)
            drawn[group] = _draw_words(make_key(seed, chance.of), future, np.arange(weeks + 1)[:, None], each, last)
        words = drawn[group][chance.place % WORDS]
        given.append(_to_uniforms(words if chance.kind == "unit_chance" else words[:, 0]))
    return given


def _draw_words(key: tuple[int, int], *counter: Any) -> tuple[Whole, ...]:
    """Philox on arrays: see `chance.philox`."""
    a, b, c, d = np.broadcast_arrays(*(np.asarray(each).astype(np.uint64) & _MASK for each in counter))
    low, high = (np.uint64(each) for each in key)
    for _ in range(ROUNDS):
        first, second = np.uint64(MULTIPLIERS[0]) * a, np.uint64(MULTIPLIERS[1]) * c
        a, b, c, d = (second >> _HALF) ^ b ^ low, second & _MASK, (first >> _HALF) ^ d ^ high, first & _MASK
        low, high = (low + np.uint64(WEYL[0])) & _MASK, (high + np.uint64(WEYL[1])) & _MASK
    return a, b, c, d


def _to_uniforms(words: Whole) -> NDArray[np.float64]:
    """See `chance.to_uniform`."""
    return ((words >> np.uint64(1)).astype(np.float64) + 0.5) * 2.0**-31
