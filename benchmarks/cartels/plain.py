"""The test model as one would write it by hand: one run at a time, groups in NumPy arrays, all else plain floats.

This is what the peers run, and what all others are held to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import exp, log
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.cartels.network import Network
from benchmarks.cartels.parameters import LEVERS, OUTCOMES, POLICIES, RANGES, WEEKS, Floats, Integers

CALM, TENSE, LEAN = range(3)


@dataclass
class Society:
    """Stocks of one run, as they are at the start."""

    money: float
    prisoners: float = 5000.0
    splits: float = 0.0
    harm: float = 0.0
    grievance: float = 0.3
    state: float = 0.5
    trust: float = 0.6
    goodwill: float = 0.6
    ease: float = 0.1
    violence: float = 150.0
    supply: float = 1.0
    price: float = 1.0
    weight: float = 1.0
    mode: int = CALM
    waited: int = 0


@dataclass
class Sums:
    """What adds up over the weeks, and what was highest and lowest."""

    deaths: float = 0.0
    harm: float = 0.0
    peak_members: float = 0.0
    mean_price: float = 0.0
    least_trust: float = 9.0
    least_goodwill: float = 9.0
    cost: float = 0.0
    weeks_tense: int = 0
    weeks_lean: int = 0
    switches: int = 0
    discounted_harm: float = 0.0


@dataclass
class Policy:
    """One row of the policies."""

    settings: list[float]
    levers: list[SimpleNamespace] = field(init=False)

    def __post_init__(self) -> None:
        count = len(LEVERS)
        rows = [self.settings[count * mode : count * (mode + 1)] for mode in (CALM, TENSE, LEAN)]
        self.levers = [SimpleNamespace(**dict(zip(LEVERS, row, strict=True))) for row in rows]
        self.tense_above, self.calm_below, self.dwell, self.budget = self.settings[3 * count :]


@dataclass(frozen=True)
class Plain:
    """The test model over a network, to be called with the parameters by name."""

    network: Network
    weeks: int = WEEKS
    neighbours: Any = field(init=False)
    """Rivalries over alliances in one sparse matrix, so that one product gives both sums."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "neighbours", csr_matrix(np.vstack([self.network.rivals, self.network.allies])))

    def __call__(self, course: int = 0, **parameters: float) -> dict[str, float]:
        """The outcomes of one run under one of the policies, by name."""
        p = SimpleNamespace(**parameters)
        rules = Policy(POLICIES[int(course)].tolist())
        sizes = self.network.sizes * p.size_scale
        members, squares = float(sizes.sum()), float(sizes @ sizes)
        first = members
        s, sums = Society(rules.budget), Sums()
        for week in range(self.weeks):
            u = rules.levers[s.mode]
            arrests, keep, pursuit, clash = _rate(s, p, u, members, squares, week)
            near = self.neighbours @ sizes
            square = sizes * sizes
            killed = clash * sizes * near[: len(sizes)] / (1 + p.shelter * near[len(sizes) :])
            left = p.overreach * square
            sizes = np.maximum(sizes * keep - pursuit * square - killed - left, 0)
            deaths, exits = float(killed.sum()), float(left.sum())
            sums.deaths += deaths
            sums.peak_members = max(sums.peak_members, members)
            violence, money = s.violence, s.money
            _pay(s, sums, p, u)
            _change_society(s, sums, p, u, (members, deaths, exits))
            _change_market(s, sums, p, u, (members + 1) / first)
            s.prisoners += arrests - s.prisoners / 260
            s.splits += 0.05 * (p.leader_focus * arrests / 100 - s.splits)
            _switch(s, sums, rules, violence, money)
            members, squares = float(sizes.sum()), float(sizes @ sizes)
        return {
            **vars(sums),
            "mean_price": sums.mean_price / self.weeks,
            "final_members": members,
            "final_state": s.state,
            "final_grievance": s.grievance,
            "concentration": squares / (members * members + 1),
        }


def run_plainly(plain: Plain, values: Floats, runs: Integers) -> NDArray[np.float64]:
    """(runs, outcomes) of rows of `values` under policies, one after the other."""
    rows = [plain(policy, **dict(zip(RANGES, values[row].tolist(), strict=True))) for row, policy in runs]
    return np.array([[seen[name] for name, _ in OUTCOMES] for seen in rows])


