"""How much each run counts: beliefs over futures times the chances of reactions, failed runs left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import Bools, Floats, Ints
from crossroads.case.records import Actor
from crossroads.errors import WeighingError
from crossroads.sampling.beliefs import effective_size

MIXTURE = "mixture"
"""The view in which all views count alike."""
ALL = "all"
"""In the place of a stance: all stances, as likely as they are."""
FLOOR = 32.0
"""Effective futures below which a weighing is refused."""
REPLICATE_FLOOR = 2.0
"""Effective futures in the thinnest replicate below which a weighing is refused."""


@dataclass(frozen=True)
class Shares:
    """Of one option in one future: `run` (pairs, futures) is a run's share, `stance` (options, stances, futures) that
    of a stance; both sum to 1 over what ran, and are 0 where nothing ran."""

    run: Floats
    stance: Floats


@dataclass(frozen=True)
class Weights:
    """All that weighing needs: names in order, `futures` (views, futures) with mean 1, `replicate`
    (futures,), `mix` (options, reactions), `stance_of` (reactions,), and which runs ended well, `ok` (options,
    reactions, futures).

    Where the game was solved, once for each of the beliefs under which actors play it, `chances` holds one array
    (pairs, futures) a game, how likely each reaction is in each future, and `played` the game of each view. Where it
    was not, the mix is what answers in every future.
    """

    options: tuple[str, ...]
    reactions: tuple[str, ...]
    views: tuple[str, ...]
    stances: tuple[str, ...]
    baseline: int
    futures: Floats
    replicate: Ints
    mix: Floats
    stance_of: Ints
    ok: Bools
    floors: tuple[float, ...] = ()
    """Effective futures below which each view is refused, where that is more than usual."""
    chances: tuple[Floats, ...] = ()
    played: tuple[int, ...] = ()

    @property
    def games(self) -> dict[int, list[int]]:
        """Each game to the places of the views that it is played under."""
        played = self.played or (0,) * len(self.views)
        return {game: [view for view, own in enumerate(played) if own == game] for game in sorted(set(played))}

    @cached_property
    def shares(self) -> tuple[Shares, ...]:
        """The shares of the runs that ended well, one a game."""
        mix = self.mix[tuple(self.pairs.T)][:, None]
        return tuple(self._share(chances) for chances in self.chances or (mix,))

    @cached_property
    def pairs(self) -> Ints:
        """Option and reaction of every pair that counts, (pairs, 2), option after option."""
        return np.argwhere(self.mix > 0)

    @property
    def ran(self) -> Bools:
        """Whether any run counts, (options, futures)."""
        return np.stack([ok[mix > 0].any(axis=0) for ok, mix in zip(self.ok, self.mix, strict=True)])

    def span(self, option: int) -> slice:
        """Which pairs are those of an option."""
        first, last = np.searchsorted(self.pairs[:, 0], [option, option + 1])
        return slice(int(first), int(last))

    def cut(self, span: slice) -> Weights:
        """The weights of some futures in a row."""
        return replace(
            self,
            futures=self.futures[:, span],
            replicate=self.replicate[span],
            ok=self.ok[:, :, span],
            chances=tuple(chances[:, span] for chances in self.chances),
        )

    @cached_property
    def split(self) -> tuple[Weights, ...]:
        """The weights of each game by itself, with the views that play it."""
        games = self.games
        return (self,) if len(games) == 1 else tuple(self.narrow(views) for views in games.values())

    def narrow(self, views: Sequence[int]) -> Weights:
        """The weights of some views, by their places, and of the games that these play."""
        played = [self.played[view] for view in views] if self.played else []
        kept = sorted(set(played))
        return replace(
            self,
            views=tuple(self.views[view] for view in views),
            futures=self.futures[list(views)],
            floors=tuple(self.floors[view] for view in views) if self.floors else (),
            chances=tuple(self.chances[game] for game in kept),
            played=tuple(kept.index(game) for game in played),
        )

    def play(self, chances: Sequence[Floats], played: Sequence[int]) -> Weights:
        """The same where the reactions to each option are as likely as games say: `chances` (pairs, futures) of each,
        and the game of each view."""
        return replace(self, chances=tuple(chances), played=tuple(played))

    def _share(self, chances: Floats) -> Shares:
        ok, pairs = self.ok, self.pairs
        count = ok.shape[2]
        if chances.shape[1] == 1 and count > 2 and (ok == ok[:, :, :1]).all():  # the same in every future
            run, count = self._divide(chances, ok[:, :, :1]), 1
        else:
            run = self._divide(chances, ok)
        sums = np.zeros((len(self.options) * len(self.stances), count))
        groups, starts = _find_groups(pairs[:, 0] * len(self.stances) + self.stance_of[pairs[:, 1]])
        sums[groups] = np.add.reduceat(run, starts, axis=0)
        stance = sums.reshape(len(self.options), len(self.stances), count)
        whole = (len(pairs), ok.shape[2]), (*stance.shape[:2], ok.shape[2])
        return Shares(np.broadcast_to(run, whole[0]), np.broadcast_to(stance, whole[1]))

    def _divide(self, chances: Floats, ok: Bools) -> Floats:
        """The chances of what ended well as shares of their sum over each option, (pairs, futures)."""
        held = chances * ok[tuple(self.pairs.T)]
        _, starts = _find_groups(self.pairs[:, 0])
        below = np.repeat(np.add.reduceat(held, starts, axis=0), np.diff([*starts, len(held)]), axis=0)
        shares: Floats = np.divide(held, below, out=np.zeros_like(held), where=below > 0)
        return shares


def _find_groups(group: Ints) -> tuple[Ints, Ints]:
    """The groups of pairs that stand together, and where each begins."""
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    return group[starts], starts


def find_stances(reactions: Sequence[str], actors: Sequence[Actor]) -> tuple[tuple[str, ...], Ints]:
    """The moves of the first actor in order of play, and which of them opens each reaction."""
    opening = [reaction.split("+")[0] for reaction in reactions]
    first = min(actors, key=lambda actor: actor.order) if actors else None
    declared = [move.id for move in first.moves] if first else []
    stances = tuple(dict.fromkeys([move for move in declared if move in opening] + opening))
    return stances, np.array([stances.index(move) for move in opening], dtype=np.int64)


def build_weights(
    options: Sequence[str],
    reactions: Sequence[str],
    actors: Sequence[Actor],
    baseline: str,
    views: Sequence[str],
    view_weights: Floats,
    replicate: ArrayLike,
    mix: ArrayLike,
    ok: ArrayLike,
    floors: Sequence[float] = (),
) -> Weights:
    """Weights for the mixture and each view; `view_weights` (views, futures), `ok` (options, reactions,
    futures), `floors` (views,) the effective futures that each view needs, where that is more than usual.

    Raises WeighingError where even the mixture holds too few effective futures, or no run of any option ended
    well.
    """
    stances, stance_of = find_stances(reactions, actors)
    shares_of, members = np.asarray(mix, dtype=np.float64), np.asarray(replicate, dtype=np.int64)
    futures = np.vstack([np.ones(len(members)), np.asarray(view_weights, dtype=np.float64)])
    kept = _keep_weighable(np.asarray(ok, dtype=bool), shares_of, members)
    place = list(options).index(baseline)
    names = (tuple(options), tuple(reactions), (MIXTURE, *views), stances)
    needed = (FLOOR, *floors) if floors else ()
    return Weights(*names, place, futures, members, shares_of, stance_of, kept, needed)


def measure_effective(weights: Weights) -> xr.Dataset:
    """Effective futures (Kish) by view and option, overall and in the thinnest replicate, and what is
    refused."""
    ran = weights.ran
    sizes = np.stack([find_sizes(weights.futures * row, weights.replicate) for row in ran], axis=1)
    overall, thinnest = sizes[..., 0], sizes[..., 1]
    floors = np.maximum(FLOOR, weights.floors or np.full(len(weights.views), FLOOR))
    refused = (overall < floors[:, None]) | (thinnest < REPLICATE_FLOOR)
    by_view = find_sizes(weights.futures, weights.replicate)
    dims = ("view", "option")
    return xr.Dataset(
        {
            "effective": (dims, overall),
            "thinnest": (dims, thinnest),
            "refused": (dims, refused),
            "view_effective": ("view", by_view[:, 0]),
            "view_thinnest": ("view", by_view[:, 1]),
            "view_refused": ("view", (by_view[:, 0] < floors) | (by_view[:, 1] < REPLICATE_FLOOR)),
            "view_floor": ("view", floors),
            "ran": ("option", ran.mean(axis=1)),
        },
        coords={"view": list(weights.views), "option": list(weights.options)},
        attrs={"futures": weights.futures.shape[1], "floor": FLOOR, "replicate_floor": REPLICATE_FLOOR},
    )


def find_sizes(weights: Floats, replicate: Ints) -> Floats:
    """Effective size overall and in the thinnest replicate, (views, 2)."""
    parts = [replicate == one for one in np.unique(replicate)]
    return np.array([[_count(row), min(_count(row[part]) for part in parts)] for row in weights])


def _count(weights: Floats) -> float:
    return float(effective_size(weights)) if weights.any() else 0.0


def _keep_weighable(ok: Bools, mix: Floats, replicate: Ints) -> Bools:
    """The runs that ended well, of options with enough futures; other options count as not run."""
    if not ok.any():
        raise WeighingError(
            "No run ended well, so nothing can be weighed. The reasons are in the runs' failures."
        )
    alike = np.ones((1, len(replicate)))
    whole, thinnest = find_sizes(alike, replicate)[0]
    if whole < FLOOR or thinnest < REPLICATE_FLOOR:
        raise WeighingError(
            f"{whole:.0f} futures ({thinnest:.0f} in a replicate) are too few to weigh: at least "
            f"{FLOOR:.0f} ({REPLICATE_FLOOR:.0f}) are needed. Simulate more futures."
        )
    ran = np.stack([fine[counts].any(axis=0) for fine, counts in zip(ok, mix > 0, strict=True)])
    sizes = find_sizes(alike * ran, replicate)
    weighable = (sizes[:, 0] >= FLOOR) & (sizes[:, 1] >= REPLICATE_FLOOR)
    if not weighable.any():
        raise WeighingError(
            "Every option has too few futures in which a run ended well, so nothing can be weighed. The "
            "reasons are in the runs' failures."
        )
    return np.asarray(ok & weighable[:, None, None])
