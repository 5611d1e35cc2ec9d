from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fake_town import futures, toy, weigh
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.simulation.audit import (
    LIMIT,
    SHARE,
    TOGETHER,
    Audit,
    Auditor,
    Worst,
    add_audits,
    choose_runs,
    compare_runs,
    measure_typical,
)
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.manifest import read_manifest

PAIRS = np.argwhere(np.arange(180).reshape(12, 15) % 11 != 3)
"""163 pairs of option and reaction, as in a large case."""
RUNS = np.array([[0, 0, 0], [0, 1, 2], [4, 2, 1]])
TYPICAL = np.array([[100.0, 10.0], [1.0, 0.0]])
"""Two outcomes at two horizons; the last is nothing in every run."""


def pairs_of(count):
    return PAIRS[:count]


def numbered(runs, first):
    """Runs by the number of their future in the whole design."""
    return [(future + first, option, reaction) for future, option, reaction in runs.tolist()]


def readings(value=200.0):
    found = np.full((3, 2, 2), value)
    found[:, 1, 1] = 0.0
    return found


def compare(stored, double, first=0):
    return compare_runs(RUNS, stored, double, TYPICAL, first)


# which runs


@given(
    seed=st.integers(0, 2**32),
    pairs=st.integers(1, len(PAIRS)),
    count=st.integers(1, 700),
    chunk=st.integers(1, 700),
)
@settings(max_examples=40, deadline=None)
def test_the_same_runs_are_audited_whatever_the_chunks(seed, pairs, count, chunk):
    whole = numbered(choose_runs(seed, pairs_of(pairs), 0, count), 0)
    parts = []
    for first in range(0, count, chunk):
        size = min(chunk, count - first)
        parts += numbered(choose_runs(seed, pairs_of(pairs), first, size), first)
    assert parts == whole
    assert len(set(whole)) == len(whole) > 0
    assert {(option, reaction) for _, option, reaction in whole} <= set(map(tuple, pairs_of(pairs).tolist()))
    assert {future for future, *_ in whole} <= set(range(count))


@pytest.mark.parametrize("pairs", [1, 3, 10, 16, 17, 100, 163])
def test_about_one_run_in_a_hundred_is_audited(pairs):
    chosen = choose_runs(1, pairs_of(pairs), 0, 20_000)
    assert len(chosen) / (20_000 * pairs) == pytest.approx(SHARE, rel=0.03)


def test_a_case_with_very_many_pairs_is_audited_in_every_future():
    many = np.argwhere(np.ones((50, 100), dtype=bool))
    chosen = choose_runs(1, many, 0, 8)
    assert np.unique(chosen[:, 0], return_counts=True)[1].tolist() == [50] * 8


def test_the_smallest_design_is_audited():
    assert set(choose_runs(1, PAIRS, 0, 1)[:, 0]) == {0}
    assert len(choose_runs(1, PAIRS, 0, 1)) == TOGETHER
    assert choose_runs(1, PAIRS, 1, 1).shape[1] == 3


def test_another_seed_audits_other_runs_and_in_time_every_pair():
    one, other = (numbered(choose_runs(seed, PAIRS, 0, 1536), 0) for seed in (1, 2))
    assert len(set(one) & set(other)) < len(one) / 4
    assert {run[1:] for run in one} == set(map(tuple, PAIRS.tolist()))


def test_runs_of_a_future_stand_together_and_fill_a_block():
    chosen = choose_runs(5, PAIRS, 0, 1536)
    sizes = np.unique(chosen[:, 0], return_counts=True)[1]
    assert set(sizes) == {TOGETHER}
    assert len(sizes) > 140


# how far they differ


def test_runs_that_agree_differ_by_nothing():
    audit = compare(readings(), readings())
    assert (audit.runs, audit.beyond, audit.differing) == (3, 0, 0)
    assert (audit.worst.difference, audit.mean_difference) == (0.0, 0.0)


def test_a_known_difference_is_counted_once_and_placed():
    stored = readings()
    stored[2, 0, 1] *= 1.003
    stored[2, 1, 0] *= 1.002
    stored[1, 0, 0] *= 1 + LIMIT / 2
    audit = compare(stored, readings(), first=64)
    assert (audit.runs, audit.beyond, audit.lost_single, audit.lost_double) == (3, 1, 0, 0)
    worst = audit.worst
    assert worst.difference == pytest.approx(0.003)
    assert (worst.future, worst.option, worst.reaction, worst.outcome, worst.horizon) == (68, 2, 1, 0, 1)


def test_a_value_next_to_nothing_is_held_against_the_usual_size_of_its_outcome():
    stored, double = readings(), readings()
    stored[0, 0, 0], double[0, 0, 0] = 2e-3, 1e-3
    stored[1, 0, 1], double[1, 0, 1] = 2e-3, 1e-3
    audit = compare(stored, double)
    assert audit.worst.difference == pytest.approx(1e-4)
    assert (audit.worst.outcome, audit.worst.horizon) == (0, 1)
    assert compare_runs(RUNS, stored, double, 0 * TYPICAL).worst.difference == pytest.approx(1.0)


