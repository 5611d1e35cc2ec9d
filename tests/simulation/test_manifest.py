from __future__ import annotations

import platform
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.errors import RunsError
from crossroads.simulation.audit import Audit, Worst
from crossroads.simulation.manifest import (
    ENGINE,
    NAME,
    Key,
    Manifest,
    list_versions,
    read_manifest,
    require_same_key,
    write_manifest,
)
from crossroads.simulation.store import Labels

OTHER = {
    "case": ("b" * 64, "another state of the case"),
    "model": ("c" * 64, "another state of the model"),
    "seed": (2, "another seed"),
    "precision": ("float64", "another precision"),
    "engine": (ENGINE + 1, "another version of the engine"),
    "chunk": (96, "another number of futures in a chunk"),
    "series": (8, "another number of futures with series"),
    "views": (("calm",), "other views"),
}
"""Each part of a key: another value for it, and how the difference is told."""


def make_key(**changes):
    parts = {
        "case": "a" * 64,
        "model": "a" * 64,
        "seed": 1,
        "precision": "float32",
        "engine": ENGINE,
        "chunk": 192,
        "series": 192,
        "views": ("calm", "grim"),
    }
    return Key(**{**parts, **changes})


def make_manifest(**changes):
    labels = Labels(("keep",), ("calm",), ("harmed",), ("year_1",), (1, 2), ("size",), ("homes",), (2024, 2025))
    parts = {
        "key": make_key(),
        "case": "toy",
        "title": "A town – and its “river”",
        "labels": labels,
        "futures": 64,
        "pairs": 10,
        "versions": {"python": "3"},
        "machine": "abacus",
        "started": "2026-01-01T00:00:00+00:00",
    }
    return Manifest(**{**parts, **changes})


def test_every_part_of_a_key_is_tried_here():
    assert set(OTHER) == set(Key.model_fields)


@pytest.mark.parametrize("part", OTHER)
def test_each_part_of_a_key_decides_the_name_of_the_runs(part):
    other = make_key(**{part: OTHER[part][0]})
    assert other.digest != make_key().digest
    assert other.differences(make_key()) == make_key().differences(other) == [part]


@given(st.sets(st.sampled_from(sorted(OTHER))))
@settings(max_examples=30, deadline=None)
def test_all_differences_are_found_in_the_order_of_the_key(parts):
    other = make_key(**{part: OTHER[part][0] for part in parts})
    assert make_key().differences(other) == [part for part in Key.model_fields if part in parts]
    assert (other.digest == make_key().digest) == (not parts)


def test_the_order_of_views_counts():
    assert make_key(views=("grim", "calm")).differences(make_key()) == ["views"]


def test_a_digest_is_hexadecimal_and_the_same_each_time():
    assert re.fullmatch("[0-9a-f]{64}", make_key().digest)
    assert make_key().digest == make_key().digest


def test_runs_of_the_same_key_go_on(tmp_path):
    require_same_key(tmp_path, make_key(), make_key())


@pytest.mark.parametrize("part", OTHER)
def test_runs_of_another_key_are_refused_with_what_differs_and_a_way_out(tmp_path, part):
    value, said = OTHER[part]
    with pytest.raises(RunsError) as refused:
        require_same_key(tmp_path, make_key(), make_key(**{part: value}))
    told = str(refused.value)
    assert told.startswith(f"The runs in {tmp_path} were made with {said}")
    assert told.endswith("give another folder, or delete this one, to simulate anew.")
    assert sum(each in told for _, each in OTHER.values()) == 1


def test_what_differs_is_shown_short_there_and_now(tmp_path):
    changed = make_key(case="b" * 64, views=("calm",), seed=7)
    with pytest.raises(RunsError) as refused:
        require_same_key(tmp_path, make_key(), changed)
    told = str(refused.value)
    assert "(aaaaaaaa there, bbbbbbbb now)" in told
    assert "; another seed (1 there, 7 now); " in told
    assert "other views (calm, grim there, calm now)" in told


def test_a_manifest_comes_back_as_it_was_written(tmp_path):
    manifest = make_manifest(repairs=("Chunk 3 was damaged.",), content_hash="d" * 64, seconds=1.25)
    write_manifest(tmp_path, manifest)
    assert read_manifest(tmp_path) == manifest
    assert read_manifest(tmp_path).labels.history_year == (2024, 2025)
    write_manifest(tmp_path, make_manifest())
    assert read_manifest(tmp_path) == make_manifest()
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_a_manifest_keeps_its_audit_and_one_from_before_audits_has_none(tmp_path):
    worst = Worst(difference=0.5, option=0, reaction=0, future=3, outcome=0, horizon=0)
    audited = make_manifest(audit=Audit(runs=2, beyond=1, worst=worst, shift=((0.5,),), size=((4.0,),)))
    write_manifest(tmp_path, audited)
    assert read_manifest(tmp_path) == audited
    write_manifest(tmp_path, make_manifest())
    text = (tmp_path / NAME).read_text(encoding="utf-8")
    assert text.count('  "audit": null,\n') == 1
    (tmp_path / NAME).write_text(text.replace('  "audit": null,\n', ""), encoding="utf-8")
    assert read_manifest(tmp_path) == make_manifest()


def test_a_folder_without_runs_has_no_manifest(tmp_path):
    assert read_manifest(tmp_path) is None
    assert read_manifest(tmp_path / "nowhere") is None


def test_a_manifest_begins_without_an_end_and_without_a_hash():
    assert (make_manifest().finished, make_manifest().content_hash, make_manifest().repairs) == (None, None, ())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": 1}'])
def test_a_manifest_that_cannot_be_read_is_an_error_with_a_way_out(tmp_path, content):
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(RunsError, match=r"manifest\.json is damaged or was written .* Give another folder"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("change", [('"format": 1', '"format": 2'), ('"machine"', '"machines"')])
def test_a_manifest_of_another_version_is_not_guessed_at(tmp_path, change):
    write_manifest(tmp_path, make_manifest())
    text = (tmp_path / NAME).read_text(encoding="utf-8")
    assert text.count(change[0]) == 1
    (tmp_path / NAME).write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(RunsError, match="another version of Crossroads"):
        read_manifest(tmp_path)


def test_the_versions_of_all_that_makes_the_numbers_are_listed():
    versions = list_versions()
    assert versions["python"] == platform.python_version()
    assert set(versions) == {"python", "crossroads", "numpy", "numba", "scipy", "zarr", "xarray"}
    assert all(re.match(r"\d", version) for version in versions.values())
