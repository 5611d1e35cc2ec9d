import numpy as np
import pytest
from made_up import make_case
from made_up_claims import make_claim, make_part

from crossroads.analysis.carriers import Carrier, Ground
from crossroads.analysis.claims import Null, Verdict, tell_standing
from crossroads.analysis.debate import Debate
from crossroads.analysis.hearings import (
    METHOD,
    Fate,
    Side,
    count_sides,
    find_dissent,
    find_shift,
    hear_claim,
    join_debates,
    take_side,
    tell_claims,
    tell_fate,
)
from crossroads.analysis.tilting import Turn

NOTHING = Ground((), "", np.nan)


def verdict(share, error=0.01, part="part", claim="C") -> Verdict:
    shares, errors = (np.broadcast_to(np.asarray(one, dtype=float), 3) for one in (share, error))
    standings = tuple(tell_standing(*pair) for pair in zip(shares, errors, strict=True))
    rest = np.ones(3), shares, errors, np.ones(3, dtype=bool), (), np.empty((0, 3)), np.empty((0, 3))
    return Verdict(
        claim, part, ("mixture", "calm", "grim"), shares, errors, standings, *rest,
        np.zeros((3, 3)), ("deaths",), np.ones((1, 4)), np.ones((1, 4)), (0, 0, 0),
    )  # fmt: skip


def null(share, there, error=0.01, follows=False, stands=True) -> Null:
    one = np.ones(1)
    flags = np.array([follows]), np.array([stands])
    return Null("C", "part", ("mixture",), share * one, error * one, there * one, error * one, *flags, "A.")


def turn(divergence: float) -> Turn:
    return Turn("size", "", True, (0.0, 1.0), (0.0, 1.0), divergence, 100.0)


def ground(grade: str, judged: float) -> Ground:
    return Ground((Carrier("size", 0.3, 0.0, 0.5, grade, (), "verified", "low", True),), grade, judged)


def debate(*verdicts, turns=None, grounds=None) -> Debate:
    keys = [one.key for one in verdicts]
    return Debate(
        verdicts,
        {key: (turns or {}).get(key[1], ()) for key in keys},
        {key: (grounds or {}).get(key[1], NOTHING) for key in keys},
    )


def case_of(*parts: str, **more):
    return make_case(claims=(make_claim(*(make_part(name) for name in parts), **more),))


@pytest.mark.parametrize(
    ("share", "side"),
    [(0.97, "for"), (0.75, "for"), (0.5, "open"), (0.2, "against"), (0.02, "against"), (0.66, "untold")],
)
def test_the_runs_speak_for_what_holds_in_most_futures_and_against_what_holds_in_few(share, side):
    assert take_side(verdict(share)) == side


def test_what_is_refused_takes_no_side_and_each_view_takes_its_own():
    assert take_side(verdict(np.nan)) is Side.REFUSED
    split = verdict([0.5, 0.9, 0.1])
    assert (take_side(split, "calm"), take_side(split, "grim")) == (Side.FOR, Side.AGAINST)


def test_a_view_dissents_only_beyond_the_errors_of_both():
    assert find_dissent(verdict([0.5, 0.52, 0.6])) == ("grim",)
    assert find_dissent(verdict([0.5, 0.52, 0.6], error=0.05)) == ()
    assert find_dissent(verdict([0.5, np.nan, 0.5])) == ()


def test_a_verdict_follows_from_an_assumption_where_it_turns_without_it():
    assert tell_fate(null(0.9, 0.1, follows=True, stands=False)) is Fate.FOLLOWS
    assert tell_fate(null(0.9, 0.8)) is Fate.STANDS
    assert tell_fate(null(0.9, np.nan, stands=False)) is Fate.REFUSED


def test_it_stands_only_where_error_leaves_no_doubt_of_either_side():
    assert tell_fate(null(0.9, 0.51)) is Fate.UNTOLD
    assert tell_fate(null(0.51, 0.9)) is Fate.UNTOLD
    assert tell_fate(null(0.55, 0.45, error=0.1, stands=False)) is Fate.UNTOLD


