"""One colour for each option, the same everywhere: a hue for its family, lightness within the family."""

from __future__ import annotations

from collections.abc import Iterable

from crossroads.case.records import Case

BASELINE = "#4f5964"
INK, SOFT, RULE, PAPER = "#1c2530", "#4a5663", "#e4dfd5", "#fcfbf8"

# Hues that stay apart for readers with colour-vision deficiencies; all 3:1 or more on white.
_HUES = (
    ("#1f4e9c", "#3f86d1", "#123063", "#6b7fd7", "#35688c", "#5b6ea8"),
    ("#b2420e", "#7d1d1d", "#d9730d", "#a8325a", "#8a4b2a", "#c2554a"),
    ("#12736a", "#3d9a4b", "#0b4a3f", "#7a8c1a", "#4d9490", "#5f6b2f"),
    ("#6a3d9a", "#a35bb8", "#43206b", "#8a6fb3", "#7b3f77", "#5a4fb0"),
    ("#7a5a12", "#a8821f", "#4f3a08", "#94764a", "#8c6b2b", "#6b5b3a"),
)


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
        result[option.id] = hue[used[family] % len(hue)]
        used[family] += 1
    return result


def _family(tags: Iterable[str]) -> str:
    return next(iter(tags), "")
