"""A model run on plain floats, one run at a time: to read, to debug, and to hold the compiled engine to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.errors import ModelError, Problem
from crossroads.simulation.arithmetic import maximum, minimum
from crossroads.simulation.chance import draw, make_key
from crossroads.simulation.contract import Model, Network
from crossroads.simulation.layout import WEEKS_PER_YEAR, Floats, Inputs, column_at
from crossroads.simulation.plan import UNIT_STAGES, Call, Plan, Source, make_plan, place_of

Key = tuple[str, str]
"""Kind and name of a value."""

_WEEKLY = ("stock", "sum", "gate", "rate", "flow", "outcome", "column")


@dataclass
class Weeks:
    """Everything of one phase by name: constants and gauges as numbers, the rest by week.

    `stocks`, `sums` and `units` hold the start first and then the end of each week; `gates`, `rates`,
    `flows`, `outcomes` and `columns` one value a week. `units` maps a unit stock to rows of (weeks + 1, units).
    """

    constants: dict[str, float] = field(default_factory=dict)
    gauges: dict[str, float] = field(default_factory=dict)
    stocks: dict[str, list[float]] = field(default_factory=dict)
    sums: dict[str, list[float]] = field(default_factory=dict)
    gates: dict[str, list[float]] = field(default_factory=dict)
    rates: dict[str, list[float]] = field(default_factory=dict)
    flows: dict[str, list[float]] = field(default_factory=dict)
    outcomes: dict[str, list[float]] = field(default_factory=dict)
    columns: dict[str, list[float]] = field(default_factory=dict)
    units: dict[str, list[Floats]] = field(default_factory=dict)


@dataclass(frozen=True)
class Trajectory:
    """One run: the history phase and the projection."""

    history: Weeks
    projection: Weeks

    def read(self, outcome: str, reading: str, mark: int) -> float:
        """An outcome after `mark` weeks of projection: since the start, or at the end for reading level."""
        return _read(self.projection.outcomes[outcome], reading, 0, mark)

    def yearly(self, outcome: str, reading: str = "total") -> list[float]:
        """An outcome of the history phase by year of 52 weeks: its sum, or the last value of a level."""
        weeks = self.history.outcomes[outcome]
        starts = range(0, len(weeks) - WEEKS_PER_YEAR + 1, WEEKS_PER_YEAR)
        return [_read(weeks, reading, start, start + WEEKS_PER_YEAR) for start in starts]


def run(
    model: Model,
    inputs: Inputs,
    uncertainties: Mapping[str, float | str] | Sequence[float] | Floats,
    option: int | str = 0,
    reaction: int | str = 0,
    weeks: int = 52,
    history_weeks: int = 0,
    *,
    seed: int = 0,
    future: int = 0,
) -> Trajectory:
    """One run in plain Python. Its luck is that of the future with this number, in a design of this seed.

    `uncertainties` is a row of a sample, or id to value (names or codes for choices). Option and reaction
    are ids or places. Raises ModelError where the model breaks its contract.
    """
    values = _known(inputs, uncertainties)
    row = inputs.options.index(option) if isinstance(option, str) else option
    profile = inputs.reactions.index(reaction) if isinstance(reaction, str) else reaction
    quiet = np.zeros(len(inputs.signals))
    with np.errstate(all="ignore"):
        luck = (seed, future)
        past = _Phase(model, inputs, make_plan(model, inputs, "history"), values, history_weeks, luck)
        past.play(_still(inputs.schedules[row]), quiet)
        present = _Phase(model, inputs, make_plan(model, inputs, "projection"), values, weeks, luck)
        present.take_over(past)
        gates = [inputs.gates.get((inputs.options[row], column)) for column in inputs.columns]
        present.play(inputs.schedules[row], inputs.signals_of[profile], gates)
    return Trajectory(past.seen, present.seen)


def _read(weeks: list[float], reading: str, start: int, end: int) -> float:
    return weeks[end - 1] if reading == "level" else float(np.sum(weeks[start:end]))


def _known(inputs: Inputs, row: Mapping[str, float | str] | Sequence[float] | Floats) -> dict[str, float]:
    given = row if isinstance(row, Mapping) else dict(zip(inputs.uncertainties, row, strict=True))
    missing = set(inputs.uncertainties) - set(given)
    if missing:
        raise KeyError(f"no value for {', '.join(sorted(missing))}")
    return {name: _as_number(inputs, name, value) for name, value in given.items()}


def _as_number(inputs: Inputs, name: str, value: float | str) -> float:
    if name not in inputs.choices:
        return np.float64(value)
    return inputs.choices[name].index(value) if isinstance(value, str) else int(value)


def _still(schedule: Floats) -> Floats:
    """The same schedule with every column at its baseline."""
    still = schedule.copy()
    still[:, 1] = still[:, 0]
    return still


class _Phase:
    """One phase of one run: the values by kind and name, and how each week changes them."""

    def __init__(
        self,
        model: Model,
        inputs: Inputs,
        plan: Plan,
        known: Mapping[str, float],
        weeks: int,
        luck: tuple[int, int],
    ) -> None:
        self._luck = luck
        self._plan = plan
        self._inputs = inputs
        self._units = model.units
        self._weeks = weeks
        self.seen = Weeks()
        self._values: dict[Key, float] = {
            ("choice" if name in inputs.choices else "uncertainty", name): value
            for name, value in known.items()
        }
        self._values[("time", "weeks_total")] = np.float64(weeks)
        self._values.update({("gate", name): np.float64(0.0) for name in plan.kept["gate"]})
        count = model.units.count
        self._by_unit: dict[Key, Floats] = {
            ("unit_value", name): np.asarray(values, dtype=float)
            for name, values in model.units.values.items()
        }
        for name in plan.kept["unit_stock"]:
            self._by_unit[("unit_stock", name)] = np.zeros(count)
        for name, off in plan.idle.items():
            self._by_unit[("idle", name)] = np.full(count, off)

    def take_over(self, past: _Phase) -> None:
        """Begin with what the history left behind."""
        for kind, names in self._plan.carried.items():
            source: dict[Key, Any] = past._by_unit if kind == "unit_stock" else past._values
            target: dict[Key, Any] = self._by_unit if kind == "unit_stock" else self._values
            target.update({(kind, name): source[(kind, name)] for name in names})

    def play(self, schedule: Floats, signals: Floats, gates: Sequence[str | None] = ()) -> None:
        """Start, and run every week."""
        self._values.update(
            {("signal", name): value for name, value in zip(self._inputs.signals, signals, strict=True)}
        )
        self._set_week(0, _still(schedule))
        for stage in ("unit_start", "sum_up", "gauge", "derive", "start"):
            self._step(stage, 0)
        self._record_start()
        for week in range(self._weeks):
            self._set_week(week, schedule, gates)
            if self._plan.calls["switch"]:
                self._step("switch", week + 1)
                self._set_week(week, schedule, gates)
            for stage in ("before", "unit", "after", "sum_up"):
                self._step(stage, week + 1)
            self._record_week()

    def _set_week(self, week: int, schedule: Floats, gates: Sequence[str | None] = ()) -> None:
        self._values[("time", "week")] = np.float64(week)
        self._values[("time", "year")] = np.float64(week) / WEEKS_PER_YEAR
        columns = column_at(schedule, week, self._opened(gates))
        self._values.update(
            {("column", name): value for name, value in zip(self._inputs.columns, columns, strict=True)}
        )

    def _opened(self, gates: Sequence[str | None]) -> Floats | float:
        """The share that the gate of each column is open."""
        found = [None if name is None else self._plan.gates[name] for name in gates]
        return np.array([1.0 if source is None else self._value(source) for source in found]) if found else 1.0

    def _step(self, stage: str, week: int) -> None:
        """All calls of a stage read what was true before it; then what they give becomes true."""
        self._set_luck(stage, week)
        near = self._near(stage)
        new: dict[Key, Any] = {}
        for call in self._plan.calls[stage]:
            new.update(self._call_units(call, near) if stage in UNIT_STAGES else self._call(call))
        for key, value in new.items():
            (self._by_unit if key[0] == "unit_stock" else self._values)[key] = value

    def _set_luck(self, stage: str, week: int) -> None:
        """The chances that a stage sees; weeks count from 1, and 0 is the start."""
        seed, future = self._luck
        for source in {s for call in self._plan.calls[stage] for s in call.sources}:
            if source.kind in ("chance", "unit_chance"):
                where = (make_key(seed, source.of), future, week)
                past, key = self._plan.phase == "history", (source.kind, source.name)
                if source.kind == "chance":
                    self._values[key] = draw(*where, 0, past, source.place)
                else:
                    units = range(1, self._units.count + 1)
                    self._by_unit[key] = np.array([draw(*where, unit, past, source.place) for unit in units])

    def _call(self, call: Call) -> dict[Key, float]:
        result = call.function(
            *(self._value(source) for source in call.sources)
        )
        _check(call, result)
        given: dict[str, float] = {name: np.float64(getattr(result, name)) for name in call.gives}
        if call.stage == "switch":
            given = {name: minimum(maximum(value, 0.0), 1.0) for name, value in given.items()}
        return {(_kind(self._plan, call.stage, name), name): value for name, value in given.items()}

    def _call_units(self, call: Call, near: Mapping[Key, Floats]) -> dict[Key, Any]:
        count = self._units.count
        columns = [self._column(source, near) for source in call.sources]
        rows: dict[str, Floats] = {name: np.zeros(count) for name in call.gives}
        for unit in range(count):
            result = call.function(
                *(column[unit] if isinstance(column, np.ndarray) else column for column in columns)
            )
            _check(call, result)
            for name in call.gives:
                rows[name][unit] = getattr(result, name)
        kinds = {name: _kind(self._plan, call.stage, name) for name in call.gives}
        return {
            (kind, name): rows[name] if kind == "unit_stock" else _add(rows[name])
            for name, kind in kinds.items()
        }

    def _value(self, source: Source) -> float:
        fixed = source.kind in ("fact", "off")
        return np.float64(source.value) if fixed else self._values[(source.kind, source.name)]

    def _column(self, source: Source, near: Mapping[Key, Floats]) -> Floats | float:
        if source.kind == "near":
            return near[(source.of, source.name)]
        key = (source.kind, source.name)
        return self._by_unit[key] if key in self._by_unit else self._value(source)

    def _near(self, stage: str) -> dict[Key, Floats]:
        """Weighted sums over the neighbours in a network, of the values that the stage finds."""
        wanted = {
            (s.of, s.name) for call in self._plan.calls[stage] for s in call.sources if s.kind == "near"
        }
        stocks = {
            name: values for (kind, name), values in self._by_unit.items() if kind in ("unit_stock", "idle")
        }
        return {
            (network, name): _sum_near(stocks[name], self._units.networks[network])
            for network, name in wanted
        }

    def _record_start(self) -> None:
        self.seen.constants = self._named("constant")
        self.seen.gauges = self._named("gauge")
        self._append(self.seen.stocks, "stock")
        self._append(self.seen.sums, "sum")
        self._append_units()

    def _record_week(self) -> None:
        for kind in _WEEKLY:
            self._append(getattr(self.seen, kind + "s"), kind)
        self._append_units()

    def _named(self, wanted: str) -> dict[str, float]:
        return {name: float(value) for (kind, name), value in self._values.items() if kind == wanted}

    def _append(self, seen: dict[str, list[float]], kind: str) -> None:
        for name, value in self._named(kind).items():
            seen.setdefault(name, []).append(value)

    def _append_units(self) -> None:
        for (kind, name), values in self._by_unit.items():
            if kind == "unit_stock":
                self.seen.units.setdefault(name, []).append(values.copy())


def _kind(plan: Plan, stage: str, name: str) -> str:
    """The kind of a value that a stage gives."""
    if stage == "after":
        return "stock" if name in plan.kept["stock"] else "outcome"
    if stage == "unit":
        return "unit_stock" if name in plan.kept["unit_stock"] else "flow"
    return {
        "unit_start": "unit_stock",
        "gauge": "gauge",
        "derive": "constant",
        "start": "stock",
        "sum_up": "sum",
        "switch": "gate",
        "before": "rate",
    }[stage]


def _check(call: Call, result: Any) -> None:
    """Results are given by name: all that is declared and nothing else."""
    given = set(getattr(result, "_fields", ()))
    if given != set(call.gives):
        missing, extra = sorted(set(call.gives) - given), sorted(given - set(call.gives))
        what = "; ".join(
            text
            for text in (
                missing and f"leaves out {', '.join(missing)}",
                extra and f"gives {', '.join(extra)}, not declared",
            )
            if text
        )
        raise ModelError(
            [
                Problem(
                    place_of(call.function),
                    f"{call.stage} of {call.mechanism} {what}",
                    "Return exactly what the mechanism declares, with returns(...).",
                )
            ]
        )


def _add(rows: Iterable[float]) -> float:
    """The sum in the order of the units, as the compiled engine adds."""
    total = np.float64(0.0)
    for value in rows:
        total = total + value
    return total


def _sum_near(values: Floats, network: Network) -> Floats:
    total: NDArray[np.float64] = np.zeros(len(values))
    starts, columns, weights = network
    for unit in range(len(values)):
        for edge in range(starts[unit], starts[unit + 1]):
            total[unit] += values[columns[edge]] * weights[edge]
    return total
