import numpy as np
import pytest
from claim_parts import ORDERS, PERCENT, SIDE, claim_case, compare, make_claim, make_part, order
from invented import HARD, weigh_invented

from crossroads.case.files import load
from crossroads.case.records import Comparison
from crossroads.presentation.exhibits import (
    call_choices,
    describe_comparison,
    describe_orders,
    say_differences,
    tabulate_dials,
    tabulate_openings,
)
from crossroads.presentation.tables import Names
from crossroads.presentation.words import NOT_APART

PROBED = Comparison(name="Probed", options=("now", "probe"), outcomes=("deaths", "trust"), horizons=("near", "far"))


@pytest.fixture(scope="module")
def called():
    return Names(claim_case())


def change_cell(found, name, value, **place):
    found[name].loc[place] = value
    return found


def test_every_option_has_a_row_and_every_outcome_a_column_at_each_horizon(called):
    found = describe_comparison(SIDE, compare(), called)
    assert [table.title for table in found.tables] == ["Side by side: after 1 year", "Side by side: after 2 years"]
    table = found.tables[0]
    assert [row.short for row in table.rows] == ["now", HARD]
    assert table.columns == ("deaths, people a year", "trust, people")
    first, second = table.rows
    assert [cell.text for cell in first.cells] == ["100", "100"]
    assert first.note == "measured from this"
    assert [(cell.text, cell.note) for cell in second.cells] == [("−8.0", "± 2.0"), ("−8.0", "± 2.0")]
    assert second.colour == called.colours["force"]


def test_what_is_not_told_apart_has_no_number_and_what_did_not_run_a_dash(called):
    found = compare(change=-1.0, error=1.0)
    found = change_cell(found, "change", np.nan, outcome="trust", option="force", horizon="near")
    cells = describe_comparison(SIDE, found, called).tables[0].rows[1].cells
    assert [cell.text for cell in cells] == [NOT_APART, "–"]
    same = describe_comparison(SIDE, compare(change=0.0), called).tables[0].rows[1].cells
    assert [cell.text for cell in same] == ["0", "0"]


def test_a_probe_stands_in_a_table_by_its_short_name(called):
    found = describe_comparison(PROBED, compare(options=("now", "probe")), called)
    assert found.tables[0].rows[1].short == f"probe {HARD}"
    assert call_choices(called)["probe"] == f"probe {HARD}"


def test_a_sentence_names_what_differs_most_and_what_does_not(called):
    found = compare()
    found = change_cell(found, "apart", False, outcome="trust", option="force", horizon="far")
    assert describe_comparison(SIDE, found, called).says == (
        "After 2 years, measured from “now”, these differ most: deaths (−8.0 people a year, "
        f"−8{PERCENT} under “{HARD}”). Not told apart under any: trust."
    )


def test_the_largest_share_of_itself_comes_first_and_a_rise_from_nothing_has_no_percent(called):
    found = compare()
    for name, value in (("level", 0.0), ("change", 0.0)):
        found = change_cell(found, name, value, outcome="trust", option="now")
    found = change_cell(found, "level", -8.0, outcome="trust", option="force")
    said = say_differences(SIDE, found, "near", called)
    assert said.index("trust (−8.0 people under") < said.index("deaths (")


def test_what_moves_by_next_to_nothing_is_not_named(called):
    said = say_differences(SIDE, compare(change=0.05, error=0.001), "near", called)
    assert said == f"After 1 year, measured from “now”, nothing differs by more than error and 0.1{PERCENT} of itself."


def test_a_percentage_changes_by_points_and_a_bare_number_has_no_unit(called):
    outcomes = called.case.outcomes
    changed = (outcomes[0].model_copy(update={"unit": "% of people"}), outcomes[1].model_copy(update={"unit": "1"}))
    names = Names(called.case.model_copy(update={"outcomes": (*changed, outcomes[2])}))
    said = say_differences(SIDE, compare(), "near", names)
    assert "deaths (−8.0 percentage points, " in said
    assert "trust (−8.0, " in said


def test_measures_are_drawn_with_their_mean_and_their_range_over_orders(called):
    (found,) = describe_orders(ORDERS, order(), called)
    assert found.title == "Deaths, after 1 year"
    assert found.says == f"All together: −3.9 ± 1.0 people a year; less is better. {NOT_APART}: not told apart."
    force, probe = found.strips
    assert (force.name, force.mean, force.orders) == ("Force", "−4.0 ± 1.0", "−6.0 to +2.0")
    assert (force.low, force.at, force.high, force.zero) == (0.0, 25.0, 100.0, 75.0)
    assert probe.mean == f"{NOT_APART} +0.1 ± 0.4"
    assert probe.low == probe.zero == 75.0


def test_measures_that_did_not_run_are_not_known(called):
    found = order()
    for name in ("mean", "error", "low", "high"):
        found = change_cell(found, name, np.nan, measure="probe")
    (drawn,) = describe_orders(ORDERS, found, called)
    assert drawn.strips[1].mean == "not known"
    assert drawn.strips[0].at == 25.0


def test_dials_show_the_furthest_setting_and_how_far_it_is():
    names = Names(load("toy"))
    table = tabulate_dials(names)
    assert table.columns == ("Dials turned", "Levee")
    rows = {row.short: row.cells for row in table.rows}
    options = list(rows)
    assert [rows[options[0]][0].text, rows[options[1]][0].text] == ["0", "1"]
    raised = rows[options[1]][1]
    assert (raised.text, raised.note) == (f"100{PERCENT}", "Raised levee")
    assert raised.shade
    assert rows[options[0]][1].text == "–"


def test_levers_are_shown_where_a_case_has_no_dials():
    case = load("toy")
    levers = tuple(lever for lever in case.levers if lever.kind == "instrument")
    assert tabulate_dials(Names(case.model_copy(update={"levers": levers}))).columns[1:] == (
        "Homes bought",
        "Flood warning",
    )


def test_without_a_game_the_judged_shares_of_the_first_actor_are_shown(called):
    table = tabulate_openings(make_claim(make_part()), None, called)
    assert table.title == "State: how likely each opening is"
    assert table.columns == ("agree", "protest")
    assert [row.short for row in table.rows] == ["now", HARD]  # those that the part names
    assert [cell.text for cell in table.rows[0].cells] == [f"50{PERCENT}"] * 2
    assert "as judged in the case" in table.caption


def test_an_opening_that_makes_no_sense_has_a_dash_and_a_claim_that_names_nothing_shows_all_options(called):
    table = tabulate_openings(make_claim(kind="law"), None, called)
    assert len(table.rows) == len(called.options)
    assert [cell.text for cell in table.rows[2].cells] == [f"100{PERCENT}", "–"]


def test_the_solved_game_is_shown_with_its_error(weighed, names):
    openings = weighed.analysis.openings
    assert openings is not None
    table = tabulate_openings(names.case.claims[0], openings, names)
    known = [cell for row in table.rows for cell in row.cells if cell.text != "–"]
    assert known
    assert all(0 <= cell.width <= 100 for cell in known)
    assert any(cell.note.startswith("± ") for cell in known)
    assert "as the game is solved" in table.caption


def test_a_case_in_which_nobody_answers_has_no_openings(called):
    names = Names(called.case.model_copy(update={"actors": ()}))
    assert tabulate_openings(make_claim(), None, names) is None
    assert weigh_invented().openings is None
