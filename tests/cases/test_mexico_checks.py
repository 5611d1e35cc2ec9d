"""What the Mexico model must do, as its checks say, and that each signed line of the evidence has one."""

from functools import cache

import pytest

from crossroads.case.files import load
from crossroads.case.records import Case
from crossroads.presentation.pipeline import check


@cache
def mexico() -> Case:
    return load("mexico")


@pytest.mark.slow
def test_every_check_of_the_case_holds():
    said = []
    assert check("mexico", say=said.append) == []
    assert said[0].startswith(f"{sum(not each.not_testable for each in mexico().checks)} checks hold in 96 futures.")


def test_checks_say_what_they_test_in_one_sentence_and_rest_on_evidence():
    assert len(mexico().checks) >= 38
    assert [each.id for each in mexico().checks if not each.says.endswith(".") or not each.evidence] == []
    assert [each.id for each in mexico().checks if each.not_testable and not each.not_testable.endswith(".")] == []


def test_a_check_that_holds_a_quantity_of_open_sign_on_one_side_says_where_it_holds():
    ranges = {each.id: each.distribution.bounds() for each in mexico().uncertainties}
    open_sign = {name for name, (low, high) in ranges.items() if low < 0 < high}
    sided = [
        each for each in mexico().checks if any(name in open_sign and at != "null" for name, at in each.fixed.items())
    ]
    assert {"overdose_response", "trend_pace", "prevention_effect"} <= {name for each in sided for name in each.fixed}
    assert [each.id for each in sided if not each.region] == []


def test_every_line_of_the_evidence_with_a_direction_has_a_check_or_the_reason_why_not():
    signed = {entry.id for entry in mexico().evidence if entry.direction not in ("", "none")}
    assert len(signed) > 90
    assert signed - {name for each in mexico().checks for name in each.evidence} == set()
