"""Who loses under each option: stakeholders whose score is clearly negative, and in what share of futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from crossroads.analysis.columns import Column
from crossroads.analysis.estimates import APART, Floats, Ints, Sums
from crossroads.analysis.gains import EVEN
from crossroads.analysis.scales import value_change
from crossroads.analysis.weights import ALL, MIXTURE, Weights
from crossroads.case.records import Scale

BASIS = "every outcome"
HALF = 0.5
CELL = ("view", "option", "stakeholder")


@dataclass(frozen=True)
class Loser:
    """A stakeholder who clearly loses under an option in one view, at the horizon of its own."""

    option: str
    view: str
    stakeholder: str
    horizon: str
    score: float
    """Negative: the share of everything they weigh that is lost."""
    error: float


def list_losers(gains: xr.Dataset) -> tuple[Loser, ...]:
    """Losers by option and view, those who lose most first, from the scores of `weigh_gains`, all stances together."""
    cell = gains.sel(stance=ALL, basis=BASIS)
    names = cell["stakeholder"].to_numpy()
    own = [str(name) for name in cell["own_horizon"].to_numpy()]
    chosen = cell[["score", "error", "reading"]].sel(
        stakeholder=xr.DataArray(names, dims="stakeholder"), horizon=xr.DataArray(own, dims="stakeholder")
    )
    score, error, reading = (chosen[name].transpose(*CELL).to_numpy() for name in ("score", "error", "reading"))
    found = []
    for view, view_name in enumerate(chosen["view"].to_numpy()):
        for option, option_name in enumerate(chosen["option"].to_numpy()):
            here = score[view, option]
            order = np.argsort(here, kind="stable")
            for place in order[reading[view, option, order] < 0]:
                lost = float(here[place]), float(error[view, option, place])
                found.append(Loser(str(option_name), str(view_name), str(names[place]), own[place], *lost))
    return tuple(found)


def list_never(gains: xr.Dataset, losers: Sequence[Loser], view: str = MIXTURE) -> tuple[str, ...]:
    """Options that ran and under which nobody clearly loses in a view."""
    scores = gains["score"].sel(view=view, stance=ALL, basis=BASIS)
    ran = [str(option) for option in scores["option"].to_numpy() if np.isfinite(scores.sel(option=option)).any()]
    losing = {one.option for one in losers if one.view == view}
    return tuple(option for option in ran if option not in losing)


class Losses:
    """Adds up each stakeholder's score future by future, one outcome after another, on the ranges and weights of
    `weigh_gains`; those of other futures are merged, so that only some futures are held in memory."""

    def __init__(
        self, gains: xr.Dataset, weights: Weights, horizons: Sequence[str], replicates: Ints | None = None
    ) -> None:
        """Nothing is added up yet. `replicates` are those of all futures, where `weights` are those of some."""
        self._gains = gains
        self._weights = weights
        self._horizons = list(horizons)
        self._times = [list(horizons).index(str(name)) for name in gains["own_horizon"].to_numpy()]
        self._scores: Floats | None = None
        self._sums = Sums(np.unique(weights.replicate) if replicates is None else replicates)

    def add(self, column: Column) -> None:
        """Take in one outcome, reactions averaged first; one that nobody weighs adds nothing."""
        shares = self._gains["weight"].sel(outcome=column.outcome.id).to_numpy()
        ends = self._gains[["range_low", "range_high"]].sel(outcome=column.outcome.id)
        low, high = ends["range_low"].to_numpy(), ends["range_high"].to_numpy()
        slope = column.sign * np.divide(1.0, high - low, out=np.zeros_like(high), where=high > low)
        if self._scores is None:
            self._scores = np.zeros((len(shares), *column.overall.shape[:2]))
        change, swings = column.change, dict[int, Floats]()
        for place in np.flatnonzero(shares > 0):
            time = self._times[place]
            if time not in swings:
                scale = column.outcome.scales.get(self._horizons[time])
                swings[time] = _swing(change[:, :, time], scale, slope[time])
            self._scores[place] += swings[time] * shares[place]

    def merge(self, other: Losses) -> None:
        """Take in what was added up of other futures."""
        for losses in (self, other):
            losses.settle()
        self._sums.merge(other._sums)

    def settle(self) -> None:
        """Average what was added up, and forget it."""
        if self._scores is None:
            return
        scores = np.moveaxis(self._scores, 0, -1)
        loses = np.where(np.isfinite(scores), scores <= -EVEN, np.nan)
        self._sums.add({"share": loses}, self._weights.futures, self._weights.replicate)
        self._scores = None

    def weigh(self) -> xr.Dataset:
        """`share` of futures in which a stakeholder loses more than counts as even, at the horizon of its own, by view,
        option and stakeholder, with its error; `mostly`: in more than half of them, beyond error."""
        self.settle()
        found = self._sums.finish()["share"]
        mostly = np.nan_to_num(found.mean) - APART * np.nan_to_num(found.error, nan=np.inf) > HALF
        return xr.Dataset(
            {"share": (CELL, found.mean), "error": (CELL, found.error), "mostly": (CELL, mostly)},
            coords={
                "view": list(self._weights.views),
                "option": list(self._weights.options),
                "stakeholder": self._gains["stakeholder"].to_numpy(),
                "own_horizon": ("stakeholder", self._gains["own_horizon"].to_numpy()),
            },
        )


def _swing(change: Floats, scale: Scale | None, slope: float) -> Floats:
    """What a change is worth beyond none: on the stated scale, or as a share of the range that was found."""
    return change * slope if scale is None else value_change(change, scale) - value_change(0.0, scale)
