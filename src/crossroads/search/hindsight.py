"""Calibration of a case, no option simulated: by weights on sampled futures, or by steps where these collapse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from crossroads.analysis.calibration import Past, compare_quantiles, look_back
from crossroads.analysis.likelihood import History, require_calibration, weigh_history
from crossroads.case.records import Case
from crossroads.errors import WeighingError
from crossroads.sampling.futures import Futures
from crossroads.search.posterior import Climbed, climb_history
from crossroads.simulation.backcast import Backcast


@dataclass(frozen=True, eq=False)
class Hindsight:
    """What calibration gave, from which futures, and whether by steps."""

    past: Past
    futures: Futures
    """All that was weighed: sampled from the views, or drawn from the posterior."""
    climbed: Climbed | None = None
    """The posterior that steps led to; none where weights were enough."""


def calibrate_futures(
    case: Case,
    backcast: Backcast,
    futures: Futures,
    until: int | None = None,
    steps: bool = False,
    say: Callable[[str], None] | None = None,
) -> Hindsight:
    """Weigh sampled futures by the past up to a year; where too few effective ones are left, or where `steps` are
    asked for, go there by steps instead.

    Raises WeighingError where the case cannot be calibrated or no point is possible, and CrossroadsError where steps
    are needed and their library is not installed.
    """
    tell = say or (lambda _line: None)
    _check_year(case, until)
    past = look_back(case, futures, _observe(backcast, futures), until)
    if not steps and not past.refusal:
        return Hindsight(past, futures)
    if past.refusal:
        tell(f"The past leaves {past.effective:.0f} effective futures: going there by steps.")
    climbed = climb_history(case, backcast, until, seed=futures.seed, say=tell)
    draws = climbed.draw_futures(len(futures), futures.seed)
    return Hindsight(_look_from_there(case, backcast, draws, climbed, past), draws, climbed)


def _look_from_there(case: Case, backcast: Backcast, draws: Futures, climbed: Climbed, before: Past) -> Past:
    """The past from draws of the posterior, which all count alike; what was believed before is that of the sample."""
    history = _observe(backcast, draws)
    past = look_back(case, draws, history, before.until, log_beliefs=-weigh_history(case, history, before.until))
    return replace(
        past,
        effective=climbed.posterior.effective,
        refusal="",
        log_evidence=climbed.posterior.log_evidence,
        numbers=compare_quantiles(before.numbers["before"], past.numbers["after"]),
        shares=past.shares.assign(before=before.shares["before"]),
    )


def _observe(backcast: Backcast, futures: Futures) -> History:
    columns = [futures.column(name) for name in backcast.uncertainties]
    return History(backcast.outcomes, backcast.years, backcast.run(np.column_stack(columns)))


def _check_year(case: Case, until: int | None) -> None:
    found = require_calibration(case)
    if until is not None and not found.first_year <= until <= found.last_year:
        raise WeighingError(
            f"{until} is no year that {case.id} is calibrated to. Choose one from {found.first_year} to "
            f"{found.last_year}."
        )
