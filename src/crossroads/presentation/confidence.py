"""How far to trust the answer: what dominates it, Monte Carlo error, failed runs, ties, convergence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite

import numpy as np

from crossroads.analysis.verdict import Analysis
from crossroads.presentation.charts import tidy
from crossroads.presentation.figures import Figure, draw_bars
from crossroads.presentation.tables import MIXTURE, Names, Plain
from crossroads.presentation.words import counted, listed, number, percent

SHOWN = 8
"""Uncertainties in each chart."""
LISTED = 15
"""Uncertainties in the table."""
RISES, FALLS, CHOICE = "more of it, higher", "more of it, lower", "a choice between structures"
KINDS = ((RISES, "#1f4e9c"), (FALLS, "#b2720e"), (CHOICE, "#6b6f76"))


@dataclass(frozen=True)
class Driver:
    """One uncertainty and what it moves."""

    id: str
    name: str
    moves: str
    strength: str
    says: str
    evidence: tuple[str, ...]
    contested: str


@dataclass(frozen=True)
class Influence:
    """The section on what dominates."""

    intro: str
    figures: tuple[Figure, ...]
    rows: tuple[Driver, ...]


@dataclass(frozen=True)
class Trust:
    """The section on trust."""

    lines: tuple[str, ...]
    tables: tuple[Plain, ...]


@dataclass(frozen=True)
class _Link:
    """The option under which an uncertainty goes with an outcome most, at the last horizon."""

    uncertainty: str
    outcome: str
    option: str
    strength: float
    correlation: float
    clear: bool

    @property
    def kind(self) -> str:
        if not isfinite(self.correlation):
            return CHOICE
        return RISES if self.correlation > 0 else FALLS


def describe_influence(analysis: Analysis, names: Names) -> Influence:
    """The uncertainties that differences from the baseline option go with most."""
    links = list(_find_links(analysis, names))
    intro = (
        f"How much of the spread of each option's difference from {names.baseline}, "
        f"{names.after(names.last)}, goes with one "
        "uncertainty alone: the squared rank correlation, or the share between the categories of a "
        "structural choice. "
        "The option that reacts most is shown. Shares of several uncertainties need not add up."
    )
    figures = tuple(_draw_links(outcome, links, names) for outcome in analysis.headline)
    ranked = sorted(links, key=lambda link: -link.strength)
    order = list(dict.fromkeys(link.uncertainty for link in ranked if link.clear))[:LISTED]
    rows = tuple(_describe_driver(one, [link for link in ranked if link.uncertainty == one], names) for one in order)
    return Influence(intro, tuple(figure for figure in figures if figure.rows), rows)


def _find_links(analysis: Analysis, names: Names) -> Iterator[_Link]:
    found = analysis.influence.sel(horizon=names.last).transpose("uncertainty", "outcome", "option", ...)
    strength = np.nan_to_num(found["strength"].values)
    options, outcomes = found["option"].values, found["outcome"].values
    for i, uncertainty in enumerate(found["uncertainty"].values):
        for j, outcome in enumerate(outcomes):
            k = int(strength[i, j].argmax())
            yield _Link(
                str(uncertainty),
                str(outcome),
                str(options[k]),
                float(strength[i, j, k]),
                float(found["correlation"].values[i, j, k]),
                bool(found["clear"].values[i, j, k]),
            )


def _draw_links(outcome: str, links: list[_Link], names: Names) -> Figure:
    mine = [link for link in links if link.outcome == outcome and link.clear]
    mine = sorted(mine, key=lambda link: -link.strength)[:SHOWN]
    known = {one.id: one.name for one in names.case.uncertainties}
    rows = [(known[link.uncertainty], tidy(100 * link.strength), link.kind) for link in mine]
    first = f" First: {known[mine[0].uncertainty]}, under {names.options[mine[0].option].short}." if mine else ""
    title = f"What moves {names.running(names.outcomes[outcome].short)} most"
    alt_text = f"Bars: {listed(f'{row[0]} {row[1]} percent' for row in rows)}."
    return draw_bars(
        f"influence-{outcome}",
        title,
        rows,
        KINDS,
        says=f"Share of the spread that goes with each uncertainty.{first}",
        alt_text=alt_text,
        axis="% of the spread",
    )


def _describe_driver(uncertainty: str, links: list[_Link], names: Names) -> Driver:
    record = next(one for one in names.case.uncertainties if one.id == uncertainty)
    clear = [link for link in links if link.clear]
    top = clear[0]
    direction = {
        RISES: " Higher values go with a higher difference.",
        FALLS: " Higher values go with a lower difference.",
        CHOICE: " It is a choice between structures of the model.",
    }[top.kind]
    says = (
        f"Goes with {percent(top.strength)} of the spread in "
        f"{names.running(names.outcomes[top.outcome].short)} under "
        f"{names.options[top.option].short}.{direction}"
    )
    moves = listed(names.outcomes[link.outcome].short for link in clear)
    return Driver(record.id, record.name, moves, percent(top.strength), says, record.evidence, record.contested)


def describe_trust(analysis: Analysis, names: Names) -> Trust:
    """Every check that ran, in words and tables."""
    lines = [finding.sentence for finding in analysis.findings if finding.topic in ("trust", "order")]
    steady = analysis.convergence["steady"].sel(view=MIXTURE)
    checked = np.isfinite(analysis.convergence["all"].sel(view=MIXTURE).values)
    kept = int((steady.values.astype(bool) & checked).sum())
    lines.append(
        f"Half of the futures say the same as all of them in {kept:,} of {int(checked.sum()):,} headline "
        "differences, within two "
        "of the half's own standard errors."
    )
    lines.append(
        "Errors are a jackknife over independent replicates of the futures; two numbers are told "
        "apart beyond two "
        "standard errors. They measure chance in sampling alone, not whether the model or the "
        "evidence is right."
    )
    tables = [_tabulate_errors(analysis, names), _tabulate_sizes(analysis, names)]
    if analysis.reasons:
        tables.append(_tabulate_reasons(analysis, names))
    return Trust(tuple(lines), tuple(tables))


def _tabulate_errors(analysis: Analysis, names: Names) -> Plain:
    rows = []
    for outcome in analysis.headline:
        record = names.outcomes[outcome]
        level = analysis.levels.sel(view=MIXTURE, outcome=outcome, horizon=names.last, option=names.case.baseline)
        errors = analysis.differences["error"].sel(view=MIXTURE, outcome=outcome, horizon=names.last).values
        widest = float(np.nanmax(errors)) if np.isfinite(errors).any() else float("nan")
        ties = [_say_ties(analysis, outcome, horizon) for horizon in dict.fromkeys((names.near, names.last))]
        rows.append(
            (
                record.name,
                f"{number(float(level['mean']), digits=record.digits)} {record.unit}",
                f"± {number(float(level['error']))}",
                f"± {number(widest)}",
                *ties,
            )
        )
    soon = [f"pairs not told apart {names.after(each)}" for each in dict.fromkeys((names.near, names.last))]
    return Plain(
        "Monte Carlo error",
        "One standard error, all views counted alike.",
        (
            "Outcome",
            f"{names.baseline} {names.after(names.last)}",
            "its error",
            "largest error of a difference",
            *soon,
        ),
        tuple(rows),
    )


def _say_ties(analysis: Analysis, outcome: str, horizon: str) -> str:
    cell = analysis.contested.sel(outcome=outcome, horizon=horizon)
    return f"{int(cell['tied'])} of {int(cell['pairs'])}"


def _tabulate_sizes(analysis: Analysis, names: Names) -> Plain:
    rows = []
    for view, name in names.views.items():
        cell = analysis.effective.sel(view=view)
        state = "refused" if bool(cell["view_refused"]) else "weighed"
        rows.append(
            (
                name,
                number(float(cell["view_effective"]), 1.0),
                number(float(cell["view_thinnest"]), 0.1),
                state,
            )
        )
    floor = number(float(analysis.effective.attrs["floor"]))
    caption = (
        f"A view weighs the same {counted(int(analysis.effective.attrs['futures']), 'future')} by its own "
        "beliefs; its effective number is "
        f"that of equally weighted futures with the same error. Below {floor} a weighing is refused."
    )
    return Plain(
        "Effective futures",
        caption,
        ("View", "effective futures", "in the thinnest replicate", ""),
        tuple(rows),
    )


def _tabulate_reasons(analysis: Analysis, names: Names) -> Plain:
    shown, rest = analysis.reasons[:LISTED], analysis.reasons[LISTED:]
    rows = [
        (names.options[option].name if option in names.options else option, reason, f"{count:,}")
        for option, reason, count in shown
    ]
    if rest:
        rows.append(("Others", counted(len(rest), "more reason"), f"{sum(count for *_, count in rest):,}"))
    return Plain(
        "Failed runs",
        "A failed run counts nowhere and touches no other.",
        ("Option", "reason", "runs"),
        tuple(rows),
    )
