from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.case.files import load
from crossroads.case.lookup import KINDS, Broken, Lookup, locate_nowhere
from crossroads.case.records import Case
from crossroads.errors import Place


@cache
def toy() -> Case:
    return load("toy")


def ask(lookup, *names, of="levers"):
    return list(lookup.find_unknown(names, of, "options", "raise", "lever"))


def test_every_section_with_records_can_be_looked_up():
    sections = {name for name in Case.model_fields if isinstance(getattr(toy(), name), tuple)}
    assert set(KINDS) == sections - {"not_modelled", "stays_out", "cannot_tell"}
    lookup = Lookup(toy())
    for kind in KINDS:
        assert lookup.records(kind) == getattr(toy(), kind)
        assert [record.id for record in lookup.records(kind)] == list(lookup.ids(kind))


def test_an_unknown_name_is_told_with_its_place_and_the_nearest_name():
    (problem,) = ask(Lookup(toy()), ("levee", "steps.0.set.levee"), ("leeve", "steps.1.set.leeve"))
    assert problem.place == Place("case", 0, "options.raise.steps.1.set.leeve")
    assert problem.what == 'unknown lever "leeve"'
    assert problem.way_out == 'Did you mean "levee"?'


def test_a_name_that_is_like_no_other_is_told_with_the_whole_list():
    (problem,) = ask(Lookup(toy()), ("xyz", "steps"))
    assert problem.way_out == "Known here: levee, moving, warning."


def test_each_wrong_name_is_a_problem_of_its_own_even_when_it_is_written_twice():
    assert [p.place.field for p in ask(Lookup(toy()), ("no", "a"), ("levee", "b"), ("no", "c"))] == [
        "options.raise.a",
        "options.raise.c",
    ]


def test_a_name_of_a_record_that_could_not_be_read_is_no_mistake():
    broken = Broken(records=frozenset({("levers", "dam"), ("facts", "sluice")}))
    told = ask(Lookup(toy(), broken=broken), ("dam", "a"), ("sluice", "b"))
    assert [problem.what for problem in told] == ['unknown lever "sluice"']


def test_where_a_whole_section_could_not_be_read_every_name_may_be_right():
    assert ask(Lookup(toy(), broken=Broken(kinds=frozenset({"levers"}))), ("anything", "a")) == []
    assert len(ask(Lookup(toy(), broken=Broken(kinds=frozenset({"facts"}))), ("anything", "a"))) == 1


def test_a_broken_record_touches_its_kind_and_covers_itself_alone():
    broken = Broken(frozenset({("levers", "dam")}), frozenset({"views"}))
    assert broken.touches("levers")
    assert broken.touches("views")
    assert not broken.touches("facts")
    assert broken.covers("levers", "dam")
    assert broken.covers("views", "anybody")
    assert not broken.covers("levers", "levee")
    assert not Broken().touches("levers")


def test_problems_stand_where_the_file_says():
    def locate(kind, name, field):
        return Place(f"{kind}.yaml", 7, f"{name}/{field}")

    problem = Lookup(toy(), locate).problem("facts", "homes_then", "value", "it is odd", "Change it.")
    assert str(problem) == "facts.yaml:7 homes_then/value: it is odd. Change it."


def test_a_scalar_of_a_case_built_in_python_is_placed_by_its_name():
    assert locate_nowhere("case", "", "years") == Place("case", 0, "years")
    assert locate_nowhere("levers", "levee", "") == Place("case", 0, "levers.levee")


@given(st.text("abc.", max_size=6), st.text("abc", max_size=6), st.text("abc.", max_size=6))
@settings(max_examples=40, deadline=None)
def test_a_place_in_a_case_built_in_python_has_no_empty_parts_of_our_making(kind, name, field):
    told = locate_nowhere(kind, name, field).field
    assert told == ".".join(part for part in (kind, name, field) if part)
