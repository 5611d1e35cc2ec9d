"""The arithmetic of models for lanes: the same answers as `arithmetic.py`, for many runs at once.

Exponential and logarithm are written out, so that no library of the machine changes a result: for float32
the polynomials of Cephes (Moshier) and an inverse hyperbolic tangent series, for float64 those of fdlibm
(Sun, 1993). What is below the smallest normal number counts as 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from numba import types

from crossroads.simulation import arithmetic
from crossroads.simulation.lanes import FUSE, Lanes, joint, register, register_operators, widen
from crossroads.simulation.toolkit import ir, signature

_LIMITS = {"float32": (-87.3, 88.72), "float64": (-708.3, 709.78)}
"""Where the exponential is a normal number."""

_TINY = {"float32": 2.0**-126, "float64": 2.0**-1022}
_ROOT_HALF = {"float32": 0x3F3504F3, "float64": 0x3FE6A09E667F3BCD}
_BITS = {"float32": (32, 23, 127), "float64": (64, 52, 1023)}
"""Bits of a number, of its mantissa, and the bias of its exponent."""

_EXP_32 = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5)
_EXP_64 = (
    4.13813679705723846039e-08,
    -1.65339022054652515390e-06,
    6.61375632143793436117e-05,
    -2.77777777770155933842e-03,
    1.66666666666666019037e-01,
)
_LOG_64 = (
    1.479819860511658591e-01,
    1.531383769920937332e-01,
    1.818357216161805012e-01,
    2.222219843214978396e-01,
    2.857142874366239149e-01,
    3.999999999940941908e-01,
    6.666666666666735130e-01,
)
_LN2 = {
    "float32": (0.693359375, -2.12194440e-4),
    "float64": (6.93147180369123816490e-01, 1.90821492927058770002e-10),
}
"""The logarithm of 2 in two parts, the first short."""


class _Wide:
    """Lanes inside the compiler, with the operators of plain arithmetic."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder = builder
        self.value = value

    def _with(self, other: _Wide | float, name: str, swap: bool = False) -> _Wide:
        right = other.value if isinstance(other, _Wide) else self.constant(other).value
        a, b = (right, self.value) if swap else (self.value, right)
        return _Wide(self.builder, getattr(self.builder, name)(a, b, flags=FUSE))

    def constant(self, number: float) -> _Wide:
        kind = self.value.type
        return _Wide(self.builder, ir.Constant(kind, [ir.Constant(kind.element, number)] * kind.count))

    def __add__(self, other: _Wide | float) -> _Wide:
        return self._with(other, "fadd")

    def __sub__(self, other: _Wide | float) -> _Wide:
        return self._with(other, "fsub")

    def __mul__(self, other: _Wide | float) -> _Wide:
        return self._with(other, "fmul")

    def __truediv__(self, other: _Wide | float) -> _Wide:
        return self._with(other, "fdiv")

    def __rsub__(self, other: float) -> _Wide:
        return self._with(other, "fsub", swap=True)

    def compare(self, sign: str, number: float) -> Any:
        return self.builder.fcmp_ordered(sign, self.value, self.constant(number).value)

    def choose(self, test: Any, other: _Wide) -> _Wide:
        """This where the test holds, else the other."""
        return _Wide(self.builder, self.builder.select(test, self.value, other.value))

    def polynomial(self, factors: Sequence[float]) -> _Wide:
        """Factors from the highest power down, by Horner's rule."""
        total = self.constant(factors[0])
        for factor in factors[1:]:
            total = total * self + factor
        return total


def _emit_exp(x: _Wide, kind: str) -> _Wide:
    low, high = _LIMITS[kind]
    inside = x.builder.and_(x.compare(">=", low), x.compare("<=", high))
    safe = x.choose(inside, x.constant(0.0))
    _, mantissa, bias = _BITS[kind]
    times = _round_down(safe * (1 / math.log(2)) + 0.5)
    times = times.choose(times.compare("<", bias), times.constant(bias))
    short, rest = _LN2[kind]
    scaled = (
        _exp_32(safe - times * short - times * rest)
        if kind == "float32"
        else _exp_64(safe - times * short, times * rest)
    )
    beyond = x.constant(math.inf).choose(x.compare(">", high), x.constant(0.0).choose(x.compare("<", low), x))
    return (scaled * _two_to(times, mantissa, bias)).choose(inside, beyond)


def _exp_32(r: _Wide) -> _Wide:
    return r.polynomial(_EXP_32) * (r * r) + r + 1.0


def _exp_64(high: _Wide, low: _Wide) -> _Wide:
    r = high - low
    c = r - r * r * (r * r).polynomial(_EXP_64)
    return 1.0 - ((low - (r * c) / (2.0 - c)) - high)


def _emit_log(x: _Wide, kind: str) -> _Wide:
    inside = x.builder.and_(x.compare(">=", _TINY[kind]), x.compare("<", math.inf))
    exponent, fraction = _split(x.choose(inside, x.constant(1.0)), kind)
    result = (_log_32 if kind == "float32" else _log_64)(exponent, fraction)
    at_zero = x.builder.and_(x.compare(">=", 0.0), x.compare("<", _TINY[kind]))
    below = x.constant(-math.inf).choose(at_zero, x.constant(math.nan))
    return result.choose(inside, x.choose(x.compare("==", math.inf), below))


def _log_32(exponent: _Wide, fraction: _Wide) -> _Wide:
    s = fraction / (fraction + 2.0)
    z = s * s
    return exponent * math.log(2) + s * 2.0 * (z * z.polynomial((1 / 9, 1 / 7, 1 / 5, 1 / 3)) + 1.0)


