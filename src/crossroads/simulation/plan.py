"""Which function runs when, and where each of its arguments comes from: the same for every driver.

A run has two phases. In the history phase the mechanisms with `history=True` start and run under the
baseline; everything else reads as its `off` value. In the projection phase they carry on, and the others
start, reading what the history left behind. What starts knows the baseline values of levers alone: no option
has begun.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

from crossroads.errors import ModelError, Place, Problem
from crossroads.simulation.contract import Chance, Function, Mechanism, Model, Quantity
from crossroads.simulation.layout import Inputs

Phase = Literal["history", "projection"]

STARTS = ("unit_start", "gauge", "derive", "start")
UNIT_STAGES = ("unit_start", "gauge", "sum_up", "unit")
STAGES = (*STARTS, "sum_up", "switch", "before", "unit", "after")
LUCKY = ("unit_start", "derive", "start", "before", "unit", "after")
"""The stages that see chances."""
TIME = ("week", "year", "weeks_total")

OWN = {
    "unit_stock": "unit_stocks",
    "constant": "constants",
    "stock": "stocks",
    "sum": "sums",
    "gauge": "gauges",
    "rate": "rates",
    "flow": "flows",
    "chance": "chances",
    "gate": "gates",
}
"""Kind of value to the field of a mechanism that declares it."""

GIVES = {
    "unit_start": ("unit_stocks",),
    "gauge": ("gauges",),
    "derive": ("constants",),
    "start": ("stocks",),
    "sum_up": ("sums",),
    "switch": ("gates",),
    "before": ("rates",),
    "unit": ("unit_stocks", "flows"),
    "after": ("stocks", "outcomes"),
}
_READS = {
    "unit_start": (),
    "sum_up": ("unit_stock",),
    "gauge": ("unit_stock", "sum"),
    "derive": ("gauge", "sum"),
    "start": ("constant", "sum"),
    "switch": ("constant", "stock", "sum"),
    "before": ("constant", "stock", "sum", "gate"),
    "unit": ("unit_stock", "constant", "stock", "sum", "gate", "rate"),
    "after": ("constant", "stock", "sum", "gate", "rate", "flow"),
}
"""Stage to the kinds of mechanisms' values that are true before it."""

_CARRIED = ("unit_stock", "constant", "stock")
"""What the history hands to the projection, so that what starts then may read it."""


@dataclass(frozen=True)
class Source:
    """Where one argument comes from; `value` for facts and for what is switched off.

    A sum over neighbours has the kind "near", the name of the unit stock, and is `of` a network; a chance is `of` its
    mechanism, and has a `place` among the chances of it.
    """

    kind: str
    name: str
    value: float = 0.0
    of: str = ""
    place: int = 0


@dataclass(frozen=True)
class Call:
    """One function of one mechanism, with the source of each argument in order."""

    mechanism: str
    stage: str
    function: Function
    sources: tuple[Source, ...]
    gives: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """All calls of a phase, and the names of every kind of value that somebody keeps up or reads."""

    phase: Phase
    calls: Mapping[str, tuple[Call, ...]]
    kept: Mapping[str, tuple[str, ...]]
    """Kind to names of the mechanisms that run in this phase."""
    carried: Mapping[str, tuple[str, ...]]
    """Kind to names handed over by the history phase."""
    outcomes: tuple[str, ...]
    idle: Mapping[str, float]
    """Unit stocks of mechanisms that do not run, with their off values."""
    fixed: Mapping[tuple[str, str], float]
    """Kind and name of facts and of what is switched off, with their values."""
    unit_values: tuple[str, ...]
    networks: tuple[str, ...]
    gates: Mapping[str, Source]
    """Every gate of the model, where it is found; none in the history, when options have not begun."""

    @cached_property
    def chances(self) -> tuple[Source, ...]:
        """Every chance that somebody sees, by name."""
        read = {s for calls in self.calls.values() for call in calls for s in call.sources}
        lucky = [source for source in read if source.kind in ("chance", "unit_chance")]
        return tuple(sorted(lucky, key=lambda source: source.name))


