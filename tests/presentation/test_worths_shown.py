import json
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
import vl_convert
from invented import HARD, change_cells, weigh_invented
from worth_parts import weigh_worths

from crossroads.analysis.values import BASES, EVERY, LIMITED, MEASURED
from crossroads.presentation.ballots import say_scale, show_leader
from crossroads.presentation.document import _environment
from crossroads.presentation.pickers import say_share
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.presentation.words import percent
from crossroads.presentation.worths import describe_worths

SHARE = r"(\d+|under 1)\u202f%"


@pytest.fixture(scope="module")
def parts():
    return weigh_worths()


@pytest.fixture(scope="module")
def told(parts):
    return parts.tell()


def give(parts, firsts, error=0.01, **places):
    """The same people with other first places at one place."""
    where = {"view": MIXTURE, **places}
    return parts.tell(people=change_cells(parts.worths.people, {"first": np.array(firsts), "error": error}, **where))


def row_of(table, name):
    return next(row for row in table.rows if row.short == name)


def test_without_scales_there_is_no_section():
    analysis = weigh_invented()
    assert describe_worths(analysis, Names(analysis.case)) is None


def test_every_share_of_every_stakeholder_is_that_of_the_analysis(told, parts):
    given = parts.worths.people.sel(view=MIXTURE)
    ids = [one.id for one in parts.names.case.options]
    shorts = [one.short for one in parts.names.case.options]
    checked = 0
    for ballot, name in zip(told.ballots.each, given["stakeholder"].values, strict=True):
        for short, *cells in ballot.shares.rows:
            for text, basis in zip(cells, BASES, strict=True):
                cell = given.sel(stakeholder=name, basis=basis, option=ids[shorts.index(short)])
                assert text == say_share(float(cell["first"]), float(cell["error"]))
                checked += 1
    assert checked >= 9


def test_who_leads_is_named_with_its_share_and_twice_its_error(parts):
    section = give(parts, [0.2, 0.7, 0.1], 0.02, stakeholder="careful", basis=EVERY)
    cell = row_of(section.ballots.winners, "Careful").cells[0]
    assert (cell.text, cell.note) == (HARD, f"{percent(0.7)} ± {percent(0.04)}")


def test_no_first_place_is_named_where_error_cannot_tell(parts):
    two = give(parts, [0.45, 0.46, 0.09], 0.02, stakeholder="careful", basis=EVERY)
    assert row_of(two.ballots.winners, "Careful").cells[0].text == f"≈ {HARD} or now"
    three = give(parts, [0.32, 0.35, 0.33], 0.02, stakeholder="careful", basis=EVERY)
    assert row_of(three.ballots.winners, "Careful").cells[0].text == "≈ 3 options"


def test_one_for_whom_nothing_differs_has_no_winner(told):
    assert row_of(told.ballots.winners, "Dreamer").cells[0].text == "all alike"


def test_what_a_stakeholder_does_not_weigh_or_set_is_said(told):
    town, careful = (row_of(told.ballots.winners, name).cells for name in ("Town", "Careful"))
    assert (careful[1].text, careful[1].note) == ("–", "weighs no index")
    assert (careful[2].text, careful[2].note) == ("–", "sets no limit")
    assert {cell.note for cell in town[1:3]}.isdisjoint({"weighs no index", "sets no limit"})


@pytest.mark.parametrize(
    ("basis", "place", "words"),
    [(MEASURED, 1, "without judgement indices"), (LIMITED, 2, "without trade-offs past their limits")],
)
def test_where_indices_or_limits_change_who_comes_first_that_is_said(parts, basis, place, words):
    people = change_cells(
        parts.worths.people, {"first": np.array([0.1, 0.8, 0.1]), "error": 0.01}, view=MIXTURE, stakeholder="town"
    )
    same = parts.tell(people=people).ballots
    assert f"For nobody does clearly another option come first {words}." in same.changes
    assert row_of(same.winners, "Town").cells[place].shade == ""
    other = change_cells(people, {"first": np.array([0.7, 0.2, 0.1])}, view=MIXTURE, stakeholder="town", basis=basis)
    ballots = parts.tell(people=other).ballots
    cell = row_of(ballots.winners, "Town").cells[place]
    assert (cell.text, cell.note) == ("now", f"another: {percent(0.7)} ± {percent(0.02)}")
    assert cell.shade
    assert f"Clearly another option comes first {words} for town (now)." in ballots.changes


