"""Charts as Vega-Lite specifications with captions, descriptions and rows; rows are drawn as they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import altair as alt

from crossroads.presentation.palette import BASELINE, INK, PAPER, RULE, SOFT

Cell = float | int | str | None
Cells = tuple[Cell, ...]
Palette = tuple[tuple[str, str], ...]
"""Names and their colours, in the order in which they are shown."""
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif'
ROWS = alt.NamedData(name="rows")
BAND = "#ece7dc"
SHORT = "abs(datum.value) < 1000 ? format(datum.value, '{0},.3~g') : format(datum.value, '{0},.3~s')"
"""Labels of an axis: thousands as k and millions as M, but never thousandths as m."""

DOMINANT = (
    "option",
    "horizon",
    "outcome",
    "name",
    "low",
    "high",
    "low_error",
    "high_error",
    "share",
    "turns",
    "place",
    "ends",
    "behind_low",
    "behind_high",
)
FAN = ("option", "year", "low", "lower", "median", "upper", "high", "reference", "turn")
FOREST = ("option", "horizon", "change", "low", "high", "told")
SMALL = ("outcome", "doubt", "horizon", "option", "place", "bin", "mean", "low", "high")
TORNADO = ("name", "option", "low", "high", "kind", "turns")
YEARS = ("year", "value")
CHECK = ("year", "low", "lower", "median", "upper", "high", "counted")


@dataclass(frozen=True)
class Choice:
    """Which rows of a chart are drawn: those with the value chosen in one column."""

    column: str
    legend: str
    values: tuple[str, ...]
    chosen: str


@dataclass(frozen=True)
class Figure:
    """One chart: `columns` name the values of each row; `panel` is the least width of one of many panels,
    `axis` the width that their labels take, `gutter` that between two of them."""

    id: str
    title: str
    says: str
    """The caption: what to see."""
    alt: str
    """For readers who cannot see it."""
    columns: tuple[str, ...]
    rows: tuple[Cells, ...]
    spec: Mapping[str, Any] = field(repr=False)
    panel: int | None = None
    axis: int = 46
    marks: tuple[str, ...] = ()
    """Sentences to set off below the caption, such as a crossing."""
    gutter: int = 22
    choices: tuple[Choice, ...] = ()
    """What a reader picks; the rows of all values are in the page."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What is said of each pick; values in the order of the choices, joined by "|"."""

    @property
    def note(self) -> str:
        """What is said of the first pick."""
        return self.notes.get("|".join(choice.chosen for choice in self.choices), "")


def draw_fan(
    key: str,
    title: str,
    rows: Sequence[Cells],
    palette: Palette,
    *,
    says: str,
    alt_text: str,
    marks: Sequence[str] = (),
) -> Figure:
    """A fan over time, one panel an option: 80 % and 50 % bands, median, the baseline's median dashed.

    `rows` hold the values of FAN; `turn` is the median where a crossing is to be marked, else nothing.
    """
    spec = {**_fan_spec(palette), "description": alt_text}
    return Figure(key, title, says, alt_text, FAN, tuple(rows), spec, panel=205, marks=tuple(marks))


def draw_forest(key: str, title: str, rows: Sequence[Cells], palette: Palette, *, says: str, alt_text: str) -> Figure:
    """Differences from the baseline: a dot and its 80 % band for each option, one panel a horizon on its own scale.

    `rows` hold the values of FOREST; a row whose `told` is not "yes" is drawn hollow.
    """
    horizons = tuple(dict.fromkeys(str(row[1]) for row in rows))
    spec = {**_forest_spec(palette, horizons), "description": alt_text}
    return Figure(key, title, says, alt_text, FOREST, tuple(rows), spec, panel=420, axis=120)


