"""The one driver: futures x options x reactions -> Runs, chunk by chunk."""

from __future__ import annotations

import platform
import time
import warnings
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.case.fingerprint import simulation_hash
from crossroads.case.records import Case
from crossroads.errors import RunsError
from crossroads.sampling.futures import Futures
from crossroads.simulation.audit import add_audits
from crossroads.simulation.completion import FOLDER, name_completion, read_completions, remove_completion
from crossroads.simulation.crew import Crew, Executor
from crossroads.simulation.disk import hold_folder, measure_bytes, require_shared, write_atomically
from crossroads.simulation.layout import Inputs, build_inputs
from crossroads.simulation.manifest import ENGINE, Key, Manifest, Precision, list_versions, write_manifest
from crossroads.simulation.models import AnyModel, load_model, model_hash
from crossroads.simulation.parcel import Parcel
from crossroads.simulation.places import Address, open_place
from crossroads.simulation.progress import Progress, Silent
from crossroads.simulation.resume import Kept, find_kept, require_own_folder
from crossroads.simulation.runs import CASE, Runs, open_runs
from crossroads.simulation.store import DATA, Store
from crossroads.simulation.work import SEEN_WITHIN, Done, Recipe, Work, make_chunk

__all__ = ["Executor", "Progress", "Silent", "simulate"]


def simulate(
    case: Case,
    futures: Futures,
    folder: Path | str | None = None,
    *,
    home: Path | str = "runs",
    precision: Precision = "float32",
    progress: Progress | None = None,
    chunk: int = 192,
    threads: int | None = None,
    model: AnyModel | None = None,
    series: int = 192,
    audit: bool = True,
    executor: Executor | None = None,
) -> Runs:
    """Run every option and applicable reaction in every future, or what of it is not in the folder yet.

    `folder` is by default <home>/<case id>-<key>, so that runs of another seed, case or model have a folder of their
    own; both may be addresses that fsspec knows. `model` is by default that of the case; for a case in a
    folder of its own give `load_model(case, folder)`. `chunk` futures are run and stored at a time; the first
    `series` keep quarterly series. Stopped at any time, the same call goes on where it stopped and gives the
    same values. With `audit`, one run in a hundred is run again in double precision and compared; the values stay
    as they are. Chunks are made here, one after another on all cores or on `threads` of them; or by `executor`
    (a `concurrent.futures.Executor` or its like, see `cluster.connect`), each on one core, by whoever can write to the
    same folder or address. The values are the same. Raises RunsError when the folder holds the runs of another case
    or model, or cannot be written to, and when a chunk cannot be made.
    """
    chosen = load_model(case) if model is None else model
    key = Key(
        case=simulation_hash(case),
        model=model_hash(chosen),
        seed=futures.seed,
        precision=precision,
        engine=ENGINE,
        chunk=chunk,
        series=series,
        views=futures.views,
    )
    path = open_place(home) / f"{case.id}-{key.digest[:12]}" if folder is None else open_place(folder)
    require_own_folder(path)
    with _explain_disk(path):
        path.mkdir(parents=True, exist_ok=True)
    with hold_folder(path):
        recipe = Recipe(case, chosen, key, Address.of(path), threads or (1 if executor else None), audit)
        _Job(futures, path, recipe, executor, progress or Silent()).finish()
    return open_runs(path, len(futures))


