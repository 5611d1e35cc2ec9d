from __future__ import annotations

import builtins
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fake_town import TOWN, town
from loopback import clean_environment

from crossroads.errors import RunsError
from crossroads.simulation.models import load_model
from crossroads.simulation.parcel import Parcel, open_parcel, pack

ELSEWHERE = """
import sys
from crossroads.simulation.parcel import Parcel, open_parcel
value = open_parcel(Parcel("", open(sys.argv[1], "rb").read()))
"""
"""What another process does with a parcel; it knows what is installed and nothing else."""


def open_elsewhere(parcel: Parcel, folder: Path, then: str) -> str:
    file = folder / "parcel"
    file.write_bytes(parcel.content)
    command = [sys.executable, "-c", ELSEWHERE + then, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=clean_environment(), check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_function_of_a_script_travels_with_what_it_calls(tmp_path):
    parcel = pack(TOWN)
    assert {"fake_town", "test_parcel"} <= set(parcel.whole)
    assert open_elsewhere(parcel, tmp_path, "print(value.function.__name__, value.batch)") == "town True"
    again = open_parcel(parcel)
    assert again.function is not town
    assert again.function.__code__ == town.__code__


def test_an_installed_model_travels_by_its_name(tmp_path):
    from fake_town import toy  # noqa: PLC0415

    parcel = pack(load_model(toy()))
    assert "crossroads" not in parcel.whole
    then = "from crossroads.cases.toy.model import MODEL; print(value.mechanisms[0].unit is MODEL.mechanisms[0].unit)"
    assert open_elsewhere(parcel, tmp_path, then) == "True"
    assert len(parcel.content) < 5_000


def test_the_same_value_has_the_same_digest_and_another_has_another():
    assert pack(TOWN).digest == pack(TOWN).digest != pack([TOWN]).digest


def test_what_cannot_travel_is_told_at_once():
    lock = threading.Lock()

    def hold(given, weeks):
        with lock:
            return town(given, weeks)

    with pytest.raises(RunsError, match=r"cannot be sent to other processes \(TypeError: .*lock"):
        pack(hold)


def test_what_is_not_there_is_told_by_its_name():
    parcel = pack(town)
    broken = Parcel(parcel.digest, parcel.content[:-4])
    with pytest.raises(RunsError, match=r"A worker cannot open what it was sent .* same versions"):
        open_parcel(broken)


def test_packing_leaves_the_packer_as_it_was():
    import cloudpickle  # noqa: PLC0415

    before = set(cloudpickle.list_registry_pickle_by_value())
    pack(TOWN)
    assert set(cloudpickle.list_registry_pickle_by_value()) == before


def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def refuse(name, *more, **named):
        if name == "cloudpickle":
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(RunsError, match=r"pip install '\.\[cluster\]\'"):
        pack(TOWN)
