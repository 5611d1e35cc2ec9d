from dataclasses import replace

import numpy as np
import pytest
from invented import HARD, blot, change_case, read_number, weigh_invented, weigh_one_horizon

from crossroads.presentation.stances import describe_stances, tabulate_consent
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.presentation.words import percent


@pytest.fixture(scope="module")
def invented():
    return weigh_invented()


@pytest.fixture(scope="module")
def called(invented):
    return Names(invented.case)


def grid(table) -> dict[tuple[str, str], object]:
    """Cells by option and column."""
    return {
        (row.short, column): cell for row in table.rows for column, cell in zip(table.columns, row.cells, strict=True)
    }


def test_those_who_answer_are_told_in_the_order_of_play(invented, called):
    assert [one.id for one in invented.case.actors] == ["gang", "state"]
    found = describe_stances(invented, called)
    assert "in this order: state, then gang." in found.intro
    assert [table.name for table in found.actors] == ["State", "Gang"]


def test_who_moves_at_the_same_time_is_told_so(invented):
    actors = tuple(one.model_copy(update={"order": 1}) for one in invented.case.actors)
    found = describe_stances(*change_case(invented, actors=actors))
    assert "in this order: gang and at the same time state." in found.intro


def test_every_share_is_the_one_the_case_declares(weighed, names):
    mixes = {mix.id: mix for mix in names.case.mixes}
    by_name = {actor.name: actor for actor in names.case.actors}
    shown = 0
    for table in describe_stances(weighed.analysis, names).actors:
        actor = by_name[table.name]
        assert [head.short for head in table.moves] == [move.short for move in actor.moves]
        for option, row in zip(names.options.values(), table.rows, strict=True):
            given = mixes[option.mix].shares[actor.id]
            assert row.shares == tuple(percent(given[move.id]) if move.id in given else "–" for move in actor.moves)
            assert (row.short, row.colour) == (option.short, names.colours[option.id])
            shown += len(row.shares)
    assert shown == 12


def test_an_actor_that_a_mix_leaves_out_has_no_shares(invented):
    quiet = invented.case.mixes[1].model_copy(update={"shares": {"state": {"agree": 1.0}}})
    changed, names = change_case(invented, mixes=(invented.case.mixes[0], quiet))
    gang = describe_stances(changed, names).actors[1]
    assert [row.shares for row in gang.rows] == [("50\u202f%", "50\u202f%")] * 2 + [("–", "–")]


def test_reasons_name_the_options_of_each_mix_and_skip_a_mix_nobody_uses(invented):
    idle = invented.case.mixes[0].model_copy(update={"id": "idle", "meaning": "Unused."})
    loud = invented.case.mixes[0].model_copy(update={"evidence": ("one",)})
    changed, names = change_case(invented, mixes=(loud, idle, invented.case.mixes[1]))
    reasons = describe_stances(changed, names).reasons
    assert [(one.options, one.meaning, one.evidence) for one in reasons] == [
        (f"now; {HARD}", "All alike.", ("one",)),
        ("care", "No protest.", ()),
    ]


def test_cells_are_the_differences_given_each_stance(invented, called):
    tables = describe_stances(invented, called).effects
    checked = 0
    for outcome, table in zip(invented.headline, tables, strict=True):
        given = invented.stances.sel(view=MIXTURE, outcome=outcome, horizon="far")
        for option in called.options.values():
            for stance in ("agree", "protest"):
                cell, one = grid(table)[option.short, stance], given.sel(option=option.id, stance=stance)
                if np.isfinite(one["difference"]) and bool(one["apart"]):
                    assert read_number(cell.text) == pytest.approx(float(one["difference"]), abs=0.051)
                    checked += 1
                else:
                    assert cell.text in ("≈", "–")
                    assert cell.note == cell.shade == ""
    assert checked == 8


def test_the_first_column_is_the_declared_mix_and_equals_the_headline_number(invented, called):
    for outcome, table in zip(invented.headline, describe_stances(invented, called).effects, strict=True):
        assert table.columns == ("declared mix", "agree", "protest")
        for option in ("force", "care"):
            mean = invented.differences["mean"].sel(view=MIXTURE, outcome=outcome, horizon="far", option=option)
            cell = grid(table)[called.options[option].short, "declared mix"]
            assert read_number(cell.text) == pytest.approx(float(mean), abs=0.051)


def test_better_and_worse_follow_the_direction_of_the_outcome(invented, called):
    deaths, trust = (grid(table) for table in describe_stances(invented, called).effects)
    assert deaths[HARD, "agree"].text.startswith("+")
    assert deaths[HARD, "agree"].note == "worse"
    assert deaths[HARD, "protest"].text.startswith("−")
    assert deaths[HARD, "protest"].note == "better"
    assert (trust[HARD, "agree"].text[0], trust[HARD, "agree"].note) == ("+", "better")
    assert deaths[HARD, "agree"].shade.rsplit(",", 1)[0] != deaths[HARD, "protest"].shade.rsplit(",", 1)[0]


