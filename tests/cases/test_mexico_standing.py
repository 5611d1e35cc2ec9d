"""Legality, oversight, neighbours and opinion: settled and contested, remembered, and counted once."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mexico_week import around, corners, ends_of, last, live, null_of, shipped

from crossroads.cases.mexico.model.standing import CLOCK_WEEKS, STANDING, count_items, lawful_in_mexico

LAWS = ("legal_mexico", "legal_international", "legal_us")
BLOCS = ("precedent_nonintervention", "precedent_security")
CONSENT = {"stance_consent": 1.0, "stance_accepts": 1.0}
QUIET = {"stance_accepts": 1.0}
UNILATERAL = {
    "strike": 0.6, "uninvited_force": 0.6, "effective_force": 0.5, "troops": 800.0, "posture_force": 1.0,
    "formal_terms": 0.0, "mexican_lead": 0.0,
}  # fmt: skip
JOINT = {"joint": 0.6, "effective_force": 0.5, "troops": 800.0, "posture_force": 0.4}
ADVISERS = {"troops": 140.0}
UNDECLARED = {"undeclared": 1.0, "secrecy": 1.0, "troops": 140.0, "formal_terms": 0.0}
DIRECTIONS = (
    ("tacit_legality", "legal_mexico", JOINT | QUIET, 1),
    ("adviser_legality", "legal_mexico", ADVISERS | QUIET, 1),
    ("quiet_international", "legal_international", JOINT | QUIET, 1),
    ("self_defence_reading", "legal_international", UNILATERAL, 1),
    ("conflict_doubt", "legal_international", JOINT | CONSENT, -1),
    ("hostilities_early", "legal_us", UNILATERAL, 1),
    ("hostilities_late", "legal_us", UNILATERAL, 1),
    ("covert_doubt", "legal_us", UNDECLARED, -1),
    ("objection_without_consent", "precedent_nonintervention", UNILATERAL, 1),
    ("objection_with_consent", "precedent_nonintervention", JOINT | CONSENT, 1),
    ("objection_security_bloc", "precedent_security", UNILATERAL, 1),
    ("us_support_unilateral", "us_support", UNILATERAL, 1),
    ("us_support_consent", "us_support", {}, 1),
    ("support_fatigue", "us_support", JOINT | CONSENT, -1),
    ("spillover_pressure", "spillover_index", UNILATERAL, 1),
)
NULLS = (
    ("self_defence_reading", UNILATERAL, "legal_international", 0.0),
    ("tacit_legality", JOINT | QUIET, "legal_mexico", 0.0),
    ("conflict_doubt", JOINT | CONSENT, "legal_international", 1.0),
    ("covert_doubt", UNDECLARED, "legal_us", 1.0),
    ("objection_with_consent", JOINT | CONSENT, "precedent_nonintervention", 0.0),
    ("objection_security_bloc", UNILATERAL, "precedent_security", 0.0),
    ("spillover_pressure", UNILATERAL, "spillover_index", 100.0),
)


def test_without_a_mission_all_is_lawful_and_nothing_moves():
    lived = live(STANDING, 520)
    wanted = dict.fromkeys(LAWS, 1.0) | dict.fromkeys(BLOCS, 0.0)
    wanted |= {"us_support": around()["us_support_consent"], "spillover_index": 100.0, "oversight_items": 1.0}
    for name, value in wanted.items():
        assert lived[name] == pytest.approx([value] * 520), name


@pytest.mark.parametrize("row", DIRECTIONS, ids=[f"{row[0]}-{row[1]}" for row in DIRECTIONS])
def test_a_cause_raised_alone_moves_its_effect_as_the_evidence_says(row):
    cause, outcome, played, sign = row
    low, high = (last(STANDING, outcome, **played, **{cause: value}) for value in ends_of(cause))
    assert (high - low) * sign > 1e-3


@pytest.mark.parametrize("row", NULLS, ids=[f"{row[0]}-{row[2]}" for row in NULLS])
def test_at_its_null_an_effect_is_absent(row):
    cause, played, outcome, absent = row
    assert last(STANDING, outcome, **played, **{cause: null_of(cause)}) == pytest.approx(absent)
    assert last(STANDING, outcome, **played) != pytest.approx(absent, rel=1e-3)


def test_only_the_senate_settles_mexican_law():
    assert last(STANDING, "legal_mexico", **UNILATERAL) == 0
    assert last(STANDING, "legal_mexico", **JOINT, **CONSENT) == 1
    executive = last(STANDING, "legal_mexico", **JOINT, **CONSENT, formal_terms=0.0)
    quiet = last(STANDING, "legal_mexico", **JOINT, **QUIET)
    assert quiet == executive == pytest.approx(around()["tacit_legality"])
    assert ends_of("tacit_legality")[1] < 0.5


def test_declared_advisers_are_less_contested_than_force_and_secret_ones_are_not():
    advisers, force = (last(STANDING, "legal_mexico", **played, **QUIET) for played in (ADVISERS, JOINT))
    assert force < advisers < 1
    assert last(STANDING, "legal_mexico", **ADVISERS, **QUIET, secrecy=1.0) == 0


@given(formal=st.floats(0, 1), accepts=st.floats(0, 1), secrecy=st.floats(0, 1), tacit=st.floats(0, 0.2))
@settings(max_examples=50, deadline=None)
def test_more_consent_is_never_less_lawful_and_more_secrecy_never_more(formal, accepts, secrecy, tacit):
    found = lawful_in_mexico(formal, accepts, secrecy, 1.0, tacit, 0.7)
    assert 0 <= found <= 1
    assert lawful_in_mexico(1.0, accepts, secrecy, 1.0, tacit, 0.7) == 1
    assert lawful_in_mexico(formal, 1.0, secrecy, 1.0, tacit, 0.7) >= found
    assert lawful_in_mexico(formal, accepts, 1.0, 1.0, tacit, 0.7) <= found


def test_between_states_consent_settles_it_but_for_a_posture_of_armed_conflict():
    calm = last(STANDING, "legal_international", **(JOINT | CONSENT | {"posture_force": 0.0}))
    hard = last(STANDING, "legal_international", **(JOINT | CONSENT | {"posture_force": 1.0}))
    assert hard < calm == 1
    without = last(STANDING, "legal_international", **UNILATERAL)
    quiet = last(STANDING, "legal_international", **(JOINT | QUIET))
    assert without < quiet < calm


def test_in_us_law_the_clock_of_sixty_days_makes_hostilities_more_contested():
    lived = live(STANDING, 52, **UNILATERAL)["legal_us"]
    assert lived[0] == pytest.approx(around()["hostilities_early"])
    assert lived[int(CLOCK_WEEKS)] == pytest.approx(lived[0])
    assert lived[int(CLOCK_WEEKS) + 1] < lived[0]
    assert all(later <= earlier + 1e-9 for earlier, later in itertools.pairwise(lived))
    assert lived[-1] > around()["hostilities_late"]


def test_advice_by_consent_is_no_hostility():
    assert last(STANDING, "legal_us", **ADVISERS, **CONSENT) == 1
    assert last(STANDING, "legal_us", **(JOINT | CONSENT | {"posture_force": 0.0})) == 1


def test_a_limit_by_congress_comes_by_chance_and_makes_force_unlawful_from_then_on():
    luck = {"congress_luck": lambda week: 0.0 if week == 20 else 1.0}
    limited, free = (live(STANDING, 60, **UNILATERAL, **extra) for extra in (luck, {}))
    assert limited["congress_limit"] == [0.0] * 20 + [1.0] * 40
    assert limited["legal_us"][19] == free["legal_us"][19]
    assert limited["legal_us"][59] < free["legal_us"][59]
    assert limited["legal_mexico"] == free["legal_mexico"]
    by_consent = live(STANDING, 60, **JOINT, **CONSENT, **luck)
    assert by_consent["congress_limit"] == [0.0] * 60


def test_an_end_does_not_make_lawful_what_was_not():
    """Read after a mission of one year, its legality is that of its weeks; a later presence by consent mends it."""
    names = ("strike", "uninvited_force", "troops")
    ended = {name: (lambda week, name=name: UNILATERAL[name] if week < 52 else 0.0) for name in names}
    lived = live(STANDING, 208, **(UNILATERAL | ended))
    for name in LAWS:
        assert lived[name][207] == pytest.approx(lived[name][51])
        assert lived[name][207] < 0.5
    assert live(STANDING, 52, **ADVISERS, **CONSENT)["legal_mexico"][-1] == 1


@pytest.mark.parametrize("played", [UNILATERAL, JOINT | CONSENT, JOINT | QUIET, UNDECLARED, ADVISERS | QUIET])
def test_legality_stays_between_unlawful_and_lawful_anywhere_in_the_ranges(played):
    for corner in corners(STANDING):
        lived = live(STANDING, 20, **(corner | played))
        assert all(0 <= value <= 1 for name in LAWS for value in lived[name])
        assert all(0 <= value <= 100 for name in (*BLOCS, "us_support") for value in lived[name])
        assert all(0 <= value <= 8 for value in lived["oversight_items"])
        assert all(value >= 100 for value in lived["spillover_index"])
        assert all(value >= 0 for values in lived.values() for value in values)


def test_oversight_counts_each_of_eight_items_once():
    assert count_items(1.0, 0.0, 1.0, 1.0, 1.0) == 8
    assert count_items(0.0, 1.0, 0.0, 0.0, 0.0) == 0
    assert count_items(1.0, 0.0, 0.0, 0.0, 0.0) == 5
    lone = [count_items(0.0, 0.0, 1.0, 0.0, 0.0), count_items(0.0, 0.0, 0.0, 0.0, 1.0)]
    assert lone == [1, 1]


def test_more_oversight_never_counts_less_and_secrecy_takes_terms_and_reports_away():
    counted = [last(STANDING, "oversight_items", 1, **CONSENT, oversight=value / 20) for value in range(21)]
    assert counted == sorted(counted)
    assert counted[0] < counted[-1]
    secret = last(STANDING, "oversight_items", 1, **CONSENT, oversight=1.0, secrecy=1.0)
    assert secret == counted[-1] - 2


def test_a_joint_board_needs_a_partner_and_a_sunset_an_end():
    full = {"oversight": 1.0}
    refused = last(STANDING, "oversight_items", 1, **full, mexican_lead=1.0)
    assert last(STANDING, "oversight_items", 1, **full, **QUIET, mexican_lead=1.0) == refused + 1
    assert last(STANDING, "oversight_items", 1, **full, **QUIET, mexican_lead=0.0) == refused
    assert last(STANDING, "oversight_items", 1, **full, planned_months=30.0) == refused + 1


def test_neighbours_object_at_once_and_remember():
    names = ("strike", "uninvited_force")
    ended = {name: (lambda week, name=name: UNILATERAL[name] if week < 52 else 0.0) for name in names}
    lived = live(STANDING, 520, **(UNILATERAL | ended))
    for name in BLOCS:
        assert lived[name][4] > 0
        assert lived[name][51] > lived[name][155] > lived[name][519] > 0
    assert lived["precedent_nonintervention"][155] > 0.7 * lived["precedent_nonintervention"][51]
    short = live(STANDING, 520, **(UNILATERAL | ended), precedent_memory=ends_of("precedent_memory")[0])
    assert short["precedent_nonintervention"][519] < lived["precedent_nonintervention"][519]


def test_the_bloc_that_puts_non_intervention_first_objects_more():
    lived = live(STANDING, 104, **UNILATERAL)
    assert lived["precedent_nonintervention"][-1] > lived["precedent_security"][-1] > 0


def test_the_same_force_by_consent_sets_less_of_a_precedent():
    consented = live(STANDING, 104, **(UNILATERAL | CONSENT | {"uninvited_force": 0.0}))
    forced = live(STANDING, 104, **UNILATERAL)
    assert consented["precedent_nonintervention"][-1] < 0.5 * forced["precedent_nonintervention"][-1]
    assert consented["precedent_security"][-1] == 0


def test_a_secret_presence_is_objected_to_less_than_open_force():
    secret = last(STANDING, "precedent_nonintervention", **UNDECLARED)
    assert 0 < secret < last(STANDING, "precedent_nonintervention", **UNILATERAL)


def test_american_support_lies_between_the_polls_and_wears_off():
    first = live(STANDING, 520, **UNILATERAL)["us_support"]
    assert first[0] == pytest.approx(around()["us_support_unilateral"], abs=0.1)
    assert first[519] < first[103] < first[0]
    assert min(first) >= 5
    rested = live(STANDING, 520, **JOINT | {"joint": lambda week: 0.6 if week < 52 else 0.0})["us_support"]
    assert rested[51] < rested[519] <= around()["us_support_consent"]


def test_spillover_follows_pressure_and_ends_with_it():
    found = [last(STANDING, "spillover_index", effective_force=value) for value in (0.0, 0.3, 0.9)]
    assert found == sorted(found)
    assert last(STANDING, "spillover_index", capture_effort=1.5) > 100
    faded = live(STANDING, 520, effective_force=lambda week: 0.9 if week < 52 else 0.0)["spillover_index"]
    assert faded[519] == pytest.approx(100, abs=0.01)


def weighed_outcomes(stakeholder, family=None):
    """Outcome to the number of concerns through which a stakeholder weighs it."""
    case = shipped()
    families = {outcome.id: outcome.family for outcome in case.outcomes}
    concerns = {concern.id: concern.outcomes for concern in case.concerns}
    found = Counter(name for concern, weight in stakeholder.weights.items() if weight for name in concerns[concern])
    return {name: count for name, count in found.items() if family in (None, families[name])}


def test_sovereignty_is_weighed_once():
    """Nobody weighs one outcome of sovereignty and law through two concerns, and the weeks stand under few of them."""
    case = shipped()
    weighers = [one for one in case.stakeholders if one.voice == "weighs"]
    for one in weighers:
        twice = {name for name, count in weighed_outcomes(one, "Sovereignty and law").items() if count > 1}
        assert twice == set(), one.id
    through_sovereignty = {
        name for concern in case.concerns if concern.id == "sovereignty" for name in concern.outcomes
    }
    others = {name for concern in case.concerns if concern.id == "lawfulness" for name in concern.outcomes}
    assert through_sovereignty
    assert others
    assert not through_sovereignty & others


def test_legality_clash_and_weeks_are_one_family():
    families = {outcome.id: outcome.family for outcome in shipped().outcomes}
    together = (*LAWS, "unlawful_weeks", "clash_probability")
    assert {families[name] for name in together} == {"Sovereignty and law"}


def test_what_was_not_modelled_now_speaks_through_outcomes():
    concerns = {concern.id: concern for concern in shipped().concerns}
    for name in ("migration", "precedent", "institutions", "border_flow", "spillover", "accountability", "lawfulness"):
        assert sum(concerns[name].outcomes.values()) == pytest.approx(1.0)
    listed = " ".join(shipped().not_modelled).lower()
    for word in ("missing", "displace", "impunity", "apprehension", "precedent", "spillover", "support in the united"):
        assert word not in listed


def test_judgement_indices_are_marked():
    outcomes = {outcome.id: outcome for outcome in shipped().outcomes}
    marked = (*LAWS, *BLOCS, "oversight_items", "us_support", "spillover_index", "impunity", "corruption_index",
              "complaints_index", "detention_index")  # fmt: skip
    assert [name for name in marked if not outcomes[name].index] == []
    counted = ("missing", "displaced", "apprehensions", "crossing_wait")
    assert [name for name in counted if outcomes[name].index] == []
