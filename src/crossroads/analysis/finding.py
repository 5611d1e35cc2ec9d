"""A finding: one sentence that can be traced."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """What was found, in a sentence, with the numbers behind it, how they came about and what speaks against
    them."""

    sentence: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    method: str = ""
    references: tuple[str, ...] = ()
    """Ids of evidence."""
    caveat: str = ""
    error: float | None = None
    """Monte Carlo standard error of the value."""
    topic: str = ""
    """What it belongs to: trust, order, crossing, acceptance, values, claims, effect."""
