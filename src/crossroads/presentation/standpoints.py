"""A claim as a whole in words: for how many parts the runs speak, what would turn one, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from crossroads.analysis.hearings import Fate, Hearing, Side, count_sides
from crossroads.case.records import Claim, by_id
from crossroads.presentation.reasons import Linked, say_grade, tell_turn
from crossroads.presentation.tables import Names
from crossroads.presentation.words import counted, listed, percent

KINDS = {
    "law": "of law",
    "definition": "of definition",
    "value": "of value",
    "value and law": "of value and of law",
}
"""Kinds that runs cannot decide."""
SIDES = {
    Side.FOR: "for it",
    Side.AGAINST: "against it",
    Side.OPEN: "open",
    Side.UNTOLD: "cannot be told",
    Side.REFUSED: "too few futures",
}


def say_whole(claim: Claim, heard: Hearing) -> str:
    """What the runs say of a claim as a whole, never one yes or no where its parts differ."""
    if claim.kind in KINDS:
        facts = "the facts stand below" if claim.facts else "there is nothing to simulate"
        return f"Not testable: this is a question {KINDS[claim.kind]}, which no run decides; {facts}."
    if claim.kind == "question":
        return "A question has no verdict; the answers below hold under what they name."
    limit = ""
    if claim.kind != "empirical":
        other = claim.kind.replace("empirical", "").replace(" and ", "").strip()
        limit = f" They judge what can be tested of it; what is a question of {other} they leave open."
    if not heard.count:
        return f"None of its {counted(len(claim.parts), 'part')} could be judged.{limit}"
    if heard.count == 1 == len(claim.parts):
        return f"The runs {_say_one(heard)}.{limit}"
    parts = f"{heard.count} parts"
    if heard.count < len(claim.parts):
        parts = f"the {heard.count} of its {len(claim.parts)} parts that could be judged"
    return f"Of {parts} the runs {count_sides(heard.sides)}.{limit}"


def _say_one(heard: Hearing) -> str:
    (side,) = heard.sides
    return {
        Side.FOR: "speak for it",
        Side.AGAINST: "speak against it",
        Side.OPEN: "leave it open",
        Side.UNTOLD: "cannot tell, as the error reaches over a border",
        Side.REFUSED: "have too few futures to tell",
    }[side]


def say_short(claim: Claim, heard: Hearing) -> str:
    """What the runs say of it, in a few words."""
    if claim.kind == "question":
        return "no verdict: conditional answers"
    if not claim.parts:
        return "no verdict: facts"
    if not heard.count:
        return "not judged"
    if len(heard.sides) == 1:
        (side,) = heard.sides
        return SIDES[side] if heard.count == 1 else f"all {heard.count} {SIDES[side]}"
    return ", ".join(f"{heard.sides[side]} {SIDES[side]}" for side in Side if heard.sides.get(side))


def tell_nearest(claim: Claim, heard: Hearing, names: Names) -> tuple[Linked | None, str]:
    """The change of one belief that turns a part most easily."""
    if not heard.count:
        return None, ""
    if heard.turn is None:
        return None, "No believable change of one belief turns any part."
    known = by_id(names.case.uncertainties)
    turns = "it" if len(claim.parts) == 1 else f"part {[part.id for part in claim.parts].index(heard.part) + 1}"
    found = tell_turn(heard.turn, known[heard.turn.uncertainty])
    return found, f"The smallest change of one belief that turns a verdict turns {turns}:"


def say_rests(heard: Hearing) -> str:
    """How good the evidence is that carries the verdicts."""
    if not heard.grades:
        return "Nothing goes with the verdicts beyond Monte Carlo error." if heard.count else ""
    if heard.count == 1:
        weakest = f"The weakest evidence that carries it has {say_grade(heard.grade)}."
    else:
        told = [f"{letter} in {count}" for letter, count in sorted(heard.grades.items())]
        weakest = f"By the weakest evidence that carries it, a part has grade {listed(told)}."
    share = f" Of all that the verdicts go with, {percent(heard.judged)} is a range of our own judgement."
    return weakest + (share if isfinite(heard.judged) else "")


def say_nulls(claim: Claim, fates: Mapping[Fate, int]) -> str:
    """How many parts follow from what was assumed."""
    asked = sum(bool(part.null or part.without) for part in claim.parts)
    if not asked or not fates:
        return "" if not asked else f"Not run at the null of {counted(asked, 'part')}."
    phrases = {
        Fate.FOLLOWS: ("follows from an assumption", "follow from an assumption"),
        Fate.STANDS: ("stands without what drives it", "stand without what drives them"),
        Fate.UNTOLD: ("cannot be told", "cannot be told"),
        Fate.REFUSED: ("has too few futures", "have too few futures"),
    }
    told = [f"{fates[fate]} {words[fates[fate] > 1]}" for fate, words in phrases.items() if fates.get(fate)]
    return f"Of {counted(sum(fates.values()), 'part')} judged again at a null, {listed(told)}."


def count_fates(fates: Mapping[Fate, int]) -> str:
    """How many of the parts judged at a null follow from an assumption, in figures."""
    if not fates:
        return "–"
    total = sum(fates.values())
    untold = fates.get(Fate.UNTOLD, 0) + fates.get(Fate.REFUSED, 0)
    note = f", {untold} cannot be told" if untold else ""
    return f"{fates.get(Fate.FOLLOWS, 0)} of {total}{note}"
