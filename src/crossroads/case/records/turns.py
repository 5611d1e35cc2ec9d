"""What is turned around the options: dials, and one budget for all."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from crossroads.case.records.base import Id, Record, Text


class Dial(Record):
    """A lever at which every option is shown again, whatever it is in the option."""

    lever: Id
    values: tuple[float | str, ...] = Field(min_length=2)
    """From low to high; the last is compared with the first."""
    because: Text
    """The reason for these values, in words."""


class Budget(Record):
    """A cost at which options are compared: what is civilian in them and can be scaled is scaled until they cost it."""

    outcome: Id
    """The cost that is made equal: a total, read at the last horizon."""
    amount: float = Field(gt=0)
    scales: tuple[Annotated[float, Field(gt=0)], ...] = (0.5, 1.0, 1.5)
    """Shares of an option's distance from the baseline at which it is run, rising; between them is interpolated. Past 1
    as far as the ranges of its levers allow."""
    beside: tuple[Id, ...] = ()
    """Costs to others, shown beside and never added."""
    because: Text
    """The reason for the amount, in words."""


class Sweeps(Record):
    """New runs around the options: at several values of a lever, and at one budget."""

    futures: int = Field(192, ge=64)
    """How many, the first of those simulated."""
    dials: tuple[Dial, ...] = ()
    budget: Budget | None = None
    evidence: tuple[Id, ...] = ()
