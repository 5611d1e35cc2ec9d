"""The values of one outcome in a temporary file, where they are too many for memory."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from typing import IO, Any, Protocol

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


def _open_nameless() -> IO[bytes]:
    return tempfile.TemporaryFile(buffering=0)


@dataclass(frozen=True)
class Spool:
    """Values (pairs, futures, times) in a file without a name, which goes when nobody holds it. What is taken is
    read, and nothing else stays in memory."""

    shape: tuple[int, int, int]
    dtype: np.dtype[Any]
    file: IO[bytes] = field(default_factory=_open_nameless)

    def write(self, first: int, values: Singles) -> None:
        """Store the values of some futures, from the `first` on. Raises OSError when the disk is full."""
        _, futures, times = self.shape
        for pair, row in enumerate(values):
            for time in range(times):
                self.file.seek(((pair * times + time) * futures + first) * self.dtype.itemsize)
                self.file.write(np.ascontiguousarray(row[:, time], dtype=self.dtype).tobytes())

    def __getitem__(self, key: Any, /) -> Singles:
        """A copy of some of the values."""
        pairs, futures, times = self.shape
        mapped = np.memmap(self.file, self.dtype, "r", shape=(pairs, times, futures))
        return np.array(mapped.transpose(0, 2, 1)[key])
