"""The arithmetic bound of the machine: operations a CPU-second of fused products and sums, measured."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path

from benchmarks.cartels.parameters import Kind
from benchmarks.limit import build_library

SOURCE = Path(__file__).with_name("peak.c")
STEPS = 20_000_000
_REAL = {"float32": ("-DREAL=float", ctypes.c_float), "float64": ("-DREAL=double", ctypes.c_double)}


def make_strain(kind: Kind, threads: int = 2) -> Callable[[], float]:
    """A piece of work that does nothing but arithmetic, and gives the number of its operations."""
    flag, real = _REAL[kind]
    strain = build_library(SOURCE, f"peak-{kind}", (flag,)).strain
    strain.restype, strain.argtypes = ctypes.c_double, (ctypes.c_long, real, real, ctypes.c_int)
    return lambda: float(strain(STEPS, 0.999, 0.001, threads))
