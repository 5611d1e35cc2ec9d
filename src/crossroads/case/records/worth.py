"""What somebody cares about and claims, when it is read, and who weighs it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from crossroads.case.records.base import Id, Record, Text
from crossroads.case.records.propositions import Comparison, Orders, Part
from crossroads.case.records.sources import Status

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


class Horizon(Record):
    """A time at which outcomes are read."""

    id: Id
    name: Text
    weeks: int = Field(gt=0)


class Scale(Record):
    """What a change of an outcome from the baseline option is worth: 0 at the worst and past it, 1 at the best and past
    it, and linear between the points given."""

    worst: float
    """The change that is worth 0, in the unit of the outcome."""
    best: float
    """The change that is worth 1."""
    through: tuple[tuple[float, float], ...] = ()
    """Points between worst and best, change to worth; none: a straight line."""


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
    scales: dict[Id, Scale] = Field(default_factory=dict)
    """Horizon to what a change is worth: a judgement that every weight on this outcome refers to."""
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
    known: Literal["fixed", "interval", "order", "unknown"] = "fixed"
    """How much is known of the weights: the numbers; the numbers within `within`; their order alone; nothing."""
    within: float = Field(0.0, ge=0, lt=1)
    """Share by which each weight may be higher or lower, where intervals are known."""
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
    """How it is judged, in words."""
    parts: tuple[Part, ...] = ()
    """What of it can hold in a future or not; none for law, definitions and values."""
    compares: tuple[Comparison, ...] = ()
    """Options side by side, as the answer to a question or the facts beside a verdict."""
    orders: Orders | None = None
    dials: bool = False
    """Whether the card shows how far the dials of each option are from the baseline option."""
    openings: bool = False
    """Whether the card shows how likely each opening is under each option."""
    facts: tuple[Text, ...] = ()
    """What is settled by law or by definition, or cannot be tested, in our own words."""
    evidence: tuple[Id, ...] = ()
