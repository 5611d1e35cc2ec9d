from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from numba import njit

from crossroads.simulation.chance import draw, make_key, tag
from crossroads.simulation.lane_chance import make_draw
from crossroads.simulation.lanes import store

KEY = make_key(3, "groups")
FUTURES = np.array([0, 1, 2, 77, 1_000_003, 2**30, 2**31 - 1, 12], dtype=np.int32)
WEEK, UNIT = 519, 150


@cache
def make_fill(kind, width):
    luck = make_draw(kind, width)

    @njit
    def fill(futures, week, number, low, high, out):
        words = luck(futures, week, UNIT, number, low, high)
        for k in range(4):
            store(out, k * width, words[k])

    return fill


def draw_four(kind, futures, week=WEEK, history=False, key=KEY):
    width = len(futures)
    out = np.zeros(4 * width, kind)
    make_fill(kind, width)(futures, week, tag(history, 0), *key, out)
    return out.reshape(4, width)


def plain(futures, history=False):
    return [[draw(KEY, int(future), WEEK, UNIT, history, place) for future in futures] for place in range(4)]


@pytest.mark.parametrize("history", [False, True])
def test_lanes_draw_what_plain_python_draws(history):
    assert np.array_equal(draw_four("float64", FUTURES, history=history), plain(FUTURES, history))


def test_short_numbers_are_the_nearest_ones():
    assert np.array_equal(draw_four("float32", FUTURES), np.array(plain(FUTURES), dtype=np.float32))


def test_no_draw_is_one_in_short_numbers():
    parts = np.arange(2048, dtype=np.int32).reshape(-1, 8)
    found = np.concatenate([draw_four("float32", part, week=1) for part in parts], axis=1)
    assert found.min() > 0.0
    assert found.max() < 1.0
    assert found.mean() == pytest.approx(0.5, abs=0.02)


def test_the_company_of_a_future_changes_nothing():
    alone = draw_four("float32", np.repeat(FUTURES[3:4], 8))
    assert np.array_equal(alone[:, 0], draw_four("float32", FUTURES)[:, 3])
