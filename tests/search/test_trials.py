from functools import cache

import numpy as np
import pytest

from crossroads.case.files import load
from crossroads.case.records import Case, Check, by_id
from crossroads.sampling.futures import sample
from crossroads.search import trials
from crossroads.search.trials import Trial, list_trials, run_trials
from crossroads.simulation.arithmetic import where
from crossroads.simulation.contract import Chance, Mechanism, Model, Quantity, reads, returns
from crossroads.simulation.models import AnyModel, load_model
from crossroads.simulation.progress import Silent
from crossroads.simulation.wrapped import wrap_batch

KNOWN = {"flood_rate": 0.25, "homes_hit": 0.15, "growth": 0, "overrun": 1.5}

WET = (Quantity("wet_weeks", "weeks", "weeks in which it rains"),)
Wet = returns("Wet", WET)


def rain(sky, flood_rate):
    return Wet(wet_weeks=where(sky < flood_rate / 3, 1.0, 0.0))


RAIN = Mechanism(
    name="rain",
    meaning="It rains by chance.",
    inputs=reads(flood_rate="events a year"),
    chances=(Chance("sky", "rain of the week"),),
    outcomes=WET,
    after=rain,
)


@cache
def toy() -> Case:
    return load("toy")


@cache
def model() -> AnyModel:
    return load_model(toy())


def describe(**more) -> Check:
    return Check.model_validate({"id": "c", "says": "S.", "when": {"growth": {"from": 0, "to": 0.01}}, **more})


def run(check: Check, count: int = 32, of: AnyModel | None = None) -> list[dict[str, np.ndarray]]:
    """Outcome to (futures, horizons), for each side of a check."""
    sides = list_trials(toy(), check)
    found = run_trials(toy(), of or model(), sides, sample(toy(), count), Silent())
    return [
        {name: found[side].values[:, i] for i, name in enumerate(found[side].outcomes)} for side in sides
    ]


def test_what_is_held_is_the_same_in_every_future_and_gives_the_answer_known_by_hand():
    keep, raised = run(describe(fixed=KNOWN | {"ground": "clay"}, when={"option": {"from": "keep", "to": "raise"}}))
    assert keep["flooded_homes"][:, -1] == pytest.approx(150)
    assert raised["flooded_homes"][:, -1] == pytest.approx(30)
    assert raised["spending"][:, -1] == pytest.approx(12)


@pytest.mark.slow
def test_the_sides_of_a_check_face_the_same_luck():
    wet = toy().outcomes[1].model_copy(update={"id": "wet_weeks", "unit": "weeks", "mechanism": "rain"})
    case = toy().model_copy(update={"outcomes": (*toy().outcomes, wet)})
    sides = list_trials(case, describe(when={"flood_rate": {"through": [0.2, 0.3, 1.5]}}))
    weather = Model("toy with rain", (*model().mechanisms, RAIN), model().units)
    found = run_trials(case, weather, sides, sample(case, 32), Silent())
    rare, less_rare, often = (found[side].values[:, -1, -1] for side in sides)
    assert (rare <= less_rare).all()  # whatever rained before rains again
    assert (less_rare < often).all()
    assert np.ptp(rare) > 0
    assert rare.mean() == pytest.approx(260 * 0.2 / 3, rel=0.2)


def test_the_sides_of_a_check_face_the_same_futures():
    one, other = run(describe(when={"ground": {"from": "clay", "to": "sand"}}))
    assert np.array_equal(one["homes_at_risk"], other["homes_at_risk"])
    assert np.ptp(one["homes_at_risk"][:, -1]) > 1


