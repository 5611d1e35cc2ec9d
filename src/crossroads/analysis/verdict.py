"""From stored runs to everything that a report shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from crossroads.analysis import sentences
from crossroads.analysis.bands import cut_bins, weigh_bands
from crossroads.analysis.calibration import Past, tell_past
from crossroads.analysis.columns import Column, build_column, join_games, pick_mixture, split_games
from crossroads.analysis.estimates import Floats
from crossroads.analysis.factors import Question, weigh_factors
from crossroads.analysis.finding import Finding
from crossroads.analysis.gains import find_range, list_unmodelled, map_weights, measure_swings, weigh_gains
from crossroads.analysis.hearings import tell_claims
from crossroads.analysis.influence import choose_horizons, rank_influence
from crossroads.analysis.joining import Pass
from crossroads.analysis.judgement import Basis, choose_headline, judge
from crossroads.analysis.leaders import tell_worths
from crossroads.analysis.losers import list_losers
from crossroads.analysis.metrics import weigh_metrics
from crossroads.analysis.openings import describe_openings, tell_openings
from crossroads.analysis.pareto import compare_means
from crossroads.analysis.paths import find_crossings, narrow_weights, weigh_path
from crossroads.analysis.preparation import play_game, prepare_weights
from crossroads.analysis.rankings import compare_rankings
from crossroads.analysis.reactions import weigh_reactions
from crossroads.analysis.results import Analysis
from crossroads.analysis.robustness import (
    weigh_changes_from_start,
    weigh_differences,
    weigh_levels,
    weigh_regret,
    weigh_stances,
)
from crossroads.analysis.spool import Values
from crossroads.analysis.stability import weigh_stability
from crossroads.analysis.stored import Table, map_columns
from crossroads.analysis.strategies import QUANTAL, How, Reading, Rules, Strategies, read_otherwise
from crossroads.analysis.thresholds import find_thresholds
from crossroads.analysis.tiers import compare_pairs, find_contested
from crossroads.analysis.trust import count_reasons, count_statuses, tell_audit, weigh_convergence
from crossroads.analysis.weighings import join_stored, look_back_on, open_values, weigh_joined
from crossroads.analysis.weights import Weights, measure_effective
from crossroads.case.fingerprint import simulation_hash
from crossroads.case.records import Case, Outcome
from crossroads.errors import WeighingError
from crossroads.sampling.futures import Futures
from crossroads.simulation.runs import Runs

OTHERWISE: tuple[How, ...] = ("quantal", "best", "cautious", "judged")
"""How reactions are read beside the game's own reading."""


def analyse(runs: Runs, case: Case | None = None, reading: Reading = QUANTAL) -> Analysis:
    """Weigh complete runs by the beliefs, payoffs and values of `case`, or of the case as it was simulated, with
    reactions as likely as the `reading` of the game says.

    Raises WeighingError when `case` asks for other runs, when no run ended well or when there are too few
    futures, and RunsError when runs are incomplete or damaged.
    """
    asked = case or runs.case
    if simulation_hash(asked) != simulation_hash(runs.case):
        raise WeighingError(
            f"The case {asked.id} was changed in what is simulated since these runs were made. Simulate "
            "again, or analyse with the case as it was."
        )
    past = look_back_on(runs, asked)
    weights, strategies = play_game(runs, asked, prepare_weights(runs, asked, past), Rules(reading=reading))
    readings = read_otherwise(runs, asked, weights, strategies, OTHERWISE) if strategies else {}
    found = _weigh_outcomes(runs, asked, weights, readings)
    effective = measure_effective(weights)
    results = {name: _hide(_concat(parts), effective["refused"]) for name, parts in found.items()}
    mapped = map_weights(asked.stakeholders, asked.concerns, asked.outcomes)
    scores = weigh_gains(results.pop("swings"), mapped, asked.outcomes)
    joined = join_stored(runs, asked, weights, scores)
    return _conclude(runs, asked, weights, effective, results, scores, joined, past, strategies)


