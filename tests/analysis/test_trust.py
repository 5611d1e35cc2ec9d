from types import SimpleNamespace

import numpy as np
import pytest
from made_up import FakeRuns, make_case, make_weights

from crossroads.analysis.trust import count_reasons, count_statuses, say_worst, tell_audit, weigh_convergence
from crossroads.analysis.verdict import analyse
from crossroads.simulation.audit import Audit, Worst
from crossroads.simulation.status import Failure


def test_every_run_is_counted_once_by_how_it_ended():
    status = np.ones((2, 2, 10), dtype=np.uint8)
    status[0, 0, :3] = 3
    status[1, 1] = 2
    status[1, 0, 9] = 0
    counts = count_statuses(status, ["a", "b"], ["x", "y"])
    assert counts.sum() == 40
    assert int(counts.sel(option="a", reaction="x", status="not_finite")) == 3
    assert int(counts.sel(option="b", reaction="y", status="not_applicable")) == 10
    assert int(counts.sel(option="b", reaction="x", status="absent")) == 1


def test_reasons_come_with_the_most_frequent_first():
    failures = [Failure("a", "x", 1, "rare"), Failure("b", "x", 2, "often"), Failure("b", "y", 3, "often")]
    assert count_reasons(failures) == (("b", "often", 2), ("a", "rare", 1))


def weigh(values):
    return weigh_convergence({"deaths": values}, make_weights(), ["near"]).sel(
        view="mixture", option="force", horizon="near", outcome="deaths"
    )


def test_the_first_half_is_weighed_by_itself():
    values = np.zeros((64, 3, 1))
    values[:, 1, 0] = np.arange(64)
    found = weigh(values)
    assert float(found["half"]) == pytest.approx(15.5)
    assert float(found["all"]) == pytest.approx(31.5)
    assert not found["steady"]


def test_halves_that_agree_are_steady():
    values = np.random.default_rng(2).normal(5, 1, (64, 3, 1))
    found = weigh(values)
    assert found["steady"]
    assert float(found["half_error"]) > 0


def test_one_point_in_a_replicate_is_halved_by_replicates():
    case = make_case(views=make_case().views[:1])
    weights = make_weights(case, count=64)
    small = weigh_convergence({"deaths": np.ones((64, 3, 1))}, weights, ["near"])
    assert (small["half"] == 1).all()


CASE = make_case()
LABELS = SimpleNamespace(
    option=[one.id for one in CASE.options],
    reaction=["calm", "protest"],
    outcome=[one.id for one in CASE.outcomes],
    horizon=[one.id for one in CASE.horizons],
)
WORST = Worst(difference=0.00364, option=1, reaction=1, future=17, outcome=0, horizon=1)


def tell(runs=2503, shift=0.25, **more):
    """What is said of an audit of 250,368 runs whose means differ by `shift` in a million."""
    parts = {"runs": runs, "worst": WORST, "shift": ((shift,),), "size": ((1e6,),), **more}
    return list(tell_audit(CASE, SimpleNamespace(audit=Audit(**parts), runs=250_368, labels=LABELS)))


def test_an_audit_in_which_few_runs_differ_is_told_with_its_numbers():
    (finding,) = tell(beyond=3)
    assert finding.sentence == (
        "All but 3 (0.12%) of the 2,503 runs that were run again in double precision (1% of all) agree within 0.01% "
        "in every outcome; the largest difference is 0.36%; means differ by less than 0.0001%."
    )
    assert (finding.topic, finding.unit) == ("trust", "% of the runs audited")
    assert finding.value == pytest.approx(100 * 3 / 2503)
    assert "in future 17" in finding.caveat


def test_an_audit_in_which_all_runs_agree_says_so():
    (finding,) = tell(worst=WORST.model_copy(update={"difference": 5.5e-5}), shift=0.0)
    assert finding.sentence == (
        "All 2,503 runs that were run again in double precision (1% of all) agree within 0.01% in every outcome; the "
        "largest difference is 0.0055%; means do not differ."
    )
    assert finding.value == 0.0


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"beyond": 26}, "26 (1%) differ"),
        ({"beyond": 20, "lost_single": 6}, "6 ended well in one precision alone"),
        ({"beyond": 1, "shift": -150.0}, "means differ by at most 0.015%"),
    ],
)
def test_too_many_differences_or_one_of_means_warn_and_say_what_to_do(parts, said):
    (finding,) = tell(**parts)
    assert finding.sentence.startswith("Single precision is coarse here: of 2,503 runs")
    assert finding.sentence.endswith("Simulate with --precision float64.")
    assert said in finding.sentence


@pytest.mark.parametrize("parts", [{"beyond": 25}, {"beyond": 20, "lost_double": 5}, {"shift": 99.0}])
def test_few_differences_do_not_warn(parts):
    (finding,) = tell(**parts)
    assert finding.sentence.startswith("All ")


def test_events_on_the_edge_of_their_chance_do_not_warn_and_are_told():
    (finding,) = tell(beyond=4, shift=400.0, square=((200.0**2,),))
    assert finding.sentence.startswith("All but 4")
    assert finding.sentence.endswith("rounding decides the event, as often up as down.")


def test_runs_without_an_audit_say_nothing_of_one():
    assert tell(runs=0) == []
    assert list(tell_audit(CASE, SimpleNamespace(audit=None, runs=5, labels=LABELS))) == []


def test_the_place_of_the_largest_difference_is_told_by_its_names():
    told = say_worst(CASE, LABELS, WORST)
    assert CASE.outcomes[0].name in told
    assert CASE.horizons[1].name in told
    assert CASE.options[1].name in told
    assert "with the reaction protest, in future 17." in told
    assert say_worst(CASE, LABELS, None) == say_worst(CASE, LABELS, WORST.model_copy(update={"difference": 0.0})) == ""


def test_an_analysis_tells_of_the_audit_of_its_runs():
    audited = FakeRuns(CASE, manifest=SimpleNamespace(audit=Audit(runs=7), runs=700, labels=LABELS))
    told = [one.sentence for one in analyse(audited).findings if one.topic == "trust"]
    assert [one for one in told if "double precision (1% of all)" in one] == told[1:2]
    assert not any("double precision" in one.sentence for one in analyse(FakeRuns(CASE)).findings)
