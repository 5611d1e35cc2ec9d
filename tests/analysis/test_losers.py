import numpy as np
import pytest
import xarray as xr
from made_up import FakeRuns, make_case, make_column, make_outcome, make_stakeholder, make_values, make_weights

from crossroads.analysis.columns import build_column
from crossroads.analysis.gains import EVEN
from crossroads.analysis.losers import Losses, list_losers, list_never
from crossroads.analysis.verdict import analyse

HORIZONS = ["near", "far"]
WHO = ["town", "river"]


def make_gains(weight=((1.0, 0.0), (0.5, 0.5)), own=("near", "far"), low=0.0, high=10.0, outcomes=("deaths", "trust")):
    """Weights (stakeholder, outcome) and ranges alone: what future by future scores are made of."""
    ends = np.full((len(outcomes), 2), 1.0)
    return xr.Dataset(
        {
            "weight": (("stakeholder", "outcome"), np.asarray(weight, dtype=float)),
            "range_low": (("outcome", "horizon"), ends * low),
            "range_high": (("outcome", "horizon"), ends * high),
        },
        coords={
            "stakeholder": WHO,
            "outcome": list(outcomes),
            "horizon": HORIZONS,
            "own_horizon": ("stakeholder", list(own)),
        },
    )


def make_scores(scores, readings=None, views=("mixture",), own=("near", "far")):
    """Scores (views, options, stakeholders) at both horizons; at a horizon that is not its own nobody loses."""
    data = np.asarray(scores, dtype=float)[:, :, None, :, None] * np.array([[1.0, 0.0], [0.0, 1.0]])
    reading = np.sign(np.nan_to_num(data)) if readings is None else np.asarray(readings)
    dims = ("view", "option", "stance", "stakeholder", "horizon")
    return xr.Dataset(
        {"score": (dims, data), "error": (dims, np.full(data.shape, 0.001)), "reading": (dims, reading)},
        coords={
            "view": list(views),
            "option": ["now", "force"],
            "stance": ["all"],
            "stakeholder": WHO,
            "horizon": HORIZONS,
            "own_horizon": ("stakeholder", list(own)),
        },
    ).expand_dims(basis=["every outcome"])


