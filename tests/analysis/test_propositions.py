from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import make_column, make_values, make_weights
from made_up_claims import FEWER, claim_case, compare_with_nothing, make_part, make_readings, say

from crossroads.analysis.propositions import (
    Readings,
    collect_openings,
    collect_readings,
    hold,
    list_given,
    list_needed,
    list_openings,
    measure,
)
from crossroads.errors import WeighingError

NAN, INF = np.nan, np.inf
FORCE = {"outcome": "deaths", "option": "force", "horizon": "near"}


def check(holds, expected, **readings):
    np.testing.assert_array_equal(hold(say(**holds), make_readings(**readings)), expected)


NOW, THEN = [100, 100, 100, 0], [90, 100, 130, NAN]
TWO = {"deaths__now__near": NOW, "deaths__force__near": THEN}


@pytest.mark.parametrize(
    ("holds", "expected"),
    [
        (FORCE | {"at_most": 0}, [1, 1, 0, NAN]),
        (FORCE | {"at_least": 0}, [0, 1, 1, NAN]),
        (FORCE | {"at_most": -10}, [1, 0, 0, NAN]),
        (FORCE | {"at_least": 30, "percent": True}, [0, 0, 1, NAN]),
        (FORCE | {"at_most": 100, "against": "zero"}, [1, 1, 0, NAN]),
        (FORCE | {"option": ["force", "now"], "against": "zero", "at_least": 100}, [0, 1, 1, 0]),
        (FORCE | {"option": ["force", "now"], "against": "zero", "at_least": 100, "some": True}, [1, 1, 1, NAN]),
    ],
    ids=str,
)
def test_a_comparison_holds_in_some_futures(holds, expected):
    check(holds, expected, **TWO)


def test_a_number_may_be_measured_from_the_start_another_option_or_another_date():
    start = {"deaths": [80, 100]}
    values = {"deaths__now__near": [50, 50], "deaths__force__near": [90, 90], "deaths__probe__near": [70, 95],
              "deaths__now__far": [95, 85]}  # fmt: skip
    readings = make_readings(start=start, **values)
    for more, change in [
        ({"against": "start"}, [10, -10]),
        ({"against": "probe"}, [20, -5]),
        ({"against_horizon": "far"}, [-5, 5]),
        ({"against": "now"}, [40, 40]),
    ]:
        truth = measure(say(**FORCE, **more, at_least=0), readings)
        np.testing.assert_array_equal(truth.margin, change)
        assert truth.units == {"deaths"}


def test_what_is_measured_from_nothing_in_percent_rises_or_falls_without_end():
    change = [5, 0, -5]
    readings = make_readings(**{"deaths__now__near": [0, 0, 0], "deaths__force__near": change})
    truth = measure(say(**FORCE, at_least=10, percent=True), readings)
    np.testing.assert_array_equal(truth.margin, [INF, -10, -INF])
    np.testing.assert_array_equal(truth.holds, [1, 0, 0])
    assert truth.units == {"percent of deaths"}


def test_numbers_that_differ_by_rounding_alone_are_equal():
    near = np.float32(30_000) * (1 + np.float32([-1e-7, 1e-7]))
    readings = make_readings(**{"deaths__now__near": [30_000, 30_000], "deaths__force__near": near})
    for bound in ("at_most", "at_least"):
        np.testing.assert_array_equal(hold(say(**FORCE, **{bound: 0}), readings), [1, 1])
    halved = make_readings(**{"deaths__now__near": [3.0], "deaths__force__near": [1.5 * (1 + 1e-8)]})
    for bound in ("at_most", "at_least"):
        assert hold(say(**FORCE, **{bound: -50}, percent=True), halved) == 1


def test_a_sum_adds_its_terms_as_often_as_they_say():
    terms = [FORCE, {**FORCE, "option": "now", "times": -0.5}]
    np.testing.assert_array_equal(measure(say(sum=terms, at_least=50), make_readings(**TWO)).margin, [-10, 0, 30, NAN])


def test_a_share_of_nothing_does_not_hold_and_of_the_unknown_is_unknown():
    values = {"deaths__force__near": [3, 3, 3, NAN, 3], "deaths__now__near": [4, 0, -1, 0, NAN]}
    readings = make_readings(**values)
    ratio = {"sum": [FORCE], "share_of": [{**FORCE, "option": "now"}]}
    low, high = measure(say(**ratio, at_least=0.5), readings), measure(say(**ratio, at_most=1), readings)
    np.testing.assert_array_equal(low.holds, [1, 0, 0, NAN, NAN])
    np.testing.assert_array_equal(high.holds, [1, 0, 0, NAN, NAN])
    np.testing.assert_array_equal(low.margin, [0.25, -INF, -INF, NAN, NAN])


