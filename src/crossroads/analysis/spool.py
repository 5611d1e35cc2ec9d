"""The values of one outcome in a temporary file, where they are too many for memory."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from io import FileIO
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.floating[Any]]


class Values(Protocol):
    """Values of one outcome (pairs, futures, times), in memory or not; parts are taken as of an array."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Pairs, futures, times."""
        ...

    def __getitem__(self, key: Any, /) -> Any: ...


def _open_nameless() -> FileIO:
    return tempfile.TemporaryFile(buffering=0)


@dataclass(frozen=True)
class Spool:
    """Values (pairs, futures, times) in a file without a name, which goes when nobody holds it. What is taken is
    read, and nothing else stays in memory."""

    shape: tuple[int, int, int]
    dtype: np.dtype[Any]
    file: FileIO = field(default_factory=_open_nameless)

    def write(self, first: int, values: Singles) -> None:
        """Store the values of some futures, from the `first` on. Raises OSError when the disk is full."""
        for pair, row in enumerate(values):
            for time, part in enumerate(row.T):
                self.file.seek(self._place(pair, time, first))
                self.file.write(np.ascontiguousarray(part, dtype=self.dtype).tobytes())

    def __getitem__(self, key: Any, /) -> Singles:
        """A copy of some of the values: a pair or a slice of pairs, then slices of futures and times."""
        keys = key if isinstance(key, tuple) else (key,)
        whole = (slice(None),) * (3 - len(keys))
        pairs, span, times = (np.arange(size)[one] for size, one in zip(self.shape, (*keys, *whole), strict=True))
        taken = np.empty((pairs.size, len(times), len(span)), self.dtype)
        for row, pair in zip(taken, pairs.reshape(-1), strict=True):
            for part, time in zip(row, times, strict=True):
                self.file.seek(self._place(int(pair), int(time), int(span[0]) if len(span) else 0))
                self.file.readinto(part)
        found = taken.transpose(0, 2, 1)
        return found if pairs.ndim else found[0]

    def _place(self, pair: int, time: int, future: int) -> int:
        _, futures, times = self.shape
        return ((pair * times + time) * futures + future) * self.dtype.itemsize
