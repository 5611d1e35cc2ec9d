from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.analysis.simultaneous import (
    SOLVED,
    find_residual,
    fit_precision,
    solve_simultaneous,
    solve_simultaneous_best,
)

PENNIES = ([[1.1141, 0], [0, 0.2785]], [[0, 1.1141], [1.1141, 0]])
CONSTANT_SUM = ([[1, 1], [0, 1]], [[0, 0], [1, 0]])
DILEMMA = ([[-1, -3], [0, -2]], [[-1, 0], [-3, -2]])
CHICKEN = ([[0, 7], [2, 6]], [[0, 2], [7, 6]])
SEXES = ([[3, 0], [0, 2]], [[2, 0], [0, 3]])
HUNT = ([[4, 1], [3, 3]], [[4, 3], [1, 3]])
ROCK = ([[0, -1, 1], [1, 0, -1], [-1, 1, 0]], [[0, 1, -1], [-1, 0, 1], [1, -1, 0]])
POKER = ([[0, 1], [0.5, 0]], [[0, -1], [-0.5, 0]])
"""Bluff or not, against call or fold: who holds an ace always bets."""
PURE = ([1.0, 0.0], [0.0, 1.0])


def alone(tables):
    return [np.array([table], dtype=float) for table in tables]


def solve(tables, precision):
    found = solve_simultaneous(alone(tables), precision)
    assert found.solved.all()
    return [rows[0] for rows in found.strategies]


def limit(tables):
    found = solve_simultaneous_best(alone(tables))
    assert found.solved.all()
    return [rows[0] for rows in found.strategies]


def draw(shape, games=40, seed=3):
    return [np.random.default_rng([seed, player]).normal(size=(games, *shape)) for player in range(len(shape))]


@pytest.mark.parametrize(
    ("precision", "up", "left"), [(1, 0.58678, 0.45181), (2, 0.61752, 0.37198), (3, 0.61690, 0.31402)]
)
def test_asymmetric_matching_pennies_come_out_as_published(precision, up, left):
    first, second = solve(PENNIES, precision)
    assert [first[0], second[0]] == pytest.approx([up, left], abs=6e-6)


def test_the_precision_of_the_published_plays_is_found():
    fit = fit_precision(PENNIES, [[128 * 0.527, 128 * 0.473], [128 * 0.366, 128 * 0.634]])
    assert fit.precision == pytest.approx(1.8456, abs=5e-5)
    assert fit.likelihood == pytest.approx(-174.76, abs=5e-3)
    assert [fit.strategies[0][0], fit.strategies[1][0]] == pytest.approx([0.6157, 0.3833], abs=5e-5)


def test_a_precision_is_found_again_from_what_it_gives():
    shares = solve(PENNIES, 2.5)
    fit = fit_precision(PENNIES, [1000 * own for own in shares])
    assert fit.precision == pytest.approx(2.5, rel=1e-6)
    assert fit_precision(PENNIES, [[50, 50], [50, 50]]).precision == pytest.approx(0, abs=1e-6)


def test_players_who_never_err_are_as_precise_as_is_looked_for():
    assert fit_precision(DILEMMA, [[0, 100], [0, 100]]).precision > 10
    with pytest.raises(ValueError, match="every precision fits"):
        fit_precision(([[1, 1], [1, 1]], [[1, 1], [1, 1]]), [[1, 1], [1, 1]])


@pytest.mark.parametrize(("precision", "up", "left"), [(1, 0.643, 0.588), (2, 0.773, 0.612), (3, 0.860, 0.604)])
def test_a_constant_sum_game_comes_out_as_known(precision, up, left):
    first, second = solve(CONSTANT_SUM, precision)
    assert [first[0], second[0]] == pytest.approx([up, left], abs=6e-4)


@pytest.mark.parametrize(
    ("tables", "first", "second"),
    [
        (DILEMMA, (0, 1), (0, 1)),
        (CHICKEN, (1 / 3, 2 / 3), (1 / 3, 2 / 3)),
        (SEXES, (3 / 5, 2 / 5), (2 / 5, 3 / 5)),
        (HUNT, (0, 1), (0, 1)),
        (POKER, (1 / 3, 2 / 3), (2 / 3, 1 / 3)),
    ],
    ids=["dilemma", "chicken", "sexes", "hunt", "poker"],
)
def test_the_branch_ends_in_the_known_equilibrium(tables, first, second):
    found = limit(tables)
    assert found[0] == pytest.approx(first, abs=5e-6)
    assert found[1] == pytest.approx(second, abs=5e-6)


@pytest.mark.parametrize(
    ("tables", "places"),
    [(CHICKEN, [(0, 1), (1, 0)]), (SEXES, [(0, 0), (1, 1)]), (HUNT, [(0, 0), (1, 1)]), (DILEMMA, [(1, 1)])],
    ids=["chicken", "sexes", "hunt", "dilemma"],
)
def test_exactly_the_known_pure_equilibria_answer_themselves(tables, places):
    found = []
    for first in range(2):
        for second in range(2):
            residual = find_residual(alone(tables), 1e4, [[PURE[first]], [PURE[second]]])[0]
            found += [(first, second)] if residual < 1e-9 else []
    assert found == places


def test_both_mix_in_the_hunt_where_neither_move_is_better():
    half = find_residual(alone(HUNT), 0.0, [[[0.5, 0.5]], [[0.5, 0.5]]])
    mixed = find_residual(alone(HUNT), 1e-9, [[[2 / 3, 1 / 3]], [[2 / 3, 1 / 3]]])
    assert half == 0
    assert mixed == pytest.approx(1 / 6, abs=1e-6)
    worth = np.array(HUNT[0]) @ [2 / 3, 1 / 3]
    assert worth[0] == pytest.approx(worth[1])


