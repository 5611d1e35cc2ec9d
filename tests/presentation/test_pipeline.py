import csv
import shutil

import pytest

from crossroads.case.files import find_folder
from crossroads.errors import CaseError
from crossroads.presentation.pipeline import check, report_runs, simulate_case, weigh, write_futures


def break_toy(folder):
    """A copy of the toy case in which one name is wrong."""
    copy = folder / "broken"
    shutil.copytree(find_folder("toy"), copy)
    text = (copy / "case.yaml").read_text(encoding="utf-8")
    (copy / "case.yaml").write_text(text + "\nunheard_of: 1\n", encoding="utf-8")
    return copy


def test_weighing_leaves_complete_runs_and_a_report(weighed):
    assert weighed.runs.complete
    assert weighed.report_path.name == "report.html"
    assert weighed.analysis.case.id == "toy"


@pytest.mark.slow
def test_weighing_again_simulates_nothing_anew(weighed, toy_folder):
    class Heard:
        begun = (0, 0)
        runs = 0

        def begin(self, total_runs, already_done):
            self.begun = (total_runs, already_done)

        def advance(self, runs, failures):
            self.runs += runs

        def end(self):
            pass

    heard, lines = Heard(), []
    again = weigh("toy", futures=64, out=toy_folder, progress=heard, say=lines.append)
    assert heard.runs == 0
    assert again.runs.content_hash() == weighed.runs.content_hash()
    assert lines == ["analysing", "turning the dials", "judging the claims", "writing the report"]


def test_a_case_in_order_has_no_problems_and_its_checks_hold():
    said = []
    assert check("toy", say=said.append) == []
    assert said == ["6 checks hold in 64 futures. 1 cannot be tested in this case."]
    said.clear()
    assert check("toy", runs=False, say=said.append) == []
    assert said == []


def test_a_check_of_a_mechanism_that_is_not_there_is_told_before_anything_runs(tmp_path):
    copy = tmp_path / "town"
    shutil.copytree(find_folder("toy"), copy)
    text = (copy / "checks.yaml").read_text(encoding="utf-8")
    changed = text.replace("  when: {overrun", "  without: [rain]\n  when: {overrun")
    (copy / "checks.yaml").write_text(changed, encoding="utf-8")
    said = []
    (problem,) = check(copy, say=said.append)
    assert str(problem.place) == f"checks.yaml:{changed[: changed.index('[rain]')].count(chr(10)) + 1} " + (
        "a_late_builder_costs_more.without.0"
    )
    assert problem.what == 'the model has no mechanism "rain"'
    assert problem.way_out == "Name one of streets, river, purse."
    assert said == []


def test_a_broken_case_gives_problems_and_is_never_simulated(tmp_path):
    broken = break_toy(tmp_path)
    problems = check(broken)
    assert problems
    assert all(problem.place.file and problem.way_out for problem in problems)
    with pytest.raises(CaseError):
        simulate_case(broken, 64, 1, tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
def test_stored_runs_are_told_again_without_simulating(weighed, toy_folder, tmp_path):
    path = report_runs(weighed.runs.path, tmp_path / "deep" / "again.html")
    assert path.read_text(encoding="utf-8") == weighed.report_path.read_text(encoding="utf-8")


def test_futures_are_written_as_a_table(weighed, tmp_path):
    path = write_futures("toy", 64, 1, tmp_path / "futures.csv")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["future", "view", "replicate", *weighed.runs.futures.names]
    assert len(rows) == 65
    assert [float(cell) for cell in rows[8][3:]] == weighed.runs.futures.values[7].tolist()


@pytest.mark.slow
def test_another_seed_has_runs_of_its_own_beside_the_first(weighed, toy_folder):
    other = weigh("toy", futures=64, seed=2, out=toy_folder)
    assert other.runs.path.parent == weighed.runs.path.parent
    assert other.runs.path != weighed.runs.path
    assert other.runs.content_hash() != weighed.runs.content_hash()


def test_checking_a_case_tells_where_its_claim_misses_the_model(tmp_path):
    shutil.copytree(find_folder("toy"), tmp_path / "town", ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "town" / "claims.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('      "null": {ground: clay}\n', "      without: [ground]\n"), encoding="utf-8")
    (problem,) = check(tmp_path / "town", runs=False)
    assert problem.place.file == "claims.yaml"
    assert problem.place.line == 1 + text[: text.index('      "null"')].count("\n")
    assert 'no mechanism "ground"' in problem.what
    assert "streets, river, purse" in problem.way_out
