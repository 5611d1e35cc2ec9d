"""How actors answer one another in the order of play, in many games at once.

A game is a future: its tree is that of all others, and only each actor's own payoffs and precision vary. Agent
quantal response in its logit form (McKelvey and Palfrey 1998), by backward recursion. Nobody is clairvoyant: who
moves earlier does not know how the others are minded in that future, and expects their answers as they are on
average over its own beliefs. Nor does it learn that from what has been played. Actors that move at the same time
play the quantal response equilibrium of their stage, game by game.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import Bools, Floats, Ints
from crossroads.analysis.simultaneous import Equilibrium, solve_simultaneous, solve_simultaneous_best

TIED = 1e-12
"""Difference, as a share of the greatest payoff, below which two moves are worth the same: rounding in sums."""

Held = Mapping[int, Mapping[int, float]]
"""Actor to move to share: what is set by hand."""
Solver = Callable[[Sequence[Floats], Floats], Equilibrium]


@dataclass(frozen=True, eq=False)
class Tree:
    """Openings in the order of play; raises ValueError where they are no tree.

    `profiles` (profiles, actors) is the place of each actor's move, and holds only what makes sense. `turns` are the
    actors that move at the same time, in order; usually one each.
    """

    profiles: Ints
    turns: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        rows = np.asarray(self.profiles)
        if rows.ndim != 2 or not rows.size:
            raise ValueError("a tree needs at least one profile and one actor")
        if len(np.unique(rows, axis=0)) < len(rows):
            raise ValueError("a profile stands twice in the tree")
        if sorted(actor for turn in self.turns for actor in turn) != list(range(rows.shape[1])):
            raise ValueError("each actor moves in exactly one turn")


@dataclass(frozen=True, eq=False)
class Answer:
    """How the games are answered; NaN in a game that is not solved.

    `shares` (profiles, games) sum to 1 in each game. `given` (actors, profiles, games) is the chance that an actor
    plays its move of a profile once the history before it has been played; `shares` are their product. `values`
    (actors, games): what each expects before play, by its own beliefs. `residual` (games,) is 0 where one actor moves
    at a time; else what `Equilibrium` says of the worst stage.
    """

    shares: Floats
    given: Floats
    values: Floats
    residual: Floats
    solved: Bools


def solve_quantal(
    tree: Tree, payoffs: ArrayLike, precision: ArrayLike, beliefs: ArrayLike, held: Held | None = None
) -> Answer:
    """Agent quantal response: a move is likelier the more it is expected to be worth; precision 0 is even odds.

    `payoffs` (actors, games, profiles) in points, `precision` (actors, games) in 1/points, `beliefs` (actors, games) as
    weights of any positive sum. An actor in `held` plays these shares among the moves that it has, and answers as the
    others do where it has none of them; everyone knows it. Games with a payoff or precision that is not finite
    are not solved, and nobody expects anything from them. Raises ValueError for negative weights or precisions.
    """
    pay, sharp, trust = _align(payoffs, precision, beliefs)
    if np.any(sharp < 0):
        raise ValueError("a precision is below 0")
    return _Play(tree, pay, sharp, trust, held or {}, _respond_quantally, solve_simultaneous).solve()


def solve_best(tree: Tree, payoffs: ArrayLike, beliefs: ArrayLike, held: Held | None = None) -> Answer:
    """The limit of infinite precision: every actor plays what is best for it, after every history (subgame perfect);
    moves that are worth the same share alike. Arguments as for `solve_quantal`."""
    pay, sharp, trust = _align(payoffs, np.ones((len(np.asarray(payoffs)), 1)), beliefs)
    return _Play(tree, pay, sharp, trust, held or {}, _respond_best, _solve_best_stage).solve()


def choose_worst(worth: ArrayLike) -> Ints:
    """The profile that is worst for a chooser: of all games (), for `worth` (profiles,), or in each (games,), for
    (profiles, games). NaN is left out, the first of equals is taken; -1 where nothing is left."""
    values = np.asarray(worth, dtype=np.float64)
    known = ~np.isnan(values)
    places = np.argmin(np.where(known, values, np.inf), axis=0)
    return np.asarray(np.where(known.any(axis=0), places, -1))


@dataclass(frozen=True, eq=False)
class _Turn:
    """One turn of a tree. A node is what may have been played up to it and in it, and the nodes of one history are
    neighbours: `node` (profiles,), `history` (nodes,), `starts` (histories,) the first node of each, `moves`
    (nodes, actors of the turn)."""

    actors: tuple[int, ...]
    node: Ints
    history: Ints
    starts: Ints
    moves: Ints


def _list_turns(tree: Tree) -> list[_Turn]:
    """The turns in the order of play."""
    turns, before = [], list[int]()
    for actors in tree.turns:
        nodes, node = np.unique(tree.profiles[:, [*before, *actors]], axis=0, return_inverse=True)
        past = nodes[:, : len(before)]
        new = np.concatenate([[True], np.any(past[1:] != past[:-1], axis=1)])
        moves = nodes[:, len(before) :]
        turns.append(_Turn(actors, node.ravel(), np.cumsum(new) - 1, np.flatnonzero(new), moves))
        before += actors
    return turns


def _respond_quantally(turn: _Turn, worth: Floats, precision: Floats) -> Floats:
    """Shares of the moves of each history, (nodes, games); `worth` is (nodes, games), `precision` (games,)."""
    odds = np.exp(precision * (worth - _spread(np.maximum, turn, worth)))
    return odds / _spread(np.add, turn, odds)


def _respond_best(turn: _Turn, worth: Floats, _: Floats) -> Floats:
    """Even shares of the moves that are worth most."""
    slack = TIED * _spread(np.maximum, turn, np.abs(worth))
    best = (worth >= _spread(np.maximum, turn, worth) - slack).astype(np.float64)
    return best / _spread(np.add, turn, best)


def _solve_best_stage(payoffs: Sequence[Floats], _: Floats) -> Equilibrium:
    return solve_simultaneous_best(payoffs)


def _spread(reduce: np.ufunc, turn: _Turn, values: Floats) -> Floats:
    """Values reduced over the nodes of each history, told to each of these nodes."""
    return np.asarray(reduce.reduceat(values, turn.starts, axis=0)[turn.history])


def _align(payoffs: ArrayLike, precision: ArrayLike, beliefs: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Each (actors, games, ...), with as many games as the one that has most."""
    pay = np.asarray(payoffs, dtype=np.float64)
    sharp, trust = (np.asarray(part, dtype=np.float64) for part in (precision, beliefs))
    actors, games = np.broadcast_shapes(pay.shape[:2], sharp.shape, trust.shape)
    if np.any(trust < 0) or not np.all(np.isfinite(trust)) or not np.all(trust.sum(axis=1) > 0):
        raise ValueError("the beliefs of an actor are not weights with a positive sum")
    shape = (actors, games)
    return np.broadcast_to(pay, (*shape, pay.shape[2])), np.broadcast_to(sharp, shape), np.broadcast_to(trust, shape)


