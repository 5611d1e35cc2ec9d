"""Futures: sampled values of every uncertainty, from the equal mixture of all views.

Future i belongs to view i mod V and replicate (i div V) mod 16, and is point i div 16 V of the scrambled
Sobol' sequence (Sobol' 1967; Owen 1995) of that view and replicate. So each view keeps its own share, each
(view, replicate) holds a power of two, replicates are independent, and a smaller design begins a larger one.
Uncertainties that are declared to move together are joined by a Gaussian copula; all others are independent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from crossroads.cachefolder import Shelf, hash_parts, hash_room
from crossroads.case import distributions
from crossroads.case.distributions import Array, Distribution
from crossroads.case.distributions.copula import EDGE, Copula
from crossroads.case.joints import find_joints
from crossroads.case.records import Case, Uncertainty, View
from crossroads.errors import CrossroadsError
from crossroads.sampling.streams import stream

REPLICATES = 16
_BITS = 32
_MOST_KEPT = 1 << 20
"""Values of the largest design that is kept: 8 MB."""
_SHELF = Shelf("futures", most=16)

Integers = NDArray[np.int64]
Joints = tuple[tuple[list[int], Copula], ...]


@dataclass(frozen=True, eq=False)
class Futures:
    """Sampled values, one row a future."""

    names: tuple[str, ...]
    """Uncertainty ids, in the order of the columns."""
    values: Array
    """(futures, uncertainties), each in its own unit; a categorical as its code."""
    view: Integers
    """(futures,): the place in `views` of the view that the future was drawn from."""
    replicate: Integers
    """(futures,): 0 to 15."""
    seed: int
    views: tuple[str, ...]
    """View ids."""

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.values, self.view, self.replicate):
            array.setflags(write=False)

    def __len__(self) -> int:
        """Number of futures."""
        return len(self.view)

    def column(self, name: str) -> Array:
        """Values of one uncertainty, (futures,). Raises KeyError for an unknown name."""
        if name not in self.names:
            raise KeyError(f"no uncertainty named {name}; known: {', '.join(self.names)}")
        return self.values[:, self.names.index(name)]

    def first(self, count: int) -> Futures:
        """The first futures, which are those of a smaller design."""
        if not 0 <= count <= len(self):
            raise CrossroadsError(f"There are {len(self)} futures, not {count}.")
        return replace(self, values=self.values[:count], view=self.view[:count], replicate=self.replicate[:count])

    def hold(self, values: Mapping[str, float]) -> Futures:
        """The same futures with some uncertainties at one value in all of them; all others keep exactly theirs.

        A categorical is held at its code. Raises KeyError for an unknown name.
        """
        for name in values:
            self.column(name)
        held = self.values.copy()
        for name, value in values.items():
            held[:, self.names.index(name)] = value
        return replace(self, values=held)


def count_futures(case: Case) -> int:
    """The default size of a design: 32 points for each view and replicate."""
    return len(case.views) * REPLICATES * 32


def sample(case: Case, count: int | None = None, seed: int = 1) -> Futures:
    """Futures of a case; `count` is views x 16 x a power of two, by default x 32.

    Raises CrossroadsError with the nearest sizes for any other count.
    """
    views = len(case.views)
    count = count_futures(case) if count is None else count
    points = _count_points(count, views)
    names = tuple(uncertainty.id for uncertainty in case.uncertainties)
    values = _recall(case, points, seed)
    order = np.arange(count)
    return Futures(
        names=names,
        values=values.reshape(count, len(names)),
        view=order % views,
        replicate=(order // views) % REPLICATES,
        seed=seed,
        views=tuple(view.id for view in case.views),
    )


def _count_points(count: int, views: int) -> int:
    """Points of each Sobol' sequence."""
    if views == 0:
        raise CrossroadsError("The case has no views to sample from. Declare at least one.")
    block = views * REPLICATES
    power = max(count // block, 1).bit_length() - 1
    if count == block << power:
        return 1 << power
    raise CrossroadsError(
        f"{count} futures cannot be shared evenly among {views} views, {REPLICATES} replicates and a "
        f"power of two. Use {block << power} or {block << (power + 1)}."
    )


def _recall(case: Case, points: int, seed: int) -> Array:
    """(points, replicates, views, uncertainties): from the last time, or drawn now and kept.

    SciPy takes longer to import than a small design to draw; what is kept spares a second start both.
    """
    shape = (points, REPLICATES, len(case.views), len(case.uncertainties))
    if not 0 < np.prod(shape) <= _MOST_KEPT:
        return _draw_all(case, shape, seed)
    key = _hash(case, shape, seed)
    kept = _SHELF.read(key)
    if kept is not None and len(kept) == 8 * np.prod(shape):
        return np.frombuffer(kept, dtype="<f8").astype(np.float64).reshape(shape)
    values = _draw_all(case, shape, seed)
    _SHELF.keep(key, values.astype("<f8").tobytes())
    return values


def _hash(case: Case, shape: tuple[int, ...], seed: int) -> str:
    """sha256, in hex, of all that decides the values."""
    sources = [hash_room(Path(file).parent) for file in (__file__, distributions.__file__)]
    beliefs = [
        part
        for view in case.views
        for each in case.uncertainties
        for part in (view.id, each.id, _shape(view, each).model_dump_json())
    ]
    joints = [(joint.members, joint.ranks) for joint in find_joints(case)]
    return hash_parts([*sources, version("numpy"), version("scipy"), repr((shape, seed, joints)), *beliefs])


def _shape(view: View, uncertainty: Uncertainty) -> Distribution:
    return view.beliefs.get(uncertainty.id, uncertainty.distribution)


def _draw_all(case: Case, shape: tuple[int, ...], seed: int) -> Array:
    values = np.empty(shape)
    joints = _place_joints(case)
    for v, view in enumerate(case.views):
        for r in range(REPLICATES):
            values[:, r, v] = _draw(case, view, shape[0], stream(seed, "futures", view.id, str(r)), joints)
    return values


def _place_joints(case: Case) -> Joints:
    """Columns of each joint, and how they move together."""
    columns = {each.id: j for j, each in enumerate(case.uncertainties)}
    return tuple(([columns[name] for name in joint.members], joint.copula) for joint in find_joints(case))


def _draw(case: Case, view: View, points: int, random: np.random.Generator, joints: Joints) -> Array:
    """(points, uncertainties) under the beliefs of one view."""
    columns = len(case.uncertainties)
    if columns == 0:
        return np.empty((points, 0))
    from scipy.stats import qmc  # noqa: PLC0415  (futures that are kept need no generator)

    u = qmc.Sobol(columns, scramble=True, bits=_BITS, rng=random).random(points)
    u = np.clip(u, EDGE, 1 - EDGE)
    for members, copula in joints:
        u[:, members] = copula.join(u[:, members])
    shapes = [_shape(view, each) for each in case.uncertainties]
    return np.column_stack([shape.quantile(u[:, j]) for j, shape in enumerate(shapes)])
