"""What the runs say of each claim: in what share of the futures its parts hold, for whom, and how surely."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from crossroads.analysis.estimates import APART, Bools, Floats, tell_apart
from crossroads.analysis.played import find_rows, weigh_played
from crossroads.analysis.propositions import Readings, list_given, measure
from crossroads.analysis.quantiles import find_quantiles
from crossroads.analysis.trust import find_first_half
from crossroads.analysis.weights import Weights
from crossroads.case.records import Case, Part

NEARLY_ALL, MOST, FEW, HARDLY_ANY = 0.9, 2 / 3, 1 / 3, 0.1
"""Shares of futures between which a verdict is read in words."""
HALF = 0.5
"""The share at which a verdict turns."""
BAND = (0.05, 0.5, 0.95)
"""Quantiles of a margin."""


class Standing(StrEnum):
    """How a part stands, beyond two errors."""

    NEARLY_ALL = "nearly all"
    MOST = "most"
    OPEN = "open"
    FEW = "few"
    HARDLY_ANY = "hardly any"
    UNTOLD = "cannot be told"
    """The error reaches over a border."""
    REFUSED = "refused"
    """Too few effective futures."""


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the runs say of one part of a claim. Arrays are by view, the mixture first; what is refused is NaN."""

    claim: str
    part: str
    views: tuple[str, ...]
    share: Floats
    """Share of the futures in which it holds."""
    error: Floats
    standings: tuple[Standing, ...]
    known: Floats
    """Share of the weight of futures in which it can be told."""
    half: Floats
    """The share in the first half of the futures, with its own error."""
    half_error: Floats
    steady: Bools
    """Whether the two differ by no more than two errors of the half."""
    stances: tuple[str, ...]
    """Openings of the first actor that make sense under every option that names none."""
    stance_share: Floats
    """(stances, views): the share given each of them."""
    stance_error: Floats
    margin: Floats
    """(views, 3): how far it is from its threshold, 5th, 50th and 95th percentile; at or above 0 where it holds."""
    units: tuple[str, ...]
    """Of what the margin is: one outcome, or percent of it; where several, margins are in their own typical sizes."""
    holds: Floats = field(repr=False)
    """(games, futures): 1, 0, or NaN where that is unknown."""
    margins: Floats = field(repr=False)
    """(games, futures)."""
    games: tuple[int, ...] = field(repr=False)
    """(views,): the row of each view."""

    @property
    def key(self) -> tuple[str, str]:
        """Claim and part."""
        return self.claim, self.part

    def row(self, view: str) -> int:
        """The game of a view, as a row of `holds` and `margins`."""
        return self.games[self.views.index(view)]


@dataclass(frozen=True, eq=False)
class Null:
    """A part beside itself where what drives it is absent. Arrays are by view; NaN where either is refused."""

    claim: str
    part: str
    views: tuple[str, ...]
    share: Floats
    error: Floats
    null_share: Floats
    null_error: Floats
    follows: Bools
    """Whether the verdict is another one there, beyond error: it follows from what was assumed."""
    stands: Bools
    """Whether the verdict is the same there. Where it neither follows nor stands, that cannot be told."""
    assumption: str


def judge_claims(
    case: Case, readings: Readings, weights: Weights, only: Collection[tuple[str, str]] | None = None
) -> tuple[Verdict, ...]:
    """A verdict on every part of every claim of which everything was read, in the order of the case, or on `only` these
    (claim, part).

    Works on any runs: those of options, of probes and of nulls. Parts that need what these runs lack are left out.
    """
    return tuple(
        _judge(claim.id, part, readings, weights)
        for claim in case.claims
        for part in claim.parts
        if (only is None or (claim.id, part.id) in only) and readings.knows(part)
    )


def compare_nulls(case: Case, verdicts: Sequence[Verdict], nulls: Sequence[Verdict]) -> tuple[Null, ...]:
    """Each part that was judged again at its null, beside what it is otherwise: whether it follows from an assumption,
    or stands without it."""
    parts = {(claim.id, part.id): part for claim in case.claims for part in claim.parts}
    own = {verdict.key: verdict for verdict in verdicts}
    return tuple(_compare(own[null.key], null, parts[null.key].assumption) for null in nulls if null.key in own)


def tell_standing(share: float, error: float) -> Standing:
    """The strongest words that hold at both ends of the share's error."""
    if not np.isfinite(share):
        return Standing.REFUSED
    reach = APART * (error if np.isfinite(error) else 1.0)
    low, high = share - reach, share + reach
    if low >= MOST:
        return Standing.NEARLY_ALL if low >= NEARLY_ALL else Standing.MOST
    if high <= FEW:
        return Standing.HARDLY_ANY if high <= HARDLY_ANY else Standing.FEW
    return Standing.OPEN if low >= FEW and high <= MOST else Standing.UNTOLD


def _judge(claim: str, part: Part, readings: Readings, weights: Weights) -> Verdict:
    truth = measure(part.holds, readings)
    holds, margins = np.atleast_2d(truth.holds), np.atleast_2d(truth.margin)
    rows, known = find_rows(weights, len(holds)), np.isfinite(holds)
    stances = tuple(stance for stance in list_given(readings.case, part) if readings.knows(part, stance))
    given = [np.atleast_2d(measure(part.holds, readings, stance).holds) for stance in stances]
    shares, errors = weigh_played(np.stack([holds, *given], axis=-1), weights)
    share, error = shares[:, 0], errors[:, 0]
    half, half_error = weigh_played(holds, weights, weights.futures * find_first_half(weights))
    margin = np.where(np.isfinite(share)[:, None], _find_band(margins, weights, rows), np.nan)
    with np.errstate(invalid="ignore"):
        steady = np.abs(half - share) <= APART * half_error + 1e-9
    return Verdict(
        claim,
        part.id,
        weights.views,
        share,
        error,
        tuple(tell_standing(*pair) for pair in zip(share, error, strict=True)),
        np.array([np.average(known[row], weights=own) for row, own in zip(rows, weights.futures, strict=True)]),
        half,
        half_error,
        steady,
        stances,
        shares[:, 1:].T,
        errors[:, 1:].T,
        margin,
        tuple(sorted(truth.units)),
        holds,
        margins,
        tuple(rows),
    )


def _find_band(margins: Floats, weights: Weights, rows: Sequence[int]) -> Floats:
    """(views, 3): quantiles of the margin of each view's own game."""
    own = [
        find_quantiles(margins[row][None], futures[None], BAND)
        for row, futures in zip(rows, weights.futures, strict=True)
    ]
    return np.stack([found[0, 0] for found in own])


def _compare(verdict: Verdict, null: Verdict, assumption: str) -> Null:
    with np.errstate(invalid="ignore"):
        product = (verdict.share - HALF) * (null.share - HALF)
        crosses, stands = product < 0, product >= 0
    apart = tell_apart(null.share - verdict.share, np.hypot(verdict.error, null.error))
    return Null(
        verdict.claim,
        verdict.part,
        verdict.views,
        verdict.share,
        verdict.error,
        null.share,
        null.error,
        np.asarray(crosses & apart),
        np.asarray(stands),
        assumption,
    )
