"""The Python source of one phase of a model, with the runs as lanes.

Every value that has a name lies at a place on a board, one flat array of lanes; unit stocks lie in a second
one, unit by unit. A stage loads what its calls read, calls the functions of the mechanisms, and puts back what
they give. `play` runs blocks of runs from their start to the last mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from crossroads.simulation.board import Board, Key
from crossroads.simulation.plan import UNIT_STAGES, Call, Plan

_INNER = ("unit_value", "unit_stock", "idle", "near")
_MAKES = {
    "derive": "constant",
    "start": "stock",
    "before": "rate",
    "gauge": "gauge",
    "sum_up": "sum",
    "fused": "next sum",
    "unit": "flow",
}
"""Stage to the kind of what it gives beside unit stocks; sums made along with the units wait."""

_PLAIN = "board, choice"
_UNITS = "board, here, there, choice, unit_values, starts, neighbour, weight"


def write_source(plan: Plan, board: Board, levels: Sequence[bool], kind: str, width: int) -> str:
    """The source of a module with `play`. `levels` tells which of the outcomes read are levels."""
    writer = _Writer(plan, board)
    places = board.places
    constants = {
        "W": width,
        "STOCKS": len(board.unit_stocks),
        "SIZE": board.size,
        "READ": board.read,
        "FIXED": len(board.known),
        "TIME": places[("time", "week")],
        "COLUMNS": places[("time", "week")] + 3,
        "TOTALS": board.size - 2 * board.read,
    }
    lists = {"CARRIED": board.carried(plan), "HANDED": board.handed(plan)}
    head = [
        _HEAD,
        *(f"{name} = {value}" for name, value in constants.items()),
        *(
            f"{name}{suffix} = np.array({values}, np.int64)"
            for name, pair in lists.items()
            for suffix, values in zip(("", "_UNITS"), pair, strict=True)
        ),
        f"Number = np.{kind}",
    ]
    stages = [writer.write_stage(stage) for stage in ("derive", "start", "before", "after")]
    units = [writer.write_units(stage) for stage in ("unit_start", "sum_up", "gauge", "unit")]
    parts = [
        "\n".join(head),
        *stages,
        *units,
        writer.write_settle(),
        writer.write_tally(levels),
        writer.write_play(),
    ]
    return "\n\n\n".join(parts) + "\n"


def bound_name(call: Call) -> str:
    """The name under which a mechanism's function stands in the module."""
    return re.sub(r"\W", "_", f"{call.stage}_of_{call.mechanism}")


