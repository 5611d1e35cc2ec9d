"""A quantity that is known."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from crossroads.case.distributions.base import Array, Measure, Shape, floats, say, say_unit


class Point(Shape):
    """A known value."""

    kind: Literal["point"] = "point"
    value: float

    @property
    def measure(self) -> Measure:
        """What densities are relative to."""
        return "point"

    def quantile(self, u: ArrayLike) -> Array:
        """The value, for every u."""
        return np.full(np.shape(u), self.value)

    def cdf(self, x: ArrayLike) -> Array:
        """0 below the value, 1 from it on."""
        return np.asarray(floats(x) >= self.value, dtype=np.float64)

    def density(self, x: ArrayLike) -> Array:
        """Probability of exactly x."""
        return np.asarray(floats(x) == self.value, dtype=np.float64)

    def bounds(self) -> tuple[float, float]:
        """The value, twice."""
        return self.value, self.value

    def mean(self) -> float:
        """The value."""
        return self.value

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        return f"fixed at {say(self.value)}{say_unit(unit)}"
