import numpy as np
import pytest
from made_up import make_case, make_replicates

from crossroads.analysis.fifths import compare_fifths
from crossroads.case.distributions import Categorical, Point, Uniform

COUNT = 160
FIFTH = COUNT // 5
CASE = make_case()


def draw():
    rng = np.random.default_rng(2)
    size = (rng.permutation(COUNT) + 0.5) / COUNT
    return np.column_stack([size, rng.random(COUNT), np.arange(COUNT) % 2])


def compare(values, *targets, uncertainties=CASE.uncertainties):
    """One outcome, one horizon: the baseline option and one option for each target."""
    stacked = np.stack([np.zeros(COUNT), *targets], axis=1)[:, None, :, None]
    found = compare_fifths(values, uncertainties, stacked, make_replicates(COUNT))
    return {name: part[:, 0, 1:, 0] for name, part in found.items()}


def test_a_line_is_read_at_both_ends_by_hand():
    values = draw()
    found = compare(values, 10 * values[:, 0] - 4)
    assert found["low"][0, 0] == pytest.approx(10 * 0.1 - 4)
    assert found["high"][0, 0] == pytest.approx(10 * 0.9 - 4)
    assert found["swing"][0, 0] == pytest.approx(8)
    assert found["relative"][0, 0] == pytest.approx(1.0, abs=0.02)
    assert (found["low_name"][0, 0], found["high_name"][0, 0]) == ("", "")


def test_low_is_where_the_uncertainty_is_low_also_when_the_difference_falls():
    values = draw()
    found = compare(values, -10 * values[:, 0])
    assert found["low"][0, 0] == pytest.approx(-1)
    assert found["high"][0, 0] == pytest.approx(-9)
    assert found["swing"][0, 0] == pytest.approx(8)


def test_categories_are_read_by_their_least_and_greatest_mean_and_named():
    values = draw()
    found = compare(values, np.where(values[:, 2] == 0, 5.0, -3.0), np.where(values[:, 2] == 0, 1.0, 2.0))
    assert found["low"][2].tolist() == [-3.0, 1.0]
    assert found["high"][2].tolist() == [5.0, 2.0]
    assert found["low_name"][2].tolist() == ["steep", "flat"]
    assert found["high_name"][2].tolist() == ["flat", "steep"]
    assert found["turns"][2].tolist() == [True, False]


def test_a_category_that_no_future_drew_is_no_end():
    three = Categorical(kind="categorical", shares={"flat": 0.4, "never": 0.2, "steep": 0.4})
    shape = CASE.uncertainties[2].model_copy(update={"distribution": three})
    values = 2.0 * draw()[:, 2:]
    found = compare(values, values[:, 0], uncertainties=[shape])
    assert (found["low_name"][0, 0], found["high_name"][0, 0]) == ("flat", "steep")


def test_futures_where_the_option_did_not_run_are_left_out():
    values = draw()
    target = 10 * values[:, 0]
    target[::3] = np.nan
    found = compare(values, target, np.full(COUNT, np.nan))
    order = np.argsort(values[:, 0])
    assert found["low"][0, 0] == pytest.approx(np.nanmean(target[order[:FIFTH]]))
    assert found["high"][0, 0] == pytest.approx(np.nanmean(target[order[-FIFTH:]]))
    assert np.isfinite(found["relative"][0, 0])
    assert np.isnan(found["swing"][:, 1]).all()
    assert not found["turns"][:, 1].any()
    assert (found["low_name"][:, 1] == "").all()


def test_a_sign_turns_only_beyond_monte_carlo_error():
    values = draw()
    noise = np.random.default_rng(5).normal(0, 1, COUNT)
    found = compare(values, values[:, 0] - 0.5, values[:, 0] + 1, 0.01 * (values[:, 0] - 0.5) + noise - noise.mean())
    assert found["turns"][0].tolist() == [True, False, False]


def test_reordering_options_and_futures_changes_nothing():
    values = draw()
    first, second = 10 * values[:, 0] - 4, values[:, 1] ** 2
    one, other = compare(values, first, second), compare(values, second, first)
    for name, part in one.items():
        np.testing.assert_array_equal(part, other[name][:, ::-1])


def test_the_relative_swing_has_no_unit():
    values = draw()
    one, other = compare(values, values[:, 0], values[:, 1]), compare(values, *(1024 * values[:, :2].T))
    np.testing.assert_allclose(other["swing"], 1024 * one["swing"])
    np.testing.assert_allclose(other["relative"], one["relative"])


def test_options_that_never_differ_do_not_narrow_the_range():
    values = draw()
    one, other = compare(values, values[:, 0]), compare(values, values[:, 0], *[np.zeros(COUNT)] * 12)
    np.testing.assert_array_equal(one["relative"][:, 0], other["relative"][:, 0])
    still = compare(values, np.zeros(COUNT))
    assert (still["swing"] == 0).all()
    assert np.isnan(still["relative"]).all()


@pytest.mark.parametrize("value", [0.0, 3.0])
def test_a_point_has_no_ends(value):
    point = CASE.uncertainties[0].model_copy(update={"distribution": Point(kind="point", value=value)})
    assert isinstance(CASE.uncertainties[0].distribution, Uniform)
    values = np.full((COUNT, 1), value)
    found = compare(values, np.arange(COUNT) * 1.0, uncertainties=[point])
    assert found["swing"][0, 0] == 0
