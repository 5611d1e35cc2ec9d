import numpy as np
import pytest
from made_up import make_case, make_column, make_values, make_weights

from crossroads.analysis.comparisons import compare_column
from crossroads.analysis.weights import MIXTURE
from crossroads.case.records import Comparison

HORIZONS = ["near", "far"]
RNG = np.random.default_rng(4)


def ask(*options, horizons=("far", "near")):
    return Comparison(name="Both", options=options, outcomes=("deaths",), horizons=horizons)


def make_levels(*levels, count=64):
    """(options, reactions, futures, times) from what each option is in each future, under every reaction."""
    whole = np.stack([np.broadcast_to(level, count) for level in levels])[:, None, :, None]
    return np.broadcast_to(whole, (len(levels), 4, count, 2)).astype(np.float32)


def compare(asked, values, weights=None):
    return compare_column(make_column(values=values, weights=weights), asked, HORIZONS)


def test_options_stand_beside_the_first_that_is_named_in_the_order_asked():
    values = make_levels(100.0, 90.0, 130.0)
    values = values + np.array([0.0, 5.0], dtype=np.float32)
    found = compare(ask("care", "now", "force"), values)
    assert found["option"].values.tolist() == ["care", "now", "force"]
    assert found["horizon"].values.tolist() == ["far", "near"]
    assert found["level"].values.tolist() == [[135, 130], [105, 100], [95, 90]]
    assert found["change"].values.tolist() == [[0, 0], [-30, -30], [-40, -40]]
    assert found["apart"].values.tolist() == [[False, False], [True, True], [True, True]]


def test_a_change_is_taken_within_each_future():
    shared = RNG.normal(0, 10, 64)
    found = compare(ask("now", "force", horizons=("near",)), make_levels(100 + shared, 101 + shared, 100.0))
    force = found.sel(option="force", horizon="near")
    assert float(force["change"]) == pytest.approx(1, abs=1e-4)
    assert float(force["error"]) == pytest.approx(0, abs=1e-4)
    assert bool(force["apart"])


def test_what_lies_within_its_error_is_not_told_apart():
    noise = RNG.normal(0, 10, 64)
    found = compare(ask("now", "force", horizons=("near",)), make_levels(100.0, 100 + noise - noise.mean() + 0.1, 0.0))
    force = found.sel(option="force", horizon="near")
    assert float(force["error"]) > 0.1
    assert not bool(force["apart"])


def test_what_differs_by_rounding_alone_differs_by_nothing():
    found = compare(ask("now", "force"), make_levels(1e6, 1e6 + 0.1, 0.0))
    assert (found["change"] == 0).all()
    assert not found["apart"].any()


def test_only_the_mixture_is_compared_whatever_views_believe():
    half = np.arange(64) // 32
    beliefs = np.array([np.ones(64), 2.0 * half])
    values = make_levels(100.0, 100 + 10.0 * half, 100.0)
    found = compare(ask("now", "force"), values, make_weights(view_weights=beliefs))
    assert float(found["change"].sel(option="force", horizon="near")) == pytest.approx(5)
    assert MIXTURE not in found.coords


def test_reactions_count_as_likely_as_they_are():
    values = make_levels(100.0, 100.0, 100.0).copy()
    values[2, 1] += 8  # care under agree+hit, a quarter of its mix
    found = compare(ask("now", "care"), values)
    assert float(found["change"].sel(option="care", horizon="near")) == pytest.approx(2)


def test_futures_in_which_an_option_has_no_result_are_left_out():
    case = make_case()
    values = make_values(case)
    values[1, :, :8] = np.nan
    found = compare(ask("now", "force", horizons=("near",)), values)
    shown = values[:, :, 8:, 0].mean(axis=1)
    expected = (shown[1] - shown[0]).mean()
    assert float(found["change"].sel(option="force", horizon="near")) == pytest.approx(expected, rel=1e-5)
