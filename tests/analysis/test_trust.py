import numpy as np
import pytest
from made_up import make_case, make_weights

from crossroads.analysis.trust import count_reasons, count_statuses, weigh_convergence
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
