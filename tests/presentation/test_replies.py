import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from invented import HARD, read_number, weigh_invented

from crossroads.analysis.openings import name_opening
from crossroads.analysis.strategies import QUANTAL, Reading
from crossroads.analysis.verdict import analyse
from crossroads.presentation.replies import describe_replies, say_reading
from crossroads.presentation.stances import describe_stances
from crossroads.presentation.tables import MIXTURE, Names
from crossroads.presentation.words import percent

sys.path.append(str(Path(__file__).parent.parent / "analysis"))
from made_up_game import (
    GameRuns,
    give_chooser,
    make_act,
    make_anchor,
    make_game,
    make_payoff,
    make_valued,
    plain,
)

AGREE, PROTEST = name_opening("state", "agree"), name_opening("state", "protest")


@cache
def play(how="quantal", fixed=(), blunt=False):
    """A game in which the state may consent, weighed in memory."""
    state = make_payoff(precision=0.01 if blunt else "size", acts=(make_act(("protest",), "noise"),))
    gang = make_payoff(values=(make_valued(worst=0, best=10),), precision=0.25)
    case = give_chooser(make_game(state, gang, anchors={"even": make_anchor(0.4)}))
    actors = tuple(
        one.model_copy(
            update={"moves": tuple(move.model_copy(update={"consents": move.id == "agree"}) for move in one.moves)}
        )
        for one in case.actors
    )
    options = tuple(
        one.model_copy(update={"short": HARD, "seeks_consent": True} if one.id == "force" else {})
        for one in case.options
    )
    case = case.model_copy(update={"actors": actors, "options": options})
    return analyse(GameRuns(case, plain), reading=Reading(how, dict(fixed)))


def describe(**more):
    analysis = play(**more)
    return describe_replies(analysis, Names(analysis.case)), analysis


def rows(table):
    return {row.short: row for row in table.rows}


def test_a_case_in_which_nobody_plays_has_no_game_to_tell():
    analysis = weigh_invented()
    names = Names(analysis.case)
    assert describe_replies(analysis, names) is None
    assert say_reading(analysis, names) == ""
    assert describe_stances(analysis, names).solved is None


def test_chances_stand_with_their_range_and_the_judged_share_beside():
    found, analysis = describe()
    assert found.chances.columns == ("agree", "protest")
    for option, short in (("now", "now"), ("force", HARD)):
        own = analysis.openings.sel(view=MIXTURE, option=option)
        for cell, opening in zip(rows(found.chances)[short].cells, (AGREE, PROTEST), strict=True):
            one = own.sel(opening=opening)
            assert cell.text == percent(float(one["chance"]))
            assert cell.note == f"{percent(float(one['low']))} to {percent(float(one['high']))}; judged 50\u202f%"
    assert rows(found.chances)["care"].cells[1].text == "–"
    assert rows(found.chances)[HARD].note == "seeks consent"


def test_bars_are_drawn_of_the_same_numbers():
    found, analysis = describe()
    own = analysis.openings["chance"].sel(view=MIXTURE, option="force", opening=AGREE)
    assert f"agree {float(own) * 100:.0f}\u202f%</title>" in found.drawing
    assert "Force &amp; &lt;order&gt;" in found.drawing
    assert [key.short for key in found.legend] == ["agree", "protest"]
    assert len({key.colour for key in found.legend}) == 2


def test_who_moves_later_is_told_as_ranges_alone():
    found, analysis = describe()
    (table,) = found.ranges
    assert "nothing is optimised" in table.caption
    one = analysis.openings.sel(view=MIXTURE, option="force", opening=name_opening("gang", "hit"))
    cell = rows(table)[HARD].cells[table.columns.index("hit")]
    assert (cell.text, cell.note) == (f"{percent(float(one['low']))} to {percent(float(one['high']))}", "")
    assert f"{percent(float(one['chance']))}" not in (cell.text, cell.note)


@pytest.mark.parametrize("how", ["best", "cautious"])
def test_a_reading_that_would_single_out_its_best_move_is_not_shown_of_who_moves_later(how):
    assert describe(how=how)[0].ranges == ()
    assert len(describe(how=how, fixed=(("gang", "hold"),))[0].ranges) == 1
    assert len(describe(how="judged")[0].ranges) == 1


def test_what_changes_the_answer_is_named_with_its_direction():
    found, _ = describe()
    told = {row[0]: row for row in found.changes.rows}
    assert "agree in 100\u202f%" in told[HARD][1] or "protest in" in told[HARD][1]
    assert "▲ size" in told[HARD][2]
    assert told["care"][2:] == ("–", "–")


def test_near_even_odds_are_said_to_be_so_by_construction():
    found, _ = describe(blunt=True)
    told = {row[0]: row for row in found.changes.rows}
    assert told[HARD][3] == "100\u202f%"
    assert "by construction" in found.changes.caption


