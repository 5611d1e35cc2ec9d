"""Futures of uncertainties that move together, and what views weigh on them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from crossroads.case.distributions import Lognormal, Triangular, Uniform
from crossroads.case.files import load
from crossroads.case.records import Case, Correlation, View
from crossroads.errors import CrossroadsError
from crossroads.sampling import futures as futures_module
from crossroads.sampling.beliefs import effective_size, view_ratios, view_weights
from crossroads.sampling.futures import sample

WET = ("flood_rate", "homes_hit", "overrun")
TRIO = ((0.5, ("overrun", "flood_rate")), (0.3, ("homes_hit", "flood_rate")), (-0.2, ("overrun", "homes_hit")))


def correlate(case: Case, *pairs: tuple[float, tuple[str, ...]]) -> Case:
    found = [
        Correlation(id=f"c{i}", between=between, rank=rank, meaning="M.") for i, (rank, between) in enumerate(pairs)
    ]
    return case.model_copy(update={"correlations": tuple(found)})


TOWN = load("toy")
JOINED = correlate(TOWN, *TRIO)


def believe(*views: dict[str, object]) -> Case:
    """The toy case with these views; growth and the overrun are even between 0 and 1 unless a view says otherwise."""
    even = {"growth": Uniform(low=0, high=1), "overrun": Uniform(low=0, high=1)}
    records = [View(id=f"v{i}", name="V", meaning="M.", beliefs=even | beliefs) for i, beliefs in enumerate(views)]
    return TOWN.model_copy(update={"views": tuple(records)})


PAIR = ("growth", "overrun")
EVEN = believe({}, {"growth": Triangular(low=0, mode=0.9, high=1)}, {"overrun": Triangular(low=0, mode=0.1, high=1)})


def test_futures_have_the_declared_rank_correlations_under_every_view():
    futures = sample(JOINED, 8192)
    for view in (0, 1):
        found = spearmanr(np.column_stack([futures.column(name)[futures.view == view] for name in WET]))[0]
        assert np.allclose(found, [[1, 0.3, 0.5], [0.3, 1, -0.2], [0.5, -0.2, 1]], atol=0.03)


@settings(max_examples=8, deadline=None)
@given(st.floats(-0.9, 0.9))
def test_4096_futures_of_one_view_have_any_rank_within_three_hundredths(rank):
    case = correlate(TOWN.model_copy(update={"views": TOWN.views[:1]}), (rank, PAIR))
    futures = sample(case, 4096)
    assert spearmanr(futures.column("growth"), futures.column("overrun"))[0] == pytest.approx(rank, abs=0.03)


@pytest.mark.parametrize("view", [0, 1])
def test_each_view_keeps_its_own_margins(view):
    futures = sample(JOINED, 4096)
    for uncertainty in TOWN.uncertainties:
        if uncertainty.id in WET:
            shape = TOWN.views[view].beliefs.get(uncertainty.id, uncertainty.distribution)
            levels = np.sort(shape.cdf(futures.column(uncertainty.id)[futures.view == view]))
            assert np.abs(levels - (np.arange(2048) + 0.5) / 2048).max() < 0.015


def test_what_moves_with_nothing_keeps_its_values_bit_for_bit():
    alone, joined = sample(TOWN, 256), sample(JOINED, 256)
    same = [name for name in alone.names if alone.column(name).tobytes() == joined.column(name).tobytes()]
    assert same == ["flood_rate", "growth", "ground"]


def test_a_rank_of_nothing_gives_the_same_futures_and_weights():
    nothing = correlate(TOWN, (0.0, WET))
    alone, joined = sample(TOWN, 256), sample(nothing, 256)
    assert alone.values.tobytes() == joined.values.tobytes()
    assert np.array_equal(view_weights(TOWN, alone), view_weights(nothing, joined))


def test_the_order_in_which_correlations_are_declared_changes_nothing():
    turned = correlate(TOWN, *[(rank, between[::-1]) for rank, between in TRIO[::-1]])
    assert sample(turned, 64).values.tobytes() == sample(JOINED, 64).values.tobytes()


def test_a_smaller_design_is_still_the_beginning_of_a_larger_one():
    large = sample(JOINED, 1024)
    for count in (32, 64, 512):
        assert sample(JOINED, count).values.tobytes() == large.first(count).values.tobytes()


def test_ranks_that_cannot_hold_are_refused_in_words():
    with pytest.raises(CrossroadsError, match="c0 cannot all hold"):
        sample(correlate(TOWN, (-0.9, WET)), 32)


def test_other_ranks_are_drawn_anew_and_other_words_are_not(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    drawn, draw = [], futures_module._draw_all
    monkeypatch.setattr(futures_module, "_draw_all", lambda *args: drawn.append(args) or draw(*args))
    said = JOINED.correlations[0].model_copy(update={"meaning": "Otherwise said."})
    stronger = JOINED.correlations[0].model_copy(update={"rank": 0.6})
    first = sample(JOINED, 32).values
    for one in (said, stronger):
        sample(JOINED.model_copy(update={"correlations": (one, *JOINED.correlations[1:])}), 32)
    sample(TOWN, 32)
    assert len(drawn) == 3
    assert sample(JOINED, 32).values.tobytes() == first.tobytes()
    assert len(drawn) == 3


@pytest.mark.parametrize("rank", [-0.8, 0.6])
@pytest.mark.parametrize("view", [0, 1, 2])
def test_weights_on_the_mixture_give_each_views_own_mean_of_a_product(rank, view):
    case = correlate(EVEN, (rank, PAIR))
    futures, own = sample(case, 6144), sample(case.model_copy(update={"views": (case.views[view],)}), 4096)
    product, known = (each.column("growth") * each.column("overrun") for each in (futures, own))
    weights = view_weights(case, futures)
    assert np.average(product, weights=weights[view]) == pytest.approx(known.mean(), abs=0.004)
    if view == 0:
        assert known.mean() == pytest.approx(1 / 4 + rank / 12, abs=0.002)
    else:
        margins = np.average(product, weights=view_ratios(EVEN, futures)[view])
        assert abs(margins - known.mean()) > 0.01


@settings(max_examples=10, deadline=None)
@given(st.floats(-0.9, 0.9))
def test_no_weight_exceeds_the_number_of_views_and_ratios_average_to_one(rank):
    case = correlate(EVEN, (rank, PAIR))
    ratios = view_ratios(case, sample(case, 768))
    assert ratios.min() >= 0
    assert ratios.max() <= 3 + 1e-12
    assert np.allclose(ratios.mean(axis=0), 1)
    assert np.allclose(ratios.mean(axis=1), 1, atol=0.05)


def test_the_ratio_of_two_views_is_that_of_their_joint_densities():
    case = correlate(EVEN, (0.6, PAIR))
    futures = sample(case, 96)
    (copula,) = (joint.copula for joint in futures_module.find_joints(case))
    values = [futures.column(name) for name in PAIR]
    joint = []
    for view in case.views:
        shapes = [view.beliefs[name] for name in PAIR]
        levels = np.column_stack([shape.cdf(x) for shape, x in zip(shapes, values, strict=True)])
        joint.append(np.prod([s.density(x) for s, x in zip(shapes, values, strict=True)], axis=0)
                     * np.exp(copula.log_density(levels)))  # fmt: skip
    assert np.allclose(view_ratios(case, futures), joint / np.mean(joint, axis=0))


def test_what_a_view_holds_impossible_weighs_nothing_whatever_moves_with_it():
    case = correlate(believe({}, {"growth": Uniform(low=0.5, high=1)}), (0.9, PAIR))
    futures = sample(case, 256)
    weights, outside = view_weights(case, futures), futures.column("growth") < 0.5
    assert outside.any()
    assert (weights[1][outside] == 0).all()
    assert np.isfinite(weights).all()


def test_views_far_apart_in_what_moves_together_keep_their_own_futures():
    near, far = ({name: Lognormal(low=c / 2, central=c, high=2 * c) for name in PAIR} for c in (1e-9, 1e9))
    case = correlate(believe(near, far), (0.7, PAIR))
    ratios = view_ratios(case, sample(case, 64))
    assert set(np.unique(ratios)) == {0.0, 2.0}


def test_views_that_agree_on_all_that_moves_together_are_not_weighed_by_it():
    apart = {"flood_rate": Uniform(low=0.1, high=0.4)}
    case = believe({}, apart)
    joined = correlate(case, (0.7, PAIR))
    futures = sample(joined, 256)
    assert np.array_equal(view_weights(joined, futures), view_weights(case, futures))
    assert effective_size(view_weights(joined, futures)[0]) < 256
