"""Going on where earlier runs stopped: what may be kept, what is made anew, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crossroads.errors import RunsError
from crossroads.simulation.completion import (
    Completion,
    list_unreadable,
    read_completions,
    remove_completion,
)
from crossroads.simulation.damage import find_damage
from crossroads.simulation.disk import measure_files, remove_leftovers
from crossroads.simulation.manifest import Key, Manifest, read_manifest, require_same_key
from crossroads.simulation.store import DATA, Store


@dataclass(frozen=True)
class Kept:
    """What a folder holds for a design of some futures."""

    manifest: Manifest | None
    whole: Mapping[int, Completion]
    """Chunks that need no new run."""
    repairs: tuple[str, ...]
    """Sentences on chunks that are damaged, and so are made anew."""


def require_own_folder(folder: Path) -> None:
    """Raise RunsError where a folder has something in it that is no runs."""
    if not folder.exists() or (folder / "manifest.json").exists():
        return
    if not folder.is_dir() or any(not file.name.startswith(".") for file in folder.iterdir()):
        raise RunsError(f"{folder} holds something else than runs. Give an empty or a new folder.")


def find_kept(folder: Path, key: Key, futures: Mapping[str, NDArray[Any]]) -> Kept:
    """What of earlier runs can be kept. `futures` holds the arrays futures, view and replicate of the design.

    Takes away the completion marks of damaged chunks. Raises RunsError when the folder holds the runs of
    another case, model, seed or futures.
    """
    manifest = read_manifest(folder)
    if manifest is None:
        return Kept(None, {}, ())
    require_same_key(folder, manifest.key, key)
    remove_leftovers(folder)
    store = Store(folder / DATA, manifest.labels, key.chunk, key.series)
    marks = read_completions(folder)
    damage = {chunk: "its completion mark cannot be read" for chunk in list_unreadable(folder)}
    if marks and not store.fits():
        damage |= dict.fromkeys(marks, "its arrays cannot be opened")
    count = len(futures["futures"])
    asked = {
        chunk: mark for chunk, mark in marks.items() if chunk * key.chunk < count and chunk not in damage
    }
    sizes = measure_files(store.root)
    damage |= {chunk: reason for chunk, mark in asked.items() if (reason := find_damage(store, mark, sizes))}
    for chunk in damage:
        remove_completion(folder, chunk)
    whole = {chunk: mark for chunk, mark in asked.items() if chunk not in damage}
    for mark in whole.values():
        _require_same_futures(folder, store, mark, futures)
    enough = {chunk: mark for chunk, mark in whole.items() if mark.futures >= _size(store, chunk, count)}
    repairs = [
        f"Chunk {chunk} of the runs in {folder} was damaged and is simulated again: {reason}."
        for chunk, reason in sorted(damage.items())
    ]
    return Kept(manifest, enough, tuple(repairs))


def _size(store: Store, chunk: int, count: int) -> int:
    span = store.span(chunk, count)
    return int(span.stop - span.start)


def _require_same_futures(
    folder: Path, store: Store, mark: Completion, futures: Mapping[str, NDArray[Any]]
) -> None:
    size = min(mark.futures, _size(store, mark.chunk, len(futures["futures"])))
    stored = store.read(mark.chunk, size, tuple(futures))
    first = mark.chunk * store.chunk
    if any(not np.array_equal(stored[name], array[first : first + size]) for name, array in futures.items()):
        raise RunsError(
            f"The runs in {folder} were made with other futures of the same seed. Old and new runs are never "
            "mixed: give another folder, or delete this one, to simulate anew."
        )
