"""Robustness metrics (McPhail et al. 2018): what an option is over all futures in one number, in eleven ways.

They differ in what they measure (performance itself, regret, distance from the option's own middle, whether a
threshold is kept) and in the futures that they look at. Reactions are averaged first. Inside, values are turned so
that more is better; what comes out is in the outcome's own unit and direction again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column, measure_regret
from crossroads.analysis.estimates import ROUNDING, Estimate, Floats, estimate, find_error
from crossroads.analysis.rankings import rank_scores
from crossroads.analysis.sifting import sift
from crossroads.analysis.thresholds import Threshold, apply_thresholds
from crossroads.analysis.weights import Weights
from crossroads.case.records import Outcome

OPTIMISM = 0.5
"""Hurwicz: the weight of the best future; the worst has the rest. Half each leans to neither side."""
CAUTION = 1.0
"""Mean and spread: standard deviations taken off the mean."""
REGRETTED = 0.9
"""Share of futures that the high regret covers."""
LEAST = 1e-6
"""The worst and the best future leave out, at their end, what a view holds for less likely than this."""
SHARES = (LEAST, 0.1, 0.25, 0.5, 0.75, 0.9, 1 - LEAST)
REGRET_SHARES = (REGRETTED, 1 - LEAST)
SOURCE = "McPhail et al. 2018, Earth's Future 6, 169-191"

Measures = Literal["performance", "regret", "deviation", "satisfaction"]
Futures = Literal["worst", "best", "worst and best", "worst half", "tail", "all"]
About = Literal["level", "spread", "level and spread", "lean", "shape"]


@dataclass(frozen=True)
class Metric:
    """One way to put an option over all futures in one number."""

    id: str
    name: str
    meaning: str
    """In plain words."""
    better: Literal["as the outcome", "more", "less"]
    unit: Literal["outcome", "share", "ratio"]
    measures: Measures
    """What is measured in each future: performance itself; regret, the distance from the best option there; deviation
    from the option's own middle; satisfaction, whether a threshold is kept."""
    futures: Futures
    """Which futures it looks at."""
    about: About
    """Level, spread around the middle, the side to which surprises lie (lean), or how much lies far out (shape)."""
    formula: str
    """Of x, performance turned so that more is better; r is regret, q10 the value that a tenth of the weight does not
    exceed."""
    reference: str
    coefficient: float | None = None

    def turn(self, outcome: Outcome) -> float:
        """1 where more of the metric is better, -1 where less is."""
        more = self.better == "more" or (self.better == "as the outcome" and outcome.direction == "more")
        return 1.0 if more else -1.0


METRICS = (
    Metric(
        "maximin",
        "Worst future",
        "What the outcome is in the option's worst future.",
        "as the outcome",
        "outcome",
        "performance",
        "worst",
        "level",
        "min x",
        "Wald 1950",
    ),
    Metric(
        "maximax",
        "Best future",
        "What the outcome is in the option's best future.",
        "as the outcome",
        "outcome",
        "performance",
        "best",
        "level",
        "max x",
        "Wald 1950",
    ),
    Metric(
        "hurwicz",
        "Between worst and best",
        "Half way between the option's worst and its best future.",
        "as the outcome",
        "outcome",
        "performance",
        "worst and best",
        "level",
        "c max x + (1 - c) min x",
        "Hurwicz 1953",
        OPTIMISM,
    ),
    Metric(
        "laplace",
        "Mean",
        "The mean over all futures, by how likely the view holds each.",
        "as the outcome",
        "outcome",
        "performance",
        "all",
        "level",
        "mean x",
        "Laplace and Simon 1951",
    ),
    Metric(
        "minimax_regret",
        "Largest regret",
        "How far the option falls behind the best one of the same future, where it falls furthest.",
        "less",
        "outcome",
        "regret",
        "worst",
        "level",
        "max r",
        "Savage 1951",
    ),
    Metric(
        "regret_90",
        "High regret",
        "The distance behind the best option of the same future that nine futures in ten do not exceed.",
        "less",
        "outcome",
        "regret",
        "tail",
        "level",
        "quantile of r that a share c does not exceed",
        "Savage 1951; Herman et al. 2015",
        REGRETTED,
    ),
    Metric(
        "mean_spread",
        "Mean less spread",
        "The mean, made worse by one standard deviation over futures.",
        "as the outcome",
        "outcome",
        "performance",
        "all",
        "level and spread",
        "mean x - c sd x",
        "Hamarat et al. 2014; Kwakkel et al. 2016; in a form that no unit changes",
        CAUTION,
    ),
    Metric(
        "undesirable",
        "Bad surprises",
        "How far the worse half of the option's futures lies below its own middle, on average.",
        "less",
        "outcome",
        "deviation",
        "worst half",
        "spread",
        "mean of q50 - x over the worse half",
        "Takriti and Ahmed 2004; Kwakkel et al. 2016",
    ),
    Metric(
        "skewness",
        "Lean of surprises",
        "Whether rare futures surprise to the good (up to 1) or to the bad (down to -1), seen from the middle.",
        "more",
        "ratio",
        "deviation",
        "tail",
        "lean",
        "((q90 + q10) / 2 - q50) / ((q90 - q10) / 2)",
        "Voudouris et al. 2014; Hamarat et al. 2014",
    ),
    Metric(
        "peakedness",
        "Closeness to the middle",
        "How wide eight futures in ten lie apart, against the inner half: high where most lie close and few lie far.",
        "more",
        "ratio",
        "deviation",
        "tail",
        "shape",
        "(q90 - q10) / (q75 - q25)",
        "Voudouris et al. 2014; Hamarat et al. 2014",
    ),
    Metric(
        "domain",
        "Threshold kept",
        "In what share of futures the outcome keeps what stakeholders ask of it; else is no worse than the baseline.",
        "more",
        "share",
        "satisfaction",
        "all",
        "level",
        "share of futures in which the threshold is kept",
        "Starr 1963; Schneller and Sphicas 1983",
    ),
)


