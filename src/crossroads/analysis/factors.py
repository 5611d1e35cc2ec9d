"""How far uncertainties that act together move an outcome's difference from the baseline option.

A factor is a declared group of uncertainties, such as the chance and the size of a shock. Over futures the difference
is regressed on the members of the factor and on the products of every two of them (categories as indicators).

- `share` is the part of the variance that this explains: R squared adjusted for the number of features (Wherry and
  Ezekiel), so that a factor of noise has a share of 0 but for its error. What chance decides inside a run, and every
  other uncertainty, is residual here: luck is never a feature.
- `low` and `high` are mean differences over the third of futures in which the factor drives the difference lowest and
  highest. A future is placed by a fit that left its own replicate out, so that noise is not read as an end; a factor of
  one number alone needs no fit, and its ends are its own lowest and highest third.

Errors are jackknifes over replicates. Shares of factors that are correlated need not add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.estimates import APART, Bools, Estimate, Floats, Ints, estimate, find_error, tell_apart
from crossroads.case.records import Factor, Uncertainty

THIRD = 1 / 3
"""The part of the futures at each end."""
FUTURES_EACH = 8
"""Futures for each feature: with fewer, products are left out; with fewer still, nothing is said."""
CELL = ("factor", "option", "horizon")


@dataclass(frozen=True)
class Question:
    """What is asked of one outcome: `change` from the baseline option (futures, options, horizons), `sign` 1 where
    more is better, and where each option and horizon is named."""

    change: Floats
    sign: float
    options: Sequence[str]
    horizons: Sequence[str]


def weigh_factors(
    values: Floats,
    uncertainties: Sequence[Uncertainty],
    factors: Sequence[Factor],
    question: Question,
    replicate: Ints,
) -> xr.Dataset:
    """`share`, its `share_error`, `low`, `high`, their errors, `swing`, `swing_error`, `clear`, `turns`, `best_low`,
    `best_high` and `best_turns` by factor, option and horizon; `lean` and its categories by member.

    `values` is (futures, uncertainties). `clear`: share and swing are beyond their errors. `turns`: low and high lie
    on opposite sides of 0, each beyond its error. `best_low` and `best_high`: the option that is best on average at
    each end; `best_turns`: they differ, and each beats the other at its own end beyond error. `lean` (member, option,
    horizon): the mean place of a number at the high end less that at the low end, -1 to 1; `lean_low` and `lean_high`
    name the category that is commonest there against its share in all futures. NaN or "" where an option did not run.
    """
    if not factors:
        return xr.Dataset()
    order = np.argsort(replicate, kind="stable")
    parts = _cut_parts(replicate[order])
    target = question.change[order]
    place = {one.id: column for column, one in enumerate(uncertainties)}
    rows, leans = [], []
    for factor in factors:
        members = [(uncertainties[place[name]], values[order, place[name]]) for name in factor.of]
        found, ends = _weigh_one(build_features(members), target, parts)
        found |= _compare_ends(ends, target, replicate[order], question)
        rows.append(found | {"clear": _is_clear(found, len(members))})
        leans += [_find_lean(one, column, ends) for one, column in members]
    variables = {name: (CELL, np.stack([row[name] for row in rows])) for name in rows[0]}
    member = ("member", *CELL[1:])
    variables |= {name: (member, np.stack([lean[name] for lean in leans])) for name in leans[0]}
    return xr.Dataset(
        variables,
        coords={
            "factor": [one.id for one in factors],
            "member": [name for one in factors for name in one.of],
            "option": list(question.options),
            "horizon": list(question.horizons),
        },
    )


def build_features(members: Sequence[tuple[Uncertainty, Floats]]) -> Floats:
    """Members and the products of every two, (futures, features), each of mean 0 and spread 1; what does not vary is
    left out, and so are products where futures are too few for them."""
    columns = [_code(one, column) for one, column in members]
    alone = np.concatenate(columns, axis=1)
    products = [
        (first[:, :, None] * second[:, None, :]).reshape(len(first), -1) for first, second in combinations(columns, 2)
    ]
    whole = _scale(np.concatenate([alone, *products], axis=1))
    return whole if whole.shape[1] * FUTURES_EACH <= len(whole) else _scale(alone)


def _code(one: Uncertainty, column: Floats) -> Floats:
    """A number as it is, scaled; a category as an indicator for each of its levels but the first."""
    if one.distribution.kind != "categorical":
        return _scale(column[:, None])
    return _scale((column[:, None] == np.unique(column)[1:]).astype(np.float64))


def _scale(columns: Floats) -> Floats:
    spread = columns.std(axis=0)
    varies = spread > 1e-9 * np.maximum(np.abs(columns).max(axis=0, initial=0.0), 1e-300)
    held = columns[:, varies]
    return np.asarray((held - held.mean(axis=0)) / spread[varies])


def _cut_parts(replicate: Ints) -> tuple[slice, ...]:
    """Where each replicate lies in what is sorted by replicate."""
    starts = [int(first) for first in np.unique(replicate, return_index=True)[1]]
    return tuple(slice(*pair) for pair in zip(starts, [*starts[1:], len(replicate)], strict=True))


@dataclass(frozen=True)
class _Ends:
    """Who is at each end, `low` and `high` (futures, options, horizons)."""

    low: Bools
    high: Bools


def _weigh_one(features: Floats, target: Floats, parts: Sequence[slice]) -> tuple[dict[str, NDArray[Any]], _Ends]:
    """Share with its error, and who is at each end, of one factor."""
    flat = target.reshape(len(target), -1)
    shares = np.full((1 + len(parts), flat.shape[1]), np.nan)
    placed = np.full(flat.shape, np.nan)
    for rows, columns in _group_by_presence(flat):
        if rows.sum() >= FUTURES_EACH * max(1, features.shape[1]):
            shares[:, columns], placed[np.ix_(rows, columns)] = _fit(features, flat[:, columns], rows, parts)
    if features.shape[1] == 1:
        placed = np.where(np.isfinite(placed), features, np.nan)
    low, high = _take_thirds(placed, parts)
    shape = target.shape[1:]
    found = {"share": shares[0].reshape(shape), "share_error": find_error(shares[1:]).reshape(shape)}
    return found, _Ends(low.reshape(target.shape), high.reshape(target.shape))


def _group_by_presence(flat: Floats) -> Iterator[tuple[Bools, Ints]]:
    """Targets that are known in the same futures, together: these futures, and which targets."""
    known = np.isfinite(flat)
    if known.all():
        yield known[:, 0], np.arange(flat.shape[1])
        return
    patterns, member = np.unique(known, axis=1, return_inverse=True)
    for place, rows in enumerate(patterns.T):
        if rows.any():
            yield rows, np.flatnonzero(np.asarray(member).reshape(-1) == place)


def _fit(features: Floats, targets: Floats, rows: Bools, parts: Sequence[slice]) -> tuple[Floats, Floats]:
    """Adjusted shares, (1 + replicates, targets), of all futures and with one replicate left out; and where each future
    stands by the fit without its own replicate, (rows, targets)."""
    kept = [np.arange(part.start, part.stop)[rows[part]] for part in parts]
    centre = targets[rows].mean(axis=0)
    design = np.column_stack([np.ones(len(features)), features])
    sums = [_sum_up(design[some], targets[some] - centre) for some in kept]
    whole = tuple(sum(part) for part in zip(*sums, strict=True))
    shares, placed = [_share(whole)[0]], np.empty(targets.shape)
    for some, part in zip(kept, sums, strict=True):
        share, slopes = _share(tuple(one - other for one, other in zip(whole, part, strict=True)))
        shares.append(share)
        placed[some] = features[some] @ slopes[1:]
    return np.stack(shares), placed[rows]


def _sum_up(design: Floats, targets: Floats) -> tuple[Floats, Floats, Floats]:
    """Products of features, of features with targets, and squares of targets."""
    return design.T @ design, design.T @ targets, np.square(targets).sum(axis=0)


def _share(sums: tuple[Any, ...]) -> tuple[Floats, Floats]:
    """Adjusted R squared (targets,), 0 where a target does not vary, and the fit (features, targets)."""
    inner, crossed, squares = sums
    count = float(inner[0, 0])
    fit = np.linalg.pinv(inner, rcond=1e-10, hermitian=True) @ crossed
    total = squares - np.square(crossed[0]) / max(count, 1.0)
    left = np.maximum(squares - (fit * crossed).sum(axis=0), 0.0)
    spare = count - np.linalg.matrix_rank(inner, hermitian=True)
    flat = total <= 1e-12 * np.maximum(squares, 1e-300)
    if spare < 1:
        return np.full(len(total), np.nan), fit
    return np.where(flat, 0.0, 1.0 - left / np.where(flat, 1.0, total) * (count - 1) / spare), fit


def _take_thirds(placed: Floats, parts: Sequence[slice]) -> tuple[Bools, Bools]:
    """Who stands in the lowest and the highest third of each replicate, (futures, targets); what is tied goes by
    order, and missing futures are in neither."""
    low, high = np.zeros(placed.shape, dtype=bool), np.zeros(placed.shape, dtype=bool)
    for part in parts:
        held = placed[part]
        known = np.isfinite(held).sum(axis=0)
        ranks = np.argsort(np.argsort(held, axis=0, kind="stable"), axis=0)  # missing ones come last
        third = np.array([ceil(THIRD * count) for count in known])
        low[part] = ranks < third
        high[part] = (ranks >= known - third) & (ranks < known)
    return low, high


def _compare_ends(ends: _Ends, target: Floats, replicate: Ints, question: Question) -> dict[str, NDArray[Any]]:
    """What all options are at the ends of each option's direction."""
    found = [
        _compare_horizon(ends.low[:, :, time], ends.high[:, :, time], target[:, :, time], replicate, question)
        for time in range(target.shape[2])
    ]
    return {name: np.stack([one[name] for one in found], axis=1) for name in found[0]}