def test_something_where_there_is_never_anything_differs_wholly():
    stored = readings()
    stored[0, 1, 1] = 1e-20
    audit = compare(stored, readings())
    assert (audit.beyond, audit.worst.difference) == (1, 1.0)


def test_means_are_compared_by_outcome_and_horizon():
    stored, double = readings(), readings()
    stored[:, 0, 0] = [201.0, 200.0, 199.5]
    double[:, 1, 0] = [-100.0, 100.0, -100.0]
    stored[:, 1, 0] = [-100.0, 100.0, -99.0]
    audit = compare(stored, double)
    np.testing.assert_allclose(audit.mean_differences, [[0.5 / 600, 0], [1 / 300, 0]])
    assert audit.mean_difference == pytest.approx(1 / 300)


def test_a_run_lost_in_one_precision_alone_is_told_and_counts_in_no_mean():
    stored, double = readings(), readings(400.0)
    stored[0] = np.nan
    double[1] = np.nan
    stored[2] = double[2]
    audit = compare(stored, double)
    assert (audit.runs, audit.lost_single, audit.lost_double, audit.beyond, audit.differing) == (3, 1, 1, 0, 2)
    assert audit.size == ((400.0, 400.0), (400.0, 0.0))
    assert audit.mean_difference == 0.0


def test_runs_lost_in_both_agree():
    nothing = np.full((3, 2, 2), np.nan)
    audit = compare(nothing, nothing)
    assert (audit.runs, audit.differing, audit.worst, audit.mean_difference) == (3, 0, None, 0.0)


def test_the_usual_size_is_the_mean_of_runs_that_have_a_result():
    values = np.array([3.0, -5.0, np.nan, 10.0]).reshape(2, 2, 1, 1, 1)
    ran = np.array([True, True, False, False]).reshape(2, 2, 1)
    assert measure_typical(values, ran).tolist() == [[4.0]]
    assert measure_typical(values, ran & False).tolist() == [[0.0]]


# chunks together

whole = st.integers(0, 50)
tables = st.lists(st.integers(-1000, 1000).map(float), min_size=4, max_size=4).map(
    lambda each: ((each[0], each[1]), (each[2], each[3]))
)
places = st.builds(
    Worst,
    difference=st.sampled_from([0.0, 1e-5, 0.5]),
    option=whole,
    reaction=whole,
    future=whole,
    outcome=whole,
    horizon=whole,
)
audits = st.builds(
    Audit,
    runs=whole,
    beyond=whole,
    lost_single=whole,
    lost_double=whole,
    worst=st.none() | places,
    shift=tables,
    size=tables,
    square=tables,
    seconds=whole.map(float),
)


@given(audits, audits, audits)
@settings(max_examples=60, deadline=None)
def test_audits_add_up_in_any_order_and_grouping(one, two, three):
    assert (one + two) + three == one + (two + three)
    assert one + two == two + one
    total = add_audits([one, None, two, three])
    assert total == one + two + three
    assert total.runs == one.runs + two.runs + three.runs
    worst = [each.worst.difference for each in (one, two, three) if each.worst]
    assert (total.worst.difference if total.worst else None) == (max(worst) if worst else None)


def of_futures(count):
    """Runs of `count` futures, one of each."""
    return np.column_stack([np.arange(count), np.zeros((count, 2), dtype=int)])


def test_differences_that_fall_either_way_do_not_lean():
    """Events that rounding decides: some runs have one more, as many have one less."""
    double = np.full((400, 1, 1), 10.0)
    single = double.copy()
    single[:8, 0, 0] += np.array([1.0, -1.0] * 4) * 5
    either = compare_runs(of_futures(400), single, double, np.ones((1, 1)))
    assert either.differing == 8
    assert either.leaning == 0
    single[:8, 0, 0] = 15.0  # eight of one kind are within three square roots of their squares
    assert compare_runs(of_futures(400), single, double, np.ones((1, 1))).leaning == 0
    single[:30, 0, 0] = 15.0
    many = compare_runs(of_futures(400), single, double, np.ones((1, 1)))
    assert many.leaning == many.mean_difference == pytest.approx(30 * 5 / 4000)


def test_one_event_in_a_future_is_one_event_however_many_runs_share_its_luck():
    double = np.full((400, 1, 1), 10.0)
    single = double.copy()
    single[:16] = 15.0
    runs = of_futures(400)
    runs[:, 0] //= 16
    shared = compare_runs(runs, single, double, np.ones((1, 1)))
    assert shared.leaning == 0
    assert shared.mean_difference > 0
    assert compare_runs(of_futures(400), single, double, np.ones((1, 1))).leaning > 0


def test_rounding_that_leans_is_found_however_small():
    double = np.full((400, 1, 1), 10.0)
    audit = compare_runs(of_futures(400), double * (1 + 5e-5), double, np.ones((1, 1)))
    assert audit.leaning == pytest.approx(5e-5, rel=1e-3)
    assert Audit(runs=1, shift=((1.0,),), size=((2.0,),)).leaning == 0.5


