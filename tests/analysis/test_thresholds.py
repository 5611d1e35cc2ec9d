import numpy as np
import pytest
from made_up import make_case, make_column, make_condition, make_outcome, make_stakeholder

from crossroads.analysis.thresholds import BASELINE, apply_thresholds, find_thresholds, keep_conditions
from crossroads.errors import WeighingError

HORIZONS = ["near", "far"]


def levels(now=100.0, force=90.0, care=110.0):
    values = np.zeros((3, 4, 64, 2), dtype=np.float32)
    values[:] = np.array([now, force, care])[:, None, None, None]
    return values


def apply(conditions=(), values=None, direction="less", **more):
    column = make_column(values=levels() if values is None else values, outcome=make_outcome("deaths", direction))
    people = [make_stakeholder(f"town{number}", accepts=(one,)) for number, one in enumerate(conditions)]
    thresholds = find_thresholds(people, column.outcome, HORIZONS)
    return apply_thresholds(column, HORIZONS, thresholds)[0]


def test_conditions_are_gathered_by_outcome_and_horizon():
    town = make_stakeholder(
        "town",
        accepts=(
            make_condition("trust", at_least=1.0),
            make_condition(at_most=0.0),
            make_condition(horizon="far", at_most=9.0),
        ),
    )
    river = make_stakeholder("river", accepts=(make_condition(at_most=5.0),))
    found = find_thresholds([town, river], make_outcome("deaths"), HORIZONS)
    assert found["near"].label == "town.2, river.1"
    assert found["far"].label == "town.3"
    assert found["far"].conditions[0].at_most == 9.0
    assert find_thresholds([town], make_outcome("score"), HORIZONS)["near"].label == BASELINE


def test_without_conditions_an_option_is_to_be_no_worse_than_the_baseline():
    kept = apply()
    np.testing.assert_array_equal(kept, [[np.nan, np.nan], [1, 1], [0, 0]])
    np.testing.assert_array_equal(apply(direction="more"), [[np.nan, np.nan], [0, 0], [1, 1]])
    equal = levels(100.0, np.nextafter(np.float32(100), np.float32(200)), 100.0)
    np.testing.assert_array_equal(apply(values=equal)[1:], 1)


@pytest.mark.parametrize(
    ("against", "limit", "expected"),
    [("status_quo", 0.0, [1, 1, 0]), ("start", 9.9, [1, 1, 0]), ("zero", 95.0, [0, 1, 0])],
)
def test_what_a_condition_measures_from(against, limit, expected):
    near, far = apply([make_condition(against=against, at_most=limit)]).T
    assert near.tolist() == expected
    np.testing.assert_array_equal(far, [np.nan, 1, 0])  # nobody asks anything there


def test_the_strictest_of_all_conditions_decides():
    asked = [make_condition(against="zero", at_most=95.0), make_condition(against="zero", at_least=95.0)]
    assert apply(asked[:1])[:, 0].tolist() == [0, 1, 0]
    assert apply(asked)[:, 0].tolist() == [0, 0, 0]


def test_percentages_by_hand():
    values = levels(200, 181, 179)
    assert apply([make_condition(at_most=-10.0, percent=True)], values)[:, 0].tolist() == [0, 0, 1]
    nothing = levels(0, 0, 3)  # a percentage of nothing is no change, or without bound
    assert apply([make_condition(at_most=1000.0, percent=True)], nothing)[:, 0].tolist() == [1, 1, 0]
    assert apply([make_condition(at_least=1000.0, percent=True)], nothing)[:, 0].tolist() == [0, 0, 1]
    with pytest.raises(WeighingError, match="percentage of zero"):
        apply([make_condition(against="zero", percent=True, at_most=1.0)])


def test_where_nothing_ran_nothing_is_known():
    values = levels()
    values[1, :, 0] = np.nan
    column = make_column(make_case(), values)
    people = [make_stakeholder(accepts=(make_condition(at_most=0.0),))]
    for thresholds in (find_thresholds(asked, column.outcome, HORIZONS) for asked in (people, [])):
        kept = apply_thresholds(column, HORIZONS, thresholds)
        assert np.isnan(kept[0, 1]).all()
        assert np.isfinite(kept[0, 2]).all()
        assert np.isfinite(kept[1:, 1]).all()


def test_all_conditions_of_one_stakeholder_on_an_outcome_are_kept_or_not():
    town = make_stakeholder("town", accepts=(make_condition(at_most=0.0), make_condition(horizon="far", at_least=-5.0)))
    calm = make_stakeholder("calm", accepts=(make_condition(at_most=50.0), make_condition("trust", at_least=0.0)))
    column = make_column(make_case(stakeholders=(town, calm)), levels())
    found = keep_conditions(column, make_case(stakeholders=(town, calm)))
    assert found["town"][0].tolist() == [True, False, False]  # fewer by ten is too few after two years
    assert found["calm"][0].tolist() == [True, True, True]
    assert set(found) == {"town", "calm"}
