from __future__ import annotations

import ast
from pathlib import Path

from crossroads.simulation import toolkit

FOLDER = Path(toolkit.__file__).parent
ALLOWED = {"numba", "numba.core.errors", "numba.core.typing.templates"}
"""What else may be imported from numba: its version and types, its errors, and one class to inherit from."""


def list_imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return {name for name in found if name.split(".")[0] in ("numba", "llvmlite")}


def test_what_may_change_with_numba_is_taken_in_one_place():
    others = {path.name: list_imports(path) for path in FOLDER.glob("*.py") if path.name != "toolkit.py"}
    assert sum(map(bool, others.values())) >= 3
    assert {name for name, imports in others.items() if imports - ALLOWED} == set()


def test_everything_that_is_taken_is_used():
    taken = {
        node.target.id
        for node in ast.parse((FOLDER / "toolkit.py").read_text(encoding="utf-8")).body
        if isinstance(node, ast.AnnAssign)
    }
    assert {"njit", "intrinsic", "ir"} <= taken
    text = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py") if path.name != "toolkit.py")
    assert {name for name in taken if name not in text} == set()


def test_what_is_taken_is_there():
    assert callable(toolkit.njit)
    assert callable(toolkit.intrinsic)
    assert toolkit.ir.VectorType(toolkit.ir.FloatType(), 8).count == 8
