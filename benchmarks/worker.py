"""One measurement of our own side, in a process of its own: `python -m benchmarks.worker TASK ...`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.baselines import do
from benchmarks.cartels.model import compile_cartels, to_engine_runs
from benchmarks.cartels.network import make_network
from benchmarks.cartels.parameters import KINDS, WEEKS, Floats, Integers, Kind, draw_parameters, list_runs
from benchmarks.clock import measure, take_turns
from benchmarks.duel import fight
from benchmarks.mexico import Job, make_job
from benchmarks.stored import read_back, simulate_mexico
from benchmarks.told import tell
from crossroads.analysis.verdict import analyse
from crossroads.cases.mexico.model import MODEL
from crossroads.simulation.kernel import Engine, compile_model
from crossroads.simulation.manifest import list_versions
from crossroads.simulation.runs import open_runs

Task = Callable[[argparse.Namespace], None]
SLIDER = 1000


def run_ours(given: argparse.Namespace) -> None:
    """Crossroads on the test model."""
    engine = compile_cartels(make_network(), given.kind)
    values, runs = _draw(given.runs)
    past = engine.history(values)
    do(given, lambda: engine.project(values, past, runs, [WEEKS])[:, 0])


def run_mexico(given: argparse.Namespace) -> None:
    """Crossroads on the full Mexico case: the past of each future, and every pair of option and reaction."""
    job = make_job(np.load(given.futures))
    engine = _compile_mexico(job, given.kind)
    do(given, lambda: engine.project(job.values, engine.history(job.values), job.list_runs(), job.marks))


def run_duel(given: argparse.Namespace) -> None:
    """C, Crossroads and arithmetic alone in turn, in both precisions."""
    fought = {kind: fight(kind, given.runs, given.rounds) for kind in KINDS}
    sides = {
        kind: {"limit": vars(duel.limit), "ours": vars(duel.ours), "bound": duel.bound} for kind, duel in fought.items()
    }
    tell(given.runs, fought["float32"].ours, sides=sides)


def slide(given: argparse.Namespace) -> None:
    """A thousand runs, warm: the best of some tries."""
    values, runs = _draw(SLIDER)
    cartels, job = compile_cartels(make_network()), make_job(np.load(given.futures))
    mexico = _compile_mexico(job, "float32")
    past, then = cartels.history(values), mexico.history(job.values)
    by_future = job.list_runs(SLIDER)
    one = np.column_stack([np.arange(SLIDER) % len(job.values), np.tile(job.pairs[len(job.pairs) // 2], (SLIDER, 1))])
    best = take_turns(
        given.rounds,
        cartels=lambda: cartels.project(values, past, runs, [WEEKS]),
        mexico=lambda: mexico.project(job.values, then, by_future, job.marks),
        one_option=lambda: mexico.project(job.values, then, one, job.marks),
    )
    tell(SLIDER, best["cartels"], best={name: vars(spent) for name, spent in best.items()})


def grow(given: argparse.Namespace) -> None:
    """So many runs of the Mexico case into a store."""
    kept: dict[str, Any] = {}
    spent = measure(lambda: kept.update(simulate_mexico(given.runs, Path(given.out))))
    tell(kept["runs"], spent, **{name: value for name, value in kept.items() if name != "runs"})


def weigh(given: argparse.Namespace) -> None:
    """Analyse what `grow` stored."""
    runs = open_runs(Path(given.out))
    tell(runs.manifest.runs, measure(lambda: analyse(runs)))


def read(given: argparse.Namespace) -> None:
    """Open what `grow` stored: one outcome, and everything."""
    tell(0, measure(lambda: None), **read_back(Path(given.out)))


def name_versions(_: argparse.Namespace) -> None:
    """Versions of what makes our numbers."""
    tell(0, measure(lambda: None), versions=list_versions())


def _draw(count: int) -> tuple[Floats, Integers]:
    return draw_parameters(count), to_engine_runs(list_runs(count))


def _compile_mexico(job: Job, kind: Kind) -> Engine:
    return compile_model(MODEL, job.inputs, list(job.readings.items()), job.weeks, job.history_weeks, kind)


TASKS: dict[str, Task] = {
    "ours": run_ours,
    "mexico": run_mexico,
    "duel": run_duel,
    "slider": slide,
    "grow": grow,
    "weigh": weigh,
    "read": read,
    "versions": name_versions,
}


def main() -> None:
    """Do the task that is named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("--runs", type=int, default=SLIDER)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kind", choices=KINDS, default="float32")
    parser.add_argument("--futures")
    parser.add_argument("--out")
    given = parser.parse_args()
    TASKS[given.task](given)


if __name__ == "__main__":
    main()
