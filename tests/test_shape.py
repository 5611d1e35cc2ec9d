"""The shape of the project: its rooms, the order of imports, the public list and the limits of size."""

from __future__ import annotations

import ast
import io
import statistics
import subprocess
import sys
import tokenize
from functools import cache
from pathlib import Path

import pytest

import crossroads

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "crossroads"
ROOMS = ("case", "sampling", "simulation", "analysis", "search", "presentation")
FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
PUBLIC = {
    "Analysis",
    "Case",
    "CaseError",
    "CrossroadsError",
    "Futures",
    "Problem",
    "Runs",
    "analyse",
    "check",
    "load",
    "report",
    "sample",
    "simulate",
    "weigh",
}
MODULES = sorted(SOURCE.rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Modules of the project that a module imports, at the top or lazily."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    known = {name_of(module) for module in MODULES}
    return frozenset({name for name in found if name in known and name != "crossroads"} - {name_of(path)})


def docstring_lines(tree: ast.Module) -> set[int]:
    lines: set[int] = set()
    for node in ast.walk(tree):
        for child in getattr(node, "body", []) if not isinstance(node, ast.Lambda | ast.IfExp) else []:
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                lines |= set(range(child.lineno, (child.end_lineno or child.lineno) + 1))
    return lines


def code_lines(path: Path) -> set[int]:
    """Lines with a token other than a comment or a docstring."""
    text = path.read_text(encoding="utf-8")
    idle = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in idle:
            lines |= set(range(token.start[0], token.end[0] + 1))
    return lines - docstring_lines(ast.parse(text))


def function_lengths(path: Path) -> dict[str, int]:
    """Code lines of each function's body: what it does, its signature and docstring apart."""
    code = code_lines(path)
    lengths = {}
    for node in ast.walk(tree_of(path)):
        if isinstance(node, FUNCTION):
            first = node.body[0].lineno
            lengths[f"{name_of(path)}.{node.name}:{node.lineno}"] = len(
                code & set(range(first, (node.end_lineno or first) + 1))
            )
    return lengths


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def test_every_room_of_the_design_is_there():
    assert [room for room in ROOMS if not (SOURCE / room / "__init__.py").exists()] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_imports_only_from_its_own_room_and_rooms_to_its_left(path):
    room = room_of(name_of(path))
    if room not in ROOMS:
        return
    wrong = [
        module
        for module in imports_of(path)
        if room_of(module) in ROOMS and ROOMS.index(room_of(module)) > ROOMS.index(room)
    ]
    assert wrong == []


def test_rooms_never_import_the_hub_or_a_case():
    spokes = [path for path in MODULES if room_of(name_of(path)) in ROOMS]
    wrong = {
        name_of(path): sorted(found)
        for path in spokes
        if (found := {module for module in imports_of(path) if module.startswith("crossroads.cases.")})
    }
    assert wrong == {}


def test_imports_have_no_cycle_even_lazily():
    graph = {name_of(path): imports_of(path) for path in MODULES}
    done: set[str] = set()

    def walk(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " -> ".join([*trail[trail.index(module) :], module])
        if module in done:
            return
        for target in graph[module]:
            walk(target, (*trail, module))
        done.add(module)

    for module in graph:
        walk(module, ())


def test_the_public_list_is_frozen():
    assert set(crossroads.__all__) == PUBLIC
    assert all(hasattr(crossroads, name) for name in PUBLIC)


def test_import_is_quick_and_loads_no_heavy_library():
    code = (
        "import sys, time; t = time.perf_counter(); import crossroads; d = time.perf_counter() - t;"
        "print(d); print(sorted({'numpy', 'numba', 'altair', 'xarray', 'pydantic'} & set(sys.modules)))"
    )
    seconds, loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert loaded == "[]"
    assert float(seconds) < 0.3


def test_files_stay_small():
    sizes = {name_of(path): len(code_lines(path)) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > 350} == {}
    assert statistics.median(sizes.values()) <= 150


def test_functions_stay_short():
    lengths = {name: size for path in MODULES for name, size in function_lengths(path).items()}
    assert {name: size for name, size in lengths.items() if size > 50} == {}
    assert statistics.quantiles(lengths.values(), n=10)[-1] <= 25


def test_a_module_and_a_function_never_share_a_name():
    modules = {path.stem for path in MODULES}
    functions = [
        (node.name, name_of(path)) for path in MODULES for node in tree_of(path).body if isinstance(node, FUNCTION)
    ]
    assert [pair for pair in functions if pair[0] in modules] == []


def test_complexity_is_watched_by_the_linter():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"C90"' in text
    assert "max-complexity = 10" in text
    excused = [name_of(path) for path in MODULES if "noqa: C901" in path.read_text(encoding="utf-8")]
    assert excused == []


def test_there_is_as_much_test_as_source():
    source = sum(len(code_lines(path)) for path in MODULES if "cases" not in path.parts)
    assert sum(len(code_lines(path)) for path in TESTS) >= source
