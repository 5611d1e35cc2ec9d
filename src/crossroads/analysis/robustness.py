"""What each option does over all futures and reactions: levels, differences from both baselines, regret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import ROUNDING, Estimate, Floats, estimate, find_quantiles, tell_apart
from crossroads.analysis.weights import Weights

QUANTILES = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
BAND = (0.10, 0.50, 0.90)
CELL = ("view", "option", "horizon")
QUANTILE_CELL = (*CELL, "quantile")


def weigh_levels(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """The outcome itself, by view, option and horizon: mean, error and quantiles over futures and
    reactions."""
    found = estimate(column.overall, weights.futures, weights.replicate)
    bands = spread_runs(column, weights, np.zeros((1, 1)), QUANTILES)
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
    change = column.differences[:, :, 0]
    reference = column.reference
    found = estimate(change, weights.futures, weights.replicate)
    bands = spread_runs(column, weights, reference, BAND)
    bands[:, column.baseline] = np.where(np.isfinite(bands[:, column.baseline]), 0.0, np.nan)
    level = estimate(reference, weights.futures, weights.replicate).mean[:, None]
    variables = _describe_change(column, weights, change, reference[:, None], found, level)
    return _label({**variables, "quantiles": (QUANTILE_CELL, bands)}, weights, horizons, BAND)


def weigh_changes_from_start(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """The change from the start of the case in the same future."""
    start = column.start[:, None]
    change = column.overall - start[:, None]
    found = estimate(change, weights.futures, weights.replicate)
    bands = spread_runs(column, weights, np.broadcast_to(start, column.reference.shape), BAND)
    level = estimate(start, weights.futures, weights.replicate).mean[:, None]
    variables = _describe_change(column, weights, change, start[:, None], found, level)
    return _label({**variables, "quantiles": (QUANTILE_CELL, bands)}, weights, horizons, BAND)


def weigh_stances(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """The same given each opening stance of the first actor, later actors by their conditional shares.

    Differences are from the baseline option averaged over its own reactions.
    """
    cell = ("view", "option", "stance", "horizon")
    given = column.averages[:, :, 1:]
    change = column.differences[:, :, 1:]
    level = estimate(given, weights.futures, weights.replicate)
    found = estimate(change, weights.futures, weights.replicate)
    reference = column.reference[:, None, None]
    better = estimate(_compare(column.sign * change, reference, change), weights.futures, weights.replicate)
    bands = _spread_stances(column, weights)
    variables = {
        "mean": (cell, level.mean),
        "error": (cell, level.error),
        "quantiles": ((*cell, "quantile"), bands),
        "difference": (cell, found.mean),
        "difference_error": (cell, found.error),
        "apart": (cell, tell_apart(found.mean, found.error, level.mean)),
        "better": (cell, better.mean),
        "better_error": (cell, better.error),
    }
    dataset = _label(variables, weights, horizons, BAND)
    return dataset.assign_coords(stance=list(weights.stances))


def weigh_regret(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """What is lost against the best option that ran in the same future, reactions averaged first; never
    negative.

    `best` is the share of futures in which the option is best, equals sharing alike.
    """
    worth = column.sign * column.overall
    known = np.isfinite(worth)
    best = np.where(known, worth, -np.inf).max(axis=1, keepdims=True)
    regret = np.where(known, best - np.where(known, worth, 0.0), np.nan)
    ties = known & (np.nan_to_num(regret) <= ROUNDING * np.where(np.isfinite(best), np.abs(best), 0.0))
    first = np.where(known, ties / np.maximum(ties.sum(axis=1, keepdims=True), 1), np.nan)
    mean = estimate(regret, weights.futures, weights.replicate)
    share = estimate(first, weights.futures, weights.replicate)
    futures, options, times = regret.shape
    high = find_quantiles(regret.transpose(1, 2, 0).reshape(-1, futures), weights.futures, (0.9,))
    variables = {
        "mean": (CELL, mean.mean),
        "error": (CELL, mean.error),
        "high": (CELL, high.reshape(-1, options, times)),
        "best": (CELL, share.mean),
        "best_error": (CELL, share.error),
    }
    return _label(variables, weights, horizons, ())


def spread_runs(column: Column, weights: Weights, reference: Floats, shares: Sequence[float]) -> Floats:
    """Quantiles over futures and reactions of the values less `reference` (futures, times), which may be 1
    long.

    The result is (views, options, times, shares).
    """
    options, _, _, times = column.values.shape
    result = np.empty((len(weights.futures), options, times, len(shares)))
    for option in range(options):
        held = weights.runs(option, column.shares)
        result[:, option] = _spread(column, option, held, weights.futures, reference, shares)
    return result


def _spread_stances(column: Column, weights: Weights) -> Floats:
    options, _, _, times = column.values.shape
    stances = len(weights.stances)
    result = np.full((len(weights.futures), options, stances, times, len(BAND)), np.nan)
    nothing = np.zeros((1, 1))
    for option in range(options):
        for stance in range(stances):
            held = np.where((weights.stance_of == stance)[:, None], column.shares.within[option], 0.0)
            result[:, option, stance] = _spread(column, option, held, weights.futures, nothing, BAND)
    return result


def _spread(
    column: Column, option: int, held: Floats, futures: Floats, reference: Floats, shares: Sequence[float]
) -> Floats:
    """Quantiles of one option's runs under `held` (reactions, futures), (views, times, shares)."""
    used = np.flatnonzero(held.any(axis=1))
    values = column.values[option, used]
    rows = np.where(held[used, :, None] > 0, values - reference.astype(values.dtype), np.nan)
    rows = np.moveaxis(rows, -1, 0).reshape(values.shape[-1], -1)
    return find_quantiles(rows, (futures[:, None] * held[used]).reshape(len(futures), -1), shares)


def _describe_change(
    column: Column, weights: Weights, change: Floats, reference: Floats, found: Estimate, level: Floats
) -> dict[str, tuple[tuple[str, ...], Any]]:
    """Mean change, its error, its share of the reference's mean, whether it is told apart, and shares of
    futures."""
    better = estimate(_compare(column.sign * change, reference, change), weights.futures, weights.replicate)
    worse = estimate(_compare(-column.sign * change, reference, change), weights.futures, weights.replicate)
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


def _compare(gain: Floats, reference: Floats, change: Floats) -> Floats:
    """1 where there is a gain beyond rounding, 0 where there is none, NaN where nothing is known."""
    return np.where(np.isfinite(change), gain > ROUNDING * np.abs(reference), np.nan)


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
