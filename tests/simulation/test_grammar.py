from __future__ import annotations

import math
from math import sqrt

import numpy as np
import pytest

from crossroads.simulation import arithmetic
from crossroads.simulation.arithmetic import exp, maximum, where
from crossroads.simulation.contract import Quantity, returns
from crossroads.simulation.grammar import find_breaches, find_wrong_results

ONE, TWO = range(2)
Result = returns("Result", (Quantity("a", "1", "a"), Quantity("b", "1", "b")))


def sound(size, form, kind):
    def_value = where((size > 1) & ~(size > 3), size, 0.0)
    if form == ONE and kind in (ONE, TWO):
        return Result(a=def_value, b=helped(size, kind))
    return Result(a=-exp(size), b=arithmetic.maximum(size, 1.0 if form == TWO else 2.0))


def helped(size, sort):
    return maximum(size, 1.0) if sort == ONE else size


def branches(size):
    if size > 1:
        return Result(a=size, b=0)
    return Result(a=0, b=0)


def picks(size):
    return 1.0 if size > 1 else 2.0


def joins(size):
    return where(size > 1 and size < 3, 1, 0)


def denies(size):
    return where(not size > 1, 1, 0)


def chains(size):
    return where(1 < size < 3, 1, 0)


def loops(size):
    total = 0.0
    for each in (1, 2):
        total = total + each * size
    return total


def lists(size):
    return sum([each * size for each in (1, 2)])


def squares(size):
    return size**2


def takes_a_root(size):
    return sqrt(size)


def takes_a_root_elsewhere(size):
    return np.sqrt(size) + math.exp(size)


def takes_the_larger(size):
    return max(size, 0)


def asks_for_help(size, form):
    return helped(size, form) + helped(size, size)


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (branches, "`if` on size > 1, which differs from run to run"),
        (picks, "`if` on size > 1"),
        (joins, "`and` on size > 1 and size < 3"),
        (denies, "`not` on size > 1"),
        (chains, "`chained comparison` on 1 < size < 3"),
        (loops, "`for` cannot run side by side"),
        (lists, "`listcomp` cannot run side by side"),
        (squares, "the operator of size ** 2 is not known"),
        (takes_a_root, "sqrt(...) is not among the functions of a model"),
        (takes_a_root_elsewhere, "np.sqrt(...) is not among the functions of a model"),
        (takes_the_larger, "Use maximum of crossroads.simulation.arithmetic"),
    ],
)
def test_what_cannot_run_side_by_side_is_told_with_its_line(function, told):
    problems = list(find_breaches(function, ()))
    assert told in "\n".join(map(str, problems))
    first = function.__code__.co_firstlineno
    assert all(first <= problem.place.line <= first + 4 for problem in problems)
    assert all(problem.place.file.endswith("test_grammar.py") for problem in problems)


def test_branches_on_choices_and_plain_helpers_are_allowed():
    assert list(find_breaches(sound, {"form", "kind"})) == []


def test_a_branch_on_a_choice_is_told_where_it_is_none():
    assert {problem.place.field for problem in find_breaches(sound, {"form"})} == {"sound", "helped"}


def test_a_helper_is_read_for_what_it_is_given():
    problems = list(find_breaches(asks_for_help, {"form"}))
    assert [problem.place.field for problem in problems] == ["helped"]
    assert "sort == ONE" in problems[0].what


def test_results_are_compared_with_what_is_declared():
    assert list(find_wrong_results(sound, ["a", "b"])) == []
    told = [problem.what for problem in find_wrong_results(branches, ["b", "c"])]
    assert told == ["leaves out c", "returns a, which the mechanism does not declare"] * 2


def forgets(size):
    return Result(a=size, d=1)


def test_a_value_forgotten_or_unknown_is_told():
    told = [problem.what for problem in find_wrong_results(forgets, ["a", "b"])]
    assert told == ["no value for b; unknown d"]


def test_a_function_without_a_source_is_passed_over():
    scope: dict[str, object] = {}
    exec("def hidden(size):\n    return size ** 2", scope)
    assert list(find_breaches(scope["hidden"], ())) == []
