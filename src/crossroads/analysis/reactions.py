"""What an option's outcomes owe to the reaction: the same outcomes under other ways to read how the others answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from crossroads.analysis.averages import average_reactions
from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import ROUNDING, Floats, estimate, tell_apart
from crossroads.analysis.weights import Weights

SOLVED = "solved"


def weigh_reactions(column: Column, readings: Mapping[str, Floats], horizons: Sequence[str]) -> xr.Dataset:
    """Mean change of one outcome from the baseline option in the mixture, by reading, option and horizon, with Monte
    Carlo error; and `owed`, the share of the variance of the change that lies between the opening stances.

    `column` is of the mixture alone; `readings` are chances of reactions (pairs, futures) beside those that its own
    weights hold, and under each of them the baseline option is answered likewise.
    """
    weights = column.weights
    changes = {SOLVED: column.change, **{name: _read(column, weights, one) for name, one in readings.items()}}
    found = estimate(np.stack(list(changes.values()), axis=1), weights.futures, weights.replicate)
    cell = ("reading", "option", "horizon")
    level = np.abs(np.nanmean(column.reference, axis=0))
    return xr.Dataset(
        {
            "mean": (cell, found.mean[0]),
            "error": (cell, found.error[0]),
            "apart": (cell, tell_apart(found.mean[0], found.error[0], level)),
            "owed": (("option", "horizon"), _share_owed(column)),
        },
        coords={"reading": list(changes), "option": list(weights.options), "horizon": list(horizons)},
    )


def _read(column: Column, weights: Weights, chances: Floats) -> Floats:
    """The change when reactions are as likely as this, (futures, options, times)."""
    return replace(column, weights=weights.play([chances], [0] * len(weights.views))).change


def _share_owed(column: Column) -> Floats:
    """The correlation ratio of the change on the opening stance, (options, times): NaN where nothing varies beyond
    rounding."""
    options, stances, times = len(column.weights.options), len(column.weights.stances), column.values.shape[-1]
    centre = column.means["change"].mean[0][:, 0]
    chance, shift = np.zeros((options, stances, 1)), np.zeros((options, stances, times))
    squares, known = np.zeros((options, times)), np.zeros((options, times))
    for _, block in column.blocks():
        belief = block.weights.futures[0]
        held = belief[:, None, None, None] * block.weights.shares[0].stance.transpose(2, 0, 1)[..., None]
        away = block.differences[:, :, 1:] - centre[:, None]
        chance += held.sum(axis=0)
        shift += np.where(held > 0, held * np.nan_to_num(away), 0.0).sum(axis=0)
        spread = _square(block, centre)
        squares += np.einsum("f,fot->ot", belief, np.nan_to_num(spread))
        known += np.einsum("f,fot->ot", belief, np.isfinite(spread))
    return _divide(chance, shift, squares, known, column)


def _square(block: Column, centre: Floats) -> Floats:
    """The squared distance of all runs from the mean change, averaged over reactions, (futures, options, times)."""
    weights = block.weights
    away = block.values[:] - block.reference[None] - centre[weights.pairs[:, 0]][:, None]
    return np.asarray(average_reactions(np.square(away), weights.shares[0], weights)[:, :, 0])


def _divide(chance: Floats, shift: Floats, squares: Floats, known: Floats, column: Column) -> Floats:
    """The variance between stances over the whole variance, (options, times)."""
    between = np.divide(np.square(shift), chance, out=np.zeros_like(shift), where=chance > 0).sum(axis=1)
    floor = np.square(ROUNDING * np.nanmean(np.abs(column.reference), axis=0)) * known
    share: Floats = np.divide(between, squares, out=np.full_like(squares, np.nan), where=squares > floor)
    return share
