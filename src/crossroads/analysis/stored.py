"""Outcomes out of the store, as few at a time as memory asks for."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import xarray as xr

from crossroads.analysis.estimates import Ints
from crossroads.analysis.spool import Singles, Spool, Values
from crossroads.case.records import Outcome
from crossroads.errors import RunsError

T = TypeVar("T")

HELD_BYTES = 384 * 1024**2
"""Held at once by all threads, so that memory does not grow with the number of outcomes or processors."""
WORKED_BYTES = 64 * 1024**2
"""What a thread holds beside a column, about."""
SPOOLED_BYTES = 64 * 1024**2
"""A column that is larger goes to a temporary file."""
READ_BYTES = 16 * 1024**2
"""Read at once."""


@dataclass(frozen=True)
class Table:
    """A stored array (option, reaction, future, outcome, time), read in the order of names in `places`, of which
    only some `pairs` of option and reaction, (pairs, 2), are kept."""

    array: xr.DataArray
    places: Mapping[str, Sequence[str]]
    pairs: Ints

    @property
    def futures(self) -> int:
        """How many there are."""
        return int(self.array.shape[2])

    def read(self, outcome: str, span: slice | None = None) -> Singles:
        """The values of one outcome (pairs, futures, times), of all futures or some in a row.

        Raises RunsError when a piece cannot be read.
        """
        first, last, _ = (span or slice(None)).indices(self.futures)
        options, _, times = self._chosen
        values = np.empty((len(options), len(times), last - first), dtype=self.array.dtype).transpose(0, 2, 1)
        for begin, part in self._read_parts(outcome, first, last):
            values[:, begin - first : begin - first + part.shape[1]] = part
        return values  # one time lies side by side

    def spool(self, outcome: str) -> Values:
        """All values of one outcome, in a temporary file where they are many. Raises RunsError, as `read`."""
        if self.column_bytes <= SPOOLED_BYTES:
            return self.read(outcome)
        options, _, times = self._chosen
        values = Spool((len(options), self.futures, len(times)), self.array.dtype)
        for begin, part in self._read_parts(outcome, 0, self.futures):
            values.write(begin, part)
        return values

    @property
    def column_bytes(self) -> int:
        """The size of the values of one outcome."""
        return int(self.array.dtype.itemsize * len(self.pairs) * self.futures * self.array.shape[4])

    def _read_parts(self, outcome: str, first: int, last: int) -> Iterator[tuple[int, Singles]]:
        """The values of some futures at a time, with the first of these."""
        one = self.array.isel(outcome=self.array["outcome"].to_numpy().tolist().index(outcome))
        options, reactions, times = self._chosen
        step = max(1, READ_BYTES // max(1, one.nbytes // max(1, self.futures)))
        for begin in range(first, last, step):
            end = min(begin + step, last)
            try:
                loaded = one.isel({one.dims[2]: slice(begin, end)}).compute().to_numpy()
            except (OSError, ValueError) as error:
                raise RunsError(
                    f"The stored runs cannot be read ({error}). Simulate again: damaged chunks are made anew."
                ) from error
            chosen = loaded[options, reactions]
            whole = len(times) == chosen.shape[2] and bool((times == np.arange(len(times))).all())
            yield begin, chosen if whole else chosen[:, :, times]

    @cached_property
    def _chosen(self) -> tuple[Ints, Ints, Ints]:
        """Where the options and reactions of the pairs and the times are stored."""
        option, reaction, time = (self._find(str(self.array.dims[axis])) for axis in (0, 1, 4))
        return option[self.pairs[:, 0]], reaction[self.pairs[:, 1]], time

    def _find(self, dim: str) -> Ints:
        stored = self.array[dim].to_numpy().tolist()
        return np.array([stored.index(name) for name in self.places.get(dim, stored)])


def map_columns(
    table: Table, outcomes: Sequence[Outcome], work: Callable[[Outcome, Values], T]
) -> Iterator[tuple[Outcome, T]]:
    """`work` on the stored values of each outcome, (pairs, futures, times), in the order of `outcomes`; on all
    processors as far as memory goes. Raises RunsError when a piece cannot be read."""
    with ThreadPoolExecutor(_count_threads(table.column_bytes)) as pool:
        found = pool.map(lambda outcome: work(outcome, table.spool(outcome.id)), outcomes)
        yield from zip(outcomes, found, strict=True)


def map_spans(work: Callable[[slice], T], futures: int, block: int) -> Iterator[T]:
    """`work` on the futures in blocks, in their order, on all processors; few results wait to be taken."""
    spans = [slice(first, min(first + block, futures)) for first in range(0, futures, block)]
    threads = _count_threads(0)
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[T]] = deque()
        for span in spans:
            waiting.append(pool.submit(work, span))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _count_threads(column_bytes: int) -> int:
    """One for each processor, as far as memory goes."""
    return max(1, min(os.cpu_count() or 1, HELD_BYTES // (WORKED_BYTES + column_bytes)))
