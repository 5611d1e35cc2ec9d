"""What is claimed: one card a claim, with what was said, what the runs say, when that fails and what it rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crossroads.analysis.claims import Null
from crossroads.analysis.debate import Debate
from crossroads.analysis.hearings import hear_claim, join_debates
from crossroads.analysis.results import Analysis
from crossroads.case.records import Case, Claim
from crossroads.presentation.exhibits import (
    Added,
    Exhibit,
    describe_comparison,
    describe_orders,
    tabulate_dials,
    tabulate_openings,
)
from crossroads.presentation.reasons import GRADES, Linked
from crossroads.presentation.standpoints import count_fates, say_nulls, say_rests, say_short, say_whole, tell_nearest
from crossroads.presentation.statements import Statement, describe_statement
from crossroads.presentation.tables import Names, Table
from crossroads.presentation.words import counted, listed
from crossroads.search.inquiries import Inquiry

NOT_RUN = "What claims need beyond the options was not run, or does not lie beside these runs: "
HOW = "`crossroads weigh {case}` runs it."

@dataclass(frozen=True)
class Unjudged:
    """A part that these runs do not judge, and why."""

    words: str
    why: str


@dataclass(frozen=True)
class Card:
    """One claim. What does not apply is empty."""

    id: str
    short: str
    kind: str
    words: str
    source: str
    test: str
    says: str
    """What the runs say of it as a whole, never one yes or no where parts differ."""
    fails: str
    nearest: Linked | None
    rests: str
    at_null: str
    verdict: str
    """In a few words, for the index."""
    nulls: str
    statements: tuple[Statement, ...]
    unjudged: tuple[Unjudged, ...]
    exhibits: tuple[Exhibit, ...]
    orders: tuple[Added, ...]
    dials: Table | None
    openings: Table | None
    facts: tuple[str, ...]
    evidence: tuple[str, ...]
    question: bool


@dataclass(frozen=True)
class Claims:
    """The section on what is claimed."""

    intro: tuple[str, ...]
    missing: str
    """What was not run, and how to run it."""
    letters: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class _Found:
    """All that runs say of claims."""

    analysis: Analysis
    inquiry: Inquiry | None
    debate: Debate
    nulls: Mapping[tuple[str, str], Null]
    names: Names

    @property
    def case(self) -> Case:
        return self.names.case


def describe_claims(analysis: Analysis, inquiry: Inquiry | None, names: Names) -> Claims | None:
    """A card for each claim of the case, in its order; none where nothing is claimed. `inquiry` is what was run for
    them, none where it was not."""
    if not names.case.claims:
        return None
    probed = () if inquiry is None else (inquiry.probed,)
    nulls = {} if inquiry is None else {(one.claim, one.part): one for one in inquiry.nulls}
    found = _Found(analysis, inquiry, join_debates(names.case, analysis.debate, *probed), nulls, names)
    return Claims(
        tuple(_introduce(found)),
        _say_missing(found),
        "; ".join(f"{letter} {meaning}" for letter, meaning in GRADES.items()),
        tuple(_describe_card(claim, found) for claim in names.case.claims),
    )


def _introduce(found: _Found) -> Iterator[str]:
    parts = sum(len(claim.parts) for claim in found.case.claims)
    yield (
        f"{counted(len(found.case.claims), 'statement')} from the debate, in our own words. What of them can hold in a "
        f"future or not is written as {counted(parts, 'part')}, each with a threshold that is our judgement and judged "
        "in every future. A part says what the claim would lead one to expect, and can come out either way. Questions "
        "of law, definition and value get facts, and no verdict."
    )
    yield (
        "A part holds in nearly all futures (nine in ten), in most (two in three), in few (one in three) or in hardly "
        "any (one in ten), or it is open; the words are used only where they are true at both ends of two Monte Carlo "
        "errors. The runs speak for what holds in most, and against what holds in few. All views count alike where "
        "none is named, and answers are averaged."
    )
    if found.inquiry is not None:
        yield (
            f"Parts, tables and orders that need more than the options were run in the first {found.inquiry.futures:,} "
            "futures with the same luck, and every part with a null was judged again there, with what drives it taken "
            "away: where the verdict turns, it follows from an assumption."
        )


def _say_missing(found: _Found) -> str:
    lacks = list(_list_lacking(found.case)) if found.inquiry is None else []
    return f"{NOT_RUN}{listed(lacks)}. {HOW.format(case=found.case.id)}" if lacks else ""


def _list_lacking(case: Case) -> Iterator[str]:
    """What an inquiry would add."""
    if any(part.null or part.without for claim in case.claims for part in claim.parts):
        yield "parts at their null"
    if case.probes:
        yield "parts that name a probe"
    if any(claim.compares for claim in case.claims):
        yield "tables of options side by side"
    if any(claim.orders for claim in case.claims):
        yield "measures in every order"


def _describe_card(claim: Claim, found: _Found) -> Card:
    names, heard = found.names, hear_claim(claim, found.debate)
    statements = tuple(_describe_parts(claim, found))
    judged = {one.id for one in statements}
    exhibits = tuple(_describe_exhibits(claim, found))
    nearest, fails = tell_nearest(claim, heard, names)
    fates = Counter(one.fate for one in statements if one.fate is not None)
    reference = names.references.get(claim.source)
    return Card(
        id=claim.id,
        short=claim.short,
        kind=claim.kind,
        words=claim.words,
        source=reference.title if reference else claim.source,
        test=claim.test,
        says=say_whole(claim, heard),
        fails=fails,
        nearest=nearest,
        rests=say_rests(heard),
        at_null=say_nulls(claim, fates),
        verdict=say_short(claim, heard),
        nulls=count_fates(fates),
        statements=statements,
        unjudged=tuple(
            Unjudged(part.words, _say_why(found)) for part in claim.parts if f"{claim.id}-{part.id}" not in judged
        ),
        exhibits=exhibits,
        orders=_describe_orders(claim, found),
        dials=tabulate_dials(names) if claim.dials else None,
        openings=tabulate_openings(claim, found.analysis.openings, names) if claim.openings else None,
        facts=claim.facts,
        evidence=claim.evidence,
        question=claim.kind == "question",
    )


def _describe_parts(claim: Claim, found: _Found) -> Iterator[Statement]:
    verdicts = {verdict.key: verdict for verdict in found.debate.verdicts}
    for part in claim.parts:
        key = (claim.id, part.id)
        if key in verdicts:
            turns, ground = found.debate.turns[key], found.debate.grounds[key]
            yield describe_statement(claim, part, verdicts[key], turns, ground, found.nulls.get(key), found.names)


def _describe_exhibits(claim: Claim, found: _Found) -> Iterator[Exhibit]:
    tables = () if found.inquiry is None else found.inquiry.comparisons.get(claim.id, ())
    for asked, table in zip(claim.compares, tables, strict=False):
        yield describe_comparison(asked, table, found.names)


def _describe_orders(claim: Claim, found: _Found) -> tuple[Added, ...]:
    if found.inquiry is None or claim.orders is None or claim.id not in found.inquiry.orders:
        return ()
    return describe_orders(claim.orders, found.inquiry.orders[claim.id], found.names)


def _say_why(found: _Found) -> str:
    if found.inquiry is None:
        return "It needs runs beyond the options, which are not at hand."
    return "Something that it needs has no result."
