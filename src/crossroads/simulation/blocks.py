"""Runs laid out for the compiled engine: blocks of runs side by side, and back.

A block is `width` runs with the same structural choices. Its board is a row of places, each `width` numbers
side by side; its unit stocks lie beside one another in the same way, unit by unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from crossroads.simulation.board import Board
from crossroads.simulation.layout import Floats, Inputs
from crossroads.simulation.plan import Plan

Integers = NDArray[np.integer[Any]]
Numbers = NDArray[np.floating[Any]]

PACE = 6
"""What a block knows of each changed column: baseline, difference, start, ramp, end, and its gate: 0 for none, or the
number of the gate among those that open something, from 1."""


@dataclass(frozen=True)
class Order:
    """Which run stands where. The last block of each combination of choices is filled with its last run."""

    rows: Integers
    """(blocks * width): row of the result, -1 where a run only fills."""
    sources: Integers
    """(blocks * width): row of the runs."""
    choices: Integers
    """(blocks, choices)."""


def arrange(chosen: Integers, width: int) -> Order:
    """The order of runs that chose (runs, choices)."""
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
        nothing = np.zeros(0, np.int64)
        return Order(nothing, nothing, np.zeros((0, chosen.shape[1]), np.int64))
    return Order(np.concatenate(rows), np.concatenate(sources), np.concatenate(choices))


class Columns(NamedTuple):
    """The columns that change: `free`, `watched` and `gated` are places in `changed`."""

    changed: Integers
    """Places among the columns of the board."""
    free: Integers
    """Those that no option gates."""
    watched: Integers
    """Gated ones that a switch reads."""
    gated: Integers
    """Those that some option gates."""
    gates: Integers
    """Places on the board of the gates that open something, in the order of their numbers."""


class Tables:
    """Everything that the runs of a phase read, and the way onto the boards of blocks and back."""

    def __init__(
        self, board: Board, plan: Plan, inputs: Inputs, units: int, width: int, number: np.dtype[Any]
    ) -> None:
        """Of one phase of a model with so many units. The past knows no option and no opening."""
        self._board = board
        self._units = units
        self._width = width
        self._number = number
        place = {name: row for row, name in enumerate(inputs.uncertainties)}
        self._uncertain = [place[name] for kind, name in board.known if kind == "uncertainty"]
        self.choices = [place[name] for name in board.choices]
        signals = [inputs.signals.index(name) for kind, name in board.known if kind == "signal"]
        acting = plan.phase == "projection"
        self._signals = inputs.signals_of[:, signals] * acting
        schedules = inputs.schedules[:, [inputs.columns.index(name) for name in board.columns]]
        self._bases = schedules[0, :, 0]
        differs = (schedules[..., 0] != schedules[..., 1]).any(axis=0)
        changed = np.flatnonzero(differs & acting)
        numbers = _number_gates(inputs, [board.columns[place] for place in changed])
        self._pace = _make_pace(schedules[:, changed], numbers)
        self.columns = _make_columns(board, plan, inputs, changed, numbers)
        self._fixed = np.array([plan.fixed[key] for key in board.fixed])
        self._idle = np.array([plan.idle[name] for name in board.idle])
        self._carried, self._handed = board.carried(plan), board.handed(plan)
        self.handed = len(self._handed[0]) + len(self._handed[1]) * units

    def make_boards(
        self, values: Floats, state: Numbers, runs: Integers, weeks: float
    ) -> tuple[Numbers, ...]:
        """Boards, unit stocks and paces of whole blocks of runs: arrays of (blocks, places * width)."""
        future, option, reaction = runs.T
        blocks = len(runs) // self._width
        board = self._board
        boards = self._make_empty(blocks, board.size)
        known = np.concatenate([values[future][:, self._uncertain], self._signals[reaction]], axis=1)
        boards[:, : len(board.known)] = self._turn(known)
        boards[:, len(board.known) : board.time] = self._fixed[:, None]
        boards[:, board.time + 2] = weeks
        boards[:, board.time + 3 : board.time + 3 + len(self._bases)] = self._bases[:, None]
        scalars, stocks = self._carried
        boards[:, scalars] = self._turn(state[future, : len(scalars)])
        heres = self._make_empty(blocks, self._units * len(board.unit_stocks))
        by_unit = heres.reshape(blocks, self._units, len(board.unit_stocks), self._width)
        carried = self._turn(state[future, len(scalars) :])
        by_unit[:, :, stocks] = carried.reshape(blocks, len(stocks), self._units, self._width).swapaxes(1, 2)
        by_unit[:, :, len(board.unit_stocks) - len(self._idle) :] = self._idle[:, None]
        paces = self._make_empty(blocks, PACE * len(self.columns.changed))
        paces[:] = self._turn(self._pace[option])
        return _flatten(boards), _flatten(heres), _flatten(paces)

    def read_state(self, boards: Numbers, heres: Numbers) -> Numbers:
        """What blocks hand on: (runs, values), in the order in which `make_boards` takes it."""
        blocks = len(boards)
        scalars, stocks = self._handed
        first = boards.reshape(blocks, self._board.size, self._width)[:, scalars]
        by_unit = heres.reshape(blocks, self._units, len(self._board.unit_stocks), self._width)[:, :, stocks]
        second = by_unit.swapaxes(1, 2).reshape(blocks, len(stocks) * self._units, self._width)
        both = np.concatenate([first, second], axis=1)
        return both.swapaxes(1, 2).reshape(blocks * self._width, self.handed)

    def _turn(self, table: Floats | Numbers) -> Numbers:
        """(runs, values) as (blocks, values, width)."""
        return table.reshape(len(table) // self._width, self._width, table.shape[1]).swapaxes(1, 2)

    def _make_empty(self, blocks: int, places: int) -> Numbers:
        """Zeros (blocks, places, width) that begin at a multiple of 64 bytes."""
        count = blocks * places * self._width
        room = np.zeros(count + 64, self._number)
        skip = -room.ctypes.data % 64 // room.itemsize
        return room[skip : skip + count].reshape(blocks, places, self._width)


def read_seen(seen: Numbers, width: int) -> Numbers:
    """(blocks, marks, outcomes * width) as (runs, marks, outcomes)."""
    blocks, marks, numbers = seen.shape
    outcomes = numbers // width
    by_run = np.moveaxis(seen.reshape(blocks, marks, outcomes, width), 3, 1)
    return by_run.reshape(blocks * width, marks, outcomes)


def _flatten(table: Numbers) -> Numbers:
    return table.reshape(len(table), table.shape[1] * table.shape[2])


def _make_columns(board: Board, plan: Plan, inputs: Inputs, changed: Integers, numbers: Floats) -> Columns:
    """`changed` are places among the columns of the board; `numbers` (options, changed) those of their gates."""
    gated = np.asarray(numbers.any(axis=0))
    seen = {source.name for call in plan.calls["switch"] for source in call.sources if source.kind == "column"}
    watched = np.array([board.columns[place] in seen for place in changed], dtype=bool)
    found = [plan.gates[name] for name in _list_gates(inputs)] if len(changed) else []
    gates = [board.places[(source.kind, source.name)] for source in found]
    free, both, all_gated = (np.flatnonzero(each) for each in (~gated, gated & watched, gated))
    return Columns(changed, free, both, all_gated, np.array(gates, dtype=np.int64))


def _list_gates(inputs: Inputs) -> list[str]:
    """The gates that open something, each once."""
    return list(dict.fromkeys(inputs.gates.values()))


def _number_gates(inputs: Inputs, columns: Sequence[str]) -> Floats:
    """(options, columns): the number of the gate from 1, or 0."""
    gates = _list_gates(inputs)
    names = [[inputs.gates.get((option, column)) for column in columns] for option in inputs.options]
    rows = [[0 if name is None else gates.index(name) + 1 for name in row] for row in names]
    return np.array(rows, dtype=float).reshape(len(inputs.options), len(columns))


def _make_pace(schedules: Floats, gates: Floats) -> Floats:
    """(options, columns, 5) of Inputs and gates as (options, columns * PACE): target less baseline, no ramp below 1."""
    pace = np.concatenate([schedules, gates[..., None]], axis=2)
    pace[..., 1] -= pace[..., 0]
    pace[..., 3] = np.maximum(pace[..., 3], 1.0)
    return pace.reshape(len(pace), pace.shape[1] * PACE)