def test_a_share_shifts_at_its_null_only_beyond_error():
    assert find_shift(null(0.9, 0.8)) == -1
    assert find_shift(null(0.1, 0.2)) == 1
    assert find_shift(null(0.9, 0.89)) == 0
    assert find_shift(null(0.9, np.nan)) == 0


def test_a_claim_counts_the_sides_of_its_parts_and_names_the_nearest_to_turning():
    found = hear_claim(
        case_of("one", "two", "three").claims[0],
        debate(
            verdict(0.95, part="one"),
            verdict(0.05, part="two"),
            verdict(0.05, part="three"),
            verdict(0.5, claim="other"),
            turns={"one": (turn(0.4), turn(0.5)), "two": (turn(0.2),)},
            grounds={"one": ground("B", 0.2), "two": ground("J", 0.6)},
        ),
    )
    assert found.sides == {Side.FOR: 1, Side.AGAINST: 2}
    assert found.count == 3
    assert (found.grade, found.grades) == ("J", {"B": 1, "J": 1})
    assert found.judged == pytest.approx(0.4)
    assert (found.part, found.turn) == ("two", turn(0.2))


def test_a_claim_that_nothing_carries_or_turns_has_no_grade_and_no_turn():
    found = hear_claim(case_of("part").claims[0], debate(verdict(1.0)))
    assert (found.grade, found.part, found.turn) == ("", "", None)
    assert np.isnan(found.judged)
    assert hear_claim(case_of("part").claims[0], debate()).count == 0


def test_sides_are_counted_in_words():
    assert count_sides({Side.OPEN: 2}) == "leave 2 open"
    assert count_sides({Side.AGAINST: 2, Side.FOR: 1}) == "speak for 1 and speak against 2"
    every = dict.fromkeys(Side, 1)
    told = count_sides(every)
    assert told == "speak for 1, speak against 1, leave 1 open, cannot tell 1 and have too few futures for 1"


def test_debates_are_joined_in_the_order_of_the_case_and_the_first_stands():
    case = case_of("one", "two", "three")
    first = debate(verdict(0.9, part="three"), verdict(0.9, part="one"), turns={"one": (turn(0.1),)})
    second = debate(verdict(0.1, part="two"), verdict(0.1, part="one"), grounds={"two": ground("B", 0.1)})
    found = join_debates(case, first, second)
    assert [(one.part, one.share[0]) for one in found.verdicts] == [("one", 0.9), ("two", 0.1), ("three", 0.9)]
    assert found.turns["C", "one"] == (turn(0.1),)
    assert found.grounds["C", "two"].grade == "B"
    assert found.turns.keys() == found.grounds.keys() == {one.key for one in found.verdicts}


def test_a_finding_tells_of_each_claim_with_method_references_and_caveat():
    case = case_of("one", "two", evidence=("one",), short="Force helps")
    (found,) = tell_claims(
        case, debate(verdict(0.95, part="one"), verdict(0.5, part="two"), grounds={"one": ground("F", 1.0)})
    )
    assert found.sentence == "“Force helps” (C): of its 2 parts the runs speak for 1 and leave 1 open."
    assert (found.value, found.unit, found.topic, found.references) == (1.0, "parts", "claims", ("one",))
    assert found.method == METHOD
    assert found.caveat.startswith("The weakest evidence that carries it has the grade F. Thresholds are judgements")


def test_a_finding_says_how_many_parts_these_runs_judge():
    (found,) = tell_claims(case_of("one", "two"), debate(verdict(0.95, part="one")))
    assert found.sentence.endswith("of the 1 of its 2 parts that these runs judge, the runs speak for 1.")
    assert found.caveat == "Thresholds are judgements, each with its reason in the case."


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.95, "speak for it"), (0.05, "speak against it"), (0.5, "leave it open"), (0.66, "cannot tell")],
)
def test_of_a_single_part_the_side_is_told(share, words):
    (found,) = tell_claims(case_of("part"), debate(verdict(share)))
    assert found.sentence == f"“C” (C): the runs {words}."


def test_claims_that_these_runs_do_not_judge_are_no_finding():
    assert list(tell_claims(case_of("part"), debate())) == []
    (found,) = tell_claims(case_of("part"), debate(verdict(np.nan)))
    assert found.sentence.endswith("the runs have too few futures.")
