import pytest
from made_up import FakeRuns, make_case, make_outcome

from crossroads.analysis.judgement import choose_headline, read_change
from crossroads.analysis.verdict import analyse


@pytest.fixture(scope="module")
def judgements():
    return {one.option: one for one in analyse(FakeRuns(make_case())).judgements}


def test_the_headline_leaves_out_means_and_indices():
    assert choose_headline(make_case()) == ("deaths",)
    many = make_case(outcomes=tuple(make_outcome(f"out{number}") for number in range(9)))
    assert choose_headline(many) == tuple(f"out{number}" for number in range(6))


def test_the_case_may_put_outcomes_first():
    chosen = (make_outcome("one"), make_outcome("two", headline=True), make_outcome("three", headline=True, index=True))
    assert choose_headline(make_case(outcomes=chosen)) == ("two", "three")


def test_a_case_of_indices_alone_still_has_a_headline():
    assert choose_headline(make_case(outcomes=(make_outcome("score", index=True),))) == ("score",)


@pytest.mark.parametrize(("mean", "apart", "direction", "reading"), [
    (1.0, True, "more", "better"), (1.0, True, "less", "worse"), (-1.0, True, "less", "better"),
    (-1.0, False, "less", "not told apart"), (float("nan"), True, "less", "not known"),
])  # fmt: skip
def test_a_difference_reads_by_the_direction_of_its_outcome(mean, apart, direction, reading):
    assert read_change(mean, apart, make_outcome("any", direction)) == reading


def test_every_horizon_has_an_effect(judgements):
    assert [(one.horizon, one.reading) for one in judgements["force"].effects] == [
        ("near", "worse"),
        ("far", "better"),
    ]
    assert all(one.low <= one.mean <= one.high for one in judgements["force"].effects)
    assert [one.reading for one in judgements["now"].effects] == ["not told apart"] * 2


def test_flips_by_horizon_and_by_stance_are_found(judgements):
    flips = {(one.by, one.horizon): (one.better, one.worse) for one in judgements["force"].flips}
    assert flips["horizon", ""] == (("far",), ("near",))
    assert flips["stance", "near"] == (("agree",), ("protest",))
    assert all(one.by == "horizon" for one in judgements["care"].flips)


def test_each_stance_that_makes_sense_adds_something(judgements):
    stances = {(one.stance, one.horizon): one for one in judgements["force"].stances}
    assert stances["protest", "near"].added == pytest.approx(6.0, abs=1e-4)
    assert stances["agree", "near"].added == pytest.approx(-6.0, abs=1e-4)
    assert {one.stance for one in judgements["care"].stances} == {"agree"}


def test_who_accepts_and_who_loses_is_named(judgements):
    care = judgements["care"]
    assert [one.stakeholder for one in care.gainers] == ["town"]
    assert care.losers == ()
    assert care.accepted_most[0].value == 1.0
    assert judgements["force"].accepted_least[0].stakeholder == "town"


def test_what_did_not_run_is_not_judged():
    runs = FakeRuns(make_case(), change={("force", future): 3 for future in range(64)})
    found = {one.option: one for one in analyse(runs).judgements}
    assert not found["force"].ran
    assert found["force"].effects == ()
    assert found["care"].ran
