from dataclasses import replace

import pytest
from invented import read_number

from crossroads.presentation.budget import describe_budget, head_column, mark_change
from crossroads.presentation.tables import MIXTURE, Names


@pytest.fixture(scope="module")
def found(weighed):
    return weighed.exploration.equal


@pytest.fixture(scope="module")
def told(found, names):
    return describe_budget(found, names)


def test_options_at_the_budget_stand_apart_from_those_that_are_not(told, found, names):
    assert [place.standing for place in found.places] == ["fixed", "at budget"]
    titles = [table.title for table in told.tables]
    assert titles == [
        "At US$ 80 million: after 1 year",
        "Not at US$ 80 million: after 1 year",
        "At US$ 80 million: after 5 years",
        "Not at US$ 80 million: after 5 years",
    ]
    assert [row.short for row in told.tables[0].rows] == ["Move out"]
    assert [row.short for row in told.tables[1].rows] == ["Raise"]


def test_the_scale_and_the_cost_as_written_come_first(told, found):
    raised, moved = found.places
    scale, fixed = told.tables[2].rows[0].cells[0], told.tables[3].rows[0].cells[0]
    assert told.tables[2].columns[0] == "Scale"
    assert read_number(scale.text) == pytest.approx(moved.scale, abs=max(2 * moved.scale_error, 0.01))
    assert scale.note == f"costs {moved.cost:.1f} as written"
    assert told.tables[3].columns[0] == "Spending after 5 years"
    assert read_number(fixed.text) == pytest.approx(raised.cost, rel=0.01)
    assert fixed.note == "fixed scenario"


def test_an_option_out_of_reach_says_what_it_costs_where_it_was_run(found, names):
    raised, moved = found.places
    far = replace(moved, standing="out of reach", scale=1.0, scale_error=0.0, cost=50.0, least=40.0, most=60.0)
    table = describe_budget(replace(found, places=(raised, far)), names).tables[-1]
    assert [table.title for table in describe_budget(replace(found, places=(raised, far)), names).tables] == [
        "Not at US$ 80 million: after 1 year",
        "Not at US$ 80 million: after 5 years",
    ]
    assert [row.cells[0].note for row in table.rows] == ["fixed scenario", "40 to 60 at the scales run"]


def test_cells_tell_what_the_option_does_at_the_budget_and_never_its_cost_again(told, found, weighed, names):
    given = found.found.sel(view=MIXTURE, horizon=names.last, option="move_out")
    shown = [name for name in weighed.analysis.headline if name != "spending"]
    assert len(shown) == 3
    assert told.tables[2].columns[1:] == tuple(head_column(names.outcomes[name], names) for name in shown)
    for name, cell in zip(shown, told.tables[2].rows[0].cells[1:], strict=True):
        change, error = float(given["change"].sel(outcome=name)), float(given["change_error"].sel(outcome=name))
        assert read_number(cell.text) == pytest.approx(change, abs=max(2 * error, 0.05))


def test_costs_of_others_stand_beside_and_are_never_added(found, names):
    beside = replace(found, budget=found.budget.model_copy(update={"beside": ("harmed",)}))
    told = describe_budget(beside, names)
    assert told.tables[0].columns[1] == "People harmed, people a year"
    assert told.intro.endswith("The people harmed stands beside; the two are never added.")
    assert "beside" not in describe_budget(found, names).intro


def test_what_is_scaled_and_what_is_not_is_said(told, found):
    assert "homes bought and flood warning" in told.intro
    assert "above all force" in told.intro
    assert found.budget.because in told.intro
    assert "US$ 80 million after 5 years" in told.intro


@pytest.mark.parametrize(
    ("value", "error", "apart", "text", "shaded"),
    [
        (12.34, 1.0, True, "+12.3", True),
        (-12.34, 1.0, True, "−12.3", True),
        (12.34, 10.0, False, "≈", False),
        (0.0, 0.0, False, "0", False),
        (0.04, 0.001, True, "0", False),
        (float("nan"), float("nan"), False, "–", False),
    ],
)
def test_a_change_shows_only_what_can_be_told(names, value, error, apart, text, shaded):
    cell = mark_change(value, error, apart, names.outcomes["harmed"], 20.0, "note")
    assert cell.text == text
    assert bool(cell.shade) == shaded


def test_a_judgement_index_is_marked_at_the_head_of_its_column(names):
    outcome = names.outcomes["harmed"]
    assert head_column(outcome, names) == "People harmed, people a year"
    judged = outcome.model_copy(update={"index": True})
    assert head_column(judged, Names(names.case)) == "People harmed, people a year, judgement"
