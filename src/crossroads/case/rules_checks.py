"""Rules on checks: they test one change of something the case knows, on outcomes that it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from crossroads.case.changes import (
    BASELINE,
    NULL,
    WORDS,
    Subject,
    choose_moves,
    find_subject,
    makes_sense,
    number_of,
    options_of,
)
from crossroads.case.distributions import Categorical
from crossroads.case.lookup import Lookup
from crossroads.case.messages import suggest
from crossroads.case.records import Actor, Change, Check, Uncertainty
from crossroads.case.rules_play import find_wrong_value
from crossroads.errors import Problem

Named = Sequence[tuple[float | str, str]]
"""Values of a change, each with its field."""


def find_empty_checks(look: Lookup) -> Iterator[Problem]:
    """A check has one change and something that follows, or the reason why there is none."""
    for check in look.case.checks:
        if check.not_testable:
            for field in ("when", "then"):
                if getattr(check, field):
                    what = f'the check is not testable and has "{field}"'
                    yield look.problem("checks", check.id, field, what, "Keep one of the two.")
            continue
        if len(check.when) != 1:
            what = f"{len(check.when) or 'no'} things change; a check changes one"
            way_out = "Write one id with from and to; move what is the same on both sides to given and fixed."
            yield look.problem("checks", check.id, "when", what, way_out)
        if not check.then:
            what, way_out = "nothing is expected", "Write what moves under then, or why it is not_testable."
            yield look.problem("checks", check.id, "then", what, way_out)


def find_unknown_in_checks(look: Lookup) -> Iterator[Problem]:
    """Options, levers, uncertainties, outcomes and horizons that a check names."""
    for check in look.case.checks:
        option = [(check.given.option, "given.option")] if check.given.option else []
        levers = [(name, f"given.levers.{name}") for name in check.given.levers]
        fixed = [(name, f"fixed.{name}") for name in check.fixed]
        outcomes = [(each.outcome, f"then.{i}.outcome") for i, each in enumerate(check.then)]
        horizons = [(each.horizon, f"then.{i}.horizon") for i, each in enumerate(check.then)]
        yield from look.find_unknown(option, "options", "checks", check.id, "option")
        yield from look.find_unknown(levers, "levers", "checks", check.id, "lever")
        yield from look.find_unknown(fixed, "uncertainties", "checks", check.id, "uncertainty")
        yield from look.find_unknown(outcomes, "outcomes", "checks", check.id, "outcome")
        yield from look.find_unknown(horizons, "horizons", "checks", check.id, "horizon")


def find_wrong_settings(look: Lookup) -> Iterator[Problem]:
    """What holds on both sides has values that it can take."""
    levers, uncertainties = look.ids("levers"), look.ids("uncertainties")
    for check in look.case.checks:
        for name, value in check.given.levers.items():
            if name in levers:
                yield from _find_wrong_levers(look, check, name, [(value, f"given.levers.{name}")])
        for name, value in check.fixed.items():
            if name in uncertainties:
                yield from _find_wrong_number(look, check, uncertainties[name], value, f"fixed.{name}")


def find_wrong_changes(look: Lookup) -> Iterator[Problem]:
    """What changes is known, can take its values, differs between them, and is not held as well."""
    for check in look.case.checks:
        for name, change in check.when.items():
            field = f"when.{name}"
            if change.through and (change.from_ != "" or change.to != ""):
                what = "the change has both through and from or to"
                yield look.problem("checks", check.id, field, what, "Keep through, or from and to.")
            elif len(change.values) < 2:
                what = "a change needs two values"
                yield look.problem("checks", check.id, field, what, "Write from and to, or a list under through.")
            elif any(one == other for one, other in pairwise(change.values)):
                what = "nothing changes: two values in a row are the same"
                yield look.problem("checks", check.id, field, what, "Write values that differ.")
            elif name in {**check.fixed, **check.given.levers} or (name == "option" and check.given.option):
                what = f'"{name}" changes, and is held the same as well'
                yield look.problem("checks", check.id, field, what, "Take it out of given or fixed.")
            else:
                yield from _find_wrong_values(look, check, name, change)


def _find_wrong_values(look: Lookup, check: Check, name: str, change: Change) -> Iterator[Problem]:
    subject = find_subject(look.case, name, change)
    fields = [f"when.{name}.through.{i}" for i in range(len(change.through))]
    named = list(zip(change.values, fields or [f"when.{name}.from", f"when.{name}.to"], strict=True))
    if subject is None:
        yield from _find_unknown_subject(look, check, name)
    elif subject in _FINDERS:
        yield from _FINDERS[subject](look, check, name, named)


def _find_unknown_subject(look: Lookup, check: Check, name: str) -> Iterator[Problem]:
    if not any(look.broken.covers(kind, name) for kind in ("actors", "uncertainties", "levers")):
        known = [*look.ids("uncertainties"), *look.ids("levers"), *look.ids("actors"), "option"]
        what = f'nothing here is called "{name}"'
        way_out = f"{suggest(name, known)} A mechanism changes from off to on."
        yield look.problem("checks", check.id, f"when.{name}", what, way_out)


def _find_unknown_options(look: Lookup, check: Check, name: str, named: Named) -> Iterator[Problem]:
    names = [(str(value), field) for value, field in named]
    return look.find_unknown(names, "options", "checks", check.id, name)


def _find_unknown_moves(look: Lookup, check: Check, name: str, named: Named) -> Iterator[Problem]:
    moves = [move.id for move in look.ids("actors")[name].moves]
    for value, field in named:
        if value not in moves:
            what = f'the actor "{name}" has no move "{value}"'
            yield look.problem("checks", check.id, field, what, suggest(value, moves))


def _find_wrong_numbers(look: Lookup, check: Check, name: str, named: Named) -> Iterator[Problem]:
    for value, field in named:
        yield from _find_wrong_number(look, check, look.ids("uncertainties")[name], value, field)


def _find_wrong_levers(look: Lookup, check: Check, name: str, named: Named) -> Iterator[Problem]:
    lever = look.ids("levers")[name]
    for value, field in named:
        if value != BASELINE or value in lever.settings:  # a wrong baseline is a problem of the lever
            yield from find_wrong_value(look, lever, value, "checks", check.id, field)


_FINDERS: Mapping[Subject, Callable[[Lookup, Check, str, Named], Iterator[Problem]]] = {
    "option": _find_unknown_options,
    "actor": _find_unknown_moves,
    "uncertainty": _find_wrong_numbers,
    "lever": _find_wrong_levers,
}


def _find_wrong_number(
    look: Lookup, check: Check, uncertainty: Uncertainty, value: float | str, field: str
) -> Iterator[Problem]:
    """A value that the uncertainty cannot have; a wrong null is a problem of the uncertainty."""
    if number_of(uncertainty, value) is not None or (value == NULL and uncertainty.null is not None):
        return
    shape = uncertainty.distribution
    if value == NULL:
        what, way_out = f'"{uncertainty.id}" has no null', "Give it one where the evidence has one, or write a value."
    elif isinstance(shape, Categorical):
        what, way_out = f'"{uncertainty.id}" cannot be "{value}"', suggest(value, shape.names)
    elif isinstance(value, str):
        words = ", ".join((*WORDS, NULL))
        what, way_out = f'"{uncertainty.id}" takes a number, not "{value}"', f"Write a number, or one of {words}."
    else:
        low, high = shape.bounds()
        what = f'{value:g} is out of the range of "{uncertainty.id}"'
        way_out = f"Write a number from {low:g} to {high:g}."
    yield look.problem("checks", check.id, field, what, way_out)


def find_wrong_moves(look: Lookup) -> Iterator[Problem]:
    """Moves are known, one an actor, and make sense under every option that the check runs."""
    if look.broken.touches("actors") or look.broken.touches("mixes") or look.broken.touches("options"):
        return
    for check in look.case.checks:
        known = {move.id: actor for actor in look.case.actors for move in actor.moves}
        answered: set[str] = set()
        for i, move in enumerate(check.given.moves):
            field = f"given.moves.{i}"
            if move not in known:
                yield look.problem("checks", check.id, field, f'unknown move "{move}"', suggest(move, known))
            elif known[move].id in {*answered, *check.when}:
                what = f'the actor "{known[move].id}" has another move in this check'
                yield look.problem("checks", check.id, field, what, "Keep one of the two.")
            else:
                answered.add(known[move].id)
                yield from _find_senseless(look, check, known[move], move, field)
        yield from _find_wrong_answers(look, check)


def _find_wrong_answers(look: Lookup, check: Check) -> Iterator[Problem]:
    """The moves that change, and the moves that nobody named."""
    for actor in look.case.actors:
        for value in check.when[actor.id].values if actor.id in check.when else ():
            if value in {move.id for move in actor.moves}:
                yield from _find_senseless(look, check, actor, str(value), f"when.{actor.id}")
    if check.not_testable or not all(change.values for change in check.when.values()):
        return
    actors = sorted(look.case.actors, key=lambda actor: actor.order)
    for actor, move in zip(actors, choose_moves(look.case, check), strict=True):
        if move is None:
            options = ", ".join(options_of(look.case, check))
            what = f'no move of the actor "{actor.id}" makes sense under all of {options}'
            yield look.problem("checks", check.id, "given", what, "Compare other options.")


def _find_senseless(look: Lookup, check: Check, actor: Actor, move: str, field: str) -> Iterator[Problem]:
    for option in options_of(look.case, check):
        if not makes_sense(look.case, [option], actor, move):
            mix = look.ids("mixes")[look.ids("options")[option].mix]
            what = f'"{move}" makes no sense under the option "{option}"'
            way_out = f"Use one of {', '.join(mix.shares.get(actor.id, ()))}, or another option."
            yield look.problem("checks", check.id, field, what, way_out)


def find_wrong_sizes(look: Lookup) -> Iterator[Problem]:
    """Sizes are of what moves up or down, and their ends are in order."""
    for check in look.case.checks:
        for i, each in enumerate(check.then):
            sized = each.by_at_least is not None or each.by_at_most is not None
            field = f"then.{i}"
            if sized and each.moves not in ("up", "down"):
                what = f'"{each.moves}" has no size'
                yield look.problem("checks", check.id, field, what, "Write up or down, or take the size out.")
            if each.by_at_least is not None and each.by_at_most is not None and each.by_at_least > each.by_at_most:
                what = "the least size is above the largest"
                yield look.problem("checks", check.id, field, what, "Change one of the two.")
            if each.percent and not sized:
                what, way_out = "there is no size to be a percentage", "Write by_at_least or by_at_most."
                yield look.problem("checks", check.id, f"{field}.percent", what, way_out)


RULES = (
    find_empty_checks,
    find_unknown_in_checks,
    find_wrong_settings,
    find_wrong_changes,
    find_wrong_moves,
    find_wrong_sizes,
)