def draw_tornado(
    key: str,
    title: str,
    rows: Sequence[Cells],
    palette: Palette,
    *,
    says: str,
    alt_text: str,
    axis: str,
    marks: Sequence[str] = (),
) -> Figure:
    """Bars from low (hollow end) to high (filled end) around zero, in the order given, each under its name.

    `rows` hold the values of TORNADO; a `kind` of "choice" has diamonds at its ends, a row that `turns` ("yes")
    a bold name.
    """
    spec = {**_tornado_spec(palette, axis, tuple(str(row[0]) for row in rows)), "description": alt_text}
    return Figure(key, title, says, alt_text, TORNADO, tuple(rows), spec, marks=tuple(marks))


def draw_dominant(
    key: str,
    title: str,
    rows: Sequence[Cells],
    palette: Palette,
    outcomes: Sequence[str],
    *,
    says: str,
    alt_text: str,
    choices: Sequence[Choice],
    notes: Mapping[str, str],
) -> Figure:
    """Tornadoes side by side, one panel an outcome, of one option and horizon at a time: each bar runs between the
    joint ends of a factor, with two errors at each end.

    `rows` hold the values of DOMINANT: `place` is the order of the bars, a row that `turns` ("yes") has a bold name,
    and behind the bars of an outcome lies a pale band from `behind_low` to `behind_high`.
    """
    spec = {**_dominant_spec(palette, tuple(outcomes)), "description": alt_text}
    more: dict[str, Any] = {"panel": 270, "axis": 0, "gutter": 34, "choices": tuple(choices), "notes": dict(notes)}
    return Figure(key, title, says, alt_text, DOMINANT, tuple(rows), spec, **more)


def draw_small(
    key: str,
    title: str,
    rows: Sequence[Cells],
    palette: Palette,
    *,
    says: str,
    alt_text: str,
    choices: Sequence[Choice],
    notes: Mapping[str, str],
) -> Figure:
    """Means by bin with two errors, one panel an option, of one outcome, doubt and horizon at a time.

    `rows` hold the values of SMALL; `place` is the order of the bins.
    """
    spec = {**_small_spec(palette), "description": alt_text}
    more: dict[str, Any] = {"panel": 190, "axis": 0, "gutter": 58, "choices": tuple(choices), "notes": dict(notes)}
    return Figure(key, title, says, alt_text, SMALL, tuple(rows), spec, **more)


def draw_years(key: str, title: str, unit: str, rows: Sequence[Cells], *, says: str) -> Figure:
    """A yearly series as a small chart with its dots, from zero; `rows` hold the values of YEARS, nothing for a gap."""
    last = f"; the last value is {rows[-1][1]} in {rows[-1][0]}" if rows else ""
    alt_text = f"Line over the years: {title}, {unit}{last}."
    spec = {**_years_spec(max(1, min(4, len(rows) - 1))), "description": alt_text}
    return Figure(key, f"{title} · {unit}", says, alt_text, YEARS, tuple(rows), spec)


def draw_check(key: str, title: str, rows: Sequence[Cells], *, says: str, alt_text: str) -> Figure:
    """What a register counted, year by year (dots), over the bands of what it could as well have counted.

    `rows` hold the values of CHECK: the ends of the 90 % and 50 % bands, their median, and the count, if there is one.
    """
    spec = {**_check_spec(max(1, min(4, len(rows) - 1))), "description": alt_text}
    return Figure(key, title, says, alt_text, CHECK, tuple(rows), spec)


def _finish(chart: Any) -> dict[str, Any]:
    """The specification with our looks, without data: the page puts the rows in."""
    axis = {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "titleFontWeight": "normal",
        "labelFontSize": 11,
        "titleFontSize": 11,
        "gridColor": "#eee9df",
        "domainColor": RULE,
        "tickColor": RULE,
    }
    header = {
        "labelFontSize": 12,
        "labelFontWeight": 600,
        "labelColor": INK,
        "title": None,
        "labelAnchor": "start",
        "labelPadding": 4,
    }
    styled = chart.properties(background="transparent").configure(font=FONT)
    styled = styled.configure_axis(**axis).configure_header(**header).configure_view(stroke=None)
    spec: dict[str, Any] = styled.to_dict()
    spec.pop("$schema", None)
    spec.pop("datasets", None)
    return spec