def _weigh_outcomes(
    runs: Runs, case: Case, weights: Weights, readings: Mapping[str, Floats]
) -> dict[str, dict[str, xr.Dataset]]:
    """One pass over the stored values, an outcome at a time: result to outcome to what was found."""
    headline, futures = choose_headline(case), runs.futures
    starts = runs.dataset["start"].compute()

    def weigh(outcome: Outcome, values: Values) -> dict[str, xr.Dataset]:
        columns = split_games(build_column(outcome, values, _find_start(starts, outcome), weights))
        span = find_range(columns[0], columns[0].weights)
        parts = [_weigh_one(column, case, column.weights, span) for column in columns]
        found = {name: join_games([part[name] for part in parts], weights.views) for name in parts[0]}
        return {**found, **_look_closer(columns, case, futures, weights, readings)} if outcome.id in headline else found

    results: dict[str, dict[str, xr.Dataset]] = {}
    for outcome, found in map_columns(open_values(runs, case, weights), case.outcomes, weigh):
        for name, part in found.items():
            results.setdefault(name, {})[outcome.id] = part
    return results


def _find_start(starts: xr.DataArray, outcome: Outcome) -> Floats:
    return np.asarray(starts.sel(outcome=outcome.id).to_numpy().astype(np.float64))


def _weigh_one(column: Column, case: Case, weights: Weights, span: tuple[Floats, Floats]) -> dict[str, xr.Dataset]:
    horizons = [horizon.id for horizon in case.horizons]
    return {
        "levels": weigh_levels(column, weights, horizons),
        "differences": weigh_differences(column, weights, horizons),
        "changes": weigh_changes_from_start(column, weights, horizons),
        "stances": weigh_stances(column, weights, horizons),
        "regret": weigh_regret(column, weights, horizons),
        "pairs": compare_pairs(column, weights, horizons),
        "swings": measure_swings(column, weights, horizons, span),
    }


def _look_closer(
    columns: Sequence[Column], case: Case, futures: Futures, weights: Weights, readings: Mapping[str, Floats]
) -> dict[str, xr.Dataset]:
    """What is asked of a headline outcome alone, once for each game; all but convergence in the mixture alone."""
    change, name = columns[0].change, columns[0].outcome.id
    chosen = choose_horizons(case.horizons)
    places = [place for place, horizon in enumerate(case.horizons) if horizon.id in chosen]
    named_all = [horizon.id for horizon in case.horizons]
    known = {record.id: record for record in case.uncertainties}
    named = [case.horizons[place].id for place in places]
    question = Question(change[:, :, places], columns[0].sign, weights.options, named)
    doubts = [(known[doubt], futures.column(doubt)) for doubt in case.cannot_tell]
    drawn = [known[one] for one in futures.names]
    return {
        "factors": weigh_factors(futures.values, drawn, case.factors, question, weights.replicate),
        "bands": weigh_bands(cut_bins(doubts), question, weights.replicate),
        "metrics": join_games(
            [
                weigh_metrics(
                    column, column.weights, named_all, find_thresholds(case.stakeholders, column.outcome, named_all)
                )
                for column in columns
            ],
            weights.views,
        ),
        "reactions": weigh_reactions(pick_mixture(columns[0]), readings, [horizon.id for horizon in case.horizons]),
        "influence": rank_influence(
            futures.values,
            drawn,
            {name: question.change},
            weights.replicate,
            weights.options,
            named,
        ),
        "convergence": join_games(
            [
                weigh_convergence({name: column.change}, column.weights, [horizon.id for horizon in case.horizons])
                for column in columns
            ],
            weights.views,
        ),
    }


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
    return _concat({outcome.id: part for outcome, part in map_columns(table, shown, weigh)})


