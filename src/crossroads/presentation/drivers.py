"""What dominates: how far each uncertainty alone moves an option's difference from the baseline option."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from crossroads.analysis.results import Analysis
from crossroads.case.records import Outcome, Uncertainty
from crossroads.presentation.charts import tidy
from crossroads.presentation.figures import Cells, Figure, draw_tornado
from crossroads.presentation.tables import Names
from crossroads.presentation.words import counted, listed, number, percent, signed, step_of

SHOWN = 8
"""Uncertainties in each chart."""
LISTED = 15
"""Uncertainties in the table."""
NAMED = 4
"""Turns of the sign that are named under a chart; more are counted."""
OWN = "†"
"""After the name of an uncertainty whose range is our own judgement."""
KEY = "● highest fifth, ○ lowest fifth"
KEY_CHOICE = "◆ and ◇ the structural choices with the greatest and the least mean"
KEY_OWN = f"{OWN} the range is our own judgement"
KEY_TURNS = "bold where the sign turns"


@dataclass(frozen=True)
class End:
    """A mean difference at one end of an uncertainty, and the category there."""

    text: str
    note: str = ""


@dataclass(frozen=True)
class Driver:
    """One uncertainty, what it moves most, and the mean difference at both of its ends."""

    id: str
    name: str
    outcome: str
    option: str
    low: End
    high: End
    unit: str
    says: str
    turns: bool
    judged: bool
    evidence: tuple[str, ...]
    contested: str


@dataclass(frozen=True)
class Influence:
    """The section on what dominates."""

    intro: str
    key: str
    """What the signs in the charts mean."""
    figures: tuple[Figure, ...]
    rows: tuple[Driver, ...]


@dataclass(frozen=True)
class _Link:
    """One uncertainty that goes with one outcome under one option clearly, at the last horizon."""

    uncertainty: Uncertainty
    outcome: Outcome
    option: str
    low: float
    high: float
    low_name: str
    high_name: str
    relative: float
    strength: float
    turns: bool

    @property
    def swing(self) -> float:
        return abs(self.high - self.low)

    @property
    def kind(self) -> Literal["number", "choice"]:
        return "choice" if self.low_name else "number"

    def write(self, value: float) -> str:
        """A mean difference, rounded as its bar allows."""
        return signed(value, step_of(self.low, self.high), self.outcome.digits)


def describe_influence(analysis: Analysis, names: Names) -> Influence:
    """Mean differences from the baseline option at both ends of the uncertainties that move them most."""
    links = list(_find_links(analysis, names))
    widest = _keep_first(sorted(links, key=lambda link: -link.swing))
    figures = tuple(_draw(names.outcomes[outcome], widest, links, names) for outcome in analysis.headline)
    ranked = sorted(links, key=lambda link: -link.relative if isfinite(link.relative) else 0.0)
    tops = list({link.uncertainty.id: link for link in reversed(ranked)}.values())
    tops = sorted(tops, key=ranked.index)[:LISTED]
    rows = tuple(_describe_driver(top, widest, names) for top in tops)
    return Influence(_introduce(names), _say_key(widest, names), tuple(one for one in figures if one.rows), rows)


def _introduce(names: Names) -> str:
    return (
        f"Each bar runs from the mean difference from {names.baseline} {names.after(names.last)} over the futures "
        "in which one uncertainty lies in its lowest fifth to that in its highest fifth, under the option it "
        "moves most. It is read one at a time, with everything else varying as drawn, so swings of several "
        "uncertainties need not add up."
    )


def _find_links(analysis: Analysis, names: Names) -> Iterator[_Link]:
    """Every clear link whose swing can be seen at the decimals of its outcome."""
    found = analysis.influence.sel(horizon=names.last).transpose("uncertainty", "outcome", "option", ...)
    known = {one.id: one for one in names.case.uncertainties}
    parts = {str(name): array.values for name, array in found.data_vars.items()}
    for place in np.argwhere(parts["clear"] & np.isfinite(parts["swing"])):
        i, j, k = (int(index) for index in place)
        one = {name: array[i, j, k] for name, array in parts.items()}
        outcome = names.outcomes[str(found["outcome"].values[j])]
        least = 0.5 * 10.0**-outcome.digits
        low, high = float(one["low"]), float(one["high"])
        if one["swing"] < least:
            continue
        yield _Link(
            known[str(found["uncertainty"].values[i])],
            outcome,
            str(found["option"].values[k]),
            low,
            high,
            str(one["low_name"]).replace("_", " "),
            str(one["high_name"]).replace("_", " "),
            float(one["relative"]),
            float(one["strength"]),
            bool(one["turns"]) and min(abs(low), abs(high)) >= least,
        )


def _keep_first(links: Sequence[_Link]) -> list[_Link]:
    """The first link of each uncertainty and outcome."""
    kept: dict[tuple[str, str], _Link] = {}
    for link in links:
        kept.setdefault((link.uncertainty.id, link.outcome.id), link)
    return list(kept.values())


def _draw(outcome: Outcome, widest: Sequence[_Link], links: Sequence[_Link], names: Names) -> Figure:
    mine = [link for link in widest if link.outcome.id == outcome.id][:SHOWN]
    bars = listed(
        f"{_call(link, names)} from {link.write(link.low)} to {link.write(link.high)}"
        + (", the sign turns" if link.turns else "")
        for link in mine
    )
    turns = _tell_turns([link for link in links if link.outcome.id == outcome.id], names)
    none = f"No uncertainty alone turns an option from better to worse than {names.baseline}, or back."
    return draw_tornado(
        f"influence-{outcome.id}",
        f"What moves {names.running(outcome.short)} most",
        [_make_row(link, names) for link in mine],
        names.palette,
        says=f"{'Less' if outcome.direction == 'less' else 'More'} is better.{'' if turns else f' {none}'}",
        alt_text=f"Bars of mean differences from {names.baseline} in {outcome.name}, {names.unit(outcome.id)}: {bars}.",
        axis=f"difference from {names.baseline}, {names.unit(outcome.id)}",
        marks=(turns,) if turns else (),
    )


def _say_key(links: Sequence[_Link], names: Names) -> str:
    """What the signs in the charts mean, as far as there are any."""
    signs = (
        (KEY, any(link.kind == "number" for link in links)),
        (KEY_CHOICE, any(link.kind == "choice" for link in links)),
        (KEY_OWN, any(names.is_judged(link.uncertainty) for link in links)),
        (KEY_TURNS, any(link.turns for link in links)),
    )
    return f"{'; '.join(sign for sign, there in signs if there)}."


def _make_row(link: _Link, names: Names) -> Cells:
    name = link.uncertainty.name + (OWN if names.is_judged(link.uncertainty) else "")
    short = names.options[link.option].short
    return name, short, tidy(link.low), tidy(link.high), link.kind, "yes" if link.turns else "no"


def _tell_turns(links: Sequence[_Link], names: Names) -> str:
    """Under which uncertainties the sign of a mean difference turns, the widest swings first; empty if none."""
    turning = sorted((link for link in links if link.turns), key=lambda link: -link.swing)
    pairs: dict[str, list[str]] = {}
    for link in turning[:NAMED]:
        pairs.setdefault(names.running(link.uncertainty.name), []).append(names.call(link.option))
    parts = [f"{uncertainty} under {listed(options)}" for uncertainty, options in pairs.items()]
    rest = len(turning) - NAMED
    parts += [counted(rest, "more such pair")] if rest > 0 else []
    return f"The sign of the mean difference turns with {'; with '.join(parts)}." if parts else ""


def _call(link: _Link, names: Names) -> str:
    return f"{link.uncertainty.name} under {names.options[link.option].short}"


def _describe_driver(top: _Link, widest: Sequence[_Link], names: Names) -> Driver:
    one, unit = top.uncertainty, names.unit(top.outcome.id)
    others = [
        names.running(link.outcome.short)
        for link in sorted(widest, key=lambda link: -link.relative)
        if link.uncertainty.id == one.id and link.outcome.id != top.outcome.id
    ]
    return Driver(
        one.id,
        one.name,
        top.outcome.short,
        names.options[top.option].short,
        End(top.write(top.low), top.low_name),
        End(top.write(top.high), top.high_name),
        unit,
        _say(top) + (f" It also moves {listed(others)}." if others else ""),
        top.turns,
        names.is_judged(one),
        one.evidence,
        one.contested,
    )


def _say(link: _Link) -> str:
    """What moving from one end to the other does, in the outcome's unit and against the range of all options."""
    way = "Up" if link.high > link.low else "Down"
    size = signed(link.swing, step_of(0.0, link.swing), link.outcome.digits).lstrip("+")
    turn = "; the sign turns" if link.turns else ""
    part = f"{number(link.relative, 0.1)} times" if link.relative > 1 else f"{percent(link.relative)} of"
    return (
        f"{way} by {size}, {part} the range of all options{turn}. "
        f"Alone it goes with {percent(link.strength)} of the spread."
    )
