import os
import shutil
import signal
import subprocess
import sys
import time
import warnings

import pytest
from click.testing import CliRunner
from rich.console import Console

from crossroads.analysis.strategies import Reading
from crossroads.case.files import find_folder
from crossroads.errors import RunsError
from crossroads.presentation import cli, pipeline
from crossroads.presentation.cli import main, print_summary
from crossroads.presentation.progress import Bar, Brake, Count, Lines, choose_progress
from crossroads.simulation import cluster


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.mark.slow
def test_weigh_ends_with_a_summary_the_report_and_the_time(runner, weighed, toy_folder):
    result = runner.invoke(main, ["weigh", "toy", "--futures", "64", "--out", str(toy_folder)])
    assert result.exit_code == 0, result.output
    for option in weighed.analysis.case.options[1:]:
        assert option.short in result.output
    assert "report.html" in result.output.replace("\n", "")
    assert "Done in" in result.output


def test_check_says_that_all_is_well(runner):
    result = runner.invoke(main, ["check", "toy"])
    held = "6 checks hold in 64 futures. 1 cannot be tested in this case.\n"
    assert (result.exit_code, result.output) == (0, f"{held}toy: no problems.\n")


def test_check_can_look_at_the_files_alone_or_tell_the_numbers_of_each_check(runner):
    result = runner.invoke(main, ["check", "toy", "--files-only"])
    assert (result.exit_code, result.output) == (0, "toy: no problems.\n")
    told = runner.invoke(main, ["check", "toy", "--each"]).output
    assert told.count(": holds. ") == 9
    assert "more_floods_harm_more_people: holds. People harmed by floods after 2 years: " in told


def test_a_check_that_fails_is_a_problem_with_its_line_and_its_numbers(runner, tmp_path):
    shutil.copytree(find_folder("toy"), tmp_path / "town")
    file = tmp_path / "town" / "checks.yaml"
    wrong = "outcome: spending, horizon: year_5, moves: up"
    text = file.read_text(encoding="utf-8").replace(wrong.replace("up", "down"), wrong)
    file.write_text(text, encoding="utf-8")
    line = text[: text.index(wrong)].count("\n") + 1
    result = runner.invoke(main, ["check", str(tmp_path / "town")])
    assert result.exit_code == 1
    assert "5 of 6 checks hold in 64 futures." in result.output
    assert f"checks.yaml:{line} an_opposed_purchase_is_slow.then.1: " in result.output
    assert "Spending of the town after 5 years: 103.399 to 64.405 on average" in result.output
    assert "Look into the mechanism purse" in result.output
    assert "1 problem." in result.output


