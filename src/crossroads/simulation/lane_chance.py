"""The luck of many runs at once: the same draws as `chance.py`, lane by lane."""

from __future__ import annotations

from functools import cache
from typing import Any

from numba import types

from crossroads.simulation.chance import MULTIPLIERS, ROUNDS, WEYL, WORDS
from crossroads.simulation.lanes import Kind, Lanes, point
from crossroads.simulation.toolkit import UniTuple, intrinsic, ir

_WORD, _LONG = ir.IntType(32), ir.IntType(64)
_BELOW_ONE = {"float32": 1.0 - 2.0**-24, "float64": 1.0 - 2.0**-53}


@cache
def make_draw(kind: Kind, width: int) -> Any:
    """`draw(futures, week, unit, tag, low, high)`: four lanes, one for each word of the generator.

    `futures` holds the numbers (int32) of the futures of a block, one for each lane.
    """
    lanes = Lanes(kind, width)

    def draw(context: Any, futures: Any, week: Any, unit: Any, tag: Any, low: Any, high: Any) -> Any:  # noqa: ARG001  # numba's signature
        """See `chance.draw`; the context is numba's."""

        def emit(target: Any, builder: Any, sig: Any, values: Any) -> Any:
            vector = ir.VectorType(_WORD, width)
            start = point(target, builder, sig.args, (values[0], target.get_constant(types.intp, 0)), vector)
            numbers = builder.load(start)
            numbers.align = 4
            whole = [
                _spread(builder, target.cast(builder, value, typ, types.uint32), vector)
                for value, typ in zip(values[1:], sig.args[1:], strict=True)
            ]
            words = _emit_philox(builder, [numbers, *whole[:3]], whole[3:])
            made = [_to_uniform(builder, word, lanes) for word in words]
            return target.make_tuple(builder, sig.return_type, made)

        return UniTuple(lanes, WORDS)(futures, week, unit, tag, low, high), emit

    return intrinsic(draw)


def _emit_philox(builder: Any, counter: list[Any], key: list[Any]) -> list[Any]:
    vector = counter[0].type
    (a, b, c, d), (low, high) = counter, key
    for _ in range(ROUNDS):
        first_high, first_low = _multiply(builder, a, MULTIPLIERS[0])
        second_high, second_low = _multiply(builder, c, MULTIPLIERS[1])
        a = builder.xor(builder.xor(second_high, b), low)
        c = builder.xor(builder.xor(first_high, d), high)
        b, d = second_low, first_low
        low = builder.add(low, _constant(vector, WEYL[0]))
        high = builder.add(high, _constant(vector, WEYL[1]))
    return [a, b, c, d]


def _multiply(builder: Any, word: Any, factor: int) -> tuple[Any, Any]:
    """The upper and the lower word of a product."""
    double = ir.VectorType(_LONG, word.type.count)
    product = builder.mul(builder.zext(word, double), _constant(double, factor))
    upper = builder.lshr(product, _constant(double, 32))
    return builder.trunc(upper, word.type), builder.trunc(product, word.type)


def _to_uniform(builder: Any, word: Any, lanes: Lanes) -> Any:
    """See `chance.to_uniform`; what rounds to 1 is kept below it."""
    number, element = lanes.llvm, lanes.llvm.element
    halved = builder.lshr(word, _constant(word.type, 1))
    scaled = builder.fadd(builder.sitofp(halved, number), _number(number, element, 0.5))
    uniform = builder.fmul(scaled, _number(number, element, 2.0**-31))
    most = _number(number, element, _BELOW_ONE[lanes.kind])
    return builder.select(builder.fcmp_ordered("<", uniform, most), uniform, most)


def _spread(builder: Any, scalar: Any, vector: Any) -> Any:
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), scalar, ir.Constant(_WORD, 0))
    zeros = ir.Constant(ir.VectorType(_WORD, vector.count), [0] * vector.count)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), zeros)


def _constant(vector: Any, number: int) -> Any:
    return ir.Constant(vector, [ir.Constant(vector.element, number)] * vector.count)


def _number(vector: Any, element: Any, number: float) -> Any:
    return ir.Constant(vector, [ir.Constant(element, number)] * vector.count)
