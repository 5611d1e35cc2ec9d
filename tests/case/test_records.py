from __future__ import annotations

from datetime import date
from functools import cache
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from crossroads.case import records
from crossroads.case.distributions import Point
from crossroads.case.files import load
from crossroads.case.records import (
    Actor,
    Case,
    Condition,
    Evidence,
    Fact,
    Horizon,
    Id,
    Lever,
    Move,
    Outcome,
    Record,
    Setting,
    Step,
    Uncertainty,
    by_id,
)

IDS = TypeAdapter(Id)
DIAL = {
    "low": Setting(name="Low", meaning="Little.", gives={"height": 1.0}),
    "high": Setting(name="High", meaning="Much.", gives={"works": 2.0, "height": 3.0}),
    "none": Setting(name="None", meaning="Nothing.", gives={}),
}


@cache
def toy() -> Case:
    return load("toy")


def fact(**changes):
    return Fact(**{"id": "a", "name": "A", "value": 1.0, "unit": "1", "meaning": "A.", **changes})


def lever(**changes):
    parts = {"id": "levee", "name": "L", "meaning": "L.", "kind": "dial", "unit": "1", "baseline": 0.0}
    return Lever(**{**parts, **changes})


def evidence(**changes):
    parts = {"id": "a", "section": "S", "statement": "S.", "strength": "A", "status": "verified", "contested": "low"}
    return Evidence(**{**parts, **changes})


def refuse(make, said):
    with pytest.raises(ValidationError, match=said):
        make()


def every_record():
    return [each for each in vars(records).values() if isinstance(each, type) and issubclass(each, Record)]


def test_records_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        fact().value = 2.0
    with pytest.raises(ValidationError, match="frozen"):
        toy().years = 6


def test_every_kind_of_record_refuses_what_it_does_not_know():
    kinds = every_record()
    assert len(kinds) > 20
    for kind in kinds:
        with pytest.raises(ValidationError) as refused:
            kind.model_validate({"colour": "red"})
        assert "extra_forbidden" in {error["type"] for error in refused.value.errors()}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_none_is_refused_wherever_it_stands(value):
    refuse(lambda: fact(value=value), "finite")
    refuse(lambda: Step(ramp_months=0, set={"levee": value}), "finite")
    refuse(lambda: Setting(name="A", meaning="A.", gives={"height": value}), "finite")
    refuse(lambda: Condition(outcome="a", horizon="b", against="zero", at_most=value, because="c"), "finite")


@pytest.mark.parametrize("word", ["levee", "2020", "a-b_c.d", "A1"])
def test_words_may_be_joined_into_an_id(word):
    assert IDS.validate_python(word) == word


@pytest.mark.parametrize("word", ["", "_a", "-a", ".a", "a b", "a+b", "a/b", "a\n", "é", 7])
def test_what_cannot_be_a_name_of_a_file_or_a_profile_is_no_id(word):
    refuse(lambda: IDS.validate_python(word), "pattern|string")


@given(st.text(max_size=5))
@settings(max_examples=60, deadline=None)
def test_an_id_never_holds_the_sign_that_joins_profiles(word):
    try:
        IDS.validate_python(word)
    except ValidationError:
        return
    assert word.isascii()
    assert not set(word) & set("+ /\n")


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_text_of_spaces_alone_is_empty(text):
    refuse(lambda: fact(name=text), "at least 1 character")


def test_spaces_around_text_are_dropped():
    assert fact(name="  Homes \n").name == "Homes"


@pytest.mark.parametrize("value", ["800", True])
def test_a_number_in_quotes_is_read_and_kept_as_a_number(value):
    assert fact(value=value).value == float(value)


def test_a_number_is_its_own_column():
    plain = lever(kind="instrument", low=0.0, high=1.0)
    assert plain.columns == ("levee",)
    assert plain.numbers(0.25) == {"levee": 0.25}
    assert plain.numbers("0.25") == {"levee": 0.25}


def test_a_dial_gives_every_column_that_any_setting_names_in_their_order():
    dial = lever(baseline="low", settings=DIAL)
    assert dial.columns == ("height", "works")
    assert dial.numbers("low") == {"height": 1.0, "works": 0.0}
    assert list(dial.numbers("high").items()) == [("height", 3.0), ("works", 2.0)]
    assert dial.numbers("none") == {"height": 0.0, "works": 0.0}


