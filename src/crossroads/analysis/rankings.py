"""Places of options under each metric, and how far the metrics agree on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.estimates import ROUNDING, Floats, Ints, find_error, tell_apart
from crossroads.analysis.spool import Singles

Variables = Mapping[str, tuple[tuple[str, ...], NDArray[Any]]]


def rank_scores(scores: Floats, without: Floats, scale: Floats) -> Variables:
    """Places from `scores` (views, options, times, metrics), more is better; `without` has them with one replicate
    left out, first, and `scale` says how large the numbers are that rounding takes from.

    `rank` counts the options that score better, so that equals share a place. `rank_low` is 1 more than the options
    clearly better, `rank_high` all but those clearly worse. `clear` (option, other) is 1 where an option is clearly
    better than the other, -1 where it is clearly worse, 0 where Monte Carlo error cannot tell. 0 is no place.
    """
    gain = scores[:, :, None] - scores[:, None, :]
    large = np.fmax(scale[:, :, None], scale[:, None, :])
    clear = (np.sign(np.nan_to_num(gain)) * tell_apart(gain, _find_errors(without), large)).astype(np.int8)
    ran = np.isfinite(scores)
    with np.errstate(invalid="ignore"):
        behind = (gain < -ROUNDING * large).sum(axis=2)
    cell = ("view", "option", "horizon", "metric")
    return {
        "rank": (cell, np.where(ran, 1 + behind, 0)),
        "rank_low": (cell, np.where(ran, 1 + (clear < 0).sum(axis=2), 0)),
        "rank_high": (cell, np.where(ran, ran.sum(axis=1, keepdims=True) - (clear > 0).sum(axis=2), 0)),
        "clear": (("view", "option", "other", "horizon", "metric"), clear),
    }


def _find_errors(without: Floats) -> Floats:
    """The error of every difference, (views, options, others, ...)."""
    options = without.shape[2]
    first, second = np.triu_indices(options, 1)
    result = np.zeros((without.shape[1], options, options, *without.shape[3:]))
    result[:, first, second] = find_error(without[:, :, first] - without[:, :, second])
    result[:, second, first] = result[:, first, second]
    return result


def compare_rankings(metrics: xr.Dataset) -> xr.Dataset:
    """How far every two metrics agree on the order of options, from `rank` and `clear`, over options with a place under
    both; by view, horizon (and outcome), `metric` and `other_metric`.

    `tau` is Kendall's tau-b (1945) of the places. `agreed` and `opposed` count pairs of options that both metrics tell
    apart, in the same and in opposite order. `moved` is the option whose place differs most beyond error, by `shift`
    places: the gap between the places that it can have under either; "" and 0 where there is none.
    """
    head = tuple(str(dim) for dim in metrics["rank"].dims if dim not in ("option", "metric"))
    ranks = metrics["rank"].transpose(*head, "option", "metric")
    clear = metrics["clear"].transpose(*head, "option", "other", "metric").to_numpy().astype(np.float32)
    known = (ranks.to_numpy() > 0).astype(np.float32)
    same, told = _multiply_pairs(clear, clear), _multiply_pairs(np.abs(clear), np.abs(clear))
    gaps = _find_gaps(clear, known)
    shift = gaps.max(axis=-3)
    options = np.array([*ranks["option"].to_numpy(), ""], dtype=object)
    dims = (*head, "metric", "other_metric")
    names = {name: ranks[name].to_numpy() for name in (*head, "metric")}
    return xr.Dataset(
        {
            "tau": (dims, _find_tau(ranks.to_numpy(), known)),
            "agreed": (dims, (told + same) / 4),  # each pair of options is there twice
            "opposed": (dims, (told - same) / 4),
            "shift": (dims, shift),
            "moved": (dims, options[np.where(shift > 0, gaps.argmax(axis=-3), -1)]),
        },
        coords={**names, "other_metric": names["metric"]},
    )


def _find_tau(ranks: Ints, known: Singles) -> Floats:
    """Tau-b from places (..., options, metrics); NaN where one of two metrics ties all options that both place."""
    both = known[..., :, None, :] * known[..., None, :, :]
    order = np.sign(ranks[..., None, :, :] - ranks[..., :, None, :]) * both
    agreed, untied = _multiply_pairs(order, order), _multiply_pairs(np.abs(order), both)
    pairs = np.sqrt(untied * untied.swapaxes(-2, -1))
    return np.divide(agreed, pairs, out=np.full_like(agreed, np.nan), where=pairs > 0)


def _multiply_pairs(first: Singles, second: Singles) -> Floats:
    """Sums over all pairs of options of every metric in `first` times every one in `second`, both (..., options,
    others, metrics)."""
    one, two = (part.reshape(*part.shape[:-3], -1, part.shape[-1]) for part in (first, second))
    return np.asarray(one.swapaxes(-2, -1) @ two, dtype=np.float64)


def _find_gaps(clear: Singles, known: Singles) -> Floats:
    """Places between the best that an option can have under one metric and the worst under another, among the options
    that both place: (..., options, metrics, other metrics), 0 where they overlap."""
    behind, before = (
        np.einsum("...ija,...jb->...iab", (side * clear > 0).astype(np.float32), known, optimize=True)
        for side in (-1, 1)
    )
    count = np.einsum("...ja,...jb->...ab", known, known)[..., None, :, :]
    low, high = 1 + behind, count - before
    gap = np.maximum(low - high.swapaxes(-2, -1), low.swapaxes(-2, -1) - high)
    return np.asarray(np.maximum(0.0, gap) * known[..., :, None] * known[..., None, :])
