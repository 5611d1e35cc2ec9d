"""The Python source of one phase of a model, with the runs as lanes.

Every value that has a name lies at a place on a board, one flat array of lanes; unit stocks lie in a second
one, unit by unit. A stage loads what its calls read, calls the functions of the mechanisms, and puts back
what they give. `play` runs blocks of runs from their start to the last mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from crossroads.simulation.blocks import PACE
from crossroads.simulation.board import Board, Key
from crossroads.simulation.chance import WORDS, tag
from crossroads.simulation.plan import UNIT_STAGES, Call, Plan, Source

_INNER = ("unit_value", "unit_stock", "idle", "near", "unit_chance")
_MAKES = {
    "derive": "constant",
    "start": "stock",
    "switch": "gate",
    "before": "rate",
    "gauge": "gauge",
    "sum_up": "sum",
    "fused": "next sum",
    "unit": "flow",
}
"""Stage to the kind of what it gives beside unit stocks; sums made along with the units wait."""

_PLAIN = "board, choice"
_UNITS = "board, here, there, choice, unit_values, networks, futures, keys, week"


def write_source(plan: Plan, board: Board, levels: Sequence[bool], kind: str, width: int) -> str:
    """The source of a module with `play`. `levels` tells which of the outcomes read are levels."""
    writer = _Writer(plan, board)
    constants = {
        "W": width,
        "STOCKS": len(board.unit_stocks),
        "READ": len(board.outcomes),
        "TIME": board.time,
        "COLUMNS": board.time + 3,
        "TOTALS": board.totals,
        "PACE": PACE,
        "APART": writer.apart,
        "Number": f"np.{kind}",
    }
    head = [_HEAD, *(f"{name} = {value}" for name, value in constants.items())]
    once = ("derive", "start", "switch", "before")
    stages = [*(writer.write_stage(stage) for stage in once), writer.write_after(levels)]
    units = [writer.write_units(stage) for stage in ("unit_start", "sum_up", "gauge", "unit")]
    parts = [
        "\n".join(head),
        *stages,
        *units,
        writer.write_luck(),
        writer.write_settle(),
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
        lines: list[str] = []
        for number, call in enumerate(calls):
            lines += [*self._load([call]), f"r{number} = {self._call(call)}"]
            given = {name: f"r{number}.{name}" for name in call.gives}
            if stage == "switch":
                given = {name: f"minimum(maximum({value}, 0), 1)" for name, value in given.items()}
            lines += [self._put(self._target(stage, name), value) for name, value in given.items()]
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
        for source in dict.fromkeys(s for call in calls for s in call.sources if s.kind in _INNER):
            kind, name = source.kind, source.name
            if kind == "unit_chance":
                continue
            if kind == "unit_value":
                row = self._plan.unit_values.index(name)
                lines.append(f"{_local((kind, name))} = lift(unit_values[{row}, i])")
            elif kind in ("unit_stock", "idle"):
                lines.append(f"{_local((kind, name))} = load(here, {self._unit_place(name)}, W)")
            else:
                lines += self._load_near(source)
        lucky = [s for s in self._plan.chances if any(s in call.sources for call in calls)]
        return lines + self._draw([s for s in lucky if s.kind == "unit_chance"], "i + 1")

    def _draw(self, chances: Sequence[Source], unit: str) -> list[str]:
        """Locals of chances: four of a mechanism by one call of the generator."""
        lines: list[str] = []
        for group in dict.fromkeys(group_of(source) for source in chances):
            row, label = groups_of(self._plan).index(group), f"luck_{group[0]}_{group[1]}"
            number = tag(self._plan.phase == "history", group[1] * WORDS)
            lines.append(f"{label} = draw(futures, week, {unit}, {number}, keys[{row}, 0], keys[{row}, 1])")
            members = [source for source in chances if group_of(source) == group]
            lines += [f"{_local_of(source)} = {label}[{source.place % WORDS}]" for source in members]
        return lines

    def write_luck(self) -> str:
        """The chances of a week that are no unit's own."""
        weekly = [source for source in self._plan.chances if source.kind == "chance"]
        puts = [self._put((source.kind, source.name), _local_of(source)) for source in weekly]
        body = _indent([*self._draw(weekly, "0"), *puts], 1) or "    pass"
        return f"@part\ndef set_luck(board, futures, keys, week):\n{body}"

    def _load_near(self, source: Source) -> list[str]:
        """The weighted sum over neighbours; the tables of a network are its row starts, columns and weights."""
        local, table = _local_of(source), f"networks[{self._plan.networks.index(source.of)}]"
        return [
            f"{local} = lift(0.0)",
            f"for e in range({table}[0][i], {table}[0][i + 1]):",
            f"    {local} = {local} + load(here, {self._unit_place(source.name, f'{table}[1][e]')}, W) * {table}[2][e]",
        ]

    def _call(self, call: Call, given: Mapping[str, str] | None = None) -> str:
        def argument(source: Source) -> str:
            if source.kind == "choice":
                return f"choice[{self._board.choices.index(source.name)}]"
            local = _local_of(source)
            return given.get(source.name, local) if given and source.kind == "unit_stock" else local

        return f"{bound_name(call)}({', '.join(argument(source) for source in call.sources)})"

    def _is_unit_stock(self, name: str) -> bool:
        return name in self._plan.kept["unit_stock"]

    def _unit_place(self, name: str, unit: str = "i") -> str:
        return f"({unit} * STOCKS + {self._board.unit_stocks.index(name)}) * W"

    def _target(self, stage: str, name: str) -> Key:
        """Where a stage puts what it gives: what is still read in this week waits until the week is over."""
        return _MAKES[stage], name

    def _put(self, key: Key, value: str) -> str:
        return f"store(board, {self._board.places[key]} * W, {value})  # {key[1]}"

    def write_settle(self) -> str:
        """What waited becomes true."""
        waiting = [name for call in self._calls["sum_up"] for name in call.gives] if self.fused else []
        lines = [
            self._put(("sum", name), f"load(board, {self._board.places[('next sum', name)]} * W, W)")
            for name in waiting
        ]
        return _function("settle", lines)

    def write_after(self, levels: Sequence[bool]) -> str:
        """The last stage of a week: stocks, and the tally of the outcomes.

        A stock is put when no call that is still to come reads it, so that few lanes wait at any time.
        """
        calls = self._calls["after"]
        level_of = dict(zip(self._board.outcomes, levels, strict=True))
        waiting: dict[str, str] = {}
        lines: list[str] = []
        for number, call in enumerate(calls):
            lines += [*self._load([call]), f"r{number} = {self._call(call)}"]
            for name in call.gives:
                value = f"r{number}.{name}"
                if name in level_of:
                    lines += self._tally(name, value, level_of[name])
                elif name in self._plan.kept["stock"]:
                    waiting[name] = value
            read = {s.name for later in calls[number + 1 :] for s in later.sources if s.kind == "stock"}
            lines += [self._put(("stock", name), waiting.pop(name)) for name in list(waiting) if name not in read]
        return _function("after", lines)

    def _tally(self, name: str, value: str, level: bool) -> list[str]:
        """A level is what it is; all else adds up."""
        return [self._put(("total", name), value)] if level else self._add_up(name, value)

    def _add_up(self, name: str, value: str) -> list[str]:
        """An outcome adds up over the weeks, with the error of the sum kept (Kahan)."""
        places = self._board.places
        return [
            f"x = {value} - load(board, {places[('error', name)]} * W, W)",
            f"old = load(board, {places[('total', name)]} * W, W)",
            "new = old + x",
            self._put(("error", name), "(new - old) - x"),
            self._put(("total", name), "new"),
        ]

    def write_play(self) -> str:
        """The loop over blocks and weeks."""
        unit = ["unit"] * bool(self._calls["unit"]) + [_SWAP] * self.apart
        weekly = ["before", *unit, "after", *["sum_up"] * (not self.fused), *["settle"] * self.fused]
        switch = [_SET_WATCHED, _call_stage("switch"), _SET_GATED] if self._plan.gates else []
        starts = ["set_luck(board, futures, keys, 0)", *(_call_start(stage) for stage in _STARTS)]
        lines = [stage if stage == _SWAP else _call_stage(stage) for stage in weekly]
        begun = _PLAY.replace("<risen>", _RISEN).replace("    <starts>", _indent(starts, 2))
        return begun.replace("    <switch>", _indent(switch, 3)).replace("    <weekly>", _indent(lines, 3))