def make_plan(model: Model, inputs: Inputs, phase: Phase) -> Plan:
    """The plan of one phase. Raises ModelError with every argument that nobody provides."""
    problems = [problem for *_, problem in resolve_all(model, inputs) if problem is not None]
    problems += [*find_ungiven(model), *find_lost_gates(list_gates(model), inputs)]
    if problems:
        raise ModelError(problems)
    running = [m for m in model.mechanisms if runs_in(model, m, phase)]
    names = Names(model, inputs)
    calls = {
        stage: tuple(
            _make_call(names, m, stage, phase)
            for m in running
            if getattr(m, stage) and _runs_stage(m, stage, phase)
        )
        for stage in STAGES
    }
    kept = {kind: _names(running, field) for kind, field in OWN.items()}
    gates = _find_gates(model, phase)
    kept["gate"] = tuple(name for name, source in gates.items() if source.kind == "gate")
    past = [m for m in running if m.history] if phase == "projection" else []
    idle = {q.name: q.off for m in model.mechanisms if m not in running for q in m.unit_stocks}
    return Plan(
        phase,
        calls,
        kept,
        {kind: _names(past, OWN[kind]) for kind in _CARRIED},
        _names(running, "outcomes"),
        idle,
        {(s.kind, s.name): s.value for s in [*_sources(calls), *gates.values()]},
        tuple(model.units.values),
        tuple(model.units.networks),
        gates,
    )


def runs_in(model: Model, mechanism: Mechanism, phase: Phase) -> bool:
    """Whether a mechanism is at work in a phase."""
    return mechanism.name not in model.off and (mechanism.history or phase == "projection")


def resolve_all(model: Model, inputs: Inputs) -> Iterator[tuple[Mechanism, str, str, Problem | None]]:
    """Every (mechanism, stage, argument), with the problem where nobody provides the argument."""
    names = Names(model, inputs)
    for mechanism in model.mechanisms:
        for stage in STAGES:
            function = getattr(mechanism, stage)
            for argument in arguments(function) if function else ():
                found = names.find(argument, mechanism, stage, "projection")
                yield (
                    mechanism,
                    stage,
                    argument,
                    None if isinstance(found, Source) else Problem(place_of(function, argument), *found),
                )


def find_ungiven(model: Model) -> Iterator[Problem]:
    """What a mechanism declares without a function that gives it, and a switch that opens nothing."""
    givers = {
        field: stage
        for stage in ("after", "unit", "before", "switch", "sum_up", "start", "derive", "gauge", "unit_start")
        for field in GIVES[stage]
    }
    for mechanism in model.mechanisms:
        for field, stage in givers.items():
            if getattr(mechanism, field) and getattr(mechanism, stage) is None:
                names = ", ".join(quantity.name for quantity in getattr(mechanism, field))
                yield Problem(
                    Place(model.name, field=f"{mechanism.name}.{stage}"),
                    f"{names} is declared, and there is no {stage} to give it",
                    f"Write {stage}, or take the declaration out.",
                )
        if mechanism.switch and not mechanism.gates:
            what = "there is a switch, and no gate that it gives"
            yield Problem(place_of(mechanism.switch), what, "Declare its gates, or take it out.")


def list_gates(model: Model) -> list[str]:
    """Names of the gates that mechanisms declare, switched off or not."""
    return [quantity.name for mechanism in model.mechanisms for quantity in mechanism.gates]


def find_lost_gates(known: Sequence[str], inputs: Inputs) -> Iterator[Problem]:
    """Gates that options name and that are not among those known."""
    for option, gate in dict.fromkeys((option, gate) for (option, _), gate in inputs.gates.items()):
        if gate not in known:
            close = get_close_matches(gate, known, 1)
            yield Problem(
                Place("case.yaml", field=f"options.{option}.steps"),
                f"a step has the gate {gate}, and the model has no gate of this name",
                f"Did you mean {close[0]}?" if close else "Declare it in a mechanism, or take `when` out.",
            )


def arguments(function: Function) -> tuple[str, ...]:
    """Names that a function reads."""
    return tuple(inspect.signature(function).parameters)


def place_of(function: Function, argument: str = "") -> Place:
    """File and line of a function."""
    code = function.__code__
    return Place(code.co_filename, code.co_firstlineno, f"{function.__name__}.{argument}".rstrip("."))


