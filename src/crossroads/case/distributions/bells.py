"""Bell curves, in the quantity or in its logarithm, cut to an optional range."""

from __future__ import annotations

from abc import abstractmethod
from math import erf, exp, inf, log, pi, sqrt
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field, model_validator

from crossroads.case.distributions.base import Array, Shape, floats, load_special, ratio, say, say_unit

_Z95 = 1.6448536269514722
"""Score below which 95 % of a bell lies."""
_LEAST_KEPT = 0.01


class _Bell(Shape):
    """A bell curve in x or log x, cut to an optional range and scaled up to 1."""

    min: float | None = None
    """Nothing lies below; none means no cut."""
    max: float | None = None
    """Nothing lies above; none means no cut."""

    @abstractmethod
    def _centre(self) -> tuple[float, float]:
        """Mean and standard deviation of the uncut bell."""

    @abstractmethod
    def _scores(self, x: Array) -> Array:
        """Standard deviations from the centre."""

    def _refuse_cutting_all(self) -> None:
        low, high = self._cuts()
        if (erf(high / sqrt(2)) - erf(low / sqrt(2))) / 2 < _LEAST_KEPT:
            raise ValueError("min and max cut away more than 99 % of the distribution")

    def _cuts(self) -> tuple[float, float]:
        """Scores of min and max; infinite where there is no cut."""
        low = -inf if self.min is None else float(self._scores(floats(self.min)))
        high = inf if self.max is None else float(self._scores(floats(self.max)))
        return low, high

    def _edges(self) -> tuple[float, float]:
        low, high = self._cuts()
        return float(load_special().ndtr(low)), float(load_special().ndtr(high))

    def _quantile_scores(self, u: ArrayLike) -> Array:
        below, above = self._edges()
        return np.asarray(load_special().ndtri(below + floats(u) * (above - below)))

    def _clip(self, x: Array) -> Array:
        return np.clip(x, *self.bounds())

    def cdf(self, x: ArrayLike) -> Array:
        """Probability of a value of at most x."""
        below, above = self._edges()
        return np.asarray(np.clip((load_special().ndtr(self._scores(floats(x))) - below) / (above - below), 0.0, 1.0))

    def _score_density(self, x: Array) -> Array:
        below, above = self._edges()
        low, high = self.bounds()
        score = self._scores(x)
        height = np.exp(-score * score / 2) / sqrt(2 * pi) / (above - below)
        return np.where((x >= low) & (x <= high), height, 0.0)

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        low, middle, high = (say(float(x)) for x in self.quantile([0.05, 0.5, 0.95]))
        cuts = [("never below", self.min), ("never above", self.max)]
        tail = "".join(f", {words} {say(cut)}" for words, cut in cuts if cut is not None)
        return f"about {middle}{say_unit(unit)}; nine chances in ten between {low} and {high}{tail}"


class Lognormal(_Bell):
    """A bell over ratios: `low`, `central`, `high` are the values at 5, 50 and 95 %.

    The median is central; the spread is the mean of the two half-spreads of the logarithm, so that 5 and 95 %
    are met exactly where central is the geometric middle.
    """

    kind: Literal["lognormal"] = "lognormal"
    low: float = Field(gt=0)
    central: float
    high: float

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if not self.low < self.central < self.high:
            raise ValueError("low must be below central, and central below high")
        self._refuse_cutting_all()
        return self

    def _centre(self) -> tuple[float, float]:
        return log(self.central), log(self.high / self.low) / (2 * _Z95)

    def _scores(self, x: Array) -> Array:
        centre, spread = self._centre()
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(np.maximum(x, 0.0)) - centre) / spread)

    def quantile(self, u: ArrayLike) -> Array:
        """Positive values inside the cut."""
        centre, spread = self._centre()
        return self._clip(np.exp(centre + spread * self._quantile_scores(u)))

    def density(self, x: ArrayLike) -> Array:
        """Probability per unit of x; 0 for x of 0 or less."""
        x, (_, spread) = floats(x), self._centre()
        return ratio(self._score_density(x), np.where(x > 0, x * spread, 0.0))

    def bounds(self) -> tuple[float, float]:
        """The cut, or 0 and infinity."""
        return max(self.min or 0.0, 0.0), inf if self.max is None else self.max

    def mean(self) -> float:
        """Expected value inside the cut."""
        (centre, spread), (low, high), (below, above) = self._centre(), self._cuts(), self._edges()
        kept = float(load_special().ndtr(high - spread) - load_special().ndtr(low - spread)) / (above - below)
        return exp(centre + spread * spread / 2) * kept


class Normal(_Bell):
    """A bell: `mean` and `sd` are those before the cut."""

    kind: Literal["normal"] = "normal"
    middle: float = Field(alias="mean")
    sd: float = Field(gt=0)

    @model_validator(mode="after")
    def _check_cut(self) -> Self:
        self._refuse_cutting_all()
        return self

    def _centre(self) -> tuple[float, float]:
        return self.middle, self.sd

    def _scores(self, x: Array) -> Array:
        return (x - self.middle) / self.sd

    def quantile(self, u: ArrayLike) -> Array:
        """Values inside the cut."""
        return self._clip(self.middle + self.sd * self._quantile_scores(u))

    def density(self, x: ArrayLike) -> Array:
        """Probability per unit of x."""
        return self._score_density(floats(x)) / self.sd

    def bounds(self) -> tuple[float, float]:
        """The cut, or infinite."""
        return -inf if self.min is None else self.min, inf if self.max is None else self.max

    def mean(self) -> float:
        """Expected value inside the cut."""
        (low, high), (below, above) = self._cuts(), self._edges()
        tilt = (exp(-low * low / 2) - exp(-high * high / 2)) / sqrt(2 * pi)
        return self.middle + self.sd * tilt / (above - below)
