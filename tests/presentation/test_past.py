import importlib
import re
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from crossroads.analysis.calibration import look_back
from crossroads.presentation.document import render, report_past
from crossroads.presentation.past import count_inside, describe_past, tell_score, tell_width

sys.path.append(str(Path(__file__).parent.parent / "analysis"))
town_past = importlib.import_module("town_past")


@cache
def make_town():
    return town_past.make_town(town_past.make_calibration(holdout=town_past.make_holdout()))


@cache
def look():
    futures = town_past.draw()
    return look_back(make_town(), futures, town_past.observe(futures.column("growth")))


@pytest.fixture(scope="module")
def section():
    return describe_past(look(), make_town())


def test_nothing_calibrated_shows_nothing():
    assert describe_past(None, make_town()) is None


def test_each_series_has_a_chart_of_its_own_with_every_year(section):
    (figure,) = section.figures
    assert (figure.id, figure.title) == ("past-homes_counted", "Homes behind the levee · homes")
    assert [row[0] for row in figure.rows] == [2024, 2025]
    for _, low, lower, median, upper, high, counted in figure.rows:
        assert low < lower < median < upper < high
        assert low < counted < high
    assert "2 of 2 dots up to 2025 lie in the wider one" in figure.says
    assert "Made up" in figure.says


def test_a_year_without_a_count_is_a_gap():
    past = replace(look(), years=look().years.assign(counted=look().years["counted"] * np.nan))
    figure = describe_past(past, make_town()).figures[0]
    assert [row[-1] for row in figure.rows] == [None, None]
    assert "0 of 0 dots" in figure.says


def test_only_years_calibrated_to_are_counted_as_inside():
    cell = look().years.sel(series="homes_counted")
    assert count_inside(cell, 2024) == (1, 1)
    far = cell.assign(counted=cell["counted"] + np.array([50.0, 0.0]))
    assert count_inside(far, 2025) == (1, 2)


def test_the_lines_tell_size_width_and_what_is_judged(section):
    first, second, *_ = section.lines
    assert first.startswith("As the register says. 1 yearly series of 2024 to 2025 enter; ")
    assert re.search(r"\d+ effective futures of 1,024 are left\.", first)
    assert second == tell_width(look(), make_town())
    assert "errors are judged" in " ".join(section.lines)


def test_the_width_says_whether_it_is_honest():
    assert tell_width(look(), make_town()).endswith("which is as wide as the data leave it.")
    greedy = make_town().model_copy(
        update={"calibration": make_town().calibration.model_copy(update={"least_width": 1e9})}
    )
    assert tell_width(look(), greedy).endswith("narrower than the data allow.")


def test_scores_name_method_hits_and_truth(section):
    table = section.tables[0]
    assert table.title == "Out of sample"
    assert "Calibrated to 2024" in table.caption
    assert [row[3] for row in table.rows] == [
        "this model",
        "the published projection",
        "the value of the first year, unchanged",
    ]
    assert table.rows[0][:3] == ("Homes behind the levee", "2024", "2025")
    assert table.rows[0][6] == "1 of 1"
    assert {row[-1] for row in table.rows} == {"808"}
    assert table.rows[0] == tell_score(look().scores[0], make_town())


def test_what_moved_stands_first_after_the_one_that_must_stay_wide(section):
    table = section.tables[1]
    assert [row[0] for row in table.rows[:2]] == ["Floods", "Growth of the town"]
    assert re.fullmatch(r".+ to .+ to .+", table.rows[0][2].replace(", ", " to "))
    moved = [float(look().numbers["moved"].sel(uncertainty=name)) for name in look().numbers["uncertainty"].to_numpy()]
    assert len(table.rows) == min(9, len(moved))


def test_structures_stand_with_their_shares(section):
    assert [row[:2] for row in section.tables[2].rows] == [
        ("Ground under the levee", "clay"),
        ("Ground under the levee", "sand"),
    ]


def test_a_refused_belief_shows_its_reason_and_no_number():
    section = describe_past(replace(look(), refusal="Too few."), make_town())
    assert (section.lines, section.figures, section.tables) == (("Too few.",), (), ())


def test_scores_kept_back_are_said_to_be():
    section = describe_past(replace(look(), scores=(), held_effective=7.0), make_town())
    assert "7 effective futures are left: too few to score" in section.lines[-1]
    assert section.tables[0].title == "What the past changes"


@pytest.mark.slow
def test_the_page_of_the_past_holds_charts_and_tables_and_asks_no_network(tmp_path):
    path = report_past(look(), make_town(), tmp_path / "deep" / "calibration.html")
    text = path.read_text(encoding="utf-8")
    assert 'id="past-homes_counted"' in text
    assert "What the past says" in text
    assert "Out of sample" in text
    body = text[: text.index('id="figure-data"')]
    assert not re.search(r'(?:src|href)="(?:https?:)?//', body)


@pytest.mark.slow
def test_the_report_has_the_section_where_something_was_calibrated(weighed):
    analysis = replace(weighed.analysis, past=look(), case=make_town())
    page = render(analysis, weighed.runs)
    assert '<section id="past"' in page
    assert 'href="#past"' in page
    plain = render(weighed.analysis, weighed.runs)
    assert '<section id="past"' not in plain
    assert 'href="#past"' not in plain
