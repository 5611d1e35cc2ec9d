"""What the data cannot tell: refits over starting sizes and conflict matrices, and what follows for policy."""

from __future__ import annotations

from pathlib import Path

import pytest
from published_findings import Findings, find_all
from published_networks import conflict_matrix
from published_oracle import PUBLISHED, casualties, integrate
from published_values import (
    DIRECTIONS,
    MATRICES,
    PROFILE,
    RAISES_DEATHS_ABOVE,
    STAND_IN,
    STAND_IN_DEATHS,
)

pytestmark = [pytest.mark.slow, pytest.mark.shared]
ON_BOUND = {"rivals only, no floor", "rivals and floor, no alliances", "alliances only", "Zipf exponent 0.7"}


@pytest.fixture(scope="module")
def found(shared: Path) -> Findings:
    return find_all(shared / "data")


def test_the_target_and_the_loss_are_those_of_the_author(found):
    sizes = PUBLISHED.size * found.units.values["first_share"][:, None]
    miss = integrate(conflict_matrix(found.units), sizes, PUBLISHED, 519).killed[:, 0] - casualties()
    assert (miss**2).sum() == pytest.approx(37_964, abs=1)
    assert 520 * found.profile[115_000].fit.error ** 2 == pytest.approx(37_939, abs=1)


@pytest.mark.parametrize("size", PROFILE)
def test_a_starting_size_refits_as_the_reference_says(found, size):
    told, ours = PROFILE[size], found.profile[size]
    rates = 1e3 * ours.fit.rates.rho, 1e8 * ours.fit.rates.theta, 1e8 * ours.fit.rates.omega
    assert rates == pytest.approx((told.rho, told.theta, told.omega), rel=0.006)
    assert ours.fit.error == pytest.approx(told.error, abs=0.01)
    assert ours.members == pytest.approx(told.members, rel=1e-3)
    for policy, effect in told.effects.items():
        gone = (-100.0, -100.0)
        assert ours.effects[policy].pair == pytest.approx(effect or gone, abs=1.0), policy


@pytest.mark.parametrize("name", MATRICES)
def test_a_matrix_refits_as_the_reference_says(found, name):
    told, ours = MATRICES[name], found.matrices[name]
    assert ours.fit.error == pytest.approx(told.error, abs=0.01)
    assert ours.members == pytest.approx(told.members, rel=3e-3)
    assert ours.fit.on_bound == (name in ON_BOUND)
    for policy, effect in told.effects.items():
        assert ours.effects[policy].pair == pytest.approx(effect, abs=2.0), policy


def test_the_engine_and_the_oracle_agree_on_every_refit(found):
    refits = [*found.profile.values(), *found.matrices.values()]
    assert len(refits) == 18
    for ours in refits:
        assert ours.members == pytest.approx(ours.oracle_members, rel=1e-3)
        assert ours.deaths == pytest.approx(ours.oracle_deaths, rel=1e-3)


def test_every_start_of_a_fit_ends_at_the_same_error(found):
    fits = [each.fit for each in (*found.profile.values(), *found.matrices.values())]
    assert max(fit.spread for fit in fits) < 1e-6


def test_sizes_from_sixty_to_three_hundred_thousand_fit_about_equally_well(found):
    errors = [found.profile[size].fit.error for size in PROFILE if size >= 60_000]
    assert max(errors) / min(errors) < 1.04
    assert errors == sorted(errors, reverse=True) or errors[-1] - min(errors) < 0.01


def test_doubling_arrests_raises_deaths_only_above_a_starting_size(found):
    assert found.sign_change == pytest.approx(RAISES_DEATHS_ABOVE, rel=0.005)
    assert (
        found.profile[80_000].effects["2 x arrests"].deaths < 0 < found.profile[115_000].effects["2 x arrests"].deaths
    )


def test_the_data_tell_two_directions_out_of_five(found):
    assert found.directions[:3] == pytest.approx(DIRECTIONS[:3], rel=0.005)
    assert found.directions[3:] == pytest.approx(DIRECTIONS[3:], rel=0.2)


def test_no_lot_of_the_labels_changes_the_fit_much(found):
    for ours in found.shuffles.values():
        assert ours.members == pytest.approx(MATRICES["labels shuffled"].members, rel=0.015)


def test_the_stand_in_made_from_strengths_stays_within_its_bounds(found):
    quo = found.stand_in["status quo"]
    assert quo.members[0, 520] == pytest.approx(STAND_IN.members, rel=1e-3)
    assert quo.killed[0, 520] == pytest.approx(STAND_IN_DEATHS, rel=1e-3)
    assert quo.members[0, 520] == pytest.approx(found.headline["members_2022"], rel=0.011)
    assert quo.killed[0, 520] == pytest.approx(found.headline["deaths_week_2022"], rel=0.032)
    for policy in STAND_IN.effects:
        run = found.stand_in[policy]
        effect = tuple(100 * (flow[0, 780] / flow[0, 520] - 1) for flow in (run.members, run.killed))
        assert effect == pytest.approx(found.horizons[policy][260], abs=1.0), policy
