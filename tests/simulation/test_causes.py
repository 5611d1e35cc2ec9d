from dataclasses import replace
from functools import cache

import pytest
from pond import FISH, MODEL, POND, REEDS

from crossroads.case.files import load
from crossroads.simulation.arithmetic import where
from crossroads.simulation.causes import build_up, find_causes, list_values
from crossroads.simulation.contract import Mechanism, Model, Quantity, returns
from crossroads.simulation.loops import find_knots, find_loops
from crossroads.simulation.models import load_model


@cache
def pond():
    return find_causes(load("toy"), MODEL)


@cache
def town():
    return find_causes(load("toy"), load_model(load("toy"), "toy"))


def signs(causes):
    return {(edge.cause, edge.effect): edge.sign for edge in causes.edges}


def find(causes, cause, effect):
    return next(edge for edge in causes.edges if (edge.cause, edge.effect) == (cause, effect))


def test_signs_are_those_worked_out_by_hand():
    found = signs(pond())
    assert found[("rain", "water")] == found[("water", "reeds")] == found[("levee_height", "rain")] == "+"
    assert found[("reeds", "water")] == found[("seepage", "water")] == found[("fish", "fish")] == "−"
    assert found[("water", "heron")] == found[("fish", "catch")] == found[("people_a_home", "catch")] == "+"


def test_what_goes_either_way_says_so():
    found = signs(pond())
    assert found[("water", "fish")] == "±"
    assert found[("ground", "seepage")] == "±"


def test_what_is_read_without_effect_is_no_cause():
    assert ("homes_hit", "rain") not in signs(pond())
    assert "homes_hit" in pond().nodes


def test_what_is_settled_at_the_start_is_told_from_what_acts_every_week():
    assert not find(pond(), "homes_then", "water").weekly
    assert find(pond(), "rain", "water").weekly


def test_the_toy_depends_as_its_formulas_say():
    found = signs(town())
    expected = {
        ("flood_rate", "flooding"): "+",
        ("levee_height", "flooding"): "−",
        ("ground", "flooding"): "±",
        ("warning", "harmed"): "−",
        ("people_a_home", "harmed"): "+",
        ("leaving", "street"): "−",
        ("growth", "street"): "+",
        ("support", "leaving"): "+",
        ("street", "all_streets"): "+",
        ("all_streets", "flooding"): "+",
        ("bought", "spending"): "+",
        ("overrun", "spending"): "+",
        ("homes_then", "homes_a_street"): "+",
        ("streets_counted", "homes_a_street"): "−",
    }
    assert {pair: found.get(pair) for pair in expected} == expected
    assert ("flood_rate", "harmed") not in found


def test_elasticities_of_a_product_are_one():
    for cause in ("flood_rate", "homes_hit", "all_streets"):
        assert find(town(), cause, "flooding").strength == pytest.approx(1.0, rel=0.2)


def test_only_values_of_other_mechanisms_stand_between():
    pairs = {(town().owner(edge.cause), edge.mechanism) for edge in town().between()}
    assert pairs == {("streets", "river"), ("streets", "purse")}


def test_the_size_of_an_effect_names_the_uncertainties_it_hangs_on_with_their_evidence():
    case = load("toy")
    edge = find(pond(), "water", "reeds")
    assert edge.through == ("overrun",)
    assert edge.evidence == next(one.evidence for one in case.uncertainties if one.id == "overrun")
    assert edge.evidence
    assert find(pond(), "reeds", "frogs").evidence == ()


ALARM = (Quantity("alarm", "share", "open when the water is high"),)
Gates = returns("Gates", ALARM)


def ring(water):
    return Gates(alarm=where(water > 1.3, 1.0, 0.0))


WATCH = Mechanism("watch", "Who looks at the pond.", gates=ALARM, switch=ring)


