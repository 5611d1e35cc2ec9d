import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.analysis.compromise import weigh_promethee, weigh_sum, weigh_topsis
from crossroads.analysis.reversals import Reversal, find_reversals

KNOWN = np.array([[1, 5], [4, 2], [3, 3], [5, 1.0]])
"""Four options whose first three turn their order when the fourth goes (Garcia-Cascales and Lamata 2012)."""
EVEN = [0.5, 0.5]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(1, 5))
def test_our_own_rule_never_turns_an_order(seed, options, criteria):
    dice = np.random.default_rng(seed)
    values, weights = dice.integers(0, 5, (options, criteria)) / 4, dice.dirichlet(np.ones(criteria))
    assert find_reversals(weigh_sum, values, weights) == ()


def test_topsis_turns_the_order_where_it_is_known_to():
    assert np.argmax(weigh_topsis(KNOWN, EVEN)) == 0
    assert np.argmax(weigh_topsis(KNOWN[:3], EVEN)) == 1
    found = find_reversals(weigh_topsis, KNOWN, EVEN)
    assert {turn for turn in found if turn.kind == "drop" and turn.changed == 3} == {
        Reversal("drop", 0, 1, 3),
        Reversal("drop", 0, 2, 3),
        Reversal("drop", 2, 1, 3),
    }
    assert Reversal("clone", 0, 1, 0) in found


def test_a_turn_tells_of_two_options_and_never_of_the_one_that_went():
    for turn in find_reversals(weigh_topsis, KNOWN, EVEN):
        assert turn.first != turn.second
        assert turn.kind != "drop" or turn.changed not in (turn.first, turn.second)


@pytest.mark.parametrize("kind", ["drop", "worse", "clone", "pair", "cycle"])
def test_every_kind_of_turn_is_found_in_outranking(kind):
    dice = np.random.default_rng(1)
    tables = [(dice.random((5, 4)), dice.dirichlet(np.ones(4))) for _ in range(30)]
    assert any(
        turn.kind == kind for values, weights in tables for turn in find_reversals(weigh_promethee, values, weights)
    )


def test_comparisons_of_two_that_go_round_are_told_once():
    values = np.array([[1, 2, 3], [2, 3, 1], [3, 1, 2.0]])
    found = [turn for turn in find_reversals(weigh_promethee, values, [1 / 3] * 3) if turn.kind == "cycle"]
    assert found == [Reversal("cycle", 0, 2, 1)] or found == [Reversal("cycle", 0, 1, 2)]
    assert weigh_promethee(values[[0, found[0].second]], [1 / 3] * 3)[0] > 0


def test_what_was_made_worse_may_fall_but_must_not_rise():
    def reward_the_last(values, weights):
        return np.where(values[:, 0] == values[:, 0].min(), 2.0, values[:, 0])

    values = np.array([[0.5], [0.9], [0.1]])
    turned = [turn for turn in find_reversals(reward_the_last, values, [1.0]) if turn.kind == "worse"]
    assert turned == []
    turned = find_reversals(reward_the_last, np.array([[0.5], [0.9], [0.45]]), [1.0], step=0.3)
    assert {Reversal("worse", 2, 0, 0), Reversal("worse", 2, 1, 0)} <= set(turned)
    near = np.array([[0.5], [0.52], [0.9]])
    assert weigh_sum(near - [[0], [0.04], [0]], [1.0]).argmin() == 1
    assert find_reversals(weigh_sum, near, [1.0]) == ()
