import json

import pytest
from invented import HARD, blot, change_case, read_number, weigh_invented, weigh_one_horizon

from crossroads.presentation.outcomes import BASELINES, NO_NUMBER, ChangeCell, build_explorer, build_slice
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.presentation.words import interval, number, step_of


@pytest.fixture(scope="module")
def invented():
    return weigh_invented()


@pytest.fixture(scope="module")
def called(invented):
    return Names(invented.case)


def cells_of(analysis, names, baseline, horizon, view=MIXTURE):
    """Option, outcome, what is shown, and what the analysis holds."""
    source = analysis.differences if baseline == "status_quo" else analysis.changes
    rows = build_slice(analysis, names, view, horizon, baseline).rows
    for option, row in zip(names.options, rows, strict=True):
        for outcome, cell in zip(names.outcomes.values(), row, strict=True):
            at = {"view": view, "horizon": horizon, "option": option, "outcome": outcome.id}
            yield option, outcome, cell, source.sel(at), analysis.levels.sel(at)


@pytest.mark.parametrize("baseline", BASELINES)
@pytest.mark.parametrize("view", [MIXTURE, "residents"])
def test_a_change_is_the_mean_of_the_analysis_rounded_to_its_band(weighed, names, baseline, view):
    told = 0
    for option, outcome, cell, change, _ in cells_of(weighed.analysis, names, baseline, names.last, view):
        if option == names.case.baseline and baseline == "status_quo":
            continue
        low, _, high = change["quantiles"].values
        assert cell.notes[0] == interval(float(low), float(high), outcome.digits, sign=True)
        if bool(change["apart"]):
            step = max(step_of(float(low), float(high)), 10.0**-outcome.digits)
            assert read_number(cell.change) == pytest.approx(float(change["mean"]), abs=step / 2 + 1e-9)
            told += 1
    assert told >= 4


def test_a_level_stands_below_every_change(weighed, names):
    count = 0
    for _, outcome, cell, _, level in cells_of(weighed.analysis, names, "status_quo", names.near):
        low, _, high = (float(one) for one in level["quantiles"].sel(quantile=[0.1, 0.5, 0.9]).values)
        shown = number(float(level["mean"]), step_of(low, high), outcome.digits)
        assert cell.notes[1].endswith(f"level {shown}")
        count += 1
    assert count == len(names.options) * len(names.outcomes)


def test_the_baseline_shows_its_own_band_and_no_tone(weighed, names):
    for option, outcome, cell, _, level in cells_of(weighed.analysis, names, "status_quo", names.last):
        if option == names.case.baseline:
            low, _, high = (float(one) for one in level["quantiles"].sel(quantile=[0.1, 0.5, 0.9]).values)
            assert (cell.change, cell.tone) == ("baseline", "")
            assert cell.notes[0] == interval(low, high, outcome.digits)
            assert cell.low == cell.mid == cell.high


def test_strips_of_one_outcome_share_one_scale_that_holds_no_change(weighed, names):
    found = build_slice(weighed.analysis, names, MIXTURE, names.last, "status_quo")
    bands = weighed.analysis.differences["quantiles"].sel(view=MIXTURE, horizon=names.last)
    for place, outcome in enumerate(names.outcomes):
        given = bands.sel(outcome=outcome, quantile=[0.1, 0.9]).transpose("option", "quantile").values
        means = weighed.analysis.differences["mean"].sel(view=MIXTURE, horizon=names.last, outcome=outcome).values
        low, high = min(0.0, given.min(), means.min()), max(0.0, given.max(), means.max())
        assert found.zeros[place] == round(100 * (0.0 - low) / (high - low))
        for row, ends, option in zip(found.rows, given, names.options, strict=True):
            if option != names.case.baseline:
                expected = [round(100 * (float(end) - low) / (high - low)) for end in ends]
                assert [row[place].low, row[place].high] == expected


def test_a_rise_is_better_only_where_more_is_better(invented, called):
    tones = {
        (option, outcome.id): (cell.change[0], cell.tone, cell.notes[1].split(" · ")[0])
        for option, outcome, cell, _, _ in cells_of(invented, called, "status_quo", "far")
    }
    assert tones["force", "deaths"] == ("▼", "up", "better")
    assert tones["care", "deaths"] == ("▲", "down", "worse")
    assert tones["force", "trust"] == ("▲", "up", "better")


def test_a_percentage_is_shown_only_where_the_analysis_has_one(weighed, names):
    seen = set()
    for option, _, cell, change, _ in cells_of(weighed.analysis, names, "status_quo", names.last):
        if option != names.case.baseline and bool(change["apart"]):
            known = bool(change["percent"].notnull())
            assert ("%" in cell.change) == known
            seen.add(known)
    assert seen == {True, False}


def test_what_cannot_be_told_apart_shows_a_band_and_no_number(invented, called):
    flat = [
        cell for option, outcome, cell, _, _ in cells_of(invented, called, "status_quo", "near")
        if (option, outcome.id) == ("force", "score")
    ]  # fmt: skip
    assert [(cell.change, cell.tone) for cell in flat] == [("≈ no clear change", "off")]
    assert "better" not in flat[0].notes[1]
    assert "worse" not in flat[0].notes[1]


