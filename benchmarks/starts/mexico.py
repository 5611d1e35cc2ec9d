"""The full Mexico model: `python -m benchmarks.starts.mexico futures.npy`."""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.clock import measure
from benchmarks.told import tell
from crossroads.case.files import load
from crossroads.cases.mexico.model import MODEL
from crossroads.simulation.kernel import compile_model
from crossroads.simulation.layout import build_inputs, count_history_weeks

RUNS = 1000


def main() -> None:
    """Read the case, compile or load the engine, and run: every pair of option and reaction, future after future."""
    case, values = load("mexico"), np.load(sys.argv[1])
    inputs, marks = build_inputs(case), [horizon.weeks for horizon in case.horizons]
    outcomes = [(outcome.id, outcome.reading) for outcome in case.outcomes]
    engine = compile_model(MODEL, inputs, outcomes, case.weeks, count_history_weeks(case))
    pairs = np.argwhere(inputs.applicable)
    futures = np.repeat(np.arange(len(values)), len(pairs))
    runs = np.column_stack([futures, np.tile(pairs, (len(values), 1))])[:RUNS]
    tell(len(runs), measure(lambda: engine.project(values, engine.history(values), runs, marks)))


if __name__ == "__main__":
    main()
