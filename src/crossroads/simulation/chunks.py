"""One chunk of futures: run it, read the outcomes, and say which runs failed and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.simulation.completion import FailedRun
from crossroads.simulation.engines import Engine, Floats, Integers, Past, Projection
from crossroads.simulation.layout import Inputs
from crossroads.simulation.readings import Readings, Seen
from crossroads.simulation.status import Status

LARGEST = float(np.finfo(np.float32).max) / 208
"""Beyond this a reading (52 times the difference of two values) may not fit in float32."""
EXPLAINED = 3
"""Failed runs of a chunk that are run again to find where they went wrong."""


@dataclass(frozen=True)
class Made:
    """What a chunk gave: arrays for the store, and its failed runs."""

    block: dict[str, NDArray[Any]]
    runs: int
    failures: tuple[FailedRun, ...]


@dataclass(frozen=True)
class Maker:
    """Simulates chunks of one ensemble. Rows of `values`, `view` and `replicate` are futures."""

    engine: Engine
    inputs: Inputs
    readings: Readings
    baseline: int
    """Place of the baseline option."""
    series: int
    """The first futures, which keep their series."""
    values: Floats
    view: NDArray[Any]
    replicate: NDArray[Any]

    def make(self, span: slice) -> Made:
        """Run every applicable option and reaction for the futures of a span."""
        values = self.values[span]
        past = self.engine.history(values)
        runs = self._list_runs(len(values))
        kept = max(0, min(self.series - span.start, len(values)))
        marks = self.readings.marks_with_series if kept else self.readings.marks
        projection = self.engine.project(values, past, runs, marks)
        failures = self._find_failures(projection, values, runs, marks, kept)
        failed = {row: failure.status for row, failure in failures.items()}
        block = {
            **self._arrange(projection.seen, marks, failed, len(values), kept),
            **_observe(past),
            "futures": values,
            "view": self.view[span].astype(np.int16),
            "replicate": self.replicate[span].astype(np.int16),
        }
        listed = tuple(
            failure.model_copy(update={"future": failure.future + span.start})
            for failure in failures.values()
        )
        return Made(block, len(runs), listed)

    @cached_property
    def pairs(self) -> Integers:
        """(pairs, 2): option and reaction of every applicable pair."""
        return np.argwhere(self.inputs.applicable).astype(np.int64)

    def _list_runs(self, futures: int) -> Integers:
        """(runs, 3): row of the future, option, reaction; pair after pair."""
        rows = np.tile(np.arange(futures), len(self.pairs))
        return np.column_stack([rows, np.repeat(self.pairs, futures, axis=0)])

    def _find_failures(
        self, projection: Projection, values: Floats, runs: Integers, marks: Integers, kept: int
    ) -> dict[int, FailedRun]:
        """Row of a run to its failure. What is seen for series alone counts for futures that keep them."""
        found = {
            row: self._fail(runs[row], Status.MODEL_ERROR, message)
            for row, message in projection.errors.items()
        }
        fits = (projection.seen <= LARGEST) & (projection.seen >= -LARGEST)
        always = np.isin(marks, self.readings.marks)
        fine = fits[:, always].all(axis=(1, 2)) & (fits.all(axis=(1, 2)) | (runs[:, 0] >= kept))
        rows = [int(row) for row in np.flatnonzero(~fine) if int(row) not in found]
        for place, row in enumerate(rows):
            counts = fits[row] if runs[row, 0] < kept else fits[row] | ~always[:, None]
            reason = self._describe(projection.seen[row], counts, marks)
            future, option, reaction = (int(each) for each in runs[row])
            more = self.engine.explain(values[future], option, reaction) if place < EXPLAINED else ""
            found[row] = self._fail(runs[row], Status.NOT_FINITE, f"{reason}; {more}" if more else reason)
        return dict(sorted(found.items()))

    def _describe(self, seen: Seen, fits: NDArray[np.bool_], marks: Integers) -> str:
        mark, outcome = np.argwhere(~fits)[0]
        value = float(seen[mark, outcome])
        large = "infinite" if np.isinf(value) else f"too large ({value:.3g})"
        what = "not a number" if np.isnan(value) else large
        return f"{self.engine.outcomes[outcome]} was {what} at the end of week {marks[mark]}"

    def _fail(self, run: Integers, status: Status, reason: str) -> FailedRun:
        future, option, reaction = (int(each) for each in run)
        return FailedRun(option=option, reaction=reaction, future=future, status=status, reason=reason)

    def _arrange(
        self, seen: Seen, marks: Integers, failed: Mapping[int, Status], futures: int, kept: int
    ) -> dict[str, NDArray[Any]]:
        """Runs in a row -> arrays by option and reaction; failed runs are not a number."""
        ends = np.full(len(seen), Status.OK, dtype=np.uint8)
        ends[list(failed)] = list(failed.values())
        seen = seen.copy() if failed else seen
        seen[list(failed)] = np.nan
        status = np.full((*self.inputs.applicable.shape, futures), Status.NOT_APPLICABLE, dtype=np.uint8)
        status[self.pairs[:, 0], self.pairs[:, 1]] = ends.reshape(len(self.pairs), futures)
        arranged = {
            "values": self._spread(self.readings.at_horizons(seen, marks), futures),
            "status": status,
            "start": self._start(seen, marks, futures),
        }
        if kept:
            with_series = np.tile(np.arange(futures) < kept, len(self.pairs))
            arranged["series"] = self._spread(self.readings.by_quarter(seen[with_series], marks), kept)
        return arranged

    def _spread(self, readings: NDArray[np.float32], futures: int) -> NDArray[np.float32]:
        shape = readings.shape[1:]
        spread = np.full((*self.inputs.applicable.shape, futures, *shape), np.nan, dtype=np.float32)
        spread[self.pairs[:, 0], self.pairs[:, 1]] = readings.reshape(len(self.pairs), futures, *shape)
        return spread

    def _start(self, seen: Seen, marks: Integers, futures: int) -> NDArray[np.float32]:
        """The baseline option under its first applicable reaction, which no judged share can move."""
        pair = int(np.flatnonzero(self.pairs[:, 0] == self.baseline)[0])
        first = seen[pair * futures : (pair + 1) * futures]
        return self.readings.at_start(first, marks)


def _observe(past: Past) -> dict[str, NDArray[Any]]:
    """The yearly history as (futures, outcomes, years); nothing where there is none."""
    yearly = np.asarray(past.yearly, dtype=np.float32).transpose(0, 2, 1)
    if not yearly.size:
        return {}
    return {"history": np.where(np.isnan(yearly), np.float32(np.nan), yearly)}
