from __future__ import annotations

from crossroads.case.files import load
from crossroads.case.reading import read_folder


def test_a_folder_without_mistakes_gives_its_case(copy):
    case, problems = read_folder(copy.folder)
    assert problems == []
    assert case == load(copy.folder)


def test_what_can_be_read_is_read_beside_what_cannot(copy):
    text = (copy.folder / "case.yaml").read_text(encoding="utf-8")
    (copy.folder / "case.yaml").write_text(text.replace("years:", "yearz:"), encoding="utf-8")
    case, problems = read_folder(copy.folder)
    assert {problem.place.field for problem in problems} == {"years", "yearz"}
    assert all(problem.place.file == "case.yaml" for problem in problems)
    assert case.options == load("toy").options


def test_an_empty_folder_tells_each_missing_file(tmp_path):
    _, problems = read_folder(tmp_path)
    missing = {problem.place.file for problem in problems if problem.what == "the file is missing"}
    assert missing == {"case.yaml", "uncertainties.yaml", "evidence.yaml", "history.yaml", "references.json"}
