import numpy as np
import pytest
from straight_town import maker, simulate_town, steady, straight, town

from crossroads.analysis.preparation import prepare_weights
from crossroads.case.records import by_id
from crossroads.errors import RunsError
from crossroads.sampling.futures import sample
from crossroads.search.variants import (
    CHUNK,
    change_option,
    make_variants,
    name_folder,
    open_variants,
    read_columns,
    vary_case,
)


def vary(case=None, **values):
    case = case or steady(town())
    return vary_case(case, [change_option(one, values, f"{one.id}.0") for one in case.options])


class Stopping:
    """Ctrl-C after so many chunks."""

    def __init__(self, chunks=99):
        self.left, self.before, self.total, self.runs = chunks, 0, 0, 0

    def begin(self, total_runs, already_done):
        self.total, self.before = total_runs, already_done

    def advance(self, runs, failures):
        self.runs += runs
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt

    def end(self):
        pass


def test_an_option_keeps_the_time_of_its_own_step_and_its_gate():
    move_out = by_id(town().options)["move_out"]
    gated = move_out.model_copy(
        update={"steps": (move_out.steps[0], move_out.steps[1].model_copy(update={"when": "wet"}))}
    )
    changed = change_option(gated, {"warning": 0.5}, "new")
    assert changed.id == "new"
    assert changed.steps[0] == gated.steps[0]
    assert changed.steps[1] == gated.steps[1].model_copy(update={"set": {"warning": 0.5}})
    assert gated.steps[1].set == {"warning": 0.8}


def test_an_option_that_leaves_a_lever_alone_gets_a_step_from_the_start():
    keep = by_id(town().options)["keep"]
    (step,) = change_option(keep, {"warning": 0.5}, "new").steps
    assert (step.start_month, step.ramp_months, step.end_month, step.when) == (0, 0, None, None)
    assert step.set == {"warning": 0.5}
    assert change_option(keep, {}, "new").steps == ()


def test_a_case_of_variants_has_the_baseline_as_it_is_and_nothing_else_of_the_old_options():
    varied = vary(warning=0.5)
    assert [one.id for one in varied.options] == ["keep", "keep.0", "raise.0", "move_out.0", "both.0", "less.0"]
    assert varied.options[0] == town().options[0]
    assert varied.model_copy(update={"options": ()}) == steady(town()).model_copy(update={"options": ()})


def test_variants_face_the_futures_of_the_options_and_the_same_baseline(tmp_path):
    runs = simulate_town(tmp_path)
    varied = make_variants(vary(warning=0.5), runs.futures, straight(), runs=runs)
    assert varied.path == name_folder(runs, varied.case)
    assert varied.path.parent == runs.path.parent
    assert np.array_equal(varied.futures.values, runs.futures.values)
    for outcome in ("spending", "harmed"):
        one, other = (each.values(outcome, "year_5").sel(option="keep") for each in (varied, runs))
        assert np.array_equal(one, other, equal_nan=True)


def test_stopped_variants_lose_no_chunk_and_give_the_same_values(tmp_path):
    case = vary(warning=0.5)
    futures = sample(case, 128)
    with pytest.raises(KeyboardInterrupt):
        maker(tmp_path / "stopped", progress=Stopping(1))(case, futures)
    again = Stopping()
    one = maker(tmp_path / "stopped", progress=again)(case, futures)
    whole = maker(tmp_path / "whole")(case, futures)
    assert again.before == again.total * CHUNK // 128
    assert again.runs == again.total - again.before > 0
    assert one.content_hash() == whole.content_hash()


def test_stored_variants_are_read_without_a_model_and_missed_where_they_are_not(tmp_path):
    runs = simulate_town(tmp_path)
    case = vary(warning=0.5)
    with pytest.raises(RunsError, match="no runs"):
        open_variants(case, runs.futures, runs)
    made = make_variants(case, runs.futures, straight(), runs=runs)
    assert open_variants(case, runs.futures, runs).content_hash() == made.content_hash()
    with pytest.raises(RunsError, match="no runs"):
        open_variants(vary(warning=0.6), runs.futures, runs)


def test_columns_are_weighed_by_the_shares_of_the_reactions(tmp_path):
    runs = simulate_town(tmp_path)
    weights = prepare_weights(runs, runs.case)
    read = read_columns(runs, weights, runs.case.outcomes, lambda column: column.overall[:, :, -1])
    found = {outcome.id: values for outcome, values in read}
    assert list(found) == [outcome.id for outcome in runs.case.outcomes]
    place = weights.options.index("raise")
    expected = 25 * (0.75 + 0.25 * runs.futures.column("overrun"))
    assert found["spending"][:, place] == pytest.approx(expected, rel=1e-6)
