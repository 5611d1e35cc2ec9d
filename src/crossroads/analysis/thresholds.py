"""What is asked of an outcome: conditions of stakeholders, or to be no worse than the baseline option."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from crossroads.analysis.acceptance import hold
from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import ROUNDING, Bools, Floats
from crossroads.case.records import Case, Condition, Outcome, Stakeholder
from crossroads.errors import WeighingError

BASELINE = "baseline"
"""In the place of conditions: no worse than the baseline option in the same future."""


@dataclass(frozen=True)
class Threshold:
    """All conditions that stakeholders put on one outcome at one horizon; none: the baseline option's own value in the
    same future, which says nothing of the baseline option itself."""

    conditions: tuple[Condition, ...] = ()
    names: tuple[str, ...] = ()
    """Stakeholder and number of each condition, from 1: "town.1"."""

    @property
    def label(self) -> str:
        """The names, or that it is the baseline option's value."""
        return ", ".join(self.names) or BASELINE


def find_thresholds(
    stakeholders: Sequence[Stakeholder], outcome: Outcome, horizons: Sequence[str]
) -> Mapping[str, Threshold]:
    """Horizon to the threshold of an outcome there; the conditions of all stakeholders together, so that the strictest
    decides."""
    found: dict[str, list[tuple[Condition, str]]] = {horizon: [] for horizon in horizons}
    for one in stakeholders:
        for number, condition in enumerate(one.accepts, start=1):
            if condition.outcome == outcome.id and condition.horizon in found:
                found[condition.horizon].append((condition, f"{one.id}.{number}"))
    return {
        horizon: Threshold(tuple(condition for condition, _ in asked), tuple(name for _, name in asked))
        for horizon, asked in found.items()
    }


def apply_thresholds(column: Column, horizons: Sequence[str], thresholds: Mapping[str, Threshold]) -> Floats:
    """1 where an option keeps the threshold, reactions averaged first, 0 where it does not, (futures, options, times);
    NaN where nothing ran."""
    result = np.empty(column.overall.shape)
    for time, horizon in enumerate(horizons):
        result[:, :, time] = _apply(column, thresholds[horizon], time)
    return result


def _apply(column: Column, threshold: Threshold, time: int) -> Floats:
    values = column.overall[:, :, time]
    reference = column.reference[:, time, None]
    if not threshold.conditions:
        least = column.sign * reference - ROUNDING * np.abs(reference)
        kept = np.where(np.isfinite(values + reference), column.sign * values >= least, np.nan)
        kept[:, column.baseline] = np.nan
        return kept
    measured = [_measure(column, condition, values, reference) for condition in threshold.conditions]
    holds = np.all([hold(one, test) for one, test in zip(measured, threshold.conditions, strict=True)], axis=0)
    return np.where(np.isnan(measured).any(axis=0), np.nan, holds)


def _measure(column: Column, condition: Condition, values: Floats, reference: Floats) -> Floats:
    """The averages from what the condition measures against, as `acceptance.measure` does with runs."""
    if condition.against == "zero":
        if condition.percent:
            raise WeighingError(
                f"A condition on {condition.outcome} is a percentage of zero. Measure it from the start "
                "or from the status quo, or drop the percentage."
            )
        return values
    base = reference if condition.against == "status_quo" else column.start[:, None]
    change = np.asarray(values - base)
    change[np.abs(change) <= ROUNDING * np.abs(base)] = 0.0
    if not condition.percent:
        return change
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(change == 0, change, 100 * change / np.abs(base))


def keep_conditions(column: Column, case: Case) -> dict[str, Bools]:
    """By stakeholder whether every condition on this outcome holds at its own horizon, reactions averaged first,
    (futures, options); what is unknown is not kept."""
    times = {horizon.id: time for time, horizon in enumerate(case.horizons)}
    found: dict[str, Bools] = {}
    for one in case.stakeholders:
        for condition in one.accepts:
            if condition.outcome == column.outcome.id:
                time = times[condition.horizon]
                reference = column.reference[:, time, None]
                kept = hold(_measure(column, condition, column.overall[:, :, time], reference), condition)
                found[one.id] = found[one.id] & kept if one.id in found else kept
    return found
