"""Gambit's answers to the games drawn at random, as JSON: the part of oracle_games.py that runs in Gambit's own
environment."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pygambit

from tests.known.drawn_games import (
    PRECISIONS,
    DrawnGame,
    draw_matrix_games,
    draw_trees,
    list_information,
    write_tree,
)

DIGITS = 11


def solve(drawn: DrawnGame) -> list[Any]:
    """At each precision: the precision that Gambit came to, and by player and information set the shares of its moves;
    None where it came to none."""
    game = pygambit.read_efg(io.StringIO(write_tree(drawn)))
    answers: list[Any] = []
    for precision in PRECISIONS:
        points = pygambit.qre.logit_solve_lambda(game, precision)
        answers.append([round(points[0].lam, DIGITS), read_shares(drawn, points[0].profile)] if points else None)
    return answers


def read_shares(drawn: DrawnGame, profile: Any) -> list[list[list[float]]]:
    """Shares by player and information set, which must stand in our order."""
    answer = []
    for player, behaviour in enumerate(profile):
        rows = []
        for (known, moves), (history, shares) in zip(list_information(drawn, player), behaviour, strict=True):
            assert tuple(step.action for step in history)[: len(known)] == tuple(f"m{move}" for move in known)
            assert [action for action, _ in shares] == [f"m{move}" for move in moves]
            rows.append([round(float(share), DIGITS) for _, share in shares])
        answer.append(rows)
    return answer


if __name__ == "__main__":
    json.dump({game.name: solve(game) for game in [*draw_matrix_games(), *draw_trees()]}, sys.stdout)
