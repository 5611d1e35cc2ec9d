"""Small multiples as plain SVG: rows on one scale each, columns of bins, dots with error bars around a line at 0."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite
from textwrap import wrap

from crossroads.presentation.palette import BASELINE, INK, PAPER, RULE, SOFT
from crossroads.presentation.words import signed

LEFT, TOP, BOTTOM = 196, 44, 96
"""Room for the names of rows, of columns and of bins."""
WIDTH, HEIGHT, GAP = 146, 44, 14
"""Of a panel, and between two of them."""
LETTERS = 24
"""Of the name of a column in one line."""
FONT = "system-ui, Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class Dot:
    """A mean with both ends of its error bar; not drawn where it is not finite."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Strip:
    """One row: its name, colour, and the dots of each column."""

    name: str
    colour: str
    panels: tuple[tuple[Dot, ...], ...]

    @property
    def ends(self) -> tuple[float, float]:
        """The scale of the row: all bars and 0."""
        dots = [dot for panel in self.panels for dot in panel if isfinite(dot.mean)]
        low, high = min([0.0, *(dot.low for dot in dots)]), max([0.0, *(dot.high for dot in dots)])
        return (low, high) if high > low else (-1.0, 1.0)


def draw_multiples(columns: Sequence[tuple[str, Sequence[str]]], strips: Sequence[Strip], says: str) -> str:
    """The drawing; `columns` are names with the labels of their bins, `says` tells it in words."""
    width = LEFT + len(columns) * (WIDTH + GAP)
    height = TOP + len(strips) * (HEIGHT + GAP) + BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" font-family="{FONT}" font-size="11">',
        f"<title>{escape(says)}</title>",
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
    ]
    for place, (name, _) in enumerate(columns):
        lines = wrap(name, LETTERS)
        parts += [
            _write(_left(place), TOP - 8 - 13 * (len(lines) - 1 - i), line, INK, weight=600)
            for i, line in enumerate(lines)
        ]
    for row, strip in enumerate(strips):
        parts += _draw_strip(strip, TOP + row * (HEIGHT + GAP))
    for place, (_, labels) in enumerate(columns):
        parts += _label_bins(place, labels, TOP + len(strips) * (HEIGHT + GAP))
    return "\n".join([*parts, "</svg>"])


def _left(place: int) -> int:
    return LEFT + place * (WIDTH + GAP)


def _draw_strip(strip: Strip, top: int) -> Iterator[str]:
    low, high = strip.ends

    def rise(value: float) -> float:
        return round(top + HEIGHT * (high - value) / (high - low), 1)

    yield _write(8, top + HEIGHT / 2 + 4, strip.name, INK, weight=600)
    for value in dict.fromkeys((low, high)):
        yield _write(LEFT - 6, rise(value) + 4, signed(float(f"{value:.2g}")), SOFT, anchor="end", size=9)
    for place, dots in enumerate(strip.panels):
        left = _left(place)
        yield f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="{RULE}"/>'
        yield f'<path d="M{left} {rise(0.0)}h{WIDTH}" stroke="{BASELINE}" stroke-dasharray="3 3"/>'
        bars = [(_centre(left, i, len(dots)), dot) for i, dot in enumerate(dots) if isfinite(dot.mean)]
        ways = "".join(f"M{x} {rise(dot.low)}V{rise(dot.high)}" for x, dot in bars)
        yield f'<path d="{ways}" stroke="{strip.colour}" stroke-width="1.6"/>'
        points = "".join(f'<circle cx="{x}" cy="{rise(dot.mean)}" r="2.6"/>' for x, dot in bars)
        yield f'<g fill="{strip.colour}">{points}</g>'


def _centre(left: int, place: int, count: int) -> float:
    return round(left + WIDTH * (place + 0.5) / max(1, count), 1)


def _label_bins(column: int, labels: Sequence[str], top: float) -> Iterator[str]:
    for place, label in enumerate(labels):
        x = _centre(_left(column), place, len(labels)) + 3
        text = _write(x, top, label, SOFT, anchor="end", size=9)
        yield f'<g transform="rotate(-50 {x} {top})">{text}</g>'


def _write(
    x: float, y: float, text: str, colour: str, *, anchor: str = "start", size: int = 11, weight: int = 400
) -> str:
    looks = f'fill="{colour}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}"'
    return f'<text x="{x}" y="{y}" {looks}>{escape(text)}</text>'
