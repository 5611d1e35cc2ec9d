"""docs/reproduction.md is what `make reproduction` gives: the same words, and numbers within their last digits."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from published_findings import find_all
from published_values import Row
from reproduction import PAGE, build_page
from reproduction_tables import judge, make_table, sum_up, write_list, write_pair

NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?(?![\w])")
ROOT = Path(__file__).parents[2]


def find_differences(page: str, given: str) -> list[str]:
    """Lines whose words differ, or a number by more than 0.1 % and more than one in its last digit."""
    ours, others = page.splitlines(), given.splitlines()
    if len(ours) != len(others):
        return [f"{len(ours)} lines against {len(others)}"]
    return [a for a, b in zip(ours, others, strict=True) if not _agree(a, b)]


def _agree(one: str, other: str) -> bool:
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return all(_read(a) == pytest.approx(_read(b), rel=1e-3, abs=1.01 * _last_digit(a)) for a, b in pairs)


def _read(number: str) -> float:
    return float(number.replace(",", ""))


def _last_digit(number: str) -> float:
    return 10.0 ** -len(number.partition(".")[2])


@pytest.mark.slow
@pytest.mark.shared
def test_the_page_is_what_the_command_gives(shared):
    given = build_page(find_all(shared / "data"))
    assert given.count("\n") > 100
    assert find_differences(PAGE.read_text(encoding="utf-8"), given) == [], "run make reproduction"


@pytest.mark.parametrize(
    ("old", "new"),
    [("173,837", "174,300"), ("+25.4 / +40.4", "+25.4 / +41.4"), ("**not matched**", "matched"), ("8.54", "8.57")],
)
def test_a_page_that_was_edited_is_noticed(old, new):
    page = PAGE.read_text(encoding="utf-8")
    assert old in page
    assert find_differences(page, page) == []
    assert len(find_differences(page.replace(old, new, 1), page)) == 1


def test_the_page_says_what_is_not_matched_and_tells_no_group_by_name():
    page = PAGE.read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| 22 ")]
    assert len(lines) == 2
    assert all("**not matched**" in line for line in lines)
    assert page.count("**not matched**") == 3
    assert "Cártel" not in page


@pytest.mark.shared
def test_no_label_of_a_group_stands_on_the_page(shared):
    page = PAGE.read_text(encoding="utf-8")
    rows = (shared / "data" / "bacrim2020_nodes.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[0] for row in rows if row.split(",")[0] in page] == []


def test_verdicts_in_words():
    row = Row(1, "people", "people", "level", 100.0, 100.0, 2.0, "%")
    assert judge(row, 100.0) == "matched"
    assert judge(row, 101.0) == "matched within 1.0 %"
    assert judge(row, 97.0) == "**not matched**: 3.0 % off"
    more = Row(2, "share", "share", "%", 52.0, 50.0, 0.0, "more than")
    assert judge(more, 50.1) == "matched"
    assert judge(more, 49.9) == "**not matched**"
    assert judge(Row(3, "rest", "rest", "%", 1.0), 1.0) == "no published number"


def test_a_table_counts_what_it_misses():
    assert sum_up([(1.0, 1.2), (2.0, 2.0)], 0.5).startswith("all matched, largest difference 0.20 points")
    assert sum_up([(1.0, 1.2), (2.0, 3.0)], 0.5).startswith("**1 not matched**, largest difference 1.00 points")
    assert "20.00 % of 5 allowed" in sum_up([(10.0, 12.0)], 5.0, relative=True)


def test_words_of_tables_and_lists():
    assert make_table(("A", "B"), [("x", "1")]) == "| A | B |\n| --- | ---: |\n| x | 1 |"
    assert write_list(["1", "2", "3"]) == "1, 2 and 3"
    assert [write_pair(None), write_pair((-100.0, -100.0)), write_pair((1.0, -2.0), 0)] == ["gone", "gone", "+1 / -2"]


@pytest.mark.slow
def test_the_command_says_what_is_missing(tmp_path):
    before = PAGE.read_bytes()
    command = [sys.executable, str(ROOT / "tests" / "cases" / "reproduction.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "make reproduction SHARED=" in done.stdout
    assert PAGE.read_bytes() == before
