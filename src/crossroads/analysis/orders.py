"""What each of a few measures adds, over every order in which they can be added."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import xarray as xr

from crossroads.analysis.estimates import Floats, tell_apart
from crossroads.analysis.played import weigh_played
from crossroads.analysis.propositions import Key, Readings
from crossroads.analysis.weights import ALL, Weights
from crossroads.case.records import Orders


def list_designs(orders: Orders) -> set[Key]:
    """What must be read for every order."""
    return {(outcome, option, orders.horizon, ALL) for outcome in orders.outcomes for option in orders.designs.values()}


def weigh_orders(orders: Orders, readings: Readings, weights: Weights) -> xr.Dataset:
    """What each measure adds, by view, outcome and measure: `mean` over all orders (Shapley 1953) with its `error`, and
    whether it is `apart` from nothing; `low` and `high`, the least and the most that it adds in any order, on average
    over futures. `total`, with `total_error`, is what all add together: the sum of the means.

    Raises WeighingError where a design was not read.
    """
    parts = [_weigh_outcome(orders, outcome, readings, weights) for outcome in orders.outcomes]
    dims = {"view": list(weights.views), "outcome": list(orders.outcomes), "measure": list(orders.measures)}
    stacked = {name: np.stack([part[name] for part in parts], axis=1) for name in parts[0]}
    return xr.Dataset(
        {name: (tuple(dims)[: array.ndim], array) for name, array in stacked.items()},
        coords={**dims, "name": ("measure", list(orders.measures.values()))},
    )


def _weigh_outcome(orders: Orders, outcome: str, readings: Readings, weights: Weights) -> dict[str, Floats]:
    """One outcome: (views, measures), and the total (views,)."""
    worth = {
        design: np.atleast_2d(readings.read(outcome, option, orders.horizon, ALL))
        for design, option in orders.designs.items()
    }
    measures = tuple(orders.measures)
    added = _list_added(worth, measures)  # (orders, measures, games, futures)
    means, _ = weigh_played(np.moveaxis(added, (0, 1), (2, 3)), weights)
    mean, error = weigh_played(np.moveaxis(added.mean(axis=0), 0, -1), weights)
    total, total_error = weigh_played(worth["+".join(measures)] - worth[""], weights)
    return {
        "mean": mean,
        "error": error,
        "apart": tell_apart(mean, error, total[:, None]),
        "low": means.min(axis=1),
        "high": means.max(axis=1),
        "total": total,
        "total_error": total_error,
    }


def _list_added(worth: dict[str, Floats], measures: Sequence[str]) -> Floats:
    """What each measure adds in every order, (orders, measures, games, futures)."""
    rows = []
    for order in permutations(measures):
        steps = [_join(measures, order[:count]) for count in range(len(order) + 1)]
        added = {name: worth[steps[place + 1]] - worth[steps[place]] for place, name in enumerate(order)}
        rows.append(np.stack(np.broadcast_arrays(*(added[name] for name in measures))))
    return np.stack(rows)


def _join(measures: Sequence[str], some: Sequence[str]) -> str:
    """The design with some measures, in the order in which they are declared."""
    return "+".join(name for name in measures if name in some)
