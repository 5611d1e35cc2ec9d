"""What the past says: each register against what it could as well have counted, what that changes, what it predicts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import xarray as xr

from crossroads.analysis.calibration import Past
from crossroads.analysis.holdout import LAST, MODEL, RIVAL, Score
from crossroads.analysis.likelihood import require_calibration
from crossroads.case.records import Case, Series, by_id
from crossroads.presentation.charts import tidy
from crossroads.presentation.figures import Cells, Figure, draw_check
from crossroads.presentation.tables import Plain
from crossroads.presentation.words import counted, listed, number, percent, sentence

METHODS = {MODEL: "this model", RIVAL: "the published projection", LAST: "the value of the first year, unchanged"}
MOVED = 8
"""Uncertainties in the table of what moved."""


@dataclass(frozen=True)
class PastSection:
    """The section on the past."""

    lines: tuple[str, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Plain, ...]


def describe_past(past: Past | None, case: Case) -> PastSection | None:
    """Every series apart, in words, charts and tables; nothing where nothing was calibrated."""
    if past is None:
        return None
    if past.refusal:
        return PastSection((past.refusal,), (), ())
    tables = [_tabulate_scores(past, case)] if past.scores else []
    return PastSection(
        tuple(_tell(past, case)),
        tuple(_draw(past, case)),
        (*tables, _tabulate_numbers(past, case), _tabulate_shares(past, case)),
    )


def _tell(past: Past, case: Case) -> Iterator[str]:
    found = require_calibration(case)
    series = sum(len(one.series) for one in found.observables.values())
    yield (
        f"{sentence(found.meaning)} {counted(series, 'yearly series', 'yearly series')} of {found.first_year} to "
        f"{past.until} enter; {counted(round(past.effective), 'effective future')} of {len(past.weights):,} are left."
    )
    yield tell_width(past, case)
    yield (
        "Series that count differently stay apart. Two counts of the same thing share what the model misses, so that "
        "they are no two witnesses. The errors are judged; the reasons stand beside the charts."
    )
    if not past.scores and found.holdout:
        yield (
            f"Calibrated to {found.holdout.until}, {past.held_effective:.0f} effective futures are left: too few to "
            "score what they said of later years."
        )


def tell_width(past: Past, case: Case) -> str:
    """How wide the past leaves the one uncertainty that it must not seem to know."""
    found = require_calibration(case)
    name = by_id(case.uncertainties)[found.width_of].name
    after = past.numbers["after"].sel(uncertainty=found.width_of)
    low, high = (number(float(after.sel(quantile=share))) for share in (0.05, 0.95))
    wide = past.width >= found.least_width
    verdict = "which is as wide as the data leave it" if wide else "narrower than the data allow"
    return f"{name}: from {low} to {high} in 9 of 10 futures, a factor of {number(past.width, 0.1)}, {verdict}."


def _draw(past: Past, case: Case) -> Iterator[Figure]:
    known, found = by_id(case.history), require_calibration(case)
    for name in past.years["series"].to_numpy():
        cell = past.years.sel(series=name)
        outcome = found.observables[str(cell["outcome"].item())]
        measure = outcome.series[str(name)]
        yield _draw_one(known[str(name)], cell, f"{sentence(outcome.because)} {sentence(measure.because)}", past.until)


def _draw_one(series: Series, cell: xr.Dataset, because: str, until: int) -> Figure:
    rows: list[Cells] = []
    for year in cell["year"].to_numpy():
        at = cell.sel(year=year)
        rows.append((int(year), *(tidy(value) for value in at["quantiles"].to_numpy()), tidy(at["counted"])))
    inside, of = count_inside(cell, until)
    says = (
        f"Dots: what was counted. Bands: what could as well have been counted, in 5 and in 9 of 10 cases; {inside} of "
        f"{of} dots up to {until} lie in the wider one. {because}"
    )
    alt_text = f"Yearly {series.name}, {series.unit}, over bands of what the calibrated futures hold likely."
    return draw_check(f"past-{series.id}", f"{series.name} · {series.unit}", rows, says=says, alt_text=alt_text)


def count_inside(cell: xr.Dataset, until: int) -> tuple[int, int]:
    """How many counts of one series, up to a year, lie in their 90 % band, of how many."""
    some = cell.sel(year=[year for year in cell["year"].to_numpy() if year <= until])
    seen, bands = some["counted"].to_numpy(), some["quantiles"].transpose("year", "quantile").to_numpy()
    inside = (seen >= bands[:, 0]) & (seen <= bands[:, -1])
    return int(inside.sum()), sum(isfinite(value) for value in seen)


def _tabulate_scores(past: Past, case: Case) -> Plain:
    held = require_calibration(case).holdout
    until = held.until if held else past.until
    caption = (
        f"Calibrated to {until}, later years as changes of each series' own. The score is the continuous "
        "ranked probability score: the mean miss, in the unit of the series, with the spread counted; less is better. "
        "The published projection has the spread of its own fit. Few points: "
        f"{counted(_count_points(past.scores), 'year')} in all."
    )
    columns = ("Series", "from", "years", "by", "score", "in the 50 % band", "in the 90 % band", "said", "counted")
    return Plain("Out of sample", caption, columns, tuple(tell_score(one, case) for one in past.scores))


def tell_score(one: Score, case: Case) -> tuple[str, ...]:
    """One row: series, first year, years, method, score, hits, what was said and what was counted."""
    points = len(one.years)
    return (
        by_id(case.history)[one.series].name,
        str(one.since),
        listed(str(year) for year in one.years),
        METHODS[one.method],
        number(one.crps),
        f"{one.hits_50} of {points}",
        f"{one.hits_90} of {points}",
        listed(number(value) for value in one.medians),
        listed(number(value, 1.0) for value in one.truths),
    )


def _count_points(scores: tuple[Score, ...]) -> int:
    return sum(len(one.years) for one in scores if one.method == MODEL)


def _tabulate_numbers(past: Past, case: Case) -> Plain:
    known, numbers = by_id(case.uncertainties), past.numbers
    order = numbers["uncertainty"].to_numpy()[numbers["moved"].to_numpy().argsort(kind="stable")[::-1]]
    first = require_calibration(case).width_of
    shown = [first, *(str(name) for name in order if str(name) != first)][: MOVED + 1]
    rows = [
        (
            known[name].name,
            known[name].unit,
            *(
                listed((number(float(end)) for end in numbers[when].sel(uncertainty=name)), "to")
                for when in ("before", "after")
            ),
            percent(float(numbers["moved"].sel(uncertainty=name))),
        )
        for name in shown
    ]
    caption = (
        "5 %, 50 % and 95 % quantiles before and after the past is seen, and the largest move of one against the "
        "width from 5 to 95 % before; those that moved most. Moves of a few percent are chance in sampling."
    )
    columns = ("Uncertainty", "unit", "before", "after", "moved by")
    return Plain("What the past changes", caption, columns, tuple(rows))


def _tabulate_shares(past: Past, case: Case) -> Plain:
    known, found = by_id(case.uncertainties), past.shares
    rows = [
        (known[str(name)].name, str(choice).replace("_", " "), percent(float(before)), percent(float(after)))
        for name, choice, before, after in zip(
            *(found[column].to_numpy() for column in ("uncertainty", "choice", "before", "after")), strict=True
        )
        if known[str(name)].structural
    ]
    caption = (
        "Shares of the structures before and after the past is seen. Of one that keeps its share the past says nothing."
    )
    return Plain("What the past says of structures", caption, ("Structure", "form", "before", "after"), tuple(rows))
