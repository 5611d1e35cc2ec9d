from functools import partial

import numpy as np
import pytest
from straight_town import COUNT, maker, simulate_town, steady, straight, town

from crossroads.analysis.strategies import FITTED, Reading, Rules
from crossroads.case.files import load
from crossroads.errors import WeighingError
from crossroads.sampling.futures import sample
from crossroads.search.sweeps import sweep
from crossroads.search.variants import make_variants
from crossroads.simulation.arithmetic import where
from crossroads.simulation.contract import Chance, Mechanism, Model, Quantity, reads, returns
from crossroads.simulation.models import load_model
from crossroads.simulation.wrapped import wrap_batch

NAMES = ["keep", "raise", "move_out", "both", "less"]
WET = (Quantity("wet_weeks", "weeks", "weeks in which it rains"),)
Wet = returns("Wet", WET)


def rain(sky, warning):
    return Wet(wet_weeks=where(sky < warning, 1.0, 0.0))


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    case = steady(town())
    return sweep(case, sample(case, COUNT), "warning", (0.1, 0.5, 0.9), maker(tmp_path_factory.mktemp("swept")))


def test_every_option_and_the_baseline_is_shown_at_every_value(swept):
    assert (swept.lever, swept.values, swept.futures) == ("warning", (0.1, 0.5, 0.9), COUNT)
    assert swept.found["option"].values.tolist() == NAMES
    assert swept.found["place"].values.tolist() == [0, 1, 2]
    assert swept.found["view"].values.tolist() == ["mixture", "engineers", "residents"]
    assert swept.found["outcome"].values.tolist() == [one.id for one in town().outcomes]


def test_a_lever_without_effect_gives_differences_of_exactly_nothing(swept):
    for outcome in ("spending", "homes_at_risk", "flooded_homes"):
        cell = swept.found.sel(outcome=outcome)
        assert (cell["difference"] == 0).all()
        assert (cell["difference_error"] == 0).all()
        assert not cell["apart"].any()


def test_what_a_lever_does_is_what_is_known_by_hand(swept):
    rate = sample(steady(town()), COUNT).column("flood_rate").mean()
    harmed = swept.found.sel(outcome="harmed", view="mixture", horizon="year_5")
    for place, warning in enumerate(swept.values):
        assert harmed["mean"].sel(place=place).values == pytest.approx(50 * (1 - warning) * rate, rel=1e-5)
    assert harmed["difference"].values == pytest.approx(-40 * rate, rel=1e-5)
    assert harmed["change"].sel(place=0).values == pytest.approx(5 * rate, rel=1e-4)  # keep warns 0.2
    assert harmed["apart"].all()


def test_differences_are_taken_in_the_same_futures(swept):
    cell = swept.found.sel(outcome="harmed", view="mixture", horizon="year_5", option="keep")
    low, high = (float(cell["error"].sel(place=place)) for place in (0, 2))
    assert float(cell["difference_error"]) == pytest.approx(low - high, rel=1e-3)  # not the root of the sum of squares


def test_an_option_keeps_its_own_time_for_the_lever(tmp_path):
    case = load("toy")
    found = sweep(
        case, sample(case, COUNT), "warning", (0.1, 0.9), partial(make_variants, model=load_model(case), home=tmp_path)
    ).found
    harmed = found["difference"].sel(outcome="harmed", view="mixture", option="move_out")
    assert harmed.sel(horizon=["half_year", "year_5"]).values.tolist() == [0, 0]  # from month 6 to month 48
    assert (harmed.sel(horizon=["year_1", "year_2"]) < 0).all()
    assert (found["difference"].sel(outcome="harmed", view="mixture", option="keep") < 0).all()


@pytest.mark.slow
def test_both_values_face_the_same_luck(tmp_path):
    wet = town().outcomes[1].model_copy(update={"id": "wet_weeks", "unit": "weeks", "mechanism": "rain"})
    case = load("toy")
    case = case.model_copy(update={"outcomes": (*case.outcomes, wet)})
    model = load_model(load("toy"))
    sky = Mechanism(
        name="rain",
        meaning="It rains by chance.",
        inputs=reads(warning="share"),
        chances=(Chance("sky", "rain of the week"),),
        outcomes=WET,
        after=rain,
    )
    weather = Model("toy with rain", (*model.mechanisms, sky), model.units)
    found = sweep(
        case, sample(case, COUNT), "warning", (0.3, 0.31), partial(make_variants, model=weather, home=tmp_path)
    ).found
    cell = found.sel(outcome="wet_weeks", view="mixture", horizon="year_5", option="keep")
    assert float(cell["difference"]) == pytest.approx(2.6, rel=0.3)  # of other luck, an error of about 1
    assert bool(cell["apart"])
    assert float(cell["difference_error"]) < 0.5 * float(cell["error"].sel(place=0))


