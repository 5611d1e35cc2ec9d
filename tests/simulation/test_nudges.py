from functools import cache

import everything
import numpy as np
import pytest
from everything import make_inputs, make_values
from pond import MODEL

from crossroads.case.files import load
from crossroads.sampling.futures import sample
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.nudges import call_function, draw_luck, make_nudges
from crossroads.simulation.plan import make_plan
from crossroads.simulation.situations import visit
from crossroads.simulation.vectors import Vectoriser

CODES = {"ground": 2}


@cache
def try_stage(mechanism, stage):
    case = load("toy")
    inputs = build_inputs(case)
    situations = visit(MODEL, inputs, sample(case, 32, 1).values)
    call = next(one for one in make_plan(MODEL, inputs, "projection").calls[stage] if one.mechanism == mechanism)
    seen = [one for one in situations if one.phase == "projection" and one.sees(stage)]
    return make_nudges(call, seen, inputs, CODES, Vectoriser())


def effects_of(trials, cause, effect):
    place = [source.name for source in trials.call.sources].index(cause)
    column = trials.move(place)[:, trials.call.gives.index(effect)]
    return column[np.isfinite(column)]


def test_a_linear_effect_has_the_same_slope_everywhere():
    trials = try_stage("pond", "after")
    slopes = effects_of(trials, "rain", "water")
    size = trials.sizes[[source.name for source in trials.call.sources].index("rain")]
    assert slopes == pytest.approx(np.full(len(slopes), size / trials.typical[0]))


def test_a_stock_is_measured_on_its_change_so_that_it_only_fades():
    slopes = effects_of(try_stage("pond", "after"), "water", "water")
    assert slopes.min() >= -0.31
    assert slopes.max() <= -0.19


def test_what_is_read_and_does_nothing_has_no_effect():
    assert np.abs(effects_of(try_stage("pond", "before"), "homes_hit", "rain")).max() == 0.0


def test_every_form_of_a_choice_is_tried_whatever_the_futures_say():
    trials = try_stage("pond", "before")
    place = [source.name for source in trials.call.sources].index("ground")
    assert {values[place] for values in trials.found} == {0, 1}
    changes = effects_of(trials, "ground", "seepage") * trials.typical[trials.call.gives.index("seepage")]
    assert sorted({round(float(change), 9) for change in changes}) == [-0.1, 0.1]


def test_rare_luck_is_averaged_to_its_expectation():
    trials = try_stage("fishing", "after")
    fish = next(p for p, source in enumerate(trials.call.sources) if source.name == "fish")
    people = next(p for p, source in enumerate(trials.call.sources) if source.name == "people_a_home")
    expected = 0.001 * trials.found[0][fish][:, 0, 0] * trials.found[0][people][:, 0, 0]
    assert trials.given[0][:, trials.call.gives.index("catch")] == pytest.approx(expected, rel=0.3)
    assert (effects_of(trials, "fish", "catch") > 0).all()


def test_cells_of_luck_fill_the_whole_of_it():
    for count in (0, 1, 3):
        luck, weights = draw_luck(count)
        assert weights.sum() == pytest.approx(1.0)
        assert luck.shape == (count, len(weights))
        assert ((luck > 0.0) & (luck < 1.0)).all()
    luck, weights = draw_luck(2)
    assert luck[0] @ weights == pytest.approx(0.5, abs=0.03)


def test_a_threshold_is_found_between_the_lowest_and_the_highest_that_was_seen():
    trials = try_stage("fishing", "after")
    water = next(p for p, source in enumerate(trials.call.sources) if source.name == "water")
    low, high = trials.ranges[water]
    assert low < 1.3 < high
    assert (effects_of(trials, "water", "heron") > 0).any()
    assert (effects_of(trials, "water", "heron") >= 0).all()


def test_what_is_never_negative_is_not_moved_below_nothing():
    trials = try_stage("pond", "before")
    place = [source.name for source in trials.call.sources].index("levee_height")
    moves = [np.asarray(move) for values in trials.found for move in trials._list_moves(place, values[place])]
    assert any(np.isnan(move).any() for move in moves)
    assert all(np.nanmin(move) >= 0.0 for move in moves if not np.isnan(move).all())


def test_an_effect_hangs_on_what_multiplies_it_and_not_on_what_is_added():
    trials = try_stage("reeds", "after")
    names = [source.name for source in trials.call.sources]
    reeds = trials.call.gives.index("reeds")
    assert trials.hangs_on(names.index("water"), names.index("overrun"))[reeds] == pytest.approx(0.1, rel=1e-6)
    assert trials.hangs_on(names.index("water"), names.index("frogs"))[reeds] == pytest.approx(0.0, abs=1e-6)


def test_a_call_is_added_over_units_and_averaged_over_luck():
    inputs = make_inputs()
    one = next(one for one in visit(everything.MODEL, inputs, make_values(1)) if not one.starting)
    call = next(c for c in make_plan(everything.MODEL, inputs, "projection").calls["unit"] if c.mechanism == "walls")
    values = tuple(np.atleast_1d(one.read(source))[None, :, None] for source in call.sources)
    by_hand = [
        call.function(*(np.float64(value[0, unit % value.shape[1], 0]) for value in values)) for unit in range(6)
    ]
    got = call_function(Vectoriser().turn(call.function), call, values)
    assert got[0] == pytest.approx([sum(getattr(each, name) for each in by_hand) for name in call.gives])
