"""What was run around the options: every option at low and high values of a lever, and all at one budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.case.records import Outcome, by_id
from crossroads.presentation.budget import Budgeted, describe_budget, head_column, list_horizons, mark_change
from crossroads.presentation.tables import MIXTURE, Cell, Names, Row, Table
from crossroads.presentation.words import NOT_APART, counted, number, percent, sentence
from crossroads.search.exploration import Exploration
from crossroads.search.sweeps import Sweep

SMALL = 0.01
"""Share of itself by which an outcome must move under some option to have a column."""


@dataclass(frozen=True)
class Turn:
    """One dial: what was done and why, the outcomes that move, and in words those that do not."""

    title: str
    intro: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Dials:
    """The section on what was run around the options."""

    turns: tuple[Turn, ...]
    budget: Budgeted | None
    evidence: tuple[str, ...]
    missing: str = ""
    """Why there is nothing to show, where the case asks for it."""


def describe_dials(exploration: Exploration | None, names: Names) -> Dials | None:
    """Each dial turned, and all options at one budget; none where the case declares neither."""
    asked = names.case.sweeps
    if asked is None:
        return None
    if exploration is None:
        return Dials((), None, asked.evidence, "These runs are not at hand. Weighing the case makes them.")
    turns = tuple(_describe_turn(found, names) for found in exploration.sweeps)
    budget = None if exploration.equal is None else describe_budget(exploration.equal, names)
    return Dials(turns, budget, asked.evidence)


def _describe_turn(found: Sweep, names: Names) -> Turn:
    lever = by_id(names.case.levers)[found.lever]
    first, last = (_say_value(found.lever, value, names) for value in (found.values[0], found.values[-1]))
    dials = names.case.sweeps.dials if names.case.sweeps else ()
    reason = " ".join(dial.because for dial in dials if dial.lever == found.lever)
    intro = (
        f"{lever.meaning} Every option was run again at {first} and at {last}, all else as written, in "
        f"{counted(found.futures, 'future')} with the same luck. Others are taken to answer as they would answer the "
        f"option as written. {reason}"
    )
    tables, notes = [], []
    for horizon in list_horizons(names):
        given = found.found.sel(view=MIXTURE, horizon=horizon)
        moves = {name: _find_largest(given.sel(outcome=name), outcome) for name, outcome in names.outcomes.items()}
        shown = [name for name, share in moves.items() if share >= SMALL]
        notes.append(_say_rest(moves, horizon, names))
        if shown:
            title = f"{lever.name} at {last} against {first}: {names.after(horizon)}"
            tables.append(_tabulate(given, shown, title, names))
    return Turn(f"{lever.name}, low and high", intro, tuple(tables), tuple(note for note in notes if note))


def _say_value(name: str, value: float | str, names: Names) -> str:
    """A value of a lever in running text."""
    settings = by_id(names.case.levers)[name].settings
    return f"“{settings[str(value)].name}”" if settings else number(float(value))


def _find_largest(given: xr.Dataset, outcome: Outcome) -> float:
    """The largest movement under any option that is told apart and shows at the outcome's decimals, as a share of the
    outcome; 0 where there is none."""
    difference = np.abs(given["difference"].values)
    level = np.abs(given["mean"].transpose("option", "place").values).max(axis=1)
    seen = given["apart"].values & (difference >= 0.5 * 10.0**-outcome.digits)
    return float((difference[seen] / level[seen]).max(initial=0.0))


def _say_rest(moves: dict[str, float], horizon: str, names: Names) -> str:
    """The outcomes without a column, in words."""
    short = {name: names.running(names.outcomes[name].short) for name in moves}
    small = [short[name] for name, share in moves.items() if 0 < share < SMALL]
    still = [short[name] for name, share in moves.items() if share == 0]
    after = sentence(names.after(horizon)).rstrip(".")
    if len(still) == len(moves):
        return f"{after} nothing moves that shows and can be told apart."
    told = [f"{after}, moved by under {percent(SMALL)} of itself in every option: {'; '.join(small)}."] if small else []
    told += [f"{after}, not moved as far as shows and can be told apart: {'; '.join(still)}."] if still else []
    return " ".join(told)


def _tabulate(given: xr.Dataset, shown: Sequence[str], title: str, names: Names) -> Table:
    columns = [(names.outcomes[name], given.sel(outcome=name)) for name in shown]
    rows = []
    for option in names.options.values():
        cells = tuple(_tell_turn(outcome, column, option.id) for outcome, column in columns)
        rows.append(Row(option.short, cells, colour=names.colours[option.id]))
    caption = (
        "What the high value gives beyond the low one under the same option, mean over the same futures; below it the "
        f"outcome at both. {NOT_APART}: not told apart. Colour: better or worse, against the largest in the column."
    )
    return Table(title, caption, tuple(head_column(outcome, names) for outcome, _ in columns), tuple(rows))


def _tell_turn(outcome: Outcome, column: xr.Dataset, option: str) -> Cell:
    cell, top = column.sel(option=option), float(np.nanmax(np.abs(column["difference"].values), initial=0.0))
    low, high = (number(float(cell["mean"][place]), digits=outcome.digits) for place in (0, -1))
    note = low if low == high else f"{low} to {high}"
    return mark_change(
        float(cell["difference"]), float(cell["difference_error"]), bool(cell["apart"]), outcome, top, note
    )
