"""What dominates, by factors: how far uncertainties that act together move each option, and what turns on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite
from typing import Any

import xarray as xr

from crossroads.analysis.results import Analysis
from crossroads.case.records import Factor, Outcome
from crossroads.presentation.charts import tidy
from crossroads.presentation.figures import Cells, Choice, Figure, draw_dominant
from crossroads.presentation.tables import Names, Plain
from crossroads.presentation.words import counted, listed, percent

LEANS = 0.25
"""A member that differs less between the ends is not named there: 1 is the distance of its own outer thirds."""
NUMBERS = ("low", "high", "low_error", "high_error", "share")
NAMED = 3
"""Options named for a turn of the sign in the table; more are counted."""
BEST = "★"
"""After the name of a factor at whose ends different options are best."""
KEY = (
    "○ and ● the ends that lower and raise the outcome most, with two Monte Carlo errors to each side; bold where the "
    f"sign turns between them; {BEST} where another option is the best of all. Bars that cannot be told from noise are "
    "left out."
)


@dataclass(frozen=True)
class Dominance:
    """The first part of the section on what dominates."""

    intro: str
    key: str
    figure: Figure
    turns: Plain


@dataclass(frozen=True)
class _Bar:
    """One factor under one option, for one outcome at one horizon."""

    factor: Factor
    outcome: Outcome
    parts: Mapping[str, Any]
    clear: bool
    turns: bool
    best_turns: bool

    @property
    def swing(self) -> float:
        return abs(float(self.parts["high"]) - float(self.parts["low"]))


def describe_dominance(analysis: Analysis, names: Names) -> Dominance | None:
    """The tornado of factors; none where the case declares no factors."""
    if not names.case.factors or "share" not in analysis.factors:
        return None
    bars = _gather(analysis, names)
    return Dominance(_introduce(names), KEY, _draw(analysis, names, bars), _tabulate(names, bars))


Place = tuple[str, str]
"""Option and horizon."""


def _gather(analysis: Analysis, names: Names) -> dict[Place, list[_Bar]]:
    """All bars by option and horizon, in the order of headline outcomes and factors."""
    found = analysis.factors.transpose("option", "horizon", "outcome", "factor", ...)
    factors = {one.id: one for one in names.case.factors}
    parts = {str(name): array.values for name, array in found.data_vars.items() if "factor" in array.dims}
    bars: dict[Place, list[_Bar]] = {}
    for place in product(*(range(found.sizes[dim]) for dim in ("option", "horizon", "outcome", "factor"))):
        option, horizon, outcome, factor = (
            str(found[dim].values[index])
            for dim, index in zip(("option", "horizon", "outcome", "factor"), place, strict=True)
        )
        if option == names.case.baseline:
            continue
        one = {name: array[place] for name, array in parts.items()}
        bars.setdefault((option, horizon), []).append(_make_bar(factors[factor], names.outcomes[outcome], one))
    return bars


def _make_bar(factor: Factor, outcome: Outcome, one: Mapping[str, Any]) -> _Bar:
    """A bar counts where its swing is clear and can be seen at the decimals of the outcome."""
    least = 0.5 * 10.0**-outcome.digits
    low, high = float(one["low"]), float(one["high"])
    seen = isfinite(low) and isfinite(high) and abs(high - low) >= least
    clear = bool(one["clear"]) and seen
    turns = clear and bool(one["turns"]) and min(abs(low), abs(high)) >= least
    return _Bar(factor, outcome, one, clear, turns, clear and bool(one["best_turns"]))


def _draw(analysis: Analysis, names: Names, bars: Mapping[Place, Sequence[_Bar]]) -> Figure:
    options = list(dict.fromkeys(option for option, _ in bars))
    called = names.horizons
    horizons = [str(horizon) for horizon in analysis.factors["horizon"].values]
    chosen = max(options, key=lambda option: sum(bar.clear for bar in bars[option, names.last]))
    rows = [row for place, some in bars.items() for row in _make_rows(analysis, names, place, some)]
    choices = (
        Choice("option", "Option", tuple(names.options[one].short for one in options), names.options[chosen].short),
        Choice("horizon", "After", tuple(called[one].name for one in horizons), called[names.last].name),
    )
    notes = {
        f"{names.options[option].short}|{names.horizons[horizon].name}": _say_note(names, (option, horizon), some)
        for (option, horizon), some in bars.items()
    }
    outcomes = [_head(names, outcome) for outcome in analysis.headline]
    panels = listed(names.outcomes[one].short for one in analysis.headline)
    factors = counted(len(names.case.factors), "factor")
    return draw_dominant(
        "dominance",
        f"What moves an option most, against {names.baseline}",
        rows,
        names.palette,
        outcomes,
        says=f"Shown first: {names.options[chosen].short}, which most of them move.",
        alt_text=f"Bars of mean differences between the joint ends of {factors}, one panel for each of {panels}.",
        choices=choices,
        notes=notes,
    )


def _head(names: Names, outcome: str) -> str:
    return f"{names.outcomes[outcome].short} · {names.unit(outcome)}"


def _make_rows(analysis: Analysis, names: Names, place: Place, bars: Sequence[_Bar]) -> Iterator[Cells]:
    """Bars of one option at one horizon, the widest first, and the bands behind them."""
    option, horizon = place
    lean = analysis.factors.sel(option=option, horizon=horizon)[["lean", "lean_low", "lean_high"]]
    head = (names.options[option].short, names.horizons[horizon].name)
    widest = sorted((bar for bar in bars if bar.clear), key=lambda bar: -bar.swing)
    behind: dict[str, Cells] = {bar.outcome.id: (None, None) for bar in bars}
    behind |= {bar.outcome.id: (tidy(bar.parts["low"]), tidy(bar.parts["high"])) for bar in bars if bar.factor.band}
    for order, bar in enumerate(widest):
        ends = _say_ends(lean.sel(outcome=bar.outcome.id), bar.factor, names)
        name = bar.factor.name + (f" {BEST}" if bar.best_turns else "")
        numbers = (tidy(bar.parts[part]) for part in NUMBERS)
        place_of = (*head, _head(names, bar.outcome.id), name)
        yield (*place_of, *numbers, "yes" if bar.turns else "no", order, ends, *behind[bar.outcome.id])


def _say_ends(lean: xr.Dataset, factor: Factor, names: Names) -> str:
    """Which way the members of a factor lie at its high end."""
    called = {one.id: one for one in names.case.uncertainties}
    parts = []
    for member in factor.of:
        one = lean.sel(member=member)
        size, name = float(one["lean"]), names.running(called[member].name)
        if not abs(size) >= LEANS:
            continue
        choice = str(one["lean_high"].values[()]).replace("_", " ")
        parts.append(f"{name}: {choice}" if choice else f"{'high' if size > 0 else 'low'} {name}")
    return f"at ●: {'; '.join(parts)}" if parts else ""


def _say_note(names: Names, place: Place, bars: Sequence[_Bar]) -> str:
    """What turns, and what is noise, under one option at one horizon."""
    option, horizon = place
    turns = [f"{names.running(bar.outcome.short)} with {names.running(bar.factor.name)}" for bar in bars if bar.turns]
    best = [_say_best(bar, names) for bar in bars if bar.best_turns]
    moving = {bar.factor.id for bar in bars if bar.clear}
    idle = [names.running(factor.name) for factor in names.case.factors if factor.id not in moving]
    head = f"{names.options[option].short}, {names.after(horizon)}:"
    said = f"the sign turns for {'; '.join(turns)}." if turns else f"no factor turns a sign against {names.baseline}."
    more = f" The best option of all turns for {'; '.join(best)}." if best else " No factor turns which option is best."
    rest = f" Not told apart from noise in any outcome, and not ranked: {'; '.join(idle)}." if idle else ""
    return f"{head} {said}{more}{rest}"


def _say_best(bar: _Bar, names: Names) -> str:
    low, high = (names.call(str(bar.parts[name])) for name in ("best_low", "best_high"))
    return f"{names.running(bar.outcome.short)} with {names.running(bar.factor.name)} ({low} at ○, {high} at ●)"


def _tabulate(names: Names, bars: Mapping[Place, Sequence[_Bar]]) -> Plain:
    """Factors by what they turn, over all options at both horizons; the greatest share first."""
    rows, called = [], {one.id: one for one in names.case.uncertainties}
    for factor in names.case.factors:
        mine = [(place, bar) for place, some in bars.items() for bar in some if bar.factor == factor and bar.clear]
        top = max(mine, key=lambda pair: float(pair[1].parts["share"]), default=None)
        share = -1.0 if top is None else float(top[1].parts["share"])
        made = listed(names.running(called[member].name) for member in factor.of)
        cells = (factor.name, made, _say_top(top, names), _list_turns(mine, names), _list_best(mine, names))
        rows.append((share, cells))
    turned = f"Turns the sign against {names.baseline}"
    return Plain(
        "What flips the ranking",
        f"Over all options, {listed(dict.fromkeys((names.after(names.near), names.after(names.last))))}. A turn counts "
        "only where both ends lie beyond their errors. Shares are adjusted R squared of a regression on the members of "
        "a factor and their products; shares of different factors need not add up.",
        ("Factor", "Made of", "Explains most of", turned, "Turns which option is best"),
        tuple(row for _, row in sorted(rows, key=lambda row: -row[0])),
    )


def _say_top(top: tuple[Place, _Bar] | None, names: Names) -> str:
    if top is None:
        return "nothing beyond noise"
    (option, horizon), bar = top
    share, error = (float(bar.parts[name]) for name in ("share", "share_error"))
    where = f"{names.running(bar.outcome.short)} under {names.call(option)} {names.after(horizon)}"
    return f"{where}: {percent(share)} of the variance (±\u00a0{percent(2 * error)})"


def _list_turns(mine: Sequence[tuple[Place, _Bar]], names: Names) -> str:
    """Outcomes and horizons with the options whose sign turns."""
    found: dict[str, list[str]] = {}
    for (option, horizon), bar in mine:
        if bar.turns:
            found.setdefault(f"{bar.outcome.short}, {names.horizons[horizon].name}", []).append(names.call(option))
    parts = []
    for where, options in found.items():
        rest = len(options) - NAMED
        parts.append(f"{where}: {listed([*options[:NAMED], *([counted(rest, 'more', 'more')] if rest > 0 else [])])}")
    return "; ".join(parts) or "none"


def _list_best(mine: Sequence[tuple[Place, _Bar]], names: Names) -> str:
    """Outcomes and horizons with the options that are best at either end."""
    found: dict[str, list[str]] = {}
    for (_, horizon), bar in mine:
        if bar.best_turns:
            ends = sorted(names.call(str(bar.parts[name])) for name in ("best_low", "best_high"))
            found.setdefault(f"{bar.outcome.short}, {names.horizons[horizon].name}", []).append(" or ".join(ends))
    return "; ".join(f"{where}: {listed(dict.fromkeys(ends))}" for where, ends in found.items()) or "none"


def _introduce(names: Names) -> str:
    band = [names.running(one.name) for one in names.case.factors if one.band]
    behind = f" The pale band behind them is the same for {listed(band)} alone, from its lowest to its highest third."
    return (
        "Some uncertainties act together, as a chance and a size do. Each bar runs between the joint ends of such a "
        f"factor: the mean difference from {names.baseline} over the third of futures in which the factor drives it "
        "lowest, and over the third in which it drives it highest. Everything else varies as drawn, and what chance "
        f"decides inside a run counts as noise, never as a factor.{behind if band else ''}"
    )
