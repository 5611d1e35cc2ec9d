"""The C limit and the engine of Crossroads in turn, in one process, so that both see the same machine.

python -m benchmarks.duel [runs] [rounds]
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

from benchmarks.cartels.model import compile_cartels, make_inputs, make_model, to_engine_runs
from benchmarks.cartels.network import make_network
from benchmarks.cartels.parameters import KINDS, WEEKS, Kind, draw_parameters, list_runs
from benchmarks.clock import Spent, take_turns
from benchmarks.limit import build_limit
from benchmarks.operations import count_operations
from benchmarks.peak import make_strain


@dataclass(frozen=True)
class Duel:
    """The best round of C, of Crossroads and of arithmetic alone."""

    runs: int
    limit: Spent
    ours: Spent
    bound: float
    """Runs per CPU-second, were there nothing but the arithmetic of the model."""

    @property
    def of_limit(self) -> float:
        """Runs per CPU-second of Crossroads over those of C."""
        return self.limit.cpu / self.ours.cpu

    @property
    def of_bound(self) -> float:
        """Runs per CPU-second of Crossroads over the arithmetic bound."""
        return self.runs / self.ours.cpu / self.bound


def fight(kind: Kind, count: int, rounds: int) -> Duel:
    """C and Crossroads on the same runs, in turn, and the bound between them."""
    network, values, runs = make_network(), draw_parameters(count), list_runs(count)
    limit, engine, strain = build_limit(network, kind), compile_cartels(network, kind), make_strain(kind)
    past, rows = engine.history(values), to_engine_runs(runs)
    spent = take_turns(
        rounds,
        limit=lambda: limit.simulate(values, runs),
        strain=strain,
        ours=lambda: engine.project(values, past, rows, [WEEKS]),
    )
    in_a_run = sum(count_operations(make_model(network), make_inputs()).values()) * WEEKS
    return Duel(count, spent["limit"], spent["ours"], strain() / spent["strain"].cpu / in_a_run)


def main() -> None:
    """Print both for each precision."""
    count, rounds = (int(text) for text in [*sys.argv[1:], *("4096", "5")[len(sys.argv) - 1 :]])
    for kind in KINDS:
        duel = fight(kind, count, rounds)
        for name, spent in (("C", duel.limit), ("Crossroads", duel.ours)):
            print(f"{kind} {name:10} {count / spent.wall:9,.0f} runs/s {count / spent.cpu:9,.0f} runs per CPU-s")
        print(f"{kind} Crossroads is {duel.of_limit:.1%} of C, {duel.of_bound:.1%} of the bound", flush=True)


if __name__ == "__main__":
    main()
