import numpy as np
import pytest
from made_up import REACTIONS, make_actors, make_case, make_replicates, make_weights

from crossroads.analysis.weights import find_stances, measure_effective
from crossroads.errors import WeighingError


def test_stances_are_the_moves_of_the_first_in_order_of_play():
    stances, stance_of = find_stances(REACTIONS, make_actors())
    assert stances == ("agree", "protest")
    assert stance_of.tolist() == [0, 0, 1, 1]


def test_without_actors_the_one_reaction_is_the_one_stance():
    assert find_stances(["none"], ())[0] == ("none",)


def run_shares(weights, option):
    return weights.shares[0].run[weights.span(option)]


def test_the_share_of_a_stance_is_that_of_its_runs():
    shares = make_weights().shares[0]
    np.testing.assert_allclose(shares.run[:4, 0], [0.25] * 4)
    np.testing.assert_allclose(shares.stance[1, :, 0], [0.5, 0.5])
    np.testing.assert_allclose(shares.stance[2, :, 0], [1.0, 0.0])


def test_where_the_game_was_solved_each_view_has_the_chances_of_its_own_game():
    weights = make_weights()
    rng = np.random.default_rng(8)
    chances = [rng.random((10, 64)), rng.random((10, 64))]
    played = weights.play(chances, [0, 0, 1])
    assert played.games == {0: [0, 1], 1: [2]}
    for game, drawn in enumerate(chances):
        shares = played.shares[game]
        np.testing.assert_allclose(shares.run[4:8], drawn[4:8] / drawn[4:8].sum(axis=0))
        np.testing.assert_allclose(shares.stance[1, 0], shares.run[4:6].sum(axis=0))
    grim = played.narrow([2])
    assert grim.views == ("grim",)
    assert grim.games == {0: [0]}
    np.testing.assert_array_equal(grim.shares[0].run, played.shares[1].run)
    np.testing.assert_array_equal(played.cut(slice(5, 9)).shares[1].run, played.shares[1].run[:, 5:9])


def test_a_failed_run_leaves_its_share_to_the_others_of_the_same_future():
    weights = make_weights()
    ok = weights.ok.copy()
    ok[1, 0, 5] = False
    failed = make_weights(ok=ok)
    np.testing.assert_allclose(run_shares(failed, 1)[:, 5], [0, 1 / 3, 1 / 3, 1 / 3])
    np.testing.assert_array_equal(run_shares(failed, 1)[:, 6], run_shares(weights, 1)[:, 6])
    np.testing.assert_array_equal(run_shares(failed, 2), run_shares(weights, 2))


def test_shares_of_each_future_sum_to_one_or_nothing():
    ok = np.random.default_rng(5).random((3, 4, 64)) < 0.5
    weights = make_weights(ok=ok)
    for option in range(3):
        sums = run_shares(weights, option).sum(axis=0)
        np.testing.assert_allclose(sums, weights.ran[option].astype(float))


def test_nothing_that_ended_well_is_said_plainly():
    with pytest.raises(WeighingError, match="No run ended well"):
        make_weights(ok=np.zeros((3, 4, 64), dtype=bool))


def test_too_few_futures_are_refused():
    with pytest.raises(WeighingError, match="too few to weigh"):
        make_weights(count=16)


def test_weights_that_collapse_are_refused_for_their_view_alone():
    beliefs = np.ones((2, 64))
    beliefs[1] = 1e-6
    beliefs[1, 3] = 64.0
    effective = measure_effective(make_weights(view_weights=beliefs))
    assert effective["view_refused"].to_numpy().tolist() == [False, False, True]
    assert effective["refused"].sel(view="grim").all()
    assert not effective["refused"].sel(view="calm").any()
    assert float(effective["view_effective"].sel(view="grim")) == pytest.approx(1.0, abs=1e-3)


def test_one_thin_replicate_is_enough_to_refuse():
    beliefs = np.ones((2, 64))
    beliefs[1, np.flatnonzero(make_replicates(64) == 4)[1:]] = 0.0
    effective = measure_effective(make_weights(view_weights=beliefs))
    assert float(effective["view_effective"].sel(view="grim")) > 60
    assert bool(effective["view_refused"].sel(view="grim"))


def test_an_option_of_which_nothing_ran_weighs_nothing_and_leaves_the_others():
    whole = make_weights()
    ok = whole.ok.copy()
    ok[1] = False
    weights = make_weights(ok=ok)
    assert not weights.ran[1].any()
    for option in (0, 2):
        np.testing.assert_array_equal(run_shares(weights, option), run_shares(whole, option))
    assert measure_effective(weights)["refused"].sel(option="force").all()


def test_every_option_below_the_floor_is_said_plainly():
    ok = make_weights().ok.copy()
    ok[:, :, 8:] = False
    with pytest.raises(WeighingError, match="too few futures"):
        make_weights(ok=ok)


def test_an_option_that_no_run_stands_for_is_not_compared():
    assert make_weights(make_case()).ran.all()


def test_pairs_that_count_stand_option_after_option():
    weights = make_weights()
    assert weights.pairs.tolist() == np.argwhere(weights.mix > 0).tolist()
    for option in range(3):
        assert (weights.pairs[weights.span(option), 0] == option).all()
    assert weights.span(2) == slice(8, 10)


def test_shares_that_are_the_same_in_every_future_are_held_once_and_are_the_same_bits():
    weights = make_weights()
    ok = weights.ok.copy()
    ok[1, 0, 5] = False
    held, failed = weights.shares[0], make_weights(ok=ok).shares[0]
    assert held.run.strides[1] == 0
    assert failed.run.strides[1] > 0
    np.testing.assert_array_equal(np.delete(failed.run, 5, axis=1), held.run[:, 1:])
    np.testing.assert_array_equal(np.delete(failed.stance, 5, axis=2), held.stance[:, :, 1:])


def test_weights_of_some_futures_are_those_of_all():
    ok = np.random.default_rng(5).random((3, 4, 64)) < 0.9
    weights = make_weights(ok=ok)
    cut = weights.cut(slice(10, 20))
    np.testing.assert_array_equal(cut.shares[0].run, weights.shares[0].run[:, 10:20])
    np.testing.assert_array_equal(cut.ran, weights.ran[:, 10:20])
    np.testing.assert_array_equal(weights.ran, weights.shares[0].stance.sum(axis=1) > 0)
