"""What our groups mechanism gives where the published model gave a number; each part is computed once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from published_groups import SWITCH_WEEK, Setting, Weeks, play, run_groups
from published_networks import (
    conflict_matrix,
    in_other_order,
    published_units,
    stand_in_units,
    symmetric,
    with_shares,
    without_alliances,
    without_rivalries,
)
from published_oracle import PUBLISHED, RESTARTS, Fit, Rates, Variant, integrate, refit
from published_values import DOSES, HORIZONS, LETHALITY, POLICIES, PROFILE, TIPPING, VINTAGE_NUMBERS, Pair

from crossroads.cases.mexico.model.strengths import zipf_shares
from crossroads.simulation import scalar
from crossroads.simulation.contract import Units

Floats = NDArray[np.float64]
FIVE_YEARS = 260
STAFF_CEILING = 1.0 + PUBLISHED.rho * 104.0
"""Vacancies filled within two years: the reading of the table's staff target that gives its numbers."""

SETTINGS: dict[str, tuple[Setting, Variant]] = {
    "published": (Setting(), Variant()),
    "incapacitation per member": (Setting(incapacitation="per_member"), Variant(per_member=True)),
    "constant inflow of recruits": (Setting(recruitment="constant_inflow"), Variant("constant_inflow")),
    "logistic, ceiling twice today": (
        Setting(recruitment="logistic", known={"recruit_ceiling": 2.0}),
        Variant("logistic"),
    ),
    "full replacement of losses": (
        Setting(recruitment="constant_inflow", replaced=1.0),
        Variant("replacement", replaced=1.0),
    ),
    "half replacement": (Setting(recruitment="constant_inflow", replaced=0.5), Variant("replacement", replaced=0.5)),
    "staff target": (
        Setting(recruitment="staff_target", known={"recruit_ceiling": STAFF_CEILING}),
        Variant("staff_target", ceiling=STAFF_CEILING),
    ),
    "deterrence -0.25": (Setting(known={"deterrence": -0.25}), Variant(deterrence=-0.25)),
    "deterrence -0.5": (Setting(known={"deterrence": -0.5}), Variant(deterrence=-0.5)),
    "half a grievance recruit per extra arrest": (
        Setting(known={"grievance_per_arrest": 0.5}),
        Variant(grievance=0.5),
    ),
    "one grievance recruit per extra arrest": (Setting(known={"grievance_per_arrest": 1.0}), Variant(grievance=1.0)),
    "release after 3 years, all rejoin": (
        Setting(known={"prison_stay": 3.0, "release_return": 1.0}),
        Variant(stay=3.0, rejoin=1.0),
    ),
    "release after 8 years, half rejoin": (
        Setting(known={"prison_stay": 8.0, "release_return": 0.5}),
        Variant(stay=8.0, rejoin=0.5),
    ),
}
"""Structure to our setting of it, and to that of the oracle."""


VINTAGE = Rates(2.60e-3, 105.0, 1.53e-8, 6.1e-8, 115_800.0)
"""Five parameters that the reference fitted to ten published numbers."""


@dataclass(frozen=True)
class Effect:
    """What five years bring: percent against the start, against status quo at the same date, and all deaths."""

    members: float
    deaths: float
    against: float = 0.0
    total: float = 0.0

    @property
    def pair(self) -> Pair:
        """Members and weekly deaths against the start."""
        return self.members, self.deaths


@dataclass(frozen=True)
class Refitted:
    """A fit, and what the mechanism and the oracle make of it: members of 2022 and the effect of each policy."""

    fit: Fit
    members: float
    effects: dict[str, Effect]
    oracle_members: float
    oracle_deaths: float
    deaths: float


