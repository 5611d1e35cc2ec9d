"""Those who answer: the declared shares of their openings, and what each opening stance does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np
import xarray as xr

from crossroads.analysis.verdict import Analysis
from crossroads.case.records import Actor, Mix
from crossroads.presentation.tables import MIXTURE, Cell, Names, Row, Table, shade
from crossroads.presentation.words import NOT_APART, percent, signed, step_of


@dataclass(frozen=True)
class MoveHead:
    """One opening at the top of a column."""

    short: str
    meaning: str


@dataclass(frozen=True)
class ShareRow:
    """Declared shares of the openings under one option."""

    short: str
    colour: str
    shares: tuple[str, ...]


@dataclass(frozen=True)
class ActorTable:
    """One actor with its openings and their shares."""

    name: str
    moves: tuple[MoveHead, ...]
    rows: tuple[ShareRow, ...]


@dataclass(frozen=True)
class Reason:
    """What one mix of shares means and rests on."""

    options: str
    meaning: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Stances:
    """The section on those who answer."""

    intro: str
    warning: str
    actors: tuple[ActorTable, ...]
    reasons: tuple[Reason, ...]
    effects: tuple[Table, ...]


def describe_stances(analysis: Analysis, names: Names) -> Stances:
    """Declared shares of every actor's openings, and what each opening of the first actor does."""
    actors = sorted(names.case.actors, key=lambda actor: actor.order)
    order = ", then ".join(names.running(actor.name) for actor in actors)
    intro = (
        f"An option is chosen; those who answer it move in this order: {order}. What follows inside a "
        "run is the model's state."
    )
    warning = (
        "Until the game is solved, the shares below are a judgement mix written in the case, not a "
        "prediction. "
        "Every headline number uses this mix; the tables below show each opening stance by itself."
    )
    mixes = {mix.id: mix for mix in names.case.mixes}
    tables = tuple(_list_shares(actor, mixes, names) for actor in actors)
    effects = tuple(_tabulate_stances(analysis, names, outcome) for outcome in analysis.headline)
    return Stances(intro, warning, tables, tuple(_list_reasons(names)), effects)


def _list_reasons(names: Names) -> Iterator[Reason]:
    for mix in names.case.mixes:
        options = [one.short for one in names.options.values() if one.mix == mix.id]
        if options:
            yield Reason("; ".join(options), mix.meaning, mix.evidence)


def _list_shares(actor: Actor, mixes: dict[str, Mix], names: Names) -> ActorTable:
    rows = []
    for option in names.options.values():
        mix = mixes[option.mix]
        given = mix.shares.get(actor.id, {})
        shares = tuple(percent(given[move.id]) if move.id in given else "–" for move in actor.moves)
        rows.append(ShareRow(option.short, names.colours[option.id], shares))
    return ActorTable(actor.name, tuple(MoveHead(move.short, move.meaning) for move in actor.moves), tuple(rows))


def _tabulate_stances(analysis: Analysis, names: Names, outcome: str) -> Table:
    given = analysis.stances.sel(view=MIXTURE, outcome=outcome, horizon=names.last)
    overall = analysis.differences.sel(view=MIXTURE, outcome=outcome, horizon=names.last)
    stances = [str(stance) for stance in given["stance"].values]
    record = names.outcomes[outcome]
    sign = 1.0 if record.direction == "more" else -1.0
    means = np.abs(given["difference"].values)
    top = float(np.nanmax(means)) if np.isfinite(means).any() else 1.0
    rows = []
    for option in names.options.values():
        cells = [_stance_cell(overall.sel(option=option.id), "mean", "apart", "error", sign, top, record.digits)]
        cells += [
            _stance_cell(
                given.sel(option=option.id, stance=stance),
                "difference",
                "apart",
                "difference_error",
                sign,
                top,
                record.digits,
            )
            for stance in stances
        ]
        rows.append(Row(option.short, tuple(cells), colour=names.colours[option.id]))
    columns = ("declared mix", *(names.moves.get(stance, stance) for stance in stances))
    caption = (
        f"Mean difference from {names.baseline} under its own mix, {names.after(names.last)}, {record.unit}; "
        f"{record.direction} is better. {NOT_APART}: not told apart. –: makes no sense under this option."
    )
    return Table(f"{record.name}: what each stance does", caption, columns, tuple(rows))


def _stance_cell(cell: xr.Dataset, mean: str, apart: str, error: str, sign: float, top: float, digits: int) -> Cell:
    value = float(cell[mean])
    if not isfinite(value):
        return Cell("–")
    if not bool(cell[apart]):
        return Cell(NOT_APART)
    wide = 2 * float(cell[error])
    better = sign * value > 0
    text = signed(value, step_of(value - wide, value + wide), digits)
    return Cell(text, "better" if better else "worse", shade(sign * value / top))
