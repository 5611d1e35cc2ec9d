from functools import cache

from crossroads.case.clauses import (
    find_reference,
    list_answers,
    list_clauses,
    list_named,
    list_options,
    list_stances,
)
from crossroads.case.files import load
from crossroads.case.records import Case, Part, Proposition


@cache
def toy() -> Case:
    return load("toy")


def describe(**holds) -> Part:
    return Part.model_validate({"id": "p", "words": "W.", "because": "B.", "holds": holds})


FEWER = {"outcome": "harmed", "option": ["raise", "move_out"], "horizon": "year_1", "at_most": 0}


def test_a_clause_stands_where_the_file_has_it():
    joined = describe(all=[FEWER, {"any": [FEWER, {"not": FEWER}]}]).holds
    assert [field for _, field in list_clauses(joined)] == [
        "holds",
        "holds.all.0",
        "holds.all.1",
        "holds.all.1.any.0",
        "holds.all.1.any.1",
        "holds.all.1.any.1.not",
    ]


def test_one_name_is_as_good_as_a_list_of_one():
    assert list_named("raise") == list_named(("raise",)) == ("raise",)
    assert list_named(()) == ()


def test_a_part_needs_what_it_names_and_what_it_is_measured_from():
    assert list_options(toy(), describe(**FEWER)) == ("raise", "move_out", "keep")
    assert list_options(toy(), describe(**FEWER | {"against": "start"})) == ("raise", "move_out")
    assert list_options(toy(), describe(**FEWER | {"against": "warn"})) == ("raise", "move_out", "warn")
    terms = [{"outcome": "harmed", "option": "warn", "horizon": "year_1"}]
    shared = describe(sum=terms, share_of=[{"openings": ["supports"], "option": "raise"}], at_least=1)
    assert list_options(toy(), shared) == ("warn", "raise")  # a sum is measured from nothing


def test_what_is_measured_from_the_baseline_is_measured_from_its_option():
    assert find_reference(toy(), Proposition(outcome="harmed")) == "keep"
    assert find_reference(toy(), Proposition(outcome="harmed", against="zero")) is None
    assert find_reference(toy(), Proposition(outcome="harmed", against="warn")) == "warn"


def test_who_answers_first_gives_the_stances_and_a_mix_the_answers():
    assert [move.id for move in list_stances(toy())] == ["supports", "opposes"]
    assert list_stances(toy().model_copy(update={"actors": ()})) == ()
    assert list_answers(toy(), "keep") == ("supports", "opposes", "on_time")
    assert list_answers(toy(), "raise_and_warn") == ("supports", "opposes", "on_time", "late")
    assert list_answers(toy(), "nowhere") == ()


def test_a_proposition_written_as_json_is_read_again():
    part = describe(**{"not": FEWER})
    assert part.holds.not_ is not None
    for alias in (True, False):
        assert Part.model_validate_json(part.model_dump_json(by_alias=alias)) == part
