import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau

from crossroads.analysis.rankings import compare_rankings, rank_scores


def rank(scores, error=0.0):
    """Places from scores (options, metrics); left-out scores that make this error for every option alone."""
    data = np.asarray(scores, dtype=float)[None, :, None]
    noise = np.random.default_rng(5).normal(0, 1, (16, *data.shape))
    noise -= noise.mean(axis=0)
    noise /= np.sqrt(np.square(noise).sum(axis=0) * 15 / 16)
    variables = rank_scores(data, data + error * noise, np.ones_like(data))
    options = [f"o{number}" for number in range(data.shape[1])]
    names = {"view": ["mixture"], "horizon": ["near"], "metric": [f"m{one}" for one in range(data.shape[-1])]}
    return xr.Dataset(variables, coords={"option": options, "other": options, **names})


def places(found, name, metric="m0"):
    return found[name].sel(view="mixture", horizon="near", metric=metric).to_numpy().tolist()


def compare(scores, error=0.0):
    return compare_rankings(rank(scores, error)).sel(view="mixture", horizon="near")


def test_equals_share_a_place_and_the_next_one_stays_empty():
    found = rank([[3.0], [5.0], [3.0], [1.0]])
    assert places(found, "rank") == places(found, "rank_low") == [2, 1, 2, 4]
    assert places(found, "rank_high") == [3, 1, 3, 4]


def test_what_differs_by_rounding_is_equal():
    assert places(rank([[1.0], [1.0 + 1e-8], [0.5]]), "rank") == [1, 1, 3]


def test_what_has_no_score_has_no_place_and_takes_none():
    found = rank([[np.nan], [5.0], [3.0]])
    assert places(found, "rank") == [0, 1, 2]
    assert places(found, "rank_high") == [0, 1, 2]
    assert not found["clear"].sel(option="o0").any()


def test_error_joins_places():
    found = rank([[0.0], [1.0], [50.0]], error=1.0)
    assert places(found, "rank") == [3, 2, 1]
    assert places(found, "rank_low") == [2, 2, 1]
    assert places(found, "rank_high") == [3, 3, 1]


def test_errors_are_those_of_the_difference_not_of_each():
    base = np.array([0.0, 1.0])[None, :, None, None]
    together = base + np.linspace(-5, 5, 16)[:, None, None, None, None]
    clear = rank_scores(base, together, np.ones_like(base))["clear"][1][0, :, :, 0, 0]
    assert clear.tolist() == [[0, -1], [1, 0]]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_tau_is_that_of_scipy(seed):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 6, (9, 3)).astype(float)
    scores[rng.random(scores.shape) < 0.1] = np.nan
    tau = compare(scores)["tau"].to_numpy()
    for one in range(3):
        for two in range(3):
            known = np.isfinite(scores[:, [one, two]]).all(axis=1)
            expected = kendalltau(scores[known, one], scores[known, two]).statistic
            assert tau[one, two] == pytest.approx(expected, nan_ok=True)


def test_the_same_order_and_the_opposite_one():
    found = compare([[1.0, 10.0, 3.0], [2.0, 20.0, 2.0], [3.0, 30.0, 1.0]])
    assert found["tau"].to_numpy().tolist() == [[1, 1, -1], [1, 1, -1], [-1, -1, 1]]
    assert found["agreed"].sel(metric="m0").to_numpy().tolist() == [3, 3, 0]
    assert found["opposed"].sel(metric="m0").to_numpy().tolist() == [0, 0, 3]


def test_the_option_whose_place_differs_most_is_named():
    # o0 is first under one metric and last of four under the other; each other option moves by one place
    found = compare([[9.0, 0.0], [8.0, 8.0], [7.0, 7.0], [6.0, 6.0]])
    pair = found.sel(metric="m0", other_metric="m1")
    assert (str(pair["moved"].item()), int(pair["shift"])) == ("o0", 3)
    assert (int(pair["opposed"]), int(pair["agreed"])) == (3, 3)
    same = found.sel(metric="m0", other_metric="m0")
    assert (str(same["moved"].item()), int(same["shift"])) == ("", 0)


def test_what_error_cannot_tell_apart_is_no_disagreement():
    found = compare([[0.0, 1.0], [1.0, 0.0]], error=2.0).sel(metric="m0", other_metric="m1")
    assert (float(found["tau"]), int(found["opposed"]), int(found["shift"])) == (-1.0, 0, 0)


def test_only_options_with_a_place_under_both_are_compared():
    found = compare([[9.0, np.nan], [8.0, 8.0], [7.0, 9.0]]).sel(metric="m0", other_metric="m1")
    assert (float(found["tau"]), int(found["opposed"]), int(found["shift"])) == (-1.0, 1, 1)


def test_outcomes_and_views_are_compared_each_by_itself():
    parts = [rank([[1.0, 1.0], [2.0, 2.0]]), rank([[1.0, 2.0], [2.0, 1.0]])]
    whole = xr.concat(parts, dim="outcome").assign_coords(outcome=["deaths", "trust"])
    tau = compare_rankings(whole)["tau"].sel(view="mixture", horizon="near", metric="m0", other_metric="m1")
    assert tau.sel(outcome="deaths") == 1
    assert tau.sel(outcome="trust") == -1
