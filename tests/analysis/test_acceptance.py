from dataclasses import replace

import numpy as np
import pytest
from made_up import (
    make_case,
    make_column,
    make_condition,
    make_outcome,
    make_stakeholder,
    make_values,
    make_weights,
)

from crossroads.analysis.acceptance import AS_WRITTEN, Tally, apply_conditions, measure
from crossroads.case.records import Mix
from crossroads.errors import WeighingError

HORIZONS = ["near", "far"]


def weigh(columns, stakeholders, weights=None):
    held = weights or make_weights()
    tally = Tally(stakeholders, held, HORIZONS)
    for column in columns:
        tally.add(apply_conditions(column, stakeholders, held))
    return tally


def levels(now=100.0, force=90.0, care=110.0):
    values = np.zeros((3, 4, 64, 2), dtype=np.float32)
    values[:] = np.array([now, force, care])[:, None, None, None]
    return values


def shares(tally, horizon=AS_WRITTEN, stance="all"):
    found = tally.weigh_shares()
    return (
        found["share"]
        .isel(stakeholder=0)
        .sel(view="mixture", stance=stance, horizon=horizon)
        .to_numpy()
        .tolist()
    )


@pytest.mark.parametrize(
    ("against", "expected"), [("status_quo", [1, 1, 0]), ("start", [1, 1, 0]), ("zero", [0, 1, 0])]
)
def test_what_a_condition_measures_from(against, expected):
    limit = 95 if against == "zero" else 0
    town = make_stakeholder(accepts=(make_condition(against=against, at_most=limit),))
    assert shares(weigh([make_column(values=levels())], [town])) == expected


def test_percentages_by_hand():
    town = make_stakeholder(accepts=(make_condition(at_most=-10.0, percent=True),))
    assert shares(weigh([make_column(values=levels(200, 181, 179))], [town])) == [0, 0, 1]


def test_a_percentage_of_nothing_is_no_change_or_without_bound():
    column = make_column(values=levels(0, 0, 3))
    measured = measure(column, make_condition(percent=True, at_most=1.0))
    assert measured[[0, 4, 8], 0, 0].tolist() == [0, 0, np.inf]


def test_a_percentage_of_zero_is_refused():
    with pytest.raises(WeighingError, match="percentage of zero"):
        measure(make_column(), make_condition(against="zero", percent=True, at_most=1.0))


def test_both_bounds_must_hold():
    town = make_stakeholder(accepts=(make_condition(against="zero", at_least=95.0, at_most=105.0),))
    assert shares(weigh([make_column(values=levels())], [town])) == [1, 0, 0]


def test_all_conditions_must_hold_in_the_same_run():
    one, two = levels(), levels()
    one[1, :, :32], two[1, :, 16:] = 200, 200
    town = make_stakeholder(
        accepts=(
            make_condition("deaths", "start", at_most=0.0),
            make_condition("rents", "start", at_most=0.0),
        )
    )
    columns = [
        make_column(values=one, outcome=make_outcome("deaths")),
        make_column(values=two, outcome=make_outcome("rents")),
    ]
    tally = weigh(columns, [town])
    assert shares(tally) == [1, 0, 0]
    apart = tally.weigh_conditions()["share"].sel(view="mixture", option="force", horizon="near")
    assert apart.to_numpy().tolist() == [0.5, 0.25]
    assert (
        str(tally.find_hardest().sel(view="mixture", option="force", stakeholder="town").item()) == "town.2"
    )
    assert str(tally.find_hardest().sel(view="mixture", option="now", stakeholder="town").item()) == ""


def test_reactions_count_by_their_shares_and_stances_apart():
    values = levels()
    values[1, 2:] = 500
    values[1, 1] = 500
    town = make_stakeholder(accepts=(make_condition(at_most=0.0),))
    tally = weigh([make_column(values=values)], [town])
    assert shares(tally)[1] == 0.25
    assert shares(tally, stance="agree")[1] == 0.5
    assert shares(tally, stance="protest")[1] == 0.0


def test_each_condition_stands_at_its_own_horizon_or_is_swept_over_all():
    values = levels()
    values[1, :, :, 1] = 500
    town = make_stakeholder(accepts=(make_condition(horizon="near", at_most=0.0),))
    tally = weigh([make_column(values=values)], [town])
    assert shares(tally)[1] == 1
    assert shares(tally, "near")[1] == 1
    assert shares(tally, "far")[1] == 0
    assert tally.weigh_conditions()["own_horizon"].to_numpy().tolist() == ["near"]


