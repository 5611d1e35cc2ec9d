"""What is weighed over several outcomes of one run or future: one pass over stored runs, some futures at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.acceptance import Tally, apply_conditions
from crossroads.analysis.columns import Column, build_column, split_games
from crossroads.analysis.estimates import Bools, Floats
from crossroads.analysis.losers import Losses
from crossroads.analysis.pareto import Frontier
from crossroads.analysis.propositions import Key, collect_readings
from crossroads.analysis.scales import value_change
from crossroads.analysis.stored import Table, map_spans
from crossroads.analysis.thresholds import keep_conditions
from crossroads.analysis.weights import Weights
from crossroads.case.records import Case, Outcome

JOINED = 1536
"""Futures that are joined at a time."""
MOST_VALUED = 6144
"""Futures, the first, of which values are kept for the weighing by values: they are a whole smaller design."""
Values = Mapping[tuple[str, str], NDArray[np.float32]]
"""Outcome and horizon to what its change is worth, (futures, options)."""


@dataclass(frozen=True)
class Asked:
    """What is asked of the pass: the outcomes that must be read, those on which options are compared future by future,
    the outcomes and horizons that are valued, and the numbers that claims need."""

    outcomes: tuple[Outcome, ...]
    compared: frozenset[str]
    valued: frozenset[tuple[str, str]]
    needed: frozenset[Key]


@dataclass(frozen=True, eq=False)
class Counts:
    """What is counted for the views of one game, run by run or future by future."""

    tally: Tally
    frontier: Frontier
    losses: Losses

    def add(self, column: Column, case: Case, compared: bool) -> None:
        """Take in one outcome, and whether options are compared on it."""
        self.tally.add(apply_conditions(column, case.stakeholders, column.weights))
        if compared:
            self.frontier.add(column)
        self.losses.add(column)

    def settle(self) -> None:
        """Sum up what was joined, and forget it."""
        for part in (self.tally, self.frontier, self.losses):
            part.settle()

    def merge(self, other: Counts) -> None:
        """Take in the counts of other futures."""
        self.tally.merge(other.tally)
        self.frontier.merge(other.frontier)
        self.losses.merge(other.losses)


@dataclass(frozen=True, eq=False)
class Joined:
    """What was joined for the views of one game. `values` and `limits` are of the first futures; `limits` (futures,
    options) say by stakeholder whether all its conditions hold where reactions are averaged. `counts` are of all; none
    where they were not asked for."""

    counts: Counts | None
    values: dict[tuple[str, str], NDArray[np.float32]] = field(default_factory=dict)
    limits: dict[str, Bools] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Pass:
    """The whole of it: one `Joined` a game, and the numbers of claims, (games, futures) each."""

    games: tuple[Joined, ...]
    readings: Mapping[Key, Floats]


def join_outcomes(
    table: Table, starts: xr.DataArray, case: Case, weights: Weights, gains: xr.Dataset | None, asked: Asked
) -> Pass:
    """Read the outcomes once, and join what must be known of them together; `gains` are those of `weigh_gains`, without
    which nothing is counted.

    Raises RunsError when a piece cannot be read.
    """
    horizons = [horizon.id for horizon in case.horizons]
    replicates = np.unique(weights.replicate)

    def begin(own: Weights) -> Joined:
        if gains is None:
            return Joined(None)
        tally = Tally(case.stakeholders, own, horizons, replicates)
        return Joined(Counts(tally, Frontier(own, horizons, replicates), Losses(gains, own, horizons, replicates)))

    def join(span: slice) -> tuple[list[Joined], dict[Key, Floats]]:
        some = weights.cut(span)
        games, readings = [begin(own) for own in some.split], dict[Key, Floats]()
        for outcome in asked.outcomes:
            start = np.asarray(starts.sel(outcome=outcome.id).to_numpy()[span], dtype=np.float64)
            column = build_column(outcome, table.read(outcome.id, span), start, some)
            own = split_games(column)
            readings |= collect_readings(column, case, asked.needed, own)
            for game, part in zip(games, own, strict=True):
                _take_in(game, part, case, asked, max(0, MOST_VALUED - span.start))
        for game in games:
            if game.counts:
                game.counts.settle()
        return games, readings

    return _merge([begin(own) for own in weights.split], map_spans(join, table.futures, JOINED), table.futures)


def _take_in(game: Joined, column: Column, case: Case, asked: Asked, valued: int) -> None:
    """One outcome of some futures, of which the first `valued` are valued."""
    name = column.outcome.id
    if game.counts:
        game.counts.add(column, case, name in asked.compared)
    if not valued:
        return
    for time, horizon in enumerate(case.horizons):
        if (name, horizon.id) in asked.valued:
            worth = value_change(column.change[:valued, :, time], column.outcome.scales[horizon.id])
            game.values[name, horizon.id] = worth.astype(np.float32)
    for who, found in keep_conditions(column, case).items():
        kept = found[:valued]
        game.limits[who] = game.limits[who] & kept if who in game.limits else kept


def _merge(
    whole: Sequence[Joined], parts: Iterable[tuple[Sequence[Joined], Mapping[Key, Floats]]], futures: int
) -> Pass:
    """Take in part after part, so that few are held."""
    values: list[list[Joined]] = [[] for _ in whole]
    numbers, first = dict[Key, Floats](), 0
    for games, readings in parts:
        for joined, part, kept in zip(whole, games, values, strict=True):
            if joined.counts and part.counts:
                joined.counts.merge(part.counts)
            if part.values or part.limits:
                kept.append(replace(part, counts=None))
        for key, found in readings.items():
            if key not in numbers:
                numbers[key] = np.empty((found.shape[0], futures))
            numbers[key][:, first : first + found.shape[1]] = found
        first += max((found.shape[1] for found in readings.values()), default=0)
    for joined, kept in zip(whole, values, strict=True):
        joined.values.update(_concatenate([part.values for part in kept]))
        joined.limits.update(_concatenate([part.limits for part in kept]))
    return Pass(tuple(whole), numbers)


def _concatenate(parts: Sequence[Mapping[Any, NDArray[Any]]]) -> dict[Any, NDArray[Any]]:
    return {key: np.concatenate([part[key] for part in parts]) for key in (parts[0] if parts else ())}


def list_asked(
    case: Case,
    headline: Iterable[str],
    valued: Iterable[tuple[str, str]],
    needed: Iterable[Key],
    counted: bool = True,
) -> Asked:
    """What a case asks of the pass, its outcomes in their order; the rest of the headline outcomes and of those that
    are weighed must be read where anything is counted."""
    compared, worth, keys = frozenset(headline), frozenset(valued), frozenset(needed)
    names = {condition.outcome for one in case.stakeholders for condition in one.accepts}
    names |= {name for name, _ in worth} | {key[0] for key in keys}
    if counted:
        names |= compared | {name for concern in case.concerns for name in concern.outcomes}
    return Asked(tuple(outcome for outcome in case.outcomes if outcome.id in names), compared, worth, keys)
