"""What the past says of the futures: weights, what they change, how wide they leave things, and how they predict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis.estimates import Floats
from crossroads.analysis.finding import Finding
from crossroads.analysis.holdout import Score, score_holdout
from crossroads.analysis.likelihood import (
    History,
    Point,
    gather_blocks,
    require_calibration,
    scale_weights,
    weigh_history,
)
from crossroads.analysis.predictions import predict_years
from crossroads.analysis.quantiles import find_quantiles
from crossroads.analysis.weights import FLOOR, REPLICATE_FLOOR, find_sizes
from crossroads.case.distributions import Categorical
from crossroads.case.records import Case
from crossroads.errors import RunsError
from crossroads.sampling.beliefs import effective_size
from crossroads.sampling.futures import Futures
from crossroads.simulation.runs import Runs

ENDS = (0.05, 0.5, 0.95)
METHOD = "Importance weights from a Gaussian likelihood in logs, of all views alike; Kish's effective sample size."


@dataclass(frozen=True, eq=False)
class Past:
    """What calibration gave. Where it is refused, the numbers rest on too few futures and are not to be used."""

    weights: Floats
    """(futures,): all views alike times the likelihood, of mean 1; 0 everywhere where no future is possible."""
    until: int
    """The last year that was calibrated to."""
    effective: float
    """Effective futures (Kish) behind the weights."""
    thinnest: float
    """The same in the thinnest replicate."""
    floor: float
    refusal: str
    """Why the belief is refused and what to do; empty where it is not."""
    log_evidence: float
    """Log of the mean likelihood over the futures, all views alike."""
    numbers: xr.Dataset
    """`before` and `after` (uncertainty, quantile) of every uncertainty that is a number, and how far the quantile that
    `moved` most did so, as a share of the 90 % band before."""
    shares: xr.Dataset
    """`before` and `after` (choice) of every named possibility, with its uncertainty."""
    width: float
    """Of the uncertainty that the past must not seem to know: its 95 % quantile over its 5 % quantile."""
    years: xr.Dataset
    """Posterior predictive by series, year and quantile; see `predict_years`."""
    held_effective: float
    """Effective futures behind what is said out of sample."""
    scores: tuple[Score, ...]
    """Out of sample; none where the case asks for none, or too few futures stand behind them."""


def read_history(runs: Runs) -> History | None:
    """The yearly history that was stored with runs; none where the model has none. Raises RunsError when it cannot be
    read."""
    if "history" not in runs.dataset:
        return None
    try:
        stored = runs.dataset["history"].compute()
    except (OSError, ValueError) as error:
        raise RunsError(
            f"The stored history cannot be read ({error}). Simulate again: damaged chunks are made anew."
        ) from error
    years = tuple(int(year) for year in stored["history_year"].to_numpy())
    return History(tuple(map(str, stored["history_outcome"].to_numpy())), years, stored.to_numpy())


def look_back(
    case: Case, futures: Futures, history: History, until: int | None = None, log_beliefs: Floats | None = None
) -> Past:
    """Weigh futures by how they explain the past of the case, up to a year: by default the last of its calibration.

    `log_beliefs` (futures,) say how much each future counts before the past is seen; by default all alike. Raises
    WeighingError where the case has no calibration, or the history lacks what it compares with.
    """
    found = require_calibration(case)
    last = found.last_year if until is None else until
    beliefs = np.zeros(len(futures)) if log_beliefs is None else log_beliefs
    explained = beliefs + weigh_history(case, history, last)
    rows = np.stack([scale_weights(beliefs), scale_weights(explained)])
    effective, thinnest = (float(size) for size in find_sizes(rows[1:], futures.replicate)[0])
    floor = max(found.floor, FLOOR)
    numbers = _compare_numbers(case, futures, rows)
    ends = numbers["after"].sel(uncertainty=found.width_of)
    held_effective, scores = _look_ahead(case, history, beliefs, floor)
    return Past(
        weights=rows[1],
        until=last,
        effective=effective,
        thinnest=thinnest,
        floor=floor,
        refusal=_refuse(found.name, effective, thinnest, floor),
        log_evidence=float(np.logaddexp.reduce(explained) - np.logaddexp.reduce(beliefs)),
        numbers=numbers,
        shares=_compare_shares(case, futures, rows),
        width=float(ends.sel(quantile=ENDS[-1]) / ends.sel(quantile=ENDS[0])),
        years=_predict_all(case, history, rows[1], last),
        held_effective=held_effective,
        scores=scores,
    )


def _look_ahead(case: Case, history: History, beliefs: Floats, floor: float) -> tuple[float, tuple[Score, ...]]:
    """Effective futures of the earlier calibration, and the scores of what it said of later years."""
    held = require_calibration(case).holdout
    if held is None:
        return 0.0, ()
    weights = scale_weights(beliefs + weigh_history(case, history, held.until))
    effective = effective_size(weights)
    return effective, score_holdout(case, held, history, weights) if effective >= floor else ()


def _refuse(name: str, effective: float, thinnest: float, floor: float) -> str:
    if effective >= floor and thinnest >= REPLICATE_FLOOR:
        return ""
    return (
        f"The belief {name} is not weighed: the past leaves {effective:.0f} effective futures ({thinnest:.1f} in the "
        f"thinnest replicate), fewer than {floor:.0f} ({REPLICATE_FLOOR:.0f}). Simulate more futures, widen the errors "
        "that the case declares if they are too narrow, or calibrate by steps: `crossroads calibrate --steps`."
    )


def _compare_numbers(case: Case, futures: Futures, rows: Floats) -> xr.Dataset:
    names = [one.id for one in case.uncertainties if not isinstance(one.distribution, Categorical)]
    values = np.stack([futures.column(name) for name in names]) if names else np.empty((0, len(futures)))
    ends = find_quantiles(values, rows, ENDS) if names else np.empty((2, 0, len(ENDS)))
    before, after = (
        xr.DataArray(part, {"uncertainty": names, "quantile": list(ENDS)}, ("uncertainty", "quantile")) for part in ends
    )
    return compare_quantiles(before, after)


def compare_quantiles(before: xr.DataArray, after: xr.DataArray) -> xr.Dataset:
    """Quantiles before and after, and the largest move of one, as a share of the width of all before."""
    span = before.isel(quantile=-1, drop=True) - before.isel(quantile=0, drop=True)
    moved = (abs(after - before).max("quantile") / span.where(span > 0)).fillna(0.0)
    return xr.Dataset({"before": before, "after": after, "moved": moved})


def _compare_shares(case: Case, futures: Futures, rows: Floats) -> xr.Dataset:
    found = list(_count_choices(case, futures, rows))
    names = ("uncertainty", "choice", "before", "after")
    return xr.Dataset({name: ("row", [row[place] for row in found]) for place, name in enumerate(names)})


def _count_choices(case: Case, futures: Futures, rows: Floats) -> Iterator[tuple[str, str, float, float]]:
    """Uncertainty, possibility, and its share before and after."""
    whole = np.maximum(rows.sum(axis=1), 1e-300)
    for one in case.uncertainties:
        if isinstance(one.distribution, Categorical):
            codes = futures.column(one.id)
            for code, name in enumerate(one.distribution.shares):
                before, after = rows[:, codes == code].sum(axis=1) / whole
                yield one.id, name, float(before), float(after)


def _predict_all(case: Case, history: History, weights: Floats, until: int) -> xr.Dataset:
    counted = {Point(series.id, year): value for series in case.history for year, value in series.values.items()}
    parts = [predict_years(block, history, weights, counted) for block in gather_blocks(case, until)]
    return xr.concat(parts, dim="series") if parts else xr.Dataset()


def tell_past(case: Case, past: Past | None) -> Iterator[Finding]:
    """Whether the belief from history is weighed, and what it leaves open."""
    if past is None:
        return
    found = require_calibration(case)
    if past.refusal:
        yield Finding(past.refusal, value=past.effective, unit="futures", topic="trust", method=METHOD)
        return
    name = next(one.name for one in case.uncertainties if one.id == found.width_of)
    low, _, high = (float(end) for end in past.numbers["after"].sel(uncertainty=found.width_of))
    narrow = "" if past.width >= found.least_width else ", narrower than the data can justify"
    yield Finding(
        f"Calibrated to {found.first_year} to {found.last_year}, {name} may lie anywhere from {low:,.0f} to "
        f"{high:,.0f} (90 %), a factor of {past.width:.1f}{narrow}; {past.effective:,.0f} effective futures are left "
        f"of {len(past.weights):,}.",
        value=past.width,
        low=low,
        high=high,
        unit="factor",
        topic="trust",
        method=METHOD,
        references=found.evidence,
        caveat="The likelihood rests on judged errors, which the case states for each series.",
    )
