import re

import pytest
import vl_convert

from crossroads.presentation.figures import Choice
from crossroads.presentation.grids import (
    AGAINST,
    AGREEMENT,
    DEEP,
    EVEN,
    PALE,
    PLACES,
    WHITE_AGREEMENT,
    WHITE_PLACES,
    draw_agreement,
    draw_places,
)

OPTIONS, METRICS = ("Stay", "Go & see <it>"), ("Mean", "Worst future")
CHOICES = (Choice("outcome", "Outcome", ("deaths",), "deaths"),)
HEAD = ("deaths", "1 year")
PLACED = [
    (*HEAD, "Stay", "Mean", 2, 1, 2, 6.0, 0.5, "yes"),
    (*HEAD, "Go & see <it>", "Mean", 1, 1, 2, 5.5, 0.5, "yes"),
    (*HEAD, "Stay", "Worst future", 1, 1, 1, 7.0, 0.1, "yes"),
    (*HEAD, "Go & see <it>", "Worst future", None, None, None, None, None, "no"),
]
AGREED = [(*HEAD, one, two, 1.0 if one == two else -0.34, 3) for one in METRICS for two in METRICS]


def make_places(rows=PLACED):
    return draw_places("p", "Places", rows, OPTIONS, METRICS, says="Look.", alt_text="Grid.", choices=CHOICES, notes={})


def make_agreement(rows=AGREED):
    return draw_agreement("a", "Agreement", rows, METRICS, says="Look.", alt_text="Grid.", choices=CHOICES, notes={})


def render(figure):
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    return vl_convert.vegalite_to_svg({**figure.spec, "data": {"values": rows}})


def find_texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_every_cell_has_the_places_it_may_have_and_none_where_there_is_none():
    figure = make_places()
    assert figure.columns == PLACES
    texts = find_texts(render(figure))
    assert sorted(text for text in texts if text[0].isdigit()) == ["1", "1–2", "1–2"]
    assert {"Stay", "Go &amp; see &lt;it&gt;", *METRICS} <= set(texts)


def test_what_cannot_be_told_apart_from_the_first_is_framed():
    def frames(rows):
        return render(make_places(rows)).count('stroke="#1c2530"')

    assert frames(PLACED) == 3
    assert frames([(*row[:-1], "no") for row in PLACED]) == 0


def test_agreement_is_written_in_each_cell():
    figure = make_agreement()
    assert figure.columns == AGREEMENT
    texts = find_texts(render(figure))
    assert texts.count("1.0") == 2
    assert texts.count("−0.3") == 2


def test_charts_are_told_to_those_who_cannot_see_them():
    for figure in (make_places(), make_agreement()):
        assert figure.spec["description"] == figure.alt == "Grid."
        assert figure.choices == CHOICES
        assert "$schema" not in figure.spec
        assert "datasets" not in figure.spec


def mix(first, second, part):
    ends = ([int(colour[place : place + 2], 16) for place in (1, 3, 5)] for colour in (first, second))
    return [one + (two - one) * part for one, two in zip(*ends, strict=True)]


def contrast(colour, white):
    parts = [part / 255 for part in colour]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (light + 0.05) if white else (light + 0.05) / 0.05


@pytest.mark.parametrize("count", [2, 3, 11, 23])
def test_places_can_be_read_on_their_colours(count):
    for place in range(count):
        part = place / (count - 1)
        assert contrast(mix(DEEP, PALE, part), part <= WHITE_PLACES) >= 4.5


def test_agreement_can_be_read_on_its_colours():
    for step in range(-20, 21):
        agreement = step / 20
        colour = mix(EVEN, DEEP if agreement > 0 else AGAINST, abs(agreement))
        assert contrast(colour, agreement > WHITE_AGREEMENT) >= 4.5
