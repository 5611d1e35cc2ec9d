"""Situations: all that a mechanism can read at some moments of a few runs, to try its functions on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from crossroads.simulation.contract import Model, Network
from crossroads.simulation.layout import WEEKS_PER_YEAR, Floats, Inputs, column_at
from crossroads.simulation.plan import STARTS, Phase, Source
from crossroads.simulation.scalar import Key, Trajectory, Weeks, run

Integers = NDArray[np.int64]

WEEKS = 78
"""Length of the runs: mid-course, when ramps have begun and memories are filled."""
SEEN_AT = (10, 40, 76)
"""Weeks at which a run is looked at."""
PAST = 26
"""Weeks of history before the runs: enough to set it in motion."""
LEAST = 4
"""Runs at the least, each in another future."""
UNITS = 6
"""Units that are looked at, evenly spread over their order."""
SERIES = ("stock", "sum", "gate", "rate", "flow")


@dataclass(frozen=True)
class Situation:
    """One moment of one run: what is known by kind and name, and for some units by unit."""

    phase: Phase
    starting: bool
    """Whether it is the start of the phase, else a week in mid-course."""
    known: Mapping[Key, float]
    by_unit: Mapping[Key, Floats] = field(default_factory=dict)

    def sees(self, stage: str) -> bool:
        """Whether a stage runs at such a moment."""
        return (stage in STARTS) == self.starting

    def read(self, source: Source) -> float | Floats:
        """The value of an argument, or one for each unit looked at; a chance is not drawn here."""
        if source.kind in ("fact", "off", "idle"):
            return source.value
        key = (source.of, source.name) if source.kind == "near" else (source.kind, source.name)
        return self.by_unit[key] if key in self.by_unit else self.known.get(key, 0.0)


def visit(model: Model, inputs: Inputs, futures: Floats) -> tuple[Situation, ...]:
    """Situations from a few runs that move every lever and hear every signal; `futures` are rows of a sample."""
    found: list[Situation] = []
    for place, (option, reaction) in enumerate(choose_pairs(inputs)):
        row = futures[place % len(futures)]
        path = run(model, inputs, row, option, reaction, WEEKS, PAST, future=place)
        found += _look(model, inputs, row, option, reaction, path)
    return tuple(found)


def choose_pairs(inputs: Inputs) -> tuple[tuple[int, int], ...]:
    """Options with reactions, few and each bringing something new, that together show all that any of them moves."""
    applicable = np.argwhere(inputs.applicable).tolist()
    shown = {(option, reaction): _show(inputs, option, reaction) for option, reaction in applicable}
    chosen: list[tuple[int, int]] = []
    seen: set[str] = set()
    while left := [pair for pair in shown if pair not in chosen]:
        best = max(left, key=lambda pair: len(shown[pair] - seen))
        if len(chosen) >= LEAST and shown[best] <= seen:
            break
        chosen.append(best)
        seen |= shown[best]
    return tuple(chosen)


def _show(inputs: Inputs, option: int, reaction: int) -> set[str]:
    """Columns that an option moves, and signals that a reaction sends."""
    rows = inputs.schedules[option]
    moved = {name for name, row in zip(inputs.columns, rows, strict=True) if row[0] != row[1]}
    return moved | {name for name, sent in zip(inputs.signals, inputs.signals_of[reaction], strict=True) if sent}


def _look(
    model: Model, inputs: Inputs, row: Floats, option: int, reaction: int, path: Trajectory
) -> Iterator[Situation]:
    """The start of the history, the start of the projection, and some weeks of it."""
    schedule = inputs.schedules[option]
    known: dict[Key, float] = {
        ("choice" if name in inputs.choices else "uncertainty", name): int(value) if name in inputs.choices else value
        for name, value in zip(inputs.uncertainties, row, strict=True)
    }
    sent = {("signal", name): value for name, value in zip(inputs.signals, inputs.signals_of[reaction], strict=True)}
    quiet = dict.fromkeys(sent, 0.0)
    still = {("column", name): value for name, value in zip(inputs.columns, schedule[:, 0], strict=True)}
    yield _take("history", True, known | quiet | still, path.history, model, 0)
    yield _take("projection", True, known | sent | still, path.projection, model, 0)
    for week in SEEN_AT:
        levers = zip(inputs.columns, column_at(schedule, week), strict=True)
        set_now = {("column", name): value for name, value in levers}
        yield _take("projection", False, known | sent | set_now, path.projection, model, week)


def _take(
    phase: Phase, starting: bool, known: Mapping[Key, float], weeks: Weeks, model: Model, week: int
) -> Situation:
    """What was true in a week: stocks, sums and unit stocks as it began, rates and flows of the week itself."""
    whole = PAST if phase == "history" else WEEKS
    values: dict[Key, float] = {
        **known,
        ("time", "week"): float(week),
        ("time", "year"): week / WEEKS_PER_YEAR,
        ("time", "weeks_total"): float(whole),
        **{("constant", name): value for name, value in weeks.constants.items()},
        **{("gauge", name): value for name, value in weeks.gauges.items()},
    }
    for kind in SERIES:
        series = getattr(weeks, f"{kind}s", {})
        values |= {(kind, name): seen[week] for name, seen in series.items() if len(seen) > week}
    return Situation(phase, starting, values, _take_units(weeks, model, week))


def _take_units(weeks: Weeks, model: Model, week: int) -> dict[Key, Floats]:
    """Values of the units looked at, and sums over their neighbours."""
    chosen = np.unique(np.linspace(0, model.units.count - 1, UNITS if model.units.count else 0).astype(np.int64))
    now = {name: np.asarray(seen[week]) for name, seen in weeks.units.items()}
    found: dict[Key, Floats] = {("unit_stock", name): seen[chosen] for name, seen in now.items()}
    found |= {("unit_value", name): np.asarray(value, float)[chosen] for name, value in model.units.values.items()}
    for network, table in model.units.networks.items():
        found |= {(network, name): _add_near(seen, table, chosen) for name, seen in now.items()}
    return found


def _add_near(seen: Floats, table: Network, chosen: Integers) -> Floats:
    starts, columns, weights = (np.asarray(part) for part in table)
    parts = [slice(int(starts[unit]), int(starts[unit + 1])) for unit in chosen]
    return np.array([float(np.dot(seen[columns[part].astype(int)], weights[part])) for part in parts])
