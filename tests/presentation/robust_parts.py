"""The invented case as the section on robustness tells it, with parts that can be exchanged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from invented import weigh_invented

from crossroads.analysis.results import Analysis
from crossroads.presentation.robustness import Robustness, describe_robustness
from crossroads.presentation.tables import Names


@dataclass(frozen=True)
class Parts:
    """What was weighed, and what everything is called."""

    analysis: Analysis
    names: Names

    def tell(self, names: Names | None = None, **changed: Any) -> Robustness:
        """The section, some results exchanged."""
        return describe_robustness(replace(self.analysis, **changed), names or self.names)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.analysis, name)


def weigh_parts(failed: bool = False) -> Parts:
    """The invented case; where `failed`, no run of the option force ended well."""
    analysis = weigh_invented(64 if failed else 0)
    return Parts(analysis, Names(analysis.case))
