"""How far each option turns its dials from the baseline option: what a claim of definition can be measured by."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from crossroads.case.clauses import list_choices
from crossroads.case.records import Case, Lever, Option

SAME = 1e-12
"""A distance below which nothing is turned."""


def measure_dials(case: Case, probes: bool = False) -> xr.Dataset:
    """By option and lever, at its furthest: `distance` from its baseline as a share of the whole way that the lever
    can go, 0 to 1, and `steps`, the settings passed on that way in the order of the case (NaN for a number); by option
    `turned`, the levers that it turns. `value` names the furthest setting or number; `kind` is that of the lever.

    With `probes` they follow the options.
    """
    options, levers = list_choices(case) if probes else case.options, case.levers
    furthest = [[_find_furthest(option, lever) for lever in levers] for option in options]
    distance = np.array([[_measure(lever, value) for lever, value in _pair(levers, row)] for row in furthest])
    steps = np.array([[_count_steps(lever, value) for lever, value in _pair(levers, row)] for row in furthest])
    shape, cell = (len(options), len(levers)), ("option", "lever")
    return xr.Dataset(
        {
            "distance": (cell, distance.reshape(shape)),
            "steps": (cell, steps.reshape(shape)),
            "value": (cell, np.array([[str(value) for value in row] for row in furthest], dtype=object).reshape(shape)),
            "turned": ("option", (distance.reshape(shape) > SAME).sum(axis=1)),
        },
        coords={
            "option": [option.id for option in options],
            "lever": [lever.id for lever in levers],
            "kind": ("lever", [lever.kind for lever in levers]),
        },
    )


def _pair(levers: Iterable[Lever], row: Iterable[float | str]) -> Iterable[tuple[Lever, float | str]]:
    return zip(levers, row, strict=True)


def _find_furthest(option: Option, lever: Lever) -> float | str:
    """The value of all its steps that lies furthest from the baseline."""
    values = [step.set[lever.id] for step in option.steps if lever.id in step.set]
    return max(values, key=lambda value: _measure(lever, value), default=lever.baseline)


def _measure(lever: Lever, value: float | str) -> float:
    """Distance from the baseline as a share of the whole way that the lever can go."""
    if lever.settings:
        return _count_steps(lever, value) / max(1, len(lever.settings) - 1)
    start, at = float(lever.baseline), float(value)
    ends = [end for end in (lever.low, lever.high) if end is not None] or [start, at]
    way = max(*ends, start, at) - min(*ends, start, at)
    return abs(at - start) / way if way else 0.0


def _count_steps(lever: Lever, value: float | str) -> float:
    """Settings passed from the baseline; NaN for a number."""
    names = list(lever.settings)
    return float(abs(names.index(str(value)) - names.index(str(lever.baseline)))) if names else float("nan")
