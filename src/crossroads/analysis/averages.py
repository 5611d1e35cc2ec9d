"""Averages over reactions: one pass over the runs of each option in each future."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.analysis.estimates import Bools, Floats, Ints
from crossroads.analysis.kernels import compile_loop
from crossroads.analysis.spool import Values
from crossroads.analysis.weights import Shares, Weights


def average_reactions(values: Values, shares: Shares, weights: Weights) -> Floats:
    """Averages over reactions (futures, options, 1 + stances, times): all stances by their shares, then each.

    NaN where nothing ran. `values` is (pairs, futures, times); one time should lie side by side.
    """
    options, stances, futures = shares.stance.shape
    held: NDArray[Any] = np.ascontiguousarray(values[:].transpose(0, 2, 1))
    result = np.zeros((options, 1 + stances, held.shape[1], futures))
    pairs: Ints = weights.pairs
    run = np.ascontiguousarray(shares.run)
    compile_loop(sum_pairs)(held, run, pairs[:, 0], 1 + weights.stance_of[pairs[:, 1]], result)
    compile_loop(divide_stances)(result, np.ascontiguousarray(shares.stance))
    return result.transpose(3, 0, 1, 2)


def average_all(values: Values, shares: Shares, weights: Weights) -> Floats:
    """Averages over all reactions, (futures, options, times), as the first of `average_reactions`; NaN where nothing
    ran."""
    held: NDArray[Any] = np.ascontiguousarray(values[:].transpose(0, 2, 1))
    options, _, futures = shares.stance.shape
    result = np.zeros((options, 1, held.shape[1], futures))
    option: Ints = weights.pairs[:, 0]
    compile_loop(sum_pairs)(held, np.ascontiguousarray(shares.run), option, np.zeros_like(option), result)
    ran: Bools = np.asarray((shares.stance > 0).any(axis=1))
    if not ran.all():
        result[~np.broadcast_to(ran[:, None, None], result.shape)] = np.nan
    return result[:, 0].transpose(2, 0, 1)


def sum_pairs(values: NDArray[Any], run: Floats, option: Ints, stance: Ints, result: Floats) -> None:
    """Add each pair (pairs, times, futures) to its option and stance, by its share (pairs, futures)."""
    count = run.shape[1]
    for pair in range(len(run)):
        share = run[pair]
        for time in range(values.shape[1]):
            held, place = values[pair, time], result[option[pair], stance[pair], time]
            for future in range(count):
                part = share[future]
                place[future] += part * held[future] if part > 0 else 0.0


def divide_stances(result: Floats, stance: Floats) -> None:
    """The sum over stances in the first place, and each stance by its own share; NaN where nothing ran."""
    for option in range(result.shape[0]):
        shares = stance[option]
        ran = np.zeros(shares.shape[1])
        for one in range(len(shares)):
            share = shares[one]
            ran += share
            for time in range(result.shape[2]):
                whole, part = result[option, 0, time], result[option, 1 + one, time]
                for future in range(len(share)):
                    whole[future] += part[future]
                    part[future] = part[future] / share[future] if share[future] > 0 else np.nan
        for time in range(result.shape[2]):
            whole = result[option, 0, time]
            for future in range(len(ran)):
                whole[future] = whole[future] if ran[future] > 0 else np.nan