def test_the_largest_difference_is_the_darkest(invented, called):
    def depth(cell) -> float:
        return float(cell.shade.rstrip(")").rsplit(",", 1)[1]) if cell.shade else 0.0

    for table in describe_stances(invented, called).effects:
        cells = [cell for cell in grid(table).values() if cell.shade]
        darkest = max(cells, key=depth)
        assert abs(read_number(darkest.text)) == max(abs(read_number(cell.text)) for cell in cells)


def test_a_stance_under_which_an_option_makes_no_sense_is_empty(invented, called):
    for table in describe_stances(invented, called).effects:
        assert grid(table)["care", "protest"].text == "–"
        assert grid(table)["care", "agree"].text != "–"


def test_an_option_that_was_refused_has_no_effect_under_any_stance():
    refused = weigh_invented(failed=40)
    for table in describe_stances(refused, Names(refused.case)).effects:
        assert {cell.text for (option, _), cell in grid(table).items() if option == HARD} == {"–"}
        assert {cell.text for (option, _), cell in grid(table).items() if option == "care"} != {"–"}


def test_a_table_in_which_nothing_is_known_is_still_a_table(invented, called):
    blank = blot(invented, "stances", ["difference"], outcome="deaths")
    blank = blot(blank, "differences", ["mean"], outcome="deaths")
    table = describe_stances(replace(blank, headline=("deaths",)), called).effects[0]
    assert {cell.text for cell in grid(table).values()} == {"–"}


def test_every_caption_says_from_what_when_in_what_unit_and_which_way_is_better(invented, called):
    tables = describe_stances(invented, called).effects
    for outcome, table in zip(invented.headline, tables, strict=True):
        record = called.outcomes[outcome]
        for words in ("from now", "after 2 years", record.unit, f"{record.direction} is better"):
            assert words in table.caption
        assert record.name in table.title


def test_the_warning_says_that_headline_numbers_rest_on_judgement(invented, called, weighed, names):
    warning = describe_stances(invented, called).warning
    assert "judgement" in warning
    assert "Every headline number uses this mix" in warning
    solved = describe_stances(weighed.analysis, names)
    assert "The points are a judgement" in solved.warning
    assert solved.solved.name == "Town council"


def test_one_horizon_is_the_last_one():
    single = weigh_one_horizon()
    table = describe_stances(single, Names(single.case)).effects[0]
    assert "after 1 year" in table.caption
    mean = single.differences["mean"].sel(view=MIXTURE, outcome="deaths", horizon="near", option="care")
    assert read_number(grid(table)["care", "declared mix"].text) == pytest.approx(float(mean), abs=0.051)


def agreeing(invented, seeking=("force",)):
    """The invented case in which some options seek consent and the state's agreement gives it."""
    state = next(one for one in invented.case.actors if one.id == "state")
    moves = tuple(move.model_copy(update={"consents": move.id == "agree"}) for move in state.moves)
    options = tuple(
        one.model_copy(update={"seeks_consent": one.id in seeking}) for one in invented.case.options
    )
    others = tuple(one for one in invented.case.actors if one.id != "state")
    return change_case(invented, actors=(*others, state.model_copy(update={"moves": moves})), options=options)


def test_an_option_that_seeks_consent_stands_as_attempted_beside_if_consented(invented):
    analysis, names = agreeing(invented)
    near, last = tabulate_consent(analysis, names)
    assert [(row.short, row.note) for row in near.rows] == [(HARD, "as attempted"), (HARD, "if consented")]
    assert len(near.columns) == len(analysis.headline)
    attempted, consented = (row.cells[0] for row in last.rows)
    place = {"view": MIXTURE, "option": "force", "outcome": analysis.headline[0], "horizon": names.last}
    mixed = analysis.differences.sel(place)
    given = analysis.stances.sel({**place, "stance": "agree"})
    for cell, mean, error in (
        (attempted, mixed["mean"], mixed["error"]),
        (consented, given["difference"], given["difference_error"]),
    ):
        assert read_number(cell.text) == pytest.approx(float(mean), abs=float(error))
    assert attempted.text != consented.text
    assert consented.note.startswith("± ")
    assert "agree alone" in last.caption


def test_where_nobody_can_consent_or_nobody_asks_there_is_no_such_table(invented, called):
    assert tabulate_consent(invented, called) == ()
    assert tabulate_consent(*agreeing(invented, seeking=())) == ()


def test_what_cannot_be_told_apart_or_is_not_known_is_not_a_number(invented):
    analysis, names = agreeing(invented, seeking=("force", "care"))
    place = {"view": MIXTURE, "option": "force", "stance": "agree", "horizon": names.last}
    quiet = blot(analysis, "stances", ["apart"], False, **place)
    gone = blot(quiet, "stances", ["difference"], option="care", stance="agree")
    rows = {(row.short, row.note): row.cells for row in tabulate_consent(gone, names)[-1].rows}
    assert {cell.text for cell in rows[HARD, "if consented"]} == {"≈"}
    assert {cell.text for cell in rows["care", "if consented"]} == {"–"}
