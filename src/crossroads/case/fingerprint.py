"""Hashes of a case: of all that it says, and of what changes its runs."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from crossroads.case.distributions import Categorical, Distribution
from crossroads.case.records import Case, Option, by_id


def case_hash(case: Case) -> str:
    """sha256, in hex, of the whole content; the order of records and keys counts."""
    return _hash(case.model_dump(mode="json"), sort=False)


def simulation_hash(case: Case) -> str:
    """sha256, in hex, of what changes runs: words, evidence, values and the shares of mixes do not."""
    return _hash(_describe(case), sort=True)


def _hash(content: Any, sort: bool) -> str:
    text = json.dumps(content, sort_keys=sort, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return sha256(text.encode()).hexdigest()


def _describe(case: Case) -> dict[str, Any]:
    """The content that runs depend on; what has an order is a list."""
    return {
        "id": case.id,
        "start": case.start.isoformat(),
        "history_start": case.history_start.isoformat(),
        "years": case.years,
        "discount_rate": case.discount_rate,
        "baseline": case.baseline,
        "horizons": [[horizon.id, horizon.weeks] for horizon in case.horizons],
        "options": [_describe_option(case, option) for option in case.options],
        "levers": [
            [lever.id, lever.numbers(lever.baseline), {name: lever.numbers(name) for name in lever.settings}]
            for lever in case.levers
        ],
        "facts": [[fact.id, fact.value] for fact in case.facts],
        "uncertainties": [
            [each.id, _shape(each.distribution), each.structural] for each in case.uncertainties
        ],
        "views": [
            [view.id, {name: _shape(belief) for name, belief in view.beliefs.items()}] for view in case.views
        ],
        "correlations": [[sorted(one.between), one.rank] for one in case.correlations],
        "actors": [
            [actor.id, actor.order, [[move.id, move.sets] for move in actor.moves]] for actor in case.actors
        ],
        "outcomes": [[outcome.id, outcome.reading] for outcome in case.outcomes],
    }


def _describe_option(case: Case, option: Option) -> dict[str, Any]:
    """Steps, and the moves that make sense as an answer."""
    mix = by_id(case.mixes).get(option.mix)
    moves = {actor: sorted(shares) for actor, shares in mix.shares.items()} if mix else {}
    steps = [step.model_dump(mode="json") for step in option.steps]
    return {"id": option.id, "steps": steps, "moves": moves}


def _shape(distribution: Distribution) -> Any:
    """A distribution; the names of a categorical keep their order, which gives them their codes."""
    if isinstance(distribution, Categorical):
        return list(distribution.shares.items())
    return distribution.model_dump(mode="json")
