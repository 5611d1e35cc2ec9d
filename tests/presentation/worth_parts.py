"""The invented case with scales, as the section on values tells it, with parts that can be exchanged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from invented import made_up, make_case

from crossroads.analysis.results import Analysis
from crossroads.analysis.values import Worths
from crossroads.analysis.verdict import analyse
from crossroads.case.records import Case, Scale
from crossroads.presentation.tables import Names
from crossroads.presentation.worths import WorthsSection, describe_worths

ENDS = {"deaths": (12.0, -12.0), "trust": (-6.0, 6.0), "score": (-1.0, 1.0)}


@dataclass(frozen=True)
class Told:
    """What was weighed, and what everything is called."""

    analysis: Analysis
    names: Names

    @property
    def worths(self) -> Worths:
        assert self.analysis.worths is not None
        return self.analysis.worths

    def tell(self, **changed: Any) -> WorthsSection:
        """The section, some parts of the weighing by values exchanged."""
        section = describe_worths(replace(self.analysis, worths=replace(self.worths, **changed)), self.names)
        assert section is not None
        return section


def scale_case(**more: Any) -> Case:
    """The invented case with scales; a careful stakeholder weighs no index and sets no limit."""
    case = make_case()
    careful = made_up.make_stakeholder("careful", weights={"lives": 3, "faith": 1}, horizon="far", known="order")
    scaled = tuple(
        one.model_copy(
            update={"scales": {at: Scale(worst=ENDS[one.id][0], best=ENDS[one.id][1]) for at in ("near", "far")}}
        )
        for one in case.outcomes
    )
    concerns = tuple(
        one.model_copy(update={"outcomes": {"trust": 1.0}}) if one.id == "faith" else one for one in case.concerns
    )
    order = concerns[-1].model_copy(update={"id": "order", "name": "Order", "outcomes": {"score": 1.0}})
    town = case.stakeholders[0].model_copy(update={"weights": {"lives": 2, "order": 1, "beauty": 1}})
    parts = {
        "outcomes": scaled,
        "concerns": (*concerns, order),
        "stakeholders": (town, *case.stakeholders[1:], careful),
    }
    return case.model_copy(update={**parts, **more})


@cache
def weigh_worths(failed: int = 0) -> Told:
    """The scaled case; no run of the option force ended well in the first `failed` futures."""
    case = scale_case()
    analysis = analyse(made_up.FakeRuns(case, change={("force", future): 3 for future in range(failed)}))
    return Told(analysis, Names(case))
