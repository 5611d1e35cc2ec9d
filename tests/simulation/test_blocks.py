from __future__ import annotations

import numpy as np
from everything import MODEL, OUTCOMES, all_runs, make_inputs, make_values
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.simulation.blocks import Tables, arrange, read_seen
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
    assert paces.reshape(2, 5, width)[0, 1].tolist() == np.float32([0, 1, 0, -0.4])[[0, 1, 1, 3]].tolist()


def test_results_are_turned_back_into_runs():
    seen = np.arange(2 * 3 * 4 * 5).reshape(2, 3, 4 * 5)
    by_run = read_seen(seen, 5)
    assert by_run.shape == (10, 3, 4)
    assert by_run[7, 2, 1] == seen[1, 2, 1 * 5 + 2]
