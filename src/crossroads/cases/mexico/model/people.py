"""People: missing, displaced, stopped at the border, and waiting to cross it.

missing     = reports * (1 - found alive - found dead) * violence^a * hold^b + homicides relabelled. Those found dead
            are homicides already and stay out; missing are never added to homicides (missing-reports,
            size-missing-definition). Where relabelling caused the decline, a share of it appears here (trend-cause)
displaced   = new displacements * violence^c + what operations displace while they last (displacement)
apprehended = today's low level + (mean of 2021-24 - low level) * share come back. Back comes what was owed to Mexican
            checks as cooperation is lost (migration-mx-share), and, by chance and whatever is decided, a part of the
            whole (migration-turn)
wait        = ordinary wait * (1 + share of days with a severe slowdown * (factor - 1)); such days come with uninvited
            force and with pressure (border-slowdown-day, crossing-wait). It is time; the money is value added lost

`violence` is organised violence in the official count against the start; where deaths are relabelled it is corrected.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum, where
from crossroads.simulation.contract import Chance, Mechanism, Quantity, reads, returns

from .luck import hazard_of, weekly_chance

RELABELLING = 2.0
CHECKS_WEEKS = 13.0
RETURN_WEEKS = 52.0
FULL_FORCE = 0.4
CONSTANTS = (Quantity("turn_chance", "probability a week", "migration turns for reasons of its own"),)
STOCKS = (
    Quantity("checks_lost", "share", "Mexican checks on migration lost with cooperation"),
    Quantity("turned", "share", "1 once migration has turned for reasons of its own"),
    Quantity("come_back", "share", "part of the fall since 2021-24 that is undone for reasons of its own"),
)
OUTCOMES = (
    Quantity("missing", "people", "people who go missing and are not located, net of those found dead"),
    Quantity("displaced", "people", "people newly displaced by violence"),
    Quantity("apprehensions", "apprehensions", "apprehensions at the south-west border of the United States"),
    Quantity("crossing_wait", "hours", "wait of a truck that crosses north, on average"),
)
CHANCES = (Chance("migration_luck", "whether migration turns for reasons of its own"),)
INPUTS = reads(
    missing_reports="people a year",
    found_alive="%",
    found_dead="%",
    missing_violence="elasticity",
    missing_hold="elasticity",
    relabelled_share="share",
    homicide_day="deaths a day",
    trend_cause="choice",
    displaced_year="people a year",
    displaced_violence="elasticity",
    displaced_force="% change",
    apprehensions_start="apprehensions a year",
    apprehensions_past="apprehensions a year",
    migration_mx_share="%",
    migration_turn_prob="probability a year",
    migration_turn_size="share",
    crossing_wait_start="hours",
    slow_factor="factor",
    slow_days_ordinary="days a year",
    slow_days_force="days a year",
    slow_days_pressure="days a year",
    pressure="share",
)

Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def derive(migration_turn_prob: Any) -> Any:
    """What a year holds, by week."""
    return Constants(turn_chance=weekly_chance(hazard_of(migration_turn_prob)))


def start() -> Any:
    """Nothing has turned yet."""
    return Stocks(checks_lost=0.0, turned=0.0, come_back=0.0)


def scaled(ratio: Any, elasticity: Any) -> Any:
    """A ratio to the power of an elasticity; finite at zero."""
    return exp(elasticity * log(maximum(ratio, 1e-6)))


def slow_share(ordinary: Any, by_force: Any, by_pressure: Any, uninvited_force: Any, pressure: Any) -> Any:
    """Share of days with a severe slowdown; the first three are days a year."""
    days = ordinary + by_force * minimum(uninvited_force / FULL_FORCE, 1.5) + by_pressure * pressure
    return minimum(days / 365.25, 1.0)


def after(
    checks_lost: Any,
    turned: Any,
    come_back: Any,
    violence: Any,
    trend_level: Any,
    hold: Any,
    strike: Any,
    joint: Any,
    surge: Any,
    uninvited_force: Any,
    cooperation_now: Any,
    pressure: Any,
    migration_luck: Any,
    missing_reports: Any,
    found_alive: Any,
    found_dead: Any,
    missing_violence: Any,
    missing_hold: Any,
    relabelled_share: Any,
    homicide_day: Any,
    trend_cause: Any,
    displaced_year: Any,
    displaced_violence: Any,
    displaced_force: Any,
    apprehensions_start: Any,
    apprehensions_past: Any,
    migration_mx_share: Any,
    turn_chance: Any,
    migration_turn_size: Any,
    crossing_wait_start: Any,
    slow_factor: Any,
    slow_days_ordinary: Any,
    slow_days_force: Any,
    slow_days_pressure: Any,
) -> Any:
    """People of the week, and how long it takes to cross."""
    hidden = where(trend_cause == RELABELLING, relabelled_share * maximum(1.0 - trend_level, 0.0), 0.0)
    real = violence + hidden
    never_found = missing_reports * maximum(1.0 - (found_alive + found_dead) / 100.0, 0.0)
    gone = never_found * scaled(real, missing_violence) * scaled(hold, missing_hold)
    operations = minimum(strike + joint + surge, 1.5)
    fleeing = displaced_year * (scaled(real, displaced_violence) + displaced_force / 100.0 * operations)
    lost = checks_lost + (maximum(1.0 - cooperation_now, 0.0) - checks_lost) / CHECKS_WEEKS
    turns = where(migration_luck < turn_chance, 1.0, 0.0)
    turned_now = maximum(turned, turns)
    back = come_back + (migration_turn_size * turned_now - come_back) / RETURN_WEEKS
    undone = back + (1.0 - back) * migration_mx_share / 100.0 * lost
    slow = slow_share(slow_days_ordinary, slow_days_force, slow_days_pressure, uninvited_force, pressure)
    return After(
        checks_lost=lost,
        turned=turned_now,
        come_back=back,
        missing=(gone + hidden * homicide_day * 365.25) / 52.0,
        displaced=fleeing / 52.0,
        apprehensions=(apprehensions_start + (apprehensions_past - apprehensions_start) * undone) / 52.0,
        crossing_wait=crossing_wait_start * (1.0 + slow * (slow_factor - 1.0)),
    )


PEOPLE = Mechanism(
    name="people",
    meaning="Missing, displaced and apprehended people, and the wait at the border.",
    inputs=INPUTS,
    constants=CONSTANTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    chances=CHANCES,
    derive=derive,
    start=start,
    after=after,
    evidence=(
        "missing-reports",
        "size-missing-definition",
        "forced-recruitment",
        "trend-cause",
        "missing-links",
        "displacement",
        "migration-baseline",
        "migration-mx-share",
        "migration-turn",
        "border-slowdown-day",
        "crossing-wait",
    ),
)
