"""How far the numbers can be trusted: failed runs by reason, and whether half the futures say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import APART, Floats, estimate
from crossroads.analysis.weights import Weights
from crossroads.simulation.status import Failure, Status


def count_statuses(status: ArrayLike, options: ArrayLike, reactions: ArrayLike) -> xr.DataArray:
    """How many runs of each option and reaction ended in each way; `status` is (options, reactions,
    futures)."""
    codes = np.asarray(status)
    counts = np.stack([(codes == code).sum(axis=2) for code in Status], axis=-1)
    names = [code.name.lower() for code in Status]
    return xr.DataArray(
        counts,
        dims=("option", "reaction", "status"),
        coords={"option": np.asarray(options), "reaction": np.asarray(reactions), "status": names},
        name="runs",
    )


def count_reasons(failures: Iterable[Failure]) -> tuple[tuple[str, str, int], ...]:
    """Option, reason and number of failed runs, the most frequent first."""
    counts = Counter((failure.option, failure.reason) for failure in failures)
    return tuple((option, reason, number) for (option, reason), number in counts.most_common())


def weigh_convergence(
    differences: Mapping[str, Floats], weights: Weights, horizons: Sequence[str]
) -> xr.Dataset:
    """Mean differences from the baseline option by the first half of the futures and by all of them.

    `differences` is outcome to (futures, options, times). `half_error` is the half's own error; `steady` says
    that the two differ by no more than two of it. With one point in each replicate the half is the first half
    of replicates.
    """
    half = np.where(_find_first_half(weights), weights.futures, 0.0)
    values = np.stack(list(differences.values()), axis=-1)
    whole = estimate(values, weights.futures, weights.replicate)
    part = estimate(values, half, weights.replicate)
    dims = ("view", "option", "horizon", "outcome")
    shift = part.mean - whole.mean
    names = {"view": list(weights.views), "option": list(weights.options), "horizon": list(horizons)}
    return xr.Dataset(
        {
            "half": (dims, part.mean),
            "all": (dims, whole.mean),
            "half_error": (dims, part.error),
            "error": (dims, whole.error),
            "steady": (dims, np.abs(shift) <= APART * part.error + 1e-6 * np.abs(whole.mean)),
        },
        coords={**names, "outcome": list(differences)},
    )


def _find_first_half(weights: Weights) -> Floats:
    count = len(weights.replicate)
    replicates = np.unique(weights.replicate)
    views = max(1, len(weights.views) - 1)
    if count >= 2 * views * len(replicates):
        return np.asarray(np.arange(count) < count // 2, dtype=np.float64)
    return np.isin(weights.replicate, replicates[: max(1, len(replicates) // 2)]).astype(np.float64)
