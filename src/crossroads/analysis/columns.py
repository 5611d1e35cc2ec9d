"""One outcome at a time out of the store, with its averages over reactions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.estimates import ROUNDING, Floats
from crossroads.analysis.weights import Shares, Weights, share_runs
from crossroads.case.records import Outcome
from crossroads.errors import RunsError

Singles = NDArray[np.floating[Any]]
T = TypeVar("T")

BATCH_BYTES = 256 * 1024**2
"""Outcomes are read together up to this size, so that memory does not grow with the number of outcomes."""


@dataclass(frozen=True)
class Column:
    """One outcome of every run: `values` (options, reactions, futures, times), `start` (futures,), the shares
    of the runs that have it, and `averages` over reactions (futures, options, 1 + stances, times): all
    stances, then each."""

    outcome: Outcome
    values: Singles
    start: Floats
    shares: Shares
    averages: Floats
    baseline: int

    @property
    def sign(self) -> float:
        """1 where more is better, -1 where less is."""
        return 1.0 if self.outcome.direction == "more" else -1.0

    @property
    def overall(self) -> Floats:
        """Averages over all reactions, (futures, options, times)."""
        return self.averages[:, :, 0]

    @property
    def reference(self) -> Floats:
        """The baseline option averaged over its reactions in each future, (futures, times)."""
        return self.averages[:, self.baseline, 0]

    @cached_property
    def differences(self) -> Floats:
        """`averages` less the baseline option in the same future; what differs by rounding alone differs by
        nothing, and so does the baseline option, all stances taken together, from itself."""
        reference = self.reference[:, None, None]
        result = self.averages - reference
        result[np.abs(result) <= ROUNDING * np.abs(reference)] = 0.0
        result[:, self.baseline, 0] = np.where(np.isfinite(self.reference), 0.0, np.nan)
        return result


def build_column(outcome: Outcome, values: Singles, start: Floats, weights: Weights) -> Column:
    """A column from stored values; a run that has no number for this outcome is left out of it alone."""
    known = np.isfinite(values).all(axis=-1) | ~weights.ok
    shares = weights.shares
    if not known.all():
        shares = share_runs(weights.mix, weights.ok & known, weights.stance_of, len(weights.stances))
    averages = average_reactions(values, shares, weights)
    return Column(outcome, values, start, shares, averages, weights.baseline)


def average_reactions(values: NDArray[Any], shares: Shares, weights: Weights) -> Floats:
    """Averages over reactions (futures, options, 1 + stances, times): all stances by their shares, then each.

    NaN where nothing ran. `values` is (options, reactions, futures, times).
    """
    options, _, futures, times = values.shape
    result = np.full((futures, options, 1 + len(weights.stances), times), np.nan)
    for option in range(options):
        whole = np.zeros((futures, times))
        for stance, share in enumerate(shares.stance[option]):
            ran = share > 0
            if not ran.any():
                continue
            given = _average_one(values[option], shares.within[option], weights.stance_of == stance)
            whole += given * share[:, None]
            result[ran, option, 1 + stance] = given[ran]
        ran = shares.ran[option]
        result[ran, option, 0] = whole[ran]
    return result


def _average_one(values: NDArray[Any], within: Floats, member: NDArray[np.bool_]) -> Floats:
    """The average over the reactions of one stance, (futures, times), 0 where none ran."""
    result = np.zeros(values.shape[1:])
    for reaction in np.flatnonzero(member & within.any(axis=1)):
        share = within[reaction][:, None]
        result += np.where(share > 0, values[reaction], 0.0) * share
    return result


def map_columns(
    array: xr.DataArray,
    places: Mapping[str, Sequence[str]],
    outcomes: Sequence[Outcome],
    work: Callable[[Outcome, Singles], T],
) -> Iterator[tuple[Outcome, T]]:
    """`work` on the stored values of each outcome (options, reactions, futures, times), in the order of
    `outcomes`.

    Outcomes are read in batches and worked on by all processors; `array` (option, reaction, future, outcome,
    time) is read in the order of names in `places`. Raises RunsError when a piece cannot be read.
    """
    each = max(1, array.dtype.itemsize * array.size // max(1, array.sizes["outcome"]))
    step = max(1, BATCH_BYTES // each)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for first in range(0, len(outcomes), step):
            batch = outcomes[first : first + step]
            stored = _read(array, [outcome.id for outcome in batch], places)
            columns = [stored[:, :, :, place] for place in range(len(batch))]
            yield from zip(batch, pool.map(work, batch, columns), strict=True)


def _read(array: xr.DataArray, outcomes: list[str], places: Mapping[str, Sequence[str]]) -> Singles:
    """The values of some outcomes, reordered only if the names stand in another order; nothing is kept."""
    stored = array["outcome"].to_numpy().tolist()
    first = stored.index(outcomes[0])
    side_by_side = stored[first : first + len(outcomes)] == outcomes
    places_of = [stored.index(name) for name in outcomes]
    wanted = slice(first, first + len(outcomes)) if side_by_side else places_of
    try:
        loaded = array.isel(outcome=wanted).compute()
    except (OSError, ValueError) as error:
        raise RunsError(
            f"The stored runs cannot be read ({error}). Simulate again: damaged chunks are made anew."
        ) from error
    held = {dim: array[dim].to_numpy().tolist() for dim in places}
    moved = {dim: list(names) for dim, names in places.items() if held[dim] != list(names)}
    return np.asarray((loaded.sel(moved) if moved else loaded).to_numpy())
