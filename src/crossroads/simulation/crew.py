"""Chunks on an executor: some in flight at a time, each tried more than once before it is given up."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Protocol

from crossroads.errors import CrossroadsError, RunsError
from crossroads.simulation.cluster import Cluster
from crossroads.simulation.work import Done, Trouble, Work, try_chunk

IN_FLIGHT = 64
"""Chunks handed over at a time to an executor that does not tell its size."""
TRIES = 3
IN_A_ROW = 12
"""Tries that fail one after another before the whole is stopped: no chunk gets through."""
LOOK = 2.0
"""Seconds without a chunk after which a cluster is looked at."""


class Promise(Protocol):
    """What an executor gives back for a call."""

    def result(self, timeout: float | None = None) -> Any:
        """What the call gave. Raises what it raised, and TimeoutError after some seconds."""

    def cancel(self) -> Any:
        """Do not begin."""

    def add_done_callback(self, heard: Callable[[Any], object], /) -> Any:
        """Call this when the call has ended."""


class Executor(Protocol):
    """What a driver asks of an executor: `concurrent.futures.Executor` and its like."""

    def submit(self, function: Callable[..., Any], /, *given: Any) -> Any:
        """Promise to call a function somewhere."""


@dataclass(eq=False)
class _Try:
    work: Work
    number: int
    promise: Promise | None = None


class Crew:
    """An executor that makes chunks."""

    def __init__(self, executor: Executor) -> None:
        """Nothing is handed over before `make`."""
        self._executor = executor
        self._ended: SimpleQueue[tuple[_Try, Any]] = SimpleQueue()
        self._flying: set[_Try] = set()
        self._lost: dict[int, str] = {}
        self._in_a_row = 0

    def make(self, works: Iterable[Work]) -> Generator[Done]:
        """Each chunk once it is safe, in whichever order; close this to let go of what has not begun.

        Raises RunsError with the chunks that could not be made, after all others are safe; and at once where
        no chunk can be made at all.
        """
        waiting = iter(works)
        try:
            self._fill(waiting)
            while self._flying:
                ended, promise = self._wait()
                self._flying.discard(ended)
                told = self._read(ended, promise)
                if isinstance(told, Done):
                    self._in_a_row = 0
                    yield told
                else:
                    self._retry(ended, told)
                self._fill(waiting)
        finally:
            self._let_go()
        if self._lost:
            raise RunsError(self._tell_lost())

    def _fill(self, waiting: Iterator[Work]) -> None:
        window = self._executor.window if isinstance(self._executor, Cluster) else IN_FLIGHT
        while len(self._flying) < window:
            work = next(waiting, None)
            if work is None:
                return
            self._submit(_Try(work, 1))

    def _submit(self, each: _Try) -> None:
        promise: Promise = self._executor.submit(try_chunk, each.work)
        each.promise = promise
        self._flying.add(each)
        promise.add_done_callback(lambda ended: self._ended.put((each, ended)))

    def _let_go(self) -> None:
        for each in self._flying:
            if each.promise is not None:
                with suppress(Exception):  # of an executor that is gone; what stopped the crew is the news
                    each.promise.cancel()

    def _wait(self) -> tuple[_Try, Any]:
        """The next call that ended. Raises RunsError where none can end any more."""
        while True:
            try:
                return self._ended.get(timeout=LOOK)
            except Empty:
                if isinstance(self._executor, Cluster):
                    self._executor.require_workers()

    def _read(self, ended: _Try, promise: Promise) -> Done | Trouble:
        chunk = ended.work.chunk
        try:
            told = self._hear(promise)
        except CrossroadsError:  # of the executor itself; those of a worker come as Trouble
            raise
        except BrokenExecutor as error:
            raise RunsError(
                f"The pool of processes broke ({error}). Chunks that were finished are safe: the same call, with a "
                "new pool, goes on where it stopped."
            ) from error
        except CancelledError:
            return Trouble(chunk, "the executor let go of it", final=False)
        except Exception as error:
            if isinstance(self._executor, Cluster) and self._executor.is_lethal(error):
                ended.number = max(ended.number, TRIES - 1)  # once more, for it may have waited beside the killer
            return Trouble(chunk, f"{type(error).__name__}: {error}", final=False)
        if isinstance(told, Trouble) and told.final:
            raise RunsError(told.what)
        return told if isinstance(told, Done | Trouble) else Trouble(chunk, f"it gave {told!r}", final=True)

    def _hear(self, promise: Promise) -> Any:
        """What a call gave. A worker may die before it has told: then dask calls again, if anybody is left."""
        if not isinstance(self._executor, Cluster):
            return promise.result()
        while True:
            try:
                return promise.result(timeout=LOOK)
            except TimeoutError:
                self._executor.require_workers()

    def _retry(self, ended: _Try, trouble: Trouble) -> None:
        self._in_a_row += 1
        if self._in_a_row >= IN_A_ROW:
            raise RunsError(
                f"{self._in_a_row} tries in a row to make a chunk failed, the last one of chunk {trouble.chunk} with "
                f"{trouble.what}. Chunks that were finished are safe: set this right, and the same call goes on where "
                "it stopped."
            )
        if isinstance(self._executor, Cluster):
            self._executor.require_workers()
        if trouble.final or ended.number >= TRIES:
            self._lost[trouble.chunk] = trouble.what
        else:
            self._submit(_Try(ended.work, ended.number + 1))

    def _tell_lost(self) -> str:
        each = "; ".join(f"chunk {chunk}: {what}" for chunk, what in sorted(self._lost.items()))
        return (
            f"Some chunks could not be made ({each}). All others are finished and safe: set this right, and the same "
            "call makes what is missing."
        )
