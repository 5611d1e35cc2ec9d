from __future__ import annotations

import inspect

import numpy as np
import pytest

from crossroads.simulation.compiled import CompiledEngine
from crossroads.simulation.engines import Engine, Projection
from crossroads.simulation.wrapped import WrappedEngine

ASKED = ("history", "project", "explain")


@pytest.mark.parametrize("engine", [CompiledEngine, WrappedEngine])
def test_every_engine_answers_to_the_same_names(engine):
    for name in ASKED:
        wanted = list(inspect.signature(getattr(Engine, name)).parameters)
        assert list(inspect.signature(getattr(engine, name)).parameters) == wanted
    for name in ("outcomes", "history_outcomes"):
        fields = set(engine.__dataclass_fields__)
        assert name in fields or hasattr(engine, name)


def test_nothing_else_is_asked_of_an_engine():
    public = {name for name in vars(Engine) if not name.startswith("_")}
    assert public == {*ASKED, "outcomes", "history_outcomes"}


def test_a_projection_has_no_errors_of_its_own_and_shares_none():
    one, other = (Projection(np.zeros((1, 1, 1))) for _ in range(2))
    assert one.errors == {}
    assert one.errors is not other.errors
