"""What claims need beyond the runs of the options: the probes, and what drives a part of a claim taken away.

All of it in the first futures of the runs, with the same luck and the same reactions. An uncertainty at its null has
one value in every future and under every view, and all others keep exactly theirs; a mechanism is switched off. Only
the options that the parts in question name are run. Everything lies beside the runs, in folders of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from crossroads.analysis.weights import Weights
from crossroads.case.clauses import list_choices, list_options
from crossroads.case.distributions import Categorical, Distribution, Point
from crossroads.case.records import Case, Claim, Part, Uncertainty, by_id
from crossroads.errors import RunsError
from crossroads.sampling.futures import Futures
from crossroads.search.variants import name_folder
from crossroads.simulation.contract import Model
from crossroads.simulation.ensemble import Progress, simulate
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.models import AnyModel
from crossroads.simulation.runs import Runs, open_runs
from crossroads.simulation.status import Status

FUTURES = 192
"""As many as are run where the case does not say how many are run around its options."""
CHUNK = 192
"""Futures in a chunk: nulls are many and small, so that a stop loses little, and small chunks would fill no lanes."""
Key = tuple[str, str]
"""A part: id of its claim, and its own."""
Make = Callable[[Case, Futures, tuple[str, ...]], Runs]
"""Whatever gives the runs of a case in some futures with some mechanisms switched off."""


@dataclass(frozen=True)
class Absence:
    """What is taken away."""

    held: tuple[tuple[str, float | str], ...] = ()
    """Uncertainties, with the value at which their effect is absent."""
    off: tuple[str, ...] = ()
    """Mechanisms."""


@dataclass(frozen=True, eq=False)
class NullRuns:
    """Runs with something taken away, and the parts that are judged by them."""

    null: Absence
    parts: tuple[Key, ...]
    runs: Runs


@dataclass(frozen=True, eq=False)
class ClaimRuns:
    """What was run for the claims of a case."""

    futures: int
    probes: Runs | None
    """All probes, with the baseline option and every option that stands beside a probe in a claim; none without probes.
    """
    probed: tuple[Key, ...]
    """The parts that name a probe, which are judged by the runs of the probes."""
    nulls: tuple[NullRuns, ...]

    def find_null(self, claim: str, part: str) -> Runs | None:
        """The runs by which a part is judged again; none where nothing of it is taken away."""
        return next((one.runs for one in self.nulls if (claim, part) in one.parts), None)


def run_claims(runs: Runs, make: Make) -> ClaimRuns:
    """The probes and the nulls of the claims of complete runs, simulated or opened by `make`. Raises RunsError."""
    case, futures = runs.case, choose_futures(runs)
    probes = make(pick_options(case, list_beside(case)), futures, ()) if case.probes else None
    found = []
    for null, parts in list_nulls(case).items():
        varied, held = hold_case(_pick_named(case, parts), futures, dict(null.held))
        found.append(NullRuns(null, tuple(key for key, _ in parts), make(varied, held, null.off)))
    probed = tuple((claim.id, part.id) for claim, part in _list_parts(case) if names_probe(case, part))
    return ClaimRuns(len(futures), probes, probed, tuple(found))


def count_claim_runs(runs: Runs) -> int:
    """How many runs the claims of complete runs need beyond them."""
    case = runs.case
    cases = [pick_options(case, list_beside(case))] if case.probes else []
    cases += [_pick_named(case, parts) for parts in list_nulls(case).values()]
    return len(choose_futures(runs)) * sum(int(build_inputs(one).applicable.sum()) for one in cases)


def choose_futures(runs: Runs) -> Futures:
    """The first futures of runs, as many as are run around the options."""
    asked = runs.case.sweeps.futures if runs.case.sweeps else FUTURES
    return runs.futures.first(min(asked, runs.size))


def _pick_named(case: Case, parts: Iterable[tuple[Key, Part]]) -> Case:
    return pick_options(case, [name for _, part in parts for name in list_options(case, part)])


def list_nulls(case: Case) -> dict[Absence, list[tuple[Key, Part]]]:
    """Everything that some part has taken away, with its parts, in the order of the claims."""
    found: dict[Absence, list[tuple[Key, Part]]] = {}
    for claim, part in _list_parts(case):
        if part.null or part.without:
            null = Absence(tuple(sorted(part.null.items())), tuple(sorted(set(part.without))))
            found.setdefault(null, []).append(((claim.id, part.id), part))
    return found


def names_probe(case: Case, part: Part) -> bool:
    """Whether a part names a probe."""
    return bool(by_id(case.probes).keys() & set(list_options(case, part)))


def list_beside(case: Case) -> tuple[str, ...]:
    """All probes, and the options that stand beside one of them in a part, a comparison or an order."""
    probes = by_id(case.probes)
    groups = [list_options(case, part) for _, part in _list_parts(case)]
    groups += [one.options for claim in case.claims for one in claim.compares]
    groups += [tuple(claim.orders.designs.values()) for claim in case.claims if claim.orders]
    together = [name for names in groups if probes.keys() & set(names) for name in names]
    return tuple(dict.fromkeys([*together, *probes]))


def pick_options(case: Case, names: Iterable[str]) -> Case:
    """The same case with its baseline option and some options or probes, in the order of the case, as its options."""
    wanted = {case.baseline, *names}
    options = tuple(option for option in list_choices(case) if option.id in wanted)
    return case.model_copy(update={"options": options, "probes": ()})


def hold_case(case: Case, futures: Futures, values: Mapping[str, float | str]) -> tuple[Case, Futures]:
    """A case in which some uncertainties have one value under every view, and its futures: the given ones, in which
    nothing else differs."""
    uncertainties = [
        one.model_copy(update={"distribution": _fix(one, values[one.id])}) if one.id in values else one
        for one in case.uncertainties
    ]
    views = [
        view.model_copy(update={"beliefs": {name: each for name, each in view.beliefs.items() if name not in values}})
        for view in case.views
    ]
    correlations = [
        one.model_copy(update={"between": tuple(name for name in one.between if name not in values)})
        for one in case.correlations
    ]
    changed = {
        "uncertainties": tuple(uncertainties),
        "views": tuple(views),
        "correlations": tuple(one for one in correlations if len(one.between) > 1),
    }
    known = by_id(case.uncertainties)
    codes = {name: _find_code(known[name], value) for name, value in values.items()}
    return case.model_copy(update=changed), futures.hold(codes)


def follow_weights(runs: Runs, *known: Weights) -> Weights:
    """Weights of runs with something taken away: beliefs and reactions are those that the same futures and options have
    in `known`, where each option is taken from the first that has it. So what differs is what was taken away alone.

    Raises RunsError where an option is in none of them.
    """
    names, count, first = [option.id for option in runs.case.options], runs.size, known[0]
    found = [next(((each, each.options.index(name)) for each in known if name in each.options), None) for name in names]
    rows = [row for row in found if row is not None]
    if len(rows) < len(names):
        unknown = ", ".join(name for name, row in zip(names, found, strict=True) if row is None)
        raise RunsError(f"Nothing is known of how {unknown} is answered. Weigh the runs of it first.")
    status = runs.status.sel(option=names, reaction=list(first.reactions)).to_numpy()
    beliefs = first.futures[:, :count]
    return replace(
        first,
        options=tuple(names),
        baseline=names.index(runs.case.baseline),
        futures=beliefs / beliefs.mean(axis=1, keepdims=True),
        replicate=first.replicate[:count],
        mix=np.stack([each.mix[place] for each, place in rows]),
        ok=status == Status.OK,
        chances=tuple(
            np.concatenate([each.chances[game][each.span(place), :count] for each, place in rows])
            for game in range(len(first.chances))
        ),
    )


def make_beside(
    case: Case,
    futures: Futures,
    off: tuple[str, ...],
    *,
    model: AnyModel,
    runs: Runs,
    progress: Progress | None = None,
) -> Runs:
    """Simulate a case with some mechanisms of a model switched off, or what of it is missing, beside `runs` and in
    their precision. `model` is that of the case of `runs`.

    Stopped at any time, the same call goes on where it stopped. Raises RunsError, as `simulate`, and where the model
    has no such mechanism.
    """
    return simulate(
        case,
        futures,
        _name_place(runs, case, off),
        precision=runs.manifest.key.precision,
        progress=progress,
        chunk=CHUNK,
        model=_switch_off(model, off),
        series=0,
        audit=False,  # the kernel is the one that was compared already, or a part of it
    )


def open_beside(case: Case, futures: Futures, off: tuple[str, ...], *, runs: Runs) -> Runs:
    """The runs that `make_beside` made. Raises RunsError where they are not there, or not all."""
    return open_runs(_name_place(runs, case, off), len(futures)).require_complete()


def _name_place(runs: Runs, case: Case, off: tuple[str, ...]) -> Path:
    place = name_folder(runs, case)
    return place.parent / "-without-".join([place.name, *off])


def _switch_off(model: AnyModel, off: tuple[str, ...]) -> AnyModel:
    if not off:
        return model
    known = {mechanism.name for mechanism in model.mechanisms} if isinstance(model, Model) else set()
    unknown = [name for name in off if name not in known]
    if unknown or not isinstance(model, Model):
        raise RunsError(f"The model has no mechanism {', '.join(unknown)} that could be switched off for a claim.")
    return model.without(*off)


def _list_parts(case: Case) -> Iterator[tuple[Claim, Part]]:
    return ((claim, part) for claim in case.claims for part in claim.parts)


def _fix(uncertainty: Uncertainty, value: float | str) -> Distribution:
    """One value; the other names of a categorical keep their codes."""
    shape = uncertainty.distribution
    if isinstance(shape, Categorical):
        return Categorical(shares={name: float(name == value) for name in shape.names})
    return Point(value=float(value))


def _find_code(uncertainty: Uncertainty, value: float | str) -> float:
    shape = uncertainty.distribution
    return float(shape.names.index(str(value)) if isinstance(shape, Categorical) else value)
