import json
import re
from html import unescape

import pytest
import vl_convert

from crossroads.presentation.charts import describe_years, draw_forests
from crossroads.presentation.figures import (
    DOMINANT,
    FAN,
    FOREST,
    SMALL,
    Choice,
    draw_dominant,
    draw_fan,
    draw_forest,
    draw_small,
    draw_years,
)
from crossroads.presentation.ledger import draw_history

PALETTE = (("Stay", "#4f5964"), ("Go & see <it>", "#1f4e9c"))
FAN_ROWS = [
    (name, 2026 + quarter / 4, 1.0 - quarter, 2.0, 3.0, 4.0, 5.0 + quarter, 3.5, 3.0 if quarter == 2 else None)
    for name, _ in PALETTE
    for quarter in (1, 2, 3)
]
FOREST_ROWS = [
    ("Go & see <it>", "after 1 year", -5.0, -9.0, 2.0, "no"),
    ("Go & see <it>", "after 9 years", 20.0, 4.0, 31.0, "yes"),
]


def make_fan(rows=FAN_ROWS, palette=PALETTE):
    return draw_fan("fan", "Fan", rows, palette, says="Look.", alt_text="Two fans.")


def make_forest(rows=FOREST_ROWS, palette=PALETTE[1:], alt_text="Two bands."):
    return draw_forest("forest", "Forest", rows, palette, says="Look.", alt_text=alt_text)


def make_years(rows=((2023, 1.0), (2024, None), (2025, 4.5))):
    return draw_years("years", "Floods", "events a year", rows, says="Look.")


MADE = {"fan": make_fan, "forest": make_forest, "years": make_years}
LEAST_MARKS = {"fan": 8, "forest": 4, "years": 2}


def render(figure) -> str:
    """The chart as the page draws it, with its rows put in."""
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    return vl_convert.vegalite_to_svg({**figure.spec, "data": {"values": rows}})


def texts(svg: str) -> list[str]:
    return [unescape(text) for text in re.findall(r"<text[^>]*>(.*?)</text>", svg)]


def count_marks(svg: str) -> int:
    """Shapes that carry data, told by the description that Vega gives them."""
    return len(re.findall(r'role="graphics-symbol"', svg))


def find_scales(node) -> list[dict]:
    """Every colour scale of a specification."""
    if isinstance(node, list):
        return [scale for part in node for scale in find_scales(part)]
    if not isinstance(node, dict):
        return []
    own = [node["scale"]] if "range" in node.get("scale", {}) else []
    return own + [scale for part in node.values() for scale in find_scales(part)]


@pytest.mark.parametrize("kind", MADE)
def test_every_kind_of_chart_is_drawn(kind):
    svg = render(MADE[kind]())
    assert svg.startswith("<svg")
    assert count_marks(svg) >= LEAST_MARKS[kind]
    assert "NaN" not in svg
    assert "undefined" not in svg


@pytest.mark.parametrize("kind", ["fan", "forest"])
def test_a_name_with_signs_of_markup_is_drawn_as_it_is_written(kind):
    svg = render(MADE[kind]())
    assert "Go & see <it>" in texts(svg)
    assert "<it>" not in svg


@pytest.mark.parametrize("kind", MADE)
def test_a_specification_holds_no_data_no_address_and_says_what_it_shows(kind):
    figure = MADE[kind]()
    packed = json.dumps(figure.spec, allow_nan=False)
    assert "http" not in packed
    assert "datasets" not in figure.spec
    assert figure.spec["description"] == figure.alt
    assert '"values"' not in packed


@pytest.mark.parametrize("kind", MADE)
def test_the_rows_of_a_chart_are_those_it_was_given(kind):
    figure = MADE[kind]()
    given = {"fan": FAN_ROWS, "forest": FOREST_ROWS, "years": [(2023, 1.0), (2024, None), (2025, 4.5)]}
    assert list(figure.rows) == given[kind]
    assert {len(row) for row in figure.rows} == {len(figure.columns)}


@pytest.mark.parametrize(("kind", "palette"), [("fan", PALETTE), ("forest", PALETTE[1:])])
def test_a_chart_paints_each_name_in_the_colour_it_was_given(kind, palette):
    scales = find_scales(dict(MADE[kind]().spec))
    assert scales
    for scale in scales:
        assert dict(zip(scale["domain"], scale["range"], strict=True)) == dict(palette)
    svg = render(MADE[kind]())
    drawn = {colour for _, colour in palette}
    assert all(colour in svg for colour in drawn - {"#4f5964"})


def test_a_name_has_the_same_colour_in_every_kind_of_chart():
    name, colour = PALETTE[1]
    for figure in (make_fan(), make_forest()):
        for scale in find_scales(dict(figure.spec)):
            assert dict(zip(scale["domain"], scale["range"], strict=True))[name] == colour


def test_panels_stand_in_the_order_given():
    names = [name for name, _ in PALETTE]
    assert [text for text in texts(render(make_fan(FAN_ROWS[::-1]))) if text in names] == names
    assert [text for text in texts(render(make_forest())) if text.startswith("after")] == [
        "after 1 year",
        "after 9 years",
    ]


def test_a_difference_that_cannot_be_told_apart_is_drawn_hollow():
    told = [(*row[:5], "yes") for row in FOREST_ROWS]
    white = [render(make_forest(rows)).count('fill="white"') for rows in (told, FOREST_ROWS)]
    assert white[1] == white[0] + 1