def spread(*tables, times=64):
    rows = np.tile(np.asarray(tables, dtype=np.float32), (1, times // len(tables[0])))
    return np.broadcast_to(rows[:, None, :, None], (len(rows), 4, rows.shape[1], 2)).copy()


def weigh(gains, values, weights=None, directions=("less", "more")):
    held = weights or make_weights()
    losses = Losses(gains, held, HORIZONS)
    for outcome, data, direction in zip(gains["outcome"].to_numpy(), values, directions, strict=True):
        losses.add(make_column(values=data, weights=held, outcome=make_outcome(str(outcome), direction)))
    return losses.weigh()


def test_losers_are_named_with_those_who_lose_most_first():
    found = list_losers(make_scores([[[0.0, 0.0], [-0.1, -0.4]]]))
    assert [(one.option, one.stakeholder, one.horizon, one.score) for one in found] == [
        ("force", "river", "far", -0.4),
        ("force", "town", "near", -0.1),
    ]
    assert all(one.error == 0.001 for one in found)


def test_who_gains_is_even_or_did_not_run_is_no_loser():
    assert list_losers(make_scores([[[0.2, 0.0], [np.nan, 0.3]]])) == ()


def test_views_are_told_apart():
    found = list_losers(make_scores([[[0, 0], [0.1, -0.1]], [[0, 0], [-0.2, 0.1]]], views=("mixture", "grim")))
    assert [(one.view, one.stakeholder) for one in found] == [("mixture", "river"), ("grim", "town")]
    gains = make_scores([[[0, 0], [0.1, -0.1]], [[0, 0], [0.2, 0.1]]], views=("mixture", "grim"))
    assert list_never(gains, list_losers(gains)) == ("now",)
    assert list_never(gains, list_losers(gains), "grim") == ("now", "force")


def test_an_option_that_did_not_run_is_not_said_to_hurt_nobody():
    gains = make_scores([[[0.0, 0.1], [np.nan, np.nan]]])
    assert list_never(gains, list_losers(gains)) == ("now",)


def test_shares_of_futures_by_hand():
    # deaths rise by 1, 1, 0 and fall by 1 on a range of 10: the town, that weighs them alone, loses in two of four
    deaths = spread((5, 5, 5, 5), (6, 6, 5, 4), (5, 5, 5, 5))
    # the river has half its weight on trust, that rises by 2 in the first future alone: 0.1 - 0.05 there
    trust = spread((5, 5, 5, 5), (7, 5, 5, 5), (5, 5, 5, 5))
    found = weigh(make_gains(), [deaths, trust]).sel(view="mixture")
    assert found["share"].sel(option="force").to_numpy().tolist() == [0.5, 0.25]
    assert found["share"].sel(option="now").to_numpy().tolist() == [0, 0]
    assert found["share"].sel(option="care").to_numpy().tolist() == [0, 0]
    assert not found["mostly"].any()


def test_a_loss_that_counts_as_even_is_none():
    for rise, share in ((0.9 * EVEN, 0), (1.1 * EVEN, 1)):
        deaths = spread((5,), (5 + 10 * rise,), (5,))
        found = weigh(make_gains(((1.0,), (1.0,)), outcomes=("deaths",)), [deaths], directions=("less",))
        assert found["share"].sel(view="mixture", option="force").to_numpy().tolist() == [share] * 2


def test_most_futures_are_more_than_half_beyond_error():
    gains = make_gains(((1.0,), (1.0,)), outcomes=("deaths",))
    clear = weigh(gains, [spread((5,) * 4, (6, 6, 6, 5), (6, 6, 5, 5))], directions=("less",)).sel(view="mixture")
    assert clear["share"].sel(option="force").to_numpy().tolist() == [0.75, 0.75]
    assert clear["mostly"].sel(option="force").all()
    assert not clear["mostly"].sel(option="care").any()
    some = np.random.default_rng(1).random(64) < 0.55  # more than half, within error
    data = spread((5,), (5,), (5,))
    data[1, :, some] += 1
    unclear = weigh(gains, [data], directions=("less",)).sel(view="mixture", option="force")
    assert (unclear["share"] > 0.5).all()
    assert not unclear["mostly"].any()


def test_each_reads_at_the_horizon_of_its_own():
    deaths = spread((5,), (5,), (5,))
    deaths[1, ..., 1] += 1
    found = weigh(make_gains(((1.0,), (1.0,)), outcomes=("deaths",)), [deaths], directions=("less",))
    assert found["share"].sel(view="mixture", option="force").to_numpy().tolist() == [0, 1]
    assert found["own_horizon"].to_numpy().tolist() == ["near", "far"]


def test_an_outcome_that_is_not_known_leaves_those_who_weigh_it_unknown():
    deaths, trust = spread((5,), (6,), (5,)), spread((5,), (4,), (5,))
    trust[1] = np.nan
    found = weigh(make_gains(), [deaths, trust]).sel(view="mixture", option="force")
    assert float(found["share"].sel(stakeholder="town")) == 1
    assert np.isnan(found["share"].sel(stakeholder="river"))
    assert not found["mostly"].sel(stakeholder="river")


def test_an_outcome_without_a_range_moves_nobody():
    found = weigh(make_gains(high=0.0), [spread((5,), (6,), (5,)), spread((5,), (4,), (5,))])
    assert (found["share"] == 0).all()


def test_blocks_of_futures_add_up_to_the_whole():
    weights, gains = make_weights(), make_gains()
    tables = [make_values(seed=seed) for seed in (7, 8)]
    whole, joined = weigh(gains, tables, weights), Losses(gains, weights, HORIZONS)
    for first in range(0, 64, 24):
        span = slice(first, min(first + 24, 64))
        some = weights.cut(span)
        part = Losses(gains, some, HORIZONS, np.unique(weights.replicate))
        for name, values, direction in zip(("deaths", "trust"), tables, ("less", "more"), strict=True):
            cut = values[tuple(weights.pairs.T)][:, span]
            part.add(build_column(make_outcome(name, direction), cut, np.zeros(cut.shape[1]), some))
        joined.merge(part)
    xr.testing.assert_allclose(whole, joined.weigh(), rtol=1e-12)
    assert 0 < float(whole["share"].sel(option="force").mean()) < 1


def test_scores_by_future_are_those_of_the_gains_that_are_told():
    """Over all futures, the mean of what is added up here is the score that is told of the same stakeholder."""
    runs = FakeRuns(make_case(stakeholders=(make_stakeholder("town", weights={"lives": 2, "faith": 1, "beauty": 1}),)))
    analysis = analyse(runs)
    losses = Losses(analysis.gains, analysis.weights, HORIZONS)
    for outcome in analysis.case.outcomes:
        values = runs.dataset["values"].sel(outcome=outcome.id).to_numpy()[tuple(analysis.weights.pairs.T)]
        start = runs.dataset["start"].sel(outcome=outcome.id).to_numpy().astype(float)
        losses.add(build_column(outcome, values, start, analysis.weights))
    told = analysis.gains["score"].sel(view="mixture", stance="all", basis="every outcome", horizon="near")
    assert losses._scores[0].mean(axis=0) == pytest.approx(told.sel(stakeholder="town").to_numpy(), abs=1e-6)
