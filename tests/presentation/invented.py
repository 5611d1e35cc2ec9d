"""Small weighed cases for the edges: the made-up case of the analysis with harder names, weighed in memory."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from crossroads.analysis.results import Analysis
from crossroads.analysis.verdict import analyse
from crossroads.case.records import Case, Horizon
from crossroads.presentation.tables import Names

sys.path.append(str(Path(__file__).parent.parent / "analysis"))
made_up = importlib.import_module("made_up")

HARD = "Force & <order>"
"""A name that would be markup if it were not escaped."""


@dataclass(frozen=True)
class Cut:
    """Runs of which only some horizons are kept."""

    case: Case
    dataset: Any
    futures: Any
    manifest: Any

    @property
    def status(self) -> Any:
        return self.dataset["status"]

    def failures(self) -> list[Any]:
        return []


def make_case(**more: Any) -> Case:
    """Deaths (less is better) and trust (more is better) in front, a judgement index, and a silent concern."""
    case = made_up.make_case()
    deaths, trust, score = case.outcomes
    options = {one.id: one for one in case.options}
    parts = {
        "options": (
            options["now"],
            options["force"].model_copy(update={"short": HARD, "tags": ("hard",)}),
            options["care"].model_copy(update={"tags": ("soft",)}),
        ),
        "outcomes": (
            deaths.model_copy(update={"headline": True, "digits": 1, "unit": "people a year"}),
            trust.model_copy(update={"headline": True, "digits": 2}),
            score.model_copy(update={"unit": "index 0 to 100"}),
        ),
        "stakeholders": (
            *case.stakeholders,
            made_up.make_stakeholder("dreamer", weights={"beauty": 3}),
        ),
    }
    return case.model_copy(update={**parts, **more})


@cache
def weigh_invented(failed: int = 0, code: int = 3) -> Analysis:
    """The invented case, weighed; the first `failed` futures of the option force have no result."""
    return analyse(made_up.FakeRuns(make_case(), change={("force", future): code for future in range(failed)}))


@cache
def weigh_one_horizon() -> Analysis:
    """The invented case read after one year alone."""
    whole = made_up.FakeRuns(make_case())
    case = make_case(
        horizons=(Horizon(id="near", name="1 year", weeks=52),),
        stakeholders=(made_up.make_stakeholder("town", weights={"lives": 1.0}),),
    )
    return analyse(Cut(case, whole.dataset.sel(horizon=["near"]), whole.futures, whole.manifest))


def change_case(analysis: Analysis, **more: Any) -> tuple[Analysis, Names]:
    """The same numbers told of a case with other records."""
    case = analysis.case.model_copy(update=more)
    return replace(analysis, case=case), Names(case)


def blot(analysis: Analysis, part: str, names: Iterable[str], value: Any = np.nan, **place: str) -> Analysis:
    """The same analysis in which some numbers at one place are others, by default not known."""
    found = getattr(analysis, part).copy(deep=True)
    for name in names:
        found[name].loc[{dim: at for dim, at in place.items() if dim in found[name].dims}] = value
    return replace(analysis, **{part: found})


def read_number(text: str) -> float:
    """The number at the head of a text as a reader sees it: "▲ +1,200 (+3 %)" is 1200."""
    return float(text.lstrip("▲▼ ").split()[0].rstrip("%\u202f").replace("−", "-").replace(",", ""))


def change_cells(dataset: xr.Dataset, values: dict[str, Any], **places: Any) -> xr.Dataset:
    """The same with other values at one place; each variable takes of the place what it has."""
    found = dataset.copy(deep=True)
    for name, value in values.items():
        found[name].loc[{dim: at for dim, at in places.items() if dim in found[name].dims}] = value
    return found
