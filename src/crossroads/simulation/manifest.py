"""What a folder of runs says about itself: whose runs they are, made by what, when and how fast."""

from __future__ import annotations

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from crossroads.case.records import Record
from crossroads.errors import RunsError
from crossroads.simulation.audit import Audit
from crossroads.simulation.disk import write_atomically
from crossroads.simulation.store import Labels

ENGINE = 2
"""Raised when the same case, model and seed would give other numbers."""
NAME = "manifest.json"
Precision = Literal["float32", "float64"]

_PACKAGES = ("crossroads", "numpy", "numba", "scipy", "zarr", "xarray")
_MEANING = {
    "case": "another state of the case (options, levers, facts, uncertainties, moves, horizons or outcomes)",
    "model": "another state of the model",
    "seed": "another seed",
    "precision": "another precision",
    "engine": "another version of the engine",
    "chunk": "another number of futures in a chunk",
    "series": "another number of futures with series",
    "views": "other views",
}


class Key(Record):
    """All that decides the values, but for the number of futures: a larger design extends a smaller one."""

    case: str
    model: str
    seed: int
    precision: Precision
    engine: int
    chunk: int
    series: int
    views: tuple[str, ...]

    @property
    def digest(self) -> str:
        """sha256 of all parts, in hexadecimal."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def differences(self, other: Key) -> list[str]:
        """Names of the parts that are not equal."""
        return [name for name in Key.model_fields if getattr(self, name) != getattr(other, name)]


class Manifest(Record):
    """The content of manifest.json. Times stand outside the content hash."""

    format: Literal[1] = 1
    key: Key
    case: str
    title: str
    labels: Labels
    futures: int
    """The most futures that were asked for."""
    pairs: int
    """Applicable pairs of option and reaction: runs per future."""
    versions: dict[str, str]
    machine: str
    started: str
    finished: str | None = None
    runs: int = 0
    failures: int = 0
    seconds: float = 0.0
    """Time taken to simulate, over all sittings; the audit counted, writing not."""
    write_seconds: float = 0.0
    wall_seconds: float = 0.0
    """Of the last sitting, by the clock: less than the two above together where chunks were made side by side."""
    runs_per_second: float = 0.0
    """Of the last sitting, by the clock, with writing."""
    bytes: int = 0
    content_hash: str | None = None
    audit: Audit | None = None
    """How far some of the runs lie from double precision; none where no run was audited."""
    repairs: tuple[str, ...] = ()
    """Sentences on chunks that were found damaged and simulated again."""


def list_versions() -> dict[str, str]:
    """Versions of Python and of the packages that make the numbers."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest in one step."""
    write_atomically(folder / NAME, manifest.model_dump_json(indent=2) + "\n")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; none where there is none. Raises RunsError when it cannot be read."""
    try:
        return Manifest.model_validate_json((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (UnicodeDecodeError, ValidationError) as error:
        raise RunsError(
            f"{folder / NAME} is damaged or was written by another version of Crossroads. Give another "
            "folder, or delete this one, to simulate anew."
        ) from error


def require_same_key(folder: Path, there: Key, now: Key) -> None:
    """Raise RunsError, naming what differs, unless the runs of a folder belong to this case and model."""
    differing = there.differences(now)
    if differing:
        parts = "; ".join(
            f"{_MEANING[part]} ({_short(there, part)} there, {_short(now, part)} now)" for part in differing
        )
        raise RunsError(
            f"The runs in {folder} were made with {parts}. Old and new runs are never mixed: give another "
            "folder, or delete this one, to simulate anew."
        )


def _short(key: Key, part: str) -> str:
    value = getattr(key, part)
    if part in ("case", "model"):
        return str(value)[:8]
    return ", ".join(value) if isinstance(value, tuple) else str(value)
