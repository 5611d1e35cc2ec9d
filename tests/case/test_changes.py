from functools import cache

import pytest

from crossroads.case.changes import choose_moves, find_subject, makes_sense, number_of, options_of, setting_of
from crossroads.case.distributions import Lognormal, Point, Triangular, Uniform
from crossroads.case.files import load
from crossroads.case.records import Case, Change, Check, Uncertainty, by_id


@cache
def toy() -> Case:
    return load("toy")


def describe(**more) -> Check:
    return Check.model_validate({"id": "c", "says": "S.", **more})


def between(one, other) -> Change:
    return Change.model_validate({"from": one, "to": other})


def doubt(shape, null=None) -> Uncertainty:
    return by_id(toy().uncertainties)["growth"].model_copy(update={"distribution": shape, "null": null})


@pytest.mark.parametrize(
    ("name", "one", "other", "subject"),
    [
        ("option", "keep", "raise", "option"),
        ("council", "supports", "opposes", "actor"),
        ("overrun", 1, 2, "uncertainty"),
        ("moving", 0, 0.1, "lever"),
        ("river", "off", "on", "mechanism"),
        ("moving", "on", "off", "mechanism"),
        ("rain", 0, 1, None),
    ],
)
def test_a_name_means_one_thing_and_off_and_on_are_for_mechanisms(name, one, other, subject):
    assert find_subject(toy(), name, between(one, other)) == subject


def test_words_are_numbers_of_the_range():
    peaked = doubt(Triangular(low=1, mode=2, high=5), null=1)
    assert [number_of(peaked, word) for word in ("low", "central", "high", "null", 3)] == [1, 2, 5, 1, 3]
    bell = doubt(Lognormal(low=1, central=2, high=4))
    assert [number_of(bell, word) for word in ("low", "central", "high")] == [1, 2, 4]
    assert [number_of(doubt(Uniform(low=0, high=4)), word) for word in ("low", "central", "high")] == [0, 2, 4]
    assert number_of(doubt(Point(value=7)), "central") == 7


def test_what_a_quantity_cannot_be_has_no_number():
    even = doubt(Uniform(low=0, high=4))
    assert [number_of(even, value) for value in (-0.1, 4.1, "null", "middling")] == [None] * 4


def test_a_category_is_its_code_and_null_is_the_name_that_the_case_gives():
    ground = by_id(toy().uncertainties)["ground"]
    assert [number_of(ground, name) for name in ("clay", "sand", "rock", 0, "null")] == [0, 1, None, None, None]
    assert number_of(ground.model_copy(update={"null": "sand"}), "null") == 1


def test_an_empty_value_is_the_word_null():
    assert between(None, 2).values == ("null", 2.0)
    assert Change.model_validate({"through": [None, 1.2, "high"]}).values == ("null", 1.2, "high")
    assert describe(fixed={"growth": None}).fixed == {"growth": "null"}


def test_the_word_baseline_is_the_value_of_the_lever():
    levers = by_id(toy().levers)
    assert setting_of(levers["levee"], "baseline") == "old"
    assert setting_of(levers["warning"], "baseline") == 0.2
    assert setting_of(levers["levee"], "raised") == "raised"


def test_a_check_runs_the_baseline_option_unless_told_otherwise():
    assert options_of(toy(), describe()) == ("keep",)
    assert options_of(toy(), describe(given={"option": "raise"})) == ("raise",)
    assert options_of(toy(), describe(when={"option": between("raise", "move_out")})) == ("raise", "move_out")


def test_each_actor_answers_with_the_first_move_that_makes_sense_under_every_option():
    compared = describe(when={"option": between("keep", "raise")})
    assert choose_moves(toy(), compared) == ("supports", "on_time")
    assert choose_moves(toy(), describe(given={"option": "raise", "moves": ["late"]})) == ("supports", "late")
    assert choose_moves(toy(), describe(when={"council": between("opposes", "supports")})) == ("opposes", "on_time")


def test_where_options_share_no_answer_there_is_none():
    mixes = tuple(
        mix.model_copy(update={"shares": mix.shares | {"builder": {"late": 1.0}}}) if mix.id == "builder_works" else mix
        for mix in toy().mixes
    )
    case = toy().model_copy(update={"mixes": mixes})
    compared = describe(when={"option": between("keep", "raise")})
    assert choose_moves(case, compared) == ("supports", None)
    builder = by_id(case.actors)["builder"]
    assert makes_sense(case, ["raise"], builder, "late")
    assert not makes_sense(case, ["keep", "raise"], builder, "late")