def _paint(field_name: str, palette: Palette, **more: Any) -> Any:
    scale = alt.Scale(domain=[name for name, _ in palette], range=[colour for _, colour in palette])
    return alt.Color(f"{field_name}:N", scale=scale, **{"legend": None, **more})


def _tips(names: Sequence[str], numbers: Sequence[str], fmt: str) -> list[Any]:
    return [
        *(alt.Tooltip(f"{name}:N") for name in names),
        *(alt.Tooltip(f"{name}:Q", format=fmt) for name in numbers),
    ]


@cache
def _fan_spec(palette: Palette) -> dict[str, Any]:
    x = alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickCount=5, grid=False))
    y = alt.Axis(labelExpr=SHORT.format(""), tickCount=4, title=None)
    paint = _paint("option", palette)
    wide = alt.Y("low:Q", axis=y, scale=alt.Scale(zero=False))
    tips = _tips(("option",), ("year", "low", "median", "high", "reference"), ",.5~g")
    tips[1] = alt.Tooltip("year:Q", format=".2f")
    chart = alt.Chart()
    layers = alt.layer(
        chart.mark_area(opacity=0.16).encode(x, wide, alt.Y2("high:Q"), paint),
        chart.mark_area(opacity=0.26).encode(x, alt.Y("lower:Q"), alt.Y2("upper:Q"), paint),
        chart.mark_line(strokeWidth=1.6, strokeDash=[4, 3], color=BASELINE).encode(x, alt.Y("reference:Q")),
        chart.mark_line(strokeWidth=2.2).encode(x, alt.Y("median:Q"), paint, tooltip=tips),
        chart.mark_point(size=70, filled=True, fill="white", stroke=INK, strokeWidth=1.8, opacity=1)
        .transform_filter("isValid(datum.turn)")
        .encode(x, alt.Y("turn:Q")),
    ).properties(width=190, height=120)
    facet = alt.Facet("option:N", sort=[name for name, _ in palette], title=None)
    return _finish(layers.facet(facet, data=ROWS, columns=4, spacing={"row": 18, "column": 22}))


@cache
def _forest_spec(palette: Palette, horizons: tuple[str, ...]) -> dict[str, Any]:
    paint = _paint("option", palette)
    axis = alt.Axis(labelLimit=150, labelFontSize=11.5, labelColor=INK, grid=False, domain=False, ticks=False)
    y = alt.Y("option:N", sort=[name for name, _ in palette], title=None, axis=axis)
    x = alt.X("low:Q", title=None, axis=alt.Axis(labelExpr=SHORT.format("+"), tickCount=4))
    tips = _tips(("option", "horizon", "told"), ("change", "low", "high"), "+,.5~g")
    fill = alt.condition("datum.told === 'yes'", _paint("option", palette), alt.value("white"))
    chart = alt.Chart()
    panels = alt.layer(
        chart.mark_rule(color=BASELINE, strokeDash=[4, 3]).encode(x=alt.datum(0)),
        chart.mark_rule(strokeWidth=5, opacity=0.3).encode(x, alt.X2("high:Q"), y, paint),
        chart.mark_point(size=75, strokeWidth=1.8, opacity=1).encode(
            alt.X("change:Q"), y, paint, fill=fill, tooltip=tips
        ),
    ).properties(width=260, height=alt.Step(21))
    facet = alt.Facet("horizon:N", sort=list(horizons), title=None)
    return _finish(panels.facet(facet, data=ROWS, columns=2, spacing=26).resolve_scale(x="independent"))


