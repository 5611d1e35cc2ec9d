"""A real scheduler and real workers, each a process of its own that knows what is installed and nothing else."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from bucket import Bucket
from fake_town import CHUNK, PAIRS, SERIES, futures, town, toy, weigh
from loopback import Loopback, start_cluster

from crossroads.case.files import find_folder, load
from crossroads.errors import RunsError
from crossroads.presentation.progress import Count, Lines
from crossroads.sampling.futures import sample
from crossroads.simulation import cluster
from crossroads.simulation.cluster import connect, describe_worker
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.models import load_model
from crossroads.simulation.runs import open_runs
from crossroads.simulation.status import Status
from crossroads.simulation.wrapped import wrap_batch, wrap_function

pytestmark = pytest.mark.slow

COUNT = 256
CHUNKS = COUNT // CHUNK
PRELOAD = ("--preload", str(Path(__file__).with_name("bucket.py")))


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Two workers of one thread each."""
    with start_cluster(tmp_path_factory.mktemp("engine"), 2, *PRELOAD) as started:
        yield started


@pytest.fixture(scope="module")
def workers(engine):
    with connect(engine.address) as connected:
        yield connected


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """The same runs, made here."""
    return weigh(tmp_path_factory.mktemp("alone") / "runs", COUNT)


@pytest.fixture
def frail(tmp_path):
    """A cluster of its own, to be broken."""
    with start_cluster(tmp_path, 2) as started:
        yield started


def slow_town(given, weeks):
    time.sleep(0.02)
    return town(given, weeks)


SLOW = wrap_batch(slow_town)


class Meddler:
    """Does something once, after some chunks."""

    def __init__(self, after: int, meddle) -> None:
        self.after, self.meddle = after, meddle
        self.done = 0

    def begin(self, total_runs: int, already_done: int) -> None:
        self.already_done = already_done

    def advance(self, runs: int, failures: int) -> None:
        self.done += 1
        if self.done == self.after:
            self.meddle()

    def end(self) -> None:
        self.ended = True


def meet(address):
    with connect(address):
        pass


def require_equal(runs, alone):
    assert runs.complete
    assert runs.check() == {}
    assert runs.content_hash() == alone.content_hash()
    assert runs.manifest.runs == COUNT * PAIRS


def test_workers_give_the_same_values_and_the_summary_tells_the_clock(workers, alone, tmp_path):
    runs = weigh(tmp_path / "runs", COUNT, executor=workers)
    require_equal(runs, alone)
    manifest = runs.manifest
    assert manifest.runs_per_second == pytest.approx(manifest.runs / manifest.wall_seconds)
    assert 0 < manifest.write_seconds < 2.5 * manifest.wall_seconds
    assert manifest.seconds == pytest.approx(sum(mark.seconds for mark in runs.completions.values()))


def test_a_larger_design_goes_on_from_a_smaller_one_on_the_same_workers(workers, alone, tmp_path):
    small = weigh(tmp_path / "runs", 64, executor=workers)
    told = Meddler(0, None)
    large = weigh(tmp_path / "runs", COUNT, executor=workers, progress=told)
    require_equal(large, alone)
    assert told.already_done == 64 * PAIRS
    assert small.completions.items() <= large.completions.items()


@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (3, 1)], ids=str)
def test_the_number_of_workers_and_threads_changes_no_bit(alone, tmp_path, shape):
    count, threads = shape
    with start_cluster(tmp_path, 0) as small:
        for _ in range(count):
            small.add_worker(threads=threads)
        with connect(small.address) as few:
            assert few.threads == count * threads
            require_equal(weigh(tmp_path / "runs", COUNT, executor=few), alone)


def test_a_killed_worker_costs_nothing_but_time(frail, alone, tmp_path):
    told = Meddler(3, frail.workers[0].kill)
    with connect(frail.address) as workers:
        runs = weigh(tmp_path / "runs", COUNT, SLOW, executor=workers, progress=told)
        assert frail.workers[0].wait(timeout=5) == -signal.SIGKILL
        assert told.done == CHUNKS
        require_equal(runs, alone)


