"""The three weighings of stored runs by themselves: solved, weighed, judged.

It is what a reader waits for when beliefs, payoffs or values are changed; a whole analysis says more and takes longer.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import xarray as xr

from crossroads.analysis.calibration import Past, look_back, read_history
from crossroads.analysis.debate import Debate, debate_claims, gather_readings, list_own_needs
from crossroads.analysis.joining import Pass, join_outcomes, list_asked
from crossroads.analysis.judgement import choose_headline
from crossroads.analysis.preparation import play_game, prepare_weights
from crossroads.analysis.stored import Table
from crossroads.analysis.strategies import QUANTAL, Reading, Rules, Strategies
from crossroads.analysis.values import Worths, list_valued, weigh_values
from crossroads.analysis.weights import Weights
from crossroads.case.records import Case
from crossroads.simulation.runs import Runs


@dataclass(frozen=True, eq=False)
class Weighings:
    """How the others answer, who wins under which values, and what is claimed; none of the first two where the case has
    no payoffs, or no scales."""

    weights: Weights
    strategies: Strategies | None
    worths: Worths | None
    debate: Debate


def weigh_thrice(runs: Runs, case: Case, reading: Reading = QUANTAL) -> Weighings:
    """Solve the game, weigh by values and judge the claims; `case` differs from that of the runs in what is not
    simulated alone. Raises WeighingError and RunsError, as `analyse`."""
    past = look_back_on(runs, case)
    weights, strategies = play_game(runs, case, prepare_weights(runs, case, past), Rules(reading=reading))
    joined = join_stored(runs, case, weights, None)
    worths, debate = weigh_joined(runs, case, weights, joined, compare=False)
    return Weighings(weights, strategies, worths, debate)


def weigh_joined(
    runs: Runs, case: Case, weights: Weights, joined: Pass, compare: bool = True
) -> tuple[Worths | None, Debate]:
    """The weighing by values, perhaps compared with other rules, and the judgement of claims over what was joined, side
    by side."""
    readings = gather_readings(case, weights, joined.readings, runs.dataset["start"].compute())
    with ThreadPoolExecutor(1) as pool:
        judged = pool.submit(debate_claims, case, readings, weights, runs.futures)
        worths = weigh_values(case, weights, joined.games, choose_headline(case), runs.futures.seed, compare)
        return worths, judged.result()


def look_back_on(runs: Runs, case: Case) -> Past | None:
    """What the past says of the futures of stored runs; none where the case has no calibration, or its runs no
    history."""
    history = None if case.calibration is None else read_history(runs)
    if case.calibration is None or history is None:
        return None
    if not set(case.calibration.observables) & set(history.outcomes):  # its mechanism is switched off
        return None
    return look_back(case, runs.futures, history)


def open_values(runs: Runs, case: Case, weights: Weights) -> Table:
    """The stored values at the horizons, in the order of the weights."""
    horizons = [horizon.id for horizon in case.horizons]
    places = {"option": weights.options, "reaction": weights.reactions, "horizon": horizons}
    return Table(runs.dataset["values"], places, weights.pairs)


def join_stored(runs: Runs, case: Case, weights: Weights, gains: xr.Dataset | None) -> Pass:
    """One pass over the stored values for what is known of several outcomes together; see join_outcomes."""
    headline = choose_headline(case)
    asked = list_asked(case, headline, list_valued(case, headline), list_own_needs(case), counted=gains is not None)
    return join_outcomes(open_values(runs, case, weights), runs.dataset["start"].compute(), case, weights, gains, asked)
