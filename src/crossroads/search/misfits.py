"""Whether the claims of a case fit its model: what they switch off is there, and what they then read."""

from __future__ import annotations

from collections.abc import Iterator

from crossroads.case.clauses import list_clauses
from crossroads.case.lookup import Locate
from crossroads.case.records import Case, Part
from crossroads.errors import Problem
from crossroads.simulation.contract import Mechanism, Model
from crossroads.simulation.models import AnyModel


def find_claim_misfits(case: Case, model: AnyModel, locate: Locate) -> list[Problem]:
    """Mechanisms that claims switch off and the model lacks, and outcomes that it does not give while they are off."""
    known = {each.name: each for each in model.mechanisms} if isinstance(model, Model) else {}
    return sorted(
        problem
        for claim in case.claims
        for i, part in enumerate(claim.parts)
        for problem in _find_misfits(claim.id, f"parts.{i}", part, known, locate)
    )


def _find_misfits(claim: str, at: str, part: Part, known: dict[str, Mechanism], locate: Locate) -> Iterator[Problem]:
    for i, name in enumerate(part.without):
        if name not in known:
            way_out = f"Name one of {', '.join(known) or 'none: this model has no mechanisms'}."
            yield Problem(locate("claims", claim, f"{at}.without.{i}"), f'the model has no mechanism "{name}"', way_out)
    silent = {each.name: name for name in part.without if name in known for each in known[name].outcomes}
    for outcome, field in _list_outcomes(part):
        if outcome in silent:
            what = f'"{outcome}" is not there while the mechanism "{silent[outcome]}" is off'
            yield Problem(locate("claims", claim, f"{at}.{field}"), what, "Take away something else, or by a null.")


def _list_outcomes(part: Part) -> Iterator[tuple[str, str]]:
    """Every outcome that a part reads, with its field."""
    for clause, field in list_clauses(part.holds):
        if clause.outcome is not None:
            yield clause.outcome, f"{field}.outcome"
        for kind, terms in (("sum", clause.sum), ("share_of", clause.share_of)):
            for i, term in enumerate(terms):
                if term.outcome is not None:
                    yield term.outcome, f"{field}.{kind}.{i}.outcome"