def test_a_share_carries_its_error():
    town = make_stakeholder(accepts=(make_condition(against="zero", at_most=100.0),))
    column = make_column(values=make_values())
    found = (
        weigh([column], [town])
        .weigh_shares()
        .sel(view="mixture", option="force", horizon="near", stance="all")
    )
    held = (column.values[column.weights.span(1), :, 0] <= 100).mean(axis=0)
    by_replicate = np.array([held[(np.arange(64) // 2) % 16 == one].mean() for one in range(16)])
    assert float(found["share"].item()) == pytest.approx(held.mean())
    assert float(found["error"].item()) == pytest.approx(by_replicate.std(ddof=1) / 4)


def test_a_dominated_option_changes_nobody_elses_acceptance():
    values = make_values()
    town = make_stakeholder(
        accepts=(make_condition(at_most=0.0), make_condition(against="start", at_most=5.0))
    )
    plain = weigh([make_column(values=values)], [town]).weigh_shares()
    case = make_case(("now", "force", "care", "worst"))
    more = np.concatenate([values, values[1:2] + 50])
    weights = make_weights(case)
    wider = weigh([make_column(case, more, weights)], [town], weights).weigh_shares()
    np.testing.assert_array_equal(plain["share"], wider["share"].sel(option=["now", "force", "care"]))
    share = wider["share"].fillna(0.0)
    assert (share.sel(option="worst") <= share.sel(option="force")).all()


def test_a_future_in_which_the_baseline_failed_is_known_to_nobody():
    ok = make_weights().ok.copy()
    ok[0, :, :16] = False
    weights = make_weights(ok=ok)
    values = levels()
    values[1, :, :16] = 500
    town = make_stakeholder(accepts=(make_condition(at_most=0.0),))
    assert shares(weigh([make_column(values=values, weights=weights)], [town], weights))[1] == 1


def test_stakeholders_without_conditions_are_left_out():
    tally = weigh([make_column()], [make_stakeholder()])
    assert tally.weigh_shares().sizes["stakeholder"] == 0
    assert tally.weigh_conditions().sizes["condition"] == 0
    assert tally.find_hardest().sizes["stakeholder"] == 0


def test_what_holds_always_is_not_said_to_fail_by_rounding():
    agree, hold = 1 / 60, 28 / 60
    shares = {"state": {"agree": agree, "protest": 1 - agree}, "gang": {"hold": hold, "hit": 1 - hold}}
    mix = Mix(id="even", meaning="The shares of these runs add up to a little less than 1.", shares=shares)
    case = make_case(mixes=(mix, *make_case().mixes[1:]))
    weights = make_weights(case)
    town = make_stakeholder(accepts=(make_condition(against="zero", at_most=1000.0),))
    tally = weigh([make_column(case, levels(), weights)], [town], weights)
    assert float(tally.weigh_conditions()["share"].min()) < 1
    assert (tally.find_hardest() == "").all()


def test_tallies_of_some_futures_make_the_tally_of_all():
    stakeholders = make_case().stakeholders
    pair = [make_column(outcome=make_outcome(name, "more"), values=make_values(seed=seed)) for name, seed in
            (("deaths", 1), ("trust", 2))]  # fmt: skip
    whole, weights = weigh(pair, stakeholders), make_weights()
    merged = Tally(stakeholders, weights, HORIZONS)
    for span in (slice(0, 20), slice(20, 56), slice(56, 64)):
        part = Tally(stakeholders, weights.cut(span), HORIZONS, np.unique(weights.replicate))
        for column in pair:
            some = replace(column, values=column.values[:, span], start=column.start[span], weights=weights.cut(span))
            part.add(apply_conditions(some, stakeholders, weights.cut(span)))
        merged.merge(part)
    for one, other in zip(
        (whole.weigh_shares(), whole.weigh_conditions()),
        (merged.weigh_shares(), merged.weigh_conditions()),
        strict=True,
    ):
        for name in one:
            np.testing.assert_allclose(one[name], other[name], rtol=1e-12, atol=1e-14)
    assert (whole.find_hardest() == merged.find_hardest()).all()
