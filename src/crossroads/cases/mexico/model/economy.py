"""Economy, the money part: public cost to each country and value added lost to trade disruption; never added together.

us cost      troops * cost per troop-year + programmes by lever + health measures per death averted + a
             share of prevention
mexico cost  the rest of prevention
value lost   while a material disruption lasts, a year: share of a year's trade * value added per trade; disruptions
             begin by chance, from uninvited force, from pressure, and from today's treaty risk (trade-shock-prob,
             usmca-2026); and what succession wars beyond those of status quo cost the states they hit
             (succession-war-gdp)

All money is discounted at the case's rate.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum, where
from crossroads.simulation.contract import Chance, Mechanism, Quantity, reads, returns

from .luck import hazard_of, weekly_chance

DISRUPTED_WEEKS = 52.0
CONSTANTS = (
    Quantity("shock_hazard", "a year", "hazard of a trade disruption under uninvited force"),
    Quantity("treaty_hazard", "a year", "hazard of a trade disruption as things are"),
    Quantity("discount_pace", "a year", "continuous rate of discount"),
)
STOCKS = (Quantity("disrupted", "weeks", "weeks that a trade disruption still lasts"),)
CHANCES = (Chance("trade_luck", "whether a trade disruption begins"),)

OUTCOMES = (
    Quantity("us_cost", "US$ billion", "public cost to the United States beyond today's"),
    Quantity("mexico_cost", "US$ billion", "public cost to Mexico beyond today's"),
    Quantity("value_added_lost", "US$ billion", "value added lost in both countries to disruption"),
)
INPUTS = reads(
    cost_troop_year="US$ million a troop-year",
    programme_cost="US$ billion a year",
    health_cost_per_death="US$",
    prevention_cost="US$ per participant a year",
    prevention_us_share="share",
    trade_year="US$ billion a year",
    trade_shock_prob="probability",
    trade_shock_size="% of a year's trade",
    trade_value_added="share",
    treaty_risk="probability a year",
    pressure_risk="share",
    prevention_places="people",
    prevention_baseline="share",
    guns_baseline="share",
    precursors_baseline="share",
    finance_baseline="share",
    info_offer_baseline="share",
    guns="share",
    precursors="share",
    finance="share",
    info_offer="share",
    prevention="share",
    pressure="share",
    surge_cost="US$ billion a year",
    war_gdp="% of state GDP",
    state_gdp="US$ billion a year",
)

Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def derive(trade_shock_prob: Any, treaty_risk: Any, discount_rate: Any) -> Any:
    """Hazards, and the rate at which money loses worth."""
    return Constants(
        shock_hazard=hazard_of(trade_shock_prob),
        treaty_hazard=hazard_of(treaty_risk),
        discount_pace=log(1.0 + discount_rate),
    )


def start() -> Any:
    """Trade goes on."""
    return Stocks(disrupted=0.0)


def after(
    year: Any,
    disrupted: Any,
    trade_luck: Any,
    troops: Any,
    uninvited_force: Any,
    overdose_averted: Any,
    cost_troop_year: Any,
    programme_cost: Any,
    health_cost_per_death: Any,
    prevention_cost: Any,
    prevention_us_share: Any,
    trade_year: Any,
    shock_hazard: Any,
    trade_shock_size: Any,
    trade_value_added: Any,
    treaty_hazard: Any,
    pressure_risk: Any,
    prevention_places: Any,
    prevention_baseline: Any,
    guns_baseline: Any,
    precursors_baseline: Any,
    finance_baseline: Any,
    info_offer_baseline: Any,
    discount_pace: Any,
    guns: Any,
    precursors: Any,
    finance: Any,
    info_offer: Any,
    prevention: Any,
    pressure: Any,
    surge: Any,
    surge_cost: Any,
    wars: Any,
    war_gdp: Any,
    state_gdp: Any,
) -> Any:
    """Money of the week, discounted to the start."""
    worth = exp(-discount_pace * year) / 52.0
    instruments = (
        (guns - guns_baseline)
        + (precursors - precursors_baseline)
        + (finance - finance_baseline)
        + (info_offer - info_offer_baseline)
    )
    places = prevention_places * (prevention - prevention_baseline) / (1.0 - prevention_baseline)
    prevention_bill = places * prevention_cost / 1e9
    soldiers = troops * cost_troop_year / 1e3
    health = maximum(overdose_averted, 0.0) * health_cost_per_death / 1e9
    forced = shock_hazard * minimum(uninvited_force / 0.4, 1.5)
    hazard = forced + treaty_hazard * (1.0 + pressure_risk * pressure)
    begins = where(trade_luck < weekly_chance(hazard), 1.0, 0.0)
    left = maximum(disrupted - 1.0, DISRUPTED_WEEKS * begins)
    lost = where(left > 0.5, 1.0, 0.0) * trade_shock_size / 100.0 * trade_year * trade_value_added
    return After(
        disrupted=maximum(left, 0.0),
        us_cost=worth * (soldiers + programme_cost * instruments + health + prevention_us_share * prevention_bill),
        mexico_cost=worth * ((1.0 - prevention_us_share) * prevention_bill + surge_cost * surge),
        value_added_lost=worth * (lost + maximum(wars, 0.0) * war_gdp / 100.0 * state_gdp),
    )


ECONOMY = Mechanism(
    name="economy",
    meaning="Public cost to each country and value added lost to trade disruption.",
    inputs=INPUTS,
    constants=CONSTANTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    chances=CHANCES,
    derive=derive,
    start=start,
    after=after,
    evidence=(
        "cost-troop-year",
        "merida",
        "naloxone-cost",
        "prevention-cost",
        "trade-year",
        "trade-shock-prob",
        "trade-shock-size",
        "usmca-2026",
    ),
)
