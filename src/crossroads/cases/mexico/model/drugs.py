"""Drugs: supply by the Mexican route, its shocks and recovery, and overdose deaths through supply and at home.

disruption  = precursors + force + captures - interdiction lost with cooperation, as shares of supply
recovered   follows a lasting disruption at the half-life of harm (supply-shock-halflife-harm), so that only new
            pressure bites; routes and producers adapt
shock       a shortage that no option causes, by chance, fading at the same half-life (fentanyl-supply-share)
supply      = 1 - disruption * (1 - recovered) - shock
overdoses   = level * trend * (1 - domestic) * (1 + response * cut / 10 %); the response's sign may be either
            (overdose-response)
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import absolute, exp, log, maximum, minimum, where
from crossroads.simulation.contract import Chance, Mechanism, Quantity, reads, returns

from .luck import hazard_of, weekly_chance

WEEKS_A_MONTH = 52.0 / 12.0
LN2 = 0.6931471805599453
TREND_YEARS = 3.0
HEALTH_DELAY_WEEKS = 26.0
CONSTANTS = (
    Quantity("shortage_chance", "probability a week", "a shortage that no option causes"),
    Quantity("overdose_growth", "factor", "overdose deaths against the week before, by the policy-free trend"),
)
STOCKS = (
    Quantity("supply", "ratio", "supply by the Mexican route against the start", off=1.0),
    Quantity("recovered", "share", "disruption of supply that has been made good"),
    Quantity("shock", "share", "supply missing through a shortage that no option causes"),
    Quantity("overdose_level", "ratio", "overdose deaths against the start without policy", off=1.0),
    Quantity("health_running", "share", "health measures at work beyond today's, 1 = full"),
    Quantity("overdose_averted", "people a year", "deaths avoided by domestic measures"),
)
OUTCOMES = (
    Quantity("overdose_deaths", "people", "drug overdose deaths in the United States"),
    Quantity("overdose_supply", "people", "of which added (or, below zero, avoided) through Mexico-route supply"),
    Quantity("overdose_domestic", "people", "of which avoided by domestic measures"),
)
CHANCES = (Chance("shortage_luck", "whether a shortage begins that no option causes"),)
INPUTS = reads(
    overdose_level_2025="deaths",
    overdose_trend="% a year",
    overdose_response="% change",
    precursor_cut="share",
    force_supply_cut="share",
    capture_supply_cut="share",
    interdiction_share="share",
    supply_halflife="months",
    shortage_prob="probability a year",
    shortage_size="share",
    health_effect="share",
    precursors_baseline="share",
    us_health_baseline="share",
    precursors="share",
    us_health="share",
)

Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def derive(shortage_prob: Any, overdose_trend: Any) -> Any:
    """What a year holds, by week."""
    return Constants(
        shortage_chance=weekly_chance(hazard_of(shortage_prob)),
        overdose_growth=exp(log(1.0 + overdose_trend / 100.0) / 52.0),
    )


def start() -> Any:
    """Supply and deaths as they are."""
    return Stocks(supply=1.0, recovered=0.0, shock=0.0, overdose_level=1.0, health_running=0.0, overdose_averted=0.0)


def after(
    year: Any,
    recovered: Any,
    shock: Any,
    overdose_level: Any,
    health_running: Any,
    effective_force: Any,
    capture_yield: Any,
    cooperation_now: Any,
    precursors: Any,
    precursors_baseline: Any,
    us_health: Any,
    us_health_baseline: Any,
    overdose_level_2025: Any,
    overdose_growth: Any,
    overdose_response: Any,
    precursor_cut: Any,
    force_supply_cut: Any,
    capture_supply_cut: Any,
    interdiction_share: Any,
    supply_halflife: Any,
    shortage_chance: Any,
    shortage_size: Any,
    health_effect: Any,
    shortage_luck: Any,
) -> Any:
    """Supply, then deaths through supply and through domestic measures, kept apart."""
    chemicals = precursor_cut * (precursors - precursors_baseline) / (1.0 - precursors_baseline)
    seized = interdiction_share * (cooperation_now - 1.0) + capture_supply_cut * (capture_yield - 1.0)
    disruption = chemicals + force_supply_cut * effective_force + seized
    speed = LN2 / (supply_halflife * WEEKS_A_MONTH)
    begins = where(shortage_luck < shortage_chance, 1.0, 0.0)
    short = maximum(shock * (1.0 - speed), shortage_size * begins)
    cut = minimum(disruption * (1.0 - recovered) + short, 0.95)
    lasting = where(absolute(disruption) > 0.001, 1.0, 0.0)
    full = (us_health - us_health_baseline) / (1.0 - us_health_baseline)
    treating = health_running + (full - health_running) / HEALTH_DELAY_WEEKS
    domestic = health_effect * treating
    level = overdose_level_2025 * overdose_level
    through_supply = level * (1.0 - domestic) * overdose_response / 100.0 * cut * 10.0
    growth = where(year < TREND_YEARS, overdose_growth, 1.0)
    return After(
        supply=1.0 - cut,
        recovered=recovered + speed * (lasting - recovered),
        shock=short,
        overdose_level=overdose_level * growth,
        health_running=treating,
        overdose_averted=level * domestic,
        overdose_deaths=maximum(level * (1.0 - domestic) + through_supply, 0.0) / 52.0,
        overdose_supply=through_supply / 52.0,
        overdose_domestic=level * domestic / 52.0,
    )


DRUGS = Mechanism(
    name="drugs",
    meaning="Supply by the Mexican route, shocks and recovery; overdose deaths through supply and domestic measures.",
    inputs=INPUTS,
    constants=CONSTANTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    chances=CHANCES,
    derive=derive,
    start=start,
    after=after,
    evidence=(
        "overdose-baseline",
        "overdose-response",
        "supply-shock-halflife-harm",
        "fentanyl-supply-share",
        "enforcement-price",
        "naloxone-kits-per-death",
        "naloxone-cost",
    ),
)
