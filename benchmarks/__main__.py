"""The benchmark: `make bench`, or `python -m benchmarks [--quick | --full]`.

It measures, refuses to print a table when results differ, writes the produced part of docs/benchmarks.md and its
figure (not with --quick), and ends with 1 when a bound does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bounds import SAME, Bound, find_different, list_bounds
from benchmarks.campaign import prepare_campaign
from benchmarks.figure import draw_figure
from benchmarks.measurement import FailedError
from benchmarks.report import DOCUMENT, FIGURE, tell_results, write_document
from benchmarks.sizes import FULL, QUICK, USUAL


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every bound holds."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Crossroads against its peers and limits."
    )
    some = parser.add_mutually_exclusive_group()
    some.add_argument("--quick", action="store_true", help="small counts, two minutes; the document stays as it is")
    some.add_argument("--full", action="store_true", help="10 million runs too")
    parser.add_argument("--work", type=Path, help="a folder for runs on disk; a temporary one by default")
    given = parser.parse_args(arguments)
    sizes = QUICK if given.quick else FULL if given.full else USUAL
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        try:
            results = prepare_campaign(sizes, Path(folder)).measure()
        except FailedError as failed:
            print(f"nothing was written: {failed}", file=sys.stderr)
            return 1
    different = find_different(results)
    if different:
        print(
            f"results differ by more than {SAME:g}, so their speeds say nothing: {', '.join(different)}",
            file=sys.stderr,
        )
        return 1
    bounds = list(list_bounds(results))
    text = tell_results(results, bounds)
    print(text)
    if not given.quick:
        write_document(text)
        draw_figure(results, FIGURE)
        print(f"written to {DOCUMENT} and {FIGURE}", file=sys.stderr)
    return _judge(bounds)


def _judge(bounds: Sequence[Bound]) -> int:
    failing = [bound for bound in bounds if not bound.holds]
    for bound in failing:
        print(f"fails: {bound.says} is {bound.show(bound.measured)}", file=sys.stderr)
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main())
