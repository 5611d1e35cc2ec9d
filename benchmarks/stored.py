"""Runs of the Mexico case on disk: made, and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clock import measure
from crossroads.case.files import load
from crossroads.sampling.futures import Futures, sample
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.layout import Floats, build_inputs
from crossroads.simulation.runs import open_runs


def draw_futures(count: int) -> Futures:
    """The first futures of the smallest design that holds so many."""
    case = load("mexico")
    size = len(case.views) * 16
    while size < count:
        size *= 2
    return sample(case, size).first(count)


def draw_values(count: int) -> Floats:
    """(futures, uncertainties), in the order of the case."""
    futures = draw_futures(count)
    names = build_inputs(load("mexico")).uncertainties
    return np.ascontiguousarray(futures.values[:, [futures.names.index(name) for name in names]])


def simulate_mexico(count: int, folder: Path) -> dict[str, Any]:
    """About `count` runs into a folder: every pair of option and reaction in as many futures as that takes."""
    case = load("mexico")
    pairs = int(build_inputs(case).applicable.sum())
    manifest = simulate(case, draw_futures(max(1, round(count / pairs))), folder).manifest
    share = manifest.write_seconds / (manifest.seconds + manifest.write_seconds)
    return {"runs": manifest.runs, "bytes": manifest.bytes, "writing": share, "failures": manifest.failures}


def read_back(folder: Path) -> dict[str, Any]:
    """Seconds to open the runs, to read one outcome at one horizon, and to read every value."""
    kept: dict[str, Any] = {}
    opened = measure(lambda: kept.update(runs=open_runs(folder)))
    runs = kept["runs"]
    outcome, horizon = runs.manifest.labels.outcome[0], runs.manifest.labels.horizon[-1]
    column = measure(lambda: runs.values(outcome, horizon))
    everything = measure(lambda: kept.update(loaded=runs.dataset.load()))
    return {"open": opened.wall, "column": column.wall, "everything": everything.wall}
