"""From what the engine saw at marks (weeks) to what an outcome reads: a rate, a total or a level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from crossroads.case.records import Case

WEEKS_PER_YEAR = 52
WEEKS_PER_QUARTER = 13
Weeks = NDArray[np.int64]
Seen = NDArray[np.floating]
"""(runs, marks, outcomes): since the start for a rate or a total, at the end of the week for a level."""
Floats = NDArray[np.float32]
"""What is stored; worked out in float64."""


@dataclass(frozen=True)
class Readings:
    """How the outcomes of a case are read. Weeks count from 1; week 0 is the start."""

    horizons: tuple[int, ...]
    kinds: tuple[str, ...]
    """The reading of each outcome."""
    weeks: int

    @classmethod
    def of(cls, case: Case, outcomes: Sequence[str]) -> Readings:
        """The readings that a case declares for some of its outcomes, in their order."""
        kinds = {outcome.id: outcome.reading for outcome in case.outcomes}
        return cls(
            tuple(horizon.weeks for horizon in case.horizons),
            tuple(kinds[outcome] for outcome in outcomes),
            case.weeks,
        )

    @cached_property
    def marks(self) -> Weeks:
        """Weeks that every run is seen at: the first, the horizons and a year before each."""
        years_before = [week - WEEKS_PER_YEAR for week in self.horizons if week > WEEKS_PER_YEAR]
        return np.unique(np.array([1, *self.horizons, *years_before], dtype=np.int64))

    @cached_property
    def marks_with_series(self) -> Weeks:
        """The same, with the end of every quarter."""
        return np.union1d(self.marks, np.arange(WEEKS_PER_QUARTER, self.weeks + 1, WEEKS_PER_QUARTER))

    @property
    def quarters(self) -> int:
        """Number of whole quarters."""
        return self.weeks // WEEKS_PER_QUARTER

    def at_horizons(self, seen: Seen, marks: Weeks) -> Floats:
        """(runs, outcomes, horizons): rates over the last year, or the time so far where it is shorter."""
        return self._gather(seen, marks, [(week, min(week, WEEKS_PER_YEAR)) for week in self.horizons])

    def by_quarter(self, seen: Seen, marks: Weeks) -> Floats:
        """(runs, outcomes, quarters): rates are the quarter's amount a year."""
        weeks = range(WEEKS_PER_QUARTER, self.weeks + 1, WEEKS_PER_QUARTER)
        return self._gather(seen, marks, [(week, WEEKS_PER_QUARTER) for week in weeks])

    def at_start(self, seen: Seen, marks: Weeks) -> Floats:
        """(runs, outcomes): rates of the first week, a year; levels after it; totals are 0."""
        first = self._read(seen, marks, 1, 1)
        nothing = np.where(np.isfinite(first), np.float32(0.0), np.float32(np.nan))  # a lost run stays lost
        return np.where(self._is("total"), nothing, first)

    def _gather(self, seen: Seen, marks: Weeks, dates: Sequence[tuple[int, int]]) -> Floats:
        """(runs, outcomes, dates), from each date's week and the weeks that a rate looks back."""
        found = np.empty((seen.shape[0], seen.shape[2], len(dates)), dtype=np.float32)
        for place, (week, window) in enumerate(dates):
            found[:, :, place] = self._read(seen, marks, week, window)
        return found

    def _read(self, seen: Seen, marks: Weeks, week: int, window: int) -> Floats:
        rates = self._is("rate")
        read = self._see(seen, marks, week)
        if week > window:
            read[:, rates] -= self._see(seen, marks, week - window)[:, rates]
        read[:, rates] *= WEEKS_PER_YEAR / window
        return read.astype(np.float32)

    def _see(self, seen: Seen, marks: Weeks, week: int) -> NDArray[np.float64]:
        place = int(np.searchsorted(marks, week))
        if place == len(marks) or marks[place] != week:
            raise KeyError(f"week {week} was not seen")
        return seen[:, place, :].astype(np.float64)

    def _is(self, kind: str) -> NDArray[np.bool_]:
        return np.array([each == kind for each in self.kinds], dtype=bool)