class Names:
    """Everything that has a name, and who owns it."""

    def __init__(self, model: Model, inputs: Inputs) -> None:
        """Of a model and the case that it reads."""
        self._model = model
        self._inputs = inputs
        self._owned: dict[str, tuple[str, Mechanism, Quantity | Chance]] = {}
        for mechanism in model.mechanisms:
            for kind, field in OWN.items():
                for quantity in getattr(mechanism, field):
                    self._owned[quantity.name] = (kind, mechanism, quantity)

    def find(self, name: str, reader: Mechanism, stage: str, phase: Phase) -> Source | tuple[str, str]:
        """The source of an argument, or what is wrong and the way out."""
        common = self._find_common(name)
        if common is not None:
            return common
        if name in self._model.units.values:
            return self._for_units(Source("unit_value", name), stage)
        if name in self._owned:
            return self._find_owned(name, reader, stage, phase)
        network, stock = self._find_near(name)
        if network:
            found = self._find_owned(stock, reader, stage, phase)
            return Source("near", stock, of=network) if isinstance(found, Source) else found
        close = get_close_matches(name, self.known(), 1)
        return (f"nobody provides {name}", f"Did you mean {close[0]}?" if close else "Declare it or drop it.")

    def known(self) -> list[str]:
        """Every name that can be read somewhere."""
        inputs = self._inputs
        stocks = [name for name, (kind, *_) in self._owned.items() if kind == "unit_stock"]
        near = [f"{network}_{name}" for network in self._model.units.networks for name in stocks]
        return [
            *self._owned,
            *near,
            *self._model.units.values,
            *inputs.uncertainties,
            *inputs.facts,
            *inputs.columns,
            *inputs.signals,
            *TIME,
        ]

    def _find_near(self, name: str) -> tuple[str, str]:
        """The network and the unit stock of a sum over neighbours; empty where it is none."""
        for network in self._model.units.networks:
            stock = name.removeprefix(f"{network}_")
            if stock != name and self._owned.get(stock, ("",))[0] == "unit_stock":
                return network, stock
        return "", ""

    def _find_common(self, name: str) -> Source | None:
        inputs = self._inputs
        if name in TIME:
            return Source("time", name)
        if name in inputs.choices:
            return Source("choice", name)
        for kind, group in (
            ("uncertainty", inputs.uncertainties),
            ("column", inputs.columns),
            ("signal", inputs.signals),
        ):
            if name in group:
                return Source(kind, name)
        if name in inputs.facts:
            return Source("fact", name, float(inputs.facts[name]))
        return Source("fact", name, inputs.discount_rate) if name == "discount_rate" else None

    def _find_owned(self, name: str, reader: Mechanism, stage: str, phase: Phase) -> Source | tuple[str, str]:
        kind, owner, quantity = self._owned[name]
        if isinstance(quantity, Chance):
            return self._for_chance(quantity, owner, stage)
        handed = stage in STARTS and owner.history != reader.history and kind in _CARRIED
        if not handed and kind not in _READS[stage]:
            return (
                f"{name} is a {kind.replace('_', ' ')}, which {stage} cannot read",
                f"{stage} reads {', '.join(_READS[stage]) or 'inputs and unit values'} and case inputs.",
            )
        if not runs_in(self._model, owner, phase) or (kind == "gate" and phase == "history"):
            return Source("idle" if kind == "unit_stock" else "off", name, quantity.off)
        return self._for_units(Source(kind, name), stage) if kind == "unit_stock" else Source(kind, name)

    @staticmethod
    def _for_chance(chance: Chance, owner: Mechanism, stage: str) -> Source | tuple[str, str]:
        if stage not in LUCKY or (chance.each_unit and stage not in UNIT_STAGES):
            seen = [each for each in LUCKY if each in UNIT_STAGES or not chance.each_unit]
            return f"{chance.name} is a chance, which {stage} cannot see", f"Read it in {', '.join(seen)}."
        kind, place = "unit_chance" if chance.each_unit else "chance", owner.chances.index(chance)
        return Source(kind, chance.name, of=owner.name, place=place)

    @staticmethod
    def _for_units(source: Source, stage: str) -> Source | tuple[str, str]:
        if stage in UNIT_STAGES:
            return source
        return (
            f"{source.name} belongs to each unit, which {stage} cannot read",
            "Sum it over the units in sum_up, or return a flow from unit.",
        )


def _make_call(names: Names, mechanism: Mechanism, stage: str, phase: Phase) -> Call:
    function = getattr(mechanism, stage)
    sources = tuple(
        source
        for source in (names.find(argument, mechanism, stage, phase) for argument in arguments(function))
        if isinstance(source, Source)
    )
    gives = tuple(q.name for field in GIVES[stage] for q in getattr(mechanism, field))
    return Call(mechanism.name, stage, function, sources, gives)


def _runs_stage(mechanism: Mechanism, stage: str, phase: Phase) -> bool:
    """Whether a stage of a mechanism is run in a phase: what carries on has started, and the past has no gates."""
    if stage == "switch":
        return phase == "projection"
    return stage not in STARTS or phase == "history" or not mechanism.history


def _find_gates(model: Model, phase: Phase) -> dict[str, Source]:
    """Where each gate is found in a phase."""
    owned = [(m, q) for m in model.mechanisms for q in m.gates] if phase == "projection" else []
    return {
        q.name: Source("gate", q.name) if runs_in(model, m, phase) else Source("off", q.name, q.off) for m, q in owned
    }


def _sources(calls: Mapping[str, tuple[Call, ...]]) -> Iterator[Source]:
    return (source for group in calls.values() for call in group for source in call.sources)


def _names(mechanisms: list[Mechanism], field: str) -> tuple[str, ...]:
    return tuple(quantity.name for mechanism in mechanisms for quantity in getattr(mechanism, field))
