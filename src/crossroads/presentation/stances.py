"""Those who answer: how likely each of their openings is, solved or declared, and what each opening stance does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from math import isfinite

import numpy as np
import xarray as xr

from crossroads.analysis.results import Analysis
from crossroads.case.records import Actor, Anchor, Mix, Outcome, by_id
from crossroads.presentation.replies import Replies, describe_replies
from crossroads.presentation.tables import ALL, MIXTURE, Cell, Names, Row, Table, shade
from crossroads.presentation.words import NOT_APART, listed, number, percent, signed, step_of

DECLARED = (
    "The case does not say what those who answer play for, so the shares below are a judgement mix written in the "
    "case, not a prediction. Every headline number uses this mix; the tables below show each opening stance by itself."
)


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
    consent: tuple[Table, ...]
    """Options that seek consent, as attempted beside if consented; one table a horizon."""
    solved: Replies | None = None
    """What the game says; none where nobody in the case plays for anything."""


def describe_stances(analysis: Analysis, names: Names) -> Stances:
    """How likely openings are by the game, the declared shares of every actor's openings, and what each opening of the
    first actor does."""
    actors = sorted(names.case.actors, key=lambda actor: actor.order)
    turns = [list(own) for _, own in groupby(actors, key=lambda actor: actor.order)]
    order = ", then ".join(listed((names.running(one.name) for one in own), "and at the same time") for own in turns)
    intro = (
        f"An option is chosen; those who answer it move in this order: {order}. What follows inside a "
        "run is the model's state."
    )
    solved = describe_replies(analysis, names)
    warning = _say_solved(solved) if solved else DECLARED
    mixes = {mix.id: mix for mix in names.case.mixes}
    tables = tuple(_list_shares(actor, mixes, names) for actor in actors)
    effects = tuple(_tabulate_stances(analysis, names, outcome) for outcome in analysis.headline)
    reasons, consent = tuple(_list_reasons(names)), tabulate_consent(analysis, names)
    return Stances(intro, warning, tables, reasons, effects, consent, solved)


def _say_solved(solved: Replies) -> str:
    if solved.told:
        return f"{solved.told} What they rest on is a judgement written in the case, and no prediction."
    return (
        "Each opening is the likelier the more it is expected to be worth to who plays it, in points that the case "
        "states; base rates of the evidence are met on average over options that are answered alike. The points are a "
        "judgement written in the case, and what follows from them is not a prediction."
    )


def tabulate_consent(analysis: Analysis, names: Names) -> tuple[Table, ...]:
    """Headline outcomes of options that seek consent: under all answers, refusal and delay included, and given
    consent; none where no option seeks it, or no opening of the first actor gives it."""
    given = [str(stance) for stance in analysis.stances["stance"].values if names.consents(str(stance))]
    asking = [option for option in names.options.values() if option.seeks_consent]
    if not given or not asking:
        return ()
    horizons = dict.fromkeys((names.near, names.last))
    return tuple(_tabulate_one(analysis, names, given[0], horizon) for horizon in horizons)


def _tabulate_one(analysis: Analysis, names: Names, stance: str, horizon: str) -> Table:
    overall = analysis.differences.sel(view=MIXTURE, horizon=horizon)
    given = analysis.stances.sel(view=MIXTURE, horizon=horizon, stance=stance)
    rows = []
    for option in names.options.values():
        if not option.seeks_consent:
            continue
        for note, found, mean, error in (
            ("as attempted", overall, "mean", "error"),
            ("if consented", given, "difference", "difference_error"),
        ):
            mine = [(names.outcomes[one], found.sel(option=option.id, outcome=one)) for one in analysis.headline]
            cells = tuple(_consent_cell(cell, mean, error, outcome) for outcome, cell in mine)
            rows.append(Row(option.short, cells, note, names.colours[option.id]))
    columns = tuple(f"{names.outcomes[one].short}, {names.unit(one)}" for one in analysis.headline)
    caption = (
        f"Mean difference from {names.baseline} as it is answered itself, ± two Monte Carlo errors. As attempted: "
        f"every opening as likely as it is, refusal and delay included. If consented: "
        f"{names.running(names.moves[stance])} alone. "
        f"{NOT_APART}: not told apart. –: nobody opens so under this option."
    )
    return Table(f"As attempted, and if consented, {names.after(horizon)}", caption, columns, tuple(rows))


def _consent_cell(cell: xr.Dataset, mean: str, error: str, outcome: Outcome) -> Cell:
    value, wide = float(cell[mean]), 2 * float(cell[error])
    if not isfinite(value):
        return Cell("–")
    step = step_of(value - wide, value + wide)
    note = f"± {number(wide, step)}" if wide else ""
    if not bool(cell["apart"]):
        return Cell(NOT_APART, note)
    better = (value > 0) == (outcome.direction == "more")
    return Cell(signed(value, step), note, shade(0.5 if better else -0.5))


def _list_reasons(names: Names) -> Iterator[Reason]:
    for mix in names.case.mixes:
        options = [one.short for one in names.options.values() if one.mix == mix.id]
        if options:
            rates = [_say_base_rate(names, actor, anchor) for actor, anchor in mix.anchors.items()]
            cited = (*mix.evidence, *(one for anchor in mix.anchors.values() for one in anchor.evidence))
            yield Reason("; ".join(options), " ".join([mix.meaning, *rates]), tuple(dict.fromkeys(cited)))


def _say_base_rate(names: Names, actor: str, anchor: Anchor) -> str:
    moves = listed((names.moves[move] for move in anchor.moves), "or")
    who = names.running(by_id(names.case.actors)[actor].name)
    return f"Base rate of {moves}, by {who}: {percent(anchor.share)}. {anchor.because}"


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
    columns = (names.moves[ALL], *(names.moves.get(stance, stance) for stance in stances))
    caption = (
        f"Mean difference from {names.baseline} as it is answered itself, {names.after(names.last)}, {record.unit}; "
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
