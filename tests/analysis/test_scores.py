import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from crossroads.analysis.scores import count_hits, find_mixture_quantiles, score_ensemble, score_gaussian

NUMBERS = st.floats(-50, 50)


@pytest.mark.parametrize(("mean", "spread", "truth"), [(0, 1, 0), (2, 0.5, 1.2), (-3, 4, 6)])
def test_the_score_of_a_gaussian_is_the_integral_that_defines_it(mean, spread, truth):
    def squared(x):
        return (norm.cdf(x, mean, spread) - (x >= truth)) ** 2

    low, high = min(truth, mean) - 12 * spread, max(truth, mean) + 12 * spread
    integral = quad(squared, low, truth)[0] + quad(squared, truth, high)[0]
    assert score_gaussian(mean, spread, truth) == pytest.approx(integral, rel=1e-6)


def test_a_standard_gaussian_that_is_right_scores_a_known_number():
    assert score_gaussian(0, 1, 0) == pytest.approx((np.sqrt(2) - 1) / np.sqrt(np.pi))


def test_many_equal_quantiles_score_as_the_gaussian_they_stand_for():
    values = norm.ppf((np.arange(4000) + 0.5) / 4000, 3, 2)
    assert score_ensemble(values, np.ones(4000), 4.5) == pytest.approx(score_gaussian(3, 2, 4.5), abs=1e-3)


def test_an_ensemble_of_two_scores_as_by_hand():
    # mean distance to the truth 2, half the mean distance of two draws 4 * 0.25
    assert score_ensemble([0, 4], [1, 1], 2) == pytest.approx(2 - 1)
    # three quarters at 0: mean distance 0.25 * 4, half the mean distance of two draws 4 * 0.75 * 0.25
    assert score_ensemble([4, 0], [1, 3], 0) == pytest.approx(1 - 0.75)


def test_a_forecast_without_spread_scores_its_absolute_error():
    assert score_ensemble([7], [2], 4) == 3
    assert score_gaussian(7, 0, 4) == 3


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(NUMBERS, st.floats(0.01, 5)), min_size=1, max_size=8), NUMBERS, NUMBERS, st.floats(0.1, 10))
def test_a_score_is_never_negative_and_follows_place_and_unit(members, truth, shift, unit):
    values, weights = (np.array(each) for each in zip(*members, strict=True))
    score = score_ensemble(values, weights, truth)
    assert score >= -1e-9
    assert score_ensemble(values + shift, weights, truth + shift) == pytest.approx(score, abs=1e-6)
    assert score_ensemble(values * unit, weights, truth * unit) == pytest.approx(score * unit, abs=1e-6)
    assert score_ensemble(values[::-1], weights[::-1] * 3, truth) == pytest.approx(score, abs=1e-6)


def test_the_truth_as_a_forecast_beats_every_shift_of_it_on_average():
    values = norm.ppf((np.arange(200) + 0.5) / 200)
    truths = norm.ppf((np.arange(50) + 0.5) / 50)
    means = [
        np.mean([score_ensemble(values + shift, np.ones(200), truth) for truth in truths]) for shift in (0, 0.3, -0.3)
    ]
    assert means[0] == min(means)


def test_hits_count_the_ends_of_a_band():
    assert count_hits([0, 0, 0, 0], [1, 1, 1, 1], [0, 1, 1.01, 0.5]) == 3
    assert count_hits([], [], []) == 0


def test_one_gaussian_has_its_own_quantiles():
    shares = (0.05, 0.5, 0.95)
    found = find_mixture_quantiles(np.array([3.0]), np.ones(1), 0.2, shares)
    assert found == pytest.approx(norm.ppf(shares, 3.0, 0.2))


def test_two_gaussians_have_the_quantiles_of_their_mixture():
    means, weights = np.array([0.0, 1.0]), np.array([3.0, 1.0])

    def cdf(x):
        return 0.75 * norm.cdf(x, 0, 0.3) + 0.25 * norm.cdf(x, 1, 0.3)

    wanted = [brentq(lambda x, share=share: cdf(x) - share, -5, 5) for share in (0.1, 0.8)]
    assert find_mixture_quantiles(means, weights, 0.3, (0.1, 0.8)) == pytest.approx(wanted)


def test_bins_of_means_move_a_quantile_by_far_less_than_the_spread():
    random = np.random.default_rng(3)
    means, weights = random.normal(size=20_000), random.random(20_000)
    exact = brentq(lambda x: np.average(norm.cdf(x, means, 0.15), weights=weights) - 0.9, -9, 9)
    assert find_mixture_quantiles(means, weights, 0.15, (0.9,))[0] == pytest.approx(exact, abs=0.15 / 100)


def test_without_spread_a_quantile_is_that_of_the_means():
    means, weights = np.array([5.0, 1.0, 3.0]), np.array([1.0, 1.0, 2.0])
    assert find_mixture_quantiles(means, weights, 0.0, (0.2, 0.5, 0.9)) == pytest.approx([1, 3, 5], abs=1e-6)


def test_what_weighs_nothing_or_is_no_number_is_left_out():
    found = find_mixture_quantiles(np.array([1.0, 90.0, np.nan]), np.array([1.0, 0.0, 1.0]), 0.1, (0.5,))
    assert found == pytest.approx([1.0])
    assert np.isnan(find_mixture_quantiles(np.array([np.nan]), np.ones(1), 0.1, (0.5,))).all()
