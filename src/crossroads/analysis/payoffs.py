"""What actors expect of each reaction: their own values over what runs say, under their own beliefs.

An actor is not clairvoyant: it goes by expected values over futures, weighted by what it believes. In one future it
differs from itself in another only in its precision, in its values, and in what it knows: the expectation given what it
knows is a least-squares fit over futures on polynomials of the known levels (Longstaff and Schwartz 2001).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from crossroads.analysis.estimates import Bools, Floats
from crossroads.analysis.spool import Values
from crossroads.analysis.stored import Table, map_columns
from crossroads.analysis.weights import Weights
from crossroads.case.records import Act, Actor, Case, Id, Outcome, Payoff, Uncertainty, Valued, by_id
from crossroads.errors import WeighingError
from crossroads.sampling.futures import Futures
from crossroads.simulation.layout import Inputs
from crossroads.simulation.runs import Runs

BLOCK = 1536
"""Futures that are summed at a time, so that what is held does not grow with their number."""


@dataclass(frozen=True)
class Worth:
    """What each pair is worth to an actor in each future, in points: `terms` (pairs, parts) times what they stand for,
    `levels` (parts, futures), or (parts, 1) where every future is alike."""

    terms: Floats
    levels: Floats

    def read(self, span: slice) -> Floats:
        """The points of some pairs, (pairs, futures or 1)."""
        return np.asarray(np.einsum("pt,tf->pf", self.terms[span], self.levels))


@dataclass(frozen=True)
class Stakes:
    """What each actor plays for, in the order of play: `payoffs` and `precision` (futures,) of those that have any, and
    what each believes, `beliefs` (actors, futures)."""

    actors: tuple[Actor, ...]
    payoffs: tuple[Worth | None, ...]
    precision: tuple[Floats, ...]
    beliefs: Floats


@dataclass(frozen=True)
class _Player:
    """Whose payoff is asked for: the `basis` (futures, terms) over which it forms expectations, only 1 where it knows
    nothing, and its `beliefs` (lessons, futures), with mean 1."""

    payoff: Payoff
    basis: Floats
    beliefs: Floats


def weigh_stakes(
    runs: Runs, case: Case, inputs: Inputs, weights: Weights, lessons: Sequence[Floats | None] = (None,)
) -> tuple[Stakes, ...]:
    """The stakes of all actors over stored runs, once for each lesson: (futures,), by which everybody's belief is
    multiplied, or none. Raises RunsError when runs cannot be read."""
    actors = tuple(sorted(case.actors, key=lambda actor: actor.order))
    futures, uncertainties = runs.futures, by_id(case.uncertainties)
    beliefs = np.stack([[_find_belief(actor, weights, lesson) for actor in actors] for lesson in lessons])
    players = {
        place: _Player(actor.payoff, _know([uncertainties[name] for name in actor.known], futures), beliefs[:, place])
        for place, actor in enumerate(actors)
        if actor.payoff is not None
    }
    expected = dict(zip(players, _expect(runs, case, weights, list(players.values())), strict=True))
    return tuple(
        _gather(actors, players, {place: own[number] for place, own in expected.items()}, inputs, weights, futures, own)
        for number, own in enumerate(beliefs)
    )


def _gather(
    actors: tuple[Actor, ...],
    players: Mapping[int, _Player],
    expected: Mapping[int, Mapping[Id, Floats]],
    inputs: Inputs,
    weights: Weights,
    futures: Futures,
    beliefs: Floats,
) -> Stakes:
    """The stakes under one set of beliefs (actors, futures)."""
    payoffs: list[Worth | None] = [None] * len(actors)
    sharp = [np.zeros(beliefs.shape[1])] * len(actors)
    for place, one in players.items():
        parts = [*_value(one, expected[place], weights), *_count_acts(one.payoff, place, inputs, weights)]
        payoffs[place] = _join(parts, one.basis, futures)
        sharp[place] = np.broadcast_to(read_points(one.payoff.precision, futures), beliefs.shape[1:])
    return Stakes(actors, tuple(payoffs), tuple(sharp), beliefs)


def _find_belief(actor: Actor, weights: Weights, lesson: Floats | None) -> Floats:
    """(futures,), mean 1: the actor's own view, or all views alike, times what everybody has learnt."""
    own = actor.payoff.believes if actor.payoff else None
    belief = weights.futures[weights.views.index(own) if own else 0]
    whole = belief if lesson is None else belief * lesson
    mean: float = whole.mean()
    return np.asarray(whole / mean)


