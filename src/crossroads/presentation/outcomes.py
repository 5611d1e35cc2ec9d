"""Options by outcomes: the table that a reader turns, the differences as charts, the way over the years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

import xarray as xr

from crossroads.analysis.results import Analysis
from crossroads.case.records import Outcome
from crossroads.presentation.summary import MOST_PERCENT
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.presentation.words import (
    NOT_APART,
    interval,
    number,
    signed,
    step_of,
)
from crossroads.presentation.words import (
    change as say_change,
)

Baseline = Literal["status_quo", "start"]
BASELINES: tuple[Baseline, ...] = ("status_quo", "start")
WISHES = {"less": "less is better", "more": "more is better"}


def _call_baseline(baseline: Baseline, names: Names) -> str:
    return f"{names.baseline}, same date" if baseline == "status_quo" else "the start"


@dataclass(frozen=True)
class ChangeCell:
    """One cell: the change, its tone (up better, down worse, off not told apart), its strip in percent."""

    change: str
    tone: str
    low: int
    mid: int
    high: int
    notes: tuple[str, ...]

    def pack(self) -> list[str | int]:
        """As the page reads it."""
        return [self.change, self.tone, self.low, self.mid, self.high, *self.notes]


@dataclass(frozen=True)
class Slice:
    """Cells of one view, horizon and baseline: rows are options, columns outcomes; `zeros` are no change."""

    rows: tuple[tuple[ChangeCell | None, ...], ...]
    zeros: tuple[int | None, ...]
    said: str

    def pack(self) -> dict[str, Any]:
        """As the page reads it."""
        rows = [[cell.pack() if cell else None for cell in row] for row in self.rows]
        return {"rows": rows, "zeros": self.zeros, "said": self.said}


@dataclass(frozen=True)
class Head:
    """One outcome at the top of a column."""

    short: str
    unit: str
    wish: str
    index: bool


@dataclass(frozen=True)
class Line:
    """One option with the cells that are shown first."""

    short: str
    colour: str
    baseline: bool
    cells: tuple[ChangeCell, ...]


@dataclass(frozen=True)
class Explorer:
    """The table that a reader turns: what can be chosen, what is shown first, and all slices."""

    horizons: tuple[tuple[str, str], ...]
    baselines: tuple[tuple[str, str], ...]
    views: tuple[tuple[str, str], ...]
    families: tuple[tuple[str, str], ...]
    horizon: str
    outcomes: tuple[Head, ...]
    options: tuple[Line, ...]
    data: Mapping[str, Any]


NO_NUMBER = ChangeCell("no number", "off", 0, 0, 0, ())


def build_explorer(analysis: Analysis, names: Names) -> Explorer:
    """All slices of options by outcomes, for every view, horizon and baseline."""
    views = {view: name for view, name in names.views.items() if view in analysis.weights.views}
    cells = {
        view: {
            horizon: {baseline: build_slice(analysis, names, view, horizon, baseline) for baseline in BASELINES}
            for horizon in names.horizons
        }
        for view in views
    }
    first = cells[MIXTURE][names.last]["status_quo"]
    outcomes = names.outcomes.values()
    families = list(dict.fromkeys(outcome.family for outcome in outcomes))
    options = tuple(
        Line(
            one.short,
            names.colours[one.id],
            one.id == names.case.baseline,
            tuple(cell or NO_NUMBER for cell in row),
        )
        for one, row in zip(names.options.values(), first.rows, strict=True)
    )
    data = {
        "outcomes": [{"family": one.family, "headline": one.id in analysis.headline} for one in outcomes],
        "cells": {
            view: {horizon: {base: part.pack() for base, part in bases.items()} for horizon, bases in at.items()}
            for view, at in cells.items()
        },
    }
    return Explorer(
        tuple((one.id, one.name) for one in names.horizons.values()),
        tuple((str(base), _call_baseline(base, names)) for base in BASELINES),
        tuple(views.items()),
        (("headline", "headline"), ("all", "all"), *((family, family) for family in families)),
        names.last,
        tuple(Head(one.short, one.unit, WISHES[one.direction], one.index) for one in outcomes),
        options,
        data,
    )


def build_slice(analysis: Analysis, names: Names, view: str, horizon: str, baseline: Baseline) -> Slice:
    """The cells of one view, horizon and baseline."""
    source = analysis.differences if baseline == "status_quo" else analysis.changes
    changes = _numbers(source.sel(view=view, horizon=horizon), ("mean", "apart", "percent"))
    levels = _numbers(analysis.levels.sel(view=view, horizon=horizon), ("mean",))
    columns, zeros = [], []
    for place, outcome in enumerate(names.outcomes.values()):
        column = [_Change(*values) for values in changes[place]]
        scale = _find_scale(column)
        own = names.case.baseline if baseline == "status_quo" else ""
        columns.append(
            [
                _write_cell(change, level, outcome, scale, is_own=option == own)
                for option, change, level in zip(names.options, column, levels[place], strict=True)
            ]
        )
        zeros.append(_place(0.0, scale) if scale else None)
    when, against = names.horizons[horizon].name.capitalize(), _call_baseline(baseline, names)
    said = f"{when}, measured against {against}; {names.views[view]}."
    return Slice(tuple(zip(*columns, strict=True)), tuple(zeros), said + _warn(analysis, view))


@dataclass(frozen=True)
class _Change:
    """One change as it stands in the analysis."""

    mean: float
    apart: bool
    percent: float
    low: float
    mid: float
    high: float


def _numbers(cell: xr.Dataset, fields: Sequence[str]) -> list[list[tuple[Any, ...]]]:
    """Outcomes by options: the fields, then the 10, 50 and 90 % values."""
    parts = [cell[field].transpose("outcome", "option").values for field in fields]
    bands = cell["quantiles"].sel(quantile=[0.1, 0.5, 0.9]).transpose("outcome", "option", "quantile").values
    rows, columns = parts[0].shape
    return [[(*(part[i, j] for part in parts), *bands[i, j]) for j in range(columns)] for i in range(rows)]


def _warn(analysis: Analysis, view: str) -> str:
    refused = bool(analysis.effective["view_refused"].sel(view=view))
    return " Too few futures carry this view's weight: read nothing from it." if refused else ""


def _find_scale(column: Sequence[_Change]) -> tuple[float, float] | None:
    ends = [end for change in column for end in (change.low, change.high, change.mean) if isfinite(end)]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    return (low, high) if high > low else None


def _place(value: float, scale: tuple[float, float] | None) -> int:
    if scale is None or not isfinite(value):
        return 50
    return round(100 * (value - scale[0]) / (scale[1] - scale[0]))


def _write_cell(
    change: _Change,
    level: tuple[Any, ...],
    outcome: Outcome,
    scale: tuple[float, float] | None,
    *,
    is_own: bool,
) -> ChangeCell | None:
    if not isfinite(change.mean):
        return None
    mean, low, _, high = level
    standing = f"level {number(mean, step_of(low, high), outcome.digits)}"
    if is_own:
        zero = _place(0.0, scale)
        return ChangeCell("baseline", "", zero, zero, zero, (interval(low, high, outcome.digits), standing))
    strip = (_place(change.low, scale), _place(change.mean, scale), _place(change.high, scale))
    band = interval(change.low, change.high, outcome.digits, sign=True)
    size = signed(change.mean, step_of(change.low, change.high), outcome.digits)
    if not change.apart or not size.strip("+0.,"):
        return ChangeCell(f"{NOT_APART} no clear change", "off", *strip, (band, standing))
    better = (change.mean > 0) == (outcome.direction == "more")
    sayable = isfinite(change.percent) and abs(change.percent) < MOST_PERCENT
    percent = f" ({say_change(change.percent / 100)})" if sayable else ""
    arrow = "▲" if change.mean > 0 else "▼"
    text = f"{arrow} {size}{percent}"
    tone, word = ("up", "better") if better else ("down", "worse")
    return ChangeCell(text, tone, *strip, (band, f"{word} · {standing}"))
