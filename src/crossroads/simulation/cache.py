"""Compiled engines, kept between processes in a folder of the user.

A kernel's file is named by a hash of all that decides it: its source, the code and constants of the model's
functions, this engine's own sources, the versions of Python and numba, and the flags. So none is ever stale.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numba

_ENGINE = ("arithmetic.py", "lanes.py", "lane_functions.py", "binding.py", "toolkit.py")


def find_folder() -> Path:
    """Where kernels are kept: in the user's cache, or among temporary files where that cannot be written."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    for folder in (
        Path(home) / "crossroads" / "kernels",
        Path(tempfile.gettempdir()) / f"crossroads-{_user()}",
    ):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return folder
        except OSError:
            continue
    return Path(tempfile.mkdtemp(prefix="crossroads-"))


def load_module(
    source: str, described: str, scope: Mapping[str, Any], folder: Path | None = None
) -> ModuleType:
    """The module of a source, with the names of `scope` in it; `described` tells what they stand for."""
    place = find_folder() if folder is None else folder
    name = f"kernel_{_hash(source, described)}"
    file = place / f"{name}.py"
    if not file.exists():
        _write(file, source)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    vars(module).update(scope)
    spec.loader.exec_module(module)
    return module


def _hash(source: str, described: str) -> str:
    parts = [source, described, _hash_engine(), sys.version, numba.__version__]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


@cache
def _hash_engine() -> str:
    folder = Path(__file__).parent
    return hashlib.sha256(b"\0".join((folder / name).read_bytes() for name in _ENGINE)).hexdigest()


def _write(file: Path, text: str) -> None:
    """Whole or not at all."""
    handle, name = tempfile.mkstemp(dir=file.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    if file.exists():
        Path(name).unlink()
    else:
        Path(name).replace(file)


def _user() -> str:
    return str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
