"""All options at one budget, and apart from them those that cannot be there, as they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import xarray as xr

from crossroads.analysis.judgement import choose_headline
from crossroads.case.records import Outcome, by_id
from crossroads.presentation.tables import MIXTURE, Cell, Names, Row, Table, shade
from crossroads.presentation.words import NOT_APART, counted, interval, listed, number, signed, step_of
from crossroads.search.budgets import EqualBudget, Place


@dataclass(frozen=True)
class Budgeted:
    """What was made equal and why, and the tables."""

    title: str
    intro: str
    tables: tuple[Table, ...]


def describe_budget(found: EqualBudget, names: Names) -> Budgeted:
    """Options at the budget, and the others as they are written, near and last."""
    amount = _say_amount(found, names)
    reached = [place for place in found.places if place.standing == "at budget"]
    others = [place for place in found.places if place.standing != "at budget"]
    tables: list[Table] = []
    for horizon in list_horizons(names):
        after = names.after(horizon)
        if reached:
            caption = (
                f"Mean difference from {names.baseline} in the same futures, if the option cost {amount} "
                f"{names.after(names.last)}. Scale 1 is the option as written. {NOT_APART}: not told apart."
            )
            rows = _list_rows(found, reached, horizon, lambda place: _tell_scale(place, found, names), names)
            tables.append(Table(f"At {amount}: {after}", caption, ("Scale", *_list_heads(found, names)), rows))
        if others:
            caption = (
                f"Mean difference from {names.baseline} as the option is written, at a cost of its own: it has nothing "
                f"civilian to scale, or costs {amount} at no scale that its levers allow. {NOT_APART}: not told apart."
            )
            rows = _list_rows(found, others, horizon, lambda place: _tell_cost(place, found, names), names)
            first = f"{names.outcomes[found.budget.outcome].short} {names.after(names.last)}"
            tables.append(Table(f"Not at {amount}: {after}", caption, (first, *_list_heads(found, names)), rows))
    title = f"At equal {_running(found.budget.outcome, names)}"
    return Budgeted(title, _introduce(found, amount, names), tuple(tables))


def list_horizons(names: Names) -> tuple[str, ...]:
    """The near horizon and the last."""
    return tuple(dict.fromkeys((names.near, names.last)))


def mark_change(value: float, error: float, apart: bool, outcome: Outcome, top: float, note: str = "") -> Cell:
    """A change with its sign, shaded by its share of `top` where it is told apart from none."""
    if not isfinite(value):
        return Cell("–")
    if value != 0 and not apart:
        return Cell(NOT_APART, note)
    text = signed(value, step_of(value - 2 * error, value + 2 * error), outcome.digits)
    if not text.strip("0.,"):
        return Cell("0", note)
    sign = 1.0 if outcome.direction == "more" else -1.0
    return Cell(text, note, shade(sign * value / top))


def head_column(outcome: Outcome, names: Names) -> str:
    """The head of a column: a judgement index says so."""
    return f"{outcome.short}, {names.unit(outcome.id)}{', judgement' if outcome.index else ''}"


def _introduce(found: EqualBudget, amount: str, names: Names) -> str:
    budget, levers = found.budget, by_id(names.case.levers)
    scaled = [levers[name].name for name in dict.fromkeys(name for place in found.places for name in place.instruments)]
    meaning = names.running(names.outcomes[budget.outcome].meaning).rstrip(".")
    told = (
        f"What would each option do at the same {_running(budget.outcome, names)}, {amount} {names.after(names.last)} "
        f"({meaning})? "
        "What an option changes of these is scaled from the baseline, all alike, until the mean cost over all views is "
        f"that: {listed(names.running(name) for name in scaled)}. The scale is found by runs and straight lines "
        f"between them, in {counted(found.futures, 'future')}. All else stays as written, above all force. "
        f"{budget.because}"
    )
    beside = listed(_running(name, names) for name in budget.beside)
    return f"{told} The {beside} stands beside; the two are never added." if budget.beside else told


def _say_amount(found: EqualBudget, names: Names) -> str:
    """The budget with its unit: "US$ 2.5 billion"."""
    cost = names.outcomes[found.budget.outcome]
    currency, _, scale = cost.unit.partition(" ")
    amount = number(found.budget.amount, digits=cost.digits)
    return f"{currency} {amount} {scale}" if scale and currency.endswith("$") else f"{amount} {cost.unit}"


def _running(outcome: str, names: Names) -> str:
    return names.running(names.outcomes[outcome].short)


def _list_shown(found: EqualBudget, names: Names) -> tuple[str, ...]:
    """Costs beside, then what the answer is about."""
    costs = (found.budget.outcome, *found.budget.beside)
    return (*found.budget.beside, *(name for name in choose_headline(names.case) if name not in costs))


def _list_heads(found: EqualBudget, names: Names) -> list[str]:
    return [head_column(names.outcomes[name], names) for name in _list_shown(found, names)]


def _list_rows(
    found: EqualBudget, places: Sequence[Place], horizon: str, first: Callable[[Place], Cell], names: Names
) -> tuple[Row, ...]:
    given = found.found.sel(view=MIXTURE, horizon=horizon, option=[place.option for place in places])
    columns = [(names.outcomes[name], given.sel(outcome=name)) for name in _list_shown(found, names)]
    rows = []
    for place in places:
        cells = [_tell_change(outcome, column, place.option) for outcome, column in columns]
        option = names.options[place.option]
        rows.append(Row(option.short, (first(place), *cells), colour=names.colours[option.id]))
    return tuple(rows)


def _tell_change(outcome: Outcome, column: xr.Dataset, option: str) -> Cell:
    cell, top = column.sel(option=option), float(np.nanmax(np.abs(column["change"].values), initial=0.0))
    return mark_change(float(cell["change"]), float(cell["change_error"]), bool(cell["apart"]), outcome, top)


def _tell_scale(place: Place, found: EqualBudget, names: Names) -> Cell:
    wide, digits = 2 * place.scale_error, names.outcomes[found.budget.outcome].digits
    scale = number(place.scale, step_of(place.scale - wide, place.scale + wide), 2)
    return Cell(scale, f"costs {number(place.cost, digits=digits)} as written")


def _tell_cost(place: Place, found: EqualBudget, names: Names) -> Cell:
    digits = names.outcomes[found.budget.outcome].digits
    ends = interval(place.least, place.most, digits)
    note = "fixed scenario" if place.standing == "fixed" else f"{ends} at the scales run"
    return Cell(number(place.cost, digits=digits), note)