def test_without_workers_the_driver_stops_with_a_sentence_and_goes_on_with_new_ones(
    frail, alone, tmp_path, monkeypatch
):
    monkeypatch.setattr(cluster, "WITHOUT_WORKERS", 1.0)

    def kill_all():
        for worker in frail.workers:
            worker.kill()

    with connect(frail.address) as workers:
        with pytest.raises(RunsError, match=r"has had no worker for 1 seconds. Chunks .* safe. Start workers"):
            weigh(tmp_path / "runs", COUNT, SLOW, executor=workers, progress=Meddler(3, kill_all))
        safe = open_runs(tmp_path / "runs").completions
        assert 3 <= len(safe) < CHUNKS
        frail.add_worker()
        require_equal(weigh(tmp_path / "runs", COUNT, SLOW, executor=workers), alone)


def test_a_scheduler_that_dies_in_mid_run_is_told_and_nothing_finished_is_lost(frail, alone, tmp_path):
    with connect(frail.address) as workers:
        told = Meddler(3, frail.scheduler.kill)
        with pytest.raises(RunsError, match=r"is gone\. Chunks that were finished are safe"):
            weigh(tmp_path / "runs", COUNT, SLOW, executor=workers, progress=told)
    assert told.ended
    safe = open_runs(tmp_path / "runs").completions
    assert 3 <= len(safe) < CHUNKS
    require_equal(weigh(tmp_path / "runs", COUNT, SLOW), alone)  # here, without any cluster


def test_a_killed_driver_goes_on_where_it_stopped(engine, workers, tmp_path):
    count, folder = 2 * COUNT, tmp_path / "runs"
    script = Path(__file__).with_name("fake_town.py")
    command = [sys.executable, str(script), str(folder), str(count), "0.2", "0", engine.address]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as driver:
        until = time.monotonic() + 60
        while len(list(folder.glob("done/*.json"))) < 3 and time.monotonic() < until:
            time.sleep(0.01)
        driver.kill()
    assert driver.returncode == -signal.SIGKILL
    found = len(open_runs(folder).completions)
    assert 3 <= found < count // CHUNK
    told = Meddler(0, None)
    runs = weigh(folder, count, executor=workers, progress=told)
    assert told.already_done >= found * CHUNK * PAIRS
    assert runs.check() == {}
    assert runs.content_hash() == weigh(tmp_path / "alone", count).content_hash()


def test_ctrl_c_keeps_what_is_finished_and_the_workers_are_free_again(workers, alone, tmp_path):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weigh(tmp_path / "runs", COUNT, SLOW, executor=workers, progress=Meddler(2, stop))
    assert 2 <= len(open_runs(tmp_path / "runs").completions) < CHUNKS
    require_equal(weigh(tmp_path / "runs", COUNT, SLOW, executor=workers), alone)


def test_a_chunk_that_kills_its_worker_is_named_and_all_others_are_safe(tmp_path, monkeypatch):
    fatal = futures(COUNT).column("flood_rate")[5 * CHUNK + 2]

    def deadly(given, weeks):
        if (given["flood_rate"] == fatal).any():
            import os  # noqa: PLC0415  (travels with the function)

            os._exit(9)
        return town(given, weeks)

    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    told = pytest.raises(RunsError, match=r"could not be made \(chunk 5: KilledWorker.*All others are finished")
    with start_cluster(tmp_path, 3) as frail, connect(frail.address) as workers, told:
        weigh(tmp_path / "runs", COUNT, wrap_batch(deadly), executor=workers)
    assert set(open_runs(tmp_path / "runs").completions) == set(range(CHUNKS)) - {5}