@dataclass(frozen=True)
class _Job:
    """One call of `simulate`."""

    futures: Futures
    path: Path
    recipe: Recipe
    executor: Executor | None
    progress: Progress

    @property
    def case(self) -> Case:
        return self.recipe.case

    @property
    def key(self) -> Key:
        return self.recipe.key

    def finish(self) -> None:
        """Make the chunks that are not there yet, and bring the copy of the case up to date."""
        inputs = build_inputs(self.case)
        table = _tabulate(self.futures, inputs)
        kept = find_kept(self.path, self.key, table)
        for sentence in kept.repairs:
            warnings.warn(sentence, stacklevel=4)
        if len(kept.whole) < self._chunks:
            self._make(table, kept)
        with _explain_disk(self.path):
            write_atomically(self.path / CASE, self.case.model_dump_json() + "\n")

    @property
    def _chunks(self) -> int:
        return -(-len(self.futures) // self.key.chunk)

    def _make(self, table: Mapping[str, NDArray[Any]], kept: Kept) -> None:
        recipe = self.recipe if self.executor is None else self.recipe.pack()
        pairs = len(self.recipe.maker.pairs)
        store = Store(self.path / DATA, self.recipe.labels, self.key.chunk, self.key.series)
        fits = kept.manifest is not None and store.fits()
        whole = kept.whole if fits else {}
        with _explain_disk(self.path):
            manifest = self._begin(pairs, kept)
            self._open(store, anew=not fits, count=manifest.futures)
        works = self._list_works(recipe, table, manifest.futures, whole)
        done = sum(min(self.key.chunk, len(self.futures) - chunk * self.key.chunk) for chunk in whole)
        self.progress.begin(pairs * len(self.futures), pairs * done)
        begun, runs = time.perf_counter(), 0
        try:
            with closing(self._make_chunks(works)) as made:
                for each in made:
                    runs += each.runs
                    self.progress.advance(each.runs, each.failures)
        finally:
            self.progress.end()
        with _explain_disk(self.path):
            self._end(manifest, runs, time.perf_counter() - begun)

    def _list_works(
        self, recipe: Recipe | Parcel, table: Mapping[str, NDArray[Any]], count: int, whole: Iterable[int]
    ) -> Iterator[Work]:
        """The chunks that are not there yet, each with its own slice of the futures and nothing else."""
        for chunk in sorted(set(range(self._chunks)) - set(whole)):
            span = slice(chunk * self.key.chunk, min((chunk + 1) * self.key.chunk, len(self.futures)))
            parts = (table[name][span] for name in ("futures", "view", "replicate"))
            yield Work(recipe, chunk, count, *parts)

    def _make_chunks(self, works: Iterator[Work]) -> Generator[Done]:
        if self.executor is None:
            for work in works:
                with _explain_disk(self.path):
                    done = make_chunk(work)
                yield done
            return
        with closing(Crew(self.executor).make(works)) as made:
            for done in made:
                require_shared(name_completion(self.path, done.chunk), SEEN_WITHIN)
                yield done

    def _begin(self, pairs: int, kept: Kept) -> Manifest:
        """Say whose runs these are before the first of them is written."""
        manifest = kept.manifest or Manifest(
            key=self.key,
            case=self.case.id,
            title=self.case.title,
            labels=self.recipe.labels,
            futures=0,
            pairs=pairs,
            versions=list_versions(),
            machine=platform.machine(),
            started=_now(),
        )
        manifest = manifest.model_copy(
            update={
                "labels": self.recipe.labels,
                "futures": max(manifest.futures, len(self.futures)),
                "finished": None,
                "content_hash": None,
                "repairs": (*manifest.repairs, *kept.repairs),
            }
        )
        write_manifest(self.path, manifest)
        return manifest

    def _open(self, store: Store, anew: bool, count: int) -> None:
        if anew:
            for chunk in read_completions(self.path):
                remove_completion(self.path, chunk)
            store.create(count)
        Store(store.root, store.labels, store.chunk, store.series).grow(count)
        (self.path / FOLDER).mkdir(exist_ok=True)

    def _end(self, manifest: Manifest, made: int, wall: float) -> None:
        marks = read_completions(self.path).values()
        runs = sum(mark.runs for mark in marks)
        taken = sum(mark.seconds for mark in marks)
        writing = sum(mark.write_seconds for mark in marks)
        finished = manifest.model_copy(
            update={
                "finished": _now(),
                "runs": runs,
                "failures": sum(len(mark.failures) for mark in marks),
                "seconds": taken,
                "write_seconds": writing,
                "wall_seconds": wall,
                "runs_per_second": made / wall,
                "bytes": measure_bytes(self.path),
                "audit": add_audits(mark.audit for mark in marks),
            }
        )
        runs_now = Runs(self.path, finished, finished.futures, read_completions(self.path), {})
        content = runs_now.content_hash() if runs_now.complete else None
        write_manifest(self.path, finished.model_copy(update={"content_hash": content}))


def _tabulate(futures: Futures, inputs: Inputs) -> dict[str, NDArray[Any]]:
    """The futures as they are stored, uncertainties in the order of the case."""
    unknown = set(futures.names) ^ set(inputs.uncertainties)
    if unknown:
        raise RunsError(
            f"The futures and the case differ in {', '.join(sorted(unknown))}. Sample futures of this case."
        )
    columns = [futures.values[:, futures.names.index(name)] for name in inputs.uncertainties]
    values = np.column_stack(columns) if columns else np.empty((len(futures), 0))
    return {
        "futures": np.ascontiguousarray(values, dtype=np.float64),
        "view": np.asarray(futures.view, dtype=np.int16),
        "replicate": np.asarray(futures.replicate, dtype=np.int16),
    }


@contextmanager
def _explain_disk(path: Path) -> Iterator[None]:
    """Turn a full or broken disk into a sentence on what is safe and how to go on."""
    try:
        yield
    except OSError as error:
        safe = len(read_completions(path))
        raise RunsError(
            f"Runs could not be written to {path} ({error.strerror or error}). The {safe} chunks that were "
            "finished are safe. Make room there, or allow writing, and give the same command again: it goes on where "
            "it stopped."
        ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
