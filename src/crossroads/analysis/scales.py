"""What a change of an outcome is worth, from 0 to 1, on the scale that the case states.

Scales are stated and never computed from the options, so that adding an option changes nobody's values; every weight
refers to the range of its scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import Floats
from crossroads.case.records import Outcome, Scale


def value_change(change: ArrayLike, scale: Scale) -> Floats:
    """The worth of changes from the baseline option, of any shape: 0 at the worst and past it, 1 at the best and past
    it, linear between the points given; NaN stays NaN."""
    points = sorted([(scale.worst, 0.0), *scale.through, (scale.best, 1.0)])
    places, worths = np.array(points).T
    return np.asarray(np.interp(np.asarray(change, dtype=np.float64), places, worths))


@dataclass(frozen=True, eq=False)
class Clipped:
    """Shares of changes that lie past the ends of a scale, where more or less makes no difference any more."""

    worse: Floats
    better: Floats

    @property
    def share(self) -> Floats:
        """Past either end."""
        return np.asarray(self.worse + self.better)


def measure_clipped(change: ArrayLike, scale: Scale, weights: ArrayLike | None = None) -> Clipped:
    """How much of `change` (futures, ...) a scale clips, under `weights` (futures,), alike by default; NaN is left
    out, and is the answer where nothing is known."""
    held = np.asarray(change, dtype=np.float64)
    counts = np.ones(len(held)) if weights is None else np.asarray(weights, dtype=np.float64)
    sign = 1.0 if scale.best > scale.worst else -1.0
    known = np.tensordot(counts, np.isfinite(held).astype(np.float64), axes=1)
    worse = np.tensordot(counts, (sign * held < sign * scale.worst).astype(np.float64), axes=1)
    better = np.tensordot(counts, (sign * held > sign * scale.best).astype(np.float64), axes=1)
    nothing = np.full(np.shape(known), np.nan)
    return Clipped(*(np.divide(part, known, out=nothing.copy(), where=known > 0) for part in (worse, better)))


def tell_scale(scale: Scale, outcome: Outcome) -> str:
    """A scale in words, such as "worth nothing at +500 people, everything at -500, and in a straight line between"."""
    ends = f"worth nothing at {_tell(scale.worst, outcome)} {outcome.unit}, everything at {_tell(scale.best, outcome)}"
    if not scale.through:
        return f"{ends}, and in a straight line between"
    between = ", ".join(f"{worth:.0%} at {_tell(change, outcome)}" for change, worth in scale.through)
    return f"{ends}, and in straight lines through {between}"


def _tell(change: float, outcome: Outcome) -> str:
    """A change with its sign and the decimals of its outcome, or as many as it needs."""
    rounded = round(change, outcome.digits)
    return f"{change:+,.{outcome.digits}f}" if rounded == change and change else f"{change:+,g}" if change else "0"
