"""A real scheduler and real workers on the loopback address, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from distributed import Client


class Loopback:
    """A scheduler with its workers. Its files lie in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-show")
        self.address = self._wait_for_address()
        self._client = Client(self.address, timeout=20, set_as_default=False)

    def add_worker(self, *more: str, threads: int = 1) -> subprocess.Popen[bytes]:
        """One more worker process, without anybody who would start it again."""
        count = len(self._client.scheduler_info(n_workers=-1)["workers"])
        where = (self.address, "--host", "127.0.0.1")
        worker = self._start("worker", *where, "--nthreads", str(threads), "--no-nanny", *more)
        self.workers.append(worker)
        self._client.wait_for_workers(count + 1, timeout=60)
        return worker

    def end(self) -> None:
        self._client.close(timeout=2)
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, *arguments, "--no-dashboard"]
        if what == "scheduler":
            command += ["--scheduler-file", str(self.home / "scheduler.json")]
        else:
            command += ["--local-directory", str(self.home)]
        with (self.home / f"{what}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, cwd=self.home, env=clean_environment())

    def _wait_for_address(self) -> str:
        file = self.home / "scheduler.json"
        until = time.monotonic() + 60
        while time.monotonic() < until and self.scheduler.poll() is None:
            try:
                return str(json.loads(file.read_text())["address"])
            except (FileNotFoundError, json.JSONDecodeError):
                time.sleep(0.05)
        raise RuntimeError(f"no scheduler: {(self.home / 'scheduler.log').read_text()}")


def clean_environment() -> dict[str, str]:
    """Without the test runner's own paths: a worker knows what is installed and nothing else."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


@contextmanager
def start_cluster(home: Path, workers: int = 2, *more: str) -> Iterator[Loopback]:
    """A scheduler and some workers, until the end of the block."""
    cluster = Loopback(home)
    try:
        for _ in range(workers):
            cluster.add_worker(*more)
        yield cluster
    finally:
        cluster.end()
