"""How much each run counts: beliefs over futures times judged shares over reactions, failed runs left out."""

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
"""In the place of a stance: all stances, by their judged shares."""
FLOOR = 32.0
"""Effective futures below which a weighing is refused."""
REPLICATE_FLOOR = 2.0
"""Effective futures in the thinnest replicate below which a weighing is refused."""


@dataclass(frozen=True)
class Shares:
    """Of one option and future: `within` (options, reactions, futures) is a run's share of its stance,
    `stance` (options, stances, futures) a stance's share; both sum to 1 over what ran, and are 0 where
    nothing ran."""

    within: Floats
    stance: Floats

    @property
    def ran(self) -> Bools:
        """Whether any run counts, (options, futures)."""
        return np.asarray(self.stance.sum(axis=1) > 0)


@dataclass(frozen=True)
class Weights:
    """All that weighing needs: names in order, `futures` (views, futures) with mean 1, `replicate`
    (futures,), `mix` (options, reactions), `stance_of` (reactions,), and which runs ended well, `ok` (options,
    reactions, futures)."""

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

    @cached_property
    def shares(self) -> Shares:
        """The shares of the runs that ended well."""
        return share_runs(self.mix, self.ok, self.stance_of, len(self.stances))

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
            self, futures=self.futures[:, span], replicate=self.replicate[span], ok=self.ok[:, :, span]
        )

    def runs(self, option: int) -> Floats:
        """Share of each run of an option within its future, (reactions, futures)."""
        held = self.given(option)
        return np.asarray(held.within[0] * held.stance[0][self.stance_of])

    def given(self, option: int) -> Shares:
        """The shares of one option alone."""
        one = slice(option, option + 1)
        return share_runs(self.mix[one], self.ok[one], self.stance_of, len(self.stances))


def find_stances(reactions: Sequence[str], actors: Sequence[Actor]) -> tuple[tuple[str, ...], Ints]:
    """The moves of the first actor in order of play, and which of them opens each reaction."""
    opening = [reaction.split("+")[0] for reaction in reactions]
    first = min(actors, key=lambda actor: actor.order) if actors else None
    declared = [move.id for move in first.moves] if first else []
    stances = tuple(dict.fromkeys([move for move in declared if move in opening] + opening))
    return stances, np.array([stances.index(move) for move in opening], dtype=np.int64)


def share_runs(mix: Floats, ok: ArrayLike, stance_of: Ints, stances: int) -> Shares:
    """Shares over the runs that are `ok` (options, reactions, futures), renormalised within each future."""
    known = np.asarray(ok)
    count = known.shape[2]
    if count > 2 and (known == known[:, :, :1]).all():  # the same in every future, and held once
        two = share_runs(mix, known[:, :, :2], stance_of, stances)
        whole = (np.broadcast_to(part[..., :1], (*part.shape[:2], count)) for part in (two.within, two.stance))
        return Shares(*whole)
    held = mix[:, :, None] * known
    member = np.arange(stances)[:, None] == stance_of
    of_stance = np.einsum("sr,orf->osf", member.astype(np.float64), held)
    whole = of_stance.sum(axis=1, keepdims=True)
    below = of_stance[:, stance_of]
    within = np.divide(held, below, out=np.zeros_like(held), where=below > 0)
    stance = np.divide(of_stance, whole, out=np.zeros_like(of_stance), where=whole > 0)
    return Shares(within, stance)


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
