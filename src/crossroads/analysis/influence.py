"""Which uncertainties go with an outcome's difference from the baseline option: rank correlations over
futures.

Numbers: Spearman's rank correlation. Categories: eta squared of the ranks, the share of their variance that
lies between the categories (Kruskal and Wallis). `strength` is the squared correlation or eta squared, so
that both can be sorted together; shares of different uncertainties need not add up to 1. Luck is never an
input: only sampled uncertainties are. What it amounts to in the unit of the outcome is read at both ends of
each uncertainty (`fifths.compare_fifths`), one uncertainty at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.stats import rankdata

from crossroads.analysis.estimates import APART, Bools, Floats, Ints, find_error
from crossroads.analysis.fifths import compare_fifths
from crossroads.case.records import Horizon, Uncertainty


def choose_horizons(horizons: Sequence[Horizon]) -> tuple[str, ...]:
    """The horizon nearest to one year and the last one, once each."""
    near = min(horizons, key=lambda horizon: abs(horizon.weeks - 52))
    last = max(horizons, key=lambda horizon: horizon.weeks)
    return tuple(dict.fromkeys((near.id, last.id)))


def rank_influence(
    values: Floats,
    uncertainties: Sequence[Uncertainty],
    differences: Mapping[str, Floats],
    replicate: Ints,
    options: Sequence[str],
    horizons: Sequence[str],
) -> xr.Dataset:
    """`correlation` (NaN for categories), `strength`, its jackknife `error`, and `clear`: beyond its noise; and
    `low`, `high`, `low_name`, `high_name`, `swing`, `relative`, `turns` as compare_fifths defines them.

    `values` is (futures, uncertainties); `differences` is outcome to (futures, options, horizons). Futures
    count alike (the mixture). Dimensions: uncertainty, outcome, option, horizon; NaN where an option did not
    run, 0 where the outcome does not vary.
    """
    targets = np.stack([differences[outcome] for outcome in differences], axis=1)
    flat = targets.reshape(len(targets), -1)
    ranks, present = _rank(flat), np.isfinite(flat)
    members = replicate == np.unique(replicate)[:, None]
    rows = []
    for column, one in zip(values.T, uncertainties, strict=True):
        relate = _relate_category if one.distribution.kind == "categorical" else _relate_number
        rows.append(relate(column, ranks, present, members))
    names: dict[str, list[str]] = {
        "uncertainty": [one.id for one in uncertainties],
        "outcome": list(differences),
        "option": list(options),
        "horizon": list(horizons),
    }
    full = (len(rows), *targets.shape[1:])
    found = {name: np.stack([row[name] for row in rows]).reshape(full) for name in rows[0]}
    found |= compare_fifths(values, uncertainties, targets, replicate)
    return xr.Dataset({name: (tuple(names), part) for name, part in found.items()}, coords=names)


def _relate_number(column: Floats, ranks: Floats, present: Bools, members: Bools) -> dict[str, NDArray[Any]]:
    related = _correlate(_rank(column[:, None])[:, 0], ranks, present, members)
    return {"correlation": related[0], **_judge_strength(np.square(related), 1 / (len(column) - 1))}


def _relate_category(
    column: Floats, ranks: Floats, present: Bools, members: Bools
) -> dict[str, NDArray[Any]]:
    levels = np.unique(column)
    found = _explain((column[:, None] == levels).astype(np.float64), ranks, present, members)
    noise = (len(levels) - 1) / (len(column) - 1)
    return {"correlation": np.full_like(found[0], np.nan), **_judge_strength(found, noise)}


def _judge_strength(found: Floats, noise: float) -> dict[str, NDArray[Any]]:
    """Strength, error, and whether it is beyond noise; `found` is all, then with replicates left out."""
    strength, error = found[0], find_error(found[1:])
    return {"strength": strength, "error": error, "clear": strength - noise > APART * error}


def _rank(values: Floats) -> Floats:
    """Ranks down each column, ties at their mean, over what is known; 0 where it is not."""
    known = np.isfinite(values)
    return np.where(known, rankdata(np.where(known, values, np.inf), axis=0), 0.0)


def _correlate(input_ranks: Floats, ranks: Floats, present: Bools, members: Bools) -> Floats:
    """Correlation with each target, (1 + replicates, targets): all futures, then with one replicate left
    out."""
    held = np.where(present, input_ranks[:, None], 0.0)
    count, first, second, squares_1, squares_2, products = (
        _fold(part, members)
        for part in (present, held, ranks, np.square(held), np.square(ranks), held * ranks)
    )
    count = np.maximum(count, 1.0)
    covariance = products / count - first * second / count**2
    variance = (squares_1 / count - (first / count) ** 2) * (squares_2 / count - (second / count) ** 2)
    return _ratio(covariance, np.sqrt(np.maximum(variance, 0.0)), count)


def _explain(indicator: Floats, ranks: Floats, present: Bools, members: Bools) -> Floats:
    """Eta squared of each target, (1 + replicates, targets): all futures, then with one replicate left
    out."""
    count, second, squares = (
        np.maximum(_fold(present, members), 1.0),
        _fold(ranks, members),
        _fold(np.square(ranks), members),
    )
    middle = second**2 / count
    between = -middle
    for level in indicator.T:
        held = _fold(present * level[:, None], members)
        total = _fold(ranks * level[:, None], members)
        between = between + np.where(held > 0, total**2 / np.maximum(held, 1.0), 0.0)
    return _ratio(between / count, (squares - middle) / count, count)


def _fold(values: NDArray[Any], members: Bools) -> Floats:
    """Sums down the columns over all futures, then with each replicate left out."""
    parts = members.astype(np.float64) @ values
    whole = parts.sum(axis=0)
    return np.concatenate([whole[None], whole - parts])


def _ratio(above: Floats, below: Floats, count: Floats) -> Floats:
    """The ratio; 0 where the target does not vary, NaN where fewer than three futures are known."""
    flat = below <= 1e-9 * count**2
    result = np.where(flat, 0.0, above / np.where(flat, 1.0, below))
    return np.asarray(np.where(count < 3, np.nan, result))
