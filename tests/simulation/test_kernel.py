from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cartels
import everything
import numpy as np
import pytest
from everything import MODEL, OUTCOMES, all_runs, make_inputs, make_values, run_plainly

from crossroads.case.files import load
from crossroads.errors import ModelError
from crossroads.simulation import scalar
from crossroads.simulation.arithmetic import maximum
from crossroads.simulation.contract import Mechanism, Model, Quantity, returns
from crossroads.simulation.kernel import compile_model
from crossroads.simulation.layout import build_inputs, count_history_weeks
from crossroads.simulation.models import load_model

WEEKS, PAST, MARKS = 104, 104, (1, 13, 60, 104)
VALUES = make_values(6)
RUNS = all_runs(6)


def compile_everything(model=MODEL, precision="float64", width=None, **changes):
    return compile_model(model, make_inputs(**changes), OUTCOMES, WEEKS, PAST, precision, width)


def play(engine, values=VALUES, runs=RUNS, marks=MARKS, threads=None):
    return engine.project(values, engine.history(values, threads), runs, marks, threads)


@pytest.fixture(scope="module")
def engine():
    return compile_everything()


@pytest.fixture(scope="module")
def short_engine():
    return compile_everything(precision="float32")


@pytest.fixture(scope="module")
def plain():
    return run_plainly(MODEL, VALUES, RUNS, MARKS, [name for name, _ in OUTCOMES])


def test_compiled_runs_are_those_of_plain_python(engine, plain):
    seen, years = plain
    assert engine.outcomes == tuple(name for name, _ in OUTCOMES)
    assert np.allclose(play(engine), seen, rtol=1e-9, atol=1e-12)
    history = engine.history(VALUES)
    assert history.outcomes == engine.history_outcomes == ("losses", "bands")
    assert history.yearly.shape == (6, 2, 2)
    assert np.allclose(history.yearly[RUNS[:, 0]], years, rtol=1e-9)


def test_short_numbers_come_close(short_engine, plain):
    assert play(short_engine).dtype == np.float32
    assert np.allclose(play(short_engine), plain[0], rtol=2e-5, atol=1e-6)


def test_the_toy_case_is_that_of_plain_python():
    case = load("toy")
    model, inputs = load_model(case), build_inputs(case)
    outcomes = [(outcome.id, outcome.reading) for outcome in case.outcomes]
    past = count_history_weeks(case)
    engine = compile_model(model, inputs, outcomes, case.weeks, past, "float64")
    middle = np.array(
        [
            [u.distribution.quantile(0.3) for u in case.uncertainties],
            [u.distribution.quantile(0.8) for u in case.uncertainties],
        ],
        dtype=float,
    )
    runs = np.array([(future, *pair) for future in range(2) for pair in np.argwhere(inputs.applicable)])
    marks = [1, 26, case.weeks]
    seen = engine.project(middle, engine.history(middle), runs, marks)
    for run, got in zip(runs, seen, strict=True):
        told = scalar.run(model, inputs, middle[run[0]], run[1], run[2], case.weeks, past)
        expected = [[told.read(name, reading, mark) for name, reading in outcomes] for mark in marks]
        assert np.allclose(got, expected, rtol=1e-9)


def test_a_structural_choice_branches_and_blocks_are_filled_with_care(short_engine):
    values = np.repeat(VALUES[:1], 2, axis=0)
    values[:, 1] = (0, 1)
    runs = all_runs(2)
    together = play(short_engine, values, runs)
    assert not np.allclose(together[runs[:, 0] == 0], together[runs[:, 0] == 1])
    for row in (0, 5, 11):
        assert np.array_equal(play(short_engine, values, runs[[row]])[0], together[row])


@pytest.mark.parametrize("threads", [1, 3])
def test_neither_threads_nor_order_nor_company_change_a_bit(short_engine, threads):
    values = make_values(40, seed=4)
    runs = all_runs(40)
    usual = play(short_engine, values, runs, threads=2)
    shuffle = np.random.default_rng(5).permutation(len(runs))
    assert np.array_equal(play(short_engine, values, runs[shuffle], threads=threads), usual[shuffle])
    assert np.array_equal(play(short_engine, values, runs[17:30], threads=threads), usual[17:30])


@pytest.mark.slow
def test_the_width_of_lanes_changes_no_bit(short_engine):
    assert np.array_equal(play(compile_everything(precision="float32", width=64)), play(short_engine))


def test_a_run_that_is_lost_touches_no_other(short_engine):
    values = VALUES.copy()
    values[2, 0] = np.nan
    clean, dirty = play(short_engine), play(short_engine, values)
    hit = RUNS[:, 0] == 2
    assert np.isnan(dirty[hit][:, :, :3]).all()
    assert np.array_equal(clean[~hit], dirty[~hit])


