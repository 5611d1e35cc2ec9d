"""Rhodium on the test model: `python -m benchmarks.peers.rhodium --runs 100`, with its own interpreter."""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from rhodium import Model, Parameter, ProcessPoolEvaluator, Response, evaluate

from benchmarks.cartels.network import make_network
from benchmarks.cartels.parameters import OUTCOMES, RANGES, draw_parameters, list_runs
from benchmarks.cartels.plain import Plain
from benchmarks.clock import Spent, count_cpu, measure
from benchmarks.told import save_seen, tell

PLAIN = Plain(make_network())


def simulate(course: int = 0, **parameters: float) -> dict[str, float]:
    """The test model as a plain function, which is what Rhodium can send to a pool."""
    return PLAIN(course, **parameters)


def make_model() -> Any:
    """The test model with its parameters and outcomes."""
    model = Model(simulate)
    model.parameters = [Parameter("course"), *(Parameter(name) for name in RANGES)]
    model.responses = [Response(name, Response.INFO) for name, _ in OUTCOMES]
    return model


def main() -> None:
    """Runs with one process or a pool."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out")
    given = parser.parse_args()
    values, model = draw_parameters(given.runs), make_model()
    samples = [
        {"course": policy, **dict(zip(RANGES, values[row].tolist(), strict=True))}
        for row, policy in list_runs(given.runs).tolist()
    ]
    kept: dict[str, Any] = {}

    def work() -> None:
        if given.processes == 1:
            kept["seen"] = evaluate(model, samples)
        else:
            with ProcessPoolEvaluator(given.processes) as pool:
                kept["seen"] = evaluate(model, samples, evaluator=pool)

    cpu = count_cpu()
    spent = measure(work)
    save_seen(given.out, np.array([[row[name] for name, _ in OUTCOMES] for row in kept["seen"]]))
    tell(given.runs, Spent(spent.wall, count_cpu() - cpu), given.processes > 1)


if __name__ == "__main__":
    main()