def wait_for_the_alarm(case):
    """The toy whose levee is raised where the alarm rings."""
    raised = next(option for option in case.options if option.id == "raise")
    steps = tuple(step.model_copy(update={"when": "alarm"}) for step in raised.steps)
    changed = raised.model_copy(update={"steps": steps})
    return case.model_copy(
        update={"options": tuple(changed if option.id == "raise" else option for option in case.options)}
    )


def test_a_lever_that_follows_a_gate_is_moved_by_it_under_these_options_alone():
    model = Model("pond", (*MODEL.mechanisms, WATCH))
    causes = find_causes(wait_for_the_alarm(load("toy")), model)
    assert set(causes.gated) == {("alarm", "raise", "levee_height"), ("alarm", "raise", "works")}
    edge = find(causes, "alarm", "levee_height")
    assert (edge.sign, edge.mechanism, edge.weekly) == ("+", "", True)
    assert signs(causes)[("water", "alarm")] == "+"
    assert edge not in causes.between()
    assert find_causes(load("toy"), model).gated == ()
    off = find_causes(wait_for_the_alarm(load("toy")), model.without("watch"))
    assert ("alarm", "levee_height") not in signs(off)


def test_a_gate_closes_a_loop_that_is_told_apart():
    causes = find_causes(wait_for_the_alarm(load("toy")), Model("pond", (*MODEL.mechanisms, WATCH)))
    (loop,) = [loop for loop in find_loops(causes) if loop.gate]
    assert loop.gate == "alarm"
    assert loop.kind == "reinforcing"
    assert set(loop.names) == {"water", "alarm", "levee_height", "rain"}
    assert loop.mechanisms == ("pond", "watch")
    assert find_knots(causes) == find_knots(pond())
    assert find_loops(causes)[-1] == loop


def test_what_is_switched_off_has_no_edges_and_is_named():
    causes = find_causes(load("toy"), MODEL.without("reeds"))
    assert causes.off == ("reeds",)
    assert causes.mechanisms == ("pond", "fishing")
    assert all(edge.mechanism != "reeds" and causes.owner(edge.cause) != "reeds" for edge in causes.edges)


def test_the_order_of_mechanisms_means_nothing():
    turned = find_causes(load("toy"), Model("pond", (FISH, REEDS, POND)))
    assert signs(turned) == signs(pond())


def test_the_same_model_gives_the_same_graph():
    assert find_causes(load("toy"), MODEL) == pond()


def test_a_mechanism_more_is_found_without_a_word():
    louder = replace(FISH, name="louder", stocks=(), start=None, outcomes=(), after=None, chances=())
    causes = find_causes(load("toy"), Model("pond", (*MODEL.mechanisms, louder)))
    assert causes.mechanisms[-1] == "louder"
    assert causes.edges == pond().edges


def test_every_value_of_a_mechanism_has_its_kind():
    kinds = {quantity.name: kind for kind, quantity in list_values(POND)}
    assert kinds == {"level": "outcome", "water": "stock", "rain": "rate", "seepage": "rate"}


def test_a_push_builds_up_as_far_as_it_does_not_fade():
    assert build_up(0.0) == 52.0
    assert build_up(1.0) == pytest.approx(1.0)
    assert build_up(0.1) == pytest.approx(sum(0.9**week for week in range(52)))
    assert 52.0 < build_up(-5.0) < 200.0


@pytest.mark.slow
def test_the_mexico_model_hangs_together_as_its_mechanisms_say():
    case = load("mexico")
    model = load_model(case, "mexico")
    causes = find_causes(case, model)
    found = signs(causes)
    assert found[("capture_effort", "jail_rate")] == "+"
    assert found[("recruit_pull", "recruit_rate")] == "+"
    assert found[("recruit_rate", "size")] == "+"
    assert found[("jail_rate", "size")] == "−"
    assert found[("toll", "homicides")] == "+"
    assert {edge.mechanism for edge in causes.edges} - {""} == set(causes.mechanisms)
    known = {entry.id for entry in case.evidence}
    assert all(set(edge.evidence) <= known for edge in causes.edges)
