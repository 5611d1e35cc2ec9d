"""One of several names."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from pydantic import Field, model_validator

from crossroads.case.distributions.base import Array, Measure, Shape, floats, say

_SHARE_ERROR = 1e-6


class Categorical(Shape):
    """One of several names, each with its share; as a number, the place of the name, from 0."""

    kind: Literal["categorical"] = "categorical"
    shares: dict[str, float] = Field(min_length=1)

    @model_validator(mode="after")
    def _check_shares(self) -> Self:
        if any(share < 0 for share in self.shares.values()):
            raise ValueError("no share may be below 0")
        total = sum(self.shares.values())
        if abs(total - 1) > _SHARE_ERROR:
            raise ValueError(f"the shares sum to {say(total)}, not to 1")
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
        codes = np.searchsorted(np.cumsum(shares), floats(u), side="right")
        return np.asarray(np.minimum(codes, np.flatnonzero(shares)[-1]), dtype=np.float64)

    def cdf(self, x: ArrayLike) -> Array:
        """Probability of a code of at most x."""
        ladder = np.concatenate([[0.0], np.cumsum(self._probabilities())])
        return np.asarray(ladder[np.clip(np.floor(floats(x)), -1, len(self.shares) - 1).astype(int) + 1])

    def density(self, x: ArrayLike) -> Array:
        """Probability of exactly the code x."""
        x, shares = floats(x), self._probabilities()
        known = (x == np.floor(x)) & (x >= 0) & (x < len(shares))
        return np.where(known, shares[np.where(known, x, 0).astype(int)], 0.0)

    def bounds(self) -> tuple[float, float]:
        """First and last code."""
        return 0.0, float(len(self.shares) - 1)

    def mean(self) -> float:
        """Mean of the codes, weighted by share."""
        return float(self._probabilities() @ np.arange(len(self.shares)))

    def describe(self, unit: str = "") -> str:  # noqa: ARG002  (as all distributions)
        """Plain words; names have no unit."""
        return ", ".join(f"{name.replace('_', ' ')} {say(100 * share)} %" for name, share in self.shares.items())
