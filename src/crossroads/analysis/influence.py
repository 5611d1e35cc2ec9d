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
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.stats import rankdata

from crossroads.analysis.estimates import APART, Floats, Ints, find_error
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
    related = relate_all(values, uncertainties, targets.reshape(len(targets), -1), replicate)
    names: dict[str, list[str]] = {
        "uncertainty": [one.id for one in uncertainties],
        "outcome": list(differences),
        "option": list(options),
        "horizon": list(horizons),
    }
    full = (len(uncertainties), *targets.shape[1:])
    found = {name: part.reshape(full) for name, part in related.items()}
    found |= compare_fifths(values, uncertainties, targets, replicate)
    return xr.Dataset({name: (tuple(names), part) for name, part in found.items()}, coords=names)


def relate_all(
    values: Floats, uncertainties: Sequence[Uncertainty], targets: Floats, replicate: Ints
) -> dict[str, NDArray[Any]]:
    """`correlation`, `strength`, `error` and `clear` of each uncertainty and each of `targets` (futures, targets), as
    `rank_influence` defines them, (uncertainties, targets)."""
    order = np.argsort(replicate, kind="stable")
    ranked = _rank_targets(targets[order], replicate[order])
    rows = []
    for column, one in zip(values.T, uncertainties, strict=True):
        relate = _relate_category if one.distribution.kind == "categorical" else _relate_number
        rows.append(relate(column[order], ranked))
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


@dataclass(frozen=True)
class _Ranked:
    """Targets by their `ranks` and whether each is `present`, (futures, targets), futures sorted by replicate; `parts`
    are the futures of each replicate. `count`, `sum` and `squares` of ranks are folded."""

    ranks: Floats
    present: Floats
    parts: tuple[slice, ...]
    count: Floats
    sum: Floats
    squares: Floats

    def fold(self, column: Floats, values: Floats) -> Floats:
        """Sums of a column times the values, (1 + replicates, targets)."""
        return _fold(column, values, self.parts)


def _rank_targets(targets: Floats, replicate: Ints) -> _Ranked:
    starts = [int(first) for first in np.unique(replicate, return_index=True)[1]]
    ends = [*starts[1:], len(replicate)]
    parts = tuple(slice(*pair) for pair in zip(starts, ends, strict=True))
    ranks, present = _rank(targets), np.isfinite(targets).astype(np.float64)
    ones = np.ones(len(targets))
    squares = _fold(ones, np.square(ranks), parts)
    return _Ranked(ranks, present, parts, _fold(ones, present, parts), _fold(ones, ranks, parts), squares)


def _relate_number(column: Floats, targets: _Ranked) -> dict[str, NDArray[Any]]:
    related = _correlate(_rank(column[:, None])[:, 0], targets)
    return {"correlation": related[0], **_judge_strength(np.square(related), 1 / (len(column) - 1))}


def _relate_category(column: Floats, targets: _Ranked) -> dict[str, NDArray[Any]]:
    levels = np.unique(column)
    found = _explain((column[:, None] == levels).astype(np.float64), targets)
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


def _correlate(ranks: Floats, targets: _Ranked) -> Floats:
    """Correlation with each target, (1 + replicates, targets): all futures, then with one replicate left
    out."""
    first, squares = targets.fold(ranks, targets.present), targets.fold(np.square(ranks), targets.present)
    products = targets.fold(ranks, targets.ranks)
    count, second = np.maximum(targets.count, 1.0), targets.sum
    covariance = products / count - first * second / count**2
    variance = (squares / count - (first / count) ** 2) * (targets.squares / count - (second / count) ** 2)
    return _ratio(covariance, np.sqrt(np.maximum(variance, 0.0)), count)


def _explain(indicator: Floats, targets: _Ranked) -> Floats:
    """Eta squared of each target, (1 + replicates, targets): all futures, then with one replicate left
    out."""
    count, second = np.maximum(targets.count, 1.0), targets.sum
    middle = second**2 / count
    between = -middle
    for level in indicator.T:
        held, total = targets.fold(level, targets.present), targets.fold(level, targets.ranks)
        between = between + np.where(held > 0, total**2 / np.maximum(held, 1.0), 0.0)
    return _ratio(between / count, (targets.squares - middle) / count, count)


def _fold(column: Floats, values: Floats, parts: Sequence[slice]) -> Floats:
    """Sums of a column times each of the values over all futures, then with each replicate left out."""
    sums = np.stack([column[part] @ values[part] for part in parts])
    whole = sums.sum(axis=0)
    return np.concatenate([whole[None], whole - sums])


def _ratio(above: Floats, below: Floats, count: Floats) -> Floats:
    """The ratio; 0 where the target does not vary, NaN where fewer than three futures are known."""
    flat = below <= 1e-9 * count**2
    result = np.where(flat, 0.0, above / np.where(flat, 1.0, below))
    return np.asarray(np.where(count < 3, np.nan, result))