@dataclass(frozen=True)
class Contrast:
    """A property in which two metrics differ, with its value in each."""

    property: Literal["measures", "futures", "about"]
    first: str
    second: str


def explain(first: Metric, second: Metric) -> tuple[Contrast, ...]:
    """In what two metrics differ: what they measure, in which futures, and what of it they tell."""
    contrasts = (
        Contrast("measures", first.measures, second.measures),
        Contrast("futures", first.futures, second.futures),
        Contrast("about", first.about, second.about),
    )
    return tuple(one for one in contrasts if one.first != one.second)


@dataclass(frozen=True)
class _Gathered:
    """What the metrics are made of, (1 + replicates, views, options, times): of all futures, then without each
    replicate; `quantiles` and `regrets` with shares last. Performance is turned so that more is better."""

    quantiles: Floats
    shortfalls: Floats
    regrets: Floats
    mean: Floats
    deviation: Floats
    kept: Floats

    def at(self, share: float) -> Floats:
        return np.asarray(self.quantiles[..., SHARES.index(share)])


def weigh_metrics(
    column: Column, weights: Weights, horizons: Sequence[str], thresholds: Mapping[str, Threshold]
) -> xr.Dataset:
    """Every metric of one outcome by view, option, horizon and metric: `value` in the unit and direction of the metric,
    its `error` (jackknife over replicates), and places as `rank_scores` gives them; NaN and place 0 where an option
    did not run, or the metric says nothing of it. `threshold` says by horizon what the domain criterion asks.

    The worst and best of the futures tried lie further out the more are tried, and their errors say little of that.
    """
    gathered = _gather(column, weights, apply_thresholds(column, horizons, thresholds))
    scores = np.stack([SCORES[metric.id](gathered) for metric in METRICS], axis=-1)
    level = np.fmax(np.abs(column.means["level"].mean[:, :, 0]), 0.0)
    one = np.ones_like(level)
    scale = np.stack([level if metric.unit == "outcome" else one for metric in METRICS], axis=-1)
    turned = np.array([metric.turn(column.outcome) for metric in METRICS])
    names = {"view": list(weights.views), "option": list(weights.options), "horizon": list(horizons)}
    dims = (*names, "metric")
    return xr.Dataset(
        {
            "value": (dims, scores[0] * turned + 0.0),  # no minus before nothing
            "error": (dims, find_error(scores[1:])),
            **rank_scores(scores[0], scores[1:], scale),
            "threshold": ("horizon", np.array([thresholds[one].label for one in horizons], dtype=object)),
        },
        coords={**names, "other": list(weights.options), "metric": [metric.id for metric in METRICS]},
    )


def _gather(column: Column, weights: Weights, kept: Floats) -> _Gathered:
    worth = column.sign * column.overall
    regret = measure_regret(worth)[0]
    quantiles, shortfalls = sift(worth, weights.futures, weights.replicate, SHARES)
    regrets, _ = sift(regret, weights.futures, weights.replicate, REGRET_SHARES)
    level = column.means["level"].pick(slice(None), 0)
    mean = column.sign * _unite(level)
    centre = column.sign * level.mean[0]
    square = _unite(estimate(np.square(worth - centre), weights.futures, weights.replicate))
    deviation = np.sqrt(np.maximum(square - np.square(mean - centre), 0.0))
    share = _unite(estimate(kept, weights.futures, weights.replicate))
    return _Gathered(quantiles, shortfalls[..., SHARES.index(0.5)], regrets, mean, deviation, share)


def _unite(found: Estimate) -> Floats:
    return np.concatenate([found.mean[None], found.without])


def _find_hurwicz(found: _Gathered) -> Floats:
    return OPTIMISM * found.at(1 - LEAST) + (1 - OPTIMISM) * found.at(LEAST)


def _find_skewness(found: _Gathered) -> Floats:
    low, middle, high = found.at(0.1), found.at(0.5), found.at(0.9)
    return _divide((high + low) / 2 - middle, (high - low) / 2, middle)


def _find_peakedness(found: _Gathered) -> Floats:
    return _divide(found.at(0.9) - found.at(0.1), found.at(0.75) - found.at(0.25), found.at(0.5))


def _divide(above: Floats, below: Floats, level: Floats) -> Floats:
    """The ratio; NaN where what is below is nothing but rounding at this level."""
    told = below > ROUNDING * np.abs(level)
    return np.divide(above, below, out=np.full_like(above, np.nan), where=told)


SCORES: Mapping[str, Callable[[_Gathered], Floats]] = {
    "maximin": lambda found: found.at(LEAST),
    "maximax": lambda found: found.at(1 - LEAST),
    "hurwicz": _find_hurwicz,
    "laplace": lambda found: found.mean,
    "minimax_regret": lambda found: -found.regrets[..., 1],
    "regret_90": lambda found: -found.regrets[..., 0],
    "mean_spread": lambda found: found.mean - CAUTION * found.deviation,
    "undesirable": lambda found: -2 * found.shortfalls,
    "skewness": _find_skewness,
    "peakedness": _find_peakedness,
    "domain": lambda found: found.kept,
}
"""Metric to its values, turned so that more is better."""
