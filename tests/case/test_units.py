from __future__ import annotations

from crossroads.case.files import load
from crossroads.case.units import UNITS


def test_every_unit_has_a_meaning_of_its_own():
    assert all(meaning.strip() == meaning != "" for meaning in UNITS.values())
    assert len(set(UNITS.values())) == len(UNITS)


def test_no_two_units_differ_in_spaces_or_capitals_alone():
    assert len({" ".join(unit.lower().split()) for unit in UNITS}) == len(UNITS)
    assert all(" ".join(unit.split()) == unit for unit in UNITS)


def test_a_rate_says_how_often_in_its_meaning_too():
    for often in ("year", "week", "day"):
        rates = {unit: meaning for unit, meaning in UNITS.items() if unit.endswith(f" a {often}")}
        assert rates
        assert {unit for unit, meaning in rates.items() if often not in meaning} == set()


def test_a_unit_that_is_not_in_the_list_is_a_problem_of_the_case(copy):
    meaning = "    meaning: Homes at risk on"
    copy.change("case.yaml", f"    unit: homes\n{meaning}", f"    unit: huts\n{meaning}")
    (problem,) = copy.problems()
    assert problem.place.field == "facts.homes_then.unit"
    assert '"huts"' in problem.what


def test_the_teaching_case_speaks_in_these_units():
    case = load("toy")
    spoken = {record.unit for record in (*case.facts, *case.levers, *case.uncertainties, *case.outcomes)}
    assert {"homes", "US$ million"} <= spoken <= set(UNITS)