def _compare_horizon(
    low: Bools, high: Bools, target: Floats, replicate: Ints, question: Question
) -> dict[str, NDArray[Any]]:
    """The same at one horizon: `low`, `high` and `target` are (futures, options)."""
    count = target.shape[1]
    both = estimate(target, np.concatenate([low, high], axis=1).T.astype(np.float64), replicate)
    own = np.arange(count)
    first, second = (_pick(both, start + own, own) for start in (0, count))
    swing = second[0] - first[0]
    error = find_error(both.without[:, count + own, own] - both.without[:, own, own])
    told = tell_apart(*first) & tell_apart(*second)
    best = _compare_best(both, count, question)
    return {
        "low": first[0],
        "low_error": first[1],
        "high": second[0],
        "high_error": second[1],
        "swing": swing,
        "swing_error": error,
        "turns": told & (np.sign(first[0]) * np.sign(second[0]) < 0),
        **best,
    }


def _pick(found: Estimate, rows: Ints, columns: Ints) -> tuple[Floats, Floats]:
    return found.mean[rows, columns], found.error[rows, columns]


def _compare_best(both: Estimate, count: int, question: Question) -> dict[str, NDArray[Any]]:
    """The best option at the low end and at the high end of each option's direction, and whether it turns."""
    worth = np.where(np.isfinite(both.mean), question.sign * both.mean, -np.inf)
    row = np.arange(count)
    at_low, at_high = worth[:count].argmax(axis=1), worth[count:].argmax(axis=1)
    turns = np.ones(count, dtype=bool)
    for rows, winner, loser in ((row, at_low, at_high), (count + row, at_high, at_low)):
        gain = question.sign * (both.mean[rows, winner] - both.mean[rows, loser])
        error = find_error(both.without[:, rows, winner] - both.without[:, rows, loser])
        turns &= tell_apart(gain, error, both.mean[rows, winner]) & (gain > 0)
    names = np.array([*question.options, ""])
    ran = np.isfinite(both.mean[row, row])
    return {
        "best_low": names[np.where(ran, at_low, count)],
        "best_high": names[np.where(ran, at_high, count)],
        "best_turns": turns & ran,
    }


