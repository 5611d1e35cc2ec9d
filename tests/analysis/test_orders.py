from itertools import permutations
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import make_weights
from made_up_claims import claim_case, make_readings

from crossroads.analysis.orders import list_designs, weigh_orders
from crossroads.analysis.propositions import Readings
from crossroads.analysis.weights import ALL
from crossroads.case.records import Orders
from crossroads.errors import WeighingError

COUNT = 64
RNG = np.random.default_rng(2)


def make_orders(*measures: str, outcomes=("deaths",)) -> Orders:
    """Measures with an option for each way to join them, named after it."""
    joined = [""]
    for name in measures:
        joined += [f"{design}+{name}".lstrip("+") for design in joined]
    designs = {design: f"with-{design.replace('+', '-') or 'none'}" for design in joined}
    return Orders(
        measures={name: name.title() for name in measures}, designs=designs, outcomes=outcomes, horizon="near"
    )


def read(orders: Orders, worth) -> Readings:
    """Readings in which each design is worth what `worth` says of its measures, a number or (futures,)."""
    values = {
        (outcome, option, "near", ALL): np.broadcast_to(worth(frozenset(design.split("+")) - {""}), COUNT).astype(float)
        for outcome in orders.outcomes
        for design, option in orders.designs.items()
    }
    return Readings(claim_case(), values)


def weigh(orders: Orders, worth):
    found = weigh_orders(orders, read(orders, worth), make_weights(count=COUNT))
    return found.sel(view="mixture", outcome="deaths")


def test_two_measures_share_what_they_do_together():
    orders = make_orders("levee", "warning")
    table = {"": 0.8, "levee": 0.16, "warning": 0.2, "levee+warning": 0.04}
    found = weigh(orders, lambda some: table["+".join(name for name in ("levee", "warning") if name in some)])
    np.testing.assert_allclose(found["mean"], [-0.40, -0.36])
    np.testing.assert_allclose(found["low"], [-0.64, -0.60])
    np.testing.assert_allclose(found["high"], [-0.16, -0.12])
    assert float(found["total"]) == pytest.approx(-0.76)
    assert found["apart"].all()
    assert list(found["name"].values) == ["Levee", "Warning"]


def test_the_glove_game_gives_its_textbook_shares():
    orders = make_orders("left", "right_one", "right_two")  # a pair is worth 1; one has the only left glove
    found = weigh(orders, lambda some: float("left" in some and len(some) > 1))
    np.testing.assert_allclose(found["mean"], [2 / 3, 1 / 6, 1 / 6])


def test_what_adds_the_same_in_every_order_has_no_range():
    orders = make_orders("a", "b", "c")
    found = weigh(orders, lambda some: sum({"a": 1.0, "b": 2.0, "c": 0.0}[name] for name in some))
    np.testing.assert_allclose(found["mean"], [1, 2, 0])
    np.testing.assert_allclose(found["low"], found["high"])
    np.testing.assert_array_equal(found["apart"], [True, True, False])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-10, 10), min_size=16, max_size=16), st.integers(2, 4))
def test_shares_sum_to_what_all_add_together(numbers, count):
    names = "abcd"[:count]
    orders = make_orders(*names)
    noise = np.random.default_rng(1).normal(size=(16, COUNT))

    def value(some):
        place = sum(2 ** names.index(name) for name in some)
        return numbers[place] + noise[place]

    found = weigh(orders, value)
    np.testing.assert_allclose(float(found["mean"].sum()), float(found["total"]), atol=1e-9)
    assert (found["low"] <= found["mean"] + 1e-9).all()
    assert (found["mean"] <= found["high"] + 1e-9).all()


def test_names_and_the_order_of_measures_change_no_share():
    def worth(some):
        return prod(1 + {"a": 0.5, "b": -0.2, "c": 2.0}[name] for name in some)

    expected = weigh(make_orders("a", "b", "c"), worth)["mean"]
    for order in permutations("abc"):
        found = weigh(make_orders(*order), worth)["mean"]
        for name in "abc":
            assert float(found.sel(measure=name)) == pytest.approx(float(expected.sel(measure=name)))


def test_luck_that_differs_between_futures_is_in_the_error():
    orders = make_orders("a", "b")
    luck = RNG.normal(size=COUNT)
    found = weigh(orders, lambda some: ("a" in some) * luck + ("b" in some) * 1.0)
    assert float(found["error"].sel(measure="a")) == pytest.approx(luck.std() / np.sqrt(COUNT), rel=0.6)
    assert float(found["error"].sel(measure="b")) == pytest.approx(0, abs=1e-12)
    assert not bool(found["apart"].sel(measure="a")) or abs(luck.mean()) > 2 * float(found["error"].sel(measure="a"))


def test_several_outcomes_are_weighed_apart():
    orders = make_orders("a", "b", outcomes=("deaths", "trust"))
    assert len(list_designs(orders)) == 8
    found = weigh_orders(orders, read(orders, len), make_weights(count=COUNT))
    assert found["mean"].dims == ("view", "outcome", "measure")
    assert found["total"].dims == ("view", "outcome")
    np.testing.assert_allclose(found["mean"], 1)


def test_a_design_that_was_not_run_is_refused():
    with pytest.raises(WeighingError, match="no deaths of with-none"):
        weigh_orders(make_orders("a", "b"), make_readings(**{"deaths__now__near": [1.0] * COUNT}), make_weights())
