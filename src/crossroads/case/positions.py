"""Text files read with the line of every field: dotted field -> line, 1-based."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from crossroads.errors import Place, Problem

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[][{},:]|[^][{},:"\s]+')


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
    walk = _JsonWalk(path.name, text)
    try:
        data = json.loads(text)
        walk.read("")
    except RecursionError:
        return Source(path.name, None, {}, (_too_deep(path.name),))
    except json.JSONDecodeError as error:
        what, way_out = f"not valid JSON: {error.msg}", "Look for a missing comma, quote or bracket."
        return Source(path.name, None, {}, (Problem(Place(path.name, error.lineno), what, way_out),))
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


def _say_twice(file: str, key: object, line: int, field: str, first: int) -> Problem:
    what = f'key "{key}" is written twice (first on line {first})'
    return Problem(Place(file, line, field), what, "Remove or rename one.")


class _JsonWalk:
    """Over the tokens of a valid JSON text, noting lines and duplicate keys on the way."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        self._text = text
        self._tokens = _JSON_TOKEN.finditer(text)
        self._line = 1
        self._at = 0

    def read(self, field: str) -> None:
        """Over one value."""
        self._read_after(self._next(), field)

    def _next(self) -> str:
        token = next(self._tokens)
        self._line += self._text.count("\n", self._at, token.start())
        self._at = token.start()
        return token.group()

    def _read_after(self, token: str, field: str) -> None:
        if token == "{":
            self._read_object(field)
        elif token == "[":
            self._read_list(field)

    def _read_object(self, field: str) -> None:
        token, seen = self._next(), set()
        while token != "}":
            if token == ",":
                token = self._next()
            key = json.loads(token)
            inner = _dot(field, key)
            if key in seen:
                self.problems.append(_say_twice(self.file, key, self._line, inner, self.lines[inner]))
            seen.add(key)
            self.lines.setdefault(inner, self._line)
            self._next()  # the colon
            self.read(inner)
            token = self._next()

    def _read_list(self, field: str) -> None:
        token, count = self._next(), 0
        while token != "]":
            if token == ",":
                token = self._next()
            inner = _dot(field, count)
            self.lines.setdefault(inner, self._line)
            self._read_after(token, inner)
            token, count = self._next(), count + 1


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
                line = key_node.start_mark.line + 1
                self.problems.append(_say_twice(self.file, key, line, inner, self.lines[inner]))
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
