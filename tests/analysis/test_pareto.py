import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import make_case, make_column, make_outcome, make_values, make_weights

from crossroads.analysis.columns import build_column
from crossroads.analysis.pareto import Frontier, compare_means
from crossroads.analysis.tiers import compare_pairs

HORIZONS = ["near", "far"]


def make_pairs(gains, apart=True):
    """Gains of every option over each other from levels by outcome; all told apart where they differ, or as given."""
    parts = {}
    for outcome, levels in gains.items():
        level = np.asarray(levels, dtype=float)
        gain = (level[:, None] - level)[None, :, :, None]
        parts[outcome] = xr.Dataset(
            {
                "gain": (("view", "option", "other", "horizon"), gain),
                "apart": (("view", "option", "other", "horizon"), (gain != 0) & np.isfinite(gain) & apart),
            }
        )
    names = [f"o{place}" for place in range(len(level))]
    coords = {"view": ["mixture"], "option": names, "other": names, "horizon": ["near"]}
    return xr.concat(list(parts.values()), dim="outcome").assign_coords(outcome=list(parts), **coords)


def judge(pairs, headline=None):
    found = compare_means(pairs, headline or [str(one) for one in pairs["outcome"].to_numpy()])
    return found.sel(view="mixture", horizon="near")


def test_dominance_by_hand():
    # o0 and o1 each win on one; o2 is behind o0 on one and equal on the other; o3 is behind all
    found = judge(make_pairs({"deaths": [5, 3, 5, 1], "trust": [2, 4, 1, 0]}))
    assert found["dominates"].to_numpy().astype(int).tolist() == [
        [0, 0, 1, 1],
        [0, 0, 0, 1],
        [0, 0, 0, 1],
        [0, 0, 0, 0],
    ]
    assert found["front"].to_numpy().tolist() == [True, True, False, False]
    assert int(found["better"].sel(option="o0", other="o1")) == int(found["worse"].sel(option="o0", other="o1")) == 1


def test_equals_do_not_dominate_each_other():
    found = judge(make_pairs({"deaths": [5, 5], "trust": [2, 2]}))
    assert not found["dominates"].any()
    assert found["front"].all()


def test_what_error_cannot_tell_apart_counts_as_equal():
    pairs = make_pairs({"deaths": [5, 3], "trust": [2, 4]})
    assert judge(pairs)["front"].all()
    pairs["apart"].loc[{"outcome": "trust"}] = False
    found = judge(pairs)
    assert found["front"].to_numpy().tolist() == [True, False]
    pairs["apart"].loc[{"outcome": "deaths"}] = False
    assert judge(pairs)["front"].all()


def test_only_the_outcomes_asked_for_count():
    pairs = make_pairs({"deaths": [5, 3], "trust": [2, 4]})
    assert judge(pairs, ["deaths"])["front"].to_numpy().tolist() == [True, False]


def test_an_option_that_did_not_run_neither_dominates_nor_stands_in_front():
    found = judge(make_pairs({"deaths": [5, np.nan, 3], "trust": [2, 9, 1]}))
    assert found["front"].to_numpy().tolist() == [True, False, False]
    assert not found["dominates"].sel(option="o1").any()
    assert not found["dominates"].sel(other="o1").any()


def test_the_means_are_those_of_the_pairs_of_a_weighing():
    values = make_values(seed=1)
    values[1] -= 30
    column = make_column(values=values)
    pairs = compare_pairs(column, column.weights, HORIZONS).expand_dims(outcome=["deaths"])
    found = judge(pairs)
    assert found["front"].sel(option="force")
    assert found["dominates"].sel(option="force").to_numpy().tolist() == [True, False, True]


