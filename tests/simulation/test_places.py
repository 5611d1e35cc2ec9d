from __future__ import annotations

import builtins
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from fake_town import weigh

from crossroads.errors import RunsError
from crossroads.simulation.completion import name_completion
from crossroads.simulation.disk import hold_folder, measure_files, remove_folder, remove_leftovers, write_atomically
from crossroads.simulation.places import Address, is_address, is_remote, open_place
from crossroads.simulation.runs import make_store, open_runs

COUNT = 64


@pytest.fixture
def address():
    """An address that nobody has written to."""
    return f"memory://{uuid.uuid4().hex}/runs"


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return weigh(tmp_path_factory.mktemp("alone") / "runs", COUNT)


def test_an_address_is_told_from_a_path():
    assert is_address("s3://bucket/runs")
    assert is_address("memory://runs")
    assert not any(map(is_address, ("runs", "/tmp/runs", "C:\\runs", "C://runs", "out/a:b", Path("s3:/bucket"))))


def test_a_path_stays_a_path_and_a_file_address_becomes_one(tmp_path):
    assert open_place("some/runs") == Path("some/runs")
    assert open_place(tmp_path) is tmp_path
    for protocol in ("file", "local"):
        assert open_place(f"{protocol}://{tmp_path}/runs") == tmp_path / "runs"
    assert not is_remote(open_place(f"file://{tmp_path}"))


def test_a_folder_is_the_same_for_a_process_that_was_started_elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = Address.of(Path("runs"))
    monkeypatch.chdir("/")
    assert told.open() == tmp_path / "runs"


def test_an_address_keeps_the_options_that_it_was_opened_with(address):
    place = open_place(address, skip_instance_cache=True)
    again = Address.of(place).open()
    assert str(again) == address
    assert again.storage_options == {"skip_instance_cache": True}


def test_an_unknown_protocol_is_a_sentence():
    with pytest.raises(RunsError, match=r"nothing://here cannot be opened .* fsspec library for nothing://"):
        open_place("nothing://here")


def test_without_the_extra_an_address_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def refuse(name, *more, **named):
        if name == "upath":
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(RunsError, match=r"pip install '\.\[cluster\]\'"):
        open_place("memory://runs")
    assert open_place("runs") == Path("runs")


def test_runs_at_an_address_are_those_in_a_folder(address, alone):
    runs = weigh(address, COUNT)
    assert runs.content_hash() == alone.content_hash()
    assert runs.check() == {}
    again = open_runs(address)
    assert again.case == alone.case
    assert again.values("harmed", "year_5").identical(alone.values("harmed", "year_5"))
    assert 10_000 < again.manifest.bytes < sum(measure_files(again.path).values())  # the manifest itself comes last


def test_runs_at_an_address_go_on_where_they_stopped(address, alone):
    weigh(address, 32)
    runs = weigh(address, COUNT)
    assert runs.content_hash() == alone.content_hash()
    assert open_runs(address, 32).complete


def test_what_is_lost_or_damaged_at_an_address_is_found_and_made_again(address, alone):
    runs = weigh(address, COUNT)
    store = make_store(runs.path, runs.manifest)
    (store.root / store.name_piece("status", 1)).unlink()
    piece = store.root / store.name_piece("values", 2)
    content = bytearray(piece.read_bytes())
    content[len(content) // 2] ^= 1
    piece.write_bytes(bytes(content))
    name_completion(runs.path, 3).write_text("{", encoding="utf-8")
    with pytest.warns(UserWarning, match=r"Chunk \d of the runs in memory://"):
        broken = open_runs(address)
    assert set(broken.completions) == {0, 2}
    assert set(broken.check()) == {1, 2, 3}
    with pytest.warns(UserWarning, match="was damaged and is simulated again"):
        again = weigh(address, COUNT)
    assert again.check() == {}
    assert again.content_hash() == alone.content_hash()


def test_an_address_with_something_else_in_it_is_refused(address):
    (open_place(address) / "note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RunsError, match="holds something else than runs"):
        weigh(address, COUNT)
    with pytest.raises(RunsError, match="There are no runs in memory://"):
        open_runs(address)


def test_an_address_has_no_lock_and_no_leftovers(address):
    place = open_place(address)
    write_atomically(place / "note.txt", "old")
    write_atomically(place / "note.txt", "new")
    with hold_folder(place), hold_folder(place):
        remove_leftovers(place)
    assert (place / "note.txt").read_text(encoding="utf-8") == "new"
    assert measure_files(place) == {"note.txt": 3}
    remove_folder(place)
    remove_folder(place)
    assert measure_files(place) == {}


@pytest.mark.slow
def test_nothing_of_the_extra_is_loaded_before_it_is_asked_for():
    code = (
        "import sys; import crossroads.presentation.cli\n"
        "print(sorted({'cloudpickle', 'dask', 'distributed', 'upath'} & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
