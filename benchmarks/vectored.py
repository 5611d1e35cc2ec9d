"""Any model of the contract run one run at a time, its units in NumPy arrays: what one would give a peer to run.

The mechanisms' own functions are called once a week from one loop over plain names; where they name the arithmetic of
models, those of units get NumPy's, all others that of plain floats. `crossroads.simulation.scalar` says what a run
means. Chance is not known here.
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

from crossroads.simulation import arithmetic
from crossroads.simulation.contract import Model
from crossroads.simulation.layout import WEEKS_PER_YEAR, Inputs, column_at
from crossroads.simulation.plan import UNIT_STAGES, Call, Phase, Plan, Source, make_plan

Values = dict[str, Any]
"""Values of a run by the names that they have in the loop."""
Words = Mapping[str, Callable[..., Any]]
Rows = list[tuple[float, ...]]
"""Values of all columns, week by week."""

_STARTS = ("unit_start", "sum_up", "gauge", "derive", "start")
_WEEKLY = ("before", "unit", "after", "sum_up")
_MAKES = {
    "derive": "constant",
    "start": "stock",
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
    _plays: dict[Any, Callable[..., Any]] = field(default_factory=dict)
    _pasts: dict[Any, Values] = field(default_factory=dict)
    _columns: dict[int, Rows] = field(default_factory=dict)

    def __call__(self, option: int = 0, reaction: int = 0, **uncertain: float) -> dict[str, NDArray[np.float64]]:
        """Outcomes at the marks: since the start, or at the end of the week for a level."""
        try:
            seen = self._run(int(option), int(reaction), uncertain, float)
        except (ZeroDivisionError, OverflowError, ValueError):
            with np.errstate(all="ignore"):
                seen = self._run(int(option), int(reaction), uncertain, np.float64)
        places = {
            name: f"{'outcome' if reading == 'level' else 'total'}_{name}" for name, reading in self.readings.items()
        }
        return {name: np.array([each[place] for each in seen]) for name, place in places.items()}

    def _run(self, option: int, reaction: int, uncertain: Mapping[str, float], number: type) -> list[Values]:
        signals = dict(zip(self.inputs.signals, self.inputs.signals_of[reaction].tolist(), strict=True))
        known = {**self._know(uncertain, signals, number), **self._remember(uncertain, number)}
        seen, _ = self._play("projection", number)(known, self._list_columns(option), self.weeks, self.marks)
        return seen  # a function that was just written

    def _remember(self, uncertain: Mapping[str, float], number: type) -> Values:
        key = (number, *uncertain.values())
        if key not in self._pasts:
            quiet = self._know(uncertain, dict.fromkeys(self.inputs.signals, 0.0), number)
            still = [tuple(self.inputs.schedules[0, :, 0].tolist())] * self.history_weeks
            self._pasts[key] = self._play("history", number)(quiet, still, self.history_weeks, ())[1]
        return self._pasts[key]

    def _know(self, uncertain: Mapping[str, float], signals: Mapping[str, float], number: type) -> Values:
        choices = self.inputs.choices
        return {
            **{f"uncertainty_{name}": number(value) for name, value in uncertain.items() if name not in choices},
            **{f"choice_{name}": int(uncertain[name]) for name in choices},
            **{f"signal_{name}": number(value) for name, value in signals.items()},
        }

    def _play(self, phase: Phase, number: type) -> Callable[..., Any]:
        if (phase, number) not in self._plays:
            self._plays[phase, number] = _write_play(self.model, self.inputs, phase, number)
        return self._plays[phase, number]

    def _list_columns(self, option: int) -> Rows:
        """All columns by week; those of an option are worked out once."""
        if option not in self._columns:
            schedule = self.inputs.schedules[option]
            self._columns[option] = [tuple(column_at(schedule, week).tolist()) for week in range(self.weeks)]
        return self._columns[option]


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


def _write_play(model: Model, inputs: Inputs, phase: Phase, number: type) -> Callable[..., Any]:
    """The loop over the weeks of a phase, as a Python function: (known, columns by week, weeks, marks) in."""
    plan, count = make_plan(model, inputs, phase), model.units.count
    calls = [call for stage in plan.calls.values() for call in stage]
    near = {source for call in calls for source in call.sources if source.kind == "near"}
    scope: Values = {
        **{_function(call): rebuild(call.function, _words(call, number)) for call in calls},
        **{f"matrix_{source.of}": _matrix(model, source.of) for source in near},
        **{f"unit_value_{name}": np.asarray(each) for name, each in model.units.values.items()},
        **{f"{kind}_{name}": number(each) for (kind, name), each in plan.fixed.items() if kind in ("fact", "off")},
        **{f"idle_{name}": np.full(count, off) for name, off in plan.idle.items()},
        "number": number,
        "add": lambda each: number(each.sum() if isinstance(each, np.ndarray) else each * count),
    }
    exec("\n".join(_list_lines(plan, inputs)), scope)
    return scope["play"]  # a function that was just written


def _list_lines(plan: Plan, inputs: Inputs) -> Iterator[str]:
    columns = "".join(f"column_{name}, " for name in inputs.columns)
    kept = [f"{kind}_{name}" for kind in ("unit_stock", "constant", "stock") for name in plan.kept[kind]]
    known = dict.fromkeys(
        _name(source)
        for calls in plan.calls.values()
        for call in calls
        for source in call.sources
        if source.kind in ("uncertainty", "choice", "signal")
    )
    carried = [f"{kind}_{name}" for kind, names in plan.carried.items() for name in names]
    yield "def play(known, columns, weeks, marks):"
    yield from (f"    {name} = known['{name}']" for name in (*known, *carried))
    yield from (f"    total_{name} = number(0)" for name in plan.outcomes)
    yield "    seen, time_weeks_total, time_week, time_year = [], number(weeks), number(0), number(0)"
    yield f"    {columns}= columns[0]" if columns else "    pass"
    yield from (f"    {line}" for stage in _STARTS for line in _list_stage(plan, stage))
    yield "    for week in range(marks[-1] if marks else weeks):"
    yield f"        time_week = number(week); time_year = time_week / {WEEKS_PER_YEAR}"
    yield f"        {columns}= columns[week]" if columns else "        pass"
    yield from (f"        {line}" for stage in _WEEKLY for line in _list_stage(plan, stage))
    yield from (f"        total_{name} += outcome_{name}" for name in plan.outcomes)
    told = [f"{kind}_{name}" for kind in ("outcome", "total") for name in plan.outcomes]
    yield f"        if week + 1 in marks: seen.append({{{_list_pairs(told)}}})"
    yield f"    return seen, {{{_list_pairs(kept)}}}"


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


def _name(source: Source) -> str:
    return f"near_{source.of}_{source.name}" if source.kind == "near" else f"{source.kind}_{source.name}"


def _matrix(model: Model, network: str) -> Any:
    starts, columns, weights = model.units.networks[network]
    count = model.units.count
    return csr_matrix((np.asarray(weights, dtype=float), columns, starts), shape=(count, count))
