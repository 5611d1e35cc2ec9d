"""What stands beside the verdict on a claim: options side by side, measures in every order, dials and openings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np
import xarray as xr

from crossroads.analysis.dials import measure_dials
from crossroads.analysis.estimates import APART
from crossroads.analysis.openings import name_opening
from crossroads.case.clauses import list_choices, list_options
from crossroads.case.records import Claim, Comparison, Lever, Orders, Outcome
from crossroads.presentation.budget import head_column, mark_change
from crossroads.presentation.tables import MIXTURE, Cell, Names, Row, Table
from crossroads.presentation.words import (
    NOT_APART,
    change,
    interval,
    listed,
    number,
    percent,
    sentence,
    signed,
    step_of,
)

NAMED = 3
"""Outcomes that a sentence names."""
SMALL = 0.001
"""Share of itself by which an outcome must change to be named."""


@dataclass(frozen=True)
class Exhibit:
    """Options side by side: what differs most in a sentence, and a table for each horizon."""

    name: str
    says: str
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class Strip:
    """What one measure adds: ends over all orders, the mean and nothing, in percent of the scale."""

    name: str
    mean: str
    orders: str
    low: float
    at: float
    high: float
    zero: float


@dataclass(frozen=True)
class Added:
    """What each measure adds to one outcome."""

    title: str
    says: str
    strips: tuple[Strip, ...]


@dataclass(frozen=True)
class _Largest:
    """The largest change of one outcome that is told apart."""

    outcome: Outcome
    option: str
    text: str
    relative: float


def call_choices(names: Names) -> dict[str, str]:
    """Option or probe to its short name."""
    return {one.id: one.short for one in list_choices(names.case)}


def describe_comparison(asked: Comparison, found: xr.Dataset, names: Names) -> Exhibit:
    """One comparison of a claim; see `compare_column`."""
    tables = tuple(_tabulate(asked, found, horizon, names) for horizon in asked.horizons)
    last = max(asked.horizons, key=lambda horizon: names.horizons[horizon].weeks)
    return Exhibit(asked.name, say_differences(asked, found, last, names), tables)


def _say_reactions(asked: Comparison, names: Names) -> str:
    if asked.stance is None:
        return "reactions averaged"
    return f"given {names.running(names.moves[asked.stance])} where that can answer them, other reactions averaged"


def _tabulate(asked: Comparison, found: xr.Dataset, horizon: str, names: Names) -> Table:
    short, first = call_choices(names), asked.options[0]
    columns = [(names.outcomes[outcome], found.sel(outcome=outcome, horizon=horizon)) for outcome in asked.outcomes]
    rows = []
    for option in asked.options:
        cells = [_tell_cell(outcome, column, option, option == first) for outcome, column in columns]
        note = "measured from this" if option == first else ""
        rows.append(Row(short[option], tuple(cells), note, names.colours.get(option, "")))
    caption = (
        f"The first row is the mean of {names.running(short[first])}; the others are the mean change from it in the "
        f"same futures, {_say_reactions(asked, names)}. {NOT_APART}: not told apart. Colour: better or worse, against "
        "the largest in the column."
    )
    heads = tuple(head_column(outcome, names) for outcome, _ in columns)
    return Table(f"{asked.name}: {names.after(horizon)}", caption, heads, tuple(rows))


def _tell_cell(outcome: Outcome, column: xr.Dataset, option: str, first: bool) -> Cell:
    cell = column.sel(option=option)
    if first:
        level = float(cell["level"])
        return Cell(number(level, digits=outcome.digits) if isfinite(level) else "–")
    top = float(np.nanmax(np.abs(column["change"].values), initial=0.0)) or 1.0
    value, error = float(cell["change"]), float(cell["error"])
    wide = APART * error if isfinite(error) else 0.0
    note = f"± {_say_width(wide, step_of(value - wide, value + wide), outcome.digits)}" if wide else ""
    return mark_change(value, error, bool(cell["apart"]), outcome, top, note)


def _say_width(wide: float, step: float, digits: int) -> str:
    """Two errors; what rounds to nothing at the decimals of the outcome is under one of them."""
    text = number(wide, step, digits)
    return text if text.strip("0.,") else f"under {number(10.0**-digits)}"


def say_differences(asked: Comparison, found: xr.Dataset, horizon: str, names: Names) -> str:
    """What differs most at a horizon, by its share of itself, and what does not differ beyond error."""
    short = call_choices(names)
    given = found.sel(horizon=horizon)
    largest = [_find_largest(names.outcomes[outcome], given.sel(outcome=outcome), names) for outcome in asked.outcomes]
    seen = [one for one in largest if one and one.relative >= SMALL]
    told = sorted(seen, key=lambda one: -one.relative)[:NAMED]
    still = [name for name, one in zip(asked.outcomes, largest, strict=True) if one is None]
    start = f"{sentence(names.after(horizon)).rstrip('.')}, measured from {_call(short, asked.options[0])}"
    if not told:
        return f"{start}, nothing differs by more than error and {percent(SMALL, 1)} of itself."
    phrases = (f"{names.running(one.outcome.short)} ({one.text} under {_call(short, one.option)})" for one in told)
    quiet = [names.running(names.outcomes[name].short) for name in still]
    rest = f" Not told apart under any: {listed(quiet)}." if quiet else ""
    return f"{start}, these differ most: {'; '.join(phrases)}.{rest}"


def _call(short: dict[str, str], option: str) -> str:
    return f"“{short[option]}”"


def _find_largest(outcome: Outcome, given: xr.Dataset, names: Names) -> _Largest | None:
    """The largest change that is told apart and shows at the decimals of the outcome."""
    value, level = given["change"].values, np.abs(given["level"].values)
    seen = given["apart"].values & (np.abs(value) >= 0.5 * 10.0**-outcome.digits)
    if not seen.any():
        return None
    place = int(np.argmax(np.where(seen, np.abs(value), -1.0)))
    move, error, start = float(value[place]), float(given["error"].values[place]), float(level[0])
    text = signed(move, step_of(move - 2 * error, move + 2 * error), outcome.digits) + _say_unit(outcome, names)
    share = f", {change(move / start)}" if abs(move) < start else ""
    option = str(given["option"].values[place])
    return _Largest(outcome, option, text + share, abs(move) / max(float(level[place]), start))


def _say_unit(outcome: Outcome, names: Names) -> str:
    """The unit of a change after its number: a percentage changes by points, and a bare number has none."""
    unit = names.unit(outcome.id)
    if unit == "1":
        return ""
    return " percentage points" if unit.startswith("%") else f" {unit}"


def describe_orders(asked: Orders, found: xr.Dataset, names: Names) -> tuple[Added, ...]:
    """What each measure adds over every order, an outcome at a time; see `weigh_orders`."""
    after = names.after(asked.horizon)
    given = found.sel(view=MIXTURE)
    return tuple(_draw_orders(names.outcomes[one], given.sel(outcome=one), after, names) for one in asked.outcomes)


def _draw_orders(outcome: Outcome, given: xr.Dataset, after: str, names: Names) -> Added:
    values = np.concatenate([[0.0], given["low"].values, given["high"].values])
    known = values[np.isfinite(values)]
    least, most = float(known.min()), float(known.max())
    width = (most - least) or 1.0

    def place(value: float) -> float:
        return round(100 * (value - least) / width, 1) if isfinite(value) else 0.0

    strips = []
    for measure in given["measure"].values:
        one = given.sel(measure=measure)
        mean, error, low, high = (float(one[name]) for name in ("mean", "error", "low", "high"))
        told = _say_mean(mean, error, bool(one["apart"]), outcome.digits)
        ends = interval(low, high, outcome.digits, sign=True)
        strips.append(Strip(str(one["name"].item()), told, ends, place(low), place(mean), place(high), place(0.0)))
    whole, wide = float(given["total"]), APART * float(given["total_error"])
    total = _say_mean(whole, wide / APART, abs(whole) > wide, outcome.digits)
    says = f"All together: {total}{_say_unit(outcome, names)}; {outcome.direction} is better."
    return Added(f"{outcome.name}, {after}", f"{says} {NOT_APART}: not told apart.", tuple(strips))


def _say_mean(mean: float, error: float, apart: bool, digits: int) -> str:
    if not isfinite(mean):
        return "not known"
    wide = APART * error
    step = step_of(mean - wide, mean + wide)
    sign = "" if apart else f"{NOT_APART} "
    told = f"{sign}{signed(mean, step, digits)}"
    return f"{told} ± {_say_width(wide, step, digits)}" if wide else told


def tabulate_dials(names: Names) -> Table:
    """How far each option turns each dial: the furthest setting, shaded by its distance from the baseline."""
    found = measure_dials(names.case)
    levers = [lever for lever in names.case.levers if lever.kind != "instrument"] or list(names.case.levers)
    rows = []
    for option in names.options.values():
        mine = found.sel(option=option.id)
        cells = [_tell_dial(lever, mine.sel(lever=lever.id)) for lever in levers]
        turned = sum(float(mine["distance"].sel(lever=lever.id)) > 0 for lever in levers)
        count = Cell(str(turned), f"of {len(levers)}")
        rows.append(Row(option.short, (count, *cells), colour=names.colours[option.id]))
    caption = (
        f"At its furthest, and how far that is from {names.baseline} as a share of the whole way that the dial can go. "
        "A distance says how much differs, not whether that is good."
    )
    heads = ("Dials turned", *(lever.name for lever in levers))
    return Table("How far options turn their dials", caption, heads, tuple(rows))


def _tell_dial(lever: Lever, cell: xr.Dataset) -> Cell:
    distance, value = float(cell["distance"]), str(cell["value"].item())
    shown = lever.settings[value].name if lever.settings else number(float(value))
    if not distance:
        return Cell("–", shown)
    return Cell(percent(distance), shown, _tint(distance))


def _tint(distance: float) -> str:
    """A background that says how much differs, and neither better nor worse."""
    return f"rgba(31,78,121,{0.05 + 0.25 * distance:.2f})"


def tabulate_openings(claim: Claim, openings: xr.Dataset | None, names: Names) -> Table | None:
    """How likely each opening of the first actor is under the options that a claim names; none without actors."""
    if not names.case.actors:
        return None
    actor = min(names.case.actors, key=lambda one: one.order)
    options = list(_list_named(claim, names)) or list(names.options)
    rows = []
    for option in options:
        cells = tuple(
            _tell_chance(openings, option, actor.id, move.id)
            if openings is not None
            else _tell_judged(names, option, actor.id, move.id)
            for move in actor.moves
        )
        rows.append(Row(names.options[option].short, cells, colour=names.colours[option]))
    how = (
        "as the game is solved, ± two Monte Carlo errors"
        if openings is not None
        else "as judged in the case, where nobody plays for anything"
    )
    caption = f"Mean over futures, all views alike, {how}. –: makes no sense under this option."
    heads = tuple(move.short for move in actor.moves)
    return Table(f"{actor.name}: how likely each opening is", caption, heads, tuple(rows))


def _list_named(claim: Claim, names: Names) -> Iterator[str]:
    """The options that a claim compares or judges, each once, in the order of the case; probes are left out."""
    wanted = {option for one in claim.compares for option in one.options}
    wanted |= {option for part in claim.parts for option in list_options(names.case, part)}
    return (option for option in names.options if option in wanted)


def _tell_chance(openings: xr.Dataset, option: str, actor: str, move: str) -> Cell:
    cell = openings.sel(view=MIXTURE, option=option, opening=name_opening(actor, move))
    chance, error = float(cell["chance"]), float(cell["error"])
    if not isfinite(chance):
        return Cell("–")
    return Cell(percent(chance), f"± {percent(APART * error, 1)}" if error else "", width=round(100 * chance))


def _tell_judged(names: Names, option: str, actor: str, move: str) -> Cell:
    mix = next(one for one in names.case.mixes if one.id == names.options[option].mix)
    shares = mix.shares.get(actor, {})
    return Cell(percent(shares[move]), width=round(100 * shares[move])) if move in shares else Cell("–")
