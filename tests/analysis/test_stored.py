import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import xarray as xr
from made_up import make_outcome

from crossroads.analysis import stored
from crossroads.analysis.spool import Spool
from crossroads.analysis.stored import Table, map_columns, map_spans
from crossroads.errors import RunsError

PAIRS = np.array([[0, 0], [0, 1], [1, 1]])


def make_table(outcomes, places, futures=5):
    names = [outcome.id for outcome in outcomes]
    data = np.random.default_rng(1).random((2, 2, futures, len(names), 3), dtype=np.float32)
    array = xr.DataArray(
        data,
        dims=("option", "reaction", "future", "outcome", "horizon"),
        coords={"option": ["a", "b"], "reaction": ["x", "y"], "outcome": names, "horizon": ["h1", "h2", "h3"]},
    )
    return array, Table(array, places, PAIRS)


@pytest.mark.parametrize("held", [1, 10**9])
@pytest.mark.parametrize("spooled", [1, 10**9])
@pytest.mark.parametrize("read", [1, 10**9])
def test_every_outcome_is_read_once_and_in_order_however_little_memory(held, spooled, read, monkeypatch):
    for name, budget in (("HELD_BYTES", held), ("SPOOLED_BYTES", spooled), ("READ_BYTES", read)):
        monkeypatch.setattr(stored, name, budget)
    outcomes = [make_outcome(f"out{number}") for number in range(5)]
    array, table = make_table(outcomes, {"option": ["a", "b"]})
    found = list(map_columns(table, outcomes, lambda outcome, values: (type(values), values[:].copy())))
    assert [outcome.id for outcome, _ in found] == [outcome.id for outcome in outcomes]
    for outcome, (kind, values) in found:
        assert (kind is Spool) == (spooled == 1)
        whole = array.sel(outcome=outcome.id).to_numpy()
        np.testing.assert_array_equal(values, whole[PAIRS[:, 0], PAIRS[:, 1]])


def test_names_are_followed_and_not_places():
    outcomes = [make_outcome("one"), make_outcome("two")]
    array, table = make_table(outcomes, {"option": ["b", "a"], "horizon": ["h3", "h1"]})
    wanted = array.sel(option=["b", "a"], outcome="two", horizon=["h3", "h1"]).to_numpy()
    np.testing.assert_array_equal(table.read("two"), wanted[PAIRS[:, 0], PAIRS[:, 1]])


def test_some_futures_are_read_alone():
    array, table = make_table([make_outcome("one")], {}, futures=9)
    values = table.read("one", slice(3, 7))
    np.testing.assert_array_equal(values, array.to_numpy()[PAIRS[:, 0], PAIRS[:, 1], 3:7, 0])


def test_blocks_of_futures_come_in_their_order_and_leave_none_out():
    spans = list(map_spans(lambda span: span, 10, 4))
    assert spans == [slice(0, 4), slice(4, 8), slice(8, 10)]


@pytest.mark.parametrize(("futures", "threads"), [(5, 5), (2 * 1024**2, 2), (100 * 1024**2, 1)])
def test_many_processors_do_not_need_more_memory(futures, threads, monkeypatch):
    opened = []

    class Pool(ThreadPoolExecutor):
        def __init__(self, count):
            opened.append(count)
            super().__init__(count)

    monkeypatch.setattr(stored, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    _, table = make_table([make_outcome("one")], {})
    monkeypatch.setattr(Table, "futures", futures)
    assert list(map_columns(table, [], lambda outcome, values: None)) == []
    assert opened == [threads]


def test_runs_that_cannot_be_read_are_said_with_the_way_out(monkeypatch):
    def fail(self, **more):
        raise OSError("checksum is wrong")

    _, table = make_table([make_outcome("one")], {})
    monkeypatch.setattr(xr.DataArray, "compute", fail)
    with pytest.raises(RunsError, match=r"cannot be read \(checksum is wrong\)\. Simulate again"):
        table.read("one")
