"""The hand-written C kernel: built by the compiler of the machine, and called with runs of the test model."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.cartels.network import Network, compress
from benchmarks.cartels.parameters import OUTCOMES, POLICIES, WEEKS, Floats, Integers, Kind

SOURCE = Path(__file__).with_name("limit.c")
BUILT = Path(__file__).with_name(".envs")
FLAGS = ("-O3", "-march=native", "-mprefer-vector-width=512", "-ffast-math", "-fno-math-errno", "-fPIC")
KINDS = {
    "float32": ("-DREAL=float", "-DWHOLE=int", "-DEXP=expf", "-DLOG=logf", "-DLANES=16", "-DPARTS=2"),
    "float64": ("-DREAL=double", "-DWHOLE=long", "-DEXP=exp", "-DLOG=log", "-DLANES=8", "-DPARTS=2"),
}


class NoCompilerError(Exception):
    """The machine has no C compiler, or none that takes these sources; the message says which."""


class Task(ctypes.Structure):
    """The task of limit.c, field by field."""

    _fields_ = (
        ("groups", ctypes.c_int),
        ("weeks", ctypes.c_int),
        ("sizes", ctypes.c_void_p),
        ("rival_starts", ctypes.c_void_p),
        ("rival_columns", ctypes.c_void_p),
        ("rival_weights", ctypes.c_void_p),
        ("ally_starts", ctypes.c_void_p),
        ("ally_columns", ctypes.c_void_p),
        ("ally_weights", ctypes.c_void_p),
        ("parameters", ctypes.c_void_p),
        ("policies", ctypes.c_void_p),
        ("runs", ctypes.c_void_p),
        ("count", ctypes.c_long),
        ("outcomes", ctypes.c_void_p),
    )


@dataclass(frozen=True)
class Limit:
    """The compiled kernel over one network."""

    library: Any
    network: Network
    kind: Kind

    def simulate(self, values: Floats, runs: Integers, weeks: int = WEEKS, threads: int = 2) -> NDArray[Any]:
        """(runs, outcomes) of rows of `values` under policies: `runs` is (n, 2)."""
        real = np.dtype(self.kind)
        seen = np.empty((len(runs), len(OUTCOMES)), real)
        rivals, allies = compress(self.network.rivals), compress(self.network.allies)
        tables = [
            np.ascontiguousarray(table, kind)
            for table, kind in (
                (self.network.sizes, real),
                *zip(rivals, (np.int32, np.int32, real), strict=True),
                *zip(allies, (np.int32, np.int32, real), strict=True),
                (values, real),
                (POLICIES, real),
                (runs, np.int32),
            )
        ]
        task = Task(len(self.network.sizes), weeks, *(each.ctypes.data for each in tables), len(runs), seen.ctypes.data)
        self.library.simulate(ctypes.byref(task), threads)
        return seen


def find_compiler() -> str:
    """The C compiler of the machine. Raises NoCompilerError where there is none."""
    found = shutil.which("gcc")
    if found is None:
        raise NoCompilerError("there is no gcc on this machine, so the C limit is left out")
    return found


def build_library(source: Path, name: str, flags: tuple[str, ...]) -> Any:
    """A C file compiled and loaded; compiled again when it has changed.

    Linked by itself without the fast flags: with them some compilers let the library change how the whole process
    treats very small numbers.
    """
    library, made = BUILT / f"{name}.so", BUILT / f"{name}.o"
    if not library.exists() or library.stat().st_mtime < max(source.stat().st_mtime, Path(__file__).stat().st_mtime):
        BUILT.mkdir(exist_ok=True)
        compiler = find_compiler()
        _compile([compiler, *FLAGS, *flags, "-c", "-o", str(made), str(source)])
        _compile([compiler, "-shared", "-o", str(library), str(made), "-lm", "-lpthread"])
    return ctypes.CDLL(str(library))


def build_limit(network: Network, kind: Kind) -> Limit:
    """The kernel of the test model in one precision."""
    return Limit(build_library(SOURCE, f"limit-{kind}", KINDS[kind]), network, kind)


def _compile(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise NoCompilerError(f"gcc cannot compile the C limit ({last}), so it is left out")
