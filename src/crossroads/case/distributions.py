"""Frozen distributions of one uncertain quantity, read from `kind` in a case file.

Every distribution answers on NumPy arrays of any shape and returns float64 of the same shape: `quantile(u)`
for u in [0, 1], `cdf(x)` and `density(x)`. A categorical is a whole number: the place of its name in the
order of `shares`, from 0. Densities of `point` and `categorical` are probabilities; of all others, per
unit of x.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from math import erf, exp, inf, log, pi, sqrt
from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Array = NDArray[np.float64]
Measure = Literal["point", "continuous", "categorical"]

_Z95 = 1.6448536269514722
"""Score below which 95 % of a bell lies."""
_LEAST_KEPT = 0.01
_SHARE_ERROR = 1e-6


class _Distribution(BaseModel, ABC):
    """What every distribution can answer."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, populate_by_name=True, use_attribute_docstrings=True
    )

    @property
    def measure(self) -> Measure:
        """What densities are relative to; only those of one measure can be weighed against each other."""
        return "continuous"

    @abstractmethod
    def quantile(self, u: ArrayLike) -> Array:
        """Values below which a share u in [0, 1] lies; in the quantity's unit."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> Array:
        """Probability of a value of at most x."""

    @abstractmethod
    def density(self, x: ArrayLike) -> Array:
        """Probability per unit of x; 0 outside the bounds."""

    @abstractmethod
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest value; infinite where there is none."""

    @abstractmethod
    def mean(self) -> float:
        """Expected value, in the quantity's unit; of a categorical, of its codes."""

    @abstractmethod
    def describe(self, unit: str = "") -> str:
        """The distribution in plain words."""


class Point(_Distribution):
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
        return np.asarray(_floats(x) >= self.value, dtype=np.float64)

    def density(self, x: ArrayLike) -> Array:
        """Probability of exactly x."""
        return np.asarray(_floats(x) == self.value, dtype=np.float64)

    def bounds(self) -> tuple[float, float]:
        """The value, twice."""
        return self.value, self.value

    def mean(self) -> float:
        """The value."""
        return self.value

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        return f"fixed at {_say(self.value)}{_unit(unit)}"


class _Between(_Distribution):
    """A distribution on a finite range."""

    low: float
    high: float

    @model_validator(mode="after")
    def _check_range(self) -> Self:
        if not self.low < self.high:
            raise ValueError(f"low ({_say(self.low)}) must be below high ({_say(self.high)})")
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
        return self.low + _floats(u) * (self.high - self.low)

    def cdf(self, x: ArrayLike) -> Array:
        """Share of the range below x."""
        return np.clip((_floats(x) - self.low) / (self.high - self.low), 0.0, 1.0)

    def density(self, x: ArrayLike) -> Array:
        """Constant inside the range."""
        return np.where(self._inside(_floats(x)), 1.0 / (self.high - self.low), 0.0)

    def mean(self) -> float:
        """Middle of the range."""
        return (self.low + self.high) / 2

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        return f"from {_say(self.low)} to {_say(self.high)}{_unit(unit)}, all equally likely"


class Loguniform(_Between):
    """All ratios are equally likely: from 1 to 2 as likely as from 2 to 4."""

    kind: Literal["loguniform"] = "loguniform"

    @model_validator(mode="after")
    def _check_positive(self) -> Self:
        if self.low <= 0:
            raise ValueError(f"low ({_say(self.low)}) must be above 0")
        return self

    def quantile(self, u: ArrayLike) -> Array:
        """Values in [low, high]."""
        return np.clip(self.low * np.exp(_floats(u) * log(self.high / self.low)), self.low, self.high)

    def cdf(self, x: ArrayLike) -> Array:
        """Share of the logarithmic range below x."""
        inside = np.clip(_floats(x), self.low, self.high)
        return np.asarray(np.log(inside / self.low) / log(self.high / self.low))

    def density(self, x: ArrayLike) -> Array:
        """Falls as 1/x inside the range."""
        x = _floats(x)
        inside = np.clip(x, self.low, self.high)
        return np.where(self._inside(x), 1.0 / (inside * log(self.high / self.low)), 0.0)

    def mean(self) -> float:
        """Expected value."""
        return (self.high - self.low) / log(self.high / self.low)

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        return f"from {_say(self.low)} to {_say(self.high)}{_unit(unit)}, each doubling equally likely"


