import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from straight_town import BUDGET, add_option, town

from crossroads.case.records import Step, by_id
from crossroads.search.scales import choose_scales, list_instruments, scale_option


def option(name):
    return by_id(town().options)[name]


def values_of(one):
    return {lever: value for step in one.steps for lever, value in step.set.items()}


def with_levers(**more):
    """The town with all levers changed alike."""
    return town().model_copy(update={"levers": tuple(one.model_copy(update=more) for one in town().levers)})


def test_scaled_are_searchable_instruments_that_differ_from_the_baseline():
    assert list_instruments(town(), option("move_out")) == ("moving", "warning")
    assert list_instruments(town(), option("both")) == ("moving",)
    assert list_instruments(town(), option("raise")) == ()  # a dial
    assert list_instruments(town(), option("keep")) == ()
    assert list_instruments(town(), add_option(town(), "same", Step(ramp_months=0, set={"warning": 0.2}))) == ()


def test_what_no_search_may_change_is_never_scaled():
    closed = with_levers(searchable=False)
    assert all(list_instruments(closed, one) == () for one in closed.options)
    assert all(scale_option(closed, one, 0.5).steps == one.steps for one in closed.options)
    dials = with_levers(kind="dial", searchable=True)
    assert all(list_instruments(dials, one) == () for one in dials.options)


@pytest.mark.parametrize(
    ("name", "cost", "scales"),
    [
        ("move_out", 31, (0.5,)),
        ("move_out", 29, (4 / 3,)),  # warning goes from 0.2 over 0.8 to 1 and no further
        ("both", 29, (1.5,)),
        ("less", 0, (1.5,)),
        ("raise", 29, ()),
        ("raise", 31, ()),
    ],
)
def test_an_option_is_scaled_towards_the_budget_as_far_as_its_levers_allow(name, cost, scales):
    assert choose_scales(town(), option(name), BUDGET, cost) == pytest.approx(scales)


def test_an_option_at_the_end_of_a_range_cannot_be_scaled_up():
    full = add_option(town(), "full", Step(ramp_months=0, set={"warning": 1, "moving": 0.1}))
    assert choose_scales(town(), full, BUDGET, 10) == ()
    assert choose_scales(town(), full, BUDGET, 50) == (0.5,)


def test_scales_past_the_ranges_are_run_once_at_their_end():
    several = BUDGET.model_copy(update={"scales": (0.5, 1, 1.2, 1.5, 2)})
    assert choose_scales(town(), option("move_out"), several, 10) == pytest.approx((1.2, 4 / 3))


def test_a_scaled_option_keeps_all_but_its_instruments():
    both = option("both")
    half = scale_option(town(), both, 0.5)
    assert half.id == "both.0.5"
    assert values_of(half) == {"levee": "raised", "moving": 0.05}
    assert half.model_copy(update={"id": both.id, "steps": both.steps}) == both
    assert [(one.start_month, one.ramp_months, one.end_month) for one in half.steps] == [
        (one.start_month, one.ramp_months, one.end_month) for one in both.steps
    ]


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["move_out", "both", "less"]), st.floats(0.01, 1.3))
def test_every_instrument_goes_the_same_share_of_its_way(name, scale):
    levers, before, after = (
        by_id(town().levers),
        values_of(option(name)),
        values_of(scale_option(town(), option(name), scale)),
    )
    for lever in list_instruments(town(), option(name)):
        baseline = float(levers[lever].baseline)
        assert after[lever] - baseline == pytest.approx(scale * (before[lever] - baseline))
        assert levers[lever].low - 1e-9 <= after[lever] <= levers[lever].high + 1e-9
    assert {lever: value for lever, value in after.items() if lever not in list_instruments(town(), option(name))} == {
        lever: value for lever, value in before.items() if lever not in list_instruments(town(), option(name))
    }
