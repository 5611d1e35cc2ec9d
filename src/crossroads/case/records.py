"""The frozen records that a case is made of.

Field docstrings are the manual: the reference page and the editor schema are generated from them. Ids are
words joined by underscores (records) or hyphens (evidence); in files they are the keys of mappings.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from crossroads.case.distributions import Distribution

Id = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Contested = Literal["low", "low-medium", "medium", "medium-high", "high", "very high"]
Status = Literal["verified", "verified-2nd", "recalled", "derived", "judgement"]
Value = Annotated[float | str, BeforeValidator(lambda value: "null" if value is None else value)]
"""What a check sets something to: a number or a word; an empty value is the word null."""
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


class Correlation(Record):
    """Uncertainties that move together, the same under every view; each keeps its own distribution."""

    id: Id
    between: tuple[Id, ...]
    """Two or more uncertainties, none of them categorical or fixed; every pair of them has this rank. A pair that no
    correlation declares has rank 0."""
    rank: float = Field(gt=-1, lt=1)
    """Spearman's rank correlation: above 0 where they rise together, below 0 where one falls as the other rises."""
    meaning: Text
    """Why they move together."""
    evidence: tuple[Id, ...] = ()


class Factor(Record):
    """Uncertainties that act together: what dominates is read at their joint ends, as chance times size."""

    id: Id
    name: Text
    meaning: Text
    """What acts with what."""
    of: tuple[Id, ...] = Field(min_length=1)
    """Uncertainties; each belongs to one factor at most."""
    band: bool = False
    """Whether it is drawn as a band behind all others, as a doubt that lies under everything."""
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
    searchable: bool = False
    """Whether a search for better options may change it; what is not is a fixed scenario of the options."""
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
    """A change of levers in time: from the start, over the ramp, until the end; then back to the baseline.

    Where the step names a gate of the model, its values count in the share that the gate is open, week by week: a
    lever is its baseline + (value - baseline) * share of the ramp * share of the gate. Start, ramp and end go by
    the calendar and not by the gate, which may open late, in part, again, or never.
    """

    start_month: float = Field(0.0, ge=0)
    """Months after the start of the case."""
    ramp_months: float = Field(ge=0)
    """Months until the full value is reached."""
    end_month: float | None = None
    """Months after the start of the case; none means that it lasts."""
    when: Id | None = None
    """The gate of the model that opens this step; none means that it is always open."""
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
    consents: bool = False
    """Whether this opening gives what an option that seeks consent asks for."""
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


HISTORY = "history"
"""The id of the belief that a calibration gives, beside those of the views; no view may take it."""


class Measure(Record):
    """How far a yearly series may lie from the outcome that it measures; all in logs, so that 0.1 is about 10 %."""

    error: float = Field(gt=0)
    """Standard deviation of one year's error, each year by itself."""
    scale: float = 0.0
    """Mean of the log of the series over the outcome: below 0 where the series counts less."""
    scale_error: float = Field(0.0, ge=0)
    """Standard deviation of that, the same for all years; where it is large, only the changes of the series count."""
    because: Text
    """The reason for these numbers, in words."""


class Observable(Record):
    """A yearly outcome of the history phase, and the series that measure it, each apart."""

    name: Text
    level_error: float = Field(0.0, ge=0)
    """Standard deviation of the log of the true level over that of the model, the same for all years."""
    drift: float = 0.0
    """Mean growth a year, in logs, that the model leaves out, from the first year calibrated to."""
    drift_error: float = Field(0.0, ge=0)
    """Standard deviation of that growth."""
    discrepancy: float = Field(gt=0)
    """Standard deviation of the log of what happened over what the model says at its best."""
    correlation_years: float = Field(gt=0)
    """Time in which that falls to 1/e of itself: what the model missed this year it misses next year too."""
    because: Text
    """The reason for these numbers, in words."""
    series: dict[Id, Measure]
    """Id of a series of the past to how it measures the outcome."""


class Forecast(Record):
    """Years to predict of one series, as its own change."""

    series: Id
    since: int
    """The year against which changes are counted; its value is taken as known."""
    years: tuple[int, ...] = Field(min_length=1)


class Holdout(Record):
    """A test out of sample: calibrated to an earlier year, what did it say of later ones?"""

    until: int
    """The last year that is calibrated to."""
    forecasts: tuple[Forecast, ...]
    rival: Id
    """A series of the past with a published projection; its changes are scored beside the model's own."""
    rival_error: float = Field(gt=0)
    """Standard deviation of the log error of that projection."""
    because: Text
    """The reason for that number, in words."""


class Calibration(Record):
    """The belief that what happened tells: futures weigh as much as they explain the past."""

    name: Text
    """What the belief is called where views are chosen."""
    meaning: Text
    first_year: int
    last_year: int
    """The years that are calibrated to."""
    floor: float = Field(gt=0)
    """Effective futures below which the belief is refused."""
    width_of: Id
    """The uncertainty that the past must not seem to know better than it does."""
    least_width: float = Field(gt=1)
    """How many times its 5 % quantile its 95 % quantile must be after calibration."""
    observables: dict[Id, Observable] = Field(min_length=1)
    """Outcome of the history phase to the series that measure it; only these enter."""
    holdout: Holdout | None = None
    evidence: tuple[Id, ...] = ()


