"""A model compiled for ensembles: blocks of runs as SIMD lanes, spread over threads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import int64
from numba.core.errors import NumbaError
from numpy.typing import NDArray

from crossroads.errors import ModelError, Place, Problem
from crossroads.simulation.binding import Binder, describe
from crossroads.simulation.board import Board, make_board
from crossroads.simulation.blocks import Tables
from crossroads.simulation.cache import load_module
from crossroads.simulation.contract import Model
from crossroads.simulation.lanes import Kind, Lanes
from crossroads.simulation.layout import WEEKS_PER_YEAR, Floats, Inputs
from crossroads.simulation.plan import UNIT_STAGES, Call, Plan, make_plan, place_of
from crossroads.simulation.source import bound_name, write_source

WIDTHS: Mapping[str, int] = {"float32": 64, "float64": 16}
Integers = NDArray[np.integer[Any]]
Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class History:
    """What the past left, for each future."""

    state: Numbers
    """(futures, values): unit stocks, stocks and constants at the end, in the engine's own order."""
    yearly: Numbers
    """(futures, years, history outcomes): the year's sum, or its last value for a level."""
    outcomes: tuple[str, ...]


class Engine:
    """A compiled model. `outcomes` and `history_outcomes` name the last axis of what it gives."""

    def __init__(self, inputs: Inputs, past: _Phase, present: _Phase, weeks: int, history_weeks: int) -> None:
        """Made by `compile_model`."""
        self._inputs = inputs
        self._past = past
        self._present = present
        self._weeks = weeks
        self._history_weeks = history_weeks
        self.outcomes = present.outcomes
        self.history_outcomes = past.outcomes

    def history(self, values: Floats, threads: int | None = None) -> History:
        """Run the past once for each future: `values` is (futures, uncertainties), ordered as the inputs."""
        count = len(values)
        runs = np.zeros((count, 3), dtype=np.int64)
        runs[:, 0] = np.arange(count)
        marks = np.arange(WEEKS_PER_YEAR, self._history_weeks + 1, WEEKS_PER_YEAR)
        state = np.zeros((count, 0))
        seen, handed = self._past.play(values, state, runs, marks, self._history_weeks, threads)
        levels = np.array(self._past.levels, dtype=bool)
        before = np.concatenate([np.zeros_like(seen[:, :1]), seen[:, :-1]], axis=1)
        return History(handed, np.where(levels, seen, seen - before), self.history_outcomes)

    def project(
        self,
        values: Floats,
        history: History,
        runs: Integers,
        marks: Sequence[int] | Integers,
        threads: int | None = None,
    ) -> Numbers:
        """Run the future: (runs, marks, outcomes), since the start or, for a level, at the end of the week.

        `runs` is (n, 3): row of `values` and `history`, option, reaction; `marks` are ascending weeks from 1.
        What goes wrong in one run is not a number there and touches no other.
        """
        weeks = np.asarray(marks, dtype=np.int64)
        if np.any(np.diff(weeks, prepend=0) < 1) or np.any(weeks > self._weeks):
            raise ValueError(f"marks must ascend from 1 to at most {self._weeks}")
        last = int(weeks[-1]) if len(weeks) else 0
        seen, _ = self._present.play(
            values, history.state, np.asarray(runs), weeks, last, threads, self._weeks
        )
        return seen


def compile_model(
    model: Model,
    inputs: Inputs,
    outcomes: Sequence[tuple[str, str]],
    weeks: int,
    history_weeks: int = 0,
    precision: Kind = "float32",
    width: int | None = None,
) -> Engine:
    """An engine for a model. `outcomes` are (name, reading); those of mechanisms switched off are left out.

    History outcomes that are not among them add up over a year. Raises ModelError with everything that the
    compiler cannot take.
    """
    binder = Binder(precision, width or WIDTHS[precision])
    readings = dict(outcomes)
    history, projection = make_plan(model, inputs, "history"), make_plan(model, inputs, "projection")
    past = _Phase(
        model, inputs, history, {name: readings.get(name, "total") for name in history.outcomes}, binder
    )
    present = _Phase(
        model,
        inputs,
        projection,
        {name: reading for name, reading in outcomes if name in projection.outcomes},
        binder,
    )
    return Engine(inputs, past, present, weeks, history_weeks)


