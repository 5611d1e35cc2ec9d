import numpy as np
import pytest

from crossroads.simulation.readings import Readings

READINGS = Readings(horizons=(26, 52, 104), kinds=("rate", "total", "level"), weeks=104)


def seen_at(marks):
    """One run: 2 a week in the first year and 5 after it; a level that is the week itself."""
    weeks = np.asarray(marks, dtype=float)
    so_far = np.where(weeks <= 52, 2 * weeks, 104 + 5 * (weeks - 52))
    return np.stack([so_far, so_far, weeks], axis=-1)[None]


def test_every_run_is_seen_at_the_first_week_the_horizons_and_a_year_before():
    assert READINGS.marks.tolist() == [1, 26, 52, 104]
    assert READINGS.marks_with_series.tolist() == [1, 13, 26, 39, 52, 65, 78, 91, 104]
    assert Readings((208,), ("rate",), 208).marks.tolist() == [1, 156, 208]


def test_a_rate_is_the_last_year_or_the_time_so_far_where_that_is_shorter():
    rate, total, level = READINGS.at_horizons(seen_at(READINGS.marks), READINGS.marks)[0]
    assert rate.tolist() == [104, 104, 260]
    assert total.tolist() == [52, 104, 364]
    assert level.tolist() == [26, 52, 104]


def test_series_tell_each_quarter_by_itself():
    marks = READINGS.marks_with_series
    rate, total, level = READINGS.by_quarter(seen_at(marks), marks)[0]
    assert rate.tolist() == [104] * 4 + [260] * 4
    assert total.tolist() == [26, 52, 78, 104, 169, 234, 299, 364]
    assert level.tolist() == [13, 26, 39, 52, 65, 78, 91, 104]


def test_the_start_is_a_first_week_a_level_or_nothing_yet():
    assert READINGS.at_start(seen_at(READINGS.marks), READINGS.marks)[0].tolist() == [104, 0, 1]


def test_a_lost_run_has_no_start_either():
    lost = np.full((1, len(READINGS.marks), 3), np.nan)
    assert np.isnan(READINGS.at_start(lost, READINGS.marks)).all()


def test_a_week_that_was_not_seen_cannot_be_read():
    with pytest.raises(KeyError, match="week 26 was not seen"):
        READINGS.at_horizons(seen_at([1, 52, 104]), np.array([1, 52, 104]))
