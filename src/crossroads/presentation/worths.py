"""Who wins under which values: for anybody, for each stakeholder, and by other rules of choosing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis.compromise import RULES
from crossroads.analysis.results import Analysis
from crossroads.analysis.values import EVERY, Worths
from crossroads.presentation.ballots import Ballots, describe_ballots, say_scale
from crossroads.presentation.figures import Figure
from crossroads.presentation.pickers import Anybody, describe_anybody
from crossroads.presentation.tables import MIXTURE, Names, Plain
from crossroads.presentation.words import counted, listed, number

AGREED = 0.8
"""Kendall's tau below which the order of a rule is called another one."""


@dataclass(frozen=True)
class WorthsSection:
    """The section on values."""

    intro: str
    caution: str
    draws: str
    anybody: Anybody | None
    scales: tuple[Plain, ...]
    """Those of the headline outcomes, one table a horizon."""
    ballots: Ballots | None
    rules_say: tuple[str, ...]
    rules: Plain
    figures: tuple[Figure, ...]


def describe_worths(analysis: Analysis, names: Names) -> WorthsSection | None:
    """The section on values; None where the case states no scales, or too few for anybody."""
    worths = analysis.worths
    if worths is None or not (worths.people.data_vars or worths.anybody.data_vars):
        return None
    anybody = describe_anybody(worths, names)
    horizons = dict.fromkeys((names.near, names.last)) if anybody else ()
    return WorthsSection(
        _introduce(names),
        (
            "A first place says nothing of how much better an option is, nor of who loses by it, and no share here is "
            "the chance that an option is right. What no outcome speaks for moves no place."
        ),
        _say_draws(worths, names),
        anybody,
        tuple(_tabulate_scales(analysis, horizon, names) for horizon in horizons),
        describe_ballots(analysis, worths, names),
        tuple(_say_rules(worths.methods)),
        _tabulate_rules(worths.methods, names),
        (anybody.firsts,) if anybody else (),
    )


def _introduce(names: Names) -> str:
    return (
        "Facts are uncertain, and so is what should count how much. Here both are uncertain together: each draw takes "
        "one future and, where they are not known, one set of weights, and orders the options by what their changes "
        f"from {names.baseline} are worth on the scales that the case states, reactions averaged. A weight says what "
        "going from the worst to the best of a scale is worth, and means nothing without that range, which stands "
        "beside it. Weights and scales are judgements."
    )


def _say_draws(worths: Worths, names: Names) -> str:
    """How many draws there are, over how many effective futures."""
    given = worths.anybody.isel(horizon=0) if worths.anybody.data_vars else worths.people.sel(basis=EVERY)
    if given.sizes.get("stakeholder"):
        given = given.isel(stakeholder=0)
    here = given.sel(view=MIXTURE)
    told = [
        f"{names.views.get(view, view)} {round(float(one['effective'])):,}"
        for view in (str(each) for each in given["view"].to_numpy())
        if view != MIXTURE and np.isfinite(one := given.sel(view=view))["effective"]
    ]
    refused = [names.views.get(str(view), str(view)) for view in given["view"].to_numpy() if _is_refused(given, view)]
    draws, effective = (round(float(here[name])) for name in ("draws", "effective"))
    text = (
        f"{counted(draws, 'draw')} for all views together, over {counted(worths.futures, 'future')} "
        f"({effective:,} effective)"
    )
    if told:
        text += f"; fewer for each view alone, with these effective futures: {listed(told)}"
    return f"{text}. {f'Too few futures for {listed(refused)}.' if refused else ''}".rstrip()


def _is_refused(given: xr.Dataset, view: str) -> bool:
    return not np.isfinite(float(given["effective"].sel(view=view)))


def _tabulate_scales(analysis: Analysis, horizon: str, names: Names) -> Plain:
    rows = tuple((names.outcomes[one].name, say_scale(one, horizon, names)) for one in analysis.headline)
    columns = ("Outcome", f"What a change from {names.baseline} is worth")
    return Plain(f"Scales of the headline outcomes {names.after(horizon)}", "", columns, rows)


def _find_tops(methods: xr.Dataset, stakeholder: str, rule: str) -> list[str]:
    place = methods["place"].sel(stakeholder=stakeholder, rule=rule)
    return [str(one) for one in place["option"].to_numpy()[place.to_numpy() == 1]]


def _list_differing(methods: xr.Dataset) -> list[str]:
    """Stakeholders for whom some rule puts another option first, or the options in another order."""
    found = []
    for one in (str(each) for each in methods["stakeholder"].to_numpy()):
        own, *others = (set(_find_tops(methods, one, rule)) for rule in RULES)
        tau = methods["tau"].sel(stakeholder=one).to_numpy()
        if any(other != own for other in others) or np.nanmin(tau, initial=1.0) < AGREED:
            found.append(one)
    return found


def _tabulate_rules(methods: xr.Dataset, names: Names) -> Plain:
    rows = []
    for one in _list_differing(methods):
        cells = [names.stakeholders[one].name]
        for rule in RULES:
            tops = [names.options[option].short for option in _find_tops(methods, one, rule)]
            tau = float(methods["tau"].sel(stakeholder=one, rule=rule))
            first = tops[0] if len(tops) == 1 else f"{counted(len(tops), 'option')} alike" if tops else "–"
            beside = "" if rule == next(iter(RULES)) or not np.isfinite(tau) else f" ({number(tau, 0.01)})"
            cells.append(f"{first}{beside}")
        rows.append(tuple(cells))
    caption = (
        "The option put first by each rule on mean values and stated weights, all views alike, and in brackets how far "
        "its order agrees with that of the weighted sum (Kendall's tau-b: 1 is the same order). Only those for whom "
        f"the first option differs, or tau is below {AGREED:g}. Means carry no error here: read the shares above."
    )
    return Plain("Where other rules choose otherwise", caption, ("Stakeholder", *RULES), tuple(rows))


def _say_rules(methods: xr.Dataset) -> list[str]:
    if not methods.sizes["stakeholder"]:
        return []
    people = [str(one) for one in methods["stakeholder"].to_numpy()]
    same = [one for one in people if len({tuple(_find_tops(methods, one, rule)) for rule in RULES}) == 1]
    turned = int(methods["reversals"].sum())
    held = (
        "The weighted sum turned no order when options were dropped, made worse, offered twice or compared alone; the "
        "others can, as they measure options against each other."
    )
    failed = (
        f"The weighted sum turned the order of two options {counted(turned, 'time')} in these tests, which it must "
        "not: do not trust its places."
    )
    return [
        f"All {len(RULES)} rules ({listed(RULES)}) put the same option first for {len(same)} of "
        f"{counted(len(people), 'stakeholder')}.",
        failed if turned else held,
    ]
