"""What each view's beliefs weigh on futures that were drawn from the equal mixture of all views."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from crossroads.case.distributions import Array, Distribution
from crossroads.case.joints import find_joints
from crossroads.case.records import Case, Uncertainty
from crossroads.errors import WeighingError
from crossroads.sampling.futures import REPLICATES, Futures, Integers


def view_ratios(case: Case, futures: Futures) -> Array:
    """(views, futures): density of each view over that of the equal mixture, from 0 to the number of views.

    Importance sampling from a mixture with known strata (Owen and Zhou 2000). Only uncertainties on which
    views differ enter, and those that move together with them, so that a view that believes what all believe
    weighs 1 everywhere. A joint density is the product of the margins and of the copula at each view's own levels.
    """
    if futures.views != tuple(view.id for view in case.views):
        raise WeighingError("The futures were drawn from other views than those of the case. Sample again.")
    logs = np.zeros((len(case.views), len(futures)))
    for uncertainty in case.uncertainties:
        if _is_disputed(case, uncertainty):
            logs += _log_densities(case, uncertainty, futures.column(uncertainty.id))
    for joint in find_joints(case):
        members = [one for one in case.uncertainties if one.id in joint.members]
        if any(_is_disputed(case, one) for one in members):
            levels = [_find_levels(case, one, futures.column(one.id)) for one in members]
            logs += joint.copula.log_density(np.stack(levels, axis=-1))
    highest = logs.max(axis=0)
    if not np.isfinite(highest).all():
        raise WeighingError("Some futures are impossible under every view of the case. Sample again.")
    densities = np.exp(logs - highest)
    return np.asarray(densities / densities.mean(axis=0))


def view_weights(case: Case, futures: Futures) -> Array:
    """(views, futures): the ratios, each row scaled to mean 1. Raises WeighingError if a view has none."""
    ratios = view_ratios(case, futures)
    means = ratios.mean(axis=1, keepdims=True)
    if not (means > 0).all():
        raise WeighingError("A view gives no weight to any future. Sample again, with futures of that view.")
    return np.asarray(ratios / means)


def effective_size(weights: ArrayLike) -> float:
    """Kish's effective number of futures, (sum w)^2 / sum w^2; 0 where nothing has weight."""
    w = np.asarray(weights, dtype=np.float64)
    squares = float(np.sum(w * w))
    return float(np.sum(w)) ** 2 / squares if squares > 0 else 0.0


def effective_sizes(weights: ArrayLike, replicate: Integers) -> Array:
    """(16,): the effective number of futures of each replicate."""
    w = np.asarray(weights, dtype=np.float64)
    return np.array([effective_size(w[replicate == r]) for r in range(REPLICATES)])


def _is_disputed(case: Case, uncertainty: Uncertainty) -> bool:
    """Whether views differ on it."""
    shapes = _list_shapes(case, uncertainty)
    return any(shape != shapes[0] for shape in shapes)


def _list_shapes(case: Case, uncertainty: Uncertainty) -> list[Distribution]:
    """What each view believes of it."""
    return [view.beliefs.get(uncertainty.id, uncertainty.distribution) for view in case.views]


def _log_densities(case: Case, uncertainty: Uncertainty, values: Array) -> Array:
    """(views, futures): minus infinity where a view holds a value impossible."""
    with np.errstate(divide="ignore"):
        return np.log(np.stack([shape.density(values) for shape in _list_shapes(case, uncertainty)]))


def _find_levels(case: Case, uncertainty: Uncertainty, values: Array) -> Array:
    """(views, futures): each view's probability of at most the value."""
    return np.stack([shape.cdf(values) for shape in _list_shapes(case, uncertainty)])
