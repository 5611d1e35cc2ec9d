"""From yearly chances to weekly ones."""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import log, minimum

MOST = 0.99


def hazard_of(probability: Any) -> Any:
    """Yearly hazard of an event with this chance in a year."""
    return -log(1.0 - minimum(probability, MOST))


def weekly_chance(hazard: Any) -> Any:
    """Chance in a week of an event with this yearly hazard: 1 - exp(-hazard / 52), as its series.

    The difference itself would lose half of its digits in single precision. Exact to 1e-6 up to a hazard of 4.
    """
    h = hazard / 52.0
    return h * (1.0 - h / 2.0 * (1.0 - h / 3.0 * (1.0 - h / 4.0)))
