"""Tables as the page and the terminal show them, and the names that everything is called by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from crossroads.case.records import (
    HISTORY,
    Case,
    Concern,
    Evidence,
    Horizon,
    Option,
    Outcome,
    Reference,
    Stakeholder,
    Uncertainty,
)
from crossroads.presentation.palette import colours

MIXTURE = "mixture"
ALL = "all"


@dataclass(frozen=True)
class Cell:
    """Text, a smaller second line, a background and the width of a bar in percent."""

    text: str
    note: str = ""
    shade: str = ""
    width: int = 0


@dataclass(frozen=True)
class Row:
    """A name, its cells, a line below the name and the colour of an option."""

    short: str
    cells: tuple[Cell, ...]
    note: str = ""
    colour: str = ""


@dataclass(frozen=True)
class Table:
    """Rows under columns, with a caption that says what to see."""

    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Plain:
    """A table of text alone."""

    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def shade(strength: float) -> str:
    """A background from worse (-1) over nothing (0) to better (1); dark text stays readable on it."""
    part = min(1.0, abs(strength))
    colour = "10,102,112" if strength > 0 else "194,84,30"
    return f"rgba({colour},{0.06 + 0.32 * part:.2f})" if part > 0 else ""


@dataclass(frozen=True)
class Names:
    """Records of a case by their ids, and the colour of each option."""

    case: Case

    @cached_property
    def options(self) -> Mapping[str, Option]:
        """Options in the order of the case."""
        return {one.id: one for one in self.case.options}

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """Outcomes in the order of the case."""
        return {one.id: one for one in self.case.outcomes}

    @cached_property
    def horizons(self) -> Mapping[str, Horizon]:
        """Horizons in the order of the case."""
        return {one.id: one for one in self.case.horizons}

    @cached_property
    def stakeholders(self) -> Mapping[str, Stakeholder]:
        """Stakeholders in the order of the case."""
        return {one.id: one for one in self.case.stakeholders}

    @cached_property
    def concerns(self) -> Mapping[str, Concern]:
        """Concerns in the order of the case."""
        return {one.id: one for one in self.case.concerns}

    @cached_property
    def evidence(self) -> Mapping[str, Evidence]:
        """The ledger in the order of the case."""
        return {one.id: one for one in self.case.evidence}

    @cached_property
    def references(self) -> Mapping[str, Reference]:
        """References in the order of the case."""
        return {one.id: one for one in self.case.references}

    @cached_property
    def views(self) -> Mapping[str, str]:
        """Names of views, the mixture of all first, and last the belief from history where the case has one."""
        found = self.case.calibration
        past = {} if found is None else {HISTORY: found.name}
        return {MIXTURE: "All views", **{one.id: one.name for one in self.case.views}, **past}

    @cached_property
    def moves(self) -> Mapping[str, str]:
        """Short names of all moves, and of all stances together."""
        played = any(actor.payoff for actor in self.case.actors)
        return {
            ALL: "all answers" if played else "declared mix",
            **{move.id: move.short for actor in self.case.actors for move in actor.moves},
        }

    def consents(self, move: str) -> bool:
        """Whether an opening gives what an option that seeks consent asks for."""
        return any(one.consents for actor in self.case.actors for one in actor.moves if one.id == move)

    @cached_property
    def colours(self) -> Mapping[str, str]:
        """Option id to colour."""
        return colours(self.case)

    @property
    def baseline(self) -> str:
        """What the baseline option is called."""
        return self.options[self.case.baseline].short

    @cached_property
    def palette(self) -> tuple[tuple[str, str], ...]:
        """Short name and colour of each option, in the order of the case."""
        return tuple((one.short, self.colours[one.id]) for one in self.case.options)

    @cached_property
    def near(self) -> str:
        """The horizon nearest to one year."""
        return min(self.case.horizons, key=lambda one: abs(one.weeks - 52)).id

    @cached_property
    def last(self) -> str:
        """The last horizon."""
        return max(self.case.horizons, key=lambda one: one.weeks).id

    def call(self, option: str) -> str:
        """The short name of an option in a list: in quotes where it holds a comma."""
        short = self.options[option].short
        return f"“{short}”" if "," in short else short

    def is_judged(self, uncertainty: Uncertainty) -> bool:
        """Whether its range is our own judgement and not that of one entry."""
        return uncertainty.basis == "judgement"

    def rests_on_marked(self, uncertainty: Uncertainty) -> bool:
        """Whether it cites an entry that a reader must be warned of."""
        return any(name in self.evidence and self.evidence[name].needs_mark for name in uncertainty.evidence)

    def unit(self, outcome: str) -> str:
        """The unit of a change in running text: an index changes by points."""
        unit = self.outcomes[outcome].unit
        return "points" if unit.startswith("index") else unit

    @cached_property
    def _proper(self) -> frozenset[str]:
        """Words that the case writes with a capital in the middle of a sentence."""
        return frozenset(word for text in _texts(self.case) for word in re.findall(r"(?<=[a-z,;] )[A-Z][\w.]*", text))

    def running(self, text: str) -> str:
        """A name in running text: without its capital, but for proper names and abbreviations."""
        first = re.split(r"[\s,;:-]", text, maxsplit=1)[0]
        proper = first in self._proper or first[1:] != first[1:].lower() or "." in first
        return text if proper else text[:1].lower() + text[1:]

    def after(self, horizon: str) -> str:
        """A horizon in running text: "after 10 years"."""
        return f"after {self.horizons[horizon].name}"


def _texts(case: Case) -> Iterator[str]:
    """Running text of a case."""
    yield from (case.question, case.summary)
    for group in (case.options, case.outcomes, case.stakeholders, case.actors, case.uncertainties):
        yield from (record.meaning for record in group)
    yield from (entry.statement for entry in case.evidence)