@pytest.mark.parametrize(
    "off", ["walls", *(pytest.param(name, marks=pytest.mark.slow) for name in ("mood", "bands"))]
)
def test_a_mechanism_that_is_off_reads_as_its_off_values(off):
    model = MODEL.without(off)
    engine = compile_everything(model)
    gone = {quantity.name for m in MODEL.mechanisms if m.name == off for quantity in m.outcomes}
    assert engine.outcomes == tuple(name for name, _ in OUTCOMES if name not in gone)
    few = RUNS[:6]
    seen, years = run_plainly(model, VALUES, few, MARKS, engine.outcomes)
    assert np.isfinite(seen).all()
    assert np.allclose(play(engine, runs=few), seen, rtol=1e-9, atol=1e-12)
    assert np.allclose(engine.history(VALUES).yearly[few[:, 0]], years, rtol=1e-9)


@pytest.mark.slow
def test_the_order_of_mechanisms_means_nothing(engine):
    turned = compile_everything(replace(MODEL, mechanisms=MODEL.mechanisms[::-1]))
    assert np.array_equal(play(turned), play(engine))


@pytest.mark.slow
def test_sums_over_neighbours_can_be_summed_up():
    walls = replace(
        everything.WALLS, sum_up=lambda wall, near_wall: everything.WallSums(walls=wall * near_wall)
    )
    model = replace(MODEL, mechanisms=tuple(walls if m.name == "walls" else m for m in MODEL.mechanisms))
    engine = compile_everything(model)
    seen, _ = run_plainly(model, VALUES, RUNS[:6], MARKS, engine.outcomes)
    assert np.allclose(play(engine, runs=RUNS[:6]), seen, rtol=1e-9, atol=1e-12)


def test_a_change_of_facts_or_options_needs_no_new_kernel(engine):
    begun = time.process_time()
    changed = {"facts": {"price": 7.0}, "schedules": make_inputs().schedules[[0, 2, 1]] * [1, 0.9, 1, 2, 0.5]}
    other = compile_everything(**changed)
    assert not np.array_equal(play(other), play(engine))
    assert time.process_time() - begun < 1.5
    seen, _ = run_plainly(MODEL, VALUES, RUNS[:6], MARKS, other.outcomes, make_inputs(**changed))
    assert np.allclose(play(other, runs=RUNS[:6]), seen, rtol=1e-9, atol=1e-12)


def test_marks_must_ascend_inside_the_projection(engine):
    history = engine.history(VALUES)
    for marks in ([0, 1], [5, 5], [1, WEEKS + 1]):
        with pytest.raises(ValueError, match="marks must ascend from 1 to at most 104"):
            engine.project(VALUES, history, RUNS, marks)


def test_no_runs_give_no_results(engine):
    assert play(engine, runs=RUNS[:0]).shape == (0, 4, 6)


def q(*names):
    return tuple(Quantity(name, "1", name) for name in names)


def make_model(after):
    start = returns("Start", q("money"))
    bank = Mechanism(
        "bank",
        "money",
        stocks=q("money"),
        outcomes=q("paid"),
        after=after,
        start=lambda first_size: start(money=first_size),
    )
    return Model("bank", (bank,))


After = returns("After", q("money"), q("paid"))


def test_a_model_without_units_and_without_a_history_runs():
    engine = compile_model(
        make_model(lambda money: After(money=money * 1.1, paid=1)), make_inputs(), [("paid", "rate")], 52
    )
    seen = engine.project(VALUES, engine.history(VALUES), RUNS, [52])
    assert seen[:, 0, 0] == pytest.approx(52)


def test_the_past_knows_no_option_and_no_opening():
    bank = make_model(lambda money, effort, stance: After(money=money + effort, paid=stance)).mechanisms[0]
    model = Model("bank", (replace(bank, history=True),))
    inputs = make_inputs(
        schedules=make_inputs().schedules[[2, 1, 0]], signals_of=np.array([[3.0, 0.0], [1.0, 0.0]])
    )
    engine = compile_model(model, inputs, [("paid", "rate")], 52, 52, "float64")
    history = engine.history(VALUES)
    assert history.state[:, 0] == pytest.approx(VALUES[:, 0] + 52 * 0.5)
    assert not history.yearly.any()
    assert engine.project(VALUES, history, RUNS[:2], [52])[:, 0, 0].tolist() == [156, 52]


def broken_after(money):
    if money > 3:
        return After(money=0.0, paid=0.0)
    return After(money=money, paid=money)


