"""Groups grow by recruits and shrink by arrests, by conflict with rivals and by growing beyond their means.

size' = max(size + recruits - arrests - deaths - exits, 0)
deaths = clash * size * rival_size / (1 + shelter * ally_size),  exits = overreach * size^2
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import maximum
from crossroads.simulation.contract import Mechanism, Quantity, returns

SIZE = (Quantity("size", "members", "members of the group"),)
GAUGES = (
    Quantity("members_seen", "members", "members of all groups at the start"),
    Quantity("squares_seen", "members squared", "sum of squared sizes at the start"),
)
CONSTANTS = (
    Quantity("members_first", "members", "members of all groups at the start"),
    Quantity("squares_first", "members squared", "sum of squared sizes at the start"),
)
STOCKS = (
    Quantity("members", "members", "members of all groups"),
    Quantity("squares", "members squared", "sum of squared sizes"),
    Quantity("peak", "members", "the most members at the start of any week so far"),
    Quantity("prisoners", "members", "members in prison"),
    Quantity("splits", "share", "how far the loss of leaders has split the groups"),
)
RATES = (
    Quantity("arrests", "members a week", "members arrested in all groups"),
    Quantity("keep", "share", "what one week leaves of a group, large groups apart"),
    Quantity("pursuit", "per member a week", "arrests that fall on large groups"),
    Quantity("clash_rate", "per member and rival a week", "deaths in conflict"),
)
FLOWS = (
    Quantity("killed", "members a week", "members killed in conflict"),
    Quantity("left", "members a week", "members who leave groups that overreach"),
    Quantity("next_members", "members", "members at the end of the week"),
    Quantity("next_squares", "members squared", "sum of squared sizes at the end of the week"),
)
OUTCOMES = (
    Quantity("deaths", "members", "members killed in the week"),
    Quantity("final_members", "members", "members at the end"),
    Quantity("peak_members", "members", "the most members at the start of any week"),
    Quantity("concentration", "share", "the sum of squared shares of the groups"),
)

Start = returns("Start", SIZE)
Gauges = returns("Gauges", GAUGES)
Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
Rates = returns("Rates", RATES)
Unit = returns("Unit", SIZE, FLOWS)
After = returns("After", STOCKS, OUTCOMES)


def unit_start(first_size: Any, size_scale: Any) -> Any:
    """Sizes of the network, all larger or smaller."""
    return Start(size=first_size * size_scale)


def gauge(size: Any) -> Any:
    """What all groups together are at the start."""
    return Gauges(members_seen=size, squares_seen=size * size)


def derive(members_seen: Any, squares_seen: Any) -> Any:
    """The start is remembered."""
    return Constants(members_first=members_seen, squares_first=squares_seen)


def start(members_first: Any, squares_first: Any) -> Any:
    """Nobody has been arrested yet beyond those in prison."""
    return Stocks(members=members_first, squares=squares_first, peak=members_first, prisoners=5000, splits=0)


def before(
    members: Any,
    squares: Any,
    prisoners: Any,
    splits: Any,
    grievance: Any,
    ease: Any,
    state: Any,
    trust: Any,
    supply: Any,
    price: Any,
    police: Any,
    military: Any,
    unilateral: Any,
    arms: Any,
    recruitment: Any,
    grievance_recruits: Any,
    ease_effect: Any,
    profit_recruits: Any,
    trend: Any,
    arrest_capacity: Any,
    state_effect: Any,
    trust_effect: Any,
    leader_focus: Any,
    clash: Any,
    split_effect: Any,
    arms_effect: Any,
    week: Any,
) -> Any:
    """What recruits, what arrests and what kills this week."""
    pull = (1 + grievance_recruits * grievance) * (1 - ease_effect * ease) * (1 + 0.1 * prisoners / (members + 1))
    profit = 1 + profit_recruits * (price * supply - 1) / (1 + price * supply)
    recruits = recruitment * pull * profit * (1 + trend * week)
    force = police + 1.5 * military + 0.7 * unilateral
    arrests = arrest_capacity * (0.5 + state_effect * state) * (1 + trust_effect * trust) * force
    return Rates(
        arrests=arrests,
        keep=1 + recruits - arrests * (1 - leader_focus) / (members + 1),
        pursuit=arrests * leader_focus / (squares + 1),
        clash_rate=clash * (1 + split_effect * splits) * (1 - arms_effect * arms),
    )


def unit(
    size: Any,
    rival_size: Any,
    ally_size: Any,
    keep: Any,
    pursuit: Any,
    clash_rate: Any,
    overreach: Any,
    shelter: Any,
) -> Any:
    """One week of one group."""
    square = size * size
    killed = clash_rate * size * rival_size / (1 + shelter * ally_size)
    left = overreach * square
    grown = maximum(size * keep - pursuit * square - killed - left, 0)
    return Unit(size=grown, killed=killed, left=left, next_members=grown, next_squares=grown * grown)


def after(
    killed: Any,
    next_members: Any,
    next_squares: Any,
    members: Any,
    peak: Any,
    prisoners: Any,
    splits: Any,
    arrests: Any,
    leader_focus: Any,
) -> Any:
    """What all groups together are after the week."""
    highest = maximum(peak, members)
    return After(
        members=next_members,
        squares=next_squares,
        peak=highest,
        prisoners=prisoners + arrests - prisoners / 260,
        splits=splits + 0.05 * (leader_focus * arrests / 100 - splits),
        deaths=killed,
        final_members=next_members,
        peak_members=highest,
        concentration=next_squares / (next_members * next_members + 1),
    )


GROUPS = Mechanism(
    "groups",
    "members of 150 armed groups",
    unit_stocks=SIZE,
    gauges=GAUGES,
    constants=CONSTANTS,
    stocks=STOCKS,
    rates=RATES,
    flows=FLOWS,
    outcomes=OUTCOMES,
    unit_start=unit_start,
    gauge=gauge,
    derive=derive,
    start=start,
    before=before,
    unit=unit,
    after=after,
)
