"""Parts of claims in words: how often each holds, for whom, by how much, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, isnan

from crossroads.analysis.carriers import Ground
from crossroads.analysis.claims import HALF, Null, Standing, Verdict, tell_standing
from crossroads.analysis.estimates import APART
from crossroads.analysis.hearings import Fate, Side, find_dissent, take_side, tell_fate
from crossroads.analysis.tilting import Turn
from crossroads.case.records import Claim, Part, by_id
from crossroads.presentation.reasons import (
    Linked,
    say_share,
    tell_carrier,
    tell_ground,
    tell_null,
    tell_turn,
    tell_turns,
)
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.presentation.words import MINUS, listed, percent, signed, step_of

SPEAKS = {
    Side.FOR: "The runs speak for it.",
    Side.AGAINST: "The runs speak against it.",
    Side.OPEN: "The runs leave it open.",
}


@dataclass(frozen=True)
class Bar:
    """A share of futures beside its name: ends of its error and the share, in percent of the scale."""

    name: str
    text: str
    low: float = 0.0
    at: float = 0.0
    high: float = 0.0
    known: bool = True


@dataclass(frozen=True)
class Statement:
    """One part of a claim as runs judge it. What does not apply is empty."""

    id: str
    number: int
    """Its place in the claim, from 1."""
    words: str
    because: str
    standing: str
    share: str
    bar: Bar
    says: str
    futures: int
    views: tuple[Bar, ...]
    """Only where they differ beyond error."""
    about_views: str
    stances: tuple[Bar, ...]
    about_stances: str
    margin: str
    turns: tuple[Linked, ...]
    about_turns: str
    carriers: tuple[Linked, ...]
    grade: str
    """What carries it, in a sentence."""
    letter: str
    """The grade of the weakest evidence that carries it."""
    at_null: str
    fate: Fate | None
    cautions: tuple[str, ...]


def describe_statement(
    claim: Claim, part: Part, verdict: Verdict, turns: Sequence[Turn], ground: Ground, null: Null | None, names: Names
) -> Statement:
    """A judged part in words, in the mixture of views where nothing else is said."""
    row = verdict.views.index(MIXTURE)
    share, error, side = float(verdict.share[row]), float(verdict.error[row]), take_side(verdict)
    views, about_views = _tell_views(verdict, names)
    known = by_id(names.case.uncertainties)
    return Statement(
        id=f"{claim.id}-{part.id}",
        number=claim.parts.index(part) + 1,
        words=part.words,
        because=part.because,
        standing=name_standing(verdict.standings[row]),
        share=say_share(share, error),
        bar=_draw("All futures", share, error),
        says=_say_verdict(share, error, side, verdict.standings[row]),
        futures=verdict.holds.shape[1],
        views=views,
        about_views=about_views,
        stances=_draw_stances(verdict, row, names),
        about_stances=_tell_stances(verdict),
        margin=_tell_margin(verdict, row, names),
        turns=tuple(tell_turn(turn, known[turn.uncertainty]) for turn in turns),
        about_turns=tell_turns(turns, side),
        carriers=tuple(tell_carrier(one, known[one.uncertainty]) for one in ground.carriers),
        grade=tell_ground(ground),
        letter=ground.grade,
        at_null=tell_null(part, null, names),
        fate=None if null is None else tell_fate(null),
        cautions=tuple(_list_cautions(verdict, row)),
    )


def name_standing(standing: Standing) -> str:
    """The words for a standing on a badge."""
    return {Standing.OPEN: "open", Standing.UNTOLD: "cannot be told", Standing.REFUSED: "too few futures"}.get(
        standing, f"{standing.value} futures"
    )


def _say_verdict(share: float, error: float, side: Side, standing: Standing) -> str:
    """In how many futures it holds, and for or against."""
    if side is Side.REFUSED:
        return "Too few effective futures to judge."
    holds = f"Holds in {say_share(share, error)} of futures"
    if side is not Side.UNTOLD:
        told = "neither few nor most" if standing is Standing.OPEN else standing.value
        return f"{holds}: {told}. {SPEAKS[side]}"
    reach = APART * error if isfinite(error) else 1.0
    low, high = (tell_standing(end, 0.0) for end in (max(0.0, share - reach), min(1.0, share + reach)))
    turn = ""
    if share - reach > HALF or share + reach < HALF:
        turn = f" {'More' if share > HALF else 'Less'} often than not it holds; that much can be told."
    return f"{holds}. The error reaches from {_quote(low)} to {_quote(high)}: which it is cannot be told.{turn}"


def _quote(standing: Standing) -> str:
    return f"“{standing.value}”"


def _draw(name: str, share: float, error: float) -> Bar:
    if not isfinite(share):
        return Bar(name, "too few futures", known=False)
    reach = APART * error if isfinite(error) else 0.0
    low, high = (100 * min(1.0, max(0.0, end)) for end in (share - reach, share + reach))
    return Bar(name, say_share(share, error), round(low, 1), round(100 * share, 1), round(high, 1))


def _tell_views(verdict: Verdict, names: Names) -> tuple[tuple[Bar, ...], str]:
    """The views drawn where any differs from all together, else what they agree on."""
    bars = tuple(
        _draw(names.views.get(view, view), float(share), float(error))
        for view, share, error in zip(verdict.views, verdict.share, verdict.error, strict=True)
    )
    dissent = [names.views.get(view, view) for view in find_dissent(verdict)]
    if dissent:
        verb = "differs" if len(dissent) == 1 else "differ"
        return bars, f"{listed(dissent)} {verb} from all views together beyond error."
    known = [float(share) for share in verdict.share if isfinite(share)]
    if len(known) < 2:
        return (), ""
    low, high = percent(min(known)), percent(max(known))
    span = low if low == high else f"{low} to {high}"
    return (), f"No view differs from all together beyond error ({span})."


def _draw_stances(verdict: Verdict, row: int, names: Names) -> tuple[Bar, ...]:
    return tuple(
        _draw(names.moves.get(stance, stance), float(share), float(error))
        for stance, share, error in zip(
            verdict.stances, verdict.stance_share[:, row], verdict.stance_error[:, row], strict=True
        )
    )


def _tell_stances(verdict: Verdict) -> str:
    if verdict.stances:
        return ""
    return "It says itself which answer it means, or no one answer makes sense under all that it names."


def _tell_margin(verdict: Verdict, row: int, names: Names) -> str:
    """The margin with its unit; above 0 it holds."""
    low, median, high = (float(value) for value in verdict.margin[row])
    if any(isnan(value) for value in (low, median, high)):
        return ""
    digits, unit = _name_unit(verdict.units, names)
    ends = [value for value in (low, high) if isfinite(value)]
    step = step_of(min(ends), max(ends)) if len(ends) == 2 else 0.0
    told = [_sign(value, step, digits) for value in (median, low, high)]
    span = f"{told[1]} to {told[2]} from the 5th to the 95th percentile of futures"
    return f"{told[0]} at the median and {span}{unit}; it holds at or above 0"


def _sign(value: float, step: float, digits: int | None) -> str:
    if isfinite(value):
        return signed(value, step, digits)
    return "+∞" if value > 0 else f"{MINUS}∞"


def _name_unit(units: Sequence[str], names: Names) -> tuple[int | None, str]:
    """Decimals, and the unit of a margin in words."""
    if len(units) != 1:
        return 2, ", in typical sizes of the several numbers that it compares"
    (unit,) = units
    if unit in ("share", "chance"):
        return 2, f", as a {unit} of 1"
    outcome = names.outcomes[unit.removeprefix("percent of ").split("+")[0]]
    if unit.startswith("percent of "):
        return 1, f", percent of {names.running(outcome.short)}"
    return outcome.digits, f", {names.unit(outcome.id)}"


def _list_cautions(verdict: Verdict, row: int) -> list[str]:
    """What speaks against leaning on the share."""
    found = []
    if isfinite(verdict.half[row]) and not verdict.steady[row]:
        half = say_share(float(verdict.half[row]), float(verdict.half_error[row]))
        found.append(f"Not steady: in the first half of the futures it holds in {half}.")
    if verdict.known[row] < 1 - 1e-9:
        found.append(f"In {percent(1 - float(verdict.known[row]), 1)} of futures it is unknown, as runs failed.")
    return found
