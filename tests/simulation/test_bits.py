"""The same bits whatever vectors the processor has: each in a process of its own, compiled for that processor."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import llvmlite.binding as llvm
import pytest

SCRIPT = Path(__file__).with_name("bits.py")
HERE = llvm.get_host_cpu_features()
SHORT = ",".join(("+" if HERE[name] and "avx512" not in name else "-") + name for name in sorted(HERE))
"""What this processor has, less everything of AVX-512."""


@cache
def play(folder, model, precision, width, features):
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder)}
    if features:
        environment |= {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": features}
    command = [sys.executable, str(SCRIPT), model, precision, str(width)]
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=300)
    digest, wide, codes = told.stdout.split()
    assert codes == "2"
    return digest, wide == "True"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kernels")


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("width", [8, 32])
def test_neither_width_nor_instruction_set_changes_a_bit(folder, precision, width):
    usual, _ = play(folder / "usual", "everything", precision, 16, "")
    digest, wide = play(folder / "short", "everything", precision, width, SHORT)
    assert digest == usual
    assert not wide


@pytest.mark.slow
def test_gates_are_the_same_whatever_the_width_and_the_instruction_set(folder):
    usual, _ = play(folder / "usual", "tides", "float32", 32, "")
    digest, wide = play(folder / "short", "tides", "float32", 8, SHORT)
    assert digest == usual
    assert not wide


@pytest.mark.slow
def test_the_mexico_model_is_the_same_with_and_without_avx_512(folder):
    usual, wide = play(folder / "usual", "mexico", "float32", 32, "")
    digest, without = play(folder / "short", "mexico", "float32", 32, SHORT)
    assert digest == usual
    assert (wide, without) == (bool(HERE.get("avx512f")), False)
