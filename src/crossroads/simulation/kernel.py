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
from crossroads.simulation.blocks import Integers, Numbers, Tables, arrange, read_seen
from crossroads.simulation.board import make_board
from crossroads.simulation.cache import load_module
from crossroads.simulation.chance import make_key
from crossroads.simulation.contract import Model, Network, Units
from crossroads.simulation.lanes import Kind, Lanes
from crossroads.simulation.layout import WEEKS_PER_YEAR, Floats, Inputs
from crossroads.simulation.plan import Call, Plan, make_plan, place_of
from crossroads.simulation.source import bound_name, groups_of, write_source

WIDTHS: Mapping[str, int] = {"float32": 32, "float64": 16}
_MOST_BLOCKS = 16
"""Blocks that one task lays out at once."""
_TASKS_A_THREAD = 16
"""So many tasks leave no thread idle for long at the end."""


@dataclass(frozen=True)
class History:
    """What the past left, for each future."""

    state: Numbers
    """(futures, values): unit stocks, stocks and constants at the end, in the engine's own order."""
    yearly: Numbers
    """(futures, years, history outcomes): the year's sum, or its last value for a level."""
    outcomes: tuple[str, ...]
    numbers: Integers
    """(futures,): which futures of the whole design these are; the projection has their luck."""


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

    def history(
        self, values: Floats, threads: int | None = None, numbers: Integers | None = None
    ) -> History:
        """Run the past once for each future: `values` is (futures, uncertainties), ordered as the inputs.

        `numbers` are those of the futures in the whole design, which decide their luck; by default their rows.
        """
        count = len(values)
        numbers = np.arange(count) if numbers is None else numbers
        runs = np.zeros((count, 3), dtype=np.int64)
        runs[:, 0] = np.arange(count)
        marks = np.arange(WEEKS_PER_YEAR, self._history_weeks + 1, WEEKS_PER_YEAR)
        state = np.zeros((count, 0))
        seen, handed = self._past.play(
            values, state, runs, marks, (self._history_weeks, self._history_weeks), threads, numbers
        )
        levels = np.array(self._past.levels, dtype=bool)
        before = np.concatenate([np.zeros_like(seen[:, :1]), seen[:, :-1]], axis=1)
        return History(handed, np.where(levels, seen, seen - before), self.history_outcomes, numbers)

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
            values, history.state, np.asarray(runs), weeks, (last, self._weeks), threads, history.numbers
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
    seed: int = 0,
) -> Engine:
    """An engine for a model. `outcomes` are (name, reading); those of mechanisms switched off are left out.

    History outcomes that are not among them add up over a year. `seed` is that of all chances. Raises
    ModelError with everything that the compiler cannot take.
    """
    binder = Binder(precision, width or WIDTHS[precision])
    readings = dict(outcomes)
    history, projection = make_plan(model, inputs, "history"), make_plan(model, inputs, "projection")
    observed = {name: readings.get(name, "total") for name in history.outcomes}
    past = _Phase(model, inputs, history, observed, binder, seed)
    present = _Phase(
        model,
        inputs,
        projection,
        {name: reading for name, reading in outcomes if name in projection.outcomes},
        binder,
        seed,
    )
    return Engine(inputs, past, present, weeks, history_weeks)


