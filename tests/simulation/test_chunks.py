from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pytest
from everything import make_inputs
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.simulation.audit import Auditor
from crossroads.simulation.chunks import EXPLAINED, LARGEST, Maker
from crossroads.simulation.engines import Projection
from crossroads.simulation.readings import Readings
from crossroads.simulation.status import Status

COUNT, KEPT, BASELINE = 10, 4, 1
READINGS = Readings(horizons=(26, 52), kinds=("rate", "total", "level"), weeks=52)
APPLICABLE = np.array([[True, True], [False, True], [True, False]])
PAIRS = [(0, 0), (0, 1), (1, 1), (2, 0)]


@dataclass
class Clockwork:
    """An engine of straight lines: what happens in a week is told by future, option and reaction.

    `spoil` maps (future's number, option, reaction, week, outcome) to what is seen there instead.
    """

    spoil: dict[tuple[int, int, int, int, int], float] = field(default_factory=dict)
    raises: dict[tuple[int, int, int], str] = field(default_factory=dict)
    told: str = "the gauge was lost in week 3"
    years: int = 0
    asked: list[tuple[int, int, int]] = field(default_factory=list)
    marks: list[list[int]] = field(default_factory=list)
    outcomes: tuple[str, ...] = ("harmed", "spending", "homes")

    def history(self, values, numbers):
        yearly = values[:, :1, None] + np.arange(self.years)[None, :, None] * 100.0
        return SimpleNamespace(yearly=np.repeat(yearly, 1 if self.years else 0, axis=2))

    def project(self, values, past, runs, marks):
        self.marks.append(marks.tolist())
        pace = pace_of(values[runs[:, 0], 0], runs[:, 1], runs[:, 2])[:, None]
        seen = np.stack([pace * marks, pace * marks, pace + marks], axis=-1)
        errors = {}
        for row, (future, option, reaction) in enumerate(runs.tolist()):
            number = int(values[future, 0])
            for place, week in enumerate(marks.tolist()):
                for outcome in range(3):
                    key = (number, option, reaction, week, outcome)
                    seen[row, place, outcome] = self.spoil.get(key, seen[row, place, outcome])
            if (number, option, reaction) in self.raises:
                errors[row] = self.raises[number, option, reaction]
        return Projection(seen, errors)

    def explain(self, values, number, option, reaction):
        self.asked.append((int(values[0]), option, reaction))
        return self.told


def pace_of(number, option, reaction):
    return number + 10 * option + 100 * reaction


def make_maker(engine=None, **changes):
    parts = {
        "engine": engine or Clockwork(),
        "inputs": make_inputs(applicable=APPLICABLE),
        "readings": READINGS,
        "baseline": BASELINE,
        "series": KEPT,
        "values": np.arange(COUNT, dtype=float)[:, None],
        "view": np.arange(COUNT) % 2,
        "replicate": np.arange(COUNT) % 3,
    }
    return Maker(**{**parts, **changes})


def make(span=slice(0, COUNT), engine=None, **changes):
    return make_maker(engine, **changes).make(span)


def test_every_run_stands_in_its_place():
    made = make()
    assert made.runs == COUNT * len(PAIRS)
    assert made.failures == ()
    values = made.block["values"]
    assert values.shape == (3, 2, COUNT, 3, 2)
    for option, reaction in PAIRS:
        for future in range(COUNT):
            pace = pace_of(future, option, reaction)
            expected = [[52 * pace, 52 * pace], [26 * pace, 52 * pace], [pace + 26, pace + 52]]
            assert values[option, reaction, future].tolist() == expected


def test_what_makes_no_sense_is_not_run_and_says_so():
    block = make().block
    status = np.where(APPLICABLE[:, :, None], Status.OK, Status.NOT_APPLICABLE)
    np.testing.assert_array_equal(block["status"], np.repeat(status, COUNT, axis=2))
    assert np.isnan(block["values"][~APPLICABLE]).all()
    assert np.isnan(block["series"][~APPLICABLE]).all()


def test_the_start_is_that_of_the_baseline_under_its_first_reaction_that_makes_sense():
    pace = pace_of(np.arange(COUNT), BASELINE, 1)
    np.testing.assert_array_equal(make().block["start"], np.column_stack([52 * pace, 0 * pace, pace + 1]))


def test_the_first_futures_keep_their_quarters():
    series = make().block["series"]
    assert series.shape == (3, 2, KEPT, 3, 4)
    pace = pace_of(3, 2, 0)
    weeks = (13, 26, 39, 52)
    rate, total, level = series[2, 0, 3].tolist()
    assert rate == [52 * pace] * 4
    assert total == [pace * week for week in weeks]
    assert level == [pace + week for week in weeks]


def test_chunks_past_the_last_series_are_seen_at_fewer_weeks():
    engine = Clockwork()
    maker = make_maker(engine)
    assert "series" in maker.make(slice(2, 6)).block
    assert "series" not in maker.make(slice(4, 8)).block
    assert engine.marks == [[1, 13, 26, 39, 52], [1, 26, 52]]


