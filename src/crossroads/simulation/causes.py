"""What depends on what in a model: read from its records, tried on its own functions, named nowhere by hand.

An edge stands where a mechanism reads a value and what it gives really moves with it: its functions are called in some
situations with one argument moved at a time, up and down. What a stock depends on is measured on its change over the
week, so that an edge from a stock to itself is its own growth or fading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from crossroads.case.records import Case, by_id
from crossroads.sampling.futures import sample
from crossroads.simulation.contract import Mechanism, Model, Quantity
from crossroads.simulation.layout import WEEKS_PER_YEAR, Floats, Inputs, build_inputs
from crossroads.simulation.nudges import CHANCES, LEAST, Nudges, make_nudges
from crossroads.simulation.plan import OWN, STARTS, Call, Plan, Source, make_plan
from crossroads.simulation.situations import Situation, visit
from crossroads.simulation.vectors import Vectoriser

Sign = Literal["+", "−", "±"]
"""More gives more; more gives less; it differs between situations, or the cause is a choice between forms."""
SENT = ("stock", "unit_stock", "constant", "sum", "gauge", "rate", "flow", "gate")
"""Kinds of values that pass from one function to another."""
SETTLED = ("stock", "unit_stock")
"""Kinds of values with memory."""
_UNMOVED = (*CHANCES, "time", "off", "idle", "unit_value")
_FASTEST_GROWTH = 0.02
"""A week: a stock that feeds on itself faster than this doubles every few months, which no year goes on for."""
_HUNG = 1e-3
"""An effect hangs on what changes it by more than this share of itself."""


@dataclass(frozen=True)
class Node:
    """A named value: what it is, whose it is (empty for inputs of the case), in what unit."""

    name: str
    kind: str
    mechanism: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class Cause:
    """One edge: a value that a mechanism reads, and a value of its own that moves with it."""

    cause: str
    effect: str
    mechanism: str
    weekly: bool
    """False for what is settled once, at a start."""
    sign: Sign
    strength: float
    """Mean elasticity: change of the effect in its typical size, over that of the cause; for stocks, of one week."""
    pull: float = 0.0
    """The same after a year: in a stock a push builds up week by week, less what fades."""
    through: tuple[str, ...] = ()
    """Uncertainties on which the size of the effect hangs."""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Causes:
    """The graph of a model."""

    nodes: Mapping[str, Node]
    edges: tuple[Cause, ...]
    mechanisms: tuple[str, ...]
    """Those at work, in the order of the model."""
    off: tuple[str, ...]
    """Those that are switched off."""
    gated: tuple[tuple[str, str, str], ...] = ()
    """Gate, option and column: where an option follows a gate of the model. Such a column is an effect of its gate."""

    def owner(self, name: str) -> str:
        """The mechanism whose value this is; empty for an input of the case."""
        return self.nodes[name].mechanism

    def between(self) -> tuple[Cause, ...]:
        """Edges whose cause is a value of another mechanism than the effect."""
        return tuple(one for one in self.edges if one.mechanism and self.owner(one.cause) not in ("", one.mechanism))


def find_causes(case: Case, model: Model, seed: int = 1) -> Causes:
    """The graph of a model of a case, tried in a few futures of a small design. Raises ModelError."""
    inputs = build_inputs(case)
    situations = visit(model, inputs, sample(case, 16 * len(case.views), seed).values)
    plans = [make_plan(model, inputs, phase) for phase in ("history", "projection")]
    codes = {
        one.id: len(one.distribution.shares)
        for one in case.uncertainties
        if one.distribution.kind == "categorical"
    }
    nodes = {node.name: node for node in _list_nodes(case, model, inputs)}
    vectoriser = Vectoriser()
    edges = [
        edge
        for call, seen in _list_calls(plans, situations)
        for edge in _try_all(make_nudges(call, seen, inputs, codes, vectoriser))
    ]
    names = [one.name for one in model.mechanisms]
    working = tuple(name for name in names if name not in model.off)
    off = tuple(name for name in names if name in model.off)
    gated = tuple((gate, option, column) for (option, column), gate in inputs.gates.items())
    edges += [edge for edge in _list_gated(inputs) if nodes[edge.cause].mechanism in working]
    return Causes(nodes, _merge(case, edges, nodes), working, off, gated)


def list_values(mechanism: Mechanism) -> Iterator[tuple[str, Quantity]]:
    """What a mechanism gives, each with its kind."""
    for kind, field in (("outcome", "outcomes"), *OWN.items()):
        if kind != "chance":
            yield from ((kind, quantity) for quantity in getattr(mechanism, field))


def _list_nodes(case: Case, model: Model, inputs: Inputs) -> Iterator[Node]:
    yield from (Node(name, "fact", "", "", name.replace("_", " ")) for name in (*inputs.facts, "discount_rate"))
    for kind, group in (("uncertainty", case.uncertainties), ("fact", case.facts)):
        yield from (Node(one.id, kind, "", one.unit, one.meaning) for one in group)
    for lever in case.levers:
        yield from (Node(column, "column", "", lever.unit, lever.meaning) for column in lever.columns)
    for actor in case.actors:
        yield from (Node(signal, "signal", "", "", actor.name) for signal in actor.signals)
    for mechanism in model.mechanisms:
        for kind, one in list_values(mechanism):
            yield Node(one.name, kind, mechanism.name, one.unit, one.meaning)


def _list_gated(inputs: Inputs) -> Iterator[Cause]:
    """What a gate does to the levers of options that follow it; a gate moves its lever as far as itself."""
    for (option, column), gate in inputs.gates.items():
        base, target = inputs.schedules[inputs.options.index(option), inputs.columns.index(column), :2]
        if target != base:
            yield Cause(gate, column, "", True, "+" if target > base else "−", 1.0 if target > base else -1.0)


def _list_calls(plans: Sequence[Plan], situations: Sequence[Situation]) -> Iterator[tuple[Call, list[Situation]]]:
    """Every call once with the situations that it sees: weekly calls of the projection alone."""
    for plan in plans:
        for stage, calls in plan.calls.items():
            if plan.phase == "projection" or stage in STARTS:
                seen = [one for one in situations if one.phase == plan.phase and one.sees(stage)]
                yield from ((call, seen) for call in calls)


def _try_all(nudges: Nudges) -> Iterator[Cause]:
    """The edges of one call."""
    call = nudges.call
    for place, source in enumerate(call.sources):
        if source.kind in _UNMOVED:
            continue
        effects = nudges.move(place)
        signs = [_find_sign(column, source.name in nudges.codes) for column in effects.T]
        through = _find_through(nudges, place, source) if any(signs) else {}
        for sign, effect, column in zip(signs, call.gives, effects.T, strict=True):
            if sign:
                strength = float(np.mean(column[np.isfinite(column)]))
                weekly = call.stage not in STARTS
                found = through.get(effect, ())
                yield Cause(source.name, effect, call.mechanism, weekly, sign, strength, through=found)


def _find_sign(effects: Floats, by_category: bool) -> Sign | None:
    seen = effects[np.isfinite(effects) & (np.abs(effects) > LEAST)]
    if not len(seen):
        return None
    if by_category or seen.min() < 0 < seen.max():
        return "±"
    return "+" if seen.max() > 0 else "−"


def _find_through(nudges: Nudges, place: int, source: Source) -> dict[str, tuple[str, ...]]:
    """Effect to the uncertainties that decide how large it is."""
    if source.kind in ("uncertainty", "choice", "fact"):
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for other, asked in enumerate(nudges.call.sources):
        if asked.kind in ("uncertainty", "choice"):
            changed = nudges.hangs_on(place, other)
            for effect in np.array(nudges.call.gives)[changed > _HUNG].tolist():
                found[effect] = (*found.get(effect, ()), asked.name)
    return found


def _merge(case: Case, edges: Sequence[Cause], nodes: Mapping[str, Node]) -> tuple[Cause, ...]:
    """One edge for each pair of names in a mechanism, with its pull and the evidence of what it hangs on."""
    known = by_id(case.uncertainties)
    groups: dict[tuple[str, str, str, bool], list[Cause]] = {}
    for edge in edges:
        groups.setdefault((edge.cause, edge.effect, edge.mechanism, edge.weekly), []).append(edge)
    strengths = {key: sum(edge.strength for edge in group) for key, group in groups.items()}
    strengths |= {key: strength / len(groups[key]) for key, strength in strengths.items() if not key[2]}
    fading = {key[0]: -strength for key, strength in strengths.items() if key[0] == key[1]}
    merged = []
    for key, group in groups.items():
        signs = {edge.sign for edge in group}
        through = tuple(dict.fromkeys(name for edge in group for name in edge.through))
        behind = [known[name] for name in (key[0], *through) if name in known]
        evidence = tuple(dict.fromkeys(entry for one in behind for entry in one.evidence))
        sign: Sign = signs.pop() if len(signs) == 1 else "±"
        gathers = key[3] and nodes[key[1]].kind in SETTLED and key[0] != key[1]
        pull = strengths[key] * (build_up(fading.get(key[1], 0.0)) if gathers else 1.0)
        merged.append(Cause(*key, sign, strengths[key], pull, through, evidence))
    return tuple(merged)


def build_up(fading: float, weeks: int = WEEKS_PER_YEAR) -> float:
    """What a push of one a week comes to after these weeks, with this share of it fading every week."""
    fading = min(max(fading, -_FASTEST_GROWTH), 1.0)
    return (1.0 - (1.0 - fading) ** weeks) / fading if abs(fading) > LEAST else float(weeks)
