"""What a model must do: given, when and then."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field

from crossroads.case.records.base import Id, Record, Text

Value = Annotated[float | str, BeforeValidator(lambda value: "null" if value is None else value)]
"""What a check sets something to: a number or a word; an empty value is the word null."""


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
