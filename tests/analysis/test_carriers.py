import numpy as np
import pytest
from made_up import make_weights
from made_up_claims import claim_case, judge, make_choice, make_futures, make_number, make_part

from crossroads.analysis.carriers import find_grounds, grade_entry
from crossroads.case.records import Evidence

RNG = np.random.default_rng(8)
COUNT = 1024
HEAT, RAIN, WIND = RNG.normal(size=(3, COUNT))
FORM = RNG.integers(0, 3, COUNT)


def make_entry(name: str, strength: str, status: str = "verified") -> Evidence:
    return Evidence(
        id=name,
        section="All",
        statement="Made up.",
        strength=strength,
        status=status,
        contested="low",
        sources=("book",),
    )


LEDGER = (
    make_entry("trial", "A"),
    make_entry("panel", "B/C"),
    make_entry("poll", "F"),
    make_entry("guess", "J", "judgement"),
)


def ground(change, *uncertainties, **columns):
    case = claim_case(make_part(), evidence=LEDGER, uncertainties=uncertainties)
    weights = make_weights(case, COUNT)
    verdict = judge(change, case, weights)
    return find_grounds(case, [verdict], make_futures(**columns))[verdict.key]


HOT = make_number("heat", evidence=("trial",))
WET = make_number("rain", evidence=("panel", "poll"), contested="high")
WINDY = make_number("wind", evidence=("guess",))


def test_what_the_margin_goes_with_carries_the_verdict():
    found = ground(-HEAT + 0.05 * WIND, HOT, WET, heat=HEAT, rain=RAIN)
    (one,) = found.carriers
    assert one.uncertainty == "heat"
    assert one.strength > 0.9
    assert one.correlation > 0.9  # the more heat, the further from too many deaths
    assert 0 < one.error < 0.05
    assert (one.grade, one.entries, one.status, one.contested, one.judged) == (
        "A",
        ("trial",),
        "verified",
        "low",
        False,
    )
    assert (found.grade, found.judged) == ("A", 0)


def test_the_grade_is_that_of_the_weakest_that_carries_it():
    found = ground(HEAT - RAIN, HOT, WET, heat=HEAT, rain=RAIN)
    assert {one.uncertainty: one.grade for one in found.carriers} == {"heat": "A", "rain": "C"}
    assert found.grade == "C"
    assert found.carriers[0].strength >= found.carriers[1].strength


def test_what_contributes_little_does_not_lower_the_grade_but_is_counted():
    found = ground(HEAT + 0.35 * WIND, HOT, WINDY, heat=HEAT, wind=WIND)
    assert [one.uncertainty for one in found.carriers] == ["heat"]
    assert found.grade == "A"
    assert 0.02 < found.judged < 0.2
    alike = ground(HEAT + WIND, HOT, WINDY, heat=HEAT, wind=WIND)
    assert alike.grade == "J"
    assert alike.judged == pytest.approx(0.5, abs=0.1)


def test_an_own_range_is_judgement_whatever_it_cites():
    own = make_number("heat", evidence=("trial",), basis="judgement")
    found = ground(HEAT, own, heat=HEAT)
    assert found.carriers[0].judged
    assert (found.grade, found.judged) == ("A", 1)
    bare = ground(HEAT, make_number("heat"), heat=HEAT)
    assert (bare.grade, bare.carriers[0].status, bare.judged) == ("J", "judgement", 1)


def test_a_choice_carries_by_what_lies_between_its_categories():
    found = ground(
        np.array([-1.0, 0.0, 2.0])[FORM] + 0.1 * WIND, make_choice("form", "a", "b", "c"), HOT, form=FORM, heat=HEAT
    )
    assert [one.uncertainty for one in found.carriers] == ["form"]
    assert np.isnan(found.carriers[0].correlation)
    assert found.carriers[0].strength > 0.8


def test_nothing_carries_what_never_varies_or_goes_with_nothing():
    for change in (np.full(COUNT, -1.0), WIND):
        found = ground(change, HOT, WET, heat=HEAT, rain=RAIN)
        assert (found.carriers, found.grade) == ((), "")
        assert np.isnan(found.judged)
    assert find_grounds(claim_case(), [], make_futures(heat=HEAT)) == {}


def test_an_endless_margin_counts_as_the_furthest():
    change = np.where(HEAT > 1, np.inf, HEAT)
    found = ground(change, HOT, heat=HEAT)
    assert found.carriers[0].strength > 0.9


def test_margins_that_differ_by_rounding_alone_are_equal():
    even = np.where(FORM == 0, -10.0, 30.0) * (1 + 1e-8 * WIND)
    form = make_choice("form", "a", "b", "c")
    assert ground(even, form, form=FORM).carriers[0].strength > 0.99
    rare = np.where(HEAT > 2, HEAT, 0.0)  # nearly always nothing
    assert ground(rare, HOT, heat=HEAT).carriers[0].uncertainty == "heat"


@pytest.mark.parametrize(("strength", "grade"), [("A", "A"), ("B/C", "C"), ("A-C", "C"), ("C/J", "J"), ("F", "F")])
def test_an_entry_is_as_weak_as_its_weakest_letter(strength, grade):
    assert grade_entry(make_entry("one", strength)) == grade
