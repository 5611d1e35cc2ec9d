"""What our case shows beside the published model: other anchors, a pool, other forms, both baselines, equal dose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np
from published_findings import FIVE_YEARS, Effect, Findings, find_effects, set_policy, take
from published_groups import SWITCH_WEEK, Setting, play
from published_networks import conflict_matrix, with_shares
from published_oracle import PUBLISHED, integrate
from published_values import POLICIES

FORMS = ("proportional", "constant_inflow", "logistic", "replacement", "staff_target", "occupational_choice")
ARRESTS = ("constant_total", "per_member", "cobb_douglas", "saturating")
ANSWERS = ({}, {"deterrence": -0.25}, {"grievance_per_arrest": 0.5})
CHOICE = {"join_bias": 2.649, "join_weight_jail": 5_000.0, "join_weight_death": 10_000.0}
"""Joining as a choice, with the illustrative values of the author's control model."""
MIDDLE = {**CHOICE, "recruit_ceiling": 2.0, "replacement_share": 0.5}
SIZES = (60_000, 80_000, 115_000, 150_000, 200_000, 300_000)
POOLS = (2.5, 4.0, 8.0)
DOSE = ("status quo", "more arrests", "fewer recruits")


@dataclass(frozen=True)
class World:
    """A starting size with a structure, and what two equal doses bring in it."""

    size: int
    recruitment: str
    incapacitation: str
    effects: dict[str, Effect]


class Beyond:
    """Computed from the same runs as the reproduction."""

    def __init__(self, findings: Findings) -> None:
        """Nothing is computed before it is asked for."""
        self._findings = findings

    @cached_property
    def scaled(self) -> float:
        """Largest change of an effect, in points, when twice as many members run the same risks."""
        twice = replace(
            PUBLISHED, eta=2 * PUBLISHED.eta, theta=PUBLISHED.theta / 2, omega=PUBLISHED.omega / 2, size=230_000.0
        )
        settings = [set_policy(*factors, rates=rates) for rates in (PUBLISHED, twice) for factors in POLICIES.values()]
        weeks = play(self._findings.units, settings, SWITCH_WEEK + FIVE_YEARS + 1)
        count = len(POLICIES)
        one, other = (find_effects(take(weeks, at * count, count), tuple(POLICIES), SWITCH_WEEK) for at in (0, 1))
        return max(abs(a - b) for name in one for a, b in zip(one[name].pair, other[name].pair, strict=True))

    @cached_property
    def pools(self) -> dict[float, tuple[float, dict[str, Effect]]]:
        """Pool against 2012 to members of 2022, and the effects of policy."""
        settings = [
            set_policy(*factors, like=Setting(known={"recruit_pool": pool}))
            for pool, factors in product(POOLS, POLICIES.values())
        ]
        weeks = play(self._findings.units, settings, SWITCH_WEEK + FIVE_YEARS + 1)
        count = len(POLICIES)
        parts = {pool: take(weeks, at * count, count) for at, pool in enumerate(POOLS)}
        return {
            pool: (float(part.members[0, SWITCH_WEEK]), find_effects(part, tuple(POLICIES), SWITCH_WEEK))
            for pool, part in parts.items()
        }

    @cached_property
    def own_replacement(self) -> dict[str, Effect]:
        """Our own form of replacement, in which each group hires for its own extra losses."""
        units, rates = self._findings.of_2022
        like = Setting(recruitment="replacement", known={"replacement_share": 1.0})
        settings = [set_policy(*factors, rates=rates, switch=0, like=like) for factors in POLICIES.values()]
        return find_effects(play(units, settings, FIVE_YEARS + 1), tuple(POLICIES), 0)

    @cached_property
    def worlds(self) -> tuple[World, ...]:
        """Starting sizes that fit about equally well, with every form of recruitment and incapacitation."""
        return tuple(world for size in SIZES for world in self._find_worlds(size))

    def _find_worlds(self, size: int) -> list[World]:
        """110 more arrests a week against 110 fewer recruits, from the state that the size's own fit has in 2022."""
        findings, fit = self._findings, self._findings.profile[size].fit
        first = fit.rates.size * findings.units.values["first_share"][:, None]
        sizes = integrate(conflict_matrix(findings.units), first, fit.rates, SWITCH_WEEK).sizes[:, 0]
        units = with_shares(findings.units, sizes / sizes.sum())
        rates = replace(fit.rates, size=float(sizes.sum()))
        cut = 1.0 - PUBLISHED.eta / (rates.rho * rates.size)
        forms = list(product(FORMS, ARRESTS, ANSWERS))
        settings = [
            set_policy(*dose, rates=rates, switch=0, like=Setting(
                recruitment=recruitment, incapacitation=arrests, known={**MIDDLE, **answer}))
            for (recruitment, arrests, answer), dose in product(forms, ((1.0, 1.0), (2.0, 1.0), (1.0, cut)))
        ]  # fmt: skip
        weeks = play(units, settings, FIVE_YEARS + 1)
        return [
            World(size, recruitment, arrests, find_effects(take(weeks, at * len(DOSE), len(DOSE)), DOSE, 0))
            for at, (recruitment, arrests, _) in enumerate(forms)
        ]


def share_of(worlds: tuple[World, ...], test: np.ndarray) -> float:
    """Percent of the worlds in which a test holds."""
    return float(100 * np.asarray(test).sum() / len(worlds))