class Given(Record):
    """What holds on every side of a check."""

    option: Id | None = None
    """By default the baseline option."""
    moves: tuple[Id, ...] = ()
    """Opening moves, at most one an actor; by default the first that make sense under every option of the check."""
    levers: dict[Id, float | str] = Field(default_factory=dict)
    """Lever id to another value than the option's, at the option's time; from the start where it leaves it alone."""


class Change(Record):
    """The one thing that differs between the sides of a check: two values, or several in a row.

    A value is a number, the name of a category, setting, option or move, or `off` and `on` for a mechanism; of an
    uncertainty also `low`, `central` or `high` of its range, or `null`; of a lever also `baseline`.
    """

    model_config = ConfigDict(populate_by_name=True)

    from_: Value = Field("", alias="from")
    to: Value = ""
    through: tuple[Value, ...] = ()
    """In place of from and to: each step moves the outcome as told, or not at all, and the ends differ."""

    @property
    def values(self) -> tuple[float | str, ...]:
        """The values in a row."""
        return self.through or tuple(value for value in (self.from_, self.to) if value != "")


class Expectation(Record):
    """What an outcome does between the first value of a change and the last."""

    model_config = ConfigDict(populate_by_name=True)

    outcome: Id
    horizon: Id
    moves: Literal["up", "down", "same", "not_up", "not_down"]
    by_at_least: float | None = Field(None, ge=0)
    """Least size of the mean change."""
    by_at_most: float | None = Field(None, ge=0)
    """Largest size of the mean change."""
    percent: bool = False
    """Whether these sizes are percentages of the mean at the first value."""
    in_: Literal["every future", "most futures", "on average"] | None = Field(None, alias="in")
    """most futures: nine in ten; on average: beyond Monte Carlo doubt. By default on average where it moves up or
    down, and every future where it stays the same or must not move one way."""


class Check(Record):
    """What a model must do, as given, when and then; or why the case does not test a piece of evidence."""

    id: Id
    says: Text
    """What is checked, as one sentence."""
    evidence: tuple[Id, ...] = ()
    given: Given = Given()
    fixed: dict[Id, Value] = Field(default_factory=dict)
    """Uncertainty id to the value that it has in every future."""
    without: tuple[Id, ...] = ()
    """Mechanisms that are switched off."""
    region: str = ""
    """Where it holds, in words, if the sign is another elsewhere."""
    when: dict[Id, Change] = Field(default_factory=dict)
    """The one thing that changes: the id of an uncertainty, a lever, an actor or a mechanism, or the word option."""
    then: tuple[Expectation, ...] = ()
    """All of these must hold."""
    not_testable: str = ""
    """Why the case does not test this, in place of when and then."""


class Dial(Record):
    """A lever at which every option is shown again, whatever it is in the option."""

    lever: Id
    values: tuple[float | str, ...] = Field(min_length=2)
    """From low to high; the last is compared with the first."""
    because: Text
    """The reason for these values, in words."""


class Budget(Record):
    """A cost at which options are compared: what is civilian in them and can be scaled is scaled until they cost it."""

    outcome: Id
    """The cost that is made equal: a total, read at the last horizon."""
    amount: float = Field(gt=0)
    scales: tuple[Annotated[float, Field(gt=0)], ...] = (0.5, 1.0, 1.5)
    """Shares of an option's distance from the baseline at which it is run, rising; between them is interpolated. Past 1
    as far as the ranges of its levers allow."""
    beside: tuple[Id, ...] = ()
    """Costs to others, shown beside and never added."""
    because: Text
    """The reason for the amount, in words."""


class Sweeps(Record):
    """New runs around the options: at several values of a lever, and at one budget."""

    futures: int = Field(192, ge=64)
    """How many, the first of those simulated."""
    dials: tuple[Dial, ...] = ()
    budget: Budget | None = None
    evidence: tuple[Id, ...] = ()


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
    correlations: tuple[Correlation, ...] = ()
    factors: tuple[Factor, ...] = ()
    """What is shown first of what dominates; runs do not depend on it."""
    actors: tuple[Actor, ...]
    mixes: tuple[Mix, ...]
    outcomes: tuple[Outcome, ...]
    concerns: tuple[Concern, ...]
    stakeholders: tuple[Stakeholder, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    references: tuple[Reference, ...]
    history: tuple[Series, ...] = ()
    checks: tuple[Check, ...] = ()
    """What the model must do; runs do not depend on it."""
    calibration: Calibration | None = None
    """How the past weighs on futures; none where it does not."""
    sweeps: Sweeps | None = None
    """What is run around the options; the runs of the options do not depend on it."""
    cannot_tell: tuple[Id, ...] = ()
    """Uncertainties that no data settle: the report shows how every answer moves with each of them."""
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
