"""What a claim says of the runs: comparisons that hold in a future or do not, joined by all, any and not."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from crossroads.case.records.base import Id, Record, Text

Several = Id | tuple[Id, ...]


class Term(Record):
    """One number of each future: what an outcome is under an option at a horizon, its reactions averaged; or how likely
    some openings are under it."""

    outcome: Id | None = None
    openings: tuple[Id, ...] = ()
    """Moves of one actor; the number is the chance, 0 to 1, that one of them answers the option."""
    option: Id
    """An option or a probe of the case."""
    horizon: Id | None = None
    """None for openings, which come at the start."""
    stance: Id | None = None
    """Given this opening of the first actor; none: all of them as likely as they are."""
    times: float = 1.0


class Proposition(Record):
    """What holds in a future or does not: exactly one of a comparison of one outcome, a comparison of a sum, and
    propositions joined by all, any or not.

    The first: `outcome` under `option` at `horizon`, measured from `against`, is at least or at most a number. Where
    several options or horizons are named it must hold for every one of them, or with `some` for one.
    """

    model_config = ConfigDict(populate_by_name=True)

    outcome: Id | None = None
    option: Several = ()
    horizon: Several = ()
    stance: Id | None = None
    """Given this opening of the first actor; none: all of them as likely as they are."""
    against: Id = "baseline"
    """What the number is measured from: baseline (the baseline option in the same future at the same horizon), start,
    zero, or the id of an option or probe."""
    against_stance: Id | None = None
    against_horizon: Id | None = None
    """None: the same horizon."""
    percent: bool = False
    """Whether the number is a percentage of what it is measured from."""
    some: bool = False
    sum: tuple[Term, ...] = ()
    """The number is the sum of the terms."""
    share_of: tuple[Term, ...] = ()
    """The number is the sum as a share of this sum; a future in which this one is not above 0 counts as not holding."""
    at_least: float | None = None
    at_most: float | None = None
    all: tuple[Proposition, ...] = ()
    any: tuple[Proposition, ...] = ()
    not_: Proposition | None = Field(None, alias="not")


class Part(Record):
    """One statement within a claim that can hold in a future or not."""

    id: Id
    words: Text
    """What it says, with the threshold, in words."""
    holds: Proposition
    because: Text
    """The reason for the thresholds, in words."""
    null: dict[Id, float | str] = Field(default_factory=dict)
    """Uncertainties that drive it, with the value at which their effect is absent: it is judged again with these."""
    without: tuple[Id, ...] = ()
    """Mechanisms that drive it: it is judged again with these switched off."""
    assumption: str = ""
    """What the verdict rests on, in words, said where it flips at the null."""


class Orders(Record):
    """What each of a few measures adds, over every order in which they can be added (Shapley 1953)."""

    measures: dict[Id, Text]
    """Id to name."""
    designs: dict[str, Id]
    """Measures joined by "+", in the order of `measures`, to the option or probe that has just these; "" to none."""
    outcomes: tuple[Id, ...]
    horizon: Id


class Comparison(Record):
    """Options or probes side by side, as the answer to a question: one table."""

    name: Text
    options: tuple[Id, ...]
    """The first is what the others are measured from."""
    outcomes: tuple[Id, ...]
    horizons: tuple[Id, ...]
    stance: Id | None = None
    """Given this opening of the first actor, for the options to which it is a possible answer; none: all of them as
    likely as they are."""