@cache
def _tornado_spec(palette: Palette, axis: str, names: tuple[str, ...]) -> dict[str, Any]:
    y = alt.Y("name:N", sort=list(names), title=None, axis=None)
    ends = alt.Axis(labelExpr=SHORT.format("+"), tickCount=5, domain=False, ticks=False)
    low, high = alt.X("low:Q", title=axis, axis=ends), alt.X("high:Q")
    paint = _paint("option", palette)
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=["number", "choice"], range=["circle", "diamond"]), legend=None)
    tips = _tips(("name", "option"), ("low", "high"), "+,.4~g")
    chart = alt.Chart()
    layers = alt.layer(
        chart.mark_rule(color=BASELINE, strokeDash=[4, 3]).encode(x=alt.datum(0)),
        chart.mark_rule(strokeWidth=7, opacity=0.35, yOffset=12).encode(low, alt.X2("high:Q"), y, paint, tooltip=tips),
        chart.mark_point(size=62, strokeWidth=1.8, opacity=1, fill="white", yOffset=12).encode(
            low, y, paint, shape, tooltip=tips
        ),
        chart.mark_point(size=78, filled=True, opacity=1, yOffset=12).encode(high, y, paint, shape, tooltip=tips),
        *_write_names(chart.encode(y)),
        data=ROWS,
    )
    return _finish(layers.properties(height=alt.Step(50)))


@cache
def _dominant_spec(palette: Palette, outcomes: tuple[str, ...]) -> dict[str, Any]:
    y = alt.Y("name:N", sort=alt.EncodingSortField("place", op="min"), title=None, axis=None)
    ends = alt.Axis(labelExpr=SHORT.format("+"), tickCount=4, domain=False, ticks=False)
    low, high = alt.X("low:Q", title=None, axis=ends), alt.X("high:Q")
    paint = _paint("option", palette)
    tips = [*_tips(("name",), ("low", "low_error", "high", "high_error"), "+,.4~g"), alt.Tooltip("ends:N")]
    tips.insert(1, alt.Tooltip("share:Q", format=".0%"))
    bars = alt.Chart()
    looks: dict[str, Any] = {"align": "left", "x": 4, "yOffset": -7, "fontSize": 11, "limit": alt.ExprRef("width")}
    text = bars.encode(alt.Text("name:N"), y)
    weight = alt.ExprRef("datum.turns === 'yes' ? 700 : 400")
    layers = alt.layer(
        bars.mark_rect(color=BAND, opacity=1).encode(alt.X("behind_low:Q"), alt.X2("behind_high:Q")),
        bars.mark_rule(color=BASELINE, strokeDash=[4, 3]).encode(x=alt.datum(0)),
        bars.mark_rule(strokeWidth=7, opacity=0.35, yOffset=9).encode(low, alt.X2("high:Q"), y, paint, tooltip=tips),
        *(_draw_error(bars, end, y, paint) for end in ("low", "high")),
        bars.mark_point(size=46, strokeWidth=1.8, opacity=1, fill="white", yOffset=9).encode(
            low, y, paint, tooltip=tips
        ),
        bars.mark_point(size=54, filled=True, opacity=1, yOffset=9).encode(high, y, paint, tooltip=tips),
        text.mark_text(stroke=PAPER, strokeWidth=3, color=PAPER, **looks),
        text.mark_text(color=INK, fontWeight=weight, **looks),
    ).properties(width=240, height=alt.Step(36))
    facet = alt.Facet("outcome:N", sort=list(outcomes), title=None)
    chart = layers.facet(facet, data=ROWS, columns=3, spacing={"row": 20, "column": 34})
    return _finish(chart.resolve_scale(x="independent", y="independent"))


def _draw_error(bars: Any, end: str, y: Any, paint: Any) -> Any:
    """A thin rule of two errors to both sides of an end."""
    sides = {side: f"datum.{end} {sign} 2 * datum.{end}_error" for side, sign in (("from", "-"), ("to", "+"))}
    drawn = bars.transform_calculate(**sides).mark_rule(strokeWidth=1.2, yOffset=9)
    return drawn.encode(alt.X("from:Q"), alt.X2("to:Q"), y, paint)


