from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest
from invented import HARD, blot, change_case, weigh_invented, weigh_one_horizon

from crossroads.presentation.charts import FAN_BANDS, MARKED, describe_years, draw_forests, say_crossing, tidy
from crossroads.presentation.tables import ALL, MIXTURE, Names


@pytest.fixture(scope="module")
def invented():
    return weigh_invented()


@pytest.fixture(scope="module")
def called(invented):
    return Names(invented.case)


def domain(figure) -> dict[str, str]:
    """Names and colours that a chart knows."""
    scale = next(
        layer["encoding"]["color"]["scale"]
        for layer in figure.spec["spec"]["layer"]
        if "scale" in layer.get("encoding", {}).get("color", {})
    )
    return dict(zip(scale["domain"], scale["range"], strict=True))


def test_each_headline_outcome_has_one_forest_and_one_fan(weighed, names):
    forests, fans = draw_forests(weighed.analysis, names), describe_years(weighed.analysis, names).fans
    assert [one.id for one in forests] == [f"change-{outcome}" for outcome in weighed.analysis.headline]
    assert [one.id for one in fans] == [f"years-{outcome}" for outcome in weighed.analysis.headline]
    for outcome, forest, fan in zip(weighed.analysis.headline, forests, fans, strict=True):
        record = names.outcomes[outcome]
        assert forest.title == fan.title == f"{record.name} · {record.unit}"


def test_the_rows_of_a_forest_are_the_differences_of_the_analysis(weighed, names):
    given = weighed.analysis.differences.sel(view=MIXTURE)
    shorts = {one.short: one.id for one in names.case.options}
    times = {names.after(one): one for one in (names.near, names.last)}
    for outcome, figure in zip(weighed.analysis.headline, draw_forests(weighed.analysis, names), strict=True):
        assert len(figure.rows) == 2 * (len(names.options) - 1)
        for option, time, change, low, high, told in figure.rows:
            cell = given.sel(outcome=outcome, option=shorts[option], horizon=times[time])
            assert change == pytest.approx(float(cell["mean"]), rel=1e-4)
            assert low == pytest.approx(float(cell["quantiles"].sel(quantile=0.1)), rel=1e-4)
            assert high == pytest.approx(float(cell["quantiles"].sel(quantile=0.9)), rel=1e-4)
            assert (told == "yes") == bool(cell["apart"])


def test_the_baseline_is_no_row_and_no_colour_of_a_forest(weighed, names):
    for figure in draw_forests(weighed.analysis, names):
        assert names.baseline not in {row[0] for row in figure.rows}
        assert domain(figure) == {short: colour for short, colour in names.palette if short != names.baseline}


def test_every_fan_paints_all_options_as_everywhere(weighed, names):
    for figure in describe_years(weighed.analysis, names).fans:
        assert domain(figure) == {one.short: names.colours[one.id] for one in names.case.options}
        assert list(dict.fromkeys(row[0] for row in figure.rows)) == [one.short for one in names.case.options]


def test_a_forest_says_on_which_side_better_lies(invented, called):
    less, more = draw_forests(invented, called)
    assert "to the left of" in less.says
    assert "to the right of" in more.says
    for figure in (less, more):
        assert "8 in 10" in figure.says
        assert called.baseline in figure.says


def test_words_for_readers_who_cannot_see_name_outcome_unit_and_options(weighed, names):
    for outcome, forest, fan in zip(
        weighed.analysis.headline,
        draw_forests(weighed.analysis, names),
        describe_years(weighed.analysis, names).fans,
        strict=True,
    ):
        record = names.outcomes[outcome]
        for figure in (forest, fan):
            assert record.name in figure.alt
            assert record.unit in figure.alt
        assert names.baseline in forest.alt
        assert all(one.short in fan.alt for one in names.case.options)
        assert f"{names.case.years} years" in fan.alt


def test_the_rows_of_a_fan_are_the_paths_of_the_analysis(weighed, names):
    shorts = {one.short: one.id for one in names.case.options}
    start = names.case.start.year
    for outcome, figure in zip(weighed.analysis.headline, describe_years(weighed.analysis, names).fans, strict=True):
        given = weighed.analysis.paths["quantiles"].sel(outcome=outcome)
        assert len(figure.rows) == given.sizes["option"] * given.sizes["quarter"]
        for option, year, *bands, reference, _ in figure.rows:
            cell = given.sel(quarter=round(4 * (year - start)))
            assert bands == pytest.approx(
                cell.sel(option=shorts[option], quantile=list(FAN_BANDS)).values.tolist(), rel=1e-4
            )
            assert bands == sorted(bands)
            assert reference == pytest.approx(float(cell.sel(option=names.case.baseline, quantile=0.5)), rel=1e-4)


def test_years_on_the_axis_begin_after_the_start_of_the_case(invented):
    later = invented.case.start.replace(month=7)
    moved, names = change_case(invented, start=later)
    years = sorted({row[1] for row in describe_years(moved, names).fans[0].rows})
    assert years == [2026.75 + quarter / 4 for quarter in range(8)]


