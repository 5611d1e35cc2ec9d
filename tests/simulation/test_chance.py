from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from crossroads.simulation.chance import draw, make_key, philox, tag, to_uniform

WORD = st.integers(0, 2**32 - 1)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
        ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
        ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
    ],
)
def test_the_generator_gives_its_published_vectors(counter, key, words):
    def read(text):
        return [int(word, 16) for word in text.split()]

    assert list(philox(read(counter), read(key))) == read(words)


@given(WORD)
def test_a_draw_lies_between_0_and_1_and_never_on_them(word):
    assert 0.0 < to_uniform(word) < 1.0
    assert to_uniform(word) == pytest.approx(word / 2**32, abs=2.0**-31)


def test_every_part_of_the_counter_and_the_key_makes_another_draw():
    usual = {"key": make_key(1, "groups"), "future": 5, "week": 7, "unit": 3, "history": False, "place": 2}
    changes = [
        {"key": make_key(2, "groups")},
        {"key": make_key(1, "force")},
        {"future": 6},
        {"week": 8},
        {"unit": 4},
        {"history": True},
        {"place": 3},
        {"place": 6},
    ]
    draws = [draw(**usual | change) for change in ({}, *changes)]
    assert len(set(draws)) == len(draws)
    assert draw(**usual) == draws[0]


@settings(max_examples=25)
@given(st.integers(0, 50), st.booleans())
def test_no_two_fours_of_chances_share_a_counter(place, history):
    others = {tag(past, block * 4) for past in (True, False) for block in range(14)}
    assert len(others) == 28
    assert tag(history, place) == tag(history, place // 4 * 4)
    assert tag(history, place) != tag(not history, place)


@pytest.mark.parametrize("along", ["future", "week", "unit", "place"])
def test_draws_are_even_and_know_nothing_of_their_neighbours(along):
    fixed = {"future": 3, "week": 3, "unit": 3, "place": 1}
    draws = np.array([draw(make_key(1, "x"), history=False, **fixed | {along: each}) for each in range(4000)])
    assert stats.kstest(draws, "uniform").pvalue > 0.01
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 3.5 / np.sqrt(len(draws))


def test_seeds_and_mechanisms_are_independent():
    def row(seed, name):
        return np.array([draw(make_key(seed, name), future, 1, 0, False, 0) for future in range(4000)])

    table = np.array([row(1, "a"), row(2, "a"), row(1, "b")])
    others = np.corrcoef(table)[np.triu_indices(3, 1)]
    assert np.abs(others).max() < 3.5 / np.sqrt(4000)
