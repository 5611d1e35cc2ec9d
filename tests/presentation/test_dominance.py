from dataclasses import replace

import numpy as np
import pytest

from crossroads.presentation.dominance import BEST, describe_dominance
from crossroads.presentation.figures import DOMINANT
from crossroads.presentation.tables import Names

PLAIN = {"clear": False, "turns": False, "best_turns": False}


def change(weighed, names, *, factor="flooding", **values):
    """The analysis with one bar set by hand, at the last horizon of the first headline outcome; all others idle."""
    found = weighed.analysis.factors.copy(deep=True)
    place = {
        "factor": factor,
        "outcome": weighed.analysis.headline[0],
        "option": names.case.options[1].id,
        "horizon": names.last,
    }
    for name, value in PLAIN.items():
        found[name][:] = value
    for name, value in {"clear": True, **values}.items():
        found[name] = found[name].astype(object) if isinstance(value, str) else found[name]
        found[name].loc[place] = value
    return replace(weighed.analysis, factors=found)


def rows_of(found):
    return [dict(zip(DOMINANT, row, strict=True)) for row in found.figure.rows]


def note_of(found, names):
    return found.figure.notes[f"{names.options[names.case.options[1].id].short}|{names.horizons[names.last].name}"]


def test_every_clear_bar_is_there_the_widest_first_and_no_other(weighed, names):
    found = describe_dominance(weighed.analysis, names)
    factors, rows = weighed.analysis.factors, rows_of(found)
    assert rows
    counted = 0
    for option in names.case.options[1:]:
        for horizon in factors["horizon"].values:
            for outcome in factors["outcome"].values:
                cell = factors.sel(option=option.id, horizon=horizon, outcome=outcome)
                least = 0.5 * 10.0 ** -names.outcomes[str(outcome)].digits
                swings = [float(one) for one in np.abs(cell["high"] - cell["low"]).values[cell["clear"].values]]
                mine = [
                    row
                    for row in rows
                    if (row["option"], row["horizon"]) == (option.short, names.horizons[str(horizon)].name)
                    and row["outcome"].startswith(f"{names.outcomes[str(outcome)].short} · ")
                ]
                shown = [abs(row["high"] - row["low"]) for row in mine]
                wanted = sorted((one for one in swings if one >= least), reverse=True)
                assert shown == pytest.approx(wanted, rel=1e-3)
                counted += len(shown)
    assert counted == len(rows)


def test_the_option_shown_first_is_the_one_that_most_factors_move(weighed, names):
    found = describe_dominance(change(weighed, names, low=-4.0, high=9.0), names)
    option = names.case.options[1].short
    assert [choice.chosen for choice in found.figure.choices] == [option, names.horizons[names.last].name]
    assert f"Shown first: {option}" in found.figure.says
    assert found.figure.note == note_of(found, names)


def test_a_turn_of_the_sign_stands_in_the_chart_the_note_and_the_table(weighed, names):
    found = describe_dominance(change(weighed, names, low=-400.0, high=900.0, turns=True), names)
    (row,) = rows_of(found)
    assert (row["name"], row["low"], row["high"], row["turns"]) == (names.case.factors[0].name, -400, 900, "yes")
    assert "the sign turns for" in note_of(found, names)
    cells = next(cells for cells in found.turns.rows if cells[0] == names.case.factors[0].name)
    assert names.options[names.case.options[1].id].short in cells[3]


def test_a_turn_of_the_best_option_names_both(weighed, names):
    last = names.case.options[-1].id
    values = {"best_low": last, "best_high": names.case.baseline, "best_turns": True}
    found = describe_dominance(change(weighed, names, low=4.0, high=90.0, **values), names)
    (row,) = rows_of(found)
    assert row["name"].endswith(BEST)
    assert f"({names.call(last)} at ○, {names.call(names.case.baseline)} at ●)" in note_of(found, names)
    cells = next(cells for cells in found.turns.rows if cells[0] == names.case.factors[0].name)
    assert " or " in cells[4]


def test_where_nothing_turns_it_is_said_and_noise_is_named_and_not_ranked(weighed, names):
    found = describe_dominance(change(weighed, names, low=400.0, high=900.0), names)
    note = note_of(found, names)
    assert "no factor turns a sign" in note
    assert "No factor turns which option is best" in note
    idle = [names.running(one.name) for one in names.case.factors[1:]]
    assert f"not ranked: {'; '.join(idle)}." in note
    assert [cells[2] for cells in found.turns.rows].count("nothing beyond noise") == len(idle)


def test_the_band_lies_behind_every_bar_of_its_outcome(weighed, names):
    analysis = change(weighed, names, low=400.0, high=900.0)
    band = analysis.factors.sel(
        factor="subsoil", outcome=analysis.headline[0], option=names.case.options[1].id, horizon=names.last
    )
    found = describe_dominance(analysis, names)
    (row,) = rows_of(found)
    assert (row["behind_low"], row["behind_high"]) == pytest.approx((float(band["low"]), float(band["high"])), rel=1e-3)
    assert names.running(names.case.factors[2].name) in found.intro
    plain = names.case.model_copy(
        update={"factors": tuple(one.model_copy(update={"band": False}) for one in names.case.factors)}
    )
    none = describe_dominance(analysis, Names(plain))
    assert rows_of(none)[0]["behind_low"] is None
    assert "pale band" not in none.intro


def test_the_ends_say_which_way_their_members_lie(weighed, names):
    analysis = change(weighed, names, low=400.0, high=900.0)
    lean = analysis.factors["lean"].copy(deep=True)
    place = {"outcome": analysis.headline[0], "option": names.case.options[1].id, "horizon": names.last}
    lean.loc[{**place, "member": "flood_rate"}] = 0.8
    lean.loc[{**place, "member": "homes_hit"}] = -0.6
    found = describe_dominance(replace(analysis, factors=analysis.factors.assign(lean=lean)), names)
    assert rows_of(found)[0]["ends"] == "at ●: high floods; low homes hit by a flood"


def test_a_bar_too_small_to_see_is_left_out(weighed, names):
    digits = names.outcomes[weighed.analysis.headline[0]].digits
    analysis = change(weighed, names, low=0.0, high=0.4 * 10.0**-digits)
    assert rows_of(describe_dominance(analysis, names)) == []


def test_a_case_without_factors_has_no_such_part(weighed, names):
    bare = Names(names.case.model_copy(update={"factors": ()}))
    assert describe_dominance(weighed.analysis, bare) is None
