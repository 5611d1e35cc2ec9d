"""The completion mark of a chunk: written last, so that a chunk without one is absent."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from crossroads.case.records import Record
from crossroads.simulation.disk import write_atomically
from crossroads.simulation.status import Status

FOLDER = "done"


class FailedRun(Record):
    """A failed run by its places in the store."""

    option: int
    reaction: int
    future: int
    status: Status
    reason: str


class Completion(Record):
    """What was stored for one chunk of futures."""

    chunk: int
    futures: int
    """How many futures the chunk held; fewer than its size at the end of a design."""
    runs: int
    failures: tuple[FailedRun, ...]
    digests: tuple[str, ...]
    """For each future, the sha256 of everything stored for it."""
    files: dict[str, int]
    """File inside the data folder to its bytes."""
    seconds: float
    """Time taken to simulate, writing not counted."""
    write_seconds: float


def name_completion(folder: Path, chunk: int) -> Path:
    """Where the mark of a chunk stands."""
    return folder / FOLDER / f"{chunk:05d}.json"


def write_completion(folder: Path, completion: Completion) -> None:
    """Say that a chunk is whole. Nothing of the chunk is written after this."""
    write_atomically(name_completion(folder, completion.chunk), completion.model_dump_json() + "\n")


def read_completion(folder: Path, chunk: int) -> Completion | None:
    """The mark of a chunk; none when it is missing or unreadable."""
    try:
        text = name_completion(folder, chunk).read_text(encoding="utf-8")
        completion = Completion.model_validate_json(text)
    except (FileNotFoundError, UnicodeDecodeError, ValidationError):
        return None
    return completion if completion.chunk == chunk else None


def read_completions(folder: Path) -> dict[int, Completion]:
    """Chunk number to mark, in order, for every readable mark."""
    found = (read_completion(folder, int(file.stem)) for file in _list_marks(folder))
    return {completion.chunk: completion for completion in found if completion}


def list_unreadable(folder: Path) -> tuple[int, ...]:
    """Chunks whose mark is there and cannot be read."""
    return tuple(
        int(file.stem) for file in _list_marks(folder) if read_completion(folder, int(file.stem)) is None
    )


def remove_completion(folder: Path, chunk: int) -> None:
    """Take a mark away before its chunk is written anew."""
    name_completion(folder, chunk).unlink(missing_ok=True)


def digest_futures(block: Mapping[str, NDArray[np.generic]], axes: Mapping[str, int]) -> tuple[str, ...]:
    """sha256 per future over all arrays of a block; `axes` tells which axis of each array is the future.

    An array shorter than the others (series) counts for the futures it has. Sizes of chunks change nothing.
    """
    count = max(array.shape[axes[name]] for name, array in block.items())
    hashes = [hashlib.sha256() for _ in range(count)]
    for name in sorted(block):
        rows = np.ascontiguousarray(np.moveaxis(block[name], axes[name], 0))
        for future, row in enumerate(rows):
            hashes[future].update(f"{name} {row.dtype.str} {row.shape}".encode())
            hashes[future].update(row.tobytes())
    return tuple(each.hexdigest() for each in hashes)


def _list_marks(folder: Path) -> list[Path]:
    """Marks in the order of their chunks; other files that a tool may leave beside them are none."""
    marks = [file for file in (folder / FOLDER).glob("*.json") if len(file.stem) >= 5 and file.stem.isdecimal()]
    return sorted(marks, key=lambda file: int(file.stem))
