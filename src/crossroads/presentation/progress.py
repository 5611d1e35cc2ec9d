"""How far a simulation is: a bar in a terminal, a plain line every few seconds where there is none."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from crossroads.presentation.words import counted, duration, number

EVERY = 5.0
"""Seconds between two plain lines."""


@dataclass
class Count:
    """Runs done, in all and in this sitting, failures, and the time that is left at the present rate."""

    total: int = 0
    before: int = 0
    done: int = 0
    failures: int = 0
    begun: float = 0.0
    clock: Callable[[], float] = time.monotonic

    def begin(self, total_runs: int, already_done: int) -> None:
        """Start to count."""
        self.total, self.before, self.done, self.failures = total_runs, already_done, already_done, 0
        self.begun = self.clock()

    def add(self, runs: int, failures: int) -> None:
        """Count a chunk."""
        self.done += runs
        self.failures += failures

    @property
    def rate(self) -> float:
        """Runs a second in this sitting; 0 before the first chunk."""
        taken = self.clock() - self.begun
        return (self.done - self.before) / taken if taken > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds left; infinite before the first chunk."""
        return (self.total - self.done) / self.rate if self.rate else float("inf")

    def say(self) -> str:
        """Rate, failures and time left in one line."""
        failed = f", {counted(self.failures, 'failed run')}" if self.failures else ""
        left = f", {duration(self.left)} left" if self.rate and self.done < self.total else ""
        speed = f"{number(self.rate)} runs a second" if self.rate else "starting"
        return f"{speed}{failed}{left}"


@dataclass
class Lines:
    """Plain lines, for logs; `write` takes one line."""

    write: Callable[[str], object]
    count: Count = field(default_factory=Count)
    _last: float = 0.0

    def begin(self, total_runs: int, already_done: int) -> None:
        """Say how much there is to do."""
        self.count.begin(total_runs, already_done)
        kept = f", {already_done:,} kept from before" if already_done else ""
        self.write(f"simulating {counted(total_runs, 'run')}{kept}")
        self._last = self.count.clock()

    def advance(self, runs: int, failures: int) -> None:
        """Say how far it is, now and then."""
        self.count.add(runs, failures)
        if self.count.clock() - self._last >= EVERY:
            self._last = self.count.clock()
            share = self.count.done / self.count.total if self.count.total else 1.0
            self.write(f"{share:4.0%}  {self.count.done:,} of {self.count.total:,} runs; {self.count.say()}")

    def end(self) -> None:
        """Say what was done."""
        self.write(f"{self.count.done:,} of {self.count.total:,} runs are safe; {self.count.say()}")


class Bar:
    """A bar with time left, rate and failures so far."""

    def __init__(self, console: Console) -> None:
        """Nothing is shown before `begin`."""
        self._count = Count()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("simulating"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("runs"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[said]}"),
            console=console,
        )
        self._task: TaskID | None = None

    def begin(self, total_runs: int, already_done: int) -> None:
        """Show the bar, in place of one that ended."""
        self._count.begin(total_runs, already_done)
        if self._task is not None:
            self._bar.remove_task(self._task)
        self._task = self._bar.add_task("runs", total=total_runs, completed=already_done, said="starting")
        self._bar.start()

    def advance(self, runs: int, failures: int) -> None:
        """Move the bar."""
        self._count.add(runs, failures)
        if self._task is not None:
            self._bar.update(self._task, advance=runs, said=self._count.say())

    def end(self) -> None:
        """Leave the bar as it stands."""
        self._bar.stop()


class Brake:
    """Ctrl-C while chunks are stored: the first lets the chunk in flight end, the second stops at once.

    A context manager around a progress; outside of chunks Ctrl-C stops at once, as always. An interrupt that compiled
    code swallows is raised at the next chunk.
    """

    def __init__(self, progress: Bar | Lines, say: Callable[[str], object]) -> None:
        """`say` takes one line when Ctrl-C is heard."""
        self._progress = progress
        self._say = say
        self._storing = False
        self._pressed = 0
        self._before: Any = None

    def __enter__(self) -> Self:
        """Listen, where signals can be heard at all."""
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *_error: object) -> None:
        """Leave Ctrl-C as it was found."""
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def begin(self, total_runs: int, already_done: int) -> None:
        """Chunks are stored from here on."""
        self._stop_if_asked()
        self._storing = True
        self._progress.begin(total_runs, already_done)

    def advance(self, runs: int, failures: int) -> None:
        """A chunk is safe: the place to stop. Raises KeyboardInterrupt when asked to."""
        self._progress.advance(runs, failures)
        self._stop_if_asked()

    def end(self) -> None:
        """Nothing is in flight any more."""
        self._storing = False
        self._progress.end()

    def _hear(self, *_signal: object) -> None:
        self._pressed += 1
        if not self._storing or self._pressed > 1:
            raise KeyboardInterrupt
        self._say("stopping when the chunk in flight is safe; Ctrl-C again stops at once")

    def _stop_if_asked(self) -> None:
        if self._pressed:
            raise KeyboardInterrupt


def choose_progress(console: Console) -> Bar | Lines:
    """A bar where the console is a terminal, plain lines elsewhere."""
    return Bar(console) if console.is_terminal else Lines(lambda line: console.print(line, highlight=False))