class _Play:
    """Backward recursion over the turns of a tree."""

    def __init__(
        self,
        tree: Tree,
        payoffs: Floats,
        precision: Floats,
        beliefs: Floats,
        held: Held,
        respond: Callable[[_Turn, Floats, Floats], Floats],
        solve_stage: Solver,
    ) -> None:
        if payoffs.shape[::2] != tree.profiles.shape[::-1]:
            raise ValueError("payoffs are not (actors, games, profiles) of the tree")
        self._tree, self._beliefs, self._held = tree, beliefs, held
        self._solved: Bools = np.isfinite(payoffs.sum(axis=(0, 2)) + precision.sum(axis=0))
        self._payoffs = np.where(self._solved, payoffs.transpose(0, 2, 1), 0.0)
        self._precision = np.where(self._solved, precision, 0.0)
        self._residual = np.zeros(len(self._solved))
        self._respond, self._solve_stage = respond, solve_stage

    def solve(self) -> Answer:
        """Answers from the last turn to the first."""
        given = np.ones_like(self._payoffs)
        later = np.ones_like(self._payoffs[0])
        for turn in reversed(_list_turns(self._tree)):
            worth = [self._expect(actor, turn, later) for actor in turn.actors]
            shares = self._answer(turn, worth)
            for actor, share in zip(turn.actors, shares, strict=True):
                given[actor] = share[turn.node]
                later = later * given[actor]
        values = np.stack([self._value(actor, given) for actor in range(len(given))])
        told = [np.where(self._solved, part, np.nan) for part in (later, given, values, self._residual)]
        return Answer(told[0], told[1], told[2], told[3], self._solved)

    def _expect(self, actor: int, turn: _Turn, later: Floats) -> Floats:
        """What each node is worth to an actor, (nodes, games), as it expects what follows."""
        order = np.argsort(turn.node, kind="stable")
        first = np.searchsorted(turn.node[order], np.arange(len(turn.history)))
        expected = self._average(actor, later)[order, None] * self._payoffs[actor][order]
        return np.asarray(np.add.reduceat(expected, first, axis=0))

    def _average(self, actor: int, shares: Floats) -> Floats:
        """Shares (profiles, games) as an actor expects them: averaged over the games that are solved."""
        weights = self._beliefs[actor] * self._solved
        total = weights.sum()
        if not total > 0:
            self._solved = np.zeros_like(self._solved)
            return np.zeros(len(shares))
        return np.asarray(shares @ (weights / total))

    def _value(self, actor: int, given: Floats) -> Floats:
        others = np.prod(np.delete(given, actor, axis=0), axis=0)
        expected = self._average(actor, others)[:, None]
        return np.asarray((given[actor] * expected * self._payoffs[actor]).sum(axis=0))

    def _answer(self, turn: _Turn, worth: Sequence[Floats]) -> list[Floats]:
        """The shares of each actor of a turn, (nodes, games)."""
        if len(turn.actors) == 1:
            actor = turn.actors[0]
            free = self._respond(turn, worth[0], self._precision[actor])
            return [_hold(self._held.get(actor, {}), turn, turn.moves[:, 0], free)]
        return self._answer_together(turn, worth)

    def _answer_together(self, turn: _Turn, worth: Sequence[Floats]) -> list[Floats]:
        """As `_answer`, where actors move at the same time: each history has a stage of its own."""
        shares = [np.empty_like(one) for one in worth]
        for nodes in np.split(np.arange(len(turn.history)), turn.starts[1:]):
            moves = [np.unique(own) for own in turn.moves[nodes].T]
            sizes = [len(own) for own in moves]
            if len(nodes) != np.prod(sizes):
                raise ValueError("actors that move at the same time need every pair of their moves in the tree")
            tables = [one[nodes].T.reshape(-1, *sizes) for one in worth]
            for place, rows in enumerate(self._settle(turn.actors, moves, tables)):
                at = np.searchsorted(moves[place], turn.moves[nodes, place])
                shares[place][nodes] = rows[:, at].T
        return shares

    def _settle(self, actors: Sequence[int], moves: Sequence[Ints], tables: Sequence[Floats]) -> list[Floats]:
        """Strategies of one stage, (games, moves) each: those set by hand, and what the others play against them."""
        games = len(tables[0])
        hands = [_weigh_held(self._held.get(actor, {}), own) for actor, own in zip(actors, moves, strict=True)]
        fixed = [hand.sum() > 0 for hand in hands]
        free = [place for place, one in enumerate(fixed) if not one]
        result = [np.broadcast_to(hand / max(hand.sum(), 1e-300), (games, len(hand))) for hand in hands]
        if free:
            left = [_average_out(tables[place], fixed, result) for place in free]
            found = self._solve_stage(left, self._precision[[actors[place] for place in free]])
            self._solved = self._solved & found.solved
            self._residual = np.maximum(self._residual, found.residual)
            for place, rows in zip(free, found.strategies, strict=True):
                result[place] = np.where(found.solved[:, None], rows, 1 / rows.shape[1])
        return result


def _weigh_held(held: Mapping[int, float], moves: Ints) -> Floats:
    return np.array([held.get(int(move), 0.0) for move in moves])


def _hold(held: Mapping[int, float], turn: _Turn, moves: Ints, free: Floats) -> Floats:
    """Shares set by hand where a history has one of their moves, (nodes, games)."""
    if not held:
        return free
    wanted = _weigh_held(held, moves)[:, None]
    total = _spread(np.add, turn, wanted)
    return np.where(total > 0, np.divide(wanted, total, out=np.zeros_like(wanted), where=total > 0), free)


def _average_out(table: Floats, fixed: Sequence[bool], shares: Sequence[Floats]) -> Floats:
    """Payoffs (games, ...) by the moves of the players that are free."""
    for place in reversed(range(len(fixed))):
        if fixed[place]:
            table = np.einsum("g...m,gm->g...", np.moveaxis(table, place + 1, -1), shares[place])
    return table
