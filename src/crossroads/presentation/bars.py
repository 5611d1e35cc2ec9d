"""Charts of shares as bars: how often each option comes first, second and third."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import altair as alt

from crossroads.presentation.figures import FONT, ROWS, Cells, Figure, Palette
from crossroads.presentation.palette import INK, RULE, SOFT

FIRSTS = ("horizon", "option", "place", "share", "low", "high", "order")


def draw_firsts(key: str, title: str, rows: Sequence[Cells], palette: Palette, *, says: str, alt_text: str) -> Figure:
    """Bars of the shares of the first three places, first places darkest with two errors at their end, one panel a
    horizon; `rows` hold the values of FIRSTS, `low` and `high` of first places alone, `order` from the top."""
    horizons = tuple(dict.fromkeys(str(row[0]) for row in rows))
    spec = {**_firsts_spec(palette, horizons), "description": alt_text}
    return Figure(key, title, says, alt_text, FIRSTS, tuple(rows), spec, panel=420, axis=130)


@cache
def _firsts_spec(palette: Palette, horizons: tuple[str, ...]) -> dict[str, Any]:
    labels = alt.Axis(labelLimit=170, labelFontSize=11.5, labelColor=INK, grid=False, domain=False, ticks=False)
    y = alt.Y("option:N", sort=alt.EncodingSortField("order", op="min"), title=None, axis=labels)
    ends = alt.Axis(format="%", tickCount=5, domain=False, ticks=False, labelColor=SOFT, gridColor="#eee9df")
    colour = alt.Scale(domain=[name for name, _ in palette], range=[colour for _, colour in palette])
    fade = alt.Scale(domain=[1, 2, 3], range=[0.9, 0.4, 0.16])
    tips = [alt.Tooltip("option:N"), alt.Tooltip("place:O")]
    tips += [alt.Tooltip(f"{name}:Q", format=".1%") for name in ("share", "low", "high")]
    chart = alt.Chart()
    panels = alt.layer(
        chart.mark_bar(height=13).encode(
            alt.X("share:Q", title=None, axis=ends, stack="zero"),
            y,
            alt.Color("option:N", scale=colour, legend=None),
            alt.Opacity("place:O", scale=fade, legend=None),
            order=alt.Order("place:Q"),
            tooltip=tips,
        ),
        chart.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=1.8, color=INK)
        .encode(alt.X("low:Q"), alt.X2("high:Q"), y, tooltip=tips),
    ).properties(width=270, height=alt.Step(22))
    header = alt.Header(title=None, labelFontSize=12, labelFontWeight="bold", labelColor=INK, labelAnchor="start")
    facet = alt.Facet("horizon:N", sort=list(horizons), title=None, header=header)
    found = panels.facet(facet, data=ROWS, columns=2, spacing=26).resolve_scale(y="independent")
    styled = found.properties(background="transparent").configure(font=FONT).configure_view(stroke=None)
    spec: dict[str, Any] = styled.configure_axis(domainColor=RULE).to_dict()
    spec.pop("$schema", None)
    spec.pop("datasets", None)
    return spec
