from __future__ import annotations

import numpy as np
import pytest

from crossroads.simulation import damage
from crossroads.simulation.completion import Completion, digest_futures
from crossroads.simulation.disk import measure_files
from crossroads.simulation.store import AXES, Labels, Store

LABELS = Labels(("keep",), ("calm", "angry"), ("harmed", "spending"), ("year_1",), (1, 2), ("size",))
FUTURES = 3
PIECE = "values/c/0/0/0/0/0"


def make_block(seed=1):
    random = np.random.default_rng(seed)
    return {
        "values": random.normal(size=(1, 2, FUTURES, 2, 1)).astype(np.float32),
        "status": np.ones((1, 2, FUTURES), dtype=np.uint8),
        "start": random.normal(size=(FUTURES, 2)).astype(np.float32),
        "series": random.normal(size=(1, 2, FUTURES, 2, 2)).astype(np.float32),
        "futures": random.normal(size=(FUTURES, 1)),
        "view": np.zeros(FUTURES, dtype=np.int16),
        "replicate": np.arange(FUTURES, dtype=np.int16),
    }


def store_block(store, block):
    """Write a chunk, and give the mark that says what was written."""
    return Completion(
        chunk=0,
        futures=FUTURES,
        runs=2 * FUTURES,
        failures=(),
        digests=digest_futures(block, AXES),
        files=store.write(0, block),
        seconds=0.1,
        write_seconds=0.1,
    )


def find_lost_files(store, mark):
    return damage.find_lost_files(measure_files(store.root), mark)


def find_damage(store, mark):
    return damage.find_damage(store, mark, measure_files(store.root))


@pytest.fixture
def store(tmp_path):
    made = Store(tmp_path / "data.zarr", LABELS, chunk=4, series=4)
    made.create(FUTURES)
    return made


@pytest.fixture
def mark(store):
    return store_block(store, make_block())


def test_nothing_is_wrong_with_a_whole_chunk(store, mark):
    assert find_lost_files(store, mark) == ""
    assert find_damage(store, mark) == ""


@pytest.mark.parametrize("find", [find_lost_files, find_damage])
def test_a_file_that_is_gone_is_named(store, mark, find):
    (store.root / PIECE).unlink()
    assert find(store, mark) == f"{PIECE} is missing"


def test_a_folder_in_the_place_of_a_file_is_no_file(store, mark):
    (store.root / PIECE).unlink()
    (store.root / PIECE).mkdir()
    assert find_lost_files(store, mark) == f"{PIECE} is missing"


@pytest.mark.parametrize("find", [find_lost_files, find_damage])
def test_a_file_that_is_cut_short_or_too_long_tells_its_bytes(store, mark, find):
    file, size = store.root / PIECE, mark.files[PIECE]
    whole = file.read_bytes()
    file.write_bytes(whole[:-5])
    assert find(store, mark) == f"{PIECE} has {size - 5} bytes instead of {size}"
    file.write_bytes(whole + b"!")
    assert find(store, mark) == f"{PIECE} has {size + 1} bytes instead of {size}"


@pytest.mark.parametrize("name", ["values", "status", "series", "start", "futures", "view", "replicate"])
def test_a_flipped_bit_is_found_by_reading_and_not_by_sizes(store, mark, name):
    file = store.root / store.name_piece(name, 0)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    assert find_lost_files(store, mark) == ""
    assert find_damage(store, mark).startswith("it cannot be read (")


@pytest.mark.parametrize("name", ["values", "start", "series", "futures", "replicate"])
def test_other_numbers_with_right_checksums_are_found_by_their_digest(store, mark, name):
    other = make_block()
    other[name] = other[name] + 1
    files = store.write(0, {name: other[name].astype(make_block()[name].dtype)})
    swapped = mark.model_copy(update={"files": {**mark.files, **files}})
    assert find_lost_files(store, swapped) == ""
    assert find_damage(store, swapped) == "its values are not those that were written"


def test_a_mark_for_more_futures_than_were_digested_is_found(store, mark):
    fewer = mark.model_copy(update={"digests": mark.digests[:-1]})
    assert find_damage(store, fewer) == "its values are not those that were written"
