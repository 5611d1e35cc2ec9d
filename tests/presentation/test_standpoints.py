import numpy as np
import pytest
from claim_parts import (
    PERCENT,
    claim_case,
    debate,
    make_carrier,
    make_claim,
    make_ground,
    make_part,
    make_turn,
    make_verdict,
)

from crossroads.analysis.hearings import Fate, hear_claim
from crossroads.presentation.standpoints import count_fates, say_nulls, say_rests, say_short, say_whole, tell_nearest
from crossroads.presentation.tables import Names

SHARES = {"for": 0.95, "against": 0.05, "open": 0.5, "untold": 0.66, "refused": np.nan}


def hear(*sides, parts=0, kind="empirical", **more):
    """A claim, and what is heard of it: one part for each side, and more that are not judged."""
    named = [f"part_{place}" for place in range(max(len(sides), parts))]
    claim = make_claim(*(make_part(name) for name in named), kind=kind)
    verdicts = [make_verdict(SHARES[side], part=name) for side, name in zip(sides, named, strict=False)]
    return claim, hear_claim(claim, debate(*verdicts, **more))


def test_of_several_parts_the_sides_are_counted_and_never_joined_into_one():
    claim, heard = hear("for", "against", "against", "open")
    assert say_whole(claim, heard) == "Of 4 parts the runs speak for 1, speak against 2 and leave 1 open."
    assert say_short(claim, heard) == "1 for it, 2 against it, 1 open"


def test_what_was_not_judged_is_counted():
    claim, heard = hear("for", parts=3)
    assert say_whole(claim, heard) == "Of the 1 of its 3 parts that could be judged the runs speak for 1."
    nothing = hear(parts=2)
    assert say_whole(*nothing) == "None of its 2 parts could be judged."
    assert say_short(*nothing) == "not judged"


@pytest.mark.parametrize(
    ("side", "words", "short"),
    [
        ("for", "speak for it", "for it"),
        ("against", "speak against it", "against it"),
        ("open", "leave it open", "open"),
        ("untold", "cannot tell, as the error reaches over a border", "cannot be told"),
        ("refused", "have too few futures to tell", "too few futures"),
    ],
)
def test_of_a_single_part_the_side_is_told(side, words, short):
    assert say_whole(*hear(side)) == f"The runs {words}."
    assert say_short(*hear(side)) == short
    assert say_short(*hear(side, side)) == f"all 2 {short}"


@pytest.mark.parametrize("kind", ["law", "definition", "value", "value and law"])
def test_law_definition_and_value_are_not_testable_and_say_so(kind):
    said = say_whole(*hear(kind=kind))
    assert said.startswith("Not testable: this is a question of ")
    assert "speak" not in said
    assert say_short(*hear(kind=kind)) == "no verdict: facts"


def test_a_question_has_answers_and_no_verdict():
    assert say_whole(*hear("for", kind="question")).startswith("A question has no verdict")
    assert say_short(*hear("for", kind="question")) == "no verdict: conditional answers"


@pytest.mark.parametrize(("kind", "other"), [("empirical and value", "value"), ("law and empirical", "law")])
def test_of_a_claim_of_two_kinds_the_runs_judge_what_can_be_tested(kind, other):
    said = say_whole(*hear("for", "for", kind=kind))
    assert said == (
        "Of 2 parts the runs speak for 2. They judge what can be tested of it; "
        f"what is a question of {other} they leave open."
    )


def test_the_nearest_turn_names_its_part():
    turns = {"part_0": (make_turn(divergence=0.5),), "part_1": (make_turn(uncertainty="noise", divergence=0.1),)}
    claim, heard = hear("for", "for", turns=turns)
    names = Names(claim_case(claim))
    found, said = tell_nearest(claim, heard, names)
    assert (found.uncertainty, found.name) == ("noise", "Noise")
    assert said == "The smallest change of one belief that turns a verdict turns part 2:"
    alone = hear("for", turns={"part_0": (make_turn(),)})
    assert tell_nearest(*alone, names)[1].endswith("turns it:")


def test_where_nothing_turns_or_nothing_was_judged_that_is_said_or_left_out():
    names = Names(claim_case())
    assert tell_nearest(*hear("for"), names) == (None, "No believable change of one belief turns any part.")
    assert tell_nearest(*hear(parts=1), names) == (None, "")


def test_grades_are_counted_over_parts_with_the_share_on_judgement():
    weak = make_ground(make_carrier(grade="J"), judged=1.0)
    _, heard = hear("for", "for", "for", grounds={"part_0": make_ground(make_carrier()), "part_1": weak})
    assert say_rests(heard) == (
        "By the weakest evidence that carries it, a part has grade B in 1 and J in 1. "
        f"Of all that the verdicts go with, 62{PERCENT} is a range of our own judgement."
    )
    _, alone = hear("for", grounds={"part_0": make_ground(make_carrier())})
    assert say_rests(alone).startswith("The weakest evidence that carries it has grade B, quasi-experiments.")


def test_where_nothing_carries_a_verdict_there_is_no_grade():
    assert say_rests(hear("for")[1]) == "Nothing goes with the verdicts beyond Monte Carlo error."
    assert say_rests(hear(parts=1)[1]) == ""


def test_what_follows_from_an_assumption_is_counted():
    claim = make_claim(*(make_part(f"part_{place}", null={"size": 0}) for place in range(4)))
    fates = {Fate.FOLLOWS: 2, Fate.STANDS: 1, Fate.UNTOLD: 1}
    assert say_nulls(claim, fates) == (
        "Of 4 parts judged again at a null, 2 follow from an assumption, 1 stands without what drives it and "
        "1 cannot be told."
    )
    assert count_fates(fates) == "2 of 4, 1 cannot be told"
    assert count_fates({Fate.STANDS: 1}) == "0 of 1"


def test_nulls_that_were_not_run_are_said_and_a_claim_without_nulls_is_silent():
    claim = make_claim(make_part(null={"size": 0}), make_part("other"))
    assert say_nulls(claim, {}) == "Not run at the null of 1 part."
    assert say_nulls(make_claim(make_part()), {}) == ""
    assert count_fates({}) == "–"
