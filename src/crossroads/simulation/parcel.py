"""A value packed for other processes, functions of a model included.

Functions of installed packages travel by name. Those of a case folder, a script or a notebook travel whole, for
no other process can import them.
"""

from __future__ import annotations

import sys
import sysconfig
import threading
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from crossroads.errors import RunsError

_packing = threading.Lock()


@dataclass(frozen=True)
class Parcel:
    """Bytes that `open_parcel` turns into the value again."""

    digest: str
    content: bytes
    whole: tuple[str, ...] = ()
    """Names of the modules whose functions travel whole."""


def pack(value: Any) -> Parcel:
    """A value for other processes. Raises RunsError where it cannot be packed, or the extra is not installed."""
    cloudpickle = _import_cloudpickle()
    whole = _find_own_modules()
    with _packing, _by_value(cloudpickle, whole):
        try:
            content = zlib.compress(cloudpickle.dumps(value), level=1)
        except Exception as error:
            raise RunsError(
                f"The model cannot be sent to other processes ({type(error).__name__}: {error}). Keep open files, "
                "locks and connections out of its functions and modules, or simulate without an executor."
            ) from error
    return Parcel(sha256(content).hexdigest(), content, tuple(module.__name__ for module in whole))


def open_parcel(parcel: Parcel) -> Any:
    """The value. Raises RunsError where something that travels by name is not there, or is another."""
    try:
        return _import_cloudpickle().loads(zlib.decompress(parcel.content))
    except RunsError:
        raise
    except Exception as error:
        raise RunsError(
            f"A worker cannot open what it was sent ({type(error).__name__}: {error}). Install the same versions of "
            "Python, Crossroads and the packages of the model on every worker."
        ) from error


def _import_cloudpickle() -> Any:
    try:
        import cloudpickle  # noqa: PLC0415  (an extra; one process does without)
    except ImportError as error:
        raise RunsError(
            "What sends models to other processes is not installed. Install Crossroads with its extra: "
            "`pip install '.[cluster]'` in the folder of the project."
        ) from error
    return cloudpickle


def _find_own_modules() -> list[ModuleType]:
    """The outermost packages that are loaded and that only this machine has; a script travels whole as it is."""
    tops = sorted({name.partition(".")[0] for name in list(sys.modules)} - {"__main__", "__mp_main__"})
    loaded = (sys.modules[name] for name in tops if name in sys.modules)
    return [module for module in loaded if not _is_installed(module)]


def _is_installed(module: ModuleType) -> bool:
    """Whether another machine with the same packages has this module too."""
    file = getattr(module, "__file__", None)
    if module.__name__ == "crossroads" or file is None:
        return True
    return any(Path(file).resolve().is_relative_to(home) for home in _find_homes())


@cache
def _find_homes() -> frozenset[Path]:
    """Where packages are installed."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    return frozenset(Path(sysconfig.get_path(name)).resolve() for name in names)


@contextmanager
def _by_value(cloudpickle: Any, modules: Iterable[ModuleType]) -> Iterator[None]:
    held = [module for module in modules if module.__name__ not in cloudpickle.list_registry_pickle_by_value()]
    for module in held:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in held:
            cloudpickle.unregister_pickle_by_value(module)
