"""The whole question."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from crossroads.case.records.answers import Actor, Mix
from crossroads.case.records.base import Id, Record, Text
from crossroads.case.records.choices import Lever, Option
from crossroads.case.records.doubts import Correlation, Factor, Uncertainty, View
from crossroads.case.records.expectations import Check
from crossroads.case.records.registers import Calibration
from crossroads.case.records.sources import Evidence, Fact, Reference, Series
from crossroads.case.records.turns import Sweeps
from crossroads.case.records.worth import Claim, Concern, Horizon, Outcome, Stakeholder


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
    chooser: Id | None = None
    """The stakeholder that chooses the option; none where it does not matter who does."""
    probes: tuple[Option, ...] = ()
    """Options that nobody proposes, run beside the others to answer claims and questions; the runs of the options do
    not depend on them."""
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