@pytest.mark.parametrize(
    ("when", "fields"),
    [
        ({"option": {"from": "keep", "to": "raise"}}, {"option": ("keep", "raise")}),
        ({"moving": {"from": "baseline", "to": 0.1}}, {"levers": ((("moving", 0.0),), (("moving", 0.1),))}),
        ({"builder": {"from": "on_time", "to": "late"}}, {"reaction": ("supports+on_time", "supports+late")}),
        ({"overrun": {"through": [None, "high"]}}, {"held": ((("overrun", 1.0),), (("overrun", 2.0),))}),
        ({"purse": {"from": "off", "to": "on"}}, {"off": (frozenset({"purse"}), frozenset())}),
    ],
    ids=lambda value: next(iter(value)),
)
def test_the_one_thing_that_changes_is_all_that_differs(when, fields):
    given = {} if "option" in when else {"option": "raise"}
    sides = list_trials(toy(), describe(given=given, when=when))
    for name in ("option", "levers", "reaction", "held", "off"):
        found = tuple(getattr(side, name) for side in sides)
        assert found == fields.get(name, (found[0],) * 2)


def test_a_changed_lever_keeps_the_time_of_the_option_and_starts_at_once_where_the_option_leaves_it():
    warned, _ = run(describe(given={"option": "move_out", "levers": {"warning": 1}}))
    usual, _ = run(describe(given={"option": "move_out"}))
    assert np.allclose(warned["harmed"][:, 0], usual["harmed"][:, 0])  # before month 6 both are as of old
    assert (warned["harmed"][:, 2] < usual["harmed"][:, 2]).all()
    old, at_once = run(describe(when={"warning": {"from": "baseline", "to": 1}}))
    assert at_once["harmed"][:, 0] == pytest.approx(0)
    assert (old["harmed"][:, 0] > 0).all()


def test_a_lever_set_to_the_baseline_takes_a_step_out_of_an_option():
    undone, kept = run(describe(given={"option": "raise"}, when={"levee": {"from": "baseline", "to": "raised"}}))
    keep, _ = run(describe(when={"option": {"from": "keep", "to": "raise"}}))
    assert np.array_equal(undone["flooded_homes"], keep["flooded_homes"])
    assert (kept["flooded_homes"][:, -1] < keep["flooded_homes"][:, -1]).all()


@pytest.mark.slow
def test_a_mechanism_that_is_off_gives_no_outcomes_and_changes_no_others():
    off, on = run(describe(when={"purse": {"from": "off", "to": "on"}}))
    assert "spending" not in off
    assert np.array_equal(off["harmed"], on["harmed"])
    without, _ = run(describe(without=["purse"]))
    assert "spending" not in without


def test_many_batches_give_what_one_gives_and_progress_hears_of_each(monkeypatch):
    class Heard:
        total = done = ends = 0

        def begin(self, total_runs, already_done):
            self.total = total_runs

        def advance(self, runs, failures):
            self.done += runs
            assert failures == 0

        def end(self):
            self.ends += 1

    every = [side for check in toy().checks if check.when for side in list_trials(toy(), check)]
    futures, heard = sample(toy(), 32), Heard()
    whole = run_trials(toy(), model(), every, futures, Silent())
    monkeypatch.setattr(trials, "AT_ONCE", 64)
    parts = run_trials(toy(), model(), every, futures, heard)
    assert all(np.array_equal(whole[each].values, parts[each].values) for each in every)
    assert heard.total == heard.done == 32 * len(set(every))
    assert heard.ends == 1


def test_runs_that_fail_are_not_a_number_and_touch_no_others():
    def fail_sometimes(given, weeks):
        if np.any(given["ground"] == "sand"):
            raise ValueError("no sand")
        return {outcome.id: np.ones((len(given["ground"]), len(weeks))) for outcome in toy().outcomes}

    clay, sand = run(describe(when={"ground": {"from": "clay", "to": "sand"}}), of=wrap_batch(fail_sometimes))
    assert all(np.isfinite(values).all() for values in clay.values())
    assert all(np.isnan(values).all() for values in sand.values())


def test_trials_that_are_the_same_run_once():
    check = by_id(toy().checks)["more_floods_harm_more_people"]
    one = list_trials(toy(), check)
    assert one == list_trials(toy(), check)
    assert len({*one, *list_trials(toy(), check)}) == 2
    assert all(isinstance(each, Trial) for each in one)
