"""What the names and words of a check mean: which thing changes, which number a word is, which moves answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from crossroads.case.distributions import Categorical, Distribution
from crossroads.case.records import Actor, Case, Change, Check, Lever, Uncertainty, by_id

Subject = Literal["option", "actor", "uncertainty", "lever", "mechanism"]
SWITCH = ("off", "on")
WORDS = ("low", "central", "high")
NULL, BASELINE = "null", "baseline"
_NAMES: Mapping[str, tuple[str, ...]] = {"low": ("low",), "central": ("mode", "central"), "high": ("high",)}
_QUANTILES: Mapping[str, float] = {"low": 0.05, "central": 0.5, "high": 0.95}


def find_subject(case: Case, name: str, change: Change) -> Subject | None:
    """What a change is of: `off` and `on` are for mechanisms, which the case does not know, alone."""
    if name == "option":
        return "option"
    if change.values and set(change.values) <= set(SWITCH):
        return "mechanism"
    if name in by_id(case.actors):
        return "actor"
    if name in by_id(case.uncertainties):
        return "uncertainty"
    return "lever" if name in by_id(case.levers) else None


def number_of(uncertainty: Uncertainty, value: float | str) -> float | None:
    """The number that a value of an uncertainty is, a category as its code; none where it cannot have that value."""
    shape = uncertainty.distribution
    meant = uncertainty.null if value == NULL else value
    if isinstance(shape, Categorical):
        return float(shape.names.index(meant)) if isinstance(meant, str) and meant in shape.names else None
    if isinstance(meant, str):
        return _read_word(shape, meant) if meant in WORDS else None
    low, high = shape.bounds()
    return None if meant is None or not low <= meant <= high else float(meant)


def _read_word(shape: Distribution, word: str) -> float:
    """An end or the middle of the range as the case gives it, or the 5th, 50th or 95th percentile."""
    for name in _NAMES[word]:
        value = getattr(shape, name, None)
        if value is not None:
            return float(value)
    return float(shape.quantile(_QUANTILES[word]))


def setting_of(lever: Lever, value: float | str) -> float | str:
    """The value of a lever that a value of a check is."""
    return lever.baseline if value == BASELINE and value not in lever.settings else value


def options_of(case: Case, check: Check) -> tuple[str, ...]:
    """Ids of the options that a check runs, in the order of its values."""
    if "option" in check.when:
        return tuple(str(value) for value in check.when["option"].values)
    return (check.given.option or case.baseline,)


def choose_moves(case: Case, check: Check) -> tuple[str | None, ...]:
    """One move of each actor in the order of play: the one given, or the first that makes sense under every option.

    None where there is no such move; an actor whose moves the check changes has the first of its values here.
    """
    actors = sorted(case.actors, key=lambda actor: actor.order)
    return tuple(_choose_move(case, check, actor) for actor in actors)


def _choose_move(case: Case, check: Check, actor: Actor) -> str | None:
    if actor.id in check.when:
        return str(check.when[actor.id].values[0])
    given = [move.id for move in actor.moves if move.id in check.given.moves]
    sensible = (move for move in actor.moves if makes_sense(case, options_of(case, check), actor, move.id))
    return given[0] if given else next((move.id for move in sensible), None)


def makes_sense(case: Case, options: Iterable[str], actor: Actor, move: str) -> bool:
    """Whether a move is an answer to each of these options; a mix with mistakes of its own refuses nothing."""
    known, mixes, moves = by_id(case.options), by_id(case.mixes), by_id(actor.moves)
    answering = [mixes[known[name].mix] for name in options if name in known and known[name].mix in mixes]
    answers = [mix.shares.get(actor.id, {}) for mix in answering]
    return all(move in each or not set(each) <= set(moves) or not each for each in answers)
