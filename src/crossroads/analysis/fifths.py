"""How far an outcome's difference from the baseline option moves between the two ends of one uncertainty.

A reading of one at a time: all other uncertainties vary as they are drawn, so what only happens when two
ends meet is averaged away, and swings of different uncertainties need not add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.analysis.estimates import Floats, Ints, estimate, tell_apart
from crossroads.case.records import Uncertainty

SHARE = 0.2
"""The part of the futures at each end."""
TOGETHER = 4
"""Uncertainties whose groups are held at once."""
RANGE = (0.1, 0.9)
"""The quantiles between which differences of all options spread."""


def compare_fifths(
    values: Floats, uncertainties: Sequence[Uncertainty], targets: Floats, replicate: Ints
) -> dict[str, NDArray[Any]]:
    """What `targets` (futures, outcomes, options, horizons) are at the ends of each uncertainty; each result
    has its shape with uncertainties in place of futures.

    `low` and `high`: the mean over the futures in the lowest and in the highest fifth of a number (values
    that are tied with the last are in too), or the least and the greatest of the means of the categories,
    which `low_name` and `high_name` give (empty for numbers). `swing`: |high - low|. `relative`: swing over
    the 10-90 range of the outcome, all futures and options that ever differ together; NaN where none does.
    `turns`: low and high lie on opposite sides of 0, each beyond its Monte Carlo error. Futures count alike;
    missing targets are left out; NaN where an end has none.
    """
    rows: list[dict[str, NDArray[Any]]] = []
    for first in range(0, len(uncertainties), TOGETHER):
        some = slice(first, first + TOGETHER)
        groups = [_split(column, one) for column, one in zip(values.T[some], uncertainties[some], strict=True)]
        found = estimate(targets, np.concatenate([members for members, _ in groups]), replicate)
        last = np.cumsum([len(names) for _, names in groups])
        rows += [
            _find_ends(found.mean[end - len(names) : end], found.error[end - len(names) : end], names)
            for end, (_, names) in zip(last, groups, strict=True)
        ]
    ends = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    spread = _measure_spread(targets)
    known = spread > 0
    swing = np.abs(ends["high"] - ends["low"])
    return {
        **ends,
        "swing": swing,
        "relative": np.where(known, swing, np.nan) / np.where(known, spread, 1.0),
    }


def _split(column: Floats, one: Uncertainty) -> tuple[Floats, tuple[str, ...]]:
    """Who is in which group, (groups, futures), and the names of the categories."""
    if one.distribution.kind == "categorical":
        shares = list(one.distribution.shares)
        levels = np.unique(column)
        members = column == levels[:, None]
        return members.astype(np.float64), tuple(shares[int(level)] for level in levels)
    ordered, count = np.sort(column), ceil(SHARE * len(column))
    members = np.stack([column <= ordered[count - 1], column >= ordered[-count]])
    return members.astype(np.float64), ("", "")


def _find_ends(mean: Floats, error: Floats, names: tuple[str, ...]) -> dict[str, NDArray[Any]]:
    """The ends of one uncertainty from its groups, (groups, ...): in their order, or by their means."""
    known = np.isfinite(mean)
    if any(names):
        places = np.where(known, mean, np.inf).argmin(axis=0), np.where(known, mean, -np.inf).argmax(axis=0)
    else:
        places = np.zeros(mean.shape[1:], np.int64), np.ones(mean.shape[1:], np.int64)
    (low, low_error), (high, high_error) = (
        [np.take_along_axis(part, place[None], axis=0)[0] for part in (mean, error)] for place in places
    )
    told = tell_apart(low, low_error) & tell_apart(high, high_error)
    named = [np.where(np.isfinite(low), np.array(names)[place], "") for place in places]
    turns = told & (np.sign(low) * np.sign(high) < 0)
    return {"low": low, "high": high, "low_name": named[0], "high_name": named[1], "turns": turns}


def _measure_spread(targets: Floats) -> Floats:
    """The 10-90 range of each outcome at each horizon, (outcomes, 1, horizons), over futures and the options
    that differ from the baseline in any future; NaN where none does."""
    finite = np.isfinite(targets)
    kept = finite & (finite & (targets != 0)).any(axis=0)
    spread = np.full((targets.shape[1], 1, targets.shape[3]), np.nan)
    for outcome, _, horizon in np.ndindex(*spread.shape):
        held = targets[:, outcome, :, horizon][kept[:, outcome, :, horizon]]
        if len(held):
            low, high = np.quantile(held, RANGE)
            spread[outcome, 0, horizon] = high - low
    return spread
