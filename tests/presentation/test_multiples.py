import math
import re
from xml.etree import ElementTree

import pytest

from crossroads.presentation.multiples import Dot, Strip, draw_multiples

NOWHERE = Dot(math.nan, math.nan, math.nan)
STRIPS = (
    Strip("Go & see", "#1f4e9c", ((Dot(2.0, 1.0, 3.0), Dot(-2.0, -4.0, 0.0)), (NOWHERE, Dot(1.0, 1.0, 1.0)))),
    Strip("Stay", "#b2420e", ((Dot(0.0, 0.0, 0.0), NOWHERE), (NOWHERE, NOWHERE))),
)
COLUMNS = (("Members", ("few", "many")), ("A very long name of what is in doubt here", ("flat", "steep")))


@pytest.fixture(scope="module")
def drawing():
    return draw_multiples(COLUMNS, STRIPS, "Deaths < 5")


def test_the_drawing_is_well_formed_and_says_what_it_shows(drawing):
    root = ElementTree.fromstring(drawing)
    assert root.find("{http://www.w3.org/2000/svg}title").text == "Deaths < 5"
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"Go & see", "Stay", "few", "many", "flat", "steep", "Members"} <= set(texts)
    assert "A very long name of what" in texts


def test_every_known_dot_is_drawn_and_no_other(drawing):
    assert drawing.count("<circle") == 4


def test_a_row_has_one_scale_that_holds_its_bars_and_zero():
    assert STRIPS[0].ends == (-4.0, 3.0)
    assert STRIPS[1].ends == (-1.0, 1.0)
    assert Strip("Up", "#000000", ((Dot(5.0, 4.0, 6.0),),)).ends == (0.0, 6.0)


def test_higher_values_stand_higher(drawing):
    heights = [float(one) for one in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)"', drawing)]
    assert heights[0] < heights[2] < heights[1]  # 2, then 1, then -2


def test_nothing_is_drawn_outside(drawing):
    root = ElementTree.fromstring(drawing)
    width, height = float(root.get("width")), float(root.get("height"))
    for node in root.iter("{http://www.w3.org/2000/svg}circle"):
        assert 0 < float(node.get("cx")) < width
        assert 0 < float(node.get("cy")) < height
