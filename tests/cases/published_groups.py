"""The published cartel-size model, run by our own groups mechanism: network, rates and policy of the paper.

`published_units` reads the documented network (a test's input, never shipped); `run_groups` runs the mechanism alone
with given rate constants, found by inverting what `derive` makes of observables.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from crossroads.case.files import load
from crossroads.cases.mexico.model.groups import GROUPS
from crossroads.cases.mexico.model.strengths import describe_groups, zipf_shares
from crossroads.simulation import scalar
from crossroads.simulation.arithmetic import where
from crossroads.simulation.contract import Mechanism, Model, Quantity, Units, returns
from crossroads.simulation.layout import build_inputs

PUBLISHED = {"rho": 2.527474e-3, "eta": 110.0, "theta": 1.549231e-8, "omega": 4.0e-8, "size": 115_000.0}
SWITCH_WEEK = 520
FACTORS = (
    Quantity("capture_effort", "factor", "imprisonments against ordinary", off=1.0),
    Quantity("conflict_effort", "factor", "lethality against ordinary", off=1.0),
    Quantity("recruit_pull", "factor", "recruits against ordinary", off=1.0),
    Quantity("prevention_cut", "share", "recruits avoided"),
)
Factors = returns("Factors", FACTORS)


def published_units(data: Path) -> Units:
    """150 groups by rank of total strength, with the documented rivalries and alliances."""
    names = [row["group"] for row in _rows(data / "bacrim2020_nodes.csv")]
    place = {name: at for at, name in enumerate(names)}
    weights = {"rival": np.zeros((150, 150)), "ally": np.zeros((150, 150))}
    for row in _rows(data / "bacrim2020_edges.csv"):
        a, b = place[row["group_a"]], place[row["group_b"]]
        weights[row["relation"]][a, b] = weights[row["relation"]][b, a] = float(row["states_weight"])
    total = weights["rival"].sum(1) + weights["ally"].sum(1)
    order = np.argsort(-total, kind="stable")
    rivals = weights["rival"][np.ix_(order, order)]
    allies = weights["ally"][np.ix_(order, order)].sum(1)
    return Units(150, _unit_values(rivals.sum(1), allies, documented=1.0), {"rival": _sparse(rivals)})


def stand_in_units() -> Units:
    """The shipped stand-in, made from strengths alone."""
    return describe_groups()


def conflict_matrix(units: Units) -> np.ndarray:
    """M of the paper, dense, from the units: the reference that the mechanism is held to."""
    rivals, allies = units.values["rival_strength"], 1.0 / units.values["ally_relief"] - 1.0
    stand_in = np.outer(rivals, rivals) / rivals.sum()
    near = _dense(units.networks["rival"]) if len(units.networks["rival"][1]) else stand_in
    matrix = (near + 1.0) / (allies[:, None] + 1.0)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def run_groups(units: Units, weeks: int, captures: float = 1.0, recruits: float = 1.0) -> scalar.Weeks:
    """The mechanism alone for `weeks` from January 2012; after 520 weeks policy multiplies captures and recruits."""

    def before_switch(week: float) -> tuple[float, float]:
        on = where(week >= SWITCH_WEEK - 1, 1.0, 0.0)
        return 1.0 + on * (captures - 1.0), 1.0 + on * (recruits - 1.0)

    def after(week: float) -> object:
        effort, pull = before_switch(week)
        return Factors(capture_effort=effort, conflict_effort=1.0, recruit_pull=pull, prevention_cut=0.0)

    def start() -> object:
        return Factors(capture_effort=1.0, conflict_effort=1.0, recruit_pull=1.0, prevention_cut=0.0)

    policy = Mechanism("policy", "Factors that a scenario switches.", stocks=FACTORS, start=start, after=after)
    inputs = build_inputs(load("mexico"))
    known = {name: 0.0 for name in inputs.uncertainties}
    known.update({name: 0 for name in inputs.choices})
    known.update(observables(units))
    known.update(recruit_ceiling=3.0, recruit_pool=1e12)
    return scalar.run(Model("published", (GROUPS, policy), units), inputs, known, weeks=weeks).projection


def observables(units: Units) -> dict[str, float]:
    """What would have been observed in 2012 for the published rates to follow: the inverse of `derive`."""
    sizes = PUBLISHED["size"] * units.values["first_share"]
    deaths = PUBLISHED["theta"] * sizes @ conflict_matrix(units) @ sizes
    departed = PUBLISHED["omega"] * (sizes**2).sum()
    jailed, recruits = PUBLISHED["eta"], PUBLISHED["rho"] * PUBLISHED["size"]
    return {
        "starting_size": PUBLISHED["size"],
        "death_risk": 100.0 * deaths * 52.0 / PUBLISHED["size"],
        "prison_risk": 100.0 * jailed * 52.0 / PUBLISHED["size"],
        "departure_share": departed / (deaths + jailed + departed),
        "anchor_growth": 100.0 * 52.0 * (recruits - deaths - jailed - departed) / PUBLISHED["size"],
    }


def _unit_values(rivals: np.ndarray, allies: np.ndarray, documented: float) -> dict[str, np.ndarray]:
    return {
        "first_share": zipf_shares(),
        "rival_strength": rivals,
        "ally_relief": 1.0 / (1.0 + allies),
        "rival_share": rivals / rivals.sum(),
        "documented": np.full(150, documented),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _sparse(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = [np.flatnonzero(row) for row in matrix]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    columns = np.concatenate(rows)
    weights = np.concatenate([matrix[at, row] for at, row in enumerate(rows)])
    return starts, columns, weights


def _dense(neighbours: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
    starts, columns, weights = neighbours
    matrix = np.zeros((150, 150))
    for row in range(150):
        at = slice(starts[row], starts[row + 1])
        matrix[row, columns[at]] = weights[at]
    return matrix
