"""Rules on rank correlations: who may move together, and that all of them can hold at once."""

from __future__ import annotations

from collections.abc import Iterator

from crossroads.case.joints import Joint, find_joints, list_pairs
from crossroads.case.lookup import Lookup
from crossroads.errors import Problem

_KIND = "correlations"


def find_wrong_members(look: Lookup) -> Iterator[Problem]:
    """Two or more different uncertainties of the case, each with a range of numbers."""
    uncertainties = look.ids("uncertainties")
    for one in look.case.correlations:
        names = [(name, f"between.{i}") for i, name in enumerate(one.between)]
        yield from look.find_unknown(names, "uncertainties", _KIND, one.id, "uncertainty")
        if len(one.between) < 2:
            what = "fewer than two uncertainties cannot move together"
            yield look.problem(_KIND, one.id, "between", what, "Name two or more, or remove the correlation.")
        for i, (name, field) in enumerate(names):
            if name in one.between[:i]:
                yield look.problem(_KIND, one.id, field, f'"{name}" is named twice', "Name it once.")
            elif name in uncertainties and uncertainties[name].distribution.measure != "continuous":
                what = f'"{name}" is of kind {uncertainties[name].distribution.kind}, which has no ranks'
                yield look.problem(_KIND, one.id, field, what, "Take it out, or give it a range of numbers.")


def find_pairs_declared_twice(look: Lookup) -> Iterator[Problem]:
    """One rank for each pair."""
    owners: dict[frozenset[str], str] = {}
    for one in look.case.correlations:
        for pair in list_pairs(one.between):
            first = owners.setdefault(pair, one.id)
            if first != one.id:
                what = f'the pair {" and ".join(sorted(pair))} is in "{first}" too'
                yield look.problem(_KIND, one.id, "between", what, "Keep the pair in one of them.")


def find_impossible_ranks(look: Lookup) -> Iterator[Problem]:
    """What moves with one thing cannot move against all that goes with it."""
    for joint in find_joints(look.case):
        size = joint.find_possible_size()
        if size < 100:
            what = f"the ranks of {', '.join(joint.correlations)} cannot all hold (not positive definite)"
            way_out = f"Lower them, such as all to {size} % of their size{_say_left_out(joint)}."
            yield look.problem(_KIND, joint.correlations[0], "rank", what, way_out)


def _say_left_out(joint: Joint) -> str:
    """Pairs of a joint that nothing declares have rank 0, which may be what cannot hold."""
    return ", or declare the pairs left out" if any(0.0 in row for row in joint.ranks) else ""


def find_unsourced_correlations(look: Lookup) -> Iterator[Problem]:
    """Every correlation rests on evidence."""
    for one in look.case.correlations:
        if not one.evidence:
            way_out = "Cite an entry of evidence.yaml; write one of status judgement if need be."
            yield look.problem(_KIND, one.id, "evidence", "the correlation cites no evidence", way_out)


RULES = (find_wrong_members, find_pairs_declared_twice, find_impossible_ranks, find_unsourced_correlations)
