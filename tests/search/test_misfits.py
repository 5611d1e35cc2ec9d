from functools import cache

import pytest

from crossroads.case.files import load
from crossroads.case.lookup import locate_nowhere
from crossroads.case.records import Case, Part, by_id
from crossroads.search.misfits import find_claim_misfits
from crossroads.simulation.models import AnyModel, load_model
from crossroads.simulation.wrapped import wrap_batch

SPENT = {"outcome": "spending", "option": "raise", "horizon": "year_1", "at_most": 0}
HARMED = SPENT | {"outcome": "harmed"}
TERM = {"outcome": "harmed", "option": "raise", "horizon": "year_1"}


@cache
def toy() -> Case:
    return load("toy")


@cache
def model() -> AnyModel:
    return load_model(toy())


def find_in(holds, *off: str, of: AnyModel | None = None) -> list[tuple[str, str]]:
    part = Part.model_validate({"id": "p", "words": "W.", "because": "B.", "holds": holds, "without": off})
    claim = by_id(toy().claims)["T2"].model_copy(update={"parts": (part,)})
    found = find_claim_misfits(toy().model_copy(update={"claims": (claim,)}), of or model(), locate_nowhere)
    return [(problem.place.field, problem.what) for problem in found]


def test_what_a_claim_switches_off_is_there():
    assert find_in(HARMED, "purse") == []
    ((field, what),) = find_in(HARMED, "purse", "pruse")
    assert field == "claims.T2.parts.0.without.1"
    assert what == 'the model has no mechanism "pruse"'


@pytest.mark.parametrize(
    ("holds", "field"),
    [
        (HARMED, "outcome"),
        ({"any": [SPENT, {"not": HARMED}]}, "any.1.not.outcome"),
        ({"sum": [{"openings": ["late"], "option": "raise"}, TERM], "at_least": 1}, "sum.1.outcome"),
        ({"sum": [TERM | {"outcome": "spending"}], "share_of": [TERM], "at_least": 1}, "share_of.0.outcome"),
    ],
)
def test_a_claim_reads_nothing_that_it_switches_off(holds, field):
    ((found, what),) = find_in(holds, "river")
    assert found == f"claims.T2.parts.0.holds.{field}"
    assert what == '"harmed" is not there while the mechanism "river" is off'


def test_a_model_without_mechanisms_can_switch_nothing_off():
    wrapped = wrap_batch(lambda given, weeks: {})
    assert find_in(HARMED, of=wrapped) == []
    ((_, what),) = find_in(HARMED, "river", of=wrapped)
    assert what == 'the model has no mechanism "river"'
