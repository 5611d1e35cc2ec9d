"""Arrays on disk, labelled and cut along the futures: one Zarr group with a checksum on every piece."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.abc.store import ByteRequest
from zarr.abc.store import Store as Pieces
from zarr.codecs import Crc32cCodec, ZstdCodec
from zarr.core.buffer import Buffer, BufferPrototype
from zarr.storage import FsspecStore, LocalStore, WrapperStore

from crossroads.errors import RunsError
from crossroads.simulation.disk import remove_folder, sync_file, sync_folder
from crossroads.simulation.places import is_remote

Block = Mapping[str, NDArray[Any]]
"""Name of an array to its part that belongs to one chunk of futures."""

DATA = "data.zarr"
ALONG = ("future", "series_future")


@dataclass(frozen=True)
class Kind:
    """What one stored array is: its dimensions, type, and what stands where nothing was written."""

    dims: tuple[str, ...]
    dtype: str
    fill: float
    apart: bool = False
    """Whether each outcome can be read without the others."""

    @property
    def axis(self) -> int:
        """Which axis counts futures."""
        return next(place for place, dim in enumerate(self.dims) if dim in ALONG)


KINDS = {
    "values": Kind(("option", "reaction", "future", "outcome", "horizon"), "float32", np.nan, apart=True),
    "status": Kind(("option", "reaction", "future"), "uint8", 0),
    "start": Kind(("future", "outcome"), "float32", np.nan),
    "series": Kind(
        ("option", "reaction", "series_future", "outcome", "quarter"), "float32", np.nan, apart=True
    ),
    "history": Kind(("future", "history_outcome", "history_year"), "float32", np.nan),
    "futures": Kind(("future", "uncertainty"), "float64", np.nan),
    "view": Kind(("future",), "int16", -1),
    "replicate": Kind(("future",), "int16", -1),
}
AXES = {name: kind.axis for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Labels:
    """The names along every dimension but the futures."""

    option: tuple[str, ...]
    reaction: tuple[str, ...]
    outcome: tuple[str, ...]
    horizon: tuple[str, ...]
    quarter: tuple[int, ...]
    uncertainty: tuple[str, ...]
    history_outcome: tuple[str, ...] = ()
    history_year: tuple[int, ...] = ()

    def sizes(self) -> dict[str, int]:
        """Length of every dimension."""
        return {field.name: len(getattr(self, field.name)) for field in fields(self)}


@dataclass(frozen=True)
class Store:
    """The arrays of one folder of runs. `chunk` futures share a piece; the first `series` have series."""

    root: Path
    labels: Labels
    chunk: int
    series: int

    @property
    def names(self) -> tuple[str, ...]:
        """The arrays that have anything in them."""
        sizes = self.labels.sizes()
        return tuple(
            name
            for name, kind in KINDS.items()
            if all(sizes.get(dim, self._along(dim, 1)) for dim in kind.dims)
        )

    def span(self, chunk: int, count: int) -> slice:
        """The futures of a chunk in a design of `count` futures."""
        return slice(chunk * self.chunk, min((chunk + 1) * self.chunk, count))

    def create(self, count: int) -> None:
        """Write empty arrays for `count` futures; whatever was there is deleted."""
        remove_folder(self.root)
        group = zarr.open_group(open_pieces(self.root), mode="w", zarr_format=3)
        for dim, size in self.labels.sizes().items():
            if size:
                labels = getattr(self.labels, dim)
                text = isinstance(labels[0], str)
                array = group.create_array(
                    dim,
                    shape=(size,),
                    chunks=(size,),
                    dtype="str" if text else "int32",
                    dimension_names=(dim,),
                    compressors=_pack(),
                )
                array[:] = np.array(labels, dtype=object if text else np.int32)
        for name in self.names:
            self._create_array(group, name, count)

    def fits(self) -> bool:
        """Whether the arrays on disk are these."""
        try:
            return all(self._is_as_declared(name, array) for name, array in self._arrays.items())
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def grow(self, count: int) -> None:
        """Make room for `count` futures; what is stored stays."""
        for name, array in self._arrays.items():
            shape = self._shape(name, count)
            if shape[AXES[name]] > array.shape[AXES[name]]:
                array.resize(shape)

    def write(self, chunk: int, block: Block) -> dict[str, int]:
        """Store a block and wait until it is on disk; returns file to bytes.

        What was there goes first: it may be damaged, and is never read to be completed.
        """
        for name, part in block.items():
            (self.root / self.name_piece(name, chunk)).unlink(missing_ok=True)
            self._arrays[name][self._select(name, chunk, part.shape[AXES[name]])] = part
        pieces = {name: self.root / name for name in (self.name_piece(array, chunk) for array in block)}
        files = {name: file for name, file in pieces.items() if file.exists()}  # of nothing, nothing is written
        if not is_remote(self.root):
            for file in files.values():
                sync_file(file)
                sync_folder(file.parent)
        return {name: file.stat().st_size for name, file in files.items()}

    def read(self, chunk: int, count: int, names: tuple[str, ...] = ()) -> dict[str, NDArray[Any]]:
        """The first `count` futures of a chunk: these arrays, or all. ValueError when a checksum is wrong."""
        return {
            name: np.asarray(self._arrays[name][self._select(name, chunk, size)])
            for name in names or self.names
            if (size := self._count(name, chunk, count))
        }

    def name_piece(self, name: str, chunk: int) -> str:
        """The file of one array that holds a chunk, inside the data folder."""
        kind = KINDS[name]
        return "/".join([name, "c", *(str(chunk) if dim in ALONG else "0" for dim in kind.dims)])

    @cached_property
    def _arrays(self) -> dict[str, zarr.Array[Any]]:
        group = zarr.open_group(open_pieces(self.root), mode="r+", zarr_format=3, use_consolidated=False)
        found = {name: group[name] for name in self.names}
        return {name: array for name, array in found.items() if isinstance(array, zarr.Array)}

    def _create_array(self, group: zarr.Group, name: str, count: int) -> None:
        kind = KINDS[name]
        shape = self._shape(name, count)
        whole = tuple(
            self.chunk if dim in ALONG else size for dim, size in zip(kind.dims, shape, strict=True)
        )
        parts = tuple(1 if dim == "outcome" else size for dim, size in zip(kind.dims, whole, strict=True))
        group.create_array(
            name,
            shape=shape,
            chunks=parts if kind.apart else whole,
            shards=whole if kind.apart else None,
            dtype=kind.dtype,
            fill_value=kind.fill,
            dimension_names=kind.dims,
            compressors=_pack(),
            config={"write_empty_chunks": True},
        )

    def _is_as_declared(self, name: str, array: zarr.Array[Any]) -> bool:
        kind = KINDS[name]
        others = [size for dim, size in zip(kind.dims, array.shape, strict=True) if dim not in ALONG]
        declared = [self.labels.sizes()[dim] for dim in kind.dims if dim not in ALONG]
        return (
            others == declared
            and array.chunks[kind.axis] == self.chunk
            and array.dtype == np.dtype(kind.dtype)
        )

    def _shape(self, name: str, count: int) -> tuple[int, ...]:
        sizes = self.labels.sizes()
        return tuple(sizes.get(dim, self._along(dim, count)) for dim in KINDS[name].dims)

    def _along(self, dim: str, count: int) -> int:
        return min(self.series, count) if dim == "series_future" else count

    def _count(self, name: str, chunk: int, count: int) -> int:
        if KINDS[name].dims[AXES[name]] == "future":
            return count
        return max(0, min(self.series - chunk * self.chunk, count))

    def _select(self, name: str, chunk: int, count: int) -> tuple[slice, ...]:
        first = chunk * self.chunk
        return (slice(None),) * AXES[name] + (slice(first, first + count),)


def open_pieces(root: Path, read_only: bool = False) -> Pieces:
    """The files or objects of a data folder, as Zarr sees them."""
    if not is_remote(root):
        return LocalStore(root, read_only=read_only)
    there = cast(Any, root)
    return FsspecStore.from_mapper(there.fs.get_mapper(there.path), read_only=read_only)


class WholeChunks(WrapperStore[Pieces]):
    """Shows the pieces of whole chunks alone: one without a mark is as absent as one never written."""

    def __init__(self, store: Pieces, files: frozenset[str]) -> None:
        """Shows these pieces, and everything that is no piece."""
        super().__init__(store)
        self._files = files

    def _with_store(self, store: Pieces) -> WholeChunks:
        return WholeChunks(store, self._files)

    async def get(
        self, key: str, prototype: BufferPrototype, byte_range: ByteRequest | None = None
    ) -> Buffer | None:
        """A file. Raises RunsError for a lost piece of a whole chunk, lest it read as never written."""
        if key not in self._files:
            name, piece, _ = key.partition("/c/")
            return None if piece and name in KINDS else await self._store.get(key, prototype, byte_range)
        found = await self._store.get(key, prototype, byte_range)
        if found is None:
            raise RunsError(f"{key} is gone. Simulate again with the same case, futures and folder.")
        return found


def _pack() -> tuple[ZstdCodec, Crc32cCodec]:
    return ZstdCodec(level=1), Crc32cCodec()
