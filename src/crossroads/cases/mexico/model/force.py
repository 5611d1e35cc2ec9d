"""Force: operations with U.S. personnel, what they suppress while they last, and whom they cost.

strike    force without consent: act_alone * size / (size + half-effect size), while it lasts (levers-table, dials)
joint     operations by consent: accompany * size / (size + half-effect size), only where consent is given
overrun   the share that stays past the planned end (extension-prob), fading over a year; an expected path, not a draw

Groups adapt to sustained force (adaptation-time). Suppression is of attacks on the state only, never of homicide,
drugs or membership (suppression-transfer, strike-suppression), and needs the host's acceptance in full. Losses are
hostile deaths per 1,000 troop-years (hostile-deaths-combat, hostile-deaths-advise); the mass-casualty tail is
dispersion within that rate and is not added. Deaths in operations are split into civilians and others, some of unknown
status
(strike-civilian-share, civcas, boat-strikes). A clash between the two states' forces is a yearly hazard (clash-prob).
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum, where
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

WEEKS_A_MONTH = 52.0 / 12.0
STOCKS = (
    Quantity("overrun", "share", "share of the deployment that stays past its planned end"),
    Quantity("was_active", "share", "whether the deployment was within its plan last week"),
    Quantity("adaptation", "share", "how far groups have adapted to force"),
    Quantity("fresh_deployment", "share", "deployment that is new, fading over a year"),
    Quantity("last_force", "share", "strike and joint operations last week"),
    Quantity("clash_hazard", "1", "cumulative hazard of a clash between the two states' forces"),
    Quantity("capture_effort", "factor", "imprisonments against ordinary", off=1.0),
    Quantity("conflict_effort", "factor", "lethality of conflict against ordinary", off=1.0),
)
RATES = (
    Quantity("strike", "share", "force without consent, 1 = full intensity"),
    Quantity("joint", "share", "joint operations by consent, 1 = full intensity"),
    Quantity("uninvited_force", "share", "force without any acceptance"),
    Quantity("effective_force", "share", "strike and joint operations after adaptation"),
    Quantity("troops", "troop-years a year", "U.S. personnel deployed beyond the present liaison"),
)
OUTCOMES = (
    Quantity("civilians_killed", "people", "civilians killed in operations with U.S. personnel"),
    Quantity("operation_deaths", "people", "everybody killed in operations with U.S. personnel, any status"),
    Quantity("mexican_personnel_lost", "people", "Mexican security personnel killed by groups"),
    Quantity("us_personnel_lost", "people", "U.S. personnel killed by hostile action"),
    Quantity("unlawful_weeks", "weeks", "expected weeks with U.S. force present without legal consent"),
    Quantity("clash_probability", "probability", "at least one clash between the two states' forces so far"),
)
INPUTS = reads(
    extension_prob="probability",
    adaptation_months="months",
    adaptation_share="share",
    strike_suppression="% change",
    suppression_transfer="factor",
    hostile_deaths_combat="deaths per 1,000 troop-years",
    hostile_deaths_advise="deaths per 1,000 troop-years",
    operation_deaths_full="people a year",
    civilian_share="% of deaths",
    mx_personnel_losses="people a year",
    clash_prob="probability a year",
    intel_arrest_share="share",
    joint_capture_gain="share",
    strike_capture_gain="share",
    retaliation_violence="share",
    deterrence_violence="elasticity",
    cartel_unity="share",
    half_effect_strike="troop-years a year",
    half_effect_joint="troop-years a year",
    liaison_size="troop-years a year",
    troop_years="troop-years a year",
    planned_months="months",
    oversight="share",
)

Stocks = returns("Stocks", STOCKS)
Rates = returns("Rates", RATES)
After = returns("After", STOCKS, OUTCOMES)


def start() -> Any:
    """No deployment yet."""
    return Stocks(
        overrun=0.0,
        was_active=1.0,
        adaptation=0.0,
        fresh_deployment=0.0,
        last_force=0.0,
        clash_hazard=0.0,
        capture_effort=1.0,
        conflict_effort=1.0,
    )


def planned_now(week: Any, planned_months: Any) -> Any:
    """1 while the deployment is within its planned duration, else 0."""
    return where(week < planned_months * WEEKS_A_MONTH, 1.0, 0.0)


def before(
    week: Any,
    overrun: Any,
    adaptation: Any,
    act_alone: Any,
    accompany: Any,
    advise: Any,
    troop_years: Any,
    planned_months: Any,
    stance_consent: Any,
    stance_accepts: Any,
    cartels_disperse: Any,
    cartel_unity: Any,
    adaptation_share: Any,
    half_effect_strike: Any,
    half_effect_joint: Any,
    liaison_size: Any,
) -> Any:
    """Intensities this week; groups that disperse are harder to reach."""
    consent = maximum(stance_consent, stance_accepts)
    staying = minimum(planned_now(week, planned_months) + overrun, 1.0)
    size = maximum(troop_years - liaison_size, 0.0)
    strike = act_alone * staying * size / (size + half_effect_strike)
    joint = accompany * consent * staying * size / (size + half_effect_joint)
    evaded = adaptation_share * adaptation * (1.0 + cartels_disperse * cartel_unity) / 2.0
    return Rates(
        strike=strike,
        joint=joint,
        uninvited_force=strike * (1.0 - consent),
        effective_force=(strike + joint) * (1.0 - evaded),
        troops=size * maximum(act_alone, (accompany + advise) * consent) * staying,
    )


def next_efforts(
    strike: Any,
    joint: Any,
    effective_force: Any,
    capture_yield: Any,
    intel_arrest_share: Any,
    joint_capture_gain: Any,
    strike_capture_gain: Any,
) -> Any:
    """Imprisonments against ordinary: the share that rests on shared information, and what operations add."""
    planned = joint_capture_gain * joint + strike_capture_gain * strike
    informed = 1.0 + intel_arrest_share * (capture_yield - 1.0)
    return informed * (1.0 + planned * effective_force / maximum(strike + joint, 1e-6))


def hostile_deaths(troops: Any, strike: Any, joint: Any, combat: Any, advise: Any, posture_force: Any) -> Any:
    """U.S. deaths a year: the rate moves from advising to combat with the share of strikes and the posture."""
    fighting = minimum(strike / maximum(strike + joint, 1e-6) * (0.5 + 0.5 * posture_force) + 0.5 * posture_force, 1.0)
    return troops / 1000.0 * (advise + (combat - advise) * fighting)


def after(
    week: Any,
    overrun: Any,
    was_active: Any,
    adaptation: Any,
    fresh_deployment: Any,
    last_force: Any,
    clash_hazard: Any,
    strike: Any,
    joint: Any,
    uninvited_force: Any,
    effective_force: Any,
    capture_yield: Any,
    troops: Any,
    act_alone: Any,
    accompany: Any,
    planned_months: Any,
    posture_force: Any,
    oversight: Any,
    secrecy: Any,
    formal_terms: Any,
    stance_consent: Any,
    stance_accepts: Any,
    stance_obstruction: Any,
    cartels_deterred: Any,
    cartels_retaliate: Any,
    cartel_unity: Any,
    intel_arrest_share: Any,
    joint_capture_gain: Any,
    strike_capture_gain: Any,
    retaliation_violence: Any,
    deterrence_violence: Any,
    extension_prob: Any,
    adaptation_months: Any,
    strike_suppression: Any,
    suppression_transfer: Any,
    hostile_deaths_combat: Any,
    hostile_deaths_advise: Any,
    operation_deaths_full: Any,
    civilian_share: Any,
    mx_personnel_losses: Any,
    clash_prob: Any,
) -> Any:
    """Who was killed this week, and how far groups have adapted."""
    active = planned_now(week, planned_months)
    staying_on = overrun + extension_prob * maximum(was_active - active, 0.0)
    force = strike + joint
    forced = minimum(force / 0.2, 1.0)
    pace = 1.0 / (adaptation_months * WEEKS_A_MONTH)
    effort = next_efforts(
        strike, joint, effective_force, capture_yield, intel_arrest_share, joint_capture_gain, strike_capture_gain
    )
    pressed = minimum(maximum(effort - 1.0, 0.0) + force, 1.0)
    retaliation = cartels_retaliate * cartel_unity * retaliation_violence * pressed
    deterred = exp(cartels_deterred * cartel_unity * deterrence_violence * log(maximum(effort, 1.0)))
    suppressed = strike_suppression / 100.0 * suppression_transfer * effective_force * (0.4 + 0.6 * stance_accepts)
    lost = mx_personnel_losses * (1.0 + suppressed) * (1.0 + retaliation + 0.5 * joint)
    care = 1.0 - 0.5 * oversight
    killed = operation_deaths_full * (strike + 0.3 * joint) * (0.2 + 0.8 * posture_force) * care
    hazard = -log(1.0 - clash_prob) * uninvited_force * (1.0 + stance_obstruction)
    legal = stance_consent * formal_terms
    engaged = where(maximum(act_alone, accompany * maximum(stance_consent, stance_accepts)) > 0.02, 1.0, 0.0)
    present = maximum(engaged, where(secrecy > 0.5, 1.0, 0.0)) * minimum(active + overrun, 1.0)
    grown = clash_hazard + hazard / 52.0
    return After(
        overrun=staying_on * (1.0 - 1.0 / 52.0),
        was_active=active,
        adaptation=adaptation + pace * (forced - adaptation) * where(forced > adaptation, 1.0, 0.5),
        fresh_deployment=fresh_deployment * (1.0 - 1.0 / 52.0) + maximum(force - last_force, 0.0),
        last_force=force,
        clash_hazard=grown,
        capture_effort=effort,
        conflict_effort=(1.0 + retaliation) * deterred,
        civilians_killed=killed * minimum(civilian_share / 100.0 * (0.7 + 0.6 * (1.0 - oversight)), 1.0) / 52.0,
        operation_deaths=killed / 52.0,
        mexican_personnel_lost=lost / 52.0,
        us_personnel_lost=hostile_deaths(
            troops, strike, joint, hostile_deaths_combat, hostile_deaths_advise, posture_force
        )
        * (1.0 + retaliation)
        / 52.0,
        unlawful_weeks=present * (1.0 - legal),
        clash_probability=1.0 - exp(-grown),
    )


FORCE = Mechanism(
    name="force",
    meaning="Operations with U.S. personnel: suppression while they last, adaptation, deaths, losses and clashes.",
    inputs=INPUTS,
    stocks=STOCKS,
    rates=RATES,
    outcomes=OUTCOMES,
    start=start,
    before=before,
    after=after,
    evidence=(
        "levers-table",
        "dials",
        "strike-suppression",
        "suppression-transfer",
        "hostile-deaths-combat",
        "hostile-deaths-advise",
        "raid-tail",
        "strike-civilian-share",
        "boat-strikes",
        "clash-prob",
        "extension-prob",
        "adaptation-time",
        "mexican-force-losses",
    ),
)
