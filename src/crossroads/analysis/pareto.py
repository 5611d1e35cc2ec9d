"""Which options are dominated: another is at least as good on every headline outcome and better on one, in expectation
or future by future."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import ROUNDING, Bools, Floats, Ints, Sums
from crossroads.analysis.weights import Weights

PAIR = ("view", "option", "other", "horizon")
CELL = ("view", "option", "horizon")


def compare_means(pairs: xr.Dataset, headline: Sequence[str]) -> xr.Dataset:
    """Dominance in expectation, from `gain` and `apart` of every two options by outcome (see `compare_pairs`).

    `better` and `worse` count the outcomes on which an option is clearly better, clearly worse than the other.
    `dominates`: none is clearly worse and at least one clearly better; what Monte Carlo error cannot tell apart counts
    as equal. `front`: the option ran and none dominates it. By view, option, (other) and horizon.
    """
    chosen = pairs.sel(outcome=list(headline))
    gain = chosen["gain"].transpose("outcome", *PAIR).to_numpy()
    apart = chosen["apart"].transpose("outcome", *PAIR).to_numpy()
    known = np.isfinite(gain).all(axis=0)
    better, worse = ((apart & (side * np.nan_to_num(gain) > 0)).sum(axis=0) for side in (1, -1))
    dominates = known & (better > 0) & (worse == 0)
    ran = np.einsum("vooh->voh", known)
    variables: Mapping[str, tuple[tuple[str, ...], NDArray[Any]]] = {
        "better": (PAIR, np.where(known, better, 0)),
        "worse": (PAIR, np.where(known, worse, 0)),
        "dominates": (PAIR, dominates),
        "front": (CELL, ran & ~dominates.any(axis=1)),
    }
    return xr.Dataset(variables, coords={name: chosen[name].to_numpy() for name in PAIR})


class Frontier:
    """Compares options future by future, one outcome after another; those of other futures are merged, so that only
    some futures are held in memory."""

    def __init__(self, weights: Weights, horizons: Sequence[str], replicates: Ints | None = None) -> None:
        """Nothing is compared yet. `replicates` are those of all futures, where `weights` are those of some."""
        self._weights = weights
        self._horizons = list(horizons)
        self._behind: Bools | None = None
        self._known: Bools | None = None
        self._sums = Sums(np.unique(weights.replicate) if replicates is None else replicates)

    def add(self, column: Column) -> None:
        """Take in one outcome, reactions averaged first."""
        worth = np.ascontiguousarray((column.sign * column.overall).transpose(1, 2, 0))
        behind, known = find_behind(worth), np.isfinite(worth)
        if self._behind is None or self._known is None:
            self._behind, self._known = behind, known
        else:
            self._behind |= behind
            self._known &= known

    def merge(self, other: Frontier) -> None:
        """Take in what was compared of other futures."""
        for frontier in (self, other):
            frontier.settle()
        self._sums.merge(other._sums)

    def settle(self) -> None:
        """Average what was compared, and forget it."""
        if self._behind is None or self._known is None:
            return
        dominates, undominated = find_dominated(self._behind, self._known)
        found: dict[Hashable, Floats] = {
            "share": np.moveaxis(dominates, -1, 0),
            "undominated": np.moveaxis(undominated, -1, 0),
        }
        self._sums.add(found, self._weights.futures, self._weights.replicate)
        self._behind = self._known = None

    def weigh(self) -> xr.Dataset:
        """`share` of futures in which an option is at least as good as the other on all outcomes and better on one;
        `undominated`, the share in which no other option is so; each with its error."""
        self.settle()
        found, weights = self._sums.finish(), self._weights
        return xr.Dataset(
            {
                "share": (PAIR, found["share"].mean),
                "error": (PAIR, found["share"].error),
                "undominated": (CELL, found["undominated"].mean),
                "undominated_error": (CELL, found["undominated"].error),
            },
            coords={
                "view": list(weights.views),
                "option": list(weights.options),
                "other": list(weights.options),
                "horizon": self._horizons,
            },
        )


def find_behind(worth: Floats) -> Bools:
    """Whether an option is worth less than another beyond rounding, from (options, times, futures): (options, others,
    times, futures)."""
    with np.errstate(invalid="ignore"):
        return np.asarray((worth + ROUNDING * np.abs(worth))[:, None] < worth[None])


def find_dominated(behind: Bools, known: Bools) -> tuple[Floats, Floats]:
    """Whether an option dominates another, (options, others, times, futures), and whether none dominates it, (options,
    times, futures): 1, 0, or NaN where one did not run. `behind` is joined by any outcome, `known` by all."""
    dominates = behind.swapaxes(0, 1) & ~behind
    dominates &= known[:, None] & known[None]
    undominated = np.asarray(~dominates.any(axis=0))
    if known.all():
        return dominates.astype(np.float64), undominated.astype(np.float64)
    both = known[:, None] & known[None]
    return np.asarray(np.where(both, dominates, np.nan)), np.asarray(np.where(known, undominated, np.nan))
