"""The test model in the contract of Crossroads, and everything that it reads."""

from __future__ import annotations

import numpy as np

from benchmarks.cartels.groups import GROUPS
from benchmarks.cartels.levers import POLICY
from benchmarks.cartels.market import MARKET
from benchmarks.cartels.network import Network, compress
from benchmarks.cartels.parameters import OUTCOMES, POLICIES, RANGES, SETTINGS, WEEKS, Integers, Kind
from benchmarks.cartels.society import SOCIETY
from crossroads.simulation.contract import Model, Units
from crossroads.simulation.kernel import Engine, compile_model
from crossroads.simulation.layout import Inputs


def make_model(network: Network) -> Model:
    """Four mechanisms over the groups of a network."""
    networks = {"rival": compress(network.rivals), "ally": compress(network.allies)}
    units = Units(len(network.sizes), {"first_size": network.sizes}, networks)
    return Model("cartels", (GROUPS, SOCIETY, MARKET, POLICY), units)


def make_inputs() -> Inputs:
    """The parameters as uncertainties, and each policy as a reaction: what it sets is the same in all weeks."""
    count = len(POLICIES)
    return Inputs(
        uncertainties=tuple(RANGES),
        choices={},
        facts={},
        columns=(),
        signals=SETTINGS,
        options=("only",),
        reactions=tuple(f"policy-{number}" for number in range(count)),
        schedules=np.zeros((1, 0, 5)),
        signals_of=POLICIES,
        applicable=np.ones((1, count), dtype=bool),
        mix=np.full((1, count), 1 / count),
        discount_rate=0.0,
    )


def compile_cartels(
    network: Network, precision: Kind = "float32", weeks: int = WEEKS, width: int | None = None
) -> Engine:
    """The engine of the test model."""
    return compile_model(make_model(network), make_inputs(), OUTCOMES, weeks, precision=precision, width=width)


def to_engine_runs(runs: Integers) -> Integers:
    """(n, 2) rows and policies as the engine's (n, 3): row, option, reaction."""
    return np.insert(runs, 1, 0, axis=1)
