"""Where every value of a phase lies in the memory of the compiled engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crossroads.simulation.plan import Plan

Key = tuple[str, str]
"""Kind and name."""

_MADE = ("gauge", "constant", "stock", "sum", "gate", "rate", "flow")


@dataclass(frozen=True)
class Board:
    """Where everything lies, counted in lanes."""

    known: tuple[Key, ...]
    """Uncertainties, then signals: what differs from lane to lane."""
    fixed: tuple[Key, ...]
    """Facts and what is switched off: the same in all lanes."""
    columns: tuple[str, ...]
    choices: tuple[str, ...]
    unit_stocks: tuple[str, ...]
    idle: tuple[str, ...]
    """The last of the unit stocks: those that no running mechanism keeps up."""
    outcomes: tuple[str, ...]
    """Those that are read."""
    places: Mapping[Key, int]
    size: int

    @property
    def time(self) -> int:
        """Place of the week; the year, the length of the phase and the columns follow."""
        return self.places[("time", "week")]

    @property
    def totals(self) -> int:
        """Place of the first outcome that is read."""
        return self.size - 2 * len(self.outcomes)

    def carried(self, plan: Plan) -> tuple[list[int], list[int]]:
        """Places on the board, and places among the unit stocks, of what comes from the history."""
        return self._places(plan.carried)

    def handed(self, plan: Plan) -> tuple[list[int], list[int]]:
        """The same for what the history phase hands on."""
        return self._places(plan.kept) if plan.phase == "history" else ([], [])

    def _places(self, names: Mapping[str, Sequence[str]]) -> tuple[list[int], list[int]]:
        scalars = [self.places[(kind, name)] for kind in ("constant", "stock") for name in names[kind]]
        return scalars, [self.unit_stocks.index(name) for name in names["unit_stock"]]


def make_board(plan: Plan, outcomes: Sequence[str]) -> Board:
    """A board for a phase; `outcomes` are those to be read, in order."""
    read = [source for calls in plan.calls.values() for call in calls for source in call.sources]
    sources = {(s.kind, s.name): s for s in [*read, *plan.gates.values()]}

    def named(*kinds: str) -> tuple[Key, ...]:
        return tuple(
            sorted((key for key in sources if key[0] in kinds), key=lambda key: (kinds.index(key[0]), key))
        )

    known, fixed = named("uncertainty", "signal"), named("fact", "off")
    columns = tuple(name for _, name in named("column"))
    keys: list[Key] = [
        *known,
        *fixed,
        *(("time", name) for name in ("week", "year", "weeks_total")),
        *(("column", name) for name in columns),
        *named("chance"),
        *((kind, name) for kind in _MADE for name in plan.kept[kind]),
        *(("next sum", name) for name in plan.kept["sum"]),
        *(("total", name) for name in outcomes),
        *(("error", name) for name in outcomes),
    ]
    return Board(
        known,
        fixed,
        columns,
        tuple(name for _, name in named("choice")),
        (*plan.kept["unit_stock"], *plan.idle),
        tuple(plan.idle),
        tuple(outcomes),
        {key: place for place, key in enumerate(keys)},
        len(keys),
    )
