"""The frozen records that a case is made of.

Field docstrings are the manual: the reference page and the editor schema are generated from them. Ids are
words joined by underscores (records) or hyphens (evidence); in files they are the keys of mappings.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from crossroads.case.distributions import Distribution

Id = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Contested = Literal["low", "low-medium", "medium", "medium-high", "high", "very high"]
Status = Literal["verified", "verified-2nd", "recalled", "derived", "judgement"]
ClaimKind = Literal[
    "empirical",
    "law",
    "definition",
    "value",
    "question",
    "empirical and value",
    "law and empirical",
    "value and law",
]


class Record(BaseModel):
    """Frozen, with unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


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


class Uncertainty(Record):
    """Something nobody in the case controls and nobody knows."""

    id: Id
    name: Text
    meaning: Text
    unit: Text
    distribution: Distribution
    evidence: tuple[Id, ...] = ()
    contested: Contested
    basis: Literal["entry", "judgement"] = "entry"
    """entry: the range is that of the one entry cited that carries numbers; judgement: our own range,
    informed by the entries cited, and shown as such."""
    structural: bool = False
    """True for a choice between model structures: constant within a block of runs."""
    null: float | str | None = None
    """The value at which the effect is absent, where the evidence has one in its range."""
    mechanism: str = ""
    """The mechanism that reads it first; for grouping in tables."""


class View(Record):
    """A named set of beliefs: other distributions over the same uncertainties."""

    id: Id
    name: Text
    meaning: Text
    beliefs: dict[Id, Distribution] = Field(default_factory=dict)
    """Uncertainty id to distribution; every uncertainty not named keeps its own distribution."""
    evidence: tuple[Id, ...] = ()


class Setting(Record):
    """One position of a dial."""

    name: Text
    meaning: Text
    gives: dict[Id, float]
    """What the position means for the model: column to number."""


