"""From stored runs to everything that a report shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis import acceptance as accepting
from crossroads.analysis import sentences
from crossroads.analysis.bands import cut_bins, weigh_bands
from crossroads.analysis.calibration import Past, look_back, read_history, tell_past
from crossroads.analysis.columns import Column, build_column
from crossroads.analysis.estimates import Floats
from crossroads.analysis.factors import Question, weigh_factors
from crossroads.analysis.finding import Finding
from crossroads.analysis.gains import list_unmodelled, map_weights, measure_swings, weigh_gains
from crossroads.analysis.influence import choose_horizons, rank_influence
from crossroads.analysis.judgement import Basis, Judgement, choose_headline, judge
from crossroads.analysis.paths import Crossing, find_crossings, narrow_weights, weigh_path
from crossroads.analysis.robustness import (
    weigh_changes_from_start,
    weigh_differences,
    weigh_levels,
    weigh_regret,
    weigh_stances,
)
from crossroads.analysis.spool import Values
from crossroads.analysis.stored import Table, map_columns, map_spans
from crossroads.analysis.tiers import compare_pairs, find_contested
from crossroads.analysis.trust import count_reasons, count_statuses, tell_audit, weigh_convergence
from crossroads.analysis.weights import FLOOR, Weights, build_weights, measure_effective
from crossroads.case.fingerprint import simulation_hash
from crossroads.case.records import HISTORY, Case, Outcome
from crossroads.errors import WeighingError
from crossroads.sampling.beliefs import view_weights
from crossroads.sampling.futures import Futures
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.runs import Runs
from crossroads.simulation.status import Status

JOINED = 768
"""Futures whose conditions are joined at a time."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """Everything that was weighed; datasets carry ids as coordinates. Numbers of what did not run are NaN.

    Dimensions are named by what they hold: view (mixture first), option, stance (all first, where it is
    there), outcome, horizon, quantile, quarter, stakeholder, condition. Each mean, difference and share
    stands beside its Monte Carlo `error`; `apart` says that it lies beyond two of them.
    """

    case: Case
    headline: tuple[str, ...]
    """Outcomes of the answer screen."""
    weights: Weights
    effective: xr.Dataset
    """Effective futures by view and option; what is refused."""
    levels: xr.Dataset
    """mean, error, quantiles of the outcome itself."""
    differences: xr.Dataset
    """From the baseline option in the same future: mean, error, percent, apart, better, worse, quantiles."""
    changes: xr.Dataset
    """From the start of the case: the same."""
    stances: xr.Dataset
    """Levels and differences given each opening stance."""
    regret: xr.Dataset
    """mean, error, high (90 %), best (share of futures)."""
    pairs: xr.Dataset
    """gain, error, apart, needed of every two options; tier, rank_low, rank_high of each."""
    contested: xr.Dataset
    """By headline outcome and horizon: pairs, tied, and the pair that needs most futures."""
    paths: xr.Dataset
    """Headline outcomes by quarter in the mixture, from the futures that have series; empty if none has."""
    crossings: tuple[Crossing, ...]
    acceptance: xr.Dataset
    """share, error by stakeholder, also by stance, as written and by horizon."""
    conditions: xr.Dataset
    """share, error of each condition apart."""
    hardest: xr.DataArray
    """The condition that fails most."""
    gains: xr.Dataset
    """score, error, reading, contributions, ranges, weight, not_modelled by stakeholder."""
    unmodelled: Mapping[str, tuple[str, ...]]
    """Stakeholder to the concerns that no outcome speaks for."""
    influence: xr.Dataset
    """correlation, strength, error, clear, and low, high, swing, relative, turns at both ends of each
    uncertainty, by uncertainty, headline outcome, option; near and far horizon."""
    factors: xr.Dataset
    """What groups of uncertainties do at their joint ends, by factor, headline outcome, option; near and far
    horizon; see weigh_factors. Empty where the case declares none."""
    bands: xr.Dataset
    """Differences of headline outcomes by bins of what no data settle; see weigh_bands. Empty likewise."""
    convergence: xr.Dataset
    """half, all, errors and steady for headline outcomes."""
    statuses: xr.DataArray
    """Runs by option, reaction and status."""
    past: Past | None
    """What the past says of the futures, and the belief `history` that follows; none where the case has no
    calibration, or its runs no history."""
    reasons: tuple[tuple[str, str, int], ...]
    """Option, reason and number of failed runs."""
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]


def analyse(runs: Runs, case: Case | None = None) -> Analysis:
    """Weigh complete runs by the beliefs, mixes and values of `case`, or of the case as it was simulated.

    Raises WeighingError when `case` asks for other runs, when no run ended well or when there are too few
    futures, and RunsError when runs are incomplete or damaged.
    """
    asked = case or runs.case
    if simulation_hash(asked) != simulation_hash(runs.case):
        raise WeighingError(
            f"The case {asked.id} was changed in what is simulated since these runs were made. Simulate "
            "again, or analyse with the case as it was."
        )
    past = _look_back(runs, asked)
    weights = prepare_weights(runs, asked, past)
    tally = _count_acceptable(runs, asked, weights)
    found = _weigh_outcomes(runs, asked, weights)
    effective = measure_effective(weights)
    results = {name: _hide(_concat(parts), effective["refused"]) for name, parts in found.items()}
    mapped = map_weights(asked.stakeholders, asked.concerns, asked.outcomes)
    scores = weigh_gains(results.pop("swings"), mapped, asked.outcomes)
    return _conclude(runs, asked, weights, effective, results, scores, tally, past)


def _look_back(runs: Runs, case: Case) -> Past | None:
    history = None if case.calibration is None else read_history(runs)
    if case.calibration is None or history is None:
        return None
    if not set(case.calibration.observables) & set(history.outcomes):  # its mechanism is switched off
        return None
    return look_back(case, runs.futures, history)


def prepare_weights(runs: Runs, case: Case, past: Past | None = None) -> Weights:
    """Of all views, and of the belief from history, last, where there is one. Raises WeighingError, as `analyse`."""
    inputs, futures = build_inputs(case), runs.futures
    views, rows, floors = [view.id for view in case.views], view_weights(case, futures), [FLOOR] * len(case.views)
    if past is not None:
        views, rows, floors = [*views, HISTORY], np.vstack([rows, past.weights]), [*floors, past.floor]
    status = runs.status.sel(option=list(inputs.options), reaction=list(inputs.reactions)).to_numpy()
    return build_weights(
        inputs.options,
        inputs.reactions,
        case.actors,
        case.baseline,
        views,
        rows,
        futures.replicate,
        inputs.mix,
        status == Status.OK,
        floors,
    )


def _weigh_outcomes(runs: Runs, case: Case, weights: Weights) -> dict[str, dict[str, xr.Dataset]]:
    """One pass over the stored values, an outcome at a time: result to outcome to what was found."""
    headline, futures = choose_headline(case), runs.futures
    starts = runs.dataset["start"].compute()

    def weigh(outcome: Outcome, values: Values) -> dict[str, xr.Dataset]:
        column = build_column(outcome, values, _find_start(starts, outcome), weights)
        found = _weigh_one(column, case, weights)
        return {**found, **_look_closer(column, case, futures)} if outcome.id in headline else found

    results: dict[str, dict[str, xr.Dataset]] = {}
    for outcome, found in map_columns(_open_values(runs, case, weights), case.outcomes, weigh):
        for name, part in found.items():
            results.setdefault(name, {})[outcome.id] = part
    return results


def _open_values(runs: Runs, case: Case, weights: Weights) -> Table:
    horizons = [horizon.id for horizon in case.horizons]
    places = {"option": weights.options, "reaction": weights.reactions, "horizon": horizons}
    return Table(runs.dataset["values"], places, weights.pairs)


def _find_start(starts: xr.DataArray, outcome: Outcome) -> Floats:
    return np.asarray(starts.sel(outcome=outcome.id).to_numpy().astype(np.float64))


def _weigh_one(column: Column, case: Case, weights: Weights) -> dict[str, xr.Dataset]:
    horizons = [horizon.id for horizon in case.horizons]
    return {
        "levels": weigh_levels(column, weights, horizons),
        "differences": weigh_differences(column, weights, horizons),
        "changes": weigh_changes_from_start(column, weights, horizons),
        "stances": weigh_stances(column, weights, horizons),
        "regret": weigh_regret(column, weights, horizons),
        "pairs": compare_pairs(column, weights, horizons),
        "swings": measure_swings(column, weights, horizons),
    }


def _look_closer(column: Column, case: Case, futures: Futures) -> dict[str, xr.Dataset]:
    """What is asked of a headline outcome alone."""
    weights, change, name = column.weights, column.change, column.outcome.id
    chosen = choose_horizons(case.horizons)
    places = [place for place, horizon in enumerate(case.horizons) if horizon.id in chosen]
    known = {record.id: record for record in case.uncertainties}
    named = [case.horizons[place].id for place in places]
    question = Question(change[:, :, places], column.sign, weights.options, named)
    doubts = [(known[doubt], futures.column(doubt)) for doubt in case.cannot_tell]
    drawn = [known[one] for one in futures.names]
    return {
        "factors": weigh_factors(futures.values, drawn, case.factors, question, weights.replicate),
        "bands": weigh_bands(cut_bins(doubts), question, weights.replicate),
        "influence": rank_influence(
            futures.values,
            drawn,
            {name: question.change},
            weights.replicate,
            weights.options,
            named,
        ),
        "convergence": weigh_convergence(
            {name: change}, weights, [horizon.id for horizon in case.horizons]
        ),
    }


def _count_acceptable(runs: Runs, case: Case, weights: Weights) -> accepting.Tally:
    """One pass over the stored values, some futures at a time: conditions on different outcomes must hold together."""
    horizons = [horizon.id for horizon in case.horizons]
    asked = {condition.outcome for one in case.stakeholders for condition in one.accepts}
    outcomes = [outcome for outcome in case.outcomes if outcome.id in asked]
    starts, table = runs.dataset["start"].compute(), _open_values(runs, case, weights)
    replicates = np.unique(weights.replicate)

    def count(span: slice) -> accepting.Tally:
        some = weights.cut(span)
        tally = accepting.Tally(case.stakeholders, some, horizons, replicates)
        for outcome in outcomes:
            values = table.read(outcome.id, span)
            column = build_column(outcome, values, _find_start(starts, outcome)[span], some)
            tally.add(accepting.apply_conditions(column, case.stakeholders, some))
        tally.settle()
        return tally

    whole = accepting.Tally(case.stakeholders, weights, horizons)
    for tally in map_spans(count, table.futures, JOINED):
        whole.merge(tally)
    return whole


def _weigh_paths(runs: Runs, case: Case, weights: Weights) -> xr.Dataset:
    """The quarterly series of headline outcomes, over the futures that have one."""
    if "series" not in runs.dataset:
        return xr.Dataset()
    stored = runs.dataset["series"]
    narrow = narrow_weights(weights, stored.sizes["series_future"])
    quarters = [int(quarter) for quarter in stored["quarter"].to_numpy()]
    nothing = np.zeros(stored.sizes["series_future"])

    def weigh(outcome: Outcome, values: Values) -> xr.Dataset:
        return weigh_path(build_column(outcome, values, nothing, narrow), narrow, quarters)

    table = Table(stored, {"option": weights.options, "reaction": weights.reactions}, weights.pairs)
    headline = choose_headline(case)
    shown = [outcome for outcome in case.outcomes if outcome.id in headline]
    found = dict(map_columns(table, shown, weigh))
    return _concat({outcome.id: part for outcome, part in found.items()})


def _conclude(
    runs: Runs,
    case: Case,
    weights: Weights,
    effective: xr.Dataset,
    results: Mapping[str, xr.Dataset],
    scores: xr.Dataset,
    tally: accepting.Tally,
    past: Past | None,
) -> Analysis:
    """What needs all outcomes at once."""
    headline = choose_headline(case)
    refused = effective["refused"]
    shares = _hide(tally.weigh_shares(), refused)
    crossings = tuple(find_crossings(results["differences"], results["stances"], case.outcomes))
    basis = Basis(results["differences"], results["stances"], shares, scores, crossings)
    judgements = judge(case, basis, headline)
    contested = find_contested(results["pairs"], headline)
    statuses = count_statuses(
        runs.status.to_numpy(), runs.status["option"].to_numpy(), runs.status["reaction"].to_numpy()
    )
    return Analysis(
        **results,
        case=case,
        headline=headline,
        weights=weights,
        effective=effective,
        contested=contested,
        paths=_weigh_paths(runs, case, weights),
        crossings=crossings,
        acceptance=shares,
        conditions=_hide(tally.weigh_conditions(), refused),
        hardest=tally.find_hardest(),
        gains=scores,
        unmodelled=list_unmodelled(case.stakeholders, case.concerns),
        statuses=statuses,
        past=past,
        reasons=count_reasons(runs.failures()),
        judgements=judgements,
        findings=(
            *sentences.tell_failures(case, statuses, judgements),
            *tell_audit(case, runs.manifest),
            *sentences.tell_refusals(case, effective),
            *tell_past(case, past),
            *sentences.tell_ties(case, contested, len(np.unique(weights.replicate))),
            *sentences.tell_crossings(case, crossings, headline),
            *sentences.tell_acceptance(case, judgements, shares),
        ),
    )


def _hide(found: xr.Dataset, refused: xr.DataArray) -> xr.Dataset:
    """What is refused for a view and option becomes NaN (numbers), False (told apart) or 0 (places)."""
    if not bool(refused.any()):
        return found
    hidden = {}
    for name, array in found.data_vars.items():
        if {"view", "option"} <= set(array.dims):
            nothing = np.nan if array.dtype.kind == "f" else array.dtype.type(0)
            shown = array.where(~refused, nothing)
            hidden[name] = (
                shown.where(~refused.rename(option="other"), nothing) if "other" in array.dims else shown
            )
    return found.assign(hidden)


def _concat(parts: Mapping[str, xr.Dataset]) -> xr.Dataset:
    return xr.concat(list(parts.values()), dim="outcome").assign_coords(outcome=list(parts))
