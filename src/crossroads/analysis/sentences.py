"""Findings in sentences, from results: failures, refusals, ties, crossings, acceptance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr

from crossroads.analysis.acceptance import AS_WRITTEN
from crossroads.analysis.finding import Finding
from crossroads.analysis.judgement import Judgement
from crossroads.analysis.paths import Crossing
from crossroads.analysis.tiers import round_up
from crossroads.analysis.weights import ALL, FLOOR, MIXTURE, REPLICATE_FLOOR
from crossroads.case.records import HISTORY, Case

JACKKNIFE = "Delete-one jackknife over replicates; told apart beyond two standard errors."


PRACTICAL = 100_000
"""Futures beyond which nobody would wait for an answer."""


def tell_failures(case: Case, statuses: xr.DataArray, judgements: Sequence[Judgement]) -> Iterator[Finding]:
    """How many runs failed, and which options cannot be weighed."""
    by_option = statuses.sum("reaction")
    failed = by_option.sel(status=["absent", "not_finite", "model_error"]).sum("status")
    wanted = int(by_option.sum() - by_option.sel(status="not_applicable").sum())
    total = int(failed.sum())
    share = total / wanted if wanted else 0.0
    sentence = (
        f"{total:,} of {wanted:,} runs ({share:.2%}) have no result and count nowhere."
        if total
        else f"All {wanted:,} runs ended well."
    )
    yield Finding(
        sentence,
        value=float(total),
        unit="runs",
        topic="trust",
        method="Failed runs weigh nothing; the others in the same future are renormalised.",
    )
    names = {option.id: option.name for option in case.options}
    for judgement in judgements:
        if not judgement.ran:
            lost = int(failed.sel(option=judgement.option))
            yield Finding(
                f"{names[judgement.option]} cannot be weighed: {lost:,} of its runs have no result.",
                value=float(lost),
                unit="runs",
                topic="trust",
            )


def tell_refusals(case: Case, effective: xr.Dataset) -> Iterator[Finding]:
    """Which views rest on too few futures."""
    names = {view.id: view.name for view in case.views}
    for view in effective["view"].to_numpy():
        if view != HISTORY and bool(effective["view_refused"].sel(view=view)):  # history is told with the past
            size = float(effective["view_effective"].sel(view=view))
            yield Finding(
                f"The view {names.get(str(view), view)} is not weighed: its beliefs leave {size:.0f} "
                f"effective futures, fewer than {FLOOR:.0f} in all or {REPLICATE_FLOOR:.0f} in a replicate. "
                "Simulate more futures.",
                value=size,
                unit="futures",
                topic="trust",
                method="Kish's effective sample size of the weights.",
            )


def tell_ties(case: Case, contested: xr.Dataset, replicates: int) -> Iterator[Finding]:
    """Which pairs of options cannot be told apart, and what it would take."""
    tied, pairs, needed = (contested[name].to_numpy() for name in ("tied", "pairs", "needed"))
    if not tied.any():
        return
    yield Finding(
        f"{int(tied.sum()):,} of {int(pairs.sum()):,} comparisons of two options on the headline outcomes "
        "are equal, or closer than their Monte Carlo error, and are not ranked.",
        value=float(tied.sum()),
        unit="comparisons",
        method=JACKKNIFE,
        topic="order",
    )
    if np.isfinite(needed).any():
        outcome, horizon = np.unravel_index(np.nanargmax(needed), needed.shape)
        yield _tell_contested(case, contested.isel(outcome=outcome, horizon=horizon), replicates)


def _tell_contested(case: Case, cell: xr.Dataset, replicates: int) -> Finding:
    options = {option.id: option.name for option in case.options}
    first, second = (options[str(cell[name].item())] for name in ("first", "second"))
    outcome = {one.id: one.name for one in case.outcomes}[str(cell["outcome"].item())]
    horizon = {one.id: one.name for one in case.horizons}[str(cell["horizon"].item())]
    count = round_up(float(cell["needed"]), max(1, len(case.views)), replicates)
    enough = f"about {count:,} futures would tell them apart"
    cost = enough if count <= PRACTICAL else "no practical number of futures would tell them apart"
    return Finding(
        f"{first} and {second} are the closest pair that is not equal ({outcome}, {horizon}): {cost}, if their "
        "difference stays as it is.",
        value=float(count),
        unit="futures",
        topic="order",
        method="Error falls with the root of the number of futures; rounded up to a whole design.",
    )


def tell_crossings(case: Case, crossings: Sequence[Crossing], headline: Sequence[str]) -> Iterator[Finding]:
    """Where short and long term cross, for headline outcomes in the mixture."""
    names = {option.id: option.name for option in case.options}
    outcomes = {outcome.id: outcome for outcome in case.outcomes}
    horizons = {horizon.id: horizon.name for horizon in case.horizons}
    for one in crossings:
        outcome = outcomes[one.outcome]
        if outcome.id not in headline or (one.view, one.stance) != (MIXTURE, ALL):
            continue
        if not one.shows(outcome.digits):
            continue
        turn = "worse at first, better later" if one.turns_better else "better at first, worse later"
        yield Finding(
            f"{names[one.option]}, {outcome.name}: {turn} ({one.before:+,.{outcome.digits}f} at "
            f"{horizons[one.earlier]}, {one.after:+,.{outcome.digits}f} at {horizons[one.later]}, "
            f"{outcome.unit}, against {names[case.baseline]}).",
            value=one.after,
            unit=outcome.unit,
            error=one.after_error,
            references=outcome.evidence,
            topic="crossing",
            method=JACKKNIFE,
        )


def tell_acceptance(case: Case, judgements: Sequence[Judgement], acceptance: xr.Dataset) -> Iterator[Finding]:
    """By how many stakeholders each option is accepted in most futures."""
    names = {option.id: option.name for option in case.options}
    for judgement in judgements:
        if not judgement.accepted_most or "share" not in acceptance:
            continue
        shares = acceptance["share"].sel(
            option=judgement.option, view=MIXTURE, stance=ALL, horizon=AS_WRITTEN
        )
        known = shares.to_numpy()[np.isfinite(shares.to_numpy())]
        count = int((known > 0.5).sum())
        yield Finding(
            f"{names[judgement.option]} is acceptable to {count} of {len(known)} stakeholders in more than "
            "half of the futures.",
            value=float(count),
            unit="stakeholders",
            topic="acceptance",
            method="Every condition of a stakeholder holds, over futures and reactions.",
            caveat="Thresholds are judgements, each with its reason in the case.",
        )
