from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.simulation.arithmetic import absolute, exp, log, maximum, minimum, power, where

NUMBERS = st.floats(-1e6, 1e6)


def test_a_choice_takes_one_side_and_never_the_other():
    assert where(True, 1, math.nan) == 1
    assert where(False, math.nan, 2) == 2


@pytest.mark.parametrize("function", [minimum, maximum])
def test_what_is_not_a_number_is_never_hidden(function):
    assert math.isnan(function(math.nan, 0.0))
    assert math.isnan(function(0.0, math.nan))


def test_the_ends_of_exponential_and_logarithm():
    assert exp(1000.0) == math.inf
    assert exp(-1000.0) == 0
    assert log(0.0) == -math.inf
    assert math.isnan(log(-1.0))
    assert math.isnan(log(math.nan))
    assert power(0.0, 0.5) == 0


def test_a_result_can_be_divided_by_zero():
    with np.errstate(all="ignore"):
        assert where(True, 1, 0) / where(True, 0, 1) == math.inf
        assert math.isnan(minimum(0, 1) / 0)


@settings(max_examples=50)
@given(NUMBERS, NUMBERS)
def test_the_smaller_and_the_larger_are_the_two(a, b):
    assert {minimum(a, b), maximum(a, b)} == {a, b}
    assert minimum(a, b) <= maximum(a, b)
    assert absolute(a) == abs(a)


@settings(max_examples=50)
@given(st.floats(1e-3, 1e3), st.floats(-5, 5))
def test_a_power_is_that_of_python(a, b):
    assert power(a, b) == pytest.approx(a**b, rel=1e-12)
