"""What weighted futures say of each year of the past: before and after the registers are seen.

A future's own line is widened by the errors that the case declares. `predict_years` asks what the registers could as
well have counted (a posterior predictive check, Gelman, Meng and Stern 1996); `predict_changes` what an earlier
calibration said of later years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis.estimates import Floats
from crossroads.analysis.likelihood import Block, History, Point
from crossroads.analysis.scores import find_mixture_quantiles

BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)
FINE = tuple((place + 0.5) / 400 for place in range(400))
"""Quantiles that stand for a whole forecast."""


@dataclass(frozen=True, eq=False)
class Predicted:
    """A forecast of one year of one series: its median, its bands, and `values`, equally likely."""

    series: str
    since: int
    year: int
    values: Floats

    def band(self, share: float) -> tuple[float, float]:
        """The ends of the central band that holds this share."""
        low, high = np.quantile(self.values, [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)


def predict_years(block: Block, history: History, weights: Floats, counted: Mapping[Point, float]) -> xr.Dataset:
    """By series, year and quantile: what could as well have been counted, with the model's own line and what was
    counted, beside how many standard deviations that lies off the middle of the futures."""
    series, years = tuple(block.observable.series), history.years
    points = [Point(name, year) for name in series for year in years]
    lasting, known = block.lasting(history, points)
    means = block.expect(history, points) + lasting
    spreads = np.sqrt(np.diag(known) + np.diag(block.covary_yearly(points, points)))
    shape = (len(series), len(years))
    bands = np.array([find_mixture_quantiles(means[:, k], weights, spread, BANDS) for k, spread in enumerate(spreads)])
    lines = np.array([find_mixture_quantiles(means[:, k], weights, 0.0, (0.5,))[0] for k in range(len(points))])
    seen = np.array([counted.get(point, np.nan) for point in points])
    off = (np.log(seen) - bands[:, BANDS.index(0.5)]) / spreads
    dims = ("series", "year")
    return xr.Dataset(
        {
            "quantiles": ((*dims, "quantile"), np.exp(bands).reshape(*shape, len(BANDS))),
            "line": (dims, np.exp(lines).reshape(shape)),
            "counted": (dims, seen.reshape(shape)),
            "off": (dims, off.reshape(shape)),
            "outcome": ("series", [block.outcome] * len(series)),
        },
        coords={"series": list(series), "year": list(years), "quantile": list(BANDS)},
    )


def predict_changes(
    block: Block, history: History, weights: Floats, series: str, since: int, years: Sequence[int], base: float
) -> tuple[Predicted, ...]:
    """Later years of one series as its own change since a year whose value is `base`, given the points of the block.

    For each future the changes are Gaussian given its residuals, level, drift and scale included; futures are mixed by
    their weights.
    """
    return tuple(_predict_change(block, history, weights, series, since, year, base) for year in years)


def _predict_change(
    block: Block, history: History, weights: Floats, series: str, since: int, year: int, base: float
) -> Predicted:
    ends = [Point(series, year), Point(series, since)]
    gain = np.linalg.solve(block.covary(block.points, block.points), block.covary(block.points, ends)).T
    means = block.expect(history, ends) + block.residuals(history) @ gain.T
    spread = block.covary(ends, ends) - gain @ block.covary(block.points, ends)
    contrast = np.array([1.0, -1.0])
    variance = max(float(contrast @ spread @ contrast), 0.0)
    quantiles = find_mixture_quantiles(means @ contrast, weights, float(np.sqrt(variance)), FINE)
    return Predicted(series, since, year, base * np.exp(quantiles))
