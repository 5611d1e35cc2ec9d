import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from fake_town import CHUNK, PAIRS, TOWN, futures, town, toy, weigh

from crossroads.errors import RunsError
from crossroads.sampling.futures import sample
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.progress import Silent
from crossroads.simulation.runs import make_store, open_runs
from crossroads.simulation.wrapped import wrap_batch

pytestmark = pytest.mark.slow

COUNT = 128
CHUNKS = COUNT // CHUNK


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory):
    return weigh(tmp_path_factory.mktemp("unbroken") / "runs", COUNT)


@pytest.fixture
def runs(unbroken, tmp_path):
    shutil.copytree(unbroken.path, tmp_path / "runs")
    return open_runs(tmp_path / "runs")


def start_child(folder, *more):
    script = Path(__file__).with_name("fake_town.py")
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), str(COUNT), *map(str, more)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_chunks(folder, count, child):
    until = time.monotonic() + 60
    while time.monotonic() < until and child.poll() is None:
        if len(list(folder.glob("done/*.json"))) >= count:
            return
        time.sleep(0.01)
    pytest.fail(f"the child ended or hung before {count} chunks were done: {child.communicate(timeout=5)}")


def read_files(folder):
    """Everything stored but times: pieces of arrays, by name."""
    files = [file for file in folder.rglob("data.zarr/*/c/**/*") if file.is_file()]
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def list_times(runs):
    return {file: file.stat().st_mtime_ns for file in runs.path.rglob("data.zarr/**/*")}


def require_equal(runs, unbroken):
    assert runs.complete
    assert runs.check() == {}
    assert runs.content_hash() == unbroken.content_hash()
    assert read_files(runs.path) == read_files(unbroken.path)
    assert not list(runs.path.rglob("*.partial"))


def damage(file, place=0.5):
    """Flip one bit."""
    content = bytearray(file.read_bytes())
    content[int(len(content) * place)] ^= 1
    file.write_bytes(content)


def piece(runs, chunk, array="values"):
    store = make_store(runs.path, runs.manifest)
    return store.root / store.name_piece(array, chunk)


def test_a_killed_run_goes_on_where_it_stopped(tmp_path, unbroken):
    for chunks in (2, 4):
        child = start_child(tmp_path, 0.2)
        wait_for_chunks(tmp_path, chunks, child)
        child.kill()
        child.communicate()
        assert child.returncode == -signal.SIGKILL
        broken = open_runs(tmp_path)
        assert not broken.complete
        assert chunks <= len(broken.completions) < CHUNKS
    whole = weigh(tmp_path, COUNT)
    require_equal(whole, unbroken)
    assert broken.completions.items() <= whole.completions.items()  # with the times of the first sitting


def test_ctrl_c_keeps_what_is_finished_and_leaves_a_clean_folder(tmp_path, unbroken):
    child = start_child(tmp_path, 0.2)
    wait_for_chunks(tmp_path, 3, child)
    child.send_signal(signal.SIGINT)
    said, errors = child.communicate(timeout=30)
    assert child.returncode != 0
    assert "KeyboardInterrupt" in errors
    assert said.splitlines()[-1] == "ended"
    require_equal(weigh(tmp_path, COUNT), unbroken)


def test_a_kill_between_the_data_and_its_mark_costs_that_chunk_alone(runs, unbroken):
    (runs.path / "done" / "00003.json").unlink()
    broken = open_runs(runs.path)
    absent = slice(3 * CHUNK, 4 * CHUNK)
    assert not broken.complete
    assert (broken.dataset["status"][:, :, absent] == 0).all()
    assert np.isnan(broken.dataset["values"][:, :, absent].values).all()
    assert (broken.dataset["status"].drop_isel(future=range(3 * CHUNK, 4 * CHUNK)) != 0).all()
    with pytest.raises(RunsError, match=r"1 of 8 chunks .* are missing"):
        broken.require_complete()
    with pytest.raises(RunsError, match="1 of 8 chunks"):
        broken.content_hash()
    require_equal(weigh(runs.path, COUNT), unbroken)


def test_a_kill_before_anything_was_stored_costs_nothing(runs, unbroken, tmp_path):
    for name in ("case.json", "data.zarr/values/zarr.json"):
        (runs.path / name).unlink()
    for mark in runs.path.glob("done/*.json"):
        mark.unlink()
    require_equal(weigh(runs.path, COUNT), unbroken)
    assert open_runs(runs.path).case == toy()


