"""A network of rivalries and alliances that a user brings: without labels, in an order that nobody chose.

Nothing of it is an option, an outcome or part of a report. Groups keep the strength of their ties alone; which group is
which cannot be told from the units.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crossroads.errors import CaseError, Place, Problem
from crossroads.simulation.contract import Units

from .strengths import tabulate_groups

Floats = NDArray[np.float64]
COLUMNS = ("from", "to", "kind", "weight")
KINDS = ("rival", "ally")


def bring_network(file: Path | str, seed: int = 0) -> Units:
    """The units of the model with the documented ties of a CSV file: from, to, kind (rival or ally), weight.

    Labels are forgotten; groups stand by their total strength, equal ones in an order drawn from `seed`. Ties count
    once, with the greater of two weights. Raises CaseError with every problem of the file.
    """
    rivals, allies = _read_ties(Path(file))
    order = _shuffle_by_strength(rivals.sum(axis=1) + allies.sum(axis=1), seed)
    rivals, allies = rivals[np.ix_(order, order)], allies[np.ix_(order, order)]
    values = tabulate_groups(rivals.sum(axis=1), allies.sum(axis=1), documented=True)
    return Units(len(order), values, {"rival": _pack_rows(rivals)})


def _read_ties(file: Path) -> tuple[Floats, Floats]:
    """Symmetric weights of rivalries and of alliances, by group in the order of the file."""
    with file.open(newline="", encoding="utf-8") as opened:
        reader = csv.DictReader(opened)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            way_out = f"Give the columns {', '.join(COLUMNS)}, in this order."
            raise CaseError([Problem(Place(str(file), 1), "the columns are not those of a list of ties", way_out)])
        rows = list(reader)
    problems = [problem for line, row in enumerate(rows, start=2) for problem in _find_wrong(file, line, row)]
    if problems:
        raise CaseError(problems)
    labels = list(dict.fromkeys(row[end] for row in rows for end in ("from", "to")))
    ties = {kind: np.zeros((len(labels), len(labels))) for kind in KINDS}
    for row in rows:
        i, j, weight = labels.index(row["from"]), labels.index(row["to"]), float(row["weight"])
        for one, other in ((i, j), (j, i)):
            ties[row["kind"]][one, other] = max(ties[row["kind"]][one, other], weight)
    return ties["rival"], ties["ally"]


def _find_wrong(file: Path, line: int, row: dict[str, str]) -> Iterable[Problem]:
    if row["kind"] not in KINDS:
        yield Problem(Place(str(file), line, "kind"), f'unknown kind "{row["kind"]}"', "Write rival or ally.")
    if row["from"] == row["to"]:
        yield Problem(Place(str(file), line, "to"), "a tie of a group with itself", "Remove the line.")
    try:
        fits = np.isfinite(float(row["weight"])) and float(row["weight"]) > 0
    except (TypeError, ValueError):
        fits = False
    if not fits:
        yield Problem(Place(str(file), line, "weight"), f'the weight is "{row["weight"]}"', "Write a number above 0.")


def _shuffle_by_strength(strength: Floats, seed: int) -> NDArray[np.int64]:
    """Strongest first; who is equal stands in an order by chance, so that the file's order is gone."""
    drawn = np.random.default_rng(seed).permutation(len(strength))
    return np.asarray(drawn[np.argsort(-strength[drawn], kind="stable")])


def _pack_rows(weights: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Row starts, columns and weights."""
    counts = (weights > 0).sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    columns = np.concatenate([np.flatnonzero(row > 0) for row in weights]) if len(weights) else np.zeros(0)
    values = [row[columns[first:last]] for row, (first, last) in zip(weights, pairwise(starts), strict=True)]
    return starts, columns.astype(np.int64), np.concatenate(values) if values else np.zeros(0)
