"""What is missing on a bare machine is said and left out; under CROSSROADS_FULL it is a failure."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

SHARED = Path(__file__).parent.parent.parent / "shared"
FULL = os.environ.get("CROSSROADS_FULL") == "1"


def find_missing() -> dict[str, str]:
    """Marker to what the machine lacks for it."""
    missing = {}
    if not SHARED.is_dir():
        missing["shared"] = "the findings folder `shared` beside the project"
    if not (shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")):
        missing["browser"] = "Chromium"
    return missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = {} if FULL else find_missing()
    for item in items:
        for marker, what in missing.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=f"needs {what}"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for marker, what in find_missing().items():
        state = "failed for want of it" if FULL else "were left out"
        terminalreporter.write_line(f"missing: {what}; tests marked `{marker}` {state}")


@pytest.fixture(scope="session", autouse=True)
def _hear_interrupts() -> Iterator[None]:
    """A shell that runs us in the background has us ignore Ctrl-C; the tests of it must hear it all the same."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The findings folder; its absence fails a test that was not left out."""
    assert SHARED.is_dir(), f"{SHARED} is missing"
    return SHARED
