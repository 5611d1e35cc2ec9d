import numpy as np
import pytest
import xarray as xr
from made_up import FakeRuns, make_case, make_outcome

from crossroads.analysis.acceptance import AS_WRITTEN
from crossroads.analysis.finding import Finding
from crossroads.analysis.judgement import Judgement, Standing
from crossroads.analysis.paths import Crossing
from crossroads.analysis.sentences import (
    tell_acceptance,
    tell_crossings,
    tell_failures,
    tell_refusals,
    tell_ties,
)
from crossroads.analysis.verdict import analyse
from crossroads.analysis.weights import ALL, MIXTURE


@pytest.fixture(scope="module")
def findings():
    return analyse(FakeRuns(make_case())).findings


def pick(findings, topic):
    return [finding for finding in findings if finding.topic == topic]


def test_a_crossing_says_which_way_it_turns_and_with_which_numbers(findings):
    force = next(one for one in pick(findings, "crossing") if one.sentence.startswith("Force"))
    assert "worse at first, better later" in force.sentence
    assert "1 year" in force.sentence
    assert "2 years" in force.sentence
    assert force.value == pytest.approx(-1.4, abs=0.2)


def test_acceptance_counts_stakeholders_and_warns_of_thresholds(findings):
    care = next(one for one in pick(findings, "acceptance") if one.sentence.startswith("Care"))
    assert care.value == 2
    assert "2 of 2 stakeholders" in care.sentence
    assert care.caveat


def test_no_sentence_without_a_full_stop_or_with_a_bare_number(findings):
    assert findings
    for finding in findings:
        assert isinstance(finding, Finding)
        assert finding.sentence.endswith(".")
        assert "nan" not in finding.sentence


STATUSES = ("absent", "ok", "not_applicable", "not_finite", "model_error")


def count_runs(now=(0, 0, 0, 0, 0), force=(0, 0, 0, 0, 0)):
    """Runs by status, of two options under one reaction."""
    return xr.DataArray(
        np.array([[now], [force]]),
        dims=("option", "reaction", "status"),
        coords={"option": ["now", "force"], "status": list(STATUSES)},
    )


def test_runs_that_were_never_to_run_are_not_counted():
    (finding,) = tell_failures(make_case(), count_runs((0, 1500, 900, 0, 0)), ())
    assert finding.sentence == "All 1,500 runs ended well."
    assert finding.value == 0


def test_runs_are_lost_in_three_ways():
    (finding,) = tell_failures(make_case(), count_runs((1, 990, 7, 2, 0), (0, 3, 0, 0, 4)), ())
    assert finding.sentence == "7 of 1,000 runs (0.70%) have no result and count nowhere."
    assert (finding.value, finding.unit, finding.topic) == (7.0, "runs", "trust")


def test_no_runs_at_all_are_no_division_by_zero():
    (finding,) = tell_failures(make_case(), count_runs(), ())
    assert finding.sentence == "All 0 runs ended well."


def test_each_option_that_did_not_run_is_told_with_its_own_losses():
    judgements = (Judgement("now", ran=True), Judgement("force", ran=False))
    told = list(tell_failures(make_case(), count_runs((0, 5, 0, 1, 0), (0, 0, 9, 1200, 34)), judgements))
    assert [finding.sentence for finding in told][1:] == ["Force cannot be weighed: 1,234 of its runs have no result."]
    assert told[0].value == 1235


def effective(**refused):
    """View to effective futures; those that are too few."""
    return xr.Dataset(
        {
            "view_refused": ("view", [size < 32 for size in refused.values()]),
            "view_effective": ("view", list(refused.values())),
        },
        coords={"view": list(refused)},
    )


def test_a_view_that_is_refused_is_told_by_name_with_what_it_has_and_needs():
    (finding,) = tell_refusals(make_case(), effective(mixture=64.0, calm=40.0, grim=12.4))
    assert finding.sentence == (
        "The view Grim is not weighed: its beliefs leave 12 effective futures, fewer than 32 in all or 2 in a "
        "replicate. Simulate more futures."
    )
    assert finding.value == 12.4


def test_the_mixture_has_no_name_of_its_own_and_can_be_refused_too():
    (finding,) = tell_refusals(make_case(), effective(mixture=9.0, calm=64.0))
    assert finding.sentence.startswith("The view mixture is not weighed")


