import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import make_outcome

from crossroads.analysis.scales import measure_clipped, tell_scale, value_change
from crossroads.case.records import Scale

FEWER = Scale(worst=500, best=-500)
BENT = Scale(worst=500, best=-500, through=((100, 0.2), (0, 0.6)))
UP = Scale(worst=-2, best=8, through=((0, 0.5),))
NUMBERS = st.floats(-1e6, 1e6).map(lambda number: round(number, 3))


def test_a_straight_scale_is_worth_nothing_at_its_worst_and_everything_at_its_best():
    changes = [900, 500, 250, 0, -500, -501, np.nan]
    np.testing.assert_allclose(value_change(changes, FEWER), [0, 0, 0.25, 0.5, 1, 1, np.nan])


def test_a_scale_may_bend_at_the_points_it_is_given():
    np.testing.assert_allclose(value_change([300, 100, 50, 0, -250], BENT), [0.1, 0.2, 0.4, 0.6, 0.8])
    np.testing.assert_allclose(value_change([[-1, 0], [4, 9]], UP), [[0.25, 0.5], [0.75, 1.0]])


def test_what_lies_past_the_ends_is_counted_apart_for_worse_and_better():
    change = np.array([[600.0, -600], [500, -501], [np.nan, -500], [0, 0]])
    clipped = measure_clipped(change, FEWER)
    np.testing.assert_allclose(clipped.worse, [1 / 3, 0])
    np.testing.assert_allclose(clipped.better, [0, 0.5])
    np.testing.assert_allclose(measure_clipped(change, FEWER, [3, 1, 5, 0]).share, [0.75, 4 / 9])
    np.testing.assert_allclose(measure_clipped(np.array([-3.0, 9, 8]), UP).share, 2 / 3)
    assert np.isnan(measure_clipped(np.full(3, np.nan), UP).share)


@settings(max_examples=40, deadline=None)
@given(NUMBERS, st.floats(0.01, 1e4), st.floats(-1e4, 1e4))
def test_another_unit_changes_no_worth_when_its_scale_changes_too(change, factor, shift):
    other = Scale(
        worst=BENT.worst * factor + shift,
        best=BENT.best * factor + shift,
        through=tuple((place * factor + shift, worth) for place, worth in BENT.through),
    )
    found = value_change(change * factor + shift, other)
    assert found == pytest.approx(float(value_change(change, BENT)), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(NUMBERS, NUMBERS)
def test_more_of_what_is_better_is_never_worth_less(first, second):
    low, high = sorted((first, second))
    assert value_change(low, BENT) >= value_change(high, BENT)
    assert value_change(low, UP) <= value_change(high, UP)


def test_a_scale_is_told_in_plain_words():
    deaths = make_outcome("deaths", digits=0)
    assert tell_scale(FEWER, deaths) == (
        "worth nothing at +500 people, everything at -500, and in a straight line between"
    )
    assert tell_scale(BENT, deaths).endswith("and in straight lines through 20% at +100, 60% at 0")
    small = Scale(worst=0.125, best=-20000)
    assert tell_scale(small, deaths).startswith("worth nothing at +0.125 people, everything at -20,000,")
