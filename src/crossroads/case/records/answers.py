"""Who answers, with which moves, and how likely each is judged."""

from __future__ import annotations

from pydantic import Field

from crossroads.case.records.base import Id, Record, Text


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


class Valued(Record):
    """One thing that an actor values: an outcome, as a change from the baseline option."""

    outcome: Id
    worst: float
    """The change that is worth nothing, in the unit of the outcome."""
    best: float
    """The change that is worth the whole weight; what lies between, or past either, is on the same line."""
    weight: float | Id
    """Points between worst and best: a number, or an uncertainty that gives it."""
    because: Text
    evidence: tuple[Id, ...] = ()


class Act(Record):
    """What some openings are worth to the actor in themselves, whatever follows: such as the cost of a vote."""

    moves: tuple[Id, ...]
    points: float | Id
    """A number, or an uncertainty that gives it; below 0 it is a cost."""
    times: Id | None = None
    """A lever column: the points count as often as the option moves it from the baseline, at its furthest."""
    because: Text
    evidence: tuple[Id, ...] = ()


class Payoff(Record):
    """What an actor plays for, in points of one scale of its own."""

    unit: Text
    """What one point means, in words."""
    horizon: Id
    believes: Id | None = None
    """The view by which the actor judges what would follow; none: all views alike."""
    values: tuple[Valued, ...] = ()
    acts: tuple[Act, ...] = ()
    precision: float | Id
    """How sharply it picks what is best for it, for each point of difference: a number, or an uncertainty that gives
    it. At 0 every opening is as likely as any other."""
    because: Text
    evidence: tuple[Id, ...] = ()

    @property
    def doubts(self) -> tuple[Id, ...]:
        """Uncertainties that give its precision, weights and points."""
        given = [self.precision, *(one.weight for one in self.values), *(one.points for one in self.acts)]
        return tuple(dict.fromkeys(one for one in given if isinstance(one, str)))


class Actor(Record):
    """Who answers an option."""

    id: Id
    name: Text
    meaning: Text
    order: int
    """Turn in the order of play, from 1; actors that share a turn move at the same time."""
    moves: tuple[Move, ...]
    payoff: Payoff | None = None
    """None: its openings are as likely as the mix of each option says."""
    known: tuple[Id, ...] = ()
    """Uncertainties whose true value this actor knows when it moves."""
    evidence: tuple[Id, ...] = ()

    @property
    def signals(self) -> tuple[str, ...]:
        """Names that its moves set."""
        return tuple(dict.fromkeys(key for move in self.moves for key in move.sets))


class Anchor(Record):
    """A base rate of the evidence to which the game is fitted: how likely some openings are, on average over all
    futures and over the options of a mix."""

    moves: tuple[Id, ...]
    """Of one actor."""
    share: float = Field(gt=0, lt=1)
    because: Text
    evidence: tuple[Id, ...] = ()


class Mix(Record):
    """How likely each opening move is judged under some options; a move left out makes no sense there, or is against
    the law."""

    id: Id
    meaning: Text
    shares: dict[Id, dict[Id, float]]
    """Actor id to move id to share; the shares of one actor sum to 1."""
    anchors: dict[Id, Anchor] = Field(default_factory=dict)
    """Actor id to the base rate that the game is fitted to under these options; none: payoffs alone decide."""
    evidence: tuple[Id, ...] = ()
