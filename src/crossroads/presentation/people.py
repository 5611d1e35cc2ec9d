"""Those who bear it: gains and losses of every stakeholder, what each could accept, and what it asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np
import xarray as xr

from crossroads.analysis.acceptance import AS_WRITTEN
from crossroads.analysis.results import Analysis
from crossroads.case.records import Condition, Stakeholder
from crossroads.presentation.tables import ALL, MIXTURE, Cell, Names, Row, Table, shade
from crossroads.presentation.words import NOT_APART, listed, number, percent, signed


@dataclass(frozen=True)
class Person:
    """One stakeholder as a card."""

    name: str
    meaning: str
    status: str
    conditions: tuple[tuple[str, str], ...]
    fails: str
    unmodelled: str
    says: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class People:
    """The section on stakeholders."""

    intro: str
    gains: tuple[Table, ...]
    acceptance_intro: str
    acceptance: Table
    cards: tuple[Person, ...]
    affected: tuple[Person, ...]


def describe_people(analysis: Analysis, names: Names) -> People:
    """Gains, losses and acceptance of every stakeholder, and what is asked."""
    weighing = [one for one in names.case.stakeholders if one.voice == "weighs"]
    affected = [one for one in names.case.stakeholders if one.voice == "affected"]
    accept = "The share of runs in which every condition of a stakeholder holds. Thresholds and reasons stand below."
    return People(
        _introduce(names),
        tuple(_tabulate_gains(analysis, names, basis) for basis in ("every outcome", "no index")),
        accept,
        _tabulate_acceptance(analysis, names),
        tuple(_describe_person(one, analysis, names) for one in weighing),
        tuple(_describe_person(one, analysis, names) for one in affected),
    )


def _introduce(names: Names) -> str:
    if any(outcome.scales for outcome in names.case.outcomes):
        counts, ends = "what it is worth beyond no change on the scale that the case states", "from worst to best"
    else:
        counts, ends = "a share of the range between bad and good futures", "from bad to good"
    return (
        f"Each change counts as {counts}, times what the stakeholder puts on it, at the horizon at which this "
        f"stakeholder reads. +1 means better than {names.baseline} by one hundredth of everything they weigh going "
        f"{ends}. Weights are judgements, and this is no full model of anybody's values."
    )


def _tabulate_gains(analysis: Analysis, names: Names, basis: str) -> Table:
    gains = analysis.gains.sel(view=MIXTURE, stance=ALL, basis=basis)
    top = float(np.nanmax(np.abs(gains["score"].values), initial=1e-9))
    options = [one for one in names.options.values() if one.id != names.case.baseline]
    rows = []
    for stakeholder in (str(one) for one in gains["stakeholder"].values):
        cell = gains.sel(stakeholder=stakeholder)
        own = str(cell["own_horizon"].item())
        silent = float(cell["not_modelled"]) >= 1.0
        cells = tuple(
            Cell("–") if silent else _gain_cell(cell.sel(option=option.id, horizon=own), top) for option in options
        )
        lost = percent(float(cell["not_modelled"]))
        rows.append(
            Row(
                names.stakeholders[stakeholder].name,
                cells,
                f"{names.after(own)} · {lost} of weight not modelled",
            )
        )
    title = "Gains and losses" if basis == "every outcome" else "The same without judgement indices"
    caption = f"Points against {names.baseline}; + gains, − loses, {NOT_APART} about even."
    return Table(title, caption, tuple(option.short for option in options), tuple(rows))


def _gain_cell(cell: xr.Dataset, top: float) -> Cell:
    score, reading = 100 * float(cell["score"]), float(cell["reading"])
    if not isfinite(score):
        return Cell("–")
    if reading == 0:
        return Cell(f"{NOT_APART} even", signed(score, 0.1))
    return Cell(signed(score, 0.1), "gains" if reading > 0 else "loses", shade(score / 100 / top))


def _tabulate_acceptance(analysis: Analysis, names: Names) -> Table:
    columns = tuple(one.short for one in names.options.values())
    if "share" not in analysis.acceptance:
        return Table("Acceptance", "", columns, ())
    shares = analysis.acceptance.sel(view=MIXTURE, stance=ALL, horizon=AS_WRITTEN)
    rows = []
    for stakeholder in (str(one) for one in shares["stakeholder"].values):
        cells = []
        for option in names.options:
            cell = shares.sel(stakeholder=stakeholder, option=option)
            share, error = float(cell["share"]), float(cell["error"])
            note = f"± {percent(2 * error)}" if isfinite(error) and error > 0 else ""
            cells.append(Cell(percent(share), note, width=round(100 * share) if isfinite(share) else 0))
        person = names.stakeholders[stakeholder]
        rows.append(Row(person.name, tuple(cells), f"reads {names.after(person.horizon)}"))
    return Table("Acceptance", "", columns, tuple(rows))


def _describe_person(one: Stakeholder, analysis: Analysis, names: Names) -> Person:
    conditions = tuple((say_condition(each, names), each.because) for each in one.accepts)
    silent = [names.running(names.concerns[each].name) for each in analysis.unmodelled.get(one.id, ())]
    share = _share_not_modelled(one, analysis)
    words = f"{share} of this stakeholder's weight is not modelled" if share else "No weights are given"
    if silent:
        words += f": {listed(silent)}"
    return Person(
        one.name,
        one.meaning,
        one.status,
        conditions,
        _say_hardest(one, analysis, names),
        f"{words}.",
        _say_drivers(one, analysis, names),
        one.evidence,
    )


def _share_not_modelled(one: Stakeholder, analysis: Analysis) -> str:
    known = [str(each) for each in analysis.gains["stakeholder"].values]
    return percent(float(analysis.gains["not_modelled"].sel(stakeholder=one.id))) if one.id in known else ""


def say_condition(condition: Condition, names: Names) -> str:
    """A condition in words: "homicides after 10 years at most 5 % above the status quo"."""
    outcome = names.outcomes[condition.outcome]
    unit = " %" if condition.percent else f" {outcome.unit}"
    bounds = []
    if condition.at_most is not None:
        bounds.append(f"at most {_bound(condition.at_most, condition)}")
    if condition.at_least is not None:
        bounds.append(f"at least {_bound(condition.at_least, condition)}")
    against = {"status_quo": f" against {names.baseline}", "start": " against the start", "zero": ""}[condition.against]
    return f"{outcome.name} {names.after(condition.horizon)}: {listed(bounds)}{unit}{against}."


def _bound(value: float, condition: Condition) -> str:
    return number(value) if condition.against == "zero" or value == 0 else signed(value)


def _say_hardest(one: Stakeholder, analysis: Analysis, names: Names) -> str:
    """The condition that fails most under most options."""
    if one.id not in [str(each) for each in analysis.hardest["stakeholder"].values]:
        return ""
    found = analysis.hardest.sel(view=MIXTURE, stakeholder=one.id)
    under: dict[str, list[str]] = {}
    for option in names.options:
        worst = str(found.sel(option=option).item())
        if worst:
            under.setdefault(worst, []).append(names.options[option].short)
    if not under:
        return ""
    worst = max(under, key=lambda name: len(under[name]))
    condition = one.accepts[int(worst.rsplit(".", 1)[1]) - 1]
    where = (
        "every option"
        if len(under[worst]) == len(names.options)
        else f"{len(under[worst])} of {len(names.options)} options"
    )
    return f"{say_condition(condition, names).rstrip('.')} (under {where})."


def _say_drivers(one: Stakeholder, analysis: Analysis, names: Names) -> str:
    """What moves this stakeholder most, option by option: the largest gain and the largest loss."""
    parts = list(_find_drivers(one, analysis, names))
    return " ".join(parts)


def _find_drivers(one: Stakeholder, analysis: Analysis, names: Names) -> Iterator[str]:
    if one.id not in [str(each) for each in analysis.gains["stakeholder"].values]:
        return
    parts = analysis.gains["contributions"].sel(view=MIXTURE, stakeholder=one.id)
    parts = parts.sel(horizon=str(parts["own_horizon"].item())).transpose("option", "outcome")
    values = np.nan_to_num(parts.values)
    for word, place in (("Largest gain", values.argmax()), ("Largest loss", values.argmin())):
        option, outcome = np.unravel_index(int(place), values.shape)
        value = values[option, outcome]
        if value:
            name = names.options[str(parts["option"].values[option])].short
            yield f"{word}: {signed(100 * value, 0.1)} from {_short(parts, outcome, names)} under {name}."


def _short(parts: xr.DataArray, place: int | np.integer, names: Names) -> str:
    return names.running(names.outcomes[str(parts["outcome"].values[place])].short)
