from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numba
import numpy as np
import pytest
from everything import make_inputs, make_values

import crossroads.cases
from crossroads.case.files import load
from crossroads.simulation import cache
from crossroads.simulation.kernel import compile_model
from crossroads.simulation.models import load_model
from crossroads.simulation.runs import open_runs

SOURCE = "value = given + 1\n"


def test_kernels_are_kept_in_the_cache_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.find_folder() == tmp_path / "crossroads" / "kernels"
    module = cache.load_module(SOURCE, "given", {"given": 1})
    assert module.value == 2
    assert [file.read_text() for file in cache.find_folder().glob("kernel_*.py")] == [SOURCE]


def test_a_cache_that_cannot_be_written_is_passed_over(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = cache.find_folder()
    assert folder.parent == tmp_path
    assert cache.load_module(SOURCE, "given", {"given": 2}).value == 3


def test_another_source_or_another_meaning_has_another_file(tmp_path):
    load = cache.load_module
    names = {
        load(SOURCE, "given", {"given": 1}, tmp_path).__name__,
        load(SOURCE, "given", {"given": 5}, tmp_path).__name__,
        load(SOURCE, "other", {"given": 1}, tmp_path).__name__,
        load("value = 3\n", "given", {}, tmp_path).__name__,
    }
    assert len(names) == 3
    assert len(list(tmp_path.glob("*.py"))) == 3


ROOM = Path(cache.__file__).parent
NOT_IN_MACHINE_CODE = {"contract", "layout", "plan"}
"""What the engine's sources import for words and types, or put whole into the text of a kernel."""


def modules_behind(names):
    """Modules of the room that these import, and those that they import in turn."""
    found = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        text = (ROOM / f"{name}.py").read_text(encoding="utf-8")
        used = re.findall(r"^\s*from crossroads\.simulation\.(\w+) import", text, re.M)
        for names_used in re.findall(r"^\s*from crossroads\.simulation import (.+)$", text, re.M):
            used += names_used.split(", ")
        waiting |= set(used) - found - NOT_IN_MACHINE_CODE
    return found


def test_every_source_that_decides_machine_code_is_in_the_name_of_a_kernel():
    assert "lanes" in modules_behind({"lane_functions"})
    assert {f"{name}.py" for name in modules_behind({"binding", "arithmetic", "lanes"})} == set(cache._ENGINE)
    assert all((ROOM / name).is_file() for name in cache._ENGINE)


def name_now(**scope):
    return cache._hash(SOURCE, "given", scope)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("OPT", 1),
        ("CPU_NAME", "generic"),
        ("CPU_FEATURES", "+avx2,-avx512f"),
        ("ENABLE_AVX", False),
        ("LOOP_VECTORIZE", 0),
        ("SLP_VECTORIZE", 1),
        ("BOUNDSCHECK", 1),
    ],
)
def test_another_setting_of_the_compiler_is_another_kernel(monkeypatch, setting, value):
    before = name_now()
    monkeypatch.setattr(numba.config, setting, value)
    assert name_now() != before
    monkeypatch.undo()
    assert name_now() == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variable", "value"), [("NUMBA_OPT", "1"), ("NUMBA_CPU_NAME", "generic"), ("NUMBA_CPU_FEATURES", "+sse2")]
)
def test_settings_are_heard_from_the_environment(variable, value):
    code = "from crossroads.simulation import cache; print(cache._hash('', '', {}))"
    names = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **more}, capture_output=True, text=True, check=True
        ).stdout
        for more in ({}, {variable: value})
    }
    assert len(names) == 2


@pytest.mark.parametrize("version", ["numba.__version__", "llvmlite_version"])
def test_another_version_of_the_compiler_is_another_kernel(monkeypatch, version):
    before = name_now()
    monkeypatch.setattr(f"crossroads.simulation.cache.{version}", "0.0")
    assert name_now() != before


