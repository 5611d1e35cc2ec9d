from __future__ import annotations

import tempfile
from pathlib import Path

from crossroads.simulation import cache

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


def test_every_part_of_the_engine_that_decides_a_kernel_is_in_its_name():
    folder = Path(cache.__file__).parent
    imported = {"arithmetic.py", "lanes.py", "lane_functions.py", "binding.py", "toolkit.py"}
    assert set(cache._ENGINE) == imported
    assert all((folder / name).exists() for name in imported)
