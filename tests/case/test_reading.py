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
    files = {"case.yaml", "uncertainties.yaml", "evidence.yaml", "history.yaml", "claims.yaml", "references.json"}
    assert missing == files


def test_a_section_that_has_a_file_of_its_own_is_not_dropped_in_silence(copy):
    path = copy.folder / "case.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nclaims:\n  T9: {short: Lost}\n", encoding="utf-8")
    case, problems = read_folder(copy.folder)
    (problem,) = problems
    assert problem.place.file == "case.yaml"
    assert problem.place.field == "claims"
    assert "claims.yaml" in problem.way_out
    assert [claim.id for claim in case.claims] == [claim.id for claim in load("toy").claims]
