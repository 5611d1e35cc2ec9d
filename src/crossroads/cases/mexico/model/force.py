"""Force: what operations suppress while they last, and whom they cost.

Suppression is of attacks on the state only, never of homicide, drugs or membership (suppression-transfer,
strike-suppression), and needs the host's acceptance in full.

captures   imprisonments against ordinary: the share that rests on shared information, what operations add, and what a
           surge of Mexico's own forces adds (mass-incapacitation-case)
losses     hostile deaths per 1,000 troop-years (hostile-deaths-combat, hostile-deaths-advise). A rare mass-casualty
           event (raid-tail) is dispersion within that rate: its mean is taken out of the ordinary part
killed     in operations of the mission and of a surge beyond today's, by status: civilians, alleged members, unknown
           (strike-civilian-share, boat-strikes, lethality-killed-per-wounded)
clash      between the two states' forces: a yearly hazard of uninvited force (clash-prob, precedent-pakistan-2011)
answers    security personnel killed in answer to removals of leaders (retaliation-spike, from leaders.py)
reprisals  harm to civilians brings further incidents (civcas-reprisal; null in range)

A clash or a mass-casualty event is an incident, to which mission and cooperation answer in the week after.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum, where
from crossroads.simulation.contract import Chance, Mechanism, Quantity, reads, returns

from .luck import hazard_of, weekly_chance

CONSTANTS = (
    Quantity("clash_hazard", "a year", "hazard of a clash under uninvited force in full"),
    Quantity("tail_hazard", "a year", "hazard of a mass-casualty event under force in full"),
)
STOCKS = (
    Quantity("capture_effort", "factor", "imprisonments against ordinary", off=1.0),
    Quantity("conflict_effort", "factor", "lethality of conflict against ordinary", off=1.0),
    Quantity("incident", "share", "1 after a week with a clash or a mass-casualty event"),
    Quantity("clashed", "share", "1 after a week with a clash"),
    Quantity("ever_clashed", "share", "1 once there was a clash"),
    Quantity("harm_year", "people a year", "civilians killed by the mission, a mean over half a year"),
)
OUTCOMES = (
    Quantity("civilians_killed", "people", "civilians killed in operations of the mission or of a surge"),
    Quantity("unknown_killed", "people", "people of unknown status killed in such operations"),
    Quantity("operation_deaths", "people", "everybody killed in such operations, any status"),
    Quantity("mexican_personnel_lost", "people", "Mexican security personnel killed"),
    Quantity("us_personnel_lost", "people", "U.S. personnel killed by hostile action"),
    Quantity("mass_casualty", "events", "events that kill several U.S. personnel at once"),
    Quantity("clash_probability", "probability", "at least one clash between the two states' forces so far"),
)
CHANCES = (
    Chance("tail_luck", "whether several U.S. personnel are killed at once"),
    Chance("clash_luck", "whether forces of the two states clash"),
)
INPUTS = reads(
    strike_suppression="% change",
    suppression_transfer="factor",
    hostile_deaths_combat="deaths per 1,000 troop-years",
    hostile_deaths_advise="deaths per 1,000 troop-years",
    raid_tail="probability a year",
    tail_deaths="people",
    operation_deaths_full="people a year",
    surge_deaths="people a year",
    civilian_share="% of deaths",
    unknown_share="share",
    civcas_reprisal="events",
    deaths_per_incident="people",
    mx_personnel_losses="people a year",
    clash_prob="probability a year",
    clash_deaths="people",
    intel_arrest_share="share",
    joint_capture_gain="share",
    strike_capture_gain="share",
    surge_capture_gain="share",
    retaliation_violence="share",
    deterrence_violence="elasticity",
    cartel_unity="share",
    oversight="share",
)
HALF_YEAR = 26.0
CIVILIANS_AN_INCIDENT = 2.0

Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def derive(clash_prob: Any, raid_tail: Any) -> Any:
    """Hazards of rare events."""
    return Constants(clash_hazard=hazard_of(clash_prob), tail_hazard=hazard_of(raid_tail))


def start() -> Any:
    """No operations yet."""
    return Stocks(capture_effort=1.0, conflict_effort=1.0, incident=0.0, clashed=0.0, ever_clashed=0.0, harm_year=0.0)


def next_effort(
    strike: Any,
    joint: Any,
    effective_force: Any,
    surge: Any,
    capture_yield: Any,
    intel_arrest_share: Any,
    joint_capture_gain: Any,
    strike_capture_gain: Any,
    surge_capture_gain: Any,
) -> Any:
    """Imprisonments against ordinary: the share that rests on shared information, and what operations add."""
    planned = joint_capture_gain * joint + strike_capture_gain * strike
    informed = 1.0 + intel_arrest_share * (capture_yield - 1.0)
    reached = effective_force / maximum(strike + joint, 1e-6)
    return informed * (1.0 + planned * reached + surge_capture_gain * surge)


def hostile_deaths(troops: Any, strike: Any, joint: Any, combat: Any, advise: Any, posture_force: Any) -> Any:
    """U.S. deaths a year: the rate moves from advising to combat with the share of strikes and the posture."""
    fighting = minimum(strike / maximum(strike + joint, 1e-6) * (0.5 + 0.5 * posture_force) + 0.5 * posture_force, 1.0)
    return troops / 1000.0 * (advise + (combat - advise) * fighting)


def after(
    harm_year: Any,
    ever_clashed: Any,
    strike: Any,
    joint: Any,
    uninvited_force: Any,
    effective_force: Any,
    surge: Any,
    capture_yield: Any,
    troops: Any,
    spike_personnel: Any,
    posture_force: Any,
    oversight: Any,
    stance_accepts: Any,
    stance_consent: Any,
    stance_obstruction: Any,
    cartels_deterred: Any,
    cartels_retaliate: Any,
    cartel_unity: Any,
    intel_arrest_share: Any,
    joint_capture_gain: Any,
    strike_capture_gain: Any,
    surge_capture_gain: Any,
    retaliation_violence: Any,
    deterrence_violence: Any,
    strike_suppression: Any,
    suppression_transfer: Any,
    hostile_deaths_combat: Any,
    hostile_deaths_advise: Any,
    tail_hazard: Any,
    tail_deaths: Any,
    operation_deaths_full: Any,
    surge_deaths: Any,
    civilian_share: Any,
    unknown_share: Any,
    civcas_reprisal: Any,
    deaths_per_incident: Any,
    mx_personnel_losses: Any,
    clash_hazard: Any,
    clash_deaths: Any,
    tail_luck: Any,
    clash_luck: Any,
) -> Any:
    """Who was killed this week, and what groups and states met."""
    effort = next_effort(
        strike,
        joint,
        effective_force,
        surge,
        capture_yield,
        intel_arrest_share,
        joint_capture_gain,
        strike_capture_gain,
        surge_capture_gain,
    )
    pressed = minimum(maximum(effort - 1.0, 0.0) + strike + joint, 1.0)
    retaliation = cartels_retaliate * cartel_unity * retaliation_violence * pressed
    deterred = exp(cartels_deterred * cartel_unity * deterrence_violence * log(maximum(effort, 1.0)))
    accepted = maximum(stance_accepts, stance_consent)
    suppressed = strike_suppression / 100.0 * suppression_transfer * effective_force * (0.4 + 0.6 * accepted)
    reprisals = civcas_reprisal * harm_year / CIVILIANS_AN_INCIDENT * deaths_per_incident
    exposed = uninvited_force * (1.0 + stance_obstruction)
    clash = where(clash_luck < weekly_chance(clash_hazard * exposed), 1.0, 0.0)
    lost = mx_personnel_losses * (1.0 + suppressed) * (1.0 + retaliation + 0.5 * joint + 0.5 * surge) + reprisals
    expected = (1.0 + retaliation) * hostile_deaths(
        troops, strike, joint, hostile_deaths_combat, hostile_deaths_advise, posture_force
    )
    direct = minimum(strike + 0.3 * joint, 1.0)
    tail = minimum(weekly_chance(tail_hazard * direct), expected / 52.0 / tail_deaths)
    struck = where(tail_luck < tail, 1.0, 0.0)
    by_mission = operation_deaths_full * (strike + 0.3 * joint) * (0.2 + 0.8 * posture_force)
    among = minimum(civilian_share / 100.0 * (0.7 + 0.6 * (1.0 - oversight)), 1.0)
    harmed = by_mission * (1.0 - 0.5 * oversight) * among
    killed = (by_mission + surge_deaths * surge) * (1.0 - 0.5 * oversight)
    civilians = killed * among
    return After(
        capture_effort=effort,
        conflict_effort=(1.0 + retaliation) * deterred,
        incident=maximum(clash, struck),
        clashed=clash,
        ever_clashed=maximum(ever_clashed, clash),
        harm_year=harm_year + (harmed - harm_year) / HALF_YEAR,
        civilians_killed=civilians / 52.0,
        unknown_killed=(killed - civilians) * unknown_share / 52.0,
        operation_deaths=killed / 52.0,
        mexican_personnel_lost=maximum(lost / 52.0 + spike_personnel, 0.0) + clash * clash_deaths,
        us_personnel_lost=maximum(expected / 52.0 - tail * tail_deaths, 0.0) + struck * tail_deaths,
        mass_casualty=struck,
        clash_probability=maximum(ever_clashed, clash),
    )


FORCE = Mechanism(
    name="force",
    meaning="Operations and surges: suppression while they last, captures, deaths by status, losses and clashes.",
    inputs=INPUTS,
    constants=CONSTANTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    chances=CHANCES,
    derive=derive,
    start=start,
    after=after,
    evidence=(
        "strike-suppression",
        "suppression-transfer",
        "hostile-deaths-combat",
        "hostile-deaths-advise",
        "raid-tail",
        "strike-civilian-share",
        "boat-strikes",
        "civcas-reprisal",
        "clash-prob",
        "lethality-killed-per-wounded",
        "mexican-force-losses",
        "mass-incapacitation-case",
    ),
)
