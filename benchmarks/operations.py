"""How much arithmetic one run of the test model is, counted from its own functions.

A sum, a difference, a product, a quotient, a minimum and a maximum count 1; an exponential or a logarithm 20, as
many as its polynomial takes; comparisons and choices nothing. Summing over units and neighbours counts too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from benchmarks.vectored import Words, rebuild
from crossroads.simulation.contract import Model
from crossroads.simulation.layout import Inputs
from crossroads.simulation.plan import Call, make_plan

SERIES = 20


class Counted:
    """A number that counts what is done with it."""

    def __init__(self, count: Counter[str]) -> None:
        """Numbers that share a counter are counted together."""
        self._count = count

    def _one(self, *_: Any) -> Counted:
        self._count["operations"] += 1
        return self

    def _free(self, *_: Any) -> Counted:
        return self

    def _many(self, *_: Any) -> Counted:
        self._count["operations"] += SERIES
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __neg__ = _one
    __lt__ = __le__ = __gt__ = __ge__ = __and__ = __or__ = __invert__ = _free
    __eq__ = __ne__ = _free  # numbers compare lane by lane
    __hash__ = None  # as equality is no yes or no

    def words(self) -> Words:
        """The arithmetic of models on such numbers."""
        free, one, many = (self._call(name) for name in ("_free", "_one", "_many"))
        return {
            "where": free,
            "minimum": one,
            "maximum": one,
            "absolute": free,
            "exp": many,
            "log": many,
            "power": many,
        }

    def _call(self, name: str) -> Callable[..., Any]:
        return lambda *_: getattr(self, name)()


def count_operations(model: Model, inputs: Inputs) -> dict[str, int]:
    """Operations of one run in one week: of the units, of the sums over neighbours, and of all else."""
    plan, units = make_plan(model, inputs, "projection"), model.units.count
    stocks = set(plan.kept["unit_stock"])
    by_unit = [call for stage in ("unit", "sum_up") for call in plan.calls[stage]]
    summed = sum(len(set(call.gives) - stocks) for call in by_unit)
    near = {source for call in by_unit for source in call.sources if source.kind == "near"}
    rest = [call for stage in ("before", "after") for call in plan.calls[stage]]
    return {
        "units": units * (summed + sum(_count(call) for call in by_unit)),
        "neighbours": sum(2 * len(model.units.networks[source.of][1]) for source in near),
        "rest": sum(_count(call) for call in rest) + len(plan.outcomes),
    }


def _count(call: Call) -> int:
    count: Counter[str] = Counter()
    number = Counted(count)
    rebuild(call.function, number.words())(*[number] * len(call.sources))
    return count["operations"]
