"""What carries a verdict: the uncertainties that its margin goes with, and how good the evidence behind them is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from crossroads.analysis.claims import Verdict
from crossroads.analysis.estimates import ROUNDING, Floats
from crossroads.analysis.influence import relate_all
from crossroads.case.records import Case, Evidence, Uncertainty, by_id
from crossroads.sampling.futures import Futures

LEAST = 0.01
"""Share of the ranks' variance below which an uncertainty contributes nothing."""
COVERED = 0.8
"""The strongest that together make up this share of all contributions carry the verdict."""
_STRENGTHS = re.compile(r"[A-J]")


@dataclass(frozen=True)
class Carrier:
    """An uncertainty that a verdict rests on."""

    uncertainty: str
    strength: float
    """Squared rank correlation with the margin, or eta squared of its ranks for a choice; futures count alike."""
    error: float
    correlation: float
    """Above 0 where more of it makes the claim hold; NaN for a choice."""
    grade: str
    """Letter of the best entry that it cites, an entry being as weak as its weakest letter; J where it cites none."""
    entries: tuple[str, ...]
    """Ids of the evidence that it cites."""
    status: str
    """Of the entry that gives the grade."""
    contested: str
    judged: bool
    """Whether its range is our own judgement, or all that it cites is."""


@dataclass(frozen=True)
class Ground:
    """What a verdict rests on."""

    carriers: tuple[Carrier, ...]
    """The strongest first; empty where nothing goes with it beyond Monte Carlo error."""
    grade: str
    """That of the weakest of them; empty without any."""
    judged: float
    """Share of all contributions that rests on judgement; NaN without any."""


def find_grounds(case: Case, verdicts: Sequence[Verdict], futures: Futures) -> dict[tuple[str, str], Ground]:
    """Claim and part to what carries its verdict, in the mixture's game; futures count alike."""
    if not verdicts:
        return {}
    known = by_id(case.uncertainties)
    drawn = [known[name] for name in futures.names]
    targets = np.stack([verdict.margins[verdict.games[0]] for verdict in verdicts], axis=1)
    related = relate_all(futures.values, drawn, _tidy(targets), futures.replicate)
    strength = np.where(related["clear"], np.nan_to_num(related["strength"]), 0.0)
    strength[strength < LEAST] = 0.0
    found = {}
    for place, verdict in enumerate(verdicts):
        order = [row for row in np.argsort(-strength[:, place], kind="stable") if strength[row, place] > 0]
        own = {name: part[:, place] for name, part in related.items()}
        found[verdict.key] = _join([_describe(case, drawn[row], own, int(row)) for row in order])
    return found


def _tidy(margins: Floats) -> Floats:
    """Margins (futures, verdicts) to be ranked: what differs by rounding alone is equal, the endless is furthest."""
    sizes = np.abs(np.where(np.isfinite(margins), margins, 0.0))
    largest, typical = sizes.max(axis=0), np.quantile(sizes, 0.9, axis=0)
    grain = 10 * ROUNDING * np.where(typical > 0, typical, np.where(largest > 0, largest, 1.0))
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(margins), np.sign(margins) * (2 * largest + 1), np.round(margins / grain) * grain)


def grade_entry(entry: Evidence) -> str:
    """The weakest letter of its strength."""
    return max(_STRENGTHS.findall(entry.strength), default="J")


def _describe(case: Case, one: Uncertainty, related: Mapping[str, Floats], row: int) -> Carrier:
    ledger = by_id(case.evidence)
    cited = [ledger[name] for name in one.evidence if name in ledger]
    best = min(cited, key=grade_entry, default=None)
    judged = one.basis == "judgement" or all(entry.status == "judgement" for entry in cited)
    return Carrier(
        one.id,
        float(related["strength"][row]),
        float(related["error"][row]),
        float(related["correlation"][row]),
        grade_entry(best) if best else "J",
        tuple(entry.id for entry in cited),
        best.status if best else "judgement",
        one.contested,
        judged,
    )


def _join(contributing: Sequence[Carrier]) -> Ground:
    """The fewest of the strongest that make up enough of all contributions, `contributing` being sorted."""
    strengths = np.array([one.strength for one in contributing])
    total = float(strengths.sum())
    if not total:
        return Ground((), "", np.nan)
    enough = int(np.searchsorted(np.cumsum(strengths) / total, COVERED - 1e-12)) + 1
    carriers = tuple(contributing[:enough])
    judged = sum(one.strength for one in contributing if one.judged)
    return Ground(carriers, max(one.grade for one in carriers), judged / total)
