"""The command line: the verbs of Crossroads, a few lines each."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import Any, get_args

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crossroads.analysis.results import Analysis
from crossroads.analysis.strategies import How, Reading
from crossroads.analysis.verdict import analyse as weigh_runs
from crossroads.errors import CaseError, CrossroadsError, ModelError, Problem
from crossroads.presentation import pipeline
from crossroads.presentation.progress import Brake, choose_progress
from crossroads.presentation.replies import say_reading
from crossroads.presentation.retrospect import print_past
from crossroads.presentation.summary import Summary, summarise
from crossroads.presentation.tables import Names
from crossroads.presentation.words import counted, duration, listed
from crossroads.simulation.manifest import Precision
from crossroads.simulation.places import is_address
from crossroads.simulation.runs import open_runs

STOPPED = 130
LOG_WIDTH = 132
NAME_WIDTH, COLUMN_WIDTH = 24, 13
"""Room for the names of options, and for each outcome, in letters."""
COLOURS = {"up": "cyan", "down": "red", "off": "bright_black", "": "bright_black"}


class _Place(click.Path):
    """A folder that is there, or an address, which is looked at when it is opened."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return value if is_address(value) else super().convert(value, param, ctx)


_case = click.argument("case", default="mexico")
_futures = click.option(
    "--futures", type=int, default=None, help="Futures: views x 16 x a power of two; by default x 32."
)
_seed = click.option("--seed", default=1, show_default=True, help="Seed of the futures.")
_out = click.option(
    "--out",
    default="out",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for runs and report.",
)
_precision = click.option(
    "--precision",
    default="float32",
    show_default=True,
    help="Precision of the simulation.",
    type=click.Choice(["float32", "float64"]),
)
_runs = click.argument("runs", type=_Place(exists=True, file_okay=False, path_type=Path))


def _refuse_memory(_context: click.Context, _option: click.Parameter, place: str | None) -> str | None:
    """What lies in memory would be gone when the command ends."""
    if place and place.startswith("memory://"):
        raise click.BadParameter("memory:// lasts no longer than this command: give a folder or another address")
    return place


_home = click.option(
    "--runs",
    "home",
    default=None,
    metavar="PLACE",
    callback=_refuse_memory,
    help="Folder or address (s3://bucket/runs); each set of runs gets a folder of its own in it; by default OUT/runs.",
)
_cluster = click.option(
    "--cluster",
    default=None,
    metavar="ADDRESS",
    help="Simulate on the workers of a dask scheduler (tcp://MACHINE:8786).",
)


def _how_to_simulate(verb: Callable[..., None]) -> Callable[..., None]:
    """The options of every verb that simulates."""
    for option in (_cluster, _home, _precision, _out, _seed, _futures):
        verb = option(verb)
    return verb


