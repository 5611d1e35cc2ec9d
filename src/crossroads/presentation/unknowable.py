"""What the data cannot tell: how every answer moves with what no data settle, and what the past narrows of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite

import numpy as np
import xarray as xr

from crossroads.analysis.bands import CLEAR
from crossroads.analysis.results import Analysis
from crossroads.case.distributions import Categorical
from crossroads.case.records import Uncertainty
from crossroads.presentation.charts import tidy
from crossroads.presentation.figures import Cells, Choice, Figure, draw_small
from crossroads.presentation.tables import Names, Plain
from crossroads.presentation.words import counted, listed, number, percent

NAMED = 6
"""Options named in a sentence; more are counted."""
EXAMPLES = 2
"""Pairs named in a sentence."""
ERRORS = 2.0
"""Monte Carlo errors to both sides of a dot."""
TITLE = "What the data cannot tell"


@dataclass(frozen=True)
class Said:
    """What turns and what does not, of one headline outcome."""

    outcome: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Unknowable:
    """The section on what no data settle."""

    intro: tuple[str, ...]
    figure: Figure
    outcomes: tuple[Said, ...]
    past: Plain | None


def describe_unknowable(analysis: Analysis, names: Names) -> Unknowable | None:
    """The section; none where the case names nothing that no data settle."""
    if not names.case.cannot_tell or "mean" not in analysis.bands:
        return None
    said = tuple(
        Said(outcome, names.outcomes[outcome].name, tuple(_tell_outcome(analysis, names, outcome)))
        for outcome in analysis.headline
    )
    return Unknowable(tuple(_introduce(names)), _draw(analysis, names), said, tabulate_past(analysis, names))


def list_doubts(names: Names) -> list[Uncertainty]:
    """What no data settle, in the order of the case."""
    known = {one.id: one for one in names.case.uncertainties}
    return [known[name] for name in names.case.cannot_tell]


def list_horizons(analysis: Analysis) -> list[str]:
    """The horizons of the bins, the nearest first."""
    return [str(one) for one in analysis.bands["horizon"].values]


def name_bins(analysis: Analysis, doubt: Uncertainty) -> list[tuple[int, str]]:
    """Place and label of each bin of an uncertainty: both ends of a number, or the category."""
    bands = analysis.bands
    places = np.flatnonzero(bands["uncertainty"].values == doubt.id)
    return [(int(place), _name_bin(bands.isel(bin=int(place)))) for place in places]


def _name_bin(one: xr.Dataset) -> str:
    name, low, high = str(one["name"].values), float(one["low"]), float(one["high"])
    return name.replace("_", " ") if name else f"{_shorten(low)}–{_shorten(high)}"


def _shorten(value: float) -> str:
    """Two figures of a share, thousands as k."""
    return f"{value / 1000:,.0f}k" if abs(value) >= 10_000 else _round(value)


def _introduce(names: Names) -> Iterator[str]:
    doubts = listed(names.running(one.name) for one in list_doubts(names))
    yield (
        f"No data settle these: {doubts}. Each is cut into bins, a number into bins of equal futures and a structure "
        f"into its choices; a dot is the mean difference from {names.baseline} over the futures of one bin, with two "
        "Monte Carlo errors, while everything else varies as drawn and all views count alike. What is flat is safe "
        "from that doubt; what crosses the line is not."
    )
    yield (
        f"A sign or an order is said to turn only beyond {CLEAR:g} errors in both bins, for many are compared. A bin "
        "with too few futures is left out."
    )
    if "members_index" in names.outcomes:
        yield "Members are an index of the start: how many there are is one of the doubts."


def _draw(analysis: Analysis, names: Names) -> Figure:
    doubts, horizons = list_doubts(names), list_horizons(analysis)
    outcomes = [names.outcomes[one] for one in analysis.headline]
    choices = (
        Choice("outcome", "Outcome", tuple(one.short for one in outcomes), outcomes[0].short),
        Choice("doubt", "Bins of", tuple(one.name for one in doubts), doubts[0].name),
        Choice(
            "horizon", "After", tuple(names.horizons[one].name for one in horizons), names.horizons[names.last].name
        ),
    )
    notes = {
        f"{names.outcomes[outcome].short}|{doubt.name}|{names.horizons[horizon].name}": _say_note(
            analysis, names, outcome, doubt, horizon
        )
        for outcome, doubt, horizon in product(analysis.headline, doubts, horizons)
    }
    return draw_small(
        "bins",
        "Every option, bin by bin",
        list(_make_rows(analysis, names)),
        names.palette,
        says=f"Mean differences from {names.baseline} with two errors to each side; each panel has its own scale.",
        alt_text=f"Dots with error bars by bins of what no data settle, in {len(names.options) - 1} panels.",
        choices=choices,
        notes=notes,
    )


def _make_rows(analysis: Analysis, names: Names) -> Iterator[Cells]:
    bands = analysis.bands.transpose("outcome", "horizon", "option", "bin", ...)
    bins = [(doubt.name, place, label) for doubt in list_doubts(names) for place, label in name_bins(analysis, doubt)]
    for i, outcome in enumerate(bands["outcome"].values):
        for j, horizon in enumerate(list_horizons(analysis)):
            for k, option in enumerate(bands["option"].values):
                if option == names.case.baseline:
                    continue
                mean, error = bands["mean"].values[i, j, k], bands["error"].values[i, j, k]
                for doubt, place, label in bins:
                    half = ERRORS * error[place]
                    yield (
                        names.outcomes[str(outcome)].short,
                        doubt,
                        names.horizons[horizon].name,
                        names.options[str(option)].short,
                        place,
                        label,
                        *(tidy(value) for value in (mean[place], mean[place] - half, mean[place] + half)),
                    )


def _say_note(analysis: Analysis, names: Names, outcome: str, doubt: Uncertainty, horizon: str) -> str:
    turns = find_turns(analysis, names, outcome, doubt.id, horizon)
    head = f"{names.outcomes[outcome].name}, {names.after(horizon)}, {names.unit(outcome)}:"
    return f"{head} {turns.words}. {_say_best(analysis, names, outcome, doubt, horizon)}"


@dataclass(frozen=True)
class Turns:
    """Options whose sign turns between bins, and pairs of options whose order does, of so many."""

    signs: tuple[str, ...]
    pairs: tuple[str, ...]
    of: int

    def __bool__(self) -> bool:
        return bool(self.signs or self.pairs)

    @property
    def words(self) -> str:
        """Both in words."""
        signs = f"the sign turns for {_shorten_list(self.signs)}" if self.signs else "no option turns its sign"
        if not self.pairs:
            return f"{signs}; no two options change places"
        some = f", such as {listed(self.pairs[:EXAMPLES])}" if len(self.pairs) > EXAMPLES else f": {listed(self.pairs)}"
        return f"{signs}; {len(self.pairs)} of {counted(self.of, 'pair')} of options change places{some}"


def find_turns(analysis: Analysis, names: Names, outcome: str, doubt: str, horizon: str) -> Turns:
    """What turns between the bins of a doubt."""
    one = analysis.bands.sel(outcome=outcome, of=doubt, horizon=horizon)
    options = [str(option) for option in one["option"].values]
    signs = [names.call(option) for option, turns in zip(options, one["sign_turns"].values, strict=True) if turns]
    places = np.argwhere(np.triu(one["order_turns"].transpose("option", "other").values, 1))
    kept = [(options[i], options[j]) for i, j in places if names.case.baseline not in (options[i], options[j])]
    pairs = [f"{names.call(first)} with {names.call(second)}" for first, second in kept]
    others = len(options) - 1
    return Turns(tuple(signs), tuple(pairs), others * (others - 1) // 2)


def _shorten_list(items: Sequence[str]) -> str:
    rest = len(items) - NAMED
    return listed([*items[:NAMED], *([counted(rest, "more", "more")] if rest > 0 else [])])


def _say_best(analysis: Analysis, names: Names, outcome: str, doubt: Uncertainty, horizon: str) -> str:
    """Which option is best in which bins."""
    best = analysis.bands["best"].sel(outcome=outcome, horizon=horizon)
    found: dict[str, list[str]] = {}
    for place, label in name_bins(analysis, doubt):
        option = str(best.isel(bin=place).values)
        if option:
            found.setdefault(option, []).append(label)
    if not found:
        return "No bin has futures enough."
    if len(found) == 1:
        return f"Best on average in every bin: {names.call(next(iter(found)))}."
    return f"Best on average: {'; '.join(f'{names.call(option)} in {listed(bins)}' for option, bins in found.items())}."


def _tell_outcome(analysis: Analysis, names: Names, outcome: str) -> Iterator[str]:
    """Where something turns, doubt by doubt and horizon by horizon; where nothing does, in one line."""
    still: dict[str, list[str]] = {}
    for doubt, horizon in product(list_doubts(names), list_horizons(analysis)):
        turns = find_turns(analysis, names, outcome, doubt.id, horizon)
        if turns:
            yield f"{doubt.name}, {names.after(horizon)}: {turns.words}."
        else:
            still.setdefault(names.running(doubt.name), []).append(names.horizons[horizon].name)
    if still:
        yield f"Nothing turns with {'; '.join(f'{doubt} (after {listed(times)})' for doubt, times in still.items())}."


def tabulate_past(analysis: Analysis, names: Names) -> Plain | None:
    """What the past narrows of each doubt; none where nothing was calibrated, or the belief is refused."""
    past = analysis.past
    if past is None or past.refusal:
        return None
    rows = []
    for doubt in list_doubts(names):
        if isinstance(doubt.distribution, Categorical):
            mine = past.shares.where(past.shares["uncertainty"] == doubt.id, drop=True)
            before, after = (_say_shares(mine, side) for side in ("before", "after"))
        else:
            ends = past.numbers.sel(uncertainty=doubt.id)
            before, after = (_say_range(ends[side]) for side in ("before", "after"))
        rows.append((doubt.name, before, after))
    return Plain(
        "What the past narrows of it",
        f"90 % bands, or shares of choices, before and after {past.effective:,.0f} effective futures are left by the "
        "registers of the past.",
        ("Doubt", "All views", "After the past"),
        tuple(rows),
    )


def _say_range(ends: xr.DataArray) -> str:
    low, high = float(ends.isel(quantile=0)), float(ends.isel(quantile=-1))
    factor = f", a factor of {number(high / low, 0.1)}" if isfinite(high) and low > 0 else ""
    return f"{_round(low)} to {_round(high)}{factor}"


def _round(value: float) -> str:
    """Two figures: each end of a wide range by itself."""
    return number(float(f"{value:.2g}"))


def _say_shares(mine: xr.Dataset, side: str) -> str:
    pairs = zip(mine["choice"].values, mine[side].values, strict=True)
    return ", ".join(f"{str(name).replace('_', ' ')} {percent(float(share))}" for name, share in pairs)
