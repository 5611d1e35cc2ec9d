from functools import cache

import pytest
from pond import MODEL

from crossroads.case.files import load
from crossroads.simulation.causes import Cause, Causes, Node, find_causes
from crossroads.simulation.loops import LONGEST, find_knots, find_loops
from crossroads.simulation.models import load_model


def make_graph(*edges, kinds=None, owners=None):
    """A graph from (cause, sign, effect, pull); stocks in mechanisms of their own names unless told."""
    names = dict.fromkeys(name for cause, _, effect, _ in edges for name in (cause, effect))
    owner = {name: (owners or {}).get(name, f"of {name}") for name in names}
    nodes = {name: Node(name, (kinds or {}).get(name, "stock"), owner[name], "1", name) for name in names}
    made = tuple(
        Cause(cause, effect, owner[effect], True, sign, pull, pull, (), (f"on-{cause}",))
        for cause, sign, effect, pull in edges
    )
    return Causes(nodes, made, tuple(dict.fromkeys(owner.values())), ())


@cache
def pond():
    return find_loops(find_causes(load("toy"), MODEL))


def test_the_pond_has_a_balancing_and_a_reinforcing_loop():
    found = {frozenset(loop.names): loop.kind for loop in pond()}
    assert found == {frozenset({"water", "reeds"}): "balancing", frozenset({"reeds", "frogs"}): "reinforcing"}


def test_a_town_without_feedback_has_no_loop():
    causes = find_causes(load("toy"), load_model(load("toy"), "toy"))
    assert find_loops(causes) == ()
    assert find_knots(causes) == ()


@pytest.mark.parametrize(
    ("signs", "kind"),
    [("++", "reinforcing"), ("+−", "balancing"), ("−−", "reinforcing"), ("±+", "either"), ("−±", "either")],
)
def test_the_sign_of_a_loop_is_the_product_on_its_way(signs, kind):
    (loop,) = find_loops(make_graph(("a", signs[0], "b", 0.5), ("b", signs[1], "a", -0.5)))
    assert loop.kind == kind
    assert loop.pull == pytest.approx(0.25)


def test_loops_come_strongest_first_and_each_once():
    graph = make_graph(
        ("a", "+", "b", 0.1), ("b", "+", "a", 0.1), ("b", "+", "c", 0.9), ("c", "−", "b", -0.9), ("c", "+", "a", 1.0)
    )
    loops = find_loops(graph)
    assert [set(loop.names) for loop in loops] == [{"b", "c"}, {"a", "b", "c"}, {"a", "b"}]
    assert [loop.pull for loop in loops] == sorted((loop.pull for loop in loops), reverse=True)


def test_a_loop_begins_at_a_stock_and_passes_each_mechanism_in_turn():
    kinds = {"a": "rate", "b": "stock", "c": "rate"}
    owners = {"a": "one", "b": "one", "c": "two"}
    graph = make_graph(("a", "+", "b", 1.0), ("b", "+", "c", 1.0), ("c", "+", "a", 1.0), kinds=kinds, owners=owners)
    (loop,) = find_loops(graph)
    assert loop.names == ("b", "c", "a")
    assert sorted(loop.mechanisms) == ["one", "two"]
    assert loop.evidence == ("on-b", "on-c", "on-a")


def test_ways_through_the_same_stocks_and_mechanisms_count_as_one_loop():
    kinds = {"weak": "rate", "strong": "rate"}
    owners = dict.fromkeys(("s", "weak", "strong"), "one")
    graph = make_graph(
        ("s", "+", "weak", 0.1), ("weak", "+", "s", 0.1), ("s", "+", "strong", 0.5), ("strong", "+", "s", 0.5),
        kinds=kinds, owners=owners,
    )  # fmt: skip
    (loop,) = find_loops(graph)
    assert loop.names == ("s", "strong")
    assert loop.variants == 2
    assert loop.mechanisms == ("one",)


def test_what_only_feeds_itself_is_no_loop():
    assert find_loops(make_graph(("a", "−", "a", -0.5), ("a", "+", "b", 1.0))) == ()


def test_long_ways_are_not_walked():
    ring = [f"n{place:02}" for place in range(LONGEST + 1)]
    edges = [(one, "+", ring[(place + 1) % len(ring)], 1.0) for place, one in enumerate(ring)]
    assert find_loops(make_graph(*edges)) == ()
    short = ring[:LONGEST]
    edges = [(one, "+", short[(place + 1) % len(short)], 1.0) for place, one in enumerate(short)]
    assert len(find_loops(make_graph(*edges))) == 1


def test_a_loop_that_hardly_pulls_is_passed_over():
    assert find_loops(make_graph(("a", "+", "b", 1e-6), ("b", "+", "a", 1e-6))) == ()


def test_mechanisms_that_act_on_each_other_in_a_circle_are_tied():
    graph = make_graph(("a", "+", "b", 1.0), ("b", "+", "c", 1.0), ("c", "+", "a", 1.0), ("c", "+", "d", 1.0))
    assert find_knots(graph) == (("of a", "of b", "of c"),)


def test_two_mechanisms_that_touch_at_different_values_are_not_tied():
    owners = {"a": "one", "b": "two", "c": "two", "d": "one"}
    assert find_knots(make_graph(("a", "+", "b", 1.0), ("c", "+", "d", 1.0), owners=owners)) == ()


def test_evidence_of_a_loop_names_each_entry_once():
    for loop in pond():
        assert len(loop.evidence) == len(set(loop.evidence))
