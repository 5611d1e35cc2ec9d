"""Copies of the toy case with a mistake in them."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from crossroads.case.files import load
from crossroads.errors import CaseError, Problem


@dataclass(frozen=True)
class Mistake:
    """One change of a file, and the problem that must come of it."""

    file: str
    old: str
    new: str
    until: str
    """Text that ends on the offending line; found once in the changed file."""
    field: str
    what: str
    way_out: str = ""


class Copy:
    """A copy of the toy case to make mistakes in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def change(self, file: str, old: str, new: str) -> None:
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        (self.folder / file).write_text(text.replace(old, new), encoding="utf-8")

    def line(self, file: str, until: str) -> int:
        text = (self.folder / file).read_text(encoding="utf-8")
        assert text.count(until) == 1, f"{until!r} stands {text.count(until)} times in {file}"
        return text[: text.index(until) + len(until)].count("\n") + 1

    def problems(self) -> list[Problem]:
        with pytest.raises(CaseError) as caught:
            load(self.folder)
        return list(caught.value.problems)