@pytest.mark.parametrize(
    ("lever", "values", "says"),
    [
        ("levee", ("old", "raised"), "not searchable"),
        ("river", (0.1, 0.9), "no lever river"),
        ("warning", (0.1, 1.5), r"cannot be 1\.5"),
        ("warning", (0.1, "high"), "cannot be high"),
        ("warning", (0.5,), "two values or more"),
    ],
)
def test_what_may_not_or_cannot_be_turned_is_refused_before_anything_runs(lever, values, says):
    case = load("toy")

    def make(*_):
        raise AssertionError("simulated")

    with pytest.raises(WeighingError, match=says):
        sweep(case, sample(case, COUNT), lever, values, make)


def test_a_dial_of_settings_is_swept_where_it_is_searchable(tmp_path):
    case = steady(town())
    levers = tuple(one.model_copy(update={"searchable": True}) for one in case.levers)
    free = case.model_copy(update={"levers": levers})
    found = sweep(free, sample(free, COUNT), "levee", ("old", "raised"), maker(tmp_path)).found
    harmed = found.sel(outcome="flooded_homes", view="mixture", horizon="year_5")
    hit = sample(free, COUNT).column("homes_hit").mean()
    assert harmed["difference"].values == pytest.approx(-80 * hit, rel=1e-5)


def test_the_first_futures_are_enough_and_are_those_of_the_options(tmp_path):
    case = steady(town())
    few = sweep(case, sample(case, 128), "warning", (0.1, 0.9), maker(tmp_path), count=COUNT)
    same = sweep(case, sample(case, COUNT), "warning", (0.1, 0.9), maker(tmp_path))
    assert few.futures == same.futures == COUNT
    assert few.found.equals(same.found)


def test_the_order_of_options_changes_no_number(tmp_path):
    case = steady(town())
    turned = case.model_copy(update={"options": (case.options[0], *case.options[:0:-1])})
    one, other = (
        sweep(each, sample(each, COUNT), "warning", (0.1, 0.9), maker(tmp_path)).found for each in (case, turned)
    )
    assert other.sel(option=NAMES).equals(one)


def test_a_view_that_is_refused_shows_no_number(tmp_path):
    case = steady(town())
    futures = sample(case, COUNT)
    lost = float(np.quantile(futures.column("overrun"), 0.6))

    def fail(given, weeks):
        if float(given["warning"][-1]) > 0.8 and (given["overrun"] > lost).any():
            raise ValueError("made to fail")
        return straight().function(given, weeks)

    runs = simulate_town(tmp_path)
    make = partial(make_variants, model=wrap_batch(fail), runs=runs)
    found = sweep(case, futures, "warning", (0.1, 0.9), make).found
    harmed = found.sel(outcome="harmed", horizon="year_5")
    assert np.isfinite(harmed["difference"].sel(view="mixture")).all()  # of the futures that ended well
    assert np.isnan(harmed["difference"].sel(view="residents")).all()
    assert not harmed["apart"].sel(view="residents").any()


def test_what_is_turned_is_answered_by_the_rules_of_the_game_of_the_options(tmp_path):
    case, model = load("toy"), load_model(load("toy"))
    futures, make = sample(case, 64), partial(make_variants, model=model, home=tmp_path)
    late = Rules(reading=Reading(fixed={"builder": "late"}))
    turned = [sweep(case, futures, "warning", (0.1, 0.9), make, rules=rules).found for rules in (FITTED, late)]
    cell = {"view": "mixture", "option": "raise", "outcome": "spending", "horizon": "year_2"}
    means = [found["mean"].sel(cell) for found in turned]
    assert (means[1] > means[0]).all(), "a levee that is late costs more than one that may be"
