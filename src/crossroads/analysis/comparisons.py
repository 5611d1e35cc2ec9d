"""Options side by side: what each does beyond the first of them, as the answer to a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column, pick_mixture
from crossroads.analysis.estimates import ROUNDING, estimate, tell_apart
from crossroads.case.records import Comparison

CELL = ("option", "horizon")


def compare_column(column: Column, asked: Comparison, horizons: Sequence[str]) -> xr.Dataset:
    """One outcome in the mixture, reactions averaged, or given one stance where that is asked: `level` of each option,
    `change` from the first in the same futures with its Monte Carlo `error`, and whether it is `apart` from nothing; by
    option and horizon."""
    own = pick_mixture(column)
    weights = own.weights
    places = [weights.options.index(option) for option in asked.options]
    times = [list(horizons).index(horizon) for horizon in asked.horizons]
    stances = [_choose_stance(own, place, asked.stance) for place in places]
    level = own.averages[:, places, stances][:, :, times]
    change = level - level[:, :1]
    change[np.abs(change) <= ROUNDING * np.abs(level[:, :1])] = 0.0
    means = estimate(level, weights.futures, weights.replicate)
    found = estimate(change, weights.futures, weights.replicate)
    return xr.Dataset(
        {
            "level": (CELL, means.mean[0]),
            "change": (CELL, found.mean[0]),
            "error": (CELL, found.error[0]),
            "apart": (CELL, tell_apart(found.mean[0], found.error[0], means.mean[0])),
        },
        coords={"option": list(asked.options), "horizon": list(asked.horizons)},
    )


def _choose_stance(column: Column, option: int, stance: str | None) -> int:
    """The place of a stance among averages, 0 where none is asked for or it is no answer to the option."""
    weights = column.weights
    if stance not in weights.stances:
        return 0
    place = weights.stances.index(stance)
    return 1 + place if place in weights.stance_of[weights.pairs[weights.span(option), 1]] else 0
