"""Missing, displaced and apprehended people and the wait at the border: directions, nulls, no double counting."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mexico_week import around, corners, ends_of, last, live, null_of, shipped

from crossroads.cases.mexico.model import MODEL
from crossroads.cases.mexico.model.people import PEOPLE, RELABELLING, scaled, slow_share
from crossroads.cases.mexico.model.trend import TREND

OUTCOMES = ("missing", "displaced", "apprehensions", "crossing_wait")
SUSPENDED = {"cooperation_now": 0.4}
FORCE = {"strike": 0.9, "uninvited_force": 0.9}
RELABELLED = {"trend_cause": RELABELLING, "trend_level": 0.8}
DIRECTIONS = (
    ("missing_reports", "missing", {}, 1),
    ("found_alive", "missing", {}, -1),
    ("found_dead", "missing", {}, -1),
    ("missing_violence", "missing", {"violence": 1.3}, 1),
    ("missing_hold", "missing", {"hold": 1.3}, 1),
    ("relabelled_share", "missing", RELABELLED, 1),
    ("displaced_year", "displaced", {}, 1),
    ("displaced_violence", "displaced", {"violence": 1.3}, 1),
    ("displaced_force", "displaced", FORCE, 1),
    ("migration_mx_share", "apprehensions", SUSPENDED, 1),
    ("apprehensions_start", "apprehensions", {}, 1),
    ("migration_turn_size", "apprehensions", {"migration_luck": 0.0}, 1),
    ("slow_days_force", "crossing_wait", FORCE, 1),
    ("slow_days_pressure", "crossing_wait", {"pressure": 1.0}, 1),
    ("slow_days_ordinary", "crossing_wait", {}, 1),
    ("slow_factor", "crossing_wait", FORCE, 1),
    ("crossing_wait_start", "crossing_wait", {}, 1),
)
NULLS = (
    ("missing_violence", {"violence": 1.5}, "missing"),
    ("missing_hold", {"hold": 0.6}, "missing"),
    ("relabelled_share", RELABELLED, "missing"),
    ("displaced_violence", {"violence": 1.5}, "displaced"),
    ("displaced_force", {"strike": 0.9}, "displaced"),
    ("slow_days_pressure", {"pressure": 1.0}, "crossing_wait"),
)


def test_nothing_moves_where_nothing_is_done_and_migration_does_not_turn():
    lived = live(PEOPLE, 520)
    for name in OUTCOMES:
        assert lived[name] == pytest.approx([lived[name][0]] * 520, rel=1e-12), name
        assert lived[name][0] > 0


@pytest.mark.parametrize("row", DIRECTIONS, ids=[f"{row[0]}-{row[1]}" for row in DIRECTIONS])
def test_a_cause_raised_alone_moves_its_effect_as_the_evidence_says(row):
    cause, outcome, played, sign = row
    low, high = (last(PEOPLE, outcome, 52, **played, **{cause: value}) for value in ends_of(cause))
    assert (high - low) * sign > 1e-6 * high


@pytest.mark.parametrize("row", NULLS, ids=[f"{row[0]}-{row[2]}" for row in NULLS])
def test_at_its_null_an_effect_is_absent(row):
    cause, played, outcome = row
    ordinary = last(PEOPLE, outcome)
    assert last(PEOPLE, outcome, **played, **{cause: null_of(cause)}) == pytest.approx(ordinary, rel=1e-9)
    moving = max(ends_of(cause), key=abs)
    assert last(PEOPLE, outcome, **played, **{cause: moving}) != pytest.approx(ordinary, rel=1e-6)


def test_the_level_of_missing_people_is_that_of_the_register():
    (series,) = [series for series in shipped().history if series.id == "still_missing_2026"]
    year = 52 * live(PEOPLE, 1)["missing"][0]
    assert min(series.values.values()) < year < max(series.values.values()) * 1.05


def test_missing_are_net_of_those_found_and_everyone_reported_is_somewhere():
    """Reports split without rest into found alive, found dead and not located."""
    reports = around()["missing_reports"]
    gone = 52 * last(PEOPLE, "missing", found_alive=60.0, found_dead=5.0)
    assert gone + reports * 0.60 + reports * 0.05 == pytest.approx(reports)
    assert last(PEOPLE, "missing", found_alive=94.0, found_dead=6.0) == pytest.approx(0.0, abs=1e-9)


def test_missing_people_are_never_added_to_homicides():
    """Homicides read nothing that the missing move, and no outcome holds both."""
    made_here = {quantity.name for quantity in (*PEOPLE.stocks, *PEOPLE.outcomes)}
    for mechanism in MODEL.mechanisms:
        for stage in (mechanism.before, mechanism.after):
            read = set(stage.__code__.co_varnames[: stage.__code__.co_argcount]) if stage else set()
            if mechanism.name != "people":
                assert not read & made_here, mechanism.name
    assert "missing" not in {quantity.name for quantity in TREND.outcomes}


def test_finding_more_dead_moves_no_homicide():
    low, high = ({"found_dead": value} for value in ends_of("found_dead"))
    assert last(PEOPLE, "missing", **high) < last(PEOPLE, "missing", **low)
    assert last(TREND, "homicides", 4, **high) == last(TREND, "homicides", 4, **low)


@pytest.mark.parametrize("cause", [0.0, 1.0, 3.0])
def test_only_relabelling_moves_homicides_into_the_missing(cause):
    declined = last(PEOPLE, "missing", trend_cause=cause, trend_level=0.8)
    assert declined == pytest.approx(last(PEOPLE, "missing"))
    assert last(PEOPLE, "missing", **RELABELLED) > declined


def test_relabelled_deaths_are_part_of_the_decline_and_never_more():
    alone = {"missing_violence": 0.0, "missing_hold": 0.0}
    for share in (0.0, 0.3, 1.0):
        moved = last(PEOPLE, "missing", **RELABELLED, **alone, relabelled_share=share) - last(PEOPLE, "missing")
        assert 52 * moved == pytest.approx(share * 0.2 * around()["homicide_day"] * 365.25)
    rising = {"trend_cause": RELABELLING, "trend_level": 1.2}
    assert last(PEOPLE, "missing", **rising) == pytest.approx(last(PEOPLE, "missing"))


def test_a_relabelled_decline_hides_violence_from_no_other_outcome():
    """Where all of a fall is relabelled, as many people flee as before it."""
    fallen = {"trend_level": 0.8, "violence": 0.8, "relabelled_share": 1.0}
    hidden = last(PEOPLE, "displaced", **fallen, trend_cause=RELABELLING)
    assert hidden == pytest.approx(last(PEOPLE, "displaced"))
    assert last(PEOPLE, "displaced", **fallen, trend_cause=0.0) < hidden


def test_lost_cooperation_brings_back_what_mexican_checks_held():
    lived = live(PEOPLE, 260, cooperation_now=lambda week: 0.0 if week < 130 else 1.0)["apprehensions"]
    ordinary, past = around()["apprehensions_start"] / 52, around()["apprehensions_past"] / 52
    owed = around()["migration_mx_share"] / 100
    assert lived[129] == pytest.approx(ordinary + owed * (past - ordinary), rel=0.01)
    assert lived[-1] == pytest.approx(ordinary, rel=0.01)
    assert lived[5] < lived[20] < lived[129]


def test_better_cooperation_than_today_lowers_no_crossing():
    assert last(PEOPLE, "apprehensions", cooperation_now=1.4) == pytest.approx(last(PEOPLE, "apprehensions"))


def test_migration_turns_by_chance_alike_under_every_option():
    turned = {"migration_luck": lambda week: 0.0 if week == 10 else 1.0}
    quiet, forced = live(PEOPLE, 200, **turned), live(PEOPLE, 200, **turned, **FORCE)
    assert quiet["turned"] == forced["turned"] == [0.0] * 10 + [1.0] * 190
    assert quiet["apprehensions"][9] < quiet["apprehensions"][60] < quiet["apprehensions"][199]
    never = live(PEOPLE, 30, migration_luck=0.0, migration_turn_prob=null_of("migration_turn_prob"))
    assert never["turned"] == [0.0] * 30


def test_the_weekly_chance_of_a_turn_makes_the_yearly_one():
    weekly = 1 - (1 - around()["migration_turn_prob"]) ** (1 / 52)
    below, above = (last(PEOPLE, "turned", 1, migration_luck=weekly * factor) for factor in (0.999, 1.001))
    assert (below, above) == (1.0, 0.0)


@given(
    lost=st.floats(0, 1.5),
    share=st.floats(10, 50),
    size=st.floats(0.1, 1),
    luck=st.sampled_from([0.0, 1.0]),
)
@settings(max_examples=40, deadline=None)
def test_apprehensions_stay_between_todays_low_and_the_mean_of_2021_to_2024(lost, share, size, luck):
    """What is owed to Mexico and what turns by itself never add up to more than the whole fall."""
    found = live(
        PEOPLE, 80, cooperation_now=1 - lost, migration_mx_share=share, migration_turn_size=size, migration_luck=luck
    )
    if lost <= 1:
        bounds = around()["apprehensions_start"] - 1, around()["apprehensions_past"] + 1
        assert all(bounds[0] <= 52 * week <= bounds[1] for week in found["apprehensions"])


def test_violence_and_hold_work_as_elasticities():
    assert scaled(1.0, 0.7) == pytest.approx(1.0)
    assert scaled(1.01, 0.5) == pytest.approx(1.005, rel=1e-4)
    assert 0 < scaled(0.0, 1.0) < 1e-5


@pytest.mark.parametrize("name", ["strike", "joint", "surge"])
def test_operations_of_either_side_displace(name):
    found = [last(PEOPLE, "displaced", **{name: value}) for value in (0.0, 0.4, 0.9)]
    assert found[0] < found[1] < found[2]


def test_slow_days_are_days_of_a_year():
    assert slow_share(0, 0, 0, 1.0, 1.0) == 0
    assert slow_share(36.525, 0, 0, 0.0, 0.0) == pytest.approx(0.1)
    assert slow_share(15, 150, 60, 5.0, 1.0) == pytest.approx((15 + 225 + 60) / 365.25)
    assert slow_share(300, 150, 60, 5.0, 1.0) == 1


def test_force_by_consent_slows_no_border():
    assert last(PEOPLE, "crossing_wait", joint=0.9, strike=0.9) == pytest.approx(last(PEOPLE, "crossing_wait"))


@pytest.mark.parametrize(
    "played", [{}, FORCE, SUSPENDED | {"pressure": 1.0}, RELABELLED, {"violence": 0.0, "hold": 0.0}]
)
def test_nothing_is_negative_anywhere_in_the_ranges(played):
    for corner in corners(PEOPLE):
        lived = live(PEOPLE, 20, **(corner | played))
        assert all(value >= 0 for values in lived.values() for value in values)
        assert all(0 <= value <= 1 for value in lived["come_back"] + lived["turned"])
