"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Runs of each kind of work, and rounds."""

    rounds: int
    single: int
    """Runs, one at a time, of the test model on one processor; twice as many on two."""
    batch: int
    duel: int
    duel_rounds: int
    crowd: int
    """Runs for which the memory of Crossroads and of C is read."""
    peer_runs: int
    """Runs of the Mexico case of the peer on one processor, whole futures or a part of one; twice as many on two."""
    futures: int
    """Futures of the Mexico case that Crossroads runs."""
    tries: int
    growth: tuple[int, ...]
    peer_growth: tuple[int, ...]
    stored: int
    """Runs with five series that the peer saves and loads."""


QUICK = Sizes(1, 32, 512, 8192, 3, 4096, 60, 7, 5, (1_000, 10_000), (1_000,), 200)
USUAL = Sizes(
    3, 400, 2048, 16_384, 5, 100_000, 400, 192, 30, (1_000, 10_000, 100_000, 1_000_000), (1_000, 10_000), 10_000
)
"""Under 20 minutes on two cores."""
FULL = Sizes(**{**vars(USUAL), "growth": (*USUAL.growth, 10_000_000)})
"""10 million runs too, which take some ten minutes more and ten gigabytes of disk."""
