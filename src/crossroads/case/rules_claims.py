"""Rules on claims and probes: what is claimed has what its kind asks for, and names what the case has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from crossroads.case.clauses import BASELINE, START, ZERO, list_stances
from crossroads.case.distributions import Categorical
from crossroads.case.lookup import Lookup
from crossroads.case.messages import suggest
from crossroads.case.records import Claim, Orders, Uncertainty
from crossroads.case.rules_play import find_unknown_mixes, find_wrong_steps
from crossroads.case.rules_propositions import find_unknown_options
from crossroads.errors import Place, Problem

_SETTLED = ("law", "definition", "value")
_MOST_MEASURES = 6


def find_wrong_kinds(look: Lookup) -> Iterator[Problem]:
    """What can be tested has parts, what is settled or valued has facts, and a question has an answer."""
    for claim in look.case.claims:
        kinds = claim.kind.split(" and ")
        answered = claim.compares or claim.orders or claim.openings or claim.dials
        if "empirical" in kinds:
            if not claim.parts and (len(kinds) == 1 or not answered):
                what, way_out = "an empirical claim has no parts", "Write parts that can hold in a future or not."
                yield look.problem("claims", claim.id, "parts", what, way_out)
        elif claim.parts:
            what = f"a claim of the kind {claim.kind} gets no verdict from runs, and has parts"
            yield look.problem("claims", claim.id, "parts", what, "Show numbers under compares, or change its kind.")
        if set(kinds) & set(_SETTLED) and not claim.facts and not claim.dials:
            settled = " and ".join(kind for kind in kinds if kind in _SETTLED)
            what = f"the claim is one of {settled}, and no facts are told"
            yield look.problem("claims", claim.id, "facts", what, "Write what is settled, or what cannot be tested.")
        if claim.kind == "question" and not answered:
            what, way_out = "nothing answers the question", "Write compares, or openings: true, or dials: true."
            yield look.problem("claims", claim.id, "", what, way_out)


def find_twice_named(look: Lookup) -> Iterator[Problem]:
    """Parts have ids of their own in a claim, and probes have other ids than options."""
    for claim in look.case.claims:
        seen: set[str] = set()
        for i, part in enumerate(claim.parts):
            if part.id in seen:
                what = f'the claim has two parts "{part.id}"'
                yield look.problem("claims", claim.id, f"parts.{i}.id", what, "Rename one of them.")
            seen.add(part.id)
    for probe in look.case.probes:
        taken = probe.id in look.ids("options")
        if taken or probe.id in (BASELINE, START, ZERO):
            what = f'"{probe.id}" is {"an option too" if taken else "a word of claims"}'
            yield look.problem("probes", probe.id, "", what, "Rename the probe.")


def find_wrong_probes(look: Lookup) -> Iterator[Problem]:
    """Probes keep the rules of options on mixes and steps."""

    def locate(kind: str, name: str, field: str) -> Place:
        return look.locate("probes" if kind == "options" else kind, name, field)

    as_options = look.case.model_copy(update={"options": look.case.probes})
    stand_in = replace(look, case=as_options, locate=locate)
    yield from find_unknown_mixes(stand_in)
    yield from find_wrong_steps(stand_in)


def find_wrong_nulls(look: Lookup) -> Iterator[Problem]:
    """What a part is judged again with: uncertainties of the case, with values of their kind."""
    known = look.ids("uncertainties")
    for claim in look.case.claims:
        for i, part in enumerate(claim.parts):
            names = [(name, f"parts.{i}.null.{name}") for name in part.null]
            yield from look.find_unknown(names, "uncertainties", "claims", claim.id, "uncertainty")
            for name, field in names:
                if name in known:
                    yield from _find_wrong_null(look, claim, known[name], part.null[name], field)
            if part.assumption and not part.null and not part.without:
                what, way_out = "an assumption is named, and nothing takes it away", "Write null or without."
                yield look.problem("claims", claim.id, f"parts.{i}.assumption", what, way_out)


def _find_wrong_null(
    look: Lookup, claim: Claim, uncertainty: Uncertainty, value: float | str, field: str
) -> Iterator[Problem]:
    shape = uncertainty.distribution
    if isinstance(shape, Categorical):
        if value not in shape.names:
            what = f'"{uncertainty.id}" cannot be "{value}"'
            yield look.problem("claims", claim.id, field, what, suggest(value, shape.names))
    elif isinstance(value, str):
        what = f'"{uncertainty.id}" takes a number, not "{value}"'
        yield look.problem("claims", claim.id, field, what, "Write the number at which its effect is absent.")


def find_unknown_in_comparisons(look: Lookup) -> Iterator[Problem]:
    """What is put side by side: two options or probes at least, on outcomes and horizons of the case."""
    for claim in look.case.claims:
        for i, one in enumerate(claim.compares):
            at = f"compares.{i}"
            options, outcomes, horizons = (
                [(name, f"{at}.{field}.{place}") for place, name in enumerate(getattr(one, field))]
                for field in ("options", "outcomes", "horizons")
            )
            yield from find_unknown_options(look, claim, options)
            yield from look.find_unknown(outcomes, "outcomes", "claims", claim.id, "outcome")
            yield from look.find_unknown(horizons, "horizons", "claims", claim.id, "horizon")
            moves = {move.id for move in list_stances(look.case)}
            if one.stance is not None and one.stance not in moves:
                what = f'unknown opening "{one.stance}" of the first actor'
                yield look.problem("claims", claim.id, f"{at}.stance", what, suggest(one.stance, sorted(moves)))
            for field, least in (("options", 2), ("outcomes", 1), ("horizons", 1)):
                if len(set(getattr(one, field))) < least:
                    what = f"the comparison has fewer than {least} {field}"
                    yield look.problem("claims", claim.id, f"{at}.{field}", what, f"Name {least} or more.")


def find_wrong_orders(look: Lookup) -> Iterator[Problem]:
    """Measures have a design for every way to join them, or none of them could be added in every order."""
    for claim in look.case.claims:
        if claim.orders is None:
            continue
        orders = claim.orders
        options = [(name, f"orders.designs.{key}".rstrip(".")) for key, name in orders.designs.items()]
        outcomes = [(name, f"orders.outcomes.{i}") for i, name in enumerate(orders.outcomes)]
        yield from find_unknown_options(look, claim, options)
        yield from look.find_unknown(outcomes, "outcomes", "claims", claim.id, "outcome")
        horizon = [(orders.horizon, "orders.horizon")]
        yield from look.find_unknown(horizon, "horizons", "claims", claim.id, "horizon")
        yield from _find_wrong_designs(look, claim, orders)


def _find_wrong_designs(look: Lookup, claim: Claim, orders: Orders) -> Iterator[Problem]:
    if not 2 <= len(orders.measures) <= _MOST_MEASURES:
        what, way_out = f"there are {len(orders.measures)} measures", f"Name 2 to {_MOST_MEASURES}."
        yield look.problem("claims", claim.id, "orders.measures", what, way_out)
        return
    joined = [
        "+".join(some) for size in range(len(orders.measures) + 1) for some in combinations(orders.measures, size)
    ]
    missing = [f'"{key}"' for key in joined if key not in orders.designs]
    if missing:
        what = f"there is no design for {', '.join(missing)}"
        yield look.problem("claims", claim.id, "orders.designs", what, "Name the option or probe that has just these.")
    for key in orders.designs:
        if key not in joined:
            what = f'"{key}" joins no measures of this claim in their order'
            yield look.problem("claims", claim.id, f"orders.designs.{key}", what, suggest(key, joined))


RULES = (
    find_wrong_kinds,
    find_twice_named,
    find_wrong_probes,
    find_wrong_nulls,
    find_unknown_in_comparisons,
    find_wrong_orders,
)
