"""Which option comes first for each stakeholder, by its own weights at its own horizon: with and without judgement
indices, past limits, and by view."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis.estimates import ROUNDING
from crossroads.analysis.leaders import CHANGES, Leader, find_leader, find_leaders
from crossroads.analysis.results import Analysis
from crossroads.analysis.scales import tell_scale
from crossroads.analysis.values import BASES, EVERY, LIMITED, MEASURED, Worths, list_weighing, weighs_index
from crossroads.case.records import Stakeholder
from crossroads.presentation.people import say_condition
from crossroads.presentation.pickers import LEAST, say_share
from crossroads.presentation.tables import MIXTURE, Cell, Names, Plain, Row, Table
from crossroads.presentation.words import MINUS, NOT_APART, counted, listed, number, percent

NAMED = 2
"""Options that are named where they cannot be told apart; more are counted."""
NO_COLOUR = "transparent"
OTHER = "rgba(122,82,0,0.16)"
"""The background of a winner that is another one than in the first column."""


@dataclass(frozen=True)
class Ballot:
    """One stakeholder: how often each option comes first, and what its weights are and refer to."""

    name: str
    says: str
    limits: tuple[str, ...]
    shares: Plain
    weights: Plain


@dataclass(frozen=True)
class Ballots:
    """All stakeholders with weights."""

    winners: Table
    changes: tuple[str, ...]
    views: Table
    each: tuple[Ballot, ...]


def describe_ballots(analysis: Analysis, worths: Worths, names: Names) -> Ballots | None:
    """Who comes first for whom; None where nobody has weights."""
    people = list_weighing(names.case)
    if not people:
        return None
    return Ballots(
        _tabulate_winners(worths, people, names),
        tuple(_say_changes(worths, people, names)),
        _tabulate_views(worths, people, names),
        tuple(_describe_ballot(one, analysis, worths, names) for one in people),
    )


def name_leader(leader: Leader, names: Names) -> str:
    """The option that leads, or those that error cannot tell apart."""
    if leader.clear:
        return names.options[leader.option].short
    tied = [leader.option, *leader.rivals]
    few = len(tied) <= NAMED
    return f"{NOT_APART} {listed(map(names.call, tied), 'or') if few else counted(len(tied), 'option')}"


def show_leader(cell: xr.Dataset, names: Names, beside: Leader | None = None) -> Cell:
    """Who leads, with its share, on another background where it is clearly not who leads `beside`."""
    leader = find_leader(cell)
    if leader is None:
        return Cell("all alike" if np.isfinite(cell["first"].to_numpy()).any() else "–")
    note = say_share(leader.share, leader.error)
    if beside is not None and beside.differs(leader):
        return Cell(name_leader(leader, names), f"another: {note}", OTHER)
    return Cell(name_leader(leader, names), note)


def _tabulate_winners(worths: Worths, people: Sequence[Stakeholder], names: Names) -> Table:
    given, leaders = worths.people.sel(view=MIXTURE), find_leaders(worths)
    rows = []
    for one in people:
        mine = given.sel(stakeholder=one.id)
        beside = leaders.get(one.id)
        choices = number(float(mine["choices"].sel(basis=EVERY)), 0.1)
        cells = (
            show_leader(mine.sel(basis=EVERY), names),
            _show_change(one, MEASURED, mine, names, beside),
            _show_change(one, LIMITED, mine, names, beside),
            Cell(f"{choices} options"),
        )
        rows.append(Row(one.name, cells, f"{names.after(one.horizon)} · {_say_known(one)}", NO_COLOUR))
    caption = (
        "The option that comes first in most draws, and in how many, ± two Monte Carlo errors, in the mixture of "
        f"views. {NOT_APART}: no first place is named, as error cannot tell these apart. Shaded: clearly another "
        "option than in the first column. How open: as open as an even draw among so many options."
    )
    columns = ("Comes first", "Without judgement indices", "Past a limit comes last", "How open")
    return Table("Who comes first for whom", caption, columns, tuple(rows))


def _show_change(one: Stakeholder, basis: str, mine: xr.Dataset, names: Names, beside: Leader | None) -> Cell:
    if basis == MEASURED and not weighs_index(names.case, one):
        return Cell("–", "weighs no index")
    if basis == LIMITED and not one.accepts:
        return Cell("–", "sets no limit")
    return show_leader(mine.sel(basis=basis), names, beside)


def _say_changes(worths: Worths, people: Sequence[Stakeholder], names: Names) -> Iterator[str]:
    """For whom judgement indices and limits change who comes first, beyond error."""
    leaders = find_leaders(worths)
    for basis, words in CHANGES.items():
        others = find_leaders(worths, basis=basis)
        changed = [one for one in people if one.id in leaders and one.id in others]
        changed = [one for one in changed if leaders[one.id].differs(others[one.id])]
        told = [f"{_call(one, names)} ({name_leader(others[one.id], names)})" for one in changed]
        if told:
            yield f"Clearly another option comes first {words} for {listed(told)}."
        else:
            yield f"For nobody does clearly another option come first {words}."


def _call(one: Stakeholder, names: Names) -> str:
    """A stakeholder in a list: in quotes where its name holds a comma."""
    return f"“{one.name}”" if "," in one.name else names.running(one.name)


def _tabulate_views(worths: Worths, people: Sequence[Stakeholder], names: Names) -> Table:
    """Who comes first by view, for anybody at the last horizon and for each stakeholder."""
    views = [str(view) for view in worths.people["view"].to_numpy()]
    rows = list(_list_anybody(worths, views, names))
    given = worths.people.sel(basis=EVERY)
    rows += [
        Row(one.name, _show_views(given.sel(stakeholder=one.id), views, names), names.after(one.horizon), NO_COLOUR)
        for one in people
    ]
    caption = (
        "Each view weighs the futures by its own beliefs, and its reactions are solved under them where they differ. "
        "Shaded: clearly another option than in all views together. –: too few effective futures, or nothing is known."
    )
    columns = tuple(names.views.get(view, view) for view in views)
    return Table("Who comes first by view", caption, columns, tuple(rows))


def _list_anybody(worths: Worths, views: Sequence[str], names: Names) -> Iterator[Row]:
    if worths.anybody.data_vars:
        last = str(worths.anybody["horizon"].to_numpy()[-1])
        yield Row(
            "Anybody, whatever the weights",
            _show_views(worths.anybody.sel(horizon=last), views, names),
            names.after(last),
            NO_COLOUR,
        )


def _show_views(given: xr.Dataset, views: Sequence[str], names: Names) -> tuple[Cell, ...]:
    beside = find_leader(given.sel(view=MIXTURE))
    return tuple(show_leader(given.sel(view=view), names, None if view == MIXTURE else beside) for view in views)


def _say_known(one: Stakeholder) -> str:
    """How much is known of the weights."""
    told: Mapping[str, str] = {
        "fixed": "weights as stated",
        "interval": f"each weight within {percent(one.within)} of what is stated",
        "order": "only the order of the weights is known",
        "unknown": "nothing is known of the weights",
    }
    return told[one.known]


def _describe_ballot(one: Stakeholder, analysis: Analysis, worths: Worths, names: Names) -> Ballot:
    silent = float(analysis.gains["not_modelled"].sel(stakeholder=one.id))
    says = f"Reads {names.after(one.horizon)}; {_say_known(one)}; {percent(silent)} of the weight is not modelled."
    limits = tuple(say_condition(each, names) for each in one.accepts)
    given = worths.people.sel(view=MIXTURE, stakeholder=one.id)
    return Ballot(one.name, says, limits, _tabulate_shares(given, names), _tabulate_weights(one, analysis, names))


def _tabulate_shares(given: xr.Dataset, names: Names) -> Plain:
    """Options that are more than hardly ever first by any reading."""
    first = given["first"].transpose("option", "basis").to_numpy()
    options = [str(one) for one in given["option"].to_numpy()]
    most = np.fmax.reduce(first, axis=1)
    shown = [options[place] for place in np.argsort(-first[:, 0], kind="stable") if most[place] >= LEAST]
    rows = tuple((names.options[option].short, *_list_shares(given.sel(option=option))) for option in shown)
    columns = ("Option", "First", "Without judgement indices", "Past a limit comes last")
    return Plain("How often each option comes first", "", columns, rows)


def _list_shares(given: xr.Dataset) -> Iterator[str]:
    for basis in BASES:
        cell = given.sel(basis=basis)
        yield say_share(float(cell["first"]), float(cell["error"]))


def _tabulate_weights(one: Stakeholder, analysis: Analysis, names: Names) -> Plain:
    """The share of the weight on each outcome, and the range that it refers to; the heaviest first."""
    weights = analysis.gains["weight"].sel(stakeholder=one.id)
    held = {str(name): float(weights.sel(outcome=name)) for name in weights["outcome"].to_numpy()}
    rows = [
        (names.outcomes[name].name, percent(share), say_scale(name, one.horizon, names))
        for name, share in sorted(held.items(), key=lambda entry: -entry[1])
        if share > 0
    ]
    silent = float(analysis.gains["not_modelled"].sel(stakeholder=one.id))
    if silent > ROUNDING:
        concerns = [names.running(names.concerns[each].name) for each in analysis.unmodelled.get(one.id, ())]
        rows.append((f"Not modelled{f': {listed(concerns)}' if concerns else ''}", percent(silent), "moves no place"))
    columns = ("Outcome", "Share of the weight", f"What a change from {names.baseline} is worth")
    return Plain("Weights, and the ranges that they refer to", "", columns, tuple(rows))


def say_scale(outcome: str, horizon: str, names: Names) -> str:
    """The scale of an outcome at a horizon in words, with real minus signs."""
    scale = names.outcomes[outcome].scales.get(horizon)
    if scale is None:
        return "no scale"
    unit = names.unit(outcome)
    told = tell_scale(scale, names.outcomes[outcome].model_copy(update={"unit": "" if unit == "1" else unit}))
    return told.replace(" -", f" {MINUS}").replace(" ,", ",")
