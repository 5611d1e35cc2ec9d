"""Options by headline outcomes, soon and at the end: the table on the first screen and in the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Literal

from crossroads.analysis.judgement import Effect
from crossroads.analysis.results import Analysis
from crossroads.presentation.tables import Names
from crossroads.presentation.words import NOT_APART, change, signed, step_of

MOST_PERCENT = 400.0
Tone = Literal["up", "down", "off", ""]


@dataclass(frozen=True)
class Mark:
    """One change: the text, better (up), worse (down) or not told apart (off), and the whole in words."""

    text: str
    tone: Tone
    words: str


@dataclass(frozen=True)
class SummaryRow:
    """One option with its marks: for each headline outcome, one a horizon."""

    option: str
    short: str
    colour: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Summary:
    """Short names of outcomes and horizons, and the rows of all options but the baseline."""

    baseline: str
    outcomes: tuple[str, ...]
    units: tuple[str, ...]
    """What a change is told in: empty where it is told in percent of the baseline's mean."""
    horizons: tuple[str, ...]
    rows: tuple[SummaryRow, ...]


def summarise(analysis: Analysis, names: Names) -> Summary:
    """Mean differences from the baseline option, in percent where it has a mean, else in units."""
    horizons = tuple(dict.fromkeys((names.near, names.last)))
    rows = []
    for judgement in analysis.judgements:
        if judgement.option == names.case.baseline:
            continue
        effects = {(one.outcome, one.horizon): one for one in judgement.effects}
        marks = tuple(
            write_mark(effects.get((outcome, horizon)), names) for outcome in analysis.headline for horizon in horizons
        )
        option = names.options[judgement.option]
        rows.append(SummaryRow(option.id, option.short, names.colours[option.id], marks))
    shorts = tuple(names.outcomes[outcome].short for outcome in analysis.headline)
    units = tuple(_unit_of(analysis, outcome, horizons[-1], names) for outcome in analysis.headline)
    return Summary(names.baseline, shorts, units, tuple(names.horizons[one].name for one in horizons), tuple(rows))


def _unit_of(analysis: Analysis, outcome: str, horizon: str, names: Names) -> str:
    """The unit of changes that cannot be told in percent."""
    effects = [one for each in analysis.judgements for one in each.effects]
    found = [one for one in effects if (one.outcome, one.horizon) == (outcome, horizon)]
    return "" if any(in_percent(one) for one in found) else names.unit(outcome)


def write_mark(effect: Effect | None, names: Names) -> Mark:
    """An effect as one short text; what rounds to nothing is called no clear change."""
    if effect is None or effect.reading == "not known":
        return Mark("–", "", "no number")
    text = say_size(effect, names)
    if effect.reading == "not told apart" or not text.strip("±+0.% \u202f"):
        return Mark(NOT_APART, "off", "no clear change")
    arrow = "▲" if effect.mean > 0 else "▼"
    tone: Tone = "up" if effect.reading == "better" else "down"
    return Mark(f"{arrow} {text}", tone, f"{effect.reading}: {text}")


def say_size(effect: Effect, names: Names, plain: bool = False) -> str:
    """The mean difference in percent of the baseline's mean, or in the outcome's unit where there is none, or where
    that is asked for."""
    if in_percent(effect) and not plain:
        return change((effect.percent or 0.0) / 100)
    return signed(effect.mean, step_of(effect.low, effect.high), names.outcomes[effect.outcome].digits)


def in_percent(effect: Effect) -> bool:
    """Whether the baseline's mean is large enough for a percentage to say something."""
    return effect.percent is not None and isfinite(effect.percent) and abs(effect.percent) < MOST_PERCENT


def is_visible(effect: Effect, names: Names) -> bool:
    """Whether an effect is told apart and does not round to nothing."""
    return write_mark(effect, names).tone in ("up", "down")