def test_chances_of_openings_are_added():
    openings = {("force", "agree"): [0.2, 0.5], ("force", "protest"): [0.3, 0.1]}
    readings = make_readings(openings=openings)
    both = {"openings": ["agree", "protest"], "option": "force"}
    np.testing.assert_array_equal(hold(say(sum=[both], at_least=0.55), readings), [0, 1])
    assert measure(say(sum=[both], at_least=0.55), readings).units == {"chance"}


def test_a_stance_is_read_where_it_is_named_or_given_but_never_for_the_baseline_option():
    values = {
        "deaths__now__near": [10],
        "deaths__now__near__protest": [99],
        "deaths__force__near": [20],
        "deaths__force__near__protest": [30],
        "deaths__force__near__agree": [5],
    }
    readings = make_readings(**values)
    plain, named = say(**FORCE, at_most=0), say(**FORCE, stance="agree", at_most=0)
    assert measure(plain, readings).margin == -10
    assert measure(plain, readings, "protest").margin == -20
    assert measure(named, readings).margin == measure(named, readings, "protest").margin == 5
    against = say(**FORCE, against_stance="protest", at_most=0)
    assert measure(against, readings).margin == 79


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [(1, 1, 1, 1), (1, 0, 0, 1), (0, 0, 0, 0), (1, NAN, NAN, 1), (0, NAN, 0, NAN), (NAN, NAN, NAN, NAN)],
)
def test_what_is_unknown_is_decided_only_by_what_is_known(one, other, both, either):
    values = {1: -5.0, 0: 5.0}
    readings = make_readings(
        **{
            "deaths__now__near": [0],
            "deaths__force__near": [values.get(one, NAN)],
            "deaths__probe__near": [values.get(other, NAN)],
        }
    )
    parts = [FEWER, FEWER | {"option": "probe"}]
    for order in (parts, parts[::-1]):
        assert_same(hold(say(all=order), readings), both)
        assert_same(hold(say(any=order), readings), either)
    assert_same(hold(say(**{"not": FEWER}), readings), 1 - one)


def assert_same(found, expected):
    np.testing.assert_array_equal(found, [expected])


def test_the_margin_of_what_is_joined_is_that_of_the_part_that_binds():
    readings = make_readings(
        **{"deaths__now__near": [0, 0], "deaths__force__near": [-5, 5], "deaths__probe__near": [-2, -2]}
    )
    parts = [FEWER, FEWER | {"option": "probe"}]
    np.testing.assert_array_equal(measure(say(all=parts), readings).margin, [2, -5])
    np.testing.assert_array_equal(measure(say(any=parts), readings).margin, [5, 2])
    np.testing.assert_array_equal(measure(say(**{"not": parts[0]}), readings).margin, [-5, 5])


def test_margins_in_different_units_are_compared_in_their_own_sizes():
    values = {"deaths__now__near": [0, 0, 0], "deaths__force__near": [-1000, -500, -2000],
              "trust__now__near": [0, 0, 0], "trust__force__near": [1, 2, 4]}  # fmt: skip
    parts = [FEWER, {"outcome": "trust", "option": "force", "horizon": "near", "at_least": 0}]
    truth = measure(say(all=parts), make_readings(**values))
    assert truth.units == {"deaths", "trust"}
    np.testing.assert_allclose(truth.margin, [0.5, 0.5, 2])  # medians 1000 and 2
    np.testing.assert_array_equal(truth.holds, [1, 1, 1])


def test_what_was_not_read_is_refused_with_its_name():
    readings = make_readings(**{"deaths__force__near": [1]})
    with pytest.raises(WeighingError, match="no deaths of now at near in these runs"):
        hold(say(**FEWER), readings)
    with pytest.raises(WeighingError, match="of force at near, given agree"):
        hold(say(**FEWER, stance="agree"), readings)
    with pytest.raises(WeighingError, match="start of deaths was not read"):
        hold(say(**FEWER, against="start"), readings)
    with pytest.raises(WeighingError, match="How likely agree answers force"):
        hold(say(sum=[{"openings": ["agree"], "option": "force"}], at_least=1), readings)


