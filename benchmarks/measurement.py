"""Measuring processes: started one after another, and the best of their rounds kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PATIENCE = 3600.0
"""Seconds after which a process is given up: a pool may wait for ever when one of its workers fails."""


class FailedError(Exception):
    """A measuring process ended without telling anything; the message has its last words."""


@dataclass(frozen=True)
class Subject:
    """What is measured: a row of the table, and the process that measures it."""

    name: str
    command: tuple[str, ...]
    """Module and arguments."""
    python: str = sys.executable
    kind: str = "float64"
    processors: int = 1
    compared: bool = True
    """Whether its outcomes are compared with the reference."""


@dataclass(frozen=True)
class Told:
    """What one process told: runs, seconds, megabytes, and more by name."""

    runs: int
    wall: float
    cpu: float
    peak: float
    child_peak: float
    whole: float
    """Seconds from the start of the process to its end."""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Runs a second."""
        return self.runs / self.wall

    @property
    def per_cpu(self) -> float:
        """Runs a CPU-second."""
        return self.runs / self.cpu

    @property
    def memory(self) -> float:
        """Megabytes of the process and of two children like its largest, if it had any of the work done by them."""
        return self.peak + 2 * self.child_peak

    def better(self, other: Told) -> Told:
        """The lower seconds, the higher memory."""
        return Told(
            self.runs,
            min(self.wall, other.wall),
            min(self.cpu, other.cpu),
            max(self.peak, other.peak),
            max(self.child_peak, other.child_peak),
            min(self.whole, other.whole),
            other.more,
        )


def run(subject: Subject, out: Path | None = None, more: Mapping[str, str] | None = None) -> Told:
    """One process. Raises FailedError with its last words when it fails or does not end."""
    command = [subject.python, "-m", *subject.command, *(("--out", str(out)) if out else ())]
    paths = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    environment = {**os.environ, **_ONE_THREAD, "PYTHONPATH": paths, "PYTHONWARNINGS": "ignore", **(more or {})}
    begun = time.perf_counter()
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=environment, cwd=ROOT, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise FailedError(f"{subject.name}: not done after {PATIENCE:.0f} s") from late
    whole = time.perf_counter() - begun
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise FailedError(f"{subject.name}: {last}")
    told = json.loads(done.stdout.strip().splitlines()[-1])
    named = [told.pop(name) for name in ("runs", "wall", "cpu", "peak", "child_peak")]
    return Told(*named, whole, told)


def run_in_turns(subjects: Sequence[Subject], rounds: int, folder: Path) -> Iterator[tuple[Subject, Told, Any]]:
    """All subjects in every round; then each with the best of its rounds and the outcomes of the last."""
    best: dict[str, Told] = {}
    for turn in range(rounds):
        for subject in subjects:
            print(f"round {turn + 1} of {rounds}: {subject.name}", file=sys.stderr, flush=True)
            told = run(subject, _outcomes(folder, subject))
            best[subject.name] = told.better(best.get(subject.name, told))
    for subject in subjects:
        yield subject, best[subject.name], np.load(_outcomes(folder, subject))


def differ(seen: NDArray[Any], reference: NDArray[Any]) -> float:
    """The largest difference, relative to the reference; absolute where that is below one billionth."""
    count = min(len(seen), len(reference))
    known = reference[:count]
    return float(np.max(np.abs(seen[:count] - known) / np.maximum(np.abs(known), 1e-9)))


def _outcomes(folder: Path, subject: Subject) -> Path:
    return folder / f"{''.join(letter if letter.isalnum() else '-' for letter in subject.name)}.npy"
