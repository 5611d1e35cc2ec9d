"""What the game says of each option: how likely each opening is, in which futures that changes, and what consent would
take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import xarray as xr
from scipy.stats import rankdata

from crossroads.analysis.estimates import Bools, Floats, estimate
from crossroads.analysis.finding import Finding
from crossroads.analysis.payoffs import read_points
from crossroads.analysis.quantiles import find_quantiles
from crossroads.analysis.strategies import LEAST, Game, Strategies, find_mixture, find_odds, find_points
from crossroads.analysis.weights import Weights
from crossroads.case.records import Actor, Case, Valued, by_id
from crossroads.sampling.futures import Futures

SPREAD = (0.1, 0.9)
EVEN = 1.0
"""Log odds between the likeliest and the least likely opening below which odds are near even by construction."""
EVEN_ODDS = 0.5
JOIN = "."
METHOD = (
    "Agent quantal response (McKelvey and Palfrey 1998) by backward recursion over the order of play, on expected "
    "payoffs."
)


def name_opening(actor: str, move: str) -> str:
    """The id of a move of an actor among all openings."""
    return f"{actor}{JOIN}{move}"


def describe_openings(strategies: Strategies, case: Case, weights: Weights, futures: Futures) -> xr.Dataset:
    """By view, option and opening (actor.move): mean `chance` and its Monte Carlo `error`, `low` and `high` over
    futures, `likeliest`, the share of futures in which no other opening of the actor is likelier, and `judged`, the
    share in the mix; by actor, `even`, the share of futures in which its odds are near even by construction.

    By option: `needed`, the points by which consent would have to be worth more to be as likely as not (below 0 where
    it is likelier), where the first actor chooses by itself, and `equals`, the change of each outcome that the first
    actor values that is worth as much to it at its mean weight; `pull`, the rank correlation of the chance of the
    likeliest opening with each uncertainty that the first actor's payoff reads; `unsolved`, the share of games. NaN: it
    makes no sense under the option, or no number of points is enough. `residual` is the largest of all games.
    """
    actors = strategies.stakes.actors
    names = [(actor, move.id) for actor in actors for move in actor.moves]
    parts = []
    for game, views in weights.games.items():
        own = weights.narrow(views)
        parts.append(_describe_game(strategies.games[game], own, actors))
    coords = {"option": list(weights.options), "opening": [name_opening(one.id, move) for one, move in names]}
    joined = xr.concat(parts, dim="view").sel(view=list(weights.views)).assign_coords(coords)
    mixes, options = by_id(case.mixes), by_id(case.options)
    judged = [
        [mixes[options[one].mix].shares[actor.id].get(move, np.nan) for actor, move in names] for one in weights.options
    ]
    mixture = strategies.games[find_mixture(weights)]
    payoff = actors[0].payoff if actors else None
    doubts = list(payoff.doubts) if payoff else []
    ran = weights.ran.any(axis=1)
    needed = np.array([_find_needed(strategies, mixture, weights, one) for one in range(len(weights.options))])
    per_point = np.array([_measure_point(one, futures) for one in payoff.values] if payoff else [])
    joined.attrs["residual"] = max(game.residual for game in strategies.games)
    return joined.assign(
        judged=(("option", "opening"), np.array(judged).reshape(len(weights.options), len(names))),
        needed=("option", needed),
        equals=(("option", "valued"), needed[:, None] * per_point),
        pull=(("option", "doubt"), _find_pull(mixture, weights, futures, doubts)),
        unsolved=("option", np.where(ran, mixture.unsolved.mean(axis=1), np.nan)),
    ).assign_coords(doubt=doubts, valued=[one.outcome for one in payoff.values] if payoff else [])


def _measure_point(valued: Valued, futures: Futures) -> float:
    """The change that is worth a point, in the unit of the outcome; NaN where none is."""
    weight = float(read_points(valued.weight, futures).mean())
    return (valued.best - valued.worst) / weight if weight else float("nan")


def read_chances(game: Game, weights: Weights, actors: Sequence[Actor], option: int) -> Floats:
    """The chance of each opening of every actor after one option, (futures, openings); NaN where it makes no sense."""
    span = weights.span(option)
    played = [weights.reactions[reaction].split("+") for reaction in weights.pairs[span, 1]]
    openings = [(place, move.id) for place, actor in enumerate(actors) for move in actor.moves]
    chances = np.full((weights.futures.shape[1], len(openings)), np.nan)
    for number, (place, move) in enumerate(openings):
        mine = [profile[place] == move for profile in played]
        if any(mine):
            chances[:, number] = game.chances[span][mine].sum(axis=0)
    return chances


def _describe_game(game: Game, weights: Weights, actors: Sequence[Actor]) -> xr.Dataset:
    """One option at a time, so that little is held."""
    every = range(len(weights.options))
    parts = [_describe_option(read_chances(game, weights, actors, option), weights, actors) for option in every]
    return xr.concat(parts, dim="option").transpose("view", "option", ...)


def _describe_option(chances: Floats, weights: Weights, actors: Sequence[Actor]) -> xr.Dataset:
    found = estimate(chances, weights.futures, weights.replicate)
    spread = find_quantiles(chances.T, weights.futures, SPREAD)
    cell = ("view", "opening")
    return xr.Dataset(
        {
            "chance": (cell, found.mean),
            "error": (cell, found.error),
            "low": (cell, spread[..., 0]),
            "high": (cell, spread[..., 1]),
            "likeliest": (cell, _share_likeliest(chances, weights, actors)),
            "even": (("view", "actor"), _share_even(chances, weights, actors)),
        },
        coords={"view": list(weights.views), "actor": [actor.id for actor in actors]},
    )


def _list_spans(actors: Sequence[Actor]) -> list[slice]:
    ends = np.cumsum([0, *(len(actor.moves) for actor in actors)])
    return [slice(int(first), int(last)) for first, last in pairwise(ends)]


def _share_likeliest(chances: Floats, weights: Weights, actors: Sequence[Actor]) -> Floats:
    """Share of futures in which an opening is the likeliest of its actor, equals sharing alike."""
    result = np.full_like(chances, np.nan)
    for span in _list_spans(actors):
        own = chances[..., span]
        top = np.nanmax(own, axis=-1, keepdims=True, initial=-1)
        best: Bools = own >= top - 1e-12
        share = best / np.maximum(best.sum(axis=-1, keepdims=True), 1)
        result[..., span] = np.where(np.isfinite(own), share, np.nan)
    return estimate(result, weights.futures, weights.replicate).mean


def _share_even(chances: Floats, weights: Weights, actors: Sequence[Actor]) -> Floats:
    """Share of futures in which the openings of an actor are nearly as likely as one another, (views, actors);
    NaN where it has one alone, or plays for nothing."""
    found = []
    for actor, span in zip(actors, _list_spans(actors), strict=True):
        own = np.log(np.maximum(chances[..., span], LEAST))
        gap = np.nanmax(own, axis=-1, initial=-np.inf) - np.nanmin(own, axis=-1, initial=np.inf)
        chosen = (np.isfinite(own).sum(axis=-1) > 1) & (actor.payoff is not None)
        found.append(np.where(chosen, gap < EVEN, np.nan))
    return estimate(np.stack(found, axis=-1), weights.futures, weights.replicate).mean


def _find_needed(strategies: Strategies, game: Game, weights: Weights, option: int) -> float:
    """Points that consent lacks to be as likely as not, in the mixture."""
    first, *others = strategies.stakes.actors
    alone = all(other.order != first.order for other in others)
    chooses = strategies.reading.how == "quantal" and first.id not in strategies.reading.fixed
    if first.payoff is None or not alone or not chooses:
        return float("nan")
    odds = find_odds(game, weights, option, [move.id for move in first.moves if move.consents])
    return find_points(odds, strategies.stakes.precision[0], EVEN_ODDS)


def _find_pull(game: Game, weights: Weights, futures: Futures, doubts: Sequence[str]) -> Floats:
    """Rank correlation over futures, all alike, (options, doubts)."""
    result = np.full((len(weights.options), len(doubts)), np.nan)
    ranks = np.array([rankdata(futures.column(name)) for name in doubts])
    for option in range(len(weights.options)):
        span = weights.span(option)
        stances = weights.stance_of[weights.pairs[span, 1]]
        chances = np.stack([game.chances[span][stances == one].sum(axis=0) for one in np.unique(stances)])
        top = chances[chances.mean(axis=1).argmax()]
        if len(chances) > 1 and np.ptp(top) > 0 and len(doubts):
            result[option] = np.corrcoef(rankdata(top), ranks)[0, 1:]
    return result


def tell_openings(case: Case, found: xr.Dataset | None) -> Iterator[Finding]:
    """What is odd about the game: games that were not solved, and odds that are near even by construction."""
    if found is None:
        return
    lost = float(found["unsolved"].mean())
    if lost > 0:
        yield Finding(
            f"In {lost:.1%} of games no equilibrium was found; there the judged shares answer.",
            value=lost,
            topic="trust",
            method=METHOD,
        )
    actors = by_id(case.actors)
    for actor in found["actor"].to_numpy():
        even = float(found["even"].sel(actor=actor).isel(view=0).mean())
        if even > EVEN_ODDS:
            yield Finding(
                f"{actors[str(actor)].name}: in {even:.0%} of futures, over all options, its openings are nearly as "
                "likely as one another by construction: it chooses too bluntly, or the openings are worth too much the "
                "same, for the game to tell them apart.",
                value=even,
                topic="trust",
                method=METHOD,
            )
