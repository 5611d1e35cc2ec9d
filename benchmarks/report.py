"""The produced part of docs/benchmarks.md: tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.bounds import PEER, Bound
from benchmarks.measurement import Told
from benchmarks.results import Results, Row, extrapolate

BEGIN, END = "<!-- produced by make bench: begin -->", "<!-- produced by make bench: end -->"
DOCUMENT = Path(__file__).parent.parent / "docs" / "benchmarks.md"
FIGURE = DOCUMENT.parent / "images" / "benchmarks.svg"


def write_document(text: str, path: Path = DOCUMENT) -> None:
    """Put the tables between the two marks; what stands around them stays."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")


def tell_results(results: Results, bounds: Sequence[Bound]) -> str:
    """All tables."""
    parts = [
        _tell_machine(results),
        "### What must hold\n",
        _tell_bounds(bounds),
        "### The test model\n",
        _tell_rows(results, results.cartels),
        "### The full Mexico model\n",
        *_tell_parts(results.parts),
        _tell_rows(results, results.mexico),
        "### A thousand runs\n",
        _tell_tries(results),
        "### Growth\n",
        _tell_growth(results),
        "### Saving and loading\n",
        _tell_storage(results),
        *_tell_notes(results.notes),
    ]
    return "\n".join(parts)


def make_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, numbers to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _tell_machine(results: Results) -> str:
    machine = results.machine
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    counted = " + ".join(f"{count:,} ({name})" for name, count in results.operations.items())
    total = sum(results.operations.values())
    lines = [
        f"Machine: {machine.processor}, {machine.cores} cores, {machine.instructions}, {machine.gigabytes:.0f} GB, "
        f"{machine.system}, {machine.compiler}.",
        f"Versions: {versions}.",
        f"Arithmetic of the test model: {counted} = {total:,} operations a week, "
        f"{total * results.weeks / 1e6:.2f} million a run of {results.weeks:,} weeks.",
    ]
    lines += [f"Arithmetic bound, {kind}: {bound:,.0f} runs a CPU-second." for kind, bound in results.bounds.items()]
    return "  \n".join(lines) + "\n"


def _tell_bounds(bounds: Sequence[Bound]) -> str:
    rows = [
        [
            bound.says,
            bound.show(bound.measured),
            f"{'at least' if bound.at_least else 'at most'} {bound.show(bound.asked)}",
            "holds" if bound.holds else "**fails**",
        ]
        for bound in bounds
    ]
    return make_table(["Bound", "measured", "asked", ""], rows)


def _tell_rows(results: Results, rows: Sequence[Row]) -> str:
    peer = results.find(rows, PEER)
    full = rows is results.mexico
    head = [
        "Implementation",
        "runs/s",
        "runs per CPU-s",
        "against EMA",
        "most memory, MB",
        "1,000,000 runs at this rate",
        "difference",
    ]
    told = [_tell_row(results, row, peer, full) for row in sorted(rows, key=lambda row: row.told.per_cpu)]
    return make_table([*head[:3], *(() if full else ("of the bound",)), *head[3:]], told)


def _tell_parts(parts: Mapping[str, int]) -> Iterator[str]:
    """The case grows, and with it the time of a run: rows of two pages compare where these numbers agree."""
    if parts:
        yield f"The model as it was measured: {', '.join(f'{count:,} {name}' for name, count in parts.items())}.\n"


def _tell_row(results: Results, row: Row, peer: Row | None, full: bool) -> list[str]:
    told, bound = row.told, results.bounds.get(row.subject.kind)
    share = f"{told.per_cpu / bound:.1%}" if bound else "-"
    return [
        row.subject.name,
        f"{told.per_second:,.0f}",
        f"{told.per_cpu:,.0f}",
        *(() if full else (share,)),
        f"{told.per_cpu / peer.told.per_cpu:,.1f}" if peer else "-",
        f"{told.memory:,.0f}",
        _tell_time(1e6 / told.per_second),
        _tell_difference(row.difference),
    ]


def _tell_difference(difference: float | None) -> str:
    if difference is None:
        return "-"
    return f"{difference:.0e}" if difference else "none"


def _tell_tries(results: Results) -> str:
    names = {
        "cartels": "test model",
        "mexico": "full Mexico model, all pairs of option and reaction in as few futures as that takes",
        "one_option": "full Mexico model, one option and reaction in 1,000 futures",
    }
    rows = [
        [
            title,
            f"{1000 * results.tries[name]:.0f} ms",
            *(f"{seconds:.2f} s" for seconds in results.starts.get(name, ())),
            *([] if name in results.starts else ["-", "-"]),
        ]
        for name, title in names.items()
    ]
    return make_table(["1,000 runs", "warm", "first start, compiling", "second start"], rows)


def _tell_growth(results: Results) -> str:
    rows = [
        [
            f"Crossroads, {told.runs:,} runs of the Mexico case to disk",
            _tell_time(told.wall),
            f"{told.memory:,.0f}",
            f"{told.more['bytes'] / 1e6:,.0f}",
            f"{told.more['writing']:.1%}",
            *_tell_weighing(told),
        ]
        for told in results.growth.values()
    ]
    for told in results.peer_growth.values():
        name = f"EMA Workbench, {told.runs:,} runs of a model that costs nothing, five series of 520 steps"
        rows.append([name, _tell_time(told.wall), f"{told.memory:,.0f}", *["-"] * 4])
    rows += _extrapolate(results)
    titles = ["time", "most memory, MB", "on disk, MB", "time spent writing", "then analysing", "its most memory, MB"]
    return make_table(["Growth", *titles], rows)


def _tell_weighing(told: Told) -> list[str]:
    """Time and memory of the analysis, where it was measured."""
    if "weighing" not in told.more:
        return ["-", "-"]
    return [_tell_time(told.more["weighing"]), f"{told.more['weighing_memory']:,.0f}"]


def _extrapolate(results: Results) -> Iterator[list[str]]:
    for count in (1_000_000, 10_000_000):
        beyond = extrapolate(results.peer_growth, count)
        if beyond:
            wall, memory = beyond
            name = f"EMA Workbench, {count:,} such runs (extrapolated)"
            yield [name, _tell_time(wall), f"{memory:,.0f}", *["-"] * 4]


def _tell_storage(results: Results) -> str:
    largest = max((count for count in results.growth if count <= results.reading["runs"]), default=0)
    told, reading = results.growth[largest], results.reading
    rows = [
        [
            f"Crossroads, {told.runs:,} runs of the Mexico case",
            f"{told.wall * told.more['writing']:.1f} s, while it runs",
            f"{reading['open'] + reading['column']:.2f} s",
            f"{reading['everything']:.1f} s",
            f"{told.more['bytes'] / 1e6:,.0f}",
        ]
    ]
    peer = results.peer_store
    if peer:
        size = f"{peer.more['bytes'] / 1e6:,.0f}"
        name = f"EMA Workbench, {peer.runs:,} runs with five series of 520 steps"
        rows.append([name, f"{peer.wall:.1f} s", f"{peer.more['load']:.1f} s", f"{peer.more['load']:.1f} s", size])
    return make_table(["Store", "saving", "one outcome", "everything", "on disk, MB"], rows)


def _tell_notes(notes: Sequence[str]) -> Iterator[str]:
    if notes:
        yield "### Left out\n"
        yield "".join(f"- {note}\n" for note in notes)


def _tell_time(seconds: float) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
