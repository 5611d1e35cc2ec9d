"""Impunity, corruption and abuse: what moves them, in which direction, and what leaves them alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mexico_week import corners, ends_of, last, live, null_of

from crossroads.cases.mexico.model.rule_of_law import RULE_OF_LAW, leaked_abuse, solved_share, step_of

OUTCOMES = ("impunity", "corruption_index", "complaints_index", "detention_index")
INDICES = OUTCOMES[1:]
FORCE = {"strike": 0.6, "posture_force": 1.0}
JOINT = {"joint": 0.6, "posture_force": 0.4, "capture_effort": 1.2}
FULL = {"finance": 1.0, "oversight": 1.0, "training": 1.0, "programme_running": 1.0}
# cause, outcome, what is played, and the sign of the effect as the cause goes from low to high
DIRECTIONS = (
    ("own_complaints", "complaints_index", JOINT, 1),
    ("own_complaints", "detention_index", JOINT, 1),
    ("foreign_complaints", "complaints_index", FORCE, 1),
    ("surge_detention", "detention_index", {"surge": 1.0}, 1),
    ("aid_leakage", "complaints_index", {"training": 0.6}, 1),
    ("collusion_share", "complaints_index", {"training": 0.6}, 1),
    ("protection_effect", "complaints_index", {"programme_running": 0.8}, 1),
    ("protection_effect", "detention_index", {"surge": 1.0, "oversight": 0.8}, 1),
    ("solved_institutions", "impunity", {"programme_running": 1.0}, -1),
    ("solved_law", "impunity", {"finance": 0.9}, -1),
    ("solved_training", "impunity", {"training": 0.6}, -1),
    ("corruption_relief", "corruption_index", {"finance": 0.9, "oversight": 0.6}, -1),
    ("corruption_bought", "corruption_index", {"cartels_corrupt": 1.0}, 1),
    ("corruption_money", "corruption_index", {"hold": 1.3}, 1),
    ("corruption_drag", "impunity", {"cartels_corrupt": 1.0}, 1),
    ("reform_years", "impunity", {"finance": 0.9}, 1),
    ("population_covered", "complaints_index", JOINT, 1),
)
# a null, what is played, and the outcome that then stays where it is without that part
NULLS = (
    ("foreign_complaints", FORCE, "complaints_index"),
    ("aid_leakage", {"training": 0.6}, "complaints_index"),
    ("protection_effect", {"programme_running": 0.8}, "detention_index"),
    ("solved_institutions", {"programme_running": 1.0, "corruption_drag": 0.0}, "impunity"),
    ("solved_law", {"finance": 0.9, "corruption_drag": 0.0}, "impunity"),
    ("solved_training", {"training": 0.9, "corruption_drag": 0.0}, "impunity"),
    ("corruption_relief", {"finance": 0.9}, "corruption_index"),
    ("corruption_money", {"hold": 1.3, "supply": 1.2}, "corruption_index"),
    ("corruption_drag", {"cartels_corrupt": 1.0}, "impunity"),
)


def test_nothing_moves_where_nothing_is_done():
    lived = live(RULE_OF_LAW, 520)
    for name in OUTCOMES:
        assert lived[name] == pytest.approx([lived[name][0]] * 520, rel=1e-12), name
    assert [lived[name][0] for name in INDICES] == pytest.approx([100.0] * 3)
    assert ends_of("impunity_start")[0] < lived["impunity"][0] < ends_of("impunity_start")[1]


@pytest.mark.parametrize("row", DIRECTIONS, ids=[f"{row[0]}-{row[1]}" for row in DIRECTIONS])
def test_a_cause_raised_alone_moves_its_effect_as_the_evidence_says(row):
    cause, outcome, played, sign = row
    low, high = (last(RULE_OF_LAW, outcome, 104, **played, **{cause: value}) for value in ends_of(cause))
    assert (high - low) * sign > 1e-6


@pytest.mark.parametrize("row", NULLS, ids=[f"{row[0]}-{row[2]}" for row in NULLS])
def test_at_its_null_an_effect_is_absent(row):
    cause, played, outcome = row
    ordinary = last(RULE_OF_LAW, outcome, 104)
    assert last(RULE_OF_LAW, outcome, 104, **played, **{cause: null_of(cause)}) == pytest.approx(ordinary, rel=1e-9)
    moving = max(ends_of(cause), key=abs)
    assert last(RULE_OF_LAW, outcome, 104, **played, **{cause: moving}) != pytest.approx(ordinary, rel=1e-6)


def test_impunity_falls_over_years_and_never_far():
    lived = live(RULE_OF_LAW, 520, **FULL)["impunity"]
    assert lived[51] > lived[103] > lived[259] > lived[519]
    assert lived[0] - lived[51] < 0.5 * (lived[0] - lived[519])
    assert lived[519] > 60


def test_a_cut_of_training_leaves_more_homicides_unpunished():
    assert last(RULE_OF_LAW, "impunity", training=0.0) > last(RULE_OF_LAW, "impunity")


def test_training_that_mexico_no_longer_takes_is_lost_once_through_cooperation():
    kept = last(RULE_OF_LAW, "impunity", training=0.6)
    lost = last(RULE_OF_LAW, "impunity", training=0.6, cooperation_now=0.5)
    assert lost == pytest.approx(last(RULE_OF_LAW, "impunity", training=0.3))
    assert kept < lost
    assert last(RULE_OF_LAW, "impunity", training=0.6, cooperation_now=1.4) == pytest.approx(kept)


def test_training_by_itself_moves_no_complaint():
    without_collusion = {"aid_leakage": 0.0}
    for name in ("complaints_index", "detention_index"):
        assert last(RULE_OF_LAW, name, training=1.0, **without_collusion) == pytest.approx(100.0)


def test_complaints_follow_own_forces_at_once_and_fade_over_a_year_after_them():
    lived = live(RULE_OF_LAW, 208, capture_effort=lambda week: 1.6 if week < 52 else 1.0)["complaints_index"]
    assert lived[0] > 100.1
    assert lived[51] == pytest.approx(lived[0])
    assert lived[51] > lived[80] > lived[130] > lived[207] > 100
    assert lived[51 + 52] - 100 == pytest.approx((lived[51] - 100) * 0.364, rel=0.05)


def test_no_learning_makes_a_long_use_less_abusive():
    lived = live(RULE_OF_LAW, 520, **JOINT)["complaints_index"]
    assert min(lived) == pytest.approx(max(lived), rel=0.01)


def test_fewer_captures_than_today_bring_no_complaints():
    assert last(RULE_OF_LAW, "complaints_index", capture_effort=0.5) == pytest.approx(100.0)


@pytest.mark.parametrize("force", ["strike", "joint"])
def test_a_harder_posture_brings_more_complaints(force):
    played = {force: 0.5, "own_complaints": 50.0}
    found = [last(RULE_OF_LAW, "complaints_index", **played, posture_force=value) for value in (0.0, 0.1, 0.4, 1.0)]
    assert found == sorted(found)
    assert found[0] < found[-1]


@pytest.mark.parametrize("played", [FORCE, JOINT, {"surge": 1.0}], ids=["strike", "joint", "surge"])
def test_more_oversight_lowers_what_operations_add(played):
    found = [last(RULE_OF_LAW, "complaints_index", **played, oversight=value) for value in (0.0, 0.3, 0.6, 1.0)]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1] > 100


def test_oversight_where_nothing_is_done_moves_no_complaint():
    for name in ("complaints_index", "detention_index"):
        assert last(RULE_OF_LAW, name, oversight=1.0) == pytest.approx(100.0)


def test_protection_of_procedure_lowers_every_complaint():
    for name in ("complaints_index", "detention_index"):
        found = [last(RULE_OF_LAW, name, programme_running=value, aid_leakage=0.0) for value in (0.0, 0.4, 1.0)]
        assert found[0] == pytest.approx(100.0)
        assert found[0] > found[1] > found[2]


def test_a_surge_of_own_forces_costs_rights_most():
    surge = live(RULE_OF_LAW, surge=1.0)
    force = live(RULE_OF_LAW, **FORCE)
    assert surge["detention_index"][-1] > surge["complaints_index"][-1] > 150
    assert surge["detention_index"][-1] > 2 * force["detention_index"][-1]
    half = live(RULE_OF_LAW, surge=0.5)
    assert 100 < half["detention_index"][-1] < surge["detention_index"][-1]


def test_aid_leaks_only_where_it_grows_and_where_forces_collude():
    assert leaked_abuse(1.0, 1.5, 0.3, 1.0) == 0
    assert leaked_abuse(0.4, 1.5, 0.3, 1.0) == 0
    assert leaked_abuse(2.0, 1.5, 0.0, 1.0) == 0
    assert leaked_abuse(2.0, 1.5, 0.3, 2.0) == pytest.approx(2 * leaked_abuse(2.0, 1.5, 0.3, 1.0))
    assert leaked_abuse(1.01, 1.5, 1.0, 1.0) == pytest.approx(0.015, rel=0.01)


def test_corruption_makes_aid_leak_more_and_rises_with_the_cartels_unity():
    bought = {"cartels_corrupt": 1.0, "training": 0.8}
    assert last(RULE_OF_LAW, "complaints_index", 260, **bought) > last(
        RULE_OF_LAW, "complaints_index", 260, training=0.8
    )
    found = [
        last(RULE_OF_LAW, "corruption_index", 104, cartels_corrupt=1.0, cartel_unity=value) for value in (0, 0.5, 1)
    ]
    assert found[0] == pytest.approx(100.0)
    assert found == sorted(found)
    assert found[-1] > found[0]


@given(
    start=st.floats(86, 97),
    corruption=st.floats(0, 3),
    gain=st.floats(0, 3),
    more=st.floats(0, 2),
)
@settings(max_examples=60, deadline=None)
def test_more_institutions_never_solve_fewer_and_more_corruption_never_more(start, corruption, gain, more):
    solved = solved_share(start, corruption, 0.4, gain, 0.1, 0.1)
    assert 0 < solved <= 40
    assert solved_share(start, corruption, 0.4, gain + more, 0.1, 0.1) >= solved
    assert solved_share(start, corruption + more, 0.4, gain, 0.1, 0.1) <= solved


def test_a_step_is_full_at_one_nothing_today_and_below_zero_where_it_is_cut():
    assert [step_of(value, 0.2) for value in (1.0, 0.2, 0.0)] == pytest.approx([1.0, 0.0, -0.25])


@pytest.mark.parametrize("played", [{}, FORCE, JOINT, {"surge": 1.0}, FULL, {"oversight": 0.0, "finance": 0.0}])
def test_nothing_is_negative_and_impunity_is_a_percentage_anywhere_in_the_ranges(played):
    for corner in corners(RULE_OF_LAW):
        lived = live(RULE_OF_LAW, 30, **(corner | played))
        assert all(0 <= value <= 100 for value in lived["impunity"])
        assert all(0 <= value < 2000 for name in INDICES for value in lived[name])


def test_stocks_that_others_read_begin_at_one():
    lived = live(RULE_OF_LAW, 1)
    assert lived["impunity_now"] == pytest.approx([1.0])
    assert lived["corruption_now"] == pytest.approx([1.0])
    assert {quantity.name: quantity.off for quantity in RULE_OF_LAW.stocks}["impunity_now"] == 1.0