def test_a_winner_within_error_of_the_other_is_no_other_winner(parts):
    people = change_cells(
        parts.worths.people, {"first": np.array([0.1, 0.8, 0.1]), "error": 0.01}, view=MIXTURE, stakeholder="town"
    )
    shares = {"first": np.array([0.5, 0.49, 0.01])}
    close = change_cells(people, shares, view=MIXTURE, stakeholder="town", basis=MEASURED)
    assert row_of(parts.tell(people=close).ballots.winners, "Town").cells[1].shade == ""


def test_each_row_says_when_its_stakeholder_reads_and_what_is_known_of_its_weights(told):
    notes = {row.short: row.note for row in told.ballots.winners.rows}
    assert notes["Town"] == "after 1 year · weights as stated"
    assert notes["Careful"] == "after 2 years · only the order of the weights is known"
    assert "after 2 years; only the order" in told.ballots.each[-1].says


def test_every_weight_stands_beside_its_range_and_what_is_not_modelled_is_counted(told, parts):
    town = told.ballots.each[0]
    deaths = parts.names.outcomes["deaths"]
    assert town.weights.rows[0] == (deaths.name, percent(0.5), say_scale("deaths", "near", parts.names))
    assert "everything at −12.0" in town.weights.rows[0][2]
    assert town.weights.rows[-1] == ("Not modelled: beauty", percent(0.25), "moves no place")
    assert f"{percent(0.25)} of the weight is not modelled" in town.says
    assert len(town.limits) == 2
    careful = told.ballots.each[-1]
    assert [row[1] for row in careful.weights.rows] == [percent(0.75), percent(0.25)]
    assert careful.limits == ()


def test_a_unit_of_one_is_not_written(parts):
    bare = parts.names.outcomes["trust"].model_copy(update={"unit": "1"})
    case = parts.names.case
    names = Names(case.model_copy(update={"outcomes": (case.outcomes[0], bare, case.outcomes[2])}))
    assert say_scale("trust", "near", names).startswith("worth nothing at −6.00, everything at +6.00")


def test_views_stand_side_by_side_and_another_winner_is_shaded(parts):
    firsts = {MIXTURE: [0.1, 0.8, 0.1], "calm": [0.1, 0.7, 0.2], "grim": [0.8, 0.1, 0.1]}
    people = parts.worths.people
    for view, first in firsts.items():
        people = change_cells(people, {"first": np.array(first), "error": 0.01}, view=view, stakeholder="careful")
    table = parts.tell(people=people).ballots.views
    assert table.columns == ("All views", "Calm", "Grim")
    assert table.rows[0].short == "Anybody, whatever the weights"
    cells = row_of(table, "Careful").cells
    assert [cell.text for cell in cells] == [HARD, HARD, "now"]
    assert [bool(cell.shade) for cell in cells] == [False, False, True]


def test_a_refused_view_is_a_dash_and_named(parts):
    worths = parts.worths
    nothing = {name: np.nan for name in worths.people.data_vars}
    section = parts.tell(
        people=change_cells(worths.people, nothing, view="grim"),
        anybody=change_cells(worths.anybody, nothing, view="grim"),
    )
    assert {row.cells[2].text for row in section.ballots.views.rows} == {"–"}
    assert section.draws.endswith("Too few futures for Grim.")
    assert "nan" not in str(section)


def test_draws_and_effective_futures_are_said(told, parts):
    assert told.draws.startswith("20,000 draws for all views together, over 64 futures (64 effective)")
    given = parts.worths.people["effective"].isel(stakeholder=0, basis=0)
    assert f"effective futures: Calm {float(given.sel(view='calm')):.0f} and Grim" in told.draws
    assert "Too few" not in told.draws


