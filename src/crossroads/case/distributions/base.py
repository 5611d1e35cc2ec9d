"""What every distribution can answer, and the words and numbers that they share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict

Array = NDArray[np.float64]
Measure = Literal["point", "continuous", "categorical"]


class Shape(BaseModel, ABC):
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


def load_special() -> Any:
    """SciPy's functions, which take longer to import than all else in a case: a case that is only read needs none."""
    from scipy import special  # noqa: PLC0415  (slow to import)

    return special


def floats(x: ArrayLike) -> Array:
    """As an array of float64."""
    return np.asarray(x, dtype=np.float64)


def ratio(top: ArrayLike, bottom: ArrayLike) -> Array:
    """Top over bottom, 0 where the bottom is 0."""
    top, bottom = np.broadcast_arrays(floats(top), floats(bottom))
    return np.asarray(np.divide(top, bottom, out=np.zeros(top.shape), where=bottom != 0))


def say(value: float) -> str:
    """A number with three figures, and commas between thousands."""
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"


def say_unit(unit: str) -> str:
    """A unit after its number; nothing for what has none."""
    return "" if unit in ("", "1", "choice") else f" {unit}"