def test_each_good_run_has_its_numbers_and_each_failed_one_its_reason(workers, tmp_path):
    rates = futures(64).column("flood_rate")
    raised, odd, lost = (set(map(float, rates[places])) for places in ([3, 20], [33], [40, 5]))

    class OddError(BaseException):
        """Not an Exception, so that `except Exception` misses it."""

    def fragile(given, weeks):
        rate = given["flood_rate"]
        if rate in raised:
            return {"harmed": 1 / 0}
        if rate in odd:
            raise OddError("the river froze")
        many = {
            name: np.array([value]) if isinstance(value, float | str) and name in names else value
            for name, value in given.items()
        }
        told = {name: values[0] for name, values in town(many, weeks).items()}
        return {**told, "harmed": told["harmed"] * np.nan} if rate in lost else told

    names = set(futures(64).names)
    here = weigh(tmp_path / "here", 64, wrap_function(fragile))
    there = weigh(tmp_path / "there", 64, wrap_function(fragile), executor=workers)
    assert there.content_hash() == here.content_hash()
    reasons = {failure.future: failure.reason for failure in there.failures()}
    assert set(reasons) == {3, 5, 20, 33, 40}
    assert reasons[3] == reasons[20] == "ZeroDivisionError: division by zero"
    assert reasons[33] == "OddError: the river froze"
    assert reasons[40].startswith("harmed was not a number")
    healthy = weigh(tmp_path / "healthy", 64)
    good = [future for future in range(64) if future not in reasons]
    np.testing.assert_allclose(
        there.dataset["values"].values[:, :, good], healthy.dataset["values"].values[:, :, good], rtol=1e-6
    )
    status = there.status.values[:, :, sorted(reasons)]
    assert not (status == Status.OK).any()


def test_a_model_of_a_case_folder_travels_whole(workers, tmp_path):
    folder = tmp_path / "town"
    shutil.copytree(find_folder("toy"), folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / "model" / "__init__.py").read_text(encoding="utf-8")
    (folder / "model" / "__init__.py").write_text(text + "\n# another state of the model\n", encoding="utf-8")
    case = load(folder)
    model = load_model(case, folder)
    shutil.rmtree(folder)
    here = simulate(case, futures(64), tmp_path / "here", model=model, chunk=16)
    there = simulate(case, futures(64), tmp_path / "there", model=model, chunk=16, executor=workers)
    assert there.content_hash() == here.content_hash()
    assert there.manifest.audit.runs == here.manifest.audit.runs


def test_the_mexico_case_gives_the_same_bits_on_workers(workers, tmp_path):
    case = load("mexico")
    drawn = sample(case, 48, seed=1)
    options = {"chunk": 16, "series": 16, "audit": False}
    there = simulate(case, drawn, tmp_path / "there", executor=workers, **options)
    here = simulate(case, drawn, tmp_path / "here", **options)
    assert there.content_hash() == here.content_hash()
    assert there.manifest.runs == here.manifest.runs > 5000


