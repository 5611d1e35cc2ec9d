"""Trials: the sides of checks, run in the same futures with the same luck, many in one call of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from crossroads.case.changes import choose_moves, find_subject, number_of, options_of, setting_of
from crossroads.case.records import Case, Check, by_id
from crossroads.sampling.futures import Futures
from crossroads.search.variants import change_option
from crossroads.simulation.compiled import make_engine
from crossroads.simulation.contract import Model
from crossroads.simulation.engines import Engine
from crossroads.simulation.layout import Inputs, build_inputs
from crossroads.simulation.models import AnyModel
from crossroads.simulation.progress import Progress
from crossroads.simulation.readings import Readings

AT_ONCE = 8192
"""Runs in one call of the engine: many enough to fill its lanes, few enough to hear of progress."""


@dataclass(frozen=True)
class Trial:
    """What is run in every future."""

    option: str
    levers: tuple[tuple[str, float | str], ...]
    """Levers that differ from the option, with their values."""
    reaction: str
    held: tuple[tuple[str, float], ...]
    """Uncertainties that have one value in every future, with the value as a number."""
    off: frozenset[str]
    """Mechanisms that are switched off."""


@dataclass(frozen=True)
class Readout:
    """What a trial gave."""

    outcomes: tuple[str, ...]
    values: NDArray[np.float32]
    """(futures, outcomes, horizons); not a number where a run failed."""


def list_trials(case: Case, check: Check) -> tuple[Trial, ...]:
    """A trial for each value of the one change of a check, in their order."""
    ((name, change),) = check.when.items()
    return tuple(_make_trial(case, check, name, value) for value in change.values)


def _make_trial(case: Case, check: Check, name: str, value: float | str) -> Trial:
    subject = find_subject(case, name, check.when[name])
    uncertainties, levers = by_id(case.uncertainties), by_id(case.levers)
    held = {each: number_of(uncertainties[each], fixed) for each, fixed in check.fixed.items()}
    changed = {each: setting_of(levers[each], given) for each, given in check.given.levers.items()}
    moves, off = list(choose_moves(case, check)), set(check.without)
    if subject == "uncertainty":
        held[name] = number_of(uncertainties[name], value)
    elif subject == "lever":
        changed[name] = setting_of(levers[name], value)
    elif subject == "actor":
        moves[sorted(case.actors, key=lambda actor: actor.order).index(by_id(case.actors)[name])] = str(value)
    elif subject == "mechanism":
        off = off | {name} if value == "off" else off - {name}
    return Trial(
        option=str(value) if subject == "option" else options_of(case, check)[0],
        levers=tuple(sorted(changed.items())),
        reaction="+".join(str(move) for move in moves) or "none",
        held=tuple(sorted((each, number) for each, number in held.items() if number is not None)),
        off=frozenset(off),
    )


def run_trials(
    case: Case, model: AnyModel, trials: Iterable[Trial], futures: Futures, progress: Progress
) -> dict[Trial, Readout]:
    """Every trial in every future, in double precision; trials with the same mechanisms share an engine."""
    distinct = sorted(dict.fromkeys(trials), key=lambda trial: (sorted(trial.off), trial.held, repr(trial)))
    found: dict[Trial, Readout] = {}
    progress.begin(len(distinct) * len(futures), 0)
    try:
        for off, group in groupby(distinct, key=lambda trial: trial.off):
            part = model.without(*off) if off and isinstance(model, Model) else model
            bench = _Bench.of(case, part, list(group), futures)
            for batch in bench.list_batches():
                made = bench.run(batch)
                found |= made
                lost = sum(int(np.isnan(each.values).any(axis=(1, 2)).sum()) for each in made.values())
                progress.advance(len(made) * len(futures), lost)
    finally:
        progress.end()
    return found


@dataclass(frozen=True)
class _Bench:
    """An engine for a case whose options are those that some trials need."""

    engine: Engine
    inputs: Inputs
    readings: Readings
    trials: Sequence[Trial]
    places: Mapping[tuple[str, tuple[tuple[str, float | str], ...]], int]
    """Option with its changed levers to its place among the options."""
    futures: Futures

    @classmethod
    def of(cls, case: Case, model: AnyModel, trials: Sequence[Trial], futures: Futures) -> _Bench:
        """Made for some trials of one model."""
        needed = list(dict.fromkeys((trial.option, trial.levers) for trial in trials))
        known = by_id(case.options)
        options = tuple(change_option(known[one], dict(set_), f"option_{i}") for i, (one, set_) in enumerate(needed))
        changed = case.model_copy(update={"options": options})
        inputs = build_inputs(changed)
        engine = make_engine(model, changed, inputs, "float64", None, futures.seed)
        readings = Readings.of(changed, engine.outcomes)
        return cls(engine, inputs, readings, trials, {each: i for i, each in enumerate(needed)}, futures)

    def list_batches(self) -> list[list[Trial]]:
        """Trials in groups that one call of the engine takes; those that share a past stay neighbours."""
        step = max(1, AT_ONCE // len(self.futures))
        return [list(self.trials[first : first + step]) for first in range(0, len(self.trials), step)]

    def run(self, batch: Sequence[Trial]) -> dict[Trial, Readout]:
        """One history for each set of held uncertainties, and one projection for each trial."""
        count, pasts = len(self.futures), list(dict.fromkeys(trial.held for trial in batch))
        values = np.concatenate([self._hold(dict(held)) for held in pasts])
        past = self.engine.history(values, np.tile(np.arange(count), len(pasts)))
        runs = np.concatenate([self._list_runs(trial, pasts.index(trial.held) * count) for trial in batch])
        projection = self.engine.project(values, past, runs, self.readings.marks)
        seen = np.array(projection.seen, dtype=np.float64)
        seen[list(projection.errors)] = np.nan
        read = self.readings.at_horizons(seen, self.readings.marks)
        parts = np.split(np.where(np.isfinite(read), read, np.float32(np.nan)), len(batch))
        return {
            trial: Readout(self.engine.outcomes, part) for trial, part in zip(batch, parts, strict=True)
        }

    def _hold(self, held: Mapping[str, float]) -> NDArray[np.float64]:
        """(futures, uncertainties) in the order of the case, some of them at one value."""
        columns = [
            np.full(len(self.futures), held[name]) if name in held else self.futures.column(name)
            for name in self.inputs.uncertainties
        ]
        return np.column_stack(columns) if columns else np.empty((len(self.futures), 0))

    def _list_runs(self, trial: Trial, first: int) -> NDArray[np.int64]:
        """(futures, 3): row of the future, option, reaction."""
        option = self.places[trial.option, trial.levers]
        reaction = self.inputs.reactions.index(trial.reaction)
        rows = np.arange(first, first + len(self.futures))
        return np.column_stack([rows, np.full(len(rows), option), np.full(len(rows), reaction)])