def test_what_cannot_be_compiled_is_told_with_its_place():
    with pytest.raises(ModelError, match=r"test_kernel.py:\d+ broken_after: cannot be compiled"):
        compile_model(make_model(broken_after), make_inputs(), [("paid", "rate")], 52)


def endless(money):
    return endless(money)


def test_a_function_that_calls_itself_is_refused():
    with pytest.raises(ModelError, match="endless calls itself"):
        compile_model(make_model(lambda money: After(money=endless(money), paid=1)), make_inputs(), [], 52)


@pytest.mark.slow
def test_ten_thousand_runs_of_150_groups_take_less_than_a_second():
    engine = compile_model(cartels.MODEL, cartels.INPUTS, cartels.READ, cartels.WEEKS)
    values = cartels.make_values(8192)
    history = engine.history(values)
    runs = np.zeros((8192, 3), dtype=np.int64)
    runs[:, 0] = np.arange(8192)
    rates = []
    for _ in range(3):
        begun = time.perf_counter()
        seen = engine.project(values, history, runs, [cartels.WEEKS])
        rates.append(8192 / (time.perf_counter() - begun))
    print(f"{max(rates):,.0f} runs a second of {cartels.WEEKS} weeks and {cartels.GROUPS} groups")
    assert np.isfinite(seen).all()
    assert max(rates) > 10_000


def test_the_groups_of_the_benchmark_are_those_of_numpy():
    values = cartels.make_values(3)
    engine = compile_model(cartels.MODEL, cartels.INPUTS, cartels.READ, cartels.WEEKS)
    runs = np.array([(future, 0, 0) for future in range(3)])
    seen = engine.project(values, engine.history(values), runs, [cartels.WEEKS])[:, 0]
    rho, eta, theta, omega, first = values.T[:, :, None]
    units = cartels.MODEL.units.values
    size, deaths = first * units["share"], 0.0
    strength = units["strength"]
    for _ in range(cartels.WEEKS):
        members = size.sum(axis=1)
        killed = theta * size * strength * ((size * strength).sum(axis=1, keepdims=True) - strength * size)
        deaths = deaths + killed.sum(axis=1)
        size = size + size * rho - size * eta / size.sum(axis=1, keepdims=True) - killed - omega * size**2
    assert np.allclose(seen, np.array([members, deaths]).T, rtol=1e-4)
    assert maximum(deaths.min(), 0) > 1000


@pytest.mark.slow
def test_options_and_reactions_of_a_future_face_the_same_luck_and_seeds_another():
    mood = replace(MODEL.mechanisms[1], after=everything.tell_news)
    model = replace(MODEL, mechanisms=(MODEL.mechanisms[0], mood, *MODEL.mechanisms[2:]))

    def play_news(seed):
        engine = compile_model(model, make_inputs(), OUTCOMES, WEEKS, PAST, "float64", seed=seed)
        return play(engine)[:, :, engine.outcomes.index("unrest")]

    told = play_news(1)
    futures = [told[RUNS[:, 0] == future] for future in range(6)]
    assert all((each == each[0]).all() for each in futures)
    assert len({each[0, 0] for each in futures}) == 6
    assert not np.isin(play_news(2), told).any()


def test_luck_belongs_to_the_number_of_a_future_and_not_to_its_row(engine):
    runs, numbers = all_runs(2), np.array([4, 5])
    past = engine.history(VALUES[4:], numbers=numbers)
    part = engine.project(VALUES[4:], past, runs, MARKS)
    assert np.array_equal(part, play(engine)[np.isin(RUNS[:, 0], numbers)])


def test_four_callers_at_once_get_their_own_right_answers(short_engine):
    runs = all_runs(20)
    askers = [make_values(20, seed=seed) for seed in range(4)]
    alone = [play(short_engine, values, runs, threads=1) for values in askers]
    with ThreadPoolExecutor(4) as callers:
        asked = [callers.submit(play, short_engine, values, runs) for values in askers * 3]
    assert all(np.array_equal(each.result(), right) for each, right in zip(asked, alone * 3, strict=True))


@pytest.mark.slow
def test_four_callers_may_compile_at_once(plain):
    def ask(precision):
        return play(compile_everything(precision=precision))

    with ThreadPoolExecutor(4) as callers:
        asked = [callers.submit(ask, precision) for precision in ("float32", "float64", "float64", "float32")]
    assert np.array_equal(asked[0].result(), asked[3].result())
    assert np.allclose(asked[1].result(), plain[0], rtol=1e-9, atol=1e-12)
    assert np.array_equal(asked[1].result(), asked[2].result())
