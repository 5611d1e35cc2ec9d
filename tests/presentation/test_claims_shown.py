import re
from html import unescape
from itertools import pairwise

import pytest
from claim_parts import (
    ORDERS,
    SIDE,
    claim_case,
    compare,
    debate,
    inquire,
    make_carrier,
    make_claim,
    make_ground,
    make_null,
    make_part,
    make_turn,
    make_verdict,
    order,
    weigh_claims,
)
from invented import HARD
from test_document import Page

from crossroads.presentation.claims import describe_claims
from crossroads.presentation.document import _environment
from crossroads.presentation.reasons import GRADES
from crossroads.presentation.tables import Names

SEVERAL = make_claim(
    make_part("first", words="First <words>.", null={"size": 0}, assumption="Size matters."),
    make_part("second"),
    make_part("third", holds={"outcome": "deaths", "option": "probe", "horizon": "near", "at_most": 0}),
    compares=(SIDE,),
    evidence=("one",),
    short=HARD,
    openings=True,
)
LAW = make_claim(name="L", kind="law", facts=("It is so.",))
ASKED = make_claim(name="Q", kind="question", compares=(SIDE,), orders=ORDERS, dials=True)


def own():
    """What the runs of the options say."""
    turns = {"first": (make_turn(),)}
    grounds = {"first": make_ground(make_carrier())}
    return debate(make_verdict(0.95, part="first"), make_verdict(0.05, part="second"), turns=turns, grounds=grounds)


def more():
    """What was run for the claims."""
    probed = debate(make_verdict([0.5, 0.7, 0.5], part="third"))
    tables = {"C": (compare(),), "Q": (compare(),)}
    return inquire(probed, (make_null(0.9, 0.1, part="first"),), comparisons=tables, orders={"Q": order()})


def tell(inquiry=None, claims=(SEVERAL, LAW, ASKED), found=None):
    case = claim_case(*claims)
    return describe_claims(weigh_claims(case, own() if found is None else found), inquiry, Names(case))


def render(section, claims=(SEVERAL, LAW, ASKED)):
    names = Names(claim_case(*claims))
    page = _environment().get_template("claims.html")
    return page.render(claims=section, evidence=names.evidence, references=names.references)


@pytest.fixture(scope="module")
def told():
    return tell(more())


def read(page):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def test_every_claim_has_a_card_in_the_order_of_the_case(told):
    assert [card.id for card in told.cards] == ["C", "L", "Q"]
    assert [card.kind for card in told.cards] == ["empirical", "law", "question"]
    assert told.cards[0].source == "Book"
    assert told.missing == ""
    assert "3 parts" in told.intro[0]
    assert "first 48 futures" in told.intro[-1]


def test_a_case_that_claims_nothing_has_no_section():
    assert tell(claims=()) is None
    assert "<section" not in render(None, ())


def test_a_card_joins_what_options_and_probes_say(told):
    card = told.cards[0]
    assert [one.number for one in card.statements] == [1, 2, 3]
    assert card.says == "Of 3 parts the runs speak for 1, speak against 1 and leave 1 open."
    assert (card.verdict, card.nulls) == ("1 for it, 1 against it, 1 open", "1 of 1")
    assert card.at_null == "Of 1 part judged again at a null, 1 follows from an assumption."
    assert card.fails.endswith("turns part 1:")
    assert card.nearest.uncertainty == "size"
    assert card.unjudged == ()
    assert [exhibit.name for exhibit in card.exhibits] == ["Side by side"]


def test_law_has_facts_and_no_verdict(told):
    card = told.cards[1]
    assert card.says.startswith("Not testable: this is a question of law")
    assert card.facts == ("It is so.",)
    assert (card.statements, card.exhibits, card.fails, card.rests, card.at_null) == ((), (), "", "", "")


def test_a_question_has_tables_orders_and_dials(told):
    card = told.cards[2]
    assert card.question
    assert (len(card.exhibits), len(card.orders)) == (1, 1)
    assert card.dials is not None
    assert card.openings is None
    assert told.cards[0].openings is not None