class _Peaked(_Between):
    """A range with a most likely value."""

    mode: float

    @model_validator(mode="after")
    def _check_mode(self) -> Self:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"mode ({_say(self.mode)}) must lie between low and high")
        return self

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        return f"from {_say(self.low)} to {_say(self.high)}{_unit(unit)}, most likely {_say(self.mode)}"


class Triangular(_Peaked):
    """Straight lines from both ends to the most likely value."""

    kind: Literal["triangular"] = "triangular"

    def quantile(self, u: ArrayLike) -> Array:
        """Values in [low, high]."""
        u, span = _floats(u), self.high - self.low
        rising = self.low + np.sqrt(u * span * (self.mode - self.low))
        falling = self.high - np.sqrt((1 - u) * span * (self.high - self.mode))
        return np.where(u * span < self.mode - self.low, rising, falling)

    def cdf(self, x: ArrayLike) -> Array:
        """Area of the triangle below x."""
        x, span = np.clip(_floats(x), self.low, self.high), self.high - self.low
        rising = _ratio((x - self.low) ** 2, span * (self.mode - self.low))
        falling = 1 - _ratio((self.high - x) ** 2, span * (self.high - self.mode))
        return np.where(x < self.mode, rising, falling)

    def density(self, x: ArrayLike) -> Array:
        """Height of the triangle at x."""
        x, span = _floats(x), self.high - self.low
        rising = _ratio(2 * (x - self.low), span * (self.mode - self.low))
        falling = _ratio(2 * (self.high - x), span * (self.high - self.mode))
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
        return np.asarray(self.low + _special().betaincinv(*self._shape(), _floats(u)) * (self.high - self.low))

    def cdf(self, x: ArrayLike) -> Array:
        """Regularised incomplete beta function."""
        return np.asarray(_special().betainc(*self._shape(), self._share(_floats(x))))

    def density(self, x: ArrayLike) -> Array:
        """Beta density over the range."""
        x, (a, b) = _floats(x), self._shape()
        share = self._share(x)
        height = share ** (a - 1) * (1 - share) ** (b - 1) / exp(_special().betaln(a, b)) / (self.high - self.low)
        return np.where(self._inside(x), height, 0.0)

    def mean(self) -> float:
        """A sixth of the ends and four times the mode."""
        return (self.low + 4 * self.mode + self.high) / 6


class _Bell(_Distribution):
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
        low = -inf if self.min is None else float(self._scores(_floats(self.min)))
        high = inf if self.max is None else float(self._scores(_floats(self.max)))
        return low, high

    def _edges(self) -> tuple[float, float]:
        low, high = self._cuts()
        return float(_special().ndtr(low)), float(_special().ndtr(high))

    def _quantile_scores(self, u: ArrayLike) -> Array:
        below, above = self._edges()
        return np.asarray(_special().ndtri(below + _floats(u) * (above - below)))

    def _clip(self, x: Array) -> Array:
        return np.clip(x, *self.bounds())

    def cdf(self, x: ArrayLike) -> Array:
        """Probability of a value of at most x."""
        below, above = self._edges()
        return np.asarray(np.clip((_special().ndtr(self._scores(_floats(x))) - below) / (above - below), 0.0, 1.0))

    def _score_density(self, x: Array) -> Array:
        below, above = self._edges()
        low, high = self.bounds()
        score = self._scores(x)
        height = np.exp(-score * score / 2) / sqrt(2 * pi) / (above - below)
        return np.where((x >= low) & (x <= high), height, 0.0)

    def describe(self, unit: str = "") -> str:
        """Plain words."""
        low, middle, high = (_say(float(x)) for x in self.quantile([0.05, 0.5, 0.95]))
        cuts = [("never below", self.min), ("never above", self.max)]
        tail = "".join(f", {words} {_say(cut)}" for words, cut in cuts if cut is not None)
        return f"about {middle}{_unit(unit)}; nine chances in ten between {low} and {high}{tail}"


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
        x, (_, spread) = _floats(x), self._centre()
        return _ratio(self._score_density(x), np.where(x > 0, x * spread, 0.0))

    def bounds(self) -> tuple[float, float]:
        """The cut, or 0 and infinity."""
        return max(self.min or 0.0, 0.0), inf if self.max is None else self.max

    def mean(self) -> float:
        """Expected value inside the cut."""
        (centre, spread), (low, high), (below, above) = self._centre(), self._cuts(), self._edges()
        kept = float(_special().ndtr(high - spread) - _special().ndtr(low - spread)) / (above - below)
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
        return self._score_density(_floats(x)) / self.sd

    def bounds(self) -> tuple[float, float]:
        """The cut, or infinite."""
        return -inf if self.min is None else self.min, inf if self.max is None else self.max

    def mean(self) -> float:
        """Expected value inside the cut."""
        (low, high), (below, above) = self._cuts(), self._edges()
        tilt = (exp(-low * low / 2) - exp(-high * high / 2)) / sqrt(2 * pi)
        return self.middle + self.sd * tilt / (above - below)


