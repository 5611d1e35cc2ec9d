"""How well each future explains the past: Gaussian errors in logs, exact, every series apart.

For one outcome of the history phase, series s in year t says

    log value(s, t) = log model(t) + level + drift * (t - first year) + scale(s) + discrepancy(t) + error(s, t)

The discrepancy is what the model misses whoever counts: a stationary Ornstein-Uhlenbeck process (model inadequacy, as
in Kennedy and O'Hagan 2001), shared by the series of that outcome, so that two counts of the same deaths are no two
witnesses. Level, drift and scales are Gaussian and integrated out. Outcomes are independent of each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.analysis.estimates import Floats
from crossroads.case.records import Calibration, Case, Observable
from crossroads.errors import WeighingError


@dataclass(frozen=True, order=True)
class Point:
    """One year of one series."""

    series: str
    year: int


@dataclass(frozen=True, eq=False)
class History:
    """What the history phase observed: `values` (futures, outcomes, years)."""

    outcomes: tuple[str, ...]
    years: tuple[int, ...]
    values: NDArray[Any]

    def logs(self, outcome: str, years: Sequence[int]) -> Floats:
        """(futures, years): logs of one outcome; not a number where it is not above 0.

        Raises WeighingError for an outcome or a year that was not simulated.
        """
        absent = [str(year) for year in dict.fromkeys(years) if year not in self.years]
        if outcome not in self.outcomes or absent:
            what = f"{', '.join(absent)} of {outcome}" if outcome in self.outcomes else outcome
            raise WeighingError(
                f"The history that was simulated does not hold {what}, with which the past is compared. Change "
                "the calibration of the case, or its model."
            )
        places = [self.years.index(year) for year in years]
        found = np.asarray(self.values[:, self.outcomes.index(outcome)][:, places], dtype=np.float64)
        return np.log(np.where(found > 0, found, np.nan))


@dataclass(frozen=True, eq=False)
class Block:
    """All points of one outcome that are calibrated to, with the log of what was counted at each."""

    outcome: str
    observable: Observable
    first_year: int
    points: tuple[Point, ...]
    counted: Floats

    def residuals(self, history: History) -> Floats:
        """(futures, points): log of what was counted over what is expected of each future before the past is seen."""
        return np.asarray(self.counted - self.expect(history, self.points))

    def expect(self, history: History, points: Sequence[Point]) -> Floats:
        """(futures, points): log of what a series is expected to count, by the means of scale and drift."""
        logs = history.logs(self.outcome, [point.year for point in points])
        return logs + self._design(points) @ self._means

    def covary(self, first: Sequence[Point], second: Sequence[Point]) -> Floats:
        """(first, second): covariance of the logs of points about what is expected."""
        common = self._design(first) @ np.diag(self._variances) @ self._design(second).T
        return np.asarray(common + self.covary_yearly(first, second))

    def covary_yearly(self, first: Sequence[Point], second: Sequence[Point]) -> Floats:
        """(first, second): the part that differs from year to year: discrepancy and errors."""
        years = [np.array([point.year for point in part], dtype=np.float64) for part in (first, second)]
        apart = np.abs(years[0][:, None] - years[1][None, :])
        shared = self.observable.discrepancy**2 * np.exp(-apart / self.observable.correlation_years)
        same = np.array([[one == other for other in second] for one in first]).reshape(shared.shape)
        errors = np.array([self.observable.series[point.series].error ** 2 for point in first])
        return np.asarray(shared + same * errors[:, None])

    def lasting(self, history: History, points: Sequence[Point]) -> tuple[Floats, Floats]:
        """Mean (futures, points) and covariance (points, points) of level, drift and scale, once the past is seen."""
        design, past = self._design(points), self._design(self.points)
        prior = np.diag(self._variances)
        gain = np.linalg.solve(self.covary(self.points, self.points), past @ prior).T
        known = prior - gain @ past @ prior
        return self.residuals(history) @ gain.T @ design.T, np.asarray(design @ known @ design.T)

    @cached_property
    def _measures(self) -> tuple[str, ...]:
        return tuple(self.observable.series)

    @cached_property
    def _means(self) -> Floats:
        scales = [self.observable.series[name].scale for name in self._measures]
        return np.array([0.0, self.observable.drift, *scales])

    @cached_property
    def _variances(self) -> Floats:
        scales = [self.observable.series[name].scale_error for name in self._measures]
        return np.square([self.observable.level_error, self.observable.drift_error, *scales])

    def _design(self, points: Sequence[Point]) -> Floats:
        """(points, 2 + series): how level, drift and each scale enter a point."""
        own = [[float(point.series == name) for name in self._measures] for point in points]
        rows = [[1.0, float(point.year - self.first_year), *row] for point, row in zip(points, own, strict=True)]
        return np.array(rows, dtype=np.float64).reshape(len(points), 2 + len(self._measures))


def gather_blocks(case: Case, until: int | None = None) -> tuple[Block, ...]:
    """The points that a case is calibrated to, by outcome, up to a year: by default the last of the calibration.

    Raises WeighingError where the case has no calibration.
    """
    found = require_calibration(case)
    last = found.last_year if until is None else until
    known = {series.id: series.values for series in case.history}
    blocks = [_make_block(found, outcome, known, last) for outcome in found.observables]
    return tuple(block for block in blocks if block.points)


def _make_block(found: Calibration, outcome: str, known: Mapping[str, Mapping[int, float]], last: int) -> Block:
    observable = found.observables[outcome]
    points = tuple(
        Point(name, year)
        for name in observable.series
        for year in sorted(known[name])
        if found.first_year <= year <= last
    )
    counted = np.log(np.array([known[point.series][point.year] for point in points], dtype=np.float64))
    return Block(outcome, observable, found.first_year, points, counted)


def weigh_history(case: Case, history: History, until: int | None = None) -> Floats:
    """(futures,): log likelihood of the series up to a year; minus infinity where a future has no number to compare.

    Raises WeighingError without a calibration, or where the history does not hold what it compares with.
    """
    total = np.zeros(len(history.values))
    for block in gather_blocks(case, until):
        total += measure_likelihood(block.residuals(history), block.covary(block.points, block.points))
    return total


def measure_likelihood(residuals: Floats, covariance: Floats) -> Floats:
    """(futures,): log density of each row of residuals (futures, points) under a Gaussian of mean 0, by Cholesky."""
    lower: Floats = np.linalg.cholesky(covariance).astype(np.float64)
    known = np.asarray(np.isfinite(residuals).all(axis=1))
    whitened = np.linalg.solve(lower, np.where(known[:, None], residuals, 0.0).T)
    constant = np.log(np.diag(lower)).sum() + 0.5 * len(covariance) * np.log(2 * np.pi)
    return np.where(known, -0.5 * np.square(whitened).sum(axis=0) - constant, -np.inf)


def scale_weights(logs: Floats) -> Floats:
    """(futures,): weights of mean 1 from their logs; all 0 where no future is possible."""
    highest = logs.max(initial=-np.inf)
    if not np.isfinite(highest):
        return np.zeros(len(logs))
    weights = np.exp(logs - highest)
    return np.asarray(weights / weights.mean())


def require_calibration(case: Case) -> Calibration:
    """The calibration of a case. Raises WeighingError where it has none."""
    if case.calibration is None:
        raise WeighingError(
            f"The case {case.id} has no calibration: nothing says which series of the past it is compared with. "
            'Add "calibration" to case.yaml.'
        )
    return case.calibration
