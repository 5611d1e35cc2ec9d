"""What pymcdm and scikit-criteria make of the drawn tables, as JSON: run by `oracle_values`, in their environment."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
import skcriteria
from pymcdm.methods import PROMETHEE_II, TOPSIS, VIKOR, WSM
from pymcdm.normalizations import vector_normalization
from skcriteria.agg import simple, topsis, vikor
from skcriteria.preprocessing.scalers import VectorScaler

from tests.known.drawn_tables import INDIFFERENT, DrawnTable, draw_tables

DIGITS = 12


def answer_all() -> dict[str, dict[str, list[float]]]:
    """Table to library and method to scores."""
    return {table.name: {**ask_pymcdm(table), **ask_scikit_criteria(table)} for table in draw_tables()}


def ask_pymcdm(table: DrawnTable) -> dict[str, list[float]]:
    values, weights = np.array(table.values), np.array(table.weights)
    past = [INDIFFERENT] * len(weights)
    methods = {
        "weighted sum": WSM(normalization_function=keep_values),
        "TOPSIS": TOPSIS(normalization_function=vector_normalization),
        "VIKOR": VIKOR(),
        "PROMETHEE II": PROMETHEE_II("usual"),
        "PROMETHEE II, indifferent": PROMETHEE_II("ushape", q=past, p=past),
    }
    return {
        f"pymcdm: {name}": _round(method(values, weights, np.ones(len(weights)))) for name, method in methods.items()
    }


def ask_scikit_criteria(table: DrawnTable) -> dict[str, list[float]]:
    plain = skcriteria.mkdm(table.values, [max] * len(table.weights), weights=table.weights)
    scaled = VectorScaler(target="matrix").transform(plain)
    return {
        "scikit-criteria: weighted sum": _round(simple.WeightedSumModel().evaluate(plain).e_.score),
        "scikit-criteria: TOPSIS": _round(topsis.TOPSIS().evaluate(scaled).e_.similarity),
        "scikit-criteria: VIKOR": _round(vikor.VIKOR().evaluate(plain).e_.q_k),
    }


def keep_values(column: Any, cost: bool = False) -> Any:
    """Values are on stated scales already."""
    return column


def _round(scores: Any) -> list[float]:
    return [round(float(score), DIGITS) for score in scores]


if __name__ == "__main__":
    versions = {library: version(library) for library in ("pymcdm", "scikit-criteria")}
    json.dump({"versions": versions, "tables": answer_all()}, sys.stdout)
