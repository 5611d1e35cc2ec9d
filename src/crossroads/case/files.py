"""A folder of files to a Case: kept from the last time, or read with every problem at once."""

from __future__ import annotations

from importlib.resources import files as resources
from pathlib import Path

from crossroads.case.kept import has_model, hash_folder, keep_case, read_kept
from crossroads.case.records import Case
from crossroads.errors import CaseError, Place, Problem


def load(path_or_name: str | Path) -> Case:
    """The case in a folder, or the shipped case of that name. Raises CaseError with all problems."""
    folder = find_folder(path_or_name)
    key = hash_folder(folder)
    kept = read_kept(key)
    if kept is not None and has_model(folder, kept.model):
        return kept
    from crossroads.case.reading import read_folder  # noqa: PLC0415  (a kept case needs no YAML reader)

    case, problems = read_folder(folder)
    if problems:
        raise CaseError(problems)
    if hash_folder(folder) == key:  # else a file was edited while it was read
        keep_case(key, case)
    return case


def find_folder(path_or_name: str | Path) -> Path:
    """The folder of a case: a shipped one by its name, any other by its path. Raises CaseError."""
    shipped = Path(str(resources("crossroads.cases")))
    names = sorted(folder.parent.name for folder in shipped.glob("*/case.yaml"))
    if str(path_or_name) in names:
        _require_one(str(path_or_name))
        return shipped / str(path_or_name)
    folder = Path(path_or_name)
    if not folder.is_dir():
        way_out = f"Give the folder of a case, or the name of a shipped one: {', '.join(names)}."
        raise CaseError([Problem(Place(str(path_or_name)), "there is no such case", way_out)])
    return folder


def _require_one(name: str) -> None:
    """Raise CaseError where a name means a shipped case and a folder of the same name."""
    if (Path(name) / "case.yaml").is_file():
        what, way_out = f"{name} is a shipped case, and a folder here", f"Write ./{name} for the folder, or rename it."
        raise CaseError([Problem(Place(name), what, way_out)])
