"""How far to trust the answer: Monte Carlo error, failed runs, ties, convergence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crossroads.analysis.results import Analysis
from crossroads.presentation.tables import MIXTURE, Names, Plain
from crossroads.presentation.words import counted, number

LISTED = 15
"""Reasons of failure in the table."""


@dataclass(frozen=True)
class Trust:
    """The section on trust."""

    lines: tuple[str, ...]
    tables: tuple[Plain, ...]


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
    lines.append(_say_order(analysis))
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


def _say_order(analysis: Analysis) -> str:
    """How stable the order of options is."""
    found = analysis.stability.sel(view=MIXTURE)
    told, turned = int(found["told"].sum()), int(found["turned"].sum())
    tau = found["tau"].values
    known = tau[np.isfinite(tau)]
    if not known.size:
        return "Too few options ran to say whether half of the futures order them alike."
    return (
        f"Of {told:,} pairs of options that all futures tell apart on a headline outcome, {turned:,} stand the other "
        f"way round in half of the futures. The two orders agree with Kendall's tau of {np.median(known):.2f} at the "
        f"median and {known.min():.2f} at the least; pairs that are not told apart are not ranked."
    )


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
        if view not in analysis.weights.views:
            continue
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