def contested(tied, needed):
    """Two outcomes by two horizons."""
    cells = ("outcome", "horizon")
    return xr.Dataset(
        {
            "tied": (cells, np.array(tied)),
            "pairs": (cells, np.full((2, 2), 500)),
            "needed": (cells, np.array(needed, dtype=float)),
            "first": (cells, [["now", "now"], ["force", "now"]]),
            "second": (cells, [["force", "care"], ["care", "force"]]),
        },
        coords={"outcome": ["deaths", "trust"], "horizon": ["near", "far"]},
    )


def test_where_all_is_told_apart_nothing_is_said_of_order():
    assert list(tell_ties(make_case(), contested(np.zeros((2, 2), int), np.full((2, 2), np.nan)), 16)) == []


def test_the_pair_that_needs_most_is_named_with_a_whole_design():
    told = list(tell_ties(make_case(), contested([[3, 0], [400, 1]], [[70, np.nan], [1000, 900]]), 16))
    assert told[0].sentence.startswith("404 of 2,000 comparisons of two options on the headline outcomes are equal")
    assert told[1].sentence == (
        "Force and Care are the closest pair that is not equal (Trust, 1 year): about 1,024 futures would tell them "
        "apart, if their difference stays as it is."
    )
    assert told[1].value == 1024  # 2 views x 16 replicates x 32


def test_a_pair_beyond_any_practical_number_of_futures_is_said_to_be_so():
    told = list(tell_ties(make_case(), contested([[3, 0], [400, 1]], [[70, np.nan], [9e6, 900]]), 16))
    assert "no practical number of futures" in told[1].sentence


def test_ties_that_no_number_of_futures_resolves_name_no_pair():
    (finding,) = tell_ties(make_case(), contested([[3, 0], [0, 0]], np.full((2, 2), np.nan)), 16)
    assert finding.value == 3


def cross(**changes):
    parts = {
        "option": "force",
        "outcome": "deaths",
        "view": MIXTURE,
        "stance": ALL,
        "earlier": "near",
        "later": "far",
        "before": 1234.56,
        "before_error": 0.3,
        "after": -0.96,
        "after_error": 0.2,
        "turns_better": True,
    }
    return Crossing(**{**parts, **changes})


def tell_crossing(*crossings, headline=("deaths",), digits=1):
    outcomes = (make_outcome("deaths", digits=digits, evidence=("one",)), make_outcome("trust", "more"))
    return list(tell_crossings(make_case(outcomes=outcomes), crossings, headline))


def test_a_crossing_is_told_with_signs_and_the_decimals_of_its_outcome():
    (finding,) = tell_crossing(cross())
    assert finding.sentence == (
        "Force, Deaths: worse at first, better later (+1,234.6 at 1 year, -1.0 at 2 years, people, against Now)."
    )
    assert (finding.value, finding.error, finding.references) == (-0.96, 0.2, ("one",))


def test_a_crossing_may_turn_for_the_worse():
    (finding,) = tell_crossing(cross(turns_better=False))
    assert "better at first, worse later" in finding.sentence


@pytest.mark.parametrize("change", [{"outcome": "trust"}, {"view": "grim"}, {"stance": "protest"}, {"after": -0.04}])
def test_a_crossing_that_no_reader_sees_is_not_told(change):
    assert tell_crossing(cross(**change)) == []


def test_a_crossing_shows_with_more_decimals():
    assert len(tell_crossing(cross(after=-0.04), digits=2)) == 1


def accept(*shares):
    """Shares of one option for stakeholders, with other numbers in every place that must not be read."""
    table = np.full((len(shares), 2, 2, 2), 0.99)
    table[:, 0, 0, 0] = shares
    return xr.Dataset(
        {"share": (("stakeholder", "view", "stance", "horizon"), table)},
        coords={"view": [MIXTURE, "grim"], "stance": [ALL, "protest"], "horizon": [AS_WRITTEN, "far"]},
    ).expand_dims(option=["force"])


def judged(option="force"):
    return Judgement(option, ran=True, accepted_most=(Standing("town", 0.5, 0.1),))


def test_half_of_the_futures_is_not_most_and_what_is_unknown_is_not_counted():
    (finding,) = tell_acceptance(make_case(), (judged(),), accept(0.5, 0.51, 0.2, np.nan, 1.0))
    assert finding.sentence == "Force is acceptable to 2 of 4 stakeholders in more than half of the futures."
    assert (finding.value, finding.topic) == (2.0, "acceptance")
    assert "judgements" in finding.caveat


def test_an_option_that_nobody_was_asked_about_is_passed_over():
    assert list(tell_acceptance(make_case(), (Judgement("force", ran=False),), accept(1.0))) == []
    assert list(tell_acceptance(make_case(), (judged(),), xr.Dataset())) == []
