"""The facts of the answer screen, option by option, as records: presentation only words them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.acceptance import AS_WRITTEN
from crossroads.analysis.paths import Crossing
from crossroads.analysis.weights import ALL, MIXTURE
from crossroads.case.records import Case, Outcome

Reading = Literal["better", "worse", "not told apart", "not known"]
HEADLINE = 6
"""Outcomes on the answer screen, in the order of the case."""
NAMED = 3
"""Stakeholders named at each end."""


@dataclass(frozen=True)
class Effect:
    """The difference of an option from the baseline option: mean, 10 and 90 % values, error, percent of the
    baseline's mean (None where that is 0), share of futures that are better and worse."""

    outcome: str
    horizon: str
    mean: float
    low: float
    high: float
    error: float
    percent: float | None
    better: float
    worse: float
    reading: Reading


@dataclass(frozen=True)
class Flip:
    """Where the answer turns: views, stances or horizons under which the option is clearly better, clearly
    worse."""

    outcome: str
    by: Literal["view", "stance", "horizon"]
    horizon: str
    """Empty where the horizons themselves differ."""
    better: tuple[str, ...]
    worse: tuple[str, ...]


@dataclass(frozen=True)
class StanceEffect:
    """The mean difference from the baseline option given one opening stance, and what the stance adds to the
    mean over all stances."""

    stance: str
    outcome: str
    horizon: str
    mean: float
    error: float
    added: float
    reading: Reading


@dataclass(frozen=True)
class Standing:
    """A stakeholder with a number: the share of futures found acceptable, or the score of gains and
    losses."""

    stakeholder: str
    value: float
    error: float


