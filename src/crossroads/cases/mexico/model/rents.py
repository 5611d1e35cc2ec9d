"""Rents: hold on territory, extortion and money, beside the number of members.

hold       follows members (splinters included), is relieved by local institutions and pushed back by force, or by a
           surge of own forces, while it lasts
drug rent  = revenue * supply that arrives * (1 - what finance measures take) (cartel-revenue, finance)
extortion  follows hold, and rises with drug rent lost (cartel-revenue: grows when drugs are squeezed)
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

MEMORY_WEEKS = 26.0
STOCKS = (
    Quantity("hold", "ratio", "hold on territory against the start", off=1.0),
    Quantity("hold_pushed", "share", "hold that force pushes back"),
    Quantity("members_at_start", "members", "members at the start of the projection", off=1.0),
)
OUTCOMES = (
    Quantity("members_index", "index (start = 100)", "members of armed groups"),
    Quantity("hold_index", "index (start = 100)", "territory under the hold of armed groups"),
    Quantity("extortion_index", "index (start = 100)", "burden of extortion"),
    Quantity("rents", "US$ billion", "income of armed groups from drugs sold to the United States"),
)
INPUTS = reads(
    cartel_revenue="US$ billion a year",
    finance_effect="% change",
    extortion_diversion="share",
    hold_elasticity="elasticity",
    hold_push="share",
    institution_relief="share",
    finance_baseline="share",
    finance="share",
)

Stocks = returns("Stocks", STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def start(members: Any) -> Any:
    """Everything is measured from here."""
    return Stocks(hold=1.0, hold_pushed=0.0, members_at_start=maximum(members, 1.0))


def after(
    hold: Any,
    hold_pushed: Any,
    members_at_start: Any,
    members: Any,
    fringe_members: Any,
    effective_force: Any,
    surge: Any,
    stance_accepts: Any,
    stance_consent: Any,
    programme_running: Any,
    supply: Any,
    cartels_disperse: Any,
    cartel_unity: Any,
    cartel_revenue: Any,
    finance_effect: Any,
    finance: Any,
    finance_baseline: Any,
    extortion_diversion: Any,
    hold_elasticity: Any,
    hold_push: Any,
    institution_relief: Any,
) -> Any:
    """Hold follows its aim over half a year; money and extortion follow at once."""
    strength = (members + fringe_members) / members_at_start
    accepted = maximum(stance_accepts, stance_consent)
    pushed = minimum(hold_push * (effective_force * (0.5 + 0.5 * accepted) + surge), 0.9)
    relieved = 1.0 - institution_relief * programme_running
    aim = exp(hold_elasticity * log(maximum(strength, 1e-6))) * (1.0 - pushed) * relieved
    taken = -finance_effect / 100.0 * (finance - finance_baseline) / (1.0 - finance_baseline)
    drug_share = supply * (1.0 - taken)
    diverted = extortion_diversion * (1.0 + cartels_disperse * cartel_unity) * maximum(1.0 - drug_share, 0.0)
    return After(
        hold=hold + (aim - hold) / MEMORY_WEEKS,
        hold_pushed=hold_pushed + (pushed - hold_pushed) / MEMORY_WEEKS,
        members_at_start=members_at_start,
        members_index=100.0 * strength,
        hold_index=100.0 * hold,
        extortion_index=100.0 * hold * (1.0 + diverted),
        rents=cartel_revenue * drug_share / 52.0,
    )


RENTS = Mechanism(
    name="rents",
    meaning="Hold on territory, extortion and drug money of armed groups.",
    inputs=INPUTS,
    stocks=STOCKS,
    outcomes=OUTCOMES,
    start=start,
    after=after,
    evidence=("cartel-revenue", "finance", "plan-colombia-security", "coordination-reform"),
)
