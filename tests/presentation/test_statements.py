from dataclasses import replace

import numpy as np
import pytest
from claim_parts import (
    PERCENT,
    claim_case,
    make_claim,
    make_ground,
    make_part,
    make_verdict,
)

from crossroads.analysis.claims import Standing
from crossroads.presentation.reasons import say_share
from crossroads.presentation.statements import describe_statement, name_standing
from crossroads.presentation.tables import Names


def tell(verdict=None):
    claim = make_claim(make_part())
    names = Names(claim_case(claim))
    return describe_statement(claim, claim.parts[0], verdict or make_verdict(), (), make_ground(), None, names)


@pytest.mark.parametrize(
    ("share", "told"),
    [
        (0.97, "nearly all. The runs speak for it."),
        (0.75, "most. The runs speak for it."),
        (0.5, "neither few nor most. The runs leave it open."),
        (0.25, "few. The runs speak against it."),
        (0.01, "hardly any. The runs speak against it."),
    ],
)
def test_the_runs_speak_plainly_for_or_against(share, told):
    found = tell(make_verdict(share, 0.005))
    assert found.says.startswith(f"Holds in {say_share(share, 0.005)} of futures: ")
    assert found.says.endswith(told)


def test_what_error_cannot_tell_is_not_told():
    found = tell(make_verdict(0.66, 0.02))
    assert found.standing == "cannot be told"
    assert "The error reaches from “open” to “most”: which it is cannot be told." in found.says
    assert found.says.endswith("More often than not it holds; that much can be told.")
    assert "speak" not in found.says
    wide = tell(make_verdict(0.6, 0.1))
    assert not wide.says.endswith("that much can be told.")
    below = tell(make_verdict(0.34, 0.02))
    assert "Less often than not it holds" in below.says


def test_too_few_futures_give_no_share_and_no_drawing():
    found = tell(make_verdict(np.nan, np.nan, margin=np.full((3, 3), np.nan)))
    assert found.says == "Too few effective futures to judge."
    assert (found.standing, found.share, found.bar.known) == ("too few futures", "not known", False)
    assert (found.margin, found.about_turns) == ("", "")


def test_a_bar_runs_over_two_errors_and_stays_on_its_scale():
    bar = tell(make_verdict(0.4, 0.01)).bar
    assert (bar.low, bar.at, bar.high) == (38.0, 40.0, 42.0)
    edge = tell(make_verdict(0.99, 0.02)).bar
    assert edge.high == 100.0


def test_views_are_drawn_only_where_they_differ_beyond_error():
    alike = tell(make_verdict([0.5, 0.51, 0.49]))
    assert alike.views == ()
    assert alike.about_views == f"No view differs from all together beyond error (49{PERCENT} to 51{PERCENT})."
    apart = tell(make_verdict([0.5, 0.51, 0.7]))
    assert [one.name for one in apart.views] == ["All views", "Calm", "Grim"]
    assert apart.about_views == "Grim differs from all views together beyond error."
    both = tell(make_verdict([0.5, 0.2, 0.7]))
    assert both.about_views.startswith("Calm and Grim differ ")
    refused = tell(make_verdict([0.5, 0.2, np.nan]))
    assert [one.known for one in refused.views] == [True, True, False]


def test_each_answer_of_the_first_to_answer_has_its_share():
    given = {"stances": ("agree", "protest"), "stance_share": np.array([[0.9] * 3, [0.1] * 3])}
    found = tell(make_verdict(**given, stance_error=np.full((2, 3), 0.01)))
    assert [(one.name, one.at) for one in found.stances] == [("agree", 90.0), ("protest", 10.0)]
    assert found.about_stances == ""
    assert tell().stances == ()
    assert tell().about_stances


@pytest.mark.parametrize(
    ("units", "words"),
    [
        (("deaths",), ", people a year"),
        (("percent of trust",), ", percent of trust"),
        (("share",), ", as a share of 1"),
        (("chance",), ", as a chance of 1"),
        (("deaths+trust",), ", people a year"),
        (("deaths", "trust"), ", in typical sizes of the several numbers that it compares"),
    ],
)
def test_the_margin_has_the_unit_of_what_is_compared(units, words):
    found = tell(make_verdict(units=units)).margin
    assert f"of futures{words}; it holds at or above 0" in found
    assert found.startswith("+2")
    assert "−1" in found
    assert "+5" in found


def test_a_margin_without_limit_is_told():
    found = tell(make_verdict(margin=np.tile([-np.inf, 2.0, np.inf], (3, 1)))).margin
    assert "−∞ to +∞ from the 5th to the 95th percentile" in found


def test_cautions_name_what_is_not_steady_and_what_failed():
    assert tell().cautions == ()
    shaky = make_verdict(steady=np.zeros(3, dtype=bool), half=np.full(3, 0.7), known=np.full(3, 0.98))
    first, second = tell(shaky).cautions
    assert first == f"Not steady: in the first half of the futures it holds in {say_share(0.7, 0.01)}."
    assert second == f"In 2.0{PERCENT} of futures it is unknown, as runs failed."


def test_a_statement_keeps_its_words_number_and_reason():
    first, second = make_part("first"), make_part("second", words="Second words.", because="Second reason.")
    claim = make_claim(first, second)
    verdict = replace(make_verdict(), part="second")
    found = describe_statement(claim, second, verdict, (), make_ground(), None, Names(claim_case(claim)))
    assert (found.id, found.number, found.words, found.because) == ("C-second", 2, "Second words.", "Second reason.")
    assert found.futures == 64


def test_every_standing_has_a_name():
    assert len({name_standing(one) for one in Standing}) == len(Standing)
    assert name_standing(Standing.MOST) == "most futures"
