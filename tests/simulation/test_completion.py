from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.simulation.audit import Audit
from crossroads.simulation.completion import (
    FOLDER,
    Completion,
    FailedRun,
    digest_futures,
    list_unreadable,
    name_completion,
    read_completion,
    read_completions,
    remove_completion,
    write_completion,
)
from crossroads.simulation.status import Status

AXES = {"values": 1, "series": 1, "view": 0}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / FOLDER).mkdir()
    return tmp_path


def mark(chunk, **changes):
    failed = FailedRun(option=1, reaction=0, future=5, status=Status.NOT_FINITE, reason="harmed was “lost”")
    parts = {
        "chunk": chunk,
        "futures": 16,
        "runs": 160,
        "failures": (failed,),
        "digests": ("ab", "cd"),
        "files": {"values/c/0/0": 120},
        "seconds": 0.25,
        "write_seconds": 0.125,
    }
    return Completion(**{**parts, **changes})


def block(count=6, series=4, seed=1):
    random = np.random.default_rng(seed)
    return {
        "values": random.normal(size=(3, count, 2)).astype(np.float32),
        "series": random.normal(size=(3, series, 5)).astype(np.float32),
        "view": random.integers(0, 2, count).astype(np.int16),
    }


def cut(whole, first, last):
    found = {}
    for name, array in whole.items():
        part = array[(slice(None),) * AXES[name] + (slice(first, last),)]
        if part.size:
            found[name] = part
    return found


def test_a_mark_comes_back_as_it_was_written(folder):
    write_completion(folder, mark(3))
    assert read_completion(folder, 3) == mark(3)
    assert read_completion(folder, 3).failures[0].status is Status.NOT_FINITE


def test_a_mark_keeps_its_audit_and_one_from_before_audits_has_none(folder):
    audited = mark(3, audit=Audit(runs=2, shift=((0.5,),), size=((4.0,),)))
    write_completion(folder, audited)
    assert read_completion(folder, 3) == audited
    text = mark(4).model_dump_json().replace(',"audit":null', "")
    assert "audit" not in text
    name_completion(folder, 4).write_text(text, encoding="utf-8")
    assert read_completion(folder, 4) == mark(4)


def test_marks_are_listed_by_the_number_of_their_chunk(folder):
    for chunk in (12, 0, 3):
        write_completion(folder, mark(chunk))
    assert list(read_completions(folder)) == [0, 3, 12]
    assert [each.chunk for each in read_completions(folder).values()] == [0, 3, 12]


def test_a_folder_that_has_not_begun_has_no_marks(tmp_path):
    assert read_completions(tmp_path) == {}
    assert list_unreadable(tmp_path) == ()
    assert read_completion(tmp_path, 0) is None


def test_a_mark_under_the_name_of_another_chunk_is_unreadable(folder):
    write_completion(folder, mark(1))
    name_completion(folder, 1).rename(name_completion(folder, 2))
    assert read_completion(folder, 2) is None
    assert read_completions(folder) == {}
    assert list_unreadable(folder) == (2,)


@pytest.mark.parametrize("text", ["", "{", "null", '{"chunk": 4}', "caf\udce9"])
def test_half_a_mark_is_unreadable_and_the_others_are_not(folder, text):
    write_completion(folder, mark(3))
    name_completion(folder, 4).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert list(read_completions(folder)) == [3]
    assert list_unreadable(folder) == (4,)


def test_a_mark_with_a_word_too_many_is_of_another_version(folder):
    write_completion(folder, mark(0))
    file = name_completion(folder, 0)
    file.write_text(file.read_text(encoding="utf-8").replace('{"chunk"', '{"colour": 1, "chunk"', 1), encoding="utf-8")
    assert list_unreadable(folder) == (0,)


def test_a_mark_is_taken_away_once_and_again_without_complaint(folder):
    write_completion(folder, mark(0))
    write_completion(folder, mark(1))
    for _ in range(2):
        remove_completion(folder, 0)
        assert list(read_completions(folder)) == [1]


def test_what_a_killed_writer_left_beside_the_marks_is_no_mark(folder):
    (folder / FOLDER / ".00001.json.77.partial").write_text("{")
    assert list_unreadable(folder) == ()


def test_a_mark_that_is_written_again_replaces_the_old_one(folder):
    write_completion(folder, mark(0))
    write_completion(folder, mark(0, runs=80, failures=()))
    assert read_completion(folder, 0) == mark(0, runs=80, failures=())


@given(st.integers(1, 5))
@settings(max_examples=10, deadline=None)
def test_a_digest_of_a_future_knows_nothing_of_its_chunk(place):
    whole = digest_futures(block(), AXES)
    assert len(set(whole)) == 6
    parts = digest_futures(cut(block(), 0, place), AXES) + digest_futures(cut(block(), place, 6), AXES)
    assert parts == whole


@given(st.integers(0, 2), st.integers(0, 5), st.integers(0, 1))
@settings(max_examples=15, deadline=None)
def test_one_changed_number_changes_the_digest_of_its_future_alone(option, future, outcome):
    changed = block()
    changed["values"][option, future, outcome] = np.nextafter(changed["values"][option, future, outcome], np.float32(9))
    pairs = zip(digest_futures(block(), AXES), digest_futures(changed, AXES), strict=True)
    assert [place for place, (old, new) in enumerate(pairs) if old != new] == [future]


def test_a_digest_does_not_depend_on_how_the_numbers_lie_in_memory():
    turned = {name: np.asfortranarray(array) for name, array in reversed(block().items())}
    assert digest_futures(turned, AXES) == digest_futures(block(), AXES)


def test_the_same_bytes_under_another_name_type_or_shape_are_something_else():
    zeros = np.zeros((4, 2), dtype=np.float32)
    seen = {
        digest_futures({"a": zeros}, {"a": 0})[0],
        digest_futures({"b": zeros}, {"b": 0})[0],
        digest_futures({"a": zeros.view(np.int32)}, {"a": 0})[0],
        digest_futures({"a": zeros.reshape(4, 1, 2)}, {"a": 0})[0],
    }
    assert len(seen) == 4


def test_futures_past_the_last_series_count_without_one():
    with_series, without = block(), block()
    del without["series"]
    pairs = zip(digest_futures(with_series, AXES), digest_futures(without, AXES), strict=True)
    assert [old == new for old, new in pairs] == [False] * 4 + [True] * 2


def test_files_that_a_sync_tool_leaves_are_no_marks(tmp_path):
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "00001 (1).json").write_text("{}", encoding="utf-8")
    (tmp_path / "done" / "100000.json").write_text("{", encoding="utf-8")
    (tmp_path / "done" / "99999.json").write_text("{", encoding="utf-8")
    assert list_unreadable(tmp_path) == (99999, 100000)
    assert read_completions(tmp_path) == {}
