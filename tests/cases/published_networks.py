"""Units for the published cartel-size model: the documented network, a test's input never shipped, and its variants."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crossroads.cases.mexico.model.strengths import COUNT, describe_groups, zipf_shares
from crossroads.simulation.contract import Network, Units

Floats = NDArray[np.float64]


def published_units(data: Path) -> Units:
    """150 groups by rank of total strength, with the documented rivalries and alliances."""
    names = [row["group"] for row in _rows(data / "bacrim2020_nodes.csv")]
    place = {name: at for at, name in enumerate(names)}
    weights = {"rival": np.zeros((COUNT, COUNT)), "ally": np.zeros((COUNT, COUNT))}
    for row in _rows(data / "bacrim2020_edges.csv"):
        a, b = place[row["group_a"]], place[row["group_b"]]
        weights[row["relation"]][a, b] = weights[row["relation"]][b, a] = float(row["states_weight"])
    total = weights["rival"].sum(1) + weights["ally"].sum(1)
    order = np.argsort(-total, kind="stable")
    rivals = weights["rival"][np.ix_(order, order)]
    return network_units(rivals, 1.0 / (1.0 + weights["ally"].sum(1)[order]))


def stand_in_units() -> Units:
    """The shipped stand-in, made from strengths alone."""
    return describe_groups()


def network_units(weights: Floats, relief: Floats) -> Units:
    """Units with documented opponents: weights (groups, groups), and the share of hostility that alliances leave."""
    plain, strengths = describe_groups(), weights.sum(1)
    values = {
        **plain.values,
        "first_share": zipf_shares(),
        "rival_strength": strengths,
        "ally_relief": relief,
        "rival_share": strengths / max(strengths.sum(), 1.0),
        "documented": np.ones(COUNT),
    }
    return Units(COUNT, values, {**plain.networks, "rival": _sparse(weights)})


def without_alliances(units: Units) -> Units:
    """The same rivalries, with nobody relieved by allies."""
    return network_units(dense_rivals(units), np.ones(COUNT))


def without_rivalries(units: Units) -> Units:
    """The same alliances, with no documented rivalry."""
    return network_units(np.zeros((COUNT, COUNT)), units.values["ally_relief"])


def in_other_order(units: Units, seed: int) -> Units:
    """The same network, laid over the ranks of size by lot."""
    order = np.random.default_rng(seed).permutation(COUNT)
    return network_units(dense_rivals(units)[np.ix_(order, order)], units.values["ally_relief"][order])


def symmetric(units: Units) -> Units:
    """Alliances relieve both sides alike: (R + 1) / root((A_i + 1)(A_j + 1)), to be read without a floor."""
    root = np.sqrt(units.values["ally_relief"])
    weights = (dense_rivals(units) + 1.0) * root[None, :]
    np.fill_diagonal(weights, 0.0)
    return network_units(weights, root)


def with_shares(units: Units, shares: Floats) -> Units:
    """The same network, with members spread in other shares."""
    return replace(units, values={**units.values, "first_share": shares})


def conflict_matrix(units: Units, form: str = "stand_in") -> Floats:
    """M of the paper, dense, under one of the mechanism's three forms: what the oracle integrates."""
    matrix = np.ones((COUNT, COUNT))
    if form != "all_ones":
        rivals = units.values["rival_strength"]
        documented = bool(units.values["documented"][0])
        near = dense_rivals(units) if documented else np.outer(rivals, rivals) / rivals.sum()
        matrix = (near + (form != "no_floor")) * units.values["ally_relief"][:, None]
    np.fill_diagonal(matrix, 0.0)
    return matrix


def dense_rivals(units: Units) -> Floats:
    """The documented network as a matrix."""
    starts, columns, weights = units.networks["rival"]
    matrix = np.zeros((COUNT, COUNT))
    for row in range(COUNT):
        at = slice(starts[row], starts[row + 1])
        matrix[row, columns[at]] = weights[at]
    return matrix


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _sparse(matrix: Floats) -> Network:
    rows = [np.flatnonzero(row) for row in matrix]
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    columns = np.concatenate(rows).astype(np.int64)
    return starts, columns, np.concatenate([matrix[at, row] for at, row in enumerate(rows)])
