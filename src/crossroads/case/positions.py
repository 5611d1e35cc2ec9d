"""Text files read with the line of every field: dotted field -> line, 1-based."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crossroads.errors import Place, Problem


@dataclass(frozen=True)
class Source:
    """What one file says, where each field stands, and what could not be read."""

    file: str
    data: Any
    """Plain dictionaries, lists and scalars; None when the file could not be read."""
    lines: dict[str, int]
    problems: tuple[Problem, ...] = ()

    def place(self, field: str) -> Place:
        """The place of a dotted field, or of the nearest one around it that the file has."""
        around = field
        while around and around not in self.lines:
            around = around.rpartition(".")[0]
        return Place(self.file, self.lines.get(around, 1), field)


def read_yaml(path: Path) -> Source:
    """A YAML 1.2 file; syntax errors and keys written twice are problems of the result."""
    text, problem = _read_text(path)
    if problem:
        return Source(path.name, None, {}, (problem,))
    walk = _Walk(path.name)
    try:
        node = walk.yaml.compose(text)
        data = {} if node is None else walk.read(node, "")
    except RecursionError:
        return Source(path.name, None, {}, (_too_deep(path.name),))
    except MarkedYAMLError as error:
        return Source(path.name, None, {}, (_syntax_problem(path.name, error),))
    except YAMLError as error:
        problem = Problem(Place(path.name, 1), str(error).splitlines()[0], "Save it as plain UTF-8 text.")
        return Source(path.name, None, {}, (problem,))
    return Source(path.name, data, walk.lines, tuple(walk.problems))


def read_json(path: Path) -> Source:
    """A JSON file."""
    text, problem = _read_text(path)
    if problem:
        return Source(path.name, None, {}, (problem,))
    try:
        data = json.loads(text)
    except RecursionError:
        return Source(path.name, None, {}, (_too_deep(path.name),))
    except json.JSONDecodeError as error:
        what, way_out = f"not valid JSON: {error.msg}", "Look for a missing comma, quote or bracket."
        return Source(path.name, None, {}, (Problem(Place(path.name, error.lineno), what, way_out),))
    walk = _Walk(path.name)
    try:
        walk.read(walk.yaml.compose(text), "")  # JSON is YAML, save for rare escapes
    except YAMLError:
        return Source(path.name, data, {})
    return Source(path.name, data, walk.lines, tuple(walk.problems))


def _read_text(path: Path) -> tuple[str, Problem | None]:
    if not path.is_file():
        way_out = f"Add {path.name} to the folder of the case."
        return "", Problem(Place(path.name), "the file is missing", way_out)
    try:
        return path.read_text(encoding="utf-8"), None
    except UnicodeDecodeError:
        return "", Problem(Place(path.name, 1), "not UTF-8 text", "Save it as UTF-8.")


def _too_deep(file: str) -> Problem:
    return Problem(Place(file, 1), "lists within lists without end", "Take out the entry that contains itself.")


def _syntax_problem(file: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    words = " ".join(part for part in (error.context, error.problem) if part)
    way_out = "Look for a missing colon, quote or bracket, or a wrong indentation, here or just above."
    return Problem(Place(file, mark.line + 1 if mark else 1), f"not valid YAML: {words}", way_out)


class _Walk:
    """From composed nodes to plain values, noting lines and duplicate keys on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.yaml = YAML(typ="safe", pure=True)
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []

    def read(self, node: Node, field: str) -> Any:
        if isinstance(node, MappingNode):
            return self._read_mapping(node, field)
        if isinstance(node, SequenceNode):
            return [self._read_child(item, item, _dot(field, i)) for i, item in enumerate(node.value)]
        return self._read_scalar(node, field)

    def _read_child(self, key: Node, node: Node, field: str) -> Any:
        self.lines[field] = key.start_mark.line + 1
        return self.read(node, field)

    def _read_mapping(self, node: MappingNode, field: str) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            plain = isinstance(key_node, ScalarNode)
            key = self._read_scalar(key_node, field) if plain else str(key_node.value)
            inner = _dot(field, key)
            if key in found:
                what = f'key "{key}" is written twice (first on line {self.lines[inner]})'
                place = Place(self.file, key_node.start_mark.line + 1, inner)
                self.problems.append(Problem(place, what, "Remove or rename one."))
                continue
            found[key] = self._read_child(key_node, value_node, inner)
        return found

    def _read_scalar(self, node: Node, field: str) -> Any:
        try:
            return self.yaml.constructor.construct_document(node)
        except (YAMLError, ValueError, LookupError):
            place = Place(self.file, node.start_mark.line + 1, field)
            what = f'"{node.value}" cannot be read'
            way_out = "Write a plain number, date or text; put text into quotes."
            self.problems.append(Problem(place, what, way_out))
            return None


def _dot(field: str, inner: object) -> str:
    return f"{field}.{inner}" if field else str(inner)
