"""The toy town with a past to be weighed by: 804 and 808 homes counted, and a history known by hand."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from crossroads.analysis.likelihood import History
from crossroads.case.files import load
from crossroads.case.records import Calibration, Case, Forecast, Holdout, Measure, Observable, Series
from crossroads.sampling.futures import Futures, sample

HOMES = "homes_at_risk"
YEARS = (2024, 2025)


@cache
def load_toy() -> Case:
    return load("toy")


def make_measure(error: float = 0.01, **more: Any) -> Measure:
    return Measure(**{"error": error, "because": "made up", **more})


def make_observable(series: dict[str, Measure] | None = None, **more: Any) -> Observable:
    parts = {
        "name": "Homes",
        "discrepancy": 0.005,
        "correlation_years": 2.0,
        "because": "made up",
        "series": series or {"homes_counted": make_measure()},
    }
    return Observable(**{**parts, **more})


def make_calibration(observable: Observable | None = None, **more: Any) -> Calibration:
    parts = {
        "name": "Hindsight",
        "meaning": "As the register says.",
        "first_year": 2024,
        "last_year": 2025,
        "floor": 32,
        "width_of": "flood_rate",
        "least_width": 1.5,
        "observables": {HOMES: observable or make_observable()},
        "evidence": ("home-count",),
    }
    return Calibration(**{**parts, **more})


def make_holdout(**more: Any) -> Holdout:
    parts = {
        "until": 2024,
        "forecasts": (Forecast(series="homes_counted", since=2024, years=(2025,)),),
        "rival": "homes_foretold",
        "rival_error": 0.002,
        "because": "made up",
    }
    return Holdout(**{**parts, **more})


def make_town(calibration: Calibration | None = None, **more: Any) -> Case:
    """The toy case with a calibration, and a second count and a prediction of its homes."""
    town = load_toy()
    extra = (
        make_series("homes_lit", {2024: 402.0, 2025: 405.0}),
        make_series("homes_foretold", {2024: 800.0, 2025: 816.0}),
    )
    update = {"calibration": calibration or make_calibration(), "history": (*town.history, *extra), **more}
    return town.model_copy(update=update)


def make_series(name: str, values: dict[int, float]) -> Series:
    return Series(id=name, name=name, unit="homes", meaning="M.", sources=(), status="verified", values=values)


def draw(count: int = 1024) -> Futures:
    return sample(load_toy(), count)


def observe(growth: np.ndarray) -> History:
    """Homes at the end of each year, by hand: 800 at the start of 2024, growing week by week."""
    weeks = np.array([52.0, 104.0])
    homes = 800.0 * (1.0 + np.asarray(growth)[:, None] / 52.0) ** weeks
    return History((HOMES,), YEARS, homes[:, None, :])
