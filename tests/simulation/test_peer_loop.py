"""The loop that the peers of the benchmark are given, one run at a time, beside plain Python."""

from __future__ import annotations

from itertools import product

import everything
import numpy as np
import pytest
import tides

from benchmarks.luck import draw_luck
from benchmarks.vectored import PLAIN, Vectored
from crossroads.simulation import scalar
from crossroads.simulation.chance import draw, make_key
from crossroads.simulation.plan import Source

PAST, MARKS = 52, (1, 2, 11, 30, 60)
NUMBERS = (0, 1, 7)
"""Of the futures in the design: their luck."""


def make_loop(invented, model=None, seed=0):
    readings = {name: reading for name, reading in invented.OUTCOMES if name in list_outcomes(model or invented.MODEL)}
    return Vectored(model or invented.MODEL, invented.make_inputs(), readings, MARKS[-1], PAST, MARKS, seed)


def list_outcomes(model):
    return {quantity.name for each in model.mechanisms if each.name not in model.off for quantity in each.outcomes}


def play(loop, values, future, option, reaction):
    told = loop(option, reaction, future, **dict(zip(loop.inputs.uncertainties, values.tolist(), strict=True)))
    return np.array(list(told.values())).T


def play_plainly(loop, values, future, option, reaction):
    told = scalar.run(loop.model, loop.inputs, values, option, reaction, MARKS[-1], PAST, seed=loop.seed, future=future)
    return np.array([[told.read(*read, mark) for read in loop.readings.items()] for mark in MARKS])


def list_pairs(invented):
    inputs = invented.make_inputs()
    return list(product(range(len(inputs.options)), range(len(inputs.reactions))))


@pytest.mark.parametrize(
    ("invented", "off"), [(everything, ()), (everything, ("walls",)), (tides, ()), (tides, ("watch",))]
)
def test_the_loop_of_the_peers_knows_luck_and_gates_as_plain_python_does(invented, off):
    loop = make_loop(invented, invented.MODEL.without(*off))
    for row, (option, reaction) in enumerate(list_pairs(invented)):
        which = row % len(NUMBERS)
        run = (invented.make_values(len(NUMBERS))[which], NUMBERS[which], option, reaction)
        assert np.allclose(play(loop, *run), play_plainly(loop, *run), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("invented", [everything, tides])
def test_luck_is_that_of_the_future_and_of_the_seed(invented):
    values = invented.make_values(1)[0]
    first, other = (play(make_loop(invented, seed=seed), values, 0, 1, 0) for seed in (0, 1))
    loop = make_loop(invented)
    assert np.array_equal(play(loop, values, 0, 1, 0), first)
    assert not np.allclose(play(loop, values, 5, 1, 0), first)
    assert not np.allclose(other, first)


def test_a_gate_matters_to_the_options_that_name_it():
    loop, (values,) = make_loop(tides), tides.make_values(1)
    free, gated = (play(loop, values, 0, tides.OPTIONS.index(name), 0) for name in ("pump", "pump_when_high"))
    assert not np.allclose(free, gated)


def test_careful_numbers_see_the_same_luck_and_the_same_gates(monkeypatch):
    values, option = tides.make_values(1)[0], tides.OPTIONS.index("strict")
    plain = play(make_loop(tides), values, 3, option, 1)
    monkeypatch.setitem(PLAIN, "exp", lambda _: 1 / 0)
    assert np.allclose(play(make_loop(tides), values, 3, option, 1), plain, rtol=1e-12)


@pytest.mark.parametrize("phase", ["history", "projection"])
def test_a_table_of_luck_holds_the_draws_that_single_calls_give(phase):
    chances = [
        Source("chance", "rain", of="sky", place=5),
        Source("unit_chance", "raid", of="bands", place=1),
        Source("chance", "hail", of="sky", place=0),
    ]
    future, weeks, units = 2**31 - 1, 9, 3
    rain, raid, hail = draw_luck(chances, phase, 8, future, weeks, units)
    past, sky, bands = phase == "history", make_key(8, "sky"), make_key(8, "bands")
    assert rain.tolist() == [draw(sky, future, week, 0, past, 5) for week in range(weeks + 1)]
    assert hail.tolist() == [draw(sky, future, week, 0, past, 0) for week in range(weeks + 1)]
    expected = [[draw(bands, future, week, unit, past, 1) for unit in range(1, units + 1)] for week in range(weeks + 1)]
    assert raid.tolist() == expected
    assert draw_luck([], phase, 8, 0, weeks, units) == []
