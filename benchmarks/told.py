"""What a measuring process tells the one that started it: one line of JSON, the last that it prints."""

from __future__ import annotations

import json
import resource
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clock import Spent, read_peak_megabytes


def tell(runs: int, spent: Spent, pool: bool = False, **more: Any) -> None:
    """Print runs, seconds and the peak of memory; for a pool of processes, that of the largest of them beside it."""
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 if pool else 0.0
    told = {"runs": runs, "wall": spent.wall, "cpu": spent.cpu, "peak": read_peak_megabytes(), "child_peak": largest}
    print(json.dumps({**told, **more}), flush=True)


def save_seen(path: str | None, seen: Any) -> None:
    """Keep the outcomes for the comparison, where a path is given."""
    if path:
        np.save(Path(path), np.asarray(seen))
