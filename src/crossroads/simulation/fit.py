"""Whether a case and its model fit: every name is provided, once, in the unit that is expected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

import numpy as np

from crossroads.case.records import Case
from crossroads.errors import CaseError, Place, Problem
from crossroads.simulation.contract import Chance, Choice, Mechanism, Model, Network, Quantity
from crossroads.simulation.grammar import find_breaches, find_wrong_results
from crossroads.simulation.layout import Inputs, build_inputs
from crossroads.simulation.plan import (
    GIVES,
    OWN,
    STAGES,
    TIME,
    arguments,
    find_lost_gates,
    find_ungiven,
    list_gates,
    resolve_all,
)
from crossroads.simulation.wrapped import Wrapped


def find_misfits(case: Case, model: Model | Wrapped) -> list[Problem]:
    """Everything that keeps the model from running on the case, sorted by place.

    Of a wrapped function it is known that it has no gates.
    """
    try:
        inputs = build_inputs(case)
    except CaseError as error:
        return list(error.problems)
    if isinstance(model, Wrapped):
        return sorted(find_lost_gates((), inputs))
    strange = list(_find_strange(model))
    if strange:
        return sorted(strange)
    found = [
        *(problem for *_, problem in resolve_all(model, inputs) if problem is not None),
        *_find_inputs(case, model, inputs),
        *_find_choices(case, model),
        *_find_outcomes(case, model),
        *_find_observed(case, model),
        *_find_doubles(model, inputs),
        *_find_units(model),
        *find_ungiven(model),
        *find_lost_gates(list_gates(model), inputs),
        *_find_written(model, inputs),
    ]
    return sorted(set(found))


def find_unread(case: Case, model: Model) -> list[str]:
    """Ids of uncertainties, facts, levers and signals that no mechanism at work and no payoff reads: not weighed."""
    read = {name for m in model.mechanisms if m.name not in model.off for name in _read_by(m)}
    payoffs = [actor.payoff for actor in case.actors if actor.payoff]
    read |= {doubt for payoff in payoffs for doubt in payoff.doubts}
    read |= {act.times for payoff in payoffs for act in payoff.acts if act.times}
    signals = dict.fromkeys(signal for actor in case.actors for signal in actor.signals)
    return [
        *(record.id for record in case.uncertainties if record.id not in read),
        *(record.id for record in case.facts if record.id not in read),
        *(lever.id for lever in case.levers if not read & set(lever.columns)),
        *(signal for signal in signals if signal not in read),
    ]


def _find_inputs(case: Case, model: Model, inputs: Inputs) -> Iterator[Problem]:
    """Inputs that the case lacks or gives in another unit; inputs read and nowhere declared, or never read."""
    units = _units_of(case)
    known = {*units, *inputs.facts, *inputs.columns, *inputs.signals, *TIME, "discount_rate"}
    somewhere = {name for mechanism in model.mechanisms for name in _declared_by(mechanism)}
    for mechanism in model.mechanisms:
        for quantity in mechanism.inputs:
            place = _place(model, mechanism, f"inputs.{quantity.name}")
            if quantity.name not in known:
                yield Problem(place, f"the case has no {quantity.name}", _suggest(quantity.name, known))
            elif units.get(quantity.name, quantity.unit) != quantity.unit:
                what = f"expects {quantity.unit}, and the case gives {units[quantity.name]}"
                yield Problem(place, what, "Change one of the two units, and the numbers with it.")
        declared = {quantity.name for quantity in mechanism.inputs} | {
            each.name for each in mechanism.choices
        }
        read = _read_by(mechanism)
        for name in sorted((read & set(units)) - somewhere):
            place = _place(model, mechanism, f"inputs.{name}")
            yield Problem(place, f"reads {name}, whose unit no mechanism declares", "Add it to the inputs.")
        for name in sorted(declared - read):
            place = _place(model, mechanism, f"inputs.{name}")
            yield Problem(place, f"declares {name} and does not read it", "Read it, or take it out.")


def _units_of(case: Case) -> dict[str, str]:
    """Names that have one unit in the case: no settings of a dial, no signals."""
    units = {record.id: record.unit for record in case.uncertainties}
    units |= {record.id: record.unit for record in case.facts}
    numbers = [lever for lever in case.levers if not lever.settings]
    return units | {name: lever.unit for lever in numbers for name in (lever.id, f"{lever.id}_baseline")}


def _declared_by(mechanism: Mechanism) -> set[str]:
    return {quantity.name for quantity in mechanism.inputs} | {choice.name for choice in mechanism.choices}


def _read_by(mechanism: Mechanism) -> set[str]:
    functions = [getattr(mechanism, stage) for stage in STAGES]
    return {argument for function in functions if function for argument in arguments(function)}


def _find_choices(case: Case, model: Model) -> Iterator[Problem]:
    """Choices that are no structural uncertainty of the case, or have other names."""
    records = {record.id: record for record in case.uncertainties}
    for mechanism in model.mechanisms:
        for choice in mechanism.choices:
            place = _place(model, mechanism, f"choices.{choice.name}")
            record = records.get(choice.name)
            if record is None:
                yield Problem(
                    place, f"the case has no uncertainty {choice.name}", _suggest(choice.name, records)
                )
            elif record.distribution.kind != "categorical" or not record.structural:
                yield Problem(
                    place,
                    f"uncertainty {choice.name} is no structural choice",
                    "Make it categorical and structural in the case.",
                )
            else:
                yield from _compare_names(place, choice, tuple(record.distribution.shares))


def _compare_names(place: Place, choice: Choice, names: tuple[str, ...]) -> Iterator[Problem]:
    if names != choice.options:
        yield Problem(
            place,
            f"the case names {', '.join(names)}; the model {', '.join(choice.options)}",
            "Give both the same names in the same order.",
        )


def _find_outcomes(case: Case, model: Model) -> Iterator[Problem]:
    given = {quantity.name for mechanism in model.mechanisms for quantity in mechanism.outcomes}
    for outcome in case.outcomes:
        if outcome.id not in given:
            yield Problem(
                Place("case.yaml", field=f"outcomes.{outcome.id}"),
                "no mechanism gives this outcome",
                _suggest(outcome.id, given),
            )


def _find_observed(case: Case, model: Model) -> Iterator[Problem]:
    """What the case calibrates to and no mechanism observes in the history phase."""
    seen = {quantity.name for m in model.mechanisms if m.history for quantity in m.outcomes}
    for name in case.calibration.observables if case.calibration else ():
        if name not in seen:
            yield Problem(
                Place("case.yaml", field=f"calibration.observables.{name}"),
                "no mechanism gives this outcome in the history phase",
                _suggest(name, seen),
            )


def _find_doubles(model: Model, inputs: Inputs) -> Iterator[Problem]:
    """Names with two owners."""
    common = {*inputs.uncertainties, *inputs.facts, *inputs.columns, *inputs.signals, *TIME, "discount_rate"}
    yield from (
        Problem(
            Place(model.name, field=name),
            f"{name} is a unit value and an input of the case",
            "Give one of them another name.",
        )
        for name in model.units.values
        if name in common
    )
    names = Counter(mechanism.name for mechanism in model.mechanisms)
    yield from (
        Problem(
            Place(model.name, field=name), f"{count} mechanisms are called {name}", "Give each its own name."
        )
        for name, count in names.items()
        if count > 1
    )
    owners: dict[str, str] = {name: "the case" for name in common} | dict.fromkeys(
        model.units.values, "the units"
    )
    for mechanism in model.mechanisms:
        for field in (*OWN.values(), "outcomes"):
            for quantity in getattr(mechanism, field):
                if field == "outcomes" and owners.get(quantity.name) == "the case":
                    continue
                if quantity.name in owners:
                    yield Problem(
                        _place(model, mechanism, f"{field}.{quantity.name}"),
                        f"{owners[quantity.name]} already gives {quantity.name}",
                        "Give one of them another name.",
                    )
                owners[quantity.name] = mechanism.name


def _find_units(model: Model) -> Iterator[Problem]:
    """Tables of the units that are not as long as there are units."""
    units = model.units
    for name, values in units.values.items():
        if np.shape(values) != (units.count,):
            yield Problem(
                Place(model.name, field=f"units.values.{name}"),
                f"has shape {np.shape(values)}, and there are {units.count} units",
                "Give one number for each unit.",
            )
    for name, network in units.networks.items():
        wrong = _tell_wrong(network, units.count)
        if wrong:
            yield Problem(
                Place(model.name, field=f"units.networks.{name}"),
                f"is no sparse matrix of the units: {wrong}",
                "Give (row starts, columns, weights): whole numbers, whole numbers and finite numbers.",
            )


def _tell_wrong(network: Network, count: int) -> str:
    """What keeps three arrays from being the rows of a sparse matrix; empty when nothing does."""
    if len(network) != 3:
        return f"it has {len(network)} parts, not 3"
    starts, columns, weights = (np.asarray(each) for each in network)
    if len(starts) != count + 1:
        return f"it has {len(starts)} row starts; {count} units need {count + 1}"
    if len(columns) != len(weights):
        return f"it has {len(columns)} columns and {len(weights)} weights"
    if starts[0] != 0 or starts[-1] != len(columns) or np.any(np.diff(starts) < 0):
        return f"row starts must rise from 0 to {len(columns)}, the number of columns"
    if np.any((columns < 0) | (columns >= count)) or np.any(columns != np.floor(columns)):
        return f"columns must be units, whole numbers from 0 to {count - 1}"
    return "" if np.all(np.isfinite(np.asarray(weights, dtype=float))) else "a weight is not finite"


def _find_strange(model: Model) -> Iterator[Problem]:
    """What a mechanism declares that is no tuple of quantities or chances, or has a name that no argument can have."""
    for mechanism in model.mechanisms:
        for field in ("inputs", "outcomes", *OWN.values()):
            kind: type = Chance if field == "chances" else Quantity
            declared: object = getattr(mechanism, field)
            if not isinstance(declared, tuple) or not all(isinstance(each, kind) for each in declared):
                place = _place(model, mechanism, field)
                way_out = f"Write ({kind.__name__}(...),), with its comma."
                yield Problem(place, f"is no tuple of {kind.__name__}", way_out)
                continue
            for each in declared:
                if not each.name.isidentifier():
                    place = _place(model, mechanism, f"{field}.{each.name}")
                    yield Problem(place, f"{each.name!r} is no name of an argument", "Use letters, digits and _.")


def _find_written(model: Model, inputs: Inputs) -> Iterator[Problem]:
    """What the functions are written with, and what they visibly return."""
    for mechanism in model.mechanisms:
        for stage in STAGES:
            function = getattr(mechanism, stage)
            if function is None:
                continue
            declared = [quantity.name for field in GIVES[stage] for quantity in getattr(mechanism, field)]
            yield from find_wrong_results(function, declared)
            yield from find_breaches(function, set(inputs.choices) & set(arguments(function)))


def _place(model: Model, mechanism: Mechanism, field: str) -> Place:
    """The file of a mechanism's functions, or the model's name where it has none."""
    function = next((getattr(mechanism, stage) for stage in STAGES if getattr(mechanism, stage)), None)
    return Place(function.__code__.co_filename if function else model.name, field=f"{mechanism.name}.{field}")


def _suggest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1)
    return f"Did you mean {close[0]}?" if close else "Add it, or take it out."
