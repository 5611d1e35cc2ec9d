"""Rules on sweeps: which levers may be turned, to what, and which cost is made equal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from crossroads.case.lookup import Lookup
from crossroads.case.records import Dial
from crossroads.case.rules_play import find_wrong_value
from crossroads.errors import Problem


def find_unknown_parts(look: Lookup) -> Iterator[Problem]:
    """Levers, costs and evidence are those of the case."""
    found = look.case.sweeps
    if found is None:
        return
    levers = [(dial.lever, f"sweeps.dials.{i}.lever") for i, dial in enumerate(found.dials)]
    cited = [(name, f"sweeps.evidence.{i}") for i, name in enumerate(found.evidence)]
    costs = [] if found.budget is None else [(found.budget.outcome, "sweeps.budget.outcome")]
    if found.budget is not None:
        costs += [(name, f"sweeps.budget.beside.{i}") for i, name in enumerate(found.budget.beside)]
    yield from look.find_unknown(levers, "levers", "case", "", "lever")
    yield from look.find_unknown(costs, "outcomes", "case", "", "outcome")
    yield from look.find_unknown(cited, "evidence", "case", "", "evidence")


def find_wrong_dials(look: Lookup) -> Iterator[Problem]:
    """A dial is of a lever that a search may change, once, and takes values that the lever can have."""
    found, seen = look.case.sweeps, set[str]()
    for i, dial in enumerate(found.dials if found else ()):
        at, lever = f"sweeps.dials.{i}", look.ids("levers").get(dial.lever)
        if dial.lever in seen:
            what, way_out = f'"{dial.lever}" has a dial already', "Put all its values into one."
            yield look.problem("case", "", f"{at}.lever", what, way_out)
        seen.add(dial.lever)
        if lever is not None and not lever.searchable:
            what = f'the lever "{dial.lever}" is not searchable: it is part of what the options are'
            yield look.problem("case", "", f"{at}.lever", what, "Choose a lever that is searchable.")
        elif lever is not None:
            for j, value in enumerate(dial.values):
                yield from find_wrong_value(look, lever, value, "case", "", f"{at}.values.{j}")
            yield from _find_double_values(look, dial, at)


def _find_double_values(look: Lookup, dial: Dial, at: str) -> Iterator[Problem]:
    if len(set(dial.values)) < len(dial.values):
        what, way_out = "a value stands here twice", "Keep one of them."
        yield look.problem("case", "", f"{at}.values", what, way_out)


def find_wrong_budget(look: Lookup) -> Iterator[Problem]:
    """The cost that is made equal is a total, and scales rise through 1: the option as it is written."""
    budget = look.case.sweeps.budget if look.case.sweeps else None
    if budget is None:
        return
    cost = look.ids("outcomes").get(budget.outcome)
    if cost is not None and cost.reading != "total":
        what = f'"{cost.id}" is a {cost.reading}, so that it is no cost of the whole time'
        yield look.problem("case", "", "sweeps.budget.outcome", what, "Choose an outcome that is a total.")
    if 1.0 not in budget.scales or any(later <= earlier for earlier, later in pairwise(budget.scales)):
        what = "the scales do not rise through 1, the option as it is written"
        yield look.problem("case", "", "sweeps.budget.scales", what, "Write scales such as [0.5, 1, 1.5].")


RULES = (find_unknown_parts, find_wrong_dials, find_wrong_budget)
