"""Which options can be told apart, and the order that allows: no option is ranked inside Monte Carlo
error."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf, log2

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import APART, ROUNDING, Bools, Floats, Ints, tell_apart
from crossroads.analysis.weights import MIXTURE, Weights

PAIR = ("view", "option", "other", "horizon")
MOST_FUTURES = 10_000_000
"""Beyond this number of futures a pair is called equal for all practical purposes."""


def compare_pairs(column: Column, weights: Weights, horizons: Sequence[str]) -> xr.Dataset:
    """`gain` of each option over each other in the same future (better is positive), its error, and `apart`;
    with the places that follow, by view, option and horizon: `tier`, `rank_low` and `rank_high`.

    An option is ranked below another only if told apart from it: it stands between `rank_low` (1 more than
    the options clearly better) and `rank_high` (all but the options clearly worse). Two tiers are cut where
    every option above the cut is told apart from every option below; options joined by a chain of ties share
    a tier. 0 is no place.
    """
    means = np.abs(column.means["level"].mean[:, :, 0])
    scale = np.fmax(means[:, :, None], means[:, None, :])
    gain, error = _mirror_gains(column)
    apart = tell_apart(gain, error, scale)
    low, high, tier = find_places(gain, apart)
    cell = ("view", "option", "horizon")
    return xr.Dataset(
        {
            "gain": (PAIR, gain),
            "error": (PAIR, error),
            "apart": (PAIR, apart),
            "needed": (PAIR, count_needed(gain, error, scale, weights.futures.shape[1])),
            "tier": (cell, tier),
            "rank_low": (cell, low),
            "rank_high": (cell, high),
        },
        coords={
            "view": list(weights.views),
            "option": list(weights.options),
            "other": list(weights.options),
            "horizon": list(horizons),
        },
    )


def _mirror_gains(column: Column) -> tuple[Floats, Floats]:
    """The mean gain of each option over each other and its error, (views, options, others, times), from those over
    later ones."""
    found, means = column.means["gain"], column.means["level"].mean[:, :, 0]
    first, second = np.triu_indices(means.shape[1], 1)
    own = np.where(np.isfinite(means), 0.0, np.nan)[:, :, None] * np.eye(means.shape[1])[:, :, None]
    gain, error = own.copy(), own
    gain[:, first, second], gain[:, second, first] = found.mean, 0.0 - found.mean
    error[:, first, second] = error[:, second, first] = found.error
    return gain, error


def find_places(gain: Floats, apart: Bools) -> tuple[Ints, Ints, Ints]:
    """Best place, worst place and tier, each (views, options, times), from `gain` (views, options, others,
    times)."""
    ran = np.isfinite(np.einsum("vooh->voh", gain))
    low = np.where(ran, 1 + (apart & (gain < 0)).sum(axis=2), 0)
    high = np.where(ran, ran.sum(axis=1, keepdims=True) - (apart & (gain > 0)).sum(axis=2), 0)
    tier = np.zeros_like(low)
    for view in range(len(gain)):
        for time in range(gain.shape[-1]):
            tier[view, :, time] = _cut_tiers(
                gain[view, :, :, time], apart[view, :, :, time], ran[view, :, time]
            )
    return low, high, tier


def count_needed(gain: Floats, error: Floats, scale: Floats, futures: int) -> Floats:
    """Futures at which the difference would reach two standard errors, if the error falls with their root.

    Infinite where the means are equal up to rounding at this scale; NaN where nothing is known.
    """
    known = np.isfinite(gain) & np.isfinite(error)
    differs = known & (np.abs(gain) > ROUNDING * np.nan_to_num(scale))
    ratio = np.divide(APART * error, np.abs(gain), out=np.full_like(gain, inf), where=differs)
    return np.asarray(np.where(known, futures * np.square(ratio), np.nan))


def round_up(needed: float, views: int, replicates: int) -> int:
    """The smallest whole design with at least this many futures: views x replicates x a power of two."""
    base = views * replicates
    return int(base * 2 ** max(0, ceil(log2(max(needed, base) / base))))


def find_contested(pairs: xr.Dataset, headline: Sequence[str]) -> xr.Dataset:
    """For each headline outcome and horizon, in the mixture: the number of pairs not told apart, and of these
    the pair that needs the most futures that could still be simulated (at most 10 million), with that number;
    NaN if none."""
    chosen = pairs.sel(view=MIXTURE, outcome=list(headline)).transpose(
        "outcome", "horizon", "option", "other", ...
    )
    upper = np.triu(np.ones((chosen.sizes["option"],) * 2, dtype=bool), 1)
    known = upper & np.isfinite(chosen["gain"].to_numpy())
    open_pairs = known & ~chosen["apart"].to_numpy()
    needed = chosen["needed"].to_numpy()
    within = np.where(open_pairs & (needed <= MOST_FUTURES), needed, -inf)
    flat = within.reshape(*within.shape[:2], -1)
    place = flat.argmax(axis=-1)
    most = flat.max(axis=-1)
    names = np.array([*chosen["option"].to_numpy(), ""], dtype=object)
    first, second = np.divmod(place, upper.shape[0])
    any_open = np.isfinite(most)
    dims = ("outcome", "horizon")
    return xr.Dataset(
        {
            "pairs": (dims, known.sum(axis=(2, 3))),
            "tied": (dims, open_pairs.sum(axis=(2, 3))),
            "needed": (dims, np.where(any_open, most, np.nan)),
            "first": (dims, names[np.where(any_open, first, -1)]),
            "second": (dims, names[np.where(any_open, second, -1)]),
        },
        coords={"outcome": list(headline), "horizon": chosen["horizon"].to_numpy()},
    )


def _cut_tiers(gain: Floats, apart: Bools, ran: Bools) -> Ints:
    """Tiers from 1 of one view and time; 0 for options that did not run."""
    tier = np.zeros(len(ran), dtype=np.int64)
    members = np.flatnonzero(ran)
    mean_gain = np.where(ran, np.nan_to_num(gain), 0.0).sum(axis=1)
    ranked = members[np.argsort(-mean_gain[members], kind="stable")]
    level = 1
    for place, option in enumerate(ranked):
        if place and apart[np.ix_(ranked[:place], ranked[place:])].all():
            level += 1
        tier[option] = level
    return tier
