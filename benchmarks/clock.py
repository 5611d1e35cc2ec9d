"""Time and memory of what is measured."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Spent:
    """Seconds on the wall and of all processors, of this process and its children."""

    wall: float
    cpu: float

    def better(self, other: Spent) -> Spent:
        """The lower of each."""
        return Spent(min(self.wall, other.wall), min(self.cpu, other.cpu))


def measure(work: Callable[[], Any]) -> Spent:
    """What a piece of work took."""
    cpu, wall = count_cpu(), time.perf_counter()
    work()
    return Spent(time.perf_counter() - wall, count_cpu() - cpu)


def take_turns(rounds: int, **works: Callable[[], Any]) -> dict[str, Spent]:
    """The best of some rounds of each work, one after the other in every round; one round before does not count."""
    best: dict[str, Spent] = {}
    for turn in range(rounds + 1):
        for name, work in works.items():
            spent = measure(work)
            if turn:
                best[name] = spent.better(best.get(name, spent))
    return best


def count_cpu() -> float:
    """CPU seconds of this process and of its children that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def read_peak_megabytes() -> float:
    """The most memory that this process held at once.

    Linux hands the peak of whoever started a process down to it, but keeps the process's own in its status.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
