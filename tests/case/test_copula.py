from math import asin, log, pi, sin, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from crossroads.case.distributions.copula import EDGE, Copula, factor_ranks

ranks = st.floats(-0.95, 0.95).map(lambda rank: round(rank, 3))
levels = st.floats(0.001, 0.999)
THREE = ((1, 0.5, 0.2), (0.5, 1, -0.3), (0.2, -0.3, 1))


def pair(rank: float) -> Copula:
    return build(((1, rank), (rank, 1)))


def build(matrix) -> Copula:
    factor = factor_ranks(matrix)
    assert factor is not None
    return Copula(factor)


def scores_of(rank: float) -> float:
    return 2 * sin(pi * rank / 6)


def draw(members: int, points: int = 4096, seed: int = 3) -> np.ndarray:
    u = stats.qmc.Sobol(members, scramble=True, rng=np.random.default_rng(seed)).random(points)
    return np.clip(u, EDGE, 1 - EDGE)


@settings(max_examples=20, deadline=None)
@given(ranks)
def test_two_quantities_have_the_rank_correlation_that_was_asked_for(rank):
    joined = pair(rank).join(draw(2))
    assert stats.spearmanr(joined)[0] == pytest.approx(rank, abs=0.01)


def test_each_of_three_pairs_has_its_own_rank_correlation():
    joined = build(THREE).join(draw(3))
    assert np.allclose(stats.spearmanr(joined)[0], THREE, atol=0.02)


@pytest.mark.parametrize("rank", [-0.8, -0.3, 0.3, 0.8])
def test_two_lie_above_their_medians_as_often_as_sheppard_says(rank):
    above = (pair(rank).join(draw(2, 1 << 14)) > 0.5).all(axis=1)
    assert above.mean() == pytest.approx(0.25 + asin(scores_of(rank)) / (2 * pi), abs=0.004)


def test_every_margin_stays_even():
    joined = build(THREE).join(draw(3))
    even = (np.arange(4096) + 0.5) / 4096
    assert np.abs(np.sort(joined, axis=0) - even[:, None]).max() < 0.01


@settings(max_examples=40, deadline=None)
@given(ranks, levels, levels)
def test_the_density_of_a_pair_is_the_closed_form(rank, first, second):
    r, (x, y) = scores_of(rank), stats.norm.ppf([first, second])
    known = (2 * r * x * y - r * r * (x * x + y * y)) / (2 * (1 - r * r)) - log(sqrt(1 - r * r))
    assert pair(rank).log_density([first, second]) == pytest.approx(known, rel=1e-9, abs=1e-9)


def test_the_density_of_three_is_the_joint_bell_over_its_margins():
    u = draw(3, 256)
    scores, cov = stats.norm.ppf(u), [[1 if a == 1 else scores_of(a) for a in row] for row in THREE]
    known = stats.multivariate_normal(cov=cov).logpdf(scores) - stats.norm.logpdf(scores).sum(axis=1)
    assert np.allclose(build(THREE).log_density(u), known, atol=1e-9)


def test_a_density_integrates_to_one():
    middle = (np.arange(400) + 0.5) / 400
    grid = np.stack(np.meshgrid(middle, middle), axis=-1)
    assert np.exp(pair(0.6).log_density(grid)).mean() == pytest.approx(1, abs=0.002)


def test_a_density_averages_what_the_joined_levels_average():
    u = draw(2, 1 << 14)
    copula = pair(0.5)
    weighted = (u.prod(axis=1) * np.exp(copula.log_density(u))).mean()
    assert weighted == pytest.approx(copula.join(u).prod(axis=1).mean(), abs=0.002)
    assert weighted == pytest.approx(1 / 4 + 0.5 / 12, abs=0.002)


def test_a_rank_of_nothing_gives_the_same_bits_and_no_weight():
    u = draw(3, 256)
    nothing = build(np.eye(3).tolist())
    assert nothing.join(u).tobytes() == u.tobytes()
    assert (nothing.log_density(u) == 0).all()


def test_the_first_member_and_one_that_moves_with_none_keep_their_bits():
    u = draw(3, 256)
    joined = build(((1, 0, 0.7), (0, 1, 0), (0.7, 0, 1))).join(u)
    assert joined[:, :2].tobytes() == u[:, :2].tobytes()
    assert not np.isclose(joined[:, 2], u[:, 2]).all()


@settings(max_examples=20, deadline=None)
@given(ranks, st.integers(1, 64))
def test_a_point_does_not_depend_on_how_many_others_are_asked_for(rank, count):
    u, copula = draw(2, 64), pair(rank)
    assert copula.join(u[:count]).tobytes() == copula.join(u)[:count].tobytes()
    assert copula.log_density(u[:count]).tobytes() == copula.log_density(u)[:count].tobytes()


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(3)), st.tuples(levels, levels, levels))
def test_the_order_of_the_members_does_not_change_the_density(order, point):
    moved = [[THREE[a][b] for b in order] for a in order]
    turned = build(moved).log_density([point[place] for place in order])
    assert turned == pytest.approx(build(THREE).log_density(point), abs=1e-9)


def test_levels_of_certainty_stay_finite():
    corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert np.isfinite(pair(0.9).log_density(corners)).all()
    joined = pair(0.99).join(np.full((1, 2), 1 - EDGE))
    assert 0 < joined.min() <= joined.max() <= 1 - EDGE


@settings(max_examples=60, deadline=None)
@given(ranks, ranks, ranks)
def test_ranks_that_cannot_hold_together_have_no_factor(a, b, c):
    matrix = ((1, a, b), (a, 1, c), (b, c, 1))
    scores = [[1 if one == 1 else scores_of(one) for one in row] for row in matrix]
    least = np.linalg.eigvalsh(scores).min()
    if abs(least) < 1e-6:
        return
    factor = factor_ranks(matrix)
    assert (factor is not None) == (least > 0)
    if factor is not None:
        whole = np.array([[*row, *[0] * (3 - len(row))] for row in factor])
        assert np.allclose(whole @ whole.T, scores)
