"""A made-up case with scales, and runs of which each change from the baseline option is given, to be valued by hand."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from made_up import make_case, make_outcome, make_replicates, make_stakeholder

from crossroads.analysis.columns import build_column
from crossroads.analysis.gains import find_range, map_weights, measure_swings, weigh_gains
from crossroads.analysis.joining import Asked, Pass, join_outcomes, list_asked
from crossroads.analysis.stored import Table
from crossroads.analysis.values import Worths, list_valued, weigh_values
from crossroads.analysis.weights import Weights, build_weights
from crossroads.case.records import Case, Concern, Scale
from crossroads.simulation.layout import build_inputs

START = 100.0
"""What every outcome of the baseline option stays at."""
TEN = {"worst": -10.0, "best": 10.0}
LESS = {"worst": 10.0, "best": -10.0}


def scale(worst: float = -10.0, best: float = 10.0) -> dict[str, Scale]:
    """The same scale at both horizons."""
    return {horizon: Scale(worst=worst, best=best) for horizon in ("near", "far")}


def scaled_case(options=("now", "force", "care"), deaths=LESS, trust=TEN, score=TEN, **more) -> Case:
    """Deaths and trust count, and an index; each of three concerns is one of them. Town weighs lives three times as
    much as faith."""
    parts = {
        "outcomes": (
            make_outcome("deaths", headline=True, scales=scale(**deaths)),
            make_outcome("trust", "more", headline=True, scales=scale(**trust)),
            make_outcome("score", "more", index=True, scales=scale(**score)),
        ),
        "concerns": (
            Concern(id="lives", name="Lives", outcomes={"deaths": 1.0}),
            Concern(id="faith", name="Faith", outcomes={"trust": 1.0}),
            Concern(id="order", name="Order", outcomes={"score": 1.0}),
            Concern(id="beauty", name="Beauty"),
        ),
        "stakeholders": (make_stakeholder("town", weights={"lives": 3, "faith": 1}),),
    }
    return make_case(options, **{**parts, **more})


@dataclass
class Reads:
    """Stored values that note what is read of them."""

    table: Table
    read_so_far: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def futures(self) -> int:
        return self.table.futures

    def read(self, outcome: str, span: slice) -> np.ndarray:
        self.read_so_far.append((outcome, span.start, span.stop))
        return self.table.read(outcome, span)


@dataclass
class Stored:
    """Runs in which `changes` of outcomes, (options, futures) or what fits, add to START under every reaction; `later`
    is what the second horizon adds, `failed` the runs (options, futures) with no result."""

    case: Case
    changes: dict[str, np.ndarray]
    count: int = 64
    later: float = 0.0
    beliefs: np.ndarray | None = None
    failed: np.ndarray | None = None
    floors: tuple[float, ...] = ()

    @property
    def values(self) -> np.ndarray:
        """(options, reactions, futures, outcomes, times)."""
        inputs = build_inputs(self.case)
        names = [one.id for one in self.case.outcomes]
        found = np.full((*inputs.mix.shape, self.count, len(names), 2), START)
        for name, change in self.changes.items():
            shown = np.asarray(change, dtype=float)
            whole = shown if shown.ndim == 3 else np.broadcast_to(shown.T, (self.count, len(inputs.options))).T[:, None]
            found[..., names.index(name), :] += whole[..., None]
        found[..., 1] += self.later
        found[~self.ok] = np.nan
        return found.astype(np.float32)

    @property
    def ok(self) -> np.ndarray:
        inputs = build_inputs(self.case)
        fine = np.broadcast_to(inputs.applicable[:, :, None], (*inputs.mix.shape, self.count))
        return fine if self.failed is None else fine & ~self.failed[:, None]

    @property
    def weights(self) -> Weights:
        inputs = build_inputs(self.case)
        views = [view.id for view in self.case.views]
        beliefs = np.ones((len(views), self.count)) if self.beliefs is None else self.beliefs
        names = (inputs.options, inputs.reactions, self.case.actors, self.case.baseline, views)
        return build_weights(*names, beliefs, make_replicates(self.count), inputs.mix, self.ok, self.floors)

    def open(self, weights: Weights) -> Reads:
        outcomes = [one.id for one in self.case.outcomes]
        array = xr.DataArray(
            self.values,
            dims=("option", "reaction", "future", "outcome", "horizon"),
            coords={
                "option": list(weights.options),
                "reaction": list(weights.reactions),
                "outcome": outcomes,
                "horizon": ["near", "far"],
            },
        )
        places = {"option": weights.options, "reaction": weights.reactions, "horizon": ["near", "far"]}
        return Reads(Table(array, places, weights.pairs))

    @property
    def starts(self) -> xr.DataArray:
        names = [one.id for one in self.case.outcomes]
        return xr.DataArray(np.full((self.count, len(names)), START), {"outcome": names}, ("future", "outcome"))

    @property
    def headline(self) -> list[str]:
        return [one.id for one in self.case.outcomes if one.headline]

    def ask(self, needed=()) -> Asked:
        return list_asked(self.case, self.headline, list_valued(self.case, self.headline), needed)

    def join(self, weights: Weights | None = None, asked: Asked | None = None, reads: Reads | None = None) -> Pass:
        held = weights or self.weights
        table = reads or self.open(held)
        return join_outcomes(table, self.starts, self.case, held, self.score(held), asked or self.ask())

    def weigh(self, weights: Weights | None = None, seed: int = 5) -> Worths | None:
        held = weights or self.weights
        joined = join_outcomes(self.open(held), self.starts, self.case, held, None, self.ask())
        return weigh_values(self.case, held, joined.games, self.headline, seed)

    def score(self, weights: Weights) -> xr.Dataset:
        own, horizons = weights.split[0], ["near", "far"]
        parts = []
        for place, outcome in enumerate(self.case.outcomes):
            stored = self.values[tuple(weights.pairs.T)][:, :, place]
            column = build_column(outcome, stored, np.full(self.count, START), own)
            parts.append(measure_swings(column, own, horizons, find_range(column, own)))
        swings = xr.concat(parts, dim="outcome").assign_coords(outcome=[one.id for one in self.case.outcomes])
        mapped = map_weights(self.case.stakeholders, self.case.concerns, self.case.outcomes)
        return weigh_gains(swings, mapped, self.case.outcomes)
