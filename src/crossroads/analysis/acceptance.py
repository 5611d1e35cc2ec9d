"""In what share of futures each stakeholder finds each option acceptable: all of the conditions hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.columns import Column, average_reactions
from crossroads.analysis.estimates import Bools, Floats, estimate
from crossroads.analysis.weights import ALL, Weights
from crossroads.case.records import Condition, Stakeholder
from crossroads.errors import WeighingError

AS_WRITTEN = "as written"
"""In the place of a horizon: each condition at the horizon that it names."""


@dataclass(frozen=True)
class Test:
    """One condition on every run: `holds` and `known` (options, reactions, futures, times)."""

    stakeholder: str
    number: int
    condition: Condition
    holds: Bools
    known: Bools


def apply_conditions(column: Column, stakeholders: Sequence[Stakeholder]) -> list[Test]:
    """Every condition on this outcome, at every horizon."""
    measured: dict[tuple[str, bool], NDArray[Any]] = {}
    tests = []
    for stakeholder in stakeholders:
        for number, condition in enumerate(stakeholder.accepts):
            if condition.outcome != column.outcome.id:
                continue
            key = (condition.against, condition.percent)
            if key not in measured:
                measured[key] = measure(column, condition)
            values = measured[key]
            tests.append(Test(stakeholder.id, number, condition, hold(values, condition), ~np.isnan(values)))
    return tests


def measure(column: Column, condition: Condition) -> NDArray[Any]:
    """The values of a column from what the condition measures against, (options, reactions, futures, times).

    The baseline option differs from itself by nothing. In percent of nothing, no change is 0, a rise plus
    infinity and a fall minus infinity.
    """
    values = column.values
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
    change = values - reference
    if condition.against == "status_quo":
        change[column.baseline] = np.where(np.isnan(change[column.baseline]), np.nan, 0.0)
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
    """Joins the tests of one outcome after another, so that only the joint results are held in memory."""

    def __init__(
        self, stakeholders: Sequence[Stakeholder], weights: Weights, horizons: Sequence[str]
    ) -> None:
        """Nothing is joined yet; stakeholders without conditions are left out."""
        self._weights = weights
        self._horizons = list(horizons)
        self._stakeholders = [one for one in stakeholders if one.accepts]
        self._joint: dict[str, tuple[Bools, Bools]] = {}
        self._written: dict[str, tuple[Bools, Bools]] = {}
        self._apart: dict[tuple[str, int], xr.Dataset] = {}

    def add(self, tests: Sequence[Test]) -> None:
        """Take in the tests of one outcome."""
        for test in tests:
            place = self._horizons.index(test.condition.horizon)
            own = slice(place, place + 1)
            _join(self._joint, test.stakeholder, test.holds, test.known)
            _join(self._written, test.stakeholder, test.holds[..., own], test.known[..., own])
            shares = _weigh_holding(test.holds, test.known, self._weights, self._horizons)
            self._apart[test.stakeholder, test.number] = shares[["share", "error"]].sel(stance=ALL, drop=True)

    def weigh_shares(self) -> xr.Dataset:
        """`share` of futures and reactions that are acceptable, with its error, by view, option, stance,
        stakeholder and horizon: as written, and with every condition moved to each horizon."""
        found = []
        for one in self._stakeholders:
            written = _weigh_holding(*self._written[one.id], self._weights, [AS_WRITTEN])
            swept = _weigh_holding(*self._joint[one.id], self._weights, self._horizons)
            found.append(xr.concat([written, swept], dim="horizon"))
        return _concat(found, "stakeholder", [one.id for one in self._stakeholders])

    def weigh_conditions(self) -> xr.Dataset:
        """Each condition apart: `share` in which it holds, by view, option and horizon, and `own_horizon`;
        condition ids are stakeholder and number from 1."""
        found, names, own = [], [], []
        for stakeholder, number, condition in self._list_conditions():
            found.append(self._apart[stakeholder, number])
            names.append(f"{stakeholder}.{number + 1}")
            own.append(condition.horizon)
        dataset = _concat(found, "condition", names)
        return dataset.assign_coords(own_horizon=("condition", own)) if found else dataset

    def find_hardest(self) -> xr.DataArray:
        """The condition that fails most, at its own horizon, by view, option and stakeholder; empty if none
        fails."""
        rows = []
        for one in self._stakeholders:
            shares = np.stack(
                [
                    self._apart[one.id, number]["share"].sel(horizon=condition.horizon).to_numpy()
                    for number, condition in enumerate(one.accepts)
                ]
            )
            ids = np.array([f"{one.id}.{number + 1}" for number in range(len(shares))], dtype=object)
            lowest = np.where(np.isnan(shares), np.inf, shares)
            rows.append(np.where(lowest.min(axis=0) < 1, ids[lowest.argmin(axis=0)], ""))
        names = {"view": list(self._weights.views), "option": list(self._weights.options)}
        stakeholders = [one.id for one in self._stakeholders]
        data = np.stack(rows, axis=-1) if rows else np.empty((*map(len, names.values()), 0), dtype=object)
        return xr.DataArray(
            data, dims=(*names, "stakeholder"), coords={**names, "stakeholder": stakeholders}, name="hardest"
        )

    def _list_conditions(self) -> Iterator[tuple[str, int, Condition]]:
        for one in self._stakeholders:
            for number, condition in enumerate(one.accepts):
                yield one.id, number, condition


def _join(joint: dict[str, tuple[Bools, Bools]], name: str, holds: Bools, known: Bools) -> None:
    """A joint test holds where every part holds; it is known where every part is."""
    if name in joint:
        joint[name][0].__iand__(holds)
        joint[name][1].__iand__(known)
    else:
        joint[name] = (holds.copy(), known.copy())


def _weigh_holding(holds: Bools, known: Bools, weights: Weights, times: Sequence[str]) -> xr.Dataset:
    """Share and error by view, option, stance (all, then each) and time."""
    averages: Floats = average_reactions(holds, weights.shares, weights)
    unknown = ~known & weights.ok[..., None] & (weights.mix > 0)[:, :, None, None]
    if unknown.any():
        lost = np.moveaxis(np.asarray(unknown.any(axis=1)), 1, 0)
        averages = np.where(lost[:, :, None], np.nan, averages)
    found = estimate(averages, weights.futures, weights.replicate)
    dims = ("view", "option", "stance", "horizon")
    names: Mapping[str, list[str]] = {
        "view": list(weights.views),
        "option": list(weights.options),
        "stance": [ALL, *weights.stances],
        "horizon": list(times),
    }
    return xr.Dataset({"share": (dims, found.mean), "error": (dims, found.error)}, coords=names)


def _concat(found: Sequence[xr.Dataset], dim: str, names: Sequence[str]) -> xr.Dataset:
    if not found:
        return xr.Dataset(coords={dim: np.array([], dtype=str)})
    return xr.concat(found, dim=dim).assign_coords({dim: list(names)})
