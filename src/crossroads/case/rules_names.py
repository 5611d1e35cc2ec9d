"""Rules on names: who may name whom, and that no name means two things."""

from __future__ import annotations

from collections.abc import Iterator

from crossroads.case.lookup import Lookup
from crossroads.case.records import Lever
from crossroads.errors import Problem

_CITING = (
    "options", "levers", "facts", "uncertainties", "views", "correlations", "factors", "actors", "mixes",
    "outcomes", "stakeholders", "claims", "checks", "probes",
)  # fmt: skip
_LONGEST_SHORT = 24
_RESERVED = ("week", "year", "weeks_total", "discount_rate")


def find_unknown_evidence(look: Lookup) -> Iterator[Problem]:
    """Evidence that is cited must be in the ledger."""
    for kind in _CITING:
        for record in look.records(kind):
            names = [(name, f"evidence.{i}") for i, name in enumerate(record.evidence)]
            yield from look.find_unknown(names, "evidence", kind, record.id, "evidence")
    for actor in look.case.actors:
        names = [
            (name, f"moves.{move.id}.evidence.{i}")
            for move in actor.moves
            for i, name in enumerate(move.evidence)
        ]
        yield from look.find_unknown(names, "evidence", "actors", actor.id, "evidence")


def find_unknown_references(look: Lookup) -> Iterator[Problem]:
    """Sources must be references."""
    for kind in ("evidence", "history"):
        for record in look.records(kind):
            names = [(name, f"sources.{i}") for i, name in enumerate(record.sources)]
            yield from look.find_unknown(names, "references", kind, record.id, "reference")
    for claim in look.case.claims:
        names = [(claim.source, "source")]
        yield from look.find_unknown(names, "references", "claims", claim.id, "reference")
    if not look.broken.covers("case", "source"):
        names = [(look.case.source, "source")]
        yield from look.find_unknown(names, "references", "case", "", "reference")


def find_unknown_claims(look: Lookup) -> Iterator[Problem]:
    """Evidence bears on claims of the case."""
    for entry in look.case.evidence:
        names = [(name, f"bears_on.{i}") for i, name in enumerate(entry.bears_on)]
        yield from look.find_unknown(names, "claims", "evidence", entry.id, "claim")


def find_unknown_beliefs(look: Lookup) -> Iterator[Problem]:
    """Views believe something about uncertainties of the case."""
    for view in look.case.views:
        names = [(name, f"beliefs.{name}") for name in view.beliefs]
        yield from look.find_unknown(names, "uncertainties", "views", view.id, "uncertainty")


def find_unknown_readings(look: Lookup) -> Iterator[Problem]:
    """Conditions, concerns and stakeholders name outcomes, horizons and concerns of the case."""
    for concern in look.case.concerns:
        names = [(name, f"outcomes.{name}") for name in concern.outcomes]
        yield from look.find_unknown(names, "outcomes", "concerns", concern.id, "outcome")
    for who in look.case.stakeholders:
        tests = list(enumerate(who.accepts))
        weights = [(name, f"weights.{name}") for name in who.weights]
        outcomes = [(test.outcome, f"accepts.{i}.outcome") for i, test in tests]
        horizons = [(who.horizon, "horizon"), *((test.horizon, f"accepts.{i}.horizon") for i, test in tests)]
        yield from look.find_unknown(weights, "concerns", "stakeholders", who.id, "concern")
        yield from look.find_unknown(outcomes, "outcomes", "stakeholders", who.id, "outcome")
        yield from look.find_unknown(horizons, "horizons", "stakeholders", who.id, "horizon")


def find_collisions(look: Lookup) -> Iterator[Problem]:
    """A name that a model reads means one thing."""
    owners = dict.fromkeys(_RESERVED, "something every model reads")
    for name, owner, kind, record, field in _names_read(look):
        first = owners.setdefault(name, owner)
        if first != owner:
            what = f'"{name}" is the name of {first} and of {owner}: a model could not tell them apart'
            yield look.problem(kind, record, field, what, "Rename one of them.")


def _names_read(look: Lookup) -> Iterator[tuple[str, str, str, str, str]]:
    """(name, whose in words, kind, record, field) of all that a model reads or gives."""
    for kind, called in (("uncertainties", "uncertainty"), ("facts", "fact"), ("outcomes", "outcome")):
        for record in look.records(kind):
            yield record.id, f"the {called} {record.id}", kind, record.id, ""
    for lever in look.case.levers:
        for column in lever.columns:
            yield (
                column,
                f"a column of the lever {lever.id}",
                "levers",
                lever.id,
                _column_field(lever, column),
            )
    for actor in look.case.actors:
        for signal in actor.signals:
            mover = next(move.id for move in actor.moves if signal in move.sets)
            field = f"moves.{mover}.sets.{signal}"
            yield signal, f"a signal of the actor {actor.id}", "actors", actor.id, field


def _column_field(lever: Lever, column: str) -> str:
    """Where a column is named first."""
    giving = next((name for name, setting in lever.settings.items() if column in setting.gives), "")
    return f"settings.{giving}.gives.{column}" if giving else ""


def find_ids_written_twice(look: Lookup) -> Iterator[Problem]:
    """Ids are unique in their section, and moves among all actors."""
    owners: dict[str, str] = {}
    for actor in look.case.actors:
        for move in actor.moves:
            if move.id in owners:
                what = f'the move "{move.id}" is one of {owners[move.id]} too'
                way_out = "Give each move a name of its own."
                yield look.problem("actors", actor.id, f"moves.{move.id}", what, way_out)
            owners[move.id] = actor.id


def find_long_names(look: Lookup) -> Iterator[Problem]:
    """Short names fit into a chart."""
    named = [
        *(("options", option.id, "short", option.short) for option in look.case.options),
        *(("probes", probe.id, "short", probe.short) for probe in look.case.probes),
        *(("outcomes", outcome.id, "short", outcome.short) for outcome in look.case.outcomes),
        *(
            ("actors", actor.id, f"moves.{move.id}.short", move.short)
            for actor in look.case.actors
            for move in actor.moves
        ),
    ]
    for kind, name, field, short in named:
        if len(short) > _LONGEST_SHORT:
            what = f'the short name "{short}" has {len(short)} letters'
            yield look.problem(kind, name, field, what, f"Use at most {_LONGEST_SHORT} letters.")


RULES = (
    find_unknown_evidence,
    find_unknown_references,
    find_unknown_claims,
    find_unknown_beliefs,
    find_unknown_readings,
    find_collisions,
    find_ids_written_twice,
    find_long_names,
)
