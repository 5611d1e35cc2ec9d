"""What a claim says, read in each future: whether it holds, and how far it is from its threshold.

Three values: 1 where it holds, 0 where it does not, NaN where a number it needs is unknown. `all`, `any` and `not`
follow Kleene: what is false in one part is false as a whole, whatever is unknown beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from crossroads.analysis.columns import Column, split_games
from crossroads.analysis.estimates import ROUNDING, Floats
from crossroads.analysis.weights import ALL, Weights
from crossroads.case.clauses import (
    START,
    ZERO,
    find_reference,
    list_answers,
    list_clauses,
    list_named,
    list_stances,
    list_terms,
)
from crossroads.case.records import Case, Part, Proposition, Term
from crossroads.errors import WeighingError

Key = tuple[str, str, str, str]
"""Outcome, option or probe, horizon, and a stance or `all`."""
Opening = tuple[str, str]
"""Option or probe, and a move."""


@dataclass(frozen=True, eq=False)
class Readings:
    """All numbers that propositions need: `values` and `openings` (games, futures), or (futures,) where all views play
    one game; `start` (futures,) by outcome."""

    case: Case
    values: Mapping[Key, Floats]
    start: Mapping[str, Floats] = field(default_factory=dict)
    openings: Mapping[Opening, Floats] = field(default_factory=dict)

    def read(self, outcome: str, option: str, horizon: str, stance: str) -> Floats:
        """One number in every future. Raises WeighingError where it was not read."""
        key = (outcome, option, horizon, stance)
        if key not in self.values:
            given = "" if stance == ALL else f", given {stance}"
            raise WeighingError(
                f"There is no {outcome} of {option} at {horizon}{given} in these runs. Run this option."
            )
        return self.values[key]

    def knows(self, part: Part, stance: str | None = None) -> bool:
        """Whether everything that a part needs was read, with a stance for the options that name none."""
        starts = {clause.outcome for clause, _ in list_clauses(part.holds) if clause.against == START}
        return (
            _list_keys(self.case, part, stance) <= self.values.keys()
            and starts - {None} <= self.start.keys()
            and list_openings([part]) <= self.openings.keys()
        )


@dataclass(frozen=True)
class Truth:
    """`holds` (games, futures) or (futures,), and the signed `margin` to the threshold, at or above 0 where it holds.

    `units` are those of what is compared, an outcome or `percent of` it; where they differ the margins are in their own
    typical sizes, so that the smaller one binds.
    """

    holds: Floats
    margin: Floats
    units: frozenset[str]


def list_needed(case: Case, parts: Iterable[Part]) -> set[Key]:
    """What must be read to judge these parts, as they are and given each stance of the first actor."""
    return {
        key for part in parts for stance in (None, *list_given(case, part)) for key in _list_keys(case, part, stance)
    }


def list_given(case: Case, part: Part) -> tuple[str, ...]:
    """The stances that make sense under every option of a part that names none and is not the baseline option."""
    free = {option for option, stance in _list_asked(case, part) if stance is None and option != case.baseline}
    answers = [set(list_answers(case, option)) for option in free]
    stances = [move.id for move in list_stances(case)]
    return tuple(stance for stance in stances if answers and all(stance in some for some in answers))


def list_openings(parts: Iterable[Part]) -> set[Opening]:
    """The chances of openings that these parts need."""
    terms = [term for part in parts for clause, _ in list_clauses(part.holds) for term in list_terms(clause)]
    return {(term.option, move) for term in terms for move in term.openings}


def collect_readings(
    column: Column, case: Case, needed: Iterable[Key], games: Sequence[Column] | None = None
) -> dict[Key, Floats]:
    """The needed numbers of one outcome, each (games, futures), in one pass over its runs; options and stances that
    these runs do not have are left out. `games` is the column split, where that was done already."""
    weights = column.weights
    stances, horizons = (ALL, *weights.stances), [horizon.id for horizon in case.horizons]
    places = {
        key: (weights.options.index(key[1]), stances.index(key[3]), horizons.index(key[2]))
        for key in sorted(needed)
        if key[0] == column.outcome.id and key[1] in weights.options and key[3] in stances
    }
    games = split_games(column) if games is None else games
    found = {key: np.empty((len(games), len(column.start))) for key in places}
    for game, own in enumerate(games):
        for span, block in own.blocks() if places else ():
            for key, place in places.items():
                found[key][game, span] = block.averages[:, *place]
    return found


def collect_openings(weights: Weights, needed: Iterable[Opening]) -> dict[Opening, Floats]:
    """How likely each needed move answers an option, (games, futures); 0 for one that makes no sense there, NaN where
    nothing ran. Options that these runs do not have are left out."""
    moves = [reaction.split("+") for reaction in weights.reactions]
    found = {}
    for option, move in needed:
        if option in weights.options:
            own = weights.span(weights.options.index(option))
            played = np.array([move in moves[reaction] for reaction in weights.pairs[own, 1]], dtype=bool)
            runs = np.stack([shares.run[own] for shares in weights.shares])
            chance = runs[:, played].sum(axis=1)
            found[option, move] = np.where(runs.sum(axis=1) > 0, chance, np.nan)
    return found


def hold(proposition: Proposition, readings: Readings, stance: str | None = None) -> Floats:
    """1 where a proposition holds, 0 where it does not, NaN where that is unknown; `stance` is that of the first actor
    for options that name none, the baseline option apart. Raises WeighingError where a number was not read."""
    return measure(proposition, readings, stance).holds


def measure(proposition: Proposition, readings: Readings, stance: str | None = None) -> Truth:
    """Whether a proposition holds, and by how much; see `hold`."""
    truth = _judge(proposition, readings, stance, _keep)
    return truth if len(truth.units) == 1 else _judge(proposition, readings, stance, _scale)


def _judge(proposition: Proposition, readings: Readings, stance: str | None, size: Callable[[Floats], Floats]) -> Truth:
    if proposition.all or proposition.any:
        joined = proposition.all or proposition.any
        return _join([_judge(one, readings, stance, size) for one in joined], bool(proposition.any))
    if proposition.not_ is not None:
        inner = _judge(proposition.not_, readings, stance, size)
        return Truth(1.0 - inner.holds, -inner.margin, inner.units)
    return _compare(proposition, readings, stance, size)


def _compare(clause: Proposition, readings: Readings, stance: str | None, size: Callable[[Floats], Floats]) -> Truth:
    """A comparison, for every option and horizon that it names."""
    if clause.sum:
        numbers, unit = [_add_up(clause, readings, stance)], _name_sum(clause)
    else:
        unit = f"percent of {clause.outcome}" if clause.percent else str(clause.outcome)
        numbers = [
            _subtract(clause, readings, stance, option, horizon)
            for option in list_named(clause.option)
            for horizon in list_named(clause.horizon)
        ]
    sign = 1.0 if clause.at_least is not None else -1.0
    threshold = clause.at_least if clause.at_least is not None else clause.at_most
    truths = []
    for number, slack in numbers:
        with np.errstate(invalid="ignore"):
            margin = sign * (number - (threshold or 0.0))
            margin = np.where(np.abs(margin) <= slack, 0.0, margin)  # what differs by rounding alone is equal
        holds = np.where(np.isnan(margin), np.nan, margin >= 0)
        truths.append(Truth(holds, size(margin), frozenset({unit})))
    return _join(truths, clause.some)


def _subtract(
    clause: Proposition, readings: Readings, stance: str | None, option: str, horizon: str
) -> tuple[Floats, Floats]:
    """An outcome from what it is measured from, and the size of rounding there."""
    case, outcome = readings.case, str(clause.outcome)
    value = readings.read(outcome, option, horizon, _choose(case, option, clause.stance, stance))
    if clause.against == ZERO:
        return value, ROUNDING * np.abs(value)
    other = find_reference(case, clause)
    if other is None:
        if outcome not in readings.start:
            raise WeighingError(f"The start of {outcome} was not read.")
        reference = readings.start[outcome]
    else:
        given = _choose(case, other, clause.against_stance, stance)
        reference = readings.read(outcome, other, clause.against_horizon or horizon, given)
    slack = ROUNDING * np.abs(reference)
    change = value - reference
    change = np.where(np.abs(change) <= slack, 0.0, change)
    if not clause.percent:
        return change, slack
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(change == 0, change, 100 * change / np.abs(reference)), np.full_like(change, 100 * ROUNDING)


def _add_up(clause: Proposition, readings: Readings, stance: str | None) -> tuple[Floats, Floats]:
    """A sum, or its share of another, and the size of rounding there."""
    total, size = _sum_terms(clause.sum, readings, stance)
    if not clause.share_of:
        return total, ROUNDING * size
    below, _ = _sum_terms(clause.share_of, readings, stance)
    never = -np.inf if clause.at_least is not None else np.inf
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(below > 0, total / below, np.where(np.isnan(total + below), np.nan, never))
        return share, np.where(below > 0, ROUNDING * size / below, 0.0)


def _sum_terms(terms: Sequence[Term], readings: Readings, stance: str | None) -> tuple[Floats, Floats]:
    """The sum, and the sum of sizes."""
    parts = [term.times * _read_term(term, readings, stance) for term in terms]
    total = sum(parts[1:], parts[0])
    return np.asarray(total), np.asarray(sum((np.abs(part) for part in parts[1:]), np.abs(parts[0])))


def _read_term(term: Term, readings: Readings, stance: str | None) -> Floats:
    if term.openings:
        missing = [move for move in term.openings if (term.option, move) not in readings.openings]
        if missing:
            raise WeighingError(f"How likely {', '.join(missing)} answers {term.option} was not read.")
        return np.asarray(sum(readings.openings[term.option, move] for move in term.openings))
    given = _choose(readings.case, term.option, term.stance, stance)
    return readings.read(str(term.outcome), term.option, str(term.horizon), given)


def _name_sum(clause: Proposition) -> str:
    """What a sum is of: its outcomes in their order, or a share of something."""
    if clause.share_of:
        return "share"
    return "+".join(dict.fromkeys(str(term.outcome) if term.outcome else "chance" for term in clause.sum))


def _join(truths: Sequence[Truth], some: bool) -> Truth:
    """All of these, or `some` one of them."""
    if len(truths) == 1:
        return truths[0]
    holds = np.stack(np.broadcast_arrays(*(truth.holds for truth in truths)))
    decided = (holds == (1.0 if some else 0.0)).any(axis=0)
    whole = np.where(decided, float(some), np.where(np.isnan(holds).any(axis=0), np.nan, float(not some)))
    pick = np.fmax if some else np.fmin
    margin = pick.reduce(np.stack(np.broadcast_arrays(*(truth.margin for truth in truths))))
    units = frozenset[str]().union(*(truth.units for truth in truths))
    return Truth(whole, np.where(np.isnan(whole), np.nan, margin), units)


def _keep(margin: Floats) -> Floats:
    return margin


def _scale(margin: Floats) -> Floats:
    """A margin in its own typical size, its median."""
    sizes = np.abs(margin[np.isfinite(margin)])
    typical = float(np.median(sizes)) if len(sizes) else 0.0
    return margin / (typical or (float(sizes.max()) if len(sizes) else 0.0) or 1.0)


def _list_keys(case: Case, part: Part, stance: str | None) -> set[Key]:
    """What must be read for a part, with this stance for the options that name none."""
    found: set[Key] = set()
    for clause, _ in list_clauses(part.holds):
        for term in list_terms(clause):
            if term.outcome is not None:
                given = _choose(case, term.option, term.stance, stance)
                found.add((term.outcome, term.option, str(term.horizon), given))
        if clause.outcome is None:
            continue
        other = find_reference(case, clause)
        for horizon in list_named(clause.horizon):
            for option in list_named(clause.option):
                found.add((clause.outcome, option, horizon, _choose(case, option, clause.stance, stance)))
            if other is not None:
                given = _choose(case, other, clause.against_stance, stance)
                found.add((clause.outcome, other, clause.against_horizon or horizon, given))
    return found


def _list_asked(case: Case, part: Part) -> set[tuple[str, str | None]]:
    """The options whose outcomes a part reads, each with the stance that it names."""
    found: set[tuple[str, str | None]] = set()
    for clause, _ in list_clauses(part.holds):
        found |= {(term.option, term.stance) for term in list_terms(clause) if term.outcome is not None}
        if clause.outcome is not None:
            other = find_reference(case, clause)
            found |= {(option, clause.stance) for option in list_named(clause.option)}
            found |= {(other, clause.against_stance)} if other is not None else set()
    return found


def _choose(case: Case, option: str, own: str | None, given: str | None) -> str:
    """The stance that an option is read with: its own, else the one given to all but the baseline option."""
    return own or (given if given is not None and option != case.baseline else ALL)
