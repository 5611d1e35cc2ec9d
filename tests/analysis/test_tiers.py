import numpy as np
import pytest
from made_up import make_case, make_column, make_values, make_weights

from crossroads.analysis.tiers import compare_pairs, count_needed, find_contested, find_places, round_up

HORIZONS = ["near", "far"]


def compare(values, case=None, weights=None):
    case = case or make_case()
    held = weights or make_weights(case)
    return compare_pairs(make_column(case, values, held), held, HORIZONS)


def spread(*levels: float, seed: int = 4, noise: float = 1.0) -> np.ndarray:
    values = np.random.default_rng(seed).normal(0, noise, (3, 4, 64, 2)).astype(np.float32)
    return values + np.array(levels, dtype=np.float32)[:, None, None, None]


def test_clear_differences_make_a_full_order():
    found = compare(spread(30, 20, 10)).sel(view="mixture", horizon="near")
    assert found["tier"].to_numpy().tolist() == [3, 2, 1]
    assert found["rank_low"].to_numpy().tolist() == found["rank_high"].to_numpy().tolist() == [3, 2, 1]
    assert float(found["gain"].sel(option="care", other="now")) == pytest.approx(20, abs=0.5)


def test_options_inside_the_error_share_a_tier():
    values = spread(10, 10, 1)
    found = compare(values).sel(view="mixture", horizon="near")
    assert not found["apart"].sel(option="now", other="force")
    assert found["tier"].to_numpy().tolist() == [2, 2, 1]
    assert found["rank_low"].to_numpy().tolist() == [2, 2, 1]
    assert found["rank_high"].to_numpy().tolist() == [3, 3, 1]


def test_a_chain_of_ties_is_one_tier_but_its_ends_keep_their_places():
    gain = np.array([[0.0, 1.0, 2.0], [-1.0, 0.0, 1.0], [-2.0, -1.0, 0.0]])[None, :, :, None]
    apart = np.abs(gain) > 1.5
    low, high, tier = find_places(gain, apart)
    assert tier.ravel().tolist() == [1, 1, 1]
    assert low.ravel().tolist() == [1, 1, 2]
    assert high.ravel().tolist() == [2, 3, 3]


def test_no_option_stands_above_another_from_which_it_is_not_told_apart():
    for seed in range(20):
        found = compare(spread(1.0, 1.2, 1.4, seed=seed, noise=4.0)).sel(view="mixture")
        tier, apart = found["tier"], found["apart"]
        for horizon in HORIZONS:
            above = tier.sel(horizon=horizon).to_numpy()[:, None] < tier.sel(horizon=horizon).to_numpy()
            assert (apart.sel(horizon=horizon).to_numpy() | ~above).all()


def test_an_option_that_did_not_run_has_no_place():
    ok = make_weights().ok.copy()
    ok[1] = False
    found = compare(spread(30, 1, 10), weights=make_weights(ok=ok)).sel(view="mixture", horizon="far")
    assert found["tier"].to_numpy().tolist() == [2, 0, 1]
    assert found["rank_high"].to_numpy().tolist() == [2, 0, 1]


def test_other_units_give_the_same_places():
    values = make_values()
    plain, scaled = compare(values), compare(values * np.float32(1024))
    for name in ("tier", "rank_low", "rank_high", "apart"):
        np.testing.assert_array_equal(plain[name], scaled[name])


def test_futures_needed_grow_with_the_square_of_the_error():
    gain, scale = np.array([1.0, 0.0, np.nan, 1e-9]), np.full(4, 10.0)
    needed = count_needed(gain, np.ones(4), scale, 100)
    assert needed[0] == 400
    assert np.isinf(needed[[1, 3]]).all()
    assert np.isnan(needed[2])


@pytest.mark.parametrize(("needed", "size"), [(10, 48), (48, 48), (49, 96), (1600, 3072)])
def test_designs_are_rounded_up_to_whole_ones(needed, size):
    assert round_up(needed, 3, 16) == size


def test_the_most_contested_pair_is_named():
    values = spread(30, 10, 10)
    pairs = compare(values).expand_dims(outcome=["deaths"])
    found = find_contested(pairs, ["deaths"]).sel(horizon="near", outcome="deaths")
    assert int(found["pairs"]) == 3
    assert int(found["tied"]) == 1
    assert {str(found["first"].item()), str(found["second"].item())} == {"force", "care"}
    assert float(found["needed"]) > 64


def test_no_pair_is_named_where_all_are_told_apart():
    found = find_contested(compare(spread(30, 20, 10)).expand_dims(outcome=["deaths"]), ["deaths"])
    assert (found["tied"] == 0).all()
    assert np.isnan(found["needed"]).all()
    assert (found["first"] == "").all()
