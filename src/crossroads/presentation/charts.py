"""Charts of the headline outcomes: differences at two horizons, and fans over the years with crossings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite

from crossroads.analysis.paths import Crossing
from crossroads.analysis.results import Analysis
from crossroads.case.records import Outcome
from crossroads.presentation.figures import Cell, Figure, draw_fan, draw_forest
from crossroads.presentation.tables import ALL, MIXTURE, Names
from crossroads.presentation.words import listed, signed

FAN_BANDS = (0.1, 0.25, 0.5, 0.75, 0.9)
MARKED = 3
"""Crossings written under a chart; more are counted."""


@dataclass(frozen=True)
class Years:
    """The section on time."""

    intro: str
    crossings: tuple[str, ...]
    others: tuple[str, ...]
    """Crossings of outcomes that are no headline."""
    fans: tuple[Figure, ...]


def draw_forests(analysis: Analysis, names: Names) -> tuple[Figure, ...]:
    """One chart for each headline outcome: every option's difference from the baseline, soon and late."""
    return tuple(_draw_forest(analysis, names, names.outcomes[outcome]) for outcome in analysis.headline)


def _draw_forest(analysis: Analysis, names: Names, outcome: Outcome) -> Figure:
    rows: list[tuple[Cell, ...]] = []
    for horizon in dict.fromkeys((names.near, names.last)):
        cell = analysis.differences.sel(view=MIXTURE, outcome=outcome.id, horizon=horizon)
        for option in names.options.values():
            one = cell.sel(option=option.id)
            if option.id == names.case.baseline or not isfinite(float(one["mean"])):
                continue
            low, high = (tidy(one["quantiles"].sel(quantile=share)) for share in (0.1, 0.9))
            told = "yes" if bool(one["apart"]) else "no"
            rows.append((option.short, names.after(horizon), tidy(one["mean"]), low, high, told))
    wish = "left" if outcome.direction == "less" else "right"
    says = (
        f"Mean difference from {names.baseline} (dot) and the band of 8 in 10 runs, each panel on its own scale. "
        f"Better lies to the {wish} of the dashed line; hollow dots cannot be told apart from no change."
    )
    alt_text = f"Differences of each option from {names.baseline} in {outcome.name}, {outcome.unit}, with bands."
    palette = tuple((name, colour) for name, colour in names.palette if name != names.baseline)
    title = f"{outcome.name} · {outcome.unit}"
    return draw_forest(f"change-{outcome.id}", title, rows, palette, says=says, alt_text=alt_text)


def describe_years(analysis: Analysis, names: Names) -> Years:
    """Fans of the headline outcomes and every crossing of short and long term in words."""
    crossings = [
        one for one in analysis.crossings if (one.view, one.stance) == (MIXTURE, ALL) and is_sayable(one, names)
    ]
    count = len(analysis.paths["quarter"])
    intro = (
        f"Each panel is one option, over {count} quarters: the line is the median, the darker band holds "
        "half of the runs, "
        f"the lighter one 8 in 10. The dashed line is the median under {names.baseline}. A median may lie apart from "
        "the means in the tables, and the fans use the futures whose quarters are kept, the first of all. "
    )
    if not crossings:
        intro += "No option visibly turns from clearly better to clearly worse, or back, between any two horizons."
    fans = tuple(_draw_fan(analysis, names, names.outcomes[outcome], crossings) for outcome in analysis.headline)
    said = {
        place: tuple(
            say_crossing(one, names, whole=True) for one in crossings if (one.outcome in analysis.headline) is place
        )
        for place in (True, False)
    }
    return Years(intro, said[True], said[False], fans)


def _draw_fan(analysis: Analysis, names: Names, outcome: Outcome, crossings: Iterable[Crossing]) -> Figure:
    mine = [one for one in crossings if one.outcome == outcome.id]
    turns = {(one.option, _quarter(names, one.later)) for one in mine}
    path = analysis.paths["quantiles"].sel(outcome=outcome.id, quantile=list(FAN_BANDS))
    path = path.transpose("option", "quarter", "quantile")
    quarters = [int(quarter) for quarter in path["quarter"].values]
    reference = path.sel(option=names.case.baseline, quantile=0.5).values
    rows: list[tuple[Cell, ...]] = []
    for option in names.options.values():
        values = path.sel(option=option.id).values
        for place, quarter in enumerate(quarters):
            band = [tidy(value) for value in values[place]]
            turn = band[2] if (option.id, quarter) in turns else None
            rows.append((option.short, _year(names, quarter), *band, tidy(reference[place]), turn))
    turned = [say_crossing(one, names) for one in mine]
    if len(mine) > MARKED:
        turned = [f"A white dot marks a crossing of short and long term: {len(mine)}, all named above."]
    says = f"{outcome.meaning} {'Less' if outcome.direction == 'less' else 'More'} is better."
    alt_text = (
        f"Fans over {names.case.years} years of {outcome.name}, {outcome.unit}, one panel for each of "
        f"{listed(one.short for one in names.options.values())}."
    )
    return draw_fan(
        f"years-{outcome.id}",
        f"{outcome.name} · {outcome.unit}",
        rows,
        names.palette,
        says=says,
        alt_text=alt_text,
        marks=turned,
    )


def say_crossing(one: Crossing, names: Names, *, whole: bool = False) -> str:
    """A crossing in one sentence: which way the option differs from the baseline early, and late."""
    outcome = names.outcomes[one.outcome]
    early, late = ("worse", "better") if one.turns_better else ("better", "worse")
    before, after = (signed(value, digits=outcome.digits) for value in (one.before, one.after))
    what = f", {names.running(outcome.short)}" if whole else ""
    return (
        f"{names.options[one.option].short}{what}: {early} than {names.baseline} {names.after(one.earlier)} "
        f"({before}), {late} {names.after(one.later)} ({after} {names.unit(one.outcome)})."
    )


def is_sayable(one: Crossing, names: Names) -> bool:
    """Whether both sides of a crossing are visible at the decimals in which the outcome is shown."""
    least = 0.5 * 10.0 ** -names.outcomes[one.outcome].digits
    return abs(one.before) >= least and abs(one.after) >= least


def tidy(value: object) -> float | None:
    """A number short enough for a chart: five figures; nothing where it is not known."""
    plain = float(value)  # type: ignore[arg-type]
    return float(f"{plain:.5g}") if isfinite(plain) else None


def _quarter(names: Names, horizon: str) -> int:
    return round(names.horizons[horizon].weeks / 13)


def _year(names: Names, quarter: int) -> float:
    start = names.case.start
    return round(start.year + (start.month - 1) / 12 + quarter / 4, 2)
