import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import make_case, make_column, make_outcome, make_values, make_weights

from crossroads.analysis.robustness import (
    weigh_changes_from_start,
    weigh_differences,
    weigh_levels,
    weigh_regret,
    weigh_stances,
)

HORIZONS = ["near", "far"]


def flat_values(now: float, force: float, care: float) -> np.ndarray:
    values = np.zeros((3, 4, 64, 2), dtype=np.float32)
    values[:] = np.array([now, force, care])[:, None, None, None]
    return values


def weigh(function, values=None, case=None, outcome=None, weights=None):
    case = case or make_case()
    held = weights or make_weights(case)
    return function(make_column(case, values, held, outcome), held, HORIZONS)


def test_levels_are_weighted_over_futures_and_reactions():
    values = make_values()
    found = weigh(weigh_levels, values).sel(view="mixture", horizon="near")
    force = values[1, :, :, 0].ravel()
    assert float(found["mean"].sel(option="force")) == pytest.approx(force.mean(), rel=1e-5)
    assert float(found["quantiles"].sel(option="force", quantile=0.05)) == pytest.approx(
        np.quantile(force, 0.05, method="inverted_cdf")
    )
    care = 0.75 * values[2, 0, :, 0] + 0.25 * values[2, 1, :, 0]
    assert float(found["mean"].sel(option="care")) == pytest.approx(care.mean(), rel=1e-5)


def test_a_view_that_believes_half_of_the_futures_sees_those_alone():
    beliefs = np.stack([np.ones(64), np.repeat([2.0, 0.0], 32)])
    weights, values = make_weights(view_weights=beliefs), make_values()
    found = weigh(weigh_levels, values, weights=weights).sel(view="grim", option="now", horizon="far")
    seen = values[0, :, :32, 1]
    assert float(found["mean"]) == pytest.approx(seen.mean(), rel=1e-5)
    assert float(found["quantiles"].sel(quantile=0.5)) == pytest.approx(
        np.quantile(seen, 0.5, method="inverted_cdf")
    )


def test_differences_from_the_baseline_by_hand():
    found = weigh(weigh_differences, flat_values(100, 90, 100)).sel(view="mixture", horizon="near")
    assert found["mean"].to_numpy().tolist() == [0, -10, 0]
    assert found["percent"].to_numpy().tolist() == [0, -10, 0]
    assert found["better"].to_numpy().tolist() == [0, 1, 0]
    assert found["worse"].to_numpy().tolist() == [0, 0, 0]
    assert found["apart"].to_numpy().tolist() == [False, True, False]
    assert found["quantiles"].sel(option="force").to_numpy().tolist() == [-10, -10, -10]


def test_better_follows_the_direction_of_the_outcome():
    found = weigh(weigh_differences, flat_values(100, 90, 110), outcome=make_outcome("good", "more"))
    assert found["better"].sel(view="mixture", horizon="near").to_numpy().tolist() == [0, 0, 1]
    assert found["worse"].sel(view="mixture", horizon="near").to_numpy().tolist() == [0, 1, 0]


def test_a_baseline_of_zero_has_no_percentage():
    found = weigh(weigh_differences, flat_values(0, 1, 2))
    assert np.isnan(found["percent"]).all()
    assert (found["mean"].sel(option="care") == 2).all()


def test_rounding_in_single_precision_is_no_gain():
    values = flat_values(1000, 1000, 1000)
    values[1] = np.nextafter(np.float32(1000), np.float32(0))
    found = weigh(weigh_differences, values).sel(option="force")
    assert not found["apart"].any()
    assert (found["better"] == 0).all()


def test_changes_from_the_start():
    found = weigh(weigh_changes_from_start, flat_values(80, 130, 100)).sel(view="mixture", horizon="far")
    assert found["mean"].to_numpy().tolist() == [-20, 30, 0]
    assert found["quantiles"].sel(quantile=0.5).to_numpy().tolist() == [-20, 30, 0]
    assert found["better"].to_numpy().tolist() == [1, 0, 0]


def test_each_stance_apart_and_a_stance_that_makes_no_sense_is_missing():
    values = flat_values(100, 100, 100)
    values[1, 2:] = 140
    found = weigh(weigh_stances, values).sel(view="mixture", horizon="near")
    assert found["difference"].sel(option="force").to_numpy().tolist() == [0, 40]
    assert found["mean"].sel(option="force", stance="protest") == 140
    assert np.isnan(found["mean"].sel(option="care", stance="protest"))
    assert np.isfinite(found["mean"].sel(option="care", stance="agree"))


def test_regret_by_hand():
    values = flat_values(100, 90, 95)
    values[1, :, 32:] = 110
    found = weigh(weigh_regret, values).sel(view="mixture", horizon="near")
    assert found["mean"].to_numpy().tolist() == [7.5, 7.5, 2.5]
    assert found["high"].to_numpy().tolist() == [10, 15, 5]
    assert found["best"].to_numpy().tolist() == [0, 0.5, 0.5]


def test_equals_share_the_best_place():
    found = weigh(weigh_regret, flat_values(5, 5, 7)).sel(view="mixture", horizon="near")
    assert found["best"].to_numpy().tolist() == [0.5, 0.5, 0]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["less", "more"]))
def test_regret_is_never_negative_and_nothing_for_some_option_in_each_future(seed, direction):
    found = weigh(weigh_regret, make_values(seed=seed), outcome=make_outcome("any", direction))
    assert (found["mean"] >= 0).all()
    assert (found["high"] >= found["mean"] * 0).all()
    np.testing.assert_allclose(found["best"].sum("option"), 1.0)


def test_failed_runs_leave_the_numbers_of_others():
    values = make_values()
    ok = make_weights().ok.copy()
    ok[1, :, :9] = False
    failed = make_weights(ok=ok)
    for function in (weigh_levels, weigh_differences, weigh_changes_from_start):
        whole = weigh(function, values).sel(option=["now", "care"])
        part = weigh(function, values, weights=failed).sel(option=["now", "care"])
        for name in whole:
            np.testing.assert_array_equal(whole[name], part[name])
    left = values[1, :, 9:, 0].mean()
    mean = weigh(weigh_levels, values, weights=failed)["mean"].sel(
        option="force", view="mixture", horizon="near"
    )
    assert float(mean) == pytest.approx(left, rel=1e-5)


def test_an_option_that_never_ran_has_no_numbers_and_is_nobodys_rival():
    ok = make_weights().ok.copy()
    ok[1] = False
    values = flat_values(100, 1, 90)
    weights = make_weights(ok=ok)
    regret = weigh(weigh_regret, values, weights=weights).sel(view="mixture", horizon="near")
    assert regret["best"].sel(option=["now", "care"]).to_numpy().tolist() == [0, 1]
    for function in (weigh_levels, weigh_differences, weigh_stances, weigh_regret):
        assert np.isnan(weigh(function, values, weights=weights)["mean"].sel(option="force")).all()


def test_the_order_of_options_changes_no_number():
    names, values = ("now", "force", "care"), make_values()
    turned_case = make_case(("care", "now", "force"))
    for function in (weigh_levels, weigh_differences, weigh_stances, weigh_regret):
        plain = weigh(function, values)
        turned = weigh(function, values[[2, 0, 1]], case=turned_case).sel(option=list(names))
        for name in plain:
            np.testing.assert_allclose(plain[name], turned[name], rtol=1e-9, atol=1e-12)
