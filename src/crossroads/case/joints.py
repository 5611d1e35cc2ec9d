"""Uncertainties that move together: declared rank correlations gathered into joints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from crossroads.case.distributions.copula import Copula, factor_ranks
from crossroads.case.records import Case
from crossroads.errors import CrossroadsError

Ranks = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Joint:
    """Uncertainties that move together, directly or through others."""

    members: tuple[str, ...]
    """Uncertainty ids in the order of the case."""
    correlations: tuple[str, ...]
    """Ids of the correlations that join them, in the order of the case."""
    ranks: Ranks
    """(members, members): rank correlations, 1 on the diagonal, 0 where none is declared."""

    @property
    def copula(self) -> Copula:
        """How the members move together. Raises CrossroadsError where nothing can move so."""
        factor = factor_ranks(self.ranks)
        if factor is None:
            raise CrossroadsError(f"The rank correlations {', '.join(self.correlations)} cannot all hold. Lower them.")
        return Copula(factor)

    def find_possible_size(self) -> int:
        """The largest percentage of all ranks, up to 100, at which they can hold together."""
        return next(size for size in range(100, -1, -1) if factor_ranks(self._shrink(size / 100)) is not None)

    def _shrink(self, size: float) -> Ranks:
        return tuple(
            tuple(rank if i == j else size * rank for j, rank in enumerate(row)) for i, row in enumerate(self.ranks)
        )


def find_joints(case: Case) -> tuple[Joint, ...]:
    """Joints in the order of their first members; names that are no uncertainty of the case are passed over."""
    pairs = _find_pairs(case)
    joints = []
    left = [one.id for one in case.uncertainties if any(one.id in pair for pair in pairs)]
    while left:
        reached = _reach(left[0], pairs)
        members = tuple(name for name in left if name in reached)
        ids = tuple(one.id for one in case.correlations if reached & set(one.between))
        ranks = tuple(tuple(1.0 if a == b else pairs.get(frozenset((a, b)), 0.0) for b in members) for a in members)
        joints.append(Joint(members, ids, ranks))
        left = [name for name in left if name not in reached]
    return tuple(joints)


def list_pairs(between: tuple[str, ...]) -> Iterator[frozenset[str]]:
    """Every pair of different names, once each."""
    for pair in combinations(dict.fromkeys(between), 2):
        yield frozenset(pair)


def _find_pairs(case: Case) -> dict[frozenset[str], float]:
    """Pair of uncertainties to rank; of a pair declared twice, the first."""
    known = {one.id for one in case.uncertainties}
    pairs: dict[frozenset[str], float] = {}
    for one in case.correlations:
        for pair in list_pairs(tuple(name for name in one.between if name in known)):
            pairs.setdefault(pair, one.rank)
    return pairs


def _reach(start: str, pairs: dict[frozenset[str], float]) -> set[str]:
    """All names that pairs lead to."""
    reached, todo = {start}, [start]
    while todo:
        name = todo.pop()
        found = {other for pair in pairs if name in pair for other in pair} - reached
        reached |= found
        todo += found
    return reached
