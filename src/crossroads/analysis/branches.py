"""The branch of logit equilibria that starts at even odds, followed to the full precision of each game.

Steps go along the length of the branch, not along the precision: where the branch turns back they turn with it, and do
not fall onto another one (Turocy 2005). A step follows the tangent and is then corrected by Newton's method; one that
needs much correction is tried again at half its length. What still fails is NaN.
"""

from __future__ import annotations

import numpy as np

from crossroads.analysis.estimates import Bools, Floats
from crossroads.analysis.logit import Stages

LONGEST, FIRST, SHORTEST = 0.3, 0.05, 1e-8
"""Steps, in the space of shares and of `depth`, the logarithm of 1 + the precision reached times the span."""
BENT = 0.06
"""A point further than this from where the tangent led, as a share of the step, asks for a shorter one."""
NEAR = 1e-9
"""Residual of a point on the way."""
CLOSE = 1e-13
"""Residual below which the last point is not made better."""
ROUNDS = 6
"""Newton steps at most."""
MOST = 5000
"""Steps along the branch at most."""


def follow_branch(stages: Stages) -> Floats:
    """Shares at the full precision, (games, all moves); NaN where the way was lost or a payoff is not finite."""
    shares = stages.start()
    result = np.full(shares.shape, np.nan)
    games = np.flatnonzero(stages.finite)
    stages = stages.pick(games)
    end = np.log1p(stages.span)
    point = np.column_stack([shares[games], np.zeros(len(games))])
    up = np.eye(point.shape[1])[-1]
    way = _turn(_border(stages, point, np.broadcast_to(up, point.shape))[1])
    step = np.full(len(games), FIRST)
    for _ in range(MOST):
        ahead, onward, good = _walk(stages, point, way, step)
        past = np.flatnonzero(good & (ahead[:, -1] >= end))
        landed = _land(stages.pick(past), point[past], ahead[past], end[past])
        result[games[past]] = landed
        left = np.isnan(result[games, 0])
        good[past] = False  # who went past and did not land tries again from where it was
        point, way = np.where(good[:, None], ahead, point), np.where(good[:, None], onward, way)
        step = np.where(good, np.minimum(step * 1.5, LONGEST), step / 2)
        left &= step > SHORTEST
        if not left.any():
            break
        if not left.all():
            games, end, stages = games[left], end[left], stages.pick(left)
            point, way, step = point[left], way[left], step[left]
    return result


def _border(stages: Stages, point: Floats, way: Floats) -> tuple[Floats, Floats]:
    """How far points are from equilibrium, (games, all moves), and how that and the progress along a direction change
    with the point, (games, all moves + 1, all moves + 1)."""
    shares, depth = point[:, :-1], point[:, -1]
    per_depth = np.divide(1, stages.span, out=np.ones_like(depth), where=stages.span > 0)
    answers, short = stages.respond(shares, np.expm1(depth) * per_depth)
    matrix = np.empty((len(point), point.shape[1], point.shape[1]))
    matrix[:, :-1, :-1] = stages.slope(shares, answers, np.expm1(depth) * per_depth)
    matrix[:, :-1, -1] = -stages.push(answers, short) * (np.exp(depth) * per_depth)[:, None]
    matrix[:, -1] = way
    return shares - answers, matrix


def _turn(matrix: Floats) -> Floats:
    """The direction of the branch, of length 1 and not against the last one."""
    up = np.eye(matrix.shape[-1])[-1]
    way = _divide(matrix, np.broadcast_to(up, matrix.shape[:2]))
    return np.asarray(way / np.linalg.norm(way, axis=1, keepdims=True))


def _walk(stages: Stages, point: Floats, way: Floats, step: Floats) -> tuple[Floats, Floats, Bools]:
    """The next points of the branch, its directions there, and which of these are near enough to count."""
    guess = point + step[:, None] * way
    found, onward, good = guess.copy(), way.copy(), np.zeros(len(point), dtype=bool)
    rows = np.arange(len(point))
    for _ in range(ROUNDS):
        gap, matrix = _border(stages, found[rows], way[rows])
        done = np.abs(gap).max(axis=1) < NEAR
        if done.any():
            good[rows[done]], onward[rows[done]] = True, _turn(matrix[done])
        rest = ~done
        rows, gap, matrix = rows[rest], gap[rest], matrix[rest]
        along = ((found[rows] - guess[rows]) * way[rows]).sum(axis=1, keepdims=True)
        found[rows] -= _divide(matrix, np.concatenate([gap, along], axis=1))
        near = np.linalg.norm(found[rows] - guess[rows], axis=1) < BENT * step[rows]
        rows, stages = rows[near], stages.pick(rest).pick(near)
        if not len(rows):
            break
    return found, onward, good


def _land(stages: Stages, before: Floats, after: Floats, end: Floats) -> Floats:
    """Shares at the full precision, which the branch passed between two points; NaN where they were not found."""
    if not len(end):
        return before[:, :-1]
    part = (end - before[:, -1]) / (after[:, -1] - before[:, -1])
    guess = (before + part[:, None] * (after - before))[:, :-1]
    found, whole, wide = guess, np.ones(len(end)), np.full(len(end), np.inf)
    for _ in range(ROUNDS):
        answers, _short = stages.respond(found, whole)
        wide = np.abs(found - answers).max(axis=1)
        if np.all(wide < CLOSE):
            break
        found = found - _divide(stages.slope(found, answers, whole), found - answers)
    near = np.linalg.norm(found - guess, axis=1) < np.linalg.norm(after - before, axis=1)
    return np.where((near & (wide < NEAR))[:, None], found, np.nan)


def _divide(matrix: Floats, right: Floats) -> Floats:
    """Solutions of linear systems (games, n); where one is exactly singular all are nudged by rounding errors."""
    try:
        return np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0])
    except np.linalg.LinAlgError:
        nudge = 1e-11 * np.diag(np.linspace(1, 2, matrix.shape[-1]))
        return np.asarray(np.linalg.solve(matrix + nudge, right[..., None])[..., 0])
