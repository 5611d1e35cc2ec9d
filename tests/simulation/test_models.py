import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
from fake_town import TOWN, futures, town, toy

import crossroads.cases.toy.model as shipped
from crossroads.case.files import find_folder, load
from crossroads.errors import CaseError
from crossroads.simulation.contract import Mechanism, Model, Units
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.models import load_model, model_hash
from crossroads.simulation.wrapped import wrap_batch, wrap_function


@pytest.fixture
def copy(tmp_path):
    no_leftovers = shutil.ignore_patterns("__pycache__")
    return shutil.copytree(find_folder("toy"), tmp_path / "town", ignore=no_leftovers)


def test_a_shipped_case_finds_its_model_by_itself():
    assert load_model(toy()) is shipped.MODEL
    assert load_model(toy(), "toy") is shipped.MODEL


def test_a_case_in_a_folder_has_a_model_of_its_own(copy):
    model = load_model(load(copy), copy)
    assert model is not shipped.MODEL
    assert model_hash(model) == model_hash(shipped.MODEL)
    assert load_model(load(copy), copy) is model


def test_an_edited_mechanism_is_another_model(copy):
    before = load_model(load(copy), copy)
    first = model_hash(before)
    source = copy / "model" / "__init__.py"
    source.write_text(source.read_text().replace("EVENING_OUT = 0.01", "EVENING_OUT = 0.02"))
    after = load_model(load(copy), copy)
    assert model_hash(after) != first
    assert model_hash(before) == first  # the hash is that of the code that was loaded
    assert sys.modules[after.mechanisms[0].unit.__module__].EVENING_OUT == 0.02


def test_a_new_file_of_the_package_counts_and_its_place_does_not(copy, tmp_path):
    first = model_hash(load_model(load(copy), copy))
    moved = shutil.move(copy, tmp_path / "elsewhere")
    assert model_hash(load_model(load(moved), moved)) == first
    (moved / "model" / "more.py").write_text("RAIN = 1\n")
    assert model_hash(load_model(load(moved), moved)) != first


def test_a_model_of_several_files_may_import_its_own(copy):
    (copy / "model" / "rivers.py").write_text("from . import MODEL as WHOLE\n")
    text = (copy / "model" / "__init__.py").read_text()
    (copy / "model" / "streets.py").write_text(text)
    (copy / "model" / "__init__.py").write_text("from .streets import MODEL\n__all__ = ['MODEL']\n")
    model = load_model(load(copy), copy)
    first = model_hash(model)
    assert len(model.mechanisms) == 3
    (copy / "model" / "streets.py").write_text(text.replace("STREETS = 8", "STREETS = 9"))
    assert load_model(load(copy), copy).units.count == 9
    assert model_hash(load_model(load(copy), copy)) != first


def test_what_is_switched_off_and_the_units_are_part_of_the_model():
    model = shipped.MODEL
    hashes = {
        model_hash(model),
        model_hash(model.without("river")),
        model_hash(model.without("purse")),
        model_hash(replace(model, mechanisms=model.mechanisms[::-1])),
        model_hash(replace(model, units=Units(8, {"first_size": np.ones(8)}))),
        model_hash(replace(model, units=Units(8, model.units.values))),
    }
    assert len(hashes) == 6


def make_rain(amount):
    def rain(week):
        return amount * week

    return Model("rain", (Mechanism("rain", "It rains.", after=rain),))


def test_functions_made_by_one_factory_with_other_numbers_are_other_models():
    assert model_hash(make_rain(1.0)) == model_hash(make_rain(1.0))
    assert model_hash(make_rain(1.0)) != model_hash(make_rain(2.0))


def test_wrapped_functions_have_a_hash_too():
    assert model_hash(TOWN) == model_hash(wrap_batch(town))
    assert model_hash(wrap_function(town)) != model_hash(TOWN)
    with pytest.raises(ValueError, match="no plain function"):
        model_hash(wrap_function(len))


def test_a_changed_copy_of_a_shipped_case_must_say_where_its_model_lies(tmp_path):
    changed = toy().model_copy(update={"discount_rate": 0.05})
    with pytest.raises(CaseError, match=r"say where the case lies: load_model\(case, folder\)"):
        simulate(changed, futures(32), tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
    assert load_model(changed, "toy") is shipped.MODEL


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("MODEL = 5", "has no MODEL"),
        ("import a_package_that_is_not_there", "ModuleNotFoundError"),
        ("MODEL = 1 / 0", "ZeroDivisionError"),
        ("MODEL = (", "SyntaxError"),
    ],
)
def test_a_model_that_cannot_be_imported_is_a_problem_of_the_case(copy, source, said):
    (copy / "model" / "__init__.py").write_text(source)
    for _ in range(2):  # a half imported module would be found the second time
        with pytest.raises(CaseError, match=said) as refused:
            load_model(toy(), copy)
    assert refused.value.problems[0].place.field == "model"


def test_a_model_may_be_an_importable_module(tmp_path, monkeypatch):
    (tmp_path / "town_elsewhere.py").write_text("from fake_town import TOWN\nMODEL = TOWN\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert load_model(toy().model_copy(update={"model": "town_elsewhere"})) is TOWN


def test_finding_a_shipped_model_reads_no_file_of_the_case_twice(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    case = load("toy")

    def refuse(folder):
        raise AssertionError(f"{folder} is read again")

    monkeypatch.setattr("crossroads.case.reading.read_folder", refuse)
    assert load_model(case) is shipped.MODEL
