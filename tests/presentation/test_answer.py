from dataclasses import replace

import pytest

from crossroads.analysis.judgement import Effect, Flip
from crossroads.analysis.paths import Crossing
from crossroads.presentation.answer import find_best_at_all, find_firsts, say_effect, write_answer
from crossroads.presentation.charts import is_sayable, say_crossing
from crossroads.presentation.summary import summarise, write_mark
from crossroads.presentation.tables import MIXTURE


def effect(weighed, **more) -> Effect:
    first = next(one for judgement in weighed.analysis.judgements for one in judgement.effects)
    return replace(first, **more)


def words_of(answer) -> str:
    lines = [*answer.lines, *(line for card in (*answer.families, *answer.cards) for line in card.lines)]
    return " ".join(lines)


def test_the_first_sentence_is_about_no_option_being_best_unless_one_is(weighed, names):
    best = find_best_at_all(weighed.analysis, names)
    first = write_answer(weighed.analysis, names).lines[0]
    assert ("No option is best at everything" in first) == (not best)
    assert all(names.call(option) in first for option in best)


@pytest.mark.parametrize(
    ("mean", "low", "high", "told"),
    [
        (-1013.0, -1700.0, -400.0, "1,000 fewer (400 to 1,700 fewer in 8 of 10 runs)"),
        (1080.0, 130.0, 2600.0, "1,100 more (100 to 2,600 more in 8 of 10 runs)"),
        (500.0, -300.0, 1200.0, "500 more (300 fewer to 1,200 more in 8 of 10 runs)"),
        (-500.0, -1200.0, 300.0, "500 fewer (300 more to 1,200 fewer in 8 of 10 runs)"),
    ],
)
def test_an_effect_reads_in_words_without_signs(weighed, names, mean, low, high, told):
    outcome = next(one for one in names.case.outcomes if one.digits == 0 and not one.unit.startswith("index"))
    option = names.case.options[1]
    said = say_effect(option.id, effect(weighed, outcome=outcome.id, mean=mean, low=low, high=high), names)
    assert said == f"{names.call(option.id)} {told}"


def test_who_is_in_front_is_nobody_clearly_behind(weighed, names):
    for outcome in weighed.analysis.headline:
        firsts = find_firsts(weighed.analysis, outcome, names.last)
        pairs = weighed.analysis.pairs.sel(view=MIXTURE, outcome=outcome, horizon=names.last)
        for option in names.options:
            gains = pairs.sel(option=option)
            behind = bool(((gains["gain"] < 0) & gains["apart"]).any())
            assert behind == (option not in firsts)


def test_the_answer_names_its_condition_and_every_option(weighed, names):
    answer = write_answer(weighed.analysis, names)
    assert "judgement" in answer.condition
    assert names.baseline in answer.condition
    assert {row.option for row in answer.summary.rows} == set(names.options) - {names.case.baseline}
    for option in names.case.options:
        if option.id != names.case.baseline:
            assert option.short in words_of(answer)


def test_marks_agree_with_the_readings_of_the_analysis(weighed, names):
    found = summarise(weighed.analysis, names)
    tones = {"better": {"up", "off"}, "worse": {"down", "off"}, "not told apart": {"off"}, "not known": {""}}
    judged = {one.option: one for one in weighed.analysis.judgements}
    checked = 0
    for row in found.rows:
        effects = {(one.outcome, one.horizon): one for one in judged[row.option].effects}
        keys = [(o, h) for o in weighed.analysis.headline for h in dict.fromkeys((names.near, names.last))]
        for key, mark in zip(keys, row.marks, strict=True):
            assert mark.tone in tones[effects[key].reading]
            checked += mark.tone in ("up", "down")
    assert checked


@pytest.mark.parametrize(
    ("mean", "percent", "reading", "text"),
    [
        (-5.0, -12.0, "better", "▼ −12"),
        (5.0, 12.0, "worse", "▲ +12"),
        (5.0, 12.0, "not told apart", "≈"),
        (0.0001, 0.0001, "worse", "≈"),
        (float("nan"), None, "not known", "–"),
    ],
)
def test_a_mark_shows_the_way_and_never_ranks_what_cannot_be_told_apart(weighed, names, mean, percent, reading, text):
    one = effect(weighed, mean=mean, percent=percent, reading=reading)
    assert write_mark(one, names).text.startswith(text)


def test_a_flip_names_both_sides(weighed, names):
    option = names.case.options[1].id
    outcome = weighed.analysis.headline[0]
    views = list(names.views)
    flip = Flip(outcome, "view", names.last, (views[1],), (views[2],))
    judgements = tuple(
        replace(one, flips=(flip,)) if one.option == option else one for one in weighed.analysis.judgements
    )
    said = words_of(write_answer(replace(weighed.analysis, judgements=judgements), names))
    assert f"better under {names.views[views[1]]}; worse under {names.views[views[2]]}" in said


def test_a_crossing_is_told_the_way_it_turns(weighed, names):
    option, outcome = names.case.options[1], names.outcomes[weighed.analysis.headline[0]]
    size = 10.0 ** (2 - outcome.digits)
    one = Crossing(option.id, outcome.id, MIXTURE, "all", names.near, names.last, -size, 0.1, size, 0.1, False)
    said = say_crossing(one, names, whole=True)
    assert said.index("better than") < said.index("worse after")
    assert option.short in said
    assert is_sayable(one, names)
    assert not is_sayable(replace(one, before=-0.01 * 10.0**-outcome.digits), names)


def test_names_keep_their_capital_where_they_are_proper(names):
    assert names.running("Homicides") == "homicides"
    assert names.running("U.S. overdoses") == "U.S. overdoses"
    assert names.running("GDP lost") == "GDP lost"
