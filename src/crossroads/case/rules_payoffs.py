"""Rules on what actors play for: payoffs and what they name, base rates, and who chooses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from crossroads.case.distributions import Categorical
from crossroads.case.lookup import Lookup
from crossroads.case.messages import suggest
from crossroads.case.records import Actor, Anchor, Id, Mix, Payoff
from crossroads.errors import Problem


def find_unknown_in_payoffs(look: Lookup) -> Iterator[Problem]:
    """A payoff names outcomes, a horizon, a view, lever columns and moves that there are."""
    columns = [column for lever in look.case.levers for column in lever.columns]
    for actor, payoff in _list_payoffs(look):
        outcomes = [(one.outcome, f"payoff.values.{i}.outcome") for i, one in enumerate(payoff.values)]
        views = [(payoff.believes, "payoff.believes")] if payoff.believes is not None else []
        yield from look.find_unknown(outcomes, "outcomes", "actors", actor.id, "outcome")
        yield from look.find_unknown([(payoff.horizon, "payoff.horizon")], "horizons", "actors", actor.id, "horizon")
        yield from look.find_unknown(views, "views", "actors", actor.id, "view")
        for i, act in enumerate(payoff.acts):
            if act.times is not None and act.times not in columns and not look.broken.touches("levers"):
                what = f'unknown lever column "{act.times}"'
                yield look.problem("actors", actor.id, f"payoff.acts.{i}.times", what, suggest(act.times, columns))
            yield from _find_foreign_moves(look, actor, act.moves, "actors", actor.id, f"payoff.acts.{i}.moves")


def find_wrong_points(look: Lookup) -> Iterator[Problem]:
    """Points are numbers, or uncertainties that give numbers; nobody chooses with a precision below 0."""
    for actor, payoff in _list_payoffs(look):
        named = [("payoff.precision", payoff.precision, 0.0)]
        named += [(f"payoff.values.{i}.weight", one.weight, 0.0) for i, one in enumerate(payoff.values)]
        named += [(f"payoff.acts.{i}.points", one.points, -float("inf")) for i, one in enumerate(payoff.acts)]
        for field, given, least in named:
            yield from _find_wrong_number(look, actor, field, given, least)
        for i, one in enumerate(payoff.values):
            if one.worst == one.best:
                what = f"the worst and the best change are both {one.best:g}, so nothing is ever better"
                way_out = "Write two changes that differ."
                yield look.problem("actors", actor.id, f"payoff.values.{i}.best", what, way_out)


def _find_wrong_number(look: Lookup, actor: Actor, field: str, given: float | Id, least: float) -> Iterator[Problem]:
    if not isinstance(given, str):
        if given < least:
            yield look.problem("actors", actor.id, field, f"{given:g} is below 0", "Write 0 or more.")
        return
    yield from look.find_unknown([(given, field)], "uncertainties", "actors", actor.id, "uncertainty")
    known = look.ids("uncertainties").get(given)
    if known is None:
        return
    if isinstance(known.distribution, Categorical):
        what = f'"{given}" is one of several possibilities and gives no number'
        yield look.problem("actors", actor.id, field, what, "Name an uncertainty that is a number.")
    elif known.distribution.bounds()[0] < least:
        what = f'"{given}" can be below 0'
        yield look.problem("actors", actor.id, field, what, "Give it a range from 0 on.")


def find_empty_payoffs(look: Lookup) -> Iterator[Problem]:
    """Who has a payoff plays for something, and who has none knows nothing that could matter."""
    for actor in look.case.actors:
        if actor.payoff is not None and not actor.payoff.values and not actor.payoff.acts:
            what = "nothing is worth anything to this actor"
            yield look.problem("actors", actor.id, "payoff", what, "Write values or acts, or remove the payoff.")
        if actor.known and actor.payoff is None:
            what = "the actor knows something and has no payoff, so that nothing comes of it"
            yield look.problem("actors", actor.id, "known", what, "Write a payoff, or remove what is known.")
        names = [(name, f"known.{i}") for i, name in enumerate(actor.known)]
        yield from look.find_unknown(names, "uncertainties", "actors", actor.id, "uncertainty")


def find_unknown_grounds(look: Lookup) -> Iterator[Problem]:
    """What payoffs and base rates rest on is in the ledger."""
    for actor, payoff in _list_payoffs(look):
        parts = [("payoff", payoff.evidence)]
        parts += [(f"payoff.values.{i}", one.evidence) for i, one in enumerate(payoff.values)]
        parts += [(f"payoff.acts.{i}", one.evidence) for i, one in enumerate(payoff.acts)]
        yield from _find_unknown_entries(look, parts, "actors", actor.id)
    for mix in look.case.mixes:
        anchors = [(f"anchors.{name}", anchor.evidence) for name, anchor in mix.anchors.items()]
        yield from _find_unknown_entries(look, anchors, "mixes", mix.id)


def _find_unknown_entries(
    look: Lookup, parts: Iterable[tuple[str, tuple[Id, ...]]], kind: str, name: str
) -> Iterator[Problem]:
    for at, cited in parts:
        names = [(one, f"{at}.evidence.{i}") for i, one in enumerate(cited)]
        yield from look.find_unknown(names, "evidence", kind, name, "evidence")


def find_wrong_anchors(look: Lookup) -> Iterator[Problem]:
    """A base rate is of some, not all, openings of an actor that moves first, alone, and plays for something."""
    actors = look.ids("actors")
    first = min((actor.order for actor in look.case.actors), default=0)
    alone = Counter(actor.order for actor in look.case.actors)[first] == 1
    for mix in look.case.mixes:
        names = [(name, f"anchors.{name}") for name in mix.anchors]
        yield from look.find_unknown(names, "actors", "mixes", mix.id, "actor")
        for name, anchor in mix.anchors.items():
            if name in actors:
                reason = _refuse_anchor(actors[name], actors[name].order == first and alone)
                if reason:
                    yield look.problem("mixes", mix.id, f"anchors.{name}", reason, "Remove the anchor.")
                yield from _find_wrong_moves(look, mix, actors[name], anchor)


def _refuse_anchor(actor: Actor, leads: bool) -> str:
    """Why the game cannot be fitted to a base rate of this actor; empty where it can."""
    if actor.payoff is None:
        return f'"{actor.id}" has no payoff, so that its openings are those of the mix'
    return "" if leads else f'"{actor.id}" does not move first and alone, and only who does so can be fitted'


def _find_wrong_moves(look: Lookup, mix: Mix, actor: Actor, anchor: Anchor) -> Iterator[Problem]:
    field = f"anchors.{actor.id}.moves"
    yield from _find_foreign_moves(look, actor, anchor.moves, "mixes", mix.id, field)
    own = {move.id for move in actor.moves}
    possible = {move for move, share in mix.shares.get(actor.id, {}).items() if share > 0}
    for i, move in enumerate(anchor.moves):
        if move in own - possible:
            what = f'"{move}" makes no sense under this mix'
            yield look.problem("mixes", mix.id, f"{field}.{i}", what, suggest(move, sorted(possible)))
    if possible and possible <= set(anchor.moves):
        what = "these are all openings of the mix, whose share is 1 whatever they are worth"
        yield look.problem("mixes", mix.id, field, what, "Name some of them.")
    if not anchor.moves:
        yield look.problem("mixes", mix.id, field, "no opening is named", "Name one or more.")


def _find_foreign_moves(
    look: Lookup, actor: Actor, moves: Iterable[Id], kind: str, name: str, field: str
) -> Iterator[Problem]:
    own = [move.id for move in actor.moves]
    for i, move in enumerate(moves):
        if move not in own:
            what = f'unknown move "{move}" of {actor.id}'
            yield look.problem(kind, name, f"{field}.{i}", what, suggest(move, own))


def find_wrong_chooser(look: Lookup) -> Iterator[Problem]:
    """Who chooses is a stakeholder that weighs."""
    chooser = look.case.chooser
    if chooser is None:
        return
    yield from look.find_unknown([(chooser, "chooser")], "stakeholders", "case", "", "stakeholder")
    who = look.ids("stakeholders").get(chooser)
    if who is not None and not who.weights:
        what = f'"{chooser}" weighs nothing, so that no reaction is better or worse for it'
        yield look.problem("case", "", "chooser", what, "Name a stakeholder that has weights.")


def _list_payoffs(look: Lookup) -> list[tuple[Actor, Payoff]]:
    return [(actor, actor.payoff) for actor in look.case.actors if actor.payoff is not None]


RULES = (
    find_unknown_in_payoffs,
    find_wrong_points,
    find_empty_payoffs,
    find_unknown_grounds,
    find_wrong_anchors,
    find_wrong_chooser,
)
