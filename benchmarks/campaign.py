"""What is measured, in order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bounds import JUDGED, OURS, OURS_LONG
from benchmarks.cartels.model import make_inputs, make_model
from benchmarks.cartels.network import make_network
from benchmarks.cartels.parameters import KINDS, WEEKS
from benchmarks.environments import EMA, RHODIUM, MissingError, prepare
from benchmarks.limit import NoCompilerError, build_limit
from benchmarks.machine import describe_machine
from benchmarks.measurement import Subject, Told, differ, run, run_in_turns
from benchmarks.mexico import Job, make_job
from benchmarks.operations import count_operations
from benchmarks.results import Notes, Results, Row
from benchmarks.sizes import Sizes
from benchmarks.stored import draw_values

PLAIN = "Plain Python and NumPy"
READ_BACK = 1_000_000
"""More runs would not fit into the memory of an ordinary machine when all is read at once."""
_WORKER, _BASELINES = "benchmarks.worker", "benchmarks.baselines"


@dataclass(frozen=True)
class Campaign:
    """One run of the benchmark."""

    sizes: Sizes
    folder: Path
    notes: Notes
    pythons: Mapping[str, str]
    """Peer to its interpreter, where it has one."""
    compiler: bool

    def measure(self) -> Results:
        """Everything."""
        cartels = list(self._measure_cartels())
        bounds, duel = self._fight()
        mexico = list(self._measure_mexico())  # before growth, which then finds its kernel compiled
        growth = {count: self._grow(count) for count in self.sizes.growth}
        return Results(
            machine=describe_machine(),
            versions=self._list_versions(),
            operations=count_operations(make_model(make_network()), make_inputs()),
            weeks=WEEKS,
            bounds=bounds,
            cartels=[*cartels, *duel],
            mexico=mexico,
            tries=self._slide(),
            starts={"cartels": self._start("cartels"), "mexico": self._start("mexico", str(self._first_futures()))},
            growth=growth,
            peer_growth=self._grow_peer(),
            reading=self._read_back(),
            peer_store=self._run_peer("store", "--runs", str(self.sizes.stored)),
            notes=self.notes.said,
            parts=self._make_job().count_parts(),
        )

    @property
    def _futures(self) -> Path:
        return self.folder / "futures.npy"

    def _measure_cartels(self) -> Iterator[Row]:
        """The reference, NumPy and the peers on the test model."""
        reference = None
        for subject, told, seen in run_in_turns(list(self._list_cartels()), self.sizes.rounds, self.folder):
            reference = seen if reference is None else reference
            yield Row(subject, told, differ(seen, reference))
        np.save(self.folder / "reference.npy", reference)

    def _list_cartels(self) -> Iterator[Subject]:
        single, double = str(self.sizes.single), str(2 * self.sizes.single)
        yield Subject(PLAIN, (_BASELINES, "plain", "--runs", single))
        peers = ((EMA, ("benchmarks.peers.ema", "cartels")), (RHODIUM, ("benchmarks.peers.rhodium",)))
        for peer, module in peers:
            if peer.name in self.pythons:
                python = self.pythons[peer.name]
                yield Subject(f"{peer.title}, 1 process", (*module, "--runs", single), python)
                pool = (*module, "--runs", double, "--processes", "2")
                yield Subject(f"{peer.title}, 2 processes", pool, python, processors=2)
        for kind in KINDS:
            batch = (_BASELINES, "batch", "--runs", str(self.sizes.batch), "--kind", kind)
            yield Subject(f"NumPy in batches, {kind}", batch, kind=kind)

    def _fight(self) -> tuple[dict[str, float], list[Row]]:
        """C and Crossroads in turn, and the arithmetic bound; each again alone for its memory and its outcomes."""
        sides: Mapping[str, Any] = {}
        if self.compiler:
            runs, rounds = str(self.sizes.duel), str(self.sizes.duel_rounds)
            sides = run(Subject("duel", (_WORKER, "duel", "--runs", runs, "--rounds", rounds))).more["sides"]
        rows = []
        for kind in KINDS:
            for name, side, module in ((f"C, {kind}", "limit", _BASELINES), (f"Crossroads, {kind}", "ours", _WORKER)):
                if side == "limit" and not self.compiler:
                    continue
                rows.append(self._measure_alone(name, side, module, kind, sides.get(kind, {}).get(side)))
        return {kind: side["bound"] for kind, side in sides.items()}, rows

    def _measure_alone(self, name: str, side: str, module: str, kind: str, fought: Any) -> Row:
        crowd = Subject(name, (module, side, "--runs", str(self.sizes.crowd), "--kind", kind), kind=kind, processors=2)
        out = self.folder / "alone.npy"
        told = run(crowd, out)
        difference = differ(np.load(out), np.load(self.folder / "reference.npy"))
        if fought:
            told = Told(self.sizes.duel, fought["wall"], fought["cpu"], told.peak, 0, told.whole)
        return Row(crowd, told, difference)

    def _measure_mexico(self) -> Iterator[Row]:
        """The full model: Crossroads in both precisions, and the peer on the first of the same futures."""
        sizes = self.sizes
        np.save(self._futures, draw_values(sizes.futures))
        subjects = [
            Subject(name, (_WORKER, "mexico", "--futures", str(self._futures), "--kind", kind), kind=kind, processors=2)
            for name, kind in ((OURS_LONG, "float64"), (OURS, "float32"))
        ]
        if EMA.name in self.pythons:
            for processes in (1, 2):
                name = f"{EMA.title}, {processes} process{'es' * (processes > 1)}"
                some = ("--futures", str(self._futures), "--runs", str(processes * sizes.peer_runs))
                command = ("benchmarks.peers.ema", "mexico", *some, "--processes", str(processes))
                subjects.append(Subject(name, command, self.pythons[EMA.name], processors=processes))
        reference = None
        for subject, told, seen in run_in_turns(subjects, sizes.rounds, self.folder):
            reference = seen if reference is None else reference
            yield Row(subject, told, differ(seen, reference))

    def _slide(self) -> dict[str, float]:
        wide = self.folder / "wide.npy"
        np.save(wide, draw_values(1000))
        command = (_WORKER, "slider", "--futures", str(wide), "--rounds", str(self.sizes.tries))
        return {name: spent["wall"] for name, spent in run(Subject("slider", command)).more["best"].items()}

    def _start(self, *which: str) -> tuple[float, float]:
        """Whole seconds of a process that makes a thousand runs: with an empty cache, then the best of some more."""
        with tempfile.TemporaryDirectory(dir=self.folder) as cache:
            subject = Subject("start", (f"benchmarks.starts.{which[0]}", *which[1:]))
            first, *more = (run(subject, more={"XDG_CACHE_HOME": cache}).whole for _ in range(2 + self.sizes.rounds))
            return first, min(more)

    def _first_futures(self) -> Path:
        """As many futures as a thousand runs take."""
        few, job = self.folder / "few.npy", self._make_job()
        np.save(few, job.values[: -(-1000 // len(job.pairs))])
        return few

    def _make_job(self) -> Job:
        return make_job(np.load(self._futures))

    def _grow(self, count: int) -> Told:
        """So many runs into a store and through the analysis; the store is kept if it can be read back."""
        folder = self.folder / f"runs-{count}"
        told = run(Subject("grow", (_WORKER, "grow", "--runs", str(count))), folder)
        if count >= JUDGED:
            weighed = run(Subject("weigh", (_WORKER, "weigh")), folder)
            told = replace(told, more={**told.more, "weighing": weighed.wall, "weighing_memory": weighed.memory})
        if count > READ_BACK:
            shutil.rmtree(folder)
        return told

    def _read_back(self) -> dict[str, float]:
        count = max(count for count in self.sizes.growth if count <= READ_BACK)
        told = run(Subject("read", (_WORKER, "read")), self.folder / f"runs-{count}")
        return {"runs": float(count), **told.more}

    def _grow_peer(self) -> dict[int, Told]:
        told = {count: self._run_peer("grow", "--runs", str(count)) for count in self.sizes.peer_growth}
        return {count: each for count, each in told.items() if each}

    def _run_peer(self, *command: str) -> Told | None:
        if EMA.name not in self.pythons:
            return None
        return run(Subject(command[0], ("benchmarks.peers.ema", *command), self.pythons[EMA.name]))

    def _list_versions(self) -> dict[str, str]:
        ours = run(Subject("versions", (_WORKER, "versions"))).more["versions"]
        return {**ours, **{peer.title: peer.read_version() for peer in (EMA, RHODIUM) if peer.name in self.pythons}}


def prepare_campaign(sizes: Sizes, folder: Path) -> Campaign:
    """Make what is needed; what cannot be made is noted and left out."""
    notes, pythons = Notes(), {}
    for peer in (EMA, RHODIUM):
        try:
            pythons[peer.name] = str(prepare(peer))
        except MissingError as missing:
            notes.add(f"{missing}; its rows are left out.")
    return Campaign(sizes, folder, notes, pythons, _has_compiler(notes))


def _has_compiler(notes: Notes) -> bool:
    try:
        for kind in KINDS:
            build_limit(make_network(), kind)
    except NoCompilerError as missing:
        notes.add(f"C and the arithmetic bound: {missing}.")
        return False
    return True
