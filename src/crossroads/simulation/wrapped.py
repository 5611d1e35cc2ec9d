"""Models that are no mechanisms: any Python function of one run, or a NumPy function of a batch.

Both are called with `given` and `weeks` and return, for every outcome of the case, its values at those weeks
(1 is the end of the first week): since the start for a rate or a total, at the end of the week for a level.
`given` maps

    uncertainty    to a number, or the name of a category (for a batch: an array of them, one a run)
    fact, signal   to a number
    lever column   to an array with its value in every week

What they give may be more than the case asks for. An exception, an outcome left out or a list of another
length is a model error of that run alone. A wrapped function has no gates: steps that wait for one are refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.case.records import Case
from crossroads.simulation.engines import Floats, Integers, Past, Projection
from crossroads.simulation.layout import Inputs, column_at

Function = Callable[[dict[str, Any], list[int]], Mapping[str, Sequence[float]]]
Batch = Callable[[dict[str, Any], list[int]], Mapping[str, NDArray[Any]]]


@dataclass(frozen=True)
class Wrapped:
    """A function in place of a model; made by `wrap_function` or `wrap_batch`."""

    function: Callable[[dict[str, Any], list[int]], Mapping[str, Any]]
    batch: bool


def wrap_function(function: Function) -> Wrapped:
    """A model from a function of one run: a list of values at the weeks, for every outcome."""
    return Wrapped(function, batch=False)


def wrap_batch(function: Batch) -> Wrapped:
    """A model from a function of many runs of one option and reaction: (runs, weeks) for every outcome."""
    return Wrapped(function, batch=True)


@dataclass(frozen=True)
class NoPast:
    """A wrapped function has no history phase."""

    yearly: Floats


@dataclass(frozen=True)
class WrappedEngine:
    """Calls a wrapped function, option by option and reaction by reaction."""

    model: Wrapped
    inputs: Inputs
    outcomes: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    """Categorical uncertainty to its names in the order of their codes."""
    weeks: int

    history_outcomes: tuple[str, ...] = ()

    @classmethod
    def of(cls, model: Wrapped, case: Case, inputs: Inputs) -> WrappedEngine:
        """The engine of a wrapped function for a case."""
        categories = {
            each.id: tuple(each.distribution.shares)
            for each in case.uncertainties
            if each.distribution.kind == "categorical"
        }
        return cls(model, inputs, tuple(outcome.id for outcome in case.outcomes), categories, case.weeks)

    def history(self, values: Floats, numbers: Integers) -> NoPast:  # noqa: ARG002
        """Nothing: one empty table."""
        return NoPast(np.empty((len(values), 0, 0)))

    def project(self, values: Floats, past: Past, runs: Integers, marks: Integers) -> Projection:  # noqa: ARG002
        """See Engine.project. A batch that raises is halved until the run that raises stands alone."""
        seen = np.full((len(runs), len(marks), len(self.outcomes)), np.nan)
        errors: dict[int, str] = {}
        of_runs = values[runs[:, 0]]
        for option, reaction in np.unique(runs[:, 1:], axis=0):
            rows = np.flatnonzero((runs[:, 1] == option) & (runs[:, 2] == reaction))
            shared = self._share(int(option), int(reaction))
            size = len(rows) if self.model.batch else 1
            for first in range(0, len(rows), size):
                self._call(of_runs, rows[first : first + size], shared, marks, seen, errors)
        return Projection(seen, errors)

    def explain(self, values: Floats, number: int, option: int, reaction: int) -> str:  # noqa: ARG002
        """Nothing: what happens inside a wrapped function is not seen."""
        return ""

    def _call(
        self,
        values: Floats,
        rows: Integers,
        shared: dict[str, Any],
        marks: Integers,
        seen: Floats,
        errors: dict[int, str],
    ) -> None:
        try:
            given = {**self._name(values[rows]), **shared}
            seen[rows] = self._collect(self.model.function(given, marks.tolist()), len(rows), len(marks))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # also one of its own kind, or a call to end the process
            if len(rows) == 1:
                errors[int(rows[0])] = f"{type(error).__name__}: {error}"
                return
            middle = len(rows) // 2
            self._call(values, rows[:middle], shared, marks, seen, errors)
            self._call(values, rows[middle:], shared, marks, seen, errors)

    def _name(self, values: Floats) -> dict[str, Any]:
        """Uncertainty to its values: an array for a batch, one number or name for a function."""
        named: dict[str, Any] = {}
        for place, name in enumerate(self.inputs.uncertainties):
            column: NDArray[Any] = values[:, place].copy()
            if name in self.categories:
                column = np.array(self.categories[name])[column.astype(int)]
            named[name] = column if self.model.batch else column[0].item()
        return named

    @cached_property
    def _by_week(self) -> Floats:
        """(options, weeks, columns)."""
        schedules = self.inputs.schedules
        by_week = np.stack([column_at(schedules, week) for week in range(self.weeks)], axis=1)
        by_week.setflags(write=False)
        return by_week

    def _share(self, option: int, reaction: int) -> dict[str, Any]:
        """What the runs of one option and reaction have in common; arrays cannot be written to."""
        columns = {name: self._by_week[option, :, place] for place, name in enumerate(self.inputs.columns)}
        signals = dict(zip(self.inputs.signals, self.inputs.signals_of[reaction].tolist(), strict=True))
        return {**self.inputs.facts, **columns, **signals}

    def _collect(self, given: Mapping[str, Any], runs: int, marks: int) -> Floats:
        """(runs, marks, outcomes). Raises where the function did not give what it should."""
        shape = (runs, marks) if self.model.batch else (marks,)
        found = np.empty((runs, marks, len(self.outcomes)))
        for place, outcome in enumerate(self.outcomes):
            if outcome not in given:
                raise ValueError(f"the model gave no outcome {outcome}")
            part = np.asarray(given[outcome], dtype=np.float64)
            if np.ma.isMaskedArray(given[outcome]) or part.shape != shape:
                raise ValueError(f"outcome {outcome} has shape {part.shape}, and should have {shape}")
            found[:, :, place] = part
        return found
