"""The whole way in one verb: load, sample, simulate, analyse, report; and the check of a case."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from crossroads.analysis.verdict import Analysis, analyse
from crossroads.case.files import find_folder, load
from crossroads.errors import CaseError, CrossroadsError, ModelError, Problem
from crossroads.presentation.document import report
from crossroads.sampling.futures import sample
from crossroads.simulation.cluster import connect
from crossroads.simulation.contract import Model
from crossroads.simulation.ensemble import Progress, simulate
from crossroads.simulation.fit import find_misfits
from crossroads.simulation.manifest import Precision
from crossroads.simulation.models import AnyModel, load_model
from crossroads.simulation.runs import Runs, open_runs

REPORT = "report.html"
RUNS = "runs"


@dataclass(frozen=True, eq=False)
class Weighed:
    """What weighing a case gave."""

    runs: Runs
    analysis: Analysis
    report_path: Path


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
) -> Weighed:
    """Weigh a shipped case by its name, or the case in a folder, from its files to the report.

    Runs are stored in `folder`, by default one of their own in `home`, which is by default `out`/runs; both may be
    addresses that fsspec knows. Stopped at any time, the same call goes on where it stopped. `cluster` is the address
    of a dask scheduler whose workers make the runs. `say` hears what is done next. Raises CaseError with every
    problem of the case and its model, RunsError and WeighingError.
    """
    tell = say or _keep_quiet
    home = home or Path(out) / RUNS
    runs, model = simulate_case(
        case, futures, seed, folder, home=home, progress=progress, precision=precision, cluster=cluster
    )
    tell("analysing")
    analysis = analyse(runs)
    tell("writing the report")
    return Weighed(runs, analysis, report(analysis, runs, Path(out) / REPORT, model))


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
    misfits = find_misfits(loaded, model) if isinstance(model, Model) else []
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


def check(case: str | Path = "mexico") -> list[Problem]:
    """Every problem of a case and of how its model fits; empty when all is well."""
    try:
        loaded = load(case)
        model = load_model(loaded, find_folder(case))
        return list(find_misfits(loaded, model)) if isinstance(model, Model) else []
    except (CaseError, ModelError) as error:
        return list(error.problems)


def report_runs(folder: Path | str, out: Path | str, case: str | Path | None = None) -> Path:
    """Weigh stored runs and write their report; `case` says where the model is, by default a shipped one."""
    runs = open_runs(folder)
    return report(analyse(runs), runs, out, _find_model(runs, case))


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