def test_what_is_needed_is_what_is_named_and_what_it_is_measured_from():
    case = claim_case()
    plain = {("deaths", "force", "near", "all"), ("deaths", "now", "near", "all")}
    given_one = {("deaths", "force", "near", stance) for stance in ("agree", "protest")}
    assert list_needed(case, [make_part()]) == plain | given_one
    start = make_part(holds=FEWER | {"against": "start", "stance": "agree"})
    assert list_needed(case, [start]) == {("deaths", "force", "near", "agree")}
    terms = [FORCE | {"stance": "agree", "horizon": "far"}, {"openings": ["hit"], "option": "probe"}]
    assert list_needed(case, [make_part(holds={"sum": terms, "at_least": 0})]) == {("deaths", "force", "far", "agree")}
    assert list_openings([make_part(holds={"sum": terms, "at_least": 0})]) == {("probe", "hit")}


def test_stances_are_given_where_they_make_sense_under_every_option_without_one():
    case = claim_case()
    assert list_given(case, make_part()) == ("agree", "protest")
    assert list_given(case, make_part(holds=FEWER | {"option": ["force", "care"]})) == ("agree",)  # care is quiet
    assert list_given(case, make_part(holds=FEWER | {"against": "care"})) == ("agree",)
    assert list_given(case, make_part(holds=FEWER | {"stance": "agree"})) == ()
    assert list_given(case, make_part(holds=FEWER | {"option": "now", "against": "start"})) == ()


def test_readings_know_which_parts_they_can_tell():
    readings = compare_with_nothing([1.0, -1.0])
    assert readings.knows(make_part())
    assert not readings.knows(make_part(), "agree")
    assert not readings.knows(make_part(holds=FEWER | {"horizon": "far"}))
    assert not readings.knows(make_part(holds=FEWER | {"against": "start"}))
    assert not readings.knows(make_part(holds={"sum": [{"openings": ["hit"], "option": "force"}], "at_least": 0}))


def test_readings_are_collected_from_a_column_as_it_averages_them():
    case = claim_case()
    column = make_column(case, weights=make_weights(case))
    needed = list_needed(case, [make_part()]) | {
        ("deaths", "care", "far", "agree"),
        ("deaths", "probe", "far", "all"),
        ("trust", "force", "near", "all"),
        ("deaths", "force", "near", "nobody"),
    }
    found = collect_readings(column, case, needed)
    assert set(found) == {key for key in needed if key[0] == "deaths" and key[1] != "probe" and key[3] != "nobody"}
    stances = ("all", *column.weights.stances)
    for (_, option, horizon, stance), values in found.items():
        place = (column.weights.options.index(option), stances.index(stance), ["near", "far"].index(horizon))
        np.testing.assert_array_equal(values, column.averages[:, *place][None])


def test_readings_collected_block_by_block_are_those_of_the_whole(monkeypatch):
    case = claim_case()
    needed = list_needed(case, [make_part()])
    column = make_column(case, weights=make_weights(case))
    whole = collect_readings(column, case, needed)
    monkeypatch.setattr("crossroads.analysis.columns.BLOCK", 24)
    parts = collect_readings(make_column(case, weights=make_weights(case)), case, needed)
    assert parts.keys() == whole.keys()
    for key, values in whole.items():
        np.testing.assert_array_equal(parts[key], values)


def play_two_games(case):
    """Weights under which the grim view expects protest, and all others agreement."""
    weights = make_weights(case)
    protest = np.array([weights.reactions[reaction].startswith("protest") for reaction in weights.pairs[:, 1]])
    calm = np.where(protest, 0.0, 1.0)[:, None] * np.ones((1, 64))
    grim = np.where(protest | (weights.pairs[:, [0]] == 2)[:, 0], 1.0, 0.0)[:, None] * np.ones((1, 64))
    return weights.play([calm, grim], [0, 0, 1])


def test_each_game_has_readings_and_openings_of_its_own():
    case = claim_case()
    weights = play_two_games(case)
    column = make_column(case, make_values(case), weights)
    key = ("deaths", "force", "near", "all")
    found = collect_readings(column, case, {key})[key]
    given_one = {stance: collect_readings(make_column(case, make_values(case)), case, {(*key[:3], stance)})
                 for stance in ("agree", "protest")}  # fmt: skip
    assert found.shape == (2, 64)
    np.testing.assert_allclose(found[0], given_one["agree"][*key[:3], "agree"][0])
    np.testing.assert_allclose(found[1], given_one["protest"][*key[:3], "protest"][0])
    chances = collect_openings(weights, {("force", "agree"), ("force", "hit"), ("care", "protest"), ("probe", "hit")})
    assert set(chances) == {("force", "agree"), ("force", "hit"), ("care", "protest")}
    np.testing.assert_array_equal(chances["force", "agree"], np.repeat([[1.0], [0.0]], 64, axis=1))
    np.testing.assert_allclose(chances["force", "hit"], 0.5)
    np.testing.assert_array_equal(chances["care", "protest"], 0)


