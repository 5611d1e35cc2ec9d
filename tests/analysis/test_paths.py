import numpy as np
import pytest
from made_up import FakeRuns, make_case, make_column, make_values, make_weights

from crossroads.analysis.paths import find_turns, narrow_weights, weigh_path
from crossroads.analysis.verdict import analyse


def test_the_first_futures_are_weighed_alike_in_the_mixture():
    narrow = narrow_weights(make_weights(), 32)
    assert narrow.views == ("mixture",)
    assert narrow.futures.shape == (1, 32)
    assert narrow.shares[0].run.shape == (10, 32)


def test_a_path_by_hand():
    weights = narrow_weights(make_weights(), 64)
    values = make_values(times=4)
    found = weigh_path(make_column(make_case(), values, weights), weights, [1, 2, 3, 4])
    cell = found.sel(option="force", quarter=3)
    force, now = values[1, :, :, 2].astype(float), values[0, :, :, 2].astype(float)
    assert float(cell["mean"].sel(stance="all")) == pytest.approx(force.mean(), rel=1e-6)
    assert float(cell["difference"].sel(stance="all")) == pytest.approx((force - now).mean(), rel=1e-4)
    assert float(cell["quantiles"].sel(quantile=0.5)) == pytest.approx(
        np.quantile(force, 0.5, method="inverted_cdf")
    )
    assert (found["difference_quantiles"].sel(option="now") == 0).all()
    assert (found["difference"].sel(option="now", stance="all") == 0).all()


@pytest.mark.parametrize(("mean", "apart", "turns"), [
    ([-1, 2], [1, 1], [(0, 1)]),
    ([-1, 2], [1, 0], []),
    ([-1, 0.1, 2], [1, 0, 1], [(0, 2)]),
    ([1, 2, 3], [1, 1, 1], []),
    ([1, -2, 3], [1, 1, 1], [(0, 1), (1, 2)]),
])  # fmt: skip
def test_a_turn_needs_both_ends_beyond_their_error(mean, apart, turns):
    assert find_turns(np.array(mean, dtype=float), np.array(apart, dtype=bool)) == turns


def test_short_and_long_term_cross_where_they_were_made_to():
    found = [
        one
        for one in analyse(FakeRuns(make_case())).crossings
        if (one.view, one.stance) == ("mixture", "all")
    ]
    assert {(one.option, one.outcome, one.turns_better) for one in found} == {
        ("force", "deaths", True),
        ("care", "deaths", False),
    }
    assert all(one.before * one.after < 0 for one in found)
