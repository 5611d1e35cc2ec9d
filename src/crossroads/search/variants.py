"""Variants of options: other values of levers, simulated in the same futures and with the same luck as the options."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from crossroads.analysis.columns import Column, build_column
from crossroads.analysis.preparation import play_game, prepare_weights
from crossroads.analysis.stored import Table, map_columns
from crossroads.analysis.strategies import Rules
from crossroads.analysis.weights import Weights
from crossroads.case.fingerprint import simulation_hash
from crossroads.case.records import Case, Option, Outcome, Step, by_id
from crossroads.sampling.futures import Futures
from crossroads.simulation.ensemble import Progress, simulate
from crossroads.simulation.models import AnyModel
from crossroads.simulation.places import is_remote
from crossroads.simulation.runs import Runs, open_runs

T = TypeVar("T")
Make = Callable[[Case, Futures], Runs]
"""Whatever gives the runs of a case in some futures."""

CHUNK = 48
"""Futures in a chunk: variants are many and their futures few, so that a stop loses little."""


def change_option(option: Option, values: Mapping[str, float | str], name: str) -> Option:
    """An option with other values of some levers, in the time of its own steps, or from the start where it leaves them
    alone; `name` is its new id."""
    own = {lever for step in option.steps for lever in step.set}
    steps = [
        step.model_copy(update={"set": {lever: values.get(lever, value) for lever, value in step.set.items()}})
        for step in option.steps
    ]
    added = {lever: value for lever, value in values.items() if lever not in own}
    if added:
        steps.append(Step(ramp_months=0, set=added))
    return option.model_copy(update={"id": name, "steps": tuple(steps)})


def vary_case(case: Case, options: Iterable[Option]) -> Case:
    """The same case with its baseline option and these options in place of its own."""
    return case.model_copy(update={"options": (by_id(case.options)[case.baseline], *options)})


def make_variants(
    case: Case,
    futures: Futures,
    model: AnyModel,
    *,
    home: Path | str = "runs",
    runs: Runs | None = None,
    progress: Progress | None = None,
) -> Runs:
    """Simulate a case of variants, or what of it is missing: in a folder of its own in `home`, or beside `runs` and in
    their precision. `model` is that of the case that was varied.

    Stopped at any time, the same call goes on where it stopped. Raises RunsError, as `simulate`.
    """
    return simulate(
        case,
        futures,
        name_folder(runs, case) if runs else None,
        home=home,
        precision=runs.manifest.key.precision if runs else "float32",
        progress=progress,
        chunk=CHUNK,
        model=model,
        series=0,
        audit=False,  # the kernel is the one that was compared already
    )


def open_variants(case: Case, futures: Futures, runs: Runs) -> Runs:
    """The runs of a case of variants that lie beside `runs`. Raises RunsError where they are not there, or not all."""
    return open_runs(name_folder(runs, case), len(futures)).require_complete()


def weigh_variants(runs: Runs, rules: Rules) -> Weights:
    """How much each run of variants counts, by the rules of the game of the options; where these hold no constants,
    they are fitted to the variants. Raises WeighingError and RunsError."""
    weights, _ = play_game(runs, runs.case, prepare_weights(runs, runs.case), rules)
    return weights


def name_folder(runs: Runs, case: Case) -> Path:
    """The folder beside those of `runs` for a case of variants."""
    place = runs.path if is_remote(runs.path) else runs.path.resolve()
    return place.parent / f"{place.name}-{simulation_hash(case)[:8]}"


def read_columns(
    runs: Runs, weights: Weights, outcomes: Sequence[Outcome], work: Callable[[Column], T]
) -> Iterator[tuple[Outcome, T]]:
    """`work` on each outcome of all runs, its reactions weighed as everywhere. Raises RunsError, as `Table.read`."""
    horizons = [horizon.id for horizon in runs.case.horizons]
    places = {"option": weights.options, "reaction": weights.reactions, "horizon": horizons}
    table = Table(runs.dataset["values"], places, weights.pairs)
    start = np.zeros(table.futures)  # nothing is measured from the start
    yield from map_columns(
        table, outcomes, lambda outcome, values: work(build_column(outcome, values, start, weights))
    )
