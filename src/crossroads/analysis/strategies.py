"""How the others answer each option: the game of a case, solved over stored runs.

The order of play is that of the case: the option is chosen, then the actors open, each seeing what came before it.
Every actor responds quantally (McKelvey and Palfrey 1998) to what it expects, in every future with its own precision
and values; who opens first expects of the later ones what they do on average. Moves that make no sense, or that the law
forbids, stand in no mix and are not played. Payoffs cannot hold everything: where the evidence gives a base rate, one
constant a mix is added to the payoff of the moves that it names, so that the game meets it on average over all futures
and over the options of the mix (an alternative-specific constant, McFadden 1974). The constants are fitted under the
declared beliefs and kept when beliefs change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import scipy.optimize

from crossroads.analysis.equilibria import Answer, Held, Tree, choose_worst, solve_best, solve_quantal
from crossroads.analysis.estimates import Bools, Floats, Ints
from crossroads.analysis.payoffs import Stakes, expect_worth, weigh_stakes
from crossroads.analysis.weights import MIXTURE, Weights
from crossroads.case.records import HISTORY, Case, by_id
from crossroads.errors import WeighingError
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.runs import Runs

How = Literal["quantal", "best", "cautious", "judged"]
find_root: Any = scipy.optimize.brentq
Constants = Mapping[str, float]
"""Mix to the points that fit its game to a base rate."""
THREADS = 2
FARTHEST = 1e4
"""Points between which a constant is looked for, either way."""
LEAST = 1e-300
"""The chance of what is too unlikely to be written down."""


@dataclass(frozen=True)
class Reading:
    """How reactions are read: by quantal response; as the best response of everybody; as the one reaction that is worst
    for the chooser; or by the judged shares of the mixes. What is `fixed` by hand, actor to move, is played wherever
    the move makes sense, and the others answer it."""

    how: How = "quantal"
    fixed: Mapping[str, str] = field(default_factory=dict)


QUANTAL = Reading()


@dataclass(frozen=True)
class Rules:
    """What a game is played by: the constants that fit it to the evidence, none where they are yet to be fitted, and
    how reactions are read. What is run around the options is answered by the rules of their game."""

    constants: Constants | None = None
    reading: Reading = QUANTAL


FITTED = Rules()


@dataclass(frozen=True, eq=False)
class Game:
    """The answers to all options under one set of beliefs.

    `chances` (pairs, futures) of each reaction, `unsolved` (options, futures): there the mix answers. `residual` is the
    largest of what is solved.
    """

    chances: Floats
    unsolved: Bools
    residual: float


@dataclass(frozen=True, eq=False)
class Strategies:
    """The game of a case under the beliefs of every view: `games`, the one that each view plays, the stakes of the
    declared beliefs, the constants (mix to points) that fit it to the evidence, and how reactions are read."""

    stakes: Stakes
    games: tuple[Game, ...]
    played: tuple[int, ...]
    constants: Constants
    reading: Reading = QUANTAL

    @property
    def rules(self) -> Rules:
        """By which the game was played."""
        return Rules(self.constants, self.reading)


def is_played(case: Case) -> bool:
    """Whether any actor plays for something."""
    return any(actor.payoff for actor in case.actors)


def solve_strategies(
    runs: Runs,
    case: Case,
    weights: Weights,
    constants: Constants | None = None,
    reading: Reading = QUANTAL,
) -> Strategies:
    """The game over stored runs: once under the declared beliefs, and once more where the past has taught something.

    `constants` are fitted unless given. Raises WeighingError where the reading asks for what the case does not have,
    and RunsError when runs cannot be read.
    """
    _check(case, reading)
    inputs = build_inputs(case)
    lessons = [weights.futures[weights.views.index(HISTORY)]] if HISTORY in weights.views else []
    stakes = weigh_stakes(runs, case, inputs, weights, (None, *lessons))
    fitted = dict(fit_constants(stakes[0], case, weights) if constants is None else constants)
    forced = _force(runs, case, weights, reading) if reading.how == "cautious" else None
    games = tuple(_play(one, case, weights, fitted, reading, forced) for one in stakes)
    return Strategies(stakes[0], games, tuple(int(view == HISTORY) for view in weights.views), fitted, reading)


def read_otherwise(
    runs: Runs, case: Case, weights: Weights, strategies: Strategies, hows: Sequence[How]
) -> dict[str, Floats]:
    """The chances of reactions (pairs, futures) under other readings of the same game, under the declared beliefs;
    what is fixed by hand stays so.

    The game's own reading is left out, and so is the cautious one where the case names no chooser or states no scales.
    """
    found: dict[str, Floats] = {}
    for how in hows:
        reading = Reading(how, strategies.reading.fixed)
        if how == strategies.reading.how:
            continue
        try:
            forced = _force(runs, case, weights, reading) if how == "cautious" else None
        except WeighingError:
            continue
        chances = _play(strategies.stakes, case, weights, strategies.constants, reading, forced).chances
        found[str(how)] = _thin(chances)
    return found


def _thin(chances: Floats) -> Floats:
    """The same, held once where every future is alike."""
    same = bool((chances == chances[:, :1]).all())
    return np.broadcast_to(chances[:, :1].copy(), chances.shape) if same else chances


def fit_constants(stakes: Stakes, case: Case, weights: Weights) -> dict[str, float]:
    """Points, by mix, that the anchored moves are worth beyond what the payoffs hold."""
    free = _play(stakes, case, weights, {}, QUANTAL, None)
    found = {}
    for mix in case.mixes:
        anchor = mix.anchors.get(stakes.actors[0].id) if stakes.actors else None
        options = [place for place, one in enumerate(weights.options) if by_id(case.options)[one].mix == mix.id]
        if anchor is None or not options or stakes.payoffs[0] is None:
            continue
        odds = np.stack([find_odds(free, weights, option, anchor.moves) for option in options])
        found[mix.id] = find_points(odds, stakes.precision[0], anchor.share)
    return found


def find_odds(game: Game, weights: Weights, option: int, moves: Sequence[str]) -> Floats:
    """Log odds of some openings of the first actor against its others, in each future (futures,); NaN where the game
    is not solved, infinite where only the one side can be played."""
    span = weights.span(option)
    opening = [weights.stances[one] for one in weights.stance_of[weights.pairs[span, 1]]]
    mine = np.isin(opening, moves)
    if mine.all() or not mine.any():
        return np.full(game.chances.shape[1], np.inf if mine.any() else -np.inf)
    above, below = (np.maximum(game.chances[span][side].sum(axis=0), LEAST) for side in (mine, ~mine))
    return np.where(game.unsolved[option], np.nan, np.log(above) - np.log(below))


def find_points(odds: Floats, precision: Floats, share: float) -> float:
    """Points to be added to some moves for them to be played in this share of all games, from their log odds and the
    precision (games,); `odds` is (..., games). NaN where no number of points is enough."""
    known = np.isfinite(odds)

    def miss(points: float) -> float:
        return float(_logistic((odds + precision * points)[known]).mean()) - share

    if not known.any() or miss(-FARTHEST) > 0 or miss(FARTHEST) < 0:
        return float("nan")
    return round(float(find_root(miss, -FARTHEST, FARTHEST, xtol=1e-9)), 6)  # so that no order of sums shows


def _logistic(odds: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(odds / 2)))


def _check(case: Case, reading: Reading) -> None:
    if reading.how == "best" and not is_played(case):
        raise WeighingError("No actor of this case has a payoff, so there is no best answer. Write one, or use judged.")
    actors = by_id(case.actors)
    for name, move in reading.fixed.items():
        if name not in actors:
            raise WeighingError(f"There is no actor {name} in this case. Choose one of: {', '.join(actors)}.")
        moves = by_id(actors[name].moves)
        if move not in moves:
            raise WeighingError(f"{name} has no move {move}. Choose one of: {', '.join(moves)}.")


def _force(runs: Runs, case: Case, weights: Weights, reading: Reading) -> Ints:
    """The place, among the pairs of each option, of the reaction that is worst for the chooser, (options,), where what
    is fixed by hand is played as far as it makes sense; -1 where nothing is known."""
    worth = expect_worth(runs, case, weights)
    openings = np.array([name.split("+") for name in weights.reactions])[weights.pairs[:, 1]]
    actors = sorted(case.actors, key=lambda actor: actor.order)
    places = []
    for option in range(len(weights.options)):
        span = weights.span(option)
        kept = np.ones(len(worth[span]), dtype=bool)
        for actor, opened in zip(actors, openings[span].T, strict=True):
            wanted = opened == reading.fixed.get(actor.id)
            kept &= wanted if wanted.any() else True
        places.append(choose_worst(np.where(kept, worth[span], np.nan)))
    return np.array(places)


def _play(
    stakes: Stakes,
    case: Case,
    weights: Weights,
    constants: Constants,
    reading: Reading,
    forced: Ints | None,
) -> Game:
    futures = weights.futures.shape[1]
    game = Game(
        np.empty((len(weights.pairs), futures)),
        np.zeros((len(weights.options), futures), dtype=bool),
        0.0,
    )

    def play(option: int) -> float:
        span = weights.span(option)
        answer = _answer(stakes, case, weights, option, constants, reading)
        mix = weights.mix[tuple(weights.pairs[span].T)][:, None]
        shares = np.where(answer.solved, answer.shares, mix / mix.sum())
        if forced is not None and forced[option] >= 0:
            shares = np.broadcast_to(np.arange(len(shares))[:, None] == forced[option], shares.shape)
        game.chances[span] = shares
        game.unsolved[option] = ~answer.solved
        return float(np.nanmax(answer.residual, initial=0.0))

    with ThreadPoolExecutor(THREADS) as pool:
        return replace(game, residual=max(pool.map(play, range(len(weights.options))), default=0.0))


def _answer(
    stakes: Stakes, case: Case, weights: Weights, option: int, constants: Constants, reading: Reading
) -> Answer:
    """The game after one option."""
    span = weights.span(option)
    names = [weights.reactions[reaction].split("+") for reaction in weights.pairs[span, 1]]
    places = [{move.id: place for place, move in enumerate(actor.moves)} for actor in stakes.actors]
    profiles = np.array([[own[move] for own, move in zip(places, name, strict=True)] for name in names])
    mix = by_id(case.mixes)[by_id(case.options)[weights.options[option]].mix]
    count = weights.futures.shape[1]
    payoffs = np.zeros((len(stakes.actors), len(profiles), count))
    for actor, own in enumerate(stakes.payoffs):
        if own is not None:
            payoffs[actor] = own.read(span)
    anchor = mix.anchors.get(stakes.actors[0].id)
    if anchor is not None and mix.id in constants:
        payoffs[0] += constants[mix.id] * np.array([[name[0] in anchor.moves] for name in names])
    held = _hold(stakes, mix.shares, places, reading)
    turns = _list_turns(stakes)
    tables = payoffs.swapaxes(1, 2)
    if reading.how == "best":
        return solve_best(Tree(profiles, turns), tables, stakes.beliefs, held)
    return solve_quantal(Tree(profiles, turns), tables, np.stack(stakes.precision), stakes.beliefs, held)


def _hold(
    stakes: Stakes, shares: Mapping[str, Mapping[str, float]], places: Sequence[Mapping[str, int]], reading: Reading
) -> Held:
    """What is not chosen in the game: moves set by hand, and the mix of who plays for nothing."""
    held = {}
    for number, (actor, own) in enumerate(zip(stakes.actors, places, strict=True)):
        if reading.fixed.get(actor.id) in shares[actor.id]:
            held[number] = {own[reading.fixed[actor.id]]: 1.0}
        elif stakes.payoffs[number] is None or reading.how == "judged":
            held[number] = {own[move]: share for move, share in shares[actor.id].items()}
    return held


def _list_turns(stakes: Stakes) -> tuple[tuple[int, ...], ...]:
    orders = [actor.order for actor in stakes.actors]
    return tuple(tuple(i for i, own in enumerate(orders) if own == order) for order in sorted(set(orders)))


def find_mixture(weights: Weights) -> int:
    """The game that the mixture plays."""
    return weights.played[weights.views.index(MIXTURE)] if weights.played else 0
