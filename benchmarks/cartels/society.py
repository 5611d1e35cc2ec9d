"""Harm and grievance, the state's capacity, trust abroad and goodwill at home."""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import minimum
from crossroads.simulation.contract import Mechanism, Quantity, returns

STOCKS = (
    Quantity("harm_stock", "1", "harm still felt"),
    Quantity("grievance", "share", "grievance"),
    Quantity("state", "share", "capacity of the state"),
    Quantity("trust", "share", "trust between the two governments"),
    Quantity("goodwill", "share", "people who would help the state"),
    Quantity("ease", "share", "lives made easier by social work"),
    Quantity("violence", "deaths a week", "violence as it is remembered"),
    Quantity("weight", "1", "discount factor of the week"),
    Quantity("low_trust", "share", "least trust so far"),
    Quantity("low_goodwill", "share", "least goodwill so far"),
)
OUTCOMES = (
    Quantity("harm", "1", "harm felt in the week"),
    Quantity("discounted_harm", "1", "the same, discounted"),
    Quantity("least_trust", "share", "least trust"),
    Quantity("least_goodwill", "share", "least goodwill"),
    Quantity("final_state", "share", "capacity of the state at the end"),
    Quantity("final_grievance", "share", "grievance at the end"),
)

Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def start() -> Any:
    """The same in every run."""
    return Stocks(
        harm_stock=0,
        grievance=0.3,
        state=0.5,
        trust=0.6,
        goodwill=0.6,
        ease=0.1,
        violence=150,
        weight=1,
        low_trust=9,
        low_goodwill=9,
    )


def after(
    killed: Any,
    left: Any,
    members: Any,
    harm_stock: Any,
    grievance: Any,
    state: Any,
    trust: Any,
    goodwill: Any,
    ease: Any,
    violence: Any,
    weight: Any,
    low_trust: Any,
    low_goodwill: Any,
    military: Any,
    unilateral: Any,
    social: Any,
    building: Any,
    harm_by_death: Any,
    harm_by_force: Any,
    harm_decay: Any,
    grievance_by_harm: Any,
    grievance_by_force: Any,
    grievance_decay: Any,
    state_growth: Any,
    state_erosion: Any,
    trust_recovery: Any,
    trust_loss: Any,
    goodwill_effect: Any,
    goodwill_growth: Any,
    goodwill_erosion: Any,
    ease_lag: Any,
    violence_memory: Any,
    discount: Any,
) -> Any:
    """One week of society."""
    harm = harm_stock + harm_by_death * killed + harm_by_force * (military + unilateral) - harm_decay * harm_stock
    angered = (grievance_by_harm * harm_stock + grievance_by_force * military) * (1 - grievance)
    resented = grievance + angered - grievance_decay * grievance
    eroded = state_erosion * state * members / (members + 50000)
    built = state + state_growth * building * (1 - state) - eroded
    healed = trust_recovery * (1 - trust) * (1 - goodwill_effect + goodwill_effect * goodwill)
    trusted = trust + healed - trust_loss * unilateral * trust
    won = goodwill_growth * (1 - goodwill) * (1 - unilateral)
    helpful = goodwill + won - goodwill_erosion * goodwill * harm_stock / (harm_stock + 1000)
    lowest_trust, lowest_goodwill = minimum(low_trust, trusted), minimum(low_goodwill, helpful)
    return After(
        harm_stock=harm,
        grievance=resented,
        state=built,
        trust=trusted,
        goodwill=helpful,
        ease=ease + (social - ease) / ease_lag,
        violence=violence + violence_memory * (killed + 0.1 * left - violence),
        weight=weight * (1 - discount),
        low_trust=lowest_trust,
        low_goodwill=lowest_goodwill,
        harm=harm,
        discounted_harm=weight * harm,
        least_trust=lowest_trust,
        least_goodwill=lowest_goodwill,
        final_state=built,
        final_grievance=resented,
    )


SOCIETY = Mechanism(
    "society",
    "harm, grievance, capacity, trust and goodwill",
    stocks=STOCKS,
    outcomes=OUTCOMES,
    start=start,
    after=after,
)
