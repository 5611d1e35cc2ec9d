from functools import cache

import numpy as np
import pytest
from made_up import make_case

from crossroads.analysis.dials import measure_dials
from crossroads.case.files import load
from crossroads.case.records import Case, Lever, Step


@cache
def toy() -> Case:
    return load("toy")


def turn(*steps: Step) -> Case:
    """The toy in which raising the levee is done by these steps."""
    keep, raised, *_ = toy().options
    return toy().model_copy(update={"options": (keep, raised.model_copy(update={"steps": steps}))})


def test_dials_are_measured_in_shares_of_the_way_they_can_go():
    found = measure_dials(toy())
    assert list(found["option"].values) == ["keep", "raise", "move_out"]
    assert (found["distance"].sel(option="keep") == 0).all()
    assert float(found["distance"].sel(option="raise", lever="levee")) == 1
    assert float(found["steps"].sel(option="raise", lever="levee")) == 2
    assert float(found["distance"].sel(option="move_out", lever="moving")) == pytest.approx(0.4)
    assert float(found["distance"].sel(option="move_out", lever="warning")) == pytest.approx(0.6)
    assert np.isnan(found["steps"].sel(lever="warning")).all()
    assert found["turned"].values.tolist() == [0, 1, 2]
    assert dict(zip(found["lever"].values, found["kind"].values, strict=True))["levee"] == "dial"
    assert str(found["value"].sel(option="raise", lever="levee").item()) == "raised"


def test_probes_are_measured_where_they_are_asked_for():
    found = measure_dials(toy(), probes=True)
    assert list(found["option"].values)[3:] == ["warn", "raise_and_warn"]
    assert found["turned"].sel(option="raise_and_warn") == 2


def test_half_the_way_is_half_a_step_and_a_way_down_counts_as_one_up():
    found = measure_dials(turn(Step(ramp_months=0, set={"levee": "patched", "warning": 0.1}))).sel(option="raise")
    assert float(found["distance"].sel(lever="levee")) == 0.5
    assert float(found["distance"].sel(lever="warning")) == pytest.approx(0.1)


def test_of_several_steps_the_furthest_counts():
    steps = (Step(ramp_months=0, set={"warning": 0.9}), Step(start_month=12, ramp_months=0, set={"warning": 0.3}))
    found = measure_dials(turn(*steps)).sel(option="raise", lever="warning")
    assert (float(found["distance"]), str(found["value"].item())) == (pytest.approx(0.7), "0.9")


def test_a_lever_that_cannot_move_and_a_case_without_levers_have_no_distances():
    fixed = Lever(id="fixed", name="Fixed", meaning="M.", kind="dial", unit="1", baseline=2, low=2, high=2)
    case = toy().model_copy(update={"levers": (fixed,), "options": toy().options[:1]})
    assert measure_dials(case)["distance"].values.tolist() == [[0.0]]
    bare = measure_dials(make_case())
    assert dict(bare.sizes) == {"option": 3, "lever": 0}
    assert bare["turned"].values.tolist() == [0, 0, 0]