class _Writer:
    """Writes the stages of one phase."""

    def __init__(self, plan: Plan, board: Board) -> None:
        self._plan = plan
        self._board = board
        self._calls = plan.calls
        sums = plan.calls["sum_up"]
        self.fused = bool(plan.calls["unit"]) and not self._reads_near(sums)
        self.apart = self._reads_near(plan.calls["unit"])

    @staticmethod
    def _reads_near(calls: Iterable[Call]) -> bool:
        return any(source.kind == "near" for call in calls for source in call.sources)

    def write_stage(self, stage: str) -> str:
        """A stage that runs once, from what lies on the board."""
        calls = self._calls[stage]
        lines = self._load(calls)
        for number, call in enumerate(calls):
            lines.append(f"r{number} = {self._call(call)}")
            lines += [self._put(self._target(stage, name), f"r{number}.{name}") for name in call.gives]
        return _function(stage, lines)

    def write_units(self, stage: str) -> str:
        """A stage that runs once for each unit."""
        calls = self._calls[stage]
        sums = self._calls["sum_up"] if stage == "unit" and self.fused else ()
        if not calls:
            return _function(stage, [])
        added = [
            self._target("fused" if call in sums else stage, name)
            for call in (*calls, *sums)
            for name in call.gives
            if not self._is_unit_stock(name)
        ]
        lines = [
            *self._load((*calls, *sums)),
            *(f"{_total(key)} = lift(0.0)" for key in added),
            "for i in range(unit_values.shape[1]):",
            *(f"    {line}" for line in self._write_unit(stage, calls, sums)),
            *(self._put(key, _total(key)) for key in added),
        ]
        return _function(stage, lines)

    def _write_unit(self, stage: str, calls: Sequence[Call], sums: Sequence[Call]) -> list[str]:
        lines = self._load_own((*calls, *sums))
        given = {}
        for number, call in enumerate(calls):
            lines.append(f"r{number} = {self._call(call)}")
            for name in call.gives:
                if self._is_unit_stock(name):
                    given[name] = f"r{number}.{name}"
                else:
                    lines.append(_add(self._target(stage, name), f"r{number}.{name}"))
        if stage == "unit" and self.apart:
            given = {
                name: given.get(name, f"load(here, {self._unit_place(name)}, W)")
                for name in self._board.unit_stocks
            }
        lines += [f"store(there, {self._unit_place(name)}, {value})" for name, value in given.items()]
        for number, call in enumerate(sums):
            lines.append(f"s{number} = {self._call(call, given)}")
            lines += [_add(self._target("fused", name), f"s{number}.{name}") for name in call.gives]
        return lines

    def _load(self, calls: Sequence[Call]) -> list[str]:
        keys = dict.fromkeys(
            (s.kind, s.name) for call in calls for s in call.sources if s.kind not in (*_INNER, "choice")
        )
        return [f"{_local(key)} = load(board, {self._board.places[key]} * W, W)" for key in keys]

    def _load_own(self, calls: Sequence[Call]) -> list[str]:
        lines: list[str] = []
        for kind, name in dict.fromkeys((s.kind, s.name) for call in calls for s in call.sources):
            if kind == "unit_value":
                row = self._plan.unit_values.index(name)
                lines.append(f"{_local((kind, name))} = lift(unit_values[{row}, i])")
            elif kind in ("unit_stock", "idle"):
                lines.append(f"{_local((kind, name))} = load(here, {self._unit_place(name)}, W)")
            elif kind == "near":
                lines += [
                    f"{_local((kind, name))} = lift(0.0)",
                    "for e in range(starts[i], starts[i + 1]):",
                    f"    {_local((kind, name))} = {_local((kind, name))} + "
                    f"load(here, {self._unit_place(name, 'neighbour[e]')}, W) * weight[e]",
                ]
        return lines

    def _call(self, call: Call, given: Mapping[str, str] | None = None) -> str:
        def argument(kind: str, name: str) -> str:
            if kind == "choice":
                return f"choice[{self._board.choices.index(name)}]"
            local = _local((kind, name))
            return given.get(name, local) if given and kind == "unit_stock" else local

        return f"{bound_name(call)}({', '.join(argument(s.kind, s.name) for s in call.sources)})"

    def _is_unit_stock(self, name: str) -> bool:
        return name in self._plan.kept["unit_stock"]

    def _unit_place(self, name: str, unit: str = "i") -> str:
        return f"({unit} * STOCKS + {self._board.unit_stocks.index(name)}) * W"

    def _target(self, stage: str, name: str) -> Key:
        """Where a stage puts what it gives: what is still read in this week waits until the week is over."""
        if stage == "after":
            return ("next stock" if name in self._plan.kept["stock"] else "outcome", name)
        return _MAKES[stage], name

    def _put(self, key: Key, value: str) -> str:
        return f"store(board, {self._board.places[key]} * W, {value})  # {key[1]}"

    def write_settle(self) -> str:
        """What waited becomes true."""
        waiting = [
            ("stock", name)
            for call in self._calls["after"]
            for name in call.gives
            if name in self._plan.kept["stock"]
        ]
        if self.fused:
            waiting += [("sum", name) for call in self._calls["sum_up"] for name in call.gives]
        places = [self._board.places[(f"next {kind}", name)] for kind, name in waiting]
        return _function("settle", [self._put(key, f"load(board, {place} * W, W)")
                                    for key, place in zip(waiting, places, strict=True)])

    def write_tally(self, levels: Sequence[bool]) -> str:
        """Outcomes add up over the weeks, with the error of each sum kept (Kahan); levels are as they are."""
        lines: list[str] = []
        places = self._board.places
        for name, level in zip(self._board.outcomes, levels, strict=False):
            lines.append(f"x = load(board, {places[('outcome', name)]} * W, W)")
            if not level:
                lines += [
                    f"x = x - load(board, {places[('error', name)]} * W, W)",
                    f"old = load(board, {places[('total', name)]} * W, W)",
                    "new = old + x",
                    self._put(("error", name), "(new - old) - x"),
                ]
            lines.append(self._put(("total", name), "x" if level else "new"))
        return _function("tally", lines)

    def write_play(self) -> str:
        """The loop over blocks and weeks."""
        unit = ["unit"] * bool(self._calls["unit"]) + [_SWAP] * self.apart
        weekly = ["before", *unit, "after", *["sum_up"] * (not self.fused), "settle", "tally"]
        starts = [_call_stage(stage).replace("there", "here") for stage in _STARTS]
        lines = [stage if stage == _SWAP else _call_stage(stage) for stage in weekly]
        there = "aligned(len(here), Number)" if self.apart else "here"
        begun = _PLAY.replace("    <starts>", _indent(starts, 2)).replace("<there>", there)
        return begun.replace("    <weekly>", _indent(lines, 3))