def test_openings_are_as_likely_as_the_mix_says_until_the_game_is_solved():
    chances = collect_openings(make_weights(claim_case()), {("care", "hit"), ("force", "protest")})
    np.testing.assert_allclose(chances["care", "hit"], 0.25)
    np.testing.assert_allclose(chances["force", "protest"], 0.5)


numbers = st.lists(st.one_of(st.integers(-3, 3).map(float), st.just(NAN)), min_size=6, max_size=6)
clauses = st.tuples(st.sampled_from(["force", "probe"]), st.sampled_from(["at_least", "at_most"]), st.integers(-3, 3))
trees = st.recursive(
    clauses.map(lambda each: FORCE | {"option": each[0], each[1]: each[2]}),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda several: {"all": several}),
        st.lists(inner, min_size=1, max_size=3).map(lambda several: {"any": several}),
        inner.map(lambda one: {"not": one}),
    ),
    max_leaves=5,
)


def draw_readings(force, probe) -> Readings:
    return compare_with_nothing(force, deaths__probe__near=probe)


@settings(max_examples=40, deadline=None)
@given(trees, numbers, numbers)
def test_not_not_a_proposition_is_the_proposition(tree, force, probe):
    readings = draw_readings(force, probe)
    once, twice = measure(say(**tree), readings), measure(say(**{"not": {"not": tree}}), readings)
    np.testing.assert_array_equal(once.holds, twice.holds)
    np.testing.assert_array_equal(once.margin, twice.margin)


@settings(max_examples=40, deadline=None)
@given(trees, trees, numbers, numbers)
def test_the_laws_of_de_morgan_hold_with_what_is_unknown(one, other, force, probe):
    readings = draw_readings(force, probe)
    neither = hold(say(**{"not": {"any": [one, other]}}), readings)
    np.testing.assert_array_equal(neither, hold(say(all=[{"not": one}, {"not": other}]), readings))
    not_both = hold(say(**{"not": {"all": [one, other]}}), readings)
    np.testing.assert_array_equal(not_both, hold(say(any=[{"not": one}, {"not": other}]), readings))


@settings(max_examples=40, deadline=None)
@given(trees, numbers, numbers)
def test_the_sign_of_the_margin_is_the_truth(tree, force, probe):
    truth = measure(say(**tree), draw_readings(force, probe))
    known = ~np.isnan(truth.holds)
    np.testing.assert_array_equal(np.isnan(truth.margin), ~known)
    assert (truth.margin[known & (truth.holds == 1)] >= 0).all()
    assert (truth.margin[known & (truth.holds == 0)] <= 0).all()


@settings(max_examples=40, deadline=None)
@given(numbers, st.floats(-3, 3), st.floats(0, 3), st.booleans())
def test_a_lower_bar_is_cleared_wherever_a_higher_one_is(force, bar, more, percent):
    readings = make_readings(**{"deaths__now__near": [3.0] * 6, "deaths__force__near": force})
    high, low = (hold(say(**FORCE, at_least=each, percent=percent), readings) for each in (bar + more, bar))
    assert (np.nan_to_num(high) <= np.nan_to_num(low)).all()


@settings(max_examples=30, deadline=None)
@given(trees, numbers, numbers)
def test_names_of_options_do_not_matter(tree, force, probe):
    def rename(each):
        if isinstance(each, dict):
            return {key: rename(value) for key, value in each.items()}
        swapped = {"force": "probe", "probe": "force"}
        return [rename(one) for one in each] if isinstance(each, list) else swapped.get(each, each)

    turned = measure(say(**rename(tree)), draw_readings(probe, force))
    truth = measure(say(**tree), draw_readings(force, probe))
    np.testing.assert_array_equal(truth.holds, turned.holds)
    np.testing.assert_array_equal(truth.margin, turned.margin)


@settings(max_examples=30, deadline=None)
@given(trees, numbers, numbers, st.permutations(range(6)))
def test_a_future_is_judged_by_itself(tree, force, probe, order):
    truth = hold(say(**tree), draw_readings(force, probe))
    mixed = hold(say(**tree), draw_readings(np.array(force)[order], np.array(probe)[order]))
    np.testing.assert_array_equal(truth[order], mixed)


def test_games_are_judged_side_by_side():
    change = np.array([[1.0, -1.0, NAN], [-1.0, 1.0, 2.0]])
    readings = compare_with_nothing(change)
    np.testing.assert_array_equal(hold(say(**FEWER), readings), [[0, 1, NAN], [1, 0, 0]])
    mixed = replace(readings, start={"deaths": np.zeros(3)})
    np.testing.assert_array_equal(hold(say(**FEWER, against="start"), mixed), [[0, 1, NAN], [1, 0, 0]])