class Lever(Record):
    """A setting that options fix: a number in a range, or a dial with named settings."""

    id: Id
    name: Text
    meaning: Text
    kind: Literal["dial", "posture", "instrument"]
    unit: Text
    baseline: float | str
    """Its value in the baseline option: a number, or the id of a setting."""
    low: float | None = None
    high: float | None = None
    settings: dict[Id, Setting] = Field(default_factory=dict)
    evidence: tuple[Id, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names under which the model reads this lever."""
        if not self.settings:
            return (self.id,)
        return tuple(dict.fromkeys(key for setting in self.settings.values() for key in setting.gives))

    def numbers(self, value: float | str) -> dict[str, float]:
        """Column to number at this value; a column that a setting leaves out is 0."""
        if not self.settings:
            return {self.id: float(value)}
        gives = self.settings[str(value)].gives
        return {column: gives.get(column, 0.0) for column in self.columns}


class Step(Record):
    """A change of levers in time: from the start, over the ramp, until the end; then back to the baseline."""

    start_month: float = Field(0.0, ge=0)
    """Months after the start of the case."""
    ramp_months: float = Field(ge=0)
    """Months until the full value is reached."""
    end_month: float | None = None
    """Months after the start of the case; none means that it lasts."""
    set: dict[Id, float | str]
    """Lever id to value."""


class Option(Record):
    """One course of action, written as differences from the baseline option."""

    id: Id
    name: Text
    short: Text
    """At most 24 letters, for charts."""
    meaning: Text
    mix: Id
    """The judgement mix of opening moves that answers this option until the game is solved."""
    steps: tuple[Step, ...] = ()
    tags: tuple[Id, ...] = ()
    """Such as force, consent, civilian: for grouping, never for computing."""
    seeks_consent: bool = False
    evidence: tuple[Id, ...] = ()


class Move(Record):
    """One opening that an actor can choose."""

    id: Id
    name: Text
    short: Text
    meaning: Text
    sets: dict[Id, float] = Field(default_factory=dict)
    """What the model reads: signal to number; a signal that a move leaves out is 0."""
    evidence: tuple[Id, ...] = ()


class Actor(Record):
    """Who answers an option."""

    id: Id
    name: Text
    meaning: Text
    order: int
    """Place in the order of play, from 1."""
    moves: tuple[Move, ...]
    evidence: tuple[Id, ...] = ()

    @property
    def signals(self) -> tuple[str, ...]:
        """Names that its moves set."""
        return tuple(dict.fromkeys(key for move in self.moves for key in move.sets))


class Mix(Record):
    """How likely each opening move is judged under some options; a move left out makes no sense there."""

    id: Id
    meaning: Text
    shares: dict[Id, dict[Id, float]]
    """Actor id to move id to share; the shares of one actor sum to 1."""
    evidence: tuple[Id, ...] = ()


class Horizon(Record):
    """A time at which outcomes are read."""

    id: Id
    name: Text
    weeks: int = Field(gt=0)


class Outcome(Record):
    """Something somebody cares about."""

    id: Id
    name: Text
    short: Text
    """At most 24 letters, for tables and charts."""
    meaning: Text
    unit: Text
    direction: Literal["less", "more"]
    """Which way most who weigh it call better."""
    reading: Literal["rate", "total", "level"]
    """rate: the last year before the horizon, a year (the time so far where it is shorter); total: since the
    start; level: at the horizon."""
    family: Text
    headline: bool = False
    """Whether it stands on the first screen; where no outcome does, the first few of the case do."""
    means: bool = False
    """A means to something else: weight 0 unless valued for itself."""
    index: bool = False
    """A judgement index: every ranking is also shown without it."""
    mechanism: Text
    digits: int = 0
    """Decimals shown."""
    evidence: tuple[Id, ...] = ()


class Condition(Record):
    """A test on one outcome: no more, or no less, than a value."""

    outcome: Id
    horizon: Id
    against: Literal["status_quo", "start", "zero"]
    """What the value is measured from: the baseline option in the same future at the same date; the start of
    the case; nothing."""
    at_most: float | None = None
    at_least: float | None = None
    percent: bool = False
    """Whether the value is a percentage of what it is measured from."""
    because: Text
    """The reason for the threshold, in words."""


class Concern(Record):
    """What stakeholders weigh, and the outcomes that speak for it; none means not modelled."""

    id: Id
    name: Text
    outcomes: dict[Id, float] = Field(default_factory=dict)
    """Outcome id to its share of the concern; the shares sum to 1."""
    note: str = ""


class Stakeholder(Record):
    """Who cares, with weights on concerns and what they find acceptable."""

    id: Id
    name: Text
    meaning: Text
    voice: Literal["weighs", "affected"]
    """weighs: has a say and weights; affected: rarely asked, shown as affected."""
    side: Text
    """Mexico, United States, both, region."""
    weights: dict[Id, float] = Field(default_factory=dict)
    """Concern id to weight, 0 to 5."""
    horizon: Id
    """The horizon at which this stakeholder reads outcomes."""
    accepts: tuple[Condition, ...] = ()
    """Every condition must hold for a future to be acceptable."""
    evidence: tuple[Id, ...] = ()
    status: Status = "judgement"


class Claim(Record):
    """A statement from the debate, in our own words."""

    id: Id
    short: Text
    words: Text
    source: Id
    kind: ClaimKind
    test: Text
    """How it will be judged, in words."""
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


class Case(Record):
    """The whole question."""

    id: Id
    title: Text
    question: Text
    summary: Text
    """What is known and not known about the decision, with the date on which the evidence ends."""
    source: Id
    """Reference id of what raised the question."""
    evidence_until: date
    start: date
    history_start: date
    years: int = Field(gt=0)
    """Length of the projection."""
    discount_rate: float
    """A year, applied to money; a value judgement, so it has no default."""
    baseline: Id
    """The option that others are differences from."""
    model: Text
    """Folder of the model inside the case, or an importable module."""
    horizons: tuple[Horizon, ...]
    options: tuple[Option, ...]
    levers: tuple[Lever, ...]
    facts: tuple[Fact, ...] = ()
    uncertainties: tuple[Uncertainty, ...]
    views: tuple[View, ...]
    actors: tuple[Actor, ...]
    mixes: tuple[Mix, ...]
    outcomes: tuple[Outcome, ...]
    concerns: tuple[Concern, ...]
    stakeholders: tuple[Stakeholder, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    references: tuple[Reference, ...]
    history: tuple[Series, ...] = ()
    not_modelled: tuple[Text, ...] = ()
    """What matters and has no mechanism yet, one line each: listed in the report, never dropped."""
    stays_out: tuple[Text, ...] = ()
    """What the case refuses to answer."""

    @property
    def weeks(self) -> int:
        """Length of the projection in weeks of 1/52 year."""
        return self.years * 52


class HasId(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """The id."""


_Named = TypeVar("_Named", bound=HasId)


def by_id(records: Iterable[_Named]) -> dict[str, _Named]:
    """Records under their ids, in their order."""
    return {record.id: record for record in records}
