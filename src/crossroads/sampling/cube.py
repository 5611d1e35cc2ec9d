"""Futures from points of the unit cube: the same prior as that of sampled futures, as a function.

The first coordinate picks a view, all alike; each other is the level of one uncertainty under that view, and what is
declared to move together is joined as it is when futures are drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from crossroads.case.distributions import Array
from crossroads.case.distributions.copula import EDGE
from crossroads.case.joints import find_joints
from crossroads.case.records import Case, by_id
from crossroads.sampling.futures import REPLICATES, Futures, Integers
from crossroads.sampling.streams import stream


@dataclass(frozen=True)
class Cube:
    """Some uncertainties of a case as the unit cube; others rest at their middle."""

    case: Case
    names: tuple[str, ...]
    """The uncertainties that coordinates after the first stand for."""

    @property
    def size(self) -> int:
        """Number of coordinates."""
        return 1 + len(self.names)

    def find_views(self, points: Array) -> Integers:
        """(points,): the place of the view that each point, a row of the cube, picks."""
        count = len(self.case.views)
        return np.minimum((points[:, 0] * count).astype(np.int64), count - 1)

    def place(self, points: Array) -> Array:
        """(points, uncertainties): values in the order of the case; what the cube leaves out rests at its middle."""
        columns = self._columns
        levels = np.full((len(points), len(columns)), 0.5)
        levels[:, [columns[name] for name in self.names]] = points[:, 1:]
        views = self.find_views(points)
        values = self._middles[views]
        return self._read(levels, views, values, self.names)

    def _read(self, levels: Array, views: Integers, values: Array, names: Sequence[str]) -> Array:
        """`values` with those of some uncertainties read at their levels, each row under its own view."""
        columns, known = self._columns, by_id(self.case.uncertainties)
        levels = np.clip(levels, EDGE, 1 - EDGE)
        for joint in find_joints(self.case):
            members = [columns[name] for name in joint.members]
            levels[:, members] = joint.copula.join(levels[:, members])
        for v, view in enumerate(self.case.views):
            rows = np.flatnonzero(views == v)
            for name in names:
                shape = view.beliefs.get(name, known[name].distribution)
                values[rows, columns[name]] = shape.quantile(levels[rows, columns[name]])
        return values

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {one.id: place for place, one in enumerate(self.case.uncertainties)}

    @cached_property
    def _middles(self) -> Array:
        """(views, uncertainties): the middle of each under each view."""
        half = np.full(1, 0.5)
        shapes = [
            [view.beliefs.get(one.id, one.distribution) for one in self.case.uncertainties] for view in self.case.views
        ]
        return np.array([[float(shape.quantile(half)[0]) for shape in row] for row in shapes])

    def draw_futures(self, points: Array, seed: int) -> Futures:
        """A future for each point: what the cube leaves out is drawn anew. Replicates take turns."""
        columns, views = self._columns, self.find_views(points)
        levels = stream(seed, "futures", "beside the cube").random((len(points), len(columns)))
        levels[:, [columns[name] for name in self.names]] = points[:, 1:]
        return Futures(
            names=tuple(columns),
            values=self._read(levels, views, np.empty_like(levels), tuple(columns)),
            view=views,
            replicate=np.arange(len(points)) % REPLICATES,
            seed=seed,
            views=tuple(view.id for view in self.case.views),
        )


def make_cube(case: Case, names: Sequence[str]) -> Cube:
    """A cube of these uncertainties, and of all that move together with any of them."""
    wanted = set(names)
    for joint in find_joints(case):
        if wanted & set(joint.members):
            wanted |= set(joint.members)
    return Cube(case, tuple(one.id for one in case.uncertainties if one.id in wanted))
