"""Review: public national series open and close the steps of adaptive options; they only pause, or ask for consent.

within_limits   open, until at a review official homicides, reported civilian harm or cooperation pass their limits;
                then closed for the length of a pause, and open again when all are back within
consent_step    open where Mexico consents formally, cooperation is near today's and reported harm is within its limit

The limits are judgement (levers-table: triggers of the compact) and stand in the case; reviews begin after half a year.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import maximum, where
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

FIRST_REVIEW = 26.0
STOCKS = (Quantity("pause_left", "weeks", "weeks that a pause still lasts"),)
GATES = (
    Quantity("within_limits", "share", "1 while the public series are within their limits", off=1.0),
    Quantity("consent_step", "share", "1 while the step that needs consent may be taken"),
)
INPUTS = reads(
    harm_limit="people a year",
    violence_limit="ratio",
    cooperation_limit="ratio",
    pause_weeks="weeks",
)

Stocks = returns("Stocks", STOCKS)
Gates = returns("Gates", GATES)


def start() -> Any:
    """No pause."""
    return Stocks(pause_left=0.0)


def after(
    week: Any,
    pause_left: Any,
    violence: Any,
    harm_year: Any,
    cooperation_now: Any,
    harm_limit: Any,
    violence_limit: Any,
    cooperation_limit: Any,
    pause_weeks: Any,
) -> Any:
    """A limit that is passed at a review starts a pause, or starts it anew."""
    passed = (harm_year > harm_limit) | (violence > violence_limit) | (cooperation_now < cooperation_limit)
    return Stocks(pause_left=where(passed & (week >= FIRST_REVIEW), pause_weeks, maximum(pause_left - 1.0, 0.0)))


def switch(
    pause_left: Any,
    rupture: Any,
    trust: Any,
    harm_year: Any,
    stance_consent: Any,
    harm_limit: Any,
    cooperation_limit: Any,
) -> Any:
    """Which steps may be taken."""
    near = ((1.0 - rupture) * trust >= cooperation_limit) & (harm_year <= harm_limit)
    return Gates(
        within_limits=where(pause_left > 0.5, 0.0, 1.0),
        consent_step=where(near, stance_consent, 0.0),
    )


REVIEW = Mechanism(
    name="review",
    meaning="Public series open and close the steps of adaptive options: pause, review, ask for consent.",
    inputs=INPUTS,
    stocks=STOCKS,
    gates=GATES,
    start=start,
    after=after,
    switch=switch,
    evidence=("levers-table", "mx-senate-consent", "mx-homicide-day"),
)
