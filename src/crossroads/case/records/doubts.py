"""What nobody knows: uncertainties, views of them, what moves together and what acts together."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from crossroads.case.distributions import Distribution
from crossroads.case.records.base import Id, Record, Text
from crossroads.case.records.sources import Contested


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
