"""Where runs lie: a folder of this machine or of a shared disk, or any address that fsspec knows.

An address (`s3://bucket/runs`) is opened as a universal path, which is read and written like a `Path`. What a
folder has and an object store has not (a lock, a rename, waiting for the disk) is told by `is_remote`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from crossroads.errors import RunsError

_ADDRESS = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+)://")
_LOCAL = ("file", "local")


def is_address(text: Path | str) -> bool:
    """Whether this is an address, and no path of a folder."""
    return isinstance(text, str) and _ADDRESS.match(text) is not None


def open_place(address: Path | str, **options: Any) -> Path:
    """The folder at a path or an address. Raises RunsError where the address cannot be used from here.

    A universal path, made by hand with options of its own, stays as it is.
    """
    if not isinstance(address, str):
        return address
    found = _ADDRESS.match(address)
    return _open_address(address, found.group(1), options) if found else Path(address)


def is_remote(place: Path) -> bool:
    """Whether a place is no folder of the file system: writes are whole or not at all, and there is no lock."""
    return not isinstance(place, Path)


@dataclass(frozen=True)
class Address:
    """A place for a process that was started elsewhere."""

    text: str
    options: Mapping[str, Any]
    """What opening it takes beside the text, such as a profile; none for a folder."""

    @classmethod
    def of(cls, place: Path) -> Address:
        """The address of a place; a folder's is its absolute path."""
        if is_remote(place):
            return cls(str(place), dict(cast(Any, place).storage_options))
        return cls(str(place.resolve()), {})

    def open(self) -> Path:
        """The place. Raises RunsError where it cannot be used from here."""
        return open_place(self.text, **self.options)


def forget_listing(place: Path) -> None:
    """Have the next look at an address ask the store, and not what was seen there before."""
    if is_remote(place):
        cast(Any, place).fs.invalidate_cache()


def _open_address(address: str, protocol: str, options: Mapping[str, Any]) -> Path:
    try:
        from upath import UPath  # noqa: PLC0415  (an extra; a folder does without)
    except ImportError as error:
        raise RunsError(
            f"{address} is an address, and what reads addresses is not installed. Install Crossroads with its "
            "extra, `pip install '.[cluster]'` in the folder of the project, or give a folder."
        ) from error
    try:
        place = UPath(address, **options)
        if protocol in _LOCAL:
            return Path(place.path)
        _ = place.fs  # the library behind the protocol is looked for here
    except (ImportError, ValueError) as error:
        raise RunsError(
            f"{address} cannot be opened ({error}). Install the fsspec library for {protocol}:// (s3fs for s3, gcsfs "
            "for gs, adlfs for az), or give a folder."
        ) from error
    return cast(Path, place)
