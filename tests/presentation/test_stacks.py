import re
from itertools import pairwise
from math import nan
from xml.etree import ElementTree

import pytest

from crossroads.presentation.stacks import LEFT, LIGHT, SHADES, WIDTH, Stack, draw_stacks, shade_of

PARTS = ("yes", "perhaps", "no")
SPACE = "{http://www.w3.org/2000/svg}"


def draw(*stacks):
    return ElementTree.fromstring(draw_stacks(stacks, PARTS, "Shares of <answers>"))


def test_parts_lie_side_by_side_and_fill_the_bar():
    bars = draw(Stack("a", (0.5, 0.3, 0.2))).findall(f"{SPACE}rect")
    edges = [(float(bar.get("x")), float(bar.get("width"))) for bar in bars]
    assert edges[0][0] == LEFT
    for (left, wide), (after, _) in pairwise(edges):
        assert left + wide == pytest.approx(after, abs=0.11)
    assert sum(wide for _, wide in edges) == pytest.approx(WIDTH, abs=0.2)


def test_what_cannot_be_played_takes_no_room_and_keeps_the_colours_of_the_others():
    bars = draw(Stack("a", (0.6, nan, 0.4))).findall(f"{SPACE}rect")
    assert [bar.get("fill") for bar in bars] == [SHADES[0], SHADES[2]]
    assert [bar[0].text for bar in bars] == ["a: yes 60\u202f%", "a: no 40\u202f%"]


def test_only_parts_with_room_have_their_number_written_in_them():
    texts = [text.text for text in draw(Stack("a", (0.95, 0.04, 0.01))).findall(f"{SPACE}text")]
    assert texts == ["a", "95\u202f%"]


def test_an_option_of_which_nothing_is_known_says_so():
    drawn = draw(Stack("a", (nan, nan, nan)))
    assert [text.text for text in drawn.findall(f"{SPACE}text")] == ["a", "not known"]
    assert drawn.findall(f"{SPACE}rect") == []


def test_the_drawing_tells_itself_in_words_and_escapes_them():
    drawn = draw_stacks((Stack("Force & <order>", (1.0, nan, nan)),), PARTS, "Shares of <answers>")
    assert "<title>Shares of &lt;answers&gt;</title>" in drawn
    assert "Force &amp; &lt;order&gt;" in drawn
    assert 'role="img"' in drawn


def light(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_letters_on_every_part_can_be_read():
    assert shade_of(len(SHADES)) == SHADES[0]
    for stack in (Stack("a", tuple([1.0])), Stack("b", (nan, 1.0)), Stack("c", (nan, nan, 1.0))):
        drawn = draw_stacks((stack,), PARTS, "")
        assert re.search('text-anchor="middle"', drawn)
    for shade in SHADES:
        ink = 0.0185 if shade in LIGHT else 0.97
        low, high = sorted((light(shade) + 0.05, ink + 0.05))
        assert high / low >= 4.5, shade
