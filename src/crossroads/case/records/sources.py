"""What is known and from where: works, entries of the ledger, facts and yearly series."""

from __future__ import annotations

from typing import Literal

from crossroads.case.records.base import Id, Record, Text

Contested = Literal["low", "low-medium", "medium", "medium-high", "high", "very high"]
Status = Literal["verified", "verified-2nd", "recalled", "derived", "judgement"]


class Reference(Record):
    """A work that evidence rests on: what Crossroads reads of a CSL JSON item."""

    id: Id
    type: Text
    """CSL type, such as article-journal, report, webpage."""
    title: Text
    citation: Text
    """The citation as one line of text, made from the CSL item when it is loaded."""
    doi: str = ""
    url: str = ""
    year: int | None = None


class Evidence(Record):
    """A sourced statement: what is said, how much, by which design, how strong and how contested."""

    id: Id
    entry: str = ""
    """Where it stands in the ledger, such as A1."""
    section: Text
    """The heading under which the ledger shows it."""
    statement: Text
    """What the sources find, in our own words."""
    quantity: str = ""
    """What the numbers measure."""
    unit: str = ""
    low: float | None = None
    central: float | None = None
    high: float | None = None
    horizon: str = ""
    direction: str = ""
    design: str = ""
    """How the sources know: a trial, a panel, official counts, a base rate, judgement."""
    strength: Text
    """A randomised or sharp natural experiment, B quasi-experimental, C observational or model, D official
    statistic, E case or base rate, F poll, J judgement; combinations such as B/C or C/J."""
    status: Status
    status_note: str = ""
    """Which part has which status, where parts differ."""
    contested: Contested
    contested_note: str = ""
    """Why informed people disagree on the number."""
    sources: tuple[Id, ...] = ()
    """Ids of references."""
    counter: str = ""
    """What speaks against it."""
    bears_on: tuple[Id, ...] = ()
    """Ids of claims."""
    notes: str = ""

    @property
    def needs_mark(self) -> bool:
        """Whether a reader must be told that the number is judgement or unchecked."""
        return self.status in ("judgement", "recalled")


class Fact(Record):
    """A number the model takes as given, with its evidence."""

    id: Id
    name: Text
    value: float
    unit: Text
    meaning: Text
    evidence: tuple[Id, ...] = ()


class Series(Record):
    """Yearly facts of the past, never spliced with another series."""

    id: Id
    name: Text
    unit: Text
    meaning: Text
    sources: tuple[Id, ...]
    status: Status
    status_note: str = ""
    values: dict[int, float]
    """Year to value."""
