from __future__ import annotations

import ast

import tides
from everything import MODEL, OUTCOMES, make_inputs

from crossroads.simulation.board import make_board
from crossroads.simulation.plan import make_plan
from crossroads.simulation.source import write_source

LEVELS = [reading == "level" for _, reading in OUTCOMES]


def write(model=MODEL, phase="projection", **changes):
    plan = make_plan(model, make_inputs(**changes), phase)
    outcomes = [name for name, _ in OUTCOMES if name in plan.outcomes]
    return write_source(plan, make_board(plan, outcomes), LEVELS[: len(outcomes)], "float32", 32)


def names_in(source):
    return {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}


def test_every_stage_has_a_function():
    stages = {
        "unit_start",
        "gauge",
        "derive",
        "start",
        "sum_up",
        "switch",
        "before",
        "unit",
        "after",
        "settle",
    }
    assert names_in(write()) == stages | {"set_week", "set_gated", "set_luck", "play"}


def test_no_number_of_the_case_stands_in_the_source():
    moved = make_inputs().schedules * 1.37
    assert write(facts={"price": 8.25}, schedules=moved, discount_rate=0.5) == write()


def test_mechanisms_that_are_off_and_the_past_leave_no_call():
    assert "unit_of_walls(" in write()
    assert "unit_of_walls(" not in write(MODEL.without("walls"))
    assert "unit_of_walls(" not in write(phase="history")


def test_only_a_model_with_gates_looks_at_them():
    plan = make_plan(tides.MODEL, tides.make_inputs(), "projection")
    assert "            set_gated(" not in write()
    assert "            switch(" not in write()
    source = write_source(plan, make_board(plan, ["flow"]), [False], "float32", 32)
    assert source.index("            switch(") < source.index("            before(")
    assert source.count("            set_gated(") == 2
    plan = make_plan(tides.MODEL, tides.make_inputs(gates={}), "projection")
    assert write_source(plan, make_board(plan, ["flow"]), [False], "float32", 32) == source


def test_units_are_kept_apart_only_where_neighbours_are_read():
    assert "APART = True" in write()
    assert "APART = False" in write(MODEL.without("bands", "walls"))
