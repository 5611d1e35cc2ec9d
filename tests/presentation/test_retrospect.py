import importlib
import io
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from crossroads.analysis.calibration import look_back
from crossroads.case.files import find_folder
from crossroads.presentation.cli import main
from crossroads.presentation.retrospect import print_past
from crossroads.search.hindsight import Hindsight

sys.path.append(str(Path(__file__).parent.parent / "analysis"))
town_past = importlib.import_module("town_past")

BLOCK = """
calibration:
  name: Hindsight
  meaning: As the register says.
  evidence: [home-count]
  first_year: 2024
  last_year: 2025
  floor: FLOOR
  width_of: flood_rate
  least_width: 2
  observables:
    homes_at_risk:
      name: Homes
      discrepancy: 0.005
      correlation_years: 2
      because: Judged.
      series:
        homes_counted: {error: 0.01, because: Judged.}

actors:
"""


def write_town(folder: Path, floor: int = 32) -> Path:
    """A copy of the toy town that is calibrated to its register."""
    shutil.copytree(find_folder("toy"), folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "case.yaml"
    text = file.read_text(encoding="utf-8").replace("\nactors:\n", BLOCK.replace("FLOOR", str(floor)))
    file.write_text(text, encoding="utf-8")
    return folder


def calibrate(folder: Path, *more: str) -> tuple[int, str]:
    out = ["--out", str(folder.parent / "out")]
    result = CliRunner().invoke(main, ["calibrate", str(folder), "--futures", "1024", *out, *more])
    return result.exit_code, result.output


@pytest.mark.slow
def test_a_town_is_calibrated_from_its_files_to_the_page(tmp_path):
    code, told = calibrate(write_town(tmp_path / "town"))
    assert code == 0, told
    assert "Homes behind the levee, homes:" in told
    assert "804" in told
    assert "Calibrated to 2025:" in told
    assert "Floods: from" in told
    page = (tmp_path / "out" / "calibration.html").read_text(encoding="utf-8")
    assert "past-homes_counted" in page


@pytest.mark.slow
def test_an_earlier_year_marks_what_came_later(tmp_path):
    code, told = calibrate(write_town(tmp_path / "town"), "--until", "2024")
    assert code == 0, told
    assert "Calibrated to 2024:" in told
    assert "not calibrated to" in told


def test_a_year_out_of_reach_is_refused_in_words(tmp_path):
    code, told = calibrate(write_town(tmp_path / "town"), "--until", "1999")
    assert code == 1
    assert "1999 is no year that toy is calibrated to" in told


def test_a_case_without_a_calibration_is_refused_in_words(tmp_path):
    result = CliRunner().invoke(main, ["calibrate", "toy", "--futures", "64", "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert "toy has no calibration" in result.output


def test_too_few_effective_futures_need_steps_and_say_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nautilus", None)
    code, told = calibrate(write_town(tmp_path / "town", floor=2000))
    assert code == 1
    assert "going there by steps" in told
    assert "nautilus-sampler" in told


def print_plainly(found: Hindsight) -> str:
    console = Console(file=io.StringIO(), width=140)
    print_past(console, town_past.make_town(), found)
    return console.file.getvalue()


@pytest.fixture(scope="module")
def hindsight():
    futures = town_past.draw()
    return Hindsight(look_back(town_past.make_town(), futures, town_past.observe(futures.column("growth"))), futures)


def test_a_refusal_is_all_that_is_printed(hindsight):
    refused = replace(hindsight, past=replace(hindsight.past, refusal="Too few."))
    assert print_plainly(refused) == "Too few.\n"


def test_a_count_outside_its_band_is_marked(hindsight):
    far = hindsight.past.years.assign(counted=hindsight.past.years["counted"] + 100)
    told = print_plainly(replace(hindsight, past=replace(hindsight.past, years=far)))
    assert told.count("outside") == 2
    assert "outside" not in print_plainly(hindsight)
