"""Charts of cells with a number in each: places of options under each metric, and how far two metrics agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import altair as alt

from crossroads.presentation.figures import FONT, ROWS, Cells, Choice, Figure
from crossroads.presentation.palette import INK, PAPER

PLACES = ("outcome", "horizon", "option", "metric", "place", "best", "worst", "value", "error", "first")
AGREEMENT = ("outcome", "horizon", "metric", "other", "agreement", "opposed")
DEEP, PALE, EVEN, AGAINST = "#0a6670", "#edf3f3", "#f7f4ee", "#c2541e"
WHITE_PLACES = 0.18
"""Share of the places, the first ones, that are dark enough for white text; black is read better on the others."""
WHITE_AGREEMENT = 0.82
"""Agreement beyond which white text is read better than black."""
Names = tuple[str, ...]


def draw_places(
    key: str,
    title: str,
    rows: Sequence[Cells],
    options: Names,
    metrics: Names,
    *,
    says: str,
    alt_text: str,
    choices: Sequence[Choice],
    notes: Mapping[str, str],
) -> Figure:
    """Options by metrics, each cell with the place of the option, or the places that it may have, the darker the
    better; framed where it may be the first (`first` is "yes").

    `rows` hold the values of PLACES, with nothing for what has no place.
    """
    spec = {**_places_spec(options, metrics), "description": alt_text}
    more: dict[str, Any] = {"choices": tuple(choices), "notes": dict(notes)}
    return Figure(key, title, says, alt_text, PLACES, tuple(rows), spec, **more)


def draw_agreement(
    key: str,
    title: str,
    rows: Sequence[Cells],
    metrics: Names,
    *,
    says: str,
    alt_text: str,
    choices: Sequence[Choice],
    notes: Mapping[str, str],
) -> Figure:
    """Metrics by metrics: 1 where both put the options in one order, -1 in the opposite; `rows` as in AGREEMENT."""
    spec = {**_agreement_spec(metrics), "description": alt_text}
    more: dict[str, Any] = {"choices": tuple(choices), "notes": dict(notes)}
    return Figure(key, title, says, alt_text, AGREEMENT, tuple(rows), spec, **more)


@cache
def _places_spec(options: Names, metrics: Names) -> dict[str, Any]:
    base = (
        _lay_out("option", options, "metric", metrics)
        .transform_filter("isValid(datum.place)")
        .transform_calculate(
            middle="(datum.best + datum.worst) / 2",
            places="datum.best == datum.worst ? '' + datum.best : datum.best + '–' + datum.worst",
        )
    )
    scale = alt.Scale(domain=[1, max(2, len(options))], range=[DEEP, PALE], interpolate="rgb")
    tips = [alt.Tooltip(f"{name}:N") for name in ("option", "metric")]
    tips += [alt.Tooltip(f"{name}:Q", format=",.4~g") for name in ("place", "best", "worst", "value", "error")]
    dark = f"datum.middle - 1 <= {WHITE_PLACES * (len(options) - 1)}"
    pale = alt.condition(dark, alt.value("white"), alt.value("black"))
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=1.5).encode(
            color=alt.Color("middle:Q", scale=scale, legend=None), tooltip=tips
        ),
        base.mark_text(fontSize=10).encode(text=alt.Text("places:N"), color=pale, tooltip=tips),
        base.transform_filter("datum.first === 'yes'").mark_rect(filled=False, stroke=INK, strokeWidth=2),
        data=ROWS,
    )
    return _finish(layers.properties(height=alt.Step(20)))


@cache
def _agreement_spec(metrics: Names) -> dict[str, Any]:
    base = _lay_out("metric", metrics, "other", metrics).transform_filter("isValid(datum.agreement)")
    scale = alt.Scale(domain=[-1, 0, 1], range=[AGAINST, EVEN, DEEP], interpolate="rgb")
    tips = [alt.Tooltip(f"{name}:N") for name in ("metric", "other")]
    tips += [alt.Tooltip("agreement:Q", format=".2f"), alt.Tooltip("opposed:Q", format=",d")]
    pale = alt.condition(f"datum.agreement > {WHITE_AGREEMENT}", alt.value("white"), alt.value("black"))
    layers = alt.layer(
        base.mark_rect(stroke=PAPER, strokeWidth=1.5).encode(
            color=alt.Color("agreement:Q", scale=scale, legend=None), tooltip=tips
        ),
        base.mark_text(fontSize=11).encode(text=alt.Text("agreement:Q", format=".1f"), color=pale, tooltip=tips),
        data=ROWS,
    )
    return _finish(layers.properties(height=alt.Step(22)))


def _lay_out(down: str, rows: Names, across: str, columns: Names) -> Any:
    looks: dict[str, Any] = {"domain": False, "ticks": False, "labelColor": INK, "labelFontSize": 11, "title": None}
    x = alt.X(f"{across}:N", sort=list(columns), axis=alt.Axis(orient="top", labelAngle=-40, labelLimit=130, **looks))
    y = alt.Y(f"{down}:N", sort=list(rows), axis=alt.Axis(labelLimit=170, **looks))
    return alt.Chart().encode(x, y)


def _finish(chart: Any) -> dict[str, Any]:
    """The specification with our looks, without data: the page puts the rows in."""
    styled = chart.properties(background="transparent").configure(font=FONT).configure_view(stroke=None)
    spec: dict[str, Any] = styled.to_dict()
    spec.pop("$schema", None)
    spec.pop("datasets", None)
    return spec