def _log_64(exponent: _Wide, fraction: _Wide) -> _Wide:
    high, low = _LN2["float64"]
    s = fraction / (fraction + 2.0)
    z = s * s
    half = fraction * fraction * 0.5
    series = z * z.polynomial(_LOG_64)
    return exponent * high - ((half - (s * (half + series) + exponent * low)) - fraction)


def _round_down(x: _Wide) -> _Wide:
    return _call(x, "floor")


def _call(x: _Wide, name: str) -> _Wide:
    """An operation of the compiler that needs no library."""
    kind = x.value.type
    element = "f32" if isinstance(kind.element, ir.FloatType) else "f64"
    function = x.builder.module.declare_intrinsic(
        f"llvm.{name}.v{kind.count}{element}", fnty=ir.FunctionType(kind, [kind])
    )
    return _Wide(x.builder, x.builder.call(function, [x.value]))


def _whole(like: _Wide, bits: int) -> Any:
    return ir.VectorType(ir.IntType(bits), like.value.type.count)


def _constant_whole(kind: Any, number: int) -> Any:
    return ir.Constant(kind, [ir.Constant(kind.element, number)] * kind.count)


def _two_to(times: _Wide, mantissa: int, bias: int) -> _Wide:
    """2 to a whole number, by its bits."""
    b = times.builder
    kind = _whole(times, 32)
    biased = b.add(b.fptosi(times.value, kind), _constant_whole(kind, bias))
    if mantissa > 32:
        kind = _whole(times, 64)
        biased = b.zext(biased, kind)
    return _Wide(b, b.bitcast(b.shl(biased, _constant_whole(kind, mantissa)), times.value.type))


def _split(x: _Wide, kind: str) -> tuple[_Wide, _Wide]:
    """The exponent, and the mantissa between the roots of 1/2 and 2 less 1."""
    b = x.builder
    bits, mantissa, _ = _BITS[kind]
    whole = _whole(x, bits)
    number = b.bitcast(x.value, whole)
    shift = _constant_whole(whole, mantissa)
    exponent = b.ashr(b.sub(number, _constant_whole(whole, _ROOT_HALF[kind])), shift)
    fraction = _Wide(b, b.bitcast(b.sub(number, b.shl(exponent, shift)), x.value.type)) - 1.0
    short = exponent if bits == 32 else b.trunc(exponent, _whole(x, 32))
    return _Wide(b, b.sitofp(short, x.value.type)), fraction


def _emit_once(name: str, emit: Callable[[_Wide, str], _Wide]) -> Callable[..., Any]:
    """Code of a function of one number that stands once in a module and is called."""

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        lanes = sig.return_type
        label = f"crossroads.{name}.{lanes.kind}.{lanes.width}"
        function = builder.module.globals.get(label)
        if function is None:
            function = ir.Function(builder.module, ir.FunctionType(lanes.llvm, [lanes.llvm]), label)
            function.linkage = "internal"
            inner = ir.IRBuilder(function.append_basic_block())
            inner.ret(emit(_Wide(inner, function.args[0]), lanes.kind).value)
        return builder.call(function, [widen(context, builder, args[0], sig.args[0], lanes)])

    return lower


def _lower_power(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    lanes = sig.return_type
    a, b = (widen(context, builder, arg, typ, lanes) for arg, typ in zip(args, sig.args, strict=True))
    one = signature(lanes, lanes)
    logarithm = _emit_once("log", _emit_log)(context, builder, one, [a])
    return _emit_once("exp", _emit_exp)(context, builder, one, [builder.fmul(b, logarithm)])


def _lower_extreme(sign: str) -> Callable[..., Any]:
    """The larger or the smaller; not a number if either is not."""

    def lower(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        lanes = sig.return_type
        a, b = (widen(context, builder, arg, typ, lanes) for arg, typ in zip(args, sig.args, strict=True))
        if not isinstance(sig.args[0], Lanes):
            return builder.select(builder.fcmp_unordered(sign, b, a), b, a)
        chosen = builder.select(builder.fcmp_ordered(sign, b, a), b, a)  # one instruction, which keeps a lost a
        if not isinstance(sig.args[1], Lanes):
            return chosen
        return builder.select(builder.fcmp_unordered("uno", b, b), b, chosen)

    return lower


def _lower_where(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    lanes = sig.return_type
    test = widen(context, builder, args[0], sig.args[0], lanes.masks)
    yes, no = (widen(context, builder, args[place], sig.args[place], lanes) for place in (1, 2))
    return builder.select(test, yes, no)


def _lower_absolute(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return _call(_Wide(builder, widen(context, builder, args[0], sig.args[0], sig.return_type)), "fabs").value


def _type_where(test: Any, yes: Any, no: Any) -> Lanes | None:
    fits = isinstance(test, types.Boolean) or (isinstance(test, Lanes) and test.mask)
    return joint(test, yes, no) if fits else None


@cache
def register_functions() -> None:
    """Tell numba what the arithmetic of models means on lanes; once."""
    register_operators()
    register(arithmetic.where, 3, _type_where, _lower_where)
    register(arithmetic.minimum, 2, joint, _lower_extreme("<"))
    register(arithmetic.maximum, 2, joint, _lower_extreme(">"))
    register(arithmetic.exp, 1, joint, _emit_once("exp", _emit_exp))
    register(arithmetic.log, 1, joint, _emit_once("log", _emit_log))
    register(arithmetic.power, 2, joint, _lower_power)
    register(arithmetic.absolute, 1, joint, _lower_absolute)
