"""What is kept in the cache of the user between processes, so that the second start is quick.

A cache is never needed and never trusted: where it cannot be written nothing is kept, and a file that does not
carry its own hash is not there. A key is a hash of all that decides the content, so that nothing is ever stale.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_HASH = 32
"""Bytes of sha256 before the content of a file."""
_OTHERS = stat.S_IWGRP | stat.S_IWOTH


@dataclass(frozen=True)
class Shelf:
    """Files of one kind; the `most` used last are kept."""

    kind: str
    most: int

    def read(self, key: str) -> bytes | None:
        """What was kept under a key; None where nothing whole was."""
        folder = self._find()
        if folder is None:
            return None
        try:
            _refuse_foreign(folder)
            whole = (folder / key).read_bytes()
        except OSError:
            return None
        content = whole[_HASH:]
        if sha256(content).digest() != whole[:_HASH]:
            return None
        with suppress(OSError):
            os.utime(folder / key)
        return content

    def keep(self, key: str, content: bytes) -> None:
        """Keep it if the cache can be written; files used longest ago make room."""
        folder = self._find()
        if folder is None or not claim_folder(folder):
            return
        with suppress(OSError):
            write_whole(folder / key, sha256(content).digest() + content)
            for file in sort_by_use(folder.iterdir())[self.most :]:
                file.unlink(missing_ok=True)

    def _find(self) -> Path | None:
        cache = find_cache()
        return cache / self.kind if cache else None


def find_cache() -> Path | None:
    """Crossroads' folder in the cache of the user, whether it is there or not; None for a user without a home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        home = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    except RuntimeError:
        return None
    return home / "crossroads"


def claim_folder(folder: Path) -> bool:
    """Make a folder that only its user can write; False where that cannot be, or another user owns it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_foreign(folder)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def hash_parts(parts: Iterable[str | bytes]) -> str:
    """sha256, in hex; where one part ends and the next begins counts."""
    total = sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        total.update(b"%d " % len(content) + content)
    return total.hexdigest()


def hash_room(folder: Path) -> str:
    """sha256, in hex, of the Python files of a folder and of those in it."""
    files = sorted(folder.rglob("*.py"))
    return hash_parts(
        part for file in files for part in (file.relative_to(folder).as_posix(), file.read_bytes())
    )


def write_whole(file: Path, content: bytes) -> None:
    """Whole or not at all, also when several processes write at once. Raises OSError."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def sort_by_use(files: Iterable[Path]) -> list[Path]:
    """Files, the one used last first; those that have gone meanwhile are left out."""
    times = {}
    for file in files:
        with suppress(OSError):
            times[file] = file.stat().st_mtime_ns
    return sorted(times, key=lambda file: times[file], reverse=True)


def _refuse_foreign(folder: Path) -> None:
    """Raises OSError for what is no folder, belongs to another user, or can be written by others."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(folder)
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & _OTHERS):
        raise PermissionError(folder)
