"""Finding the model of a case, and telling one state of it from another."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import cache
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import crossroads.cases
from crossroads.case.files import find_folder, load
from crossroads.case.fingerprint import simulation_hash
from crossroads.case.records import Case
from crossroads.errors import CaseError, Place, Problem
from crossroads.simulation.contract import Mechanism, Model, Units
from crossroads.simulation.wrapped import Wrapped

AnyModel = Model | Wrapped
_SHIPPED = Path(crossroads.cases.__file__).parent
_PLAIN = (int, float, str, bool, type(None))


def load_model(case: Case, folder: Path | str | None = None) -> AnyModel:
    """The `MODEL` of a case; `folder` is where the case lies, or the name of a shipped one.

    Without a folder, an importable model is imported, and a shipped case that was not changed finds its own.
    A model in a folder is imported under a name that changes with its sources: two cases never meet, and an
    edited model is read again. Raises CaseError when there is no model, or it cannot be imported.
    """
    place = find_folder(folder) if folder is not None else _find_shipped(case)
    where = Place(str(place / "case.yaml") if place else "case.yaml", field="model")
    try:
        return _require_model(_import_model(case.model, place))
    except Exception as error:
        what = f"the model {case.model} cannot be imported ({type(error).__name__}: {error})"
        way_out = (
            "Give the folder of a Python package in the case, or an importable module, with a MODEL in it"
        )
        more = "." if place else ", and say where the case lies: load_model(case, folder)."
        raise CaseError([Problem(where, what, way_out + more)]) from error


def model_hash(model: AnyModel) -> str:
    """sha256 over the sources of a model's packages, its units and what is switched off.

    Sources are read once for each import, so the hash is that of the code that runs. Raises ValueError for a
    function whose source cannot be found.
    """
    total = hashlib.sha256()
    functions = [model.function] if isinstance(model, Wrapped) else list(_list_functions(model))
    for source in sorted({_hash_sources(_module_of(function)) for function in functions}):
        total.update(source.encode())
    for function in functions:
        total.update(_describe(function).encode())
    if isinstance(model, Wrapped):
        total.update(b"batch" if model.batch else b"function")
    else:
        total.update(repr((model.name, sorted(model.off), [each.name for each in model.mechanisms])).encode())
        _add_units(total, model.units)
    return total.hexdigest()


def _find_shipped(case: Case) -> Path | None:
    """The folder of a shipped case, unless its runs differ: a changed copy must say where its model lies."""
    folder = _SHIPPED / case.id
    if not (folder / "case.yaml").is_file() or simulation_hash(load(folder)) != simulation_hash(case):
        return None
    return folder


def _import_model(name: str, folder: Path | None) -> ModuleType:
    package = folder / name if folder else None
    if package is None or not package.is_dir():
        return importlib.import_module(name)
    if package.resolve().is_relative_to(_SHIPPED.resolve()):
        parts = package.resolve().relative_to(_SHIPPED.resolve()).parts
        return importlib.import_module(".".join(["crossroads.cases", *parts]))
    return _import_package(package)


def _import_package(package: Path) -> ModuleType:
    place = f"{package.resolve()} {_hash_files(tuple(sorted(package.rglob('*.py'))), package)}"
    name = f"crossroads_model_{hashlib.sha256(place.encode()).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        name, package / "__init__.py", submodule_search_locations=[str(package)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{package} is no Python package")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _no_bytecode():
            spec.loader.exec_module(module)
    except BaseException:
        for loaded in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            del sys.modules[loaded]
        raise
    _hash_sources(name)
    return module


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Leave no compiled files beside a case: one of the same second and size would hide an edit."""
    before = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _require_model(module: ModuleType) -> AnyModel:
    model = getattr(module, "MODEL", None)
    if not isinstance(model, Model | Wrapped):
        raise ImportError(f"{module.__name__} has no MODEL")
    return model


def _list_functions(model: Model) -> Iterator[Callable[..., Any]]:
    for mechanism in model.mechanisms:
        for field in fields(Mechanism):
            value = getattr(mechanism, field.name)
            if callable(value):
                yield value


def _module_of(function: Callable[..., Any]) -> str:
    if not inspect.isfunction(function):
        raise ValueError(f"{function!r} is no plain function; define one with def, in a file")
    return function.__module__


@cache
def _hash_sources(module: str) -> str:
    """sha256 of all Python files of the package that a module is in, or of its file if it stands alone."""
    loaded = sys.modules[module]
    file = getattr(loaded, "__file__", None)
    if file is None:
        raise ValueError(f"the source of {module} cannot be found; define the model in a file")
    folder = Path(file).parent
    files = sorted(folder.rglob("*.py")) if loaded.__package__ else [Path(file)]
    return _hash_files(tuple(files), folder)


def _hash_files(files: tuple[Path, ...], folder: Path) -> str:
    total = hashlib.sha256()
    for file in files:
        content = file.read_bytes().replace(b"\r\n", b"\n")
        total.update(f"{file.relative_to(folder).as_posix()} {len(content)} ".encode() + content)
    return total.hexdigest()


def _describe(function: Callable[..., Any]) -> str:
    """What tells apart two functions from the same source: name, defaults and plain values closed over."""
    code = inspect.unwrap(function)
    cells = [cell.cell_contents for cell in getattr(code, "__closure__", None) or ()]
    held = [*(getattr(code, "__defaults__", None) or ()), *cells]
    return repr((code.__qualname__, [value for value in held if isinstance(value, _PLAIN)]))


def _add_units(total: Any, units: Units) -> None:
    total.update(json.dumps([units.count, sorted(units.values), sorted(units.networks)]).encode())
    arrays = [units.values[name] for name in sorted(units.values)]
    networks = [units.networks[name] for name in sorted(units.networks)]
    for array in [*arrays, *chain.from_iterable(networks)]:
        plain = np.ascontiguousarray(array)
        total.update(f"{plain.dtype.str} {plain.shape} ".encode() + plain.tobytes())
