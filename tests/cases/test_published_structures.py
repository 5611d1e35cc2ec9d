"""Other structures from the same state and flows, equal doses, tipping points, and what the case adds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from published_beyond import SIZES, Beyond
from published_findings import SETTINGS, Findings, find_all
from published_values import (
    AGAINST,
    DOSES,
    EMPTY_AT_FIVE_TIMES,
    EQUAL_DOSE,
    FALLS_AT_ONCE,
    LETHALITY,
    STRUCTURES,
    TIPPING,
)

pytestmark = [pytest.mark.slow, pytest.mark.shared]


@pytest.fixture(scope="module")
def found(shared: Path) -> Findings:
    return find_all(shared / "data")


@pytest.fixture(scope="module")
def beyond(found: Findings) -> Beyond:
    return Beyond(found)


def test_there_is_a_setting_for_every_structure_of_the_reference():
    assert set(SETTINGS) == set(STRUCTURES) == set(AGAINST)


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_answers_every_dose_as_the_reference_says(found, name):
    for dose, effect in zip(DOSES, STRUCTURES[name], strict=True):
        assert found.structures[name][dose].pair == pytest.approx(effect, abs=1.0), dose
    against = [found.structures[name][dose].against for dose in tuple(DOSES)[1:]]
    assert against == pytest.approx(AGAINST[name], abs=1.0)


@pytest.mark.parametrize("name", STRUCTURES)
def test_the_engine_and_the_oracle_agree_on_a_structure(found, name):
    allowed = 0.3 if "replacement" in name else 0.1  # hires for losses come a week late in the engine
    for dose, effect in found.structures[name].items():
        assert effect.pair == pytest.approx(found.oracle_structures[name][dose], abs=allowed), dose


def test_equal_doses_of_arrests_and_of_recruits_do_nearly_the_same(found):
    for dose, (members, deaths, total) in EQUAL_DOSE.items():
        ours = found.structures["published"][dose]
        assert ours.pair == pytest.approx((members, deaths), abs=0.15)  # the reference rounds -25.85 both ways
        assert ours.total == pytest.approx(total, rel=1e-3)


@pytest.mark.parametrize("factor", LETHALITY)
def test_a_truce_buys_time_and_size(found, factor):
    assert found.lethality[factor] == pytest.approx(LETHALITY[factor], abs=1.0)


@pytest.mark.parametrize("factor", TIPPING)
def test_sizes_of_no_growth(found, factor):
    assert found.tipping[factor] == pytest.approx(TIPPING[factor], rel=1e-3)


def test_how_many_arrests_end_growth_and_how_many_empty_the_system(found):
    assert found.falls_at_once == pytest.approx(FALLS_AT_ONCE, abs=0.005)
    assert found.weeks_to_empty == pytest.approx(EMPTY_AT_FIVE_TIMES, abs=2)


def test_twice_the_members_with_the_same_risks_changes_no_effect(beyond):
    assert beyond.scaled < 1e-6


def test_a_pool_slows_growth_the_more_the_smaller_it_is(beyond, found):
    growth = [effects["status quo"].members for _, effects in beyond.pools.values()]
    assert growth == sorted(growth)
    assert growth[-1] < found.horizons["status quo"][260][0]


def test_full_replacement_by_each_group_makes_arrests_change_nothing(beyond):
    quo, twice = (beyond.own_replacement[name] for name in ("status quo", "2 x arrests"))
    assert twice.pair == pytest.approx(quo.pair, abs=0.1)


def test_worlds_cover_every_size_and_form_and_begin_alike(beyond):
    assert len(beyond.worlds) == len(SIZES) * 6 * 4 * 3
    assert len({(world.size, world.recruitment, world.incapacitation) for world in beyond.worlds}) == len(SIZES) * 24
    assert all(np.isfinite(effect.deaths) for world in beyond.worlds for effect in world.effects.values())


def test_the_sign_of_more_arrests_against_2022_depends_on_the_world_and_against_status_quo_does_not(beyond):
    effects = [world.effects["more arrests"] for world in beyond.worlds]
    assert min(effect.deaths for effect in effects) < -20 < 20 < max(effect.deaths for effect in effects)
    assert max(effect.against for effect in effects) < 0.5
