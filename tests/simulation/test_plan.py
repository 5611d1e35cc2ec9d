from __future__ import annotations

from everything import MODEL, make_inputs

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
    assert kinds == read | {"constant", "stock", "sum", "rate", "flow", "off"}
    assert Source("off", "walls", 2.0) in call_of(plan, "trade", "start").sources
    assert all(problem is None for *_, problem in resolve_all(MODEL, make_inputs()))
