"""The figure of docs/benchmarks.md: speed of every implementation, and memory against the number of runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import altair as alt
import vl_convert

from benchmarks.results import Results, Row, extrapolate
from crossroads.presentation.palette import BASELINE, INK, PAPER, RULE

OWN = "#1f4e9c"
FONT = "Liberation Sans, Arial, sans-serif"


def draw_figure(results: Results, path: Path) -> None:
    """Write the figure as SVG."""
    panels = [_draw_speed("Test model", results.cartels), _draw_speed("Full Mexico model", results.mexico)]
    chart = alt.vconcat(*panels, _draw_memory(results)).configure(background=PAPER, font=FONT)
    chart = chart.configure_axis(labelColor=INK, titleColor=INK, gridColor=RULE, labelLimit=220)
    chart = chart.configure_title(color=INK, anchor="start").configure_view(stroke=None)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(vl_convert.vegalite_to_svg(chart.to_json()), encoding="utf-8")


def _draw_speed(title: str, rows: Sequence[Row]) -> alt.LayerChart:
    """Bars on a scale of powers of ten, from 1 run a CPU-second."""
    values = [
        {"name": row.subject.name, "speed": row.told.per_cpu, "told": f"{row.told.per_cpu:,.0f}", "base": 1}
        for row in sorted(rows, key=lambda row: row.told.per_cpu)
    ]
    base = alt.Chart(alt.Data(values=values), title=title, width=460, height=alt.Step(20))
    y = alt.Y("name:N", sort=None, title=None)
    x = alt.X(
        "speed:Q", title="runs per CPU-second", scale=alt.Scale(type="log", domain=[1, 100_000]), axis=_tick(0, 5)
    )
    own = alt.condition("indexof(datum.name, 'Crossroads') == 0", alt.value(OWN), alt.value(BASELINE))
    bars = base.mark_bar().encode(y=y, x=x, x2="base:Q", color=own)
    return bars + base.mark_text(align="left", dx=4, color=INK).encode(y=y, x=x, text="told:N")


def _draw_memory(results: Results) -> alt.LayerChart:
    """Lines on two scales of powers of ten; broken where a line was drawn on."""
    names = ("Crossroads", "EMA Workbench")
    grown = zip(names, (results.growth, results.peer_growth), strict=True)
    values = [{"name": name, "runs": t.runs, "memory": t.memory} for name, told in grown for t in told.values()]
    base = alt.Chart(width=460, height=180, title="Memory against the number of runs")
    encoding = {
        "x": alt.X("runs:Q", title="runs", scale=alt.Scale(type="log"), axis=_tick(3, 7)),
        "y": alt.Y("memory:Q", title="most memory, MB", scale=alt.Scale(type="log"), axis=_tick(1, 6)),
        "color": alt.Color(
            "name:N",
            title=None,
            scale=alt.Scale(domain=list(names), range=[OWN, BASELINE]),
            legend=alt.Legend(orient="bottom"),
        ),
    }
    measured = base.mark_line(point=True).encode(**encoding).properties(data=alt.Data(values=values))
    beyond = base.mark_line(strokeDash=[4, 4]).encode(**encoding).properties(data=alt.Data(values=_draw_on(results)))
    return measured + beyond


def _draw_on(results: Results) -> list[dict[str, object]]:
    """What a straight line through the peer's last two counts says of up to a million runs."""
    last = max(results.peer_growth, default=0)
    counts = [last, *(count for count in (20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000) if count > last)]
    lines = [(count, extrapolate(results.peer_growth, count)) for count in counts]
    return [{"name": "EMA Workbench", "runs": count, "memory": line[1]} for count, line in lines if line]


def _tick(first: int, last: int) -> alt.Axis:
    return alt.Axis(values=[10**power for power in range(first, last + 1)], format=",")
