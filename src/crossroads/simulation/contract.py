"""What a model is: pure functions on named values, composed of mechanisms.

A mechanism's functions take what they read *by name*: any stock, rate, sum, constant or unit value of any mechanism
(as the table says), any uncertainty, fact, lever column (or its `<column>_baseline`) or signal of the case,
`discount_rate`, any chance, `week` (0 at the start of the phase), `year` (week / 52) and `weeks_total`. They return the
mechanism's own values with `returns(...)`. All functions of one stage read what was true before the stage, so that
the order of mechanisms means nothing:

    unit_start   once, for each unit                                            -> unit stocks
    gauge        once, for each unit, from unit stocks and sums                 -> summed over units
    derive       once, from gauges and sums: constants that fit what was seen   -> constants
    start        once, from constants and sums                                  -> stocks
    sum_up       for each unit, at the end of each week (and at the start,
                 right after unit_start), from unit stocks                      -> summed over units
    switch       each week of the projection, before all else, from
                 constants, stocks and sums                                     -> gates
    before       each week, from constants, stocks, sums and gates              -> rates
    unit         each week, for each unit, from unit stocks, constants,
                 stocks, sums, gates and rates                                  -> unit stocks, flows summed over units
    after        each week, from constants, stocks, sums, gates, rates and
                 flows                                                          -> stocks and outcomes

A mechanism that starts with the projection may read from `unit_start` on what the history phase left. What starts
knows the baseline values of levers alone; the history phase knows no option and no opening move (signals are 0).

Inside a unit function, plain unit names (`size`) are that unit's own, and the name of a network before them
(`rival_size`) gives the weighted sum over the unit's neighbours in that network.

A chance is drawn for each week, and once more for the start: an event of weekly probability p happens where
`chance < p`. The stages of one week see the same draw; `gauge`, `sum_up` and `switch` see none.

A gate opens the steps of options that name it (`when`): 0 is closed, 1 is open, and what lies between is a share. What
`switch` gives below 0 counts as closed, above 1 as open. A gate remembers nothing: it is worked out anew each week from
the stocks and sums that the week before left (in week 0, from those of the start), and can close again. Keep memory and
luck in stocks. `switch` reads lever columns as they are in that week with the gates of the week before, which were
closed before the first. The history phase has no switch: there a gate reads as its `off` value.

Outcomes returned by `after` are what happened in the week (reading rate or total: an amount a week) or what is true
at its end (reading level). Conditions are `where(test, a, b)`; `if` is allowed only on structural choices, which are
whole numbers, equal for all runs of a block. Numbers: `+ - * /`, comparisons, `& | ~`, `where`, `minimum`, `maximum`,
`exp`, `log`, `power`, `absolute`.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Function = Callable[..., Any]
Network = tuple[Any, Any, Any]


@dataclass(frozen=True)
class Quantity:
    """A named value with its unit and one line of meaning."""

    name: str
    unit: str
    meaning: str
    off: float = 0.0
    """The value that others read when the mechanism is switched off."""


@dataclass(frozen=True)
class Choice:
    """A structural choice that the mechanism branches on: its names in the order of their numbers."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Chance:
    """A named draw, evenly spread between 0 and 1, new each week: one for the run, or one for each unit.

    It is the same for every option and reaction of a future. Seed, name of the mechanism and place among its chances
    decide it: put new ones last, and know that a mechanism with another name has other luck.
    """

    name: str
    meaning: str
    each_unit: bool = False


@dataclass(frozen=True)
class Mechanism:
    """One part of a model; every function is optional."""

    name: str
    meaning: str
    inputs: tuple[Quantity, ...] = ()
    """What it reads from the case: uncertainties, facts, lever columns, signals; with the units it expects."""
    choices: tuple[Choice, ...] = ()
    unit_stocks: tuple[Quantity, ...] = ()
    constants: tuple[Quantity, ...] = ()
    stocks: tuple[Quantity, ...] = ()
    sums: tuple[Quantity, ...] = ()
    gauges: tuple[Quantity, ...] = ()
    rates: tuple[Quantity, ...] = ()
    flows: tuple[Quantity, ...] = ()
    outcomes: tuple[Quantity, ...] = ()
    chances: tuple[Chance, ...] = ()
    gates: tuple[Quantity, ...] = ()
    history: bool = False
    """Whether it also runs in the history phase; its stocks and constants then carry over to the projection."""
    unit_start: Function | None = None
    gauge: Function | None = None
    derive: Function | None = None
    start: Function | None = None
    sum_up: Function | None = None
    switch: Function | None = None
    before: Function | None = None
    unit: Function | None = None
    after: Function | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Units:
    """The fixed units of a model: how many, and what is known of each.

    `values` maps a name to a float array of length `count`; `networks` maps a name to (row starts, columns, weights)
    of a sparse matrix.
    """

    count: int
    values: Mapping[str, Any] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """Mechanisms over units: the whole of what would happen."""

    name: str
    mechanisms: tuple[Mechanism, ...]
    units: Units = field(default_factory=lambda: Units(0))

    def without(self, *names: str) -> Model:
        """The same model with these mechanisms switched off: others read their `off` values."""
        unknown = set(names) - {mechanism.name for mechanism in self.mechanisms} - set(self.off)
        if unknown:
            raise KeyError(f"no mechanism named {', '.join(sorted(unknown))} in {self.name}")
        return Model(self.name, self.mechanisms, self.units, off=self.off | frozenset(names))

    off: frozenset[str] = frozenset()


def reads(**units: str) -> tuple[Quantity, ...]:
    """The case inputs of a mechanism, each with the unit that it expects; their meaning stands in the case."""
    return tuple(Quantity(name, unit, "") for name, unit in units.items())


def returns(name: str, *groups: tuple[Quantity, ...]) -> Callable[..., Any]:
    """A named tuple over quantities, so that results are given by name and never by position."""
    return namedtuple(name, [quantity.name for group in groups for quantity in group])
