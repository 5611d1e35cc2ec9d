import pytest

from crossroads.case.records import Evidence, Reference, Series
from crossroads.presentation.ledger import (
    draw_history,
    find_used_evidence,
    find_used_references,
    group_evidence,
    link_reference,
    say_amount,
)


def make_entry(name: str, section: str = "River", **more) -> Evidence:
    given = {"statement": "Made up.", "strength": "D", "status": "verified", "contested": "low", **more}
    return Evidence(id=name, section=section, **given)


def make_reference(name: str = "book", citation: str = "Nobody: Book.", **more) -> Reference:
    return Reference(id=name, type="book", title="Book", citation=citation, **more)


def make_series(**more) -> Series:
    given = {
        "id": "floods",
        "name": "Floods",
        "unit": "events a year",
        "meaning": "times the water came",
        "sources": ("gauge",),
        "status": "verified",
        "values": {2021: 3.0, 2024: 5.5, 2022: 1.0},
    }
    return Series(**{**given, **more})


@pytest.fixture
def bare(names):
    """The case without anything that cites evidence."""
    plain = {
        group: tuple(one.model_copy(update={"evidence": ()}) for one in getattr(names.case, group))
        for group in ("facts", "uncertainties", "views", "levers", "options", "mixes", "outcomes", "stakeholders")
    }
    actors = tuple(
        actor.model_copy(update={
            "evidence": (),
            "moves": tuple(move.model_copy(update={"evidence": ()}) for move in actor.moves),
        })
        for actor in names.case.actors
    )  # fmt: skip
    return names.case.model_copy(update={**plain, "actors": actors})


def test_entries_of_one_heading_stand_together_wherever_they_are_written(names):
    entries = (make_entry("a", "River"), make_entry("b", "Town"), make_entry("c", "River"))
    ledger = group_evidence(names.case.model_copy(update={"evidence": entries}))
    assert [(name, [entry.id for entry in group]) for name, group in ledger.groups] == [
        ("River", ["a", "c"]),
        ("Town", ["b"]),
    ]


def test_filters_offer_only_what_some_entry_has(names):
    entries = (
        make_entry("a", strength="C/J", contested="very high", status="judgement"),
        make_entry("b", strength="B", contested="low-medium", status="recalled"),
        make_entry("c", strength="J", contested="low", status="judgement"),
    )
    ledger = group_evidence(names.case.model_copy(update={"evidence": entries}))
    assert ledger.strengths == ("B", "C", "J")
    assert ledger.contested == ("low", "low-medium", "very high")
    assert ledger.statuses == ("judgement", "recalled")


def test_a_case_without_evidence_has_an_empty_ledger(names):
    ledger = group_evidence(names.case.model_copy(update={"evidence": ()}))
    assert (ledger.groups, ledger.statuses, ledger.strengths, ledger.contested) == ((), (), (), ())


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"low": 1.0, "high": 3.0, "unit": "km"}, "1 to 3 km"),
        ({"central": -0.25}, "−0.25"),
        ({"low": 0.0, "central": 1.5e6, "high": 2e9}, "0 / 1.5 million / 2 billion (low / central / high)"),
        ({"unit": "km"}, ""),
    ],
)
def test_an_amount_says_no_more_than_the_entry_knows(given, told):
    assert say_amount(make_entry("a", **given)) == told


def test_a_doi_that_the_citation_leaves_out_is_added():
    text = str(link_reference(make_reference(doi="10.1/x")))
    assert text == ('Nobody: Book. <a href="https://doi.org/10.1/x" rel="noreferrer">doi:10.1/x</a>')


def test_a_doi_goes_before_an_address():
    text = str(link_reference(make_reference(doi="10.1/x", url="https://example.org/b")))
    assert text.count("<a ") == 1
    assert "example.org" not in text


def test_an_address_in_the_citation_becomes_the_link():
    reference = make_reference(citation="Nobody: Book. https://example.org/b", url="https://example.org/b")
    assert str(link_reference(reference)) == (
        'Nobody: Book. <a href="https://example.org/b" rel="noreferrer">source</a>'
    )


def test_an_address_with_an_ampersand_is_found_in_its_citation():
    reference = make_reference(citation="Book. https://example.org/?a=1&b=2.", url="https://example.org/?a=1&b=2")
    assert str(link_reference(reference)).endswith('a=1&amp;b=2" rel="noreferrer">source</a>.')


