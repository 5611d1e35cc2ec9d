"""Stochastic multicriteria acceptability: who comes first, and with which values, where facts and values are both
uncertain (SMAA-2: Lahdelma and Salminen 2001; Tervonen and Lahdelma 2007).

Each draw takes a row of weights and a future, and ranks the options by their weighted sums there. Equals share places
alike. Errors are the delete-one jackknife over replicates of futures, as everywhere: they hold the draws of the weights
and the futures together, and the draws of one future never count as independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from crossroads.analysis.estimates import Bools, Floats, Ints, find_error
from crossroads.analysis.standings import (
    GROUPS,
    MOST_THREADS,
    Standings,
    count_firsts,
    count_standings,
    deal_tasks,
    gather_futures,
)
from crossroads.errors import WeighingError
from crossroads.sampling.beliefs import effective_size
from crossroads.sampling.streams import stream


@dataclass(frozen=True, eq=False)
class Acceptability:
    """What the draws show; each has its Monte Carlo error beside it. Shares are of the draws in which the option, or
    both of two, took part; NaN where there is none. Criteria are what the weights weigh: concerns or outcomes."""

    ranks: Floats
    """Share of draws in which each option holds each place, (options, places)."""
    ranks_error: Floats
    central: Floats
    """Mean weights of the draws in which an option is first, (options, criteria): the values of a typical person who
    would choose it. NaN for an option that never is."""
    central_error: Floats
    confidence: Floats
    """Share of futures in which an option is first with its own central weights, (options,)."""
    confidence_error: Floats
    cross: Floats
    """Share of futures in which the second option is first with the central weights of the first, (options,
    options)."""
    cross_error: Floats
    wins: Floats
    """Share of draws in which the first option stands above the second, half where they are equal, 0 of itself,
    (options, options)."""
    wins_error: Floats
    entropy: float
    """How open the choice is, from 0 (one option always first) to 1 (all first equally often)."""
    rank_entropy: Floats
    """How open the place of each option is, from 0 (always the same) to 1, (options,)."""
    ran: Floats
    """Share of draws in which an option took part, (options,)."""
    mean: Floats
    """Mean of all weights, (criteria,): what central weights are compared with."""
    draws: int
    effective: float
    """Effective futures (Kish) among the draws."""


def weigh_acceptability(
    values: ArrayLike,
    weights: ArrayLike,
    futures: ArrayLike | None = None,
    replicate: ArrayLike | None = None,
    out: ArrayLike | None = None,
    threads: int = MOST_THREADS,
    central: bool = True,
) -> Acceptability:
    """SMAA-2 over `values` (futures, options, criteria), each from 0 to 1, with `weights` (draws, criteria), or one
    row (criteria,) for all draws.

    `futures` (draws,) is the future of each draw: one after the other, over and over, by default. `replicate`
    (futures,) groups futures for the errors: 16 groups by default. Where `out` (futures, options) is true an option
    ranks below all for which it is not: no trade-off past a limit. NaN values are of options that did not run: they
    are never ranked. Without `central` nobody's central weights are tried, and they are NaN. Raises WeighingError where
    the shapes do not fit.
    """
    held, rows = np.asarray(values, dtype=np.float64), np.atleast_2d(np.asarray(weights, dtype=np.float64))
    chosen = _choose_futures(futures, len(held), len(rows))
    _refuse_misfits(held, rows, chosen, out)
    groups = _group_draws(chosen, len(held), replicate)
    by_criterion = np.ascontiguousarray(_pass_over_unweighed(held, rows).transpose(0, 2, 1))
    limited = None if out is None else np.asarray(out, dtype=bool)
    tasks = deal_tasks(chosen, groups, len(rows))
    standings = count_standings(by_criterion, rows, tasks, limited, threads)
    firsts = standings.shared[:, :, :1]
    tried = _divide(standings.firsts, firsts if central else np.zeros_like(firsts))
    known: Bools = np.asarray(np.isfinite(tried.mean).all(axis=1))
    every = gather_futures(tasks, len(held))
    cross = _divide(*count_firsts(by_criterion, tried.mean[known], every, limited, threads))
    return _gather(standings, tried, cross.spread(known), rows, chosen)


def pick_futures(weights: ArrayLike, draws: int, replicate: ArrayLike | None = None) -> Ints:
    """The future of each draw, (draws,): systematic by `weights` (futures,), so that each future, and each `replicate`
    (futures,) of them, is drawn as often as its weight asks, up to one draw; in rising order.

    The weights of people must be drawn independently. Raises WeighingError where no future has any weight.
    """
    held = np.asarray(weights, dtype=np.float64)
    total = held.sum()
    if not (np.isfinite(total) and total > 0 and held.min() >= 0):
        raise WeighingError("Futures cannot be drawn: their weights are not numbers from 0, or all are 0.")
    # Replicate after replicate, and within each without pattern, so that fewer draws than futures favour no view.
    members = np.zeros(len(held)) if replicate is None else np.asarray(replicate)
    order = np.lexsort((stream(0, "futures in passing").permutation(len(held)), members))
    passed = np.floor(np.cumsum(held[order]) / total * draws + 0.5)
    times = np.empty(len(held), dtype=np.int64)
    times[order] = np.diff(np.minimum(passed, draws), prepend=0.0).astype(np.int64)
    return np.repeat(np.arange(len(held)), times)


@dataclass(frozen=True)
class Stress:
    """A concern in the values of somebody: its weight, and how many times the usual weight that is."""

    concern: str
    weight: float
    ratio: float


def list_stresses(central: ArrayLike, usual: ArrayLike, concerns: Sequence[str]) -> tuple[Stress, ...]:
    """Central weights (concerns,) beside the usual ones, such as `Acceptability.mean`, the most stressed first: who
    "puts twice the usual weight on" the first. Empty for an option that is never first."""
    found = np.asarray(central, dtype=np.float64)
    if not np.isfinite(found).all():
        return ()
    mean = np.asarray(usual, dtype=np.float64)
    ratio = np.divide(found, mean, out=np.ones_like(found), where=mean > 0)
    order = np.argsort(-ratio, kind="stable")
    return tuple(Stress(concerns[place], float(found[place]), float(ratio[place])) for place in order)


@dataclass(frozen=True)
class _Share:
    """A ratio of sums with its jackknife error."""

    mean: Floats
    error: Floats

    def spread(self, rows: Bools) -> _Share:
        """The rows where they belong, and NaN in all others."""
        mean, error = np.full((2, len(rows), *self.mean.shape[1:]), np.nan)
        mean[rows], error[rows] = self.mean, self.error
        return _Share(mean, error)


def _choose_futures(futures: ArrayLike | None, known: int, rows: int) -> Ints:
    if futures is not None:
        return np.asarray(futures, dtype=np.int64)
    return np.arange(max(rows, known)) % known


def _refuse_misfits(values: Floats, weights: Floats, futures: Ints, out: ArrayLike | None) -> None:
    if values.ndim != 3 or weights.shape[1] != values.shape[2]:
        raise WeighingError(f"Weights {weights.shape} do not fit the criteria of values {values.shape}.")
    if len(weights) not in (1, len(futures)):
        raise WeighingError(f"{len(weights)} rows of weights do not fit {len(futures)} draws of futures.")
    if not len(futures) or futures.min() < 0 or futures.max() >= len(values):
        raise WeighingError(f"Draws must name futures from 0 to {len(values) - 1}, at least one.")
    if out is not None and np.shape(out) != values.shape[:2]:
        raise WeighingError(f"Limits {np.shape(out)} do not fit futures and options {values.shape[:2]}.")


def _group_draws(futures: Ints, known: int, replicate: ArrayLike | None) -> Ints:
    """The group of each draw: that of its future, or, with one future, every sixteenth draw."""
    if replicate is not None:
        _, groups = np.unique(np.asarray(replicate), return_inverse=True)
        return np.asarray(groups[futures], dtype=np.int64)
    return np.asarray((np.arange(len(futures)) if known == 1 else futures) % GROUPS, dtype=np.int64)


def _pass_over_unweighed(values: Floats, weights: Floats) -> Floats:
    """What nobody weighs cannot make a sum unknown."""
    if not np.isnan(values.min()):
        return values
    idle = np.isnan(values).any(axis=(0, 1)) & ~(weights != 0).any(axis=0)
    return np.where(idle, 0.0, values)


def _gather(standings: Standings, central: _Share, cross: _Share, weights: Floats, futures: Ints) -> Acceptability:
    ran = standings.ran.astype(np.float64)
    ranks = _divide(standings.shared, ran[:, :, None])
    wins = _measure_wins(standings)
    total = ran.sum(axis=0)
    known = total > 0
    return Acceptability(
        ranks=ranks.mean,
        ranks_error=ranks.error,
        central=central.mean,
        central_error=central.error,
        confidence=np.diag(cross.mean).copy(),
        confidence_error=np.diag(cross.error).copy(),
        cross=cross.mean,
        cross_error=cross.error,
        wins=wins.mean,
        wins_error=wins.error,
        entropy=float(_measure_entropy(standings.shared[:, known, 0].sum(axis=0), int(known.sum()))),
        rank_entropy=np.where(known, _measure_entropy(standings.shared.sum(axis=0), int(known.sum())), np.nan),
        ran=total / len(futures),
        mean=weights.mean(axis=0),
        draws=len(futures),
        effective=float(effective_size(np.bincount(futures).astype(np.float64))),
    )


def _measure_wins(standings: Standings) -> _Share:
    wins, ties = standings.wins, standings.ties
    both = wins + wins.transpose(0, 2, 1) + ties
    found = _divide(wins + ties / 2, both.astype(np.float64))
    own = np.eye(wins.shape[1], dtype=bool) & np.isfinite(found.mean)
    return _Share(np.where(own, 0.0, found.mean), np.where(own, 0.0, found.error))


def _measure_entropy(counts: Floats, most: int) -> Floats:
    """Shannon's entropy of the shares on the last axis, over that of `most` equal ones."""
    total = counts.sum(axis=-1, keepdims=True)
    share = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
    entropy = -(share * np.log(np.where(share > 0, share, 1.0))).sum(axis=-1)
    return np.asarray(entropy / np.log(most) if most > 1 else np.zeros_like(entropy))


def _divide(above: Floats, below: Floats) -> _Share:
    """The ratio of sums over groups (the first axis), with the delete-one jackknife; NaN where nothing is held."""
    mean = _ratio(above.sum(axis=0), below.sum(axis=0))
    without = _ratio(above.sum(axis=0) - above, below.sum(axis=0) - below)
    return _Share(mean, find_error(without))


def _ratio(above: Floats, below: Floats) -> Floats:
    whole = np.broadcast_to(below, above.shape)
    return np.asarray(np.divide(above, whole, out=np.full(above.shape, np.nan), where=whole > 1e-9))
