import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from crossroads.case.files import load
from crossroads.presentation.unknowable import list_doubts
from crossroads.presentation.unknowablepage import PAGE, PICTURES, tabulate_bins, write_unknowable_page

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def written(weighed, tmp_path_factory):
    folder = tmp_path_factory.mktemp("docs")
    return write_unknowable_page(weighed.analysis, weighed.runs, folder)


def test_the_page_states_its_futures_and_seed_and_how_it_is_made(written, weighed):
    text = written.read_text(encoding="utf-8")
    assert written.name == PAGE
    assert f"from {len(weighed.runs.futures)} futures (seed {weighed.runs.futures.seed})" in text
    assert "make unknowable-page" in text
    assert f"{weighed.runs.manifest.runs:,} runs" in text


def test_every_picture_that_the_page_names_is_there_and_well_formed(written, weighed):
    named = re.findall(r"\]\((images/[^)]+\.svg)\)", written.read_text(encoding="utf-8"))
    assert len(named) == len(weighed.analysis.headline)
    for name in named:
        ElementTree.fromstring((written.parent / name).read_text(encoding="utf-8"))
    assert len(list((written.parent / PICTURES).iterdir())) == len(named)


def test_tables_hold_every_option_but_the_baseline_and_every_bin(weighed, names):
    doubt = list_doubts(names)[0]
    table = tabulate_bins(weighed.analysis, names, weighed.analysis.headline[0], doubt, names.last)
    assert [row[0] for row in table.rows] == [one.short for one in names.case.options if one.id != names.case.baseline]
    assert len(table.columns) == 3
    assert all("±" in cell or cell in ("0", "0.0", "0.00") for row in table.rows for cell in row[1:])


def test_the_same_runs_give_the_same_page(written, weighed, tmp_path):
    again = write_unknowable_page(weighed.analysis, weighed.runs, tmp_path)
    assert again.read_bytes() == written.read_bytes()


def test_the_page_of_the_mexico_case_tells_of_its_doubts_and_headline_outcomes():
    case = load("mexico")
    text = (DOCS / PAGE).read_text(encoding="utf-8")
    named = {one.id: one.name for one in case.uncertainties}
    for name in case.cannot_tell:
        assert named[name].lower() in text.lower()
    for outcome in (one for one in case.outcomes if one.headline):
        assert f"## {outcome.name}" in text
        assert (DOCS / PICTURES / f"{outcome.id}.svg").is_file()
    assert all(option.short in text for option in case.options)


@pytest.mark.slow
def test_the_command_behind_the_page_uses_stored_runs(weighed, toy_folder, tmp_path):
    command = [sys.executable, "-m", "crossroads.presentation.unknowablepage", "toy", str(tmp_path), "64", "1"]
    done = subprocess.run([*command, str(toy_folder / "runs")], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(tmp_path / PAGE)
