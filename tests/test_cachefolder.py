from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crossroads import cachefolder
from crossroads.cachefolder import Shelf, claim_folder, find_cache, hash_parts, hash_room, sort_by_use, write_whole

SHELF = Shelf("things", most=3)


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def file_of(key):
    return find_cache() / SHELF.kind / key


def test_what_was_kept_is_read_again():
    assert SHELF.read("a") is None
    SHELF.keep("a", b"one")
    SHELF.keep("b", b"")
    assert (SHELF.read("a"), SHELF.read("b"), SHELF.read("c")) == (b"one", b"", None)
    assert file_of("a").parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("place", [0, 31, 32, -1])
def test_a_file_with_a_single_wrong_bit_is_not_there(place):
    SHELF.keep("a", b"content")
    whole = bytearray(file_of("a").read_bytes())
    whole[place] ^= 1
    file_of("a").write_bytes(bytes(whole))
    assert SHELF.read("a") is None
    SHELF.keep("a", b"content")
    assert SHELF.read("a") == b"content"


@pytest.mark.parametrize("length", [0, 10, 32, 38])
def test_a_torn_file_is_not_there(length):
    SHELF.keep("a", b"content")
    file_of("a").write_bytes(file_of("a").read_bytes()[:length])
    assert SHELF.read("a") is None


def test_what_was_used_longest_ago_makes_room():
    for age, key in enumerate("abc"):
        SHELF.keep(key, key.encode())
        os.utime(file_of(key), (1000 + age, 1000 + age))
    assert SHELF.read("a") == b"a"  # and is now the one used last
    SHELF.keep("d", b"d")
    assert [key for key in "abcd" if SHELF.read(key)] == ["a", "c", "d"]


def test_a_cache_that_cannot_be_made_keeps_nothing_and_stops_nobody(monkeypatch, home):
    (home / "file").write_text("in the way")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "file"))
    SHELF.keep("a", b"one")
    assert SHELF.read("a") is None


def test_a_full_disk_leaves_no_half_file(monkeypatch):
    def refuse(self, target):
        raise OSError("No space left on device")

    SHELF.keep("a", b"one")
    monkeypatch.setattr(Path, "replace", refuse)
    SHELF.keep("b", b"two")
    monkeypatch.undo()
    with pytest.raises(FileNotFoundError):
        write_whole(Path("not/there/at-all"), b"")
    assert SHELF.read("b") is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="users are told apart otherwise here")
def test_a_folder_that_others_can_write_is_neither_read_nor_written(home):
    SHELF.keep("a", b"one")
    file_of("a").parent.chmod(0o777)
    assert SHELF.read("a") is None
    SHELF.keep("b", b"two")
    file_of("a").parent.chmod(0o700)
    assert (SHELF.read("a"), SHELF.read("b")) == (b"one", None)
    (home / "link").symlink_to(file_of("a").parent)
    assert not claim_folder(home / "link")


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="users are told apart otherwise here")
def test_a_folder_of_another_user_is_refused(monkeypatch, home):
    assert claim_folder(home / "mine")
    monkeypatch.setattr(cachefolder.os, "getuid", lambda: os.stat(home).st_uid + 1)
    assert not claim_folder(home / "mine")


def test_many_writers_at_once_leave_one_whole_content():
    contents = [bytes([n]) * 50_000 for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: SHELF.keep("a", content), contents))
        assert SHELF.read("a") in contents
    assert [file.name for file in file_of("a").parent.iterdir()] == ["a"]


def test_the_cache_is_in_the_home_of_a_user_who_names_no_other(monkeypatch, home):
    assert find_cache() == home / "crossroads"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/folder")
    monkeypatch.setattr(Path, "home", lambda: home / "me")
    assert find_cache() == home / "me" / ".cache" / "crossroads"

    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert find_cache() is None
    SHELF.keep("a", b"one")
    assert SHELF.read("a") is None


def test_a_hash_tells_where_one_part_ends():
    assert hash_parts(["ab", "c"]) == hash_parts([b"ab", b"c"]) != hash_parts(["a", "bc"])
    assert len({hash_parts(parts) for parts in (["ab"], ["a", "b"], ["", "ab"], [])}) == 4


def test_every_source_of_a_room_counts(home):
    (home / "a.py").write_text("A = 1\n")
    (home / "notes.txt").write_text("nothing")
    hashes = [hash_room(home)]
    (home / "notes.txt").write_text("something")
    assert hash_room(home) == hashes[0]
    for name, text in (("a.py", "A = 2\n"), ("b.py", "A = 2\n")):
        (home / name).write_text(text)
        hashes.append(hash_room(home))
    (home / "b.py").rename(home / "c.py")
    hashes.append(hash_room(home))
    (home / "family").mkdir()
    (home / "family" / "b.py").write_text("A = 2\n")
    assert len({*hashes, hash_room(home)}) == 5


def test_a_file_that_has_gone_is_not_sorted(home):
    for age, name in enumerate("ab"):
        (home / name).write_text(name)
        os.utime(home / name, (1000 + age, 1000 + age))
    assert [file.name for file in sort_by_use([home / "a", home / "gone", home / "b"])] == ["b", "a"]