@cache
def _small_spec(palette: Palette) -> dict[str, Any]:
    bins = alt.Axis(labelAngle=-35, labelFontSize=10, grid=False, ticks=False, labelLimit=110)
    x = alt.X("bin:N", sort=alt.EncodingSortField("place", op="min"), title=None, axis=bins)
    y = alt.Y("low:Q", title=None, axis=alt.Axis(labelExpr=SHORT.format("+"), tickCount=3))
    paint = _paint("option", palette)
    tips = _tips(("option", "bin"), ("mean", "low", "high"), "+,.4~g")
    chart = alt.Chart()
    layers = alt.layer(
        chart.mark_rule(color=BASELINE, strokeDash=[4, 3]).encode(y=alt.datum(0)),
        chart.mark_rule(strokeWidth=1.6).encode(x, y, alt.Y2("high:Q"), paint),
        chart.mark_line(strokeWidth=1, opacity=0.5).encode(x, alt.Y("mean:Q"), paint),
        chart.mark_point(size=34, filled=True, opacity=1).encode(x, alt.Y("mean:Q"), paint, tooltip=tips),
    ).properties(width=150, height=80)
    facet = alt.Facet("option:N", sort=[name for name, _ in palette], title=None)
    panels = layers.facet(facet, data=ROWS, columns=4, spacing={"row": 12, "column": 58})
    return _finish(panels.resolve_scale(y="independent"))


def _write_names(chart: Any) -> Iterator[Any]:
    """Two lines above each bar on a pale rim: the uncertainty, bold where the sign turns, and the option."""
    for field_name, height, size, colour in (("name", -16, 12, INK), ("option", -2, 11, SOFT)):
        looks = {"align": "left", "x": 5, "yOffset": height, "fontSize": size, "limit": alt.ExprRef("width")}
        text = chart.encode(alt.Text(f"{field_name}:N"))
        yield text.mark_text(stroke=PAPER, strokeWidth=4, color=PAPER, **looks)
        weight = alt.ExprRef(f"datum.turns === 'yes' && {size} > 11 ? 700 : 400")
        yield text.mark_text(color=colour, fontWeight=weight, **looks)


@cache
def _years_spec(ticks: int) -> dict[str, Any]:
    x = alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickCount=ticks, grid=False))
    y = alt.Y("value:Q", title=None, axis=alt.Axis(labelExpr=SHORT.format(""), tickCount=3), scale=alt.Scale(zero=True))
    tips = [alt.Tooltip("year:Q", format="d"), alt.Tooltip("value:Q", format=",.5~g")]
    base = alt.Chart(ROWS).encode(x, y)
    line = base.mark_line(color="#1f4e9c", strokeWidth=1.8)
    dots = base.mark_point(color="#1f4e9c", filled=True, size=26, opacity=1).encode(tooltip=tips)
    return _finish((line + dots).properties(height=120))


@cache
def _check_spec(ticks: int) -> dict[str, Any]:
    colour = "#1f4e9c"
    x = alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickCount=ticks, grid=False))
    y = alt.Axis(labelExpr=SHORT.format(""), tickCount=4)
    wide = alt.Y("low:Q", title=None, axis=y, scale=alt.Scale(zero=True))
    tips = _tips((), ("year", "counted", "low", "median", "high"), ",.5~g")
    tips[0] = alt.Tooltip("year:Q", format="d")
    base = alt.Chart(ROWS)
    layers = alt.layer(
        base.mark_area(opacity=0.14, color=colour).encode(x, wide, alt.Y2("high:Q")),
        base.mark_area(opacity=0.24, color=colour).encode(x, alt.Y("lower:Q"), alt.Y2("upper:Q")),
        base.mark_line(strokeWidth=1.6, color=colour).encode(x, alt.Y("median:Q"), tooltip=tips),
        base.mark_point(size=34, filled=True, color=INK, opacity=1)
        .transform_filter("isValid(datum.counted)")
        .encode(x, alt.Y("counted:Q"), tooltip=tips),
    )
    return _finish(layers.properties(height=170))
