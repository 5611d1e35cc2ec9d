"""What is dominated, and who loses under each option, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

import xarray as xr

from crossroads.analysis.losers import Loser
from crossroads.presentation.tables import MIXTURE, Cell, Names, Plain, Row, Table
from crossroads.presentation.words import counted, listed, number, percent, signed

NAMED = 3
"""Options or stakeholders that are named; more are counted."""


def tabulate_dominance(dominance: xr.Dataset, outcomes: Sequence[str], names: Names) -> Table:
    """Which options dominate each option in expectation, and in how many futures none does, at the near and the last
    horizon, in the mixture; `outcomes` are those that were compared."""
    found = dominance.sel(view=MIXTURE)
    columns, rows = [], []
    for horizon in _list_horizons(names):
        when = names.after(horizon)
        columns += [f"dominated, on average, {when}", f"futures in which nothing dominates it, {when}"]
    for option in names.options.values():
        cells = [
            cell
            for horizon in _list_horizons(names)
            for cell in _say_dominated(found.sel(horizon=horizon), option.id, names)
        ]
        rows.append(Row(option.short, tuple(cells), colour=names.colours[option.id]))
    caption = (
        f"Over {listed(names.running(names.outcomes[one].short) for one in outcomes)}. An option is dominated by "
        "another that is clearly worse on none of them and clearly better on at least one; in a single future, by one "
        "that is at least as good on all and better on one."
    )
    return Table("What is dominated", caption, tuple(columns), tuple(rows))


def _say_dominated(given: xr.Dataset, option: str, names: Names) -> Iterator[Cell]:
    share, error = (float(given[name].sel(option=option)) for name in ("undominated", "undominated_error"))
    if not isfinite(share):
        yield from (Cell("–"), Cell("–"))
        return
    by = given["dominates"].sel(other=option)
    others = [names.call(str(one)) for one in by["option"].values[by.values]]
    always = int((given["share"].sel(other=option).fillna(0.0) >= 1 - 1e-9).sum())
    yield Cell(f"by {counted(len(others), 'option')}", name_some(others)) if others else Cell("by none")
    note = f"± {percent(2 * error)}" if isfinite(error) and error > 0 else ""
    whole = f"in every future by {counted(always, 'option')}" if always else note
    yield Cell(percent(share), whole, width=round(100 * share))


def say_dominance(dominance: xr.Dataset, names: Names) -> str:
    """The options that another dominates on average; where they are most, those that none does."""
    parts = []
    for horizon in _list_horizons(names):
        given = dominance.sel(view=MIXTURE, horizon=horizon)
        behind = given["undominated"].notnull().values & ~given["front"].values
        most = behind.sum() > given["front"].values.sum()
        called = listed(names.call(str(one)) for one in given["option"].values[given["front"] if most else behind])
        parts.append(f"{names.after(horizon)}, {f'all options but {called}' if most else called}")
    return f"Dominated by another option, on average: {'; '.join(parts)}."


def tabulate_losers(losers: Sequence[Loser], losses: xr.Dataset, names: Names) -> Plain:
    """Who clearly loses under each option, who does in more than half of the futures, and who in some view alone."""
    shares = losses.sel(view=MIXTURE)
    options = [option for option in names.options.values() if option.id != names.case.baseline]
    rows = tuple((option.short, *_say_losers(losers, shares, option.id, names)) for option in options)
    caption = (
        f"Stakeholders whose score is clearly below nothing, against {names.baseline}, each at the horizon at which it "
        "reads; points as in the table of gains. Whose weights no outcome speaks for is not among them."
    )
    columns = ("Option", "Losers", "Who loses most", "Lose in more than half of the futures", "Lose only in some view")
    return Plain("Who loses under each option", caption, columns, rows)


def _say_losers(losers: Sequence[Loser], shares: xr.Dataset, option: str, names: Names) -> tuple[str, str, str, str]:
    mine = [one for one in losers if one.option == option]
    here = [one for one in mine if one.view == MIXTURE]
    called = {one: names.stakeholders[one].name for one in (each.stakeholder for each in mine)}
    most = [f"{called[one.stakeholder]} ({signed(100 * one.score, 0.1)})" for one in here]
    share = shares.sel(option=option)
    mostly = [
        f"{names.stakeholders[str(one)].name} ({percent(float(share['share'].sel(stakeholder=one)))})"
        for one in share["stakeholder"].values[share["mostly"].values]
    ]
    there = {one.stakeholder for one in here}
    alone = list(dict.fromkeys(called[one.stakeholder] for one in mine if one.stakeholder not in there))
    return number(len(here)), name_some(most), name_some(mostly), name_some(alone)


def name_some(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    rest = len(names) - NAMED
    return listed([*names[:NAMED], *([f"{rest} more"] if rest > 0 else [])])


def _list_horizons(names: Names) -> list[str]:
    return list(dict.fromkeys((names.near, names.last)))
