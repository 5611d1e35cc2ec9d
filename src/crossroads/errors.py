"""The error tree.

CrossroadsError
├── CaseError          the files of a case, or a case and its model, do not fit; carries every problem
├── ModelError         a mechanism breaks the model contract; carries every problem
├── RunsError          stored runs are missing, damaged, or belong to another case
└── WeighingError      a weighing is refused (too few effective futures, unknown name)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """Where a problem is: file, line (1-based, 0 when unknown) and dotted field."""

    file: str
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        field = f" {self.field}" if self.field else ""
        return f"{self.file}{line}{field}"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where, and the way out."""

    place: Place
    what: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}. {self.way_out}"


class CrossroadsError(Exception):
    """Anything that Crossroads raises on purpose."""


class _ProblemsError(CrossroadsError):
    """Raised once, with every problem that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        count = len(self.problems)
        head = f"{count} problem{'' if count == 1 else 's'}"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


class CaseError(_ProblemsError):
    """The files of a case do not fit together, or not with their model."""


class ModelError(_ProblemsError):
    """A mechanism breaks the model contract."""


class RunsError(CrossroadsError):
    """Stored runs are missing, damaged, or belong to another case or model."""


class WeighingError(CrossroadsError):
    """A weighing is refused: the sentence says why and what to do."""
