"""The published cartel-size model, run by our own groups mechanism with the rest of the Mexico model switched off.

`run_groups` runs it on plain floats, `play` many settings side by side in the compiled engine. Rate constants are not
inputs of the mechanism: `observables` gives what would have been observed at the start for given rates to follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from published_networks import conflict_matrix
from published_oracle import PUBLISHED, Rates

from crossroads.case.files import load
from crossroads.cases.mexico.model import MODEL
from crossroads.simulation import kernel, scalar
from crossroads.simulation.arithmetic import where
from crossroads.simulation.contract import Mechanism, Model, Quantity, Units, reads, returns
from crossroads.simulation.layout import Inputs, build_inputs

Floats = NDArray[np.float64]

SWITCH_WEEK = 520
"""January 2022, where policy begins."""
FACTORS = (
    Quantity("capture_effort", "factor", "imprisonments against ordinary", off=1.0),
    Quantity("conflict_effort", "factor", "lethality against ordinary", off=1.0),
    Quantity("recruit_pull", "factor", "recruits against ordinary", off=1.0),
)
Factors = returns("Factors", FACTORS)
POLICY_INPUTS = reads(
    captures="factor", lethality="factor", recruits="factor", policy_week="week", replaced_losses="share"
)
AT_WORK = ("groups", "fringe")
"""The mechanisms that are not switched off: the groups, and the prison from which members may return."""
OUTCOMES = (
    ("member_count", "level"),
    ("member_deaths", "total"),
    ("recruits", "total"),
    ("member_arrests", "total"),
    ("departures", "total"),
)
NULLS = {
    "recruit_pool": 1e12,
    "recruit_ceiling": 3.0,
    "replacement_share": 0.0,
    "grievance_per_arrest": 0.0,
    "deterrence": 0.0,
    "release_return": 0.0,
    "prison_fill": 0.0,
    "contest_elasticity": 0.0,
    "fringe_absorption": 0.0,
    "split_lethality": 1.0,
}
"""What the published model does not have, switched off; so is all that has a null of its own in the case."""


@dataclass(frozen=True)
class Setting:
    """One run: rates, structure and policy. `known` gives values to other uncertainties of the mechanism."""

    rates: Rates = PUBLISHED
    captures: float = 1.0
    recruits: float = 1.0
    lethality: float = 1.0
    switch: int = SWITCH_WEEK
    recruitment: str = "proportional"
    incapacitation: str = "constant_total"
    matrix: str = "stand_in"
    replaced: float = 0.0
    """Share of losses beyond those of the start that is hired anew, by all groups in proportion to size."""
    known: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Weeks:
    """Runs week by week, (runs, weeks): members at the start of each week, and the flows of that week."""

    members: Floats
    killed: Floats
    recruited: Floats
    jailed: Floats
    departed: Floats


def start(
    policy_week: float, captures: float, lethality: float, recruits: float, replaced_losses: float, starting_size: float
) -> object:
    """Policy from the first week on, where it begins then."""
    on = where(policy_week <= 0.0, 1.0, 0.0)
    return Factors(
        capture_effort=1.0 + on * (captures - 1.0),
        conflict_effort=1.0 + on * (lethality - 1.0),
        recruit_pull=1.0 + on * (recruits - 1.0),
    )


def after(
    week: float,
    policy_week: float,
    captures: float,
    lethality: float,
    recruits: float,
    replaced_losses: float,
    killed: float,
    jailed: float,
    anchor_members: float,
    anchor_kill_hazard: float,
    jail_constant: float,
    recruit_constant: float,
) -> object:
    """The factors of next week; losses beyond those of the start may bring hires."""
    on = where(week >= policy_week - 1.0, 1.0, 0.0)
    extra = killed + jailed - anchor_members * (anchor_kill_hazard + jail_constant)
    hires = 1.0 + replaced_losses * extra / (recruit_constant * anchor_members)
    return Factors(
        capture_effort=1.0 + on * (captures - 1.0),
        conflict_effort=1.0 + on * (lethality - 1.0),
        recruit_pull=(1.0 + on * (recruits - 1.0)) * hires,
    )


POLICY = Mechanism(
    "policy", "Factors that a scenario switches.", POLICY_INPUTS, stocks=FACTORS, start=start, after=after
)


def published_model(units: Units) -> Model:
    """The groups, their prison and a policy; the rest of the Mexico model is there and switched off."""
    ours = {factor.name for factor in FACTORS}
    parts = [_without(mechanism, ours) for mechanism in MODEL.mechanisms]
    off = frozenset(part.name for part in parts if part.name not in AT_WORK)
    return Model("published", (*parts, POLICY), units, off=off)


def run_groups(units: Units, weeks: int, setting: Setting | None = None) -> scalar.Weeks:
    """One run on plain floats from January 2012; it also tells the size of each group."""
    setting = setting or Setting()
    known = _known(units, setting, measure_exposures(units, [setting.matrix]))
    return scalar.run(published_model(units), _inputs(), known, weeks=weeks).projection


def play(units: Units, settings: Sequence[Setting], weeks: int) -> Weeks:
    """Many runs in the compiled engine, in double precision: `weeks` weeks from the start."""
    inputs = _inputs()
    engine = kernel.compile_model(published_model(units), inputs, OUTCOMES, weeks, 0, "float64")
    exposures = measure_exposures(units, {each.matrix for each in settings})
    known = [_known(units, each, exposures) for each in settings]
    values = np.array([[each[name] for name in inputs.uncertainties] for each in known])
    runs = np.zeros((len(settings), 3), dtype=np.int64)
    runs[:, 0] = np.arange(len(settings))
    seen = engine.project(values, engine.history(values), runs, np.arange(1, weeks + 1))
    first = np.array([each.rates.size for each in settings], dtype=float)
    found = {name: seen[:, :, engine.outcomes.index(name)] for name, _ in OUTCOMES}
    members = np.concatenate([first[:, None], found.pop("member_count")[:, :-1]], axis=1)
    flows = [np.diff(total, axis=1, prepend=0.0) for total in found.values()]
    return Weeks(members, *flows)


def observables(rates: Rates, shares: Floats, exposure: float) -> dict[str, float]:
    """What would have been observed at the start for the rates to follow: the inverse of `derive`.

    `exposure` is that of a member to a member, the shares' product through the conflict matrix.
    """
    deaths = rates.theta * rates.size**2 * exposure
    departed = rates.omega * rates.size**2 * (shares**2).sum()
    recruits = rates.rho * rates.size
    return {
        "starting_size": rates.size,
        "death_risk": 100.0 * deaths * 52.0 / rates.size,
        "prison_risk": 100.0 * rates.eta * 52.0 / rates.size,
        "departure_share": departed / (deaths + rates.eta + departed),
        "anchor_growth": 100.0 * 52.0 * (recruits - deaths - rates.eta - departed) / rates.size,
    }


def measure_exposures(units: Units, forms: Iterable[str]) -> dict[str, float]:
    """Form of the conflict matrix to the exposure of a member to a member."""
    shares = units.values["first_share"]
    return {form: float(shares @ conflict_matrix(units, form) @ shares) for form in forms}


def _known(units: Units, setting: Setting, exposures: Mapping[str, float]) -> dict[str, float]:
    """A value for every uncertainty: its null where it has one, or any where nobody who is at work reads it."""
    inputs = _inputs()
    codes = {name: getattr(setting, _AXES[name]) if name in _AXES else 0 for name in inputs.choices}
    return {
        **_quiet(),
        **{name: inputs.choices[name].index(code) if code else 0 for name, code in codes.items()},
        **NULLS,
        **observables(setting.rates, units.values["first_share"], exposures[setting.matrix]),
        **setting.known,
        "captures": setting.captures,
        "lethality": setting.lethality,
        "recruits": setting.recruits,
        "policy_week": float(setting.switch),
        "replaced_losses": setting.replaced,
    }


_AXES = {"recruitment": "recruitment", "incapacitation": "incapacitation", "conflict_matrix": "matrix"}


@cache
def _inputs() -> Inputs:
    """The tables of the Mexico case, with the policy's numbers beside its uncertainties."""
    inputs = build_inputs(load("mexico"))
    return replace(inputs, uncertainties=(*inputs.uncertainties, *(quantity.name for quantity in POLICY_INPUTS)))


@cache
def _quiet() -> dict[str, float]:
    return {record.id: _null(record.null) for record in load("mexico").uncertainties}


def _null(value: float | str | None) -> float:
    return float(value) if isinstance(value, int | float) else 1.0


def _without(mechanism: Mechanism, names: set[str]) -> Mechanism:
    """The same mechanism, without the quantities that the policy gives in its place."""
    fields = ("constants", "stocks", "rates", "flows", "sums")
    kept = {each: tuple(q for q in getattr(mechanism, each) if q.name not in names) for each in fields}
    return replace(mechanism, **kept)