def test_another_version_of_python_or_another_processor_is_another_kernel(monkeypatch):
    names = {name_now()}
    monkeypatch.setattr(cache.llvm, "get_host_cpu_name", lambda: "another")
    names.add(name_now())
    monkeypatch.setattr(cache.sys, "version", "another")
    assert len({*names, name_now()}) == 3


def test_an_edited_engine_is_another_kernel(monkeypatch, tmp_path):
    names = {name_now()}
    for name in cache._ENGINE:
        (tmp_path / name).write_bytes((ROOM / name).read_bytes())
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "cache.py"))
    cache._hash_engine.cache_clear()
    assert name_now() in names  # a copy is the same
    for name in cache._ENGINE:
        (tmp_path / name).write_bytes((tmp_path / name).read_bytes() + b"\n")
        cache._hash_engine.cache_clear()
        names.add(name_now())
    monkeypatch.undo()
    cache._hash_engine.cache_clear()
    assert len(names) == len(cache._ENGINE) + 1


def test_a_function_compiled_with_another_flag_is_another_kernel():
    def add(x):
        return x + 1

    flags = ({}, {"fastmath": True}, {"error_model": "numpy"}, {"forceinline": True})
    names = {name_now(add=numba.njit(add, **each)) for each in flags}
    assert len(names) == len(flags)
    assert name_now(add=numba.njit(add, fastmath=True)) in names


RAIN = """
from crossroads.simulation.contract import Mechanism, Model, Quantity, returns
from .weather import soak
OUTCOMES = (Quantity("wet", "mm", "rain"),)
Told = returns("Told", OUTCOMES)
def rain(week):
    return Told(wet=soak(week))
MODEL = Model("rain", (Mechanism("rain", "It rains.", outcomes=OUTCOMES, after=rain),))
"""


