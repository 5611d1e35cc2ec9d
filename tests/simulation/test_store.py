from __future__ import annotations

import asyncio
from dataclasses import replace

import numpy as np
import pytest
import zarr
from hypothesis import given, settings
from hypothesis import strategies as st
from zarr.core.buffer import default_buffer_prototype
from zarr.storage import LocalStore

from crossroads.errors import RunsError
from crossroads.simulation.store import AXES, KINDS, Labels, Store, WholeChunks

CHUNK, SERIES = 4, 6
LABELS = Labels(
    option=("keep", "raise"),
    reaction=("calm", "angry", "late"),
    outcome=("harmed", "spending"),
    horizon=("year_1",),
    quarter=(1, 2, 3, 4),
    uncertainty=("size", "form"),
)


def make_block(store, chunk, count, seed=1):
    """Numbers for every array of a chunk in a design of `count` futures."""
    random = np.random.default_rng([seed, chunk])
    span = store.span(chunk, count)
    futures = span.stop - span.start
    kept = max(0, min(store.series - span.start, futures))
    block = {}
    for name in store.names:
        sizes = {**store.labels.sizes(), "future": futures, "series_future": kept}
        shape = tuple(sizes[dim] for dim in KINDS[name].dims)
        if 0 not in shape:
            block[name] = random.integers(0, 5, shape).astype(KINDS[name].dtype)
    return block


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "data.zarr", LABELS, CHUNK, SERIES)
    made.create(10)
    return made


def require_same(read, written):
    assert set(read) == set(written)
    for name, array in written.items():
        assert read[name].dtype == array.dtype
        np.testing.assert_array_equal(read[name], array)


def flip(file):
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_every_stored_array_counts_futures_along_one_axis():
    for name, kind in KINDS.items():
        assert kind.dims[AXES[name]] in ("future", "series_future")
        assert sum("future" in dim for dim in kind.dims) == 1


def test_arrays_without_anything_in_them_are_not_stored(store):
    assert "history" not in store.names
    with_past = replace(LABELS, history_outcome=("homes",), history_year=(2024, 2025))
    assert "history" in replace(store, labels=with_past).names
    assert "series" not in replace(store, series=0).names
    assert replace(store, series=0).names == tuple(name for name in store.names if name != "series")


