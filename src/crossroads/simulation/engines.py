"""What the driver asks of an engine, whichever way a model is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Past(Protocol):
    """Where the projection starts from, for each future of a batch."""

    @property
    def yearly(self) -> NDArray[Any]:
        """(futures, years, history outcomes)."""


@dataclass(frozen=True)
class Projection:
    """What a batch of runs gave; a failed run touches no other."""

    seen: NDArray[Any]
    """(runs, marks, outcomes): since the start for a rate or a total, at the end of the week for a level."""
    errors: Mapping[int, str] = field(default_factory=dict)
    """Row of a run to the message of a model error; its values are not used."""


class Engine(Protocol):
    """Runs a model in batches. Rows of `values` are futures, columns the uncertainties of the case."""

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of what `project` sees: outcomes of the case, in its order."""

    @property
    def history_outcomes(self) -> tuple[str, ...]:
        """Names of what `history` observes each year."""

    def history(self, values: Floats, numbers: Integers) -> Past:
        """Run the past once for each future: (futures, uncertainties) in.

        `numbers` (futures,) are those of the futures in the whole design; with the seed they decide all luck.
        """

    def project(self, values: Floats, past: Any, runs: Integers, marks: Integers) -> Projection:
        """Run the future. `runs` is (n, 3): row of a future, option, reaction; `marks` are weeks from 1.

        `past` is what `history` of the same engine gave for the same values.
        """

    def explain(self, values: Floats, number: int, option: int, reaction: int) -> str:
        """Where one run first went wrong, in words; empty when there is nothing to say.

        The run is a row of values, and the number of its future.
        """
