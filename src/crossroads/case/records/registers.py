"""How the past weighs on futures: what measures what, and how far each may err."""

from __future__ import annotations

from pydantic import Field

from crossroads.case.records.base import Id, Record, Text

HISTORY = "history"
"""The id of the belief that a calibration gives, beside those of the views; no view may take it."""


class Measure(Record):
    """How far a yearly series may lie from the outcome that it measures; all in logs, so that 0.1 is about 10 %."""

    error: float = Field(gt=0)
    """Standard deviation of one year's error, each year by itself."""
    scale: float = 0.0
    """Mean of the log of the series over the outcome: below 0 where the series counts less."""
    scale_error: float = Field(0.0, ge=0)
    """Standard deviation of that, the same for all years; where it is large, only the changes of the series count."""
    because: Text
    """The reason for these numbers, in words."""


class Observable(Record):
    """A yearly outcome of the history phase, and the series that measure it, each apart."""

    name: Text
    level_error: float = Field(0.0, ge=0)
    """Standard deviation of the log of the true level over that of the model, the same for all years."""
    drift: float = 0.0
    """Mean growth a year, in logs, that the model leaves out, from the first year calibrated to."""
    drift_error: float = Field(0.0, ge=0)
    """Standard deviation of that growth."""
    discrepancy: float = Field(gt=0)
    """Standard deviation of the log of what happened over what the model says at its best."""
    correlation_years: float = Field(gt=0)
    """Time in which that falls to 1/e of itself: what the model missed this year it misses next year too."""
    because: Text
    """The reason for these numbers, in words."""
    series: dict[Id, Measure]
    """Id of a series of the past to how it measures the outcome."""


class Forecast(Record):
    """Years to predict of one series, as its own change."""

    series: Id
    since: int
    """The year against which changes are counted; its value is taken as known."""
    years: tuple[int, ...] = Field(min_length=1)


class Holdout(Record):
    """A test out of sample: calibrated to an earlier year, what did it say of later ones?"""

    until: int
    """The last year that is calibrated to."""
    forecasts: tuple[Forecast, ...]
    rival: Id
    """A series of the past with a published projection; its changes are scored beside the model's own."""
    rival_error: float = Field(gt=0)
    """Standard deviation of the log error of that projection."""
    because: Text
    """The reason for that number, in words."""


class Calibration(Record):
    """The belief that what happened tells: futures weigh as much as they explain the past."""

    name: Text
    """What the belief is called where views are chosen."""
    meaning: Text
    first_year: int
    last_year: int
    """The years that are calibrated to."""
    floor: float = Field(gt=0)
    """Effective futures below which the belief is refused."""
    width_of: Id
    """The uncertainty that the past must not seem to know better than it does."""
    least_width: float = Field(gt=1)
    """How many times its 5 % quantile its 95 % quantile must be after calibration."""
    observables: dict[Id, Observable] = Field(min_length=1)
    """Outcome of the history phase to the series that measure it; only these enter."""
    holdout: Holdout | None = None
    evidence: tuple[Id, ...] = ()
