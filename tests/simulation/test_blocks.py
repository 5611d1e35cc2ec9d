from __future__ import annotations

import numpy as np
import tides
from everything import MODEL, OUTCOMES, all_runs, make_inputs, make_values
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.simulation.blocks import PACE, Tables, arrange, read_seen
from crossroads.simulation.board import make_board
from crossroads.simulation.plan import make_plan


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=0, max_size=60),
    st.sampled_from([1, 4, 16]),
)
def test_every_run_stands_once_in_a_block_of_its_choices(chosen, width):
    table = np.array(chosen, dtype=np.int64).reshape(len(chosen), 2)
    order = arrange(table, width)
    assert len(order.rows) == len(order.sources) == len(order.choices) * width
    real = order.rows >= 0
    assert sorted(order.rows[real]) == list(range(len(chosen)))
    assert np.array_equal(order.rows[real], order.sources[real])
    assert np.array_equal(table[order.sources], np.repeat(order.choices, width, axis=0))


def test_runs_without_choices_fill_blocks_in_their_order():
    order = arrange(np.zeros((5, 0), np.int64), 4)
    assert order.rows.tolist() == [0, 1, 2, 3, 4, -1, -1, -1]
    assert order.sources.tolist() == [0, 1, 2, 3, 4, 4, 4, 4]
    assert order.choices.shape == (2, 0)


def test_boards_begin_at_a_line_of_memory_and_carry_every_input():
    inputs, width = make_inputs(), 4
    plan = make_plan(MODEL, inputs, "projection")
    board = make_board(plan, [name for name, _ in OUTCOMES])
    tables = Tables(board, plan, inputs, MODEL.units.count, width, np.dtype("float32"))
    values, runs = make_values(2), all_runs(2)[[0, 3, 8, 11]]
    state = np.arange(2 * 9, dtype=float).reshape(2, 9)
    boards, heres, paces = tables.make_boards(values, state, runs, 104.0)
    assert boards.ctypes.data % 64 == heres.ctypes.data % 64 == paces.ctypes.data % 64 == 0
    lanes = boards.reshape(1, board.size, width)[0]
    assert np.allclose(lanes[board.places[("uncertainty", "unlikely")]], values[runs[:, 0], 4])
    assert lanes[board.places[("signal", "stance")]].tolist() == inputs.signals_of[runs[:, 2], 0].tolist()
    assert lanes[board.places[("fact", "price")]].tolist() == [3.0] * width
    assert lanes[board.places[("time", "weeks_total")]].tolist() == [104.0] * width
    assert lanes[board.places[("column", "effort")]].tolist() == [0.5] * width
    assert lanes[board.places[("stock", "memory")]].tolist() == state[runs[:, 0], 1].tolist()
    sizes = heres.reshape(MODEL.units.count, len(board.unit_stocks), width)[
        :, board.unit_stocks.index("size")
    ]
    assert sizes.T.tolist() == state[runs[:, 0], 2:].tolist()
    assert paces.reshape(2, PACE, width)[0, 1].tolist() == np.float32([0, 1, 0, -0.4])[[0, 1, 1, 3]].tolist()


def lay_tides(model=tides.MODEL, phase="projection"):
    inputs = tides.make_inputs()
    plan = make_plan(model, inputs, phase)
    board = make_board(plan, [])
    return board, Tables(board, plan, inputs, tides.COUNT, 4, np.dtype("float32"))


def test_a_block_knows_by_number_which_gate_opens_a_column_of_each_run():
    board, tables = lay_tides()
    gates = list(dict.fromkeys(tides.WHEN.values()))
    assert tables.columns.gates.tolist() == [board.places[("gate", gate)] for gate in gates]
    names = [board.columns[place] for place in tables.columns.changed]
    assert tables.columns.gated.tolist() == [0, 1, 2]
    assert [names[place] for place in tables.columns.watched] == ["margin"]
    assert tables.columns.free.tolist() == []
    runs = np.array([[0, option, 0] for option in (0, 2, 3, 4)])
    paces = tables.make_boards(tides.make_values(1), np.zeros((1, 1 + tides.COUNT)), runs, 60.0)[2]
    numbers = paces.reshape(3, PACE, 4)[:, PACE - 1]
    alarm, calm, rested = (gates.index(name) + 1 for name in ("alarm", "calm", "rested"))
    told = {"pumps": [0, alarm, 0, rested], "crew": [0, alarm, calm, 0], "margin": [0, 0, 0, calm]}
    assert dict(zip(names, numbers.tolist(), strict=True)) == told


def test_gates_of_mechanisms_that_are_off_have_a_place_and_the_past_has_none():
    board, tables = lay_tides(tides.MODEL.without("watch"))
    assert [key for key, place in board.places.items() if place in tables.columns.gates] == [
        ("off", "alarm"),
        ("off", "calm"),
        ("gate", "rested"),
    ]
    _, past = lay_tides(phase="history")
    assert [len(each) for each in past.columns] == [0] * 5


def test_results_are_turned_back_into_runs():
    seen = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4 * 5)
    by_run = read_seen(seen, 5)
    assert by_run.shape == (10, 3, 4)
    assert by_run[7, 2, 1] == seen[1, 2, 1 * 5 + 2]
