"""The arithmetic a model may use beside `+ - * /`, comparisons and `& | ~`.

Here on single floats; `lane_functions.py` gives the same for many runs at once, with the same answers: a
division by zero is infinite or not a number, and what is not a number stays so through every function.
"""

from __future__ import annotations

import math

import numpy as np


def where(test: bool, yes: float, no: float) -> float:
    """`yes` where the test holds, else `no`; both are always worked out."""
    return np.float64(yes if test else no)


def minimum(a: float, b: float) -> float:
    """The smaller of two; not a number if either is not."""
    return np.float64(b if math.isnan(b) or b < a else a)


def maximum(a: float, b: float) -> float:
    """The larger of two; not a number if either is not."""
    return np.float64(b if math.isnan(b) or b > a else a)


def exp(x: float) -> float:
    """The exponential; infinite where it overflows."""
    try:
        return np.float64(math.exp(x))
    except OverflowError:
        return np.float64(math.inf)


def log(x: float) -> float:
    """The natural logarithm; minus infinity at 0, not a number below."""
    if x == 0:
        return np.float64(-math.inf)
    return np.float64(math.log(x) if x > 0 else math.nan)


def power(a: float, b: float) -> float:
    """`a` to the power `b`, for `a` above 0 (and at 0 for `b` above 0)."""
    return exp(np.float64(b) * log(a))


def absolute(x: float) -> float:
    """The distance from 0."""
    return np.float64(-x if x < 0 else x)
