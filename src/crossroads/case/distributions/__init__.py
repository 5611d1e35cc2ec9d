"""Frozen distributions of one uncertain quantity, read from `kind` in a case file.

Every distribution answers on NumPy arrays of any shape and returns float64 of the same shape: `quantile(u)`
for u in [0, 1], `cdf(x)` and `density(x)`. A categorical is a whole number: the place of its name in the
order of `shares`, from 0. Densities of `point` and `categorical` are probabilities; of all others, per
unit of x.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from crossroads.case.distributions.base import Array
from crossroads.case.distributions.bells import Lognormal, Normal
from crossroads.case.distributions.categories import Categorical
from crossroads.case.distributions.fixed import Point
from crossroads.case.distributions.ranges import Loguniform, Pert, Triangular, Uniform

__all__ = [
    "Array",
    "Categorical",
    "Distribution",
    "Lognormal",
    "Loguniform",
    "Normal",
    "Pert",
    "Point",
    "Triangular",
    "Uniform",
]

Distribution = Annotated[
    Point | Uniform | Loguniform | Triangular | Pert | Lognormal | Normal | Categorical,
    Field(discriminator="kind"),
]
