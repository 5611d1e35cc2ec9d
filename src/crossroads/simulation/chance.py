"""Luck inside a model: numbers that nobody stores, the same for every option and reaction of a future.

A draw is a function of the seed, the mechanism, the place of the chance among those of the mechanism, the future,
the phase, the week and the unit, by the counter-based generator Philox4x32 with ten rounds (Salmon, Moraes, Dror and
Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011). One call gives four words, for four chances of a
mechanism; `lane_chance.py` gives the same numbers for many runs at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

WORDS = 4
"""Draws of one call."""
ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
"""What is added to the key after each round: the golden ratio, and the root of 3 less 1."""
_MASK = 0xFFFFFFFF

Words = tuple[int, int, int, int]


def philox(counter: Sequence[int], key: Sequence[int]) -> Words:
    """Four 32-bit words from a counter of four and a key of two."""
    a, b, c, d = counter
    low, high = key
    for _ in range(ROUNDS):
        first, second = MULTIPLIERS[0] * a, MULTIPLIERS[1] * c
        a, b, c, d = (second >> 32) ^ b ^ low, second & _MASK, (first >> 32) ^ d ^ high, first & _MASK
        low, high = (low + WEYL[0]) & _MASK, (high + WEYL[1]) & _MASK
    return a, b, c, d


@lru_cache(maxsize=1024)
def make_key(seed: int, mechanism: str) -> tuple[int, int]:
    """The key of a mechanism's luck: two 32-bit words."""
    digest = hashlib.sha256(f"chance {seed} {mechanism}".encode()).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:8], "little")


def tag(history: bool, place: int) -> int:
    """The last word of the counter: the phase, and which four of the mechanism's chances."""
    return 2 * (place // WORDS) + (0 if history else 1)


@lru_cache(maxsize=64)
def _words(key: tuple[int, int], counter: Words) -> tuple[float, ...]:
    return tuple(np.float64(to_uniform(word)) for word in philox(counter, key))


def to_uniform(word: int) -> float:
    """A number above 0 and below 1 from the upper 31 bits: exact in float64, rounded in float32."""
    return ((word >> 1) + 0.5) * 2.0**-31


def draw(key: tuple[int, int], future: int, week: int, unit: int, history: bool, place: int) -> float:
    """The chance at a place among those of a mechanism. Weeks count from 1, 0 is the start; units from 1, 0 is none."""
    counter = (int(future) & _MASK, int(week), int(unit), tag(history, place))
    return _words(key, counter)[place % WORDS]
