"""Who would pick what: where nothing is known of the weights, how often each option comes first, and with which
values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
import xarray as xr

from crossroads.analysis.acceptability import Stress, list_stresses
from crossroads.analysis.estimates import APART
from crossroads.analysis.leaders import find_leader
from crossroads.analysis.values import Worths
from crossroads.presentation.bars import draw_firsts
from crossroads.presentation.charts import tidy
from crossroads.presentation.figures import Cells, Figure
from crossroads.presentation.tables import MIXTURE, Cell, Names, Plain, Row, Table, shade
from crossroads.presentation.words import NOT_APART, counted, listed, number, percent, sentence

LEAST = 0.01
"""Share of first places below which an option is hardly ever first: its typical values are those of too few draws."""
PLACES = 3
LEADING = 8
"""Options in tables of pairs."""
STRESSED = 3
"""Outcomes named at each end of somebody's values."""
CLOSE = 1.25
"""Times the usual weight within which a weight is about usual."""
DECIDED = 0.9
"""Share of futures beyond which values alone decide."""


@dataclass(frozen=True)
class Anybody:
    """Who would pick what."""

    intro: str
    says: tuple[str, ...]
    firsts: Figure
    pickers: tuple[Plain, ...]
    """The values of a typical person who would pick an option, for the near and the last horizon."""
    never: tuple[str, ...]
    every: Table
    """First places at all horizons."""
    wins: Table
    cross: Table


@dataclass(frozen=True)
class _Found:
    """What was weighed in the mixture at one horizon, the options that come first most often first."""

    cell: xr.Dataset
    horizon: str
    names: Names

    @property
    def order(self) -> list[str]:
        """Options of which something is known."""
        first = self.cell["first"].to_numpy()
        options = [str(one) for one in self.cell["option"].to_numpy()]
        return [options[place] for place in np.argsort(-first, kind="stable") if isfinite(first[place])]

    @property
    def leading(self) -> list[str]:
        """Those that are first in more than a few draws."""
        return [one for one in self.order if self.share(one) >= LEAST]

    @property
    def after(self) -> str:
        return self.names.after(self.horizon)

    def share(self, option: str, part: str = "first") -> float:
        return float(self.cell[part].sel(option=option))


def describe_anybody(worths: Worths, names: Names) -> Anybody | None:
    """Who would pick what, in the mixture of views; None where no horizon has a scale for every headline outcome."""
    if not worths.anybody.data_vars:
        return None
    given = worths.anybody.sel(view=MIXTURE)
    known = [str(one) for one in given["horizon"].to_numpy()]
    shown = [one for one in dict.fromkeys((names.near, names.last)) if one in known] or known[-1:]
    found = [_Found(given.sel(horizon=one), one, names) for one in shown]
    return Anybody(
        (
            "Where nothing is known of the weights: every way to weigh the headline outcomes against each other counts "
            "alike, those of single-minded people included."
        ),
        tuple(_say_lead(one) for one in found),
        _draw_firsts(found),
        tuple(_tabulate_pickers(one) for one in found),
        tuple(_say_never(one) for one in found),
        _tabulate_every([_Found(given.sel(horizon=one), one, names) for one in known]),
        _tabulate_wins(found[-1]),
        _tabulate_cross(found[-1]),
    )


def say_share(share: float, error: float) -> str:
    """A share with two Monte Carlo errors: "41 % ± 2 %"; one of under 1 % says enough."""
    wide = say_error(share, error)
    return f"{percent(share)} {wide}" if wide else percent(share)


def say_error(share: float, error: float) -> str:
    """Two Monte Carlo errors of a share: "± 2 %"; nothing where there are none to speak of."""
    return f"± {percent(APART * error)}" if share >= LEAST and isfinite(error) and error > 0 else ""


def _say_lead(found: _Found) -> str:
    """Who leads, as far as error can tell, and how open the choice is."""
    leader = find_leader(found.cell)
    if leader is None:
        return f"{sentence(found.after)[:-1]} nothing tells the options apart."
    call = found.names.call
    told = f"{call(leader.option)} comes first most often, in {say_share(leader.share, leader.error)} of draws"
    if not leader.clear:
        told = (
            f"{listed([call(leader.option), *map(call, leader.rivals)])} come first most often and cannot be told apart"
        )
    choices = number(float(found.cell["choices"]), 0.1)
    return f"{sentence(found.after)[:-1]} {told}; the choice is as open as an even draw among {choices} options."


def _draw_firsts(found: Sequence[_Found]) -> Figure:
    names = found[0].names
    rows = [row for one in found for row in _list_bars(one)]
    return draw_firsts(
        "worth-firsts",
        "How often each option comes first, whatever the values",
        rows,
        names.palette,
        says=(
            "Share of draws in which an option is first (dark, with two Monte Carlo errors), second and third (paler), "
            "where any weights on the headline outcomes count alike. Options that are hardly ever among the first "
            "three are left out."
        ),
        alt_text=f"Bars of shares of first, second and third places, for {counted(len(found), 'horizon')}.",
    )


def _list_bars(found: _Found) -> Iterator[Cells]:
    for place, option in enumerate(found.order):
        ranks = found.cell["ranks"].sel(option=option)
        shares = [float(ranks.sel(place=one)) for one in ranks["place"].to_numpy()[:PLACES]]
        if sum(shares) < LEAST:
            continue
        wide = APART * np.nan_to_num(found.share(option, "error"))
        for rank, share in enumerate(shares, start=1):
            low, high = (max(0.0, share - wide), min(1.0, share + wide)) if rank == 1 else (None, None)
            head = (found.names.horizons[found.horizon].name, found.names.options[option].short)
            yield (*head, rank, tidy(share), *(None if end is None else tidy(end) for end in (low, high)), place)


