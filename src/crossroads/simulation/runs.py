"""Runs: what was simulated, complete and labelled, on disk."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from crossroads.case.records import Case
from crossroads.errors import RunsError
from crossroads.sampling.futures import Futures
from crossroads.simulation.completion import Completion, list_unreadable, read_completions
from crossroads.simulation.damage import find_damage, find_lost_files
from crossroads.simulation.disk import measure_files
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.manifest import Manifest, read_manifest
from crossroads.simulation.places import open_place
from crossroads.simulation.status import Failure
from crossroads.simulation.store import DATA, Store, WholeChunks, open_pieces

CASE = "case.json"


@dataclass(frozen=True)
class Runs:
    """Runs of every option, reaction and future; made by `simulate` or `open_runs`, read lazily.

    Chunks that are absent or damaged are never shown: their status is 0 and their values are not a number.
    """

    path: Path
    manifest: Manifest
    size: int
    """Number of futures looked at: the first ones of the store."""
    completions: Mapping[int, Completion]
    """The chunks that are whole."""
    damage: Mapping[int, str]
    """Chunk to what was found wrong with it."""

    @cached_property
    def case(self) -> Case:
        """The case as it was simulated."""
        return Case.model_validate_json((self.path / CASE).read_text(encoding="utf-8"))

    @property
    def complete(self) -> bool:
        """Whether every future looked at has been simulated."""
        return not self._missing

    def require_complete(self) -> Runs:
        """These runs. Raises RunsError, with what is missing, unless they are complete."""
        if self.complete:
            return self
        chunks = -(-self.size // self.manifest.key.chunk)
        raise RunsError(
            f"{len(self._missing)} of {chunks} chunks of the runs in {self.path} are missing"
            f"{' or damaged' if self.damage else ''}. Simulate again with the same case, futures and folder: "
            "it goes on where it stopped."
        )

    @cached_property
    def dataset(self) -> xr.Dataset:
        """All arrays, labelled and lazy.

        values (option, reaction, future, outcome, horizon), status (option, reaction, future), start (future,
        outcome), series (option, reaction, series_future, outcome, quarter), history (future,
        history_outcome, history_year), futures (future, uncertainty), view and replicate (future). Reading a
        piece that was damaged after the runs were opened raises ValueError.
        """
        files = frozenset(name for completion in self.completions.values() for name in completion.files)
        whole = WholeChunks(open_pieces(self.path / DATA, read_only=True), files)
        try:
            found = xr.open_zarr(whole, consolidated=False, chunks=None, zarr_format=3)
        except (OSError, ValueError, KeyError) as error:
            raise RunsError(
                f"The arrays in {self.path} cannot be opened ({error}). Simulate again with the same case, "
                "futures and folder: what is missing is made anew."
            ) from error
        cut: xr.Dataset = found.isel(
            {dim: slice(self.size) for dim in ("future", "series_future") if dim in found.dims}
        )
        names = {dim: list(labels) for dim, labels in asdict(self.manifest.labels).items() if labels}
        numbers = {dim: np.arange(cut.sizes[dim]) for dim in ("future", "series_future") if dim in cut.dims}
        return cut.assign_coords({**names, **numbers})

    def values(self, outcome: str, horizon: str) -> xr.DataArray:
        """One outcome at one horizon: (option, reaction, future), loaded."""
        return self._read("values", outcome=outcome, horizon=horizon)

    def series(self, outcome: str) -> xr.DataArray:
        """One outcome by quarter for the first futures: (option, reaction, series_future, quarter)."""
        return self._read("series", outcome=outcome)

    def start(self, outcome: str) -> xr.DataArray:
        """One outcome at the start of the case under the baseline option: (future,), loaded."""
        return self._read("start", outcome=outcome)

    @cached_property
    def status(self) -> xr.DataArray:
        """How every run ended: (option, reaction, future), loaded; see `Status`."""
        return self._read("status")

    @cached_property
    def futures(self) -> Futures:
        """The futures that were simulated. Raises RunsError unless the runs are complete."""
        data = self.require_complete()
        labels, key = self.manifest.labels, self.manifest.key
        return Futures(
            names=labels.uncertainty,
            values=data._read("futures").values,
            view=data._read("view").values.astype(int),
            replicate=data._read("replicate").values.astype(int),
            seed=key.seed,
            views=key.views,
        )

    @cached_property
    def mix(self) -> xr.DataArray:
        """The judgement share of each reaction under each option: (option, reaction), rows sum to 1."""
        return self._by_pair(build_inputs(self.case).mix)

    @cached_property
    def applicable(self) -> xr.DataArray:
        """Whether a reaction makes sense under an option: (option, reaction)."""
        return self._by_pair(build_inputs(self.case).applicable)

    def failures(self) -> list[Failure]:
        """Every run that failed, with its reason, in the order of futures, options and reactions."""
        labels = self.manifest.labels
        failed = [
            run
            for completion in self.completions.values()
            for run in completion.failures
            if run.future < self.size
        ]
        failed.sort(key=lambda run: (run.future, run.option, run.reaction))
        return [
            Failure(labels.option[run.option], labels.reaction[run.reaction], run.future, run.reason)
            for run in failed
        ]

    def content_hash(self) -> str:
        """sha256 over the labels and everything stored for each future: the same whatever the size of chunks.

        Raises RunsError unless the runs are complete.
        """
        self.require_complete()
        total = hashlib.sha256(json.dumps(asdict(self.manifest.labels)).encode())
        digests = [digest for chunk in sorted(self.completions) for digest in self.completions[chunk].digests]
        for digest in digests[: self.size]:
            total.update(digest.encode())
        return total.hexdigest()

    def first(self, count: int) -> Runs:
        """The runs of the first `count` futures, as if no more had been asked for."""
        if not 0 < count <= self.manifest.futures:
            raise RunsError(f"{self.path} has {self.manifest.futures} futures, not {count}.")
        return replace(self, size=count)

    def check(self) -> dict[int, str]:
        """Read everything and compare it with what was written: chunk to what is wrong with it."""
        store = make_store(self.path, self.manifest)
        sizes = measure_files(store.root)
        found = {chunk: find_damage(store, each, sizes) for chunk, each in self.completions.items()}
        return {**self.damage, **{chunk: damage for chunk, damage in found.items() if damage}}

    @property
    def _missing(self) -> list[int]:
        chunk = self.manifest.key.chunk
        return [
            each
            for each in range(-(-self.size // chunk))
            if each not in self.completions
            or self.completions[each].futures < min(chunk, self.size - each * chunk)
        ]

    def _read(self, array: str, **names: str) -> xr.DataArray:
        for dim, name in names.items():
            known = self.dataset[dim].values.tolist()
            if name not in known:
                raise RunsError(f"There is no {dim} {name} in these runs. Known: {', '.join(known)}.")
        try:
            return self.dataset[array].sel(names).load()
        except (OSError, ValueError) as error:
            raise RunsError(
                f"The runs in {self.path} were damaged after they were written ({error}). Simulate again "
                "with the same case, futures and folder: damaged chunks are made anew."
            ) from error

    def _by_pair(self, table: NDArray[Any]) -> xr.DataArray:
        labels = self.manifest.labels
        return xr.DataArray(
            table, {"option": list(labels.option), "reaction": list(labels.reaction)}, ("option", "reaction")
        )


def open_runs(path: Path | str, count: int | None = None) -> Runs:
    """The runs in a folder or at an address, or those of its first `count` futures.

    Says (as a warning) which chunks are cut short or missing; contents are checked when they are read.
    Raises RunsError when there are no runs.
    """
    folder = open_place(path)
    manifest = read_manifest(folder)
    if manifest is None:
        raise RunsError(f"There are no runs in {folder}. Simulate first, or give the folder of earlier runs.")
    store = make_store(folder, manifest)
    found = read_completions(folder)
    damage = {chunk: "its completion mark cannot be read" for chunk in list_unreadable(folder)}
    sizes = measure_files(store.root)
    damage |= {chunk: reason for chunk, each in found.items() if (reason := find_lost_files(sizes, each))}
    for chunk, reason in sorted(damage.items()):
        warnings.warn(f"Chunk {chunk} of the runs in {folder} is damaged: {reason}.", stacklevel=2)
    whole = {chunk: each for chunk, each in found.items() if chunk not in damage}
    runs = Runs(folder, manifest, manifest.futures, whole, damage)
    return runs if count is None else runs.first(count)


def make_store(folder: Path, manifest: Manifest) -> Store:
    """The arrays of a folder of runs."""
    return Store(folder / DATA, manifest.labels, manifest.key.chunk, manifest.key.series)
