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
Floats = NDArray[np.float64]


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
        return np.stack(
            [self._read(seen, marks, week, min(week, WEEKS_PER_YEAR)) for week in self.horizons], axis=-1
        )

    def by_quarter(self, seen: Seen, marks: Weeks) -> Floats:
        """(runs, outcomes, quarters): rates are the quarter's amount a year."""
        weeks = range(WEEKS_PER_QUARTER, self.weeks + 1, WEEKS_PER_QUARTER)
        return np.stack([self._read(seen, marks, week, WEEKS_PER_QUARTER) for week in weeks], axis=-1)

    def at_start(self, seen: Seen, marks: Weeks) -> Floats:
        """(runs, outcomes): rates of the first week, a year; levels after it; totals are 0."""
        first = self._read(seen, marks, 1, 1)
        return np.where(self._is("total"), np.where(np.isfinite(first), 0.0, np.nan), first)

    def _read(self, seen: Seen, marks: Weeks, week: int, window: int) -> Floats:
        now = self._see(seen, marks, week)
        with np.errstate(invalid="ignore", over="ignore"):
            rate = (now - self._see(seen, marks, week - window)) * (WEEKS_PER_YEAR / window)
        return np.where(self._is("rate"), rate, now)

    def _see(self, seen: Seen, marks: Weeks, week: int) -> Floats:
        if week == 0:
            return np.zeros((seen.shape[0], seen.shape[2]))
        place = int(np.searchsorted(marks, week))
        if place == len(marks) or marks[place] != week:
            raise KeyError(f"week {week} was not seen")
        return seen[:, place, :].astype(np.float64)

    def _is(self, kind: str) -> NDArray[np.bool_]:
        return np.array([each == kind for each in self.kinds], dtype=bool)
