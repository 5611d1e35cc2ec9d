from __future__ import annotations

import numpy as np

from crossroads.simulation.status import FAILED, Failure, Status
from crossroads.simulation.store import KINDS


def test_the_numbers_in_stored_runs_keep_their_meaning():
    assert {status.name: status.value for status in Status} == {
        "ABSENT": 0,
        "OK": 1,
        "NOT_APPLICABLE": 2,
        "NOT_FINITE": 3,
        "MODEL_ERROR": 4,
    }


def test_what_was_never_written_reads_as_absent():
    assert KINDS["status"].fill == Status.ABSENT


def test_every_status_fits_its_place_in_the_store():
    stored = np.array(list(Status)).astype(KINDS["status"].dtype)
    assert [Status(code) for code in stored] == list(Status)


def test_a_run_that_was_never_to_run_has_not_failed():
    assert set(Status) - set(FAILED) == {Status.ABSENT, Status.OK, Status.NOT_APPLICABLE}


def test_a_failure_can_be_taken_apart_in_the_order_in_which_it_is_told():
    option, reaction, future, reason = Failure("raise", "opposes+late", 7, "spending was infinite")
    assert (option, reaction, future, reason) == ("raise", "opposes+late", 7, "spending was infinite")
