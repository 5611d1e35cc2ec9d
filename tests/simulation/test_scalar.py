from __future__ import annotations

from dataclasses import replace

import everything
import numpy as np
import pytest
from everything import MODEL, make_inputs, make_values
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.errors import ModelError
from crossroads.simulation import scalar
from crossroads.simulation.contract import Mechanism, Model, Quantity, Units, returns

ROW = make_values(1)[0]


def q(*names, off=0.0):
    return tuple(Quantity(name, "1", name, off) for name in names)


def make_bank(**changes):
    """Money that grows by a tenth a week and pays out what the lever says."""
    start, after = returns("Start", q("money")), returns("After", q("money"), q("paid", "held"))
    bank = Mechanism(
        "bank",
        "money",
        stocks=q("money"),
        outcomes=q("paid", "held"),
        start=lambda first_size: start(money=first_size),
        after=lambda money, effort: after(money=money * 1.1 - effort, paid=effort, held=money),
    )
    return replace(bank, **changes)


def test_a_bank_keeps_its_books_by_hand():
    told = scalar.run(
        Model("bank", (make_bank(),)),
        make_inputs(),
        {**dict(zip(everything.NAMES, ROW, strict=True)), "first_size": 10.0},
        "keep",
        "calm",
        weeks=3,
    )
    assert told.projection.stocks["money"] == pytest.approx([10, 10.5, 11.05, 11.655])
    assert told.projection.outcomes["paid"] == [0.5, 0.5, 0.5]
    assert told.read("paid", "rate", 2) == 1.0
    assert told.read("held", "level", 2) == pytest.approx(10.5)
    assert told.history.outcomes == {}


def test_the_history_is_handed_to_the_projection_and_knows_no_option():
    model = Model("bank", (make_bank(history=True),))
    told = {
        option: scalar.run(model, make_inputs(), ROW, option, weeks=60, history_weeks=104)
        for option in ("keep", "push")
    }
    past = told["keep"].history
    assert len(past.stocks["money"]) == 105
    assert told["keep"].projection.stocks["money"][0] == past.stocks["money"][-1]
    assert told["push"].history.stocks == past.stocks
    assert told["push"].projection.stocks["money"] != told["keep"].projection.stocks["money"]
    assert told["keep"].yearly("paid") == pytest.approx([26, 26])
    assert told["keep"].yearly("held", "level") == [past.outcomes["held"][51], past.outcomes["held"][103]]


def test_what_starts_later_reads_what_the_history_left():
    told = scalar.run(MODEL, make_inputs(), ROW, weeks=1, history_weeks=52)
    past, present = told.history, told.projection
    left = past.sums["total"][-1] / ROW[0] + past.stocks["memory"][-1]
    assert present.constants["usual"] == pytest.approx(left)
    assert present.constants["crowding"] == past.constants["crowding"]


def test_a_mechanism_that_is_off_reads_as_its_off_values():
    told = scalar.run(MODEL.without("walls"), make_inputs(), ROW, weeks=3)
    assert told.projection.stocks["stock"][0] == 2.0
    assert "bricks" not in told.projection.outcomes
    assert "wall" not in told.projection.units


def test_sums_and_flows_are_those_of_the_units():
    told = scalar.run(MODEL, make_inputs(), ROW, weeks=5).projection
    sizes = told.units["size"]
    assert len(sizes) == 6
    for week, size in enumerate(sizes):
        assert told.sums["total"][week] == pytest.approx(size.sum())
        assert told.sums["reach"][week] == pytest.approx((size * MODEL.units.values["strength"]).sum())


def test_a_neighbour_sum_is_weighted_and_follows_the_network():
    seen = {}

    def unit(size, near_size, share):
        seen[float(share)] = float(near_size)
        return returns("Unit", q("size"))(size=size)

    units = Units(3, {"share": np.array([1.0, 2.0, 4.0])}, {"near": ([0, 2, 2, 3], [1, 2, 0], [10.0, 1.0, 0.5])})
    pairs = Mechanism(
        "pairs",
        "pairs",
        unit_stocks=q("size"),
        unit=unit,
        unit_start=lambda share: returns("Start", q("size"))(size=share),
    )
    scalar.run(Model("pairs", (pairs,), units), make_inputs(), ROW, weeks=1)
    assert seen == {1.0: 24.0, 2.0: 0.0, 4.0: 0.5}


@settings(max_examples=6, deadline=None)
@given(st.permutations(MODEL.mechanisms))
def test_the_order_of_mechanisms_means_nothing(mechanisms):
    shuffled = scalar.run(
        replace(MODEL, mechanisms=tuple(mechanisms)), make_inputs(), ROW, "push", "angry", 20, 10
    )
    usual = scalar.run(MODEL, make_inputs(), ROW, "push", "angry", 20, 10)
    assert shuffled.projection.outcomes == usual.projection.outcomes
    assert shuffled.history.stocks == usual.history.stocks


def test_the_number_and_the_name_of_a_choice_mean_the_same():
    row = dict(zip(everything.NAMES, ROW, strict=True))
    named = scalar.run(MODEL, make_inputs(), {**row, "form": "curved"}, weeks=5)
    numbered = scalar.run(MODEL, make_inputs(), {**row, "form": 1}, weeks=5)
    other = scalar.run(MODEL, make_inputs(), {**row, "form": 0}, weeks=5)
    assert named.projection.outcomes == numbered.projection.outcomes != other.projection.outcomes


def test_a_name_that_nobody_provides_is_told_with_the_nearest():
    broken = make_bank(start=lambda first_sise: returns("Start", q("money"))(money=first_sise))
    with pytest.raises(ModelError, match=r"nobody provides first_sise. Did you mean first_size\?"):
        scalar.run(Model("bank", (broken,)), make_inputs(), ROW)


def test_a_name_that_is_not_yet_known_is_told():
    broken = make_bank(start=lambda money: returns("Start", q("money"))(money=money))
    with pytest.raises(ModelError, match=r"money is a stock, which start cannot read"):
        scalar.run(Model("bank", (broken,)), make_inputs(), ROW)


def test_a_result_left_out_is_told():
    broken = make_bank(after=lambda money: returns("After", q("money"))(money=money))
    with pytest.raises(ModelError, match=r"after of bank leaves out held, paid"):
        scalar.run(Model("bank", (broken,)), make_inputs(), ROW)


def test_what_is_declared_needs_a_function():
    with pytest.raises(ModelError, match=r"money is declared, and there is no start to give it"):
        scalar.run(Model("bank", (make_bank(start=None),)), make_inputs(), ROW)


def test_an_uncertainty_without_a_value_is_told():
    with pytest.raises(KeyError, match="toll"):
        scalar.run(MODEL, make_inputs(), {"first_size": 1.0, "form": 0, "growth_rate": 0.1, "unlikely": 0.0})


def test_a_division_by_zero_is_not_an_error_of_the_model():
    broken = make_bank(
        after=lambda money: returns("After", q("money"), q("paid", "held"))(money / 0.0, 1.0, money)
    )
    told = scalar.run(Model("bank", (broken,)), make_inputs(), ROW, weeks=2)
    assert told.projection.stocks["money"][-1] == np.inf