def _know(known: Sequence[Uncertainty], futures: Futures) -> Floats:
    """The basis over which an actor forms expectations, (futures, terms): 1, and for what it knows the first two
    Legendre polynomials of the rank, or a mark for each category but one."""
    count = len(futures)
    terms = [np.ones(count)]
    for one in known:
        column = futures.column(one.id)
        if one.distribution.kind == "categorical":
            terms += [(column == code).astype(np.float64) for code in np.unique(column)[1:]]
        else:
            level = 2 * (rankdata(column) - 0.5) / count - 1
            terms += [level, (3 * level**2 - 1) / 2]
    return np.column_stack(terms)


def _expect(runs: Runs, case: Case, weights: Weights, players: Sequence[_Player]) -> list[list[dict[Id, Floats]]]:
    """By player and lesson, outcome to what is expected of each pair: coefficients (pairs, terms) on the basis."""
    names = {valued.outcome for one in players for valued in one.payoff.values}
    horizons = list(dict.fromkeys(one.payoff.horizon for one in players))
    places = {"option": weights.options, "reaction": weights.reactions, "horizon": horizons}
    table = Table(runs.dataset["values"], places, weights.pairs)
    asked = [outcome for outcome in case.outcomes if outcome.id in names]
    ok = weights.ok[tuple(weights.pairs.T)]
    found: list[list[dict[Id, Floats]]] = [[{} for _ in one.beliefs] for one in players]

    def fit(outcome: Outcome, values: Values) -> dict[int, Floats]:
        return {
            place: _fit(values, ok, one, horizons.index(one.payoff.horizon))
            for place, one in enumerate(players)
            if outcome.id in {valued.outcome for valued in one.payoff.values}
        }

    for outcome, parts in map_columns(table, asked, fit):
        for place, part in parts.items():
            for own, coefficients in zip(found[place], part, strict=True):
                own[outcome.id] = coefficients
    return found


def _fit(values: Values, ok: Bools, player: _Player, time: int) -> Floats:
    """The belief-weighted mean of each pair over the runs that ended well, or its fit on the basis: coefficients
    (lessons, pairs, terms), NaN where nothing ended well. What failed says nothing beyond the mean."""
    basis, lessons = player.basis, len(player.beliefs)
    weighted = player.beliefs.T[:, :, None] * basis[:, None]  # (futures, lessons, terms)
    flat = weighted.reshape(len(basis), -1)
    sums, lost = (np.zeros((len(ok), flat.shape[1])) for _ in range(2))
    for first in range(0, len(basis), BLOCK):
        span = slice(first, first + BLOCK)
        held = values[:, span][:, :, time].astype(np.float64)
        known = ok[:, span] & np.isfinite(held)
        if known.all():
            sums += held @ flat[span]
        else:
            sums += np.where(known, held, 0.0) @ flat[span]
            lost += ~known @ flat[span]
    by_lesson = [part.reshape(len(ok), lessons, -1).swapaxes(0, 1) for part in (sums, lost)]
    return _settle(by_lesson[0], by_lesson[1], weighted, basis)


def _settle(sums: Floats, lost: Floats, weighted: Floats, basis: Floats) -> Floats:
    """Coefficients from the weighted sums over what is known, and over what is not, both (lessons, pairs, terms)."""
    gram = np.stack([own.T @ basis for own in weighted.swapaxes(0, 1)])
    held = gram[:, :1, :1] - lost[:, :, :1]
    mean: Floats = np.divide(sums[:, :, :1], held, out=np.full_like(held, np.nan), where=held > 1e-9)
    if basis.shape[1] == 1:
        return mean
    right = sums + np.where(lost > 0, mean, 0.0) * lost
    return np.stack([_solve(one, own) for one, own in zip(gram, right, strict=True)])


def _solve(gram: Floats, right: Floats) -> Floats:
    """Coefficients (pairs, terms) of the normal equations, NaN where nothing is known."""
    known = np.isfinite(right).all(axis=1)
    result = np.full_like(right, np.nan)
    result[known] = np.linalg.lstsq(gram, right[known].T, rcond=None)[0].T
    return result


