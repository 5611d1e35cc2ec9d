"""How much each run of stored runs counts, by the beliefs of a case and by how its actors answer."""

from __future__ import annotations

import numpy as np

from crossroads.analysis.calibration import Past
from crossroads.analysis.strategies import FITTED, QUANTAL, Rules, Strategies, is_played, solve_strategies
from crossroads.analysis.weights import FLOOR, Weights, build_weights
from crossroads.case.records import HISTORY, Case
from crossroads.sampling.beliefs import view_weights
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.runs import Runs
from crossroads.simulation.status import Status


def prepare_weights(runs: Runs, case: Case, past: Past | None = None) -> Weights:
    """Of all views, and of the belief from history, last, where there is one; reactions by the judged mixes.

    Raises WeighingError where nothing can be weighed, as `build_weights`.
    """
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


def play_game(runs: Runs, case: Case, weights: Weights, rules: Rules = FITTED) -> tuple[Weights, Strategies | None]:
    """The same weights with reactions as likely as the game says, and the game; none where nobody plays for anything
    and nothing is fixed. Raises WeighingError and RunsError, as `solve_strategies`."""
    if not is_played(case) and rules.reading == QUANTAL:
        return weights, None
    found = solve_strategies(runs, case, weights, rules.constants, rules.reading)
    return weights.play([game.chances for game in found.games], found.played), found
