"""Operations week by week: suppression, captures, deaths by status, losses with their tail, clashes and reprisals."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mexico_week import corners, ends_of, last, live, null_of

from crossroads.cases.mexico.model.force import FORCE, hostile_deaths

STRIKE = {"strike": 0.9, "effective_force": 0.9, "troops": 9000.0, "posture_force": 1.0}
UNINVITED = {**STRIKE, "uninvited_force": 0.9}
JOINT = {"joint": 0.7, "effective_force": 0.7, "troops": 815.0, "posture_force": 0.4, "stance_consent": 1.0}
AS_ONE = {"cartel_unity": 1.0}
DIRECTIONS = (
    ("strike_suppression", "mexican_personnel_lost", STRIKE, 1),  # from -60 % to none: less suppressed, more lost
    ("suppression_transfer", "mexican_personnel_lost", STRIKE, -1),
    ("mx_personnel_losses", "mexican_personnel_lost", {}, 1),
    ("civcas_reprisal", "mexican_personnel_lost", {**STRIKE, "harm_year": 30.0}, 1),
    ("hostile_deaths_combat", "us_personnel_lost", STRIKE, 1),
    ("hostile_deaths_advise", "us_personnel_lost", JOINT, 1),
    ("operation_deaths_full", "operation_deaths", STRIKE, 1),
    ("civilian_share", "civilians_killed", STRIKE, 1),
    ("unknown_share", "unknown_killed", STRIKE, 1),
    ("retaliation_violence", "conflict_effort", {**STRIKE, **AS_ONE, "cartels_retaliate": 1.0}, 1),
    ("deterrence_violence", "conflict_effort", {**JOINT, **AS_ONE, "cartels_deterred": 1.0}, 1),
    ("joint_capture_gain", "capture_effort", JOINT, 1),
    ("strike_capture_gain", "capture_effort", STRIKE, 1),
    ("surge_capture_gain", "capture_effort", {"surge": 1.0}, 1),
    ("intel_arrest_share", "capture_effort", {"capture_yield": 1.5}, 1),
)
NULLS = (
    ("strike_suppression", "mexican_personnel_lost", STRIKE, {"strike_suppression": -60.0}),
    ("suppression_transfer", "mexican_personnel_lost", STRIKE, {"suppression_transfer": 0.5}),
    ("civcas_reprisal", "mexican_personnel_lost", STRIKE, {"civcas_reprisal": 6.0}),
)


def test_nothing_is_lost_to_operations_that_do_not_happen():
    quiet = live(FORCE, 520)
    for name in ("civilians_killed", "unknown_killed", "operation_deaths", "us_personnel_lost", "clash_probability"):
        assert quiet[name] == [0.0] * 520, name
    assert quiet["capture_effort"] == [1.0] * 520
    assert quiet["conflict_effort"] == [1.0] * 520


@pytest.mark.parametrize("row", DIRECTIONS, ids=[f"{row[0]}-{row[1]}" for row in DIRECTIONS])
def test_a_cause_raised_alone_moves_its_effect_as_the_evidence_says(row):
    cause, outcome, played, sign = row
    low, high = (last(FORCE, outcome, 4, **played, **{cause: value}) for value in ends_of(cause))
    assert (high - low) * sign > 1e-9


@pytest.mark.parametrize("row", NULLS, ids=[row[0] for row in NULLS])
def test_at_its_null_a_cause_does_nothing(row):
    cause, outcome, played, at_work = row
    without = last(FORCE, outcome, 30, **played, **{cause: null_of(cause)})
    assert last(FORCE, outcome, 30, **played, **at_work) != pytest.approx(without, rel=1e-6)
    off = last(FORCE, outcome, 30, **{**played, "effective_force": 0.0, "civcas_reprisal": 0.0})
    if cause != "civcas_reprisal":
        assert last(FORCE, outcome, 30, **played, **{cause: null_of(cause), "civcas_reprisal": 0.0}) == pytest.approx(
            off
        )


def test_suppression_needs_the_host_in_full():
    accepted, refused = (
        last(FORCE, "mexican_personnel_lost", 4, **STRIKE, stance_accepts=value) for value in (1.0, 0.0)
    )
    assert accepted < refused


def test_the_dead_have_one_status_each():
    found = live(FORCE, 4, **STRIKE, unknown_share=1.0)
    for civilians, unknown, dead in zip(
        found["civilians_killed"], found["unknown_killed"], found["operation_deaths"], strict=True
    ):
        assert civilians + unknown == pytest.approx(dead)


def test_a_stricter_posture_and_more_oversight_kill_fewer():
    by_posture = [
        last(FORCE, "civilians_killed", 4, **{**STRIKE, "posture_force": value}) for value in (0, 0.1, 0.4, 1)
    ]
    assert by_posture == sorted(by_posture)
    assert by_posture[0] < by_posture[-1]
    by_oversight = [last(FORCE, "civilians_killed", 4, **STRIKE, oversight=value) for value in (0.0, 0.5, 1.0)]
    assert by_oversight == sorted(by_oversight, reverse=True)
    assert by_oversight[-1] < by_oversight[0]


def mean_losses(weeks=8_000, **played):
    """Mean U.S. deaths a year where the luck of the weeks is spread evenly."""
    seen = live(FORCE, weeks, **played, tail_luck=lambda week: (week + 0.5) / weeks)["us_personnel_lost"]
    return 52 * sum(seen) / weeks


@pytest.mark.parametrize("played", [STRIKE, JOINT], ids=["strike", "joint"])
def test_the_rare_event_is_spread_within_the_rate_and_not_on_top(played):
    plain = mean_losses(**played, raid_tail=0.0)
    likely = {"raid_tail": 0.9, "tail_deaths": 4.0}
    assert mean_losses(**played, **likely) == pytest.approx(plain, rel=0.03)


def test_a_mass_casualty_event_is_larger_than_ordinary_weeks_and_an_incident():
    struck = live(FORCE, 2, **STRIKE, tail_luck=0.0)
    calm = live(FORCE, 2, **STRIKE, tail_luck=1.0)
    assert struck["us_personnel_lost"][0] > 4
    assert calm["us_personnel_lost"][0] < 1
    assert (struck["incident"][0], calm["incident"][0]) == (1, 0)
    assert (struck["mass_casualty"][0], calm["mass_casualty"][0]) == (1, 0)


def test_a_clash_needs_uninvited_force_and_is_likelier_under_obstruction():
    chance = 0.0025
    assert sum(live(FORCE, 4, **STRIKE, clash_luck=0.0, clash_prob=0.1)["clashed"]) == 0
    clear, obstructed = (
        live(FORCE, 1, **UNINVITED, clash_luck=chance, clash_prob=0.1, stance_obstruction=value)["clashed"][0]
        for value in (0.0, 1.0)
    )
    assert (clear, obstructed) == (0, 1)


def test_the_chance_of_a_clash_in_a_year_is_the_one_stated():
    weeks = 8_000
    played = {**UNINVITED, "uninvited_force": 1.0, "clash_prob": 0.3}
    clashes = sum(live(FORCE, weeks, **played, clash_luck=lambda week: (week + 0.5) / weeks)["clashed"])
    assert 1 - (1 - clashes / weeks) ** 52 == pytest.approx(0.3, abs=0.01)


def test_a_clash_is_remembered_and_costs_mexican_personnel():
    seen = live(FORCE, 20, **UNINVITED, clash_luck=lambda week: 0.0 if week == 7 else 1.0, clash_deaths=20.0)
    assert seen["clash_probability"] == [0.0] * 7 + [1.0] * 13
    assert seen["mexican_personnel_lost"][7] > seen["mexican_personnel_lost"][6] + 19


def test_harm_is_a_mean_over_half_a_year():
    harm = live(FORCE, 200, **STRIKE)
    assert harm["harm_year"][-1] == pytest.approx(52 * harm["civilians_killed"][-1], rel=0.01)
    assert harm["harm_year"][25] == pytest.approx(52 * harm["civilians_killed"][0] * (1 - (1 - 1 / 26) ** 26), rel=0.01)


def test_the_rate_of_losses_moves_from_advising_to_combat():
    rate = [hostile_deaths(1000.0, strike, 1.0 - strike, 3.4, 0.5, 0.0) for strike in (0.0, 0.5, 1.0)]
    assert rate[0] == pytest.approx(0.5)
    assert rate == sorted(rate)
    assert hostile_deaths(1000.0, 1.0, 0.0, 3.4, 0.5, 1.0) == pytest.approx(3.4)


@settings(max_examples=25, deadline=None)
@given(
    strike=st.floats(0, 1),
    joint=st.floats(0, 1),
    surge=st.floats(0, 1),
    luck=st.floats(0, 1),
    spike=st.floats(-5, 5),
    corner=st.sampled_from(range(2)),
)
def test_nobody_is_lost_less_than_not_at_all(strike, joint, surge, luck, spike, corner):
    played = {
        "strike": strike,
        "joint": joint,
        "effective_force": strike + joint,
        "surge": surge,
        "uninvited_force": strike,
    }
    ends = {**corners(FORCE)[corner], "clash_luck": luck, "tail_luck": luck, "spike_personnel": spike, "troops": 5000.0}
    found = live(FORCE, 3, **{**ends, **played})
    for name in FORCE.outcomes:
        assert min(found[name.name]) >= 0, name.name
    assert min(found["capture_effort"]) > 0
