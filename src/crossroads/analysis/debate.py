"""What the runs of the options say of each claim that they can judge, what would turn that, and what it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis.carriers import Ground, find_grounds
from crossroads.analysis.claims import Verdict, judge_claims
from crossroads.analysis.estimates import Floats
from crossroads.analysis.propositions import Key, Readings, collect_openings, list_needed, list_openings
from crossroads.analysis.tilting import Turn, find_turns
from crossroads.analysis.weights import Weights
from crossroads.case.clauses import list_options
from crossroads.case.records import Case, Part, by_id
from crossroads.sampling.futures import Futures


@dataclass(frozen=True, eq=False)
class Debate:
    """The verdicts on the parts of claims, in the order of the case, and by claim and part the smallest changes of
    belief that turn them and what they rest on."""

    verdicts: tuple[Verdict, ...]
    turns: Mapping[tuple[str, str], tuple[Turn, ...]]
    grounds: Mapping[tuple[str, str], Ground]


def list_own_parts(case: Case) -> list[Part]:
    """The parts of claims that name options alone, and no probe."""
    probes = by_id(case.probes).keys()
    return [part for claim in case.claims for part in claim.parts if not probes & set(list_options(case, part))]


def list_own_needs(case: Case) -> set[Key]:
    """What must be read for them."""
    return list_needed(case, list_own_parts(case))


def gather_readings(case: Case, weights: Weights, values: Mapping[Key, Floats], starts: xr.DataArray) -> Readings:
    """The numbers read, with the start of each outcome and how likely each opening is."""
    names = {key[0] for key in values}
    begun = {name: np.asarray(starts.sel(outcome=name).to_numpy(), dtype=np.float64) for name in sorted(names)}
    parts = [part for claim in case.claims for part in claim.parts]
    return Readings(case, values, begun, collect_openings(weights, list_openings(parts)))


def debate_claims(case: Case, readings: Readings, weights: Weights, futures: Futures) -> Debate:
    """Judge every part of which everything was read."""
    verdicts = judge_claims(case, readings, weights)
    return Debate(
        verdicts,
        find_turns(verdicts, case.uncertainties, futures, weights),
        find_grounds(case, verdicts, futures),
    )
