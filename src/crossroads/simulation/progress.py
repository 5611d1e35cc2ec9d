"""How far the driver is, for whoever shows it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Who wants to hear how far the driver is. Runs are counted, not futures."""

    def begin(self, total_runs: int, already_done: int) -> None:
        """Before the first chunk."""

    def advance(self, runs: int, failures: int) -> None:
        """After each chunk is safe: the runs it held and how many of them failed."""

    def end(self) -> None:
        """After the last chunk, or when the driver is stopped."""


class Silent:
    """Progress that nobody hears."""

    def begin(self, total_runs: int, already_done: int) -> None:
        """Nothing."""

    def advance(self, runs: int, failures: int) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class Together:
    """Several simulations told as one, of so many runs in all."""

    def __init__(self, progress: Progress, total_runs: int) -> None:
        """Nothing has begun."""
        self._progress, self._total, self._begun = progress, total_runs, False

    def begin(self, total_runs: int, already_done: int) -> None:
        """The first begins the whole; what later ones find done counts as done."""
        if not self._begun:
            self._begun = True
            self._progress.begin(max(self._total, total_runs), already_done)
        elif already_done:
            self._progress.advance(already_done, 0)

    def advance(self, runs: int, failures: int) -> None:
        """After each chunk of any of them."""
        self._progress.advance(runs, failures)

    def end(self) -> None:
        """One of them ended; `close` ends the whole."""

    def close(self) -> None:
        """After the last of them, or when they are stopped."""
        if self._begun:
            self._progress.end()
