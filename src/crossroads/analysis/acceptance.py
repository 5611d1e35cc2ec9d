"""In what share of futures each stakeholder finds each option acceptable: all of the conditions hold."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.averages import average_reactions
from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import Bools, Estimate, Floats, Ints, Sums
from crossroads.analysis.weights import ALL, Weights
from crossroads.case.records import Condition, Stakeholder
from crossroads.errors import WeighingError

AS_WRITTEN = "as written"
"""In the place of a horizon: each condition at the horizon that it names."""
WRITTEN = "written"
Key = Hashable
"""What is joined or summed: a kind of test, a stakeholder, perhaps the number of a condition."""


@dataclass(frozen=True)
class Test:
    """One condition: in which runs it `holds` (pairs, futures, times), and whether it is `unknown` in a run that counts
    (options, futures, times)."""

    stakeholder: str
    number: int
    condition: Condition
    holds: Bools
    unknown: Bools


def apply_conditions(column: Column, stakeholders: Sequence[Stakeholder], weights: Weights) -> list[Test]:
    """Every condition on this outcome, at every horizon; `weights` say which runs count."""
    measured: dict[tuple[str, bool], tuple[NDArray[Any], Bools]] = {}
    tests = []
    for stakeholder in stakeholders:
        for number, condition in enumerate(stakeholder.accepts):
            if condition.outcome != column.outcome.id:
                continue
            key = (condition.against, condition.percent)
            if key not in measured:
                values = measure(column, condition)
                measured[key] = values, _find_unknown(values, weights)
            values, unknown = measured[key]
            tests.append(Test(stakeholder.id, number, condition, hold(values, condition), unknown))
    return tests


def _find_unknown(values: NDArray[Any], weights: Weights) -> Bools:
    """Where a run that counts has no number, (options, futures, times)."""
    missing = np.isnan(values)
    result = np.zeros((len(weights.options), *values.shape[1:]), dtype=bool)
    for pair in np.flatnonzero(missing.any(axis=(1, 2))):
        option, reaction = weights.pairs[pair]
        result[option] |= missing[pair] & weights.ok[option, reaction][:, None]
    return result


def measure(column: Column, condition: Condition) -> NDArray[Any]:
    """The values of a column from what the condition measures against, (pairs, futures, times).

    The baseline option differs from itself by nothing. In percent of nothing, no change is 0, a rise plus
    infinity and a fall minus infinity.
    """
    values: NDArray[Any] = column.values[:]
    if condition.against == "zero":
        if condition.percent:
            raise WeighingError(
                f"A condition on {condition.outcome} is a percentage of zero. Measure it from the start "
                "or from the status quo, or drop the percentage."
            )
        return values
    if condition.against == "status_quo":
        reference = column.reference.astype(values.dtype)
    else:
        reference = np.broadcast_to(column.start[:, None], column.reference.shape).astype(values.dtype)
    change: NDArray[Any] = values - reference
    if condition.against == "status_quo":
        own = change[column.weights.span(column.baseline)]
        own[~np.isnan(own)] = 0.0
    if not condition.percent:
        return change
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(change == 0, change, 100 * change / np.abs(reference))


def hold(values: NDArray[Any], condition: Condition) -> Bools:
    """Whether the condition holds; never where the value is unknown."""
    result: Bools = ~np.isnan(values)
    if condition.at_most is not None:
        result &= values <= condition.at_most
    if condition.at_least is not None:
        result &= values >= condition.at_least
    return result


class Tally:
    """Joins the tests of one outcome after another for the same futures; tallies of other futures are merged, so that
    only the joint results of some futures are held in memory."""

    def __init__(
        self,
        stakeholders: Sequence[Stakeholder],
        weights: Weights,
        horizons: Sequence[str],
        replicates: Ints | None = None,
    ) -> None:
        """Nothing is joined yet; stakeholders without conditions are left out. `replicates` are those of all futures,
        where `weights` are those of some."""
        self._weights = weights
        self._horizons = list(horizons)
        self._stakeholders = [one for one in stakeholders if one.accepts]
        self._joint: dict[Key, tuple[Bools, Bools]] = {}
        self._sums = Sums(np.unique(weights.replicate) if replicates is None else replicates)

    def add(self, tests: Sequence[Test]) -> None:
        """Take in the tests of one outcome."""
        for test in tests:
            place = self._horizons.index(test.condition.horizon)
            own = slice(place, place + 1)
            _join(self._joint, ("swept", test.stakeholder), test.holds, test.unknown)
            _join(self._joint, (WRITTEN, test.stakeholder), test.holds[..., own], test.unknown[..., own])
            self._sum_up(("apart", test.stakeholder, test.number), test.holds, test.unknown, stances=False)

    def merge(self, other: Tally) -> None:
        """Take in the tally of other futures."""
        for tally in (self, other):
            tally.settle()
        self._sums.merge(other._sums)

    def settle(self) -> None:
        """Average what was joined, and forget it."""
        while self._joint:
            key, (holds, unknown) = self._joint.popitem()
            self._sum_up(key, holds, unknown, stances=_is_written(key))

    def weigh_shares(self) -> xr.Dataset:
        """`share` of futures and reactions that are acceptable, with its error, by view, option, stance,
        stakeholder and horizon: as written, also given each stance, and with every condition moved to each horizon."""
        found = []
        means = self._finish()
        for one in self._stakeholders:
            written = self._label(means[WRITTEN, one.id], [AS_WRITTEN])
            swept = self._label(means["swept", one.id], self._horizons, [ALL])
            found.append(xr.concat([written, swept.reindex(stance=written["stance"])], dim="horizon"))
        return _concat(found, "stakeholder", [one.id for one in self._stakeholders])

    def weigh_conditions(self) -> xr.Dataset:
        """Each condition apart: `share` in which it holds, by view, option and horizon, and `own_horizon`;
        condition ids are stakeholder and number from 1."""
        found, names, own = [], [], []
        means = self._finish()
        for stakeholder, number, condition in self._list_conditions():
            shares = self._label(means["apart", stakeholder, number], self._horizons, [ALL])
            found.append(shares.sel(stance=ALL, drop=True))
            names.append(f"{stakeholder}.{number + 1}")
            own.append(condition.horizon)
        dataset = _concat(found, "condition", names)
        return dataset.assign_coords(own_horizon=("condition", own)) if found else dataset

    def find_hardest(self) -> xr.DataArray:
        """The condition that fails most, at its own horizon, by view, option and stakeholder; empty if none
        fails."""
        rows = []
        means = self._finish()
        for one in self._stakeholders:
            shares = np.stack(
                [
                    means["apart", one.id, number].mean[:, :, 0, self._horizons.index(condition.horizon)]
                    for number, condition in enumerate(one.accepts)
                ]
            )
            ids = np.array([f"{one.id}.{number + 1}" for number in range(len(shares))], dtype=object)
            lowest = np.where(np.isnan(shares), np.inf, shares.round(12))  # ties go to the first, not to rounding
            rows.append(np.where(lowest.min(axis=0) < 1, ids[lowest.argmin(axis=0)], ""))
        names = {"view": list(self._weights.views), "option": list(self._weights.options)}
        stakeholders = [one.id for one in self._stakeholders]
        data = np.stack(rows, axis=-1) if rows else np.empty((*map(len, names.values()), 0), dtype=object)
        return xr.DataArray(
            data, dims=(*names, "stakeholder"), coords={**names, "stakeholder": stakeholders}, name="hardest"
        )

    def _finish(self) -> Mapping[Key, Estimate]:
        self.settle()
        return self._sums.finish()

    def _sum_up(self, key: Key, holds: Bools, unknown: Bools, stances: bool = True) -> None:
        """The averages over reactions, of all stances and perhaps of each, summed over futures; unknown where a run
        that counts is."""
        (shares,) = self._weights.shares
        averages: Floats = average_reactions(holds, shares, self._weights)[:, :, : None if stances else 1]
        if unknown.any():
            averages = np.where(np.moveaxis(unknown, 1, 0)[:, :, None], np.nan, averages)
        self._sums.add({key: averages}, self._weights.futures, self._weights.replicate)

    def _label(self, found: Estimate, times: Sequence[str], stances: Sequence[str] | None = None) -> xr.Dataset:
        """Share and error by view, option, stance (all, then each, unless `stances` are given) and time."""
        weights = self._weights
        dims = ("view", "option", "stance", "horizon")
        names: Mapping[str, list[str]] = {
            "view": list(weights.views),
            "option": list(weights.options),
            "stance": list(stances or [ALL, *weights.stances]),
            "horizon": list(times),
        }
        return xr.Dataset({"share": (dims, found.mean), "error": (dims, found.error)}, coords=names)

    def _list_conditions(self) -> Iterator[tuple[str, int, Condition]]:
        for one in self._stakeholders:
            for number, condition in enumerate(one.accepts):
                yield one.id, number, condition


def _is_written(key: Key) -> bool:
    return isinstance(key, tuple) and key[0] == WRITTEN


def _join(joint: dict[Key, tuple[Bools, Bools]], key: Key, holds: Bools, unknown: Bools) -> None:
    """A joint test holds where every part holds; it is unknown where any part is."""
    if key in joint:
        joint[key][0].__iand__(holds)
        joint[key][1].__ior__(unknown)
    else:
        joint[key] = (holds.copy(), unknown.copy())


def _concat(found: Sequence[xr.Dataset], dim: str, names: Sequence[str]) -> xr.Dataset:
    if not found:
        return xr.Dataset(coords={dim: np.array([], dtype=str)})
    return xr.concat(found, dim=dim).assign_coords({dim: list(names)})
