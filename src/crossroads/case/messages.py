"""Validation errors in plain words, each with its place and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from itertools import groupby
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from crossroads.case import distributions
from crossroads.case.positions import Source
from crossroads.errors import Problem

VALUE_JUDGEMENTS = ("discount_rate", "years", "horizons", "horizon", "weights", "because")

_KINDS = [shape.model_fields["kind"].default for shape in get_args(get_args(distributions.Distribution)[0])]

_EXPECTED = {
    "float": "a number",
    "finite": "a finite number",
    "int": "a whole number",
    "string": "text (put it into quotes)",
    "bool": "true or false",
    "date": "a date such as 2026-01-31",
    "dict": "a mapping of names to values",
    "model": "a mapping of fields",
    "tuple": "a list",
    "list": "a list",
}
_BOUNDS = {
    "greater_than": "above",
    "greater_than_equal": "at least",
    "less_than": "below",
    "less_than_equal": "at most",
}


def suggest(word: object, allowed: Iterable[str]) -> str:
    """The way out for an unknown word: the nearest allowed one, or the whole list."""
    names = [str(name) for name in allowed]
    near = get_close_matches(str(word), names, n=1)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Known here: {', '.join(names)}." if names else "None is declared here."


def translate(error: ValidationError, record: type[BaseModel], data: Any, source: Source, at: str) -> list[Problem]:
    """Problems of one record: `data` is what the file says of it, `at` its dotted field in the file."""
    placed = [(_follow(detail, data), detail) for detail in error.errors(include_url=False)]
    problems = []
    for path, group in groupby(sorted(placed, key=lambda pair: pair[0]), key=lambda pair: pair[0]):
        details = [detail for _, detail in group]
        field = ".".join([part for part in (at, *path) if part])
        what, way_out = _say(details, path, data, record)
        problems.append(Problem(source.place(field), what, way_out))
    return problems


def _follow(detail: ErrorDetails, data: Any) -> tuple[str, ...]:
    """The path in the file: tags of unions are left out, and places in a mapping become its keys."""
    path: list[str] = []
    for part in detail["loc"]:
        key: Any = part
        if isinstance(data, Mapping) and isinstance(part, int) and part not in data and part < len(data):
            key = list(data)[part]
        inside = (isinstance(data, Mapping) and key in data) or (
            isinstance(data, list) and isinstance(key, int) and key < len(data)
        )
        if inside:
            data = data[key]
            path.append(str(key))
    if detail["type"] == "missing":
        path.append(str(detail["loc"][-1]))
    return tuple(path)


def _say(details: list[ErrorDetails], path: tuple[str, ...], data: Any, record: type[BaseModel]) -> tuple[str, str]:
    """What is wrong with one field, and the way out."""
    detail = details[0]
    kind, name = detail["type"], path[-1] if path else "it"
    if kind == "missing":
        return _say_missing(name)
    if kind == "extra_forbidden":
        allowed = _allowed_keys(_around(data, path), path, record)
        near = get_close_matches(name, allowed, n=1)
        meant = f'Did you mean "{near[0]}"? ' if near else ""
        return f'unknown key "{name}"', f"{meant}Allowed: {', '.join(allowed)}."
    if kind == "invalid_key":
        return "a key is not text", 'Put it into quotes, such as "null": without them YAML reads it as nothing.'
    if detail["input"] is None:
        return f'"{name}" is empty', "Write a value, or remove the key if it is not needed."
    return _say_value(details, name)


def _say_missing(name: str) -> tuple[str, str]:
    if name in VALUE_JUDGEMENTS:
        return (
            f'"{name}" is missing: it is a value judgement and has no default',
            f'Decide it, and write "{name}" here.',
        )
    return f'"{name}" is missing', f'Add "{name}" here.'


def _say_value(details: list[ErrorDetails], name: str) -> tuple[str, str]:
    detail = details[0]
    kind, context, given = detail["type"], detail.get("ctx", {}), _quote(detail["input"])
    if kind == "literal_error":
        what = f'"{name}" is {given}, which is not one of the allowed values'
        return what, _list_allowed(context["expected"])
    if kind.startswith("union_tag"):
        what = f'has an unknown kind "{context["tag"]}"' if "tag" in context else 'has no "kind"'
        return f'"{name}" {what}', _list_allowed(", ".join(_KINDS))
    if kind == "string_pattern_mismatch":
        return f"{given} cannot be a name", "Use letters, digits, _ and -, and begin with a letter or digit."
    if kind == "string_too_short":
        return f'"{name}" is empty', "Write some text."
    if kind in _BOUNDS:
        bound = next(value for key, value in context.items() if key in ("gt", "ge", "lt", "le"))
        return f'"{name}" is {given}', f"Write a number {_BOUNDS[kind]} {bound}."
    return _say_type(details, name, given)


def _list_allowed(expected: str) -> str:
    return f"Allowed: {expected.replace(chr(39), '')}."


def _say_type(details: list[ErrorDetails], name: str, given: str) -> tuple[str, str]:
    message = details[0]["msg"]
    if details[0]["type"] == "value_error":
        return message.removeprefix("Value error, "), "Change one of the values."
    wanted = dict.fromkeys(_EXPECTED.get(detail["type"].split("_")[0], "") for detail in details)
    words = " or ".join(word for word in wanted if word)
    if words:
        return f'"{name}" is {given}, not {words.split(" (")[0]}', f"Write {words}."
    return f'"{name}" is not right: {message[:1].lower()}{message[1:]}', "Change the value."


def _around(data: Any, path: tuple[str, ...]) -> Mapping[Any, Any]:
    """The mapping that holds the last key of the path."""
    for part in path[:-1]:
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data if isinstance(data, Mapping) else {}


def _allowed_keys(given: Mapping[Any, Any], path: tuple[str, ...], record: type[BaseModel]) -> list[str]:
    """Keys of the record at the end of a path; where it may be of several kinds, of that which the given keys fit."""
    found: list[Any] = [record]
    for part in path[:-1]:
        found = [inner for one in found for inner in _enter(one, part)]
    kinds = [_keys(kind) for one in found for kind in _list_records(one) if _is_kind(kind, given)]
    return max(kinds, key=lambda keys: (len(set(keys) & set(given)), -len(keys)), default=_keys(record))


def _enter(shape: Any, part: str) -> Iterator[Any]:
    """What stands below one part of a path: under a key of a record or a mapping, or at a place of a list."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        yield from (info.annotation for name, info in shape.model_fields.items() if part in (name, info.alias))
    elif get_origin(shape) is dict:
        yield get_args(shape)[1]
    elif get_origin(shape) in (tuple, list):
        yield get_args(shape)[0]
    else:
        for one in get_args(shape):
            yield from _enter(one, part)


def _list_records(shape: Any) -> Iterator[type[BaseModel]]:
    """The records that a shape may be."""
    if isinstance(shape, type) and issubclass(shape, BaseModel):
        yield shape
    else:
        for one in get_args(shape):
            yield from _list_records(one)


def _keys(record: type[BaseModel]) -> list[str]:
    """Keys as written in files; ids are the keys of mappings."""
    return [info.alias or name for name, info in record.model_fields.items() if name != "id"]


def _is_kind(record: type[BaseModel], given: Mapping[Any, Any]) -> bool:
    """Whether a distribution is of the given kind; true of everything that has no kind."""
    return "kind" not in record.model_fields or record.model_fields["kind"].default == given.get("kind")


def _quote(value: object) -> str:
    """A value as it may be shown in one line."""
    if isinstance(value, str):
        return f'"{value[:60]}"'
    return {dict: "a mapping", list: "a list", bool: str(value).lower()}.get(type(value), str(value)[:60])
