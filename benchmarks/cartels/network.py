"""Who fights whom and who helps whom: sizes at the start, 350 rivalries and 120 alliances, made up from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Sparse = tuple[NDArray[np.int32], NDArray[np.int32], Floats]
"""Row starts, columns and weights of a sparse matrix."""
_Edges = list[tuple[int, int]]

MEMBERS = 175_000
"""Members of all groups at the start."""


@dataclass(frozen=True)
class Network:
    """Groups with their sizes at the start, and the weights of their rivalries and alliances (both ways)."""

    sizes: Floats
    rivals: Floats
    """(groups, groups), symmetric."""
    allies: Floats
    """(groups, groups), symmetric; no pair is in both."""


def make_network(groups: int = 150, rivalries: int = 350, alliances: int = 120, seed: int = 7) -> Network:
    """A network in which large groups have more edges than small ones."""
    random = np.random.default_rng(seed)
    drawn = random.pareto(1.3, groups) + 0.15
    shares = np.minimum(drawn, 60 * np.median(drawn))
    sizes = shares / shares.sum() * MEMBERS * groups / 150
    chances = np.sqrt(sizes) / np.sqrt(sizes).sum()
    fights = _draw_edges(random, chances, rivalries, [])
    friendships = _draw_edges(random, chances, alliances, fights)
    return Network(sizes, _fill(random, groups, fights), _fill(random, groups, friendships))


def compress(matrix: Floats) -> Sparse:
    """The entries of a matrix that are not 0, row by row."""
    rows, columns = np.nonzero(matrix)
    starts = np.searchsorted(rows, np.arange(len(matrix) + 1)).astype(np.int32)
    return starts, columns.astype(np.int32), matrix[rows, columns]


def _draw_edges(random: Any, chances: Floats, count: int, taken: _Edges) -> _Edges:
    edges: dict[tuple[int, int], None] = {}
    while len(edges) < count:
        one, other = sorted(int(group) for group in random.choice(len(chances), 2, p=chances))
        if one != other and (one, other) not in taken:
            edges[(one, other)] = None
    return list(edges)


def _fill(random: Any, groups: int, edges: _Edges) -> Floats:
    matrix = np.zeros((groups, groups))
    for (one, other), weight in zip(edges, random.uniform(0.5, 1.5, len(edges)), strict=True):
        matrix[one, other] = matrix[other, one] = weight
    return matrix
