"""Our answers beside Gambit's, which games.json holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn_games import (
    PRECISIONS,
    SEED,
    DrawnGame,
    draw_matrix_games,
    draw_trees,
    find_information,
    list_information,
    write_tree,
)

from crossroads.analysis.equilibria import Tree, solve_quantal
from crossroads.analysis.simultaneous import find_residual, solve_simultaneous

ROOT = Path(__file__).parent.parent.parent
CLOSE = 1e-9


@cache
def read_facts() -> dict[str, Any]:
    return json.loads(Path(__file__).with_name("games.json").read_text())


def list_tables(games: Sequence[DrawnGame]) -> list[np.ndarray]:
    """Payoffs of each player, (games, moves of the first, ...), of games of one shape."""
    shape = np.max(games[0].profiles, axis=0) + 1
    cents = np.array([game.cents for game in games])
    return [cents[:, :, player].reshape(len(games), *shape) / 100 for player in range(len(shape))]


def spread_given(game: DrawnGame, answer: list[list[list[float]]]) -> np.ndarray:
    """Gambit's shares by information set as ours, (players, profiles)."""
    given = np.empty((len(answer), len(game.profiles)))
    for player, rows in enumerate(answer):
        table = {
            (known, move): share
            for (known, moves), shares in zip(list_information(game, player), rows, strict=True)
            for move, share in zip(moves, shares, strict=True)
        }
        given[player] = [table[find_information(game, player, own), own[player]] for own in game.profiles]
    return given


def test_the_facts_are_of_the_games_that_are_drawn_now():
    facts = read_facts()
    assert facts["seed"] == SEED
    assert list(facts["games"]) == [game.name for game in [*draw_matrix_games(), *draw_trees()]]
    assert len(draw_matrix_games()) >= 60
    assert facts["solver"] == "pygambit"
    assert f"pygambit=={facts['version']}" in (ROOT / "benchmarks/requirements-pygambit.txt").read_text().split()


def test_gambit_answered_every_game_at_every_precision():
    for answers in read_facts()["games"].values():
        assert [answer[0] for answer in answers] == pytest.approx(PRECISIONS, abs=1e-7)


@pytest.mark.parametrize("place", range(len(PRECISIONS)), ids=map(str, PRECISIONS))
def test_games_in_strategic_form_are_answered_as_gambit_does(place):
    shapes = groupby(draw_matrix_games(), lambda game: np.max(game.profiles, axis=0).tolist())
    for games in (list(group) for _, group in shapes):
        answers = [read_facts()["games"][game.name][place] for game in games]
        precision = np.array([precision for precision, _ in answers])
        theirs = [np.array([shares[player][0] for _, shares in answers]) for player in range(len(answers[0][1]))]
        ours = solve_simultaneous(list_tables(games), precision)
        assert ours.solved.all()
        assert find_residual(list_tables(games), precision, theirs).max() < CLOSE
        for mine, other in zip(ours.strategies, theirs, strict=True):
            assert np.abs(mine - other).max() < CLOSE, games[0].name


@pytest.mark.parametrize("place", range(len(PRECISIONS)), ids=map(str, PRECISIONS))
def test_trees_are_answered_as_gambit_does(place):
    for game in draw_trees():
        precision, answer = read_facts()["games"][game.name][place]
        payoffs = np.array(game.cents).T[:, None] / 100
        alike = np.ones((len(payoffs), 1))
        ours = solve_quantal(Tree(np.array(game.profiles), game.turns), payoffs, precision * alike, alike)
        assert ours.solved.all(), game.name
        assert np.abs(ours.given[:, :, 0] - spread_given(game, answer)).max() < CLOSE, game.name


def test_the_drawn_trees_are_of_every_kind():
    games = draw_trees()
    assert any(len(game.profiles) < np.prod(np.max(game.profiles, axis=0) + 1) for game in games)
    assert {max(map(len, game.turns)) for game in games} == {1, 2}
    assert {len(game.turns) for game in games} == {2, 3}


def test_a_tree_is_written_in_the_format_of_gambit():
    game = DrawnGame("entry", ((0,), (1,)), ((0, 0), (1, 0), (1, 1)), ((0, 200), (-100, -100), (100, 100)))
    assert write_tree(game).splitlines() == [
        'EFG 2 R "drawn" { "P0" "P1" }',
        '""',
        "",
        'p "" 1 1 "start" { "m0" "m1" } 0',
        'p "" 2 1 "0" { "m0" } 0',
        't "" 1 "" { 0.00, 2.00 }',
        'p "" 2 2 "1" { "m0" "m1" } 0',
        't "" 2 "" { -1.00, -1.00 }',
        't "" 3 "" { 1.00, 1.00 }',
    ]
