"""The functions of a model on plain NumPy arrays: for trying them, where the last digit does not matter."""

from __future__ import annotations

from types import CellType, FunctionType, ModuleType
from typing import Any

import numpy as np

from crossroads.simulation import arithmetic
from crossroads.simulation.binding import is_helper, names_used

_ON_ARRAYS: dict[Any, Any] = {
    arithmetic.where: np.where,
    arithmetic.minimum: np.minimum,
    arithmetic.maximum: np.maximum,
    arithmetic.exp: np.exp,
    arithmetic.log: np.log,
    arithmetic.power: np.power,
    arithmetic.absolute: np.abs,
}


class Vectoriser:
    """Turns functions of a model into the same on arrays, each once; structural choices stay whole numbers."""

    def __init__(self) -> None:
        """Nothing is turned yet."""
        self._known: dict[FunctionType, FunctionType] = {}

    def turn(self, function: Any) -> Any:
        """A function that takes and gives arrays; what it calls is turned with it."""
        if function not in self._known:
            self._known[function] = function
            self._known[function] = self._rebuild(function)
        return self._known[function]

    def _rebuild(self, function: FunctionType) -> FunctionType:
        used = names_used(function)
        turned = {name: self._replace(value, used) for name, value in function.__globals__.items() if name in used}
        cells = tuple(CellType(self._replace(cell.cell_contents, used)) for cell in function.__closure__ or ())
        scope = {**function.__globals__, **turned}
        rebuilt = FunctionType(function.__code__, scope, function.__name__, function.__defaults__, cells or None)
        rebuilt.__kwdefaults__ = function.__kwdefaults__
        return rebuilt

    def _replace(self, value: Any, used: set[str]) -> Any:
        if isinstance(value, FunctionType):
            return self.turn(value) if is_helper(value) else _ON_ARRAYS.get(value, value)
        if isinstance(value, ModuleType):
            proxy = ModuleType(value.__name__)
            found = {name: self._replace(getattr(value, name), set()) for name in used if hasattr(value, name)}
            vars(proxy).update(found)
            return proxy
        return value
