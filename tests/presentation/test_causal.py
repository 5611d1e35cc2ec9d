import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations

import pytest
from graphs import EDGES, edge, make_graph

from crossroads.case.files import load
from crossroads.presentation.causal import COLOURS, DASHES, LETTERS, WIDTH, draw_causes, gather, join_signs, plain
from crossroads.presentation.wiring import find_overlaps
from crossroads.simulation.causes import find_causes
from crossroads.simulation.models import load_model


class Drawing(HTMLParser):
    """Texts with their places and looks."""

    def __init__(self, svg):
        super().__init__()
        self.texts, self.paths, self.rects, self.titles, self._now = [], [], [], [], None
        self.feed(svg)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("text", "title"):
            self._now = (tag, given)
        self.paths += [given] * (tag == "path")
        self.rects += [given] * (tag == "rect")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_data(self, data):
        if self._now:
            tag, given = self._now
            (self.titles if tag == "title" else self.texts).append(data if tag == "title" else (data, given))
            self._now = None


def extent(text, given):
    """Left, right, top and bottom of a line of text, at the width of a wide font."""
    size = float(given.get("font-size", 10))
    wide = len(text) * size * (0.58 if given.get("font-weight") == "700" else 0.53)
    x, y = float(given["x"]), float(given["y"])
    left = {"middle": x - wide / 2, "end": x - wide}.get(given.get("text-anchor", ""), x)
    return left, left + wide, y - 0.75 * size, y + 0.2 * size


def find_collisions(svg):
    boxes = [(text, extent(text, given)) for text, given in Drawing(svg).texts if text.strip()]
    return [
        (one, other)
        for (one, (a, b, c, d)), (other, (e, f, g, h)) in combinations(boxes, 2)
        if a < f and e < b and c < h and g < d
    ]


@pytest.fixture(scope="module")
def town():
    return draw_causes(find_causes(load("toy"), load_model(load("toy"), "toy")))


def test_one_wire_for_each_value_that_acts_on_another_mechanism():
    found = {(one.cause, one.source, one.target): one.sign for one in gather(make_graph())}
    assert found == {
        ("roads", "works", "travel"): "+",
        ("wear", "travel", "works"): "−",
        ("traffic", "travel", "quiet_zone"): "+",
    }


def test_a_wire_is_as_strong_as_its_strongest_effect_and_either_where_effects_differ():
    graph = make_graph((*EDGES, edge("roads", "−", "traffic", -0.9)))
    one = next(one for one in gather(graph) if one.cause == "roads")
    assert (one.sign, one.pull) == ("±", 0.9)
    assert join_signs([edge("roads", "+", "wear"), edge("roads", "+", "traffic")]) == "+"


def test_boxes_name_what_comes_in_with_its_sign_their_stocks_and_what_goes_out():
    drawing = Drawing(draw_causes(make_graph()).svg)
    words = [text for text, _ in drawing.texts]
    for text in ("works", "travel", "quiet zone", "options set: money", "others answer: stance", "1 uncertainty"):
        assert text in words
    assert "outcomes: noise" in words
    bold = [text for text, given in drawing.texts if given.get("font-weight") == "700"]
    assert {"roads", "traffic"} <= set(bold)
    assert words.count("roads") == 2
    assert "start of it" not in words


def test_signs_differ_in_letter_and_line_and_not_only_in_colour():
    assert len(set(DASHES.values())) == len(set(COLOURS.values())) == 3
    svg = draw_causes(make_graph()).svg
    for sign in ("+", "−"):
        assert re.search(rf'fill="{COLOURS[sign]}">\{sign}</text>', svg)
    assert f'stroke-dasharray="{DASHES["−"]}"' in svg


def test_a_strong_wire_is_thicker_than_a_weak_one():
    drawing = Drawing(draw_causes(make_graph()).svg)
    widths = {given["stroke-width"] for given in drawing.paths if "stroke-width" in given}
    assert {"1.8", "0.7"} <= widths


def test_what_is_switched_off_is_an_empty_box_with_a_broken_rim():
    edges = tuple(one for one in EDGES if one.mechanism != "quiet_zone")
    drawing = Drawing(draw_causes(make_graph(edges, off=("quiet_zone",))).svg)
    words = [text for text, _ in drawing.texts]
    assert words[words.index("quiet zone") + 1] == "switched off"
    assert [given["stroke-dasharray"] for given in drawing.rects if "stroke-dasharray" in given] == ["4 3"]
    assert not any("quiet zone" in title for title in drawing.titles)


def test_hovering_a_wire_says_what_it_does():
    titles = Drawing(draw_causes(make_graph()).svg).titles
    assert "traffic acts on quiet zone +" in titles
    assert len(titles) == 3


def test_names_cannot_become_markup():
    graph = make_graph((), off=("quiet_zone",))
    svg = draw_causes(replace(graph, off=("<script>",))).svg
    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg


def test_a_long_list_is_counted_past_the_first_few():
    nodes = dict(make_graph().nodes)
    for number in range(12):
        nodes[f"cost_{number}"] = replace(nodes["delay"], name=f"cost_{number}")
    drawing = Drawing(draw_causes(replace(make_graph(), nodes=nodes)).svg)
    words = " ".join(text for text, _ in drawing.texts)
    assert "cost 3" in words
    assert "cost 9" not in words
    assert "8 more" in words


def test_the_toy_is_drawn_without_collisions(town):
    assert find_collisions(town.svg) == []
    assert list(find_overlaps(town.wiring)) == []
    assert "<svg" in town.svg
    assert "3 mechanisms" in town.alt


def test_nothing_is_cut_off_even_in_a_small_drawing(town):
    left, top, width, height = map(float, re.search(r'viewBox="([^"]+)"', town.svg)[1].split())
    for text, given in Drawing(town.svg).texts:
        if text.strip():
            first, last, high, low = extent(text, given)
            assert left <= first
            assert last <= left + width
            assert top <= high
            assert low <= top + height


def test_small_text_fits_its_box(town):
    for text, given in Drawing(town.svg).texts:
        if given.get("font-size") == "8.8":
            assert len(text) <= LETTERS
            assert extent(text, given)[1] - extent(text, given)[0] <= WIDTH


def test_the_same_model_gives_the_same_drawing(town):
    assert draw_causes(find_causes(load("toy"), load_model(load("toy"), "toy"))).svg == town.svg


def test_names_are_read_without_underscores():
    assert plain("cost_of_living") == "cost of living"


@pytest.mark.slow
def test_the_mexico_picture_can_be_read(town):
    case = load("mexico")
    picture = draw_causes(find_causes(case, load_model(case, "mexico")))
    assert find_collisions(picture.svg) == []
    assert list(find_overlaps(picture.wiring)) == []
    assert picture.wiring.width <= 1200
    assert picture.wiring.height <= 1.6 * picture.wiring.width