def test_what_consent_lacks_is_told_in_points_and_in_what_they_are_worth():
    found, analysis = describe()
    one = analysis.openings.sel(view=MIXTURE, option="force")
    needed = float(one["needed"])
    chance, short, deaths = rows(found.consent)[HARD].cells
    assert chance.text == percent(float(one["chance"].sel(opening=AGREE)))
    assert read_number(short.text) == pytest.approx(abs(needed), abs=0.06)
    assert short.note == ("points short" if needed > 0 else "points to spare")
    assert read_number(deaths.text) == pytest.approx(float(one["equals"].sel(valued="deaths")), rel=0.06)
    assert "One point: a death." in found.consent.caption
    assert [row.short for row in found.consent.rows] == [HARD], "the others do not ask for it"


def test_who_does_not_choose_lacks_nothing():
    assert describe(how="judged")[0].consent is None


def test_views_are_shown_where_they_differ_and_else_a_sentence():
    found, analysis = describe()
    assert found.views.columns == ("All views", "Calm", "Grim")
    chances = analysis.openings["chance"].sel(option="force", opening=AGREE).to_numpy()
    assert rows(found.views)[HARD].note == "agree"
    assert [cell.text for cell in rows(found.views)[HARD].cells] == [percent(float(one)) for one in chances]
    assert "care" not in rows(found.views)
    assert describe(blunt=True)[0].views.startswith("Under every option all views give the same chances")


def test_outcomes_stand_side_by_side_under_every_reading():
    found, analysis = describe()
    (table,) = [one for one in found.owed if one.title.startswith("Deaths")]
    readings = ["the game", "best response", "worst reaction", "judged shares", "owed to it"]
    assert table.columns == tuple(f"{name}: {one}" for name in ("1 year", "2 years") for one in readings)
    place = {"outcome": "deaths", "option": "force", "horizon": "far"}
    means = analysis.reactions["mean"].sel(place).to_numpy()
    cells = rows(table)[HARD].cells
    assert [read_number(cell.text) for cell in cells[5:9]] == pytest.approx(means, rel=0.05)
    assert cells[9].text == percent(float(analysis.reactions["owed"].sel(place)))
    assert {cell.text for cell in rows(table)["now"].cells[:4]} == {"≈"}


def test_another_reading_heads_its_own_column():
    table = describe(how="best")[0].owed[0]
    assert [name.split(": ")[1] for name in table.columns[:4]] == [
        "best response",
        "the game",
        "worst reaction",
        "judged shares",
    ]


def test_payoffs_are_listed_with_their_reasons():
    found, _ = describe()
    assert [table.title for table in found.payoffs] == ["State: what it plays for", "Gang: what it plays for"]
    state = found.payoffs[0]
    assert "one is a death" in state.caption
    assert "all views counted alike" in state.caption
    assert [row[0] for row in state.rows] == ["Deaths", "protest", "Precision"]
    assert state.rows[0][1:] == ("10", "+10 to 0 people", "made up")


def test_the_reading_is_said_only_where_it_is_not_the_games_own():
    analysis = play()
    names = Names(analysis.case)
    assert say_reading(analysis, names) == ""
    for how, words in (("best", "everybody's best response"), ("judged", "judged shares"), ("cautious", "worst")):
        assert words in say_reading(play(how=how), names)
    told = say_reading(play(fixed=(("state", "protest"),)), names)
    assert "Set by hand, wherever it makes sense: state: protest." in told
    assert describe_stances(play(how="best"), names).warning.startswith(say_reading(play(how="best"), names))
    assert play().strategies.reading == QUANTAL


def test_games_without_a_solution_and_what_is_missed_are_said():
    found, analysis = describe()
    assert found.trust == "Every game was solved."
    lost = analysis.openings.assign(unsolved=analysis.openings["unsolved"] * 0 + np.array([0, 0.5, 0]))
    lost.attrs["residual"] = 2e-10
    told = describe_replies(replace(analysis, openings=lost), Names(analysis.case)).trust
    assert "16.7\u202f% of games no answer was found; there the judged shares answer." in told
    assert "miss an equilibrium by 2e-10 at most" in told


def test_base_rates_stand_with_the_reasons_of_the_mixes():
    analysis = play()
    reasons = describe_stances(analysis, Names(analysis.case)).reasons
    assert reasons[0].meaning == "All alike. Base rate of agree, by state: 40\u202f%. made up"


def test_openings_that_are_worth_the_same_are_said_to_be_a_tie():
    found, analysis = describe()
    assert found.ties == ""
    openings = analysis.openings.copy(deep=True)
    for name in ("chance", "low", "high"):
        openings[name].loc[{"option": "force", "opening": [AGREE, PROTEST]}] = 0.5
    tied = describe_replies(replace(analysis, openings=openings), Names(analysis.case)).ties
    assert tied.startswith("Worth the same to state in every future")
    assert f"agree and protest under {HARD}." in tied
