"""Weighted quantiles with one replicate left out in turn, and how far values fall short of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crossroads.analysis.estimates import Floats, Ints
from crossroads.analysis.kernels import compile_loop
from crossroads.analysis.quantiles import TOGETHER


def sift(values: Floats, weights: Floats, replicate: Ints, shares: Sequence[float]) -> tuple[Floats, Floats]:
    """Quantiles over futures, and the mean shortfall below each of them, what lies above counting as 0.

    `values` is (futures, ...), NaN where nothing is known, `weights` (views, futures), `shares` rise and lie between
    0 and 1. Both results are (1 + replicates, views, ..., shares): of all futures, then without each replicate; NaN
    where nothing is held. Quantiles are those of `find_quantiles`: the smallest value that at least this share of
    the weight does not exceed.
    """
    flat = values.reshape(len(values), -1)
    names, members = np.unique(replicate, return_inverse=True)
    held, wanted = (np.ascontiguousarray(part, dtype=np.float64) for part in (weights, shares))
    result = np.full((2, 1 + len(names), len(held), flat.shape[1], len(wanted)), np.nan)
    loop = compile_loop(sift_rows, sift_row, move_to_target)
    step = max(1, TOGETHER // max(1, len(flat)))
    for first in range(0, flat.shape[1], step):
        some = slice(first, first + step)
        rows = np.ascontiguousarray(flat[:, some].T, dtype=np.float64)
        order = np.argsort(rows, axis=1)  # what is not known comes last
        known = len(flat) - np.isnan(rows).sum(axis=1)
        loop(order, known, rows, held, members, len(names), wanted, result[:, :, :, some])
    quantiles, shortfalls = result.reshape(*result.shape[:3], *values.shape[1:], len(wanted))
    return quantiles, shortfalls


def move_to_target(
    order: Ints,
    values: Floats,
    weight: Floats,
    members: Ints,
    left: int,
    place: int,
    held: float,
    summed: float,
    target: float,
) -> tuple[float, float]:
    """From a place in the order to the quantile without the replicate `left`, and what lies below it, by how much.

    `held` and `summed` are the weights, and the weighted values, of the others up to the place.
    """
    while held < target and place + 1 < len(order):
        place += 1
        future = order[place]
        if members[future] != left:
            held += weight[future]
            summed += weight[future] * values[future]
    while place > 0:
        future = order[place]
        own = 0.0 if members[future] == left else weight[future]
        if held - own < target:
            break
        held -= own
        summed -= own * values[future]
        place -= 1
    quantile = values[order[place]]
    return quantile, quantile * held - summed


def sift_row(
    order: Ints,
    values: Floats,
    weight: Floats,
    members: Ints,
    count: int,
    shares: Floats,
    quantiles: Floats,
    shortfalls: Floats,
) -> None:
    """One row under one view. `order` holds the places of its known values, the lowest first; `quantiles` and
    `shortfalls` (1 + count, shares) are written."""
    totals, held, summed = np.zeros(count), np.zeros(count), np.zeros(count)
    for future in order:
        totals[members[future]] += weight[future]
    whole, below, amount, share, forgiven = totals.sum(), 0.0, 0.0, 0, 1 - 1e-12  # rounding in the sums
    if whole <= 0:
        return
    for place in range(len(order)):
        future = order[place]
        own = weight[future]
        if own == 0:
            continue
        member, value = members[future], values[future]
        below += own
        amount += own * value
        held[member] += own
        summed[member] += own * value
        while share < len(shares) and below >= shares[share] * whole * forgiven:
            quantiles[0, share] = value
            shortfalls[0, share] = (value * below - amount) / whole
            for left in range(count):
                rest = whole - totals[left]
                if rest > (1 - forgiven) * whole:
                    found = move_to_target(
                        order,
                        values,
                        weight,
                        members,
                        left,
                        place,
                        below - held[left],
                        amount - summed[left],
                        shares[share] * rest * forgiven,
                    )
                    quantiles[1 + left, share] = found[0]
                    shortfalls[1 + left, share] = found[1] / rest
            share += 1


def sift_rows(
    order: Ints,
    known: Ints,
    values: Floats,
    weights: Floats,
    members: Ints,
    count: int,
    shares: Floats,
    result: Floats,
) -> None:
    """All rows under all views: `order` and `values` (rows, futures), `known` (rows,) how many values there are,
    `weights` (views, futures); `result` (2, 1 + count, views, rows, shares) is written: quantiles, shortfalls."""
    for row in range(len(order)):
        some = order[row, : known[row]]
        for view in range(len(weights)):
            sift_row(
                some,
                values[row],
                weights[view],
                members,
                count,
                shares,
                result[0, :, view, row],
                result[1, :, view, row],
            )
