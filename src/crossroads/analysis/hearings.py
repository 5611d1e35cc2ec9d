"""What the parts of a claim say together: for how many the runs speak, against how many, and what would turn them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from crossroads.analysis.claims import HALF, Null, Standing, Verdict
from crossroads.analysis.debate import Debate
from crossroads.analysis.estimates import tell_apart
from crossroads.analysis.finding import Finding
from crossroads.analysis.tilting import Turn
from crossroads.analysis.weights import MIXTURE
from crossroads.case.records import Case, Claim

METHOD = (
    "Share of futures in which each part holds, reactions averaged; its error is a jackknife over replicates. The runs "
    "speak for what holds in at least two thirds of futures, and against what holds in at most one third, beyond two "
    "errors."
)


class Side(StrEnum):
    """Whether the runs speak for a part or against it."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"
    UNTOLD = "untold"
    """The error reaches over a border."""
    REFUSED = "refused"
    """Too few effective futures."""


class Fate(StrEnum):
    """What becomes of a verdict where what drives it is absent."""

    FOLLOWS = "follows"
    """It turns: it follows from what was assumed."""
    STANDS = "stands"
    UNTOLD = "untold"
    REFUSED = "refused"


_SIDES = {
    Standing.NEARLY_ALL: Side.FOR,
    Standing.MOST: Side.FOR,
    Standing.OPEN: Side.OPEN,
    Standing.FEW: Side.AGAINST,
    Standing.HARDLY_ANY: Side.AGAINST,
    Standing.UNTOLD: Side.UNTOLD,
    Standing.REFUSED: Side.REFUSED,
}


@dataclass(frozen=True)
class Hearing:
    """One claim as a whole, in the mixture."""

    claim: str
    sides: Mapping[Side, int]
    """How many of the judged parts the runs speak for, against, and so on; sides without any are left out."""
    grades: Mapping[str, int]
    """Letter of the weakest evidence that carries a part, to how many parts; parts that nothing carries are left out.
    """
    judged: float
    """Mean over the carried parts of the share of contributions that rests on judgement; NaN without any."""
    part: str
    """The part that turns most easily; empty where no believable change of one belief turns any."""
    turn: Turn | None

    @property
    def count(self) -> int:
        """Judged parts."""
        return sum(self.sides.values())

    @property
    def grade(self) -> str:
        """The weakest letter; empty where nothing carries any part."""
        return max(self.grades, default="")


def take_side(verdict: Verdict, view: str = MIXTURE) -> Side:
    """Whether the runs speak for a part under a view."""
    return _SIDES[verdict.standings[verdict.views.index(view)]]


def tell_fate(null: Null, view: str = MIXTURE) -> Fate:
    """What becomes of a verdict at its null. It stands only where both shares lie beyond error on the same side of
    one half."""
    row = null.views.index(view)
    both = np.array([null.share[row], null.null_share[row]])
    if not np.isfinite(both).all():
        return Fate.REFUSED
    if null.follows[row]:
        return Fate.FOLLOWS
    sure = tell_apart(both - HALF, np.array([null.error[row], null.null_error[row]]))
    return Fate.STANDS if null.stands[row] and sure.all() else Fate.UNTOLD


def find_shift(null: Null, view: str = MIXTURE) -> int:
    """Whether beyond the errors of both a part holds in more futures at its null (1), in fewer (-1), or neither (0)."""
    row = null.views.index(view)
    gap = null.null_share[row] - null.share[row]
    return int(np.sign(gap)) if tell_apart(gap, np.hypot(null.error[row], null.null_error[row])) else 0


def find_dissent(verdict: Verdict) -> tuple[str, ...]:
    """Views whose share differs from that of the mixture beyond the errors of both."""
    first = verdict.views.index(MIXTURE)
    gap = verdict.share - verdict.share[first]
    apart = tell_apart(gap, np.hypot(verdict.error, verdict.error[first]))
    return tuple(view for view, differs in zip(verdict.views, apart, strict=True) if differs)


def join_debates(case: Case, *debates: Debate) -> Debate:
    """Debates on parts of the same claims as one, in the order of the case; on a part that several judged the first
    stands."""
    found: dict[tuple[str, str], tuple[Verdict, Debate]] = {}
    for debate in debates:
        for verdict in debate.verdicts:
            found.setdefault(verdict.key, (verdict, debate))
    keys = [(claim.id, part.id) for claim in case.claims for part in claim.parts if (claim.id, part.id) in found]
    return Debate(
        tuple(found[key][0] for key in keys),
        {key: found[key][1].turns[key] for key in keys},
        {key: found[key][1].grounds[key] for key in keys},
    )


def hear_claim(claim: Claim, debate: Debate) -> Hearing:
    """What the judged parts of one claim say together."""
    verdicts = [verdict for verdict in debate.verdicts if verdict.claim == claim.id]
    grounds = [ground for verdict in verdicts if (ground := debate.grounds[verdict.key]).carriers]
    turns = [(verdict.part, turn) for verdict in verdicts for turn in debate.turns[verdict.key][:1]]
    part, turn = min(turns, key=lambda one: one[1].divergence, default=("", None))
    return Hearing(
        claim.id,
        Counter(take_side(verdict) for verdict in verdicts),
        Counter(ground.grade for ground in grounds),
        float(np.mean([ground.judged for ground in grounds])) if grounds else np.nan,
        part,
        turn,
    )


def count_sides(sides: Mapping[Side, int]) -> str:
    """In words: for how many parts the runs speak, and against how many."""
    phrases = {
        Side.FOR: "speak for {}",
        Side.AGAINST: "speak against {}",
        Side.OPEN: "leave {} open",
        Side.UNTOLD: "cannot tell {}",
        Side.REFUSED: "have too few futures for {}",
    }
    told = [phrase.format(sides[side]) for side, phrase in phrases.items() if sides.get(side)]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def tell_claims(case: Case, debate: Debate) -> Iterator[Finding]:
    """How each claim stands, from the parts that these runs judge."""
    for claim in case.claims:
        heard = hear_claim(claim, debate)
        if not heard.count:
            continue
        judged, parts = heard.count, len(claim.parts)
        of = f"its {parts} parts" if judged == parts else f"the {judged} of its {parts} parts that these runs judge,"
        yield Finding(
            f"“{claim.short}” ({claim.id}): of {of} the runs {count_sides(heard.sides)}."
            if parts > 1
            else f"“{claim.short}” ({claim.id}): the runs {_tell_one(heard.sides)}.",
            value=float(heard.sides.get(Side.FOR, 0)),
            unit="parts",
            topic="claims",
            method=METHOD,
            references=claim.evidence,
            caveat=_tell_grade(heard),
        )


def _tell_one(sides: Mapping[Side, int]) -> str:
    """The side that the runs take on the only part."""
    words = {
        Side.FOR: "speak for it",
        Side.AGAINST: "speak against it",
        Side.OPEN: "leave it open",
        Side.UNTOLD: "cannot tell",
    }
    return words.get(next(iter(sides)), "have too few futures")


def _tell_grade(heard: Hearing) -> str:
    thresholds = "Thresholds are judgements, each with its reason in the case."
    if not heard.grade:
        return thresholds
    return f"The weakest evidence that carries it has the grade {heard.grade}. {thresholds}"
