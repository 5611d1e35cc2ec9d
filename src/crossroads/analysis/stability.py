"""Whether the order of options is that of all futures already in half of them."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.stats import kendalltau

from crossroads.analysis.estimates import Bools, Floats

CELL = ("view", "outcome", "horizon")


def weigh_stability(convergence: xr.Dataset, pairs: xr.Dataset) -> xr.Dataset:
    """By view, headline outcome and horizon: `tau`, Kendall's tau-b of the order of options by the first half of the
    futures with that by all; `told`, how many pairs all futures tell apart, and `turned`, how many of these stand the
    other way round in the half; `ends`, whether the same options are at either end. NaN, 0 and false where fewer than
    two options can be weighed."""
    ordered = convergence.transpose(*CELL, "option")
    half, whole = ordered["half"].to_numpy(), ordered["all"].to_numpy()
    names = {dim: ordered[dim].to_numpy() for dim in CELL}
    chosen = pairs.sel(outcome=names["outcome"]).transpose(*CELL, "option", "other")
    apart = chosen["apart"].to_numpy()
    found = [np.zeros(half.shape[:3]) for _ in range(4)]
    for place in np.ndindex(*half.shape[:3]):
        known = np.isfinite(half[place]) & np.isfinite(whole[place])
        if known.sum() < 2:
            found[0][place] = np.nan
            continue
        cell = _compare(half[place][known], whole[place][known], apart[place][np.ix_(known, known)])
        for array, number in zip(found, cell, strict=True):
            array[place] = number
    tau, told, turned, ends = found
    return xr.Dataset(
        {"tau": (CELL, tau), "told": (CELL, told), "turned": (CELL, turned), "ends": (CELL, ends > 0)}, coords=names
    )


def _compare(half: Floats, whole: Floats, apart: Bools) -> tuple[float, float, float, float]:
    """Tau, pairs told apart, those turned, and whether the least and the most are the same."""
    tau = float(kendalltau(half, whole).statistic)
    before, after = (np.sign(one[:, None] - one[None, :]) for one in (half, whole))
    upper = np.triu(apart, 1)
    same = half.argmax() == whole.argmax() and half.argmin() == whole.argmin()
    return tau, float(upper.sum()), float((upper & (before * after < 0)).sum()), float(same)
