"""Sweeps: every option again at several values of one lever, in the same futures, with the same luck and the same
reactions; what differs between the values is the lever alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import ROUNDING, Floats, estimate, tell_apart
from crossroads.analysis.strategies import FITTED, Rules
from crossroads.analysis.weights import Weights, measure_effective
from crossroads.case.records import Case, Lever, by_id
from crossroads.errors import WeighingError
from crossroads.sampling.futures import Futures
from crossroads.search.variants import Make, change_option, make_variants, read_columns, vary_case, weigh_variants
from crossroads.simulation.models import load_model

FUTURES = 192


@dataclass(frozen=True, eq=False)
class Sweep:
    """What one lever does under every option.

    `found` has mean, error and, from the baseline option as it is written, change, change_error, change_apart by view,
    option, place (of the value), outcome and horizon; and difference, difference_error, apart: what the last value
    gives beyond the first, in the same futures. What is refused is not a number.
    """

    lever: str
    values: tuple[float | str, ...]
    futures: int
    found: xr.Dataset


def sweep(
    case: Case,
    futures: Futures,
    lever: str,
    values: Sequence[float | str],
    make: Make | None = None,
    count: int = FUTURES,
    rules: Rules = FITTED,
) -> Sweep:
    """Every option of a case, the baseline option too, with a lever at each of the values.

    In the first `count` futures. An option keeps the time of its own step for the lever; where it leaves the lever
    alone, the value holds from the start. `rules` are those of the game of the options; by default the game
    meets its base rates on average over the values. `make` simulates; by default the model of a shipped case, in a
    folder of its own in runs/. Raises WeighingError for a lever that is not searchable or cannot have a value, and
    RunsError.
    """
    _require_turnable(by_id(case.levers).get(lever), lever, values)
    variants = [
        change_option(option, {lever: value}, f"{option.id}.{place}")
        for option in case.options
        for place, value in enumerate(values)
    ]
    drawn = futures.first(min(count, len(futures)))
    make = make or partial(make_variants, model=load_model(case))
    runs = make(vary_case(case, variants), drawn)
    weights = weigh_variants(runs, rules)
    names = [option.id for option in case.options]
    parts = {
        outcome.id: part
        for outcome, part in read_columns(
            runs, weights, case.outcomes, lambda column: _weigh_one(column, weights, len(values))
        )
    }
    found = xr.concat(list(parts.values()), dim="outcome").assign_coords(
        view=list(weights.views),
        option=names,
        place=np.arange(len(values)),
        outcome=list(parts),
        horizon=[horizon.id for horizon in case.horizons],
    )
    return Sweep(lever, tuple(values), len(drawn), _hide(found, weights))


def _require_turnable(lever: Lever | None, name: str, values: Sequence[float | str]) -> None:
    """Raise WeighingError unless a search may give the lever each of these values."""
    if lever is None:
        raise WeighingError(f"There is no lever {name} in this case.")
    if not lever.searchable:
        raise WeighingError(
            f"The lever {name} is not searchable: it is part of what the options are, and no search changes it. "
            "Choose a lever that is."
        )
    wrong = [value for value in values if not _can_be(lever, value)]
    if wrong or len(values) < 2:
        told = f"cannot be {', '.join(str(value) for value in wrong)}" if wrong else "needs two values or more"
        raise WeighingError(f"The lever {name} {told}.")


def _can_be(lever: Lever, value: float | str) -> bool:
    if lever.settings:
        return value in lever.settings
    low, high = lever.low, lever.high
    return not isinstance(value, str) and low is not None and high is not None and low <= value <= high


def _weigh_one(column: Column, weights: Weights, count: int) -> xr.Dataset:
    """One outcome; the baseline option stands first, then come the values of each option."""
    level, change = (_unfold(values, count) for values in (column.overall, column.change))
    turned = level[:, :, -1] - level[:, :, 0]
    turned = np.where(np.abs(turned) <= ROUNDING * np.abs(level[:, :, 0]), 0.0, turned)
    means, changes, differences = (
        estimate(values, weights.futures, weights.replicate) for values in (level, change, turned)
    )
    cell, pair = ("view", "option", "place", "horizon"), ("view", "option", "horizon")
    first = means.mean[:, :, 0]
    return xr.Dataset(
        {
            "mean": (cell, means.mean),
            "error": (cell, means.error),
            "change": (cell, changes.mean),
            "change_error": (cell, changes.error),
            "change_apart": (cell, tell_apart(changes.mean, changes.error, means.mean)),
            "difference": (pair, differences.mean),
            "difference_error": (pair, differences.error),
            "apart": (pair, tell_apart(differences.mean, differences.error, first)),
        }
    )


def _unfold(values: Floats, count: int) -> Floats:
    """(futures, 1 + options * values, times) to (futures, options, values, times)."""
    futures, _, times = values.shape
    return values[:, 1:].reshape(futures, -1, count, times)


def _hide(found: xr.Dataset, weights: Weights) -> xr.Dataset:
    """What rests on too few effective futures becomes not a number, and not apart."""
    refused = measure_effective(weights)["refused"].to_numpy()[:, 1:]
    whole = ~refused.reshape(len(weights.views), found.sizes["option"], -1).any(axis=2)
    kept = xr.DataArray(whole, dims=("view", "option"))
    return found.assign(
        {
            name: array.where(kept, np.nan if array.dtype.kind == "f" else False)
            for name, array in found.data_vars.items()
        }
    )
