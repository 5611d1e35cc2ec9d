"""Distributions on a finite range: even, even in the logarithm, and with a most likely value."""

from __future__ import annotations

from math import exp, log
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import model_validator

from crossroads.case.distributions.base import Array, Shape, floats, load_special, ratio, say, say_unit


class _Between(Shape):
    """A distribution on a finite range."""

    low: float
    high: float

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low ({say(self.low)}) must be below high ({say(self.high)})")
        return self

    def bounds(self) -> tuple[float, float]:
        """Low and high."""
        return self.low, self.high

    def _inside(self, x: Array) -> NDArray[np.bool_]:
        return (x >= self.low) & (x <= self.high)


class Uniform(_Between):
    """All values of a range are equally likely."""

    kind: Literal["uniform"] = "uniform"

    def quantile(self, u: ArrayLike) -> Array:
        """Values in [low, high]."""
        return self.low + floats(u) * (self.high - self.low)

    def cdf(self, x: ArrayLike) -> Array:
        """Share of the range below x."""
        return np.clip((floats(x) - self.low) / (self.high - self.low), 0.0, 1.0)

    def density(self, x: ArrayLike) -> Array:
        """Constant inside the range."""
        return np.where(self._inside(floats(x)), 1.0 / (self.high - self.low), 0.0)

    def mean(self) -> float:
        """Middle of the range."""
        return (self.low + self.high) / 2

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        return f"from {say(self.low)} to {say(self.high)}{say_unit(unit)}, all equally likely"


class Loguniform(_Between):
    """All ratios are equally likely: from 1 to 2 as likely as from 2 to 4."""

    kind: Literal["loguniform"] = "loguniform"

    @model_validator(mode="after")
    def _check_positive(self) -> Self:
        if self.low <= 0:
            raise ValueError(f"low ({say(self.low)}) must be above 0")
        return self

    def quantile(self, u: ArrayLike) -> Array:
        """Values in [low, high]."""
        return np.clip(self.low * np.exp(floats(u) * log(self.high / self.low)), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Array:
        """Share of the logarithmic range below x."""
        inside = np.clip(floats(x), self.low, self.high)
        return np.minimum(np.log(inside / self.low) / log(self.high / self.low), 1.0)

    def density(self, x: ArrayLike) -> Array:
        """Falls as 1/x inside the range."""
        x = floats(x)
        inside = np.clip(x, self.low, self.high)
        return np.where(self._inside(x), 1.0 / (inside * log(self.high / self.low)), 0.0)

    def mean(self) -> float:
        """Expected value."""
        return (self.high - self.low) / log(self.high / self.low)

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        return f"from {say(self.low)} to {say(self.high)}{say_unit(unit)}, each doubling equally likely"


class _Peaked(_Between):
    """A range with a most likely value."""

    mode: float

    @model_validator(mode="after")
    def _check_mode(self) -> Self:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"mode ({say(self.mode)}) must lie between low and high")
        return self

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        return f"from {say(self.low)} to {say(self.high)}{say_unit(unit)}, most likely {say(self.mode)}"


class Triangular(_Peaked):
    """Straight lines from both ends to the most likely value."""

    kind: Literal["triangular"] = "triangular"

    def quantile(self, u: ArrayLike) -> Array:
        """Values in [low, high]."""
        u, span = floats(u), self.high - self.low
        rising = self.low + np.sqrt(u * span * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - u) * span * (self.high - self.mode))
        return np.where(u * span < self.mode - self.low, rising, falling)

    def cdf(self, x: ArrayLike) -> Array:
        """Area of the triangle below x."""
        x, span = np.clip(floats(x), self.low, self.high), self.high - self.low
        rising = ratio((x - self.low) ** 2, span * (self.mode - self.low))
        falling = 1 - ratio((self.high - x) ** 2, span * (self.high - self.mode))
        return np.where(x < self.mode, rising, falling)

    def density(self, x: ArrayLike) -> Array:
        """Height of the triangle at x."""
        x, span = floats(x), self.high - self.low
        rising = ratio(2 * (x - self.low), span * (self.mode - self.low))
        falling = ratio(2 * (self.high - x), span * (self.high - self.mode))
        height = np.where(x < self.mode, rising, np.where(x > self.mode, falling, 2 / span))
        return np.where(self._inside(x), height, 0.0)

    def mean(self) -> float:
        """Mean of the three corners."""
        return (self.low + self.mode + self.high) / 3


class Pert(_Peaked):
    """A smooth hump over the range: the beta-PERT distribution with weight 4 on the most likely value."""

    kind: Literal["pert"] = "pert"

    def _shape(self) -> tuple[float, float]:
        span = self.high - self.low
        return 1 + 4 * (self.mode - self.low) / span, 1 + 4 * (self.high - self.mode) / span

    def _share(self, x: Array) -> Array:
        return np.clip((x - self.low) / (self.high - self.low), 0.0, 1.0)

    def quantile(self, u: ArrayLike) -> Array:
        """Values in [low, high]."""
        return np.asarray(self.low + load_special().betaincinv(*self._shape(), floats(u)) * (self.high - self.low))

    def cdf(self, x: ArrayLike) -> Array:
        """Regularised incomplete beta function."""
        return np.asarray(load_special().betainc(*self._shape(), self._share(floats(x))))

    def density(self, x: ArrayLike) -> Array:
        """Beta density over the range."""
        x, (a, b) = floats(x), self._shape()
        share = self._share(x)
        height = share ** (a - 1) * (1 - share) ** (b - 1) / exp(load_special().betaln(a, b)) / (self.high - self.low)
        return np.where(self._inside(x), height, 0.0)

    def mean(self) -> float:
        """A sixth of the ends and four times the mode."""
        return (self.low + 4 * self.mode + self.high) / 6
