"""Regret: how far each option falls behind the best option of the same future, as tables."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import xarray as xr

from crossroads.analysis.results import Analysis
from crossroads.presentation.tables import MIXTURE, Cell, Names, Row, Table, shade
from crossroads.presentation.words import number, percent, step_of

NOTHING = "none"


def tabulate_regret(analysis: Analysis, names: Names) -> tuple[Table, ...]:
    """One table for the near and one for the last horizon: options by headline outcomes, in the mixture."""
    horizons = dict.fromkeys((names.near, names.last))
    return tuple(_tabulate(analysis, names, horizon) for horizon in horizons)


def _tabulate(analysis: Analysis, names: Names, horizon: str) -> Table:
    given = analysis.regret.sel(view=MIXTURE, horizon=horizon)
    rows = [
        Row(option.short, tuple(_cells(given, option.id, analysis, names)), colour=names.colours[option.id])
        for option in names.options.values()
    ]
    columns = tuple(f"{names.outcomes[outcome].short}, {names.unit(outcome)}" for outcome in analysis.headline)
    caption = (
        "Mean distance from the option that does best in the same future, reactions averaged; below it what nine "
        "futures in ten do not exceed, and in how many futures this option is the best. The darker, the further behind."
    )
    return Table(f"Regret {names.after(horizon)}", caption, columns, tuple(rows))


def _cells(given: xr.Dataset, option: str, analysis: Analysis, names: Names) -> Iterator[Cell]:
    for outcome in analysis.headline:
        column = given.sel(outcome=outcome)
        yield _cell(column.sel(option=option), float(column["mean"].max()), names.outcomes[outcome].digits)


def _cell(option: xr.Dataset, most: float, digits: int) -> Cell:
    mean, high, best = (float(option[name]) for name in ("mean", "high", "best"))
    if not isfinite(mean):
        return Cell("–")
    wide = 2 * float(option["error"])
    text = number(mean, step_of(mean - wide, mean + wide), digits)
    behind = text.strip("0.,") != ""
    if not behind:
        return Cell(NOTHING)
    note = f"9 in 10 below {number(high, digits=digits)} · best in {percent(best)}"
    return Cell(text, note, shade(-mean / most) if most > 0 else "")
