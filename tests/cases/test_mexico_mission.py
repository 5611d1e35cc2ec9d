"""The mission week by week: consent, obstruction, adaptation, and an end held, moved or called off by chance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mexico_week import around, call, ends_of, live, null_of

from crossroads.cases.mexico.model.mission import EXTENSION_WEEKS, MISSION

FORCE = {"strike": 0.9}
ALONE = {"act_alone": 1.0, "needs_consent": 0.0, "formal_terms": 0.0, "troop_years": 9000.0}
ACCOMPANY = {"accompany": 1.0, "needs_consent": 1.0, "formal_terms": 1.0, "troop_years": 850.0, "week": 300.0}
A_YEAR = {"planned_months": 12.0}


def rates(**changed):
    unknown = set(changed) - set(around()) - {"week"}
    assert not unknown
    return call(MISSION.before, {"week": 0.0, **around(), **changed})


def test_nothing_happens_without_a_deployment():
    quiet = rates()
    assert {name: value for name, value in quiet.items() if value} == {}
    assert live(MISSION, 520)["unlawful_weeks"] == [0.0] * 520


@pytest.mark.parametrize(("size", "expected"), [(550.0, 0.384), (9000.0, 0.916)])
def test_intensity_grows_with_size_and_saturates(size, expected):
    assert rates(**ALONE | {"troop_years": size})["strike"] == pytest.approx(expected, abs=0.01)


def test_joint_operations_need_consent_and_time():
    assert rates(**ACCOMPANY)["joint"] == 0
    assert rates(**ACCOMPANY, stance_consent=1.0)["joint"] == pytest.approx(815 / (815 + 350))
    early = {**ACCOMPANY, "week": 0.0}
    assert rates(**early, stance_consent=1.0)["joint"] == 0
    assert rates(**early, stance_consent=1.0, consent_delay=0.0)["joint"] > 0


def test_force_by_invitation_waits_for_the_invitation():
    invited = {**ALONE, "needs_consent": 1.0, "formal_terms": 1.0, "week": 300.0}
    assert rates(**invited)["strike"] == 0
    assert rates(**invited, stance_consent=1.0)["strike"] > 0.9
    assert rates(**invited, stance_consent=1.0)["uninvited_force"] == 0
    assert rates(**ALONE)["uninvited_force"] == rates(**ALONE)["strike"]


def test_a_secret_presence_is_undeclared_unless_mexico_agreed_to_terms():
    secret = {"advise": 1.0, "secrecy": 1.0, "troop_years": 150.0}
    assert rates(**secret, formal_terms=0.0)["undeclared"] == 1
    assert rates(**secret, formal_terms=1.0, stance_consent=1.0)["undeclared"] == 0
    assert rates(advise=1.0, troop_years=150.0)["undeclared"] == 0


def test_obstruction_and_adaptation_take_from_the_effect_and_not_from_the_presence():
    plain = rates(**ALONE)
    for less in ({"stance_obstruction": 1.0}, {"adaptation": 1.0}):
        hindered = rates(**ALONE, **less)
        assert hindered["effective_force"] < plain["effective_force"]
        assert hindered["strike"] == plain["strike"]


def test_groups_that_disperse_as_one_are_harder_to_reach():
    adapted = {**ALONE, "adaptation": 1.0, "cartel_unity": 1.0}
    assert rates(**adapted, cartels_disperse=1.0)["effective_force"] < rates(**adapted)["effective_force"]


def test_adaptation_takes_the_months_that_it_is_said_to_take():
    adapted = live(MISSION, 26, **FORCE, adaptation_months=6.0)["adaptation"]
    assert adapted[25] == pytest.approx(1 - (1 - 1 / 26) ** 26)
    slow = live(MISSION, 26, **FORCE, adaptation_months=18.0)["adaptation"]
    assert slow[25] < adapted[25]


def test_a_planned_end_is_kept_or_overrun_by_a_year():
    kept, overrun = (
        live(MISSION, 150, **FORCE, **A_YEAR, extension_luck=luck, hold=1.0)["extra_weeks"] for luck in (0.99, 0.0)
    )
    assert kept == [0.0] * 150
    assert overrun[50] == 0
    assert overrun[51] == EXTENSION_WEEKS
    assert overrun[103] == 2 * EXTENSION_WEEKS


def test_gains_make_an_extension_less_likely():
    chance = float(around()["extension_prob"])
    between = chance * (1 - 0.5 * float(around()["gains_end"]))
    held, gained = (
        live(MISSION, 60, **FORCE, **A_YEAR, extension_luck=between, hold=hold)["extra_weeks"][-1]
        for hold in (1.0, 0.8)
    )
    assert (held, gained) == (EXTENSION_WEEKS, 0)
    assert (
        live(MISSION, 60, **FORCE, **A_YEAR, extension_luck=between, hold=0.8, gains_end=null_of("gains_end"))[
            "extra_weeks"
        ][-1]
        == EXTENSION_WEEKS
    )


def test_an_incident_is_answered_with_growth_or_an_end_or_neither():
    found = {
        luck: live(MISSION, 10, **FORCE, incident=lambda week: float(week == 4), answer_luck=luck)
        for luck in (0.0, 0.5, 0.9999)
    }
    assert [found[luck]["grown"][-1] for luck in found] == [1.5, 1.0, 1.0]
    assert [found[luck]["called_off"][-1] for luck in found] == [0.0, 0.0, 1.0]
    assert found[0.0]["escalated"] == [0.0] * 4 + [1.0] * 6


def test_growth_and_early_ends_have_their_nulls():
    incident = {"incident": 1.0}
    assert (
        live(MISSION, 10, **FORCE, **incident, answer_luck=0.0, escalation_prob=null_of("escalation_prob"))["grown"][-1]
        == 1
    )
    calm = live(MISSION, 10, **FORCE, **incident, answer_luck=0.9999, early_end_prob=null_of("early_end_prob"))
    assert calm["called_off"][-1] == 0


def test_growth_has_a_limit():
    assert live(MISSION, 100, **FORCE, incident=1.0, answer_luck=0.0)["grown"][-1] == 3.0


def test_a_mission_called_off_leaves():
    assert rates(**ALONE, called_off=1.0)["strike"] == 0
    assert rates(**ALONE, called_off=1.0)["troops"] == 0


@pytest.mark.parametrize(
    ("terms", "consent", "lawful"), [(1.0, 1.0, True), (0.0, 1.0, False), (1.0, 0.0, False), (0.0, 0.0, False)]
)
def test_only_formal_consent_by_formal_terms_makes_a_week_lawful(terms, consent, lawful):
    weeks = live(MISSION, 52, **FORCE, formal_terms=terms, stance_consent=consent)
    assert sum(weeks["unlawful_weeks"]) == (0 if lawful else 52)
    assert weeks["any_unlawful"][-1] == float(not lawful)


def test_weeks_past_the_end_are_those_of_the_extension():
    seen = live(MISSION, 60, **FORCE, past_end=lambda week: float(week >= 52))
    assert sum(seen["weeks_past_end"]) == 8


def test_what_is_newly_deployed_fades_over_a_year():
    fresh = live(MISSION, 105, strike=0.9)["fresh_deployment"]
    assert fresh[0] == pytest.approx(0.9)
    assert fresh[104] < 0.15
    surge = live(MISSION, 105, surge=1.0)["fresh_surge"]
    assert surge[0] == pytest.approx(1.0)


@settings(max_examples=60, deadline=None)
@given(
    size=st.floats(0, 15000),
    consent=st.sampled_from([0.0, 1.0]),
    alone=st.floats(0, 1),
    adaptation=st.floats(0, 1),
    obstruction=st.sampled_from([0.0, 1.0]),
    share=st.floats(*ends_of("obstruction_share")),
)
def test_intensities_are_shares(size, consent, alone, adaptation, obstruction, share):
    found = rates(
        troop_years=size,
        act_alone=alone,
        accompany=1.0 - alone,
        needs_consent=0.0,
        stance_consent=consent,
        adaptation=adaptation,
        stance_obstruction=obstruction,
        obstruction_share=share,
    )
    assert all(0 <= found[name] <= 1 for name in ("strike", "joint", "uninvited_force", "effective_force", "past_end"))
    assert found["effective_force"] <= found["strike"] + found["joint"] + 1e-12
    assert found["troops"] <= size
