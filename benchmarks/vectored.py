"""Any model of the contract run one run at a time, its units in NumPy arrays: what one would give a peer to run.

The mechanisms' own functions are called once a week from one loop over plain names; where they name the arithmetic of
models, those of units get NumPy's, all others that of plain floats. The luck of a future is drawn for all weeks at
once, and its past is run once, whatever the number of options. `crossroads.simulation.scalar` says what a run means.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import CellType, FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.luck import draw_luck
from crossroads.simulation import arithmetic
from crossroads.simulation.contract import Model
from crossroads.simulation.layout import WEEKS_PER_YEAR, Inputs, column_at
from crossroads.simulation.plan import UNIT_STAGES, Call, Phase, Plan, Source, make_plan

Values = dict[str, Any]
"""Values of a run by the names that they have in the loop."""
Words = Mapping[str, Callable[..., Any]]
Rows = list[tuple[Any, ...]]
"""Values of all columns, or of all chances: those of the start, then week by week."""
Doors = tuple[tuple[str, str, float, float], ...]
"""The columns of an option that a gate opens: column, gate, baseline, and what is added where it is open."""

_STARTS = ("unit_start", "sum_up", "gauge", "derive", "start")
_WEEKLY = ("before", "unit", "after", "sum_up")
_MAKES = {
    "derive": "constant",
    "start": "stock",
    "switch": "gate",
    "before": "rate",
    "gauge": "gauge",
    "sum_up": "sum",
    "unit": "flow",
    "after": "outcome",
}
PLAIN: Words = {
    "where": lambda test, yes, no: yes if test else no,
    "minimum": lambda a, b: a if a < b else b,
    "maximum": lambda a, b: a if a > b else b,
    "exp": math.exp,
    "log": math.log,
    "power": lambda a, b: a**b,
    "absolute": abs,
}
ARRAYS: Words = {
    "where": np.where,
    "minimum": np.minimum,
    "maximum": np.maximum,
    "exp": np.exp,
    "log": np.log,
    "power": np.power,
    "absolute": np.abs,
}
CAREFUL: Words = {name: getattr(arithmetic, name) for name in PLAIN}
"""Slower than plain floats, but a division by zero is infinite and stops nothing."""


@dataclass
class Vectored:
    """A model and its case, to be called by future, option and reaction; the past of each future is run once."""

    model: Model
    inputs: Inputs
    readings: Mapping[str, str]
    """Outcome to reading."""
    weeks: int
    history_weeks: int
    marks: tuple[int, ...]
    seed: int = 0
    _plays: dict[Any, Callable[..., Any]] = field(default_factory=dict)
    _pasts: dict[Any, Values] = field(default_factory=dict)
    _columns: dict[Any, Rows] = field(default_factory=dict)
    _luck: dict[Any, Rows] = field(default_factory=dict)

    def __call__(
        self, option: int = 0, reaction: int = 0, future: int = 0, **uncertain: float
    ) -> dict[str, NDArray[np.float64]]:
        """Outcomes at the marks: since the start, or at the end of the week for a level. The future has its luck."""
        try:
            seen = self._run(int(option), int(reaction), int(future), uncertain, float)
        except (ZeroDivisionError, OverflowError, ValueError):
            with np.errstate(all="ignore"):
                seen = self._run(int(option), int(reaction), int(future), uncertain, np.float64)
        places = {
            name: f"{'outcome' if reading == 'level' else 'total'}_{name}" for name, reading in self.readings.items()
        }
        return {name: np.array([each[place] for each in seen]) for name, place in places.items()}

    def _run(
        self, option: int, reaction: int, future: int, uncertain: Mapping[str, float], number: type
    ) -> list[Values]:
        signals = dict(zip(self.inputs.signals, self.inputs.signals_of[reaction].tolist(), strict=True))
        known = {**self._know(uncertain, signals, number), **self._remember(future, uncertain, number)}
        play = self._play("projection", number, self._list_doors(option))
        luck = self._list_luck("projection", future, self.weeks, number)
        seen, _ = play(known, self._list_columns(option, number), luck, self.weeks, self.marks)
        return seen  # a function that was just written

    def _remember(self, future: int, uncertain: Mapping[str, float], number: type) -> Values:
        key = (number, future, *uncertain.values())
        if key not in self._pasts:
            quiet = self._know(uncertain, dict.fromkeys(self.inputs.signals, 0.0), number)
            still = [_to_row(self.inputs.schedules[0, :, 0], number)] * (self.history_weeks + 1)
            luck = self._list_luck("history", future, self.history_weeks, number)
            self._pasts[key] = self._play("history", number)(quiet, still, luck, self.history_weeks, ())[1]
        return self._pasts[key]

    def _know(self, uncertain: Mapping[str, float], signals: Mapping[str, float], number: type) -> Values:
        choices = self.inputs.choices
        return {
            **{f"uncertainty_{name}": number(value) for name, value in uncertain.items() if name not in choices},
            **{f"choice_{name}": int(uncertain[name]) for name in choices},
            **{f"signal_{name}": number(value) for name, value in signals.items()},
        }

    def _play(self, phase: Phase, number: type, doors: Doors = ()) -> Callable[..., Any]:
        key = (phase, number, doors)
        if key not in self._plays:
            self._plays[key] = _write_play(self.model, self.inputs, phase, number, doors)
        return self._plays[key]

    def _list_luck(self, phase: Phase, future: int, weeks: int, number: type) -> Rows:
        """All chances of a phase; those of a future are drawn once."""
        key = (phase, future, number)
        if key not in self._luck:
            chances = make_plan(self.model, self.inputs, phase).chances
            drawn = draw_luck(chances, phase, self.seed, future, weeks, self.model.units.count)
            by_week = (each.tolist() if number is float and each.ndim == 1 else list(each) for each in drawn)
            self._luck[key] = list(zip(*by_week, strict=True))
        return self._luck[key]

    def _list_doors(self, option: int) -> Doors:
        inputs, schedule = self.inputs, self.inputs.schedules[option].tolist()
        return tuple(
            (column, inputs.gates[inputs.options[option], column], base, target - base)
            for column, (base, target, *_) in zip(inputs.columns, schedule, strict=True)
            if (inputs.options[option], column) in inputs.gates
        )

    def _list_columns(self, option: int, number: type) -> Rows:
        """All columns of an option, listed once; where a gate opens one, the share that it has risen."""
        key = (option, number)
        if key not in self._columns:
            schedule = self.inputs.schedules[option].copy()
            gated = [(self.inputs.options[option], column) in self.inputs.gates for column in self.inputs.columns]
            schedule[gated, :2] = (0.0, 1.0)
            weeks = [schedule[:, 0], *(column_at(schedule, week) for week in range(self.weeks))]
            self._columns[key] = [_to_row(week, number) for week in weeks]
        return self._columns[key]


def rebuild(function: Any, words: Words) -> Any:
    """A function of a model, and all that it calls, with other arithmetic."""
    if not isinstance(function, FunctionType):
        return function
    if function.__module__ == arithmetic.__name__:
        return words[function.__name__]
    names = [name for name in function.__code__.co_names if name in function.__globals__]
    scope = {name: rebuild(function.__globals__[name], words) for name in names}
    cells = tuple(CellType(rebuild(cell.cell_contents, words)) for cell in function.__closure__ or ())
    return FunctionType(
        function.__code__, {**function.__globals__, **scope}, function.__name__, function.__defaults__, cells or None
    )


def _write_play(model: Model, inputs: Inputs, phase: Phase, number: type, doors: Doors) -> Callable[..., Any]:
    """The loop over the weeks of a phase, as a Python function: (known, columns, luck, weeks, marks) in."""
    plan, count = make_plan(model, inputs, phase), model.units.count
    calls = [call for stage in plan.calls.values() for call in stage]
    near = {source for call in calls for source in call.sources if source.kind == "near"}
    scope: Values = {
        **(PLAIN if number is float else CAREFUL),
        **{_function(call): rebuild(call.function, _words(call, number)) for call in calls},
        **{f"matrix_{source.of}": _matrix(model, source.of) for source in near},
        **{f"unit_value_{name}": np.asarray(each) for name, each in model.units.values.items()},
        **{f"{kind}_{name}": number(each) for (kind, name), each in plan.fixed.items() if kind in ("fact", "off")},
        **{f"idle_{name}": np.full(count, off) for name, off in plan.idle.items()},
        "number": number,
        "add": lambda each: number(np.add.reduce(each) if isinstance(each, np.ndarray) else each * count),
    }
    exec("\n".join(_list_lines(plan, inputs, doors)), scope)
    return scope["play"]  # a function that was just written


def _list_lines(plan: Plan, inputs: Inputs, doors: Doors) -> Iterator[str]:
    risen = {column for column, *_ in doors}
    columns = "".join(f"{'risen' if name in risen else 'column'}_{name}, " for name in inputs.columns)
    luck = "".join(f"{_name(source)}, " for source in plan.chances)
    kept = [f"{kind}_{name}" for kind in ("unit_stock", "constant", "stock") for name in plan.kept[kind]]
    known = dict.fromkeys(
        _name(source)
        for calls in plan.calls.values()
        for call in calls
        for source in call.sources
        if source.kind in ("uncertainty", "choice", "signal")
    )
    carried = [f"{kind}_{name}" for kind, names in plan.carried.items() for name in names]
    yield "def play(known, columns, luck, weeks, marks):"
    yield from (f"    {name} = known['{name}']" for name in (*known, *carried))
    yield from (f"    total_{name} = number(0)" for name in plan.outcomes)
    yield from (f"    gate_{name} = number(0)" for name in plan.kept["gate"])
    yield "    seen, time_weeks_total, time_week, time_year = [], number(weeks), number(0), number(0)"
    yield f"    {columns}= columns[0]" if columns else "    pass"
    yield f"    {luck}= luck[0]" if luck else "    pass"
    yield from (f"    {line}" for line in _list_opened(plan, doors))
    yield from (f"    {line}" for stage in _STARTS for line in _list_stage(plan, stage))
    yield "    for week in range(marks[-1] if marks else weeks):"
    yield f"        time_week = number(week); time_year = time_week / {WEEKS_PER_YEAR}"
    yield f"        {columns}= columns[week + 1]" if columns else "        pass"
    yield f"        {luck}= luck[week + 1]" if luck else "        pass"
    yield from (f"        {line}" for line in _list_switch(plan, doors))
    yield from (f"        {line}" for stage in _WEEKLY for line in _list_stage(plan, stage))
    yield from (f"        total_{name} += outcome_{name}" for name in plan.outcomes)
    told = [f"{kind}_{name}" for kind in ("outcome", "total") for name in plan.outcomes]
    yield f"        if week + 1 in marks: seen.append({{{_list_pairs(told)}}})"
    yield f"    return seen, {{{_list_pairs(kept)}}}"


def _list_switch(plan: Plan, doors: Doors) -> Iterator[str]:
    """The gates of the week; a switch reads columns as the gates of the week before leave them."""
    read = {source.name for call in plan.calls["switch"] for source in call.sources if source.kind == "column"}
    yield from _list_opened(plan, tuple(door for door in doors if door[0] in read))
    yield from _list_stage(plan, "switch")
    yield from (f"gate_{name} = minimum(maximum(gate_{name}, 0.0), 1.0)" for name in plan.kept["gate"])
    yield from _list_opened(plan, doors)


def _list_opened(plan: Plan, doors: Doors) -> Iterator[str]:
    """Columns as open as their gates."""
    for column, gate, base, change in doors:
        yield f"column_{column} = {base!r} + {change!r} * (risen_{column} * {_name(plan.gates[gate])})"


def _list_stage(plan: Plan, stage: str) -> Iterator[str]:
    """All calls of a stage read what was true before it; then what they give becomes true."""
    calls = plan.calls[stage]
    for source in dict.fromkeys(s for call in calls for s in call.sources if s.kind == "near"):
        yield f"{_name(source)} = matrix_{source.of} @ unit_stock_{source.name}"
    for place, call in enumerate(calls):
        yield f"r{place} = {_function(call)}({', '.join(_name(source) for source in call.sources)})"
    units = stage in UNIT_STAGES
    stock = "unit_stock" if units else "stock"
    for place, call in enumerate(calls):
        for name in call.gives:
            if name in plan.kept[stock]:
                yield f"{stock}_{name} = r{place}.{name}"
            else:
                yield f"{_MAKES[stage]}_{name} = {f'add(r{place}.{name})' if units else f'r{place}.{name}'}"


def _list_pairs(names: list[str]) -> str:
    return ", ".join(f"'{name}': {name}" for name in names)


def _words(call: Call, number: type) -> Words:
    plain = PLAIN if number is float else CAREFUL
    return ARRAYS if call.stage in UNIT_STAGES else plain


def _function(call: Call) -> str:
    return f"{call.stage}_of_{call.mechanism}"


def _to_row(numbers: NDArray[np.float64], number: type) -> tuple[Any, ...]:
    return tuple(number(each) for each in numbers.tolist())


def _name(source: Source) -> str:
    return f"near_{source.of}_{source.name}" if source.kind == "near" else f"{source.kind}_{source.name}"


def _matrix(model: Model, network: str) -> Any:
    starts, columns, weights = model.units.networks[network]
    count = model.units.count
    return csr_matrix((np.asarray(weights, dtype=float), columns, starts), shape=(count, count))
