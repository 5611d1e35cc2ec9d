"""Robustness: the places of options under each metric, where metrics differ and why, what is dominated, who loses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import isfinite

import xarray as xr

from crossroads.analysis.metrics import METRICS, SOURCE, Contrast, Metric, explain
from crossroads.analysis.results import Analysis
from crossroads.analysis.thresholds import BASELINE
from crossroads.presentation.charts import tidy
from crossroads.presentation.dominated import name_some, say_dominance, tabulate_dominance, tabulate_losers
from crossroads.presentation.figures import Cells, Choice, Figure
from crossroads.presentation.grids import draw_agreement, draw_places
from crossroads.presentation.tables import MIXTURE, Cell, Names, Plain, Row, Table
from crossroads.presentation.words import NOT_APART, counted, listed, sentence

SAYS = {
    "performance": "the outcome itself",
    "regret": "the distance from the best option of the same future",
    "deviation": "the distance from the option's own middle",
    "satisfaction": "whether a threshold is kept",
    "worst": "the worst future alone",
    "best": "the best future alone",
    "worst and best": "the worst and the best future alone",
    "worst half": "the worse half of futures",
    "tail": "the tails",
    "all": "all futures",
    "level": "the level",
    "spread": "the spread",
    "level and spread": "level and spread",
    "lean": "the side to which surprises lie",
    "shape": "how much lies far from the middle",
}
ASKS = {"measures": "measures", "futures": "looks at", "about": "is about"}

FEW = 3
"""Options that may stand beside the first untold before none is named."""


@dataclass(frozen=True)
class MetricLine:
    """One metric in words."""

    name: str
    meaning: str
    kind: str
    formula: str
    reference: str


@dataclass(frozen=True)
class Robustness:
    """The section on robustness."""

    intro: str
    metrics: tuple[MetricLine, ...]
    firsts: tuple[Table, ...]
    """Metrics by outcomes, for the near and the last horizon."""
    places: Figure
    agreement: Figure
    differences: tuple[str, ...]
    thresholds: tuple[str, ...]
    dominance: Table
    dominance_says: str
    losers: Plain
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class _Found:
    """What was weighed, in the mixture where it depends on a view."""

    metrics: xr.Dataset
    rankings: xr.Dataset
    names: Names

    @property
    def outcomes(self) -> list[str]:
        return [str(one) for one in self.metrics["outcome"].values]

    @property
    def horizons(self) -> list[str]:
        return list(dict.fromkeys((self.names.near, self.names.last)))

    def head(self, outcome: str) -> str:
        return self.names.outcomes[outcome].short


def describe_robustness(analysis: Analysis, names: Names) -> Robustness:
    """The section on robustness, in the mixture of views."""
    found = _Found(
        analysis.metrics.sel(view=MIXTURE).transpose("outcome", "horizon", "metric", "option", ...),
        analysis.rankings.sel(view=MIXTURE).transpose("outcome", "horizon", "metric", "other_metric"),
        names,
    )
    places, agreement = _draw_places(found), _draw_agreement(found)
    return Robustness(
        _introduce(),
        tuple(_describe_metric(metric) for metric in METRICS),
        tuple(_tabulate_firsts(found, horizon) for horizon in found.horizons),
        places,
        agreement,
        tuple(_say_difference(found, outcome) for outcome in found.outcomes),
        tuple(_say_thresholds(found)),
        tabulate_dominance(analysis.dominance, found.outcomes, names),
        say_dominance(analysis.dominance, names),
        tabulate_losers(analysis.losers, analysis.losses, names),
        (places, agreement),
    )


def _introduce() -> str:
    return (
        f"“Robust” can mean many things. {len(METRICS)} metrics of the literature ({SOURCE}) put each option, over all "
        "futures, in one number. They measure different things in different futures, and so they need not agree; where "
        "they do not, the choice between them is a judgement about risk and not a fact. Reactions are averaged first. "
        "The worst and the best future are those that were tried: more futures would find more extreme ones."
    )


def _describe_metric(metric: Metric) -> MetricLine:
    kind = f"measures {SAYS[metric.measures]}; looks at {SAYS[metric.futures]}; is about {SAYS[metric.about]}"
    coefficient = "" if metric.coefficient is None else f", c = {metric.coefficient:g}"
    return MetricLine(metric.name, metric.meaning, sentence(kind), metric.formula + coefficient, metric.reference)


def _tabulate_firsts(found: _Found, horizon: str) -> Table:
    rows = [
        Row(metric.name, tuple(_say_first(found, outcome, horizon, metric.id) for outcome in found.outcomes))
        for metric in METRICS
    ]
    caption = (
        "The option that each metric puts first. Below it, how many others Monte Carlo error cannot tell apart from "
        f"it ({NOT_APART}); where these are more than {FEW}, none is named. –: the metric says nothing, as no option "
        "varies."
    )
    columns = tuple(found.head(outcome) for outcome in found.outcomes)
    return Table(f"Put first {found.names.after(horizon)}", caption, columns, tuple(rows))


def _say_first(found: _Found, outcome: str, horizon: str, metric: str) -> Cell:
    given = found.metrics.sel(outcome=outcome, horizon=horizon, metric=metric)
    ranked, low = given["rank"].values, given["rank_low"].values
    first = [str(one) for one in given["option"].values[ranked == 1]]
    if not first:
        return Cell("–")
    others = int((low == 1).sum()) - len(first)
    if others > FEW:
        return Cell(f"{counted(others + len(first), 'option')}", "not told apart")
    note = f"{NOT_APART} {counted(others, 'other')}" if others > 0 else ""
    if len(first) > 1:
        return Cell(f"{counted(len(first), 'option')} alike", note)
    return Cell(found.names.options[first[0]].short, note)


def _draw_places(found: _Found) -> Figure:
    names = found.names
    rows = [row for place in product(found.outcomes, found.horizons) for row in _list_places(found, *place)]
    options = tuple(one.short for one in names.options.values())
    notes = {
        f"{found.head(outcome)}|{names.horizons[horizon].name}": _count_firsts(found, outcome, horizon)
        for outcome, horizon in product(found.outcomes, found.horizons)
    }
    return draw_places(
        "places",
        "Places of the options under each metric",
        rows,
        options,
        tuple(metric.name for metric in METRICS),
        says="1 is best. Two numbers: places that equals share, or that Monte Carlo error leaves open. Framed: may be "
        "the first. Empty: the metric says nothing.",
        alt_text=f"Grid of places: {len(options)} options by {len(METRICS)} metrics, for one outcome and horizon.",
        choices=_list_choices(found),
        notes=notes,
    )


def _list_places(found: _Found, outcome: str, horizon: str) -> Iterator[Cells]:
    given = found.metrics.sel(outcome=outcome, horizon=horizon)
    parts = {str(name): given[name].values for name in ("rank", "rank_low", "rank_high", "value", "error")}
    head = (found.head(outcome), found.names.horizons[horizon].name)
    for row, option in enumerate(found.names.options.values()):
        for column, metric in enumerate(METRICS):
            at = {name: values[column, row] for name, values in parts.items()}
            if not at["rank"]:
                yield (*head, option.short, metric.name, None, None, None, None, None, "no")
                continue
            places = (int(at[name]) for name in ("rank", "rank_low", "rank_high"))
            first = "yes" if at["rank_low"] == 1 else "no"
            yield (*head, option.short, metric.name, *places, tidy(at["value"]), tidy(at["error"]), first)


def _list_choices(found: _Found) -> tuple[Choice, ...]:
    outcomes = tuple(found.head(one) for one in found.outcomes)
    horizons = tuple(found.names.horizons[one].name for one in found.horizons)
    return Choice("outcome", "Outcome", outcomes, outcomes[0]), Choice("horizon", "After", horizons, horizons[-1])


def _count_firsts(found: _Found, outcome: str, horizon: str) -> str:
    """How many options some metric puts first, and those that no metric says cannot be first."""
    given = found.metrics.sel(outcome=outcome, horizon=horizon)
    told = (given["rank_low"].values == 1).sum(axis=1) <= FEW + 1
    first = (given["rank"].values == 1)[told].any(axis=0)
    ranked = (given["rank"].values > 0).any(axis=1)
    always = (given["rank_low"].values[ranked] == 1).all(axis=0)
    names = [found.names.call(str(one)) for one in given["option"].values[always]]
    stable = name_some(names)
    count = sentence(counted(int(first.sum()), "option is", "options are")).rstrip(".")
    text = f"{count} put first by a metric that tells them apart"
    return f"{text}; under every metric that ranks, first or not told apart from it: {stable}."


def _draw_agreement(found: _Found) -> Figure:
    rows = [row for place in product(found.outcomes, found.horizons) for row in _list_agreement(found, *place)]
    notes = {
        f"{found.head(outcome)}|{found.names.horizons[horizon].name}": _say_least(found, outcome, horizon)
        for outcome, horizon in product(found.outcomes, found.horizons)
    }
    return draw_agreement(
        "agreement",
        "How far two metrics agree on the order of options",
        rows,
        tuple(metric.name for metric in METRICS),
        says="Kendall's tau-b: 1 is the same order, 0 no relation, −1 the opposite order. Empty: one ranks nothing.",
        alt_text=f"Grid of agreement between {len(METRICS)} metrics, for one outcome and horizon.",
        choices=_list_choices(found),
        notes=notes,
    )


def _list_agreement(found: _Found, outcome: str, horizon: str) -> Iterator[Cells]:
    given = found.rankings.sel(outcome=outcome, horizon=horizon)
    tau, opposed = given["tau"].values, given["opposed"].values
    head = (found.head(outcome), found.names.horizons[horizon].name)
    for one, two in product(range(len(METRICS)), repeat=2):
        yield (*head, METRICS[one].name, METRICS[two].name, tidy(tau[one, two]), int(opposed[one, two]))


def _find_pairs(found: _Found, outcome: str, horizon: str) -> list[tuple[int, float, int, int]]:
    """Pairs of metrics that both rank, those that put most pairs of options in clearly opposite orders first."""
    given = found.rankings.sel(outcome=outcome, horizon=horizon)
    tau, opposed = given["tau"].values, given["opposed"].values
    pairs = [
        (int(opposed[one, two]), float(tau[one, two]), one, two)
        for one, two in combinations(range(len(METRICS)), 2)
        if isfinite(tau[one, two])
    ]
    return sorted(pairs, key=lambda pair: (-pair[0], pair[1]))


def _say_least(found: _Found, outcome: str, horizon: str) -> str:
    """Which two metrics disagree most, over which options, and why."""
    pairs = _find_pairs(found, outcome, horizon)
    if not pairs:
        return "No two metrics rank the options."
    opposed, _, one, two = pairs[0]
    if not opposed:
        return "No two metrics put any two options in clearly opposite orders."
    given = found.rankings.sel(outcome=outcome, horizon=horizon).isel(metric=one, other_metric=two)
    moved, shift = str(given["moved"].item()), int(given["shift"])
    first, second = METRICS[one], METRICS[two]
    text = (
        f"“{first.name}” and “{second.name}” differ most: they put {counted(opposed, 'pair')} of options in clearly "
        "opposite orders"
    )
    if moved:
        text += f", and {found.names.call(moved)} moves by at least {counted(shift, 'place')}"
    reasons = "; ".join(_say_contrast(contrast, first, second) for contrast in explain(first, second))
    return f"{text}. {sentence(reasons)}" if reasons else f"{text}."


def _say_contrast(contrast: Contrast, first: Metric, second: Metric) -> str:
    asks = ASKS[contrast.property]
    return f"“{first.name}” {asks} {SAYS[contrast.first]}, “{second.name}” {SAYS[contrast.second]}"


def _say_difference(found: _Found, outcome: str) -> str:
    """One outcome at the last horizon: how many orders of metrics agree, and where they differ most."""
    pairs = _find_pairs(found, outcome, found.names.last)
    agreeing = sum(opposed == 0 for opposed, *_ in pairs)
    head = f"{found.head(outcome)}: {agreeing} of {counted(len(pairs), 'pair')} of metrics never clearly disagree."
    return f"{head} {_say_most(pairs)}{_say_least(found, outcome, found.names.last)}"


def _say_most(pairs: Sequence[tuple[int, float, int, int]]) -> str:
    """Which two metrics agree most."""
    if not pairs:
        return ""
    _, tau, one, two = max(pairs, key=lambda pair: pair[1])
    return f"“{METRICS[one].name}” and “{METRICS[two].name}” agree most (tau {tau:.2f}). "


def _say_thresholds(found: _Found) -> Iterator[str]:
    """What the domain criterion asks, outcome by outcome, where it is stakeholders who ask it."""
    for outcome in found.outcomes:
        for horizon in found.horizons:
            label = str(found.metrics["threshold"].sel(outcome=outcome, horizon=horizon).item())
            if label == BASELINE:
                continue
            who = dict.fromkeys(name.rsplit(".", 1)[0] for name in label.split(", "))
            asked = listed(found.names.running(found.names.stakeholders[one].name) for one in who)
            yield f"{found.head(outcome)} {found.names.after(horizon)}: all that is asked by {asked}."