@pytest.mark.parametrize("array", ["values", "status", "series", "start", "futures"])
def test_a_damaged_piece_is_found_said_and_made_anew(runs, unbroken, array):
    damage(piece(runs, 1, array))
    assert set(open_runs(runs.path).check()) == {1}
    with pytest.warns(UserWarning, match=r"Chunk 1 .* was damaged and is simulated again: it cannot be read"):
        again = weigh(runs.path, COUNT)
    require_equal(again, unbroken)
    assert len(again.manifest.repairs) == 1


def test_reading_a_damaged_piece_is_an_error_and_never_a_number(runs):
    damage(piece(runs, 1), place=0.01)
    with pytest.raises(RunsError, match="damaged after they were written"):
        open_runs(runs.path).values("harmed", "year_5")


def test_a_piece_that_was_cut_short_is_hidden_until_it_is_made_anew(runs, unbroken):
    file = piece(runs, 2)
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.warns(UserWarning, match="Chunk 2 .* is damaged: .* bytes instead of"):
        broken = open_runs(runs.path)
    assert not broken.complete
    assert set(broken.damage) == {2}
    assert np.isnan(broken.values("spending", "year_5")[:, :, 2 * CHUNK : 3 * CHUNK]).all()
    with pytest.warns(UserWarning, match="simulated again"):
        require_equal(weigh(runs.path, COUNT), unbroken)


def test_a_piece_that_is_lost_while_the_runs_are_open_is_an_error(runs):
    piece(runs, 2).unlink()
    with pytest.raises(RunsError, match="is gone"):
        runs.values("spending", "year_5")


def test_values_that_were_changed_with_a_right_checksum_are_found(runs, unbroken):
    piece(runs, 4).write_bytes(piece(runs, 5).read_bytes())
    mark = runs.path / "done" / "00004.json"
    content = json.loads(mark.read_text())
    content["files"] = {name: (runs.path / "data.zarr" / name).stat().st_size for name in content["files"]}
    mark.write_text(json.dumps(content))
    assert "not those that were written" in open_runs(runs.path).check()[4]
    with pytest.warns(UserWarning, match="Chunk 4 .* its values are not those that were written"):
        require_equal(weigh(runs.path, COUNT), unbroken)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}", b'{"chunk": 5}'])
def test_a_mark_that_cannot_be_read_is_no_mark(runs, unbroken, content):
    (runs.path / "done" / "00005.json").write_bytes(content)
    with pytest.warns(UserWarning, match="Chunk 5 .* its completion mark cannot be read"):
        assert not open_runs(runs.path).complete
    with pytest.warns(UserWarning, match="simulated again"):
        require_equal(weigh(runs.path, COUNT), unbroken)


def test_arrays_that_cannot_be_opened_are_made_anew(runs, unbroken):
    (runs.path / "data.zarr" / "values" / "zarr.json").write_text("{")
    with pytest.warns(UserWarning, match="its arrays cannot be opened"):
        require_equal(weigh(runs.path, COUNT), unbroken)


def test_a_full_disk_loses_nothing_that_was_finished(tmp_path, unbroken):
    child = start_child(tmp_path, 0, 3)
    said, errors = child.communicate(timeout=60)
    assert child.returncode == 1
    assert said.splitlines()[-1] == "ended"
    assert "RunsError: Runs could not be written to" in errors
    assert "The 3 chunks that were finished are safe. Make room there, or allow writing, and give the same" in errors
    assert len(open_runs(tmp_path).completions) == 3
    require_equal(weigh(tmp_path, COUNT), unbroken)


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(file):
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))


def test_a_disk_that_is_really_full_loses_nothing_either(small_disk, unbroken):
    folder, ballast = small_disk / "runs", small_disk / "ballast"

    class Filling(Silent):
        def advance(self, runs, failures):
            if len(list(folder.glob("done/*.json"))) == 3:
                fill(ballast)

    with pytest.raises(RunsError, match=r"No space left on device.* The 3 chunks .* are safe"):
        weigh(folder, COUNT, progress=Filling())
    assert sorted(open_runs(folder).completions) == [0, 1, 2]
    ballast.unlink()
    require_equal(weigh(folder, COUNT), unbroken)


