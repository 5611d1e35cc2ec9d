"""One chunk of futures: run it, read the outcomes, and say which runs failed and why."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.simulation.audit import Audit, Auditor, choose_runs, compare_runs, measure_typical
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
    audit: Audit | None = None
    """How far some of the runs lie from double precision; none where no run was audited."""


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
    auditor: Auditor | None = None
    first: int = 0
    """Which future the first row is."""

    def make(self, span: slice) -> Made:
        """Run every applicable option and reaction for the futures of a span."""
        rows = slice(span.start - self.first, span.stop - self.first)
        values = self.values[rows]
        numbers = np.arange(span.start, span.stop)
        past = self.engine.history(values, numbers)
        runs = self._list_runs(len(values))
        kept = max(0, min(self.series - span.start, len(values)))
        marks = self.readings.marks_with_series if kept else self.readings.marks
        projection = self.engine.project(values, past, runs, marks)
        failures = self._find_failures(projection, values, numbers, runs, marks, kept)
        failed = {row: failure.status for row, failure in failures.items()}
        block = {
            **self._arrange(projection.seen, marks, failed, len(values), kept),
            **_observe(past),
            "futures": values,
            "view": self.view[rows].astype(np.int16),
            "replicate": self.replicate[rows].astype(np.int16),
        }
        listed = tuple(
            failure.model_copy(update={"future": failure.future + span.start})
            for failure in failures.values()
        )
        return Made(block, len(runs), listed, self._audit(block, span.start, marks, kept))

    @cached_property
    def pairs(self) -> Integers:
        """(pairs, 2): option and reaction of every applicable pair."""
        return np.argwhere(self.inputs.applicable).astype(np.int64)

    def _list_runs(self, futures: int) -> Integers:
        """(runs, 3): row of the future, option, reaction; pair after pair."""
        rows = np.tile(np.arange(futures), len(self.pairs))
        return np.column_stack([rows, np.repeat(self.pairs, futures, axis=0)])

    def _find_failures(
        self,
        projection: Projection,
        values: Floats,
        numbers: Integers,
        runs: Integers,
        marks: Integers,
        kept: int,
    ) -> dict[int, FailedRun]:
        """Row of a run to its failure. What is seen for series alone counts for futures that keep them."""
        found = {
            row: self._fail(runs[row], Status.MODEL_ERROR, message)
            for row, message in projection.errors.items()
        }
        fits = _find_fits(projection.seen)
        always = np.isin(marks, self.readings.marks)
        fine = self._find_fine(fits, marks, runs[:, 0] < kept)
        rows = [int(row) for row in np.flatnonzero(~fine) if int(row) not in found]
        for place, row in enumerate(rows):
            counts = fits[row] if runs[row, 0] < kept else fits[row] | ~always[:, None]
            reason = self._describe(projection.seen[row], counts, marks)
            future, option, reaction = (int(each) for each in runs[row])
            told = place < EXPLAINED
            more = self.engine.explain(values[future], int(numbers[future]), option, reaction) if told else ""
            found[row] = self._fail(runs[row], Status.NOT_FINITE, f"{reason}; {more}" if more else reason)
        return dict(sorted(found.items()))

    def _find_fine(
        self, fits: NDArray[np.bool_], marks: Integers, with_series: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """(runs,): whether all that counts for a run can be stored."""
        always = np.isin(marks, self.readings.marks)
        return fits[:, always].all(axis=(1, 2)) & (fits.all(axis=(1, 2)) | ~with_series)

    def _audit(self, block: Mapping[str, NDArray[Any]], first: int, marks: Integers, kept: int) -> Audit | None:
        """Run some runs again in double precision, from the same futures, and compare what is stored of them."""
        if self.auditor is None:
            return None
        begun = time.perf_counter()
        runs = choose_runs(self.auditor.seed, self.pairs, first, len(block["futures"]))
        if not len(runs):
            return None
        rows, places = np.unique(runs[:, 0], return_inverse=True)
        values, again = block["futures"][rows], np.column_stack([places, runs[:, 1:]])
        engine = self.auditor.engine
        seen = engine.project(values, engine.history(values, first + rows), again, marks).seen
        fine = self._find_fine(_find_fits(seen), marks, runs[:, 0] < kept)
        double = self.readings.at_horizons(np.where(fine[:, None, None], seen, np.nan), marks)
        stored = block["values"][runs[:, 1], runs[:, 2], runs[:, 0]]
        typical = measure_typical(block["values"], block["status"] == Status.OK)
        audit = compare_runs(runs, stored, double, typical, first)
        return audit.model_copy(update={"seconds": time.perf_counter() - begun})

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
            "values": self._spread(seen, futures, futures, lambda part: self.readings.at_horizons(part, marks)),
            "status": status,
            "start": self._start(seen, marks, futures),
        }
        if kept:
            arranged["series"] = self._spread(
                seen, futures, kept, lambda part: self.readings.by_quarter(part, marks)
            )
        return arranged

    def _spread(
        self, seen: Seen, futures: int, kept: int, read: Callable[[Seen], NDArray[np.float32]]
    ) -> NDArray[np.float32]:
        """Readings of the first `kept` futures by option and reaction, pair after pair so that little lies around."""
        shape = read(seen[:0]).shape[1:]
        spread = np.empty((*self.inputs.applicable.shape, kept, *shape), dtype=np.float32)
        spread[~self.inputs.applicable] = np.nan
        for place, (option, reaction) in enumerate(self.pairs):
            spread[option, reaction] = read(seen[place * futures : place * futures + kept])
        return spread

    def _start(self, seen: Seen, marks: Integers, futures: int) -> NDArray[np.float32]:
        """The baseline option under its first applicable reaction, which no judged share can move."""
        pair = int(np.flatnonzero(self.pairs[:, 0] == self.baseline)[0])
        first = seen[pair * futures : (pair + 1) * futures]
        return self.readings.at_start(first, marks)


def _find_fits(seen: Seen) -> NDArray[np.bool_]:
    """Where a value is finite and small enough to be stored."""
    return np.asarray((seen <= LARGEST) & (seen >= -LARGEST))


def _observe(past: Past) -> dict[str, NDArray[Any]]:
    """The yearly history as (futures, outcomes, years); nothing where there is none."""
    yearly = np.asarray(past.yearly, dtype=np.float32).transpose(0, 2, 1)
    if not yearly.size:
        return {}
    return {"history": np.where(np.isnan(yearly), np.float32(np.nan), yearly)}
