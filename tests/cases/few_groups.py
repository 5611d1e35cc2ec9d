"""A dozen groups with the mechanisms that move their members, and everything else held at what a test says."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from crossroads.case.files import load
from crossroads.cases.mexico.model.fringe import FRINGE
from crossroads.cases.mexico.model.groups import GROUPS
from crossroads.cases.mexico.model.leaders import LEADERS
from crossroads.cases.mexico.model.strengths import describe_groups
from crossroads.simulation import scalar
from crossroads.simulation.contract import Mechanism, Model, Quantity, Units, returns
from crossroads.simulation.layout import build_inputs

COUNT = 12
CASE = load("mexico")
INPUTS = replace(build_inputs(CASE), gates={})
"""Without the gates of adaptive options, whose mechanism is not here."""
RECORDS = {record.id: record for record in CASE.uncertainties}
MEDIANS = {name: float(record.distribution.quantile(0.5)) for name, record in RECORDS.items()}
MEDIANS |= dict.fromkeys(INPUTS.choices, 0)
ORDINARY = {
    "capture_effort": 1.0,
    "conflict_effort": 1.0,
    "recruit_pull": 1.0,
    "prevention_cut": 0.0,
    "supply": 1.0,
    "trend_level": 1.0,
}
RATES = {"capture_yield": 1.0, "effective_force": 0.0, "surge": 0.0}
QUIET = {
    "release_return": 0.0,
    "new_groups": 0.0,
    "split_lethality": 1.0,
    "fringe_absorption": 0.0,
    "contest_elasticity": 0.0,
}
"""Nobody returns, nothing splits or fights for succession, revenue is not contested."""


@dataclass(frozen=True)
class World:
    """What the mechanisms beside the groups say, the same in every week."""

    stocks: dict[str, float] = field(default_factory=dict)
    rates: dict[str, float] = field(default_factory=dict)

    def mechanism(self) -> Mechanism:
        """One mechanism that says it."""
        stocks, rates = {**ORDINARY, **self.stocks}, {**RATES, **self.rates}
        stock_names, rate_names = _name(stocks), _name(rates)
        still, weekly = returns("Still", stock_names), returns("Weekly", rate_names)
        return Mechanism(
            "world",
            "Everything else.",
            stocks=stock_names,
            rates=rate_names,
            start=lambda: still(**stocks),
            before=lambda: weekly(**rates),
            after=lambda: still(**stocks),
        )


def few_units() -> Units:
    """The largest groups of the shipped model, with shares that sum to 1."""
    every = describe_groups()
    values = {name: column[:COUNT] for name, column in every.values.items()}
    shares = values["first_share"] / values["first_share"].sum()
    upto = np.cumsum(shares)
    values |= {
        "first_share": shares,
        "share_before": np.concatenate([[0.0], upto[:-1]]),
        "share_upto": np.concatenate([upto[:-1], [2.0]]),
        "rival_share": values["rival_strength"] / values["rival_strength"].sum(),
    }
    empty = (np.zeros(COUNT + 1, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
    return Units(COUNT, values, {"rival": empty})


def few_groups(world: World | None = None) -> Model:
    """The model of a dozen groups."""
    return Model("few", (GROUPS, FRINGE, LEADERS, (world or World()).mechanism()), few_units())


def middle(**changed: float) -> dict[str, float]:
    """The median of every uncertainty, the first name of every choice, with some changed."""
    return {**MEDIANS, **changed}


def drawn(seed: int, **changed: float) -> dict[str, float]:
    """Every uncertainty at random from its own distribution, with some changed."""
    places = np.random.default_rng(seed).random(len(RECORDS))
    pairs = zip(RECORDS.items(), places, strict=True)
    return {**{name: float(record.distribution.quantile(place)) for (name, record), place in pairs}, **changed}


def run(known: dict[str, float], weeks: int, world: World | None = None, future: int = 0) -> scalar.Weeks:
    """One run on plain floats."""
    return scalar.run(few_groups(world), INPUTS, known, weeks=weeks, future=future).projection


def _name(values: dict[str, float]) -> tuple[Quantity, ...]:
    return tuple(Quantity(name, "factor", "as the test says") for name in values)
