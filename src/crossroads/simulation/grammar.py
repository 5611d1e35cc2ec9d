"""What a model's function may be written with, read from its source."""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Collection, Iterator
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import Any

from crossroads.errors import Place, Problem
from crossroads.simulation import arithmetic
from crossroads.simulation.contract import Function

_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Try, ast.With)
_WORDS = {"min": "minimum", "max": "maximum", "abs": "absolute", "pow": "power"}
_ARITHMETIC = ("where", "minimum", "maximum", "exp", "log", "power", "absolute")


def find_breaches(function: Function, choices: Collection[str]) -> Iterator[Problem]:
    """Problems in the source of a function and of the plain functions that it calls.

    `choices` may be branched on. Finds nothing where the source cannot be read.
    """
    yield from _Reader(set()).read(function, frozenset(choices))


def find_wrong_results(function: Function, declared: Collection[str]) -> Iterator[Problem]:
    """Where a function visibly returns other names than are declared."""
    tree, file, first = _parse(function)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Call):
            made = _resolve(function, node.value.func)
            if isinstance(made, type) and issubclass(made, tuple) and hasattr(made, "_fields"):
                place = Place(file, first + node.lineno, function.__name__)
                yield from _compare(place, node.value, made._fields, declared)


def _compare(
    place: Place, call: ast.Call, fields: Collection[str], declared: Collection[str]
) -> Iterator[Problem]:
    missing, extra = (
        [name for name in declared if name not in fields],
        [n for n in fields if n not in declared],
    )
    if missing:
        yield Problem(
            place, f"leaves out {', '.join(missing)}", "Return everything that the mechanism declares."
        )
    if extra:
        yield Problem(
            place,
            f"returns {', '.join(extra)}, which the mechanism does not declare",
            "Declare it, or leave it out of returns(...).",
        )
    given = [keyword.arg for keyword in call.keywords]
    if call.args or None in given:
        return
    forgotten = [name for name in fields if name not in given]
    unknown = [str(name) for name in given if name not in fields]
    if forgotten or unknown:
        what = [f"no value for {', '.join(forgotten)}"] * bool(forgotten)
        what += [f"unknown {', '.join(unknown)}"] * bool(unknown)
        yield Problem(place, "; ".join(what), "Give each name of returns(...) once.")


class _Reader:
    """Reads functions, each once for the parameters that are choices in it."""

    def __init__(self, seen: set[tuple[Any, frozenset[str]]]) -> None:
        self._seen = seen

    def read(self, function: Function, choices: frozenset[str]) -> Iterator[Problem]:
        """Problems of a function and of what it calls."""
        if (function, choices) in self._seen:
            return
        self._seen.add((function, choices))
        tree, file, first = _parse(function)
        for node in ast.walk(tree) if tree else ():
            place = Place(file, first + getattr(node, "lineno", 0), function.__name__)
            for what, way_out in _judge(node, function, choices):
                yield Problem(place, what, way_out)
            if isinstance(node, ast.Call):
                called = _resolve(function, node.func)
                if isinstance(called, FunctionType) and called.__module__ != arithmetic.__name__:
                    yield from self.read(called, _pass_on(node, called, choices))


def _judge(node: ast.AST, function: Function, choices: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with one node, and the way out."""
    test, word = _tested(node)
    if test is not None and not _is_structural(test, function, choices):
        yield (
            f"`{word}` on {ast.unparse(test)}, which differs from run to run",
            "Write where(test, a, b), and & | ~ between tests; branch on structural choices alone.",
        )
    if isinstance(node, _LOOPS):
        yield f"`{type(node).__name__.lower()}` cannot run side by side", "Write each step out."
    if isinstance(node, ast.BinOp) and not isinstance(node.op, _ALLOWED):
        yield f"the operator of {ast.unparse(node)} is not known", "Write power(a, b), or a product."
    if isinstance(node, ast.Call):
        yield from _judge_call(node, function)


_ALLOWED = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.BitAnd, ast.BitOr)


def _tested(node: ast.AST) -> tuple[ast.expr | None, str]:
    """The expression that a node takes as one yes or no, and the word for it."""
    if isinstance(node, ast.If | ast.IfExp | ast.Assert):
        return node.test, "assert" if isinstance(node, ast.Assert) else "if"
    if isinstance(node, ast.BoolOp):
        return node, "and" if isinstance(node.op, ast.And) else "or"
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return node.operand, "not"
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        return node, "chained comparison"
    return None, ""


def _is_structural(test: ast.expr, function: Function, choices: Collection[str]) -> bool:
    """Whether a test reads nothing but choices and constants of the module."""
    names = [node.id for node in ast.walk(test) if isinstance(node, ast.Name)]
    local = function.__code__.co_varnames
    return all(name in choices or name not in local for name in names)


def _judge_call(node: ast.Call, function: Function) -> Iterator[tuple[str, str]]:
    called = _resolve(function, node.func)
    name = ast.unparse(node.func)
    allowed = isinstance(called, FunctionType) or (
        isinstance(called, type) and issubclass(called, tuple) and hasattr(called, "_fields")
    )
    if not allowed:
        instead = _WORDS.get(name.split(".")[-1], name.split(".")[-1])
        yield (
            f"{name}(...) is not among the functions of a model",
            f"Use {instead} of crossroads.simulation.arithmetic."
            if instead in _ARITHMETIC
            else f"Use {', '.join(_ARITHMETIC)} and plain functions.",
        )


def _resolve(function: Function, node: ast.expr) -> Any:
    """What a name, or a name in a module, stands for in a function; None where that cannot be seen."""
    if isinstance(node, ast.Name):
        closed = inspect.getclosurevars(function).nonlocals
        return closed.get(node.id, function.__globals__.get(node.id, getattr(builtins, node.id, None)))
    if isinstance(node, ast.Attribute):
        owner = _resolve(function, node.value)
        return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
    return None


def _pass_on(call: ast.Call, called: FunctionType, choices: Collection[str]) -> frozenset[str]:
    """The parameters of a called function that are choices of the caller."""
    names = called.__code__.co_varnames[: called.__code__.co_argcount]
    given = [*zip(names, call.args, strict=False), *((word.arg or "", word.value) for word in call.keywords)]
    return frozenset(
        name
        for name, value in given
        if isinstance(value, ast.Constant) or (isinstance(value, ast.Name) and value.id in choices)
    )


@lru_cache(maxsize=1024)
def _parse(function: Function) -> tuple[ast.AST | None, str, int]:
    """The tree of a function, its file, and the line before its first; read once, since a start waits for it."""
    try:
        lines, first = inspect.getsourcelines(function)
        tree = ast.parse(textwrap.dedent("".join(lines)))
    except (OSError, TypeError, SyntaxError):
        return None, "", 0
    return _without_annotations(tree), function.__code__.co_filename, first - 1


def _without_annotations(tree: ast.AST) -> ast.AST:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            node.decorator_list = []
        if isinstance(node, ast.arg):
            node.annotation = None
    return tree