_STARTS = ("unit_start", "sum_up", "gauge", "derive", "start")
_SWAP = "here, there = there, here"


def _local(key: Key) -> str:
    return f"{key[0]}_{key[1]}"


def _total(key: Key) -> str:
    return f"total_{key[1]}"


def _add(key: Key, value: str) -> str:
    return f"{_total(key)} = {_total(key)} + {value}"


def _call_stage(stage: str) -> str:
    return f"{stage}({_UNITS if stage in UNIT_STAGES else _PLAIN})"


def _function(name: str, lines: Sequence[str]) -> str:
    body = _indent(lines, 1) or "    pass"
    return f"@part\ndef {name}({_UNITS if name in UNIT_STAGES else _PLAIN}):\n{body}"


def _indent(lines: Iterable[str], depth: int) -> str:
    return "\n".join(
        "    " * depth + line for line in chain.from_iterable(text.split("\n") for text in lines)
    )


_HEAD = '''"""Written by crossroads.simulation.source; changes are lost."""

import numpy as np
from numba import njit

from crossroads.simulation.blocks import aligned, begin, fill_state, keep_state, part, read_marks, set_week
from crossroads.simulation.lanes import load, store
'''
_PLAY = """@njit(nogil=True, cache=True, error_model="numpy")
def play(first, last, weeks, weeks_total, tables, seen, handed):
    unit_values = tables.unit_values
    starts, neighbour, weight = tables.starts, tables.neighbour, tables.weight
    units = unit_values.shape[1]
    board = aligned(SIZE * W, Number)
    here = aligned(units * STOCKS * W, Number)
    there = <there>
    pace = aligned(4 * len(tables.changed) * W, Number)
    for block in range(first, last):
        choice = tables.choice[block]
        begin(board, pace, tables, block * W, W, FIXED, TIME, COLUMNS, weeks_total)
        fill_state(board, here, tables, block * W, W, STOCKS, CARRIED, CARRIED_UNITS)
    <starts>
        for k in range(2 * READ * W):
            board[TOTALS * W + k] = 0
        mark = 0
        for week in range(weeks):
            set_week(board, pace, tables, week, W, TIME, COLUMNS)
    <weekly>
            if mark < len(tables.marks) and week + 1 == tables.marks[mark]:
                read_marks(board, tables, seen, mark, block * W, W, TOTALS)
                mark += 1
        keep_state(board, here, tables, handed, block * W, W, STOCKS, HANDED, HANDED_UNITS)"""
