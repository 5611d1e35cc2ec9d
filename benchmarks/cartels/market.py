"""Supply follows members and the price; the price follows demand against supply."""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum
from crossroads.simulation.contract import Mechanism, Quantity, returns

STOCKS = (
    Quantity("supply", "ratio", "drugs supplied, against the start"),
    Quantity("price", "ratio", "price, against the start"),
)
OUTCOMES = (Quantity("mean_price", "ratio", "this week's part of the mean price"),)

Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def start() -> Any:
    """The start is the measure."""
    return Stocks(supply=1, price=1)


def after(
    members: Any,
    members_first: Any,
    supply: Any,
    price: Any,
    interdiction: Any,
    demand: Any,
    supply_by_members: Any,
    supply_by_price: Any,
    interdiction_effect: Any,
    price_speed: Any,
    demand_level: Any,
    demand_elasticity: Any,
    weeks_total: Any,
) -> Any:
    """One week of the market."""
    log_price = log(price)
    wanted = exp(supply_by_members * log((members + 1) / members_first) + supply_by_price * log_price)
    offered = supply + 0.1 * (wanted * (1 - interdiction_effect * interdiction) - supply)
    bought = demand_level * (1 - 0.3 * demand) * exp(-demand_elasticity * log_price)
    moved = price + price_speed * price * (bought / maximum(supply, 0.001) - 1)
    paid = minimum(maximum(moved, 0.2), 10)
    return After(supply=offered, price=paid, mean_price=paid / weeks_total)


MARKET = Mechanism("market", "supply and price of drugs", stocks=STOCKS, outcomes=OUTCOMES, start=start, after=after)
