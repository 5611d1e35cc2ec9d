"""Tables of values drawn at random, the same ones for us and for the libraries. Values are whole hundredths from the
standard generator; weights are made to sum to 1 from whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SEED = 7
SHAPES = ((2, 2), (4, 3), (6, 5), (11, 15))
EACH = 6
"""Tables of each shape."""
INDIFFERENT = 0.125
"""A difference of value that does not count, where one is given; no difference of hundredths lies on it."""


@dataclass(frozen=True)
class DrawnTable:
    """`values` (options, criteria) between 0 and 1 and `weights` (criteria,)."""

    name: str
    values: tuple[tuple[float, ...], ...]
    weights: tuple[float, ...]


def draw_tables() -> list[DrawnTable]:
    """Tables of several shapes, without a criterion on which all are equal."""
    dice = Random(SEED)
    return [
        _draw(dice, f"{options}x{criteria}-{number}", options, criteria)
        for options, criteria in SHAPES
        for number in range(EACH)
    ]


def _draw(dice: Random, name: str, options: int, criteria: int) -> DrawnTable:
    columns = [dice.sample(range(1, 101), options) for _ in range(criteria)]
    points = [dice.randint(1, 9) for _ in range(criteria)]
    values = tuple(tuple(cell / 100 for cell in row) for row in zip(*columns, strict=True))
    return DrawnTable(name, values, tuple(point / sum(points) for point in points))
