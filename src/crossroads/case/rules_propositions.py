"""Rules on propositions: each clause of a part is well formed, and names what the case has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crossroads.case.clauses import (
    BASELINE,
    START,
    ZERO,
    find_reference,
    list_answers,
    list_choices,
    list_clauses,
    list_named,
    list_stances,
)
from crossroads.case.lookup import Lookup
from crossroads.case.messages import suggest
from crossroads.case.records import Claim, Proposition, Term
from crossroads.errors import Problem

_FORMS = ("outcome", "sum", "all", "any", "not_")
_OF_OUTCOME = ("option", "horizon", "stance", "against", "against_stance", "against_horizon", "percent", "some")


def find_wrong_propositions(look: Lookup) -> Iterator[Problem]:
    """Each clause of a part is well formed, and names what the case has."""
    for claim in look.case.claims:
        for i, part in enumerate(claim.parts):
            for clause, field in list_clauses(part.holds, f"parts.{i}.holds"):
                finder = _Finder(look, claim, field)
                yield from finder.find_wrong_form(clause)
                yield from finder.find_wrong_names(clause)


def find_unknown_options(look: Lookup, claim: Claim, names: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Problems for each (name, field) that is neither an option nor a probe."""
    known = [option.id for option in list_choices(look.case)]
    for name, field in names:
        broken = any(look.broken.covers(kind, name) for kind in ("options", "probes"))
        if name not in known and not broken:
            what = f'unknown option or probe "{name}"'
            yield look.problem("claims", claim.id, field, what, suggest(name, known))


