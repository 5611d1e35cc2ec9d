import numpy as np
import pytest
import xarray as xr
from made_up import make_weights
from made_up_claims import FEWER, claim_case, make_claim, make_futures, make_number, make_part

from crossroads.analysis.debate import debate_claims, gather_readings, list_own_needs, list_own_parts
from crossroads.analysis.weights import ALL

COUNT = 1024
HEAT = np.random.default_rng(6).normal(size=COUNT)
OF_PROBE = {"outcome": "trust", "option": "probe", "horizon": "far", "at_least": 0}
BESIDE_PROBE = {**FEWER, "against": "probe"}
OPENED = {"sum": [{"option": "force", "openings": ["agree"]}], "at_least": 0.4}
CASE = claim_case(uncertainties=(make_number("heat"),)).model_copy(
    update={
        "claims": (
            make_claim(make_part("less"), make_part("probed", OF_PROBE), make_part("beside", BESIDE_PROBE), name="C1"),
            make_claim(make_part("open", OPENED), make_part("both", {"all": [FEWER, {"not": OF_PROBE}]}), name="C2"),
            make_claim(name="C3", kind="law"),
        )
    }
)
STARTS = xr.DataArray(np.full((COUNT, 2), 7.0), {"outcome": ["deaths", "trust"]}, ("future", "outcome"))


def read(weights):
    values = {("deaths", "now", "near", ALL): np.zeros(COUNT), ("deaths", "force", "near", ALL): HEAT + 0.5}
    return gather_readings(CASE, weights, {key: each[None] for key, each in values.items()}, STARTS)


@pytest.fixture(scope="module")
def debate():
    weights = make_weights(CASE, COUNT)
    return debate_claims(CASE, read(weights), weights, make_futures(heat=HEAT))


def test_a_part_that_names_a_probe_anywhere_is_not_one_of_the_options_alone():
    assert [part.id for part in list_own_parts(CASE)] == ["less", "open"]


def test_what_is_needed_is_what_those_parts_compare():
    needed = list_own_needs(CASE)
    assert {("deaths", "force", "near", ALL), ("deaths", "now", "near", ALL)} <= needed
    assert {key[0] for key in needed} == {"deaths"}
    assert not {key for key in needed if key[1] == "probe"}


def test_readings_hold_the_start_of_what_was_read_and_how_likely_each_opening_is():
    readings = read(make_weights(CASE, COUNT))
    assert list(readings.start) == ["deaths"]
    assert (readings.start["deaths"] == 7).all()
    np.testing.assert_allclose(readings.openings["force", "agree"], 0.5)
    assert set(readings.openings) == {("force", "agree")}


def test_every_part_of_which_everything_was_read_is_judged_in_the_order_of_the_case(debate):
    assert [verdict.key for verdict in debate.verdicts] == [("C1", "less"), ("C2", "open")]
    less, opened = debate.verdicts
    np.testing.assert_allclose(less.share[0], np.mean(HEAT <= -0.5))
    np.testing.assert_allclose(opened.share, 1.0)


def test_each_verdict_has_what_turns_it_and_what_carries_it(debate):
    assert debate.turns.keys() == debate.grounds.keys() == {("C1", "less"), ("C2", "open")}
    (turn,) = debate.turns["C1", "less"]
    assert (turn.uncertainty, turn.up) == ("heat", False)
    assert turn.mean[1] < turn.mean[0]
    (carrier,) = debate.grounds["C1", "less"].carriers
    assert carrier.uncertainty == "heat"
    assert debate.turns["C2", "open"] == ()
    assert debate.grounds["C2", "open"].carriers == ()


def test_without_claims_nothing_is_judged():
    silent = CASE.model_copy(update={"claims": ()})
    weights = make_weights(silent, COUNT)
    readings = gather_readings(silent, weights, {}, STARTS)
    found = debate_claims(silent, readings, weights, make_futures(heat=HEAT))
    assert (found.verdicts, dict(found.turns), dict(found.grounds)) == ((), {}, {})
    assert list_own_needs(silent) == set()
