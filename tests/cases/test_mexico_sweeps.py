"""What the case may run around its options: civilian levers alone."""

from functools import cache

import pytest

from crossroads.case.files import load
from crossroads.case.records import Case, by_id
from crossroads.errors import WeighingError
from crossroads.sampling.futures import sample
from crossroads.search.scales import choose_scales, list_instruments, scale_option
from crossroads.search.sweeps import sweep
from crossroads.search.variants import change_option

FORCE = ("lead", "authority", "role", "troop_years", "planned_months", "posture", "mexican_surge", "pressure")
CIVILIAN = {"info_offer", "training", "finance", "guns", "precursors", "prevention", "us_health"}


@cache
def mexico() -> Case:
    return load("mexico")


def read_levers(option):
    """Lever to its value and the time of its step."""
    return {
        lever: (value, step.start_month, step.ramp_months, step.end_month, step.when)
        for step in option.steps
        for lever, value in step.set.items()
    }


def test_each_option_is_shown_at_low_and_high_oversight():
    (dial,) = mexico().sweeps.dials
    today = by_id(mexico().levers)["oversight"].baseline
    assert dial.lever == "oversight"
    assert dial.values[0] < today < dial.values[-1]


@pytest.mark.parametrize("lever", FORCE)
def test_a_dial_of_force_is_refused(lever):
    settings = by_id(mexico().levers)[lever].settings
    values = tuple(settings) if settings else (0, 1)
    with pytest.raises(WeighingError, match="not searchable"):
        sweep(mexico(), sample(mexico(), 48), lever, values)


def test_turning_oversight_turns_nothing_else():
    for option in mexico().options:
        before, after = read_levers(option), read_levers(change_option(option, {"oversight": 0.9}, "new"))
        assert after.pop("oversight")[0] == 0.9
        before.pop("oversight", None)
        assert after == before


@pytest.mark.parametrize("scale", [0.1, 0.5, 1.1])
def test_no_scale_touches_force_or_any_dial(scale):
    scaled = set()
    for option in mexico().options:
        before, after = read_levers(option), read_levers(scale_option(mexico(), option, scale))
        assert set(after) == set(before)
        changed = {lever for lever in before if after[lever] != before[lever]}
        assert changed == set(list_instruments(mexico(), option)) <= CIVILIAN
        assert all(after[lever][1:] == before[lever][1:] for lever in before)
        scaled |= changed
    assert scaled == CIVILIAN


def test_options_of_force_alone_are_fixed_scenarios():
    options = by_id(mexico().options)
    for name in ("mexican_surge", "coercive_bargaining"):
        assert list_instruments(mexico(), options[name]) == ()
        for cost in (0.0, 100.0):
            assert choose_scales(mexico(), options[name], mexico().sweeps.budget, cost) == ()


def test_every_scale_that_is_run_stays_in_the_ranges_of_its_levers():
    levers, budget = by_id(mexico().levers), mexico().sweeps.budget
    tried = 0
    for option in mexico().options:
        for cost in (0.0, 100.0):
            for scale in choose_scales(mexico(), option, budget, cost):
                values = read_levers(scale_option(mexico(), option, scale))
                for lever in list_instruments(mexico(), option):
                    assert levers[lever].low - 1e-9 <= values[lever][0] <= levers[lever].high + 1e-9
                    tried += 1
    assert tried > 50


def test_the_cost_to_each_country_stands_apart():
    budget = mexico().sweeps.budget
    outcomes = by_id(mexico().outcomes)
    assert budget.outcome == "us_cost"
    assert budget.beside == ("mexico_cost",)
    assert {outcomes[name].reading for name in (budget.outcome, *budget.beside)} == {"total"}
