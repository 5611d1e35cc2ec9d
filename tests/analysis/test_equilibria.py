from __future__ import annotations

import time
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.analysis.equilibria import Tree, choose_worst, solve_best, solve_quantal
from crossroads.analysis.simultaneous import solve_simultaneous

ENTRY = Tree(np.array([[0, 0], [1, 0], [1, 1]]), ((0,), (1,)))
"""Stay out; enter and be fought; enter and be let in."""
ENTRY_WORTH = np.array([[[0.0, -1, 1]], [[2.0, -1, 1]]])
"""(actors, games, profiles)"""
ONE = np.ones((2, 1))
LEGS = Tree(np.array([[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]), ((0,), (1,), (2,), (3,)))
"""A centipede: each in turn takes (0) or passes (1); who does not move any more has move 0."""
LEG_WORTH = np.array([[4, 2, 16, 8, 64], [1, 8, 4, 32, 16], [4, 2, 16, 8, 64], [1, 8, 4, 32, 16]], dtype=float) / 10


def grid(*sizes, turns=None):
    order = turns or tuple((place,) for place in range(len(sizes)))
    return Tree(np.array(list(product(*map(range, sizes)))), order)


def logit(gap):
    return 1 / (1 + np.exp(-gap))


def draw(tree, games=6, seed=1):
    rng = np.random.default_rng(seed)
    profiles, actors = tree.profiles.shape
    payoffs = rng.normal(size=(actors, games, profiles))
    return payoffs, rng.uniform(0.2, 4, (actors, games)), rng.uniform(0.1, 1, (actors, games))


def test_entry_is_answered_as_by_hand():
    answer = solve_quantal(ENTRY, ENTRY_WORTH, 2 * ONE, ONE)
    fight = logit(2 * (-1 - 1))
    enter = logit(2 * (fight * -1 + (1 - fight) * 1 - 0))
    assert answer.shares[:, 0] == pytest.approx([1 - enter, enter * fight, enter * (1 - fight)])
    assert answer.given[1, :, 0] == pytest.approx([1, fight, 1 - fight])
    assert answer.values[:, 0] == pytest.approx([enter * (1 - 2 * fight), 2 * (1 - enter) + enter * (1 - 2 * fight)])
    assert answer.residual.tolist() == [0]
    assert answer.solved.tolist() == [True]


def test_a_threat_that_is_not_credible_deters_nobody():
    answer = solve_best(ENTRY, ENTRY_WORTH, ONE)
    assert answer.shares[:, 0].tolist() == [0, 0, 1]
    assert answer.values[:, 0].tolist() == [1, 1]
    believed = solve_best(ENTRY, ENTRY_WORTH, ONE, held={1: {0: 1.0}})
    assert believed.shares[:, 0].tolist() == [1, 0, 0]


def test_a_centipede_ends_at_once_between_the_best_and_later_between_those_who_err():
    beliefs = np.ones((4, 1))
    assert solve_best(LEGS, LEG_WORTH[:, None], beliefs).shares[:, 0].tolist() == [1, 0, 0, 0, 0]
    answer = solve_quantal(LEGS, LEG_WORTH[:, None], np.full((4, 1), 0.5), beliefs)
    ahead, expected = LEG_WORTH[:, 4], np.empty(4)
    for actor in (3, 2, 1, 0):
        expected[actor] = logit(0.5 * (LEG_WORTH[actor, actor] - ahead[actor]))
        ahead = expected[actor] * LEG_WORTH[:, actor] + (1 - expected[actor]) * ahead
    assert [answer.given[actor, actor, 0] for actor in range(4)] == pytest.approx(expected)
    assert answer.values[:, 0] == pytest.approx(ahead)
    assert answer.shares[0, 0] < 0.5


def test_who_moves_first_expects_the_average_of_how_the_other_is_minded():
    payoffs = np.repeat(ENTRY_WORTH, 2, axis=1)
    precision = np.array([[1.0, 3.0], [0.0, 2.0]])
    answer = solve_quantal(ENTRY, payoffs, precision, np.array([[3.0, 1.0], [1.0, 1.0]]))
    fight = np.array([0.5, logit(-4.0)])
    expected = (3 * fight[0] + fight[1]) / 4
    enter = logit(precision[0] * (1 - 2 * expected))
    assert answer.given[1, 1] == pytest.approx(fight)
    assert answer.given[0, 1] == pytest.approx(enter)
    assert answer.shares[1] == pytest.approx(enter * fight)
    assert answer.values[0] == pytest.approx(enter * (1 - 2 * expected))
    expected_entry = enter.mean()
    assert answer.values[1] == pytest.approx(2 * (1 - expected_entry) + expected_entry * (1 - 2 * fight))


def test_what_two_later_actors_do_together_in_a_future_is_expected_together():
    tree = grid(2, 2, 2)
    payoffs = np.zeros((3, 2, 8))
    payoffs[0] = np.all(tree.profiles == 1, axis=1)
    payoffs[1] = (tree.profiles[:, 1] == 1) * np.array([[1.0], [-1.0]])
    payoffs[2] = (tree.profiles[:, 2] == 1) * np.array([[1.0], [-1.0]])
    answer = solve_best(tree, payoffs, np.ones((3, 2)))
    assert answer.values[0] == pytest.approx([0.5, 0.5])  # both in one future; were they apart it would be 0.25


def test_the_best_are_the_limit_of_growing_precision():
    tree = grid(3, 2, 4)
    payoffs, _, beliefs = draw(tree)
    best = solve_best(tree, payoffs, beliefs)
    gaps = [
        np.abs(solve_quantal(tree, payoffs, np.full((3, 6), sharp), beliefs).shares - best.shares).max()
        for sharp in (1, 100, 1e6)
    ]
    assert gaps[0] > 0.1
    assert gaps[2] < 1e-9


def test_moves_worth_the_same_share_alike():
    tree = grid(3, 2)
    payoffs = np.zeros((2, 1, 6))
    payoffs[0, 0] = [0.1 + 0.2, 0, 0, 0.3, -1, -1]  # 0.1 + 0.2 is not 0.3 in floating point
    answer = solve_best(tree, payoffs, ONE)
    assert answer.given[0, :, 0].tolist() == [0.5, 0.5, 0.5, 0.5, 0, 0]
    assert answer.given[1, :, 0].tolist() == [0.5] * 6


def test_precision_zero_is_even_odds_after_every_history():
    payoffs, _, beliefs = draw(LEGS)
    answer = solve_quantal(LEGS, 1e9 * payoffs, np.zeros((4, 6)), beliefs)
    assert answer.shares[:, 0].tolist() == [0.5, 0.25, 0.125, 0.0625, 0.0625]


def test_sharp_actors_do_not_overflow():
    tree = grid(3, 3)
    payoffs, _, beliefs = draw(tree)
    with np.errstate(all="raise", under="ignore"):
        answer = solve_quantal(tree, 1e6 * payoffs, np.full((2, 6), 1e6), beliefs)
    assert np.array_equal(answer.shares, solve_best(tree, payoffs, beliefs).shares)


def test_a_game_with_a_missing_payoff_is_not_solved_and_nobody_expects_anything_from_it():
    tree = grid(2, 3)
    payoffs, precision, beliefs = draw(tree)
    without = solve_quantal(tree, payoffs[:, 1:], precision[:, 1:], beliefs[:, 1:])
    payoffs[1, 0, 2] = np.nan
    answer = solve_quantal(tree, payoffs, precision, beliefs)
    assert answer.solved.tolist() == [False] + [True] * 5
    assert np.isnan(answer.shares[:, 0]).all()
    assert np.isnan(answer.residual[0])
    assert np.allclose(answer.shares[:, 1:], without.shares)
    assert not solve_quantal(tree, payoffs[:, :1], precision[:, :1], beliefs[:, :1]).solved.any()


def test_nothing_is_solved_where_an_actor_believes_only_in_what_cannot_be():
    payoffs, precision, _ = draw(ENTRY, games=2)
    payoffs[0, 0, 0] = np.inf
    answer = solve_quantal(ENTRY, payoffs, precision, np.array([[1.0, 0], [1, 1]]))
    assert answer.solved.tolist() == [False, False]
    assert np.isnan(answer.shares).all()


def test_a_move_set_by_hand_is_played_and_expected():
    answer = solve_quantal(ENTRY, ENTRY_WORTH, 2 * ONE, ONE, held={1: {0: 1.0}})
    assert answer.given[1, :, 0].tolist() == [1, 1, 0]
    assert answer.given[0, 1, 0] == pytest.approx(logit(2 * -1))
    entered = solve_quantal(ENTRY, ENTRY_WORTH, 2 * ONE, ONE, held={0: {1: 1.0}})
    assert entered.shares[:, 0] == pytest.approx([0, logit(-4), logit(4)])


def test_shares_set_by_hand_are_split_among_the_moves_there_are():
    tree = Tree(np.array([[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 0]]), ((0,), (1,)))
    payoffs, precision, beliefs = draw(tree)
    answer = solve_quantal(tree, payoffs, precision, beliefs, held={1: {1: 0.2, 2: 0.6}})
    assert answer.given[1] == pytest.approx(np.repeat([[0], [0.25], [0.75], [0.25], [0.75], [1]], 6, axis=1))
    free = solve_quantal(tree, payoffs, precision, beliefs, held={1: {7: 1.0}})
    assert np.array_equal(free.shares, solve_quantal(tree, payoffs, precision, beliefs).shares)


def test_actors_who_move_together_are_in_equilibrium_with_each_other():
    tree = grid(3, 2, turns=((0, 1),))
    payoffs, precision, beliefs = draw(tree)
    answer = solve_quantal(tree, payoffs, precision, beliefs)
    alone = solve_simultaneous([one.reshape(6, 3, 2) for one in payoffs], precision)
    assert answer.solved.all()
    assert answer.residual == pytest.approx(alone.residual, abs=1e-12)
    assert np.allclose(answer.given[0, ::2].T, alone.strategies[0])
    assert np.allclose(answer.given[1, :2].T, alone.strategies[1])


def test_a_stage_after_a_move_and_before_another_is_looked_through():
    tree = grid(2, 2, 3, 2, turns=((0,), (1, 2), (3,)))
    payoffs, precision, _ = draw(tree, games=1)
    answer = solve_quantal(tree, payoffs, precision, np.ones((4, 1)))
    worth = payoffs[:, 0].reshape(4, 2, 2, 3, 2)
    last = np.exp(precision[3] * worth[3])
    last /= last.sum(axis=-1, keepdims=True)
    ahead = (worth * last).sum(axis=-1)
    stage = [solve_simultaneous([ahead[1:2, move], ahead[2:3, move]], precision[1:3]) for move in range(2)]
    reached = [move.strategies[0][0] @ ahead[0, place] @ move.strategies[1][0] for place, move in enumerate(stage)]
    first = logit(precision[0, 0] * (reached[1] - reached[0]))
    shares = answer.shares[:, 0].reshape(2, 2, 3, 2)
    assert shares.sum(axis=(1, 2, 3)) == pytest.approx([1 - first, first])
    assert shares[1].sum(axis=(1, 2)) == pytest.approx(first * stage[1].strategies[0][0])


def test_a_hand_holds_one_of_two_who_move_together():
    tree = grid(3, 2, turns=((0, 1),))
    payoffs, precision, beliefs = draw(tree)
    answer = solve_quantal(tree, payoffs, precision, beliefs, held={1: {0: 0.25, 1: 0.75}})
    odds = np.exp(precision[0][:, None] * (payoffs[0].reshape(6, 3, 2) @ [0.25, 0.75]))
    assert np.allclose(answer.given[0, ::2].T, odds / odds.sum(axis=1, keepdims=True))
    assert np.allclose(answer.given[1, :2].T, [0.25, 0.75])
    both = solve_quantal(tree, payoffs, precision, beliefs, held={0: {2: 1.0}, 1: {0: 1.0}})
    assert (both.shares[4] == 1).all()


def test_the_best_who_move_together_come_to_a_nash_equilibrium():
    tree = grid(2, 2, turns=((0, 1),))
    chicken = np.array([[[0.0, 7, 2, 6]], [[0.0, 2, 7, 6]]])
    answer = solve_best(tree, chicken, ONE)
    assert answer.shares[:, 0] == pytest.approx([1 / 9, 2 / 9, 2 / 9, 4 / 9], abs=1e-5)


def test_a_stage_that_is_not_solved_is_told_and_left_out(monkeypatch):
    monkeypatch.setattr("crossroads.analysis.branches.MOST", 4)
    tree = grid(2, 2, 2, turns=((0,), (1, 2)))
    payoffs, _, beliefs = draw(tree, games=3)
    sharp = np.array([[1.0, 1, 1], [1e-3, 1e-3, 50], [1e-3, 1e-3, 50]])
    answer = solve_quantal(tree, payoffs, sharp, beliefs)
    assert answer.solved.tolist() == [True, True, False]
    assert np.isnan(answer.shares[:, 2]).all()
    without = solve_quantal(tree, payoffs[:, :2], sharp[:, :2], beliefs[:, :2])
    assert np.allclose(answer.shares[:, :2], without.shares)


def test_actors_who_move_together_need_all_pairs_of_their_moves():
    tree = Tree(np.array([[0, 0], [0, 1], [1, 0]]), ((0, 1),))
    with pytest.raises(ValueError, match="every pair of their moves"):
        solve_quantal(tree, ENTRY_WORTH, ONE, ONE)


@pytest.mark.parametrize(
    ("profiles", "turns", "what"),
    [
        ([[0, 0], [0, 0]], ((0,), (1,)), "stands twice"),
        ([[0, 0], [0, 1]], ((0,),), "exactly one turn"),
        ([[0, 0], [0, 1]], ((0,), (0, 1)), "exactly one turn"),
        (np.empty((0, 2)), ((0,), (1,)), "at least one profile"),
        ([0, 1], ((0,),), "at least one profile"),
    ],
)
def test_what_is_no_tree_is_refused(profiles, turns, what):
    with pytest.raises(ValueError, match=what):
        Tree(np.array(profiles), turns)


def test_weights_precisions_and_shapes_that_make_no_sense_are_refused():
    for beliefs in ([[1.0], [0.0]], [[1.0], [-1.0]], [[1.0], [np.nan]]):
        with pytest.raises(ValueError, match="positive sum"):
            solve_quantal(ENTRY, ENTRY_WORTH, ONE, beliefs)
    with pytest.raises(ValueError, match="below 0"):
        solve_quantal(ENTRY, ENTRY_WORTH, -ONE, ONE)
    with pytest.raises(ValueError, match="of the tree"):
        solve_best(ENTRY, ENTRY_WORTH[:, :, :2], ONE)


def test_the_worst_for_a_chooser_is_found_in_all_games_or_in_each():
    assert choose_worst([3.0, np.nan, -2.0, -2.0]) == 2
    assert choose_worst([[3.0, 1.0, np.nan], [2.0, 5.0, np.nan]]).tolist() == [1, 0, -1]


TREES = st.sampled_from(
    [ENTRY, LEGS, grid(3, 2), grid(2, 3, 2), Tree(np.array([[0, 3, 1], [2, 1, 0], [2, 1, 4]]), ((1,), (0,), (2,)))]
)
SEEDS = st.integers(0, 10**6)


@settings(max_examples=30, deadline=None)
@given(TREES, SEEDS, st.floats(0, 1e3), st.booleans())
def test_shares_sum_to_one_and_are_the_product_of_what_each_does(tree, seed, sharp, best):
    payoffs, precision, beliefs = draw(tree, seed=seed)
    answer = solve_best(tree, payoffs, beliefs) if best else solve_quantal(tree, payoffs, sharp * precision, beliefs)
    assert answer.solved.all()
    assert answer.shares.sum(axis=0) == pytest.approx(1, abs=1e-12)
    assert np.array_equal(np.isclose(answer.given.prod(axis=0), answer.shares), np.ones_like(answer.shares))


@settings(max_examples=30, deadline=None)
@given(TREES, SEEDS, st.floats(-100, 100), st.floats(0.01, 100))
def test_a_constant_and_the_unit_of_payoff_change_nothing(tree, seed, constant, unit):
    payoffs, precision, beliefs = draw(tree, seed=seed)
    answer = solve_quantal(tree, payoffs, precision, beliefs)
    moved = solve_quantal(tree, unit * payoffs + constant, precision / unit, 7 * beliefs)
    assert np.allclose(answer.shares, moved.shares, atol=1e-9)
    assert np.allclose(unit * answer.values + constant, moved.values, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(TREES, SEEDS, st.permutations(range(5)), st.randoms(use_true_random=False))
def test_renaming_moves_and_reordering_profiles_change_nothing(tree, seed, names, dice):
    payoffs, precision, beliefs = draw(tree, seed=seed)
    order = dice.sample(range(len(tree.profiles)), len(tree.profiles))
    other = Tree(np.array(names)[tree.profiles[order]], tree.turns)
    answer = solve_quantal(tree, payoffs, precision, beliefs)
    again = solve_quantal(other, payoffs[:, :, order], precision, beliefs)
    assert np.allclose(answer.shares[order], again.shares)
    assert np.allclose(answer.values, again.values)


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.floats(0.05, 2))
def test_a_dominated_move_gets_rarer_as_precision_rises(seed, loss):
    tree = grid(3, 2)
    payoffs, _, beliefs = draw(tree, games=1, seed=seed)
    payoffs[0, :, 4:] = payoffs[0, :, :4].min() - loss
    ladder = np.array([0, 0.5, 1, 2, 4, 8])
    rows = [solve_quantal(tree, payoffs, [[sharp], [1.0]], beliefs).shares[:, 0] for sharp in ladder]
    worst, best = np.array(rows)[:, 4:].sum(axis=1), np.array(rows)[:, :4].reshape(6, 2, 2).sum(axis=2).max(axis=1)
    assert worst[0] == pytest.approx(1 / 3)
    assert np.all(np.diff(worst) < 0)
    assert np.all(worst / best <= np.exp(-ladder * loss) * (1 + 1e-9))


@pytest.mark.slow
def test_trees_of_all_options_are_solved_in_time():
    tree = grid(6, 5)
    payoffs, precision, beliefs = draw(tree, games=6144)
    before = time.process_time()
    answers = [solve_quantal(tree, payoffs, precision, beliefs) for _ in range(23)]
    assert time.process_time() - before < 3  # 0.6 s where nothing else runs; the bar is 1 s
    assert all(answer.solved.all() for answer in answers)
