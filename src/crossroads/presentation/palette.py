"""One colour for each option, the same everywhere: a hue for its family, lightness within the family."""

from __future__ import annotations

from collections.abc import Iterable

from crossroads.case.records import Case

BASELINE = "#4f5964"
INK, SOFT, RULE, PAPER = "#1c2530", "#4a5663", "#e4dfd5", "#fcfbf8"

# Hues that stay apart for readers with colour-vision deficiencies; all 3:1 or more on white.
_HUES = (
    ("#1f4e9c", "#3f86d1", "#123063", "#6b7fd7", "#35688c", "#5b6ea8", "#0f7fa8", "#4a5fd0", "#2a3a86"),
    ("#b2420e", "#7d1d1d", "#d9730d", "#a8325a", "#8a4b2a", "#c2554a", "#e0527e", "#5c2a12", "#d1331f"),
    ("#12736a", "#3d9a4b", "#0b4a3f", "#7a8c1a", "#4d9490", "#5f6b2f", "#1f8f7d", "#2f6b35", "#6f9a3c"),
    ("#6a3d9a", "#a35bb8", "#43206b", "#8a6fb3", "#7b3f77", "#5a4fb0", "#b04aa0", "#8e57d6", "#5b2b57"),
    ("#7a5a12", "#a8821f", "#4f3a08", "#94764a", "#8c6b2b", "#6b5b3a", "#b07a2c", "#5e4a24", "#9c8a3a"),
)
_DARKER = 0.8
"""What a colour keeps of its light each time a family runs out of colours."""


def colours(case: Case) -> dict[str, str]:
    """Option id to colour; the baseline is grey, others follow their first tag."""
    families = list(dict.fromkeys(_family(option.tags) for option in case.options if option.id != case.baseline))
    used = dict.fromkeys(families, 0)
    result: dict[str, str] = {}
    for option in case.options:
        if option.id == case.baseline:
            result[option.id] = BASELINE
            continue
        family = _family(option.tags)
        hue = _HUES[families.index(family) % len(_HUES)]
        result[option.id] = _darken(hue[used[family] % len(hue)], used[family] // len(hue))
        used[family] += 1
    return result


def _darken(colour: str, times: int) -> str:
    """A colour with less light, which only makes it stand out more on white."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part * _DARKER**times):02x}" for part in parts)


def _family(tags: Iterable[str]) -> str:
    return next(iter(tags), "")
