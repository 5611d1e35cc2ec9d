from __future__ import annotations

from dataclasses import replace

import pytest
from everything import MODEL, make_inputs

from crossroads.errors import ModelError
from crossroads.simulation.plan import Source, make_plan, resolve_all


def call_of(plan, mechanism, stage):
    return next(call for call in plan.calls[stage] if call.mechanism == mechanism)


def test_the_past_runs_its_mechanisms_alone_and_reads_the_others_as_off():
    plan = make_plan(MODEL, make_inputs(), "history")
    assert {call.mechanism for calls in plan.calls.values() for call in calls} == {"bands"}
    assert Source("off", "mood", 0.0) in call_of(plan, "bands", "before").sources
    assert plan.idle == {"wall": 0.5}
    assert plan.carried == {"unit_stock": (), "constant": (), "stock": ()}


def test_the_projection_starts_what_the_past_has_not():
    plan = make_plan(MODEL, make_inputs(), "projection")
    assert {call.mechanism for call in plan.calls["start"]} == {"mood", "trade"}
    assert {call.mechanism for call in plan.calls["unit"]} == {"bands", "walls"}
    assert plan.carried == {"unit_stock": ("size",), "constant": ("crowding",), "stock": ("memory",)}
    assert Source("stock", "memory") in call_of(plan, "mood", "start").sources


def test_every_argument_has_a_kind():
    plan = make_plan(MODEL.without("walls"), make_inputs(), "projection")
    kinds = {source.kind for calls in plan.calls.values() for call in calls for source in call.sources}
    read = {"uncertainty", "choice", "fact", "column", "signal", "time", "unit_value", "unit_stock", "near"}
    assert kinds == read | {"constant", "stock", "sum", "rate", "flow", "off", "chance", "unit_chance"}
    assert Source("off", "walls", 2.0) in call_of(plan, "trade", "start").sources
    assert all(problem is None for *_, problem in resolve_all(MODEL, make_inputs()))


def test_a_chance_is_seen_where_weeks_pass_and_at_the_start():
    plan = make_plan(MODEL, make_inputs(), "projection")
    assert Source("chance", "news", of="mood", place=0) in call_of(plan, "mood", "start").sources
    assert Source("unit_chance", "storm", of="bands", place=4) in call_of(plan, "bands", "unit").sources
    assert [source.name for source in plan.chances] == ["feast", "flood", "luck", "news", "raid", "storm"]


def test_a_chance_of_each_unit_is_no_chance_of_the_whole():
    bands = replace(MODEL.mechanisms[0], after=lambda memory, lost, total, raid: None)
    with pytest.raises(ModelError, match="raid is a chance, which after cannot see") as told:
        make_plan(replace(MODEL, mechanisms=(bands, *MODEL.mechanisms[1:])), make_inputs(), "projection")
    assert "Read it in unit_start, unit." in str(told.value)
