"""Out of sample: what a calibration to earlier years said of later ones, and how two simple rivals did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from crossroads.analysis.estimates import Floats
from crossroads.analysis.likelihood import Block, History, gather_blocks
from crossroads.analysis.predictions import FINE, Predicted, predict_changes
from crossroads.analysis.scores import count_hits, find_mixture_quantiles, score_ensemble
from crossroads.case.records import Case, Forecast, Holdout

MODEL, RIVAL, LAST = "model", "rival", "last"
METHODS = (MODEL, RIVAL, LAST)
"""The weighted futures; the published projection; no change since the last year known."""
Values = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True)
class Score:
    """How one method did on one forecast; counts and scores in the unit of the series."""

    series: str
    since: int
    years: tuple[int, ...]
    method: str
    crps: float
    """Mean over the years."""
    hits_50: int
    hits_90: int
    medians: tuple[float, ...]
    bands: tuple[tuple[float, float], ...]
    """90 % bands."""
    truths: tuple[float, ...]


def score_holdout(case: Case, held: Holdout, history: History, weights: Floats) -> tuple[Score, ...]:
    """Every forecast of the holdout by every method; `weights` (futures,) are calibrated to its last year."""
    blocks = {name: block for block in gather_blocks(case, held.until) for name in block.observable.series}
    known = {series.id: series.values for series in case.history}
    return tuple(_score_all(held, blocks, history, weights, known))


def _score_all(
    held: Holdout, blocks: Mapping[str, Block], history: History, weights: Floats, known: Values
) -> Iterator[Score]:
    for forecast in held.forecasts:
        block, base = blocks[forecast.series], known[forecast.series][forecast.since]
        by_model = predict_changes(block, history, weights, forecast.series, forecast.since, forecast.years, base)
        yield _score(MODEL, forecast, by_model, known)
        yield _score(RIVAL, forecast, tuple(_follow(forecast, held, known)), known)
        yield _score(LAST, forecast, tuple(_stay(forecast, held, known)), known)


def _score(method: str, forecast: Forecast, made: tuple[Predicted, ...], known: Values) -> Score:
    truths = tuple(float(known[forecast.series][each.year]) for each in made)
    alike = np.ones(len(FINE))
    scores = [score_ensemble(each.values, alike, truth) for each, truth in zip(made, truths, strict=True)]
    return Score(
        forecast.series,
        forecast.since,
        forecast.years,
        method,
        float(np.mean(scores)),
        count_hits(*_ends(made, 0.5), truths),
        count_hits(*_ends(made, 0.9), truths),
        tuple(float(np.median(each.values)) for each in made),
        tuple(each.band(0.9) for each in made),
        truths,
    )


def _ends(made: tuple[Predicted, ...], share: float) -> tuple[list[float], list[float]]:
    """Low and high ends of the central bands."""
    bands = [each.band(share) for each in made]
    return [low for low, _ in bands], [high for _, high in bands]


def _follow(forecast: Forecast, held: Holdout, known: Values) -> Iterator[Predicted]:
    """The changes of the published projection, with the spread of its fit."""
    rival, base = known[held.rival], known[forecast.series][forecast.since]
    for year in forecast.years:
        middle = np.log(base * rival[year] / rival[forecast.since])
        yield _spread(forecast, year, middle, held.rival_error)


def _stay(forecast: Forecast, held: Holdout, known: Values) -> Iterator[Predicted]:
    """Last year's value, with the spread of the series' own yearly changes up to the year calibrated to."""
    values = known[forecast.series]
    years = [year for year in sorted(values) if year <= held.until and year - 1 in values]
    changes = np.array([np.log(values[year] / values[year - 1]) for year in years])
    step = float(np.sqrt(np.mean(np.square(changes)))) if len(changes) else 0.0
    for year in forecast.years:
        yield _spread(forecast, year, np.log(values[forecast.since]), step * np.sqrt(year - forecast.since))


def _spread(forecast: Forecast, year: int, middle: float, spread: float) -> Predicted:
    quantiles = find_mixture_quantiles(np.array([middle]), np.ones(1), spread, FINE)
    return Predicted(forecast.series, forecast.since, year, np.exp(quantiles))
