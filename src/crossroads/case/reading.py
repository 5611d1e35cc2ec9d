"""The files of a case, read: every problem at once, each with file, line, field and the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from crossroads.case import records
from crossroads.case.citations import read_reference
from crossroads.case.kept import has_model
from crossroads.case.lookup import KINDS, Broken
from crossroads.case.messages import translate
from crossroads.case.positions import Source, read_json, read_yaml
from crossroads.case.rules import find_problems
from crossroads.errors import Place, Problem

_IN_CASE: dict[str, type[records.Record]] = {
    "horizons": records.Horizon,
    "options": records.Option,
    "levers": records.Lever,
    "facts": records.Fact,
    "views": records.View,
    "correlations": records.Correlation,
    "factors": records.Factor,
    "actors": records.Actor,
    "mixes": records.Mix,
    "outcomes": records.Outcome,
    "concerns": records.Concern,
    "stakeholders": records.Stakeholder,
    "probes": records.Option,
}
_APART: dict[str, tuple[str, type[records.Record]]] = {
    "uncertainties": ("uncertainties.yaml", records.Uncertainty),
    "evidence": ("evidence.yaml", records.Evidence),
    "history": ("history.yaml", records.Series),
    "checks": ("checks.yaml", records.Check),
    "claims": ("claims.yaml", records.Claim),
}
_OPTIONAL = ("facts", "probes", "correlations", "factors", "history", "checks")

_STAND_INS: dict[str, Any] = {
    "years": 1,
    "discount_rate": 0.0,
    "evidence_until": date.max,
    "start": date.max,
    "history_start": date.min,
    "calibration": None,
    "chooser": None,
    "sweeps": None,
    "cannot_tell": (),
    "not_modelled": (),
    "stays_out": (),
}
"""Values for scalars that could not be read, so that the rest can be checked; no rule looks at them."""


def read_folder(folder: Path) -> tuple[records.Case, list[Problem]]:
    """The case in a folder, as far as it can be read, and all problems of its files."""
    reading = _Reading(folder)
    case = reading.read()
    return case, [*reading.problems, *find_problems(case, reading.locate, reading.broken)]


class _Reading:
    """One reading of a folder; collects problems as it goes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.main = read_yaml(folder / "case.yaml")
        self.apart = {kind: _read_apart(folder / file, kind) for kind, (file, _) in _APART.items()}
        self.cited = read_json(folder / "references.json")
        sources = (self.main, *self.apart.values(), self.cited)
        self.problems = [problem for source in sources for problem in source.problems]
        self._broken: set[tuple[str, str]] = set()
        self._unread: set[str] = set()
        self._reference_rows: dict[str, int] = {}

    @property
    def broken(self) -> Broken:
        """What could not be read."""
        return Broken(frozenset(self._broken), frozenset(self._unread))

    def read(self) -> records.Case:
        """All records that can be read, in a case whose own fields may be stand-ins."""
        sections: dict[str, tuple[Any, ...]] = {"references": self._read_references()}
        given = self._check_mapping(self.main, self.main.data, "")
        if not isinstance(self.main.data, Mapping):
            self.main = replace(self.main, data=None)
        for kind, record in _IN_CASE.items():
            sections[kind] = self._read_section(kind, record, self.main, given, kind)
        for kind, (_, record) in _APART.items():
            source = self.apart[kind]
            sections[kind] = self._read_section(kind, record, source, {"": source.data}, "")
        known = (*_IN_CASE, *self._find_misplaced(given))
        own = {key: value for key, value in given.items() if key not in known}
        case = self._read_case(own).model_copy(update=sections)
        if ("case", "model") not in self._broken:
            self._check_model(case.model)
        return case

    def _find_misplaced(self, given: Mapping[Any, Any]) -> list[str]:
        """Sections of the case that stand in a file of their own."""
        found = [kind for kind in (*_APART, "references") if kind in given]
        for kind in found:
            file = _APART[kind][0] if kind in _APART else "references.json"
            what, way_out = f'"{kind}" stand in a file of their own', f"Move them to {file}, without the line {kind}:."
            self.problems.append(Problem(self.main.place(kind), what, way_out))
        return found

    def locate(self, kind: str, name: str, field: str) -> Place:
        """Where a field stands."""
        if kind in _APART:
            return self.apart[kind].place(_dot(name, field))
        if kind == "references":
            return self.cited.place(_dot(str(self._reference_rows.get(name, 0)), field))
        return self.main.place(_dot(name, field) if kind == "case" else _dot(kind, name, field))

    def _check_model(self, name: str) -> None:
        """The model is a package in the folder, or importable."""
        if not has_model(self.folder, name):
            what = f'there is no model "{name}": neither a package in the folder of the case nor a module'
            way_out = f"Add {name}/__init__.py with a MODEL, or name an importable module."
            self.problems.append(Problem(self.main.place("model"), what, way_out))

    def _read_case(self, own: dict[Any, Any]) -> records.Case:
        """The case without its records."""
        empty: dict[str, tuple[()]] = {kind: () for kind in KINDS}
        try:
            return records.Case.model_validate(own | empty)
        except ValidationError as error:
            if self.main.data is not None:
                self.problems += translate(error, records.Case, own, self.main, "")
            wrong = {str(detail["loc"][0]) for detail in error.errors()}
        self._broken |= {("case", name) for name in wrong}
        kept = {key: value for key, value in own.items() if str(key) not in wrong}
        stand_ins = {name: _STAND_INS.get(name, "unread") for name in wrong & set(records.Case.model_fields)}
        return records.Case.model_validate(kept | stand_ins | empty)

    def _read_section(
        self, kind: str, record: type[records.Record], source: Source, given: Mapping[Any, Any], key: str
    ) -> tuple[Any, ...]:
        """Records of one kind, in file order."""
        if source.data is None or key not in given:
            if source.data is None or kind not in _OPTIONAL:
                self._unread.add(kind)
            if source.data is not None and kind not in _OPTIONAL:
                place, way_out = source.place(key), f'Add "{key}": a mapping of ids to their fields.'
                self.problems.append(Problem(place, _say_missing(key), way_out))
            return ()
        section = self._check_mapping(source, given[key], key, kind)
        found = [self._read_record(kind, record, source, str(name), section[name], key) for name in section]
        return tuple(item for item in found if item is not None)

    def _read_record(
        self, kind: str, record: type[records.Record], source: Source, name: str, fields: Any, key: str
    ) -> records.Record | None:
        at = _dot(key, name)
        if not isinstance(fields, Mapping):
            what, way_out = f'"{name}" has no fields', "Write its fields below it."
            self._refuse(kind, name, source.place(at), what, way_out)
            return None
        if "id" in fields:
            what = f'unknown key "id": "{name}" is the id already'
            self._refuse(kind, name, source.place(_dot(at, "id")), what, "Remove this line.")
        try:
            return record.model_validate(_prepare(kind, name, fields))
        except ValidationError as error:
            self.problems += translate(error, record, fields, source, at)
            self._broken.add((kind, name))
            return None

    def _read_references(self) -> tuple[records.Reference, ...]:
        source = self.cited
        if not isinstance(source.data, list):
            self._unread.add("references")
            if source.data is not None:
                place = source.place("")
                self.problems.append(Problem(place, "not a list of references", "Write a JSON list."))
            return ()
        found = [self._read_reference(row, item) for row, item in enumerate(source.data)]
        return tuple(item for item in found if item is not None)

    def _read_reference(self, row: int, item: Any) -> records.Reference | None:
        source, at = self.cited, str(row)
        if not isinstance(item, Mapping):
            self.problems.append(Problem(source.place(at), "not a CSL item", "Write a JSON object."))
            return None
        name = str(item.get("id", ""))
        if name in self._reference_rows:
            what = f'reference "{name}" is written twice'
            self.problems.append(Problem(source.place(f"{at}.id"), what, "Remove or rename one."))
            return None
        self._reference_rows[name] = row
        try:
            return records.Reference.model_validate(read_reference(item))
        except ValidationError as error:
            self.problems += translate(error, records.Reference, item, source, at)
            self._broken.add(("references", name))
            return None

    def _check_mapping(self, source: Source, data: Any, key: str, kind: str = "") -> Mapping[Any, Any]:
        """The data if it is a mapping; a problem and nothing if it is not."""
        if isinstance(data, Mapping):
            return data
        if data is not None or key:
            what = f'"{key or source.file}" is not a mapping of ids to their fields'
            way_out = "Write one id a line, its fields below it."
            self.problems.append(Problem(source.place(key), what, way_out))
        self._unread.add(kind)
        return {}

    def _refuse(self, kind: str, name: str, place: Place, what: str, way_out: str) -> None:
        self.problems.append(Problem(place, what, way_out))
        self._broken.add((kind, name))


def _read_apart(file: Path, kind: str) -> Source:
    """A file with one kind of record; a case need not have checks."""
    return Source(file.name, {}, {}) if kind == "checks" and not file.is_file() else read_yaml(file)


def _dot(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def _say_missing(kind: str) -> str:
    judged = ": how far to look is a value judgement and has no default" if kind == "horizons" else ""
    return f'"{kind}" is missing{judged}'


def _prepare(kind: str, name: str, fields: Mapping[Any, Any]) -> dict[Any, Any]:
    """Fields with the id, and moves as a list with theirs."""
    prepared = {**fields, "id": name}
    if kind == "actors" and isinstance(fields.get("moves"), Mapping):
        prepared["moves"] = [
            {**move, "id": str(key)} if isinstance(move, Mapping) else move for key, move in fields["moves"].items()
        ]
    return prepared
