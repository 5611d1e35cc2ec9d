from functools import cache

import numpy as np
import pytest

from crossroads.case.files import load
from crossroads.case.lookup import locate_nowhere
from crossroads.case.records import Case, Check
from crossroads.search.checks import (
    Result,
    count_results,
    find_check_misfits,
    find_failures,
    run_checks,
    tell_results,
)
from crossroads.simulation.models import AnyModel, load_model
from crossroads.simulation.wrapped import wrap_batch

AT = {"horizon": "year_1"}
TWICE = {"flood_rate": {"from": 0.2, "to": 0.4}}


@cache
def toy() -> Case:
    return load("toy")


@cache
def model() -> AnyModel:
    return load_model(toy())


def describe(*then, **more) -> Check:
    expected = [{"outcome": "harmed", **AT, **each} for each in then]
    return Check.model_validate({"id": "c", "says": "A check.", "when": TWICE, "then": expected, **more})


def try_check(check: Check, of: AnyModel | None = None) -> Result:
    (result,) = run_checks(toy().model_copy(update={"checks": (check,)}), of or model())
    return result


def try_change(changes, *then) -> Result:
    """A check on a model whose first outcome is 10 before, and 10 plus these changes after."""

    def answer(given, weeks):
        more = np.resize(changes, len(given["growth"])) * (given["overrun"] > 1.5)
        ones = np.ones((len(more), len(weeks)))
        by_outcome = {outcome.id: ones for outcome in toy().outcomes}
        return by_outcome | {"homes_at_risk": ones * (10 + more[:, None])}

    expected = [{"outcome": "homes_at_risk", **each} for each in then]
    return try_check(describe(*expected, when={"overrun": {"from": 1, "to": 2}}), wrap_batch(answer))


def test_the_checks_of_the_toy_hold_with_the_numbers_known_by_hand():
    results = run_checks(toy(), model())
    assert [result.check for result in results] == list(toy().checks)
    assert all(result.holds for result in results)
    floods = results[0].verdicts[0]
    assert floods.means[1] == pytest.approx(2 * floods.means[0])
    assert floods.change == pytest.approx(floods.means[0])
    assert floods.share == 1
    assert results[-1].verdicts == ()  # not testable
    assert count_results(results) == "6 checks hold in 64 futures. 1 cannot be tested in this case."


def test_checks_do_not_touch_each_other():
    together = run_checks(toy(), model())
    backwards = toy().model_copy(update={"checks": toy().checks[::-1]})
    assert run_checks(backwards, model()) == together[::-1]
    for result in together[:3]:
        assert try_check(result.check) == result


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ({"moves": "up"}, True),
        ({"moves": "down"}, False),
        ({"moves": "same"}, False),
        ({"moves": "not_up"}, False),
        ({"moves": "not_down"}, True),
        ({"moves": "up", "in": "every future"}, True),
        ({"moves": "down", "in": "most futures"}, False),
        ({"moves": "up", "by_at_least": 99, "by_at_most": 101, "percent": True}, True),
        ({"moves": "up", "by_at_least": 101, "percent": True}, False),
        ({"moves": "up", "by_at_most": 99, "percent": True}, False),
        ({"moves": "up", "by_at_least": 1e6}, False),
    ],
    ids=str,
)
def test_an_expectation_holds_where_the_model_does_it(expected, holds):
    assert try_check(describe(expected)).holds is holds


@pytest.mark.parametrize("moves", ["up", "down", "same", "not_up", "not_down"])
def test_no_check_holds_where_there_is_no_effect_to_find(moves):
    result = try_check(describe({"moves": moves}, when={"overrun": {"from": 1, "to": 2}}))  # nobody builds
    assert not result.holds
    assert result.reason == "nothing moves, whatever the outcome and the horizon"
    (problem,) = find_failures(toy(), (result,), locate_nowhere)
    assert problem.place.field == "checks.c.when"
    assert "nothing moves" in problem.what


def test_what_stays_the_same_counts_where_something_else_moves():
    late = {"option": "raise", "moves": ["late"]}
    assert try_check(describe({"moves": "same"}, given=late, when={"overrun": {"from": 1, "to": 2}})).holds


def test_a_mean_within_monte_carlo_doubt_has_not_moved():
    wide = np.random.default_rng(1).normal(0, 1, 64)
    wide += 0.1 - wide.mean()
    result = try_change(wide, {"moves": "up"})
    assert result.verdicts[0].change > 0
    assert not result.holds
    assert "beyond doubt" in result.verdicts[0].reason
    assert try_change(wide + 5, {"moves": "up"}).holds


