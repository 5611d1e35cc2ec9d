"""What is known of the 150 groups: the published strength of rivalries and alliances by rank, and the Zipf start.

Facts of evidence size-group-strengths and size-zipf: sums of weights by size rank, no names and no edges. Ranks 41 to 150
are given as counts of (rival, ally) pairs, largest total first.
"""

from __future__ import annotations

import numpy as np

from crossroads.simulation.contract import Units

COUNT = 150
RIVALS_TOP = (
    "77 19 21 16 13 9 10 10 13 4 9 8 7 12 6 7 5 4 3 0 5 3 3 0 4 4 3 4 2 0 0 0 3 3 2 1 2 2 2 3"
)
ALLIES_TOP = (
    "55 34 13 10 9 10 7 6 2 9 4 4 5 0 4 3 4 4 4 6 1 3 3 5 1 1 2 1 3 5 5 5 1 1 2 3 2 2 2 1"
)
LATER_RANKS = (
    ((0, 4), 3), ((4, 0), 1), ((3, 1), 1), ((1, 2), 5), ((3, 0), 5), ((2, 1), 2), ((0, 3), 1), ((0, 2), 16),
    ((2, 0), 6), ((1, 1), 6), ((0, 1), 18), ((1, 0), 10), ((0, 0), 36),
)  # fmt: skip


def strengths_by_rank() -> tuple[np.ndarray, np.ndarray]:
    """Rival and ally strength of each group by rank, two arrays of 150."""
    later = [pair for pair, count in LATER_RANKS for _ in range(count)]
    rivals = [float(word) for word in RIVALS_TOP.split()] + [float(rival) for rival, _ in later]
    allies = [float(word) for word in ALLIES_TOP.split()] + [float(ally) for _, ally in later]
    return np.array(rivals), np.array(allies)


def zipf_shares(exponent: float = 1.0, count: int = COUNT) -> np.ndarray:
    """Share of members by rank, proportional to rank to the power of minus the exponent."""
    weights = np.arange(1.0, count + 1.0) ** -exponent
    return np.asarray(weights / weights.sum())


def describe_groups() -> Units:
    """The units of the shipped model: no documented network, only strengths."""
    rivals, allies = strengths_by_rank()
    values = {
        "first_share": zipf_shares(),
        "rival_strength": rivals,
        "ally_strength": allies,
        "rival_share": rivals / rivals.sum(),
        "documented": np.zeros(COUNT),
    }
    return Units(COUNT, values)
