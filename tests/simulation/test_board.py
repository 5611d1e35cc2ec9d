from __future__ import annotations

from dataclasses import replace

import pytest
from everything import MODEL, OUTCOMES, make_inputs
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.simulation.board import make_board
from crossroads.simulation.plan import make_plan

READ = tuple(name for name, _ in OUTCOMES)
PLANS = {phase: make_plan(MODEL, make_inputs(), phase) for phase in ("history", "projection")}


def lay(*outcomes, phase="projection"):
    return make_board(PLANS[phase], outcomes)


def name_places(board, places):
    keys = {place: key for key, place in board.places.items()}
    return [keys[place] for place in places]


@given(st.permutations(READ).flatmap(lambda names: st.integers(0, len(names)).map(lambda n: names[:n])))
@settings(max_examples=25, deadline=None)
def test_no_two_values_share_a_place_and_no_place_is_empty(read):
    board = lay(*read)
    assert sorted(board.places.values()) == list(range(board.size))


@given(st.permutations(READ).flatmap(lambda names: st.integers(1, len(names)).map(lambda n: names[:n])))
@settings(max_examples=25, deadline=None)
def test_what_is_read_has_its_totals_and_errors_last(read):
    board = lay(*read)
    assert board.outcomes == tuple(read)
    for place, name in enumerate(read):
        assert board.places[("total", name)] == board.totals + place
        assert board.places[("error", name)] == board.totals + len(read) + place


def test_what_nobody_reads_has_no_total():
    board = lay("calm")
    assert {name for kind, name in board.places if kind == "total"} == {"calm"}
    assert {name for kind, name in board.places if kind == "error"} == {"calm"}
    assert board.totals == board.size - 2


def test_a_board_without_outcomes_to_read_ends_where_the_totals_would_begin():
    board = lay()
    assert board.outcomes == ()
    assert board.totals == board.size


def test_the_columns_of_the_levers_follow_the_time():
    board = lay(*READ)
    assert board.columns == ("effort", "masonry")
    after = [("time", "week"), ("time", "year"), ("time", "weeks_total"), *(("column", c) for c in board.columns)]
    assert [board.places[key] for key in after] == list(range(board.time, board.time + len(after)))


def test_uncertainties_come_before_signals_and_before_what_is_fixed():
    board = lay(*READ)
    assert board.known == (
        ("uncertainty", "first_size"),
        ("uncertainty", "growth_rate"),
        ("uncertainty", "unlikely"),
        ("signal", "stance"),
    )
    assert ("uncertainty", "toll") in lay("losses", phase="history").known  # read when the past starts, and never after
    assert board.fixed == (("fact", "price"),)
    keys = [*board.known, *board.fixed]
    assert [board.places[key] for key in keys] == list(range(len(keys)))


def test_a_structural_choice_is_no_value_of_a_lane():
    board = lay(*READ)
    assert board.choices == ("form",)
    assert "form" not in {name for _, name in board.places}


def test_what_is_read_from_a_mechanism_that_is_off_is_fixed():
    model = MODEL.without("walls")
    board = make_board(make_plan(model, make_inputs(), "projection"), ("losses",))
    assert board.fixed == (("fact", "price"), ("off", "walls"))
    assert ("sum", "walls") not in board.places
    assert board.unit_stocks == ("size", "wall")
    assert board.idle == ("wall",)


def test_sums_have_a_second_place_for_what_comes_next_as_the_week_still_reads_them():
    board = lay(*READ)
    next_ones = {(kind.removeprefix("next "), name) for kind, name in board.places if kind.startswith("next ")}
    assert next_ones == {
        ("sum", "total"),
        ("sum", "reach"),
        ("sum", "walls"),
    }


def test_the_history_hands_on_what_the_projection_carries():
    past, future = lay("losses", phase="history"), lay(*READ)
    given_on, taken_over = past.handed(PLANS["history"]), future.carried(PLANS["projection"])
    assert name_places(past, given_on[0]) == [("constant", "crowding"), ("stock", "memory")]
    assert name_places(future, taken_over[0]) == [("constant", "crowding"), ("stock", "memory")]
    assert [past.unit_stocks[place] for place in given_on[1]] == ["size"]
    assert [future.unit_stocks[place] for place in taken_over[1]] == ["size"]


def test_the_first_phase_carries_nothing_and_the_last_hands_nothing_on():
    assert lay("losses", phase="history").carried(PLANS["history"]) == ([], [])
    assert lay(*READ).handed(PLANS["projection"]) == ([], [])


@pytest.mark.parametrize("phase", ["history", "projection"])
def test_the_order_in_which_a_case_lists_its_inputs_moves_nothing(phase):
    inputs = make_inputs()
    turned = replace(inputs, uncertainties=inputs.uncertainties[::-1], facts=dict(reversed(inputs.facts.items())))
    again = make_board(make_plan(MODEL, turned, phase), ("losses",))
    assert again == lay("losses", phase=phase)
