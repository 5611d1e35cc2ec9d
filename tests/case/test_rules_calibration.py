import pytest
from mistakes import Mistake

from crossroads.case.reading import read_folder
from crossroads.case.records import HISTORY
from crossroads.case.rules import find_problems

CASE = "case.yaml"
GOOD = """
calibration:
  name: Hindsight
  meaning: As the register says.
  evidence: [home-count]
  first_year: 2024
  last_year: 2025
  floor: 32
  width_of: flood_rate
  least_width: 2
  observables:
    homes_at_risk:
      name: Homes
      discrepancy: 0.01
      correlation_years: 2
      because: Judged.
      series:
        homes_counted: {error: 0.01, because: Judged.}
  holdout:
    until: 2024
    rival: homes_counted
    rival_error: 0.1
    because: Judged.
    forecasts:
      - {series: homes_counted, since: 2024, years: [2025]}

actors:
"""
ROOT = "calibration"


def mistake(old: str, new: str, until: str, field: str, what: str, way_out: str = "") -> Mistake:
    assert GOOD.count(old) == 1, old
    return Mistake(CASE, "\nactors:\n", GOOD.replace(old, new), until, f"{ROOT}.{field}", what, way_out)


MISTAKES = [
    mistake("homes_counted: {error", "homes_countd: {error", "homes_countd: {error",
            "observables.homes_at_risk.series.homes_countd", 'unknown series "homes_countd"', "homes_counted"),
    mistake("rival: homes_counted", "rival: homes_count", "rival: homes_count", "holdout.rival",
            'unknown series "homes_count"', "homes_counted"),
    mistake("[home-count]", "[home-counts]", "[home-counts]", "evidence.0", 'unknown evidence "home-counts"',
            "home-count"),
    mistake("width_of: flood_rate", "width_of: flood_rat", "width_of: flood_rat", "width_of",
            'unknown uncertainty "flood_rat"', "flood_rate"),
    mistake("width_of: flood_rate", "width_of: growth", "width_of: growth", "width_of", '"growth" can be below 0',
            "above 0"),
    mistake("width_of: flood_rate", "width_of: ground", "width_of: ground", "width_of", '"ground" is no number',
            "above 0"),
    mistake("first_year: 2024", "first_year: 2023", "first_year: 2023", "first_year",
            "2023 to 2025 are no years of the history (2024 to 2025)", "in order"),
    mistake("last_year: 2025", "last_year: 2026", "first_year: 2024", "first_year",
            "2024 to 2026 are no years of the history", "in order"),
    mistake("until: 2024", "until: 2025", "until: 2025", "holdout.until", "leaves nothing to calibrate to",
            "from 2024 to 2024"),
    mistake("{series: homes_counted, since: 2024", "{series: floods_seen, since: 2024", "series: floods_seen",
            "holdout.forecasts.0.series", '"floods_seen" measures no outcome', "observable"),
    mistake("since: 2024, years: [2025]", "since: 2023, years: [2025]", "since: 2023", "holdout.forecasts.0.years",
            "", "Predict years"),
    mistake("error: 0.01, because: J", "error: 0, because: J", "{error: 0,",
            "observables.homes_at_risk.series.homes_counted.error", '"error" is 0', "above 0"),
    mistake("least_width: 2", "least_width: 1", "least_width: 1", "least_width", '"least_width" is 1', "above 1"),
    mistake("floor: 32", "flor: 32", "flor: 32", "flor", 'unknown key "flor"', "floor"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row.field}: {row.what[:30]}")
def test_each_mistake_is_told_in_its_place_with_the_way_out(copy, row):
    copy.change(CASE, row.old, row.new)
    found = {(problem.place.line, problem.place.field): problem for problem in copy.problems()}
    problem = found[copy.line(CASE, row.until), row.field]
    assert row.what in problem.what
    assert row.way_out in problem.way_out


def test_a_calibration_without_a_mistake_is_read_whole(copy):
    copy.change(CASE, "\nactors:\n", GOOD)
    case, problems = read_folder(copy.folder)
    assert problems == []
    assert case.calibration is not None
    assert case.calibration.observables["homes_at_risk"].series["homes_counted"].error == 0.01
    assert case.calibration.holdout.forecasts[0].years == (2025,)


def test_a_series_must_have_values_above_zero_in_the_years(copy):
    copy.change(CASE, "\nactors:\n", GOOD.replace("homes_counted: {error", "floods_seen: {error"))
    told = [problem.what for problem in copy.problems()]
    assert 'the series "floods_seen" has a value that is not above 0 in these years' in told


def test_a_series_without_a_value_in_the_years_is_useless(copy):
    copy.change(CASE, "\nactors:\n", GOOD)
    copy.change("history.yaml", "values: {2024: 804, 2025: 808}", "values: {2020: 804}")
    told = [problem.what for problem in copy.problems()]
    assert 'the series "homes_counted" has no value in these years' in told
    assert any("there is no value of homes_counted in 2024" in what for what in told)


def test_an_outcome_needs_a_series_that_measures_it(copy):
    text = GOOD.replace("series:\n        homes_counted: {error: 0.01, because: Judged.}", "series: {}")
    copy.change(CASE, "\nactors:\n", text)
    assert "no series measures it" in [problem.what for problem in copy.problems()]


def test_no_view_takes_the_id_of_the_belief(copy):
    copy.change(CASE, "\nactors:\n", GOOD)
    case, _ = read_folder(copy.folder)
    taken = case.views[0].model_copy(update={"id": HISTORY})
    told = [problem.what for problem in find_problems(case.model_copy(update={"views": (taken, *case.views[1:])}))]
    assert '"history" is the belief that calibration gives' in told


def test_a_case_without_a_calibration_has_nothing_to_break(copy):
    case, problems = read_folder(copy.folder)
    assert (case.calibration, problems) == (None, [])
