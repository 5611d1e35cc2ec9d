"""Feedback: the loops of a model, found in what depends on what, with their signs.

A loop goes from a value through others back to itself, through at least one stock. Its sign is the product of the signs
on its way: reinforcing where a change comes back as more of the same, balancing where it comes back against itself.
Its pull is the product of the elasticities after a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod

from crossroads.simulation.causes import SETTLED, Cause, Causes

LONGEST = 10
"""Values on the way of a loop, at most."""
LEAST_PULL = 1e-8
"""Loops that pull less are passed over."""


@dataclass(frozen=True)
class Loop:
    """One feedback loop: `names` in order, each acting on the next and the last on the first."""

    names: tuple[str, ...]
    edges: tuple[Cause, ...]
    kind: str
    """reinforcing, balancing, or either where a sign on the way differs between situations."""
    pull: float
    """Product of elasticities, after a year, without its sign."""
    mechanisms: tuple[str, ...]
    """Whose values it passes through, in order, each run of one once."""
    variants: int = 1
    """Loops with the same mechanisms and stocks on other ways, this one with the strongest pull."""
    gate: str = ""
    """The gate it passes; only options that follow it close the loop."""

    @property
    def evidence(self) -> tuple[str, ...]:
        """Evidence behind the edges, each entry once."""
        return tuple(dict.fromkeys(entry for edge in self.edges for entry in edge.evidence))


def find_loops(causes: Causes) -> tuple[Loop, ...]:
    """Loops of at most LONGEST values, the strongest first; those of equal mechanisms and stocks as one.

    Loops through a gate come last, the shortest first: at a threshold an elasticity says little.
    """
    steps = _list_steps(causes)
    groups: dict[tuple[frozenset[str], frozenset[str]], list[Loop]] = {}
    for names in _walk(steps):
        loop = _describe(causes, steps, names)
        stocks = frozenset(name for name in names if causes.nodes[name].kind in (*SETTLED, "gate"))
        groups.setdefault((frozenset(loop.mechanisms), stocks), []).append(loop)
    best = [_sum_up(group) for group in groups.values()]
    free = sorted((loop for loop in best if not loop.gate), key=lambda loop: (-loop.pull, loop.names))
    gated = sorted((loop for loop in best if loop.gate), key=lambda loop: (len(loop.names), -loop.pull, loop.names))
    return (*free, *gated)


def find_knots(causes: Causes) -> tuple[tuple[str, ...], ...]:
    """Mechanisms that act on themselves through others: those with values in one strongly connected component.

    What only an option closes, by following a gate, does not count.
    """
    ahead = {name: tuple(steps) for name, steps in _list_steps(replace(causes, gated=())).items()}
    reach = {name: _reach(ahead, name) for name in ahead}
    knots: dict[tuple[str, ...], None] = {}
    for name in ahead:
        tied = {causes.owner(other) for other in reach[name] if name in reach.get(other, ())} - {""}
        if len(tied) > 1:
            knots[tuple(sorted(tied, key=causes.mechanisms.index))] = None
    return tuple(knots)


def _reach(ahead: Mapping[str, Iterable[str]], start: str) -> set[str]:
    """All that lies ahead of a value, itself where a way leads back."""
    seen: set[str] = set()
    front = [start]
    while front:
        new = set(ahead.get(front.pop(), ())) - seen
        seen |= new
        front += new
    return seen


def _list_steps(causes: Causes) -> dict[str, dict[str, Cause]]:
    """From each value of a mechanism, and each lever that follows a gate, to all on which it acts every week."""
    levers = {column for *_, column in causes.gated}
    steps: dict[str, dict[str, Cause]] = {}
    for edge in causes.edges:
        if edge.weekly and (causes.owner(edge.cause) or edge.cause in levers) and edge.cause != edge.effect:
            steps.setdefault(edge.cause, {})[edge.effect] = edge
    return steps


def _walk(steps: Mapping[str, Mapping[str, Cause]]) -> Iterator[tuple[str, ...]]:
    """Elementary loops, each once, from its first name in the alphabet; weak ways are left early."""
    for start in sorted(steps):
        trail: list[tuple[tuple[str, ...], float]] = [((start,), 1.0)]
        while trail:
            names, pull = trail.pop()
            for name, edge in steps.get(names[-1], {}).items():
                onward = pull * abs(edge.pull)
                if onward < LEAST_PULL:
                    continue
                if name == start:
                    yield names
                elif name > start and name not in names and len(names) < LONGEST:
                    trail.append(((*names, name), onward))


def _describe(causes: Causes, steps: Mapping[str, Mapping[str, Cause]], names: tuple[str, ...]) -> Loop:
    """Begin at a stock."""
    first = next((place for place, name in enumerate(names) if causes.nodes[name].kind in SETTLED), 0)
    names = (*names[first:], *names[:first])
    edges = tuple(steps[one][other] for one, other in pairwise((*names, names[0])))
    owners = [causes.owner(name) for name in names if causes.owner(name)]
    passed = [owner for place, owner in enumerate(owners) if place == 0 or owner != owners[place - 1]]
    if len(passed) > 1 and passed[0] == passed[-1]:
        passed.pop()
    signs = [edge.sign for edge in edges]
    kind = "either" if "±" in signs else "balancing" if signs.count("−") % 2 else "reinforcing"
    gate = next((edge.cause for edge in edges if not edge.mechanism), "")
    return Loop(names, edges, kind, prod(abs(edge.pull) for edge in edges), tuple(passed), gate=gate)


def _sum_up(group: list[Loop]) -> Loop:
    best = max(group, key=lambda loop: (loop.pull, loop.names))
    return replace(best, variants=len(group))
