from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from invented import read_number

from crossroads.presentation.dials import SMALL, describe_dials
from crossroads.presentation.pipeline import report_runs
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.search.exploration import Exploration
from crossroads.search.variants import open_variants


@pytest.fixture(scope="module")
def found(weighed):
    (sweep,) = weighed.exploration.sweeps
    return sweep


@pytest.fixture(scope="module")
def told(weighed, names):
    (turn,) = describe_dials(weighed.exploration, names).turns
    return turn


def change(found, **values):
    """The same sweep with other numbers in all of some outcomes."""
    data = found.found.copy(deep=True)
    for place, numbers in values.items():
        for name, value in numbers.items():
            data[name].loc[{"outcome": place}] = value
    return replace(found, found=data)


def describe(sweep, names):
    (turn,) = describe_dials(Exploration((sweep,), None), names).turns
    return turn


def test_only_outcomes_that_move_have_a_column_and_the_others_are_named(told, names):
    for table in told.tables:
        assert table.columns == ("People harmed, people a year",)
        assert len(table.rows) == len(names.options)
    for note in told.notes:
        assert "not moved as far as shows and can be told apart" in note
        assert note.endswith(": homes flooded; homes at risk; spending.")
    assert [note.split(",")[0] for note in told.notes] == ["After 1 year", "After 5 years"]


def test_each_cell_tells_the_difference_and_the_outcome_at_both_values(told, found, names):
    for table, horizon in zip(told.tables, (names.near, names.last), strict=True):
        given = found.found.sel(view=MIXTURE, horizon=horizon, outcome="harmed")
        for row, option in zip(table.rows, names.options, strict=True):
            cell, one = row.cells[0], given.sel(option=option)
            difference, error = float(one["difference"]), float(one["difference_error"])
            assert read_number(cell.text) == pytest.approx(difference, abs=max(2 * error, 0.05))
            low, *rest = cell.note.split(" to ")
            assert read_number(low) == pytest.approx(float(one["mean"][0]), rel=0.01)
            assert [read_number(each) for each in rest] == pytest.approx([float(one["mean"][1])] * len(rest), rel=0.01)
            assert bool(rest) == (difference != 0)
            assert bool(cell.shade) == (difference != 0)


def test_a_lever_that_ends_before_the_horizon_gives_nothing_there(told, names):
    last = told.tables[-1]
    cells = {row.short: row.cells[0] for row in last.rows}
    assert cells["Move out"].text == "0"  # its warnings end in month 48
    assert cells["Keep"].text != "0"


def test_where_nothing_moves_there_is_no_table_but_a_sentence(found, names):
    still = describe(change(found, harmed={"difference": 0.0, "apart": False}), names)
    assert still.tables == ()
    assert still.notes == (
        "After 1 year nothing moves that shows and can be told apart.",
        "After 5 years nothing moves that shows and can be told apart.",
    )


def test_what_moves_by_little_is_named_apart(found, names):
    little = 0.9 * SMALL
    moved = {"mean": 1000.0, "difference": 1000 * little, "difference_error": 0.1, "apart": True}
    turn = describe(change(found, flooded_homes=moved), names)
    assert all("flooded" not in head for table in turn.tables for head in table.columns)
    assert all("moved by under 1\u202f% of itself in every option: homes flooded." in note for note in turn.notes)
    more = describe(change(found, flooded_homes={**moved, "difference": 20.0}), names)
    assert more.tables[0].columns == ("People harmed, people a year", "Homes flooded, homes")


def test_what_is_not_told_apart_or_does_not_show_is_not_said_to_move(found, names):
    unclear = change(found, spending={"mean": 10.0, "difference": 5.0, "difference_error": 4.0, "apart": False})
    hidden = change(found, spending={"mean": 0.1, "difference": 0.04, "difference_error": 0.001, "apart": True})
    for sweep in (unclear, hidden):
        assert all("spending" in note for note in describe(sweep, names).notes)


def test_a_cell_that_is_not_told_apart_says_so_and_one_that_was_refused_is_empty(found, names):
    data = found.found.copy(deep=True)
    data["apart"].loc[{"outcome": "harmed", "option": "keep"}] = False
    data["difference"].loc[{"outcome": "harmed", "option": "raise"}] = np.nan
    cells = {row.short: row.cells[0] for row in describe(replace(found, found=data), names).tables[0].rows}
    assert cells["Keep"].text == "≈"
    assert (cells["Keep"].shade, cells["Raise"].text) == ("", "–")


def test_better_and_worse_have_the_colour_that_the_outcome_reads(found, names):
    up = change(found, harmed={"difference": 50.0, "difference_error": 0.1, "apart": True})
    shades = {describe(sweep, names).tables[0].rows[0].cells[0].shade for sweep in (found, up)}
    assert len(shades) == 2
    assert all(shades)


def test_the_reason_for_the_values_and_what_is_assumed_stand_above(told, names):
    (dial,) = names.case.sweeps.dials
    assert dial.because in told.intro
    assert "again at 0.1 and at 0.9" in told.intro
    assert "64 futures with the same luck" in told.intro
    assert "Others are taken to answer" in told.intro


def test_a_case_that_asks_for_nothing_has_no_section_and_missing_runs_are_said(weighed, names):
    without = Names(names.case.model_copy(update={"sweeps": None}))
    assert describe_dials(weighed.exploration, without) is None
    missing = describe_dials(None, names)
    assert (missing.turns, missing.budget) == ((), None)
    assert "not at hand" in missing.missing


def test_a_setting_is_called_by_its_name(found, names):
    turn = describe(replace(found, lever="levee", values=("old", "raised")), names)
    assert turn.title == "Levee, low and high"
    assert "at “Old levee” and at “Raised levee”" in turn.intro


def test_the_page_shows_the_section_with_its_tables(page):
    section = page[page.index('<section id="dials"') :]
    section = section[: section.index("</section>")]
    assert '<a href="#dials">Dials</a>' in page
    assert "Flood warning, low and high" in section
    assert section.count("<table") >= 4
    assert "not at hand" not in section


@pytest.mark.slow
def test_stored_runs_without_the_runs_around_them_say_so(weighed, tmp_path, monkeypatch):
    from crossroads.presentation import pipeline  # noqa: PLC0415  (the name that is looked up there)

    monkeypatch.setattr(pipeline, "open_variants", partial(open_variants_of_another, tmp_path))
    path = report_runs(weighed.runs.path, tmp_path / "again.html")
    assert "These runs are not at hand" in path.read_text(encoding="utf-8")


def open_variants_of_another(folder, case, futures, runs):
    return open_variants(case, futures, replace(runs, path=folder / "nothing"))