def test_no_audit_is_none_and_an_empty_one_changes_nothing():
    assert add_audits([None, None]) is None
    full = compare(readings() * 1.5, readings())
    assert full + Audit(runs=0) == Audit(runs=0) + full == full


def test_chunks_of_other_outcomes_are_never_added():
    with pytest.raises(ValueError, match=r"(shorter|longer)"):
        _ = Audit(runs=1, shift=((1.0,),), size=((1.0,),)) + compare(readings(), readings())


def test_the_parts_of_a_comparison_add_up_to_the_whole():
    random = np.random.default_rng(4)
    double = random.integers(1, 100, (40, 2, 2)).astype(float)
    stored = double + random.integers(-1, 2, double.shape)
    stored[7], double[30] = np.nan, np.nan
    runs = np.column_stack([np.arange(40), np.zeros((40, 2), dtype=int)])
    parts = [
        compare_runs(runs[part] - [part.start, 0, 0], stored[part], double[part], TYPICAL, part.start)
        for part in (slice(0, 13), slice(13, 31), slice(31, 40))
    ]
    together = compare_runs(runs, stored, double, TYPICAL)
    assert add_audits(parts) == together
    assert together.beyond > 10


def test_an_audit_comes_back_as_it_was_written():
    audit = compare(readings() * 1.5, readings())
    assert Audit.model_validate_json(audit.model_dump_json()) == audit


def test_the_second_engine_is_made_once_and_only_when_asked_for():
    made = []
    auditor = Auditor(1, lambda: made.append("engine") or "engine")
    assert made == []
    assert (auditor.engine, auditor.engine, made) == ("engine", "engine", ["engine"])


def test_threads_that_ask_at_once_share_one_engine():
    made = []

    def start():
        time.sleep(0.05)
        made.append(object())
        return made[-1]

    auditor = Auditor(1, start)
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda _: auditor.engine, range(4)))
    assert found == set(made)
    assert len(made) == 1


# through the driver


@pytest.mark.slow
def test_runs_on_disk_say_how_far_they_are_from_double_precision(tmp_path):
    runs = simulate(toy(), futures(128), tmp_path / "whole", chunk=64)
    audit = read_manifest(tmp_path / "whole").audit
    pairs = np.argwhere(runs.applicable.to_numpy())
    assert audit.runs == len(choose_runs(1, pairs, 0, 128)) > 0
    assert audit == add_audits(each.audit for each in runs.completions.values())
    assert (audit.beyond, audit.lost_single, audit.lost_double) == (0, 0, 0)
    assert 0 < audit.worst.difference < 1e-5
    assert 0 < audit.mean_difference < 1e-5
    assert 0 < audit.seconds < runs.manifest.seconds


@pytest.mark.slow
def test_an_audit_compares_with_the_run_that_double_precision_would_have_stored(tmp_path):
    single = simulate(toy(), futures(64), tmp_path / "single")
    double = simulate(toy(), futures(64), tmp_path / "double", precision="float64")
    assert double.manifest.audit is None
    audit, (first, *_) = single.manifest.audit, single.completions.values()
    chosen = choose_runs(1, np.argwhere(single.applicable.to_numpy()), 0, 64)
    stored, again = (
        each.dataset["values"].to_numpy()[chosen[:, 1], chosen[:, 2], chosen[:, 0]] for each in (single, double)
    )
    typical = measure_typical(single.dataset["values"].to_numpy(), single.status.to_numpy() == 1)
    expected = compare_runs(chosen, stored, again, typical)
    assert expected == audit.model_copy(update={"seconds": 0.0})
    assert first.audit == audit


@pytest.mark.slow
def test_the_same_runs_are_audited_in_other_chunks_and_the_values_stay_as_they_are(tmp_path):
    found = [simulate(toy(), futures(128), tmp_path / str(chunk), chunk=chunk) for chunk in (128, 48)]
    one, other = (runs.manifest.audit for runs in found)
    assert one.runs == other.runs
    np.testing.assert_allclose(one.size, other.size, rtol=1e-12)
    np.testing.assert_allclose(one.shift, other.shift, rtol=1e-6, atol=1e-9)
    plain = simulate(toy(), futures(128), tmp_path / "plain", audit=False)
    assert plain.manifest.audit is None
    assert {runs.content_hash() for runs in (*found, plain)} == {plain.content_hash()}


def test_a_wrapped_function_is_never_audited(tmp_path):
    runs = weigh(tmp_path, 32)
    assert runs.manifest.audit is None
    assert [each.audit for each in runs.completions.values()] == [None, None]


def test_runs_from_before_there_were_audits_still_open(tmp_path):
    runs = weigh(tmp_path, 32)
    for file in (tmp_path / "manifest.json", *(tmp_path / "done").glob("*.json")):
        text = file.read_text(encoding="utf-8")
        older = text.replace(',"audit":null', "").replace('  "audit": null,\n', "")
        assert older != text
        file.write_text(older, encoding="utf-8")
    assert weigh(tmp_path, 32).content_hash() == runs.content_hash()