def _rate(s: Society, p: Any, u: Any, members: float, squares: float, week: int) -> tuple[float, float, float, float]:
    """Arrests, what a week leaves of a group, the pursuit of large groups, and deaths per member and rival."""
    pull = (1 + p.grievance_recruits * s.grievance) * (1 - p.ease_effect * s.ease)
    pull *= 1 + 0.1 * s.prisoners / (members + 1)
    worth = s.price * s.supply
    recruits = p.recruitment * pull * (1 + p.profit_recruits * (worth - 1) / (1 + worth)) * (1 + p.trend * week)
    force = u.police + 1.5 * u.military + 0.7 * u.unilateral
    arrests = p.arrest_capacity * (0.5 + p.state_effect * s.state) * (1 + p.trust_effect * s.trust) * force
    keep = 1 + recruits - arrests * (1 - p.leader_focus) / (members + 1)
    clash = p.clash * (1 + p.split_effect * s.splits) * (1 - p.arms_effect * u.arms)
    return arrests, keep, arrests * p.leader_focus / (squares + 1), clash


def _pay(s: Society, sums: Sums, p: Any, u: Any) -> None:
    cost = p.force_cost * (u.police + 2 * u.military + u.interdiction + u.unilateral)
    cost += p.civil_cost * (u.social + u.demand + u.building)
    s.money += p.budget_inflow - cost
    sums.cost += cost
    sums.weeks_tense += s.mode == TENSE
    sums.weeks_lean += s.mode == LEAN


def _change_society(s: Society, sums: Sums, p: Any, u: Any, seen: tuple[float, float, float]) -> None:
    """`seen` is members at the start of the week, deaths and exits."""
    members, deaths, exits = seen
    harm, goodwill = s.harm, s.goodwill
    s.harm += p.harm_by_death * deaths + p.harm_by_force * (u.military + u.unilateral) - p.harm_decay * harm
    angered = (p.grievance_by_harm * harm + p.grievance_by_force * u.military) * (1 - s.grievance)
    s.grievance += angered - p.grievance_decay * s.grievance
    eroded = p.state_erosion * s.state * members / (members + 50000)
    s.state += p.state_growth * u.building * (1 - s.state) - eroded
    won = p.goodwill_growth * (1 - goodwill) * (1 - u.unilateral)
    s.goodwill += won - p.goodwill_erosion * goodwill * harm / (harm + 1000)
    healed = p.trust_recovery * (1 - s.trust) * (1 - p.goodwill_effect + p.goodwill_effect * goodwill)
    s.trust += healed - p.trust_loss * u.unilateral * s.trust
    s.ease += (u.social - s.ease) / p.ease_lag
    s.violence += p.violence_memory * (deaths + 0.1 * exits - s.violence)
    sums.harm += s.harm
    sums.discounted_harm += s.weight * s.harm
    s.weight *= 1 - p.discount
    sums.least_trust = min(sums.least_trust, s.trust)
    sums.least_goodwill = min(sums.least_goodwill, s.goodwill)


def _change_market(s: Society, sums: Sums, p: Any, u: Any, growth: float) -> None:
    """`growth` is members against the start."""
    log_price = log(s.price)
    wanted = exp(p.supply_by_members * log(growth) + p.supply_by_price * log_price)
    bought = p.demand_level * (1 - 0.3 * u.demand) * exp(-p.demand_elasticity * log_price)
    moved = s.price + p.price_speed * s.price * (bought / max(s.supply, 0.001) - 1)
    s.supply += 0.1 * (wanted * (1 - p.interdiction_effect * u.interdiction) - s.supply)
    s.price = min(max(moved, 0.2), 10.0)
    sums.mean_price += s.price


def _switch(s: Society, sums: Sums, rules: Any, violence: float, money: float) -> None:
    """The mode of the next week, from the violence and the money at the start of this one."""
    wanted = s.mode
    if s.mode == CALM and violence > rules.tense_above:
        wanted = TENSE
    elif s.mode == TENSE and violence < rules.calm_below:
        wanted = CALM
    if s.mode != LEAN and money < 0:
        wanted = LEAN
    elif s.mode == LEAN and money > 10:
        wanted = CALM
    s.waited += 1
    if s.waited >= rules.dwell and wanted != s.mode:
        s.mode, s.waited = wanted, 0
        sums.switches += 1
