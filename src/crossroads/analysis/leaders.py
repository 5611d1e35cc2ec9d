"""Who comes first under the values of each stakeholder, as far as Monte Carlo error can tell, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis.estimates import APART
from crossroads.analysis.finding import Finding
from crossroads.analysis.values import EVERY, LIMITED, MEASURED, Worths, list_weighing
from crossroads.analysis.weights import MIXTURE
from crossroads.case.records import Case, Stakeholder, by_id

HALF = 0.5
EQUAL = 1e-9
"""Shares that differ by less are equal."""
CHANGES = {MEASURED: "without judgement indices", LIMITED: "without trade-offs past their limits"}
METHOD = (
    "Stochastic acceptability (SMAA-2): each draw takes weights as far as they are known and a future of its own. "
    "Changes count as on the scales of the case; errors by the jackknife over replicates of futures."
)
CAVEAT = "Weights and scales are judgements, and what no outcome speaks for moves no place."


@dataclass(frozen=True)
class Leader:
    """The option that comes first in the largest share of draws, and the `rivals` of which Monte Carlo error cannot
    tell it apart, in the order of their shares."""

    option: str
    share: float
    error: float
    rivals: tuple[str, ...]

    @property
    def group(self) -> frozenset[str]:
        """All that may lead."""
        return frozenset((self.option, *self.rivals))

    @property
    def clear(self) -> bool:
        """Whether it leads beyond error."""
        return not self.rivals

    @property
    def settled(self) -> bool:
        """Whether it leads, and in more than half of the draws beyond error."""
        return self.clear and self.share - APART * self.error > HALF

    def differs(self, other: Leader) -> bool:
        """Whether another leads there, beyond error."""
        return not self.group & other.group


def find_leader(cell: xr.Dataset) -> Leader | None:
    """Who leads by `first` and `error` (option,); None where nothing is known or all are first equally often.

    The error of a difference is at most the sum of both errors, and near it where two options take first places from
    each other: that sum is taken.
    """
    first, error = cell["first"].to_numpy(), cell["error"].to_numpy()
    order = [int(place) for place in np.argsort(-first, kind="stable") if np.isfinite(first[place])]
    if not order or first[order[0]] - first[order[-1]] <= EQUAL:
        return None
    top, *others = order
    beyond = first[top] - first > np.maximum(APART * (error[top] + error), EQUAL)
    names = [str(name) for name in cell["option"].to_numpy()]
    rivals = tuple(names[place] for place in others if not beyond[place])
    return Leader(names[top], float(first[top]), float(error[top]), rivals)


def find_leaders(worths: Worths, view: str = MIXTURE, basis: str = EVERY) -> dict[str, Leader]:
    """Stakeholder to who leads; those for whom nobody does are left out."""
    if not worths.people.sizes["stakeholder"]:
        return {}
    given = worths.people.sel(view=view, basis=basis)
    found = {str(one): find_leader(given.sel(stakeholder=one)) for one in given["stakeholder"].to_numpy()}
    return {one: leader for one, leader in found.items() if leader is not None}


def tell_worths(case: Case, worths: Worths | None) -> Iterator[Finding]:
    """For whom one option leads and for whom the choice is open, what indices and limits change, and whether our own
    rule held to its order."""
    if worths is None:
        return
    leaders = find_leaders(worths)
    people = [one for one in list_weighing(case) if one.id in leaders]
    if people:
        yield _tell_settled(case, people, leaders)
        yield from _tell_open(people, leaders)
        for basis, words in CHANGES.items():
            yield from _tell_changed(people, leaders, find_leaders(worths, basis=basis), words)
    yield from _tell_turned(case, worths)


def _tell_settled(case: Case, people: Sequence[Stakeholder], leaders: dict[str, Leader]) -> Finding:
    names = {option.id: option.name for option in case.options}
    settled = [one for one in people if leaders[one.id].settled]
    led: dict[str, list[str]] = {}
    for one in settled:
        led.setdefault(leaders[one.id].option, []).append(_call(one))
    said = "; ".join(f"{names[option]} for {', '.join(who)}" for option, who in led.items())
    sentence = (
        f"For {len(settled)} of {len(people)} stakeholders one option comes first in more than half of the draws of "
        f"their values and the futures{f': {said}' if said else ''}."
    )
    return _find(sentence, people, float(len(settled)))


def _tell_open(people: Sequence[Stakeholder], leaders: dict[str, Leader]) -> Iterator[Finding]:
    still = [one for one in people if not leaders[one.id].settled]
    if still:
        who = ", ".join(map(_call, still))
        sentence = f"The choice is open for {who}: no option comes first in more than half of the draws beyond error."
        yield _find(sentence, still, float(len(still)))


def _tell_changed(
    people: Sequence[Stakeholder], leaders: dict[str, Leader], others: dict[str, Leader], words: str
) -> Iterator[Finding]:
    changed = [one for one in people if one.id in others and leaders[one.id].differs(others[one.id])]
    if changed:
        who = ", ".join(map(_call, changed))
        yield _find(f"Another option leads {words} for {who}.", changed, float(len(changed)))


def _tell_turned(case: Case, worths: Worths) -> Iterator[Finding]:
    turned = worths.methods["reversals"].to_numpy()
    if turned.any():
        known = by_id(case.stakeholders)
        who = [known[str(one)] for one in worths.methods["stakeholder"].to_numpy()[turned > 0]]
        sentence = (
            f"The weighted sum turned the order of two options {int(turned.sum())} times when others were dropped, "
            "made worse or offered twice, which it must not: do not trust its places."
        )
        yield _find(sentence, who, float(turned.sum()), "turns")


def _call(one: Stakeholder) -> str:
    """A stakeholder in a list: in quotes where its name holds a comma."""
    return f"“{one.name}”" if "," in one.name else one.name


def _find(sentence: str, people: Sequence[Stakeholder], value: float, unit: str = "stakeholders") -> Finding:
    references = tuple(dict.fromkeys(name for one in people for name in one.evidence))
    return Finding(
        sentence, value=value, unit=unit, method=METHOD, references=references, caveat=CAVEAT, topic="values"
    )
