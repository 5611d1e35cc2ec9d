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
