import os

import numpy as np
import pytest

from crossroads.analysis.spool import Spool


@pytest.fixture
def spooled():
    values = np.random.default_rng(1).random((4, 10, 3), dtype=np.float32)
    spool = Spool(values.shape, values.dtype)
    spool.write(6, values[:, 6:])
    spool.write(0, values[:, :6])
    return spool, values


@pytest.mark.parametrize(
    "key", [2, slice(1, 3), (slice(None), slice(4, 9)), (slice(0, 2), slice(None), slice(1, 2)), slice(None)]
)
def test_parts_are_those_of_an_array_in_whatever_order_they_were_written(spooled, key):
    spool, values = spooled
    assert spool.shape == values.shape
    np.testing.assert_array_equal(spool[key], values[key])


def test_what_was_taken_is_a_copy(spooled):
    spool, values = spooled
    spool[1][:] = 0
    np.testing.assert_array_equal(spool[1], values[1])


def test_one_time_of_a_pair_lies_side_by_side(spooled):
    spool, _ = spooled
    assert spool[0].T.flags.c_contiguous


def test_the_file_has_no_name_and_holds_no_more_than_the_values(spooled):
    spool, values = spooled
    found = os.fstat(spool.file.fileno())
    assert (found.st_nlink, found.st_size) == (0, values.nbytes)


def test_a_full_disk_is_an_error_and_no_crash(monkeypatch):
    class Full:
        def seek(self, place):
            return place

        def write(self, data):
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        Spool((1, 2, 1), np.dtype(np.float32), Full()).write(0, np.zeros((1, 2, 1), dtype=np.float32))
