"""How far the numbers can be trusted: failed runs by reason, whether half the futures say the same, and whether
double precision does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import APART, Floats, estimate
from crossroads.analysis.finding import Finding
from crossroads.analysis.weights import Weights
from crossroads.case.records import Case
from crossroads.simulation.audit import LIMIT, Audit, Worst
from crossroads.simulation.manifest import Manifest
from crossroads.simulation.status import Failure, Status
from crossroads.simulation.store import Labels

MOST_DIFFERING = 0.01
"""Beyond this share of audited runs that differ, single precision is warned of."""
_LEAST = 1e-6
"""A smaller share is not written out."""
AUDIT_METHOD = (
    "They are drawn by the seed: some pairs of option and reaction in some futures, whatever the number of workers. A "
    "difference is relative to the value, or to the outcome's mean size over the runs stored with it at that horizon, "
    "where this is larger."
)


def count_statuses(status: ArrayLike, options: ArrayLike, reactions: ArrayLike) -> xr.DataArray:
    """How many runs of each option and reaction ended in each way; `status` is (options, reactions,
    futures)."""
    codes = np.asarray(status)
    counts = np.stack([[(row == code).sum(axis=1) for row in codes] for code in Status], axis=-1)
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
    half = np.where(find_first_half(weights), weights.futures, 0.0)
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


def tell_audit(case: Case, manifest: Manifest) -> Iterator[Finding]:
    """How far runs in single precision lie from double precision, where that was looked at."""
    audit = manifest.audit
    if audit is None or not audit.runs:
        return
    share = audit.differing / audit.runs
    coarse = share > MOST_DIFFERING or audit.leaning > LIMIT
    yield Finding(
        _warn_of_precision(audit) if coarse else _say_precision(audit, manifest.runs),
        value=100 * share,
        unit="% of the runs audited",
        topic="trust",
        method=AUDIT_METHOD,
        caveat=say_worst(case, manifest.labels, audit.worst),
    )


def _say_precision(audit: Audit, runs: int) -> str:
    differing, edge = audit.differing, ""
    if audit.mean_difference > LIMIT:
        edge = "; where a draw lies on the edge of its chance rounding decides the event, as often up as down"
    but = f"All but {differing:,} ({_percent(differing / audit.runs)}) of the" if differing else "All"
    return (
        f"{but} {audit.runs:,} runs that were run again in double precision ({_percent(audit.runs / runs)} of all) "
        f"agree within {_percent(LIMIT)} in every outcome{_say_largest(audit)}{edge}."
    )


def _warn_of_precision(audit: Audit) -> str:
    return (
        f"Single precision is coarse here: of {audit.runs:,} runs that were run again in double precision, "
        f"{audit.differing:,} ({_percent(audit.differing / audit.runs)}) differ by more than {_percent(LIMIT)} in some "
        f"outcome{_say_largest(audit)}. Simulate with --precision float64."
    )


def _say_largest(audit: Audit) -> str:
    lost = audit.lost_single + audit.lost_double
    parts = [f"the largest difference is {_percent(audit.worst.difference)}"] if audit.worst else []
    parts.append(_say_means(audit.mean_difference))
    parts += [f"{lost:,} ended well in one precision alone"] if lost else []
    return "".join(f"; {part}" for part in parts)


def _say_means(difference: float) -> str:
    if difference == 0:
        return "means do not differ"
    return f"means differ by {'' if difference < _LEAST else 'at most '}{_percent(difference)}"


def say_worst(case: Case, labels: Labels, worst: Worst | None) -> str:
    """Where the largest difference is, by the names that the case gives; empty where there is none."""
    if worst is None or not worst.difference:
        return ""
    outcomes = {one.id: one.name for one in case.outcomes}
    horizons = {one.id: one.name for one in case.horizons}
    options = {one.id: one.name for one in case.options}
    return (
        f"The largest difference is in {outcomes[labels.outcome[worst.outcome]]}, "
        f"{horizons[labels.horizon[worst.horizon]]}, under {options[labels.option[worst.option]]} with the reaction "
        f"{labels.reaction[worst.reaction]}, in future {worst.future}."
    )


def _percent(share: float) -> str:
    """Two figures, and no more than four decimals."""
    if 0 < share < _LEAST:
        return f"less than {100 * _LEAST:g}%"
    return f"{share:.0%}" if share >= 0.1 else f"{100 * share:.2g}%"


def find_first_half(weights: Weights) -> Floats:
    """(futures,): 1 for the first half of the futures, 0 for the rest; with one point in each replicate, for the first
    half of replicates."""
    count = len(weights.replicate)
    replicates = np.unique(weights.replicate)
    views = max(1, len(weights.views) - 1)
    if count >= 2 * views * len(replicates):
        return np.asarray(np.arange(count) < count // 2, dtype=np.float64)
    return np.isin(weights.replicate, replicates[: max(1, len(replicates) // 2)]).astype(np.float64)
