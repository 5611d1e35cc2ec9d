import re

import numpy as np
import pytest
from fake_town import PAIRS, TOWN, futures, town, toy, weigh
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossroads.errors import CaseError
from crossroads.simulation.compiled import make_engine
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.status import Status
from crossroads.simulation.wrapped import wrap_batch, wrap_function

KINDS = ("raises", "not a number", "infinite", "too few", "left out", "masked")
COUNT = 32


def run_alone(inputs, weeks):
    """One run of the toy, by the function for many."""
    arrays = {
        name: np.array([value]) if isinstance(value, (float, str)) and name in futures(COUNT).names else value
        for name, value in inputs.items()
    }
    return {outcome: values[0].tolist() for outcome, values in town(arrays, weeks).items()}


def break_run(result, kind):
    """A result spoiled in one of the ways in which a model can go wrong."""
    if kind == "raises":
        raise ZeroDivisionError("nobody lives here")
    if kind == "left out":
        return {name: values for name, values in result.items() if name != "spending"}
    spoiled = {
        "not a number": lambda values: [*values[:-1], float("nan")],
        "infinite": lambda values: [*values[:-1], float("inf")],
        "too few": lambda values: values[:-1],
        "masked": lambda values: np.ma.masked_less(np.array(values), 1e9),
    }[kind]
    return {**result, "harmed": spoiled(result["harmed"])}


def test_a_function_of_one_run_and_of_many_give_the_same(tmp_path):
    many = weigh(tmp_path / "many", COUNT)
    alone = weigh(tmp_path / "alone", COUNT, wrap_function(run_alone))
    assert (alone.status == many.status).all()
    for outcome in ("harmed", "spending"):
        np.testing.assert_allclose(alone.values(outcome, "year_5"), many.values(outcome, "year_5"), rtol=1e-6)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(broken=st.dictionaries(st.integers(0, COUNT - 1), st.sampled_from(KINDS), max_size=COUNT))
def test_failed_runs_of_every_mixture_keep_the_numbers_of_all_others(broken, tmp_path_factory):
    rates = {float(futures(COUNT).column("flood_rate")[future]): kind for future, kind in broken.items()}

    def fragile(inputs, weeks):
        result = run_alone(inputs, weeks)
        kind = rates.get(inputs["flood_rate"])
        return break_run(result, kind) if kind and inputs["support"] else result

    folder = tmp_path_factory.mktemp("mixture")
    healthy = weigh(folder / "healthy", COUNT, wrap_function(run_alone))
    runs = weigh(folder / "fragile", COUNT, wrap_function(fragile))
    failed = np.zeros(runs.status.shape, dtype=bool)
    failed[:, [name.startswith("supports") for name in runs.status["reaction"].values], :] = True
    failed &= np.isin(np.arange(COUNT), list(broken)) & runs.applicable.values[:, :, None]
    assert (runs.status.isin([Status.NOT_FINITE, Status.MODEL_ERROR]).values == failed).all()
    assert len(runs.failures()) == failed.sum() == runs.manifest.failures
    expected = healthy.dataset["values"].load().where(~healthy.status.copy(data=failed))
    np.testing.assert_array_equal(runs.dataset["values"].values, expected.values)
    for failure in runs.failures():
        lost = broken[failure.future] in ("not a number", "infinite")
        wanted = Status.NOT_FINITE if lost else Status.MODEL_ERROR
        place = {"option": failure.option, "reaction": failure.reaction, "future": failure.future}
        assert runs.status.sel(place) == wanted


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("raises", "ZeroDivisionError: nobody lives here"),
        ("left out", "ValueError: the model gave no outcome spending"),
        ("too few", r"ValueError: outcome harmed has shape \(\d+,\), and should have \(\d+,\)"),
        ("not a number", "harmed was not a number at the end of week 260"),
        ("infinite", "harmed was infinite at the end of week 260"),
    ],
)
def test_each_failure_says_in_words_what_happened(tmp_path, kind, reason):
    broken = wrap_function(lambda inputs, weeks: break_run(run_alone(inputs, weeks), kind))
    runs = weigh(tmp_path, COUNT, broken)
    reasons = {failure.reason for failure in runs.failures()}
    assert len(runs.failures()) == COUNT * PAIRS
    assert len(reasons) <= 2  # chunks with series are seen at more weeks than others
    for each in reasons:
        assert re.fullmatch(reason, each)


def test_one_run_that_raises_in_a_batch_stands_alone(tmp_path):
    fatal = futures(COUNT).column("flood_rate")[[3, 20]]

    def fragile(inputs, weeks):
        if np.isin(inputs["flood_rate"], fatal).any():
            raise ValueError("the river froze")
        return town(inputs, weeks)

    runs = weigh(tmp_path, COUNT, wrap_batch(fragile))
    assert {failure.future for failure in runs.failures()} == {3, 20}
    assert {failure.reason for failure in runs.failures()} == {"ValueError: the river froze"}
    healthy = weigh(tmp_path / "healthy", COUNT, TOWN)
    rest = [future for future in range(COUNT) if future not in (3, 20)]
    np.testing.assert_array_equal(
        runs.dataset["values"].values[:, :, rest], healthy.dataset["values"].values[:, :, rest]
    )


def test_a_function_cannot_change_what_the_next_run_reads(tmp_path):
    def greedy(inputs, weeks):
        inputs["moving"][:] = 1.0
        return run_alone(inputs, weeks)

    runs = weigh(tmp_path, COUNT, wrap_function(greedy))
    reasons = {failure.reason for failure in runs.failures()}
    assert reasons == {"ValueError: assignment destination is read-only"}


def test_a_wrapped_function_reads_names_numbers_and_weeks(tmp_path):
    seen = {}

    def curious(inputs, weeks):
        seen.update(inputs)
        return run_alone(inputs, weeks)

    weigh(tmp_path, COUNT, wrap_function(curious))
    assert seen["ground"] in ("clay", "sand")
    assert seen["homes_then"] == 800
    assert seen["late"] in (0.0, 1.0)
    assert seen["warning"].shape == (toy().weeks,)
    assert set(futures(COUNT).names) < set(seen)


def test_a_model_that_wants_to_end_the_process_fails_alone(tmp_path):
    fatal = float(futures(COUNT).column("flood_rate")[3])

    def leave(inputs, weeks):
        if inputs["flood_rate"] == fatal:
            raise SystemExit("enough")
        return run_alone(inputs, weeks)

    runs = weigh(tmp_path, COUNT, wrap_function(leave))
    assert {failure.future for failure in runs.failures()} == {3}
    assert {failure.reason for failure in runs.failures()} == {"SystemExit: enough"}


def test_a_wrapped_function_has_no_gates_and_says_so():
    option = toy().options[2]
    step = option.steps[0].model_copy(update={"when": "wet"})
    options = (*toy().options[:2], option.model_copy(update={"steps": (step,)}))
    gated = toy().model_copy(update={"options": options})
    with pytest.raises(CaseError, match=r"options.move_out.steps: a step has the gate wet, and the model has no gate"):
        make_engine(TOWN, gated, build_inputs(gated), "float64", 1)
    assert make_engine(TOWN, toy(), build_inputs(toy()), "float64", 1).outcomes


def test_ctrl_c_inside_a_model_still_stops_all(tmp_path):
    def interrupted(inputs, weeks):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weigh(tmp_path, COUNT, wrap_function(interrupted))
