"""One outcome of every run: its averages over reactions, and over futures block by block."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr

from crossroads.analysis.averages import average_all, average_reactions
from crossroads.analysis.estimates import ROUNDING, Estimate, Floats, Sums
from crossroads.analysis.spool import Values
from crossroads.analysis.weights import MIXTURE, Weights
from crossroads.case.records import Outcome

BLOCK = 1536
"""Futures that are averaged at a time, so that what is held does not grow with their number."""


@dataclass(frozen=True)
class Column:
    """One outcome of every run: `values` (pairs, futures, times), `start` (futures,), and the weights of the runs
    that have it, of one game; pairs are those of the weights."""

    outcome: Outcome
    values: Values
    start: Floats
    weights: Weights

    @property
    def baseline(self) -> int:
        """Place of the baseline option."""
        return self.weights.baseline

    @property
    def sign(self) -> float:
        """1 where more is better, -1 where less is."""
        return 1.0 if self.outcome.direction == "more" else -1.0

    @cached_property
    def averages(self) -> Floats:
        """Averages over reactions (futures, options, 1 + stances, times): all stances, then each. They are large:
        take them of a block."""
        (shares,) = self.weights.shares
        return average_reactions(self.values, shares, self.weights)

    @property
    def overall(self) -> Floats:
        """Averages over all reactions, (futures, options, times)."""
        if len(self.start) > BLOCK:
            return self._passed[1]
        return self.averages[:, :, 0] if "averages" in self.__dict__ else self._alone

    @cached_property
    def _alone(self) -> Floats:
        """As `overall`, where nobody has asked for the stances."""
        (shares,) = self.weights.shares
        return average_all(self.values, shares, self.weights)

    @property
    def reference(self) -> Floats:
        """The baseline option averaged over its reactions in each future, (futures, times)."""
        return self.overall[:, self.baseline]

    @property
    def change(self) -> Floats:
        """The difference of `overall` from the baseline option in the same future, (futures, options, times)."""
        return self._subtract(self.overall[:, :, None])[:, :, 0]

    @cached_property
    def differences(self) -> Floats:
        """`averages` less the baseline option in the same future; what differs by rounding alone differs by
        nothing, and so does the baseline option, all stances taken together, from itself. Take them of a block."""
        return self._subtract(self.averages)

    @property
    def means(self) -> Mapping[Hashable, Estimate]:
        """What `list_averaged` names, averaged over futures."""
        return self._passed[0]

    def blocks(self) -> Iterator[tuple[slice, Column]]:
        """The column in blocks of futures."""
        if len(self.start) <= BLOCK:
            yield slice(None), self
            return
        for first in range(0, len(self.start), BLOCK):
            span = slice(first, min(first + BLOCK, len(self.start)))
            yield (
                span,
                replace(self, values=self.values[:, span], start=self.start[span], weights=self.weights.cut(span)),
            )

    @cached_property
    def _passed(self) -> tuple[Mapping[Hashable, Estimate], Floats]:
        """One pass over the blocks: all means, and `overall`."""
        weights = self.weights
        sums = Sums(np.unique(weights.replicate))
        overall = np.empty((len(self.start), len(weights.options), self.values.shape[-1]))
        for span, block in self.blocks():
            overall[span] = block.overall
            sums.add(list_averaged(block), block.weights.futures, block.weights.replicate)
        return sums.finish(), overall

    def _subtract(self, averages: Floats) -> Floats:
        reference = self.reference[:, None, None]
        result = averages - reference
        result[np.abs(result) <= ROUNDING * np.abs(reference)] = 0.0
        result[:, self.baseline, 0] = np.where(np.isfinite(self.reference), 0.0, np.nan)
        return result


def build_column(outcome: Outcome, values: Values, start: Floats, weights: Weights) -> Column:
    """A column from stored values (pairs, futures, times); a run that has no number for this outcome is left out of
    it alone."""
    ok = weights.ok
    for pair, (option, reaction) in enumerate(weights.pairs):
        if np.isfinite(values[pair].sum(dtype=np.float64)):
            continue
        known = np.isfinite(values[pair]).all(axis=-1)
        if (ok[option, reaction] & ~known).any():
            ok = ok.copy() if ok is weights.ok else ok
            ok[option, reaction] &= known
    return Column(outcome, values, start, weights if ok is weights.ok else replace(weights, ok=ok))


def split_games(column: Column) -> list[Column]:
    """The column once for each game that its weights tell apart, with the views that play it."""
    split = column.weights.split
    return [column] if len(split) == 1 else [replace(column, weights=own) for own in split]


def pick_mixture(column: Column) -> Column:
    """The column under the view in which all views count alike."""
    return replace(column, weights=column.weights.narrow([column.weights.views.index(MIXTURE)]))


def join_games(parts: Sequence[xr.Dataset], views: Sequence[str]) -> xr.Dataset:
    """What was found for the views of each game, as one dataset in the order of `views`."""
    if len(parts) == 1:
        return parts[0]
    return xr.concat(parts, dim="view", data_vars="minimal", coords="minimal").sel(view=list(views))


def list_averaged(column: Column) -> dict[Hashable, Floats]:
    """What is averaged over futures, (futures, ...): levels and changes by option, stance (all, then each) and
    time; shares of futures that are better and worse; the same `since` the start; regret; gains of every option over
    each later one."""
    reference, start = column.reference[:, None, None], column.start[:, None, None]
    change, since = column.differences, column.overall - start
    worth, sign = column.sign * column.overall, column.sign
    regret, best = measure_regret(worth)
    first, second = np.triu_indices(worth.shape[1], 1)
    return {
        "level": column.averages,
        "change": change,
        "better": _compare(sign * change, reference, change),
        "worse": _compare(-sign * change[:, :, :1], reference, change[:, :, :1]),
        "start": start,
        "since": since[:, :, None],
        "since better": _compare(sign * since, start, since)[:, :, None],
        "since worse": _compare(-sign * since, start, since)[:, :, None],
        "regret": regret,
        "best": best,
        "gain": worth[:, first] - worth[:, second],
    }


def measure_regret(worth: Floats) -> tuple[Floats, Floats]:
    """What is lost against the best option that ran in the same future, and the share in which an option is best,
    equals sharing alike, from what options are worth: all (futures, options, times)."""
    known = np.isfinite(worth)
    best = np.where(known, worth, -np.inf).max(axis=1, keepdims=True)
    regret = np.where(known, best - np.where(known, worth, 0.0), np.nan)
    ties = known & (np.nan_to_num(regret) <= ROUNDING * np.where(np.isfinite(best), np.abs(best), 0.0))
    return regret, np.where(known, ties / np.maximum(ties.sum(axis=1, keepdims=True), 1), np.nan)


def _compare(gain: Floats, reference: Floats, change: Floats) -> Floats:
    """1 where there is a gain beyond rounding, 0 where there is none, NaN where nothing is known."""
    return np.where(np.isfinite(change), gain > ROUNDING * np.abs(reference), np.nan)
