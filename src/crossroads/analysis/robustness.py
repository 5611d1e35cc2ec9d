"""What each option does over all futures and reactions: levels, differences from both baselines, regret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import Floats, tell_apart
from crossroads.analysis.quantiles import TOGETHER, find_quantiles, find_run_quantiles
from crossroads.analysis.weights import Weights

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
BAND = (0.10, 0.50, 0.90)
ALL_STANCES = (slice(None), 0)
"""Of a mean by option and stance, that over all stances."""
CELL = ("view", "option", "horizon")
QUANTILE_CELL = (*CELL, "quantile")


def weigh_levels(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """The outcome itself, by view, option and horizon: mean, error and quantiles over futures and
    reactions."""
    found = column.means["level"].pick(*ALL_STANCES)
    bands = spread_runs(column, weights, None, QUANTILES)
    variables = {
        "mean": (CELL, found.mean),
        "error": (CELL, found.error),
        "quantiles": (QUANTILE_CELL, bands),
    }
    return _label(variables, weights, horizons, QUANTILES)


def weigh_differences(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """The change from the baseline option in the same future, its reactions averaged.

    Bands run over futures and reactions; `better` and `worse` are shares of futures, reactions averaged
    first.
    """
    bands = spread_runs(column, weights, column.reference, BAND)
    bands[:, column.baseline] = np.where(np.isfinite(bands[:, column.baseline]), 0.0, np.nan)
    level = column.means["level"].pick(*ALL_STANCES).mean[:, column.baseline, None]
    variables = _describe_change(column, ("change", "better", "worse"), level)
    return _label({**variables, "quantiles": (QUANTILE_CELL, bands)}, weights, horizons, BAND)


def weigh_changes_from_start(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """The change from the start of the case in the same future."""
    bands = spread_runs(column, weights, np.broadcast_to(column.start[:, None], column.reference.shape), BAND)
    variables = _describe_change(
        column, ("since", "since better", "since worse"), column.means["start"].mean
    )
    return _label({**variables, "quantiles": (QUANTILE_CELL, bands)}, weights, horizons, BAND)


def weigh_stances(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """The same given each opening stance of the first actor, later actors by their conditional shares.

    Differences are from the baseline option averaged over its own reactions.
    """
    cell = ("view", "option", "stance", "horizon")
    level, found, better = (
        column.means[name].pick(slice(None), slice(1, None)) for name in ("level", "change", "better")
    )
    variables = {
        "mean": (cell, level.mean),
        "error": (cell, level.error),
        "difference": (cell, found.mean),
        "difference_error": (cell, found.error),
        "apart": (cell, tell_apart(found.mean, found.error, level.mean)),
        "better": (cell, better.mean),
        "better_error": (cell, better.error),
    }
    dataset = _label(variables, weights, horizons, ())
    return dataset.assign_coords(stance=list(weights.stances))


def weigh_regret(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """What is lost against the best option that ran in the same future, reactions averaged first; never
    negative.

    `best` is the share of futures in which the option is best, equals sharing alike.
    """
    mean, share = column.means["regret"], column.means["best"]
    variables = {
        "mean": (CELL, mean.mean),
        "error": (CELL, mean.error),
        "high": (CELL, _find_high_regret(column, weights)),
        "best": (CELL, share.mean),
        "best_error": (CELL, share.error),
    }
    return _label(variables, weights, horizons, ())


def spread_runs(
    column: Column, weights: Weights, reference: Floats | None, shares: Sequence[float]
) -> Floats:
    """Quantiles over futures and reactions of the values, or of the values less `reference` (futures, times).

    The result is (views, options, times, shares).
    """
    (held,) = column.weights.shares
    times = column.values.shape[-1]
    result = np.empty((len(weights.futures), len(weights.options), times, len(shares)))
    for option in range(len(weights.options)):
        span = column.weights.span(option)
        step = max(1, TOGETHER // max(1, held.run[span].size))
        for first in range(0, times, step):
            some = slice(first, first + step)
            less = None if reference is None else reference[:, some]
            values = column.values[span, :, some]
            result[:, option, some] = find_run_quantiles(values, held.run[span], weights.futures, less, shares)
    return result


def _find_high_regret(column: Column, weights: Weights) -> Floats:
    """The regret that nine futures in ten do not exceed, (views, options, times)."""
    worth = column.sign * column.overall
    best = np.where(np.isfinite(worth), worth, -np.inf).max(axis=1)
    rows = [np.where(np.isfinite(one), best - one, np.nan).T for one in worth.swapaxes(0, 1)]
    return np.stack([find_quantiles(row, weights.futures, (0.9,))[..., 0] for row in rows], axis=1)


def _describe_change(
    column: Column, names: tuple[str, str, str], level: Floats
) -> dict[str, tuple[tuple[str, ...], Any]]:
    """Mean change, its error, its share of the reference's mean, whether it is told apart, and shares of
    futures; `names` are those of the means of the change, of better and of worse."""
    found, better, worse = (column.means[name].pick(*ALL_STANCES) for name in names)
    below = np.where(level == 0, np.nan, np.abs(level))
    return {
        "mean": (CELL, found.mean),
        "error": (CELL, found.error),
        "percent": (CELL, 100 * found.mean / below),
        "apart": (CELL, tell_apart(found.mean, found.error, level)),
        "better": (CELL, better.mean),
        "better_error": (CELL, better.error),
        "worse": (CELL, worse.mean),
    }


def _label(
    variables: Mapping[str, tuple[tuple[str, ...], Any]],
    weights: Weights,
    horizons: Sequence[str],
    quantiles: Sequence[float],
) -> xr.Dataset:
    names: dict[str, list[Any]] = {
        "view": list(weights.views),
        "option": list(weights.options),
        "horizon": list(horizons),
    }
    if quantiles:
        names["quantile"] = list(quantiles)
    return xr.Dataset(variables, coords=names)