class _Phase:
    """One compiled phase."""

    def __init__(
        self, model: Model, inputs: Inputs, plan: Plan, readings: Mapping[str, str], binder: Binder
    ) -> None:
        self.outcomes = tuple(readings)
        self.levels = tuple(reading == "level" for reading in readings.values())
        self._model = model
        self._inputs = inputs
        self._board = make_board(plan, self.outcomes)
        self._fixed = {
            (s.kind, s.name): s.value for calls in plan.calls.values() for call in calls for s in call.sources
        }
        self._idle = plan.idle
        self._handed = _count_handed(self._board, plan, model.units.count)
        self._width = binder.width
        self._number = np.dtype(binder.kind)
        self._play = self._compile(plan, binder)

    def play(
        self,
        values: Floats,
        state: Numbers,
        runs: Integers,
        marks: Integers,
        weeks: int,
        threads: int | None,
        weeks_total: int | None = None,
    ) -> tuple[Numbers, Numbers]:
        """Outcomes (runs, marks, outcomes) and what each run hands on (runs, values)."""
        tables = self._lay_out(values, state, runs, marks)
        seen, handed = self._make_results(len(runs), len(marks))
        blocks = len(tables.choice)
        count = threads or os.cpu_count() or 1
        step = max(1, min(16, blocks // (4 * count)))
        total = float(weeks if weeks_total is None else weeks_total)

        def run_from(first: int) -> None:
            self._play(first, min(first + step, blocks), weeks, total, tables, seen, handed)

        firsts = range(0, blocks, step)
        if count == 1:
            for first in firsts:
                run_from(first)
        else:
            with ThreadPoolExecutor(count) as pool:
                list(pool.map(run_from, firsts))
        return seen, handed

    def _make_results(self, runs: int, marks: int) -> tuple[Numbers, Numbers]:
        return (
            np.zeros((runs, marks, len(self.outcomes)), self._number),
            np.zeros((runs, self._handed), self._number),
        )

    def _lay_out(self, values: Floats, state: Numbers, runs: Integers, marks: Integers) -> Tables:
        board, inputs = self._board, self._inputs
        column = [inputs.columns.index(name) for name in board.columns]
        schedules = inputs.schedules[:, column]
        changed = np.flatnonzero((schedules[..., 0] != schedules[..., 1]).any(axis=0))
        names = {name: place for place, name in enumerate(inputs.uncertainties)}
        chosen = values[:, [names[name] for name in board.choices]].astype(np.int64)
        rows, source, choice = _arrange(chosen[runs[:, 0]], self._width)
        units = self._model.units
        starts, neighbour, weight = units.neighbours or (np.zeros(units.count + 1), (), ())
        return Tables(
            known=self._cast(values[:, [names[name] for kind, name in board.known if kind == "uncertainty"]]),
            signals=self._cast(
                inputs.signals_of[
                    :, [inputs.signals.index(name) for kind, name in board.known if kind == "signal"]
                ]
            ),
            fixed=self._cast([self._fixed[key] for key in board.fixed]),
            bases=self._cast(schedules[0, :, 0]),
            steps=self._cast(schedules[:, changed]),
            changed=_own(changed),
            state=self._cast(state),
            idle=self._cast(list(self._idle.values())),
            unit_values=self._cast(
                np.array([np.asarray(each, dtype=float) for each in units.values.values()]).reshape(
                    len(units.values), units.count
                )
            ),
            starts=_own(starts),
            neighbour=_own(neighbour),
            weight=self._cast(weight),
            rows=_own(rows),
            future=_own(runs[source, 0]),
            option=_own(runs[source, 1]),
            reaction=_own(runs[source, 2]),
            choice=_own(choice),
            marks=_own(marks),
        )

    def _cast(self, numbers: Any) -> Numbers:
        return _own(numbers, self._number)

    def _compile(self, plan: Plan, binder: Binder) -> Any:
        """The compiled `play`. Nothing is compiled later, so that no run is ever slow for a reason unseen."""
        calls = [call for stage in plan.calls.values() for call in stage]
        scope = {bound_name(call): binder.bind(call.function, call.stage in UNIT_STAGES) for call in calls}
        source = write_source(plan, self._board, self.levels, binder.kind, binder.width)
        described = "\n".join(f"{bound_name(call)}: {describe(call.function)}" for call in calls)
        play = load_module(source, described, {**scope, "lift": binder.lift}).play
        none = np.zeros((0, 3), dtype=np.int64)
        state = np.zeros((0, sum(map(len, self._board.carried(plan)))))
        tables = self._lay_out(np.zeros((0, len(self._inputs.uncertainties))), state, none, none[:, 0])
        try:
            play(0, 0, 0, 0.0, tables, *self._make_results(0, 0))
        except NumbaError as error:
            raise ModelError(list(_explain(calls, scope, binder)) or [_blame(plan, error)]) from error
        play.disable_compile()
        return play


def _explain(calls: Sequence[Call], scope: Mapping[str, Any], binder: Binder) -> Iterator[Problem]:
    """The functions that cannot be compiled by themselves."""
    lanes = Lanes(binder.kind, binder.width)
    for call in calls:
        try:
            scope[bound_name(call)].compile(
                tuple(int64 if s.kind == "choice" else lanes for s in call.sources)
            )
        except NumbaError as error:
            yield Problem(
                place_of(call.function),
                f"cannot be compiled: {_shorten(error)}",
                "Write it with the arithmetic that contract.py names.",
            )


def _blame(plan: Plan, error: NumbaError) -> Problem:
    return Problem(
        Place(f"{plan.phase} kernel"),
        f"cannot be compiled: {_shorten(error)}",
        "Run the model in plain Python to see what is wrong.",
    )


def _shorten(error: NumbaError) -> str:
    return " ".join(str(error).split())[:300]


def _own(numbers: Any, kind: Any = np.int64) -> NDArray[Any]:
    """In one piece and writable, for the compiler tells such arrays from others."""
    owned: NDArray[Any] = np.require(numbers, dtype=kind, requirements=["C", "W"])
    return owned


def _count_handed(board: Board, plan: Plan, units: int) -> int:
    scalars, stocks = board.handed(plan)
    return len(scalars) + len(stocks) * units


def _arrange(chosen: Integers, width: int) -> tuple[Integers, Integers, Integers]:
    """Runs in blocks of one combination of choices: result rows (-1 to fill), sources, choices by block."""
    combinations, inverse = np.unique(chosen, axis=0, return_inverse=True)
    rows, sources, choices = [], [], []
    for code, combination in enumerate(combinations):
        members = np.flatnonzero(inverse.ravel() == code)
        blocks = -(-len(members) // width)
        padding = blocks * width - len(members)
        rows.append(np.concatenate([members, np.full(padding, -1)]))
        sources.append(np.concatenate([members, np.full(padding, members[-1])]))
        choices.append(np.tile(combination, (blocks, 1)))
    if not rows:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, chosen.shape[1]), np.int64)
    return np.concatenate(rows), np.concatenate(sources), np.concatenate(choices)
