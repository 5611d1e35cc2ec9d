"""Made-up readings and verdicts for claims, small enough to check by hand."""

from __future__ import annotations

import numpy as np
from made_up import make_case, make_replicates, make_weights

from crossroads.analysis.claims import judge_claims
from crossroads.analysis.propositions import Readings
from crossroads.analysis.weights import ALL
from crossroads.case.distributions import Categorical, Uniform
from crossroads.case.records import Claim, Option, Part, Proposition, Uncertainty
from crossroads.sampling.futures import Futures

FEWER = {"outcome": "deaths", "option": "force", "horizon": "near", "at_most": 0}
"""Force costs no more lives than the baseline option."""


def say(**holds) -> Proposition:
    return Proposition.model_validate(holds)


def make_part(name: str = "part", holds=None, **more) -> Part:
    return Part.model_validate({"id": name, "words": "W.", "because": "B.", "holds": holds or FEWER, **more})


def make_claim(*parts: Part, name: str = "C", **more) -> Claim:
    known = {"id": name, "short": "C", "words": "W.", "source": "book", "kind": "empirical", "test": "T."}
    return Claim.model_validate({**known, "parts": parts, **more})


def claim_case(*parts: Part, **more):
    """The made-up case with one claim; a probe stands beside its options."""
    probe = Option(id="probe", name="Probe", short="probe", meaning="Made up.", mix="even")
    return make_case(claims=(make_claim(*parts),) if parts else (), probes=(probe,), **more)


def make_readings(case=None, start=None, openings=None, **values) -> Readings:
    """Readings from `outcome__option__horizon`, perhaps `__stance`, to numbers."""
    keys = {tuple([*name.split("__"), ALL][:4]): np.asarray(each, dtype=float) for name, each in values.items()}
    held = {name: np.asarray(each, dtype=float) for name, each in (start or {}).items()}
    chances = {pair: np.asarray(each, dtype=float) for pair, each in (openings or {}).items()}
    return Readings(case or claim_case(), keys, held, chances)


def compare_with_nothing(change, case=None, **more) -> Readings:
    """Readings in which force changes deaths by this much from nothing."""
    change = np.asarray(change, dtype=float)
    return make_readings(
        case, **{"deaths__force__near": change, "deaths__now__near": np.zeros(change.shape[-1]), **more}
    )


def judge(change, case=None, weights=None, part: Part | None = None):
    """The verdict on whether force costs no more lives, from what it changes."""
    case = case or claim_case(part or make_part())
    held = weights or make_weights(case, count=np.shape(change)[-1])
    (verdict,) = judge_claims(case, compare_with_nothing(change, case), held)
    return verdict


def make_number(name: str, **more) -> Uncertainty:
    shape = Uniform(low=-3, high=3)
    known = {"id": name, "name": name, "meaning": "M.", "unit": "1", "contested": "low", "distribution": shape}
    return Uncertainty(**{**known, **more})


def make_choice(name: str, *categories: str, **more) -> Uncertainty:
    shares = dict.fromkeys(categories, 1 / len(categories))
    return make_number(name, distribution=Categorical(shares=shares), **more)


def make_futures(**columns) -> Futures:
    count = len(next(iter(columns.values())))
    return Futures(
        names=tuple(columns),
        values=np.column_stack([np.asarray(column, dtype=float) for column in columns.values()]),
        view=np.arange(count) % 2,
        replicate=make_replicates(count),
        seed=1,
        views=("calm", "grim"),
    )
