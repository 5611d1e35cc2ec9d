"""The published equations in plain NumPy, and their fit: the reference that the groups mechanism is held to.

    dC_i / dt = C_i * (rho - eta / T - theta * sum_j M_ij C_j - omega * C_i),     T = sum of all C,

in steps of one week, with variants of recruitment and prison. It uses nothing of the project's model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.optimize import least_squares

Floats = NDArray[np.float64]

HOMICIDES = (25_967, 23_063, 20_013, 20_763, 24_560, 32_082, 36_687, 36_662, 36_773, 35_625)
MISSING = (10_760, 17_614, 17_887, 13_442, 14_630, 17_335, 17_123, 23_272, 22_943, 22_470)
WEEKS = 520
CASUALTY_SHARE = 0.10
LOW, HIGH = np.log([3e-4, 1e-10, 1e-12]), np.log([3e-2, 3e-6, 1e-6])
"""Bounds of rho, theta and omega in the fits."""
RESTARTS = 2


@dataclass(frozen=True)
class Rates:
    """Rate constants, a week, and members at the start; each a number or an array of one number a run."""

    rho: float | Floats = 2.527474e-3
    eta: float | Floats = 110.0
    theta: float | Floats = 1.549231e-8
    omega: float | Floats = 4.0e-8
    size: float = 115_000.0


PUBLISHED = Rates()


@dataclass(frozen=True)
class Variant:
    """A structure: how recruits and prison follow from members and losses. The published one by default."""

    recruits: str = "proportional"
    per_member: bool = False
    """Whether incapacitation is a constant risk of each member, not a constant number."""
    ceiling: float = 2.0
    """Size at which recruitment ends, against the start: for `logistic` and `staff_target`."""
    replaced: float = 0.0
    """Share of losses beyond those of the start that is hired anew."""
    grievance: float = 0.0
    """Recruits for each arrest beyond the ordinary ones."""
    deterrence: float = 0.0
    """Elasticity of recruitment to the risk of prison."""
    stay: float = 1.0
    """Years in prison; prison is empty at the start."""
    rejoin: float = 0.0
    """Share of those released who become members again."""


@dataclass(frozen=True)
class Track:
    """`members` and `killed` a week, (weeks + 1, runs): killed in the week after; `sizes` (groups, runs) at the end."""

    members: Floats
    killed: Floats
    sizes: Floats


def integrate(
    matrix: Floats,
    sizes: Floats,
    rates: Rates,
    weeks: int,
    captures: float = 1.0,
    recruits: float = 1.0,
    lethality: float = 1.0,
    variant: Variant | None = None,
) -> Track:
    """Steps of one week from `sizes` (groups, runs); policy multiplies arrests, recruits and lethality."""
    inflow = _make_inflow(variant or Variant(), matrix, sizes, rates)
    prison = np.zeros(sizes.shape[1])
    members, killed = [], []
    for _ in range(weeks + 1):
        total = np.maximum(sizes.sum(0), 1.0)
        deaths = rates.theta * lethality * sizes * (matrix @ sizes)
        members.append(sizes.sum(0))
        killed.append(deaths.sum(0))
        last = sizes
        jailed, joined, prison = inflow(sizes, total, deaths.sum(0), prison, captures, recruits)
        sizes = np.maximum(sizes + sizes * ((joined - jailed) / total - rates.omega * sizes) - deaths, 0.0)
    return Track(np.array(members), np.array(killed), last)


Inflow = Callable[..., tuple[Floats, Floats, Floats]]


def _make_inflow(variant: Variant, matrix: Floats, first: Floats, rates: Rates) -> Inflow:
    """People jailed and people who join in a week, and people in prison after it."""
    size = first.sum(0)
    risk, joining = rates.eta / size, _make_joining(variant, matrix, first, rates)

    def inflow(
        sizes: Floats, total: Floats, killed: Floats, prison: Floats, captures: float, pull: float
    ) -> tuple[Floats, Floats, Floats]:
        ordinary = risk * total if variant.per_member else rates.eta
        jailed = captures * ordinary
        joined = pull * joining(total, killed + jailed) + variant.grievance * (jailed - ordinary)
        if variant.deterrence:
            joined = joined * (jailed / total / risk) ** variant.deterrence
        released = prison / (52.0 * variant.stay)
        return jailed, joined + variant.rejoin * released, prison + jailed - released

    return inflow


def _make_joining(variant: Variant, matrix: Floats, first: Floats, rates: Rates) -> Callable[[Floats, Floats], Floats]:
    """Recruits before policy from all members and all losses of the week."""
    size = first.sum(0)
    anchor = rates.rho * size
    losses = (rates.theta * first * (matrix @ first)).sum(0) + rates.eta

    def room(total: Floats) -> Floats:
        return np.maximum(variant.ceiling - total / size, 0.0) / (variant.ceiling - 1.0)

    return {
        "proportional": lambda total, lost: rates.rho * total,
        "constant_inflow": lambda total, lost: anchor,
        "logistic": lambda total, lost: rates.rho * total * room(total),
        "staff_target": lambda total, lost: anchor * room(total),
        "replacement": lambda total, lost: anchor + variant.replaced * (lost - losses),
    }[variant.recruits]


def casualties() -> Floats:
    """The weekly target of the fit: a share of yearly homicides and missing reports, by a natural cubic spline.

    520 points evenly from 2012.0 to 2022.0; past the last year's knot the spline is a straight line.
    """
    yearly = CASUALTY_SHARE * (np.array(HOMICIDES) + np.array(MISSING)) / 52.0
    last = len(yearly) - 1.0
    spline = CubicSpline(np.arange(len(yearly)), yearly, bc_type="natural")
    years = np.linspace(0.0, 10.0, WEEKS)
    return np.asarray(np.where(years > last, yearly[-1] + spline(last, 1) * (years - last), spline(years)))


@dataclass(frozen=True)
class Fit:
    """The best of several restarts: rates, root mean square error in deaths a week, and the spread of the errors."""

    rates: Rates
    error: float
    spread: float
    on_bound: bool


def refit(matrix: Floats, shares: Floats, size: float = 115_000.0, restarts: int = RESTARTS) -> Fit:
    """rho, theta and omega by least squares on the casualties, with the size and eta = 110 given."""
    target, first = casualties(), size * shares

    def weekly(points: Floats) -> Floats:
        """(weeks, runs) of deaths for logarithms of the rates (3, runs)."""
        rho, theta, omega = np.exp(points)
        sizes = np.repeat(first[:, None], points.shape[1], axis=1)
        return integrate(matrix, sizes, Rates(rho, 110.0, theta, omega, size), WEEKS - 1).killed

    @lru_cache(1)
    def around(point: tuple[float, ...]) -> Floats:
        """Deaths (weeks, 4) at a point, and a step along each axis from it."""
        return weekly(np.array(point)[:, None] + 1e-6 * np.eye(3, 4, 1))

    def miss(point: Floats) -> Floats:
        return np.asarray(around(tuple(point))[:, 0] - target)

    def slope(point: Floats) -> Floats:
        deaths = around(tuple(point))
        return np.asarray((deaths[:, 1:] - deaths[:, :1]) / 1e-6)

    tries = [
        least_squares(miss, start, slope, (LOW, HIGH), xtol=1e-10, ftol=1e-10, gtol=1e-10)
        for start in _make_starts(matrix, first, target[0], restarts)
    ]
    errors = sorted(np.sqrt(2.0 * found.cost / WEEKS) for found in tries)
    best = min(tries, key=lambda found: found.cost).x
    near = np.any(np.minimum(best - LOW, HIGH - best) < 1e-3)
    rho, theta, omega = np.exp(best)
    rates = replace(PUBLISHED, rho=rho, theta=theta, omega=omega, size=size)
    return Fit(rates, float(errors[0]), float(errors[-1] - errors[0]), bool(near))


def _make_starts(matrix: Floats, first: Floats, deaths: float, restarts: int) -> list[Floats]:
    """Rates that begin near the deaths of 2012 and some growth, with little or much saturation."""
    starts = []
    for at in range(restarts):
        theta = (0.4 + 0.7 * at / max(restarts - 1, 1)) * deaths / (first @ matrix @ first)
        omega = (0.05 if at % 2 else 0.5) * deaths / (first @ first)
        lost = 110.0 + theta * (first @ matrix @ first) + omega * (first @ first)
        start = np.log([lost / first.sum() + 0.06 / 52.0, theta, omega])
        starts.append(np.clip(start, LOW + 1e-3, HIGH - 1e-3))
    return starts