class Findings:
    """All results; `data` is the folder with the documented network."""

    def __init__(self, data: Path) -> None:
        """Nothing is computed before it is asked for."""
        self.units = published_units(data)

    @cached_property
    def one(self) -> scalar.Weeks:
        """The published run on plain floats, with the size of each group."""
        return run_groups(self.units, SWITCH_WEEK + 1)

    @cached_property
    def runs(self) -> dict[str, Weeks]:
        """The published policies in the engine, 312 weeks past January 2022."""
        return _by_name(self.units, {name: set_policy(*factors) for name, factors in POLICIES.items()}, 833)

    @cached_property
    def headline(self) -> dict[str, float]:
        """Key of a row to our value."""
        return {**self._sizes(), **self._decade(), **self._projections()}

    @cached_property
    def years(self) -> dict[int, tuple[float, ...]]:
        """Killed, recruited and departed in the year, and members at its end."""
        quo = self.runs["status quo"]
        flows = (quo.killed[0], quo.recruited[0], quo.departed[0])
        return {
            2012 + at: (*(add_up(flow, 52 * at, 52 * at + 52) for flow in flows), quo.members[0, 52 * at + 52])
            for at in range(10)
        }

    @cached_property
    def totals(self) -> dict[str, float]:
        """Flows of the decade."""
        quo = self.runs["status quo"]
        names = ("killed", "recruited", "jailed", "departed")
        return {name: add_up(getattr(quo, name)[0], 0, SWITCH_WEEK) for name in names}

    @cached_property
    def horizons(self) -> dict[str, dict[int, Pair]]:
        """Policy to weeks past January 2022 to members and weekly deaths, percent."""
        return {
            name: {weeks: changes(self.runs[name], SWITCH_WEEK, weeks)[0] for weeks in (260, 286, 312)}
            for name in HORIZONS
        }

    @cached_property
    def profile(self) -> dict[int, Refitted]:
        """Starting size to its refit."""
        fits = {size: refit(conflict_matrix(self.units), zipf_shares(), size) for size in PROFILE}
        settings = [set_policy(*factors, rates=fit.rates) for fit, factors in product(fits.values(), POLICIES.values())]
        weeks = play(self.units, settings, SWITCH_WEEK + FIVE_YEARS + 1)
        return {
            size: _refitted(self.units, "stand_in", fit, take(weeks, at * len(POLICIES), len(POLICIES)))
            for at, (size, fit) in enumerate(fits.items())
        }

    @cached_property
    def vintage(self) -> dict[str, float]:
        """What the other rates give that were fitted to the published numbers: percent at week 286."""
        settings = {name: set_policy(*POLICIES[name], rates=VINTAGE) for name in VINTAGE_NUMBERS}
        runs = _by_name(self.units, settings, SWITCH_WEEK + 287)
        return {name: last_year(run) for name, run in runs.items()}

    @cached_property
    def random_start(self) -> dict[str, tuple[float, float]]:
        """Mean and standard deviation over starts drawn from a Poisson, by the oracle: the state of 2022."""
        first = np.random.default_rng(1).poisson(115_000 * zipf_shares(), (400, 150)).T.astype(float)
        track = integrate(conflict_matrix(self.units), first, PUBLISHED, SWITCH_WEEK)
        drawn = {"members_2022": track.members[-1], "largest": track.sizes[0], "second": track.sizes[1]}
        return {name: (float(values.mean()), float(values.std())) for name, values in drawn.items()}

    @cached_property
    def directions(self) -> Floats:
        """Singular values of weekly deaths against the logarithms of the five parameters, at the best fit (oracle)."""
        rates, matrix = self.profile[115_000].fit.rates, conflict_matrix(self.units)
        point = np.log([rates.rho, rates.eta, rates.theta, rates.omega, rates.size])
        rho, eta, theta, omega, size = np.exp(point[:, None] + 1e-5 * np.hstack([np.eye(5), -np.eye(5)]))
        sizes = zipf_shares()[:, None] * size
        killed = integrate(matrix, sizes, Rates(rho, eta, theta, omega), SWITCH_WEEK - 1).killed
        return np.linalg.svd((killed[:, :5] - killed[:, 5:]) / 2e-5, compute_uv=False)

    @cached_property
    def sign_change(self) -> float:
        """Starting size at which doubling arrests leaves weekly deaths after five years as they are."""
        sizes = (104_000.0, 110_000.0)
        matrix = conflict_matrix(self.units)
        settings = [set_policy(2.0, 1.0, rates=refit(matrix, zipf_shares(), size, 1).rates) for size in sizes]
        weeks = play(self.units, settings, SWITCH_WEEK + FIVE_YEARS + 1)
        low, high = (deaths for _, deaths in changes(weeks, SWITCH_WEEK, FIVE_YEARS))
        return float(sizes[0] + (sizes[1] - sizes[0]) * -low / (high - low))

    @cached_property
    def matrices(self) -> dict[str, Refitted]:
        """Conflict matrix to its refit."""
        plain = self.units
        cases = {
            "published": (plain, "stand_in"),
            "all ones (no data)": (plain, "all_ones"),
            "rivals only, no floor": (without_alliances(plain), "no_floor"),
            "rivals and floor, no alliances": (without_alliances(plain), "stand_in"),
            "alliances only": (without_rivalries(plain), "stand_in"),
            "symmetric": (symmetric(plain), "no_floor"),
            "labels shuffled": (in_other_order(plain, 0), "stand_in"),
            "Zipf exponent 0.7": (with_shares(plain, zipf_shares(0.7)), "stand_in"),
            "Zipf exponent 1.3": (with_shares(plain, zipf_shares(1.3)), "stand_in"),
            "stand-in from strengths": (stand_in_units(), "stand_in"),
        }
        return {name: self._refit(units, form) for name, (units, form) in cases.items()}

    @cached_property
    def shuffles(self) -> dict[int, Refitted]:
        """Other orders of the labels, by their seeds."""
        return {seed: self._refit(in_other_order(self.units, seed), "stand_in", 1) for seed in range(1, 5)}

    @cached_property
    def stand_in(self) -> dict[str, Weeks]:
        """The stand-in under the published rates."""
        settings = {name: set_policy(*factors) for name, factors in POLICIES.items()}
        return _by_name(stand_in_units(), settings, SWITCH_WEEK + FIVE_YEARS + 1)

    @cached_property
    def of_2022(self) -> tuple[Units, Rates]:
        """The state of January 2022 as a start, with the published rates."""
        sizes = self.one.units["size"][SWITCH_WEEK]
        units = with_shares(self.units, sizes / sizes.sum())
        return units, replace(PUBLISHED, size=float(sizes.sum()))

    @cached_property
    def structures(self) -> dict[str, dict[str, Effect]]:
        """Structure to dose to its effect, all from the same state and flows of 2022."""
        units, rates = self.of_2022
        settings = [
            replace(set_policy(*factors, rates=rates, switch=0, like=SETTINGS[name][0]))
            for name, factors in product(SETTINGS, DOSES.values())
        ]
        weeks = play(units, settings, FIVE_YEARS + 1)
        return {
            name: find_effects(take(weeks, at * len(DOSES), len(DOSES)), tuple(DOSES), 0)
            for at, name in enumerate(SETTINGS)
        }

    @cached_property
    def oracle_structures(self) -> dict[str, dict[str, Pair]]:
        """The same by the oracle."""
        units, rates = self.of_2022
        sizes = rates.size * units.values["first_share"][:, None]
        matrix = conflict_matrix(units)
        found: dict[str, dict[str, Pair]] = {}
        for name, dose in product(SETTINGS, DOSES):
            track = integrate(matrix, sizes, rates, FIVE_YEARS, *DOSES[dose], variant=SETTINGS[name][1])
            ends = 100 * (track.members[-1] / track.members[0] - 1), 100 * (track.killed[-1] / track.killed[0] - 1)
            found.setdefault(name, {})[dose] = (float(ends[0][0]), float(ends[1][0]))
        return found

    @cached_property
    def lethality(self) -> dict[float, Pair]:
        """Factor on lethality to members and weekly deaths after five years."""
        units, rates = self.of_2022
        settings = [Setting(rates, lethality=factor, switch=0) for factor in LETHALITY]
        weeks = play(units, settings, FIVE_YEARS + 1)
        base = self.one.flows["killed"][SWITCH_WEEK]
        return {
            factor: (ends[0], float(100 * (weeks.killed[at, FIVE_YEARS] / base - 1)))
            for at, (factor, ends) in enumerate(zip(LETHALITY, changes(weeks, 0, FIVE_YEARS), strict=True))
        }

    @cached_property
    def tipping(self) -> dict[float, tuple[float, ...]]:
        """Arrests against today's to the sizes of no growth, with the shares of 2022."""
        units, _ = self.of_2022
        sizes = np.geomspace(2e4, 8e5, 120)
        settings = [
            Setting(replace(PUBLISHED, size=float(size)), captures=factor, switch=0)
            for factor, size in product(TIPPING, sizes)
        ]
        weeks = play(units, settings, 2)
        growth = (weeks.members[:, 1] - weeks.members[:, 0]).reshape(len(TIPPING), len(sizes))
        return {factor: _crossings(sizes, row) for factor, row in zip(TIPPING, growth, strict=True)}

    @cached_property
    def falls_at_once(self) -> float:
        """Arrests against today's above which members fall from the first week."""
        quo = self.runs["status quo"]
        recruited, killed, departed, jailed = (
            flow[0, SWITCH_WEEK] for flow in (quo.recruited, quo.killed, quo.departed, quo.jailed)
        )
        return float((recruited - killed - departed) / jailed)

    @cached_property
    def weeks_to_empty(self) -> int:
        """Weeks until fewer members are left than five times the arrests take in a week."""
        units, rates = self.of_2022
        weeks = play(units, [Setting(rates, captures=5.0, switch=0)], 560)
        return int(np.argmax(weeks.members[0] < 5.0 * PUBLISHED.eta))

    def _refit(self, units: Units, form: str, restarts: int = RESTARTS) -> Refitted:
        fit = refit(conflict_matrix(units, form), units.values["first_share"], restarts=restarts)
        settings = [set_policy(*factors, rates=fit.rates, like=Setting(matrix=form)) for factors in POLICIES.values()]
        return _refitted(units, form, fit, play(units, settings, SWITCH_WEEK + FIVE_YEARS + 1))

    def _sizes(self) -> dict[str, float]:
        first, now = self.one.units["size"][0], self.one.units["size"][SWITCH_WEEK]
        found = {"largest": now[0], "second": now[1], "two": now[0] + now[1]}
        for year, sizes in ((2012, first), (2022, now)):
            deaths = 100 * sizes[:, None] * conflict_matrix(self.units) * sizes[None, :]
            deaths /= deaths.sum() / 100
            found |= {f"share_{rank}_{year}": 100 * sizes[rank - 1] / sizes.sum() for rank in range(1, 6)}
            found[f"top_{year}"] = 100 * sizes[:10].sum() / sizes.sum()
            found[f"top_top_{year}"] = deaths[:10, :10].sum()
            found[f"top_rest_{year}"] = deaths[:10, 10:].sum() + deaths[10:, :10].sum()
            found[f"small_{year}"] = deaths[10:].sum()
        return {name: float(value) for name, value in found.items()}

    def _decade(self) -> dict[str, float]:
        quo, totals, now = self.runs["status quo"], self.totals, SWITCH_WEEK
        members = quo.members[0]
        ever = members[0] + totals["recruited"] - totals["departed"]
        net = quo.recruited[0, now] - quo.departed[0, now]
        return {
            "members_2012": float(members[0]),
            "members_2022": float(members[now]),
            "growth": float(members[now] - members[0]),
            "deaths_week_2012": float(quo.killed[0, 0]),
            "deaths_week_2022": float(quo.killed[0, now]),
            "deaths_year": 52 * float(quo.killed[0, now]),
            "deaths_2021": self.years[2021][0],
            "jailed_year": totals["jailed"] / 10,
            "recruits_net_week": float(net),
            "recruits_net_year": 52 * float(net),
            "recruits_2021": self.years[2021][1],
            "recruits_year": 52 * float(quo.recruited[0, now]),
            "recruits_mean_year": totals["recruited"] / 10,
            "recruits_mean_week": totals["recruited"] / now,
            "lost_week": (totals["killed"] + totals["jailed"]) / now,
            "ever": float(ever),
            "ever_all": float(ever) + totals["departed"],
            "active": 100 * float(members[now] / ever),
            "dead": 100 * totals["killed"] / float(ever),
            "jailed": 100 * totals["jailed"] / float(ever),
            "lost": 100 * (totals["killed"] + totals["jailed"]) / float(ever),
        }

    def _projections(self) -> dict[str, float]:
        none = self.runs["no recruits"].killed[0, SWITCH_WEEK:]
        year = {name: last_year(self.runs[name]) for name in ("2 x arrests", "half the recruits")}
        short = {"quo": "status quo", "twice": "2 x arrests", "half": "half the recruits"}
        found = {
            f"{key}_{what}": self.horizons[name][286][place]
            for key, name in short.items()
            for place, what in enumerate(("members", "deaths"))
        }
        return found | {
            "twice_year": year["2 x arrests"],
            "half_year": year["half the recruits"],
            "weeks_observed": float(np.argmax(none < 70.6)),
            "weeks_own": float(np.argmax(none < 67.2)),
            "members_2027": float(self.runs["status quo"].members[0, SWITCH_WEEK + 286]),
            "both_members": self.horizons["both"][260][0],
            "both_deaths": self.horizons["both"][260][1],
        }


