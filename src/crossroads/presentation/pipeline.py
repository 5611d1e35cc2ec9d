"""The whole way in one verb: load, sample, simulate, analyse, report; and the check of a case."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from crossroads.analysis.results import Analysis
from crossroads.analysis.strategies import QUANTAL, Reading, Rules
from crossroads.analysis.verdict import analyse
from crossroads.case.files import find_folder, load
from crossroads.case.lookup import Locate
from crossroads.case.positions import Source, read_yaml
from crossroads.case.records import Case
from crossroads.errors import CaseError, CrossroadsError, ModelError, Problem, RunsError
from crossroads.presentation.document import report, report_past
from crossroads.sampling.futures import count_futures, sample
from crossroads.search.checks import count_results, find_check_misfits, find_failures, run_checks, tell_results
from crossroads.search.exploration import Exploration, explore
from crossroads.search.hindsight import Hindsight, calibrate_futures
from crossroads.search.inquiries import Inquiry, inquire
from crossroads.search.misfits import find_claim_misfits
from crossroads.search.nulls import count_claim_runs, make_beside, open_beside
from crossroads.search.variants import make_variants, open_variants
from crossroads.simulation.backcast import make_backcast
from crossroads.simulation.cluster import connect
from crossroads.simulation.ensemble import Progress, simulate
from crossroads.simulation.fit import find_misfits
from crossroads.simulation.manifest import Precision
from crossroads.simulation.models import AnyModel, load_model
from crossroads.simulation.progress import Silent, Together
from crossroads.simulation.runs import Runs, open_runs

REPORT = "report.html"
CALIBRATION = "calibration.html"
CHEAP = 8
"""So many times the usual futures, where the past alone is simulated."""
RUNS = "runs"


@dataclass(frozen=True, eq=False)
class Weighed:
    """What weighing a case gave."""

    runs: Runs
    analysis: Analysis
    report_path: Path
    exploration: Exploration | None = None
    """What was run around the options, where the case declares it."""
    inquiry: Inquiry | None = None
    """What was run for the claims."""


def weigh(
    case: str | Path = "mexico",
    futures: int | None = None,
    seed: int = 1,
    folder: Path | str | None = None,
    out: Path | str = "out",
    progress: Progress | None = None,
    precision: Precision = "float32",
    say: Callable[[str], None] | None = None,
    home: Path | str | None = None,
    cluster: str | None = None,
    reading: Reading = QUANTAL,
) -> Weighed:
    """Weigh a shipped case by its name, or the case in a folder, from its files to the report.

    Runs are stored in `folder`, by default one of their own in `home`, which is by default `out`/runs; both may be
    addresses that fsspec knows. Stopped at any time, the same call goes on where it stopped. `cluster` is the address
    of a dask scheduler whose workers make the runs. `say` hears what is done next. `reading` says how the others
    answer. Raises CaseError with every problem of the case and its model, RunsError and WeighingError.
    """
    tell = say or _keep_quiet
    home = home or Path(out) / RUNS
    runs, model = simulate_case(
        case, futures, seed, folder, home=home, progress=progress, precision=precision, cluster=cluster
    )
    tell("analysing")
    analysis = analyse(runs, reading=reading)
    if runs.case.sweeps is not None:
        tell("turning the dials")
    exploration = explore(runs, partial(make_variants, model=model, runs=runs, progress=progress), analysis.rules)
    if runs.case.claims:
        tell("judging the claims")
    with closing(Together(progress or Silent(), count_claim_runs(runs))) as whole:
        inquiry = inquire(runs, partial(make_beside, model=model, runs=runs, progress=whole), analysis.rules)
    tell("writing the report")
    path = report(analysis, runs, Path(out) / REPORT, model, exploration, inquiry)
    return Weighed(runs, analysis, path, exploration, inquiry)


def simulate_case(
    case: str | Path,
    futures: int | None,
    seed: int,
    folder: Path | str | None = None,
    *,
    home: Path | str = RUNS,
    progress: Progress | None = None,
    precision: Precision = "float32",
    cluster: str | None = None,
) -> tuple[Runs, AnyModel]:
    """The runs of a case, simulated as far as they are missing, and its model; see `weigh`.

    Raises CaseError with every problem of the case and its model, and RunsError.
    """
    loaded = load(case)
    model = load_model(loaded, find_folder(case))
    misfits = find_misfits(loaded, model)
    if misfits:
        raise CaseError(misfits)
    drawn = sample(loaded, futures, seed)
    with nullcontext() if cluster is None else connect(cluster) as executor:
        runs = simulate(
            loaded,
            drawn,
            folder,
            home=home,
            precision=precision,
            progress=progress,
            model=model,
            executor=executor,
        )
    return runs, model


def check(
    case: str | Path = "mexico",
    runs: bool = True,
    each: bool = False,
    progress: Progress | None = None,
    say: Callable[[str], None] | None = None,
) -> list[Problem]:
    """Every problem of a case and of how its model fits, then every check that fails; empty when all is well.

    Without `runs` the checks are read and not run. `say` hears how many hold, and with `each` the numbers of each.
    """
    try:
        loaded, folder = load(case), find_folder(case)
        model = load_model(loaded, folder)
        locate = _locate_apart(folder)
        problems = find_misfits(loaded, model)
        problems += [*find_check_misfits(loaded, model, locate), *find_claim_misfits(loaded, model, locate)]
        if problems or not runs or not loaded.checks:
            return problems
        results = run_checks(loaded, model, progress=progress)
    except (CaseError, ModelError) as error:
        return list(error.problems)
    for line in [*(tell_results(loaded, results) if each else ()), count_results(results)]:
        (say or _keep_quiet)(line)
    return find_failures(loaded, results, locate)


def _locate_apart(folder: Path) -> Locate:
    """Where a field of a check or a claim stands; a file is read when that is asked."""

    @cache
    def read(kind: str) -> Source:
        return read_yaml(folder / f"{kind}.yaml")

    return lambda kind, name, field: read(kind).place(f"{name}.{field}")


def calibrate(
    case: str | Path = "mexico",
    futures: int | None = None,
    seed: int = 1,
    out: Path | str = "out",
    until: int | None = None,
    steps: bool = False,
    precision: Precision = "float32",
    say: Callable[[str], None] | None = None,
) -> tuple[Case, Hindsight, Path]:
    """Weigh futures by the past of a case, no option simulated, and write what that says to `out`.

    See `calibrate_futures`. Raises CaseError with every problem of the case and its model, RunsError where the model
    has no history, and WeighingError.
    """
    loaded = load(case)
    model = load_model(loaded, find_folder(case))
    misfits = find_misfits(loaded, model)
    if misfits:
        raise CaseError(misfits)
    drawn = sample(loaded, futures or CHEAP * count_futures(loaded), seed)
    found = calibrate_futures(loaded, make_backcast(loaded, model, precision, seed=seed), drawn, until, steps, say)
    return loaded, found, report_past(found.past, loaded, Path(out) / CALIBRATION)


def report_runs(
    folder: Path | str, out: Path | str, case: str | Path | None = None, reading: Reading = QUANTAL
) -> Path:
    """Weigh stored runs and write their report; `case` says where the model is, by default a shipped one, and `reading`
    how the others answer.

    Nothing is simulated: what was run around the options is told where it lies beside the runs.
    """
    runs = open_runs(folder)
    analysis = analyse(runs, reading=reading)
    rules = analysis.rules
    exploration, inquiry = _find_exploration(runs, rules), _find_inquiry(runs, rules)
    return report(analysis, runs, out, _find_model(runs, case), exploration, inquiry)


def write_futures(case: str | Path, count: int | None, seed: int, path: Path | str) -> Path:
    """Futures of a case as a CSV table: one row a future, with its view and replicate."""
    loaded = load(case)
    futures = sample(loaded, count, seed)
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["future", "view", "replicate", *futures.names])
        for place, row in enumerate(futures.values.tolist()):
            table.writerow([place, futures.views[futures.view[place]], int(futures.replicate[place]), *row])
    return target


def _find_exploration(runs: Runs, rules: Rules) -> Exploration | None:
    """What was run around the options of stored runs; none where it is not there, which the report says."""
    try:
        return explore(runs, partial(open_variants, runs=runs), rules)
    except RunsError:
        return None


def _find_inquiry(runs: Runs, rules: Rules) -> Inquiry | None:
    """What was run for the claims of stored runs; none where it is not there, which the report says."""
    try:
        return inquire(runs, partial(open_beside, runs=runs), rules)
    except RunsError:
        return None


def _find_model(runs: Runs, case: str | Path | None) -> AnyModel | None:
    """The model behind runs; none where it is not found and was not asked for."""
    if case is not None:
        return load_model(runs.case, find_folder(case))
    try:
        return load_model(runs.case)
    except CrossroadsError:
        return None


def _keep_quiet(_line: str) -> None:
    """Nobody listens."""
