from functools import partial

import numpy as np
import pytest
from straight_town import BUDGET, COUNT, leave_judged, simulate_town, steady, straight, town

from crossroads.case.files import load
from crossroads.case.records import by_id
from crossroads.sampling.futures import sample
from crossroads.search.budgets import equalise
from crossroads.search.scales import scale_option
from crossroads.search.variants import make_variants, vary_case
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.models import load_model

AMOUNT = 36.0
DEAR = BUDGET.model_copy(update={"amount": AMOUNT})
AT = {"view": "mixture", "horizon": "year_5"}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return simulate_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def found(runs):
    return equalise(runs, DEAR, partial(make_variants, model=straight(), runs=runs))


@pytest.fixture(scope="module")
def scales(runs):
    """Scales known by hand, from the mean overrun."""
    late = runs.futures.column("overrun").mean()
    return {"move_out": AMOUNT / (20 * late), "both": (AMOUNT - 25 * (0.75 + 0.25 * late)) / (10 * late)}


def places(found):
    return {place.option: place for place in found.places}


def test_options_that_can_be_scaled_cost_the_budget_and_others_say_why_not(found):
    assert [place.option for place in found.places] == ["raise", "move_out", "both", "less"]
    standings = [place.standing for place in found.places]
    assert standings == ["fixed", "at budget", "at budget", "out of reach"]
    spending = found.found["mean"].sel(outcome="spending", **AT)
    assert spending.sel(option=["move_out", "both"]).values == pytest.approx(AMOUNT, rel=1e-6)
    assert found.futures == COUNT


def test_scales_are_those_known_by_hand(found, scales):
    for name, scale in scales.items():
        assert places(found)[name].scale == pytest.approx(scale, rel=1e-6)
        assert places(found)[name].scale_error > 0


def test_outcomes_at_the_budget_are_those_known_by_hand(found, scales):
    for name, moving in (("move_out", 0.2), ("both", 0.1)):
        cell = found.found.sel(outcome="homes_at_risk", option=name, **AT)
        assert float(cell["mean"]) == pytest.approx(800 * (1 - moving * scales[name]), rel=1e-5)
        assert float(cell["change"]) == pytest.approx(-800 * moving * scales[name], rel=1e-5)
        assert bool(cell["apart"])


def test_what_chance_does_to_the_scale_is_in_the_errors(found):
    for name, moving in (("move_out", 0.2), ("both", 0.1)):
        cell = found.found.sel(option=name, **AT)
        assert float(cell["error"].sel(outcome="spending")) == pytest.approx(0, abs=1e-6)  # equal by definition
        expected = 800 * moving * places(found)[name].scale_error
        assert float(cell["error"].sel(outcome="homes_at_risk")) == pytest.approx(expected, rel=1e-3)


def test_each_view_has_the_scale_of_the_mixture(runs, found, scales):
    spending = found.found["mean"].sel(outcome="spending", option="move_out", horizon="year_5")
    late = runs.futures.column("overrun")
    assert float(spending.sel(view="engineers")) == pytest.approx(20 * scales["move_out"] * late.mean(), rel=0.05)
    homes = found.found["mean"].sel(outcome="homes_at_risk", option="move_out", horizon="year_5")
    assert np.ptp(homes.values) == pytest.approx(0, abs=1e-3)


def test_what_is_not_scaled_stays_as_written(runs, found):
    hit = runs.futures.column("homes_hit").mean()
    flooded = found.found["mean"].sel(outcome="flooded_homes", **AT)
    assert float(flooded.sel(option="both")) == pytest.approx(20 * hit, rel=1e-5)  # the levee is raised all the same
    assert float(flooded.sel(option="raise")) == pytest.approx(20 * hit, rel=1e-5)


def test_an_option_out_of_reach_or_fixed_is_told_as_written_with_what_it_costs(runs, found):
    late = runs.futures.column("overrun").mean()
    levee = 25 * (0.75 + 0.25 * late)
    raised, less = places(found)["raise"], places(found)["less"]
    assert (raised.scale, raised.instruments) == (1.0, ())
    assert (raised.cost, raised.least, raised.most) == pytest.approx((levee,) * 3, rel=1e-6)
    assert (less.scale, less.instruments) == (1.0, ("warning",))
    assert (less.cost, less.least, less.most) == (0, 0, 0)
    assert float(found.found["mean"].sel(outcome="spending", option="raise", **AT)) == pytest.approx(levee, rel=1e-6)
    harmed = found.found["mean"].sel(outcome="harmed", option="less", **AT)
    assert float(harmed) == pytest.approx(45 * runs.futures.column("flood_rate").mean(), rel=1e-5)


def test_the_option_as_written_is_never_simulated_again(runs):
    seen = []

    def make(case, futures):
        seen.extend(option.id for option in case.options)
        return make_variants(case, futures, straight(), runs=runs)

    equalise(runs, DEAR, make)
    assert seen == ["keep", "move_out.1.33333", "both.0.5", "less.1.5"]


def test_where_nothing_can_be_scaled_nothing_is_simulated(tmp_path):
    case = steady(town())
    few = case.model_copy(update={"options": case.options[:2]})
    runs = simulate_town(tmp_path, few)

    def make(*_):
        raise AssertionError("simulated")

    (place,) = equalise(runs, DEAR, make).places
    assert place.standing == "fixed"


def test_the_first_futures_of_more_are_enough(tmp_path, found):
    more = simulate_town(tmp_path, count=128)
    again = equalise(more, DEAR, partial(make_variants, model=straight(), runs=more), count=COUNT)
    assert again.futures == COUNT
    assert again.places == found.places
    assert again.found.equals(found.found)


@pytest.mark.slow
def test_between_scales_a_curve_is_near_its_chord(tmp_path):
    case, model = leave_judged(load("toy")), load_model(load("toy"))
    runs = simulate(case, sample(case, COUNT), home=tmp_path, model=model)
    place = places(equalise(runs, case.sweeps.budget, partial(make_variants, model=model, runs=runs)))["move_out"]
    assert place.standing == "at budget"
    assert place.least < case.sweeps.budget.amount < place.most
    there = vary_case(case, [scale_option(case, by_id(case.options)["move_out"], place.scale)])
    exact = make_variants(there, runs.futures, model, runs=runs)
    spent = exact.values("spending", "year_5").isel(option=1)
    mixed = (spent * exact.mix.isel(option=1)).sum("reaction").mean()
    assert float(mixed) == pytest.approx(case.sweeps.budget.amount, rel=0.02)