@cache
def find_all(data: Path) -> Findings:
    """The findings of a folder, once for all who ask."""
    return Findings(data)


def add_up(flow: Floats | Sequence[float], first: int, last: int) -> float:
    """A flow over weeks by the trapezoid, since the reference integrates in continuous time."""
    return float(np.sum(flow[first:last]) + np.sum(flow[first + 1 : last + 1])) / 2


def changes(weeks: Weeks, start: int, after: int) -> list[Pair]:
    """Members and weekly deaths of each run, percent against the week `start`."""
    members = 100 * (weeks.members[:, start + after] / weeks.members[:, start] - 1)
    deaths = 100 * (weeks.killed[:, start + after] / weeks.killed[:, start] - 1)
    return [(float(a), float(b)) for a, b in zip(members, deaths, strict=True)]


def set_policy(
    captures: float, recruits: float, rates: Rates = PUBLISHED, switch: int = SWITCH_WEEK, like: Setting | None = None
) -> Setting:
    return replace(like or Setting(), rates=rates, captures=captures, recruits=recruits, switch=switch)


def _by_name(units: Units, settings: dict[str, Setting], weeks: int) -> dict[str, Weeks]:
    played = play(units, list(settings.values()), weeks)
    return {name: take(played, at, 1) for at, name in enumerate(settings)}


