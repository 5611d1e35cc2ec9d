"""The full model of the Mexico case, and the futures that everybody runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.vectored import Vectored
from crossroads.case.files import load
from crossroads.cases.mexico.model import MODEL
from crossroads.simulation.layout import Floats, Inputs, build_inputs, count_history_weeks

GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class Job:
    """Futures of the case, and how its outcomes are read."""

    inputs: Inputs
    readings: Mapping[str, str]
    """Outcomes that the model gives, each with its reading."""
    weeks: int
    history_weeks: int
    marks: tuple[int, ...]
    """Weeks of the horizons."""
    values: Floats
    """(futures, uncertainties), in the order of the inputs."""

    @property
    def pairs(self) -> NDArray[np.int64]:
        """(pairs, 2): every option with every reaction that makes sense under it; the first few are of many options."""
        pairs = np.argwhere(self.inputs.applicable).astype(np.int64)
        return pairs[np.argsort(np.arange(len(pairs)) * GOLDEN % 1.0)]

    def list_runs(self, count: int | None = None) -> NDArray[np.int64]:
        """(runs, 3): future, option, reaction; the pairs of one future after those of another."""
        pairs, futures = self.pairs, len(self.values)
        rows = np.repeat(np.arange(futures), len(pairs))
        return np.column_stack([rows, np.tile(pairs, (futures, 1))])[:count]

    def make_vectored(self) -> Vectored:
        """The model to be run one run at a time."""
        return Vectored(MODEL, self.inputs, self.readings, self.weeks, self.history_weeks, self.marks)

    def count_parts(self) -> dict[str, int]:
        """How large the model is, by what is counted."""
        return {
            "mechanisms": len(MODEL.mechanisms),
            "uncertainties": len(self.inputs.uncertainties),
            "outcomes": len(self.readings),
            "pairs of option and reaction": len(self.pairs),
            "draws of chance a week": sum(len(mechanism.chances) for mechanism in MODEL.mechanisms),
            "gates": sum(len(mechanism.gates) for mechanism in MODEL.mechanisms),
            "weeks of past": self.history_weeks,
            "weeks of projection": self.weeks,
        }


def make_job(values: Floats) -> Job:
    """The job of some futures, whose columns are in the order of the case."""
    case = load("mexico")
    given = {quantity.name for mechanism in MODEL.mechanisms for quantity in mechanism.outcomes}
    return Job(
        build_inputs(case),
        {outcome.id: outcome.reading for outcome in case.outcomes if outcome.id in given},
        case.weeks,
        count_history_weeks(case),
        tuple(horizon.weeks for horizon in case.horizons),
        values,
    )