@given(st.integers(1, COUNT - 1))
@settings(max_examples=9, deadline=None)
def test_a_design_may_be_cut_anywhere(cut):
    lost = {(3, 0, 0, 52, 0): np.nan, (7, 2, 0, 52, 1): np.inf}
    whole = make(engine=Clockwork(lost))
    parts = [make(span, engine=Clockwork(lost)) for span in (slice(0, cut), slice(cut, COUNT))]
    assert {(f.option, f.reaction, f.future) for part in parts for f in part.failures} == {(0, 0, 3), (2, 0, 7)}
    assert {f.future for f in whole.failures} == {3, 7}
    for name, axis in {"values": 2, "status": 2, "start": 0, "futures": 0, "view": 0, "replicate": 0}.items():
        joined = np.concatenate([part.block[name] for part in parts], axis=axis)
        np.testing.assert_array_equal(joined, whole.block[name])


def test_the_futures_come_with_their_view_and_replicate():
    block = make(slice(3, 6)).block
    assert block["futures"].tolist() == [[3.0], [4.0], [5.0]]
    assert block["view"].tolist() == [1, 0, 1]
    assert block["replicate"].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.nan, "spending was not a number at the end of week 26"),
        (np.inf, "spending was infinite at the end of week 26"),
        (-np.inf, "spending was infinite at the end of week 26"),
        (LARGEST * 1.01, "spending was too large (1.65e+36) at the end of week 26"),
        (-LARGEST * 1.01, "spending was too large (-1.65e+36) at the end of week 26"),
    ],
)
def test_a_lost_run_says_what_was_seen_where_and_what_the_engine_says_of_it(value, said):
    made = make(engine=Clockwork({(6, 0, 1, 26, 1): value}))
    (failure,) = made.failures
    assert failure.reason == f"{said}; the gauge was lost in week 3"
    assert (failure.option, failure.reaction, failure.future, failure.status) == (0, 1, 6, Status.NOT_FINITE)
    healthy = make().block
    assert np.isnan(made.block["values"][0, 1, 6]).all()
    assert made.block["status"][0, 1, 6] == Status.NOT_FINITE
    rest = np.ones((3, 2, COUNT), dtype=bool)
    rest[0, 1, 6] = False
    np.testing.assert_array_equal(made.block["values"][rest], healthy["values"][rest])
    np.testing.assert_array_equal(made.block["status"][rest], healthy["status"][rest])


def test_the_largest_number_that_may_be_seen_can_be_stored_in_every_reading():
    ends = {(0, 0, 0, week, 0): LARGEST * sign for week, sign in ((1, 1), (13, -1), (26, 1), (39, -1), (52, 1))}
    made = make(engine=Clockwork(ends))
    assert made.failures == ()
    assert np.isfinite(made.block["values"][0, 0, 0]).all()
    assert np.isfinite(made.block["series"][0, 0, 0]).all()


def test_a_lost_run_of_the_baseline_has_no_start():
    made = make(engine=Clockwork({(5, BASELINE, 1, 52, 2): np.nan}))
    lost = np.isnan(made.block["start"])
    assert np.flatnonzero(lost.any(axis=1)).tolist() == [5]
    assert lost[5].all()


def test_what_is_seen_for_series_alone_counts_for_futures_that_keep_them():
    between = {(future, 0, 0, 39, 0): np.nan for future in (KEPT - 1, KEPT)}
    made = make(engine=Clockwork(between))
    (failure,) = made.failures
    assert failure.future == KEPT - 1
    assert failure.reason.startswith("harmed was not a number at the end of week 39")
    assert made.block["status"][0, 0, KEPT] == Status.OK
    assert np.isfinite(made.block["values"][0, 0, KEPT]).all()


def test_a_future_without_series_is_told_by_a_week_that_every_run_is_seen_at():
    engine = Clockwork({(KEPT, 0, 0, 39, 0): np.nan, (KEPT, 0, 0, 52, 1): np.nan})
    (failure,) = make(engine=engine).failures
    assert failure.reason.startswith("spending was not a number at the end of week 52")


def test_a_run_that_raised_is_an_error_of_the_model_whatever_was_seen():
    engine = Clockwork({(2, 0, 0, 52, 0): np.nan}, {(2, 0, 0): "ValueError: dry", (8, 2, 0): "KeyError: 'x'"})
    made = make(engine=engine)
    told = {(f.option, f.reaction, f.future): (f.status, f.reason) for f in made.failures}
    assert told == {
        (0, 0, 2): (Status.MODEL_ERROR, "ValueError: dry"),
        (2, 0, 8): (Status.MODEL_ERROR, "KeyError: 'x'"),
    }
    assert np.isnan(made.block["values"][2, 0, 8]).all()
    assert engine.asked == []


def test_failed_runs_are_told_pair_after_pair_and_few_are_explained():
    lost = {(future, 0, 0, 52, 0): np.nan for future in range(4, 9)}
    engine = Clockwork({**lost, (1, 2, 0, 52, 0): np.inf}, {(0, 0, 1): "ValueError: dry"})
    made = make(engine=engine)
    assert [(f.option, f.reaction, f.future) for f in made.failures] == [
        *((0, 0, future) for future in range(4, 9)),
        (0, 1, 0),
        (2, 0, 1),
    ]
    assert engine.asked == [(4, 0, 0), (5, 0, 0), (6, 0, 0)]
    assert sum("the gauge was lost" in failure.reason for failure in made.failures) == EXPLAINED