def test_a_citation_without_any_address_is_text_alone():
    assert str(link_reference(make_reference(citation="A <b> & C."))) == "A &lt;b&gt; &amp; C."


def test_an_address_cannot_leave_its_attribute():
    text = str(link_reference(make_reference(url='https://x.org/" onclick="alert(1)')))
    assert 'onclick="' not in text
    assert text.count('"') == 4


def test_a_series_is_drawn_with_its_own_numbers_and_gaps(names):
    case = names.case.model_copy(update={"history": (make_series(),)})
    (past,) = draw_history(case)
    assert past.figure.rows == ((2021, 3.0), (2022, 1.0), (2023, None), (2024, 5.5))
    assert past.figure.columns == ("year", "value")
    assert past.figure.title == "Floods · events a year"
    assert "the last value is 5.5 in 2024" in past.figure.alt
    assert past.figure.says == "Times the water came."


def test_every_series_of_the_case_is_drawn_apart(names):
    drawn = draw_history(names.case)
    assert len(drawn) == len(names.case.history) == 2
    for past, series in zip(drawn, names.case.history, strict=True):
        assert dict(past.figure.rows) == series.values
        assert past.status == series.status
    assert len({past.figure.id for past in drawn}) == 2


def test_a_case_without_history_draws_nothing(names):
    assert draw_history(names.case.model_copy(update={"history": ()})) == ()


def test_a_series_without_values_has_a_chart_without_rows(names):
    (past,) = draw_history(names.case.model_copy(update={"history": (make_series(values={}),)}))
    assert past.figure.rows == ()
    assert "last value" not in past.figure.alt


def test_a_series_names_its_sources_and_its_doubts(names):
    references = (make_reference("gauge", "Office: Gauge."), make_reference("other", "Nobody: Other."))
    series = make_series(status_note="one gauge only")
    (past,) = draw_history(names.case.model_copy(update={"history": (series,), "references": references}))
    assert [str(source) for source in past.sources] == ["Office: Gauge."]
    assert past.note == "One gauge only."


@pytest.mark.parametrize(
    "group", ["facts", "uncertainties", "views", "levers", "options", "actors", "mixes", "outcomes", "stakeholders"]
)
def test_whatever_is_weighed_makes_its_evidence_used(bare, group):
    assert find_used_evidence(bare) == ()
    first, *others = getattr(bare, group)
    entry = bare.evidence[2].id
    changed = (first.model_copy(update={"evidence": (entry,)}), *others)
    assert find_used_evidence(bare.model_copy(update={group: changed})) == (entry,)


def test_the_evidence_of_a_single_move_is_used(bare):
    actor = bare.actors[1]
    move = actor.moves[-1].model_copy(update={"evidence": (bare.evidence[1].id,)})
    moved = actor.model_copy(update={"moves": (*actor.moves[:-1], move)})
    assert find_used_evidence(bare.model_copy(update={"actors": (bare.actors[0], moved)})) == (bare.evidence[1].id,)


def test_used_evidence_keeps_the_order_of_the_ledger_and_invents_nothing(bare):
    ids = [entry.id for entry in bare.evidence]
    assert find_used_evidence(bare, [ids[3], "unheard-of", ids[0], ids[3]]) == (ids[0], ids[3])


def test_the_evidence_of_a_claim_that_is_not_tested_is_not_used(bare):
    assert any(claim.evidence for claim in bare.claims)
    assert find_used_evidence(bare) == ()


def test_references_are_those_behind_the_evidence_the_question_the_claims_and_the_past(bare):
    references = tuple(make_reference(name, f"{name}.") for name in ("zoo", "Question", "claim", "past", "idle"))
    case = bare.model_copy(update={
        "references": references,
        "source": "Question",
        "claims": (bare.claims[0].model_copy(update={"source": "claim"}),),
        "history": (make_series(sources=("past",)),),
        "evidence": (make_entry("used", sources=("zoo",)), make_entry("idle-entry", sources=("idle",))),
    })  # fmt: skip
    assert [one.id for one in find_used_references(case, ["used"])] == ["claim", "past", "Question", "zoo"]
    assert [one.id for one in find_used_references(case, [])] == ["claim", "past", "Question"]
