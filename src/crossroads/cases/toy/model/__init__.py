"""A town behind a levee: three mechanisms whose outcomes are known by hand.

Let r = flood_rate, f = homes_hit, g = growth / 52, H = homes_then * (1 + g)^104 the homes after the two years
(104 weeks) of history, n the weeks since the start, and

    k = levee_height on clay, half of it on sand   share of floods kept out (raised: 0.8 or 0.4)
    q = moving / 52, half of it if opposed         share of homes bought each week (move_out: 0.2 / 52)
    a = 1 + g - q                                  weekly factor on homes
    S(n) = (a^n - 1) / (a - 1), or n where a = 1   sum of a^0 ... a^(n-1)

Then after n weeks, for levers that act from week 0 without a ramp (discount_rate 0):

    homes_at_risk (level)  H * a^n
    flooded_homes (total)  H * S(n) * r * f * (1 - k) / 52
    spending (total)       levee_price * works * c * min(n, 52) / 52 + home_price * q * H * S(n)
                           with c = overrun where the builder is late, else 1
    harmed (rate)          each week as flooded_homes that week, times people_a_home * (1 - warning)

With a discount rate d each week's spending is divided by (1 + d)^(week / 52). For `harmed` the warning of
move_out is 0.2 until week 26, rises to 0.8 by week 78, and is 0.2 again from week 208.

With r = 0.25, f = 0.15, growth = 0 (so H = 800) after 260 weeks: keep floods 150 homes, harms 60 people a
year (0.2 warned) and spends nothing; raise on clay floods 30 homes, harms 12 people a year and spends 12, or
12 * overrun.

The eight streets differ in size and level out between neighbours, which changes no sum over the town: the
network is a ring with equal weights.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from crossroads.simulation.arithmetic import power, where
from crossroads.simulation.contract import Choice, Mechanism, Model, Quantity, Units, reads, returns

WEEKS = 52.0
STREETS = 8
EVENING_OUT = 0.01
CLAY, SAND = range(2)

UNIT_STOCKS = (Quantity("street", "1", "homes, against the mean of all streets at the start of the history"),)
CONSTANTS = (
    Quantity("homes_a_street", "homes", "homes of a street of mean size at the start of the history"),
)
GAUGES = (Quantity("streets_counted", "1", "all streets, in streets of mean size"),)
SUMS = (Quantity("all_streets", "1", "homes of all streets, in the same measure"),)
STREET_STOCKS = (Quantity("homes_kept", "homes", "homes behind the levee"),)
STREET_RATES = (Quantity("leaving", "share a week", "share of homes that is bought"),)
FLOWS = (
    Quantity("bought", "homes", "homes bought in the week"),
    Quantity("built", "homes", "homes built in the week, less those given up"),
)
STREET_OUTCOMES = (Quantity("homes_at_risk", "homes", "homes that a flood can reach"),)
RIVER_RATES = (Quantity("flooding", "homes", "homes flooded in the week"),)
RIVER_OUTCOMES = (
    Quantity("harmed", "people", "people harmed in the week"),
    Quantity("flooded_homes", "homes", "homes flooded in the week"),
)
PURSE_OUTCOMES = (Quantity("spending", "US$ million", "paid in the week, discounted to the start"),)

UnitStart = returns("UnitStart", UNIT_STOCKS)
Gauges = returns("Gauges", GAUGES)
Constants = returns("Constants", CONSTANTS)
Sums = returns("Sums", SUMS)
StreetStocks = returns("StreetStocks", STREET_STOCKS)
StreetRates = returns("StreetRates", STREET_RATES)
Street = returns("Street", UNIT_STOCKS, FLOWS)
StreetsAfter = returns("StreetsAfter", STREET_STOCKS, STREET_OUTCOMES)
RiverRates = returns("RiverRates", RIVER_RATES)
RiverAfter = returns("RiverAfter", RIVER_OUTCOMES)
PurseAfter = returns("PurseAfter", PURSE_OUTCOMES)


def begin_street(first_size: Any) -> Any:
    """Streets differ in size from the beginning."""
    return UnitStart(street=first_size)


def count_streets(street: Any) -> Any:
    """What the homes of the register are spread over."""
    return Gauges(streets_counted=street)


def derive_streets(streets_counted: Any, homes_then: Any) -> Any:
    """Homes of a street such that all streets give the register's count."""
    return Constants(homes_a_street=homes_then / streets_counted)


def start_streets(homes_then: Any) -> Any:
    """The register's count."""
    return StreetStocks(homes_kept=homes_then)


