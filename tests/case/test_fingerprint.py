from functools import cache

import pytest

from crossroads.case.distributions import Categorical, Uniform
from crossroads.case.files import load
from crossroads.case.fingerprint import case_hash, simulation_hash
from crossroads.case.records import Case


@cache
def toy() -> Case:
    return load("toy")


def change(section: str, place: int, **values: object) -> Case:
    case = toy()
    records = list(getattr(case, section))
    records[place] = records[place].model_copy(update=values)
    return case.model_copy(update={section: tuple(records)})


CHANGES_RUNS = {
    "distribution": change("uncertainties", 0, distribution=Uniform(low=0, high=1)),
    "order of a choice": change(
        "uncertainties", 3, distribution=Categorical(shares={"sand": 0.4, "clay": 0.6})
    ),
    "belief": change("views", 1, beliefs={}),
    "fact": change("facts", 0, value=801),
    "lever": change("levers", 1, baseline=0.1),
    "step": change("options", 1, steps=()),
    "mix without a move": change("mixes", 1, shares={"council": {"supports": 1}, "builder": {"on_time": 1}}),
    "horizon": change("horizons", 0, weeks=25),
    "reading": change("outcomes", 0, reading="total"),
    "turn": change("actors", 0, order=3),
    "discount rate": toy().model_copy(update={"discount_rate": 0.03}),
    "years": toy().model_copy(update={"years": 6}),
}
CHANGES_WORDS = {
    "title": toy().model_copy(update={"title": "Another"}),
    "statement": change("evidence", 0, statement="Otherwise said."),
    "shares of a mix": change(
        "mixes", 0, shares={"council": {"supports": 0.9, "opposes": 0.1}, "builder": {"on_time": 1}}
    ),
    "weights": change("stakeholders", 0, weights={"safety": 1}),
    "concern": change("concerns", 0, outcomes={"harmed": 1}),
    "null": change("uncertainties", 2, null=0.01),
    "name of an option": change("options", 0, name="Wait"),
}


def test_hashes_are_the_same_in_every_reading():
    one, two = load("toy"), load("toy")
    assert case_hash(one) == case_hash(two)
    assert simulation_hash(one) == simulation_hash(two)
    assert len(case_hash(one)) == len(simulation_hash(one)) == 64
    assert case_hash(one) != simulation_hash(one)


@pytest.mark.parametrize("changed", CHANGES_RUNS.values(), ids=CHANGES_RUNS.keys())
def test_what_changes_runs_changes_both_hashes(changed):
    assert simulation_hash(changed) != simulation_hash(toy())
    assert case_hash(changed) != case_hash(toy())


@pytest.mark.parametrize("changed", CHANGES_WORDS.values(), ids=CHANGES_WORDS.keys())
def test_what_only_tells_or_values_keeps_the_runs(changed):
    assert simulation_hash(changed) == simulation_hash(toy())
    assert case_hash(changed) != case_hash(toy())


def test_a_case_written_as_json_and_read_again_keeps_its_hash():
    case = toy()
    again = Case.model_validate_json(case.model_dump_json())
    assert again == case
    assert case_hash(again) == case_hash(case)
    assert simulation_hash(again) == simulation_hash(case)
