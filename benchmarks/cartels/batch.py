"""The test model in NumPy, many runs at once: groups in (groups, runs) arrays, all else in arrays of runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from benchmarks.cartels.network import Network
from benchmarks.cartels.parameters import LEVERS, OUTCOMES, POLICIES, RANGES, SETTINGS, WEEKS, Floats, Integers

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Batch:
    """The test model over a network, in one precision."""

    network: Network
    kind: str = "float64"
    weeks: int = WEEKS
    at_once: int = 256
    """Runs that are worked on side by side."""
    rivals: Any = field(init=False)
    allies: Any = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rivals", csr_matrix(self.network.rivals.astype(self.kind)))
        object.__setattr__(self, "allies", csr_matrix(self.network.allies.astype(self.kind)))

    def simulate(self, values: Floats, runs: Integers) -> Numbers:
        """(runs, outcomes) of rows of `values` under policies."""
        parts = np.array_split(runs, max(1, -(-len(runs) // self.at_once)))
        return np.concatenate([self._simulate(values[part[:, 0]], part[:, 1]) for part in parts])

    def _simulate(self, values: Floats, policies: Integers) -> Numbers:
        p = SimpleNamespace(**dict(zip(RANGES, values.T.astype(self.kind), strict=True)))
        rules = dict(zip(SETTINGS, POLICIES[policies].T.astype(self.kind), strict=True))
        levers = [np.array([rules[f"{lever}_{mode}"] for lever in LEVERS]) for mode in ("calm", "tense", "lean")]
        sizes = self.network.sizes.astype(self.kind)[:, None] * p.size_scale
        s = _begin(sizes, rules["budget"])
        for week in range(self.weeks):
            u = SimpleNamespace(**dict(zip(LEVERS, _pick(s.mode, levers), strict=True)))
            arrests, keep, pursuit, clash = _rate(s, p, u, week)
            square = sizes * sizes
            killed = clash * sizes * (self.rivals @ sizes) / (1 + p.shelter * (self.allies @ sizes))
            left = p.overreach * square
            sizes = np.maximum(sizes * keep - pursuit * square - killed - left, 0)
            violence, money = s.violence, s.money
            _pay(s, p, u)
            deaths = killed.sum(axis=0)
            _change_society(s, p, u, deaths, left.sum(axis=0))
            _change_market(s, p, u)
            _switch(s, rules, violence, money)
            s.deaths = s.deaths + deaths
            s.peak_members = np.maximum(s.peak_members, s.members)
            s.prisoners = s.prisoners + arrests - s.prisoners / 260
            s.splits = s.splits + 0.05 * (p.leader_focus * arrests / 100 - s.splits)
            s.members, s.squares = sizes.sum(axis=0), (sizes * sizes).sum(axis=0)
        s.mean_price = s.mean_price / self.weeks
        s.final_members, s.final_state, s.final_grievance = s.members, s.state, s.grievance
        s.concentration = s.squares / (s.members * s.members + 1)
        return np.column_stack([vars(s)[name] for name, _ in OUTCOMES])


def _begin(sizes: Numbers, budget: Numbers) -> SimpleNamespace:
    members = sizes.sum(axis=0)
    starts = {
        "prisoners": 5000,
        "grievance": 0.3,
        "state": 0.5,
        "trust": 0.6,
        "goodwill": 0.6,
        "ease": 0.1,
        "violence": 150,
        "supply": 1,
        "price": 1,
        "weight": 1,
        "least_trust": 9,
        "least_goodwill": 9,
    }
    zeros = ["splits", "harm_now", "mode", "waited", "deaths", "harm", "peak_members", "mean_price", "cost"]
    zeros += ["weeks_tense", "weeks_lean", "switches", "discounted_harm"]
    stocks = {name: np.full_like(members, value) for name, value in {**starts, **dict.fromkeys(zeros, 0)}.items()}
    return SimpleNamespace(**stocks, members=members, first=members, squares=(sizes * sizes).sum(axis=0), money=budget)


def _pick(mode: Numbers, levers: list[Numbers]) -> Numbers:
    calm, tense, lean = levers
    return np.where(mode == 0, calm, np.where(mode == 1, tense, lean))


def _rate(s: Any, p: Any, u: Any, week: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    pull = (1 + p.grievance_recruits * s.grievance) * (1 - p.ease_effect * s.ease)
    pull = pull * (1 + 0.1 * s.prisoners / (s.members + 1))
    worth = s.price * s.supply
    recruits = p.recruitment * pull * (1 + p.profit_recruits * (worth - 1) / (1 + worth)) * (1 + p.trend * week)
    force = u.police + 1.5 * u.military + 0.7 * u.unilateral
    arrests = p.arrest_capacity * (0.5 + p.state_effect * s.state) * (1 + p.trust_effect * s.trust) * force
    keep = 1 + recruits - arrests * (1 - p.leader_focus) / (s.members + 1)
    clash = p.clash * (1 + p.split_effect * s.splits) * (1 - p.arms_effect * u.arms)
    return arrests, keep, arrests * p.leader_focus / (s.squares + 1), clash


def _pay(s: Any, p: Any, u: Any) -> None:
    force = p.force_cost * (u.police + 2 * u.military + u.interdiction + u.unilateral)
    cost = force + p.civil_cost * (u.social + u.demand + u.building)
    s.money = s.money + p.budget_inflow - cost
    s.cost = s.cost + cost
    s.weeks_tense = s.weeks_tense + (s.mode == 1)
    s.weeks_lean = s.weeks_lean + (s.mode == 2)


def _change_society(s: Any, p: Any, u: Any, deaths: Numbers, exits: Numbers) -> None:
    harm, goodwill = s.harm_now, s.goodwill
    s.harm_now = harm + p.harm_by_death * deaths + p.harm_by_force * (u.military + u.unilateral) - p.harm_decay * harm
    angered = (p.grievance_by_harm * harm + p.grievance_by_force * u.military) * (1 - s.grievance)
    s.grievance = s.grievance + angered - p.grievance_decay * s.grievance
    eroded = p.state_erosion * s.state * s.members / (s.members + 50000)
    s.state = s.state + p.state_growth * u.building * (1 - s.state) - eroded
    won = p.goodwill_growth * (1 - goodwill) * (1 - u.unilateral)
    s.goodwill = goodwill + won - p.goodwill_erosion * goodwill * harm / (harm + 1000)
    healed = p.trust_recovery * (1 - s.trust) * (1 - p.goodwill_effect + p.goodwill_effect * goodwill)
    s.trust = s.trust + healed - p.trust_loss * u.unilateral * s.trust
    s.ease = s.ease + (u.social - s.ease) / p.ease_lag
    s.violence = s.violence + p.violence_memory * (deaths + 0.1 * exits - s.violence)
    s.harm = s.harm + s.harm_now
    s.discounted_harm = s.discounted_harm + s.weight * s.harm_now
    s.weight = s.weight * (1 - p.discount)
    s.least_trust = np.minimum(s.least_trust, s.trust)
    s.least_goodwill = np.minimum(s.least_goodwill, s.goodwill)


def _change_market(s: Any, p: Any, u: Any) -> None:
    log_price = np.log(s.price)
    wanted = np.exp(p.supply_by_members * np.log((s.members + 1) / s.first) + p.supply_by_price * log_price)
    bought = p.demand_level * (1 - 0.3 * u.demand) * np.exp(-p.demand_elasticity * log_price)
    moved = s.price + p.price_speed * s.price * (bought / np.maximum(s.supply, 0.001) - 1)
    s.supply = s.supply + 0.1 * (wanted * (1 - p.interdiction_effect * u.interdiction) - s.supply)
    s.price = np.minimum(np.maximum(moved, 0.2), 10)
    s.mean_price = s.mean_price + s.price


def _switch(s: Any, rules: Any, violence: Numbers, money: Numbers) -> None:
    mode = s.mode
    wanted = np.where((mode == 1) & (violence < rules["calm_below"]), 0, mode)
    wanted = np.where((mode == 0) & (violence > rules["tense_above"]), 1, wanted)
    wanted = np.where((mode == 2) & (money > 10), 0, wanted)
    wanted = np.where((mode != 2) & (money < 0), 2, wanted)
    s.waited = s.waited + 1
    changes = (s.waited >= rules["dwell"]) & (wanted != mode)
    s.mode = np.where(changes, wanted, mode).astype(mode.dtype)
    s.waited = np.where(changes, 0, s.waited).astype(mode.dtype)
    s.switches = s.switches + changes