def test_a_pool_of_processes_is_an_executor_too(alone, tmp_path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        require_equal(weigh(tmp_path / "runs", COUNT, executor=pool), alone)


def test_a_broken_pool_is_told_and_nothing_finished_is_lost(alone, tmp_path):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        told = Meddler(3, lambda: next(iter(pool._processes.values())).kill())
        with pytest.raises(RunsError, match="The pool of processes broke"):
            weigh(tmp_path / "runs", COUNT, SLOW, executor=pool, progress=told)
    assert 3 <= len(open_runs(tmp_path / "runs").completions) < CHUNKS
    require_equal(weigh(tmp_path / "runs", COUNT, SLOW), alone)


@pytest.mark.filterwarnings("ignore:UPath 'bucket' filesystem:UserWarning")
def test_workers_write_to_an_address(workers, alone, tmp_path):
    assert Bucket.protocol == "bucket"
    address = f"bucket://{tmp_path}/runs"
    half = weigh(address, 64, executor=workers)
    assert str(half.path) == address
    require_equal(weigh(address, COUNT, executor=workers), alone)
    require_equal(open_runs(address), alone)


def test_progress_over_workers_is_true_in_a_log(workers, tmp_path):
    lost = float(futures(COUNT).column("flood_rate")[3])

    def fragile(given, weeks):
        time.sleep(0.02)
        told = town(given, weeks)
        told["harmed"][given["flood_rate"] == lost] = float("nan")
        return told

    lines = []
    progress = Lines(lines.append, Count())
    runs = weigh(tmp_path / "runs", COUNT, wrap_batch(fragile), executor=workers, progress=progress)
    assert lines[0] == f"simulating {COUNT * PAIRS:,} runs"
    assert lines[-1].startswith(f"{COUNT * PAIRS:,} of {COUNT * PAIRS:,} runs are safe; ")
    assert lines[-1].endswith(f"runs a second, {PAIRS} failed runs")
    assert progress.count.done == runs.manifest.runs
    assert progress.count.failures == runs.manifest.failures == PAIRS
    assert progress.count.rate == pytest.approx(runs.manifest.runs_per_second, rel=0.5)


def test_a_scheduler_that_is_not_there_is_told_within_seconds(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    begun = time.monotonic()
    for address in ("tcp://127.0.0.1:9", "127.0.0.1:9"):
        with pytest.raises(RunsError, match=f"No scheduler answers at {address}. Start one with `dask scheduler`"):
            meet(address)
    for address in ("nonsense", "", "127.0.0.1", "http://127.0.0.1:9"):
        with pytest.raises(RunsError, match=r"is no address of a scheduler\. Write it as tcp://MACHINE:PORT"):
            meet(address)
    assert time.monotonic() - begun < 10


def test_a_scheduler_without_workers_is_told(tmp_path):
    told = pytest.raises(RunsError, match=r"has no workers. Start one on each machine: `dask worker tcp:")
    with start_cluster(tmp_path, 0) as empty, told:
        meet(empty.address)


def test_other_versions_on_workers_are_told_or_refused(engine: Loopback, monkeypatch):
    real = describe_worker()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        meet(engine.address)
    monkeypatch.setattr(cluster, "list_versions", lambda: {**real, "numba": "0.1"})
    with pytest.warns(UserWarning, match=f"Workers have numba {real['numba']}, and here it is 0.1"):
        meet(engine.address)
    monkeypatch.setattr(cluster, "list_versions", lambda: {**real, "python": "3.1.0"})
    with pytest.raises(RunsError, match=f"Workers have python {real['python']}, and here it is 3.1.0"):
        meet(engine.address)
    monkeypatch.undo()
    monkeypatch.setattr(cluster, "ENGINE", 99)
    with pytest.raises(RunsError, match=r"Workers have engine \d+, and here it is 99"):
        meet(engine.address)


def test_series_are_those_of_the_first_futures_wherever_they_are_made(workers, alone, tmp_path):
    runs = weigh(tmp_path / "runs", COUNT, executor=workers)
    assert runs.dataset.sizes["series_future"] == SERIES
    np.testing.assert_array_equal(runs.series("harmed").values, alone.series("harmed").values)
    assert toy().id == runs.manifest.case


def test_the_command_line_simulates_on_a_cluster_and_its_log_is_true(engine, tmp_path):
    begin = [sys.executable, "-m", "crossroads", "simulate", "toy", "--futures", "64", "--cluster", engine.address]
    place = tmp_path / "shared"
    done = subprocess.run([*begin, "--runs", str(place)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "simulating 640 runs"
    assert lines[1].startswith("640 of 640 runs are safe; ")
    folder = next(place.iterdir())
    assert lines[2].startswith(str(folder))
    assert open_runs(folder).content_hash() == simulate(toy(), futures(64), tmp_path / "here").content_hash()
