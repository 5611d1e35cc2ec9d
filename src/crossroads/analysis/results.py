"""What weighing gives: everything that a report shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import xarray as xr

from crossroads.analysis.calibration import Past
from crossroads.analysis.debate import Debate
from crossroads.analysis.finding import Finding
from crossroads.analysis.judgement import Judgement
from crossroads.analysis.losers import Loser
from crossroads.analysis.paths import Crossing
from crossroads.analysis.strategies import FITTED, Rules, Strategies
from crossroads.analysis.values import Worths
from crossroads.analysis.weights import Weights
from crossroads.case.records import Case


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
    metrics: xr.Dataset
    """Every metric of robustness of headline outcomes; see weigh_metrics."""
    rankings: xr.Dataset
    """How far metrics agree; see compare_rankings."""
    dominance: xr.Dataset
    """Which options are dominated, in expectation and future by future; see compare_means and Frontier."""
    losers: tuple[Loser, ...]
    losses: xr.Dataset
    """In what share of futures each stakeholder loses under each option."""
    worths: Worths | None
    """Who wins under which values; none where the case states no scales."""
    debate: Debate
    """What is claimed, judged."""
    convergence: xr.Dataset
    """half, all, errors and steady for headline outcomes."""
    stability: xr.Dataset
    """Whether half of the futures put the options in the same order; see weigh_stability."""
    statuses: xr.DataArray
    """Runs by option, reaction and status."""
    past: Past | None
    """What the past says of the futures, and the belief `history` that follows; none where the case has no
    calibration, or its runs no history."""
    strategies: Strategies | None
    """The game that says how likely each reaction is; none where the mixes say it."""
    openings: xr.Dataset | None
    """How likely each opening is, and what consent would take; see describe_openings. None likewise."""
    reactions: xr.Dataset
    """Changes of headline outcomes under other readings of the game, and what they owe to it; see weigh_reactions."""
    reasons: tuple[tuple[str, str, int], ...]
    """Option, reason and number of failed runs."""
    judgements: tuple[Judgement, ...]
    findings: tuple[Finding, ...]

    @property
    def rules(self) -> Rules:
        """By which what is run around the options is answered, as they are."""
        return self.strategies.rules if self.strategies else FITTED
