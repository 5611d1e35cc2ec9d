import numpy as np
import pytest
from claim_parts import (
    PERCENT,
    claim_case,
    make_carrier,
    make_claim,
    make_ground,
    make_null,
    make_part,
    make_turn,
    make_verdict,
)

from crossroads.analysis.hearings import Fate
from crossroads.presentation.reasons import GRADES, say_share
from crossroads.presentation.statements import describe_statement
from crossroads.presentation.tables import Names


def tell(verdict=None, part=None, turns=(), ground=None, null=None, **more):
    part = part or make_part()
    claim = make_claim(part)
    case = claim_case(claim).model_copy(update=more)
    return describe_statement(
        claim, part, verdict or make_verdict(), turns, ground or make_ground(), null, Names(case)
    )


def known(name, **more):
    """The uncertainties of the case, one of them changed."""
    return tuple(one.model_copy(update=more) if one.id == name else one for one in claim_case().uncertainties)


@pytest.mark.parametrize(
    ("share", "error", "words"),
    [
        (0.123, 0.0035, f"12.3{PERCENT} ± 0.7{PERCENT}"),
        (0.123, 0.05, f"12{PERCENT} ± 10{PERCENT}"),
        (1.0, 0.0, f"100{PERCENT}"),
        (0.5, np.nan, f"50{PERCENT}"),
        (np.nan, 0.1, "not known"),
    ],
)
def test_a_share_is_told_no_finer_than_its_error(share, error, words):
    assert say_share(share, error) == words


def test_a_turn_says_what_would_have_to_be_believed_and_how_far_that_is():
    found = tell(turns=(make_turn(),), uncertainties=known("size", unit="metres"))
    (turn,) = found.turns
    assert (turn.uncertainty, turn.name) == ("size", "Size")
    assert turn.text == (
        "a mean of 0.42 instead of 0.20 metres (0.32 nats, as far as 0.8 standard deviations; "
        "512 effective futures left)"
    )
    assert found.about_turns.startswith("It turns")


def test_a_turn_of_a_choice_says_how_likely_it_would_be_and_a_bare_number_has_no_unit():
    steep = make_turn(uncertainty="shape", category="very_steep", mean=(0.5, 0.613), divergence=1e-5)
    found = tell(turns=(steep, make_turn())).turns
    assert found[0].text.startswith(f"“very steep” 61{PERCENT} likely instead of 50{PERCENT} (under 0.01 nats, next to")
    assert " 0.20 (" in found[1].text


def test_where_no_believable_change_turns_it_that_is_said():
    assert tell().about_turns.startswith("No believable change of one belief")


def test_what_carries_it_is_linked_to_the_ledger_with_its_grade():
    found = tell(ground=make_ground(make_carrier(), make_carrier(uncertainty="noise", correlation=-0.2, grade="J")))
    first, second = found.carriers
    assert (first.uncertainty, first.evidence, first.judged) == ("size", ("one",), True)
    assert first.text == f"30{PERCENT} of the spread, the higher the more it holds; grade B, {GRADES['B']}"
    assert "the lower the more it holds; grade J, judgement" in second.text
    assert second.judged is False
    assert found.letter == "J"
    assert found.grade.startswith("The weakest of what carries it has grade J, judgement; of all that it goes with 25")
    choice = make_ground(make_carrier(uncertainty="shape", correlation=np.nan))
    assert "more it holds" not in tell(ground=choice).carriers[0].text


def test_what_nothing_carries_has_no_grade():
    found = tell()
    assert (found.letter, found.carriers) == ("", ())
    assert found.grade.startswith("Nothing goes with how far it holds")


def driven(**more):
    return make_part(null={"size": 0}, assumption="Size matters.", **more)


def test_what_turns_without_its_driver_follows_from_an_assumption():
    found = tell(part=driven(), null=make_null(0.9, 0.1))
    assert found.fate is Fate.FOLLOWS
    assert found.at_null == (
        f"Follows from assumption: Size matters. With size at 0 it holds in {say_share(0.1, 0.01)} of futures, "
        f"beyond error fewer, in the same futures otherwise in {say_share(0.9, 0.01)}."
    )


def test_what_stays_stands_and_what_error_hides_cannot_be_told():
    stands = tell(part=driven(), null=make_null(0.9, 0.8))
    assert stands.at_null.startswith("Stands without what drives it: with size at 0 it holds in 80")
    assert stands.at_null.endswith("Assumed is: Size matters.")
    assert "beyond error" not in tell(part=driven(), null=make_null(0.9, 0.89)).at_null
    assert "of futures, beyond error more, in" in tell(part=driven(), null=make_null(0.8, 0.9)).at_null
    untold = tell(part=driven(), null=make_null(0.9, 0.51))
    assert untold.at_null.startswith("Whether it follows from assumption cannot be told: ")
    refused = tell(part=driven(), null=make_null(0.9, np.nan))
    assert refused.at_null == "Too few effective futures to judge it with size at 0."


def test_what_is_taken_away_is_named_and_what_was_not_run_is_said():
    part = make_part(null={"shape": "very_steep", "noise": 0.5}, without=("old_habits",))
    taken = "shape at “very steep”, noise at 0.5 and old habits switched off"
    assert tell(part=part).at_null == f"Not run at its null ({taken})."
    assert tell(part=part).fate is None
    assert tell().at_null.startswith("No null: ")
    bare = tell(part=make_part(null={"size": 0}), null=make_null(0.9, 0.1, assumption=""))
    assert bare.at_null.startswith("Follows from assumption: see what is taken away.")
