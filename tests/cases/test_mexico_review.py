"""Reviews of adaptive options: public series pause a mission, and a step that needs consent waits for it."""

from __future__ import annotations

import pytest
from mexico_week import around, call, live

from crossroads.case.files import load
from crossroads.cases.mexico.model.review import FIRST_REVIEW, REVIEW


def gates(**changed):
    assert not set(changed) - set(around())
    return call(REVIEW.switch, {**around(), **changed})


@pytest.mark.parametrize(
    "passed",
    [{"harm_year": 16.0}, {"violence": 1.11}, {"cooperation_now": 0.69}],
    ids=["harm", "violence", "cooperation"],
)
def test_a_limit_that_is_passed_starts_a_pause_from_the_first_review_on(passed):
    pause = live(REVIEW, 60, **passed)["pause_left"]
    first = int(FIRST_REVIEW)
    assert pause[first - 1] == 0
    assert pause[first:] == [around()["pause_weeks"]] * (60 - first)


def test_within_limits_nothing_is_paused():
    within = live(REVIEW, 520, harm_year=15.0, violence=1.1, cooperation_now=0.7)
    assert sum(within["pause_left"]) == 0
    assert gates()["within_limits"] == 1


def test_a_pause_ends_after_its_length_when_all_is_back_within():
    pause = live(REVIEW, 100, harm_year=lambda week: 99.0 if week == 30 else 0.0)["pause_left"]
    length = int(around()["pause_weeks"])
    assert [value > 0.5 for value in pause].count(True) == length
    assert gates(pause_left=float(length))["within_limits"] == 0
    assert gates(pause_left=0.0)["within_limits"] == 1


@pytest.mark.parametrize(
    ("changed", "open_"),
    [
        ({"stance_consent": 1.0, "trust": 1.0}, 1.0),
        ({"stance_consent": 0.0, "trust": 1.0}, 0.0),
        ({"stance_consent": 1.0, "trust": 1.0, "rupture": 0.5}, 0.0),
        ({"stance_consent": 1.0, "trust": 0.5}, 0.0),
        ({"stance_consent": 1.0, "trust": 1.0, "harm_year": 99.0}, 0.0),
    ],
)
def test_the_step_that_needs_consent_waits_for_consent_cooperation_and_little_harm(changed, open_):
    assert gates(**changed)["consent_step"] == open_


def test_adaptive_forms_stand_beside_the_compact():
    gated = {option.id for option in load("mexico").options if any(step.when for step in option.steps)}
    assert gated == {"adaptive_compact", "limited_adaptive", "sustained_adaptive"}
