from __future__ import annotations

import numpy as np
import pytest

from crossroads.analysis import branches
from crossroads.analysis.branches import follow_branch
from crossroads.analysis.logit import Stages

TURNING = (
    np.array([[2.0, 7, 1], [5, 4, 4], [8, 4, 2]]),
    np.array([[1.0, 8, 2], [7, 0, 7], [7, 9, 5]]),
)
"""Its branch turns back between the precisions 0.66 and 0.68."""
COORDINATION = (np.array([[1.0, 0], [0, 1]]), np.array([[1.0, 0], [0, 1]]))


def stage(tables, ladder):
    wide = [np.broadcast_to(table, (len(ladder), *table.shape)) for table in tables]
    return Stages.scale(wide, np.broadcast_to(ladder, (len(tables), len(ladder))))


def miss(stages, shares):
    answers, _short = stages.respond(shares, np.ones(len(shares)))
    return np.abs(shares - answers).max()


def test_a_branch_that_turns_back_is_followed_past_its_turn():
    ladder = np.linspace(0, 2, 101)
    stages = stage(TURNING, ladder)
    shares = follow_branch(stages)
    leaps = np.abs(np.diff(shares, axis=0)).max(axis=1)
    assert miss(stages, shares) < branches.NEAR
    assert ladder[:-1][leaps > 0.3] == pytest.approx([0.66])
    assert np.delete(leaps, leaps.argmax()).max() < 0.1


def test_shorter_steps_lead_to_the_same_point(monkeypatch):
    stages = stage(TURNING, np.array([0.3, 0.66, 0.7, 3.0, 20.0]))
    usual = follow_branch(stages)
    monkeypatch.setattr(branches, "LONGEST", 0.02)
    monkeypatch.setattr(branches, "BENT", 0.01)
    assert follow_branch(stages) == pytest.approx(usual, abs=1e-9)


def test_even_odds_that_answer_themselves_are_kept_past_a_fork():
    shares = follow_branch(stage(COORDINATION, np.array([0.5, 2.0, 4.0, 50.0])))
    assert shares == pytest.approx(np.full((4, 4), 0.5))


def test_a_game_alone_is_answered_as_among_others():
    rng = np.random.default_rng(8)
    tables = [rng.normal(size=(8, 3, 2)) for _ in range(2)]
    sharp = np.broadcast_to(rng.uniform(0, 20, 8), (2, 8))
    together = follow_branch(Stages.scale(tables, sharp))
    for game in range(8):
        alone = follow_branch(Stages.scale([one[game : game + 1] for one in tables], sharp[:, game : game + 1]))
        assert alone[0] == pytest.approx(together[game], abs=1e-9)


def test_a_way_that_is_lost_is_not_filled_in(monkeypatch):
    monkeypatch.setattr(branches, "MOST", 3)
    shares = follow_branch(stage(TURNING, np.array([0.0, 0.001, 5.0])))
    assert np.isnan(shares[:, 0]).tolist() == [False, False, True]


def test_steps_that_never_fit_end_the_way(monkeypatch):
    monkeypatch.setattr(branches, "BENT", 0.0)
    assert np.isnan(follow_branch(stage(TURNING, np.array([1.0])))).all()


def test_no_games_have_no_answers():
    assert follow_branch(stage(TURNING, np.empty(0))).shape == (0, 6)


def test_exactly_singular_systems_are_solved_all_the_same():
    matrix = np.stack([np.eye(2), np.array([[1.0, 1], [1, 1]])])
    found = branches._divide(matrix, np.array([[1.0, 2], [1, 1]]))
    assert found[0] == pytest.approx([1, 2])
    assert found[1].sum() == pytest.approx(1, abs=1e-3)
