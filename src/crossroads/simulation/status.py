"""How a run ended."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Status(IntEnum):
    """What stands in the store for one run."""

    ABSENT = 0
    """Not simulated yet."""
    OK = 1
    NOT_APPLICABLE = 2
    """The reaction makes no sense under the option: never run, and not missing."""
    NOT_FINITE = 3
    """An outcome was infinite or not a number, or too large to store."""
    MODEL_ERROR = 4
    """The model raised, or returned something that is no result."""


FAILED = (Status.NOT_FINITE, Status.MODEL_ERROR)


class Failure(NamedTuple):
    """A run without values, and the reason in words."""

    option: str
    reaction: str
    future: int
    reason: str
