"""Who gains and who loses: a swing reading of each stakeholder's weights over the scales that the case states.

A change counts as what it is worth on the outcome's scale at that horizon beyond no change, averaged over futures,
times the weight. Scores are shares of the stakeholder's whole weight, what is not modelled included: 0.02 means better
by two hundredths of everything they weigh going from worst to best. Where a case states no scale, a change counts as a
share of a range that is found in the runs: from the 5 % to the 95 % value over all options and futures at that horizon
(mixture, options alike, reactions averaged), widened where needed to hold every option's mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import Bools, Estimate, Floats, Sums, find_error, tell_apart
from crossroads.analysis.quantiles import find_quantiles
from crossroads.analysis.scales import value_change
from crossroads.analysis.weights import ALL, Weights
from crossroads.case.records import Concern, Outcome, Scale, Stakeholder

EVEN = 0.005
"""A score closer to 0 than this, or not told apart from 0, is called about even."""
RANGE = (0.05, 0.95)


def map_weights(
    stakeholders: Sequence[Stakeholder], concerns: Sequence[Concern], outcomes: Sequence[Outcome]
) -> xr.Dataset:
    """Each stakeholder's share of weight on each outcome, and the share that is not modelled.

    Only stakeholders with weights. Of a concern whose shares name outcomes that were not simulated, that part
    counts as not modelled.
    """
    known = {concern.id: concern.outcomes for concern in concerns}
    ids = [outcome.id for outcome in outcomes]
    weighing = [one for one in stakeholders if sum(one.weights.values()) > 0]
    table = np.zeros((len(weighing), len(ids)))
    for row, one in enumerate(weighing):
        whole = sum(one.weights.values())
        for concern, weight in one.weights.items():
            for outcome, share in known[concern].items():
                if outcome in ids:
                    table[row, ids.index(outcome)] += share * weight / whole
    return xr.Dataset(
        {
            "weight": (("stakeholder", "outcome"), table),
            "not_modelled": ("stakeholder", np.maximum(0.0, 1 - table.sum(axis=1))),
        },
        coords={
            "stakeholder": [one.id for one in weighing],
            "outcome": ids,
            "own_horizon": ("stakeholder", [one.horizon for one in weighing]),
        },
    )


def list_unmodelled(
    stakeholders: Sequence[Stakeholder], concerns: Sequence[Concern]
) -> Mapping[str, tuple[str, ...]]:
    """For each stakeholder with weights, the concerns that no outcome speaks for, the heaviest first."""
    silent = {concern.id for concern in concerns if not concern.outcomes}
    result = {}
    for one in stakeholders:
        if one.weights:
            ranked = sorted(one.weights, key=lambda concern: -one.weights[concern])
            result[one.id] = tuple(
                concern for concern in ranked if concern in silent and one.weights[concern] > 0
            )
    return result


def measure_swings(
    column: Column, weights: Weights, horizons: Sequence[str], ends: tuple[Floats, Floats]
) -> xr.Dataset:
    """Differences from the baseline option as signed shares of the outcome's scale, by view, option, stance,
    horizon; `without` leaves one replicate out; `low` and `high` are the worst and best changes of the scale, or the
    range found in the runs, which `ends` gives. Where the range is nothing, so is the swing."""
    scales = [column.outcome.scales.get(horizon) for horizon in horizons]
    stated = [scale for scale in scales if scale is not None]
    if len(stated) == len(scales):
        found, scale = average_worth(column, stated), np.ones(len(stated))
        low, high = (np.sort([[one.worst, one.best] for one in stated]).T[end] for end in (0, 1))
    else:
        (low, high), found = ends, column.means["change"]
        span = high - low
        scale = column.sign * np.divide(1.0, span, out=np.zeros_like(span), where=span > 0)
    dims = ("view", "option", "stance", "horizon")
    return xr.Dataset(
        {
            "swing": (dims, found.mean * scale),
            "without": (("replicate", *dims), found.without * scale),
            "low": ("horizon", low),
            "high": ("horizon", high),
        },
        coords={
            "view": list(weights.views),
            "option": list(weights.options),
            "stance": [ALL, *weights.stances],
            "horizon": list(horizons),
        },
    )


def average_worth(column: Column, scales: Sequence[Scale]) -> Estimate:
    """What changes are worth beyond no change on the scales of the times, averaged over futures, (views, options,
    1 + stances, times)."""
    sums = Sums(np.unique(column.weights.replicate))
    for _, block in column.blocks():
        change = block.differences
        worth = np.empty_like(change)
        for time, scale in enumerate(scales):
            worth[..., time] = value_change(change[..., time], scale) - value_change(0.0, scale)
        sums.add({"worth": worth}, block.weights.futures, block.weights.replicate)
    return sums.finish()["worth"]


def find_range(column: Column, weights: Weights) -> tuple[Floats, Floats]:
    """The declared range of an outcome at each time, widened where needed to hold every option's mean.

    So what happens seldom, or to few options, still counts, and no mean swings by more than the whole range.
    """
    futures, options, times = column.overall.shape
    pooled = column.overall.reshape(futures * options, times).T
    low, high = find_quantiles(pooled, np.repeat(weights.futures[:1], options, axis=1), RANGE)[0].T
    means = column.means["level"].mean[0, :, 0]
    return np.fmin(low, np.fmin.reduce(means)), np.fmax(high, np.fmax.reduce(means))


def weigh_gains(swings: xr.Dataset, mapped: xr.Dataset, outcomes: Sequence[Outcome]) -> xr.Dataset:
    """Scores by view, option, stance, stakeholder, horizon and basis (every outcome, or those that are no
    judgement index), with error, `reading` (1 gains, 0 about even, -1 loses, NaN not run) and contributions
    by outcome."""
    kept = [outcome.id for outcome in outcomes if not outcome.index]
    bases = {
        "every outcome": mapped["weight"],
        "no index": mapped["weight"].where(mapped["outcome"].isin(kept), 0.0),
    }
    score = _join_bases({name: _sum_up(swings["swing"], weight) for name, weight in bases.items()})
    without = _join_bases({name: _sum_up(swings["without"], weight) for name, weight in bases.items()})
    error = xr.DataArray(
        find_error(without.transpose("replicate", *score.dims).to_numpy()),
        dims=score.dims,
        coords=score.coords,
    )
    parts = (swings["swing"].sel(stance=ALL, drop=True) * mapped["weight"]).where(mapped["weight"] > 0)
    dataset = xr.Dataset(
        {
            "score": score,
            "error": error,
            "reading": (score.dims, read_scores(score.to_numpy(), error.to_numpy())),
            "contributions": parts,
            "range_low": swings["low"],
            "range_high": swings["high"],
            "weight": mapped["weight"],
            "not_modelled": mapped["not_modelled"],
        }
    )
    return dataset.assign_coords(own_horizon=mapped["own_horizon"]).assign_attrs(even=EVEN, range=RANGE)


def read_scores(score: Floats, error: Floats) -> Floats:
    """1 gains, -1 loses, 0 about even, NaN where nothing is known."""
    beyond: Bools = tell_apart(score, error) & (np.abs(np.nan_to_num(score)) >= EVEN)
    return np.where(np.isnan(score), np.nan, np.sign(np.nan_to_num(score)) * beyond)


def _sum_up(swings: xr.DataArray, weight: xr.DataArray) -> xr.DataArray:
    """The weighted sum over outcomes; an outcome that a stakeholder does not weigh cannot make the sum
    unknown."""
    total = xr.dot(swings.fillna(0.0), weight, dim="outcome")
    unknown = xr.dot(swings.isnull().astype(float), (weight > 0).astype(float), dim="outcome") > 0
    known: xr.DataArray = total.where(~unknown)
    return known


def _join_bases(parts: Mapping[str, xr.DataArray]) -> xr.DataArray:
    return xr.concat(list(parts.values()), dim="basis").assign_coords(basis=list(parts))
