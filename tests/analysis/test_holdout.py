import numpy as np
import pytest
from scipy.stats import norm
from town_past import draw, make_calibration, make_holdout, make_observable, make_series, make_town, observe

from crossroads.analysis.holdout import LAST, METHODS, MODEL, RIVAL, score_holdout
from crossroads.analysis.likelihood import scale_weights, weigh_history
from crossroads.analysis.scores import score_gaussian
from crossroads.case.records import Forecast

GROWTH = draw().column("growth")


def score(holdout=None, **more):
    holdout = holdout or make_holdout()
    town = make_town(make_calibration(make_observable(), holdout=holdout), **more)
    history = observe(GROWTH)
    weights = scale_weights(weigh_history(town, history, holdout.until))
    return {(one.method, one.since, one.years): one for one in score_holdout(town, holdout, history, weights)}


def test_every_forecast_is_scored_by_every_method():
    found = score()
    assert [method for method, *_ in found] == list(METHODS)
    assert {one.truths for one in found.values()} == {(808.0,)}


def test_the_projection_moves_as_published_with_the_spread_of_its_fit():
    one = score()[RIVAL, 2024, (2025,)]
    middle = 804.0 * 816.0 / 800.0
    assert one.medians[0] == pytest.approx(middle, rel=1e-6)
    assert np.log(one.bands[0]) == pytest.approx(norm.ppf([0.05, 0.95], np.log(middle), 0.002), abs=1e-4)
    assert one.crps == pytest.approx(score_gaussian(middle, middle * 0.002, 808.0), abs=0.01)
    assert (one.hits_50, one.hits_90) == (0, 0)


def test_last_years_value_is_spread_by_the_changes_seen_so_far():
    values = {2022: 800.0, 2023: 808.0, 2024: 804.0, 2025: 808.0}
    town = make_town()
    homes = [make_series("homes_counted", values) if one.id == "homes_counted" else one for one in town.history]
    one = score(history=tuple(homes))[LAST, 2024, (2025,)]
    step = np.sqrt(np.mean(np.square(np.log([808 / 800, 804 / 808]))))
    assert one.medians[0] == pytest.approx(804.0)
    assert np.log(one.bands[0]) == pytest.approx(norm.ppf([0.05, 0.95], np.log(804.0), step), abs=1e-4)
    assert (one.hits_50, one.hits_90) == (1, 1)


def test_a_value_that_never_changed_is_expected_to_stay():
    one = score()[LAST, 2024, (2025,)]
    assert one.bands == ((pytest.approx(804.0), pytest.approx(804.0)),)
    assert one.crps == pytest.approx(4.0)


def test_the_weighted_futures_say_what_the_town_did():
    one = score()[MODEL, 2024, (2025,)]
    assert one.medians[0] == pytest.approx(808.0, abs=4.0)
    assert one.hits_90 == 1
    assert one.bands[0][0] < 808.0 < one.bands[0][1]


def test_several_years_are_averaged_and_counted():
    values = {2024: 804.0, 2025: 808.0}
    again = Forecast(series="homes_counted", since=2024, years=(2025, 2025))
    one = score(make_holdout(forecasts=(again,)))[MODEL, 2024, (2025, 2025)]
    single = score()[MODEL, 2024, (2025,)]
    assert one.crps == pytest.approx(single.crps)
    assert one.hits_90 == 2 * single.hits_90
    assert one.truths == (values[2025], values[2025])
