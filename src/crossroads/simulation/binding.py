"""The functions of a model, made ready for the compiler without a word from the analyst.

A function is compiled as it stands; what it calls by name comes along: plain helper functions are compiled
too, and named tuples made by `returns` lift plain numbers to lanes, so that `0.0` is as good as a value that
was worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import CellType, CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from crossroads.errors import ModelError, Problem
from crossroads.simulation import arithmetic
from crossroads.simulation.contract import Function
from crossroads.simulation.lane_chance import make_draw
from crossroads.simulation.lane_functions import register_functions
from crossroads.simulation.lanes import Kind, make_lift, make_tuple
from crossroads.simulation.plan import place_of
from crossroads.simulation.toolkit import njit


class Binder:
    """Compiles functions for one kind and width of lanes, each once."""

    def __init__(self, kind: Kind, width: int) -> None:
        """Nothing is compiled yet."""
        register_functions()
        self.kind = kind
        self.width = width
        self.lift = make_lift(kind, width)
        self.draw = make_draw(kind, width)
        self._bound: dict[Any, Any] = {}

    def bind(self, function: Any) -> Any:
        """A function that numba can call on lanes; its code stands where it is called, for lanes travel badly."""
        if function not in self._bound:
            self._bound[function] = None
            self._bound[function] = part(self._rebuild(function), inline=True)
        if self._bound[function] is None:
            what = f"{function.__name__} calls itself"
            raise ModelError([Problem(place_of(function), what, "Write each step out.")])
        return self._bound[function]

    def _rebuild(self, function: FunctionType) -> FunctionType:
        used = names_used(function)
        found = {
            name: self._replace(function.__globals__[name], used)
            for name in used
            if name in function.__globals__
        }
        cells = tuple(
            CellType(self._replace(cell.cell_contents, used)) for cell in function.__closure__ or ()
        )
        rebuilt = FunctionType(
            function.__code__,
            {**function.__globals__, **found},
            function.__name__,
            function.__defaults__,
            cells or None,
        )
        rebuilt.__kwdefaults__ = function.__kwdefaults__
        rebuilt.__module__ = __name__  # a kept kernel imports this: a model's own module may have another name then
        return rebuilt

    def _replace(self, value: Any, used: set[str]) -> Any:
        if is_result(value):
            return self._make_result(value)
        if is_helper(value):
            return self.bind(value)
        if isinstance(value, ModuleType) and value is not arithmetic:
            proxy = ModuleType(value.__name__)
            vars(proxy).update(
                {
                    name: self._replace(getattr(value, name), set())
                    for name in used
                    if hasattr(value, name)
                }
            )
            return proxy
        return value

    def _make_result(self, plain: Any) -> Any:
        if plain not in self._bound:
            self._bound[plain] = make_tuple(plain, self.kind, self.width)
        return self._bound[plain]


def names_used(function: FunctionType) -> set[str]:
    """Global names and attributes that a function may read."""
    return set(_names_in(function.__code__))


def is_helper(value: Any) -> bool:
    """Whether a value is a plain Python function that is not arithmetic."""
    return isinstance(value, FunctionType) and value.__module__ != arithmetic.__name__


def is_result(value: Any) -> bool:
    """Whether a value is a named tuple class."""
    return isinstance(value, type) and issubclass(value, tuple) and hasattr(value, "_fields")


def describe(function: Function, seen: set[int] | None = None) -> str:
    """All that decides what a function does: its code, defaults and constants, and those of what it calls."""
    seen = set() if seen is None else seen
    if not isinstance(function, FunctionType) or id(function) in seen:
        return ""
    seen.add(id(function))
    used = sorted(names_used(function))
    values = [(name, function.__globals__[name]) for name in used if name in function.__globals__]
    values += [("", cell.cell_contents) for cell in function.__closure__ or ()]
    parts = [f"{name}={_describe_value(value, used, seen)}" for name, value in values]
    return "\n".join(
        [_describe_code(function.__code__), repr((function.__defaults__, function.__kwdefaults__)), *parts]
    )


def _describe_value(value: Any, used: list[str], seen: set[int]) -> str:
    if is_result(value):
        return repr(value._fields)
    if isinstance(value, ModuleType):
        return ";".join(
            _describe_value(getattr(value, name), [], seen) for name in used if hasattr(value, name)
        )
    if isinstance(value, FunctionType):
        return describe(value, seen) if is_helper(value) else value.__name__
    return (
        f"{value.dtype} {value.shape} {value.tobytes().hex()}"
        if isinstance(value, np.ndarray)
        else repr(value)
    )


def _describe_code(code: CodeType) -> str:
    constants = [
        _describe_code(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts[1:]
    ]
    return repr((code.co_code.hex(), constants, code.co_names, code.co_varnames, code.co_freevars))


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def part(function: Callable[..., Any], inline: bool = False) -> Any:
    """A function compiled as a part of a kernel, never called from Python."""
    return njit(
        function, error_model="numpy", forceinline=inline, no_cpython_wrapper=True, no_cfunc_wrapper=True
    )
