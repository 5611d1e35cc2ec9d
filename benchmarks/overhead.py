"""What a cluster costs beside the runs themselves: `python -m benchmarks.overhead`; the numbers of docs/cluster.md.

The same chunks are made here and by workers of a scheduler on this machine, one thread each. Beside the chunks is
what the clock shows beyond simulating and writing them, which each chunk measures for itself: so that a machine
with other work to do changes it little. Prints a table and, as its last line, the machine.
"""

from __future__ import annotations

import os
import platform
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from distributed import Client, LocalCluster

from crossroads.case.files import load
from crossroads.sampling.futures import sample
from crossroads.simulation.cluster import Cluster, connect
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.manifest import list_versions
from crossroads.simulation.runs import Runs

EMPTY = 2_000
"""Empty tasks, to see what the scheduler alone can do."""


@dataclass(frozen=True)
class Load:
    """An ensemble to make: futures in chunks."""

    case: str
    futures: int
    chunk: int
    series: int

    @property
    def chunks(self) -> int:
        """How many there are."""
        return -(-self.futures // self.chunk)

    def make(self, folder: Path, executor: Cluster | None = None) -> Runs:
        """Simulate, with one kernel thread a chunk."""
        case = load(self.case)
        drawn = sample(case, self.futures, seed=1)
        more = {"chunk": self.chunk, "series": self.series, "audit": False, "threads": 1}
        return simulate(case, drawn, folder, executor=executor, **more)


LIGHT = Load("toy", 4096, 32, 32)
HEAVY = Load("mexico", 768, 48, 48)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        for warm in (LIGHT, HEAVY):
            Load(warm.case, 2 * warm.chunk, warm.chunk, 0).make(home / f"warm-{warm.case}")
        alone = {each: each.make(home / f"alone-{each.case}") for each in (LIGHT, HEAVY)}
        print("| chunks | here | one worker | two workers | beside a chunk, here | one worker |")
        print("| --- | --- | --- | --- | --- | --- |")
        rows: dict[Load, list[Runs]] = {each: [] for each in alone}
        for workers in (1, 2):
            with open_cluster(workers) as cluster, connect(cluster.scheduler_address) as executor:
                for each in alone:
                    warm = Load(each.case, 2 * each.chunk, each.chunk, each.series)
                    warm.make(home / f"{workers}-warm-{each.case}", executor)
                    rows[each].append(each.make(home / f"{workers}-{each.case}", executor))
        for each, direct in alone.items():
            print(describe(each, direct, rows[each]))
        print(f"\nempty tasks a second, two workers: {count_tasks():,.0f}")
        print_sizes(alone[HEAVY])
    print(f"\n{os.cpu_count()} cores, {platform.machine()}, {list_versions()}")


def open_cluster(workers: int) -> LocalCluster:
    """Workers of one thread each, on the loopback address."""
    return LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    )


def describe(each: Load, direct: Runs, over: list[Runs]) -> str:
    """One row of the table; hashes must agree."""
    assert {runs.content_hash() for runs in over} == {direct.content_hash()}
    walls = [runs.manifest.wall_seconds for runs in (direct, *over)]
    here, there = (tell_beside(runs, each.chunks) for runs in (direct, over[0]))
    per_chunk = direct.manifest.runs // each.chunks
    name = f"{each.case}, {each.chunks} of {per_chunk:,} runs"
    seconds = " | ".join(f"{wall:.2f} s" for wall in walls)
    return f"| {name} | {seconds} | {here:.1f} ms | {there:.1f} ms |"


def tell_beside(runs: Runs, chunks: int) -> float:
    """Milliseconds a chunk that were neither simulating nor writing it, where chunks were made one after another."""
    manifest = runs.manifest
    return 1000 * (manifest.wall_seconds - manifest.seconds - manifest.write_seconds) / chunks


def count_tasks() -> float:
    """Empty tasks a second through a scheduler and two workers."""
    with open_cluster(2) as cluster, Client(cluster) as client:
        client.gather(client.map(abs, range(200), pure=False))
        begun = time.perf_counter()
        client.gather(client.map(abs, range(EMPTY), pure=False))
        return EMPTY / (time.perf_counter() - begun)


def print_sizes(runs: Runs) -> None:
    """Bytes a run on disk, with and without series, and speed and share of writing."""
    marks = runs.completions
    for name, chunk in (("with series", 0), ("without series", max(marks))):
        print(f"bytes a run on disk, {name}: {sum(marks[chunk].files.values()) / marks[chunk].runs:.0f}")
    manifest = runs.manifest
    print(f"runs per CPU-second of simulation: {manifest.runs / manifest.seconds:,.0f}")
    print(f"writing per simulating: {manifest.write_seconds / manifest.seconds:.1%}")
    largest = max(file.stat().st_size for file in (runs.path / "done").iterdir())
    print(f"bytes of the largest completion mark: {largest:,}")


if __name__ == "__main__":
    main()
