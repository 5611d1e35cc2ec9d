from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from crossroads.simulation import arithmetic
from crossroads.simulation.arithmetic import absolute, exp, log, maximum, minimum, power, where
from crossroads.simulation.lane_functions import register_functions
from crossroads.simulation.lanes import load, make_lift, store

register_functions()
WIDTH = 16
KINDS = ("float32", "float64")
ODD = (np.nan, np.inf, -np.inf, 0.0, -0.0, 800.0, -800.0, 1.0)


@njit(error_model="numpy")
def work(a, b, out):
    x, y = load(a, 0, WIDTH), load(b, 0, WIDTH)
    store(out, 0, exp(x))
    store(out, WIDTH, log(y))
    store(out, 2 * WIDTH, power(y, x))
    store(out, 3 * WIDTH, maximum(x, y))
    store(out, 4 * WIDTH, minimum(x, 0))
    store(out, 5 * WIDTH, maximum(1.5, x))
    store(out, 6 * WIDTH, where(((x > y) & ~(y >= 1)) | (x == y), x, 0.0))
    store(out, 7 * WIDTH, absolute(-x) / y)
    store(out, 8 * WIDTH, 2 - x * y + 1 / y)
    store(out, 9 * WIDTH, where(x * 0 != 0, 1, 2) + x * 0)


def work_plainly(x, y):
    with np.errstate(all="ignore"):
        return [
            exp(x),
            log(y),
            power(y, x),
            maximum(x, y),
            minimum(x, 0),
            maximum(1.5, x),
            where(((x > y) & ~(y >= 1)) | (x == y), x, 0.0),
            absolute(-x) / y,
            2 - x * y + 1 / y,
            where(x * 0 != 0, 1, 2) + x * 0,
        ]


def run_both(kind, x, y):
    out = np.zeros(10 * WIDTH, kind)
    x, y = x.astype(kind), y.astype(kind)
    work(x, y, out)
    with np.errstate(all="ignore"):
        plain = np.array(
            [work_plainly(*pair) for pair in zip(x.astype(float), y.astype(float), strict=True)]
        ).T
    return out.reshape(10, WIDTH).astype(float), plain


@pytest.mark.parametrize(("kind", "error"), [("float32", 2e-5), ("float64", 1e-13)])
@pytest.mark.parametrize("seed", range(5))
def test_lanes_give_what_plain_floats_give(kind, error, seed):
    random = np.random.default_rng(seed)
    lanes, plain = run_both(kind, random.normal(0, 3, WIDTH), np.exp(random.normal(0, 3, WIDTH)))
    assert np.allclose(lanes, plain, rtol=error, atol=error)


@pytest.mark.parametrize("kind", KINDS)
def test_odd_numbers_come_out_as_with_plain_floats(kind):
    x = np.repeat(ODD, 2)
    y = np.tile([2.0, np.nan], 8)
    for other in (y, np.roll(x, 3), np.full(WIDTH, 0.5)):
        lanes, plain = run_both(kind, x, other)
        with np.errstate(over="ignore"):
            expected = plain.astype(kind).astype(float)
        assert np.array_equal(np.isnan(lanes), np.isnan(expected))
        assert np.array_equal(lanes[np.isinf(expected)], expected[np.isinf(expected)])


@pytest.mark.parametrize(("kind", "error"), [("float32", 3e-7), ("float64", 5e-16)])
def test_exponential_and_logarithm_are_good_to_the_last_bits(kind, error):
    random = np.random.default_rng(7)
    for _ in range(40):
        x, y = (
            random.uniform(-80, 80, WIDTH).astype(kind),
            np.exp(random.uniform(-80, 80, WIDTH)).astype(kind),
        )
        lanes, _ = run_both(kind, x, y)
        assert np.allclose(lanes[0], np.exp(x.astype(float)), rtol=error, atol=0)
        assert np.allclose(lanes[1], np.log(y.astype(float)), rtol=error, atol=0)


@pytest.mark.parametrize("kind", KINDS)
def test_no_lane_touches_another(kind):
    random = np.random.default_rng(2)
    x, y = random.normal(0, 1, WIDTH), np.exp(random.normal(0, 1, WIDTH))
    clean, _ = run_both(kind, x, y)
    x[5], y[11] = np.nan, 0.0
    dirty, _ = run_both(kind, x, y)
    others = [lane for lane in range(WIDTH) if lane not in (5, 11)]
    assert np.array_equal(clean[:, others], dirty[:, others])
    assert np.isnan(dirty[:, 5]).any()


def test_a_plain_number_may_stand_where_another_branch_has_lanes():
    lift = make_lift("float64", WIDTH)

    @njit
    def branch(a, out, choice):
        x = load(a, 0, WIDTH)
        y = 0.5
        if choice == 1:
            y = x + 1
        store(out, 0, lift(y))

    a, out = np.arange(WIDTH, dtype=float), np.zeros(WIDTH)
    branch(a, out, 0)
    assert np.array_equal(out, np.full(WIDTH, 0.5))
    branch(a, out, 1)
    assert np.array_equal(out, a + 1)


def test_every_function_of_arithmetic_works_on_lanes():
    assert {name for name, value in vars(arithmetic).items() if callable(value)} == {
        "absolute",
        "exp",
        "log",
        "maximum",
        "minimum",
        "power",
        "where",
    }
