"""Calibration by steps, for where weights on sampled futures collapse onto a few.

Nested importance sampling (Lange 2023, the nautilus-sampler library): the unit cube of all that the history phase reads
is narrowed shell by shell to where the past is likely, each shell drawn evenly and simulated in batches. It gives the
posterior, its evidence and how many draws it is worth, with no weight on any future that was sampled before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from crossroads.analysis.likelihood import History, weigh_history
from crossroads.case.distributions import Array
from crossroads.case.records import Case
from crossroads.errors import CrossroadsError, WeighingError
from crossroads.sampling.cube import Cube, make_cube
from crossroads.sampling.futures import Futures
from crossroads.sampling.streams import stream
from crossroads.simulation.backcast import Backcast

LIVE = 500
"""Points that mark out each shell."""
TOGETHER = 1024
"""Points whose likelihood is found at once: enough to fill the blocks of most combinations of structures."""
LEFT = 0.05
"""Share of the evidence inside the last shell at which no further shell is marked out; draws are exact all the same."""
Likelihood = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Posterior:
    """Weighted points of the unit cube, and what they are worth."""

    points: Array
    """(points, coordinates)"""
    log_weights: Array
    """(points,): of sum 1 in all."""
    log_evidence: float
    """Log of the mean likelihood over the prior."""
    effective: float
    """Effective draws (Kish)."""
    steps: int
    """Shells."""
    calls: int
    """Points whose likelihood was found."""

    @property
    def weights(self) -> Array:
        """(points,): of sum 1."""
        return np.asarray(np.exp(self.log_weights))

    def draw(self, count: int, seed: int = 1) -> Array:
        """(count, coordinates): points drawn by their weights, by systematic resampling, in random order."""
        random = stream(seed, "posterior")
        levels = (np.arange(count) + random.random()) / count
        rows = np.searchsorted(np.cumsum(self.weights), levels * self.weights.sum())
        return self.points[random.permutation(np.minimum(rows, len(self.points) - 1))]


def climb(
    likelihood: Likelihood,
    size: int,
    effective: float = 1000.0,
    most: int = 200_000,
    seed: int = 1,
    say: Callable[[str], None] | None = None,
) -> Posterior:
    """The posterior over the unit cube of `size` coordinates; `likelihood` maps (points, size) to logs.

    `effective` draws are wanted and at most `most` points asked for. Raises CrossroadsError when the library is not
    installed, and WeighingError when that was not enough, or no point is possible.
    """
    sampler = _load_sampler()(
        lambda points: points,
        _Heard(likelihood, say or (lambda _line: None)),
        n_dim=size,
        n_live=LIVE,
        n_networks=0,  # ellipsoids alone: as exact, and quicker where a likelihood costs little
        n_batch=TOGETHER,
        vectorized=True,
        seed=seed,
    )
    done = sampler.run(f_live=LEFT, n_eff=effective, n_like_max=most, discard_exploration=True)
    if not done:
        raise WeighingError(
            f"{sampler.n_like:,} points gave {sampler.n_eff:.0f} effective draws of the {effective:.0f} that are "
            "wanted. Ask for more points, or for fewer draws."
        )
    points, log_weights, _ = sampler.posterior()
    if not np.isfinite(sampler.log_z):
        raise WeighingError("No point has any likelihood: nothing that the case holds possible explains the past.")
    return Posterior(
        np.asarray(points),
        np.asarray(log_weights) - np.logaddexp.reduce(log_weights),
        float(sampler.log_z),
        float(sampler.n_eff),
        len(sampler.bounds),
        int(sampler.n_like),
    )


@dataclass(frozen=True, eq=False)
class Climbed:
    """The posterior of a case, as points and as futures."""

    posterior: Posterior
    cube: Cube

    def draw_futures(self, count: int, seed: int = 1) -> Futures:
        """Futures that all count alike: what the history reads as the past leaves it, all else as it is believed."""
        return self.cube.draw_futures(self.posterior.draw(count, seed), seed)


def climb_history(
    case: Case,
    backcast: Backcast,
    until: int | None = None,
    effective: float = 1000.0,
    most: int = 200_000,
    seed: int = 1,
    say: Callable[[str], None] | None = None,
) -> Climbed:
    """The posterior of all that the history phase reads, given the series of the case up to a year; see `climb`."""
    cube = make_cube(case, backcast.inputs)

    def likelihood(points: Array) -> Array:
        observed = History(backcast.outcomes, backcast.years, backcast.run(cube.place(points)))
        return weigh_history(case, observed, until)

    return Climbed(climb(likelihood, cube.size, effective, most, seed, say), cube)


class _Heard:
    """A likelihood that tells how far it is, every so often."""

    _EVERY = 10_000

    def __init__(self, likelihood: Likelihood, say: Callable[[str], None]) -> None:
        self._likelihood, self._say = likelihood, say
        self._calls, self._best = 0, -np.inf

    def __call__(self, points: Array) -> Array:
        found = self._likelihood(np.atleast_2d(points))
        before = self._calls // self._EVERY
        self._calls += len(found)
        self._best = max(self._best, float(found.max()))
        if self._calls // self._EVERY > before:
            self._say(f"{self._calls:,} points, highest log likelihood {self._best:.1f}")
        # the sampler needs numbers: far below all that counts is as good as impossible
        return np.maximum(found, -1e100)


def _load_sampler() -> Any:
    try:
        from nautilus import Sampler  # noqa: PLC0415  (an extra; everything else works without it)
    except ImportError as error:
        raise CrossroadsError(
            "Calibration by steps needs the library nautilus-sampler. Install the extra: "
            "`pip install '.[calibrate]'` in the folder of the project."
        ) from error
    return Sampler