@pytest.mark.slow
def test_an_edit_of_a_file_that_a_model_imports_gives_another_kernel(monkeypatch, tmp_path):
    """What numba's own cache misses: its issue 1833."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    (tmp_path / "case" / "model").mkdir(parents=True)
    (tmp_path / "case" / "model" / "__init__.py").write_text(RAIN)
    totals = []
    for weather in (
        "def soak(week):\n    return 2.0\n",
        "def soak(week):\n    return 3.0\n",
        "DEPTH = 5.0\ndef soak(week):\n    return DEPTH\n",
        "DEPTH = 7.0\ndef soak(week):\n    return DEPTH\n",
        "def soak(week):\n    return 2.0\n",
    ):
        (tmp_path / "case" / "model" / "weather.py").write_text(weather)
        model = load_model(load("toy"), tmp_path / "case")
        engine = compile_model(model, make_inputs(), [("wet", "total")], 10)
        values = make_values(1)
        seen = engine.project(values, engine.history(values), np.zeros((1, 3), dtype=np.int64), [10])
        totals.append(float(seen[0, 0, 0]))
    assert totals == [20.0, 30.0, 50.0, 70.0, 20.0]
    assert len(list(cache.find_folder().glob("kernel_*.py"))) == 4


@pytest.mark.slow
def test_a_kept_kernel_serves_the_same_model_in_another_folder(tmp_path):
    hashes = []
    for name in ("first", "copy"):
        shutil.copytree(Path(crossroads.cases.__file__).parent / "toy", tmp_path / name)
        command = [sys.executable, "-m", "crossroads", "simulate", str(tmp_path / name)]
        more = ["--futures", "32", "--out", str(tmp_path / f"out of {name}")]
        environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "home")}
        done = subprocess.run([*command, *more], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        hashes += [open_runs(made).content_hash() for made in (tmp_path / f"out of {name}" / "runs").iterdir()]
    assert len(hashes) == 2
    assert len(set(hashes)) == 1
    assert len(list((tmp_path / "home" / "crossroads" / "kernels").glob("kernel_*.py"))) == 4  # two phases, audited


def make_kernel(folder, name, days):
    """A kernel with all its files, used so many days ago."""
    made = folder / "__pycache__"
    made.mkdir(exist_ok=True)
    files = [folder / f"kernel_{name}.py", folder / f"kernel_{name}.used"]
    files += [made / f"kernel_{name}.{end}" for end in ("cpython-311.pyc", "play-9.py311.nbi", "play-9.py311.1.nbc")]
    for file in files:
        file.write_text("")
        os.utime(file, (time.time() - days * 86_400,) * 2)
    return files


def test_kernels_unused_for_long_go_with_all_their_files(tmp_path):
    old, new = make_kernel(tmp_path, "old", 61), make_kernel(tmp_path, "new", 59)
    (tmp_path / "notes.txt").write_text("not ours to remove")
    cache.load_module(SOURCE, "given", {"given": 1}, tmp_path)
    assert not any(file.exists() for file in old)
    assert all(file.exists() for file in [*new, tmp_path / "notes.txt"])


def test_beyond_the_most_that_are_kept_the_longest_unused_go(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_MOST", 3)
    kernels = {name: make_kernel(tmp_path, name, days) for name, days in zip("abcd", (2, 5, 4, 3), strict=True)}
    cache.load_module(SOURCE, "given", {"given": 1}, tmp_path)
    assert [name for name in "abcd" if all(file.exists() for file in kernels[name])] == ["a", "d"]
    assert not any(file.exists() for name in "bc" for file in kernels[name])


def test_a_kernel_used_today_stays_however_many_there_are(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_MOST", 1)
    files = [file for name in "abcd" for file in make_kernel(tmp_path, name, 0.5)]
    cache.load_module(SOURCE, "given", {"given": 1}, tmp_path)
    assert all(file.exists() for file in files)


def test_loading_a_kernel_counts_as_use_and_leaves_its_file_as_it_was(tmp_path):
    """A touched source would make numba compile again."""
    module = cache.load_module(SOURCE, "given", {"given": 1}, tmp_path)
    mark = Path(module.__file__).with_suffix(".used")
    for file in (Path(module.__file__), mark):
        os.utime(file, (1000, 1000))
    cache.load_module(SOURCE, "given", {"given": 1}, tmp_path)
    assert Path(module.__file__).stat().st_mtime == 1000
    assert mark.stat().st_mtime > time.time() - 60


def test_a_kernel_of_an_earlier_version_is_not_taken_for_old(tmp_path):
    (tmp_path / "kernel_before.py").write_text(SOURCE)
    os.utime(tmp_path / "kernel_before.py", (1000, 1000))
    cache.load_module(SOURCE, "given", {"given": 1}, tmp_path)
    assert (tmp_path / "kernel_before.used").exists()


def test_a_kernel_removed_in_the_instant_of_loading_is_written_again(tmp_path, monkeypatch):
    prepare = cache._prepare
    times = []

    def prepare_and_lose(*given):
        file = prepare(*given)
        times.append(file)
        if len(times) == 1:
            cache._remove(cache._mark(file))
        return file

    monkeypatch.setattr(cache, "_prepare", prepare_and_lose)
    assert cache.load_module(SOURCE, "given", {"given": 4}, tmp_path).value == 5
    assert len(times) == 2


def test_what_a_killed_writer_left_goes_after_a_day(tmp_path):
    for name, days in ((".old.part", 2), (".new.part", 0.5)):
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (time.time() - days * 86_400,) * 2)
    cache.load_module(SOURCE, "given", {"given": 1}, tmp_path)
    assert [file.name for file in tmp_path.glob(".*.part")] == [".new.part"]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="users are told apart otherwise here")
def test_code_is_never_loaded_from_a_folder_that_others_can_write(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    shared = tmp_path / f"crossroads-{os.getuid()}"
    shared.mkdir()
    shared.chmod(0o777)
    assert cache.find_folder() != shared
    shared.chmod(0o700)
    assert cache.find_folder() == shared
