"""What must hold, from `docs/benchmarks.md`: each bound with what was measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.results import Results, Row

OURS, OURS_LONG = "Crossroads, float32", "Crossroads, float64"
LIMIT = "C, float32"
PEER = "EMA Workbench, 2 processes"
"""What uses both cores, as Crossroads does."""
SAME = 1e-6
JUDGED = 100_000
"""Runs from which growth is judged: below, what is done once outweighs the rest."""
FLAT = 1_500
"""Megabytes that any number of runs may take."""


@dataclass(frozen=True)
class Bound:
    """A sentence, what was measured, what is asked for, and whether more or less is better."""

    says: str
    measured: float
    asked: float
    at_least: bool = True
    form: str = "{:.0f}"

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return self.measured >= self.asked if self.at_least else self.measured <= self.asked

    def show(self, value: float) -> str:
        """A value as it is printed."""
        return self.form.format(value)


def list_bounds(results: Results) -> Iterator[Bound]:
    """All that can be judged from what was measured."""
    yield from _compare(results)
    percent, ratio, milliseconds = "{:.0%}", "{:.0f} times", "{:.0f} ms"
    ours, limit = results.find(results.cartels, OURS), results.find(results.cartels, LIMIT)
    if ours and limit:
        yield Bound("Test model: of hand-written C, float32", ours.told.per_cpu / limit.told.per_cpu, 0.8, form=percent)
    if ours and "float32" in results.bounds:
        share = ours.told.per_cpu / results.bounds["float32"]
        yield Bound("Test model: of the arithmetic bound, float32", share, 0.45, form=percent)
    peer = results.find(results.cartels, PEER)
    if ours and peer:
        least = 400 if results.machine.wide else 250
        yield Bound("Test model: against EMA Workbench", ours.told.per_cpu / peer.told.per_cpu, least, form=ratio)
    ours, peer = results.find(results.mexico, OURS), results.find(results.mexico, PEER)
    if ours and peer:
        yield Bound("Full Mexico model: against EMA Workbench", ours.told.per_cpu / peer.told.per_cpu, 200, form=ratio)
    for name, title in (("cartels", "Test model"), ("mexico", "Full Mexico model")):
        yield Bound(f"{title}: 1,000 runs, warm", 1000 * results.tries[name], 60, False, milliseconds)
        start = results.starts[name][1]
        yield Bound(f"{title}: first 1,000 runs of a second start", start, 1.5, False, "{:.2f} s")
    yield from _judge_growth(results)


def _compare(results: Results) -> Iterator[Bound]:
    """Equal results, without which no speed means anything."""
    for title, rows in (("Test model", results.cartels), ("Full Mexico model", results.mexico)):
        worst = _find_worst(rows)
        if worst is not None:
            yield Bound(f"{title}: largest relative difference in float64", worst, SAME, False, "{:.0e}")


def _find_worst(rows: Sequence[Row]) -> float | None:
    found = [row.difference for row in rows if row.difference is not None and row.subject.kind == "float64"]
    return max(found, default=None)


def _judge_growth(results: Results) -> Iterator[Bound]:
    for runs, told in results.growth.items():
        if runs >= JUDGED:
            yield Bound(f"{runs:,} runs: time spent writing", told.more["writing"], 0.15, False, "{:.1%}")
            yield Bound(f"{runs:,} runs: most memory", told.memory, FLAT, False, "{:,.0f} MB")
            weighing = told.more["weighing_memory"]
            yield Bound(f"{runs:,} runs: most memory of the analysis", weighing, FLAT, False, "{:,.0f} MB")


def find_different(results: Results) -> list[str]:
    """Names of the rows in double precision whose outcomes are not those of the reference."""
    return [
        row.subject.name
        for row in (*results.cartels, *results.mexico)
        if row.subject.kind == "float64" and row.difference is not None and not row.difference <= SAME
    ]