def _value(player: _Player, expected: Mapping[Id, Floats], weights: Weights) -> Iterator[tuple[float | Id, Floats]]:
    """What follows, from that of the baseline option under its mix: the points of each valued outcome, and how much of
    it each pair brings, (pairs, terms) on the basis."""
    base = weights.span(weights.baseline)
    mix = weights.mix[tuple(weights.pairs[base].T)]
    for valued in player.payoff.values:
        terms = expected[valued.outcome]
        share = np.where(np.isfinite(terms[base]).all(axis=1), mix, 0.0)
        usual = share @ np.nan_to_num(terms[base]) / share.sum() if share.any() else np.nan
        yield valued.weight, (terms - usual) / (valued.best - valued.worst)


def _count_acts(payoff: Payoff, place: int, inputs: Inputs, weights: Weights) -> Iterator[tuple[float | Id, Floats]]:
    """The openings themselves, of the actor at this place in the order of play: the points of each act, and how often
    it counts in each pair, (pairs, 1)."""
    opened = np.array([name.split("+")[place] for name in weights.reactions])
    for act in payoff.acts:
        played = np.isin(opened, act.moves)[weights.pairs[:, 1]].astype(np.float64)
        yield act.points, (played * _count(act, inputs, weights))[:, None]


def _count(act: Act, inputs: Inputs, weights: Weights) -> Floats:
    """How often an act counts under the option of each pair, (pairs,)."""
    if act.times is None:
        return np.ones(len(weights.pairs))
    base, target = inputs.schedules[:, inputs.columns.index(act.times), :2].T
    own = [inputs.options.index(option) for option in weights.options]
    return np.asarray(np.abs(target - base)[own][weights.pairs[:, 0]])


def _join(parts: Iterable[tuple[float | Id, Floats]], basis: Floats, futures: Futures) -> Worth:
    """All parts of a payoff; those whose points are numbers are summed, so that few are left."""
    shown = basis.T if basis.shape[1] > 1 else np.ones((1, 1))
    same, terms, levels = 0.0 * basis[:1], list[Floats](), list[Floats]()
    for points, counts in parts:
        if isinstance(points, str):
            terms.append(counts)
            levels.append(futures.column(points) * shown[: counts.shape[1]])
        else:
            same = same + points * np.pad(counts, ((0, 0), (0, basis.shape[1] - counts.shape[1])))
    pairs = max(len(part) for part in (same, *terms))
    wide = max(part.shape[1] for part in (shown, *levels))
    rows = [np.broadcast_to(part, (len(part), wide)) for part in (shown, *levels)]
    return Worth(np.hstack([np.broadcast_to(same, (pairs, same.shape[1])), *terms]), np.vstack(rows))


def read_points(given: float | Id, futures: Futures) -> Floats:
    """A number, or an uncertainty's value in each future: (1,) or (futures,)."""
    return futures.column(given) if isinstance(given, str) else np.array([given])


def expect_worth(runs: Runs, case: Case, weights: Weights) -> Floats:
    """What each pair is worth on average to who chooses, (pairs,): its weights over the scales of outcomes, taken as
    straight lines, in points of its whole weight. Raises WeighingError where the case names no chooser or states no
    scales."""
    belief = weights.futures[:1]
    chooser = _Player(_build_worth(case), np.ones((belief.shape[1], 1)), belief)
    ((expected,),) = _expect(runs, case, weights, [chooser])
    return _join(_value(chooser, expected, weights), chooser.basis, runs.futures).read(slice(None))[:, 0]


def _build_worth(case: Case) -> Payoff:
    """The values of the chooser, as those of an actor."""
    who = by_id(case.stakeholders).get(case.chooser or "")
    if who is None:
        raise WeighingError("The case names no chooser, so no reaction is worst for it. Write chooser: a stakeholder.")
    outcomes, concerns = by_id(case.outcomes), by_id(case.concerns)
    whole = sum(who.weights.values())
    values = tuple(
        Valued(outcome=name, worst=scale.worst, best=scale.best, weight=100 * weight / whole * share, because="scale")
        for concern, weight in who.weights.items()
        for name, share in concerns[concern].outcomes.items()
        if (scale := outcomes[name].scales.get(who.horizon)) is not None
    )
    if not values:
        raise WeighingError(f"No outcome that {who.name} weighs has a scale at its horizon, so nothing is worst.")
    return Payoff(unit="%", horizon=who.horizon, values=values, precision=0, because="values of the chooser")
