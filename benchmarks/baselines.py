"""One measurement of plain NumPy or of C, in a process of its own: `python -m benchmarks.baselines TASK ...`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from benchmarks.cartels.batch import Batch
from benchmarks.cartels.network import make_network
from benchmarks.cartels.parameters import KINDS, draw_parameters, list_runs
from benchmarks.cartels.plain import Plain, run_plainly
from benchmarks.clock import measure
from benchmarks.limit import build_limit
from benchmarks.told import save_seen, tell

AT_ONCE = {"float32": 512, "float64": 256}
"""Runs side by side at which NumPy is fastest here."""


def run_plain(given: argparse.Namespace) -> None:
    """Plain Python and NumPy, one run at a time."""
    plain, values, runs = Plain(make_network()), draw_parameters(given.runs), list_runs(given.runs)
    do(given, lambda: run_plainly(plain, values, runs))


def run_batch(given: argparse.Namespace) -> None:
    """NumPy, many runs at once."""
    batch = Batch(make_network(), given.kind, at_once=AT_ONCE[given.kind])
    values, runs = draw_parameters(given.runs), list_runs(given.runs)
    do(given, lambda: batch.simulate(values, runs))


def run_limit(given: argparse.Namespace) -> None:
    """C."""
    limit, values, runs = build_limit(make_network(), given.kind), draw_parameters(given.runs), list_runs(given.runs)
    do(given, lambda: limit.simulate(values, runs))


def do(given: argparse.Namespace, work: Callable[[], Any]) -> None:
    """Measure a piece of work once, keep what it gives, and tell."""
    kept: dict[str, Any] = {}
    spent = measure(lambda: kept.update(seen=work()))
    save_seen(given.out, kept["seen"])
    tell(len(kept["seen"]), spent)


def main() -> None:
    """Do the task that is named."""
    tasks = {"plain": run_plain, "batch": run_batch, "limit": run_limit}
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=tasks)
    parser.add_argument("--runs", type=int, default=64)
    parser.add_argument("--kind", choices=KINDS, default="float64")
    parser.add_argument("--out")
    given = parser.parse_args()
    tasks[given.task](given)


if __name__ == "__main__":
    main()
