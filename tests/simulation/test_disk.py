import os
import subprocess
import sys
import threading

import pytest

from crossroads.errors import RunsError
from crossroads.simulation.disk import (
    hold_folder,
    measure_bytes,
    measure_files,
    read_files,
    remove_leftovers,
    require_shared,
    write_atomically,
)
from crossroads.simulation.places import open_place


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    file = tmp_path / "note.txt"
    write_atomically(file, "old")

    def fail(handle):
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="no space left"):
            write_atomically(file, "new")
    assert file.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["note.txt"]
    write_atomically(file, "newer")
    assert file.read_text() == "newer"


def test_what_a_killed_writer_left_is_swept_away(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".note.txt.7.partial").write_text("half")
    (tmp_path / "note.txt").write_text("whole")
    assert measure_bytes(tmp_path) == 9
    remove_leftovers(tmp_path)
    assert measure_files(tmp_path) == {"note.txt": 5}


def test_two_processes_cannot_write_to_one_folder(tmp_path):
    child = (
        "import sys; from pathlib import Path; from crossroads.simulation.disk import hold_folder\n"
        "with hold_folder(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", child, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(RunsError, match="Another process is writing"), hold_folder(tmp_path):
            pass
        other.kill()
    with hold_folder(tmp_path):
        pass


def test_files_are_read_together_and_one_that_is_gone_is_none(tmp_path):
    (tmp_path / "a").write_bytes(b"1")
    assert read_files([tmp_path / "a", tmp_path / "b"]) == [b"1", None]
    place = open_place("memory://read-together")
    (place / "a").write_bytes(b"1")
    assert read_files([place / "a", place / "b"]) == [b"1", None]
    assert read_files([]) == []


def test_what_another_process_wrote_is_awaited_for_a_while(tmp_path):
    late = threading.Timer(0.2, (tmp_path / "mark").touch)
    late.start()
    require_shared(tmp_path / "mark", within=5)
    with pytest.raises(RunsError, match=r"cannot be seen by this one. Give a folder that the driver and every worker"):
        require_shared(tmp_path / "nowhere", within=0.1)