def test_the_chart_holds_the_first_three_places_and_errors_of_first_ones(told, parts):
    figure = told.anybody.firsts
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    given = parts.worths.anybody.sel(view=MIXTURE)
    horizons = {one.name: one.id for one in parts.names.case.horizons}
    assert {row["horizon"] for row in rows} == set(horizons)
    for row in rows:
        option = next(one.id for one in parts.names.case.options if one.short == row["option"])
        cell = given.sel(horizon=horizons[row["horizon"]], option=option)
        assert row["share"] == pytest.approx(float(cell["ranks"].sel(place=row["place"])), rel=1e-4)
        assert (row["low"] is not None) == (row["place"] == 1)
        if row["place"] == 1:
            assert row["high"] - row["low"] <= 4 * float(cell["error"]) + 1e-4
    for name in horizons:
        mine = [row for row in rows if row["horizon"] == name and row["place"] == 1]
        assert [row["share"] for row in mine] == sorted((row["share"] for row in mine), reverse=True)
        assert [row["order"] for row in mine] == list(range(len(mine)))


def test_the_chart_can_be_drawn(told):
    figure = told.figures[0]
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    drawn = vl_convert.vegalite_to_svg(json.dumps({**figure.spec, "datasets": {"rows": rows}}))
    assert "2 years" in drawn
    assert "care" in drawn


@pytest.fixture
def picked(parts):
    """At the last horizon: care is picked by who weighs deaths twice as much, force by who weighs as usual, and now is
    never first."""
    anybody = change_cells(
        parts.worths.anybody,
        {"first": np.array([0.0, 0.3, 0.7]), "error": 0.01, "choices": 1.8},
        view=MIXTURE,
        horizon="far",
    )
    for option, central, confidence in (("force", [0.5, 0.5], 0.95), ("care", [1.0, 0.0], 0.4)):
        values = {"confidence": confidence, "confidence_error": 0.02, "central_error": 0.01}
        anybody = change_cells(anybody, values, view=MIXTURE, horizon="far", option=option)
        anybody["central"].loc[{"view": MIXTURE, "horizon": "far", "option": option}] = central
    return anybody


def test_the_values_of_who_would_pick_an_option_are_told_in_words(parts, picked):
    table = parts.tell(anybody=picked).anybody.pickers[-1]
    assert table.title == "Who would pick what after 2 years"
    care, force = table.rows
    assert care[0] == "care"
    assert care[2] == "puts twice the usual weight on deaths and hardly any of on trust"
    assert care[3] == f"{percent(0.4)} ± {percent(0.04)} of futures: facts still decide"
    assert force[2] == "weighs all about as usual"
    assert force[3].endswith("of futures: values alone decide")


def test_a_weight_within_its_error_is_not_called_unusual(parts, picked):
    loose = change_cells(picked, {"central_error": 0.4}, view=MIXTURE, horizon="far", option="care")
    assert parts.tell(anybody=loose).anybody.pickers[-1].rows[0][2] == "weighs all about as usual"


def test_how_open_the_choice_is_stands_in_words(parts, picked):
    line = parts.tell(anybody=picked).anybody.says[-1]
    assert line == (
        f"After 2 years care comes first most often, in {percent(0.7)} ± {percent(0.02)} of draws; the choice is as "
        "open as an even draw among 1.8 options."
    )
    tied = change_cells(picked, {"first": np.array([0.0, 0.5, 0.5])}, view=MIXTURE, horizon="far")
    assert "come first most often and cannot be told apart" in parts.tell(anybody=tied).anybody.says[-1]


def test_options_that_never_win_and_hardly_ever_do_are_listed(parts, picked):
    assert parts.tell(anybody=picked).anybody.never[-1] == "After 2 years, never first: now."
    few = change_cells(picked, {"first": np.array([0.0, 0.004, 0.996])}, view=MIXTURE, horizon="far")
    line = parts.tell(anybody=few).anybody.never[-1]
    assert line == f"After 2 years, never first: now; in under {percent(0.01)} of draws: {HARD}."
    assert [row[0] for row in parts.tell(anybody=few).anybody.pickers[-1].rows] == ["care"]


def test_pairs_and_the_values_of_others_are_those_of_the_analysis(parts, picked):
    section = parts.tell(anybody=picked).anybody
    given = picked.sel(view=MIXTURE, horizon="far")
    assert section.wins.columns == section.cross.columns == ("care", HARD)
    assert section.wins.rows[0].cells[0].text == "–"
    assert section.wins.rows[0].cells[1].text == percent(float(given["wins"].sel(option="care", other="force")))
    assert section.cross.rows[0].cells[1].text == percent(float(given["cross"].sel(option="care", other="force")))
    even = change_cells(picked, {"wins": 0.5, "wins_error": 0.01}, view=MIXTURE, horizon="far")
    assert parts.tell(anybody=even).anybody.wins.rows[0].cells[1].note == "≈ even"