def spread(table, times=64):
    rows = np.tile(np.asarray(table, dtype=np.float32), (1, times // len(table[0])))
    return np.broadcast_to(rows[:, None, :, None], (len(rows), 4, rows.shape[1], 2)).copy()


def weigh(tables, weights=None, case=None):
    """Tables of outcomes: the first less is better, the others more."""
    case = case or make_case()
    held = weights or make_weights(case)
    frontier = Frontier(held, HORIZONS)
    for place, values in enumerate(tables):
        frontier.add(make_column(case, values, held, make_outcome(f"x{place}", "more" if place else "less")))
    return frontier.weigh()


# four futures: now against force: better on both, worse on both, one each, equal and better
DEATHS = ((1, 5, 1, 3), (2, 4, 2, 3), (9, 9, 9, 9))
TRUST = ((8, 1, 1, 5), (7, 2, 2, 4), (0, 0, 0, 9))


def test_shares_of_futures_by_hand():
    found = weigh([spread(DEATHS), spread(TRUST)]).sel(view="mixture", horizon="near")
    # care, always most deadly, has most trust in the fourth future
    assert found["share"].to_numpy().tolist() == [[0, 0.5, 0.75], [0.25, 0, 0.75], [0, 0, 0]]
    # now stands behind force in the second future; force behind now in two; care behind both in three
    assert found["undominated"].to_numpy().tolist() == [0.75, 0.5, 0.25]


def test_a_view_weighs_futures_by_its_own_beliefs():
    beliefs = np.stack([np.ones(64), np.tile([4.0, 0.0, 0.0, 0.0], 16)])
    found = weigh([spread(DEATHS), spread(TRUST)], make_weights(view_weights=beliefs))
    grim = found.sel(view="grim", horizon="far")
    assert grim["share"].sel(option="now").to_numpy().tolist() == [0, 1, 1]
    assert grim["undominated"].to_numpy().tolist() == [1, 0, 0]


def test_errors_are_those_of_the_share():
    tables = [make_values(seed=seed) for seed in (1, 2)]
    found = weigh(tables).sel(view="mixture", horizon="near", option="force", other="now")
    force, now = ([table[place].mean(axis=0)[:, 0] for table in tables] for place in (1, 0))
    dominates = (force[0] < now[0]) & (force[1] > now[1])
    replicate = make_weights().replicate
    without = np.array([dominates[replicate != one].mean() for one in range(16)])
    assert float(found["share"]) == pytest.approx(dominates.mean())
    assert float(found["error"]) == pytest.approx(np.sqrt(np.square(without - without.mean()).sum() * 15 / 16))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_two_never_dominate_each_other_and_nobody_is_dominated_more_than_always(seed):
    found = weigh([make_values(seed=seed), make_values(seed=seed + 1)])
    share = found["share"].transpose("view", "horizon", "option", "other").to_numpy()
    assert (share + share.swapaxes(-2, -1) <= 1 + 1e-12).all()
    assert (np.einsum("vhoo->vho", share) == 0).all()
    most = found["share"].max("option").transpose("view", "other", "horizon").to_numpy()
    some = found["share"].sum("option").transpose("view", "other", "horizon").to_numpy()
    undominated = found["undominated"].transpose("view", "option", "horizon").to_numpy()
    assert (undominated <= 1 - most + 1e-12).all()
    assert (undominated >= 1 - some - 1e-12).all()


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([2.0**-9, 2.0**7]))
def test_units_and_the_order_of_outcomes_change_nothing(seed, unit):
    first, second = make_values(seed=seed), make_values(seed=seed + 1)
    plain = weigh([first, second])
    xr.testing.assert_identical(plain, weigh([first * np.float32(unit), second]))
    turned = weigh([-second, -first])  # the first of two is better where it is less
    xr.testing.assert_identical(plain, turned)


def test_one_more_outcome_only_frees():
    tables = [make_values(seed=seed) for seed in (4, 5, 6)]
    two, three = weigh(tables[:2]), weigh(tables)
    assert (three["share"] <= two["share"]).all()
    assert (three["undominated"] >= two["undominated"]).all()
    assert (three["share"] < two["share"]).any()


def test_a_dominated_option_more_changes_nothing_for_others():
    tables = [make_values(seed=seed) for seed in (4, 5)]
    plain = weigh(tables)
    case = make_case(("now", "force", "care", "worse"))
    more = weigh(
        [np.concatenate([table, table[:1] + add]) for table, add in zip(tables, (5, -5), strict=True)], case=case
    )
    names = ["now", "force", "care"]
    xr.testing.assert_allclose(plain, more.sel(option=names, other=names))
    assert (more["share"].sel(option="now", other="worse") == 1).all()
    assert (more["undominated"].sel(option="worse") == 0).all()


def test_futures_in_which_one_did_not_run_say_nothing_of_it():
    ok = make_weights().ok.copy()
    ok[1, :, 2::4] = False  # force did not run in the third of four futures
    found = weigh([spread(DEATHS), spread(TRUST)], make_weights(ok=ok)).sel(view="mixture", horizon="near")
    share = found["share"].to_numpy()
    assert share[0, 1] == pytest.approx(2 / 3)
    assert share[1, 0] == pytest.approx(1 / 3)
    assert share[0, 2] == pytest.approx(0.75)
    assert found["undominated"].to_numpy() == pytest.approx([0.75, 1 / 3, 0.25])


def test_an_outcome_that_is_not_known_leaves_its_option_unknown():
    for place in (0, 1):
        tables = [spread(DEATHS), spread(TRUST)]
        tables[place][1] = np.nan
        found = weigh(tables).sel(view="mixture", horizon="near")
        assert np.isnan(found["share"].sel(option="force")).all()
        assert np.isnan(found["share"].sel(other="force")).all()
        assert found["undominated"].to_numpy() == pytest.approx([1, np.nan, 0.25], nan_ok=True)


def test_blocks_of_futures_add_up_to_the_whole():
    weights = make_weights()
    tables = [make_values(seed=seed) for seed in (7, 8)]
    whole, joined = weigh(tables), Frontier(weights, HORIZONS)
    for first in range(0, 64, 24):
        span = slice(first, min(first + 24, 64))
        some = weights.cut(span)
        part = Frontier(some, HORIZONS, np.unique(weights.replicate))
        for place, values in enumerate(tables):
            outcome = make_outcome(f"x{place}", "more" if place else "less")
            cut = values[tuple(weights.pairs.T)][:, span]
            part.add(build_column(outcome, cut, np.zeros(cut.shape[1]), some))
        joined.merge(part)
    xr.testing.assert_allclose(whole, joined.weigh(), rtol=1e-12)
