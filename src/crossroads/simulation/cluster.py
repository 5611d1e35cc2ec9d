"""The executor of an existing distributed engine: a dask scheduler and its workers, on any machines.

Each thread of a worker makes one chunk at a time with one kernel thread, so that the threads that a worker was
started with are the cores that it uses.
"""

from __future__ import annotations

import logging
import re
import socket
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from crossroads.errors import RunsError
from crossroads.simulation.manifest import ENGINE, list_versions

PATIENCE = 8.0
"""Seconds to wait for a scheduler to answer."""
WITHOUT_WORKERS = 60.0
"""Seconds without any worker before the driver gives up."""
AHEAD = 4
"""Chunks in flight for each thread of the workers."""
SAME = ("python", "crossroads")
"""What must be of one version: functions travel between the same Pythons alone."""

_PORT = re.compile(r"^(?:tcp://|tls://)?([^/]+):(\d+)$")
_SPEAKERS = ("distributed.client", "distributed.core", "distributed.batched", "tornado.application")


class Cluster:
    """A connected scheduler; made by `connect`."""

    def __init__(self, client: Any, address: str) -> None:
        """Of a connected client of dask.distributed."""
        self.address = address
        self._client = client
        self._threads: int = 0
        self._looked = -float("inf")
        self._seen = time.monotonic()

    @property
    def threads(self) -> int:
        """Threads of all workers, as last counted."""
        self._count()
        return self._threads

    @property
    def window(self) -> int:
        """Chunks to have in flight: enough that no worker waits, few enough that nothing piles up."""
        return AHEAD * max(1, self.threads)

    def submit(self, function: Callable[..., Any], /, *given: Any) -> Any:
        """A promise to call a function on a worker. Raises RunsError when the scheduler is gone."""
        self._require_scheduler()
        return self._client.submit(function, *given, pure=False)

    def require_workers(self) -> None:
        """Raise RunsError when the scheduler is gone, or has had no worker for a while."""
        self._require_scheduler()
        if self.threads:
            self._seen = time.monotonic()
        elif time.monotonic() - self._seen > WITHOUT_WORKERS:
            raise RunsError(
                f"The scheduler at {self.address} has had no worker for {WITHOUT_WORKERS:.0f} seconds. Chunks that "
                f"were finished are safe. Start workers (`dask worker {self.address}`) and give the same command again."
            )

    def is_lethal(self, error: Exception) -> bool:
        """Whether a call killed one worker after another, and another try would kill more."""
        from distributed import KilledWorker  # noqa: PLC0415  (an extra; here it is loaded already)

        return isinstance(error, KilledWorker)

    def _require_scheduler(self) -> None:
        if self._client.status != "running":
            raise RunsError(
                f"The scheduler at {self.address} is gone. Chunks that were finished are safe. Start it and its "
                "workers again and give the same command: it goes on where it stopped."
            )

    def _count(self) -> None:
        """Count threads, at most once a second."""
        if time.monotonic() - self._looked < 1.0:
            return
        self._looked = time.monotonic()
        try:
            self._threads = sum(self._client.nthreads().values())
        except (OSError, TimeoutError):
            self._require_scheduler()


@contextmanager
def connect(address: str) -> Iterator[Cluster]:
    """The scheduler at an address (tcp://127.0.0.1:8786) as an executor, until the end of the block.

    Says, as a warning, where versions on workers differ. Raises RunsError when nobody answers, there is no
    worker, or a worker would not give the same numbers.
    """
    client = _open_client(address)
    _keep_quiet()
    try:
        _compare_workers(client, address)
        yield Cluster(client, address)
    finally:
        client.close(timeout=5)


def describe_worker() -> dict[str, str]:
    """What decides the numbers of a worker, asked of each."""
    return {**list_versions(), "engine": str(ENGINE)}


def _keep_quiet() -> None:
    """What goes wrong is told in a sentence, and not by tracebacks from threads in between."""
    for name in _SPEAKERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _open_client(address: str) -> Any:
    try:
        from distributed import Client  # noqa: PLC0415  (an extra, and slow to load)
    except ImportError as error:
        raise RunsError(
            "A cluster needs dask.distributed, which is not installed. Install Crossroads with its extra: "
            "`pip install '.[cluster]'` in the folder of the project."
        ) from error
    make: Any = Client
    try:
        _knock(address)
        return make(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise RunsError(
            f"No scheduler answers at {address}. Start one with `dask scheduler`, give the address that it prints "
            "(tcp://MACHINE:8786) and see that its port can be reached from here; or simulate without a cluster."
        ) from error


def _knock(address: str) -> None:
    """Wait until the port of a scheduler opens. Raises OSError when it does not, RunsError where this is no address."""
    found = _PORT.match(address)
    if found is None:
        raise RunsError(f"{address!r} is no address of a scheduler. Write it as tcp://MACHINE:PORT.")
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection((found[1].strip("[]"), int(found[2])), timeout=PATIENCE).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _compare_workers(client: Any, address: str) -> None:
    found: Mapping[str, Any] = client.run(describe_worker, on_error="return")
    if not found:
        raise RunsError(
            f"The scheduler at {address} has no workers. Start one on each machine: `dask worker {address}`."
        )
    here = describe_worker()
    for worker, told in found.items():
        if isinstance(told, Exception):
            raise RunsError(
                f"The worker {worker} cannot run Crossroads ({type(told).__name__}: {told}). Install "
                "Crossroads of this version there, with its extra `cluster`."
            ) from told
    for name, ours in here.items():
        others = sorted({told.get(name, "none") for told in found.values()} - {ours})
        if others:
            _tell_difference(name, ours, others)


def _tell_difference(name: str, ours: str, others: list[str]) -> None:
    theirs = " and ".join(others)
    must = name == "engine" or (name in SAME and any(_minor(other) != _minor(ours) for other in others))
    if must:
        raise RunsError(
            f"Workers have {name} {theirs}, and here it is {ours}. Install the same version on every machine."
        )
    warnings.warn(
        f"Workers have {name} {theirs}, and here it is {ours}: install the same version everywhere to be sure of the "
        "same numbers.",
        stacklevel=5,
    )


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]
