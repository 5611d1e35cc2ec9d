"""Sentiment: a sense of occupation grows with foreign presence, even by consent, and with harm; it fades when both end.

occupation   moves to the presence that people see, with a half-year memory; secrecy hides half of it; harm to civilians
             adds to it (civcas-reprisal, symmetric-blame)
pull         recruits rise with occupation (strike-recruitment, null in range) less the share of blame that falls on
             groups (symmetric-blame)
Attacks on U.S. persons rise with occupation (anti-us-attacks); acceptance moves between polls on information
and for force (mx-support-intel, mx-support-us-force).
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import maximum, minimum
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

MEMORY_WEEKS = 26.0
STOCKS = (
    Quantity("occupation", "share", "sense of occupation, 0 none to 1 full"),
    Quantity("recruit_pull", "factor", "recruits against ordinary, from resentment", off=1.0),
)
OUTCOMES = (
    Quantity("mexican_acceptance", "%", "Mexicans who accept the U.S. role"),
    Quantity("attacks_us_persons", "index (start = 100)", "attacks on U.S. persons and interests in Mexico"),
)
INPUTS = reads(
    strike_recruitment="% change",
    harm_weight="share",
    blame_on_groups="share",
    anti_us_attacks="% change",
    support_intel="%",
    support_force="%",
    secrecy="share",
    mexican_lead="share",
)

Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def start() -> Any:
    """No sense of occupation before the mission."""
    return Stocks(occupation=0.0, recruit_pull=1.0)


def after(
    occupation: Any,
    strike: Any,
    joint: Any,
    undeclared: Any,
    exposed: Any,
    harm_year: Any,
    operation_deaths_full: Any,
    civilian_share: Any,
    harm_weight: Any,
    secrecy: Any,
    mexican_lead: Any,
    strike_recruitment: Any,
    blame_on_groups: Any,
    anti_us_attacks: Any,
    support_intel: Any,
    support_force: Any,
) -> Any:
    """What people see this week moves what they feel next week."""
    presence = (strike + joint * (1.0 - 0.7 * mexican_lead)) * (1.0 - 0.5 * secrecy)
    harmed = minimum(harm_year / maximum(operation_deaths_full * civilian_share / 100.0, 1.0), 1.0)
    seen = minimum(presence + 0.1 * undeclared + 0.2 * exposed + harm_weight * harmed, 1.0)
    felt = occupation + (seen - occupation) / MEMORY_WEEKS
    resented = maximum(felt * (1.0 - blame_on_groups), 0.0)
    return After(
        occupation=felt,
        recruit_pull=1.0 + strike_recruitment / 100.0 * resented,
        mexican_acceptance=support_intel + (support_force - support_intel) * minimum(felt / 0.4, 1.0),
        attacks_us_persons=100.0 * (1.0 + anti_us_attacks / 100.0 * felt),
    )


SENTIMENT = Mechanism(
    name="sentiment",
    meaning="Harm and foreign presence become a sense of occupation: recruits, tips, attacks, opinion.",
    inputs=INPUTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    start=start,
    after=after,
    evidence=(
        "strike-recruitment",
        "symmetric-blame",
        "anti-us-attacks",
        "civcas-reprisal",
        "mx-support-intel",
        "mx-support-us-force",
    ),
)
