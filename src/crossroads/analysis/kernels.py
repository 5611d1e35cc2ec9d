"""Loops over numbers, compiled when they are first needed and kept in the user's cache, never in the package."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

_HEAD = '''"""Written by crossroads.analysis.kernels; changes are lost."""

from __future__ import annotations

import numpy as np
from numba import njit
'''
_PART = '@njit(error_model="numpy")'
_LOOP = '@njit(nogil=True, cache=True, error_model="numpy")'


@cache
def compile_loop(function: Callable[..., None], *parts: Callable[..., Any]) -> Callable[..., None]:
    """The same function as machine code, with the `parts` that it calls. All must be plain: arrays and numbers in,
    results written into arrays, no name from outside but `np` and those of the parts."""
    from crossroads.simulation.cache import load_module  # noqa: PLC0415  (numba is slow to import)

    texts = [f"{_PART}\n{inspect.getsource(part)}" for part in parts]
    source = "\n\n".join([_HEAD, *texts, f"{_LOOP}\n{inspect.getsource(function)}"])
    module: Any = load_module(source, "", {})
    compiled: Callable[..., None] = getattr(module, function.__name__)
    return compiled
