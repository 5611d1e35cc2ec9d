"""The unit of work: one chunk of futures, made from what travels and written to the store.

Whoever makes a chunk (the driver, a thread, another process, another machine) calls `make_chunk`. What comes back
is a small summary: results go to the store and nowhere else.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.case.records import Case
from crossroads.errors import CaseError, CrossroadsError, ModelError, RunsError
from crossroads.simulation.audit import Auditor
from crossroads.simulation.chunks import Maker
from crossroads.simulation.compiled import make_auditor, make_engine
from crossroads.simulation.completion import (
    Completion,
    digest_futures,
    read_completion,
    remove_completion,
    write_completion,
)
from crossroads.simulation.contract import Mechanism
from crossroads.simulation.disk import require_shared
from crossroads.simulation.layout import WEEKS_PER_YEAR, Inputs, build_inputs, count_history_weeks
from crossroads.simulation.manifest import ENGINE, NAME, Key
from crossroads.simulation.models import AnyModel, model_hash
from crossroads.simulation.parcel import Parcel, open_parcel, pack
from crossroads.simulation.places import Address
from crossroads.simulation.readings import Readings
from crossroads.simulation.store import AXES, DATA, Labels, Store
from crossroads.simulation.wrapped import Wrapped

SEEN_WITHIN = 20.0
"""Seconds after which what one machine wrote to a shared folder is seen by the others."""
KEPT = 4
"""Ensembles whose compiled models a process keeps at hand."""


@dataclass(frozen=True, eq=False)
class Recipe:
    """What all chunks of an ensemble have in common."""

    case: Case
    model: AnyModel
    key: Key
    address: Address
    """Where the runs lie."""
    threads: int | None
    audit: bool

    @cached_property
    def place(self) -> Path:
        """Where the runs lie, opened."""
        return self.address.open()

    @cached_property
    def maker(self) -> Maker:
        """The compiled model, ready for the futures of any chunk."""
        inputs = build_inputs(self.case)
        engine = make_engine(self.model, self.case, inputs, self.key.precision, self.threads, self.key.seed)
        return Maker(
            engine=engine,
            inputs=inputs,
            readings=Readings.of(self.case, engine.outcomes),
            baseline=inputs.options.index(self.case.baseline),
            series=self.key.series,
            values=np.empty((0, len(inputs.uncertainties))),
            view=np.empty(0, dtype=np.int16),
            replicate=np.empty(0, dtype=np.int16),
            auditor=self._find_auditor(inputs),
        )

    @cached_property
    def labels(self) -> Labels:
        """The names along the stored arrays."""
        observed = self.maker.engine.history_outcomes
        first = self.case.history_start.year
        years = count_history_weeks(self.case) // WEEKS_PER_YEAR if observed else 0
        return Labels(
            option=self.maker.inputs.options,
            reaction=self.maker.inputs.reactions,
            outcome=self.maker.engine.outcomes,
            horizon=tuple(horizon.id for horizon in self.case.horizons),
            quarter=tuple(range(1, self.maker.readings.quarters + 1)),
            uncertainty=self.maker.inputs.uncertainties,
            history_outcome=observed,
            history_year=tuple(range(first, first + years)),
        )

    def open_store(self, count: int) -> Store:
        """The arrays with room for `count` futures, opened once in a process."""
        return _open_store(self.place / DATA, self.labels, self.key.chunk, self.key.series, count)

    def pack(self) -> Parcel:
        """This recipe for other processes. Raises RunsError where its model cannot travel."""
        plain = Recipe(**{field.name: getattr(self, field.name) for field in fields(self)})
        return pack(plain)

    def require_same(self, whole: Iterable[str]) -> None:
        """Raise RunsError unless this process would give the same numbers as the driver.

        Functions of the modules `whole` came with the recipe, and so are the driver's own.
        """
        if self.key.engine != ENGINE:
            raise RunsError(
                f"A worker has engine {ENGINE} of Crossroads, and these runs are made with engine {self.key.engine}. "
                "Install the same version of Crossroads on every worker."
            )
        came = {*whole, "__main__"}
        if any(module.partition(".")[0] in came for module in _list_modules(self.model)):
            return
        if model_hash(self.model) != self.key.model:
            raise RunsError(
                f"A worker has another state of the model of {self.case.id} than the one these runs are made with. "
                "Install the same version of Crossroads, and of the model, on every worker."
            )

    def _find_auditor(self, inputs: Inputs) -> Auditor | None:
        if not self.audit:
            return None
        return make_auditor(self.model, self.case, inputs, self.key.precision, self.threads, self.key.seed)


@dataclass(frozen=True, eq=False)
class Work:
    """One chunk to make: all that a worker needs, and no more."""

    recipe: Recipe | Parcel
    chunk: int
    count: int
    """Futures that the store has room for."""
    values: NDArray[Any]
    """(futures of the chunk, uncertainties); so are `view` and `replicate` those of the chunk alone."""
    view: NDArray[Any]
    replicate: NDArray[Any]


@dataclass(frozen=True)
class Done:
    """What the driver hears of a chunk that is safe."""

    chunk: int
    runs: int
    failures: int


@dataclass(frozen=True)
class Trouble:
    """Why a chunk could not be made, in words; `final` where another try would end in the same way."""

    chunk: int
    what: str
    final: bool


def make_chunk(work: Work) -> Done:
    """Simulate a chunk, write it, and then its mark. What is whole already stays as it is."""
    recipe = open_recipe(work.recipe) if isinstance(work.recipe, Parcel) else work.recipe
    mark = read_completion(recipe.place, work.chunk)
    if mark is None or mark.futures < len(work.values):
        mark = _make(recipe, work)
    return Done(work.chunk, mark.runs, len(mark.failures))


def try_chunk(work: Work) -> Done | Trouble:
    """`make_chunk` for another process, to which an exception is a value like any other."""
    try:
        return make_chunk(work)
    except CrossroadsError as error:
        return Trouble(work.chunk, str(error), final=True)
    except Exception as error:
        return Trouble(work.chunk, f"{type(error).__name__}: {error}", final=False)


def open_recipe(parcel: Parcel) -> Recipe:
    """The recipe in a parcel, its model compiled; opened once in a process, whichever thread asks first."""
    with _opening:
        found = _opened.get(parcel.digest)
        if found is None:
            found = _opened[parcel.digest] = _unpack(parcel)
            while len(_opened) > KEPT:
                _opened.popitem(last=False)
        _opened.move_to_end(parcel.digest)
        return found


_opening = threading.Lock()
_opened: OrderedDict[str, Recipe] = OrderedDict()


def _unpack(parcel: Parcel) -> Recipe:
    recipe = open_parcel(parcel)
    if not isinstance(recipe, Recipe):
        raise RunsError("A worker was sent something else than runs to make.")
    recipe.require_same(parcel.whole)
    require_shared(recipe.place / NAME, SEEN_WITHIN)
    try:
        _ = recipe.maker
    except (CaseError, ModelError) as error:
        raise RunsError(f"A worker cannot compile the model: {error}") from error
    return recipe


def _make(recipe: Recipe, work: Work) -> Completion:
    first = work.chunk * recipe.key.chunk
    maker = replace(
        recipe.maker, values=work.values, view=work.view, replicate=work.replicate, first=first
    )
    store = recipe.open_store(work.count)
    begun = time.perf_counter()
    made = maker.make(slice(first, first + len(work.values)))
    simulated = time.perf_counter()
    remove_completion(recipe.place, work.chunk)
    with ThreadPoolExecutor(1) as beside:
        digests = beside.submit(digest_futures, made.block, AXES)
        files = store.write(work.chunk, made.block)
    completion = Completion(
        chunk=work.chunk,
        futures=len(work.values),
        runs=made.runs,
        failures=made.failures,
        digests=digests.result(),
        files=files,
        seconds=simulated - begun,
        write_seconds=time.perf_counter() - simulated,
        audit=made.audit,
    )
    write_completion(recipe.place, completion)
    return completion


def _list_modules(model: AnyModel) -> set[str]:
    """Names of the modules that the functions of a model are from."""
    if isinstance(model, Wrapped):
        return {model.function.__module__}
    values = (getattr(mechanism, field.name) for mechanism in model.mechanisms for field in fields(Mechanism))
    return {value.__module__ for value in values if callable(value)}


@lru_cache(maxsize=KEPT)
def _open_store(root: Path, labels: Labels, chunk: int, series: int, _count: int) -> Store:
    return Store(root, labels, chunk, series)
