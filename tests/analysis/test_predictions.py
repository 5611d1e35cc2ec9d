import numpy as np
import pytest
from scipy.stats import norm
from town_past import YEARS, make_calibration, make_measure, make_observable, make_town, observe

from crossroads.analysis.likelihood import Point, gather_blocks
from crossroads.analysis.predictions import BANDS, Predicted, predict_changes, predict_years

ONE = observe(np.array([0.005]))
SURE = np.ones(1)
LOGS = ONE.logs("homes_at_risk", YEARS)[0]


def block_of(observable, until=None):
    (block,) = gather_blocks(make_town(make_calibration(observable)), until)
    return block


def test_one_future_with_a_known_level_predicts_a_lognormal():
    block = block_of(make_observable())
    found = predict_years(block, ONE, SURE, {})
    spread = np.hypot(0.005, 0.01)
    wanted = np.exp(norm.ppf(np.array(BANDS)[None, :], LOGS[:, None], spread))
    assert found["quantiles"].sel(series="homes_counted").to_numpy() == pytest.approx(wanted)
    assert found["line"].sel(series="homes_counted").to_numpy() == pytest.approx(np.exp(LOGS))
    assert np.isnan(found["counted"].to_numpy()).all()


def test_what_was_counted_stands_beside_and_off_by_its_distance():
    counted = {Point("homes_counted", 2024): 804.0}
    found = predict_years(block_of(make_observable()), ONE, SURE, counted).sel(series="homes_counted")
    assert found["counted"].to_numpy()[0] == 804.0
    assert found["off"].to_numpy()[0] == pytest.approx((np.log(804.0) - LOGS[0]) / np.hypot(0.005, 0.01))
    assert np.isnan(found["off"].to_numpy()[1])


def test_the_band_is_no_wider_for_a_level_that_the_years_have_told():
    known = predict_years(block_of(make_observable()), ONE, SURE, {})["quantiles"].to_numpy()
    told = predict_years(block_of(make_observable(level_error=0.5)), ONE, SURE, {})["quantiles"].to_numpy()
    widths = [np.log(each[..., -1] / each[..., 0]).max() for each in (known, told)]
    assert widths[0] < widths[1] < 2 * widths[0]


def test_futures_without_weight_say_nothing():
    both = observe(np.array([0.005, 0.02]))
    one = predict_years(block_of(make_observable()), ONE, SURE, {})
    two = predict_years(block_of(make_observable()), both, np.array([2.0, 0.0]), {})
    assert two["quantiles"].to_numpy() == pytest.approx(one["quantiles"].to_numpy())


def test_a_change_from_a_known_year_reverts_as_the_process_says():
    observable = make_observable({"homes_counted": make_measure(1e-6)}, discrepancy=0.02, correlation_years=3.0)
    (found,) = predict_changes(block_of(observable, 2024), ONE, SURE, "homes_counted", 2024, (2025,), 804.0)
    keep = np.exp(-1 / 3)
    mean = LOGS[1] + keep * (np.log(804.0) - LOGS[0])
    spread = 0.02 * np.sqrt(1 - keep**2)
    assert np.log(np.median(found.values)) == pytest.approx(mean, abs=1e-5)
    assert np.log(found.band(0.9)) == pytest.approx(norm.ppf([0.05, 0.95], mean, spread), abs=5e-4)


def test_of_a_later_year_only_its_own_change_is_predicted():
    observable = make_observable({"homes_counted": make_measure(), "homes_lit": make_measure(scale_error=3.0)})
    block = block_of(observable, 2024)
    known, other = (
        predict_changes(block, ONE, SURE, "homes_lit", 2024, (2025,), base)[0].values for base in (402.0, 804.0)
    )
    assert other == pytest.approx(2 * known)
    assert np.median(known) / 402.0 == pytest.approx(np.exp(LOGS[1] - LOGS[0]), abs=0.01)


def test_futures_are_mixed_by_their_weights():
    both = observe(np.array([-0.01, 0.02]))
    block = block_of(make_observable({"homes_counted": make_measure(1e-4)}, discrepancy=1e-4), 2024)
    (found,) = predict_changes(block, both, np.array([3.0, 1.0]), "homes_counted", 2024, (2025,), 804.0)
    assert np.mean(found.values > 804.0) == pytest.approx(0.25, abs=0.01)


def test_a_band_is_central():
    found = Predicted("one", 2024, 2025, np.arange(101.0))
    assert found.band(0.5) == (25.0, 75.0)
    assert found.band(0.9) == pytest.approx((5.0, 95.0))