def test_check_lists_every_problem_with_its_place_and_way_out(runner, tmp_path):
    (tmp_path / "case.yaml").write_text("id: x\nwhat: 1\n", encoding="utf-8")
    result = runner.invoke(main, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "case.yaml" in result.output
    assert f"{len(pipeline.check(tmp_path))} problems." in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("verb", ["weigh", "simulate", "sample"])
def test_a_case_that_is_not_there_is_a_sentence_and_exit_code_one(runner, verb, tmp_path):
    result = runner.invoke(main, [verb, str(tmp_path / "nowhere")])
    assert result.exit_code == 1
    assert "there is no such case" in result.output


def test_a_wrong_number_of_futures_is_a_sentence(runner, tmp_path):
    result = runner.invoke(main, ["weigh", "toy", "--futures", "50", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.count("Error:") == 1
    assert "64" in result.output


def test_wrong_usage_is_exit_code_two(runner):
    assert runner.invoke(main, ["weigh", "--fortunes", "3"]).exit_code == 2
    assert runner.invoke(main, ["analyse", "nowhere"]).exit_code == 2


def test_errors_of_runs_are_sentences(runner, monkeypatch, tmp_path):
    def refuse(*_args, **_more):
        raise RunsError("These runs belong to another case.")

    monkeypatch.setattr(cli, "open_runs", refuse)
    result = runner.invoke(main, ["analyse", str(tmp_path)])
    assert (result.exit_code, result.output) == (1, "Error: These runs belong to another case.\n")


def test_stopping_says_what_is_safe_and_how_to_go_on(runner, monkeypatch, tmp_path):
    def stop(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli.pipeline, "weigh", stop)
    monkeypatch.setattr(sys, "argv", ["crossroads", "weigh", "toy"])
    result = runner.invoke(main, ["weigh", "toy", "--out", str(tmp_path)])
    assert result.exit_code == 130
    assert "safe on disk" in result.output
    assert "crossroads weigh toy" in result.output


@pytest.mark.slow
def test_control_c_in_a_real_process_ends_with_130(tmp_path):
    command = [
        sys.executable,
        "-u",
        "-m",
        "crossroads",
        "weigh",
        "toy",
        "--futures",
        "65536",
        "--out",
        str(tmp_path),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while "simulating" not in process.stdout.readline():
        assert process.poll() is None
    time.sleep(0.3)
    os.kill(process.pid, signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "crossroads weigh toy" in said
    assert "Traceback" not in said


def test_an_interrupt_that_compiled_code_swallows_is_raised_at_the_next_chunk():
    said: list[str] = []
    with Brake(Lines(said.append), said.append) as brake:
        brake.begin(10, 0)
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            brake.advance(5, 0)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert any("chunk in flight" in line for line in said)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_before_and_after_the_chunks_control_c_stops_at_once():
    with Brake(Lines(str), str) as brake:
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            brake.begin(10, 0)


@pytest.mark.slow
def test_analyse_and_report_start_from_stored_runs(runner, weighed, tmp_path):
    runs = str(weighed.runs.path)
    result = runner.invoke(main, ["analyse", runs])
    assert result.exit_code == 0
    assert "Mean change against" in result.output
    told = runner.invoke(main, ["report", runs, "--out", str(tmp_path / "r.html")])
    assert told.exit_code == 0
    assert (tmp_path / "r.html").read_text(encoding="utf-8") == weighed.report_path.read_text(encoding="utf-8")


def test_answers_can_be_read_otherwise_and_set_by_hand(runner, weighed, tmp_path):
    runs = str(weighed.runs.path)
    usual = runner.invoke(main, ["analyse", runs]).output
    assert "Answers are read" not in usual
    judged = runner.invoke(main, ["analyse", runs, "--answers", "judged"])
    assert judged.exit_code == 0, judged.output
    assert "Answers are read by the judged shares of the case." in judged.output.replace("\n", " ")
    fixed = ["--fix", "council=opposes", "--fix", "builder=late"]
    told = runner.invoke(main, ["analyse", runs, *fixed])
    assert "town council: Opposes and builder: Late." in told.output.replace("\n", " ")
    assert len({usual, judged.output, told.output}) == 3
    page = tmp_path / "fixed.html"
    assert runner.invoke(main, ["report", runs, "--out", str(page), *fixed]).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert "Set by hand, wherever it makes sense" in text
    assert "--fix council=opposes --fix builder=late" in text


def test_weigh_passes_the_reading_on(runner, monkeypatch, weighed):
    heard = []
    monkeypatch.setattr(pipeline, "weigh", lambda *_given, reading, **_more: heard.append(reading) or weighed)
    told = runner.invoke(main, ["weigh", "toy", "--answers", "best", "--fix", "council=supports"])
    assert told.exit_code == 0, told.output
    assert heard == [Reading("best", {"council": "supports"})]


@pytest.mark.parametrize(
    ("wrong", "code", "says"),
    [
        (["--fix", "council"], 2, "council is not ACTOR=MOVE"),
        (["--fix", "mayor=supports"], 1, "There is no actor mayor in this case. Choose one of: council, builder."),
        (["--fix", "council=late"], 1, "council has no move late"),
        (["--answers", "guess"], 2, "'guess' is not one of"),
        (["--answers", "cautious"], 1, "The case names no chooser"),
    ],
)
def test_a_reading_that_cannot_be_had_is_refused_in_words(runner, weighed, wrong, code, says):
    told = runner.invoke(main, ["analyse", str(weighed.runs.path), *wrong])
    assert told.exit_code == code
    assert says in told.output


def test_sample_and_simulate_write_what_they_say(runner, weighed, toy_folder, tmp_path):
    table = tmp_path / "f.csv"
    assert runner.invoke(main, ["sample", "toy", "--futures", "64", "--out", str(table)]).exit_code == 0
    assert len(table.read_text(encoding="utf-8").splitlines()) == 65
    result = runner.invoke(main, ["simulate", "toy", "--futures", "64", "--out", str(toy_folder)])
    assert result.exit_code == 0
    assert f"{weighed.runs.manifest.runs:,} runs, 0 failed" in result.output.replace("\n", "")


def test_the_summary_marks_what_cannot_be_told_apart(weighed):
    console = Console(width=120, record=True, file=open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
    print_summary(console, weighed.analysis)
    text = console.export_text()
    assert "≈" in text
    assert "▼" in text


def test_without_a_terminal_progress_is_plain_lines_now_and_then():
    now = [0.0]
    said: list[str] = []
    lines = Lines(said.append, Count(clock=lambda: now[0]))
    lines.begin(1000, 200)
    for second in (1.0, 2.0, 6.0, 7.0):
        now[0] = second
        lines.advance(100, 1)
    lines.end()
    assert said[0] == "simulating 1,000 runs, 200 kept from before"
    assert len(said) == 3
    assert "500 of 1,000 runs" in said[1]
    assert "3 failed runs" in said[1]
    assert "left" in said[1]
    assert "600 of 1,000 runs are safe" in said[2]


def test_time_left_follows_the_rate_of_this_sitting_alone():
    now = [0.0]
    count = Count(clock=lambda: now[0])
    count.begin(1000, 900)
    assert count.left == float("inf")
    now[0] = 10.0
    count.add(50, 0)
    assert (count.rate, count.left) == (5.0, 10.0)


def test_a_terminal_gets_a_bar_that_ends_where_the_runs_end(capsys):
    bar = choose_progress(Console(force_terminal=True, width=100))
    assert isinstance(bar, Bar)
    bar.begin(100, 40)
    bar.advance(60, 2)
    bar.end()
    assert "100/100" in capsys.readouterr().out
    assert isinstance(choose_progress(Console(force_terminal=False)), Lines)


def test_runs_may_lie_at_an_address_and_are_read_from_there(runner, weighed, tmp_path):
    made, _ = pipeline.simulate_case("toy", 64, 1, home="memory://shared/runs")
    address = str(made.path)
    assert address.startswith("memory://shared/runs/toy-")
    told = runner.invoke(main, ["analyse", address])
    assert told.exit_code == 0, told.output
    for option in weighed.analysis.case.options[1:]:
        assert option.short in told.output
    assert list(tmp_path.iterdir()) == []


def test_runs_that_would_be_gone_with_the_command_are_refused(runner):
    told = runner.invoke(main, ["simulate", "toy", "--runs", "memory://runs"])
    assert told.exit_code == 2
    assert "memory:// lasts no longer than this command" in told.output


def test_a_warning_is_a_note_without_a_line_of_the_program(runner, monkeypatch):
    def warn(*_given, **_more):
        warnings.warn("Chunk 0 was damaged and is simulated again.", stacklevel=1)
        return []

    monkeypatch.setattr(pipeline, "check", warn)
    before = warnings.showwarning
    told = runner.invoke(main, ["check", "toy"])
    assert "Note: Chunk 0 was damaged and is simulated again.\n" in told.output
    assert "UserWarning" not in told.output
    assert warnings.showwarning is before


def test_a_folder_without_runs_is_still_wrong_usage_and_an_address_a_sentence(runner, tmp_path):
    assert runner.invoke(main, ["analyse", str(tmp_path / "nowhere")]).exit_code == 2
    told = runner.invoke(main, ["analyse", "memory://nowhere"])
    assert told.exit_code == 1
    assert "There are no runs in memory://nowhere" in told.output


@pytest.mark.parametrize("verb", ["weigh", "simulate"])
def test_a_cluster_that_is_not_there_is_a_sentence(runner, verb, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.3)
    begin = [verb, "toy", "--futures", "64", "--out", str(tmp_path)]
    told = runner.invoke(main, [*begin, "--cluster", "tcp://127.0.0.1:9"])
    assert told.exit_code == 1
    assert "Error: No scheduler answers at tcp://127.0.0.1:9. Start one with `dask scheduler`" in told.output
    assert not (tmp_path / "runs").exists()


def test_an_actor_cannot_be_fixed_twice(runner, tmp_path):
    given = ["--fix", "council=opposes", "--fix", "council=supports"]
    result = runner.invoke(main, ["weigh", "toy", "--out", str(tmp_path), *given])
    assert result.exit_code == 2
    assert "council is fixed twice" in result.output
