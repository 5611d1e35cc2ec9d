"""The toy case by its formulas, as wrapped functions: a model without an engine. Also run as a child process.

    python fake_town.py FOLDER FUTURES [seconds to wait in each chunk] [chunks before the disk is full] [scheduler]
"""

from __future__ import annotations

import resource
import sys
import time
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from crossroads.case.files import load
from crossroads.case.records import Case
from crossroads.sampling.futures import Futures, sample
from crossroads.simulation.cluster import connect
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.runs import Runs
from crossroads.simulation.wrapped import Wrapped, wrap_batch

CHUNK = 16
SERIES = 40
"""Not a whole number of chunks, on purpose."""
PAIRS = 10
"""Two reactions where nobody builds, four under each of two other options."""


@cache
def toy() -> Case:
    return load("toy")


@cache
def futures(count: int) -> Futures:
    return sample(toy(), count, seed=1)


def town(given: dict[str, Any], weeks: list[int]) -> dict[str, Any]:
    """Many runs of the toy, (runs, weeks) for each outcome; see the words at the top of its model."""
    buying = given["moving"] / 52 * (1.0 if given["support"] else 0.5)
    homes = _homes(given, buying)
    kept_out = given["levee_height"] * np.where(given["ground"] == "sand", 0.5, 1.0)[:, None]
    flooded = homes * (given["flood_rate"] * given["homes_hit"])[:, None] * (1 - kept_out) / 52
    harmed = flooded * given["people_a_home"] * (1 - given["warning"])
    price = given["levee_price"] * given["works"] / 52 * (np.arange(len(buying)) < 52)
    late = np.where(given["late"], given["overrun"], 1.0)[:, None]
    spent = price * late + given["home_price"] * buying * homes
    after = homes * (1 + given["growth"][:, None] / 52 - buying)
    at = np.array(weeks) - 1
    sums = {"harmed": harmed, "flooded_homes": flooded, "spending": spent}
    so_far = {name: np.cumsum(each, axis=1)[:, at] for name, each in sums.items()}
    return {"homes_at_risk": after[:, at], **so_far}


def _homes(given: dict[str, Any], buying: np.ndarray) -> np.ndarray:
    """(runs, weeks): homes at the start of each week."""
    growth = given["growth"][:, None] / 52
    factors = 1 + growth - buying
    first = given["homes_then"] * (1 + growth) ** 104
    return np.concatenate([first, first * np.cumprod(factors, axis=1)[:, :-1]], axis=1)


TOWN = wrap_batch(town)


def weigh(folder: Path, count: int = 64, model: Wrapped = TOWN, **more: Any) -> Runs:
    return simulate(toy(), futures(count), folder, model=model, **{"chunk": CHUNK, "series": SERIES, **more})


class Slow:
    """Waits after each chunk, and lets the disk be full after some of them."""

    def __init__(self, seconds: float, full_after: int) -> None:
        self.seconds = seconds
        self.left = full_after

    def begin(self, total_runs: int, already_done: int) -> None:
        print("begun", total_runs, already_done, flush=True)

    def advance(self, runs: int, failures: int) -> None:
        self.left -= 1
        if self.left == 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512))
        time.sleep(self.seconds)

    def end(self) -> None:
        print("ended", flush=True)


if __name__ == "__main__":
    wait = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    full = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    with connect(sys.argv[5]) if len(sys.argv) > 5 else nullcontext() as executor:
        runs = weigh(Path(sys.argv[1]), int(sys.argv[2]), progress=Slow(wait, full), executor=executor)
    print(runs.content_hash())