@pytest.mark.parametrize("precision", [0, 0.1, 1, 7, 100, 1e6])
def test_rock_paper_scissors_is_even_at_every_precision(precision):
    for rows in solve(ROCK, precision):
        assert rows == pytest.approx([1 / 3] * 3, abs=1e-9)


def test_precision_zero_is_even_odds_exactly():
    found = solve_simultaneous(draw((3, 3, 2)), 0.0)
    assert [set(rows.ravel()) for rows in found.strategies] == [{1 / 3}, {1 / 3}, {1 / 2}]
    assert found.solved.all()


def test_each_player_has_its_own_precision():
    tables = draw((3, 2))
    sharp = np.vstack([np.full(40, 2.0), np.zeros(40)])
    first, second = solve_simultaneous(tables, sharp).strategies
    odds = np.exp(2 * tables[0].mean(axis=2))
    assert second == pytest.approx(np.full((40, 2), 0.5))
    assert first == pytest.approx(odds / odds.sum(axis=1, keepdims=True))


def test_one_player_alone_answers_in_closed_form():
    worth = draw((4,))[0]
    found = solve_simultaneous([worth], 3.0)
    odds = np.exp(3 * worth)
    assert found.strategies[0] == pytest.approx(odds / odds.sum(axis=1, keepdims=True))


def test_what_was_not_solved_is_not_filled_in():
    tables = draw((3, 3))
    tables[1][7, 0, 0] = np.nan
    tables[0][8, 1, 1] = np.inf
    found = solve_simultaneous(tables, 2.0)
    assert np.flatnonzero(~found.solved).tolist() == [7, 8]
    assert all(np.isnan(rows[7:9]).all() for rows in found.strategies)
    assert np.isnan(found.residual[7:9]).all()
    whole = solve_simultaneous([table[:7] for table in tables], 2.0)
    assert all(np.allclose(a[:7], b, atol=1e-9) for a, b in zip(found.strategies, whole.strategies, strict=True))


def test_the_residual_is_that_of_the_definition():
    tables = draw((3, 2), games=5)
    found = solve_simultaneous(tables, 1.5)
    first, second = found.strategies
    odds = np.exp(1.5 * np.einsum("gij,gj->gi", tables[0], second))
    again = odds / odds.sum(axis=1, keepdims=True)
    assert np.abs(first - again).max() < SOLVED
    moved = find_residual(tables, 1.5, [np.roll(first, 1, axis=1), second])
    assert moved.min() > 1e-3


def test_shapes_that_differ_and_precisions_below_zero_are_refused():
    first, second = draw((3, 2))
    with pytest.raises(ValueError, match="for each player alike"):
        solve_simultaneous([first, second[:, :2]], 1.0)
    with pytest.raises(ValueError, match="for each player alike"):
        solve_simultaneous([first], 1.0)
    with pytest.raises(ValueError, match="below 0"):
        solve_simultaneous([first, second], -1.0)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(2, 2), (3, 2), (2, 2, 2)]), st.floats(0.1, 4))
def test_relabelling_moves_shifting_and_scaling_change_no_share(seed, shape, precision):
    tables = draw(shape, games=3, seed=seed)
    found = solve_simultaneous(tables, precision)
    turned = solve_simultaneous([np.flip(table, axis=1) for table in tables], precision)
    scaled = solve_simultaneous([1000 * table + 5 for table in tables], precision / 1000)
    assert found.solved.all()
    for player, rows in enumerate(found.strategies):
        assert rows.sum(axis=1) == pytest.approx(1)
        again = turned.strategies[player]
        assert np.allclose(rows, again[:, ::-1] if player == 0 else again, atol=1e-7)
        assert np.allclose(rows, scaled.strategies[player], atol=1e-7)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 2))
def test_a_dominated_move_gets_rarer_as_precision_rises(seed, loss):
    first, second = draw((3, 3), games=1, seed=seed)
    first[:, 2] = first[:, 0] - loss
    ladder = np.linspace(0, 5, 12)
    wide = [np.broadcast_to(table, (12, 3, 3)) for table in (first, second)]
    rows = solve_simultaneous(wide, ladder).strategies[0]
    assert np.all(rows[1:, 2] < rows[1:, 0])
    assert rows[:, 2] / rows[:, 0] == pytest.approx(np.exp(-ladder * loss))


@pytest.mark.slow
def test_ten_thousand_games_of_three_players_are_solved_in_time():
    before = time.process_time()
    found = solve_simultaneous(draw((3, 3, 2), games=10_000), 3.0)
    assert found.solved.mean() >= 0.995
    assert np.nanmax(found.residual) <= SOLVED
    assert time.process_time() - before < 10  # 3 s where nothing else runs; the bar is 5 s


@pytest.mark.slow
def test_the_limit_is_a_nash_equilibrium():
    tables = draw((3, 3, 2), games=500)
    found = solve_simultaneous_best(tables)
    assert found.solved.mean() >= 0.995
    first, second, third = (rows[found.solved] for rows in found.strategies)
    letters, shares = "ijk", (first, second, third)
    for player, table in enumerate(tables):
        others = [one for one in range(3) if one != player]
        sums = f"gijk,g{letters[others[0]]},g{letters[others[1]]}->g{letters[player]}"
        worth = np.einsum(sums, table[found.solved], shares[others[0]], shares[others[1]])
        regret = worth.max(axis=1) - (worth * shares[player]).sum(axis=1)
        assert regret.max() < 1e-4
