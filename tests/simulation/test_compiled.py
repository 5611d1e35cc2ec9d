from __future__ import annotations

from dataclasses import replace

import everything
import numpy as np
import pytest
from everything import make_inputs
from fake_town import TOWN, toy

from crossroads.errors import CaseError
from crossroads.simulation import kernel
from crossroads.simulation.compiled import CompiledEngine, make_auditor, make_engine
from crossroads.simulation.contract import Mechanism, Model, Quantity, Units, returns
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.models import load_model
from crossroads.simulation.wrapped import WrappedEngine


def q(*names):
    return tuple(Quantity(name, "1", name) for name in names)


START, AFTER = returns("Start", q("money")), returns("After", q("money"), q("paid"))


def make_bank(pay=lambda money: 1.0, history=False, first=10.0):
    """Money that is paid out each week."""

    def after(money):
        paid = pay(money)
        return AFTER(money=money - paid, paid=paid)

    return Mechanism(
        "bank",
        "money",
        stocks=q("money"),
        outcomes=q("paid"),
        start=lambda: START(money=first),
        after=after,
        history=history,
    )


def make_bands(grow):
    """Two units that grow, and nothing else."""
    size = q("size")
    start, unit = returns("UnitStart", size), returns("Unit", size)
    return Mechanism(
        "bands",
        "units",
        unit_stocks=size,
        unit_start=lambda share: start(size=share),
        unit=lambda size: unit(size=grow(size)),
    )


def explain(*mechanisms, weeks=5, history_weeks=0):
    model = Model("town", mechanisms, Units(2, {"share": np.array([1.0, 2.0])}))
    engine = CompiledEngine(None, model, make_inputs(), weeks, history_weeks, None, seed=0)
    return engine.explain(everything.make_values(1)[0], 0, 0, 0)


class Recorder:
    """In the place of a compiled kernel: notes what it is asked."""

    outcomes, history_outcomes = ("harmed",), ("homes",)

    def __init__(self):
        self.asked = []

    def history(self, *given):
        self.asked.append(("history", *given))
        return "past"

    def project(self, *given):
        self.asked.append(("project", *given))
        return "seen"


@pytest.fixture
def compile_nothing(monkeypatch):
    asked = []

    def note(*given, seed):
        asked.append((*given, seed))
        return Recorder()

    monkeypatch.setattr(kernel, "compile_model", note)
    return asked


def test_a_wrapped_model_needs_no_compiler(compile_nothing):
    engine = make_engine(TOWN, toy(), build_inputs(toy()), "float32", None)
    assert isinstance(engine, WrappedEngine)
    assert engine.outcomes == tuple(outcome.id for outcome in toy().outcomes)
    assert compile_nothing == []


def test_a_model_is_compiled_for_its_case(compile_nothing):
    model, inputs = load_model(toy()), build_inputs(toy())
    engine = make_engine(model, toy(), inputs, "float64", 3, seed=7)
    outcomes = [(outcome.id, outcome.reading) for outcome in toy().outcomes]
    assert compile_nothing == [(model, inputs, outcomes, 260, 104, "float64", 7)]
    assert (engine.weeks, engine.history_weeks, engine.threads) == (260, 104, 3)
    assert (engine.outcomes, engine.history_outcomes) == (("harmed",), ("homes",))


def test_the_engine_of_the_audit_is_in_double_precision_and_compiled_when_it_is_asked_for(compile_nothing):
    auditor = make_auditor(load_model(toy()), toy(), build_inputs(toy()), "float32", 3, seed=8)
    assert (auditor.seed, compile_nothing) == (8, [])
    assert auditor.engine.threads == auditor.engine.threads == 3
    assert [given[-2:] for given in compile_nothing] == [("float64", 8)]


def test_what_is_in_double_precision_already_is_not_audited(compile_nothing):
    inputs = build_inputs(toy())
    assert make_auditor(load_model(toy()), toy(), inputs, "float64", None, 1) is None
    assert make_auditor(TOWN, toy(), inputs, "float32", None, 1) is None


def test_a_model_that_does_not_fit_its_case_is_told_before_it_is_compiled(compile_nothing):
    facts = tuple(fact for fact in toy().facts if fact.id != "levee_price")
    case = toy().model_copy(update={"facts": facts})
    with pytest.raises(CaseError, match="levee_price"):
        make_engine(load_model(toy()), case, build_inputs(case), "float32", None)
    assert compile_nothing == []


def test_the_kernel_is_asked_with_the_threads_it_may_use():
    kernel_asked = Recorder()
    engine = CompiledEngine(kernel_asked, None, None, 52, 0, threads=2, seed=1)
    assert engine.history("values", "numbers") == "past"
    projection = engine.project("values", "past", "runs", "marks")
    assert (projection.seen, projection.errors) == ("seen", {})
    told = [("history", "values", 2, "numbers"), ("project", "values", "past", "runs", "marks", 2)]
    assert kernel_asked.asked == told


def test_a_run_that_stays_finite_in_plain_python_is_said_to():
    assert explain(make_bank()) == "in plain Python every stock stays finite"


def test_the_first_stock_to_be_lost_is_named_with_its_week():
    told = explain(make_bank(lambda money: 1.0 if money > 8.5 else np.inf))
    assert told == "in plain Python money is the first stock to be lost, in week 3 of the projection"


def test_a_stock_that_begins_lost_is_lost_in_week_0():
    told = explain(make_bank(first=float("nan")))
    assert told == "in plain Python money is the first stock to be lost, in week 0 of the projection"


def test_a_loss_in_the_past_is_told_before_all_that_comes_of_it():
    told = explain(make_bank(lambda money: np.inf, history=True), history_weeks=3)
    assert told == "in plain Python money is the first stock to be lost, in week 1 of the history"


def test_what_units_lose_is_told_like_what_the_town_loses():
    late_bank, early_bank = make_bank(lambda money: 1.0 if money > 8.5 else np.inf), make_bank(lambda money: np.inf)
    bands = make_bands(lambda size: size * 1e200)
    assert explain(bands, late_bank).startswith("in plain Python size is the first stock to be lost, in week 2 of")
    assert explain(bands, early_bank).startswith("in plain Python money is the first stock to be lost, in week 1 of")


def test_one_lost_unit_is_enough():
    told = explain(make_bands(lambda size: np.inf if size < 1.5 else size))
    assert told == "in plain Python size is the first stock to be lost, in week 1 of the projection"


def test_a_run_that_stops_in_plain_python_says_with_what():
    def stop(money):
        raise ArithmeticError("the till is empty")

    assert explain(make_bank(stop)) == "in plain Python this run stops with ArithmeticError: the till is empty"


def test_stocks_that_are_switched_off_are_not_lost():
    lost = make_bank(lambda money: np.nan)
    model = Model("town", (lost,), Units(2, {"share": np.array([1.0, 2.0])})).without("bank")
    engine = CompiledEngine(None, model, make_inputs(), 3, 0, None, seed=0)
    row = everything.make_values(1)[0]
    assert engine.explain(row, 0, 0, 0) == "in plain Python every stock stays finite"
    assert "first stock" in replace(engine, model=replace(model, off=frozenset())).explain(row, 0, 0, 0)
