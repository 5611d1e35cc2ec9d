from __future__ import annotations

import inspect
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from fake_town import CHUNK, PAIRS, SERIES, TOWN, futures, toy, weigh
from loopback import clean_environment

from crossroads.case.files import find_folder, load
from crossroads.errors import RunsError
from crossroads.simulation import work
from crossroads.simulation.completion import read_completion, remove_completion
from crossroads.simulation.manifest import ENGINE, NAME
from crossroads.simulation.models import load_model
from crossroads.simulation.places import Address
from crossroads.simulation.work import Done, Recipe, Trouble, Work, make_chunk, open_recipe, try_chunk

COUNT = 64


@pytest.fixture
def runs(tmp_path):
    return weigh(tmp_path / "runs", COUNT)


def make_recipe(runs, model=TOWN, case=None):
    return Recipe(case or toy(), model, runs.manifest.key, Address.of(runs.path), 1, audit=False)


def make_work(recipe, chunk):
    span = slice(chunk * CHUNK, (chunk + 1) * CHUNK)
    drawn = futures(COUNT)
    return Work(recipe, chunk, COUNT, drawn.values[span], drawn.view[span], drawn.replicate[span])


def test_a_chunk_is_made_of_its_own_futures_alone(runs):
    whole = read_completion(runs.path, 2)
    remove_completion(runs.path, 2)
    assert make_chunk(make_work(make_recipe(runs), 2)) == Done(2, CHUNK * PAIRS, 0)
    again = read_completion(runs.path, 2)
    assert (again.digests, again.files) == (whole.digests, whole.files)


def test_a_chunk_that_is_whole_is_not_made_again(runs):
    before = read_completion(runs.path, 1)
    task = make_work(make_recipe(runs), 1)
    assert make_chunk(replace(task, values=np.full_like(task.values, np.nan))) == Done(1, CHUNK * PAIRS, 0)
    assert read_completion(runs.path, 1) == before


def test_what_travels_is_small_and_what_comes_back_is_smaller(runs):
    task = make_work(make_recipe(runs).pack(), 0)
    numbers = task.values.nbytes + task.view.nbytes + task.replicate.nbytes
    assert len(pickle.dumps(task)) < numbers + len(pickle.dumps(task.recipe)) + 2_000
    assert len(pickle.dumps(Done(0, 1, 0))) < 200


def test_a_parcel_is_opened_once_and_few_are_kept(runs):
    parcels = [replace(make_recipe(runs), threads=count).pack() for count in range(1, work.KEPT + 2)]
    opened = [open_recipe(parcel) for parcel in parcels]
    assert open_recipe(parcels[-1]) is opened[-1]
    assert open_recipe(parcels[0]) is not opened[0]
    assert len(work._opened) == work.KEPT


def test_another_engine_on_a_worker_is_refused(runs, monkeypatch):
    recipe = make_recipe(runs)
    task = make_work(replace(recipe, key=recipe.key.model_copy(update={"engine": 99})).pack(), 0)
    told = try_chunk(task)
    assert isinstance(told, Trouble)
    assert told.final
    assert told.what.startswith(f"A worker has engine {ENGINE} of Crossroads, and these runs are made with engine 99")


def test_another_state_of_an_installed_model_on_a_worker_is_refused(runs):
    recipe = make_recipe(runs, load_model(toy()))  # the key is that of the town by formulas
    with pytest.raises(RunsError, match="A worker has another state of the model of toy"):
        open_recipe(recipe.pack())


def test_a_folder_that_a_worker_does_not_share_is_told(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(work, "SEEN_WITHIN", 0.2)
    task = make_work(replace(make_recipe(runs), threads=7).pack(), 0)
    (runs.path / NAME).unlink()
    told = try_chunk(task)
    assert isinstance(told, Trouble)
    assert told.final
    assert "cannot be seen by this one. Give a folder that the driver and every worker share" in told.what


def test_trouble_comes_back_in_words_and_may_be_tried_again(runs):
    remove_completion(runs.path, 0)
    shutil.rmtree(runs.path / "data.zarr")
    (runs.path / "data.zarr").write_text("no folder", encoding="utf-8")
    lonely = replace(make_work(make_recipe(runs), 0), count=COUNT + 1)  # no arrays of earlier chunks at hand
    told = try_chunk(lonely)
    assert isinstance(told, Trouble)
    assert not told.final
    assert "Error: " in told.what


def test_labels_and_store_are_those_of_the_driver(runs):
    recipe = make_recipe(runs)
    assert recipe.labels == runs.manifest.labels
    store = recipe.open_store(COUNT)
    assert (store.series, store.chunk) == (SERIES, CHUNK)
    assert recipe.open_store(COUNT) is store
    assert recipe.open_store(COUNT + 1) is not store


@pytest.mark.parametrize("name", ["toy", "mexico"])
def test_a_model_that_travelled_whole_has_the_same_kernel(tmp_path, name, runs):
    """The compiled kernel is kept by what `describe` tells: the same code, constants and helpers."""
    folder = tmp_path / name
    shutil.copytree(find_folder(name), folder, ignore=shutil.ignore_patterns("__pycache__"))
    case = load(folder)
    model = load_model(case, folder)
    parcel = make_recipe(runs, model, case).pack()
    file = tmp_path / "parcel"
    file.write_bytes(parcel.content)
    code = (
        "import sys; from crossroads.simulation.parcel import Parcel, open_parcel\n"
        "from crossroads.simulation.work import Recipe\n"
        f"{inspect.getsource(tell_kernel)}\n"
        "print(tell_kernel(open_parcel(Parcel('', open(sys.argv[1], 'rb').read())).model))"
    )
    shutil.rmtree(folder)
    command = [sys.executable, "-c", code, str(file)]
    environment = {**clean_environment(), "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == tell_kernel(model)


def tell_kernel(model):
    from dataclasses import fields  # noqa: PLC0415
    from hashlib import sha256  # noqa: PLC0415

    from crossroads.simulation.binding import describe  # noqa: PLC0415

    values = [getattr(mechanism, each.name) for mechanism in model.mechanisms for each in fields(mechanism)]
    return sha256("".join(describe(value) for value in values if callable(value)).encode()).hexdigest()
