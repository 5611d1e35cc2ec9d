"""The report: one self-contained HTML file that opens without a network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import vl_convert
from markupsafe import Markup

from crossroads.analysis.calibration import Past
from crossroads.analysis.results import Analysis
from crossroads.case.records import Case
from crossroads.presentation.answer import write_answer
from crossroads.presentation.charts import describe_years, draw_forests
from crossroads.presentation.claims import describe_claims
from crossroads.presentation.confidence import describe_trust
from crossroads.presentation.design import describe_design
from crossroads.presentation.dials import describe_dials
from crossroads.presentation.dominance import describe_dominance
from crossroads.presentation.drivers import describe_influence
from crossroads.presentation.figures import Figure
from crossroads.presentation.ledger import draw_history, group_evidence, link_reference, say_amount
from crossroads.presentation.mechanisms import describe_model
from crossroads.presentation.methods import describe_methods, list_limits, list_working
from crossroads.presentation.outcomes import build_explorer
from crossroads.presentation.past import describe_past
from crossroads.presentation.people import describe_people
from crossroads.presentation.regret import tabulate_regret
from crossroads.presentation.robustness import describe_robustness
from crossroads.presentation.stances import describe_stances
from crossroads.presentation.tables import Names
from crossroads.presentation.unknowable import TITLE, describe_unknowable
from crossroads.presentation.words import number, sentence
from crossroads.presentation.worths import describe_worths
from crossroads.search.exploration import Exploration
from crossroads.search.inquiries import Inquiry
from crossroads.simulation.models import AnyModel
from crossroads.simulation.runs import Runs

LIBRARIES = "window.vegaEmbed = vegaEmbed;"
"""What the bundle of Vega, Vega-Lite and Vega-Embed gives to the page."""
CONTENTS = (
    ("answer", "The answer"),
    ("influence", "What dominates"),
    ("outcomes", "What each option does"),
    ("years", "Over the years"),
    ("dials", "Dials"),
    ("stances", "The other side"),
    ("people", "Who gains, who loses"),
    ("worths", "Who wins under which values"),
    ("robustness", "How robust each option is"),
    ("unknowable", TITLE),
    ("trust", "How far to trust this"),
    ("claims", "What is claimed"),
    ("past", "What the past says"),
    ("options", "Options and levers"),
    ("uncertainties", "What nobody knows"),
    ("model", "How the model hangs together"),
    ("evidence", "Evidence ledger"),
    ("history", "The past"),
    ("methods", "Methods"),
    ("limits", "Limits"),
)
OPTIONAL = {
    "claims": "claims",
    "dials": "dials",
    "history": "history",
    "model": "anatomy",
    "past": "past",
    "unknowable": "unknowable",
    "worths": "worths",
}
"""Sections that are left out where their part is empty."""


def report(
    analysis: Analysis,
    runs: Runs,
    path: Path | str,
    model: AnyModel | None = None,
    exploration: Exploration | None = None,
    inquiry: Inquiry | None = None,
) -> Path:
    """Write the report of an analysis and the runs behind it to `path`, an HTML file, and return it.

    `model` tells of mechanisms and of levers that nothing reads; without it these parts are left out. `exploration` is
    what was run around the options, `inquiry` what was run for the claims.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render(analysis, runs, model, exploration, inquiry), encoding="utf-8")
    return target


def render(
    analysis: Analysis,
    runs: Runs,
    model: AnyModel | None = None,
    exploration: Exploration | None = None,
    inquiry: Inquiry | None = None,
) -> str:
    """The report as text."""
    names = Names(analysis.case)
    parts = {
        **_describe(analysis, runs, names, model),
        "dials": describe_dials(exploration, names),
        "claims": describe_claims(analysis, inquiry, names),
    }
    figures = list(_find_figures(parts))
    page = _environment().get_template("report.html")
    contents = [entry for entry in CONTENTS if parts[OPTIONAL.get(entry[0], "answer")]]
    return page.render(
        case=names.case,
        evidence=names.evidence,
        references=names.references,
        contents=contents,
        running=names.running,
        css=_read("report.css"),
        page_js=_read("report.js"),
        charts_js=Markup(_quote_script(vl_convert.javascript_bundle(LIBRARIES))),
        figure_data=_embed([_pack(figure) for figure in figures]),
        explorer_data=_embed(parts["explorer"].data),
        **parts,
    )