def _read_fixed(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Actor to the opening that is set by hand."""
    pairs = [one.split("=") for one in given]
    wrong = [one for one, pair in zip(given, pairs, strict=True) if len(pair) != 2 or not all(pair)]
    if wrong:
        raise click.BadParameter(f"{wrong[0]} is not ACTOR=MOVE")
    twice = [actor for actor in dict(pairs) if sum(pair[0] == actor for pair in pairs) > 1]
    if twice:
        raise click.BadParameter(f"{twice[0]} is fixed twice; an actor opens once")
    return dict(pairs)


def _how_others_answer(verb: Callable[..., None]) -> Callable[..., None]:
    """The options of every verb that weighs; the verb hears of them as one reading."""

    @wraps(verb)
    def read(*given: Any, fixed: dict[str, str], answers: How, **more: Any) -> None:
        verb(*given, reading=Reading(answers, fixed), **more)

    fix = click.option(
        "--fix",
        "fixed",
        multiple=True,
        metavar="ACTOR=MOVE",
        callback=_read_fixed,
        help="Have an actor open so wherever that makes sense; may be given for each actor.",
    )
    how = click.option(
        "--answers",
        default="quantal",
        show_default=True,
        type=click.Choice(get_args(How)),
        help="How the others answer: by the game, by their best response, by the reaction that is worst for who "
        "chooses, or by the judged shares.",
    )
    return how(fix(read))


class Verbs(click.Group):
    """Commands that end with a sentence and an exit code, never with a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command: 1 for problems of a case or its runs, 130 when it is stopped."""
        with warnings.catch_warnings():
            warnings.showwarning = lambda message, *_place: _say_note(message)
            return self._end_in_words(ctx)

    def _end_in_words(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (CaseError, ModelError) as error:
            _print_problems(error.problems)
            ctx.exit(1)
        except CrossroadsError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(1)
        except KeyboardInterrupt:
            command = " ".join(["crossroads", *sys.argv[1:]])
            click.echo(
                "\nStopped. Every chunk of runs that was finished is safe on disk. To go on where it "
                "stopped:\n"
                f"  {command}",
                err=True,
            )
            ctx.exit(STOPPED)


def _say_note(message: Warning | str) -> None:
    """A warning as a sentence; where in the program it comes from is no news."""
    click.echo(f"Note: {message}", err=True)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="crossroads")
def main() -> None:
    """Weigh contested policy proposals in thousands of plausible futures.

    CASE is the name of a shipped case or the folder of your own.
    """


@main.command()
@_case
@_how_to_simulate
@_how_others_answer
def weigh(
    case: str,
    futures: int | None,
    seed: int,
    out: Path,
    precision: Precision,
    home: str | None,
    cluster: str | None,
    reading: Reading,
) -> None:
    """Weigh a case, from its files to the report."""
    begun, console = time.monotonic(), _open_console()
    console.print(f"weighing {case}, seed {seed}", highlight=False)
    with Brake(choose_progress(console), _say(console)) as progress:
        done = pipeline.weigh(
            case,
            futures,
            seed,
            out=out,
            progress=progress,
            precision=precision,
            say=_say(console),
            home=home,
            cluster=cluster,
            reading=reading,
        )
    _finish(console, done.analysis, done.report_path, begun)


@main.command()
@_case
@click.option("--files-only", is_flag=True, help="Look at the files and the model alone, and run no check.")
@click.option("--each", is_flag=True, help="Tell the numbers of each check.")
def check(case: str, files_only: bool, each: bool) -> None:
    """List every problem of a case, then run its checks; each problem with its place and the way out."""
    console = _open_console()
    progress = choose_progress(console) if console.is_terminal else None
    problems = pipeline.check(case, not files_only, each, progress, _say(console))
    if problems:
        _print_problems(problems)
        raise SystemExit(1)
    click.echo(f"{case}: no problems.")


@main.command()
@_case
@click.option("--futures", type=int, default=None, help="Futures: views x 16 x a power of two; by default x 256.")
@_seed
@_out
@_precision
@click.option("--until", type=int, default=None, help="Last year to calibrate to; by default that of the case.")
@click.option("--steps", is_flag=True, help="Go to the posterior by steps, also where weights are enough.")
def calibrate(
    case: str, futures: int | None, seed: int, out: Path, precision: Precision, until: int | None, steps: bool
) -> None:
    """Weigh the futures of a case by the past alone: how far it narrows them, and how it predicts."""
    console = _open_console()
    loaded, found, path = pipeline.calibrate(case, futures, seed, out, until, steps, precision, _say(console))
    print_past(console, loaded, found)
    console.print(f"Report: {path}", highlight=False, soft_wrap=True)


@main.command()
@_case
@_futures
@_seed
@click.option(
    "--out",
    default="futures.csv",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The table to write.",
)
def sample(case: str, futures: int | None, seed: int, out: Path) -> None:
    """Write the futures of a case as a table."""
    click.echo(f"{pipeline.write_futures(case, futures, seed, out)} holds the futures of {case}.")


@main.command()
@_case
@_how_to_simulate
def simulate(
    case: str,
    futures: int | None,
    seed: int,
    out: Path,
    precision: Precision,
    home: str | None,
    cluster: str | None,
) -> None:
    """Simulate a case, or what is still missing; runs are stored in a folder of their own in OUT/runs."""
    console = _open_console()
    with Brake(choose_progress(console), _say(console)) as progress:
        done, _ = pipeline.simulate_case(
            case,
            futures,
            seed,
            home=home or out / pipeline.RUNS,
            progress=progress,
            precision=precision,
            cluster=cluster,
        )
    console.print(f"{done.path}: {done.manifest.runs:,} runs, {done.manifest.failures:,} failed.", highlight=False)


@main.command()
@_runs
@_how_others_answer
def analyse(runs: Path | str, reading: Reading) -> None:
    """Weigh stored RUNS and print the summary."""
    print_summary(_open_console(), weigh_runs(open_runs(runs), reading=reading))


@main.command()
@_runs
@click.option("--case", default=None, help="The case, for what its model tells; by default the one in the runs.")
@click.option(
    "--out",
    default="report.html",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write.",
)
@_how_others_answer
def report(runs: Path | str, case: str | None, out: Path, reading: Reading) -> None:
    """Weigh stored RUNS and write the report."""
    click.echo(f"Report: {pipeline.report_runs(runs, out, case, reading)}")


def print_summary(console: Console, analysis: Analysis) -> None:
    """Options by headline outcomes, soon and at the end, against the baseline option."""
    told = say_reading(analysis, Names(analysis.case))
    if told:
        console.print(told, highlight=False)
    found = summarise(analysis, Names(analysis.case))
    fits = max(1, (console.width - NAME_WIDTH) // COLUMN_WIDTH)
    shown = min(fits, len(found.outcomes))
    for place, horizon in enumerate(found.horizons):
        console.print(f"Mean change against {found.baseline}, after {horizon}:", highlight=False)
        console.print(_tabulate(found, place, shown))
    console.print("▲ rises, ▼ falls; cyan is better, red is worse; ≈ cannot be told apart.", highlight=False)
    if shown < len(found.outcomes):
        rest = listed(found.outcomes[shown:])
        console.print(f"In the report, and in a wider terminal: {rest}.", highlight=False)


def _tabulate(found: Summary, horizon: int, shown: int) -> Table:
    """One horizon: options by the first outcomes, a line each."""
    table = Table(box=SIMPLE_HEAD, show_lines=False, pad_edge=False)
    table.add_column("Option", no_wrap=True)
    for outcome, unit in zip(found.outcomes[:shown], found.units, strict=False):
        table.add_column(f"{outcome}\n{unit}" if unit else outcome, justify="right", max_width=COLUMN_WIDTH - 2)
    step = len(found.horizons)
    for row in found.rows:
        marks = row.marks[horizon::step][:shown]
        table.add_row(row.short, *(Text(mark.text, style=COLOURS[mark.tone], no_wrap=True) for mark in marks))
    return table


def _open_console() -> Console:
    """The terminal, or a log wide enough for the summary."""
    console = Console()
    return console if console.is_terminal else Console(width=LOG_WIDTH)


def _finish(console: Console, analysis: Analysis, path: Path, begun: float) -> None:
    print_summary(console, analysis)
    for finding in analysis.findings:
        if finding.topic == "trust":
            console.print(finding.sentence, highlight=False)
    console.print(f"Report: {path}", highlight=False, soft_wrap=True)
    console.print(f"Done in {duration(time.monotonic() - begun)}.", highlight=False)


def _say(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(line, highlight=False)


def _print_problems(problems: Iterable[Problem]) -> None:
    """Each problem as place, what is wrong and the way out."""
    listed = list(problems)
    for problem in listed:
        click.echo(f"{problem.place}: {problem.what}\n    {problem.way_out}")
    click.echo(f"{counted(len(listed), 'problem')}.", err=True)
