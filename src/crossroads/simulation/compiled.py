"""The engine of a model: compiled for the ensemble, and on plain floats to explain a failed run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from crossroads.case.records import Case
from crossroads.errors import CaseError
from crossroads.simulation import kernel
from crossroads.simulation.audit import Auditor
from crossroads.simulation.contract import Model
from crossroads.simulation.engines import Engine, Floats, Integers, Projection
from crossroads.simulation.fit import find_misfits
from crossroads.simulation.layout import Inputs, count_history_weeks
from crossroads.simulation.models import AnyModel
from crossroads.simulation.scalar import Weeks, run
from crossroads.simulation.wrapped import Wrapped, WrappedEngine

if TYPE_CHECKING:  # an engine starts without the libraries of the store
    from crossroads.simulation.manifest import Precision


def make_engine(
    model: AnyModel, case: Case, inputs: Inputs, precision: Precision, threads: int | None, seed: int = 0
) -> Engine:
    """The engine that runs a model for a case, its luck that of the seed. Raises CaseError where the two do not fit."""
    misfits = find_misfits(case, model)
    if misfits:
        raise CaseError(misfits)
    if isinstance(model, Wrapped):
        return WrappedEngine.of(model, case, inputs)
    outcomes = [(outcome.id, outcome.reading) for outcome in case.outcomes]
    history_weeks = count_history_weeks(case)
    compiled = kernel.compile_model(model, inputs, outcomes, case.weeks, history_weeks, precision, seed=seed)
    return CompiledEngine(compiled, model, inputs, case.weeks, history_weeks, threads, seed)


def make_auditor(
    model: AnyModel, case: Case, inputs: Inputs, precision: Precision, threads: int | None, seed: int
) -> Auditor | None:
    """Who runs some runs again in double precision; nobody where all runs are in double precision already.

    A wrapped function computes as it likes, in Python's or NumPy's double precision.
    """
    if precision == "float64" or isinstance(model, Wrapped):
        return None
    return Auditor(seed, partial(make_engine, model, case, inputs, "float64", threads, seed))


@dataclass(frozen=True)
class CompiledEngine:
    """A compiled model with the number of threads that it may use, by default one for each core."""

    engine: kernel.Engine
    model: Model
    inputs: Inputs
    weeks: int
    history_weeks: int
    threads: int | None
    seed: int

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Names of what `project` sees."""
        return self.engine.outcomes

    @property
    def history_outcomes(self) -> tuple[str, ...]:
        """Names of what `history` observes each year."""
        return self.engine.history_outcomes

    def history(self, values: Floats, numbers: Integers) -> kernel.History:
        """See Engine.history."""
        return self.engine.history(values, self.threads, numbers)

    def project(self, values: Floats, past: kernel.History, runs: Integers, marks: Integers) -> Projection:
        """See Engine.project. Compiled runs raise nothing: what goes wrong is not finite."""
        return Projection(self.engine.project(values, past, runs, marks, self.threads))

    def explain(self, values: Floats, number: int, option: int, reaction: int) -> str:
        """The first stock that was not finite, from the same run on plain floats."""
        try:
            length = (self.weeks, self.history_weeks)
            told = run(self.model, self.inputs, values, option, reaction, *length, seed=self.seed, future=number)
        except Exception as error:
            return f"in plain Python this run stops with {type(error).__name__}: {error}"
        for phase, weeks in (("history", told.history), ("projection", told.projection)):
            lost = sorted(_find_lost(weeks))
            if lost:
                week, stock = lost[0]
                return f"in plain Python {stock} is the first stock to be lost, in week {week} of the {phase}"
        return "in plain Python every stock stays finite"


def _find_lost(weeks: Weeks) -> Iterator[tuple[int, str]]:
    """(week, stock) where each stock was first not finite; week 0 is the start."""
    stocks = {name: np.asarray(values, dtype=float)[:, None] for name, values in weeks.stocks.items()}
    units = {name: np.asarray(values, dtype=float) for name, values in weeks.units.items()}
    for name, values in {**stocks, **units}.items():
        lost = np.flatnonzero(~np.isfinite(values).all(axis=1))
        if lost.size:
            yield int(lost[0]), name