class _Phase:
    """One compiled phase."""

    def __init__(
        self, model: Model, inputs: Inputs, plan: Plan, readings: Mapping[str, str], binder: Binder, seed: int
    ) -> None:
        self.outcomes = tuple(readings)
        self.levels = tuple(reading == "level" for reading in readings.values())
        self._width = binder.width
        self._number = np.dtype(binder.kind)
        self._board = make_board(plan, self.outcomes)
        self._tables = Tables(self._board, plan, inputs, model.units.count, binder.width, self._number)
        self._units = _make_units(model.units, self._number)
        self._keys = _own([make_key(seed, mechanism) for mechanism, _ in groups_of(plan)]).reshape(-1, 2)
        self._play = (
            self._compile(plan, binder, len(inputs.uncertainties)) if any(plan.calls.values()) else None
        )

    def play(
        self,
        values: Floats,
        state: Numbers,
        runs: Integers,
        marks: Integers,
        weeks: tuple[int, int],
        threads: int | None,
        numbers: Integers,
    ) -> tuple[Numbers, Numbers]:
        """Outcomes (runs, marks, outcomes) and what each run hands on (runs, values).

        `weeks` are those to run and those of the whole phase.
        """
        seen = np.zeros((len(runs), len(marks), len(self.outcomes)), self._number)
        handed = np.zeros((len(runs), self._tables.handed), self._number)
        if self._play is None:
            return seen, handed
        order = arrange(values[runs[:, 0]][:, self._tables.choices].astype(np.int64), self._width)
        count = threads or os.cpu_count() or 1
        step = max(1, min(_MOST_BLOCKS, len(order.choices) // (_TASKS_A_THREAD * count)))

        def run_from(first: int) -> None:
            part = slice(first * self._width, (first + step) * self._width)
            rows, sources = order.rows[part], order.sources[part]
            got = self._play_blocks(
                self._play, values, state, runs[sources], numbers, marks, weeks, order.choices[first : first + step]
            )
            real = rows >= 0
            seen[rows[real]], handed[rows[real]] = got[0][real], got[1][real]

        firsts = range(0, len(order.choices), step)
        if count == 1:
            for first in firsts:
                run_from(first)
        else:
            with ThreadPoolExecutor(count) as pool:
                list(pool.map(run_from, firsts))
        return seen, handed

    def _play_blocks(
        self,
        play: Any,
        values: Floats,
        state: Numbers,
        runs: Integers,
        numbers: Integers,
        marks: Integers,
        weeks: tuple[int, int],
        choices: Integers,
    ) -> tuple[Numbers, Numbers]:
        """Whole blocks of runs: outcomes and what is handed on."""
        boards, heres, paces = self._tables.make_boards(values, state, runs, weeks[1])
        seen = np.zeros((len(boards), len(marks), len(self.outcomes) * self._width), self._number)
        futures = _own(numbers[runs[:, 0]].reshape(len(boards), self._width), np.int32)
        columns = tuple(_own(each) for each in self._tables.columns)
        integers = (futures, _own(choices), columns, weeks[0], _own(marks))
        play(boards, heres, paces, *integers, *self._units, self._keys, seen)
        return read_seen(seen, self._width), self._tables.read_state(boards, heres)

    def _compile(self, plan: Plan, binder: Binder, uncertainties: int) -> Any:
        """The compiled `play`. Nothing is compiled later, so that no run is ever slow for a reason unseen."""
        calls = [call for stage in plan.calls.values() for call in stage]
        scope = {bound_name(call): binder.bind(call.function) for call in calls}
        source = write_source(plan, self._board, self.levels, binder.kind, binder.width)
        described = "\n".join(f"{bound_name(call)}: {describe(call.function)}" for call in calls)
        play = load_module(source, described, {**scope, "lift": binder.lift, "draw": binder.draw}).play
        none, nobody = np.zeros((0, 3), dtype=np.int64), np.zeros((0, uncertainties))
        carried, stocks = self._board.carried(plan)
        state = np.zeros((0, len(carried) + len(stocks) * self._units[0].shape[1]))
        choices = none[:, : len(self._tables.choices)]
        try:
            self._play_blocks(play, nobody, state, none, none[:, 0], none[:, 0], (0, 0), choices)
        except NumbaError as error:
            raise ModelError(list(_explain(calls, scope, binder)) or [_blame(plan, error)]) from error
        play.disable_compile()
        return play


def _make_units(units: Units, number: np.dtype[Any]) -> tuple[NDArray[Any], tuple[Network, ...]]:
    """Unit values (values, units), and the sparse matrices of the networks by rows."""
    values = np.array([np.asarray(each, dtype=float) for each in units.values.values()])
    table = values.reshape(len(units.values), units.count)
    networks = tuple(
        (_own(starts, np.uintp), _own(columns, np.uintp), _own(weights, number))
        for starts, columns, weights in units.networks.values()
    )
    return _own(table, number), networks


def _explain(calls: Sequence[Call], scope: Mapping[str, Any], binder: Binder) -> Iterator[Problem]:
    """The functions that cannot be compiled by themselves."""
    lanes = Lanes(binder.kind, binder.width)
    for call in calls:
        try:
            scope[bound_name(call)].compile(
                tuple(int64 if s.kind == "choice" else lanes for s in call.sources)
            )
        except NumbaError as error:
            what = f"cannot be compiled: {_shorten(error)}"
            yield Problem(
                place_of(call.function), what, "Write it with the arithmetic that contract.py names."
            )


def _blame(plan: Plan, error: NumbaError) -> Problem:
    what = f"cannot be compiled: {_shorten(error)}"
    return Problem(Place(f"{plan.phase} kernel"), what, "Run the model in plain Python to see what is wrong.")


def _shorten(error: NumbaError) -> str:
    return " ".join(str(error).split())[:300]


def _own(numbers: Any, kind: Any = np.int64) -> NDArray[Any]:
    """In one piece and writable, for the compiler tells such arrays from others."""
    owned: NDArray[Any] = np.require(numbers, dtype=kind, requirements=["C", "W"])
    return owned
