"""What the words of a claim name: each clause of a proposition with its place, and the options that it needs."""

from __future__ import annotations

from collections.abc import Iterator

from crossroads.case.records import Case, Move, Option, Part, Proposition, Term

BASELINE, START, ZERO = "baseline", "start", "zero"
"""What a number can be measured from, beside an option or a probe."""
Clause = tuple[Proposition, str]
"""A proposition with the dotted field where it stands."""


def list_clauses(proposition: Proposition, field: str = "holds") -> Iterator[Clause]:
    """The proposition and all that it joins, each before its own parts."""
    yield proposition, field
    for i, one in enumerate(proposition.all):
        yield from list_clauses(one, f"{field}.all.{i}")
    for i, one in enumerate(proposition.any):
        yield from list_clauses(one, f"{field}.any.{i}")
    if proposition.not_ is not None:
        yield from list_clauses(proposition.not_, f"{field}.not")


def list_named(names: str | tuple[str, ...]) -> tuple[str, ...]:
    """What may be written as one name or as several, as several."""
    return (names,) if isinstance(names, str) else names


def list_terms(clause: Proposition) -> tuple[Term, ...]:
    """The terms of a sum and of what it is a share of."""
    return (*clause.sum, *clause.share_of)


def find_reference(case: Case, clause: Proposition) -> str | None:
    """The option or probe that a comparison is measured from; none for the start and for zero."""
    if clause.against in (START, ZERO):
        return None
    return case.baseline if clause.against == BASELINE else clause.against


def list_options(case: Case, part: Part) -> tuple[str, ...]:
    """The options and probes that a part needs, each once, in the order in which they are named."""
    found: dict[str, None] = {}
    for clause, _ in list_clauses(part.holds):
        reference = find_reference(case, clause) if clause.outcome is not None else None
        found |= dict.fromkeys(list_named(clause.option))
        found |= dict.fromkeys(term.option for term in list_terms(clause))
        found |= {} if reference is None else {reference: None}
    return tuple(found)


def list_choices(case: Case) -> tuple[Option, ...]:
    """Options and probes, in this order."""
    return (*case.options, *case.probes)


def list_stances(case: Case) -> tuple[Move, ...]:
    """The moves of the actor that answers first; none where nobody answers."""
    return min(case.actors, key=lambda actor: actor.order).moves if case.actors else ()


def list_answers(case: Case, option: str) -> tuple[str, ...]:
    """The moves of all actors that make sense under an option or probe, as its mix says."""
    mixes = {mix.id: mix for mix in case.mixes}
    mix = next((mixes.get(one.mix) for one in list_choices(case) if one.id == option), None)
    return tuple(move for shares in (mix.shares if mix else {}).values() for move, share in shares.items() if share > 0)
