import types

import everything
import numpy as np
import pytest
from everything import MODEL, make_inputs

from crossroads.simulation import arithmetic
from crossroads.simulation.plan import make_plan
from crossroads.simulation.vectors import Vectoriser

COUNT = 40
CALLS = [
    (phase, call)
    for phase in ("history", "projection")
    for calls in make_plan(MODEL, make_inputs(), phase).calls.values()
    for call in calls
]


@pytest.mark.parametrize(("phase", "call"), CALLS, ids=[f"{phase}-{c.mechanism}-{c.stage}" for phase, c in CALLS])
def test_every_function_gives_the_same_on_arrays_as_on_plain_numbers(phase, call):
    random = np.random.default_rng(5)
    function = Vectoriser().turn(call.function)
    for form in (0, 1):
        values = [form if source.kind == "choice" else random.uniform(0.0, 3.0, COUNT) for source in call.sources]
        spread = function(*values)
        for row in range(COUNT):
            plain = call.function(*(form if isinstance(each, int) else np.float64(each[row]) for each in values))
            for name in call.gives:
                got = np.broadcast_to(getattr(spread, name), (COUNT,))[row]
                assert got == pytest.approx(getattr(plain, name), rel=1e-12, nan_ok=True)


def test_what_is_no_number_stays_so():
    function = Vectoriser().turn(everything.band_after)
    given = function(memory=np.array([1.0, np.nan]), lost=np.ones(2), total=np.ones(2))
    assert np.isnan(given.memory).tolist() == [False, True]


def smooth(x):
    return arithmetic.exp(x) + helper(x)


def helper(x):
    return arithmetic.where(x > 0.0, 1.0, 2.0)


def test_arithmetic_is_found_through_its_module_and_through_helpers():
    assert Vectoriser().turn(smooth)(np.array([0.0, 1.0])).tolist() == pytest.approx([3.0, np.e + 1.0])


def test_arithmetic_is_found_in_what_a_function_closes_over():
    inner = arithmetic.maximum

    def keep(x):
        return inner(x, 2.0)

    assert Vectoriser().turn(keep)(np.array([1.0, 3.0])).tolist() == [2.0, 3.0]


def test_the_model_itself_is_left_alone():
    before = everything.band_before.__globals__["exp"]
    vectoriser = Vectoriser()
    turned = vectoriser.turn(everything.band_before)
    assert everything.band_before.__globals__["exp"] is before is arithmetic.exp
    assert isinstance(turned, types.FunctionType)
    assert vectoriser.turn(everything.band_before) is turned
