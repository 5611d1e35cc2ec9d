"""The smallest change of one belief that turns a verdict.

The weights of futures are tilted along one uncertainty: multiplied by exp(t z), with z its normal score (the normal
quantile of its weighted rank) for a number, and 1 for one category and 0 for the others for a choice. Of all weights
under which the mean of z is the same, tilted ones are the nearest to what was believed (Csiszár 1975), by the
Kullback-Leibler divergence, in nats. A tilt that leaves too few effective futures is no believable change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from crossroads.analysis.claims import HALF, Verdict
from crossroads.analysis.estimates import Floats, Ints
from crossroads.analysis.quantiles import find_quantiles
from crossroads.analysis.weights import FLOOR, MIXTURE, REPLICATE_FLOOR, Weights, find_sizes
from crossroads.case.distributions import Categorical
from crossroads.case.distributions.base import load_special
from crossroads.case.records import Uncertainty
from crossroads.sampling.futures import Futures

STEP, STEPS = 0.25, 12
"""The grid on which a first crossing is looked for, in units of the normal score."""
MOST = 3
"""Changes told for each verdict."""
_SPARE = 2
"""More that are worked out, in case the nearest leave too few effective futures."""
_BLOCK = 384
"""Futures that are multiplied at a time."""
_CLOSE = 1e-7
"""A share this near to one half is one half."""


@dataclass(frozen=True)
class Turn:
    """A change of one belief at which a verdict turns."""

    uncertainty: str
    category: str
    """What is believed more or less likely; empty for a number."""
    up: bool
    """Whether the number is believed to be higher, or the category likelier."""
    mean: tuple[float, float]
    """Before and after; of a category its share."""
    median: tuple[float, float]
    """Before and after; of a category NaN."""
    divergence: float
    """Kullback-Leibler divergence from what was believed, in nats: half the squared shift of a normal belief in its
    standard deviations."""
    effective: float
    """Effective futures that are left."""


@dataclass(frozen=True)
class _Score:
    """What is tilted: (futures,) scores of one uncertainty; of a category 1 and 0."""

    uncertainty: Uncertainty
    category: str
    values: Floats


@dataclass(frozen=True)
class _Candidate:
    """A tilt about where the share crosses one half, and on which side of it the tilt begins."""

    divergence: float
    score: _Score
    low: float
    high: float


def find_turns(
    verdicts: Sequence[Verdict],
    uncertainties: Sequence[Uncertainty],
    futures: Futures,
    weights: Weights,
    view: str = MIXTURE,
) -> dict[tuple[str, str], tuple[Turn, ...]]:
    """Claim and part to the smallest changes of one belief of a view that turn the verdict, the smallest first and one
    an uncertainty; none where no believable change of one belief does, or the verdict is refused."""
    row = weights.views.index(view)
    belief = weights.futures[row] / weights.futures[row].sum()
    floor = max(FLOOR, weights.floors[row] if weights.floors else 0.0)
    asked = [verdict for verdict in verdicts if np.isfinite(verdict.share[row])]
    found: dict[tuple[str, str], tuple[Turn, ...]] = {verdict.key: () for verdict in verdicts}
    if not asked:
        return found
    table = _Table.of(np.stack([verdict.holds[verdict.row(view)] for verdict in asked], axis=1), belief)
    nearest: list[list[_Candidate]] = [[] for _ in asked]
    for score in _list_scores(uncertainties, futures, belief):
        for place, candidate in _find_crossings(score, table):
            nearest[place].append(candidate)
    limits = _Limits(floor, weights.replicate)
    for place, verdict in enumerate(asked):
        best = _list_nearest(nearest[place])
        turns = [turn for one in best if (turn := _turn(one, table, place, limits, futures)) is not None]
        found[verdict.key] = tuple(sorted(turns, key=lambda turn: turn.divergence)[:MOST])
    return found


def find_score(values: Floats, belief: Floats) -> Floats:
    """(futures,): the normal quantile of the middle of each value's weighted rank, equals together; 0 where weights are
    0 or all values are equal. `belief` sums to 1."""
    levels, place = np.unique(values, return_inverse=True)
    mass = np.bincount(place, belief, len(levels))
    middle = np.cumsum(mass) - 0.5 * mass
    scores = load_special().ndtri(np.clip(middle, 1e-12, 1 - 1e-12))[place]
    return np.asarray(np.where(belief > 0, scores, 0.0))


def tilt_weights(belief: Floats, score: Floats, tilt: float) -> Floats:
    """(futures,): the weights multiplied by exp(tilt score), summing to 1."""
    power = tilt * score
    tilted = belief * np.exp(power - power.max())
    return np.asarray(tilted / tilted.sum())


def find_divergence(tilted: Floats, belief: Floats) -> float:
    """Kullback-Leibler divergence of weights from what was believed, in nats; both sum to 1."""
    held = tilted > 0
    return float(np.sum(tilted[held] * np.log(tilted[held] / belief[held])))


@dataclass(frozen=True)
class _Table:
    """Whether each verdict holds, unknown as 0, and whether it is known, (futures, verdicts); None where all is."""

    belief: Floats
    holds: Floats
    known: Floats | None

    @classmethod
    def of(cls, holds: Floats, belief: Floats) -> _Table:
        """From holds with NaN."""
        known = np.isfinite(holds)
        return cls(belief, np.where(known, holds, 0.0), None if known.all() else known.astype(np.float64))

    def weigh(self, tilted: Floats) -> Floats:
        """Shares less one half under rows of weights (rows, futures): (rows, verdicts)."""
        below = tilted.sum(axis=1, keepdims=True) if self.known is None else _multiply(tilted, self.known)
        return np.asarray(_multiply(tilted, self.holds) / np.maximum(below, 1e-300) - HALF)

    def weigh_one(self, tilted: Floats, place: int) -> float:
        """The share less one half of one verdict under weights (futures,)."""
        below = 1.0 if self.known is None else float(tilted @ self.known[:, place])
        return float(tilted @ self.holds[:, place]) / max(below, 1e-300) - HALF


def _multiply(rows: Floats, columns: Floats) -> Floats:
    """The matrix product, in blocks so small that they stay on one thread: threads that wait cost more than they
    spare."""
    parts = (slice(first, first + _BLOCK) for first in range(0, len(columns), _BLOCK))
    return np.asarray(sum(rows[:, part] @ columns[part] for part in parts))


@dataclass(frozen=True)
class _Limits:
    """What effective futures must not fall below."""

    floor: float
    replicate: Ints

    def measure(self, tilted: Floats) -> float | None:
        """Effective futures; none where they are too few."""
        overall, thinnest = find_sizes(tilted[None], self.replicate)[0]
        return float(overall) if overall >= self.floor and thinnest >= REPLICATE_FLOOR else None


def _list_scores(uncertainties: Sequence[Uncertainty], futures: Futures, belief: Floats) -> Iterator[_Score]:
    """What can be tilted: numbers that vary, and each category of choices."""
    known = {one.id: one for one in uncertainties}
    for name in futures.names:
        values, one = futures.column(name), known[name]
        held = values[belief > 0]
        if not len(held) or (held == held[0]).all():
            continue
        if isinstance(one.distribution, Categorical):
            codes = [code for code in np.unique(held).astype(int)]
            for code in codes[1:] if len(codes) == 2 else codes:
                yield _Score(one, one.distribution.names[code], (values == code).astype(np.float64))
        else:
            yield _Score(one, "", find_score(values, belief))


def _find_crossings(score: _Score, table: _Table) -> Iterator[tuple[int, _Candidate]]:
    """Each verdict that the score can turn, with where: the first crossing upwards and downwards."""
    if score.category:
        yield from _cross_category(score, table)
        return
    for sign in (1.0, -1.0):
        tilted = np.empty((STEPS + 1, len(table.belief)))
        tilted[0], factor = table.belief, np.exp(sign * STEP * score.values)
        for step in range(STEPS):
            np.multiply(tilted[step], factor, out=tilted[step + 1])
        shares, sums = table.weigh(tilted), tilted.sum(axis=1)
        means = np.einsum("tf,f->t", tilted, score.values) / sums
        tilts = sign * STEP * np.arange(STEPS + 1)
        divergences = tilts * means - np.log(sums)
        crossed = shares[1:] * shares[0] <= 0
        for place in np.flatnonzero(crossed.any(axis=0)):
            step = int(crossed[:, place].argmax())
            part = abs(shares[step, place]) / max(abs(shares[step, place]) + abs(shares[step + 1, place]), 1e-300)
            divergence = (1 - part) * divergences[step] + part * divergences[step + 1]
            yield int(place), _Candidate(float(divergence), score, tilts[step], tilts[step + 1])


def _cross_category(score: _Score, table: _Table) -> Iterator[tuple[int, _Candidate]]:
    """Where the share of a category must be for the share of futures to be one half: in closed form."""
    inside = table.belief * score.values
    believed = inside.sum()
    shares = table.weigh(np.stack([inside, table.belief - inside]))
    for place, (within, without) in enumerate(shares.T):
        needed = without / (without - within) if within != without else np.nan
        if 0 < needed < 1:
            divergence = needed * np.log(needed / believed) + (1 - needed) * np.log((1 - needed) / (1 - believed))
            tilt = np.log(needed / (1 - needed)) - np.log(believed / (1 - believed))
            yield place, _Candidate(float(divergence), score, float(tilt), float(tilt))


def _list_nearest(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """The nearest of each uncertainty, and of these the nearest few."""
    found: dict[str, _Candidate] = {}
    for candidate in sorted(candidates, key=lambda one: one.divergence):
        found.setdefault(candidate.score.uncertainty.id, candidate)
    return list(found.values())[: MOST + _SPARE]


def _turn(candidate: _Candidate, table: _Table, place: int, limits: _Limits, futures: Futures) -> Turn | None:
    """The change itself; none where it leaves too few effective futures."""
    score = candidate.score
    tilt = _close_in(candidate, table, place)
    tilted = tilt_weights(table.belief, score.values, tilt)
    effective = limits.measure(tilted)
    if effective is None:
        return None
    both = np.stack([table.belief, tilted])
    values = score.values if score.category else futures.column(score.uncertainty.id)
    means = both @ values
    medians = [np.nan, np.nan] if score.category else find_quantiles(values[None], both, (0.5,))[:, 0, 0]
    return Turn(
        score.uncertainty.id,
        score.category,
        tilt > 0,
        (float(means[0]), float(means[1])),
        (float(medians[0]), float(medians[1])),
        find_divergence(tilted, table.belief),
        effective,
    )


def _close_in(candidate: _Candidate, table: _Table, place: int) -> float:
    """The tilt at which the share is one half, by regula falsi with the Illinois rule."""
    score, low, high = candidate.score.values, candidate.low, candidate.high
    if low == high:
        return low

    def see(tilt: float) -> float:
        return table.weigh_one(tilt_weights(table.belief, score, tilt), place)

    at_low, at_high = see(low), see(high)
    for _ in range(40):
        middle = high - at_high * (high - low) / (at_high - at_low) if at_high != at_low else 0.5 * (low + high)
        found = see(middle)
        if abs(found) < _CLOSE:
            return middle
        if found * at_high < 0:
            low, at_low = high, at_high
        else:
            at_low *= 0.5
        high, at_high = middle, found
    return high
