"""What is the same in every compiled model: how a block of runs begins, and what it leaves.

A block is `width` runs; a board is a flat array in which every value has `width` places side by side.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from crossroads.simulation.contract import Function
from crossroads.simulation.layout import WEEKS_PER_YEAR
from crossroads.simulation.toolkit import njit

_YEAR = float(WEEKS_PER_YEAR)


def part(function: Function) -> Any:
    """Compiled as a part of a kernel, never called from Python."""
    return njit(function, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)


class Tables(NamedTuple):
    """What the runs read. Numbers are in the precision of the engine; n is blocks times width."""

    known: Any
    """(futures, uncertainties that are read)."""
    signals: Any
    """(reactions, signals that are read)."""
    fixed: Any
    """(facts and what is switched off)."""
    bases: Any
    """(columns that are read): baseline values."""
    steps: Any
    """(options, columns that any option changes, 5): as in Inputs.schedules."""
    changed: Any
    """(columns that any option changes): place among the columns that are read."""
    state: Any
    """(futures, values): what the history left."""
    idle: Any
    """(idle unit stocks): off values."""
    unit_values: Any
    """(unit values, units)."""
    starts: Any
    neighbour: Any
    weight: Any
    rows: Any
    """(n): row of the result, -1 for a run that only fills a block."""
    future: Any
    option: Any
    reaction: Any
    choice: Any
    """(blocks, structural choices that are read)."""
    marks: Any


@part
def aligned(count: Any, number: Any) -> Any:
    """An array of zeros that begins at a multiple of 64 bytes."""
    room = np.zeros(count + 64, number)
    skip = (64 - room.ctypes.data % 64) % 64 // room.itemsize
    return room[skip : skip + count]


@part
def begin(
    board: Any, pace: Any, tables: Any, run: Any, width: Any, fixed: Any, time: Any, columns: Any, weeks: Any
) -> None:
    """Put what each run of a block knows on the board, with levers at the baseline and the first week."""
    uncertain = tables.known.shape[1]
    for lane in range(width):
        future, reaction = tables.future[run + lane], tables.reaction[run + lane]
        for k in range(uncertain):
            board[k * width + lane] = tables.known[future, k]
        for k in range(tables.signals.shape[1]):
            board[(uncertain + k) * width + lane] = tables.signals[reaction, k]
        for k in range(len(tables.fixed)):
            board[(fixed + k) * width + lane] = tables.fixed[k]
        board[time * width + lane] = 0
        board[(time + 1) * width + lane] = 0
        board[(time + 2) * width + lane] = weeks
        for k in range(len(tables.bases)):
            board[(columns + k) * width + lane] = tables.bases[k]
        _set_pace(pace, tables, tables.option[run + lane], lane, width)


@part
def _set_pace(pace: Any, tables: Any, option: Any, lane: Any, width: Any) -> None:
    """Difference, start, ramp and end of each changed column of one run."""
    for k in range(len(tables.changed)):
        step = tables.steps[option, k]
        pace[4 * k * width + lane] = step[1] - step[0]
        pace[(4 * k + 1) * width + lane] = step[2]
        pace[(4 * k + 2) * width + lane] = max(step[3], 1)
        pace[(4 * k + 3) * width + lane] = step[4]


@part
def set_week(board: Any, pace: Any, tables: Any, week: Any, width: Any, time: Any, columns: Any) -> None:
    """Time and lever columns of a week."""
    for lane in range(width):
        board[time * width + lane] = week
        board[(time + 1) * width + lane] = week / _YEAR
    for k in range(len(tables.changed)):
        place = tables.changed[k]
        base = tables.bases[place]
        for lane in range(width):
            start, ramp = pace[(4 * k + 1) * width + lane], pace[(4 * k + 2) * width + lane]
            risen = min((week - start + 1) / ramp, 1)
            out = week < start or week >= pace[(4 * k + 3) * width + lane]
            board[(columns + place) * width + lane] = base + (
                0 if out else pace[4 * k * width + lane] * risen
            )


@part
def fill_state(
    board: Any, here: Any, tables: Any, run: Any, width: Any, stocks: Any, scalars: Any, carried: Any
) -> None:
    """Put in place what the history left of each run's future, and idle unit stocks at their off values."""
    units = tables.unit_values.shape[1]
    idle = len(tables.idle)
    for lane in range(width):
        future = tables.future[run + lane]
        for k in range(len(scalars)):
            board[scalars[k] * width + lane] = tables.state[future, k]
        for unit in range(units):
            for k in range(len(carried)):
                place = (unit * stocks + carried[k]) * width + lane
                here[place] = tables.state[future, len(scalars) + k * units + unit]
            for k in range(idle):
                here[(unit * stocks + stocks - idle + k) * width + lane] = tables.idle[k]


@part
def keep_state(
    board: Any,
    here: Any,
    tables: Any,
    handed: Any,
    run: Any,
    width: Any,
    stocks: Any,
    scalars: Any,
    carried: Any,
) -> None:
    """What a block hands on, by row of the result."""
    units = tables.unit_values.shape[1]
    for lane in range(width):
        row = tables.rows[run + lane]
        if row < 0:
            continue
        for k in range(len(scalars)):
            handed[row, k] = board[scalars[k] * width + lane]
        for k in range(len(carried)):
            for unit in range(units):
                handed[row, len(scalars) + k * units + unit] = here[
                    (unit * stocks + carried[k]) * width + lane
                ]


@part
def read_marks(board: Any, tables: Any, seen: Any, mark: Any, run: Any, width: Any, totals: Any) -> None:
    """Outcomes of a block at a mark, by row of the result."""
    for lane in range(width):
        row = tables.rows[run + lane]
        if row >= 0:
            for k in range(seen.shape[2]):
                seen[row, mark, k] = board[(totals + k) * width + lane]
