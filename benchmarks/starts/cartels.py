"""The test model: `python -m benchmarks.starts.cartels`."""

from __future__ import annotations

from benchmarks.cartels.model import compile_cartels, to_engine_runs
from benchmarks.cartels.network import make_network
from benchmarks.cartels.parameters import WEEKS, draw_parameters, list_runs
from benchmarks.clock import measure
from benchmarks.told import tell

RUNS = 1000


def main() -> None:
    """Compile or load the engine, and run."""
    values, engine = draw_parameters(RUNS), compile_cartels(make_network())
    runs = to_engine_runs(list_runs(RUNS))
    spent = measure(lambda: engine.project(values, engine.history(values), runs, [WEEKS]))
    tell(RUNS, spent)


if __name__ == "__main__":
    main()
