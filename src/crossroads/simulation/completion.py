"""The completion mark of a chunk: written last, so that a chunk without one is absent."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from crossroads.case.records import Record
from crossroads.simulation.audit import Audit
from crossroads.simulation.disk import read_files, write_atomically
from crossroads.simulation.places import forget_listing
from crossroads.simulation.status import Status

FOLDER = "done"
AT_A_TIME = 512
"""Marks read at a time."""
_SMALL = 1024
"""Bytes that are quicker to copy than to visit one by one."""


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
    """Time taken to simulate, the audit counted and writing not."""
    write_seconds: float
    audit: Audit | None = None
    """How far some of the runs lie from double precision; none where no run was audited."""


def name_completion(folder: Path, chunk: int) -> Path:
    """Where the mark of a chunk stands."""
    return folder / FOLDER / f"{chunk:05d}.json"


def write_completion(folder: Path, completion: Completion) -> None:
    """Say that a chunk is whole. Nothing of the chunk is written after this."""
    write_atomically(name_completion(folder, completion.chunk), completion.model_dump_json() + "\n")


def read_completion(folder: Path, chunk: int) -> Completion | None:
    """The mark of a chunk; none when it is missing or unreadable."""
    return _read_mark(read_files([name_completion(folder, chunk)])[0], chunk)


def read_completions(folder: Path) -> dict[int, Completion]:
    """Chunk number to mark, in order, for every readable mark."""
    return {chunk: mark for chunk, mark in _read_marks(folder) if mark is not None}


def list_unreadable(folder: Path) -> tuple[int, ...]:
    """Chunks whose mark is there and cannot be read."""
    return tuple(chunk for chunk, mark in _read_marks(folder) if mark is None)


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
        array, axis = np.ascontiguousarray(block[name]), axes[name]
        shape = (*array.shape[:axis], *array.shape[axis + 1 :])
        for future in range(array.shape[axis]):
            hashes[future].update(f"{name} {array.dtype.str} {shape}".encode())
            for piece in _cut_future(array, axis, future):
                hashes[future].update(piece)
    return tuple(each.hexdigest() for each in hashes)


def _cut_future(array: NDArray[np.generic], axis: int, future: int) -> Iterator[memoryview]:
    """What an array holds of a future, in one piece where it is small, else as it lies in memory."""
    leading = array.shape[:axis]
    if array[(0,) * axis + (future,)].nbytes < _SMALL:
        yield np.ascontiguousarray(np.take(array, future, axis)).data
    else:
        yield from (array[(*place, future)].data for place in np.ndindex(*leading))


def _read_marks(folder: Path) -> Iterator[tuple[int, Completion | None]]:
    files = _list_marks(folder)
    for first in range(0, len(files), AT_A_TIME):
        some = files[first : first + AT_A_TIME]
        for file, content in zip(some, read_files(some), strict=True):
            yield int(file.stem), _read_mark(content, int(file.stem))


def _read_mark(content: bytes | None, chunk: int) -> Completion | None:
    try:
        completion = Completion.model_validate_json(content or b"")
    except ValidationError:
        return None
    return completion if completion.chunk == chunk else None


def _list_marks(folder: Path) -> list[Path]:
    """Marks in the order of their chunks; other files that a tool may leave beside them are none."""
    forget_listing(folder)
    marks = [file for file in (folder / FOLDER).glob("*.json") if len(file.stem) >= 5 and file.stem.isdecimal()]
    return sorted(marks, key=lambda file: int(file.stem))
