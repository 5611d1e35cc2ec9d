"""The evidence ledger and the series of the past, as the page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from crossroads.case.records import Case, Evidence, Record, Reference, Series
from crossroads.presentation.figures import Figure, draw_years
from crossroads.presentation.words import number, sentence


@dataclass(frozen=True)
class Ledger:
    """Entries under their headings, and what can be filtered."""

    groups: tuple[tuple[str, tuple[Evidence, ...]], ...]
    statuses: tuple[str, ...]
    strengths: tuple[str, ...]
    contested: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """One series with its chart and sources; a year without a value is a gap."""

    figure: Figure
    sources: tuple[Markup, ...]
    note: str
    status: str


def group_evidence(case: Case) -> Ledger:
    """Entries in the order of the case, under their headings."""
    sections = dict.fromkeys(entry.section for entry in case.evidence)
    groups = tuple((name, tuple(entry for entry in case.evidence if entry.section == name)) for name in sections)
    letters = sorted({letter for entry in case.evidence for letter in entry.strength if letter.isupper()})
    statuses = tuple(dict.fromkeys(entry.status for entry in case.evidence))
    levels = ("low", "low-medium", "medium", "medium-high", "high", "very high")
    used = {entry.contested for entry in case.evidence}
    return Ledger(groups, statuses, tuple(letters), tuple(level for level in levels if level in used))


def say_amount(entry: Evidence) -> str:
    """Low, central and high of an entry with its unit; nothing where it has no numbers."""
    unit = f" {entry.unit}" if entry.unit else ""
    numbers = [number(each) for each in (entry.low, entry.central, entry.high) if each is not None]
    if entry.low is not None and entry.central is not None and entry.high is not None:
        low, central, high = numbers
        return f"{low} / {central} / {high}{unit} (low / central / high)"
    return f"{' to '.join(numbers)}{unit}" if numbers else ""


def link_reference(reference: Reference) -> Markup:
    """A citation with its DOI, or else its address, as a link for a reader who is online."""
    text = escape(reference.citation)
    if reference.doi:
        name = f"doi:{reference.doi}"
        link = Markup('<a href="https://doi.org/{}" rel="noreferrer">{}</a>').format(reference.doi, name)
        shown = escape(name)
        return text.replace(shown, link) if shown in text else text + " " + link
    if reference.url.startswith(("https://", "http://")):
        link = Markup('<a href="{}" rel="noreferrer">source</a>').format(reference.url)
        shown = escape(reference.url)
        return text.replace(shown, link) if shown in text else text + " " + link
    return text


def draw_history(case: Case) -> tuple[Past, ...]:
    """Each series apart."""
    references = {reference.id: reference for reference in case.references}
    return tuple(_draw_one(series, references) for series in case.history)


def _draw_one(series: Series, references: dict[str, Reference]) -> Past:
    years = range(min(series.values), max(series.values) + 1) if series.values else ()
    rows = [(year, series.values.get(year)) for year in years]
    figure = draw_years(f"history-{series.id}", series.name, series.unit, rows, says=sentence(series.meaning))
    named = tuple(link_reference(references[name]) for name in series.sources if name in references)
    return Past(figure, named, sentence(series.status_note), series.status)


def find_used_evidence(case: Case, cited: Iterable[str] = ()) -> tuple[str, ...]:
    """Ids of evidence behind anything that was weighed, in the order of the ledger."""
    groups: tuple[Sequence[Record], ...] = (
        case.facts,
        case.uncertainties,
        case.views,
        case.correlations,
        case.levers,
        case.options,
        case.actors,
        case.mixes,
        case.outcomes,
        case.stakeholders,
        [case.calibration] if case.calibration else [],
        [move for actor in case.actors for move in actor.moves],
    )
    used = {name for group in groups for record in group for name in getattr(record, "evidence", ())} | set(cited)
    return tuple(entry.id for entry in case.evidence if entry.id in used)


def find_used_references(case: Case, used_evidence: Iterable[str]) -> tuple[Reference, ...]:
    """References behind this evidence, the question and the series, by citation."""
    wanted = set(used_evidence)
    ids = {source for entry in case.evidence if entry.id in wanted for source in entry.sources}
    ids |= {case.source} | {claim.source for claim in case.claims}
    ids |= {source for series in case.history for source in series.sources}
    return tuple(sorted((one for one in case.references if one.id in ids), key=lambda one: one.citation.lower()))
