import numpy as np
import pytest
import xarray as xr
from made_up import make_case, make_column, make_outcome, make_stakeholder, make_weights

from crossroads.analysis.gains import find_range, list_unmodelled, map_weights, measure_swings, read_scores, weigh_gains

HORIZONS = ["near", "far"]


def _swing(column, weights):
    return measure_swings(column, weights, HORIZONS, find_range(column, weights))


def levels(now, force, care):
    values = np.zeros((3, 4, 64, 2), dtype=np.float32)
    values[:] = np.array([now, force, care])[:, None, None, None]
    return values


def weigh(case, **values):
    weights = make_weights(case)
    parts = [
        _swing(make_column(case, values[one.id], weights, one), weights)
        for one in case.outcomes
    ]
    swings = xr.concat(parts, dim="outcome").assign_coords(outcome=[one.id for one in case.outcomes])
    return weigh_gains(swings, map_weights(case.stakeholders, case.concerns, case.outcomes), case.outcomes)


def test_weights_are_shared_over_outcomes_and_the_rest_is_not_modelled():
    case = make_case()
    mapped = map_weights(case.stakeholders, case.concerns, case.outcomes)
    assert mapped["stakeholder"].to_numpy().tolist() == ["town"]
    assert mapped["weight"].sel(stakeholder="town").to_numpy().tolist() == [0.5, 0.125, 0.125]
    assert float(mapped["not_modelled"].sel(stakeholder="town")) == pytest.approx(0.25)
    assert list_unmodelled(case.stakeholders, case.concerns) == {"town": ("beauty",)}


def test_scores_by_hand():
    found = weigh(make_case(), deaths=levels(100, 90, 120), trust=levels(50, 30, 50), score=levels(1, 1, 1))
    town = found.sel(stakeholder="town", view="mixture", stance="all", horizon="near")
    # deaths range 90 to 120, trust range 30 to 50, score has none
    force, care = 0.5 * 10 / 30 - 0.125 * 20 / 20, -0.5 * 20 / 30
    scores = town["score"].sel(basis="every outcome").to_numpy()
    np.testing.assert_allclose(scores, [0, force, care], rtol=1e-6)
    assert town["reading"].sel(basis="every outcome").to_numpy().tolist() == [0, 1, -1]
    np.testing.assert_allclose(town["contributions"].sel(option="force"), [0.5 / 3, -0.125, 0], rtol=1e-6)
    assert float(found["range_low"].sel(outcome="deaths", horizon="near")) == 90
    assert float(found["range_high"].sel(outcome="deaths", horizon="near")) == 120


def test_what_happens_seldom_still_counts_and_never_for_more_than_the_whole_range():
    deaths, same = levels(0, 0, 0), levels(1, 1, 1)
    deaths[1, :, :2] = 1000
    found = weigh(make_case(), deaths=deaths, trust=same, score=same)
    force = found.sel(option="force", view="mixture", stakeholder="town", horizon="near")
    # 5 % and 95 % of all values are 0: the range reaches to the mean of force, and force swings by all of it
    assert float(force["contributions"].sel(outcome="deaths")) == pytest.approx(-0.5)
    assert float(found["range_high"].sel(outcome="deaths", horizon="near")) == pytest.approx(1000 * 2 / 64)


def test_contributions_add_up_to_the_score():
    rng = np.random.default_rng(3)
    values = {
        name: rng.normal(10, 2, (3, 4, 64, 2)).astype(np.float32) for name in ("deaths", "trust", "score")
    }
    found = weigh(make_case(), **values)
    total = found["contributions"].sum("outcome")
    np.testing.assert_allclose(
        found["score"].sel(basis="every outcome", stance="all"),
        total.transpose("view", "option", "horizon", "stakeholder"),
        atol=1e-12,
    )


def test_judgement_indices_can_be_left_out():
    found = weigh(make_case(), deaths=levels(1, 1, 1), trust=levels(1, 1, 1), score=levels(1, 2, 3))
    care = found["score"].sel(option="care", view="mixture", stance="all", stakeholder="town", horizon="far")
    assert float(care.sel(basis="every outcome")) == pytest.approx(0.125)
    assert float(care.sel(basis="no index")) == 0


def test_other_units_change_no_score():
    rng = np.random.default_rng(3)
    values = {
        name: rng.normal(10, 2, (3, 4, 64, 2)).astype(np.float32) for name in ("deaths", "trust", "score")
    }
    plain = weigh(make_case(), **values)
    scaled = weigh(make_case(), **{**values, "deaths": values["deaths"] * np.float32(256)})
    np.testing.assert_allclose(plain["score"], scaled["score"], rtol=1e-9, atol=1e-12)


def test_small_and_uncertain_scores_are_about_even():
    readings = read_scores(
        np.array([0.2, -0.2, 0.004, 0.2, np.nan]), np.array([0.01, 0.01, 0.0001, 0.2, 0.1])
    )
    np.testing.assert_array_equal(readings, [1, -1, 0, 0, np.nan])


def test_what_did_not_run_has_no_score_but_only_for_those_who_weigh_it():
    case = make_case(
        outcomes=(make_outcome("deaths"), make_outcome("other")),
        concerns=make_case().concerns[:1],
        stakeholders=(make_stakeholder(weights={"lives": 1}),),
    )
    values = levels(1, 2, 3)
    missing = values.copy()
    missing[1] = np.nan
    unknown = weigh(case, deaths=missing, other=values)["score"].sel(
        option="force", stance="all", view="mixture"
    )
    known = weigh(case, deaths=values, other=missing)["score"].sel(
        option="force", stance="all", view="mixture"
    )
    assert np.isnan(unknown).all()
    assert np.isfinite(known).all()


def test_errors_come_from_the_replicates_jointly():
    values = levels(0, 0, 0)
    values[1] = np.random.default_rng(1).normal(0, 1, (4, 64, 2)).astype(np.float32)
    case = make_case(
        outcomes=(make_outcome("up", "more"), make_outcome("down", "less")),
        concerns=(make_case().concerns[0].model_copy(update={"outcomes": {"up": 0.5, "down": 0.5}}),),
        stakeholders=(make_stakeholder(weights={"lives": 1}),),
    )
    found = weigh(case, up=values, down=values).sel(
        option="force", stance="all", view="mixture", basis="every outcome"
    )
    np.testing.assert_allclose(found["score"], 0, atol=1e-12)
    np.testing.assert_allclose(found["error"], 0, atol=1e-12)
