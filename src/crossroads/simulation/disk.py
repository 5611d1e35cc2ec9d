"""Writing so that a kill, a full disk or a second process leaves nothing half true."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast
from uuid import uuid4

from crossroads.errors import RunsError
from crossroads.simulation.places import forget_listing, is_remote

LOCK = ".lock"


def write_atomically(path: Path, text: str) -> None:
    """Replace the file in one step: readers see the old text or the new text, on disk before this returns."""
    if is_remote(path):  # an object is there as a whole, or not at all
        path.write_text(text, encoding="utf-8")
        return
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.partial")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until a written file is on disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Wait until the names in a folder are on disk (Windows has no such call and needs none)."""
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_files(files: Sequence[Path]) -> list[bytes | None]:
    """The contents of files of one folder; none where there is no such file. Objects are fetched side by side."""
    if files and is_remote(files[0]):
        system = cast(Any, files[0]).fs
        names = [str(system._strip_protocol(cast(Any, file).path)) for file in files]
        found = system.cat(names, on_error="return")
        return [_require_content(found[name]) for name in names]
    return [file.read_bytes() if file.is_file() else None for file in files]


def _require_content(found: bytes | Exception) -> bytes | None:
    if isinstance(found, Exception) and not isinstance(found, FileNotFoundError):
        raise found
    return found if isinstance(found, bytes) else None


def measure_files(folder: Path) -> dict[str, int]:
    """Every file under a folder, by its path from there, to its bytes."""
    if is_remote(folder):  # one listing, and not a question for each file
        forget_listing(folder)
        there = cast(Any, folder)
        found = there.fs.find(there.path, detail=True)
        root = str(there.fs._strip_protocol(there.path))
        return {name[len(root) :].lstrip("/"): int(info["size"]) for name, info in found.items()}
    return {
        file.relative_to(folder).as_posix(): file.stat().st_size for file in folder.rglob("*") if file.is_file()
    }


def measure_bytes(folder: Path) -> int:
    """Bytes of all files under a folder."""
    return sum(measure_files(folder).values())


def require_shared(file: Path, within: float) -> None:
    """Wait for a file that another process wrote. Raises RunsError when it cannot be seen within some seconds."""
    until = time.monotonic() + within
    forget_listing(file)
    while not file.exists():
        if time.monotonic() > until:
            raise RunsError(
                f"{file} was written by another process and cannot be seen by this one. Give a folder that the driver "
                "and every worker share under the same path, or an address such as s3://bucket/runs."
            )
        time.sleep(0.05)
        forget_listing(file)


def remove_leftovers(folder: Path) -> None:
    """Delete the temporary files of a process that was killed while it wrote; an object store has none."""
    if is_remote(folder):
        return
    for file in folder.rglob("*.partial"):
        file.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Delete a folder, or all objects of an address, where there is any."""
    if not is_remote(folder):
        shutil.rmtree(folder, ignore_errors=True)
    elif folder.exists():
        there = cast(Any, folder)
        there.fs.rm(there.path, recursive=True)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Keep other processes from writing here; the system lets go when this one ends, however it ends.

    An object store has no lock: two writers write the same bytes. Raises RunsError when another process is
    writing there, or when nothing can be written.
    """
    if is_remote(folder):
        yield
        return
    with _open_lock(folder) as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise RunsError(
                f"Another process is writing runs to {folder}. Wait until it ends, or give another folder."
            ) from error
        yield


def _open_lock(folder: Path) -> IO[bytes]:
    try:
        return (folder / LOCK).open("a+b")
    except OSError as error:
        raise RunsError(
            f"Runs cannot be written to {folder} ({error.strerror or error}). Allow writing there, or give another "
            "folder."
        ) from error


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  (exists on Windows alone)

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl  # noqa: PLC0415  (exists everywhere else)

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
