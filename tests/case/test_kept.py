from __future__ import annotations

from hashlib import sha256

import pytest

from crossroads.cachefolder import find_cache
from crossroads.case import kept, reading
from crossroads.case.files import find_folder, load
from crossroads.case.kept import has_model, hash_folder, keep_case, read_kept
from crossroads.errors import CaseError


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def readings(monkeypatch):
    """Folders whose files were read, one entry a reading."""
    seen = []
    read = reading.read_folder

    def count(folder):
        seen.append(folder.name)
        return read(folder)

    monkeypatch.setattr(reading, "read_folder", count)
    return seen


def files_kept():
    return sorted((find_cache() / "cases").glob("*"))


def edit(copy, file, old, new):
    path = copy.folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", ["toy", "mexico"])
def test_a_case_read_once_is_the_same_when_it_is_kept(name, readings):
    first, second = load(name), load(name)
    assert readings == [name]
    assert first == second
    assert first.model_dump_json() == second.model_dump_json()
    assert repr(first) == repr(second)  # types too, and the order of shares


def test_an_edited_file_is_read_again(copy, readings):
    before = load(copy.folder)
    edit(copy, "case.yaml", before.title, "Another title")
    assert load(copy.folder).title == "Another title"
    assert load(copy.folder).title == "Another title"
    assert len(readings) == 2


def test_another_folder_with_the_same_files_needs_no_reading(copy, readings):
    assert load("toy") == load(copy.folder)
    assert readings == ["toy"]


@pytest.mark.parametrize("file", kept.FILES)
def test_every_file_counts(copy, file):
    before = hash_folder(copy.folder)
    with (copy.folder / file).open("a", encoding="utf-8") as stream:
        stream.write("\n")
    changed = hash_folder(copy.folder)
    (copy.folder / file).unlink()
    assert len({before, changed, hash_folder(copy.folder)}) == 3


def test_the_sources_and_libraries_that_read_a_case_count(copy, monkeypatch):
    hashes = [hash_folder(copy.folder)]
    monkeypatch.setattr(kept, "hash_room", lambda folder: f"edited {folder.name}")
    hashes.append(hash_folder(copy.folder))
    monkeypatch.setattr(kept, "version", lambda name: "0.0")
    assert len({*hashes, hash_folder(copy.folder)}) == 3


def test_problems_are_told_every_time_with_their_lines(copy, readings):
    edit(copy, "case.yaml", "years:", "yearz:")
    told = []
    for _ in range(2):
        with pytest.raises(CaseError) as refused:
            load(copy.folder)
        told.append(refused.value.problems)
    assert told[0] == told[1]
    assert any(problem.place.line > 1 for problem in told[0])
    assert len(readings) == 2
    assert files_kept() == []


def test_a_model_that_has_gone_is_a_problem_though_the_case_is_kept(copy):
    load(copy.folder)
    (copy.folder / "model").rename(copy.folder / "elsewhere")
    with pytest.raises(CaseError, match='there is no model "model"'):
        load(copy.folder)


def test_a_damaged_file_is_read_again_and_mended(copy, readings):
    whole = load(copy.folder)
    (file,) = files_kept()
    good = file.read_bytes()
    half = b'{"id": "half a case"}'
    for bad in (b"", good[:-1], good.replace(b"toy", b"joy", 1), sha256(half).digest() + half):
        assert bad != good
        file.write_bytes(bad)
        assert load(copy.folder) == whole
        assert file.read_bytes() == good
    assert len(readings) == 5


def test_a_file_edited_while_it_is_read_is_not_kept(copy, monkeypatch):
    read = reading.read_folder

    def edit_then_read(folder):
        edit(copy, "case.yaml", "title:", "# edited just now\ntitle:")
        return read(folder)

    monkeypatch.setattr(reading, "read_folder", edit_then_read)
    load(copy.folder)
    assert files_kept() == []


def test_a_case_that_would_not_come_back_the_same_is_not_kept():
    case = load("toy")
    odd = case.model_copy(update={"years": str(case.years)})
    with pytest.warns(UserWarning, match="[Ss]erializ"):
        keep_case("odd", odd)
    assert read_kept("odd") is None
    keep_case("plain", case)
    assert read_kept("plain") == case


def test_old_cases_make_room():
    case = load("toy")
    for number in range(40):
        keep_case(f"case-{number:02}", case)
    assert len(files_kept()) == 32
    assert read_kept("case-39") == case


def test_a_model_is_a_package_in_the_folder_or_a_module():
    assert has_model(find_folder("toy"), "model")
    assert has_model(find_folder("toy"), "json")
    assert not has_model(find_folder("toy"), "no_such_model")
    assert not has_model(find_folder("toy"), "no.such.model")
