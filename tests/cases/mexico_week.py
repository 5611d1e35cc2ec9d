"""One mechanism of the Mexico model lived week by week, with everything around it held still.

Other mechanisms give what they give when switched off, levers stand at their baseline, nobody moves, no chance event
happens, and every uncertainty is at its median: what a test changes is all that changes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from crossroads.case.files import load
from crossroads.case.records import Case
from crossroads.cases.mexico.model import MODEL
from crossroads.simulation.contract import Mechanism


@cache
def shipped() -> Case:
    return load("mexico")


@cache
def around() -> dict[str, float]:
    """What every function may read, at rest."""
    case = shipped()
    rest = {record.id: float(record.distribution.quantile(0.5)) for record in case.uncertainties}
    rest |= {record.id: record.value for record in case.facts} | {"discount_rate": case.discount_rate}
    for lever in case.levers:
        for name, value in lever.numbers(lever.baseline).items():
            rest |= {name: value, f"{name}_baseline": value}
    rest |= {signal: 0.0 for actor in case.actors for signal in actor.signals}
    for mechanism in MODEL.mechanisms:
        parts = (mechanism.stocks, mechanism.rates, mechanism.constants, mechanism.sums, mechanism.flows)
        quantities = [quantity for part in parts for quantity in part]
        rest |= {quantity.name: quantity.off for quantity in quantities}
        rest |= {chance.name: 1.0 for chance in mechanism.chances}
    return rest


@cache
def names_of(function: Callable[..., Any]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)


def call(function: Callable[..., Any], values: dict[str, Any]) -> dict[str, Any]:
    """What a stage returns, by name."""
    return function(**{name: values[name] for name in names_of(function)})._asdict()


def derived(mechanism: Mechanism, values: dict[str, Any]) -> dict[str, Any]:
    """Constants that a mechanism works out before its first week."""
    return call(mechanism.derive, values) if mechanism.derive else {}


def live(mechanism: Mechanism, weeks: int = 52, **changed: Any) -> dict[str, list[float]]:
    """Outcomes and stocks of each week; a changed value may be a function of the week."""
    unknown = set(changed) - set(around())
    assert not unknown, f"the model has no {sorted(unknown)}"
    lived: dict[str, list[float]] = {}
    values = around() | {name: value for name, value in changed.items() if not callable(value)}
    moving = {name: value for name, value in changed.items() if callable(value)}
    values |= derived(mechanism, values)
    values |= call(mechanism.start, values) if mechanism.start else {}
    for week in range(weeks):
        values |= {"week": week, "year": week / 52.0}
        values |= {name: value(week) for name, value in moving.items()}
        found = call(mechanism.after, values)
        values |= {quantity.name: found[quantity.name] for quantity in mechanism.stocks}
        for name, value in found.items():
            lived.setdefault(name, []).append(float(value))
    return lived


def last(mechanism: Mechanism, outcome: str, weeks: int = 52, **changed: Any) -> float:
    """An outcome or stock in the last of these weeks."""
    return live(mechanism, weeks, **changed)[outcome][-1]


def ends_of(name: str) -> tuple[float, float]:
    """Nearly the whole range of an uncertainty; some have no end."""
    (record,) = [record for record in shipped().uncertainties if record.id == name]
    return float(record.distribution.quantile(1e-6)), float(record.distribution.quantile(1 - 1e-6))


def null_of(name: str) -> float:
    (record,) = [record for record in shipped().uncertainties if record.id == name]
    assert isinstance(record.null, float | int), f"{name} has no null"
    return float(record.null)


def corners(mechanism: Mechanism) -> list[dict[str, float]]:
    """Every uncertainty of a mechanism at its low and at its high end, together, and each alone."""
    names = [record.id for record in shipped().uncertainties if record.mechanism == mechanism.name]
    low, high = ({name: ends_of(name)[end] for name in names} for end in (0, 1))
    return [low, high, *({name: low[name]} for name in names), *({name: high[name]} for name in names)]
