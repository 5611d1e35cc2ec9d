"""Writing so that a kill, a full disk or a second process leaves nothing half true."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crossroads.errors import RunsError

LOCK = ".lock"


def write_atomically(path: Path, text: str) -> None:
    """Replace the file in one step: readers see the old text or the new text, on disk before this returns."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
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


def measure_bytes(folder: Path) -> int:
    """Bytes of all files under a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def remove_leftovers(folder: Path) -> None:
    """Delete the temporary files of a process that was killed while it wrote."""
    for file in folder.rglob("*.partial"):
        file.unlink(missing_ok=True)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Keep other processes from writing here; the system lets go when this one ends, however it ends.

    Raises RunsError when another process is writing there, or when nothing can be written.
    """
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
