import numpy as np
from made_up import make_weights

from crossroads.analysis.estimates import estimate
from crossroads.analysis.played import find_rows, weigh_played

RNG = np.random.default_rng(5)


def play(*games: int):
    """Weights of the mixture and two views, each with the game that it plays."""
    weights = make_weights(view_weights=np.stack([np.linspace(0.5, 1.5, 64), np.linspace(1.5, 0.5, 64)]))
    chances = np.ones((len(weights.pairs), 64))
    return weights.play([chances] * (1 + max(games)), games)


def test_each_view_weighs_its_own_game():
    weights = play(0, 1, 0)
    values = RNG.normal(size=(2, 64, 3))
    mean, error = weigh_played(values, weights)
    assert find_rows(weights, 2) == [0, 1, 0]
    for view, game in enumerate((0, 1, 0)):
        own = estimate(values[game], weights.futures[[view]], weights.replicate)
        np.testing.assert_allclose(mean[view], own.mean[0])
        np.testing.assert_allclose(error[view], own.error[0])


def test_where_there_is_one_game_all_views_share_it():
    weights = play(0, 0, 0)
    values = RNG.normal(size=(1, 64))
    mean, _ = weigh_played(values, weights)
    np.testing.assert_allclose(mean, (weights.futures * values).mean(axis=1))
    assert find_rows(play(0, 1, 2), 1) == [0, 0, 0]


def test_other_weights_may_take_the_place_of_those_of_the_views():
    weights = play(0, 0, 0)
    values = RNG.normal(size=(1, 64))
    mean, _ = weigh_played(values, weights, np.ones((3, 64)))
    np.testing.assert_allclose(mean, values.mean())


def test_a_cell_with_too_few_known_futures_is_refused_alone():
    values = RNG.normal(size=(1, 64, 2))
    values[0, [0, 7, 20], 0] = np.nan  # three of four are left in three replicates
    values[0, 30:, 1] = np.nan
    mean, error = weigh_played(values, play(0, 0, 0))
    assert np.isfinite(mean[:, 0]).all()
    assert np.isnan(mean[:, 1]).all()
    assert np.isnan(error[:, 1]).all()