_STARTS = ("unit_start", "sum_up", "gauge", "derive", "start")
_SWAP = "here, there = there, here"
_SET_WATCHED, _SET_GATED = (f"set_gated(board, pace, changed, {each}, gates, week)" for each in ("watched", "gated"))


def _local(key: Key) -> str:
    return f"{key[0]}_{key[1]}"


def _local_of(source: Source) -> str:
    return _local((source.kind, f"{source.of}_{source.name}" if source.kind == "near" else source.name))


def _total(key: Key) -> str:
    return f"total_{key[1]}"


def _add(key: Key, value: str) -> str:
    return f"{_total(key)} = {_total(key)} + {value}"


def _call_stage(stage: str) -> str:
    return f"{stage}({_UNITS.replace('week', 'week + 1') if stage in UNIT_STAGES else _PLAIN})"


def _call_start(stage: str) -> str:
    return _call_stage(stage).replace("there", "here").replace("week + 1", "0")


def group_of(chance: Source) -> tuple[str, int]:
    """The mechanism of a chance, and which four of its chances it is among."""
    return chance.of, chance.place // WORDS


def groups_of(plan: Plan) -> tuple[tuple[str, int], ...]:
    """The calls of the generator that a phase needs; the kernel takes a key for each."""
    return tuple(dict.fromkeys(group_of(source) for source in plan.chances))


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

