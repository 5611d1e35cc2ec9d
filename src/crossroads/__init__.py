"""Crossroads weighs contested policy proposals in thousands of plausible futures.

    import crossroads
    weighed = crossroads.weigh("mexico")

Names are loaded when they are first used, so that importing Crossroads is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crossroads.analysis.results import Analysis
    from crossroads.analysis.verdict import analyse
    from crossroads.case.files import load
    from crossroads.case.records import Case
    from crossroads.errors import CaseError, CrossroadsError, Problem
    from crossroads.presentation.document import report
    from crossroads.presentation.pipeline import check, weigh
    from crossroads.sampling.futures import Futures, sample
    from crossroads.simulation.ensemble import simulate
    from crossroads.simulation.runs import Runs

_PLACES = {
    "Analysis": "crossroads.analysis.results",
    "Case": "crossroads.case.records",
    "CaseError": "crossroads.errors",
    "CrossroadsError": "crossroads.errors",
    "Futures": "crossroads.sampling.futures",
    "Problem": "crossroads.errors",
    "Runs": "crossroads.simulation.runs",
    "analyse": "crossroads.analysis.verdict",
    "check": "crossroads.presentation.pipeline",
    "load": "crossroads.case.files",
    "report": "crossroads.presentation.document",
    "sample": "crossroads.sampling.futures",
    "simulate": "crossroads.simulation.ensemble",
    "weigh": "crossroads.presentation.pipeline",
}

__all__ = [
    "Analysis",
    "Case",
    "CaseError",
    "CrossroadsError",
    "Futures",
    "Problem",
    "Runs",
    "analyse",
    "check",
    "load",
    "report",
    "sample",
    "simulate",
    "weigh",
]


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_PLACES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names."""
    return sorted(__all__)
