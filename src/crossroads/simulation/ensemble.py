"""The one driver: futures x options x reactions -> Runs, chunk by chunk."""

from __future__ import annotations

import platform
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.case.fingerprint import simulation_hash
from crossroads.case.records import Case
from crossroads.errors import RunsError
from crossroads.sampling.futures import Futures
from crossroads.simulation.chunks import Maker
from crossroads.simulation.compiled import make_engine
from crossroads.simulation.completion import (
    FOLDER,
    Completion,
    digest_futures,
    read_completions,
    remove_completion,
    write_completion,
)
from crossroads.simulation.disk import hold_folder, measure_bytes, write_atomically
from crossroads.simulation.layout import WEEKS_PER_YEAR, Inputs, build_inputs, count_history_weeks
from crossroads.simulation.manifest import ENGINE, Key, Manifest, Precision, list_versions, write_manifest
from crossroads.simulation.models import AnyModel, load_model, model_hash
from crossroads.simulation.progress import Progress, Silent
from crossroads.simulation.readings import Readings
from crossroads.simulation.resume import Kept, find_kept, require_own_folder
from crossroads.simulation.runs import CASE, Runs, open_runs
from crossroads.simulation.store import AXES, DATA, Labels, Store

__all__ = ["Progress", "Silent", "simulate"]


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
) -> Runs:
    """Run every option and applicable reaction in every future, or what of it is not in the folder yet.

    `folder` is by default <home>/<case id>-<key>, so that runs of another seed, case or model have a folder of their
    own. `model` is by default that of the case; for a case in a
    folder of its own give `load_model(case, folder)`. `chunk` futures are run and stored at a time; the first
    `series` keep quarterly series. Stopped at any time, the same call goes on where it stopped and gives the
    same values. Raises RunsError when the folder holds the runs of another case or model, or cannot be
    written to.
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
    path = Path(home) / f"{case.id}-{key.digest[:12]}" if folder is None else Path(folder)
    require_own_folder(path)
    with _explain_disk(path):
        path.mkdir(parents=True, exist_ok=True)
    with hold_folder(path):
        _Job(case, futures, path, key, chosen, threads, progress or Silent()).finish()
    return open_runs(path, len(futures))


@dataclass(frozen=True)
class _Job:
    """One call of `simulate`."""

    case: Case
    futures: Futures
    path: Path
    key: Key
    model: AnyModel
    threads: int | None
    progress: Progress

    def finish(self) -> None:
        """Make the chunks that are not there yet, and bring the copy of the case up to date."""
        inputs = build_inputs(self.case)
        table = _tabulate(self.futures, inputs)
        kept = find_kept(self.path, self.key, table)
        for sentence in kept.repairs:
            warnings.warn(sentence, stacklevel=4)
        if len(kept.whole) < self._chunks:
            self._make(self._plan(inputs, table), kept)
        with _explain_disk(self.path):
            write_atomically(self.path / CASE, self.case.model_dump_json() + "\n")

    @property
    def _chunks(self) -> int:
        return -(-len(self.futures) // self.key.chunk)

    def _plan(self, inputs: Inputs, table: Mapping[str, NDArray[Any]]) -> Maker:
        engine = make_engine(self.model, self.case, inputs, self.key.precision, self.threads)
        return Maker(
            engine=engine,
            inputs=inputs,
            readings=Readings.of(self.case, engine.outcomes),
            baseline=inputs.options.index(self.case.baseline),
            series=self.key.series,
            values=table["futures"],
            view=table["view"],
            replicate=table["replicate"],
        )

    def _make(self, maker: Maker, kept: Kept) -> None:
        labels = _label(self.case, maker)
        store = Store(self.path / DATA, labels, self.key.chunk, self.key.series)
        fits = kept.manifest is not None and store.fits()
        whole = kept.whole if fits else {}
        with _explain_disk(self.path):
            manifest = self._begin(labels, len(maker.pairs), kept)
            store = self._open(store, anew=not fits, count=manifest.futures)
        done = sum(min(self.key.chunk, len(self.futures) - chunk * self.key.chunk) for chunk in whole)
        self.progress.begin(len(maker.pairs) * len(self.futures), len(maker.pairs) * done)
        try:
            for chunk in range(self._chunks):
                if chunk not in whole:
                    self._make_chunk(maker, store, chunk)
        finally:
            self.progress.end()
        with _explain_disk(self.path):
            self._end(manifest)

    def _begin(self, labels: Labels, pairs: int, kept: Kept) -> Manifest:
        """Say whose runs these are before the first of them is written."""
        manifest = kept.manifest or Manifest(
            key=self.key,
            case=self.case.id,
            title=self.case.title,
            labels=labels,
            futures=0,
            pairs=pairs,
            versions=list_versions(),
            machine=platform.machine(),
            started=_now(),
        )
        manifest = manifest.model_copy(
            update={
                "labels": labels,
                "futures": max(manifest.futures, len(self.futures)),
                "finished": None,
                "content_hash": None,
                "repairs": (*manifest.repairs, *kept.repairs),
            }
        )
        write_manifest(self.path, manifest)
        return manifest

    def _open(self, store: Store, anew: bool, count: int) -> Store:
        if anew:
            for chunk in read_completions(self.path):
                remove_completion(self.path, chunk)
            store.create(count)
            store = replace(store)
        store.grow(count)
        (self.path / FOLDER).mkdir(exist_ok=True)
        return store

    def _make_chunk(self, maker: Maker, store: Store, chunk: int) -> None:
        begun = time.perf_counter()
        made = maker.make(store.span(chunk, len(self.futures)))
        simulated = time.perf_counter()
        with _explain_disk(self.path):
            remove_completion(self.path, chunk)
            files = store.write(chunk, made.block)
            completion = Completion(
                chunk=chunk,
                futures=len(made.block["futures"]),
                runs=made.runs,
                failures=made.failures,
                digests=digest_futures(made.block, AXES),
                files=files,
                seconds=simulated - begun,
                write_seconds=time.perf_counter() - simulated,
            )
            write_completion(self.path, completion)
        self.progress.advance(made.runs, len(made.failures))

    def _end(self, manifest: Manifest) -> None:
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
                "runs_per_second": runs / (taken + writing),
                "bytes": measure_bytes(self.path),
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


def _label(case: Case, maker: Maker) -> Labels:
    observed = maker.engine.history_outcomes
    first, count = case.history_start.year, count_history_weeks(case) // WEEKS_PER_YEAR if observed else 0
    return Labels(
        option=maker.inputs.options,
        reaction=maker.inputs.reactions,
        outcome=maker.engine.outcomes,
        horizon=tuple(horizon.id for horizon in case.horizons),
        quarter=tuple(range(1, maker.readings.quarters + 1)),
        uncertainty=maker.inputs.uncertainties,
        history_outcome=observed,
        history_year=tuple(range(first, first + count)),
    )


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
