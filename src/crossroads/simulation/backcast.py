"""The past alone: the history phase of a model for many futures, without options and without a store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.case.records import Case
from crossroads.errors import RunsError
from crossroads.simulation.compiled import make_engine
from crossroads.simulation.contract import Model
from crossroads.simulation.engines import Engine, Floats
from crossroads.simulation.layout import WEEKS_PER_YEAR, build_inputs, count_history_weeks
from crossroads.simulation.manifest import Precision
from crossroads.simulation.models import AnyModel
from crossroads.simulation.plan import make_plan

BATCH = 4096
"""Futures that are run at once."""


@dataclass(frozen=True)
class Backcast:
    """The history phase, ready to run."""

    engine: Engine
    uncertainties: tuple[str, ...]
    """The order of the columns of values."""
    inputs: tuple[str, ...]
    """Uncertainties that the history phase reads; all others change nothing in it."""
    outcomes: tuple[str, ...]
    years: tuple[int, ...]

    def run(self, values: Floats) -> NDArray[Any]:
        """What each future observed: (futures, uncertainties) -> (futures, outcomes, years)."""
        parts = list(self.run_batches(values))
        return np.concatenate(parts) if parts else np.empty((0, len(self.outcomes), len(self.years)))

    def run_batches(self, values: Floats) -> Iterator[NDArray[Any]]:
        """The same, some thousand futures at a time."""
        for first in range(0, len(values), BATCH):
            part = np.ascontiguousarray(values[first : first + BATCH], dtype=np.float64)
            past = self.engine.history(part, np.arange(first, first + len(part)))
            yield np.asarray(past.yearly).transpose(0, 2, 1)


def make_backcast(
    case: Case, model: AnyModel, precision: Precision = "float32", threads: int | None = None, seed: int = 1
) -> Backcast:
    """The history phase of a model for a case. Raises CaseError where the two do not fit, and RunsError where the model
    observes nothing of the past."""
    inputs = build_inputs(case)
    engine = make_engine(model, case, inputs, precision, threads, seed)
    years = count_history_weeks(case) // WEEKS_PER_YEAR
    if not isinstance(model, Model) or not engine.history_outcomes or not years:
        raise RunsError(
            f"The model of {case.id} has no history phase that observes anything, so it cannot be calibrated. Give a "
            "mechanism with history=True an outcome, and the case an earlier history_start."
        )
    calls = make_plan(model, inputs, "history").calls.values()
    read = {source.name for stage in calls for call in stage for source in call.sources}
    return Backcast(
        engine,
        inputs.uncertainties,
        tuple(name for name in inputs.uncertainties if name in read),
        engine.history_outcomes,
        tuple(range(case.history_start.year, case.history_start.year + years)),
    )
