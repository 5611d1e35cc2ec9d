"""What is known of the 150 groups: the published strength of rivalries and alliances by rank, and the Zipf start.

Facts of evidence size-group-strengths and size-zipf: sums of weights by size rank, no names and no edges. Ranks 41 to
114 are given as pairs of digits, rival strength first; ranks 115 to 150 have no tie.
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
LATER_PAIRS = (
    "04 31 04 04 40 12 30 30 30 12 12 30 21 12 12 30 21 03 11 20 02 02 02 20 02 02 20 02 11 11 20 20 02 "
    "02 02 02 11 02 02 11 11 02 20 02 02 02 01 10 01 01 01 10 10 10 10 01 01 01 01 01 10 10 01 01 10 01 "
    "10 01 01 10 01 01 01 01"
)


def strengths_by_rank() -> tuple[np.ndarray, np.ndarray]:
    """Rival and ally strength of each group by rank, two arrays of 150."""
    later = [*LATER_PAIRS.split(), *["00"] * (COUNT - 40 - len(LATER_PAIRS.split()))]
    rivals = [float(word) for word in RIVALS_TOP.split()] + [float(pair[0]) for pair in later]
    allies = [float(word) for word in ALLIES_TOP.split()] + [float(pair[1]) for pair in later]
    return np.array(rivals), np.array(allies)


def zipf_shares(exponent: float = 1.0, count: int = COUNT) -> np.ndarray:
    """Share of members by rank, proportional to rank to the power of minus the exponent."""
    weights = np.arange(1.0, count + 1.0) ** -exponent
    return np.asarray(weights / weights.sum())


def tabulate_groups(rivals: np.ndarray, allies: np.ndarray, documented: bool) -> dict[str, np.ndarray]:
    """What the model reads of each group, from rival and ally strengths by rank.

    `ally_relief` is the share of hostility that alliances leave, 1 / (1 + ally strength). A draw between 0 and 1 picks
    the group with `share_before` <= draw < `share_upto`, in proportion to members at the start.
    """
    shares = zipf_shares(count=len(rivals))
    upto = np.cumsum(shares)
    return {
        "first_share": shares,
        "share_before": np.concatenate([[0.0], upto[:-1]]),
        "share_upto": np.concatenate([upto[:-1], [2.0]]),
        "rival_strength": rivals,
        "ally_relief": 1.0 / (1.0 + allies),
        "rival_share": rivals / max(float(rivals.sum()), 1.0),
        "documented": np.full(len(rivals), float(documented)),
    }


def describe_groups() -> Units:
    """The units of the shipped model: no documented network, only strengths."""
    unknown = (np.zeros(COUNT + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    return Units(COUNT, tabulate_groups(*strengths_by_rank(), documented=False), {"rival": unknown})