class Categorical(_Distribution):
    """One of several names, each with its share; as a number, the place of the name, from 0."""

    kind: Literal["categorical"] = "categorical"
    shares: dict[str, float] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        if any(share < 0 for share in self.shares.values()):
            raise ValueError("no share may be below 0")
        total = sum(self.shares.values())
        if abs(total - 1) > _SHARE_ERROR:
            raise ValueError(f"the shares sum to {_say(total)}, not to 1")
        return self

    @property
    def measure(self) -> Measure:
        """What densities are relative to."""
        return "categorical"

    @property
    def names(self) -> tuple[str, ...]:
        """Names in the order of their codes."""
        return tuple(self.shares)

    def _probabilities(self) -> Array:
        shares = np.array(list(self.shares.values()))
        return np.asarray(shares / shares.sum())

    def quantile(self, u: ArrayLike) -> Array:
        """Codes as whole floats; a name with share 0 never comes."""
        shares = self._probabilities()
        codes = np.searchsorted(np.cumsum(shares), _floats(u), side="right")
        return np.asarray(np.minimum(codes, np.flatnonzero(shares)[-1]), dtype=np.float64)

    def cdf(self, x: ArrayLike) -> Array:
        """Probability of a code of at most x."""
        ladder = np.concatenate([[0.0], np.cumsum(self._probabilities())])
        return np.asarray(ladder[np.clip(np.floor(_floats(x)), -1, len(self.shares) - 1).astype(int) + 1])

    def density(self, x: ArrayLike) -> Array:
        """Probability of exactly the code x."""
        x, shares = _floats(x), self._probabilities()
        known = (x == np.floor(x)) & (x >= 0) & (x < len(shares))
        return np.where(known, shares[np.where(known, x, 0).astype(int)], 0.0)

    def bounds(self) -> tuple[float, float]:
        """First and last code."""
        return 0.0, float(len(self.shares) - 1)

    def mean(self) -> float:
        """Mean of the codes, weighted by share."""
        return float(self._probabilities() @ np.arange(len(self.shares)))

    def describe(self, unit: str = "") -> str:  # noqa: ARG002
        """Plain words; names have no unit."""
        return ", ".join(f"{name.replace('_', ' ')} {_say(100 * share)} %" for name, share in self.shares.items())


Distribution = Annotated[
    Point | Uniform | Loguniform | Triangular | Pert | Lognormal | Normal | Categorical,
    Field(discriminator="kind"),
]


def _special() -> Any:
    """SciPy's functions, which take longer to import than all else in a case: a case that is only read needs none."""
    from scipy import special  # noqa: PLC0415

    return special


def _floats(x: ArrayLike) -> Array:
    return np.asarray(x, dtype=np.float64)


def _ratio(top: ArrayLike, bottom: ArrayLike) -> Array:
    """Top over bottom, 0 where the bottom is 0."""
    top, bottom = np.broadcast_arrays(_floats(top), _floats(bottom))
    return np.asarray(np.divide(top, bottom, out=np.zeros(top.shape), where=bottom != 0))


def _say(value: float) -> str:
    """A number with three figures, and commas between thousands."""
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def _unit(unit: str) -> str:
    return "" if unit in ("", "1", "choice") else f" {unit}"
