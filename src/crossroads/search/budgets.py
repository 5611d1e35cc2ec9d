"""Options at one budget: what is civilian in an option is scaled until the option costs it.

The scale is that at which the mean cost, in the mixture of all views, is the budget: options are run at some scales,
and between two of them cost and outcomes are taken for straight lines. A fixed scenario, and an option that costs less
or more at every scale, is told as it is written, with what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import Estimate, Floats, estimate, find_error, tell_apart
from crossroads.analysis.preparation import play_game, prepare_weights
from crossroads.analysis.strategies import FITTED, Rules
from crossroads.analysis.weights import Weights, measure_effective
from crossroads.case.records import Budget, Case, Option
from crossroads.search.scales import choose_scales, list_instruments, scale_option
from crossroads.search.variants import Make, make_variants, read_columns, vary_case, weigh_variants
from crossroads.simulation.models import load_model
from crossroads.simulation.runs import Runs

Standing = Literal["at budget", "out of reach", "fixed"]


@dataclass(frozen=True)
class Place:
    """Where an option stands: at which `scale` it is told, 1 unless it is at the budget.

    `cost` is that of the option as it is written, `least` and `most` what it costs at the scales that were run: means
    in the mixture.
    """

    option: str
    standing: Standing
    instruments: tuple[str, ...]
    scale: float
    scale_error: float
    cost: float
    least: float
    most: float


@dataclass(frozen=True, eq=False)
class EqualBudget:
    """Every option but the baseline at one budget, or as it is written where it cannot be.

    `found` has mean, error and, from the baseline option in the same futures, change, change_error and apart, by view,
    option, outcome and horizon. Each view has the scale of the mixture; the Monte Carlo error of the scale is part of
    the errors. What is refused is not a number.
    """

    budget: Budget
    futures: int
    places: tuple[Place, ...]
    found: xr.Dataset


@dataclass(frozen=True)
class _Measured:
    """One outcome of all options of some runs, (views, options, horizons): itself, and its change from the baseline
    option in the same futures."""

    level: Estimate
    change: Estimate

    def pick(self, place: int) -> _Measured:
        """That of one option."""
        return _Measured(self.level.pick(place), self.change.pick(place))


@dataclass(frozen=True)
class _Rung:
    """One option at one scale: every outcome, (views, horizons)."""

    scale: float
    outcomes: Mapping[str, _Measured]


@dataclass(frozen=True)
class _Spot:
    """Between which rungs an option stands, and how far towards the upper one; `without` one replicate at a time."""

    lower: _Rung
    upper: _Rung
    share: float
    without: Floats


def equalise(
    runs: Runs, budget: Budget, make: Make | None = None, count: int = 192, rules: Rules = FITTED
) -> EqualBudget:
    """The options of complete runs at one budget, in their first `count` futures; `rules` are those of their game,
    by default fitted in these futures.

    `make` simulates the scales, by default with the model of a shipped case, beside the runs. Raises WeighingError, as
    `analyse`, and RunsError.
    """
    written = runs.first(min(count, runs.size))
    case = written.case
    weights, game = play_game(written, case, prepare_weights(written, case), rules)
    base = _measure(written, weights)
    options = [option for option in case.options if option.id != case.baseline]
    ladders = {option.id: [_Rung(1.0, _pick(base, weights, option.id))] for option in options}
    wanted = {
        option.id: choose_scales(case, option, budget, _find_cost(ladders[option.id][0], budget)) for option in options
    }
    variants = {(one.id, scale): scale_option(case, one, scale) for one in options for scale in wanted[one.id]}
    if variants:
        make = make or partial(make_variants, model=load_model(case), runs=runs)
        varied = make(vary_case(case, variants.values()), written.futures)
        own = weigh_variants(varied, game.rules if game else rules)
        found = _measure(varied, own)
        for (option, scale), variant in variants.items():
            ladders[option].append(_Rung(scale, _pick(found, own, variant.id)))
    return _conclude(case, options, ladders, weights, budget)


def _conclude(
    case: Case, options: Sequence[Option], ladders: Mapping[str, list[_Rung]], weights: Weights, budget: Budget
) -> EqualBudget:
    spots = {name: _find_spot(sorted(rungs, key=lambda rung: rung.scale), budget) for name, rungs in ladders.items()}
    places = tuple(_describe(case, option, ladders[option.id], spots[option.id], budget) for option in options)
    stands = [(spots[option.id], ladders[option.id][0]) for option in options]
    tables = [_tabulate(stands, outcome.id) for outcome in case.outcomes]
    names = [option.id for option in options]
    found = xr.concat(tables, dim="outcome").assign_coords(
        view=list(weights.views),
        option=names,
        outcome=[outcome.id for outcome in case.outcomes],
        horizon=[horizon.id for horizon in case.horizons],
    )
    kept = ~measure_effective(weights)["refused"].sel(option=names)
    shown = {name: array.where(kept, np.nan if array.dtype.kind == "f" else False) for name, array in found.items()}
    return EqualBudget(budget, weights.futures.shape[1], places, found.assign(shown))


def _measure(runs: Runs, weights: Weights) -> dict[str, _Measured]:
    """All outcomes of all options of some runs."""

    def weigh(column: Column) -> _Measured:
        given = (column.overall, column.change)
        return _Measured(*(estimate(values, weights.futures, weights.replicate) for values in given))

    return {outcome.id: found for outcome, found in read_columns(runs, weights, runs.case.outcomes, weigh)}


def _pick(measured: Mapping[str, _Measured], weights: Weights, option: str) -> dict[str, _Measured]:
    place = weights.options.index(option)
    return {name: found.pick(place) for name, found in measured.items()}


def _find_cost(rung: _Rung, budget: Budget) -> float:
    """The mean cost over the whole time, in the mixture."""
    return float(rung.outcomes[budget.outcome].level.mean[0, -1])


def _find_spot(rungs: Sequence[_Rung], budget: Budget) -> _Spot | None:
    """Where the cost is the budget; none where it is at no scale."""
    for lower, upper in pairwise(rungs):
        first, last = (rung.outcomes[budget.outcome].level for rung in (lower, upper))
        low, high = _find_cost(lower, budget), _find_cost(upper, budget)
        if low != high and min(low, high) <= budget.amount <= max(low, high):
            start, end = first.without[:, 0, -1], last.without[:, 0, -1]
            share, without = (budget.amount - low) / (high - low), (budget.amount - start) / (end - start)
            return _Spot(lower, upper, share, without)
    return None


def _describe(case: Case, option: Option, rungs: Sequence[_Rung], spot: _Spot | None, budget: Budget) -> Place:
    costs, instruments = [_find_cost(rung, budget) for rung in rungs], list_instruments(case, option)
    scale, error = 1.0, 0.0
    if spot is not None:
        way = spot.upper.scale - spot.lower.scale
        scale, error = spot.lower.scale + spot.share * way, float(find_error(spot.without * way))
    standing: Standing = "at budget" if spot else "out of reach" if instruments else "fixed"
    return Place(option.id, standing, instruments, scale, error, costs[0], min(costs), max(costs))


def _tabulate(spots: Sequence[tuple[_Spot | None, _Rung]], outcome: str) -> xr.Dataset:
    """One outcome of all options, each at its spot, or as it is written where there is none."""
    pairs = [_read(spot, rung, outcome) for spot, rung in spots]
    means, errors, changes, change_errors = (
        np.stack(rows, axis=1)
        for rows in (
            [pair.level.mean for pair in pairs],
            [pair.level.error for pair in pairs],
            [pair.change.mean for pair in pairs],
            [pair.change.error for pair in pairs],
        )
    )
    cell = ("view", "option", "horizon")
    return xr.Dataset(
        {
            "mean": (cell, means),
            "error": (cell, errors),
            "change": (cell, changes),
            "change_error": (cell, change_errors),
            "apart": (cell, tell_apart(changes, change_errors, means)),
        }
    )


def _read(spot: _Spot | None, written: _Rung, outcome: str) -> _Measured:
    if spot is None:
        return written.outcomes[outcome]
    low, high = spot.lower.outcomes[outcome], spot.upper.outcomes[outcome]
    return _Measured(_blend(low.level, high.level, spot), _blend(low.change, high.change, spot))


def _blend(low: Estimate, high: Estimate, spot: _Spot) -> Estimate:
    """Between two estimates over the same replicates."""
    mean = low.mean + spot.share * (high.mean - low.mean)
    without = low.without + spot.without[:, None, None] * (high.without - low.without)
    return Estimate(mean, find_error(without), without)