def test_an_engine_with_nothing_to_say_leaves_the_reason_as_it_is():
    (failure,) = make(engine=Clockwork({(1, 0, 0, 52, 0): np.nan}, told="")).failures
    assert failure.reason == "harmed was not a number at the end of week 52"


def test_the_past_is_stored_by_outcome_and_year_where_there_is_one():
    assert "history" not in make().block
    history = make(slice(2, 5), Clockwork(years=3)).block["history"]
    assert history.dtype == np.float32
    assert history.tolist() == [[[2, 102, 202]], [[3, 103, 203]], [[4, 104, 204]]]


def test_all_that_is_not_a_number_in_the_past_has_the_same_bits():
    odd = np.array([0x7FC00001, 0xFFC00000, 0x7FC00000], dtype=np.uint32).view(np.float32)
    engine = Clockwork()
    engine.history = lambda values, numbers: SimpleNamespace(yearly=odd[:, None, None])
    bits = make(slice(0, 3), engine).block["history"].view(np.uint32).ravel()
    assert set(bits.tolist()) == {int(np.float32(np.nan).view(np.uint32))}


def test_no_future_makes_no_run_of_another():
    inputs = make_inputs(applicable=APPLICABLE)
    alone = make(slice(9, 10), inputs=replace(inputs, mix=np.zeros((3, 2))))
    assert alone.runs == len(PAIRS)
    np.testing.assert_array_equal(alone.block["values"], make().block["values"][:, :, 9:])


def audit(single, double, span=slice(0, COUNT), **changes):
    return make(span, engine=single, auditor=Auditor(1, lambda: double), **changes).audit


def test_without_an_auditor_nothing_is_audited():
    assert make().audit is None


def test_engines_that_agree_pass_the_audit():
    found = audit(Clockwork(), Clockwork())
    assert (found.runs, found.differing, found.worst.difference, found.mean_difference) == (len(PAIRS), 0, 0.0, 0.0)


def test_a_known_difference_between_two_engines_is_found_where_it_is():
    off = Clockwork({(0, 2, 0, 52, 2): (pace_of(0, 2, 0) + 52) * 1.001})
    found = audit(off, Clockwork())
    assert (found.runs, found.beyond, found.lost_single) == (len(PAIRS), 1, 0)
    worst = found.worst
    assert (worst.option, worst.reaction, worst.future, worst.outcome, worst.horizon) == (2, 0, 0, 2, 1)
    typical = np.mean([pace_of(future, *pair) + 52 for future in range(COUNT) for pair in PAIRS])
    assert worst.difference == pytest.approx(0.072 / typical, rel=1e-3)
    assert found.mean_difference == pytest.approx(0.072 / sum(pace_of(0, *pair) + 52 for pair in PAIRS), rel=1e-3)


def test_a_run_lost_in_single_precision_alone_is_told_by_the_audit():
    lost = {(0, 0, 1, 26, 1): np.inf}
    found = audit(Clockwork(lost), Clockwork())
    assert (found.lost_single, found.lost_double, found.differing) == (1, 0, 1)
    found = audit(Clockwork(), Clockwork({(0, 0, 1, 26, 1): LARGEST * 1.01}))
    assert (found.lost_single, found.lost_double, found.differing) == (0, 1, 1)
    assert audit(Clockwork(lost), Clockwork(lost)).differing == 0


def test_a_week_seen_for_series_alone_loses_a_run_in_both_precisions_alike():
    between = {(0, 0, 0, 39, 0): np.nan}
    assert audit(Clockwork(), Clockwork(between)).lost_double == 1
    assert audit(Clockwork(), Clockwork(between), series=0).lost_double == 0


def test_the_second_engine_runs_the_past_of_audited_futures_alone_and_of_the_right_ones():
    values, seen = np.arange(300, dtype=float)[:, None], []
    double = Clockwork()
    double.history = lambda values, numbers: seen.append((values[:, 0].tolist(), numbers.tolist()))
    changes = {"values": values, "view": np.zeros(300), "replicate": np.zeros(300)}
    found = [audit(Clockwork(), double, slice(first, first + 50), **changes) for first in range(0, 300, 50)]
    made = [each for each in found if each is not None]
    assert len(seen) == len(made) == 3
    assert [len(futures) for futures, _ in seen] == [1, 1, 1]
    assert all(futures == numbers for futures, numbers in seen)
    assert [each.differing for each in made] == [0, 0, 0]
    assert [each.worst.future for each in made] == [future for ((future,), _) in seen]
    assert [each.seconds > 0 for each in made] == [True] * 3


def test_an_audit_changes_nothing_that_is_stored():
    off = Clockwork({(0, 2, 0, 52, 2): 1.0})
    plain, audited = make().block, make(auditor=Auditor(1, lambda: off)).block
    for name, array in plain.items():
        np.testing.assert_array_equal(array, audited[name])
