from dataclasses import replace

import pytest
from graphs import EVIDENCE, edge, make_graph

from crossroads.case.files import load
from crossroads.presentation.document import render
from crossroads.presentation.mechanisms import describe_causes, describe_model, tell_strength, tell_way
from crossroads.simulation.causes import Cause, Causes, Node
from crossroads.simulation.contract import Model
from crossroads.simulation.loops import find_loops
from crossroads.simulation.models import load_model
from crossroads.simulation.wrapped import Wrapped


@pytest.fixture(scope="module")
def anatomy():
    return describe_causes(load("toy"), make_graph())


def test_a_wrapped_model_and_no_model_have_no_section():
    assert describe_model(load("toy"), None) is None
    assert describe_model(load("toy"), Wrapped(lambda given, weeks: given, batch=True)) is None
    assert describe_model(load("toy"), Model("empty", ())) is None


def test_the_intro_counts_what_is_drawn(anatomy):
    assert "3 mechanisms" in anatomy.intro
    assert "3 wires" in anatomy.intro


def test_loops_are_told_step_by_step_with_their_kind(anatomy):
    kinds = {row.way: row.kind for row in anatomy.loops}
    assert kinds["more roads → more traffic → more wear → less roads"] == "balancing"
    assert anatomy.loops[0].mechanisms == "works and travel"
    assert anatomy.loops[0].evidence == EVIDENCE


def test_a_loop_through_an_unsure_step_says_more_or_less_from_there_on():
    graph = make_graph((edge("roads", "+", "traffic"), edge("traffic", "±", "wear"), edge("wear", "−", "roads")))
    (loop,) = find_loops(graph)
    assert tell_way(loop) == "more roads → more traffic → more or less wear → more or less roads"


def test_influences_name_the_value_what_it_moves_and_its_evidence(anatomy):
    row = next(row for row in anatomy.influences if row.through == "roads")
    assert (row.source, row.target, row.sign) == ("works", "travel", "+")
    assert row.effects == "+ traffic, + wear"
    assert row.meaning == "roads that are open"
    assert row.evidence == EVIDENCE
    assert row.strength == "0.8"


def test_circles_of_mechanisms_are_named(anatomy):
    assert anatomy.notes == ("These act on themselves through each other: works and travel.",)


def test_what_is_switched_off_and_what_follows_a_gate_is_told():
    gated = (("flood_gate", "raise", "works"), ("flood_gate", "raise", "late"))
    graph = make_graph((), off=("quiet_zone",), gated=gated)
    found = describe_causes(load("toy"), graph)
    assert found.notes == ("Switched off in this model: quiet zone. Others read the values that stand for them.",)
    assert found.about_gated == (
        "The gate “flood gate” opens and closes steps of Raise (works and late). That closes no loop."
    )


def test_a_loop_that_an_option_closes_by_a_gate_is_told_apart():
    nodes = {
        "wear": Node("wear", "stock", "travel", "1", "wear"),
        "halt": Node("halt", "gate", "works", "1", "halt"),
        "money": Node("money", "column", "", "1", "money"),
        "repair": Node("repair", "rate", "works", "1", "repair"),
    }
    steps = (("wear", "+", "halt", "works"), ("halt", "−", "money", ""), ("money", "+", "repair", "works"),
             ("repair", "−", "wear", "travel"))  # fmt: skip
    edges = tuple(Cause(cause, effect, owner, True, sign, 1.0, 1.0) for cause, sign, effect, owner in steps)
    graph = Causes(nodes, edges, ("works", "travel"), (), (("halt", "raise", "money"),))
    found = describe_causes(load("toy"), graph)
    assert found.loops == ()
    (row,) = found.gated
    assert row.way == "more wear → more halt → less money → less repair → more wear"
    assert (row.kind, row.strength, row.mechanisms) == ("reinforcing", "", "travel and works")
    assert "closes 1 loop more, under these options alone" in found.about_gated
    assert found.notes == ()
    alone = replace(graph, gated=())
    assert describe_causes(load("toy"), alone).gated == ()


def test_a_model_without_loops_says_so():
    found = describe_causes(load("toy"), make_graph((edge("roads", "+", "traffic"),)))
    assert found.loops == ()
    assert found.about_loops == "No value acts on itself through others."


def test_strengths_have_two_figures_and_tiny_ones_are_said_to_be():
    assert tell_strength(-0.1234) == "0.12"
    assert tell_strength(1.74) == "1.7"
    assert tell_strength(3e-6) == "under 0.0001"


def test_the_page_of_the_toy_has_the_picture_and_the_table(page):
    section = page[page.index('<section id="model"') : page.index('<section id="evidence"')]
    assert section.count("<svg") == 1
    assert "No value acts on itself through others." in section
    for words in ("streets", "river", "purse", "all streets", "bought"):
        assert words in section
    assert 'href="#model"' in page


@pytest.mark.slow
def test_a_page_without_a_model_leaves_the_section_out(weighed):
    page = render(weighed.analysis, weighed.runs)
    assert 'id="model"' not in page
    assert 'href="#model"' not in page


@pytest.mark.slow
def test_a_page_of_a_model_with_a_part_switched_off_draws_it_as_such(weighed):
    model = load_model(weighed.analysis.case, "toy").without("purse")
    page = render(weighed.analysis, weighed.runs, model)
    assert "Switched off in this model: purse." in page
    assert "switched off</text>" in page


def test_evidence_in_the_section_leads_to_the_ledger(page, names):
    section = page[page.index('<section id="model"') : page.index('<section id="evidence"')]
    linked = {part.split('"')[0] for part in section.split('href="#evidence-')[1:]}
    assert linked
    assert linked <= {one.id for one in names.case.evidence}