def _conclude(
    runs: Runs,
    case: Case,
    weights: Weights,
    effective: xr.Dataset,
    results: Mapping[str, xr.Dataset],
    scores: xr.Dataset,
    joined: Pass,
    past: Past | None,
    strategies: Strategies | None,
) -> Analysis:
    """What needs all outcomes at once."""
    headline, refused = choose_headline(case), effective["refused"]
    together = _unite(joined, weights, refused)
    shares = together["acceptance"]
    crossings = tuple(find_crossings(results["differences"], results["stances"], case.outcomes))
    basis = Basis(results["differences"], results["stances"], shares, scores, crossings)
    judgements = judge(case, basis, headline)
    contested = find_contested(results["pairs"], headline)
    openings = _hide(describe_openings(strategies, case, weights, runs.futures), refused) if strategies else None
    statuses = count_statuses(
        runs.status.to_numpy(), runs.status["option"].to_numpy(), runs.status["reaction"].to_numpy()
    )
    worths, debate = weigh_joined(runs, case, weights, joined)
    found = Analysis(
        **results,
        case=case,
        headline=headline,
        weights=weights,
        effective=effective,
        contested=contested,
        paths=_weigh_paths(runs, case, weights),
        crossings=crossings,
        acceptance=shares,
        conditions=together["conditions"],
        hardest=together["hardest"]["hardest"],
        gains=scores,
        unmodelled=list_unmodelled(case.stakeholders, case.concerns),
        statuses=statuses,
        past=past,
        strategies=strategies,
        openings=openings,
        stability=weigh_stability(results["convergence"], results["pairs"]),
        rankings=compare_rankings(results["metrics"]),
        dominance=xr.merge([compare_means(results["pairs"], headline), together["front"]]),
        losers=list_losers(scores),
        losses=together["losses"],
        worths=worths,
        debate=debate,
        reasons=count_reasons(runs.failures()),
        judgements=judgements,
        findings=(),
    )
    return replace(found, findings=tuple(_tell(found, runs)))


def _tell(found: Analysis, runs: Runs) -> Iterator[Finding]:
    """What was found, in sentences."""
    case, judgements = found.case, found.judgements
    yield from sentences.tell_failures(case, found.statuses, judgements)
    yield from tell_audit(case, runs.manifest)
    yield from sentences.tell_refusals(case, found.effective)
    yield from tell_past(case, found.past)
    yield from tell_openings(case, found.openings)
    yield from sentences.tell_ties(case, found.contested, len(np.unique(found.weights.replicate)))
    yield from sentences.tell_crossings(case, found.crossings, found.headline)
    yield from sentences.tell_acceptance(case, judgements, found.acceptance)
    yield from tell_worths(case, found.worths)
    yield from tell_claims(case, found.debate)


def _unite(joined: Pass, weights: Weights, refused: xr.DataArray) -> dict[str, xr.Dataset]:
    """What was joined, the games together in the order of the views."""
    games = [game.counts for game in joined.games if game.counts]
    parts = {
        "acceptance": [game.tally.weigh_shares() for game in games],
        "conditions": [game.tally.weigh_conditions() for game in games],
        "front": [game.frontier.weigh() for game in games],
        "losses": [game.losses.weigh() for game in games],
    }
    found = {name: _hide(join_games(some, weights.views), refused) for name, some in parts.items()}
    hardest = join_games([game.tally.find_hardest().to_dataset() for game in games], weights.views)
    return {**found, "hardest": hardest}


def _hide(found: xr.Dataset, refused: xr.DataArray) -> xr.Dataset:
    """What is refused for a view and option becomes NaN (numbers), False (told apart) or 0 (places)."""
    if not bool(refused.any()):
        return found
    hidden = {}
    for name, array in found.data_vars.items():
        if {"view", "option"} <= set(array.dims):
            nothing = np.nan if array.dtype.kind == "f" else array.dtype.type(0)
            shown = array.where(~refused, nothing)
            hidden[name] = shown.where(~refused.rename(option="other"), nothing) if "other" in array.dims else shown
    return found.assign(hidden)


def _concat(parts: Mapping[str, xr.Dataset]) -> xr.Dataset:
    return xr.concat(list(parts.values()), dim="outcome").assign_coords(outcome=list(parts))
