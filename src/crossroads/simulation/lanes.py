"""A value that is many runs side by side: numba compiles arithmetic on it to vector instructions.

`Lanes("float32", 64)` is one number of 64 runs; a mask is one yes or no of each. What a model writes for
one float (`a * b + c`, `a < b`, `where`, `exp`) means the same for every lane. No lane reads another, so
that what is not a number in one run stays there. The only liberty that the compiler gets is to fuse a
product and a sum; with it, results are the same bit for bit at any width, order and number of threads.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from functools import cache
from typing import Any, Literal

from numba import types
from numba.core.typing.templates import AbstractTemplate

from crossroads.simulation.toolkit import (
    NamedUniTuple,
    PrimitiveModel,
    infer_global,
    intrinsic,
    ir,
    lower_builtin,
    lower_cast,
    make_proxy,
    register_model,
    signature,
)

Kind = Literal["float32", "float64"]

FUSE = ("contract",)
_ELEMENT = {"float32": ir.FloatType(), "float64": ir.DoubleType()}
_SCALAR = {"float32": types.float32, "float64": types.float64}
_INDEX = ir.IntType(32)


class Lanes(types.Type):
    """The numba type of one number, or one yes or no (mask), of `width` runs."""

    def __init__(self, kind: Kind, width: int, mask: bool = False) -> None:
        """Numbers unless it is a mask."""
        self.kind = kind
        self.width = width
        self.mask = mask
        super().__init__(name=f"Lanes({kind}, {width}, {'mask' if mask else 'number'})")

    @property
    def llvm(self) -> Any:
        """The vector type of the compiler."""
        return ir.VectorType(ir.IntType(1) if self.mask else _ELEMENT[self.kind], self.width)

    @property
    def numbers(self) -> Lanes:
        """The type of numbers of this kind and width."""
        return Lanes(self.kind, self.width)

    @property
    def masks(self) -> Lanes:
        """The type of masks of this kind and width."""
        return Lanes(self.kind, self.width, mask=True)

    def unify(self, context: Any, other: Any) -> Lanes | None:  # noqa: ARG002  # numba's signature
        """A plain number may stand where another branch has lanes."""
        return self if not self.mask and isinstance(other, types.Number) else None


def _model(manager: Any, lanes: Lanes) -> Any:
    """In memory lanes are a vector of the compiler."""
    return PrimitiveModel(manager, lanes, lanes.llvm)


register_model(Lanes)(_model)


def spread(builder: Any, scalar: Any, lanes: Any) -> Any:
    """The same scalar in every lane."""
    undefined = ir.Constant(lanes, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(_INDEX, 0))
    return builder.shuffle_vector(
        first, undefined, ir.Constant(ir.VectorType(_INDEX, lanes.count), [0] * lanes.count)
    )


def widen(context: Any, builder: Any, value: Any, source: Any, target: Lanes) -> Any:
    """A number, a mask or lanes as lanes of the target type."""
    if isinstance(source, Lanes):
        return builder.uitofp(value, target.llvm) if source.mask and not target.mask else value
    if target.mask:
        return spread(
            builder, builder.trunc(value, ir.IntType(1)) if value.type.width != 1 else value, target.llvm
        )
    return spread(builder, context.cast(builder, value, source, _SCALAR[target.kind]), target.llvm)


def joint(*arguments: Any) -> Lanes | None:
    """The type of numbers that these give together: none unless one is lanes and all are numbers."""
    lanes = [argument for argument in arguments if isinstance(argument, Lanes)]
    if not lanes or not all(
        isinstance(argument, Lanes | types.Number | types.Boolean) for argument in arguments
    ):
        return None
    return lanes[0].numbers if len({(each.kind, each.width) for each in lanes}) == 1 else None


def register(function: Any, count: int, result: Callable[..., Any], emit: Callable[..., Any]) -> None:
    """Tell numba the type and the code of a function of `count` arguments, at least one of them lanes.

    `result(*types)` gives the result type or None; `emit(context, builder, signature, values)` its code.
    """

    @infer_global(function)
    class _Template(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            if kws or len(args) != count or not any(isinstance(argument, Lanes) for argument in args):
                return None
            found = result(*args)
            return None if found is None else signature(found, *args)

    for pattern in _patterns(count):
        lower_builtin(function, *pattern)(emit)


def _patterns(count: int) -> list[tuple[Any, ...]]:
    kinds = (Lanes, types.Number, types.Boolean)
    rows: list[tuple[Any, ...]] = [()]
    for _ in range(count):
        rows = [(*row, kind) for row in rows for kind in kinds]
    return [row for row in rows if Lanes in row]


def _numbers(context: Any, builder: Any, sig: Any, args: Any) -> tuple[Lanes, list[Any]]:
    lanes = joint(*sig.args)
    assert lanes is not None, "the template admits lanes only"
    return lanes, [widen(context, builder, arg, typ, lanes) for arg, typ in zip(args, sig.args, strict=True)]


def _register_arithmetic(function: Any, in_place: Any, name: str) -> None:
    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        _, (a, b) = _numbers(context, builder, sig, args)
        return getattr(builder, name)(a, b, flags=FUSE)

    for each in (function, in_place):
        register(each, 2, joint, emit)


def _register_comparison(function: Any, sign: str) -> None:
    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        _, (a, b) = _numbers(context, builder, sig, args)
        return builder.fcmp_unordered(sign, a, b) if sign == "!=" else builder.fcmp_ordered(sign, a, b)

    register(function, 2, lambda a, b: both.masks if (both := joint(a, b)) else None, emit)


def _register_logic(function: Any, in_place: Any, name: str) -> None:
    def result(a: Any, b: Any) -> Lanes | None:
        lanes = joint(a, b)
        fits = all(
            isinstance(each, types.Boolean) or (isinstance(each, Lanes) and each.mask) for each in (a, b)
        )
        return lanes.masks if lanes and fits else None

    def emit(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (
            widen(context, builder, arg, typ, sig.return_type)
            for arg, typ in zip(args, sig.args, strict=True)
        )
        return getattr(builder, name)(a, b)

    for each in (function, in_place):
        register(each, 2, result, emit)


def _register_cast() -> None:
    def cast(context: Any, builder: Any, source: Any, target: Lanes, value: Any) -> Any:
        return widen(context, builder, value, source, target)

    lower_cast(types.Number, Lanes)(cast)


def _register_signs() -> None:
    def negate(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        _, (value,) = _numbers(context, builder, sig, args)
        return builder.fneg(value)

    def keep(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _numbers(context, builder, sig, args)[1][0]

    def flip(context: Any, builder: Any, sig: Any, args: Any) -> Any:  # noqa: ARG001  # numba's signature
        return builder.not_(args[0])

    register(operator.neg, 1, joint, negate)
    register(operator.pos, 1, joint, keep)
    register(operator.invert, 1, lambda a: a if a.mask else None, flip)


@cache
def register_operators() -> None:
    """Tell numba what the operators of arithmetic mean on lanes; once."""
    _register_arithmetic(operator.add, operator.iadd, "fadd")
    _register_arithmetic(operator.sub, operator.isub, "fsub")
    _register_arithmetic(operator.mul, operator.imul, "fmul")
    _register_arithmetic(operator.truediv, operator.itruediv, "fdiv")
    _register_comparison(operator.lt, "<")
    _register_comparison(operator.le, "<=")
    _register_comparison(operator.gt, ">")
    _register_comparison(operator.ge, ">=")
    _register_comparison(operator.eq, "==")
    _register_comparison(operator.ne, "!=")
    _register_logic(operator.and_, operator.iand, "and_")
    _register_logic(operator.or_, operator.ior, "or_")
    _register_signs()
    _register_cast()


def _load(context: Any, array: Any, place: Any, width: Any) -> Any:  # noqa: ARG001  # numba's signature
    """Lanes from a flat array, beginning at an element."""
    lanes = Lanes(array.dtype.name, width.literal_value)

    def emit(target: Any, builder: Any, sig: Any, args: Any) -> Any:
        value = builder.load(point(target, builder, sig.args, args, lanes.llvm))
        value.align = array.dtype.bitwidth // 8
        return value

    return lanes(array, place, width), emit


def _store(context: Any, array: Any, place: Any, value: Any) -> Any:  # noqa: ARG001  # numba's signature
    """Put lanes into a flat array, beginning at an element."""

    def emit(target: Any, builder: Any, sig: Any, args: Any) -> Any:
        kept = builder.store(args[2], point(target, builder, sig.args, args, value.llvm))
        kept.align = array.dtype.bitwidth // 8
        return target.get_dummy_value()

    return types.void(array, place, value), emit


load: Any = intrinsic(prefer_literal=True)(_load)
store: Any = intrinsic(_store)


@cache
def make_lift(kind: Kind, width: int) -> Any:
    """A function that makes lanes of a number; numbers that are lanes already stay; yes is 1 and no is 0."""
    lanes = Lanes(kind, width)

    def lift(context: Any, number: Any) -> Any:  # noqa: ARG001  # numba's signature
        """Lanes of a number."""

        def emit(target: Any, builder: Any, sig: Any, args: Any) -> Any:
            return widen(target, builder, args[0], sig.args[0], lanes)

        return lanes(number), emit

    return intrinsic(lift)


@cache
def make_tuple(plain: Any, kind: Kind, width: int) -> Any:
    """A maker of the named tuple `plain`, by position or by name, that makes lanes of every field."""
    lanes = Lanes(kind, width)
    made = NamedUniTuple(lanes, len(plain._fields), plain)
    names = [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in plain._fields]
    shape = inspect.Signature(names)

    def make(context: Any, *args: Any, **kws: Any) -> Any:  # noqa: ARG001  # numba's signature
        """Lanes by name."""
        given = shape.bind(*args, **kws).arguments

        def emit(target: Any, builder: Any, sig: Any, values: Any) -> Any:
            fields = [
                widen(target, builder, value, typ, lanes) for value, typ in zip(values, sig.args, strict=True)
            ]
            return target.make_tuple(builder, made, fields)

        return made(*(given[name] for name in plain._fields)), emit

    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    make.__signature__ = inspect.Signature([context, *names])  # type: ignore[attr-defined]  # numba reads it
    return intrinsic(make)


def point(context: Any, builder: Any, kinds: Any, args: Any, vector: Any) -> Any:
    """Where a vector begins in a flat array."""
    array = make_proxy(kinds[0])(context, builder, value=args[0])
    place = context.cast(builder, args[1], kinds[1], types.intp)
    return builder.bitcast(builder.gep(array.data, [place]), vector.as_pointer())
