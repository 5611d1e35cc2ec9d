from __future__ import annotations

import numpy as np
import pytest

from crossroads.analysis.logit import Stages

SHAPE = (3, 2, 4)
GAMES = 5
TINY = 1e-6


@pytest.fixture
def tables():
    rng = np.random.default_rng(2)
    return [rng.normal(size=(GAMES, *SHAPE)) for _ in SHAPE]


@pytest.fixture
def stages(tables):
    return Stages.scale(tables, np.arange(1.0, 1 + len(SHAPE) * GAMES).reshape(len(SHAPE), GAMES) / 5)


@pytest.fixture
def shares(stages):
    rng = np.random.default_rng(4)
    return np.concatenate([rng.dirichlet(np.ones(size), GAMES) for size in SHAPE], axis=1)


def test_answers_are_the_logit_of_what_moves_are_worth(stages, tables, shares):
    answers, _short = stages.respond(shares, np.full(GAMES, 0.5))
    second, third = shares[:, 3:5], shares[:, 5:]
    sharp = np.arange(1.0, 1 + GAMES) / 5
    odds = np.exp(0.5 * sharp[:, None] * np.einsum("gijk,gj,gk->gi", tables[0], second, third))
    assert answers[:, :3] == pytest.approx(odds / odds.sum(axis=1, keepdims=True))
    assert [answers[:, place].sum(axis=1) == pytest.approx(1) for place in stages.places] == [True] * 3


def test_what_falls_short_is_never_above_zero(stages, shares):
    assert (stages.respond(shares, np.ones(GAMES))[1] <= 0).all()
    assert (stages.span > 0).all()
    assert stages.finite.all()


def test_slopes_are_those_of_small_differences(stages, shares):
    reach = np.linspace(0.2, 1, GAMES)
    matrix = stages.slope(shares, stages.respond(shares, reach)[0], reach)
    for place in range(shares.shape[1]):
        nudge = TINY * np.eye(shares.shape[1])[place]
        up, down = (stages.respond(shares + sign * nudge, reach)[0] for sign in (1, -1))
        expected = np.eye(shares.shape[1])[place] - (up - down) / (2 * TINY)
        assert matrix[:, :, place] == pytest.approx(expected, abs=1e-7)


def test_the_push_of_precision_is_that_of_small_differences(stages, shares):
    reach = np.linspace(0.2, 0.9, GAMES)
    push = stages.push(*stages.respond(shares, reach))
    up, down = (stages.respond(shares, reach + sign * TINY)[0] for sign in (1, -1))
    assert push == pytest.approx((up - down) / (2 * TINY), abs=1e-7)


def test_some_games_can_be_picked(stages, shares):
    some = stages.pick(np.array([3, 1]))
    whole = stages.respond(shares, np.ones(GAMES))[0]
    assert len(some) == 2
    assert np.array_equal(some.respond(shares[[3, 1]], np.ones(2))[0], whole[[3, 1]])
    assert some.start().sum(axis=1) == pytest.approx(3)


def test_a_game_with_a_missing_payoff_is_told(tables):
    tables[2][4, 0, 0, 0] = np.nan
    assert Stages.scale(tables, np.ones((3, GAMES))).finite.tolist() == [True] * 4 + [False]
