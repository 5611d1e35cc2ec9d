"""Cooperation: the opening stance sets rates; trust, rupture, suspension and return are stocks with memory.

suspended  0 or 1: begins by chance, at a rate that the opening stance sets while there is cause and at once in the week
           after a clash; returns by chance, after the length of past suspensions, once the cause is gone
           (coop-loss-force, coop-suspension-length, precedent-pakistan-2011, precedent-2020-21)
rupture    moves to the depth that stance, exposure and suspension imply, and heals at the speed of past ones
           (coop-loss-law-enf, coop-loss-minor)
exposure   a secret presence comes to light by chance (chihuahua-2026) and costs what a minor breach costs
trust      slow memory: eroded by rupture and by threats, rebuilt by control of guns at the source (us-gun-share)
cooperation = (1 - rupture) * trust, 1 at the start; information = cooperation * what is offered
capture yield = intel_yield ^ x, x the step from half to nearly full sharing (intel-yield)

Losing cooperation costs information once: what Mexico gives falls through this mechanism alone. Switching it off
leaves cooperation at its starting level. Where captures fall with information, interdiction and transfers follow.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum, where
from crossroads.simulation.contract import Chance, Mechanism, Quantity, reads, returns

from .luck import hazard_of, weekly_chance

WEEKS_A_MONTH = 52.0 / 12.0
OPENING_WEEKS = 26.0
ONSET_WEEKS = 6.0
CONSTANTS = (
    Quantity("exposure_hazard", "a year", "hazard that a secret presence comes to light"),
    Quantity("leak_hazard", "a year", "hazard of a serious leak as things are"),
    Quantity("log_yield", "1", "logarithm of the yield of full sharing"),
)
STOCKS = (
    Quantity("rupture", "share", "cooperation lost"),
    Quantity("suspended", "share", "1 while practical cooperation is suspended"),
    Quantity("exposed", "share", "a presence that came to light, fading over half a year"),
    Quantity("trust", "ratio", "slow memory of good and bad faith, 1 at the start", off=1.0),
)
RATES = (
    Quantity("cooperation_now", "ratio", "cooperation against the start", off=1.0),
    Quantity("capture_yield", "factor", "captures and transfers per effort, from shared information", off=1.0),
)
OUTCOMES = (
    Quantity("cooperation", "index (start = 100)", "cooperation between the two governments"),
    Quantity("weeks_suspended", "weeks", "weeks in which practical cooperation is suspended"),
    Quantity("weeks_reduced", "weeks", "weeks below four fifths of today's cooperation, not suspended"),
    Quantity("transfers", "prisoners a year", "high-value prisoners sent to U.S. courts"),
    Quantity("leaks", "events", "serious leaks of shared information"),
)
CHANCES = (
    Chance("suspension_luck", "whether cooperation is suspended, or returns"),
    Chance("exposure_luck", "whether a secret presence comes to light"),
    Chance("leak_luck", "whether shared information leaks"),
)
INPUTS = reads(
    coop_loss_minor="%",
    coop_loss_enforcement="%",
    coop_loss_force="%",
    suspension_months="months",
    exposure_prob="probability a year",
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

Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
Rates = returns("Rates", RATES)
After = returns("After", STOCKS, OUTCOMES)


def derive(exposure_prob: Any, leak_prob: Any, intel_yield: Any) -> Any:
    """Hazards, and the logarithm of the yield."""
    return Constants(
        exposure_hazard=hazard_of(exposure_prob), leak_hazard=hazard_of(leak_prob), log_yield=log(intel_yield)
    )


def start() -> Any:
    """Nothing is broken and trust is what it is today."""
    return Stocks(rupture=0.0, suspended=0.0, exposed=0.0, trust=1.0)


def before(
    rupture: Any,
    trust: Any,
    occupation: Any,
    log_yield: Any,
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
    return Rates(cooperation_now=cooperation, capture_yield=exp(step * log_yield))


def next_suspended(
    suspended: Any, offence: Any, clashed: Any, stance_suspended: Any, suspension_months: Any, luck: Any
) -> Any:
    """A suspension begins while there is cause, and ends after the length of past ones once there is none."""
    begins = maximum(clashed, where(luck < stance_suspended * offence / ONSET_WEEKS, 1.0, 0.0))
    pace = (1.0 - offence) / (suspension_months * WEEKS_A_MONTH)
    ends = where(luck > 1.0 - minimum(pace, 1.0), 1.0, 0.0)
    return where(suspended > 0.5, 1.0 - ends * (1.0 - clashed), begins)


def after(
    week: Any,
    rupture: Any,
    suspended: Any,
    exposed: Any,
    trust: Any,
    cooperation_now: Any,
    capture_yield: Any,
    uninvited_force: Any,
    undeclared: Any,
    clashed: Any,
    stance_protest: Any,
    stance_reduced: Any,
    stance_suspended: Any,
    coop_loss_minor: Any,
    coop_loss_enforcement: Any,
    coop_loss_force: Any,
    suspension_months: Any,
    exposure_hazard: Any,
    trust_memory: Any,
    threat_erosion: Any,
    goodwill_guns: Any,
    leverage_share: Any,
    transfers_year: Any,
    leak_hazard: Any,
    info_offer: Any,
    info_offer_baseline: Any,
    cartels_corrupt: Any,
    cartel_unity: Any,
    pressure: Any,
    guns: Any,
    guns_baseline: Any,
    oversight: Any,
    suspension_luck: Any,
    exposure_luck: Any,
    leak_luck: Any,
) -> Any:
    """What the week does to cooperation."""
    offence = where(week < OPENING_WEEKS, 1.0, minimum(uninvited_force / 0.1, 1.0))
    held = next_suspended(suspended, offence, clashed, stance_suspended, suspension_months, suspension_luck)
    hazard = exposure_hazard * undeclared
    seen = maximum(exposed * (1.0 - 1.0 / 26.0), where(exposure_luck < weekly_chance(hazard), 1.0, 0.0))
    standing = offence * (
        coop_loss_minor * stance_protest * (1.0 - stance_reduced) + (coop_loss_enforcement * stance_reduced)
    )
    depth = maximum(maximum(standing, coop_loss_minor * seen), coop_loss_force * held) / 100.0
    opening = maximum(depth - rupture, 0.0) / WEEKS_A_MONTH
    healing = maximum(rupture - depth, 0.0) * 3.0 / (suspension_months * WEEKS_A_MONTH)
    goodwill = goodwill_guns * (guns - guns_baseline) / (1.0 - guns_baseline)
    learning = (1.0 + goodwill - trust) / (trust_memory * 52.0)
    erosion = (threat_erosion * pressure + 0.5 * rupture) * trust / 52.0
    transfers = transfers_year * cooperation_now * capture_yield * (1.0 + leverage_share * pressure)
    shared = cooperation_now * info_offer / info_offer_baseline
    leaking = leak_hazard * (1.0 - 0.5 * oversight) * (1.0 + cartels_corrupt * cartel_unity) * shared
    return After(
        rupture=rupture + opening - minimum(healing, rupture),
        suspended=held,
        exposed=seen,
        trust=maximum(trust + learning - erosion, 0.05),
        cooperation=100.0 * cooperation_now,
        weeks_suspended=held,
        weeks_reduced=where(cooperation_now < 0.8, 1.0, 0.0) * (1.0 - held),
        transfers=transfers / 52.0,
        leaks=where(leak_luck < weekly_chance(leaking), 1.0, 0.0),
    )


COOPERATION = Mechanism(
    name="cooperation",
    meaning="Trust and cooperation as stocks with memory; suspension and return; information, transfers and leaks.",
    inputs=INPUTS,
    constants=CONSTANTS,
    stocks=STOCKS,
    rates=RATES,
    outcomes=OUTCOMES,
    chances=CHANCES,
    derive=derive,
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
        "chihuahua-2026",
    ),
)
