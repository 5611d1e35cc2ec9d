"""Guns: fewer weapons from the United States wear down the stock in Mexico, slowly.

curbed    follows the lever beyond today's effort at the speed at which weapons leave circulation
inflow    of weapons falls with the share that comes from the United States and with what the package stops at the
          source (us-gun-share)
averted   = deaths per looser rule * rules that a full package is worth * curbed, a year
          (gun-supply-deaths, us-gun-share)

The deaths averted are those of the natural experiment: no second channel through lethality.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

STOCKS = (
    Quantity("guns_curbed", "share", "weapons kept out of circulation, 1 = full package at work"),
    Quantity("gun_deaths_averted", "people a year", "homicides avoided"),
)
OUTCOMES = (Quantity("arms_inflow", "index (start = 100)", "inflow of weapons to Mexico"),)
INPUTS = reads(
    us_gun_share="%",
    inflow_cut="share",
    gun_supply_deaths="deaths a year",
    gun_rules_worth="ratio",
    gun_turnover="years",
    guns_baseline="share",
    guns="share",
)

Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def start() -> Any:
    """Nothing beyond today's effort."""
    return Stocks(guns_curbed=0.0, gun_deaths_averted=0.0)


def after(
    guns_curbed: Any,
    guns: Any,
    guns_baseline: Any,
    us_gun_share: Any,
    inflow_cut: Any,
    gun_supply_deaths: Any,
    gun_rules_worth: Any,
    gun_turnover: Any,
) -> Any:
    """The stock follows the inflow with the turnover of weapons."""
    aim = (guns - guns_baseline) / (1.0 - guns_baseline)
    curbed = guns_curbed + (aim - guns_curbed) / (gun_turnover * 52.0)
    return After(
        guns_curbed=curbed,
        gun_deaths_averted=gun_supply_deaths * gun_rules_worth * curbed,
        arms_inflow=100.0 * (1.0 - us_gun_share / 100.0 * inflow_cut * aim),
    )


GUNS = Mechanism(
    name="guns",
    meaning="Weapons from the United States: outbound control wears down the stock in circulation.",
    inputs=INPUTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    start=start,
    after=after,
    evidence=("us-gun-share", "gun-supply-deaths"),
)
