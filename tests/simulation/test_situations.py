from functools import cache

import numpy as np
import pytest
from everything import COUNT, MODEL, make_inputs, make_values

from crossroads.simulation import scalar
from crossroads.simulation.plan import Source
from crossroads.simulation.situations import LEAST, PAST, SEEN_AT, UNITS, WEEKS, choose_pairs, visit


@cache
def look():
    return visit(MODEL, make_inputs(), make_values(4))


def test_few_pairs_show_every_lever_that_moves_and_every_signal():
    inputs = make_inputs()
    pairs = choose_pairs(inputs)
    assert len(pairs) == len(set(pairs)) == LEAST
    shown = inputs.schedules[[option for option, _ in pairs]]
    differs = shown[:, :, 0] != shown[:, :, 1]
    assert differs.any(axis=0).tolist() == [True, True]
    assert {reaction for _, reaction in pairs} == {0, 1}


def test_a_pair_that_makes_no_sense_is_not_visited():
    applicable = np.array([[True, False], [False, True], [False, False]])
    assert sorted(choose_pairs(make_inputs(applicable=applicable))) == [(0, 0), (1, 1)]


def test_each_run_is_seen_at_both_starts_and_in_mid_course():
    seen = look()
    assert len(seen) == LEAST * (2 + len(SEEN_AT))
    assert [one.phase for one in seen[:3]] == ["history", "projection", "projection"]
    assert [one.starting for one in seen[:3]] == [True, True, False]
    assert all(one.sees("after") and not one.sees("start") for one in seen if not one.starting)


def test_a_situation_holds_what_the_run_had_in_that_week():
    inputs, rows = make_inputs(), make_values(4)
    option, reaction = choose_pairs(inputs)[0]
    path = scalar.run(MODEL, inputs, rows[0], option, reaction, WEEKS, PAST, future=0).projection
    one, week = look()[3], SEEN_AT[1]
    assert one.known[("stock", "mood")] == path.stocks["mood"][week]
    assert one.known[("sum", "total")] == path.sums["total"][week]
    assert one.known[("rate", "anger")] == path.rates["anger"][week]
    assert one.known[("flow", "lost")] == path.flows["lost"][week]
    assert one.known[("constant", "crowding")] == path.constants["crowding"]
    assert one.known[("column", "effort")] == pytest.approx(path.columns["effort"][week])
    assert one.known[("time", "week")] == week
    chosen = np.unique(np.linspace(0, COUNT - 1, UNITS).astype(int))
    assert one.by_unit[("unit_stock", "size")].tolist() == path.units["size"][week][chosen].tolist()


def test_sums_over_neighbours_are_those_of_the_whole_network():
    inputs, rows = make_inputs(), make_values(4)
    path = scalar.run(MODEL, inputs, rows[0], *choose_pairs(inputs)[0], WEEKS, PAST, future=0).projection
    size = path.units["size"][SEEN_AT[0]]
    beside = 0.25 * np.roll(size, 1) + 1.5 * np.roll(size, -1)
    chosen = np.unique(np.linspace(0, COUNT - 1, UNITS).astype(int))
    assert look()[2].read(Source("near", "size", of="near")) == pytest.approx(beside[chosen])


def test_what_is_fixed_is_read_from_the_plan_and_choices_are_whole_numbers():
    one = look()[2]
    assert one.read(Source("off", "walls", 2.0)) == 2.0
    assert one.read(Source("fact", "price", 3.0)) == 3.0
    assert isinstance(one.read(Source("choice", "form")), int)


def test_at_the_start_levers_stand_at_their_baseline_and_the_past_hears_no_move():
    inputs = make_inputs()
    for history, start in zip(look()[::5], look()[1::5], strict=True):
        assert history.known[("column", "effort")] == start.known[("column", "effort")] == 0.5
        assert history.known[("signal", "stance")] == 0.0
    said = {start.known[("signal", "stance")] for start in look()[1::5]}
    assert said == set(inputs.signals_of[:, 0])


def test_a_model_without_units_can_be_visited():
    seen = visit(MODEL.without("bands", "walls"), make_inputs(), make_values(2))
    assert seen
    assert all(one.by_unit[("unit_value", "share")].size for one in seen)