@dataclass(frozen=True)
class Judgement:
    """One option: what it does, when that turns, who accepts it and who bears the losses."""

    option: str
    ran: bool
    """False where too few runs ended well to say anything."""
    effects: tuple[Effect, ...] = ()
    flips: tuple[Flip, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    stances: tuple[StanceEffect, ...] = ()
    accepted_most: tuple[Standing, ...] = ()
    accepted_least: tuple[Standing, ...] = ()
    gainers: tuple[Standing, ...] = ()
    losers: tuple[Standing, ...] = ()


@dataclass(frozen=True)
class Basis:
    """The results that judgements are read from."""

    differences: xr.Dataset
    stances: xr.Dataset
    acceptance: xr.Dataset
    gains: xr.Dataset
    crossings: tuple[Crossing, ...]


def choose_headline(case: Case, count: int = HEADLINE) -> tuple[str, ...]:
    """The outcomes that the case puts first; else the first that are neither a means nor a judgement index."""
    first = tuple(outcome.id for outcome in case.outcomes if outcome.headline)
    if first:
        return first
    chosen = [outcome.id for outcome in case.outcomes if not (outcome.means or outcome.index)]
    return tuple((chosen or [outcome.id for outcome in case.outcomes])[:count])


def judge(case: Case, basis: Basis, headline: Sequence[str]) -> tuple[Judgement, ...]:
    """One judgement for each option, in the order of the case."""
    outcomes = [outcome for outcome in case.outcomes if outcome.id in headline]
    names = [str(name) for name in basis.differences["option"].to_numpy()]
    return tuple(_judge_option(option, basis, outcomes) for option in names)


def read_change(mean: float, apart: bool, outcome: Outcome) -> Reading:
    """How a difference reads, given the outcome's direction."""
    if not np.isfinite(mean):
        return "not known"
    if not apart:
        return "not told apart"
    return "better" if (mean > 0) == (outcome.direction == "more") else "worse"


@dataclass(frozen=True)
class _Sheet:
    """The numbers of one option and outcome: by view and horizon, and in the mixture by stance and
    horizon."""

    outcome: Outcome
    views: tuple[str, ...]
    horizons: tuple[str, ...]
    stances: tuple[str, ...]
    change: Mapping[str, NDArray[Any]]
    given: Mapping[str, NDArray[Any]]


def _judge_option(option: str, basis: Basis, outcomes: Sequence[Outcome]) -> Judgement:
    sheets = _read_sheets(option, basis, outcomes)
    if not any(np.isfinite(sheet.change["mean"][0]).any() for sheet in sheets):
        return Judgement(option, ran=False)
    accepted = _rank_standings(basis.acceptance, "share", option)
    scores = _rank_standings(basis.gains, "score", option)
    return Judgement(
        option,
        ran=True,
        effects=tuple(effect for sheet in sheets for effect in _list_effects(sheet)),
        flips=tuple(flip for sheet in sheets for flip in _list_flips(sheet)),
        crossings=tuple(one for sheet in sheets for one in _pick_crossings(option, sheet.outcome, basis)),
        stances=tuple(effect for sheet in sheets for effect in _list_stances(sheet)),
        accepted_most=tuple(one for one, _ in accepted[:NAMED]),
        accepted_least=tuple(one for one, _ in accepted[::-1][:NAMED]),
        gainers=tuple([one for one, reading in scores if reading > 0][:NAMED]),
        losers=tuple([one for one, reading in scores[::-1] if reading < 0][:NAMED]),
    )


def _read_sheets(option: str, basis: Basis, outcomes: Sequence[Outcome]) -> list[_Sheet]:
    ids = [outcome.id for outcome in outcomes]
    changes = basis.differences.sel(option=option, outcome=ids).transpose("outcome", "view", "horizon", ...)
    given = basis.stances.sel(option=option, outcome=ids, view=MIXTURE).transpose(
        "outcome", "stance", "horizon", ...
    )
    tables = [
        {str(name): array.to_numpy() for name, array in part.data_vars.items()} for part in (changes, given)
    ]
    views, horizons, stances = (
        tuple(str(name) for name in part[dim].to_numpy())
        for part, dim in ((changes, "view"), (changes, "horizon"), (given, "stance"))
    )
    return [
        _Sheet(outcome, views, horizons, stances, _take(tables[0], place), _take(tables[1], place))
        for place, outcome in enumerate(outcomes)
    ]


def _take(table: Mapping[str, NDArray[Any]], place: int) -> dict[str, NDArray[Any]]:
    return {name: array[place] for name, array in table.items()}


def _pick_crossings(option: str, outcome: Outcome, basis: Basis) -> list[Crossing]:
    """Those in the mixture over all stances, as far as they show at the outcome's decimals."""
    wanted = (option, outcome.id, MIXTURE, ALL)
    return [
        one
        for one in basis.crossings
        if (one.option, one.outcome, one.view, one.stance) == wanted and one.shows(outcome.digits)
    ]


def _list_effects(sheet: _Sheet) -> list[Effect]:
    """One effect for each horizon, in the mixture (the first view)."""
    effects = []
    for place, horizon in enumerate(sheet.horizons):
        cell = {name: array[0, place] for name, array in sheet.change.items()}
        mean, percent = float(cell["mean"]), float(cell["percent"])
        effects.append(
            Effect(
                sheet.outcome.id,
                horizon,
                mean,
                float(cell["quantiles"][0]),
                float(cell["quantiles"][-1]),
                float(cell["error"]),
                percent if np.isfinite(percent) else None,
                float(cell["better"]),
                float(cell["worse"]),
                read_change(mean, bool(cell["apart"]), sheet.outcome),
            )
        )
    return effects


def _list_flips(sheet: _Sheet) -> list[Flip]:
    mean, apart = sheet.change["mean"], sheet.change["apart"]
    given, given_apart = sheet.given["difference"], sheet.given["apart"]
    found = [_find_flip(sheet.outcome, "horizon", "", sheet.horizons, mean[0], apart[0])]
    for place, horizon in enumerate(sheet.horizons):
        found.append(_find_flip(sheet.outcome, "view", horizon, sheet.views, mean[:, place], apart[:, place]))
        found.append(
            _find_flip(
                sheet.outcome, "stance", horizon, sheet.stances, given[:, place], given_apart[:, place]
            )
        )
    return [flip for flip in found if flip]


def _find_flip(
    outcome: Outcome,
    by: Literal["view", "stance", "horizon"],
    horizon: str,
    names: Sequence[str],
    means: NDArray[Any],
    apart: NDArray[Any],
) -> Flip | None:
    """A flip if some are clearly better and others clearly worse."""
    readings = [
        read_change(float(mean), bool(clear), outcome) for mean, clear in zip(means, apart, strict=True)
    ]
    better = tuple(name for name, reading in zip(names, readings, strict=True) if reading == "better")
    worse = tuple(name for name, reading in zip(names, readings, strict=True) if reading == "worse")
    return Flip(outcome.id, by, horizon, better, worse) if better and worse else None


def _list_stances(sheet: _Sheet) -> list[StanceEffect]:
    effects = []
    for time, horizon in enumerate(sheet.horizons):
        overall = float(sheet.change["mean"][0, time])
        for place, stance in enumerate(sheet.stances):
            mean, error = (
                float(sheet.given[name][place, time]) for name in ("difference", "difference_error")
            )
            if np.isfinite(mean):
                reading = read_change(mean, bool(sheet.given["apart"][place, time]), sheet.outcome)
                effects.append(
                    StanceEffect(stance, sheet.outcome.id, horizon, mean, error, mean - overall, reading)
                )
    return effects


def _rank_standings(found: xr.Dataset, name: str, option: str) -> list[tuple[Standing, float]]:
    """Stakeholders with their reading, from the highest number to the lowest, each at the horizon of its
    own."""
    if name not in found:
        return []
    places = {"view": MIXTURE, "option": option, "stance": ALL, "basis": "every outcome"}
    cell = found.sel({dim: place for dim, place in places.items() if dim in found.dims})
    names = cell["stakeholder"].to_numpy()
    own = cell["own_horizon"].to_numpy() if "own_horizon" in cell.coords else [AS_WRITTEN] * len(names)
    cell = cell.sel(
        stakeholder=xr.DataArray(names, dims="stakeholder"), horizon=xr.DataArray(own, dims="stakeholder")
    )
    values, errors = cell[name].to_numpy(), cell["error"].to_numpy()
    readings = cell["reading"].to_numpy() if "reading" in cell else np.full(len(values), np.nan)
    rows = zip(names, values, errors, readings, strict=True)
    standings = [
        (Standing(str(who), float(value), float(error)), float(reading))
        for who, value, error, reading in rows
        if np.isfinite(value)
    ]
    return sorted(standings, key=lambda row: -row[0].value)