def report_past(past: Past, case: Case, path: Path | str) -> Path:
    """Write what the past says, alone, to `path`, an HTML file, and return it."""
    section = describe_past(past, case)
    figures = section.figures if section else ()
    text = _environment().get_template("calibration.html").render(
        case=case,
        futures=len(past.weights),
        past=section,
        css=_read("report.css"),
        page_js=_read("report.js"),
        charts_js=Markup(_quote_script(vl_convert.javascript_bundle(LIBRARIES))),
        figure_data=_embed([_pack(figure) for figure in figures]),
    )
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return target


def _describe(analysis: Analysis, runs: Runs, names: Names, model: AnyModel | None) -> dict[str, Any]:
    design = describe_design(names.case, list_working(model), names.colours)
    return {
        "answer": write_answer(analysis, names),
        "explorer": build_explorer(analysis, names),
        "forests": draw_forests(analysis, names),
        "robustness": describe_robustness(analysis, names),
        "worths": describe_worths(analysis, names),
        "regret": tabulate_regret(analysis, names),
        "years": describe_years(analysis, names),
        "stances": describe_stances(analysis, names),
        "people": describe_people(analysis, names),
        "dominance": describe_dominance(analysis, names),
        "unknowable": describe_unknowable(analysis, names),
        "influence": describe_influence(analysis, names),
        "trust": describe_trust(analysis, names),
        "design": design,
        "anatomy": describe_model(names.case, model),
        "ledger": group_evidence(names.case),
        "history": draw_history(names.case),
        "past": describe_past(analysis.past, names.case),
        "methods": describe_methods(analysis, runs, names, model),
        "limits": list_limits(analysis, names, design),
    }


def _find_figures(parts: dict[str, Any]) -> Iterator[Figure]:
    if parts["dominance"]:
        yield parts["dominance"].figure
    if parts["unknowable"]:
        yield parts["unknowable"].figure
    yield from parts["forests"]
    yield from parts["years"].fans
    yield from parts["influence"].figures
    yield from parts["worths"].figures if parts["worths"] else ()
    yield from parts["robustness"].figures
    yield from (past.figure for past in parts["history"])
    yield from parts["past"].figures if parts["past"] else ()


def _pack(figure: Figure) -> dict[str, Any]:
    names = ("id", "columns", "rows", "spec", "panel", "axis", "gutter", "notes")
    packed = {name: getattr(figure, name) for name in names}
    packed["choices"] = [choice.column for choice in figure.choices]
    return {**packed, **_shorten_rows(figure)} if figure.choices else {**packed, "words": {}}


def _shorten_rows(figure: Figure) -> dict[str, Any]:
    """Rows of a large chart with numbers in place of the words that many of them share, and these words by column."""
    columns = list(zip(*figure.rows, strict=True))
    words: dict[int, list[str]] = {}
    for place, column in enumerate(columns):
        if all(isinstance(value, str) for value in column):
            words[place] = list(dict.fromkeys(str(value) for value in column))
            codes = {word: code for code, word in enumerate(words[place])}
            columns[place] = tuple(codes[value] for value in column)
    return {"rows": list(zip(*columns, strict=True)), "words": words}


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    environment.filters.update(number=number, sentence=sentence, amount=say_amount, cite=link_reference, day=_say_day)
    return environment


def _say_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _read(name: str) -> Markup | str:
    """A template by its name; styles and scripts are ours and go in as they are."""
    text = (files("crossroads.presentation") / "templates" / name).read_text(encoding="utf-8")
    return text if name.endswith(".html") else Markup(text)


def _embed(data: Any) -> Markup:
    """Data inside a script element: nothing in it can end the element, and numbers are finite."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def _quote_script(code: str) -> str:
    """Code that cannot end its script element."""
    return code.replace("</script", "<\\/script").replace("<!--", "<\\!--")
