"""Logit answers of players who move at the same time, and how these change, for many games of one shape at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from crossroads.analysis.estimates import Bools, Floats, Ints


class Stages:
    """Games of one shape. A row of shares holds the moves of the first player, then of the next.

    Payoffs are kept times the precision, and as what each move falls short of the best against the same play of the
    others: no answer depends on more, and rounding stays small.
    """

    def __init__(self, short: Sequence[Floats]) -> None:
        """`short` of each player (games, moves of the first, moves of the second, ...), none above 0."""
        self._short = short
        ends = np.cumsum(short[0].shape[1:])
        self.places = [slice(int(end) - size, int(end)) for end, size in zip(ends, short[0].shape[1:], strict=True)]

    @classmethod
    def scale(cls, payoffs: Sequence[Floats], precision: Floats) -> Stages:
        """From payoffs in points and `precision` (players, games)."""
        tables = []
        for player, (table, sharp) in enumerate(zip(payoffs, precision, strict=True)):
            with np.errstate(invalid="ignore"):  # of a payoff that is not finite; such a game is told by `finite`
                short = table - table.max(axis=player + 1, keepdims=True)
            tables.append(short * sharp.reshape(-1, *[1] * (table.ndim - 1)))
        return cls(tables)

    def __len__(self) -> int:
        return len(self._short[0])

    @property
    def span(self) -> Floats:
        """The most by which a move of anyone can fall short, (games,)."""
        moves = tuple(range(1, self._short[0].ndim))
        return np.asarray(np.max([-table.min(axis=moves) for table in self._short], axis=0))

    @property
    def finite(self) -> Bools:
        """Whether all of a game is finite, (games,)."""
        return np.isfinite(self.span)

    def pick(self, games: Ints | Bools) -> Stages:
        """Some of the games."""
        return Stages([table[games] for table in self._short])

    def start(self) -> Floats:
        """Even odds, (games, all moves)."""
        sizes = self._short[0].shape[1:]
        return np.concatenate([np.full((len(self), size), 1 / size) for size in sizes], axis=1)

    def respond(self, shares: Floats, reach: Floats) -> tuple[Floats, Floats]:
        """Answers to shares at a share `reach` (games,) of the precision, and by what each move falls short: both
        (games, all moves)."""
        short = np.concatenate([self._contract(one, shares, [one]) for one in range(len(self.places))], axis=1)
        answers = np.empty_like(short)
        for place in self.places:
            own = short[:, place]
            odds = np.exp(reach[:, None] * (own - own.max(axis=1, keepdims=True)))
            answers[:, place] = odds / odds.sum(axis=1, keepdims=True)
        return answers, short

    def slope(self, shares: Floats, answers: Floats, reach: Floats) -> Floats:
        """How `shares - answers` changes with the shares, (games, all moves, all moves)."""
        count = shares.shape[1]
        matrix = np.broadcast_to(np.eye(count), (len(shares), count, count)).copy()
        for player, rows in enumerate(self.places):
            for other, columns in enumerate(self.places):
                if other != player:
                    short = self._contract(player, shares, [player, other])
                    change = reach[:, None, None] * (short if player < other else short.swapaxes(1, 2))
                    matrix[:, rows, columns] = -_tilt(answers[:, rows], change)
        return matrix

    def push(self, answers: Floats, short: Floats) -> Floats:
        """How answers change with the reach while the others' shares stay, (games, all moves)."""
        parts = [_tilt(answers[:, place], short[:, place, None])[..., 0] for place in self.places]
        return np.concatenate(parts, axis=1)

    def _contract(self, player: int, shares: Floats, kept: Sequence[int]) -> Floats:
        """By what a player expects to fall short, by the moves of those kept, in the order of the players."""
        table = self._short[player]
        for other in reversed(range(len(self.places))):
            if other not in kept:
                rows = shares[:, self.places[other]]
                column = rows.reshape(len(rows), *[1] * (table.ndim - 3), rows.shape[1], 1)
                table = np.matmul(np.moveaxis(table, other + 1, -1), column)[..., 0]
        return table


def _tilt(answers: Floats, changes: Floats) -> Floats:
    """How logit answers (games, moves) change where what moves are worth changes, (games, moves, columns)."""
    return np.asarray(answers[..., None] * (changes - np.einsum("gm,gmc->gc", answers, changes)[:, None]))