def _tabulate_pickers(found: _Found) -> Plain:
    columns = ("Option", "First", "Picked by somebody who", "With just these values it is first in")
    rows = tuple(
        (
            found.names.options[option].short,
            say_share(found.share(option), found.share(option, "error")),
            _say_values(found, option),
            _say_confidence(found, option),
        )
        for option in found.leading
    )
    caption = (
        "The mean weights of all draws in which an option comes first, beside those of everybody: the values of a "
        "typical person who would pick it. Weights refer to the scales below. The last column is over futures: where "
        "it is far from 100 %, facts still decide."
    )
    return Plain(f"Who would pick what {found.after}", caption, columns, rows)


def _say_values(found: _Found, option: str) -> str:
    """The weights that are clearly above and below the usual ones."""
    cell = found.cell.sel(option=option)
    criteria = [str(one) for one in cell["criterion"].to_numpy()]
    usual = np.full(len(criteria), 1 / len(criteria))
    errors = dict(zip(criteria, cell["central_error"].to_numpy(), strict=True))
    clear = [
        one
        for one in list_stresses(cell["central"].to_numpy(), usual, criteria)
        if abs(one.weight - usual[0]) > APART * np.nan_to_num(errors[one.concern], nan=np.inf)
    ]
    more = [one for one in clear if one.ratio >= CLOSE][:STRESSED]
    less = [one for one in reversed(clear) if one.ratio <= 1 / CLOSE][:STRESSED]
    first, *others = [_say_stress(one, found.names) for one in (*more, *less)] or [("", "")]
    if not first[0]:
        return "weighs all about as usual"
    parts = [f"{first[0]} the usual weight on {first[1]}", *(f"{ratio} on {outcome}" for ratio, outcome in others)]
    return f"puts {listed(parts)}"


def _say_stress(stress: Stress, names: Names) -> tuple[str, str]:
    """How many times the usual weight, and on what."""
    called = {2.0: "twice", 3.0: "three times", 0.5: "half", 0.0: "hardly any of"}
    rounded = round(stress.ratio, 1)
    ratio = called.get(rounded, f"{number(rounded)} times")
    return ratio, names.running(names.outcomes[stress.concern].short)


def _say_confidence(found: _Found, option: str) -> str:
    share, error = found.share(option, "confidence"), found.share(option, "confidence_error")
    if not isfinite(share):
        return "not known"
    note = "values alone decide" if share >= DECIDED else "facts still decide"
    return f"{say_share(share, error)} of futures: {note}"


def _say_never(found: _Found) -> str:
    """Options that are first in no draw, or in a few, or did not run."""
    call = found.names.call
    never = [call(one) for one in found.order if found.share(one) == 0]
    hardly = [call(one) for one in found.order if 0 < found.share(one) < LEAST]
    missing = [call(one) for one in found.names.options if one not in found.order]
    parts = [f"never first: {listed(never)}"]
    if hardly:
        parts.append(f"in under {percent(LEAST)} of draws: {listed(hardly)}")
    if missing:
        parts.append(f"not weighed: {listed(missing)}")
    return f"{sentence(found.after)[:-1]}, {'; '.join(parts)}."


def _tabulate_every(found: Sequence[_Found]) -> Table:
    names = found[0].names
    order = dict.fromkeys(option for one in reversed(found) for option in one.order)
    rows = tuple(
        Row(names.options[option].short, tuple(_cell_first(one, option) for one in found), colour=names.colours[option])
        for option in order
    )
    columns = tuple(names.horizons[one.horizon].name for one in found)
    caption = "Share of draws in which an option comes first, ± two Monte Carlo errors, in the mixture of views."
    return Table("First places at every horizon", caption, columns, rows)


def _cell_first(found: _Found, option: str) -> Cell:
    share = found.share(option)
    if not isfinite(share):
        return Cell("–")
    note = say_error(share, found.share(option, "error"))
    return Cell(percent(share), note, shade(share) if share >= LEAST else "")


def _tabulate_wins(found: _Found) -> Table:
    caption = (
        "Share of draws in which the option of the row stands above that of the column, an equal place counting half; "
        f"{NOT_APART}: not told apart from even odds. The options that come first most often."
    )
    return _tabulate_pairs(found, f"One against another {found.after}", caption, "wins", "wins_error")


def _tabulate_cross(found: _Found) -> Table:
    caption = (
        "With the typical values of those who would pick the option of the row: share of futures in which the option "
        "of the column comes first."
    )
    return _tabulate_pairs(found, f"With the values of others {found.after}", caption, "cross", "")


def _tabulate_pairs(found: _Found, title: str, caption: str, part: str, error: str) -> Table:
    names, shown = found.names, found.leading[:LEADING]
    rows = tuple(
        Row(
            names.options[one].short,
            tuple(_cell_pair(found.cell.sel(option=one, other=two), part, error, one == two) for two in shown),
            colour=names.colours[one],
        )
        for one in shown
    )
    return Table(title, caption, tuple(names.options[one].short for one in shown), rows)


def _cell_pair(cell: xr.Dataset, part: str, error: str, same: bool) -> Cell:
    share = float(cell[part])
    if not isfinite(share) or (same and error):
        return Cell("–")
    if not error:
        return Cell(percent(share), shade=shade(share) if share >= LEAST else "")
    wide = APART * float(np.nan_to_num(cell[error], nan=np.inf))
    note = f"{NOT_APART} even" if abs(share - 0.5) <= wide else ""
    return Cell(percent(share), note, "" if note else shade(2 * share - 1))
