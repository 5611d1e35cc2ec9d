"""Everything that was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.machine import Machine
from benchmarks.measurement import Subject, Told


@dataclass(frozen=True)
class Row:
    """One implementation: what it took, and how far its outcomes are from the reference."""

    subject: Subject
    told: Told
    difference: float | None


@dataclass(frozen=True)
class Results:
    """Rows by model, growth by library and number of runs, and single measurements by name."""

    machine: Machine
    versions: Mapping[str, str]
    operations: Mapping[str, int]
    """Operations of the test model in one week."""
    weeks: int
    bounds: Mapping[str, float]
    """Precision to the arithmetic bound, in runs a CPU-second."""
    cartels: Sequence[Row]
    mexico: Sequence[Row]
    tries: Mapping[str, float]
    """Best seconds of a thousand warm runs, by name."""
    starts: Mapping[str, tuple[float, float]]
    """Seconds from the start of a process to its first thousand runs: with nothing compiled, and the next time."""
    growth: Mapping[int, Told]
    peer_growth: Mapping[int, Told]
    reading: Mapping[str, float]
    """Seconds to read back the largest store."""
    peer_store: Told | None
    notes: Sequence[str] = ()
    """What was left out, and why."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """How large the full Mexico model was when it was measured."""

    def find(self, rows: Sequence[Row], name: str) -> Row | None:
        """The row of this name."""
        return next((row for row in rows if row.subject.name == name), None)


@dataclass
class Notes:
    """Sentences on what was left out."""

    said: list[str] = field(default_factory=list)

    def add(self, what: Any) -> None:
        """One more, once."""
        if str(what) not in self.said:
            self.said.append(str(what))


def extrapolate(growth: Mapping[int, Told], count: int) -> tuple[float, float] | None:
    """Seconds and megabytes of more runs than were measured: a straight line through the two largest counts."""
    if len(growth) < 2:
        return None
    (few, small), (many, large) = sorted(growth.items())[-2:]
    factor = (count - many) / (many - few)
    return large.wall + factor * (large.wall - small.wall), large.memory + factor * (large.memory - small.memory)
