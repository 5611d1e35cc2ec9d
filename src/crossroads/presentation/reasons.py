"""Why a part of a claim comes out as it does: what would turn it, what carries it, what is left at its null."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt

from crossroads.analysis.carriers import Carrier, Ground
from crossroads.analysis.claims import Null
from crossroads.analysis.estimates import APART
from crossroads.analysis.hearings import Fate, Side, find_shift, tell_fate
from crossroads.analysis.tilting import Turn
from crossroads.case.records import Part, Uncertainty, by_id
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.presentation.words import counted, listed, number, percent, sentence, step_of

GRADES = {
    "A": "randomised trials or sharp natural experiments",
    "B": "quasi-experiments",
    "C": "observational studies or models",
    "D": "official statistics",
    "E": "cases or base rates",
    "F": "polls",
    "J": "judgement",
}
"""What the letters of strength mean."""


@dataclass(frozen=True)
class Linked:
    """A sentence about one uncertainty: its id and name, what is said after the name, and the evidence behind it."""

    uncertainty: str
    name: str
    text: str
    evidence: tuple[str, ...] = ()
    judged: bool = False


def say_share(share: float, error: float) -> str:
    """A share of futures with two Monte Carlo errors: "12.3 % ± 0.7 %"."""
    if not isfinite(share):
        return "not known"
    wide = 100 * APART * error if isfinite(error) else 0.0
    step = max(step_of(0, 2 * wide), 0.1)
    unit = percent(0).lstrip("0")
    value = number(100 * share, step, 1)
    return f"{value}{unit} ± {number(wide, step, 1)}{unit}" if wide else percent(share)


def tell_turn(turn: Turn, uncertainty: Uncertainty) -> Linked:
    """What would have to be believed of one uncertainty, after its name."""
    before, after = turn.mean
    if turn.category:
        told = f"“{turn.category.replace('_', ' ')}” {percent(after)} likely instead of {percent(before)}"
    else:
        low, high = sorted(turn.mean)
        step = step_of(low, high)
        unit = f" {uncertainty.unit}" if uncertainty.unit not in ("1", "share", "") else ""
        told = f"a mean of {number(after, step)} instead of {number(before, step)}{unit}"
    return Linked(uncertainty.id, uncertainty.name, f"{told} ({_say_distance(turn)})", uncertainty.evidence)


def _say_distance(turn: Turn) -> str:
    """How far a belief would have to move."""
    nats = number(turn.divergence, 0.01) if turn.divergence >= 0.005 else "under 0.01"
    shift = sqrt(2 * max(0.0, turn.divergence))
    size = f"as far as {number(shift, 0.1)} standard deviations" if shift >= 0.05 else "next to nothing"
    return f"{nats} nats, {size}; {counted(round(turn.effective), 'effective future')} left"


def tell_turns(turns: Sequence[Turn], side: Side) -> str:
    """What stands above the changes that turn a verdict, or in their place."""
    if side is Side.REFUSED:
        return ""
    if not turns:
        return "No believable change of one belief brings it to one half: each would leave too few effective futures."
    return "It turns, to as often as not, if one of these were believed:"


def tell_carrier(carrier: Carrier, uncertainty: Uncertainty) -> Linked:
    """How strongly a verdict goes with one uncertainty, and which way."""
    way = ""
    if isfinite(carrier.correlation):
        way = ", the higher the more it holds" if carrier.correlation > 0 else ", the lower the more it holds"
    text = f"{percent(carrier.strength)} of the spread{way}; {say_grade(carrier.grade)}"
    judged = carrier.judged and carrier.grade != "J"  # which says it already
    return Linked(carrier.uncertainty, uncertainty.name, text, carrier.entries, judged)


def say_grade(grade: str) -> str:
    """A letter of strength with its meaning."""
    return f"grade {grade}, {GRADES.get(grade, 'not graded')}"


def tell_ground(ground: Ground) -> str:
    """How good the evidence is that carries a verdict."""
    if not ground.carriers:
        return "Nothing goes with how far it holds beyond Monte Carlo error, so that no evidence carries it."
    rest = f"of all that it goes with {percent(ground.judged)} is a range of our own judgement"
    return f"The weakest of what carries it has {say_grade(ground.grade)}; {rest}."


def tell_null(part: Part, null: Null | None, names: Names) -> str:
    """What is left of the verdict where what drives it is absent."""
    if not part.null and not part.without:
        return "No null: nothing that drives it can be taken away without saying nothing."
    taken = _say_absence(part.null, part.without, names)
    if null is None:
        return f"Not run at its null ({taken})."
    row = null.views.index(MIXTURE)
    here, there = (
        say_share(float(share[row]), float(error[row]))
        for share, error in ((null.share, null.error), (null.null_share, null.null_error))
    )
    shift = {1: ", beyond error more", -1: ", beyond error fewer", 0: ""}[find_shift(null)]
    shares = f"with {taken} it holds in {there} of futures{shift}, in the same futures otherwise in {here}"
    assumption = f" Assumed is: {null.assumption}" if null.assumption else ""
    return {
        Fate.FOLLOWS: f"Follows from assumption: {null.assumption or 'see what is taken away.'} {sentence(shares)}",
        Fate.STANDS: f"Stands without what drives it: {shares}.{assumption}",
        Fate.UNTOLD: f"Whether it follows from assumption cannot be told: {shares}.{assumption}",
        Fate.REFUSED: f"Too few effective futures to judge it with {taken}.",
    }[tell_fate(null)]


def _say_absence(held: Mapping[str, float | str], off: Sequence[str], names: Names) -> str:
    """What is taken away, in words."""
    known = by_id(names.case.uncertainties)
    told = [f"{names.running(known[name].name)} at {_say_value(value)}" for name, value in held.items()]
    told += [f"{name.replace('_', ' ')} switched off" for name in off]
    return listed(told)


def _say_value(value: float | str) -> str:
    return f"“{value.replace('_', ' ')}”" if isinstance(value, str) else number(float(value))