def test_a_larger_design_extends_a_smaller_one(tmp_path, unbroken):
    small = weigh(tmp_path, 32)
    before = small.content_hash()
    seen = []

    class Listening:
        def begin(self, total_runs, already_done):
            seen.append((total_runs, already_done))

        def advance(self, runs, failures):
            seen.append(runs)

        def end(self):
            seen.append("end")

    larger = weigh(tmp_path, COUNT, progress=Listening())
    assert seen == [(COUNT * PAIRS, 32 * PAIRS), *[CHUNK * PAIRS] * 6, "end"]
    require_equal(larger, unbroken)
    assert larger.first(32).content_hash() == before
    again = weigh(tmp_path, 32)
    assert len(again.futures) == again.dataset.sizes["future"] == 32
    assert again.content_hash() == before
    assert open_runs(tmp_path).size == COUNT


def test_a_chunk_that_was_not_full_is_filled_when_the_design_grows(tmp_path):
    weigh(tmp_path / "grown", 64, chunk=48)
    grown = weigh(tmp_path / "grown", COUNT, chunk=48)
    assert grown.content_hash() == weigh(tmp_path / "whole", COUNT, chunk=48).content_hash()
    assert grown.check() == {}


def test_repairing_for_a_small_design_keeps_the_rest_of_a_large_one(runs, unbroken):
    damage(piece(runs, 0))
    damage(piece(runs, 1))
    with pytest.warns(UserWarning, match="Chunk [01] "):
        weigh(runs.path, CHUNK * 2)
    require_equal(open_runs(runs.path), unbroken)


def test_a_damaged_chunk_of_which_a_small_design_needs_a_part_is_made_anew(tmp_path):
    large = weigh(tmp_path, COUNT, chunk=48)
    damage(piece(large, 1))
    with pytest.warns(UserWarning, match="Chunk 1 "):
        small = weigh(tmp_path, 64, chunk=48)
    assert small.content_hash() == large.first(64).content_hash()
    assert weigh(tmp_path, COUNT, chunk=48).content_hash() == large.content_hash()


def test_runs_that_are_all_there_are_not_run_again(runs):
    def fail(given, weeks):
        raise AssertionError("nothing was left to run")

    fail.__qualname__, fail.__module__ = town.__qualname__, town.__module__
    before = list_times(runs)
    again = weigh(runs.path, COUNT, wrap_batch(fail))
    assert again.content_hash() == runs.content_hash()
    assert before == list_times(runs)


def other_town(given, weeks):
    return town(given, weeks)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"case": toy().model_copy(update={"discount_rate": 0.03})}, "another state of the case"),
        ({"model": wrap_batch(other_town)}, "another state of the model"),
        ({"futures": sample(toy(), 32, seed=2)}, r"another seed \(1 there, 2 now\)"),
        ({"precision": "float64"}, r"another precision \(float32 there, float64 now\)"),
        ({"chunk": 32}, r"another number of futures in a chunk \(16 there, 32 now\)"),
        ({"series": 8}, r"another number of futures with series \(40 there, 8 now\)"),
    ],
)
def test_a_changed_case_or_model_never_mixes_with_old_runs(tmp_path, change, said):
    weigh(tmp_path, 32)
    before = read_files(tmp_path)
    asked = {"case": toy(), "futures": futures(32), "model": TOWN, "chunk": CHUNK, "series": 40, **change}
    with pytest.raises(RunsError, match=said) as refused:
        simulate(asked.pop("case"), asked.pop("futures"), tmp_path, **asked)
    assert "give another folder, or delete this one" in str(refused.value)
    assert read_files(tmp_path) == before


def test_words_may_change_and_the_runs_stay(tmp_path):
    weigh(tmp_path, 32)
    retold = toy().model_copy(update={"title": "A village and its river"})
    runs = simulate(retold, futures(32), tmp_path, model=TOWN, chunk=CHUNK, series=40)
    assert runs.case.title == "A village and its river"


def test_other_futures_of_the_same_seed_are_refused(tmp_path):
    weigh(tmp_path, 32)
    moved = futures(32)
    values = moved.values.copy()
    values[5, 0] *= 2
    other = type(moved)(moved.names, values, moved.view, moved.replicate, moved.seed, moved.views)
    with pytest.raises(RunsError, match="other futures of the same seed"):
        simulate(toy(), other, tmp_path, model=TOWN, chunk=CHUNK, series=40)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("dear reader")
    with pytest.raises(RunsError, match="holds something else than runs"):
        weigh(tmp_path, 32)
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_a_manifest_that_cannot_be_read_is_refused(tmp_path):
    weigh(tmp_path, 32)
    (tmp_path / "manifest.json").write_text("{}")
    with pytest.raises(RunsError, match="is damaged or was written by another version"):
        weigh(tmp_path, 32)
