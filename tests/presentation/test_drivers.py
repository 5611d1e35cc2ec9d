from dataclasses import replace

import pytest

from crossroads.presentation.answer import say_basis, write_answer
from crossroads.presentation.design import describe_design
from crossroads.presentation.drivers import NAMED, OWN, describe_influence
from crossroads.presentation.tables import Names

LEAST = 0.5


def at_last(weighed, names):
    return weighed.analysis.influence.sel(horizon=names.last)


def change(weighed, names, **values):
    """The analysis with one clear link set by hand: the first uncertainty, headline outcome and option."""
    found = weighed.analysis.influence.copy(deep=True)
    place = {
        "uncertainty": found["uncertainty"].values[0],
        "outcome": weighed.analysis.headline[0],
        "option": names.case.options[1].id,
        "horizon": names.last,
    }
    found["clear"][:] = False
    for name, value in {"clear": True, **values}.items():
        found[name] = found[name].astype(object) if isinstance(value, str) else found[name]
        found[name].loc[place] = value
    return replace(weighed.analysis, influence=found)


def judge(names, *, count):
    """The same case with `count` ranges of our own."""
    every = [
        one.model_copy(update={"basis": "judgement" if place < count else "entry"})
        for place, one in enumerate(names.case.uncertainties)
    ]
    return Names(names.case.model_copy(update={"uncertainties": tuple(every)}))


def test_influence_shows_nothing_that_is_not_clear_of_noise(weighed, names):
    found = describe_influence(weighed.analysis, names)
    clear = at_last(weighed, names)["clear"]
    known = {str(one) for one in clear["uncertainty"].values if bool(clear.sel(uncertainty=one).any())}
    assert found.rows
    assert {row.id for row in found.rows} <= known


def test_bars_are_the_widest_swing_of_each_uncertainty_in_order(weighed, names):
    found = {figure.id: figure for figure in describe_influence(weighed.analysis, names).figures}
    assert found
    for outcome in weighed.analysis.headline:
        cell = at_last(weighed, names).sel(outcome=outcome)
        swings = cell["swing"].where(cell["clear"]).max("option")
        least = LEAST * 10.0 ** -names.outcomes[outcome].digits
        wanted = sorted((float(one) for one in swings if one >= least), reverse=True)[:8]
        rows = found[f"influence-{outcome}"].rows if f"influence-{outcome}" in found else ()
        assert [abs(row[3] - row[2]) for row in rows] == pytest.approx(
            wanted, rel=1e-3, abs=1e-3 * max(wanted, default=0)
        )


def test_the_table_leads_with_the_widest_swing_against_the_range_of_all_options(weighed, names):
    cell = at_last(weighed, names)
    digits = [0.5 * 10.0 ** -names.outcomes[str(one)].digits for one in cell["outcome"].values]
    seen = cell["clear"] & (cell["swing"] >= cell["outcome"].copy(data=digits))
    widest = cell["relative"].where(seen).max(("outcome", "option"))
    sizes = [float(widest.sel(uncertainty=row.id)) for row in describe_influence(weighed.analysis, names).rows]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == float(widest.max())


def test_a_turn_of_the_sign_is_named_with_its_option(weighed, names):
    option, one = names.case.options[1], names.case.uncertainties[0]
    analysis = change(weighed, names, low=-400.0, high=900.0, swing=1300.0, relative=1.3, turns=True)
    found = describe_influence(analysis, names)
    (figure,), (row,) = found.figures, found.rows
    assert f"{names.running(one.name)} under {names.call(option.id)}" in figure.marks[0]
    assert figure.rows == ((one.name, option.short, -400.0, 900.0, "number", "yes"),)
    assert "the sign turns" in figure.alt
    assert (row.low.text, row.high.text, row.turns) == ("−400", "+900", True)
    assert "1.3 times the range" in row.says


def test_no_turn_is_told_where_there_is_none(weighed, names):
    analysis = change(weighed, names, low=400.0, high=900.0, swing=500.0, relative=0.5, turns=False)
    found = describe_influence(analysis, names)
    assert found.figures[0].marks == ()
    assert "No uncertainty alone turns" in found.figures[0].says
    assert "50\u202f% of the range" in found.rows[0].says
    assert "sign" not in found.rows[0].says


def test_a_choice_shows_which_choice_stands_at_each_end(weighed, names):
    values = {"low": 100.0, "high": 900.0, "swing": 800.0, "relative": 0.8, "turns": False}
    analysis = change(weighed, names, low_name="all_ones", high_name="stand_in", **values)
    found = describe_influence(analysis, names)
    assert found.figures[0].rows[0][4] == "choice"
    assert (found.rows[0].low.note, found.rows[0].high.note) == ("all ones", "stand in")
    assert "choice" in found.key


def test_only_so_many_turns_are_named_and_the_rest_is_counted(weighed, names):
    found = weighed.analysis.influence.copy(deep=True)
    for name, value in {"clear": True, "turns": True, "low": -400.0, "high": 900.0, "swing": 1300.0}.items():
        found[name][:] = value
    pairs = found.sizes["uncertainty"] * found.sizes["option"]
    assert pairs > NAMED
    figure = describe_influence(replace(weighed.analysis, influence=found), names).figures[0]
    assert f"with {pairs - NAMED} more such pair" in figure.marks[0]


def test_our_own_ranges_are_marked_in_charts_and_tables(weighed, names):
    own = judge(names, count=1)
    first = own.case.uncertainties[0]
    analysis = change(weighed, names, low=400.0, high=900.0, swing=500.0, relative=0.5, turns=False)
    found = describe_influence(analysis, own)
    assert found.figures[0].rows[0][0] == first.name + OWN
    assert found.rows[0].judged
    assert OWN in found.key
    assert OWN not in describe_influence(analysis, judge(names, count=0)).key
    rows = describe_design(own.case, [], own.colours).uncertainties
    assert [row.judged for row in rows] == [True] + [False] * (len(rows) - 1)


def test_the_answer_counts_our_own_ranges_and_the_marked_among_the_rest(weighed, names):
    every = names.case.uncertainties
    for count in (0, 1, len(every)):
        own = judge(names, count=count)
        marked = sum(
            any(own.evidence[name].needs_mark for name in one.evidence) for one in own.case.uncertainties[count:]
        )
        said = say_basis(own)
        assert said.startswith(f"{count or 'None'} of the {len(every)} uncertain ranges")
        assert (f"; {marked} of " in said) == (marked > 0)
        assert ("informed by evidence on something near" in said) == (count > 0)
    assert write_answer(weighed.analysis, names).notes[-1] == say_basis(names)
