"""What the past says, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from crossroads.analysis.calibration import Past
from crossroads.analysis.likelihood import require_calibration
from crossroads.case.records import Case, by_id
from crossroads.presentation.past import tell_score, tell_width
from crossroads.presentation.words import counted, number
from crossroads.search.hindsight import Hindsight

YEARS = ("Year", "counted", "5 %", "50 %", "95 %", "")
SCORES = ("Series", "from", "years", "by", "score", "in 50 %", "in 90 %")


def print_past(console: Console, case: Case, found: Hindsight) -> None:
    """Effective size, width, each register year by year, and scores out of sample; a refusal in its words."""
    past = found.past
    if past.refusal:
        console.print(past.refusal, highlight=False)
        return
    for name in past.years["series"].to_numpy():
        series = by_id(case.history)[str(name)]
        console.print(f"{series.name}, {series.unit}:", highlight=False)
        console.print(_tabulate(YEARS, _list_years(past, str(name))))
    if past.scores:
        held = require_calibration(case).holdout
        until = held.until if held else past.until
        said = f"Out of sample, calibrated to {until} (mean miss with the spread counted; less is better):"
        console.print(said, highlight=False)
        console.print(_tabulate(SCORES, (tell_score(one, case)[: len(SCORES)] for one in past.scores)))
    console.print(_tell_size(found), highlight=False)
    console.print(tell_width(past, case), highlight=False)


def _tell_size(found: Hindsight) -> str:
    past, count = found.past, len(found.futures)
    if found.climbed is None:
        return (
            f"Calibrated to {past.until}: {counted(round(past.effective), 'effective future')} of {count:,} "
            f"({number(past.thinnest, 0.1)} in the thinnest replicate); log evidence {past.log_evidence:.2f}."
        )
    climbed = found.climbed.posterior
    return (
        f"Calibrated to {past.until} by {counted(climbed.steps, 'step')}: "
        f"{counted(round(climbed.effective), 'effective draw')} from {climbed.calls:,} points; "
        f"log evidence {past.log_evidence:.2f}."
    )


def _list_years(past: Past, series: str) -> Iterator[tuple[str, ...]]:
    """The years that were counted, with a mark where the count lies outside the 90 % band."""
    cell = past.years.sel(series=series)
    for year in cell["year"].to_numpy():
        at = cell.sel(year=year)
        seen, bands = float(at["counted"]), [float(end) for end in at["quantiles"].to_numpy()]
        if isfinite(seen):
            outside = "" if bands[0] <= seen <= bands[-1] else "outside"
            later = "not calibrated to" if year > past.until else ""
            marks = ", ".join(mark for mark in (outside, later) if mark)
            yield (str(year), number(seen, 1.0), *(number(bands[place]) for place in (0, 2, -1)), marks)


def _tabulate(columns: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_lines=False, pad_edge=False)
    words = {"Series", "years", "by", ""}
    for name in columns:
        table.add_column(name, justify="left" if name in words else "right")
    for row in rows:
        table.add_row(*row)
    return table