def test_what_was_not_run_is_said_with_how_to_run_it():
    section = tell()
    assert section.missing == (
        "What claims need beyond the options was not run, or does not lie beside these runs: parts at their null, "
        "parts that name a probe, tables of options side by side and measures in every order. "
        "`crossroads weigh made_up` runs it."
    )
    card = section.cards[0]
    assert [one.why for one in card.unjudged] == ["It needs runs beyond the options, which are not at hand."]
    assert card.at_null == "Not run at the null of 1 part."
    assert (card.exhibits, section.cards[2].orders) == ((), ())
    assert "futures with the same luck" not in " ".join(section.intro)
    assert "Not all was run." in render(section)


def test_a_part_without_a_result_is_listed_as_such():
    card = tell(inquire()).cards[0]
    assert [one.why for one in card.unjudged] == ["Something that it needs has no result."]
    assert "Not judged:" in render(tell(inquire()))


def test_a_claim_that_needs_nothing_more_lacks_nothing():
    alone = (make_claim(make_part("first")),)
    case = claim_case(*alone).model_copy(update={"probes": ()})
    section = describe_claims(weigh_claims(case, debate(make_verdict(part="first"))), None, Names(case))
    assert section.missing == ""


def test_the_page_tells_every_part_in_order_and_escapes_words(told):
    page = render(told)
    text = read(page)
    assert "<words>" not in page
    assert "Force & <order>" not in page
    places = [text.index(said) for said in ("First <words>.", "The runs speak for it.", "The runs speak against it.")]
    assert places == sorted(places)
    for card in told.cards:
        assert card.says in text
        assert card.words in text
    for part in told.cards[0].statements:
        assert f'id="part-{part.id}"' in page
        assert read(part.at_null) in text
        assert read(part.grade) in text
    assert "Follows from assumption: Size matters." in text
    assert "Grim" not in text.split("By view.")[1].split("When it turns")[0]
    assert all(meaning in text for meaning in GRADES.values())


def test_the_page_is_well_formed_and_every_drawing_has_its_number(told):
    parsed = Page(render(told))
    assert parsed.open == []
    assert len(parsed.ids) == len(set(parsed.ids))
    drawn = [given for given in parsed.every("span") if given.get("class") == "strip"]
    assert len(drawn) >= 3 + 3 + 2  # parts, views of the third, measures
    assert all(given["aria-hidden"] == "true" for given in drawn)
    boxes = [given for given in parsed.every("div") if given.get("class", "").startswith("box")]
    assert all(given.get("tabindex") == "0" and given.get("aria-label") for given in boxes)
    cards = [given for given in parsed.every("article") if "claim" in given.get("class", "")]
    assert [given["id"] for given in cards] == ["claim-C", "claim-L", "claim-Q"]
    targets = {given["href"][1:] for given in parsed.every("a")}
    assert {"claim-C", "uncertainty-size", "evidence-one", "stances"} <= targets


def test_headings_go_down_one_level_at_a_time(told):
    levels = [int(tag[1]) for tag, _ in Page(render(told)).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 2
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_single_part_is_open_and_several_are_folded(told):
    assert '<details class="part" id=' in render(told)
    alone = (make_claim(make_part("first")),)
    assert '<details class="part" open id=' in render(tell(inquire(), alone), alone)


@pytest.mark.slow
def test_the_claims_of_the_toy_come_out_as_they_are_known_by_hand(weighed, names):
    section = describe_claims(weighed.analysis, weighed.inquiry, names)
    assert [card.id for card in section.cards] == [claim.id for claim in names.case.claims]
    assert section.missing == ""
    pays, below, asked = section.cards
    assert len(pays.statements) == len(names.case.claims[0].parts)
    assert pays.unjudged == below.unjudged == ()
    assert "The runs" in below.says
    (part,) = below.statements
    assert part.share.startswith("50")  # it holds on sand, which is every other future
    assert "at “clay” it holds in 0\u202f% of futures, beyond error fewer" in part.at_null
    assert part.carriers[0].uncertainty == "ground"
    assert asked.orders[0].strips[0].name == "Raised levee"
    assert asked.exhibits[0].tables[0].rows[0].note == "measured from this"
    page = _environment().get_template("claims.html").render(
        claims=section, evidence=names.evidence, references=names.references
    )
    assert page.count("<section") == page.count("</section>") == 1
