"""Rules on what is shown together: factors, what no data settle, and who can consent."""

from __future__ import annotations

from collections.abc import Iterator

from crossroads.case.lookup import Lookup
from crossroads.errors import Problem

_KIND = "factors"


def find_wrong_members(look: Lookup) -> Iterator[Problem]:
    """Factors are made of uncertainties of the case, each in one of them at most."""
    owners: dict[str, str] = {}
    for factor in look.case.factors:
        names = [(name, f"of.{i}") for i, name in enumerate(factor.of)]
        yield from look.find_unknown(names, "uncertainties", _KIND, factor.id, "uncertainty")
        for name, field in names:
            if name in owners:
                what = f'"{name}" is in the factor "{owners[name]}" already'
                yield look.problem(_KIND, factor.id, field, what, "Keep it in one of them, once.")
            owners.setdefault(name, factor.id)


def find_unknown_doubts(look: Lookup) -> Iterator[Problem]:
    """What no data settle are uncertainties of the case, each named once."""
    named = look.case.cannot_tell
    names = [(name, f"cannot_tell.{i}") for i, name in enumerate(named)]
    yield from look.find_unknown(names, "uncertainties", "case", "", "uncertainty")
    for i, (name, field) in enumerate(names):
        if name in named[:i]:
            yield look.problem("case", "", field, f'"{name}" is named twice', "Name it once.")


def find_late_consent(look: Lookup) -> Iterator[Problem]:
    """Consent is the opening of whoever answers first."""
    first = min((actor.order for actor in look.case.actors), default=0)
    for actor in look.case.actors:
        for move in actor.moves:
            if move.consents and actor.order > first:
                what = f'"{move.id}" consents, but {actor.id} does not answer first'
                yield look.problem("actors", actor.id, f"moves.{move.id}.consents", what, "Leave it out here.")


RULES = (find_wrong_members, find_unknown_doubts, find_late_consent)
