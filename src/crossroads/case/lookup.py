"""What the rules look at: the case, where each field stands, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from crossroads.case.messages import suggest
from crossroads.case.records import Case
from crossroads.errors import Place, Problem

Locate = Callable[[str, str, str], Place]
"""(kind, id, dotted field) to place; a kind is a section of the case, or "case" with an empty id."""

KINDS = (
    "horizons", "options", "levers", "facts", "uncertainties", "views", "correlations", "factors", "actors", "mixes",
    "outcomes", "concerns", "stakeholders", "claims", "evidence", "references", "history", "checks",
    "probes",
)  # fmt: skip


@dataclass(frozen=True)
class Broken:
    """Records that are written but could not be read: naming them is no mistake."""

    records: frozenset[tuple[str, str]] = frozenset()
    """Pairs of kind and id; scalars of the case as ("case", field)."""
    kinds: frozenset[str] = frozenset()
    """Kinds of which nothing could be read."""

    def covers(self, kind: str, name: str) -> bool:
        """Whether this record may exist."""
        return kind in self.kinds or (kind, name) in self.records

    def touches(self, kind: str) -> bool:
        """Whether any record of the kind could not be read."""
        return kind in self.kinds or any(broken == kind for broken, _ in self.records)


def locate_nowhere(kind: str, name: str, field: str) -> Place:
    """The place of a field of a case that was built in Python."""
    return Place("case", 0, ".".join(part for part in (kind if kind != "case" else "", name, field) if part))


@dataclass(frozen=True)
class Lookup:
    """A case with what its rules need to know."""

    case: Case
    locate: Locate = locate_nowhere
    broken: Broken = field(default_factory=Broken)

    def records(self, kind: str) -> tuple[Any, ...]:
        """All records of a kind."""
        return tuple(getattr(self.case, kind))

    def ids(self, kind: str) -> dict[str, Any]:
        """Records of a kind under their ids."""
        return {record.id: record for record in self.records(kind)}

    def problem(self, kind: str, name: str, field: str, what: str, way_out: str) -> Problem:
        """A problem at a field."""
        return Problem(self.locate(kind, name, field), what, way_out)

    def find_unknown(
        self, names: Iterable[tuple[str, str]], of: str, kind: str, name: str, called: str
    ) -> Iterator[Problem]:
        """Problems for each (name, field) that is not the id of a record of kind `of`."""
        known = self.ids(of)
        for given, where in names:
            if given not in known and not self.broken.covers(of, given):
                yield self.problem(kind, name, where, f'unknown {called} "{given}"', suggest(given, known))
