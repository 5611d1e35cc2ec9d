from dataclasses import replace

import pytest
from invented import HARD, read_number, weigh_invented, weigh_one_horizon

from crossroads.analysis.judgement import Effect
from crossroads.presentation.summary import is_visible, say_size, summarise, write_mark
from crossroads.presentation.tables import MIXTURE, Names


@pytest.fixture(scope="module")
def invented():
    return weigh_invented()


@pytest.fixture(scope="module")
def called(invented):
    return Names(invented.case)


@pytest.fixture
def effect(invented) -> Effect:
    """A change of deaths that is told apart: better by one person a year, without a percentage."""
    first = invented.judgements[1].effects[0]
    return replace(first, outcome="deaths", mean=-1.0, low=-3.0, high=0.5, percent=None, reading="better")


def test_rows_are_all_options_but_the_baseline_in_the_order_and_colours_of_the_case(weighed, names):
    found = summarise(weighed.analysis, names)
    others = [one for one in names.case.options if one.id != names.case.baseline]
    assert [(row.option, row.short, row.colour) for row in found.rows] == [
        (one.id, one.short, names.colours[one.id]) for one in others
    ]
    assert found.baseline == names.baseline


def test_heads_name_headline_outcomes_and_two_horizons_and_every_mark_has_its_place(weighed, names):
    found = summarise(weighed.analysis, names)
    assert found.outcomes == tuple(names.outcomes[one].short for one in weighed.analysis.headline)
    assert found.horizons == ("1 year", "5 years")
    assert {len(row.marks) for row in found.rows} == {len(found.outcomes) * len(found.horizons)}


def test_a_percentage_is_the_difference_over_the_mean_of_the_baseline(invented, called):
    found = summarise(invented, called)
    checked = 0
    for row in found.rows:
        places = [(outcome, horizon) for outcome in invented.headline for horizon in ("near", "far")]
        for (outcome, horizon), mark in zip(places, row.marks, strict=True):
            at = {"view": MIXTURE, "outcome": outcome, "horizon": horizon}
            level = invented.levels["mean"].sel(at)
            base = float(level.sel(option="now"))
            share = 100 * float(invented.differences["mean"].sel(at).sel(option=row.option)) / base
            assert read_number(mark.text) == pytest.approx(share, abs=0.5 if abs(share) >= 2 else 0.05)
            assert ("▲" in mark.text) == (share > 0)
            checked += 1
    assert checked == 8


def test_an_increase_is_better_where_more_is_better_and_worse_where_less_is(invented, called):
    rows = {row.short: row.marks for row in summarise(invented, called).rows}
    deaths_near, deaths_far, trust_near, _ = rows[HARD]
    assert (deaths_near.text[0], deaths_near.tone) == ("▲", "down")
    assert (deaths_far.text[0], deaths_far.tone) == ("▼", "up")
    assert (trust_near.text[0], trust_near.tone) == ("▲", "up")


def test_a_mark_reads_in_words_without_its_colour(invented, called):
    words = {"up": "better", "down": "worse"}
    marks = [mark for row in summarise(invented, called).rows for mark in row.marks]
    assert {mark.tone for mark in marks} == {"up", "down"}
    for mark in marks:
        assert mark.words == f"{words[mark.tone]}: {mark.text[2:]}"


def test_an_option_that_was_refused_has_no_number_anywhere():
    refused = weigh_invented(failed=40)
    rows = {row.short: row.marks for row in summarise(refused, Names(refused.case)).rows}
    assert [(mark.text, mark.tone, mark.words) for mark in rows[HARD]] == [("–", "", "no number")] * 4
    assert all(mark.tone for mark in rows["care"])


def test_one_horizon_is_not_shown_twice():
    single = weigh_one_horizon()
    found = summarise(single, Names(single.case))
    assert found.horizons == ("1 year",)
    assert {len(row.marks) for row in found.rows} == {len(single.headline)}


@pytest.mark.parametrize("percent", [None, float("nan"), float("inf"), 1000.0, -2500.0])
def test_without_a_sensible_percentage_a_change_is_told_in_units(called, effect, percent):
    assert say_size(replace(effect, percent=percent), called) == "−1.0"
    assert say_size(replace(effect, percent=-12.0), called) == "−12\u202f%"


def test_a_size_is_no_finer_than_its_band_or_its_outcome_allows(called, effect):
    assert say_size(replace(effect, mean=-1234.5, low=-5000.0, high=900.0), called) == "−1,200"
    assert say_size(replace(effect, mean=-0.123, low=-0.125, high=-0.121), called) == "−0.1"


def test_only_what_is_told_apart_and_does_not_round_to_nothing_is_visible(called, effect):
    assert is_visible(effect, called)
    assert not is_visible(replace(effect, reading="not told apart"), called)
    assert not is_visible(replace(effect, reading="not known"), called)
    assert not is_visible(replace(effect, mean=-0.01, low=-0.02, high=0.01), called)
    assert not is_visible(replace(effect, percent=-0.01), called)
    assert write_mark(None, called).words == "no number"