def test_most_is_nine_in_ten_and_every_is_every():
    nearly_all = np.where(np.arange(64) < 58, 1.0, -1.0)
    too_few = np.where(np.arange(64) < 57, 1.0, -1.0)
    assert try_change(nearly_all, {"moves": "up", "in": "most futures"}).holds
    assert not try_change(nearly_all, {"moves": "up", "in": "every future"}).holds
    assert not try_change(too_few, {"moves": "up", "in": "most futures"}).holds
    assert try_change(too_few, {"moves": "up"}).verdicts[0].share == pytest.approx(57 / 64)


def test_what_stays_the_same_does_so_in_every_future_and_not_only_on_average():
    swings = np.where(np.arange(64) % 2, 1.0, -1.0)
    assert not try_change(swings, {"moves": "same"}).holds
    assert try_change(swings, {"moves": "same", "in": "on average"}).holds


def test_every_step_of_a_dose_goes_the_same_way_or_stays():
    dose = {"levee": {"through": ["old", "raised", "patched"]}}
    assert not try_check(describe({"moves": "down"}, when=dose)).holds
    assert not try_check(describe({"moves": "down", "in": "every future"}, when=dose)).holds
    assert try_check(describe({"moves": "down"}, when={"levee": {"through": ["old", "patched", "raised"]}})).holds


def test_rounding_is_no_movement():
    assert not try_change(np.full(64, 1e-9), {"moves": "not_down"}).holds  # so that nothing at all moves
    assert try_change(np.full(64, 1e-3), {"moves": "up", "in": "every future"}).holds


def test_a_check_whose_runs_fail_does_not_hold():
    def fail(given, weeks):
        raise ValueError("no")

    result = try_check(describe({"moves": "up"}), wrap_batch(fail))
    assert result.reason == "128 of its 128 runs failed"
    assert tell_results(toy(), (result,)) == ["c: fails. 128 of its 128 runs failed"]


def test_a_failure_says_what_happened_where_and_the_way_out():
    result = try_check(describe({"moves": "up"}, {"moves": "down"}))
    (problem,) = find_failures(toy(), (result,), locate_nowhere)
    assert problem.place.field == "checks.c.then.1"
    assert problem.what.startswith('"A check" fails: People harmed by floods after 1 year: ')
    assert "as expected in 0% of 64 futures; expected down on average, beyond doubt" in problem.what
    assert problem.way_out == "Look into the mechanism river, or tell under region and fixed where it holds."
    assert count_results((result,)) == "0 of 1 checks hold in 64 futures."


def test_results_are_told_with_their_numbers():
    lines = tell_results(toy(), run_checks(toy(), model()))
    assert len(lines) == sum(len(check.then) for check in toy().checks) + 1
    assert lines[0].startswith("more_floods_harm_more_people: holds. People harmed by floods after 2 years: ")
    assert lines[-1] == "the_view_of_the_river: not tested. The view of the river is not modelled."


def test_a_mechanism_that_the_model_lacks_and_outcomes_that_are_off_are_problems():
    checks = (
        describe({"moves": "up"}, without=["rain"]),
        describe({"moves": "up"}, when={"riverr": {"from": "off", "to": "on"}}),
        describe({"moves": "up"}, when={"river": {"from": "off", "to": "on"}}),
        describe({"moves": "same"}, when={"purse": {"from": "off", "to": "on"}}),
    )
    case = toy().model_copy(update={"checks": checks})
    told = {(problem.place.field, problem.what) for problem in find_check_misfits(case, model(), locate_nowhere)}
    assert told == {
        ("checks.c.without.0", 'the model has no mechanism "rain"'),
        ("checks.c.when.riverr", 'the model has no mechanism "riverr"'),
        ("checks.c.then.0.outcome", '"harmed" is not there while the mechanism "river" is off'),
    }


def test_a_wrapped_function_has_no_mechanisms_to_switch_off():
    case = toy().model_copy(update={"checks": (describe({"moves": "up"}, without=["river"]),)})
    (problem,) = find_check_misfits(case, wrap_batch(lambda given, weeks: {}), locate_nowhere)
    assert "this model has no mechanisms" in problem.way_out


def test_a_case_without_checks_runs_nothing():
    assert run_checks(toy().model_copy(update={"checks": ()}), model()) == ()
    assert count_results(()) == "0 checks hold."
