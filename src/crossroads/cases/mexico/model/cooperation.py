"""Cooperation: the opening stance, rupture and return, trust, shared information, transfers and leaks.

rupture   rises to the depth that the stance implies while the offence lasts, and heals afterwards at the speed of past
          suspensions (coop-loss-force, coop-loss-law-enf, coop-loss-minor, coop-suspension-length)
trust     slow memory: eroded by rupture and by threats, rebuilt by control of guns at the source (us-gun-share)
cooperation = (1 - rupture) * trust, 1 at the start; information = cooperation * what is offered
capture yield = intel_yield ^ x, x the step from half to nearly full
          sharing (intel-yield)

Losing cooperation costs information once: Mexican-side levers fall through this mechanism alone. Switching it off
leaves cooperation at its starting level.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum, where
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

WEEKS_A_MONTH = 52.0 / 12.0
OPENING_WEEKS = 26.0
STOCKS = (
    Quantity("rupture", "share", "cooperation lost through the stance"),
    Quantity("trust", "ratio", "slow memory of good and bad faith, 1 at the start", off=1.0),
)
RATES = (
    Quantity("cooperation_now", "ratio", "cooperation against the start", off=1.0),
    Quantity("capture_yield", "factor", "captures and transfers per effort, from shared information", off=1.0),
)
OUTCOMES = (
    Quantity("cooperation", "index (start = 100)", "cooperation between the two governments"),
    Quantity("transfers", "prisoners a year", "high-value prisoners sent to U.S. courts"),
    Quantity("leaks", "events", "expected serious leaks, for as much information as is shared today"),
)
INPUTS = reads(
    coop_loss_minor="%",
    coop_loss_enforcement="%",
    coop_loss_force="%",
    suspension_months="months",
    trust_memory="years",
    threat_erosion="share a year",
    goodwill_guns="share",
    intel_yield="factor",
    leverage_share="share",
    transfers_year="prisoners a year",
    leak_prob="probability a year",
    tip_loss="share",
    protection_bought="share",
    info_offer_baseline="share",
    guns_baseline="share",
    info_offer="share",
    pressure="share",
    guns="share",
    oversight="share",
)

Stocks = returns("Stocks", STOCKS)
Rates = returns("Rates", RATES)
After = returns("After", STOCKS, OUTCOMES)


def start() -> Any:
    """Nothing is broken and trust is what it is today."""
    return Stocks(rupture=0.0, trust=1.0)


def before(
    rupture: Any,
    trust: Any,
    occupation: Any,
    intel_yield: Any,
    tip_loss: Any,
    info_offer: Any,
    info_offer_baseline: Any,
    cartels_corrupt: Any,
    cartel_unity: Any,
    protection_bought: Any,
) -> Any:
    """Cooperation now, and what it yields; officials whom groups buy take information away."""
    bought_protection = cartels_corrupt * cartel_unity * protection_bought
    cooperation = (1.0 - rupture) * trust
    information = info_offer * cooperation * (1.0 - tip_loss * occupation) * (1.0 - bought_protection)
    step = (information - info_offer_baseline) / 0.4
    return Rates(cooperation_now=cooperation, capture_yield=exp(step * log(intel_yield)))


def after(
    rupture: Any,
    trust: Any,
    cooperation_now: Any,
    capture_yield: Any,
    uninvited_force: Any,
    week: Any,
    stance_protest: Any,
    stance_reduced: Any,
    stance_suspended: Any,
    coop_loss_minor: Any,
    coop_loss_enforcement: Any,
    coop_loss_force: Any,
    suspension_months: Any,
    trust_memory: Any,
    threat_erosion: Any,
    goodwill_guns: Any,
    leverage_share: Any,
    transfers_year: Any,
    leak_prob: Any,
    cartels_corrupt: Any,
    cartel_unity: Any,
    pressure: Any,
    guns: Any,
    guns_baseline: Any,
    oversight: Any,
) -> Any:
    """Rupture opens in the first half year or while uninvited force lasts, and heals when neither does."""
    kept_but_protested = stance_protest * (1.0 - stance_reduced) * (1.0 - stance_suspended)
    depth = (
        coop_loss_minor * kept_but_protested
        + coop_loss_enforcement * stance_reduced
        + coop_loss_force * stance_suspended
    ) / 100.0
    offence = where(week < OPENING_WEEKS, 1.0, minimum(uninvited_force / 0.1, 1.0))
    opening = offence * maximum(depth - rupture, 0.0) / WEEKS_A_MONTH
    healing = (1.0 - offence) * rupture * 3.0 / (suspension_months * WEEKS_A_MONTH)
    goodwill = goodwill_guns * (guns - guns_baseline) / (1.0 - guns_baseline)
    aim = 1.0 + goodwill
    learning = (aim - trust) / (trust_memory * 52.0)
    erosion = (threat_erosion * pressure + 0.5 * rupture) * trust / 52.0
    transfers = transfers_year * cooperation_now * capture_yield * (1.0 + leverage_share * pressure)
    leaks = -log(1.0 - leak_prob) * (1.0 - 0.5 * oversight) * (1.0 + cartels_corrupt * cartel_unity)
    return After(
        rupture=rupture + opening - healing,
        trust=maximum(trust + learning - erosion, 0.05),
        cooperation=100.0 * cooperation_now,
        transfers=transfers / 52.0,
        leaks=leaks / 52.0,
    )


COOPERATION = Mechanism(
    name="cooperation",
    meaning="Trust and cooperation as stocks with memory; suspension and return; information, transfers and leaks.",
    inputs=INPUTS,
    stocks=STOCKS,
    rates=RATES,
    outcomes=OUTCOMES,
    start=start,
    before=before,
    after=after,
    evidence=(
        "coop-loss-minor",
        "coop-loss-law-enf",
        "coop-loss-force",
        "coop-suspension-length",
        "intel-yield",
        "leverage-share",
        "transfers-year",
        "intel-leak",
        "us-gun-share",
    ),
)