def test_a_crossing_is_told_with_both_times_both_sizes_and_what_it_is_measured_against(invented, called):
    years = describe_years(invented, called)
    cell = invented.differences["mean"].sel(view=MIXTURE, outcome="deaths", option="force")
    assert float(cell.sel(horizon="near")) == pytest.approx(0.94, abs=0.01)
    assert float(cell.sel(horizon="far")) == pytest.approx(-1.42, abs=0.01)
    assert years.crossings == (
        f"{HARD}, deaths: worse than now after 1 year (+0.9), better after 2 years (−1.4 people a year).",
        "care, deaths: better than now after 1 year (−1.9), worse after 2 years (+2.8 people a year).",
    )
    assert years.others == ()
    assert "No option visibly turns" not in years.intro


def test_a_crossing_of_an_outcome_that_is_no_headline_is_told_apart(invented, called):
    years = describe_years(replace(invented, headline=("trust",)), called)
    assert years.crossings == ()
    assert len(years.others) == 2
    assert "No option visibly turns" not in years.intro


def test_a_fan_marks_its_own_crossings_alone(invented, called):
    deaths, trust = describe_years(invented, called).fans
    assert len(deaths.marks) == 2
    assert all(sentence.startswith((HARD, "care")) for sentence in deaths.marks)
    marked = [row for row in deaths.rows if row[8] is not None]
    assert [(row[0], row[1]) for row in marked] == [(HARD, 2028.0), ("care", 2028.0)]
    assert all(row[8] == row[4] for row in marked)
    assert trust.marks == ()
    assert {row[8] for row in trust.rows} == {None}


def test_crossings_of_one_view_or_one_stance_are_not_told_as_those_of_all(invented, called):
    partial = tuple(one for one in invented.crossings if (one.view, one.stance) != (MIXTURE, ALL))
    assert partial
    years = describe_years(replace(invented, crossings=partial), called)
    assert (years.crossings, years.others) == ((), ())
    assert "No option visibly turns" in years.intro


def test_a_crossing_too_small_for_the_decimals_shown_is_not_told(invented):
    coarse = tuple(one.model_copy(update={"digits": 0 if one.id == "deaths" else 2}) for one in invented.case.outcomes)
    changed, names = change_case(invented, outcomes=coarse)
    small = tuple(replace(one, before=0.4 if one.before > 0 else -0.4) for one in changed.crossings)
    assert describe_years(replace(changed, crossings=small), names).crossings == ()
    assert len(describe_years(changed, names).crossings) == 2


def test_the_way_a_crossing_turns_decides_its_words_not_its_sign(invented, called):
    one = next(one for one in invented.crossings if one.option == "care" and one.stance == ALL)
    assert not one.turns_better
    assert say_crossing(one, called).index("better") < say_crossing(one, called).index("worse")
    turned = say_crossing(replace(one, turns_better=True), called)
    assert turned.index("worse") < turned.index("better")


def test_the_intro_counts_the_quarters_and_says_what_bands_hold(weighed, names):
    intro = describe_years(weighed.analysis, names).intro
    assert f"over {4 * names.case.years} quarters" in intro
    assert "half of the runs" in intro
    assert "8 in 10" in intro
    assert f"median under {names.baseline}" in intro


def test_an_option_refused_for_want_of_futures_is_in_no_forest():
    refused = weigh_invented(failed=40)
    assert bool(refused.effective["refused"].sel(view=MIXTURE, option="force"))
    for figure in draw_forests(refused, Names(refused.case)):
        assert {row[0] for row in figure.rows} == {"care"}


def test_an_option_that_never_ran_has_a_panel_without_numbers():
    refused = weigh_invented(failed=64, code=4)
    figure = describe_years(refused, Names(refused.case)).fans[0]
    rows = [row for row in figure.rows if row[0] == HARD]
    assert len(rows) == 8
    assert {cell for row in rows for cell in row[2:7]} == {None}
    assert all(row[7] is not None for row in rows)


def test_one_number_that_is_not_known_takes_one_row_alone(invented, called):
    blotted = blot(invented, "differences", ["mean"], view=MIXTURE, outcome="deaths", option="care", horizon="far")
    before, after = (draw_forests(one, called) for one in (invented, blotted))
    assert len(before[0].rows) == len(after[0].rows) + 1
    assert set(before[0].rows) - set(after[0].rows) == {before[0].rows[3]}
    assert before[1].rows == after[1].rows


def test_a_case_with_one_horizon_has_one_panel_and_no_crossing():
    single = weigh_one_horizon()
    names = Names(single.case)
    for figure in draw_forests(single, names):
        assert {row[1] for row in figure.rows} == {"after 1 year"}
        assert len(figure.rows) == 2
    assert "No option visibly turns" in describe_years(single, names).intro


@pytest.mark.parametrize(("value", "short"), [(123456.0, 123460.0), (np.float32(0.1), 0.1), (nan, None), (-inf, None)])
def test_numbers_of_a_chart_have_five_figures_or_are_left_out(value, short):
    assert tidy(value) == short


def test_many_crossings_are_counted_under_their_chart_and_not_written_out(invented, called):
    one = next(one for one in invented.crossings if (one.view, one.stance, one.outcome) == (MIXTURE, ALL, "deaths"))
    many = replace(invented, crossings=(one,) * (MARKED + 1))
    deaths = describe_years(many, called).fans[0]
    (mark,) = deaths.marks
    assert f": {MARKED + 1}, all named above" in mark
    assert len(describe_years(many, called).crossings) == MARKED + 1
