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