def test_only_a_turn_is_marked_on_a_fan():
    still = [(*row[:8], None) for row in FAN_ROWS]
    assert render(make_fan()).count("turn: 3") == 2
    assert "turn:" not in render(make_fan(still))


def test_an_option_without_numbers_leaves_the_others_drawn():
    empty = [(PALETTE[1][0], 2026.25, None, None, None, None, None, 3.5, None)]
    svg = render(make_fan([*FAN_ROWS[:3], *empty]))
    assert {"Stay", "Go & see <it>"} <= set(texts(svg))
    assert "NaN" not in svg


def test_two_charts_of_one_kind_keep_their_own_words():
    first, second = make_forest(alt_text="The first."), make_forest(alt_text="The second.")
    assert (first.spec["description"], second.spec["description"]) == ("The first.", "The second.")
    assert {**first.spec, "description": ""} == {**second.spec, "description": ""}


def test_a_series_tells_its_last_value_and_an_empty_one_does_not():
    assert make_years().alt == "Line over the years: Floods, events a year; the last value is 4.5 in 2025."
    assert make_years(()).alt == "Line over the years: Floods, events a year."
    assert make_years().title == "Floods · events a year"


def test_a_gap_in_a_series_is_not_bridged():
    whole = render(make_years(((2023, 1.0), (2024, 2.0), (2025, 4.5))))
    assert count_marks(whole) == count_marks(render(make_years())) + 1


def test_columns_are_the_names_that_the_specification_draws():
    for figure, columns in ((make_fan(), FAN), (make_forest(), FOREST)):
        packed = json.dumps(figure.spec)
        drawn = set(re.findall(r'"field": "(\w+)"', packed))
        assert figure.columns == columns
        assert drawn <= set(columns)
        assert len(drawn) >= len(columns) - 1


def test_charts_of_the_toy_case_are_drawn(weighed, names):
    years = describe_years(weighed.analysis, names).fans
    for figure in (draw_forests(weighed.analysis, names)[0], years[0], draw_history(names.case)[0].figure):
        assert count_marks(render(figure)) >= 2


NAME = PALETTE[1][0]
PICK = (Choice("option", "Option", (NAME,), NAME), Choice("horizon", "After", ("1 year", "9 years"), "9 years"))
BARS = [
    (NAME, "9 years", "Deaths · people", "Trend", -4.0, 0.09, 0.5, 0.01, 0.4, "yes", 0, "at ●: high pace", -1.0, 0.05),
    (NAME, "9 years", "Deaths · people", "Trade", 0.01, 0.02, 0.001, 0.001, 0.1, "no", 1, "", -1.0, 0.05),
    (NAME, "9 years", "Trust · points", "Trend", 5.0, 9.0, 0.5, 1.0, 0.2, "no", 2, "", None, None),
]
DOTS = [
    ("Deaths", "Size", "9 years", NAME, place, label, mean, mean - 1, mean + 1)
    for place, (label, mean) in enumerate((("few", -2.0), ("some", 0.5), ("many", 3.0)))
]


def make_dominant(rows=BARS):
    words = {"says": "Look.", "alt_text": "Bars.", "choices": PICK, "notes": {f"{NAME}|9 years": "Said."}}
    return draw_dominant("bars", "Bars", rows, PALETTE, ("Deaths · people", "Trust · points"), **words)


def make_small():
    words = {"says": "Look.", "alt_text": "Dots.", "choices": PICK[1:], "notes": {}}
    return draw_small("dots", "Dots", DOTS, PALETTE, **words)


def test_factors_have_a_bar_two_ends_two_errors_and_a_name_in_the_panel_of_their_outcome():
    svg = render(make_dominant())
    drawn = texts(svg)
    assert [drawn.count(name) for name in ("Trend", "Trade")] == [4, 2]  # each name has a pale rim
    assert {"Deaths · people", "Trust · points"} <= set(drawn)
    assert count_marks(svg) >= 3 * 6
    assert "NaN" not in svg
    assert svg.count('font-weight="700"') == 1


def test_bins_have_dots_with_errors_in_their_order():
    drawn = texts(render(make_small()))
    assert [text for text in drawn if text in ("few", "some", "many")] == ["few", "some", "many"]
    assert NAME in drawn


def test_a_chart_of_parts_says_the_note_of_its_first_pick():
    assert make_dominant().note == "Said."
    assert make_small().note == ""
    assert make_dominant().columns == DOMINANT
    assert {len(row) for row in make_dominant().rows} == {len(DOMINANT)}
    assert {len(row) for row in make_small().rows} == {len(SMALL)}


def test_small_numbers_on_an_axis_are_never_written_with_a_letter():
    small = [(*row[:4], *(value and value / 1000 for value in row[4:8]), *row[8:12], None, None) for row in BARS]
    forest = [(*FOREST_ROWS[0][:2], 0.001, 0.0002, 0.004, "yes")]
    for figure in (make_dominant(small), make_forest(forest)):
        labels = [text for text in texts(render(figure)) if re.fullmatch(r"[+\u2212-]?[\d.]+\w?", text)]
        assert len(labels) >= 2
        assert not [label for label in labels if label.endswith(("m", "\u00b5"))]


def test_each_horizon_of_a_forest_has_a_scale_of_its_own():
    assert make_forest().spec["resolve"] == {"scale": {"x": "independent"}}
