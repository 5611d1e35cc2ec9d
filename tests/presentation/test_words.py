import re
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.presentation.words import (
    change,
    counted,
    duration,
    interval,
    listed,
    number,
    percent,
    sentence,
    signed,
    step_of,
)

SCALES = {"million": 1e6, "billion": 1e9, "trillion": 1e12}
finite = st.floats(min_value=-1e11, max_value=1e11, allow_nan=False).map(lambda value: float(f"{value:.9g}"))


def read(text: str) -> float:
    """The number that a reader sees."""
    amount, _, scale = text.replace("−", "-").replace(",", "").replace("+", "").partition(" ")
    return float(amount) * SCALES.get(scale, 1.0)


@settings(max_examples=150)
@given(finite, finite)
def test_an_interval_is_rounded_by_less_than_a_tenth_of_its_width(first, second):
    low, high = sorted((first, second))
    if high - low < 1e-6 * max(1.0, abs(low), abs(high)):
        return
    step = step_of(low, high)
    assert 10 * step <= (high - low) * (1 + 1e-9) < 100 * step * (1 + 1e-9)
    for end in (low, high):
        assert abs(read(number(end, step)) - end) <= step * 0.5001 + 1e-9 * abs(end)


@settings(max_examples=150)
@given(finite, finite, st.integers(-3, 6))
def test_rounding_never_turns_an_order_round(first, second, power):
    low, high = sorted((first, second))
    assert read(number(low, 10.0**power)) <= read(number(high, 10.0**power))


@settings(max_examples=100)
@given(finite, st.integers(0, 3))
def test_a_number_and_its_opposite_read_alike(value, digits):
    assert number(-value, digits=digits).replace("−", "") == number(abs(value), digits=digits).replace("−", "")


@settings(max_examples=100)
@given(finite, st.integers(0, 3))
def test_what_rounds_to_nothing_has_no_sign(value, digits):
    text = signed(value, digits=digits)
    assert (read(text) != 0) == (text[0] in "+−")


@settings(max_examples=100)
@given(finite, st.integers(0, 4))
def test_no_more_decimals_are_shown_than_the_outcome_has(value, digits):
    if abs(value) < 1e6:
        assert len(number(value, digits=digits).partition(".")[2]) <= digits


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (2.0, "2"),
        (1234.0, "1,230"),
        (0.0187, "0.0187"),
        (-45.25, "−45.2"),
        (1.5e6, "1.5 million"),
        (2.04e9, "2.04 billion"),
        (7e12, "7 trillion"),
        (1.27e32, "1.3 × 10³²"),
        (nan, "not known"),
        (inf, "not known"),
    ],
)
def test_numbers_read_as_people_write_them(value, text):
    assert number(value) == text


def test_an_interval_that_rounds_to_one_number_is_one_number():
    assert interval(0.01, 0.02, digits=0) == "0"
    assert interval(-300.0, 1200.0, sign=True) == "−300 to +1,200"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1e-18, "0 %"), (0.001, "under 1 %"), (0.126, "13 %"), (1.0, "100 %"), (nan, "not known")],
)
def test_shares_read_as_percent(share, text):
    assert re.sub(r"\s", " ", percent(share)) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.0961, "+10 %"), (-0.004, "−0.4 %"), (0.0001, "±0 %"), (-0.0199, "−2.0 %")]
)
def test_changes_keep_a_decimal_while_they_are_small(share, text):
    assert re.sub(r"\s", " ", change(share)) == text


def test_lists_and_counts():
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["none", "a", "a, b and c"]
    assert [counted(1, "run"), counted(3072, "run")] == ["1 run", "3,072 runs"]
    assert sentence("so it is") == "So it is."


def test_times_read_as_people_say_them():
    assert [duration(5.2), duration(125), duration(3720)] == ["5 s", "2 min 05 s", "1 h 02 min"]
