"""EMA Workbench on the equations of Crossroads: `python -m benchmarks.peers.ema TASK ...`, with its own interpreter."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from ema_workbench import (
    ArrayOutcome,
    IntegerParameter,
    Model,
    MultiprocessingEvaluator,
    RealParameter,
    Sample,
    ScalarOutcome,
    SequentialEvaluator,
    load_results,
    save_results,
)

from benchmarks.cartels.network import make_network
from benchmarks.cartels.parameters import OUTCOMES, POLICIES, RANGES, WEEKS, draw_parameters
from benchmarks.cartels.plain import Plain
from benchmarks.clock import Spent, count_cpu, measure
from benchmarks.mexico import make_job
from benchmarks.told import save_seen, tell

SERIES, STEPS = 5, 520


def run_cartels(given: argparse.Namespace) -> None:
    """The test model: rows of parameters times policies."""
    model = Model("cartels", function=Plain(make_network(), given.weeks))
    model.uncertainties = [RealParameter(name, *bounds) for name, bounds in RANGES.items()]
    model.levers = [IntegerParameter("course", 0, len(POLICIES) - 1)]
    model.outcomes = [ScalarOutcome(name) for name, _ in OUTCOMES]
    rows = draw_parameters(given.runs)[: given.runs // len(POLICIES)]
    scenarios = [_sample(str(row), RANGES, values) for row, values in enumerate(rows)]
    policies = [Sample(f"{number}", course=number) for number in range(len(POLICIES))]
    seen, spent = _perform(model, scenarios, policies, given.processes)
    save_seen(given.out, seen)
    tell(len(seen), spent, given.processes > 1)


def run_mexico(given: argparse.Namespace) -> None:
    """The full model of the Mexico case: whole futures, or a part of one; a future's number is its luck."""
    job = make_job(np.load(given.futures))
    model = Model("mexico", function=job.make_vectored())
    names = ("future", *job.inputs.uncertainties)
    model.uncertainties = [RealParameter(name, -1e12, 1e12) for name in names]
    model.levers = [IntegerParameter("option", 0, 1000), IntegerParameter("reaction", 0, 1000)]
    model.outcomes = [ArrayOutcome(name) for name in job.readings]
    futures = enumerate(job.values[: max(1, given.runs // len(job.pairs))])
    scenarios = [_sample(str(row), names, np.append(row, values)) for row, values in futures]
    pairs = enumerate(job.pairs[: given.runs].tolist())
    policies = [Sample(f"{place}", option=option, reaction=reaction) for place, (option, reaction) in pairs]
    seen, spent = _perform(model, scenarios, policies, given.processes)
    save_seen(given.out, np.moveaxis(seen, 1, 2))
    tell(len(seen), spent, given.processes > 1)


def grow(given: argparse.Namespace) -> None:
    """A model that costs next to nothing and gives five series, to see what the library itself needs."""
    spent = measure(lambda: _make_series(given.runs))
    tell(given.runs, spent)


def store(given: argparse.Namespace) -> None:
    """Save and load the same."""
    results = _make_series(given.runs)
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "results.tar.gz")
        saved = measure(lambda: save_results(results, path))
        loaded = measure(lambda: load_results(path))
        size = Path(path).stat().st_size
    tell(given.runs, saved, load=loaded.wall, bytes=size)


def play_cheaply(x: float) -> dict[str, Any]:
    """Five series of 520 steps."""
    steps = np.arange(STEPS)
    return {f"series{number}": np.sin(x * (number + 1) + steps) for number in range(SERIES)}


def _make_series(count: int) -> Any:
    model = Model("cheap", function=play_cheaply)
    model.uncertainties = [RealParameter("x", 0, 1)]
    model.outcomes = [ArrayOutcome(f"series{number}") for number in range(SERIES)]
    with SequentialEvaluator(model) as evaluator:
        return evaluator.perform_experiments(scenarios=count)


def _sample(name: str, names: Sequence[str] | Mapping[str, Any], values: Any) -> Any:
    return Sample(name, **dict(zip(names, values.tolist(), strict=True)))


def _perform(model: Any, scenarios: Any, policies: Any, processes: int) -> tuple[Any, Spent]:
    """(runs, outcomes, ...) in the order of scenarios, policies fastest; starting the pool is not counted as wall."""
    cpu = count_cpu()
    with ExitStack() as stack:
        made = SequentialEvaluator(model) if processes == 1 else MultiprocessingEvaluator(model, n_processes=processes)
        evaluator = stack.enter_context(made)
        kept: dict[str, Any] = {}

        def work() -> None:
            kept["results"] = evaluator.perform_experiments(scenarios=scenarios, policies=policies)

        spent = measure(work)
    experiments, outcomes = kept["results"]
    places = (
        experiments["scenario"].astype(int).to_numpy() * len(policies) + experiments["policy"].astype(int).to_numpy()
    )
    seen = np.stack([outcomes[outcome.name] for outcome in model.outcomes], axis=1)
    return seen[np.argsort(places)], Spent(spent.wall, count_cpu() - cpu)


def main() -> None:
    """Do the task that is named."""
    tasks: dict[str, Callable[[argparse.Namespace], None]] = {
        "cartels": run_cartels,
        "mexico": run_mexico,
        "grow": grow,
        "store": store,
    }
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=tasks)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--futures")
    parser.add_argument("--out")
    given = parser.parse_args()
    tasks[given.task](given)


if __name__ == "__main__":
    main()