def test_first_places_at_every_horizon_stand_in_one_table(told, parts):
    table = told.anybody.every
    assert table.columns == ("1 year", "2 years")
    assert {row.short for row in table.rows} == {one.short for one in parts.names.case.options}
    given = parts.worths.anybody["first"].sel(view=MIXTURE, horizon="near", option="care")
    assert row_of(table, "care").cells[0].text == percent(float(given))


def test_an_option_that_did_not_run_is_said_not_to_be_weighed():
    section = weigh_worths(failed=64).tell()
    assert all(line.endswith(f"not weighed: {HARD}.") for line in section.anybody.never)
    assert HARD not in [row.short for row in section.anybody.every.rows]
    assert "nan" not in str(section)


def test_rules_that_choose_otherwise_are_listed_and_others_are_not(parts):
    methods = parts.worths.methods.copy(deep=True)
    methods["place"].loc[:] = np.array([3, 1, 2])
    methods["tau"].loc[:] = 1.0
    section = parts.tell(methods=methods)
    assert section.rules.rows == ()
    assert section.rules_say[0].endswith("put the same option first for 3 of 3 stakeholders.")
    methods["place"].loc[{"stakeholder": "town", "rule": "VIKOR"}] = np.array([1, 1, 3])
    methods["tau"].loc[{"stakeholder": "town", "rule": "VIKOR"}] = 0.25
    section = parts.tell(methods=methods)
    assert section.rules.rows == (("Town", HARD, f"{HARD} (1.00)", "2 options alike (0.25)", f"{HARD} (1.00)"),)
    assert section.rules_say[0].endswith("put the same option first for 2 of 3 stakeholders.")


def test_our_own_rule_is_said_to_hold_its_order_or_not(parts):
    assert "turned no order" in parts.tell().rules_say[1]
    turned = parts.worths.methods.assign(reversals=("stakeholder", [0, 2, 0]))
    assert "turned the order of two options 2 times" in parts.tell(methods=turned).rules_say[1]


def test_the_leader_of_an_unknown_cell_is_a_dash(parts):
    cell = parts.worths.people.sel(view=MIXTURE, stakeholder="town", basis=EVERY)
    assert show_leader(cell.where(False), parts.names).text == "–"


def render(section):
    return _environment().get_template("worths.html").render(worths=section)


def test_the_page_shows_every_part_and_escapes_names(told):
    page = render(told)
    assert page.count("<section") == page.count("</section>") == 1
    assert page.count("<details") == page.count("</details>")
    figure = told.figures[0]
    assert f'id="{figure.id}"' in page
    assert f'aria-label="{figure.alt}"' in page
    text = unescape(re.sub(r"<[^>]+>", " ", page))
    shown = (told.intro, told.caution, told.draws, *told.anybody.says, *told.anybody.never, *told.ballots.changes)
    assert all(part in text for part in (*shown, *told.rules_say))
    tables = 2 * len(told.ballots.each) + 2 + len(told.anybody.pickers) + 3 + len(told.scales) + bool(told.rules.rows)
    assert page.count("<table") == tables
    assert "Force & <order>" not in page
    assert "Force &amp; &lt;order&gt;" in page


def test_the_page_is_empty_without_the_section():
    assert "<section" not in render(None)


def test_where_nobody_weighs_only_anybody_is_told(parts):
    worths = parts.worths
    empty = worths.people.isel(stakeholder=slice(0))
    case = parts.names.case.model_copy(update={"stakeholders": ()})
    analysis = replace(
        parts.analysis, worths=replace(worths, people=empty, methods=worths.methods.isel(stakeholder=slice(0)))
    )
    section = describe_worths(analysis, Names(case))
    assert section.ballots is None
    assert section.rules_say == ()
    assert section.draws.startswith("20,000 draws")
    nothing = replace(worths, people=empty, anybody=worths.anybody[[]])
    assert describe_worths(replace(analysis, worths=replace(nothing, people=empty[[]])), Names(case)) is None
    assert "By other rules" not in render(section)
    assert "Whatever the values" in render(section)
