"""Compiled engines, kept between processes in a folder of the user.

A kernel's file is named by a hash of all that decides its machine code: its source, the code and constants of the
model's functions and how each is compiled, this engine's own sources, the versions of Python, numba and LLVM, the
settings of the compiler, and the processor. So none is ever stale. What was not used for long is removed, and
the files that numba adds go with it.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numba

from crossroads.cachefolder import claim_folder, find_cache, hash_parts, sort_by_use, write_whole
from crossroads.simulation.toolkit import config, llvm, llvmlite_version

_ENGINE = (
    "arithmetic.py",
    "binding.py",
    "chance.py",
    "lane_chance.py",
    "lane_functions.py",
    "lanes.py",
    "toolkit.py",
)
"""Sources that decide machine code beside the text of a kernel, which holds all that the others do."""
_SETTINGS = ("OPT", "ENABLE_AVX", "LOOP_VECTORIZE", "SLP_VECTORIZE", "BOUNDSCHECK", "DEBUGINFO_DEFAULT")
"""Settings of numba that decide machine code, from the environment or its own file."""
_MOST = 200
_LONG = 60.0
"""Days without use after which a kernel goes."""
_SHORT = 1.0
"""Days without use in which none goes, whatever their number: a process may be about to load it."""


def find_folder() -> Path:
    """Where kernels are kept: in the user's cache, or among temporary files where that cannot be written."""
    cached = find_cache()
    temporary = Path(tempfile.gettempdir()) / f"crossroads-{_user()}"
    for folder in (cached / "kernels", temporary) if cached else (temporary,):
        if claim_folder(folder):
            return folder
    return Path(tempfile.mkdtemp(prefix="crossroads-"))


def load_module(source: str, described: str, scope: Mapping[str, Any], folder: Path | None = None) -> ModuleType:
    """The module of a source, with the names of `scope` in it; `described` tells what they stand for."""
    place = find_folder() if folder is None else folder
    name = f"kernel_{_hash(source, described, scope)}"
    try:
        return _load(_prepare(place, name, source), scope)
    except (FileNotFoundError, RuntimeError):  # another process made room just then: of numba, no locator
        return _load(_prepare(place, name, source), scope)


def _prepare(place: Path, name: str, source: str) -> Path:
    """The file of a kernel, marked as used; numba compiles again when the file itself is touched."""
    file = place / f"{name}.py"
    _mark(file).touch()
    if not file.exists():
        write_whole(file, source.encode())
        _make_room(place)
    return file


def _load(file: Path, scope: Mapping[str, Any]) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[file.stem] = module
    vars(module).update(scope)
    spec.loader.exec_module(module)
    return module


def _mark(file: Path) -> Path:
    return file.with_suffix(".used")


def _make_room(place: Path) -> None:
    """Remove kernels not used for long, those unused longest beyond the most that are kept, and torn files."""
    for file in place.glob("kernel_*.py"):
        if not _mark(file).exists():  # kept by an earlier version
            _mark(file).touch()
    for rank, mark in enumerate(sort_by_use(place.glob("kernel_*.used"))):
        if _measure_age(mark) > (_SHORT if rank >= _MOST else _LONG):
            _remove(mark)
    for torn in place.glob(".*.part"):
        if _measure_age(torn) > _SHORT:
            torn.unlink(missing_ok=True)


def _measure_age(file: Path) -> float:
    """Days since a file was touched; 0 if it has gone."""
    try:
        return (time.time() - file.stat().st_mtime) / 86_400
    except OSError:
        return 0.0


def _remove(mark: Path) -> None:
    """A kernel with what numba and Python made of it; its source first, so that no half of it is ever loaded."""
    made = sorted((mark.parent / "__pycache__").glob(f"{mark.stem}.*"))
    for file in (mark.with_suffix(".py"), *made, mark):
        with suppress(OSError):
            file.unlink(missing_ok=True)


def _hash(source: str, described: str, scope: Mapping[str, Any]) -> str:
    flags = {name: getattr(value, "targetoptions", None) for name, value in sorted(scope.items())}
    return hash_parts([source, described, repr(flags), _hash_engine(), *_describe_compiler()])[:24]


@cache
def _hash_engine() -> str:
    folder = Path(__file__).parent
    return hash_parts(part for name in _ENGINE for part in (name, (folder / name).read_bytes()))


def _describe_compiler() -> list[str]:
    """Versions, settings and processor."""
    features = config.CPU_FEATURES
    return [
        sys.version,
        numba.__version__,
        llvmlite_version,
        repr(llvm.llvm_version_info),
        repr([(name, repr(getattr(config, name, None))) for name in _SETTINGS]),
        config.CPU_NAME or llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten() if features is None else features,
    ]


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
