"""An adaptive policy: eight levers in three modes, switched by violence and by the budget.

The mode is 0 (calm), 1 (tense: violence rose above a threshold, until it falls below another) or 2 (lean: the budget
is spent, until 10 are saved). Two changes are a number of weeks apart.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import where
from crossroads.simulation.contract import Mechanism, Quantity, returns

LEVELS = tuple(
    Quantity(name, "share", f"{name} in force")
    for name in ("police", "military", "social", "interdiction", "unilateral", "arms", "demand", "building")
)
STOCKS = (
    *LEVELS,
    Quantity("mode", "1", "0 calm, 1 tense, 2 lean"),
    Quantity("waited", "weeks", "weeks since the mode changed"),
    Quantity("money", "1", "budget left"),
)
OUTCOMES = (
    Quantity("cost", "1", "spent in the week"),
    Quantity("weeks_tense", "weeks", "1 in a tense week"),
    Quantity("weeks_lean", "weeks", "1 in a lean week"),
    Quantity("switches", "changes", "1 when the mode changes"),
)

Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def start(
    police_calm: Any,
    military_calm: Any,
    social_calm: Any,
    interdiction_calm: Any,
    unilateral_calm: Any,
    arms_calm: Any,
    demand_calm: Any,
    building_calm: Any,
    budget: Any,
) -> Any:
    """Every policy begins calm."""
    return Stocks(
        police=police_calm,
        military=military_calm,
        social=social_calm,
        interdiction=interdiction_calm,
        unilateral=unilateral_calm,
        arms=arms_calm,
        demand=demand_calm,
        building=building_calm,
        mode=0,
        waited=0,
        money=budget,
    )


def choose(mode: Any, violence: Any, money: Any, tense_above: Any, calm_below: Any) -> Any:
    """The mode that the policy would be in."""
    by_violence = where(
        (mode == 0) & (violence > tense_above), 1, where((mode == 1) & (violence < calm_below), 0, mode)
    )
    spent, saved = (mode != 2) & (money < 0), (mode == 2) & (money > 10)
    return where(spent, 2, where(saved, 0, by_violence))


def pick(mode: Any, calm: Any, tense: Any, lean: Any) -> Any:
    """A lever in a mode."""
    return where(mode == 0, calm, where(mode == 1, tense, lean))


def after(
    police: Any,
    military: Any,
    social: Any,
    interdiction: Any,
    unilateral: Any,
    demand: Any,
    building: Any,
    mode: Any,
    waited: Any,
    money: Any,
    violence: Any,
    police_calm: Any,
    police_tense: Any,
    police_lean: Any,
    military_calm: Any,
    military_tense: Any,
    military_lean: Any,
    social_calm: Any,
    social_tense: Any,
    social_lean: Any,
    interdiction_calm: Any,
    interdiction_tense: Any,
    interdiction_lean: Any,
    unilateral_calm: Any,
    unilateral_tense: Any,
    unilateral_lean: Any,
    arms_calm: Any,
    arms_tense: Any,
    arms_lean: Any,
    demand_calm: Any,
    demand_tense: Any,
    demand_lean: Any,
    building_calm: Any,
    building_tense: Any,
    building_lean: Any,
    tense_above: Any,
    calm_below: Any,
    dwell: Any,
    budget_inflow: Any,
    force_cost: Any,
    civil_cost: Any,
) -> Any:
    """Pay for the week, and choose the mode of the next."""
    wanted = choose(mode, violence, money, tense_above, calm_below)
    changes = (waited + 1 >= dwell) & (wanted != mode)
    coming = where(changes, wanted, mode)
    force = force_cost * (police + 2 * military + interdiction + unilateral)
    spent = force + civil_cost * (social + demand + building)
    return After(
        police=pick(coming, police_calm, police_tense, police_lean),
        military=pick(coming, military_calm, military_tense, military_lean),
        social=pick(coming, social_calm, social_tense, social_lean),
        interdiction=pick(coming, interdiction_calm, interdiction_tense, interdiction_lean),
        unilateral=pick(coming, unilateral_calm, unilateral_tense, unilateral_lean),
        arms=pick(coming, arms_calm, arms_tense, arms_lean),
        demand=pick(coming, demand_calm, demand_tense, demand_lean),
        building=pick(coming, building_calm, building_tense, building_lean),
        mode=coming,
        waited=where(changes, 0, waited + 1),
        money=money + budget_inflow - spent,
        cost=spent,
        weeks_tense=where(mode == 1, 1, 0),
        weeks_lean=where(mode == 2, 1, 0),
        switches=where(changes, 1, 0),
    )


POLICY = Mechanism("levers", "an adaptive policy", stocks=STOCKS, outcomes=OUTCOMES, start=start, after=after)