@pytest.mark.parametrize("view", [MIXTURE, "grim"])
def test_a_slice_says_when_against_what_and_believing_whom(invented, called, view):
    for baseline, words in zip(BASELINES, (f"{called.baseline}, same date", "the start"), strict=True):
        said = build_slice(invented, called, view, "far", baseline).said
        assert said == f"2 years, measured against {words}; {called.views[view]}."


def test_a_view_with_too_few_futures_warns_of_itself_alone(invented, called):
    thin = blot(invented, "effective", ["view_refused"], True, view="grim")
    for baseline in BASELINES:
        assert "read nothing from it" in build_slice(thin, called, "grim", "near", baseline).said
        assert "read nothing" not in build_slice(thin, called, "calm", "near", baseline).said


def test_an_option_that_was_refused_has_empty_cells_and_changes_no_others(invented, called):
    refused = weigh_invented(failed=40)
    found, whole = (build_slice(one, called, MIXTURE, "far", "status_quo") for one in (refused, invented))
    assert found.rows[1] == (None, None, None)
    assert [cell.change for cell in found.rows[2]] == [cell.change for cell in whole.rows[2]]
    line = build_explorer(refused, called).options[1]
    assert line.short == HARD
    assert set(line.cells) == {NO_NUMBER}


def test_one_number_that_is_not_known_empties_one_cell(invented, called):
    parts = {"view": MIXTURE, "option": "care", "outcome": "trust", "horizon": "near"}
    blotted = blot(invented, "differences", ["mean", "percent", "quantiles"], **parts)
    rows = build_slice(blotted, called, MIXTURE, "near", "status_quo").rows
    assert [(i, j) for i, row in enumerate(rows) for j, cell in enumerate(row) if cell is None] == [(2, 1)]
    packed = build_explorer(blotted, called).data["cells"][MIXTURE]["near"]["status_quo"]["rows"]
    assert packed[2][1] is None
    assert "NaN" not in json.dumps(packed, allow_nan=False)


def test_an_outcome_of_which_nothing_is_known_has_no_scale(invented, called):
    blotted = blot(invented, "differences", ["mean", "percent", "quantiles"], outcome="score")
    found = build_slice(blotted, called, MIXTURE, "near", "status_quo")
    assert found.zeros[2] is None
    assert found.zeros[0] is not None


def test_choices_are_those_of_the_case(invented, called):
    explorer = build_explorer(invented, called)
    assert explorer.horizons == (("near", "1 year"), ("far", "2 years"))
    assert explorer.views == (("mixture", "All views"), ("calm", "Calm"), ("grim", "Grim"))
    assert [name for name, _ in explorer.baselines] == ["status_quo", "start"]
    assert [name for name, _ in explorer.families] == ["headline", "all", "made up"]
    assert explorer.horizon == "far"


def test_families_stand_in_the_order_of_the_case_each_once(weighed, names):
    families = [name for name, _ in build_explorer(weighed.analysis, names).families]
    assert families == ["headline", "all", "safety", "place", "money"]
    data = build_explorer(weighed.analysis, names).data["outcomes"]
    assert [one["family"] for one in data] == [one.family for one in names.case.outcomes]


def test_heads_tell_the_wish_and_mark_a_judgement_index(invented, called):
    explorer = build_explorer(invented, called)
    assert [(head.short, head.wish, head.index) for head in explorer.outcomes] == [
        ("deaths", "less is better", False),
        ("trust", "more is better", False),
        ("score", "more is better", True),
    ]
    assert [one["headline"] for one in explorer.data["outcomes"]] == [True, True, False]


def test_every_line_wears_the_colour_of_its_option_and_one_is_the_baseline(weighed, names):
    lines = build_explorer(weighed.analysis, names).options
    assert [line.colour for line in lines] == [names.colours[option] for option in names.options]
    assert [line.short for line in lines if line.baseline] == [names.baseline]


def test_one_horizon_gives_one_choice_and_opens_on_it():
    single = weigh_one_horizon()
    explorer = build_explorer(single, Names(single.case))
    assert (explorer.horizons, explorer.horizon) == ((("near", "1 year"),), "near")
    assert {tuple(at) for at in explorer.data["cells"].values()} == {("near",)}


def test_more_decimals_are_shown_only_where_the_outcome_has_them(invented):
    fine = tuple(one.model_copy(update={"digits": 0}) for one in invented.case.outcomes)
    coarse, names = change_case(invented, outcomes=fine)
    shown = [cell.change.split(" (")[0] for *_, cell, _, _ in cells_of(coarse, names, "status_quo", "far")]
    assert not any("." in text for text in shown)
    finer = [cell.change for *_, cell, _, _ in cells_of(invented, Names(invented.case), "status_quo", "far")]
    assert any("." in text.split(" (")[0] for text in finer)


def test_a_cell_is_packed_in_the_order_in_which_the_page_reads_it():
    assert ChangeCell("▲ +1", "up", 10, 20, 30, ("band", "level 3")).pack() == [
        "▲ +1", "up", 10, 20, 30, "band", "level 3",
    ]  # fmt: skip
