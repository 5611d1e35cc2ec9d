"""Gates that open the steps of options, in plain Python and compiled."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import tides
from tides import MODEL, OPTIONS, OUTCOMES, WHEN, make_inputs, make_values, q

from crossroads.errors import ModelError
from crossroads.simulation import scalar
from crossroads.simulation.contract import Mechanism, Model, returns
from crossroads.simulation.kernel import compile_model

WEEKS, PAST, MARKS = 60, 20, (1, 2, 11, 30, 60)
VALUES = make_values(6)
RUNS = np.array(list(product(range(6), range(len(OPTIONS)), range(2))))


def run(option, values=None, reaction="low", model=MODEL, **changes):
    values = VALUES[0] if values is None else values
    return scalar.run(model, make_inputs(**changes), values, option, reaction, WEEKS, PAST)


def compile_tides(precision="float64", model=MODEL, width=None, **changes):
    return compile_model(model, make_inputs(**changes), OUTCOMES, WEEKS, PAST, precision, width)


def play(engine, runs=RUNS, values=VALUES, threads=None):
    return engine.project(values, engine.history(values), runs, MARKS, threads)


def play_plainly(model=MODEL, runs=RUNS, outcomes=OUTCOMES, **changes):
    told = [
        scalar.run(model, make_inputs(**changes), VALUES[future], option, reaction, WEEKS, PAST, future=future)
        for future, option, reaction in runs.tolist()
    ]
    return np.array([[[each.read(*read, mark) for read in outcomes] for mark in MARKS] for each in told])


@pytest.fixture(scope="module")
def engine():
    return compile_tides()


def rows_of(*options):
    return np.isin(RUNS[:, 1], [OPTIONS.index(option) for option in options])


def with_watch(switch):
    """The model with another watch."""
    pool, watch = MODEL.mechanisms
    return replace(MODEL, mechanisms=(pool, replace(watch, switch=switch)))


def test_a_gate_opens_above_its_limit_and_closes_below_it_again():
    told, limit = run("pump_when_high"), VALUES[0, 1]
    high = np.array(told.projection.sums["level"][:-1]) > limit
    assert told.projection.gates["alarm"] == high.astype(float).tolist()
    assert high[0]
    assert not high[-1]
    opened = np.diff(told.projection.gates["alarm"])
    assert (opened > 0).sum() >= 3
    assert (opened < 0).sum() >= 3


def test_a_lever_is_what_it_would_be_without_the_gate_while_it_is_open_and_at_its_baseline_while_it_is_not():
    told = run("pump_when_high").projection
    alarm = np.array(told.gates["alarm"])
    free = np.array(run("pump").projection.columns["pumps"])
    assert free[:6].tolist() == pytest.approx([0, 0, 0.1, 0.2, 0.3, 0.3])
    assert told.columns["pumps"] == (free * alarm).tolist()
    assert told.columns["crew"] == np.where(alarm == 1, 4.0, 1.0).tolist()
    assert told.outcomes["spent"] == told.columns["crew"]


def test_a_gate_that_is_half_open_gives_half_the_change():
    told = run("strict").projection
    shares = np.array(told.gates["rested"])
    assert 0.8 < shares.min() < shares.max() < 1
    assert told.columns["pumps"] == pytest.approx(np.where(np.arange(WEEKS) < 40, 0.2 * shares, 0.0))
    assert len(set(shares[:40])) > 5


def test_a_gate_is_worked_out_from_what_the_week_before_left():
    told = run("strict").projection
    assert told.gates["rested"] == pytest.approx(np.exp(-np.array(told.stocks["tired"][:-1])))
    assert told.gates["calm"] == [0.0] * 10 + [1.0] * (WEEKS - 10)


def test_what_a_switch_gives_counts_from_closed_to_open():
    wild = with_watch(lambda week: tides.WatchGates(alarm=week * 0.5 - 1.0, calm=-week))
    told = run("pump_when_high", model=wild).projection
    assert told.gates["alarm"] == np.clip(np.arange(WEEKS) * 0.5 - 1, 0, 1).tolist()
    assert not any(told.gates["calm"])
    assert told.columns["crew"] == (1 + 3 * np.array(told.gates["alarm"])).tolist()


def test_a_switch_reads_levers_of_its_own_week_and_gated_ones_as_the_week_before_left_the_gate():
    seen = []

    def look(pumps, crew, week, level, limit):
        seen.append((float(week), float(pumps), float(crew)))
        return tides.WatchGates(alarm=0.0 + (level > limit), calm=0.0)

    told = run("pump_when_high", model=with_watch(look), gates={("pump_when_high", "crew"): "alarm"}).projection
    assert [week for week, *_ in seen] == list(range(WEEKS))
    assert [pumps for _, pumps, _ in seen] == told.columns["pumps"]
    assert seen[0][2] == 1.0
    assert told.columns["crew"][0] == 4.0
    assert [crew for *_, crew in seen[1:]] == told.columns["crew"][:-1]


def test_the_past_has_no_gates_and_reads_them_as_off():
    told, closed = run("pump_when_high"), replace(MODEL, mechanisms=tuple(map(close, MODEL.mechanisms)))
    assert told.history.gates == {}
    ratio = np.array(told.history.rates["rain"]) / run("keep", model=closed).history.rates["rain"]
    assert ratio == pytest.approx(np.full(PAST, (1 - 0.1 * 0.25) * (1 + 0.1 * 0.5)))
    assert run("keep").history.stocks == run("pump_when_high", gates={}).history.stocks == told.history.stocks


def close(mechanism):
    return replace(mechanism, gates=tuple(replace(gate, off=0.0) for gate in mechanism.gates))


def test_a_gate_of_a_mechanism_that_is_off_stands_at_its_off_value():
    model = MODEL.without("watch")
    told = run("pump_when_high", model=model).projection
    assert told.gates.keys() == {"rested"}
    assert told.columns["pumps"][5] == pytest.approx(0.3 * 0.25)
    assert told.columns["crew"] == [1 + 3 * 0.25] * WEEKS


@pytest.mark.slow
def test_a_gate_that_is_off_is_so_for_the_compiler_too():
    model, runs = MODEL.without("watch"), RUNS[:20]
    compiled = play(compile_tides(model=model), runs)
    assert np.allclose(compiled, play_plainly(model, runs, OUTCOMES[:2]), rtol=1e-12, atol=1e-12)


def test_compiled_gates_are_those_of_plain_python(engine):
    runs = RUNS[::3]
    assert set(runs[:, 1]) == set(range(len(OPTIONS)))
    assert np.allclose(play(engine, runs), play_plainly(runs=runs), rtol=1e-12, atol=1e-12)


def test_one_future_opens_the_gate_where_another_does_not(engine):
    alarms = play(engine)[rows_of("pump_when_high"), -1, 2]
    assert len(np.unique(alarms)) > 3


@pytest.mark.parametrize("precision", [pytest.param("float32", marks=pytest.mark.slow), "float64"])
def test_an_option_is_the_same_bit_for_bit_whatever_other_options_gate(precision):
    told = {}
    for gates in ({}, {("keep", "margin"): "alarm"}, {("pump", "pumps"): "alarm"}, WHEN):
        told[len(told)] = play(compile_tides(precision, gates=gates))
    none, idle, pumps, usual = told.values()
    assert np.array_equal(idle, none)
    others = ~rows_of("pump")
    assert np.array_equal(pumps[others], none[others])
    assert not np.array_equal(pumps[~others], none[~others])
    free = rows_of("keep", "pump")
    assert np.array_equal(usual[free], none[free])


def test_with_and_without_its_gate_an_option_is_another(engine):
    free = play(compile_tides(gates={}))
    for name in ("pump_when_high", "crew_when_calm", "strict"):
        assert not np.array_equal(free[rows_of(name)], play(engine)[rows_of(name)])
    assert np.array_equal(free[rows_of("pump_when_high")], free[rows_of("pump")])


@pytest.mark.parametrize("threads", [1, 3])
def test_gates_change_no_bit_with_threads_order_or_company(engine, threads):
    values = make_values(40, seed=4)
    runs = np.array(list(product(range(40), range(len(OPTIONS)), range(2))))
    usual = play(engine, runs, values, threads=2)
    shuffle = np.random.default_rng(5).permutation(len(runs))
    assert np.array_equal(play(engine, runs[shuffle], values, threads=threads), usual[shuffle])
    assert np.array_equal(play(engine, runs[17:30], values, threads=threads), usual[17:30])


@pytest.mark.slow
@pytest.mark.parametrize("width", [8, 64])
def test_gates_change_no_bit_with_the_width_of_lanes(width):
    assert np.array_equal(play(compile_tides("float32", width=width)), play(compile_tides("float32")))


def test_the_order_of_mechanisms_means_nothing_to_gates():
    turned = replace(MODEL, mechanisms=MODEL.mechanisms[::-1])
    assert run("strict", model=turned).projection.gates == run("strict").projection.gates


@pytest.mark.slow
def test_a_gate_that_is_lost_loses_the_runs_that_it_opens_and_no_other():
    values = VALUES.copy()
    values[2, 1] = np.nan
    lost = with_watch(lambda limit: tides.WatchGates(alarm=limit * 0.0, calm=0.0))
    seen = play(compile_tides(model=lost), values=values)
    hit = (RUNS[:, 0] == 2) & rows_of("pump_when_high")
    assert np.isnan(seen[hit][:, :, 3]).all()
    assert np.isfinite(seen[RUNS[:, 0] != 2]).all()
    assert np.isfinite(seen[~hit][:, :, 3]).all()


def bank(**changes):
    """Money, and a gate that nothing but the mechanism itself may give."""
    gates, start = q("open"), returns("Start", q("money"))
    after = returns("After", q("money"))
    told = Mechanism(
        "bank",
        "money",
        stocks=q("money"),
        gates=gates,
        start=lambda limit: start(money=limit),
        switch=lambda money: returns("Gates", gates)(open=money),
        after=lambda money: after(money=money),
    )
    return Model("bank", (replace(told, **changes),))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"switch": None}, "bank.switch: open is declared, and there is no switch to give it. Write switch"),
        ({"gates": ()}, "there is a switch, and no gate that it gives. Declare its gates, or take it out"),
        ({"switch": lambda speed: None, "rates": q("speed"), "before": lambda: None}, "speed is a rate, which switch"),
        ({"switch": lambda open: None}, "open is a gate, which switch cannot read. switch reads constant, stock, sum"),
        ({"start": lambda open: None}, "open is a gate, which start cannot read"),
    ],
)  # fmt: skip
def test_a_switch_that_breaks_the_contract_is_told_with_the_way_out(changes, told):
    with pytest.raises(ModelError) as caught:
        run("keep", model=bank(**changes), gates={})
    assert told in str(caught.value)


def test_a_switch_sees_no_luck():
    with pytest.raises(ModelError, match="weather is a chance, which switch cannot see"):
        run("keep", model=with_watch(lambda weather: None))


def test_a_step_with_a_gate_that_no_mechanism_has_is_told_with_the_nearest():
    with pytest.raises(ModelError) as caught:
        compile_tides(gates={("pump", "pumps"): "alarms", ("pump", "crew"): "alarms", ("strict", "crew"): "door"})
    told = [str(problem) for problem in caught.value.problems]
    assert told == [
        "case.yaml options.pump.steps: a step has the gate alarms, and the model has no gate of this name. "
        "Did you mean alarm?",
        "case.yaml options.strict.steps: a step has the gate door, and the model has no gate of this name. "
        "Declare it in a mechanism, or take `when` out.",
    ]