@given(st.integers(1, 7), st.integers(1, 30))
@settings(max_examples=30, deadline=None)
def test_the_chunks_of_a_design_hold_each_future_once(chunk, count):
    store = Store(None, LABELS, chunk, SERIES)
    held = [future for place in range(-(-count // chunk)) for future in range(count)[store.span(place, count)]]
    assert held == list(range(count))


def test_what_is_written_is_read_again(store):
    blocks = {chunk: make_block(store, chunk, 10) for chunk in range(3)}
    for chunk, block in blocks.items():
        store.write(chunk, block)
    for chunk, block in blocks.items():
        require_same(store.read(chunk, len(block["futures"])), block)


def test_a_series_may_end_inside_a_chunk_and_chunks_after_it_have_none(store):
    assert make_block(store, 1, 10)["series"].shape[AXES["series"]] == 2
    for chunk in range(3):
        store.write(chunk, make_block(store, chunk, 10))
    assert store.read(1, 4)["series"].shape[AXES["series"]] == 2
    assert "series" not in store.read(2, 2)


def test_the_first_futures_of_a_chunk_and_some_arrays_can_be_read_alone(store):
    block = make_block(store, 0, 10)
    store.write(0, block)
    read = store.read(0, 3, ("view", "values"))
    require_same(read, {"view": block["view"][:3], "values": block["values"][:, :, :3]})


def test_what_was_never_written_is_absent_and_not_a_number(store):
    store.write(0, make_block(store, 0, 10))
    empty = store.read(1, 4)
    assert (empty["status"] == 0).all()
    assert (empty["view"] == -1).all()
    assert np.isnan(empty["values"]).all()
    assert np.isnan(empty["futures"]).all()


def test_the_writer_says_what_lies_on_disk(store):
    files = store.write(1, make_block(store, 1, 10))
    assert set(files) == {store.name_piece(name, 1) for name in store.names}
    for name, size in files.items():
        assert (store.root / name).stat().st_size == size > 0


def test_a_piece_is_named_by_its_chunk_along_the_futures(store):
    assert store.name_piece("values", 7) == "values/c/0/0/7/0/0"
    assert store.name_piece("start", 7) == "start/c/7/0"
    assert store.name_piece("view", 7) == "view/c/7"


@pytest.mark.parametrize(("chunk", "futures"), [(0, 4), (2, 2)])
@pytest.mark.parametrize("name", ["values", "status"])
def test_a_damaged_piece_is_replaced_without_being_read(store, chunk, futures, name):
    block = make_block(store, chunk, 10)
    store.write(chunk, block)
    flip(store.root / store.name_piece(name, chunk))
    with pytest.raises(ValueError, match=r"[Cc]hecksum|crc"):
        store.read(chunk, futures, (name,))
    store.write(chunk, block)
    require_same(store.read(chunk, futures), block)


def test_growing_keeps_what_is_stored_and_never_shrinks(store):
    block = make_block(store, 0, 10)
    store.write(0, block)
    store.grow(20)
    store.grow(5)
    again = replace(store)
    require_same(again.read(0, 4), block)
    late = make_block(again, 4, 20)
    again.write(4, late)
    require_same(again.read(4, 4), late)
    arrays = zarr.open_group(store.root, mode="r")
    assert arrays["values"].shape == (2, 3, 20, 2, 1)
    assert arrays["series"].shape[AXES["series"]] == SERIES


def test_a_short_design_has_room_for_its_series_once_it_grows(tmp_path):
    store = Store(tmp_path / "data.zarr", LABELS, CHUNK, SERIES)
    store.create(3)
    assert zarr.open_group(store.root, mode="r")["series"].shape[AXES["series"]] == 3
    store.grow(10)
    assert zarr.open_group(store.root, mode="r")["series"].shape[AXES["series"]] == SERIES


def test_creating_deletes_whatever_was_there(store):
    store.write(0, make_block(store, 0, 10))
    (store.root / "note.txt").write_text("old")
    store.create(10)
    assert not (store.root / "note.txt").exists()
    assert np.isnan(replace(store).read(0, 4)["values"]).all()


def test_labels_lie_beside_the_arrays(store):
    group = zarr.open_group(store.root, mode="r")
    assert list(group["reaction"][:]) == ["calm", "angry", "late"]
    assert group["quarter"][:].tolist() == [1, 2, 3, 4]
    assert group["values"].metadata.dimension_names == KINDS["values"].dims
    assert "history_year" not in group


@pytest.mark.parametrize(
    "other",
    [
        {"chunk": 5},
        {"labels": replace(LABELS, outcome=("harmed",))},
        {"labels": replace(LABELS, option=("keep", "raise", "move"))},
        {"labels": replace(LABELS, history_outcome=("homes",), history_year=(2024,))},
    ],
)
def test_arrays_of_another_shape_do_not_fit(store, other):
    assert replace(store).fits()
    assert not replace(store, **other).fits()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"zarr_format": 2}'])
def test_arrays_that_cannot_be_opened_do_not_fit(store, text):
    (store.root / "status" / "zarr.json").write_text(text)
    assert not replace(store).fits()


def test_a_folder_that_is_not_there_does_not_fit(tmp_path):
    assert not Store(tmp_path / "nowhere", LABELS, CHUNK, SERIES).fits()


def test_only_pieces_with_a_mark_are_shown(store):
    files = [frozenset(store.write(chunk, make_block(store, chunk, 10))) for chunk in range(2)]
    shown = zarr.open_group(WholeChunks(LocalStore(store.root, read_only=True), files[0]), mode="r")
    np.testing.assert_array_equal(shown["view"][:4], make_block(store, 0, 10)["view"])
    assert (shown["view"][4:] == -1).all()
    assert list(shown["option"][:]) == ["keep", "raise"]


def test_a_piece_with_a_mark_that_is_gone_is_an_error_with_a_way_out(store):
    files = frozenset(store.write(0, make_block(store, 0, 10)))
    (store.root / store.name_piece("view", 0)).unlink()
    whole = WholeChunks(LocalStore(store.root, read_only=True), files)
    with pytest.raises(RunsError, match=r"view/c/0 is gone\. Simulate again"):
        asyncio.run(whole.get(store.name_piece("view", 0), default_buffer_prototype()))
