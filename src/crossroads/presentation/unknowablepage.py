"""The page on what the data cannot tell: words, pictures and numbers by bins, from a stated number of futures and seed.

Written by `make unknowable-page`, from runs that `make weigh` has stored or that it simulates.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np

from crossroads.analysis.results import Analysis
from crossroads.analysis.verdict import analyse
from crossroads.case.records import Uncertainty
from crossroads.presentation.multiples import Dot, Strip, draw_multiples
from crossroads.presentation.pipeline import simulate_case
from crossroads.presentation.tables import Names, Plain
from crossroads.presentation.unknowable import (
    ERRORS,
    TITLE,
    Unknowable,
    describe_unknowable,
    list_doubts,
    list_horizons,
    name_bins,
)
from crossroads.presentation.words import number, signed, step_of
from crossroads.simulation.runs import Runs

PAGE, PICTURES = "what-the-data-cannot-tell.md", "images/cannot-tell"
COMMAND = "make unknowable-page"


def write_unknowable_page(analysis: Analysis, runs: Runs, folder: Path | str) -> Path:
    """Write the page and its pictures into a folder, and return the page.

    Raises ValueError where the case names nothing that no data settle.
    """
    names, target = Names(analysis.case), Path(folder)
    section = describe_unknowable(analysis, names)
    if section is None:
        raise ValueError(f"The case {analysis.case.id} names nothing under cannot_tell.")
    (target / PICTURES).mkdir(parents=True, exist_ok=True)
    for outcome in analysis.headline:
        (target / _name_picture(outcome)).write_text(draw_bins(analysis, names, outcome) + "\n", encoding="utf-8")
    (target / PAGE).write_text("\n".join(_tell(analysis, runs, names, section)).rstrip() + "\n", encoding="utf-8")
    return target / PAGE


def _name_picture(outcome: str) -> str:
    return f"{PICTURES}/{outcome}.svg"


def _tell(analysis: Analysis, runs: Runs, names: Names, section: Unknowable) -> Iterator[str]:
    futures = runs.futures
    yield from (f"# {TITLE}", "")
    yield (
        f"Made by `{COMMAND}` from {len(futures):,} futures (seed {futures.seed}) of the case “{names.case.title}”, "
        f"{runs.manifest.runs:,} runs; edits to this page are lost."
    )
    yield ""
    for line in section.intro:
        yield from (line, "")
    if section.past:
        yield from (f"## {section.past.title}", "", section.past.caption, "", *_tabulate(section.past), "")
    for said in section.outcomes:
        yield from (f"## {said.name}", "", *(f"- {line}" for line in said.lines), "")
        yield (
            f"![{said.name}: mean difference from {names.baseline} {names.after(names.last)} by bins of each doubt, "
            f"a row for each option]({_name_picture(said.outcome)})"
        )
        yield ""
        for doubt, horizon in product(list_doubts(names)[:1], list_horizons(analysis)):
            table = tabulate_bins(analysis, names, said.outcome, doubt, horizon)
            yield from ("<details>", f"<summary>{table.title}</summary>", "")
            yield from (table.caption, "", *_tabulate(table), "", "</details>", "")


def tabulate_bins(analysis: Analysis, names: Names, outcome: str, doubt: Uncertainty, horizon: str) -> Plain:
    """Options by the bins of one doubt."""
    bins = name_bins(analysis, doubt)
    one = analysis.bands.sel(outcome=outcome, horizon=horizon)
    rows = []
    for option in names.options.values():
        if option.id != names.case.baseline:
            mine = one.sel(option=option.id)
            values = [(float(mine["mean"][place]), float(mine["error"][place])) for place, _ in bins]
            cells = (_write(mean, error, names.outcomes[outcome].digits) for mean, error in values)
            rows.append((option.short, *cells))
    return Plain(
        f"{names.outcomes[outcome].name} by {names.running(doubt.name)}, {names.after(horizon)}",
        f"Mean difference from {names.baseline}, {names.unit(outcome)}, ± {ERRORS:g} Monte Carlo errors.",
        ("Option", *(label for _, label in bins)),
        tuple(rows),
    )


def _write(mean: float, error: float, digits: int) -> str:
    if not np.isfinite(mean):
        return "too few"
    half = ERRORS * error
    step = step_of(mean - half, mean + half)
    return f"{signed(mean, step, digits)} ± {number(half, step, digits)}" if half else signed(mean, step, digits)


def _tabulate(table: Plain) -> Iterator[str]:
    yield from (_line(table.columns), _line(["---"] * len(table.columns)))
    yield from (_line(row) for row in table.rows)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def draw_bins(analysis: Analysis, names: Names, outcome: str) -> str:
    """Small multiples as SVG, at the last horizon: a row for each option, on one scale, and a column for each doubt."""
    bins = {doubt.name: name_bins(analysis, doubt) for doubt in list_doubts(names)}
    one = analysis.bands.sel(outcome=outcome, horizon=names.last)
    strips = []
    for option in names.options.values():
        if option.id != names.case.baseline:
            mine = one.sel(option=option.id)
            mean, half = mine["mean"].values, ERRORS * mine["error"].values
            panels = (tuple(_make_dot(mean[i], half[i]) for i, _ in some) for some in bins.values())
            strips.append(Strip(option.short, names.colours[option.id], tuple(panels)))
    columns = [(name, [label for _, label in some]) for name, some in bins.items()]
    record = names.outcomes[outcome]
    says = f"{record.name}, {names.unit(outcome)}: mean difference from {names.baseline} {names.after(names.last)}"
    return draw_multiples(columns, strips, says)


def _make_dot(mean: float, half: float) -> Dot:
    return Dot(float(mean), float(mean - half), float(mean + half))


def main(arguments: Sequence[str]) -> None:
    """The command behind `make unknowable-page`: case, folder, number of futures, seed, and where runs are kept."""
    case, folder, futures, seed, home = arguments
    runs, _ = simulate_case(case, int(futures), int(seed), home=home)
    sys.stdout.write(f"{write_unknowable_page(analyse(runs), runs, folder)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
