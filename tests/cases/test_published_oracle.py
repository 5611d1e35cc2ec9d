"""The oracle: the published equations, their target and their fit, on cases small enough to know."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_oracle import HOMICIDES, MISSING, PUBLISHED, Rates, Variant, casualties, integrate, refit

from crossroads.cases.mexico.model.strengths import zipf_shares

ONES = np.ones((150, 150)) - np.eye(150)


def test_two_groups_for_one_week_by_hand():
    matrix = np.array([[0.0, 1.0], [0.5, 0.0]])
    rates = Rates(rho=0.01, eta=10.0, theta=1e-6, omega=1e-7, size=3000.0)
    track = integrate(matrix, np.array([[1000.0], [2000.0]]), rates, 1)
    deaths = 1e-6 * 1000.0 * 2000.0, 1e-6 * 2000.0 * 0.5 * 1000.0
    first = 1000.0 * (1 + 0.01 - 10 / 3000 - 1e-7 * 1000.0) - deaths[0]
    second = 2000.0 * (1 + 0.01 - 10 / 3000 - 1e-7 * 2000.0) - deaths[1]
    assert track.killed[0, 0] == pytest.approx(sum(deaths))
    assert track.sizes[:, 0] == pytest.approx([first, second])
    assert track.members[:, 0] == pytest.approx([3000.0, first + second])


def test_the_target_passes_through_the_years_and_ends_in_a_straight_line():
    target = casualties()
    assert len(target) == 520
    assert target[0] == pytest.approx(0.1 * (HOMICIDES[0] + MISSING[0]) / 52)
    assert target.mean() == pytest.approx(92, abs=1)
    assert np.abs(np.diff(target, 2)[-50:]).max() < 1e-9
    assert np.abs(np.diff(target, 2)[:400]).max() > 1e-3


def test_members_never_fall_below_none():
    sizes = 1_000.0 * zipf_shares()[:, None]
    track = integrate(ONES, sizes, PUBLISHED, 60, captures=5.0)
    assert track.members.min() == 0.0
    assert np.isfinite(track.killed).all()


@settings(max_examples=10, deadline=None)
@given(times=st.floats(0.2, 5.0), weeks=st.integers(1, 60))
def test_size_cannot_be_told_from_the_shares_that_scale_it(times, weeks):
    sizes = 115_000.0 * zipf_shares()[:, None]
    scaled = Rates(PUBLISHED.rho, times * 110.0, PUBLISHED.theta / times, PUBLISHED.omega / times, times * 115_000.0)
    one, other = integrate(ONES, sizes, PUBLISHED, weeks), integrate(ONES, times * sizes, scaled, weeks)
    assert other.members == pytest.approx(times * one.members)
    assert other.killed == pytest.approx(times * one.killed)


@pytest.mark.parametrize(
    "variant",
    [
        Variant(per_member=True),
        Variant("constant_inflow"),
        Variant("logistic"),
        Variant("staff_target"),
        Variant("replacement", replaced=1.0),
        Variant(grievance=1.0),
        Variant(deterrence=-0.5),
    ],
    ids=lambda variant: str(variant.recruits),
)
def test_every_structure_begins_with_the_same_week(variant):
    sizes = 115_000.0 * zipf_shares()[:, None]
    plain, other = (integrate(ONES, sizes, PUBLISHED, 260, variant=each) for each in (None, variant))
    assert other.members[1] == pytest.approx(plain.members[1])
    changed = integrate(ONES, sizes, PUBLISHED, 260, captures=2.0, variant=variant).members[-1]
    assert changed != pytest.approx(integrate(ONES, sizes, PUBLISHED, 260, captures=2.0).members[-1], rel=1e-4)


@pytest.mark.slow
def test_a_fit_finds_the_least_error_from_every_start_and_says_when_it_ends_on_a_bound():
    fit = refit(ONES, zipf_shares())
    assert fit.error == pytest.approx(8.52, abs=0.005)
    assert fit.spread < 1e-6
    assert not fit.on_bound
    sizes = 115_000.0 * zipf_shares()[:, None]
    for factor in (0.999, 1.001):
        rates = Rates(fit.rates.rho * factor, 110.0, fit.rates.theta, fit.rates.omega)
        miss = integrate(ONES, sizes, rates, 519).killed[:, 0] - casualties()
        assert np.sqrt((miss**2).mean()) > fit.error
    assert refit(ONES, zipf_shares(0.3), restarts=1).on_bound