from crossroads.simulation.arithmetic import maximum, minimum, where
from crossroads.simulation.binding import part
from crossroads.simulation.lanes import load, store
'''
_RISEN = """        base = load(pace, PACE * k * W, W)
        change = load(pace, (PACE * k + 1) * W, W)
        start = load(pace, (PACE * k + 2) * W, W)
        ramp = load(pace, (PACE * k + 3) * W, W)
        end = load(pace, (PACE * k + 4) * W, W)
        risen = minimum((week - start + 1) / ramp, 1)"""
_PLAY = """@part
def set_week(board, pace, changed, free, week):
    store(board, TIME * W, lift(week))
    store(board, (TIME + 1) * W, lift(week / 52.0))
    for k in free:
<risen>
        value = base + change * where((start > week) | (end <= week), 0, risen)
        store(board, (COLUMNS + changed[k]) * W, value)


@part
def set_gated(board, pace, changed, gated, gates, week):
    for k in gated:
        number = load(pace, (PACE * k + 5) * W, W)
        opened = lift(1.0)
        for g in range(len(gates)):
            opened = where(number == g + 1, load(board, gates[g] * W, W), opened)
<risen>
        value = base + change * (where((start > week) | (end <= week), 0, risen) * opened)
        store(board, (COLUMNS + changed[k]) * W, value)


@njit(nogil=True, cache=True, error_model="numpy")
def play(boards, heres, paces, numbers, choices, columns, weeks, marks, unit_values, networks, keys, seen):
    changed, free, watched, gated, gates = columns
    spare = np.zeros(heres.shape[1] if APART else 0, Number)
    for block in range(len(boards)):
        board, here, pace, choice = boards[block], heres[block], paces[block], choices[block]
        futures = numbers[block]
        there = spare if APART else here
    <starts>
        mark = 0
        for week in range(weeks):
            set_week(board, pace, changed, free, week)
            set_luck(board, futures, keys, week + 1)
    <switch>
    <weekly>
            if mark < len(marks) and week + 1 == marks[mark]:
                for k in range(READ * W):
                    seen[block, mark, k] = board[TOTALS * W + k]
                mark += 1
        if APART and weeks % 2:
            for k in range(len(here)):
                there[k] = here[k]"""