def take(weeks: Weeks, first: int, count: int) -> Weeks:
    part = slice(first, first + count)
    return Weeks(
        weeks.members[part], weeks.killed[part], weeks.recruited[part], weeks.jailed[part], weeks.departed[part]
    )


def find_effects(weeks: Weeks, names: Sequence[str], start: int) -> dict[str, Effect]:
    """Effects after five years, the first of the names being status quo."""
    end, quo = start + FIVE_YEARS, weeks.killed[0, start + FIVE_YEARS]
    return {
        name: Effect(
            *pair,
            against=float(100 * (weeks.killed[at, end] / quo - 1)),
            total=add_up(weeks.killed[at], start, end),
        )
        for at, (name, pair) in enumerate(zip(names, changes(weeks, start, FIVE_YEARS), strict=True))
    }


def _refitted(units: Units, form: str, fit: Fit, weeks: Weeks) -> Refitted:
    sizes = fit.rates.size * units.values["first_share"][:, None]
    track = integrate(conflict_matrix(units, form), sizes, fit.rates, SWITCH_WEEK)
    return Refitted(
        fit,
        float(weeks.members[0, SWITCH_WEEK]),
        find_effects(weeks, tuple(POLICIES), SWITCH_WEEK),
        float(track.members[-1, 0]),
        float(track.killed[-1, 0]),
        float(weeks.killed[0, SWITCH_WEEK]),
    )


def last_year(run: Weeks) -> float:
    """Deaths of the year before week 286 past January 2022, percent against 2021."""
    killed, end = run.killed[0], SWITCH_WEEK + 286
    return 100 * (add_up(killed, end - 52, end) / add_up(killed, SWITCH_WEEK - 52, SWITCH_WEEK) - 1)


def _crossings(sizes: Floats, growth: Floats) -> tuple[float, ...]:
    """Where a growth changes sign, by a straight line between neighbours."""
    places = np.flatnonzero(np.sign(growth[1:]) != np.sign(growth[:-1]))
    low, high = growth[places], growth[places + 1]
    return tuple(float(x) for x in sizes[places] + (sizes[places + 1] - sizes[places]) * -low / (high - low))