def sum_streets(street: Any) -> Any:
    """The town."""
    return Sums(all_streets=street)


def hurry_streets(moving: Any, support: Any) -> Any:
    """A council that opposes halves the pace."""
    return StreetRates(leaving=moving / WEEKS * where(support > 0.5, 1.0, 0.5))


def change_street(street: Any, near_street: Any, leaving: Any, growth: Any, homes_a_street: Any) -> Any:
    """One street's week: homes bought, built, and evened out with its neighbours."""
    bought = street * leaving
    built = street * growth / WEEKS
    return Street(
        street=street - bought + built + EVENING_OUT * (near_street - street),
        bought=bought * homes_a_street,
        built=built * homes_a_street,
    )


def close_streets(homes_kept: Any, bought: Any, built: Any) -> Any:
    """The town at the end of the week."""
    left = homes_kept - bought + built
    return StreetsAfter(homes_kept=left, homes_at_risk=left)


def rise(
    all_streets: Any, homes_a_street: Any, flood_rate: Any, homes_hit: Any, levee_height: Any, ground: Any
) -> Any:
    """Homes that the floods of the week reach, on average."""
    kept_out = levee_height * 0.5 if ground == SAND else levee_height
    reached = all_streets * homes_a_street * homes_hit
    return RiverRates(flooding=reached * flood_rate / WEEKS * (1.0 - kept_out))


def fall(flooding: Any, people_a_home: Any, warning: Any) -> Any:
    """What the floods of the week leave behind."""
    return RiverAfter(harmed=flooding * people_a_home * (1.0 - warning), flooded_homes=flooding)


def pay(
    week: Any,
    works: Any,
    late: Any,
    overrun: Any,
    bought: Any,
    levee_price: Any,
    home_price: Any,
    discount_rate: Any,
) -> Any:
    """Works are paid in the first year, homes when they are bought."""
    factor = where(late > 0.5, overrun, 1.0)
    built = where(week < WEEKS, levee_price * works * factor / WEEKS, 0.0)
    return PurseAfter(spending=(built + home_price * bought) * power(1.0 + discount_rate, -week / WEEKS))


STREETS_MECHANISM = Mechanism(
    name="streets",
    meaning="Eight streets whose homes are built, bought and evened out with their neighbours.",
    inputs=reads(homes_then="homes", growth="share a year", moving="share a year", support="1"),
    unit_stocks=UNIT_STOCKS,
    constants=CONSTANTS,
    stocks=STREET_STOCKS,
    sums=SUMS,
    gauges=GAUGES,
    rates=STREET_RATES,
    flows=FLOWS,
    outcomes=STREET_OUTCOMES,
    history=True,
    unit_start=begin_street,
    gauge=count_streets,
    derive=derive_streets,
    start=start_streets,
    sum_up=sum_streets,
    before=hurry_streets,
    unit=change_street,
    after=close_streets,
    evidence=("home-count", "town-growth"),
)
RIVER_MECHANISM = Mechanism(
    name="river",
    meaning="Floods, what the levee keeps out, and who is warned.",
    inputs=reads(
        flood_rate="events a year",
        homes_hit="share",
        levee_height="share",
        people_a_home="people a home",
        warning="share",
    ),
    choices=(Choice("ground", ("clay", "sand")),),
    rates=RIVER_RATES,
    outcomes=RIVER_OUTCOMES,
    before=rise,
    after=fall,
    evidence=("flood-count", "flood-reach", "levee-trial"),
)
PURSE_MECHANISM = Mechanism(
    name="purse",
    meaning="What the town pays.",
    inputs=reads(
        works="share", late="1", overrun="factor", levee_price="US$ million", home_price="US$ million a home"
    ),
    outcomes=PURSE_OUTCOMES,
    after=pay,
    evidence=("builder-offer", "builder-record", "home-price"),
)


def describe_streets() -> Units:
    """Eight streets of sizes 1 to 8 on a ring, each with two neighbours of weight one half."""
    sizes = np.arange(1.0, STREETS + 1)
    columns = [neighbour % STREETS for street in range(STREETS) for neighbour in (street - 1, street + 1)]
    ring = (np.arange(0, 2 * STREETS + 1, 2), np.array(columns), np.full(2 * STREETS, 0.5))
    return Units(STREETS, {"first_size": sizes / sizes.mean()}, {"near": ring})


MODEL = Model("toy", (STREETS_MECHANISM, RIVER_MECHANISM, PURSE_MECHANISM), describe_streets())
