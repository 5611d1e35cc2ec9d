"""The published equation of cartel size for 150 groups, with a rank-one stand-in for the conflict matrix."""

from __future__ import annotations

from math import inf

import numpy as np

from crossroads.simulation.contract import Mechanism, Model, Quantity, Units, returns
from crossroads.simulation.layout import Inputs

GROUPS = 150
WEEKS = 520
NAMES = ("rho", "eta", "theta", "omega", "first")


def q(*names):
    return tuple(Quantity(name, "1", name) for name in names)


SIZE, SUMS, LOST, OUTCOMES = q("size"), q("total", "rivals"), q("killed", "jailed"), q("members", "deaths")
Start = returns("Start", SIZE)
Sums = returns("Sums", SUMS)
Unit = returns("Unit", SIZE, LOST)
After = returns("After", OUTCOMES)


def unit_start(first, share):
    return Start(size=first * share)


def sum_up(size, strength):
    return Sums(total=size, rivals=size * strength)


def unit(size, strength, total, rivals, rho, eta, theta, omega):
    killed = theta * size * strength * (rivals - strength * size)
    jailed = size * eta / total
    return Unit(size=size + size * rho - jailed - killed - omega * size * size, killed=killed, jailed=jailed)


def after(total, killed):
    return After(members=total, deaths=killed)


MODEL = Model(
    "cartels",
    (
        Mechanism(
            "groups",
            "cartel size",
            unit_stocks=SIZE,
            sums=SUMS,
            flows=LOST,
            outcomes=OUTCOMES,
            unit_start=unit_start,
            sum_up=sum_up,
            unit=unit,
            after=after,
        ),
    ),
    Units(GROUPS, {"share": np.arange(GROUPS, 0, -1) / 11325, "strength": np.linspace(1.5, 0.1, GROUPS)}),
)
INPUTS = Inputs(
    NAMES,
    {},
    {},
    ("lever",),
    (),
    ("keep",),
    ("none",),
    np.array([[[0.0, 0.0, 0.0, 0.0, inf]]]),
    np.zeros((1, 0)),
    np.ones((1, 1), bool),
    np.ones((1, 1)),
    0.0,
)
READ = (("members", "level"), ("deaths", "rate"))


def make_values(count):
    low = np.array([0.004, 80, 1e-9, 1e-9, 150_000])
    high = np.array([0.008, 140, 3e-9, 3e-9, 200_000])
    return low + (high - low) * np.random.default_rng(3).random((count, len(NAMES)))
