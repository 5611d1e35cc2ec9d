"""A case that was read and found whole, kept for the next start under the hash of its files.

Only a case without problems is kept, so that every problem is told each time with its line. Kept is plain JSON,
validated again when it is read.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from pydantic import ValidationError

from crossroads.cachefolder import Shelf, hash_parts, hash_room
from crossroads.case.records import Case

FILES = (
    "case.yaml", "uncertainties.yaml", "evidence.yaml", "history.yaml", "checks.yaml", "claims.yaml", "references.json",
)  # fmt: skip
_SHELF = Shelf("cases", most=32)
_PACKAGES = ("pydantic", "pydantic-core", "ruamel.yaml")


def hash_folder(folder: Path) -> str:
    """sha256, in hex, of the files of a case and of all that decides how they are read."""
    parts: list[str | bytes] = [hash_room(Path(__file__).parent), *(version(name) for name in _PACKAGES)]
    for name in FILES:
        file = folder / name
        parts.append(file.read_bytes() if file.is_file() else "missing")
    return hash_parts(parts)


def read_kept(key: str) -> Case | None:
    """The case kept under the hash of its folder."""
    text = _SHELF.read(key)
    if text is None:
        return None
    try:
        return Case.model_validate_json(text)
    except ValidationError:
        return None


def keep_case(key: str, case: Case) -> None:
    """Keep a case that has no problem, if what would be read back is the same in every field."""
    text = case.model_dump_json(by_alias=True)
    read = Case.model_validate_json(text)
    if read == case and read.model_dump_json(by_alias=True) == text:
        _SHELF.keep(key, text.encode())


def has_model(folder: Path, name: str) -> bool:
    """Whether the model of a case is a package in its folder, or importable."""
    return (folder / name / "__init__.py").is_file() or _is_importable(name)


def _is_importable(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