def _find_lean(one: Uncertainty, column: Floats, ends: _Ends) -> dict[str, NDArray[Any]]:
    """How one member differs between the ends, by option and horizon."""
    shape = ends.low.shape[1:]
    low, high = (_average_members(column, one, held.reshape(len(column), -1)) for held in (ends.low, ends.high))
    if one.distribution.kind != "categorical":
        lean = (high[0] - low[0]) / (1.0 - THIRD)  # places of a third by itself are 1/6 and 5/6 on average
        nothing = np.full(shape, "", dtype=object)
        return {"lean": lean.reshape(shape), "lean_low": nothing, "lean_high": nothing}
    names = np.array([*one.distribution.shares, ""], dtype=object)
    levels = np.unique(column).astype(np.int64)
    known = np.isfinite(low[0])
    at_low = np.where(known, levels[np.nan_to_num(low - high, nan=-np.inf).argmax(axis=0)], -1)
    at_high = np.where(known, levels[np.nan_to_num(high - low, nan=-np.inf).argmax(axis=0)], -1)
    lean = np.where(known, np.abs(high - low).max(axis=0), np.nan)
    return {
        "lean": lean.reshape(shape),
        "lean_low": names[at_low].reshape(shape),
        "lean_high": names[at_high].reshape(shape),
    }


def _average_members(column: Floats, one: Uncertainty, held: Bools) -> Floats:
    """Over the futures held, (groups, targets): the mean place of a number, or the share of each category."""
    if one.distribution.kind == "categorical":
        groups = (column[:, None] == np.unique(column)).astype(np.float64)
    else:
        groups = np.argsort(np.argsort(column, kind="stable"))[:, None] / max(1, len(column) - 1)
    size = held.sum(axis=0)
    return np.asarray(np.where(size > 0, groups.T @ held / np.maximum(size, 1), np.nan))


def _is_clear(found: Mapping[str, Any], members: int) -> Bools:
    """Whether a share and a swing are both beyond their errors: what is not is noise. So is a swing that runs against
    the fit, where there was one."""
    share = found["share"] - APART * np.nan_to_num(found["share_error"])
    told = tell_apart(found["swing"], found["swing_error"])
    return np.asarray((np.nan_to_num(share, nan=-1.0) > 0) & told & ((found["swing"] > 0) | (members == 1)))
