"""Stacked bars as plain SVG: one row of shares that sum to 1 for each option, with their percentages where they fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite

from crossroads.presentation.palette import INK, PAPER, SOFT

LEFT, WIDTH, HEIGHT, GAP, TOP = 170, 520, 20, 6, 8
"""Room for names, the length and height of a bar, the room below it and above the first."""
SHADES = ("#12736a", "#7fbfae", "#e3cf7f", "#d9730d", "#b2420e", "#5c1a1a", "#43206b", "#4f5964")
"""From one end of what can be played to the other; neighbours differ in lightness too."""
LIGHT = frozenset({"#7fbfae", "#e3cf7f", "#d9730d"})
"""Shades on which dark letters are read."""
ROOM = 0.06
"""Share of a bar that has room for a percentage."""
FONT = "system-ui, Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class Stack:
    """One bar: its name and the share of each part; what is not finite is left out."""

    name: str
    shares: tuple[float, ...]


def shade_of(part: int) -> str:
    """The colour of a part; they begin again after the last."""
    return SHADES[part % len(SHADES)]


def draw_stacks(stacks: Sequence[Stack], parts: Sequence[str], says: str) -> str:
    """The drawing; `parts` are the names of the parts in order, `says` tells it in words."""
    height = TOP + len(stacks) * (HEIGHT + GAP)
    rows = [
        line for place, stack in enumerate(stacks) for line in _draw_bar(stack, parts, TOP + place * (HEIGHT + GAP))
    ]
    size = f'viewBox="0 0 {LEFT + WIDTH} {height}" width="{LEFT + WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="{FONT}" font-size="11">',
            f"<title>{escape(says)}</title>",
            *rows,
            "</svg>",
        ]
    )


def _draw_bar(stack: Stack, parts: Sequence[str], top: int) -> Iterator[str]:
    middle = top + HEIGHT / 2 + 4
    yield f'<text x="{LEFT - 8}" y="{middle}" fill="{INK}" text-anchor="end">{escape(stack.name)}</text>'
    left = float(LEFT)
    if not any(isfinite(share) for share in stack.shares):
        yield f'<text x="{LEFT}" y="{middle}" fill="{SOFT}">not known</text>'
    for place, share in enumerate(stack.shares):
        if not isfinite(share) or share <= 0:
            continue
        wide, colour = share * WIDTH, shade_of(place)
        text = f"{share * 100:.0f}\u202f%"
        yield (
            f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{HEIGHT}" fill="{colour}" stroke="{PAPER}">'
            f"<title>{escape(stack.name)}: {escape(parts[place])} {text}</title></rect>"
        )
        if share >= ROOM:
            ink = INK if colour in LIGHT else PAPER
            yield f'<text x="{left + wide / 2:.1f}" y="{middle}" fill="{ink}" text-anchor="middle">{text}</text>'
        left += wide
