"""What can be chosen: levers, and options as differences from the baseline."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from crossroads.case.records.base import Id, Record, Text


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
