from __future__ import annotations

from types import FunctionType

import everything
import numpy as np
from numba import njit

from crossroads.simulation import arithmetic
from crossroads.simulation.arithmetic import exp
from crossroads.simulation.binding import Binder, describe, names_used
from crossroads.simulation.contract import Quantity, returns
from crossroads.simulation.lanes import load, store

FACTOR = 2.0
Result = returns("Result", (Quantity("a", "1", "a"),))


def helper(x):
    return x * FACTOR


def function(x):
    return Result(a=exp(helper(x)))


def remake(original, **names):
    """The same function among other globals."""
    return FunctionType(original.__code__, {**original.__globals__, **names}, original.__name__)


def test_a_function_is_told_from_one_with_another_constant_helper_or_result():
    usual = describe(function)
    assert describe(remake(function)) == usual
    assert describe(remake(function, helper=remake(helper, FACTOR=3.0))) != usual
    assert describe(remake(function, helper=lambda x: x)) != usual
    assert describe(remake(function, Result=returns("Result", (Quantity("b", "1", "b"),)))) != usual


def test_a_constant_in_the_code_tells_functions_apart():
    assert describe(lambda x: x + 1.0) != describe(lambda x: x + 2.0)
    assert describe(lambda x: x + 1.0) == describe(lambda x: x + 1.0)


def test_names_are_found_in_what_is_defined_inside():
    def outer(x):
        def inner(y):
            return helper(y)

        return inner(x)

    assert "helper" in names_used(outer)


def test_a_function_is_bound_once():
    binder = Binder("float64", 8)
    assert binder.bind(function) is binder.bind(function)
    assert function.__globals__["Result"] is Result


def make_function(factor):
    def inner(x):
        return factor(arithmetic_by_module(x)) + everything.saturate(x, 1.0)

    return inner


def arithmetic_by_module(x):
    return arithmetic.maximum(x, 0.5)


def test_helpers_reached_through_modules_and_closures_come_along():
    plain = make_function(helper)
    bound = Binder("float64", 8).bind(plain)

    @njit
    def run(a, out):
        store(out, 0, bound(load(a, 0, 8)))

    a, out = np.linspace(0, 2, 8), np.zeros(8)
    run(a, out)
    assert np.allclose(out, [plain(x) for x in a])
    assert describe(plain) != describe(make_function(lambda x: x))
