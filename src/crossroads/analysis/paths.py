"""The way over time: bands by quarter, and where short and long term cross."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import Bools, Floats, estimate
from crossroads.analysis.robustness import BAND, QUANTILES, spread_runs
from crossroads.analysis.weights import ALL, MIXTURE, Weights
from crossroads.case.records import Outcome


@dataclass(frozen=True)
class Crossing:
    """The mean difference from the baseline option changes its sign between two horizons, each beyond its
    error."""

    option: str
    outcome: str
    view: str
    stance: str
    earlier: str
    later: str
    before: float
    before_error: float
    after: float
    after_error: float
    turns_better: bool

    def shows(self, digits: int) -> bool:
        """Whether both ends differ from 0 at this number of decimals."""
        return round(self.before, digits) != 0 and round(self.after, digits) != 0


def narrow_weights(weights: Weights, count: int) -> Weights:
    """The mixture alone, over the first `count` futures."""
    return weights.cut(slice(count)).narrow([weights.views.index(MIXTURE)])


def weigh_path(column: Column, weights: Weights, quarters: list[int]) -> xr.Dataset:
    """By option and quarter, under the one view of `weights`: quantiles of the level, and the difference from
    the baseline option in the same future (bands over futures and reactions; mean and error also by
    stance)."""
    level = estimate(column.averages, weights.futures, weights.replicate)
    found = estimate(column.differences, weights.futures, weights.replicate)
    bands = spread_runs(column, weights, column.reference, BAND)[0]
    bands[column.baseline] = np.where(np.isfinite(bands[column.baseline]), 0.0, np.nan)
    by_stance = ("option", "stance", "quarter")
    return xr.Dataset(
        {
            "quantiles": (
                ("option", "quarter", "quantile"),
                spread_runs(column, weights, None, QUANTILES)[0],
            ),
            "mean": (by_stance, level.mean[0]),
            "error": (by_stance, level.error[0]),
            "difference": (by_stance, found.mean[0]),
            "difference_error": (by_stance, found.error[0]),
            "difference_quantiles": (("option", "quarter", "band"), bands),
        },
        coords={
            "option": list(weights.options),
            "stance": [ALL, *weights.stances],
            "quarter": list(quarters),
            "quantile": list(QUANTILES),
            "band": list(BAND),
        },
    )


def find_crossings(
    differences: xr.Dataset, stances: xr.Dataset, outcomes: tuple[Outcome, ...]
) -> list[Crossing]:
    """Every crossing, by view, option, outcome and stance (all, then each); horizons not told apart are
    passed over."""
    dims = ("view", "option", "outcome", "stance", "horizon")
    wide = [
        _widen(differences["mean"], stances["difference"], dims),
        _widen(differences["error"], stances["difference_error"], dims),
        _widen(differences["apart"], stances["apart"], dims),
    ]
    mean, error, apart = (array.to_numpy() for array in wide)
    names = [[str(name) for name in wide[0][dim].to_numpy()] for dim in dims]
    more = {outcome.id: outcome.direction == "more" for outcome in outcomes}
    found = []
    for place in np.ndindex(mean.shape[:4]):
        view, option, outcome, stance = (names[axis][index] for axis, index in enumerate(place))
        values, errors = mean[place], error[place]
        for early, late in find_turns(values, apart[place].astype(bool)):
            times = (names[4][early], names[4][late])
            before, after = (
                (float(values[early]), float(errors[early])),
                (float(values[late]), float(errors[late])),
            )
            better = (after[0] > 0) == more[outcome]
            found.append(Crossing(option, outcome, view, stance, *times, *before, *after, better))
    return found


def find_turns(mean: Floats, apart: Bools) -> list[tuple[int, int]]:
    """Neighbouring places told apart from 0 whose means have opposite signs."""
    clear = np.flatnonzero(apart)
    return [(int(one), int(two)) for one, two in pairwise(clear) if mean[one] * mean[two] < 0]


def _widen(overall: xr.DataArray, given: xr.DataArray, dims: tuple[str, ...]) -> xr.DataArray:
    return xr.concat([overall.expand_dims(stance=[ALL]), given], dim="stance").transpose(*dims)
