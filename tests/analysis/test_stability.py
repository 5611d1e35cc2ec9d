import numpy as np
import xarray as xr

from crossroads.analysis.stability import weigh_stability

OPTIONS = ["a", "b", "c"]


def make(half, whole, apart):
    dims = ("view", "option", "horizon", "outcome")
    shape = (1, 3, 1, 1)
    coords = {"view": ["mixture"], "option": OPTIONS, "horizon": ["near"], "outcome": ["deaths"]}
    convergence = xr.Dataset(
        {"half": (dims, np.reshape(half, shape)), "all": (dims, np.reshape(whole, shape))}, coords=coords
    )
    pair = ("view", "option", "other", "horizon", "outcome")
    told = np.reshape(np.asarray(apart, dtype=bool), (1, 3, 3, 1, 1))
    pairs = xr.Dataset({"apart": (pair, told)}, coords={**coords, "other": OPTIONS})
    return weigh_stability(convergence, pairs).isel(view=0, outcome=0, horizon=0)


def test_an_order_that_holds_in_half_of_the_futures_is_stable():
    found = make([0.0, 1.0, 5.0], [0.0, 2.0, 4.0], 1 - np.eye(3))
    assert float(found["tau"]) == 1
    assert (int(found["told"]), int(found["turned"]), bool(found["ends"])) == (3, 0, True)


def test_two_of_three_pairs_kept_and_one_turned_by_hand():
    found = make([0.0, 5.0, 1.0], [0.0, 2.0, 4.0], 1 - np.eye(3))
    np.testing.assert_allclose(float(found["tau"]), (2 - 1) / 3)
    assert (int(found["told"]), int(found["turned"]), bool(found["ends"])) == (3, 1, False)


def test_a_pair_that_nothing_tells_apart_cannot_be_turned():
    apart = 1 - np.eye(3)
    apart[1, 2] = apart[2, 1] = 0
    found = make([0.0, 5.0, 1.0], [0.0, 2.0, 4.0], apart)
    assert (int(found["told"]), int(found["turned"])) == (2, 0)


def test_options_that_cannot_be_weighed_are_left_out():
    found = make([0.0, np.nan, 1.0], [0.0, np.nan, 4.0], 1 - np.eye(3))
    assert float(found["tau"]) == 1
    assert int(found["told"]) == 1
    nothing = make([np.nan] * 3, [np.nan] * 3, 1 - np.eye(3))
    assert np.isnan(float(nothing["tau"]))
    assert (int(nothing["told"]), bool(nothing["ends"])) == (0, False)
