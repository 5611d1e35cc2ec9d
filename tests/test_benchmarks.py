"""The benchmark's own parts: every version of the test model gives the same, and the tables say what was measured."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.__main__ import main
from benchmarks.bounds import Bound, find_different, list_bounds
from benchmarks.campaign import Campaign
from benchmarks.cartels.batch import Batch
from benchmarks.cartels.groups import GROUPS
from benchmarks.cartels.model import compile_cartels, make_inputs, make_model, to_engine_runs
from benchmarks.cartels.network import compress, make_network
from benchmarks.cartels.parameters import (
    KINDS,
    LEVERS,
    OUTCOMES,
    POLICIES,
    RANGES,
    SETTINGS,
    draw_parameters,
    list_runs,
)
from benchmarks.cartels.plain import Plain, run_plainly
from benchmarks.clock import Spent, measure, read_peak_megabytes, take_turns
from benchmarks.environments import EMA, RHODIUM, MissingError, Peer, find_python, prepare
from benchmarks.figure import draw_figure
from benchmarks.limit import NoCompilerError, find_compiler
from benchmarks.machine import Machine, describe_machine
from benchmarks.measurement import FailedError, Subject, Told, differ, run, run_in_turns
from benchmarks.mexico import make_job
from benchmarks.operations import SERIES, Counted, count_operations
from benchmarks.report import BEGIN, END, make_table, tell_results, write_document
from benchmarks.results import Notes, Results, Row, extrapolate
from benchmarks.sizes import FULL, QUICK, USUAL
from benchmarks.stored import draw_values, read_back, simulate_mexico
from benchmarks.vectored import CAREFUL, PLAIN, rebuild
from crossroads.cases.mexico.model import MODEL
from crossroads.simulation import arithmetic, scalar
from crossroads.simulation.kernel import compile_model

WEEKS, RUNS = 80, 16
NETWORK = make_network()
VALUES, PAIRS = draw_parameters(RUNS), list_runs(RUNS)


@pytest.fixture(scope="module")
def reference():
    return run_plainly(Plain(NETWORK, WEEKS), VALUES, PAIRS)


def test_the_network_has_the_edges_that_it_says_and_nobody_is_both_rival_and_ally():
    assert len(NETWORK.sizes) == 150
    assert NETWORK.sizes.sum() == pytest.approx(175_000)
    for matrix, edges in ((NETWORK.rivals, 350), (NETWORK.allies, 120)):
        assert np.count_nonzero(matrix) == 2 * edges
        assert np.array_equal(matrix, matrix.T)
        assert not matrix.diagonal().any()
        assert matrix[matrix > 0].min() >= 0.5
    assert not np.any((NETWORK.rivals > 0) & (NETWORK.allies > 0))
    assert np.array_equal(make_network().rivals, NETWORK.rivals)


def test_a_compressed_matrix_has_the_same_products():
    starts, columns, weights = compress(NETWORK.rivals)
    rows = np.repeat(np.arange(150), np.diff(starts))
    product = np.bincount(rows, weights * NETWORK.sizes[columns], 150)
    assert np.allclose(product, NETWORK.rivals @ NETWORK.sizes)


def test_parameters_lie_within_their_ranges_and_policies_meet_every_row():
    assert len(RANGES) == 40
    low, high = np.array(list(RANGES.values())).T
    assert np.all((low <= VALUES) & (high >= VALUES))
    assert POLICIES.shape == (4, len(SETTINGS)) == (4, 28)
    assert PAIRS[:5].tolist() == [[0, 0], [0, 1], [0, 2], [0, 3], [1, 0]]
    assert np.array_equal(draw_parameters(4), VALUES[:4])


def test_crossroads_gives_what_the_reference_gives(reference):
    engine = compile_cartels(NETWORK, "float64", WEEKS)
    assert engine.outcomes == tuple(name for name, _ in OUTCOMES)
    seen = engine.project(VALUES, engine.history(VALUES), to_engine_runs(PAIRS), [WEEKS])[:, 0]
    assert differ(seen, reference) < 1e-10
    assert np.ptp(reference[:, 0]) > 0


def test_plain_python_gives_what_the_reference_gives(reference):
    weeks = 12
    told = scalar.run(make_model(NETWORK), make_inputs(), VALUES[0], 0, 2, weeks)
    plain = Plain(NETWORK, weeks)(2, **dict(zip(RANGES, VALUES[0].tolist(), strict=True)))
    assert [told.read(name, reading, weeks) for name, reading in OUTCOMES] == pytest.approx(
        [plain[name] for name, _ in OUTCOMES], rel=1e-12
    )


@pytest.mark.parametrize("at_once", [4, 7, 64])
def test_batches_of_any_size_give_what_the_reference_gives(reference, at_once):
    seen = Batch(NETWORK, "float64", WEEKS, at_once).simulate(VALUES, PAIRS)
    assert seen.shape == (RUNS, len(OUTCOMES))
    assert differ(seen, reference) < 1e-10


def test_batches_in_short_numbers_stay_short_and_come_close(reference):
    seen = Batch(NETWORK, "float32", WEEKS).simulate(VALUES, PAIRS)
    assert seen.dtype == np.float32
    assert differ(seen, reference) < 1e-3


def test_a_policy_changes_its_mode_when_money_runs_out(reference):
    seen = dict(zip((name for name, _ in OUTCOMES), reference[PAIRS[:, 1] == 2].T, strict=True))
    assert seen["weeks_lean"].max() > 0
    assert seen["switches"].max() > 0
    assert np.all(seen["weeks_lean"] + seen["weeks_tense"] <= WEEKS)


def test_a_budget_without_end_is_never_lean():
    rich = POLICIES.copy()
    rich[:, SETTINGS.index("budget")] = 1e9
    inputs = replace(make_inputs(), signals_of=rich)
    engine = compile_model(make_model(NETWORK), inputs, OUTCOMES, WEEKS, precision="float64")
    seen = engine.project(VALUES, engine.history(VALUES), to_engine_runs(PAIRS), [WEEKS])[:, 0]
    assert not seen[:, engine.outcomes.index("weeks_lean")].any()


def test_levers_are_those_of_the_policies():
    assert set(SETTINGS) >= {f"{lever}_calm" for lever in LEVERS}
    assert make_inputs().signals_of is POLICIES


def spread_runs(job):
    """Some runs of every future, and one of each option that follows a gate."""
    runs = job.list_runs()
    gated = [job.inputs.options.index(option) for option in dict.fromkeys(option for option, _ in job.inputs.gates)]
    some = [np.flatnonzero(runs[:, 1] == option)[-1] for option in gated]
    return runs[[*range(0, len(runs), len(runs) // 2), *some]]


def test_the_mexico_case_one_run_at_a_time_gives_what_crossroads_gives():
    job = make_job(draw_values(2))
    runs = spread_runs(job)
    assert set(runs[:, 0]) == {0, 1}
    assert {job.inputs.options[option] for option in runs[:, 1]} & {option for option, _ in job.inputs.gates}
    engine = compile_model(MODEL, job.inputs, list(job.readings.items()), job.weeks, job.history_weeks, "float64")
    expected = engine.project(job.values, engine.history(job.values), runs, job.marks)
    vectored = job.make_vectored()
    for (future, option, reaction), row in zip(runs, expected, strict=True):
        known = dict(zip(job.inputs.uncertainties, job.values[future].tolist(), strict=True))
        seen = np.array(list(vectored(option, reaction, future, **known).values())).T
        assert differ(seen, row) < 1e-9
    assert len(job.list_runs()) == 2 * len(job.pairs)
    assert len(set(job.pairs[:30, 0].tolist())) > len(job.inputs.options) / 2
    assert len(job.list_runs(7)) == 7


def test_numbers_that_would_stop_plain_floats_go_on_carefully(monkeypatch):
    job = replace(make_job(draw_values(1)), weeks=60, history_weeks=52, marks=(26, 60))
    known = dict(zip(job.inputs.uncertainties, job.values[0].tolist(), strict=True))
    quick, careful = job.make_vectored(), job.make_vectored()
    plain = quick(0, 0, **known)
    monkeypatch.setitem(PLAIN, "exp", lambda _: 1 / 0)
    seen = careful(0, 0, **known)
    assert {number for number, *_ in quick._pasts} == {float}
    assert np.float64 in {number for number, *_ in careful._pasts}
    assert all(np.allclose(plain[name], seen[name], rtol=1e-12) for name in plain)


def helper(a):
    return arithmetic.maximum(a, 2.0)


def test_a_rebuilt_function_has_other_arithmetic_and_so_have_its_helpers():
    def area(a, b):
        return helper(a) * b

    assert rebuild(area, CAREFUL)(1.0, 3.0) == area(1.0, 3.0) == 6.0
    assert rebuild(3.5, CAREFUL) == 3.5


def test_operations_are_counted_one_by_one():
    count: Counter[str] = Counter()
    a = Counted(count)
    words = a.words()
    words["where"](a > 1, a * 2 + 1, words["exp"](-a) / a)
    assert count["operations"] == 2 + 1 + SERIES + 1


def test_the_test_model_has_the_operations_of_a_count_by_hand():
    counted = count_operations(make_model(NETWORK), make_inputs())
    assert counted["neighbours"] == 2 * 2 * (350 + 120)
    assert counted["units"] == 150 * (14 + 4)
    assert 150 < counted["rest"] < 350
    assert len(GROUPS.flows) == 4


def test_the_best_of_some_rounds_is_kept_and_the_first_does_not_count():
    calls = []
    best = take_turns(2, one=lambda: calls.append("one"), other=lambda: calls.append("other"))
    assert calls == ["one", "other"] * 3
    assert set(best) == {"one", "other"}
    assert Spent(1, 4).better(Spent(2, 3)) == Spent(1, 3)
    assert measure(lambda: None).wall >= 0
    assert read_peak_megabytes() > 10


def test_differences_are_relative_and_something_lost_is_seen():
    reference = np.array([[100.0, 0.0], [1.0, 2.0]])
    assert differ(reference, reference) == 0
    assert differ(np.array([[101.0, 0.0]]), reference) == pytest.approx(0.01)
    assert math.isnan(differ(np.array([[np.nan, 0.0]]), reference))


def test_a_process_tells_what_it_measured_and_keeps_its_outcomes(tmp_path):
    subject = Subject("plain, 1", ("benchmarks.baselines", "plain", "--runs", "1"))
    ((same, told, seen),) = run_in_turns([subject], 1, tmp_path)
    assert same is subject
    assert told.runs == 1
    assert told.per_second == pytest.approx(1 / told.wall)
    assert 20 < told.memory < 2000
    assert told.whole >= told.wall
    assert seen.shape == (1, len(OUTCOMES))


def test_a_process_that_fails_says_its_last_words():
    with pytest.raises(FailedError, match=r"broken: .*no_such_module"):
        run(Subject("broken", ("benchmarks.no_such_module",)))


def test_a_process_that_hangs_is_given_up(monkeypatch):
    monkeypatch.setattr("benchmarks.measurement.PATIENCE", 0.01)
    with pytest.raises(FailedError, match="hangs: not done after 0 s"):
        run(Subject("hangs", ("benchmarks.baselines", "plain")))


def test_a_peer_without_its_python_is_left_out_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.environments.ENVIRONMENTS", tmp_path)
    with pytest.raises(MissingError, match=r"EMA Workbench needs Python 9\.9, which is not on this machine"):
        prepare(Peer("ema", "EMA Workbench", ("9.9",)))
    assert find_python(("9.9",)) is None


def test_the_peers_are_pinned_and_name_no_index():
    for peer, version in ((EMA, "3.0.0"), (RHODIUM, "1.4.0")):
        assert peer.read_version() == version
        lines = peer.requirements.read_text().splitlines()
        assert all(line.count("==") == 1 and "/" not in line for line in lines)


@pytest.mark.slow
def test_stored_runs_are_made_and_read_back(tmp_path):
    made = simulate_mexico(100, tmp_path / "runs")
    assert made["runs"] == len(make_job(draw_values(1)).pairs) > 100
    assert made["failures"] == 0
    assert 0 < made["writing"] < 1
    told = read_back(tmp_path / "runs")
    assert set(told) == {"open", "column", "everything"}
    assert all(seconds > 0 for seconds in told.values())


def a_row(name, speed, kind="float64", difference=0.0, cores=2):
    return Row(
        Subject(name, ("none",), kind=kind), Told(1000, 1000 / speed / cores, 1000 / speed, 100, 0, 9), difference
    )


def some_told(*_, **more):
    return Told(1000, 1.0, 2.0, 100, 0, 1.5, more)


class Bench:
    """A campaign whose processes are not started: what they would have been is kept."""

    def __init__(self, folder, monkeypatch, pythons, compiler):
        self.commands = []
        seen = np.ones((4, 15))
        np.save(folder / "alone.npy", seen)
        monkeypatch.setattr("benchmarks.campaign.run", self.start)
        monkeypatch.setattr(
            "benchmarks.campaign.run_in_turns",
            lambda subjects, *_: [(each, self.start(each), seen) for each in subjects],
        )
        self.campaign = Campaign(QUICK, folder, Notes(), pythons, compiler)

    def start(self, subject, *_, **__):
        self.commands.append(" ".join(subject.command))
        side = {"wall": 1.0, "cpu": 2.0}
        sides = {kind: {"limit": side, "ours": side, "bound": 20_000.0} for kind in KINDS}
        tries = {"cartels": side, "mexico": side, "one_option": side}
        read = {"open": 1.0, "column": 1.0, "everything": 1.0}
        return some_told(sides=sides, best=tries, versions={"python": "3"}, writing=0.1, bytes=1.0, load=1.0, **read)


def test_a_campaign_measures_every_side(tmp_path, monkeypatch):
    bench = Bench(tmp_path, monkeypatch, {"ema": "python3.12", "rhodium": "python3.11"}, True)
    results = bench.campaign.measure()
    assert {row.subject.name for row in results.cartels} == {
        "Plain Python and NumPy",
        *(f"{peer}, {count}" for peer in ("EMA Workbench", "Rhodium") for count in ("1 process", "2 processes")),
        *(f"{name}, {kind}" for name in ("NumPy in batches", "C", "Crossroads") for kind in KINDS),
    }
    assert results.versions == {"python": "3", "EMA Workbench": "3.0.0", "Rhodium": "1.4.0"}
    peers = [command for command in bench.commands if command.startswith("benchmarks.peers.ema mexico")]
    assert all(f"--runs {n * QUICK.peer_runs} --processes {n}" in told for n, told in enumerate(peers, 1))
    assert len(peers) == 2
    assert set(results.growth) == set(QUICK.growth)
    assert results.parts == make_job(np.zeros((1, 1))).count_parts()
    assert np.load(tmp_path / "few.npy").shape[0] == math.ceil(1000 / results.parts["pairs of option and reaction"])
    assert results.bounds == {"float32": 20_000, "float64": 20_000}
    assert len({bound.says for bound in list_bounds(results)}) == 10
    assert tell_results(results, list(list_bounds(results))).count("\n### ") == 6


def test_a_campaign_without_peers_and_compiler_measures_what_is_left(tmp_path, monkeypatch):
    bench = Bench(tmp_path, monkeypatch, {}, False)
    results = bench.campaign.measure()
    begun = {" ".join(command.split()[:2]) for command in bench.commands}
    assert "benchmarks.worker ours" in begun
    assert not begun & {"benchmarks.worker duel", "benchmarks.baselines limit"}
    assert not [command for command in begun if command.startswith("benchmarks.peers")]
    assert {row.subject.name for row in results.mexico} == {"Crossroads, float32", "Crossroads, float64"}
    assert results.peer_store is None
    assert "Crossroads, float32" in tell_results(results, list(list_bounds(results)))


def test_the_full_size_goes_to_ten_million_runs():
    assert FULL.growth == (*USUAL.growth, 10_000_000)
    assert max(USUAL.growth) == 1_000_000
    assert replace(FULL, growth=USUAL.growth) == USUAL


@pytest.fixture
def command(monkeypatch):
    """The command, given results instead of measuring, and what it writes."""
    written = []

    def play(results, *arguments):
        campaign = SimpleNamespace(measure=lambda: results)
        monkeypatch.setattr("benchmarks.__main__.prepare_campaign", lambda *_: campaign)
        monkeypatch.setattr("benchmarks.__main__.write_document", written.append)
        monkeypatch.setattr("benchmarks.__main__.draw_figure", lambda _, path: written.append(path))
        return main(arguments)

    return play, written


def test_the_command_writes_the_document_and_ends_well_when_all_holds(command):
    play, written = command
    assert play(some_results()) == 0
    assert "### What must hold" in written[0]
    assert written[1].name == "benchmarks.svg"


def test_the_command_ends_with_an_error_when_a_bound_fails(command, capsys):
    play, written = command
    assert play(some_results(ours=10_000)) == 1
    assert "fails: Test model: of hand-written C, float32 is 62%" in capsys.readouterr().err
    assert written


def test_a_quick_command_leaves_the_document_alone(command, capsys):
    play, written = command
    assert play(some_results(), "--quick") == 0
    assert not written
    assert "| Crossroads, float32 |" in capsys.readouterr().out


def test_no_table_is_told_when_results_differ(command, capsys):
    play, written = command
    assert play(some_results(mexico=[a_row("EMA Workbench, 2 processes", 30, difference=1e-3)])) == 1
    told = capsys.readouterr()
    assert "differ by more than 1e-06" in told.err
    assert not told.out
    assert not written


def test_a_machine_without_a_compiler_is_said(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoCompilerError, match="no gcc"):
        find_compiler()


def test_the_machine_is_described():
    machine = describe_machine()
    assert machine.processor
    assert machine.cores >= 1
    assert machine.wide == (machine.instructions == "AVX-512")


def some_results(ours=14_000, **changes):
    cartels = [
        a_row("EMA Workbench, 2 processes", 30, difference=1e-13),
        a_row("C, float32", 16_000, "float32", 1e-5),
        a_row("Crossroads, float32", ours, "float32", 1e-5),
    ]
    mexico = [a_row("EMA Workbench, 2 processes", 40), a_row("Crossroads, float32", 11_000, "float32", 1e-3)]
    stored = {"writing": 0.1, "bytes": 1e6, "weighing": 5.0, "weighing_memory": 600.0}
    grown = {
        count: Told(count, count / 1e4, count / 5e3, 400, 0, 9, stored)
        for count in (1000, 10**5)
    }
    results = Results(
        Machine("A processor", "AVX-512", 2, 24, "Linux", "gcc 12"),
        {"python": "3.11"},
        {"units": 2700, "rest": 300},
        1040,
        {"float32": 23_000},
        cartels,
        mexico,
        {"cartels": 0.04, "mexico": 0.05, "one_option": 0.07},
        {"cartels": (4.0, 1.2), "mexico": (16.0, 1.3)},
        grown,
        {1000: Told(1000, 0.1, 0.1, 150, 0, 1), 10_000: Told(10_000, 1.0, 1.0, 350, 0, 1)},
        {"runs": 10.0**5, "open": 0.01, "column": 0.1, "everything": 1.0},
        Told(10_000, 60, 50, 300, 0, 70, {"load": 6.0, "bytes": 2e8}),
    )
    return replace(results, **changes)


def test_every_bound_is_judged_from_what_was_measured():
    bounds = {bound.says: bound for bound in list_bounds(some_results())}
    assert all(bound.holds for bound in bounds.values())
    assert bounds["Test model: of hand-written C, float32"].measured == pytest.approx(14 / 16)
    assert bounds["Test model: of the arithmetic bound, float32"].measured == pytest.approx(14 / 23)
    assert bounds["Test model: against EMA Workbench"].measured == pytest.approx(14_000 / 30)
    assert bounds["Full Mexico model: against EMA Workbench"].asked == 200
    assert bounds["100,000 runs: time spent writing"].measured == 0.1
    assert bounds["100,000 runs: most memory of the analysis"].measured == 600


def test_a_slow_engine_fails_and_a_narrow_processor_is_asked_less():
    slow = {bound.says: bound for bound in list_bounds(some_results(ours=10_000))}
    assert not slow["Test model: of hand-written C, float32"].holds
    assert not slow["Test model: against EMA Workbench"].holds
    narrow = some_results(ours=10_000, machine=Machine("A processor", "AVX2", 2, 24, "Linux", "none"))
    assert {bound.says: bound.asked for bound in list_bounds(narrow)}["Test model: against EMA Workbench"] == 250


def test_without_a_compiler_or_a_peer_their_bounds_are_not_judged():
    ours = [a_row("Crossroads, float32", 14_000, "float32", 1e-5)]
    said = [bound.says for bound in list_bounds(some_results(cartels=ours, mexico=ours, bounds={}))]
    assert not [text for text in said if "EMA" in text or " C" in text or "arithmetic" in text]


@pytest.mark.parametrize("difference", [2e-6, math.nan])
def test_results_that_differ_are_named_and_no_speed_excuses_them(difference):
    rows = [a_row("EMA Workbench, 2 processes", 30, difference=difference)]
    assert find_different(some_results()) == []
    assert find_different(some_results(mexico=rows)) == ["EMA Workbench, 2 processes"]


def test_the_tables_tell_what_was_measured():
    parts = {"mechanisms": 18, "weeks of past": 1728}
    results = some_results(notes=["There is no gcc."], parts=parts)
    text = tell_results(results, list(list_bounds(results)))
    assert "| Crossroads, float32 | 28,000 | 14,000 | 60.9% | 466.7 | 100 |" in text
    assert "2,700 (units) + 300 (rest) = 3,000 operations a week, 3.12 million a run" in text
    assert "| EMA Workbench, 1,000,000 such runs (extrapolated) | 100.0 s | 22,350 |" in text
    assert "- There is no gcc." in text
    assert "The model as it was measured: 18 mechanisms, 1,728 weeks of past.\n" in text
    assert "**fails**" not in text
    assert "AVX-512" in text
    slow = some_results(ours=10_000)
    assert "**fails**" in tell_results(slow, list(list_bounds(slow)))


def test_a_bound_shows_its_numbers_in_its_own_form():
    assert Bound("", 0.856, 0.8, form="{:.0%}").show(0.856) == "86%"
    assert make_table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |\n"


def test_only_the_produced_part_of_the_document_is_renewed(tmp_path):
    path = tmp_path / "benchmarks.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_document("new", path)
    write_document("newer", path)
    assert path.read_text() == f"before\n{BEGIN}\n\nnewer\n{END}\nafter\n"


def test_a_line_is_drawn_on_from_the_two_largest_counts():
    grown = {count: Told(count, count / 100, 1, 100 + count / 10, 0, 1) for count in (10, 1000, 2000)}
    assert extrapolate(grown, 10_000) == pytest.approx((100.0, 1100.0))
    assert extrapolate({10: grown[10]}, 10_000) is None


def test_a_pool_is_counted_with_two_workers():
    assert Told(1, 1, 1, 100, 50, 1).memory == 200
    assert Told(2, 4, 1, 100, 0, 9).better(Told(2, 3, 2, 90, 0, 8)) == Told(2, 3, 1, 100, 0, 8)


def test_the_figure_names_every_implementation(tmp_path):
    draw_figure(some_results(), tmp_path / "images" / "figure.svg")
    drawn = (tmp_path / "images" / "figure.svg").read_text()
    assert drawn.startswith("<svg")
    assert "Crossroads, float32" in drawn
    assert "EMA Workbench, 2 processes" in drawn