class _Finder:
    """Looks at one clause of a claim."""

    def __init__(self, look: Lookup, claim: Claim, field: str) -> None:
        self.look, self.claim, self.at = look, claim, field

    def find_wrong_form(self, clause: Proposition) -> Iterator[Problem]:
        """One form alone, with what belongs to it."""
        forms = [form.rstrip("_") for form in _FORMS if _is_given(clause, form)]
        if len(forms) != 1:
            what = f"the proposition has {' and '.join(forms)}" if forms else "the proposition says nothing"
            yield self._problem("", what, "Write exactly one of outcome, sum, all, any and not.")
            return
        strange = [name for name in _OF_OUTCOME if _is_given(clause, name)] if forms != ["outcome"] else []
        strange += ["share_of"] if forms != ["sum"] and clause.share_of else []
        bounds = [name for name in ("at_least", "at_most") if getattr(clause, name) is not None]
        strange += bounds if forms[0] not in ("outcome", "sum") else []
        for name in strange:
            what = f'"{name}" says nothing beside {forms[0]}'
            yield self._problem(name, what, "Take it out, or write it into the comparison it belongs to.")
        if forms[0] in ("outcome", "sum") and len(bounds) != 1:
            what = "the comparison has both at_least and at_most" if bounds else "the comparison has no threshold"
            yield self._problem("", what, "Write exactly one of at_least and at_most: it is a judgement.")
        if forms == ["outcome"]:
            yield from self._find_wrong_comparison(clause)

    def _find_wrong_comparison(self, clause: Proposition) -> Iterator[Problem]:
        for name in ("option", "horizon"):
            if not getattr(clause, name):
                yield self._problem(name, f'"{name}" is missing', f"Write one {name}, or a list of them.")
        if clause.percent and clause.against == ZERO:
            way_out = "Measure against baseline, start or an option, or remove percent."
            yield self._problem("percent", "a percentage of nothing means nothing", way_out)
        for name in ("against_stance", "against_horizon"):
            if clause.against in (START, ZERO) and getattr(clause, name) is not None:
                what = f'"{name}" says nothing where the number is measured from {clause.against}'
                yield self._problem(name, what, "Take it out, or measure against an option.")
        alike = clause.against_horizon is None and clause.against_stance == clause.stance
        if alike and find_reference(self.look.case, clause) in list_named(clause.option):
            what = f'"{find_reference(self.look.case, clause)}" is measured from itself'
            yield self._problem("option", what, "Take it out, or measure against something else.")

    def find_wrong_names(self, clause: Proposition) -> Iterator[Problem]:
        """Outcomes, options, horizons and moves of a clause and of its terms."""
        options = [(name, field) for name, field in self._list_fields(clause, "option")]
        against = [(clause.against, "against")] if clause.against not in (BASELINE, START, ZERO) else []
        outcome = [] if clause.outcome is None else [(clause.outcome, "outcome")]
        later = [] if clause.against_horizon is None else [(clause.against_horizon, "against_horizon")]
        yield from self._find_unknown(outcome, "outcomes", "outcome")
        yield from self._find_unknown([*self._list_fields(clause, "horizon"), *later], "horizons", "horizon")
        yield from self._find_unknown_options([*options, *against])
        yield from self._find_wrong_stance(clause.stance, "stance", [name for name, _ in options])
        reference = find_reference(self.look.case, clause)
        if reference is not None:
            yield from self._find_wrong_stance(clause.against_stance, "against_stance", [reference])
        for kind in ("sum", "share_of"):
            for i, term in enumerate(getattr(clause, kind)):
                yield from self._find_wrong_term(term, f"{kind}.{i}")

    def _find_wrong_term(self, term: Term, at: str) -> Iterator[Problem]:
        if (term.outcome is None) != bool(term.openings):
            what = "the term has an outcome and openings" if term.openings else "the term says nothing"
            yield self._problem(at, what, "Write an outcome with its horizon, or openings.")
            return
        if term.outcome is not None and term.horizon is None:
            yield self._problem(f"{at}.horizon", '"horizon" is missing', "Write the horizon of the outcome.")
        for name in ("horizon", "stance"):
            if term.openings and getattr(term, name) is not None:
                what = f"openings have no {name}: they come first, and before any other"
                yield self._problem(f"{at}.{name}", what, "Take it out.")
        outcome = [] if term.outcome is None else [(term.outcome, f"{at}.outcome")]
        horizon = [] if term.horizon is None else [(term.horizon, f"{at}.horizon")]
        yield from self._find_unknown(outcome, "outcomes", "outcome")
        yield from self._find_unknown(horizon, "horizons", "horizon")
        yield from self._find_unknown_options([(term.option, f"{at}.option")])
        yield from self._find_wrong_stance(term.stance, f"{at}.stance", [term.option])
        yield from self._find_wrong_openings(term, at)

    def _find_wrong_openings(self, term: Term, at: str) -> Iterator[Problem]:
        """Moves of one actor, each once: their chances can be added."""
        if self.look.broken.touches("actors"):
            return
        owners = {move.id: actor.id for actor in self.look.case.actors for move in actor.moves}
        first = owners.get(term.openings[0]) if term.openings else None
        for i, move in enumerate(term.openings):
            field = f"{at}.openings.{i}"
            if move not in owners:
                yield self._problem(field, f'unknown move "{move}"', suggest(move, owners))
            elif owners[move] != first and first is not None:
                what = f'"{move}" is a move of {owners[move]}, and the first one of {first}'
                yield self._problem(field, what, "Name the moves of one actor.")
            elif move in term.openings[:i]:
                yield self._problem(field, f'"{move}" is named twice', "Take one of them out.")

    def _find_wrong_stance(self, stance: str | None, field: str, options: list[str]) -> Iterator[Problem]:
        """An opening of the first actor, which makes sense as an answer to each of the options."""
        if stance is None or any(self.look.broken.touches(kind) for kind in ("actors", "mixes", "options", "probes")):
            return
        moves = [move.id for move in list_stances(self.look.case)]
        if stance not in moves:
            what = f'"{stance}" is no move of the actor that answers first'
            yield self._problem(field, what, suggest(stance, moves))
            return
        for option in options:
            answers = list_answers(self.look.case, option)
            if answers and stance not in answers:
                sensible = ", ".join(move for move in moves if move in answers)
                what = f'"{stance}" makes no sense under the option "{option}"'
                yield self._problem(field, what, f"Use one of {sensible}, or another option.")

    def _find_unknown(self, names: list[tuple[str, str]], of: str, called: str) -> Iterator[Problem]:
        placed = [(name, f"{self.at}.{field}") for name, field in names]
        return self.look.find_unknown(placed, of, "claims", self.claim.id, called)

    def _find_unknown_options(self, names: list[tuple[str, str]]) -> Iterator[Problem]:
        return find_unknown_options(self.look, self.claim, [(name, f"{self.at}.{field}") for name, field in names])

    def _problem(self, field: str, what: str, way_out: str) -> Problem:
        return self.look.problem("claims", self.claim.id, f"{self.at}.{field}".rstrip("."), what, way_out)

    @staticmethod
    def _list_fields(clause: Proposition, name: str) -> list[tuple[str, str]]:
        """Names with their fields, whether one stands there or a list."""
        value = getattr(clause, name)
        return [(value, name)] if isinstance(value, str) else [(one, f"{name}.{i}") for i, one in enumerate(value)]


def _is_given(clause: Proposition, name: str) -> bool:
    """Whether a field says something else than it does by default."""
    return bool(getattr(clause, name) != Proposition.model_fields[name].get_default(call_default_factory=True))


RULES = (find_wrong_propositions,)