def test_a_setting_that_is_not_there_gives_nothing_at_all():
    with pytest.raises(KeyError, match="medium"):
        lever(baseline="low", settings=DIAL).numbers("medium")


def test_an_actor_sends_the_signals_of_all_its_moves_once():
    moves = tuple(
        Move(id=f"m{place}", name="M", short="M", meaning="M.", sets=sets)
        for place, sets in enumerate([{"late": 1.0}, {}, {"angry": 1.0, "late": 0.5}])
    )
    assert Actor(id="a", name="A", meaning="A.", order=1, moves=moves).signals == ("late", "angry")


def test_a_reader_is_told_what_is_judgement_or_unchecked():
    marked = {status: evidence(status=status).needs_mark for status in get_args(records.Status)}
    assert {status for status, mark in marked.items() if mark} == {"judgement", "recalled"}
    assert len(marked) == 5


def test_a_year_of_the_projection_has_52_weeks():
    assert toy().model_copy(update={"years": 10}).weeks == 520


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Horizon(id="now", name="Now", weeks=0), "weeks"),
        (lambda: Step(start_month=-1, ramp_months=0, set={}), "start_month"),
        (lambda: Step(ramp_months=-1, set={}), "ramp_months"),
        (lambda: Case.model_validate({**toy().model_dump(), "years": 0}), "years"),
    ],
)
def test_time_does_not_run_backwards(make, field):
    with pytest.raises(ValidationError) as refused:
        make()
    assert [error["loc"][-1] for error in refused.value.errors()] == [field]


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (Case, "discount_rate"),
        (Case, "years"),
        (Condition, "because"),
        (Condition, "horizon"),
        (records.Stakeholder, "horizon"),
        (Outcome, "direction"),
        (Outcome, "reading"),
        (Uncertainty, "contested"),
    ],
)
def test_a_value_judgement_has_no_default(kind, field):
    assert kind.model_fields[field].is_required()


def test_a_step_lasts_unless_it_says_when_it_ends():
    step = Step(ramp_months=0, set={"levee": "raised"})
    assert (step.start_month, step.end_month) == (0.0, None)


def test_a_step_is_always_open_unless_it_names_a_gate():
    assert Step(ramp_months=0, set={}).when is None
    assert Step(ramp_months=0, when="consent_holds", set={}).when == "consent_holds"
    refuse(lambda: Step(ramp_months=0, when="consent holds", set={}), "pattern")


def test_the_name_of_a_setting_stays_a_word_even_when_it_looks_like_a_number():
    assert Step(ramp_months=0, set={"a": "1", "b": 1}).set == {"a": "1", "b": 1.0}
    assert isinstance(Step(ramp_months=0, set={"a": "1"}).set["a"], str)


def test_dates_are_days():
    parts = toy().model_dump(mode="json")
    assert Case.model_validate(parts).start == date(2026, 1, 1)
    refuse(lambda: Case.model_validate({**parts, "start": "soon"}), "date")


def test_a_distribution_is_read_by_its_kind():
    parts = {"id": "a", "name": "A", "meaning": "A.", "unit": "1", "contested": "low"}
    read = Uncertainty.model_validate({**parts, "distribution": {"kind": "point", "value": 3}})
    assert read.distribution == Point(value=3)
    refuse(lambda: Uncertainty.model_validate({**parts, "distribution": {"kind": "dart", "value": 3}}), "dart")


def test_records_are_found_by_id_in_their_order():
    found = by_id(fact(id=name, value=place) for place, name in enumerate("cab"))
    assert list(found) == ["c", "a", "b"]
    assert found["a"].value == 1
    assert by_id(()) == {}


def test_the_words_below_a_field_are_kept_for_the_manual():
    told = {
        f"{kind.__name__}.{name}": field.description
        for kind in every_record()
        for name, field in kind.model_fields.items()
    }
    assert told["Case.discount_rate"].endswith("so it has no default.")
    assert told["Condition.percent"].startswith("Whether the value is a percentage")
