"""Rules on what rests on what: sources, units, ranges and beliefs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crossroads.case.distributions import Categorical
from crossroads.case.lookup import Lookup
from crossroads.case.messages import suggest
from crossroads.case.records import Evidence, Uncertainty
from crossroads.case.units import UNITS
from crossroads.errors import Problem

_MEASURED = (("uncertainties", "uncertainty"), ("facts", "fact"))
_WITH_UNIT = ("uncertainties", "facts", "levers", "outcomes", "history")
_OWN_RANGE = "Take the range of one entry, or write `basis: judgement` if the range is your own."
_STRENGTH = re.compile(r"[A-FJ]([/-][A-FJ])*")


def find_unsourced(look: Lookup) -> Iterator[Problem]:
    """Every uncertainty and fact rests on evidence."""
    for kind, called in _MEASURED:
        for record in look.records(kind):
            if not record.evidence:
                way_out = "Cite an entry of evidence.yaml; write one of status judgement if need be."
                yield look.problem(kind, record.id, "evidence", f"the {called} cites no evidence", way_out)


def find_unknown_units(look: Lookup) -> Iterator[Problem]:
    """Units are of the vocabulary."""
    for kind in _WITH_UNIT:
        for record in look.records(kind):
            if record.unit not in UNITS:
                way_out = f"{suggest(record.unit, UNITS)} Or add it to units.py with its meaning."
                yield look.problem(kind, record.id, "unit", f'unknown unit "{record.unit}"', way_out)


def find_unit_clashes(look: Lookup) -> Iterator[Problem]:
    """A number has the unit of the one entry that gives it; a fact made from several entries has its own."""
    ledger = look.ids("evidence")
    for kind, called in _MEASURED:
        for record in look.records(kind):
            cited = [ledger[name] for name in record.evidence if name in ledger]
            numeric = [entry for entry in cited if entry.unit and _numbers(entry)]
            derived = len(cited) > 1 if kind == "facts" else record.basis == "judgement"
            if len(numeric) == 1 and not derived and numeric[0].unit != record.unit:
                source = f'its evidence {numeric[0].id} in "{numeric[0].unit}"'
                what, way_out = f'the {called} is in "{record.unit}", {source}', "Convert one of the two."
                yield look.problem(kind, record.id, "unit", what, way_out)


def find_unfounded(look: Lookup) -> Iterator[Problem]:
    """A range is that of the one entry with numbers that it cites, or says that it is judgement."""
    ledger = look.ids("evidence")
    for record in look.records("uncertainties"):
        spread = _range(record)
        numeric = [ledger[name] for name in record.evidence if name in ledger and _numbers(ledger[name])]
        known = record.evidence and all(name in ledger for name in record.evidence)
        if record.basis == "judgement" or spread is None or not known:
            continue
        if len(numeric) != 1:
            what = f"its range rests on {len(numeric) or 'no'} entries with numbers, not on one"
            yield look.problem("uncertainties", record.id, "evidence", what, _OWN_RANGE)
        elif spread != (numeric[0].low, numeric[0].high):
            what = f"its range is not that of {numeric[0].id} ({numeric[0].low} to {numeric[0].high})"
            yield look.problem("uncertainties", record.id, "distribution", what, _OWN_RANGE)


def _range(record: Uncertainty) -> tuple[float, float] | None:
    """Low and high as the file gives them; none for distributions without them."""
    low, high = (getattr(record.distribution, name, None) for name in ("low", "high"))
    return None if low is None or high is None else (low, high)


def find_wrong_entries(look: Lookup) -> Iterator[Problem]:
    """Entries have ordered numbers with a unit, a known strength, and sources unless they are judgement."""
    for entry in look.case.evidence:
        numbers = _numbers(entry)
        if numbers != sorted(numbers):
            what = "low, central and high are not in order"
            yield look.problem("evidence", entry.id, "low", what, "Order them: low, central, high.")
        if numbers and not entry.unit:
            yield look.problem("evidence", entry.id, "unit", "the numbers have no unit", "Write the unit.")
        if not _STRENGTH.fullmatch(entry.strength):
            what = f'the strength "{entry.strength}" is not known'
            way_out = "Use A to F or J, or some of them joined by / or -."
            yield look.problem("evidence", entry.id, "strength", what, way_out)
        if entry.status != "judgement" and not entry.sources:
            what = f'an entry of status "{entry.status}" needs sources'
            yield look.problem("evidence", entry.id, "sources", what, "Name references, or write judgement.")


def _numbers(entry: Evidence) -> list[float]:
    """The numbers that an entry gives, as it gives them."""
    return [number for number in (entry.low, entry.central, entry.high) if number is not None]


def find_wrong_structures(look: Lookup) -> Iterator[Problem]:
    """A structural choice is a categorical, and the null of a quantity is a value it can take."""
    for record in look.case.uncertainties:
        shape = record.distribution
        if record.structural and not isinstance(shape, Categorical):
            what = f"a structural choice cannot be {shape.kind}"
            yield look.problem("uncertainties", record.id, "distribution", what, "Make it categorical.")
        if record.null is not None:
            yield from _find_wrong_null(look, record, record.null)


def _find_wrong_null(look: Lookup, record: Uncertainty, null: float | str) -> Iterator[Problem]:
    shape = record.distribution
    if isinstance(shape, Categorical) != isinstance(null, str):
        what = "the null is of another kind than the distribution"
        way_out = "Write a name for a categorical, a number for any other."
        yield look.problem("uncertainties", record.id, "null", what, way_out)
    elif isinstance(shape, Categorical) and null not in shape.shares:
        what = f'the null "{null}" is not one of the names'
        yield look.problem("uncertainties", record.id, "null", what, suggest(null, shape.shares))


def find_incomparable_beliefs(look: Lookup) -> Iterator[Problem]:
    """Beliefs about one uncertainty can be weighed against each other."""
    uncertainties = look.ids("uncertainties")
    for view in look.case.views:
        for name, belief in view.beliefs.items():
            if name not in uncertainties:
                continue
            own, field = uncertainties[name].distribution, f"beliefs.{name}"
            if belief.measure != own.measure:
                what = f'the belief is {belief.measure}, the uncertainty "{name}" is {own.measure}'
                yield look.problem("views", view.id, field, what, "Use a distribution of the same kind.")
            elif (
                isinstance(own, Categorical) and isinstance(belief, Categorical) and own.names != belief.names
            ):
                what = f'the belief has other names than the uncertainty "{name}"'
                way_out = f"Use, in this order: {', '.join(own.shares)}."
                yield look.problem("views", view.id, f"{field}.shares", what, way_out)


def find_series_outside(look: Lookup) -> Iterator[Problem]:
    """Yearly facts of the past end with the evidence."""
    if look.broken.covers("case", "evidence_until"):
        return
    last = look.case.evidence_until.year
    for series in look.case.history:
        for year in series.values:
            if year > last:
                what = f"{year} lies after the end of the evidence ({last})"
                way_out = "Remove the year, or move evidence_until."
                yield look.problem("history", series.id, f"values.{year}", what, way_out)


RULES = (
    find_unsourced,
    find_unknown_units,
    find_unit_clashes,
    find_unfounded,
    find_wrong_entries,
    find_wrong_structures,
    find_incomparable_beliefs,
    find_series_outside,
)
