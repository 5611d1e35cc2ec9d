"""How an answer moves with what no data settle: mean differences from the baseline option bin by bin.

A number is cut into bins of equal futures, a choice into its categories; everything else varies as drawn. Each bin has
its own mean and Monte Carlo error (a jackknife over replicates), and nothing is said of a bin with too few futures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.analysis.estimates import Bools, Estimate, Floats, Ints, estimate, find_error
from crossroads.analysis.factors import Question
from crossroads.analysis.weights import FLOOR
from crossroads.case.records import Uncertainty

MOST_BINS = 6
"""Bins of a number, where there are futures enough."""
CLEAR = 3.0
"""Standard errors beyond which a sign or an order counts here: many bins and pairs are compared at once."""
CELL = ("bin", "option", "horizon")


@dataclass(frozen=True)
class Bin:
    """Some futures: an uncertainty with the ends of a number, or the name of a category."""

    uncertainty: str
    low: float
    high: float
    name: str
    members: Bools


def cut_bins(columns: Sequence[tuple[Uncertainty, Floats]]) -> list[Bin]:
    """The bins of each uncertainty, in order; `columns` holds its values (futures,)."""
    return [found for one, column in columns for found in _cut(one, column)]


def _cut(one: Uncertainty, column: Floats) -> list[Bin]:
    if one.distribution.kind == "categorical":
        names = list(one.distribution.shares)
        levels = np.unique(column)
        return [Bin(one.id, np.nan, np.nan, names[int(level)], column == level) for level in levels]
    count = int(max(1, min(MOST_BINS, len(column) // FLOOR)))
    ordered = np.argsort(column, kind="stable")
    found = []
    for place in np.array_split(ordered, count):
        members = np.zeros(len(column), dtype=bool)
        members[place] = True
        found.append(Bin(one.id, float(column[place].min()), float(column[place].max()), "", members))
    return found


def weigh_bands(bins: Sequence[Bin], question: Question, replicate: Ints) -> xr.Dataset:
    """`mean` and `error` of the difference by bin, option and horizon, with `low`, `high`, `name`, `uncertainty` and
    `futures` of each bin; and by uncertainty (`of`) and horizon what turns, each beyond three errors:

    `sign_turns` (option): better than the baseline option in one bin and worse in another; `order_turns` (option,
    other): the first beats the other in one bin and the other the first in another, both ways alike. `best` is the
    option that is best on average in a bin ("" where nothing is said), `alone` whether it beats every other there.
    """
    if not bins:
        return xr.Dataset()
    members = np.stack([one.members for one in bins])
    enough = members.sum(axis=1) >= FLOOR
    found = estimate(question.change, members.astype(np.float64), replicate)
    mean, error = (np.where(enough[:, None, None], part, np.nan) for part in (found.mean, found.error))
    groups = {name: [place for place, _ in some] for name, some in _group(bins)}
    turns = [_find_turns(found, np.array(places)[enough[places]]) for places in groups.values()]
    best, alone = _find_best(mean, found.without, question)
    dims = {"sign_turns": ("of", "option", "horizon"), "order_turns": ("of", "option", "other", "horizon")}
    return xr.Dataset(
        {
            "mean": (CELL, mean),
            "error": (CELL, error),
            "best": (("bin", "horizon"), best),
            "alone": (("bin", "horizon"), alone),
            **{name: (dims[name], np.stack([turn[name] for turn in turns])) for name in dims},
        },
        coords={
            "uncertainty": ("bin", [one.uncertainty for one in bins]),
            "low": ("bin", [one.low for one in bins]),
            "high": ("bin", [one.high for one in bins]),
            "name": ("bin", [one.name for one in bins]),
            "futures": ("bin", members.sum(axis=1)),
            "of": list(groups),
            "option": list(question.options),
            "other": list(question.options),
            "horizon": list(question.horizons),
        },
    )


def _group(bins: Sequence[Bin]) -> list[tuple[str, list[tuple[int, Bin]]]]:
    """Bins with their places, uncertainty after uncertainty."""
    return [(name, list(some)) for name, some in groupby(enumerate(bins), key=lambda pair: pair[1].uncertainty)]


def _find_best(mean: Floats, without: Floats, question: Question) -> tuple[NDArray[Any], Bools]:
    """The best option of each bin and horizon, and whether it beats every other beyond error."""
    ran = np.isfinite(mean)
    place = np.where(ran, question.sign * mean, -np.inf).argmax(axis=1)
    names = np.array([*question.options, ""])
    gain = question.sign * (np.take_along_axis(mean, place[:, None], axis=1) - mean)
    error = find_error(np.take_along_axis(without, place[None, :, None], axis=2) - without)
    rivals = ran & (np.arange(mean.shape[1])[:, None] != place[:, None])
    known = ran.any(axis=1)
    alone = known & (~rivals | _exceed(gain, error, mean)).all(axis=1)
    return names[np.where(known, place, len(question.options))], alone


def _find_turns(found: Estimate, places: Ints) -> dict[str, NDArray[Any]]:
    """What turns between the bins at these places."""
    mean, without = found.mean[places], found.without[:, places]
    gain = mean[:, :, None] - mean[:, None, :]
    beats = _exceed(gain, find_error(without[:, :, :, None] - without[:, :, None, :]), mean)
    ever = np.any(beats, axis=0)
    above, below = (np.any(_exceed(sign * mean, find_error(without), mean), axis=0) for sign in (1.0, -1.0))
    return {"sign_turns": above & below, "order_turns": ever & np.swapaxes(ever, 0, 1)}


def _exceed(gain: Floats, error: Floats, scale: Floats) -> Bools:
    """Whether a gain is beyond its error and beyond rounding at the size of the means; NaN never is."""
    size = np.nan_to_num(np.abs(scale)).max(axis=1, initial=0.0)
    floor = 1e-6 * size.reshape(size.shape[0], *(1,) * (gain.ndim - 2), size.shape[-1])
    return np.asarray(np.nan_to_num(gain - np.maximum(CLEAR * error, floor), nan=-1.0) > 0)
