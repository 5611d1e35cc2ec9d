"""A made-up case and made-up runs, small enough to check by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import SimpleNamespace

import numpy as np
import xarray as xr

from crossroads.analysis.columns import build_column
from crossroads.analysis.weights import build_weights
from crossroads.case.distributions import Categorical, Uniform
from crossroads.case.records import (
    Actor,
    Case,
    Concern,
    Condition,
    Evidence,
    Horizon,
    Mix,
    Move,
    Option,
    Outcome,
    Reference,
    Stakeholder,
    Uncertainty,
    View,
)
from crossroads.sampling.futures import Futures
from crossroads.simulation.layout import build_inputs

REPLICATES = 16
REACTIONS = ("agree+hold", "agree+hit", "protest+hold", "protest+hit")


def make_outcome(name: str, direction: str = "less", **more) -> Outcome:
    return Outcome(
        id=name,
        name=name.title(),
        short=name,
        meaning="Made up.",
        unit="people",
        direction=direction,
        reading="rate",
        family="made up",
        mechanism="made_up",
        **more,
    )


def make_condition(
    outcome: str = "deaths", against: str = "status_quo", horizon: str = "near", **more
) -> Condition:
    return Condition(outcome=outcome, horizon=horizon, against=against, because="made up", **more)


def make_stakeholder(name: str = "town", **more) -> Stakeholder:
    return Stakeholder(
        **{
            "id": name,
            "name": name.title(),
            "meaning": "Made up.",
            "voice": "weighs",
            "side": "both",
            "horizon": "near",
            **more,
        }
    )


def make_actors() -> tuple[Actor, ...]:
    """Declared against the order of play, to show that the order counts."""
    return (
        Actor(
            id="gang",
            name="Gang",
            meaning="Answers last.",
            order=2,
            moves=tuple(
                Move(id=move, name=move, short=move, meaning=move, sets={"harm": harm})
                for move, harm in (("hold", 0.0), ("hit", 1.0))
            ),
        ),
        Actor(
            id="state",
            name="State",
            meaning="Answers first.",
            order=1,
            moves=tuple(
                Move(id=move, name=move, short=move, meaning=move, sets={"help": helps})
                for move, helps in (("agree", 1.0), ("protest", 0.0))
            ),
        ),
    )


def make_case(options: tuple[str, ...] = ("now", "force", "care"), **more) -> Case:
    mixes = (
        Mix(
            id="even",
            meaning="All alike.",
            shares={"state": {"agree": 0.5, "protest": 0.5}, "gang": {"hold": 0.5, "hit": 0.5}},
        ),
        Mix(
            id="quiet",
            meaning="No protest.",
            shares={"state": {"agree": 1.0}, "gang": {"hold": 0.75, "hit": 0.25}},
        ),
    )
    parts = {
        "id": "made_up",
        "title": "Made up",
        "question": "What then?",
        "summary": "Nothing is known.",
        "source": "book",
        "evidence_until": date(2026, 1, 1),
        "start": date(2026, 1, 1),
        "history_start": date(2020, 1, 1),
        "years": 2,
        "discount_rate": 0.03,
        "baseline": "now",
        "model": "nowhere",
        "horizons": (
            Horizon(id="near", name="1 year", weeks=52),
            Horizon(id="far", name="2 years", weeks=104),
        ),
        "options": tuple(
            Option(
                id=name,
                name=name.title(),
                short=name,
                meaning="Made up.",
                mix="quiet" if name == "care" else "even",
            )
            for name in options
        ),
        "levers": (),
        "uncertainties": (
            Uncertainty(
                id="size",
                name="Size",
                meaning="How much.",
                unit="1",
                contested="low",
                distribution=Uniform(kind="uniform", low=0, high=1),
            ),
            Uncertainty(
                id="noise",
                name="Noise",
                meaning="Nothing.",
                unit="1",
                contested="low",
                distribution=Uniform(kind="uniform", low=0, high=1),
            ),
            Uncertainty(
                id="shape",
                name="Shape",
                meaning="Which.",
                unit="1",
                contested="low",
                structural=True,
                distribution=Categorical(kind="categorical", shares={"flat": 0.5, "steep": 0.5}),
            ),
        ),
        "views": (
            View(id="calm", name="Calm", meaning="As drawn."),
            View(
                id="grim",
                name="Grim",
                meaning="Larger.",
                beliefs={"size": Uniform(kind="uniform", low=0.5, high=1)},
            ),
        ),
        "actors": make_actors(),
        "mixes": mixes,
        "outcomes": (
            make_outcome("deaths"),
            make_outcome("trust", "more", means=True),
            make_outcome("score", "more", index=True),
        ),
        "concerns": (
            Concern(id="lives", name="Lives", outcomes={"deaths": 1.0}),
            Concern(id="faith", name="Faith", outcomes={"trust": 0.5, "score": 0.5}),
            Concern(id="beauty", name="Beauty"),
        ),
        "stakeholders": (
            make_stakeholder(
                "town",
                weights={"lives": 2, "faith": 1, "beauty": 1},
                accepts=(make_condition(at_most=0.0), make_condition("trust", "start", "far", at_least=-1.0)),
            ),
            make_stakeholder(
                "river", voice="affected", horizon="far", accepts=(make_condition(at_most=5.0, percent=True),)
            ),
        ),
        "claims": (),
        "evidence": (
            Evidence(
                id="one",
                section="All",
                statement="Made up.",
                strength="J",
                status="judgement",
                contested="low",
            ),
        ),
        "references": (Reference(id="book", type="book", title="Book", citation="Nobody: Book."),),
    }
    return Case(**{**parts, **more})


def make_replicates(count: int, views: int = 2) -> np.ndarray:
    return (np.arange(count) // views) % REPLICATES


def make_weights(case: Case | None = None, count: int = 64, ok: np.ndarray | None = None, view_weights=None):
    case = case or make_case()
    inputs = build_inputs(case)
    fine = np.broadcast_to(inputs.applicable[:, :, None], (*inputs.mix.shape, count)) if ok is None else ok
    views = [view.id for view in case.views]
    beliefs = np.ones((len(views), count)) if view_weights is None else view_weights
    return build_weights(
        inputs.options,
        inputs.reactions,
        case.actors,
        case.baseline,
        views,
        beliefs,
        make_replicates(count),
        inputs.mix,
        fine,
    )


def make_values(case: Case | None = None, count: int = 64, times: int = 2, seed: int = 7) -> np.ndarray:
    case = case or make_case()
    inputs = build_inputs(case)
    values = np.random.default_rng(seed).normal(100, 10, (*inputs.mix.shape, count, times))
    return np.where(inputs.applicable[:, :, None, None], values, np.nan).astype(np.float32)


def make_column(
    case: Case | None = None, values: np.ndarray | None = None, weights=None, outcome: Outcome | None = None
):
    case = case or make_case()
    held = weights or make_weights(case)
    drawn = make_values(case, count=len(held.replicate)) if values is None else values
    start = np.full(drawn.shape[2], 100.0)
    return build_column(outcome or make_outcome("deaths"), drawn[tuple(held.pairs.T)], start, held)


@dataclass
class FakeRuns:
    """Runs in memory, for which status, values and series are made up from the futures."""

    case: Case
    count: int = 64
    seed: int = 3
    change: dict = field(default_factory=dict)
    manifest: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(audit=None))

    @cached_property
    def futures(self):
        rng = np.random.default_rng(self.seed)
        values = np.column_stack(
            [rng.random(self.count), rng.random(self.count), rng.integers(0, 2, self.count)]
        )
        view = np.arange(self.count) % 2
        values[view == 1, 0] = 0.5 + values[view == 1, 0] / 2
        return Futures(
            names=("size", "noise", "shape"),
            values=values,
            view=view,
            replicate=make_replicates(self.count),
            seed=self.seed,
            views=tuple(view.id for view in self.case.views),
        )

    @cached_property
    def dataset(self) -> xr.Dataset:
        inputs = build_inputs(self.case)
        shape = (len(inputs.options), len(inputs.reactions), self.count)
        size = self.futures.values[:, 0]
        worth = {"now": 0.0, "force": -8.0, "care": -3.0, "worst": 9.0, "twin": -8.0}
        option = np.array([worth[name] for name in inputs.options])[:, None, None]
        protest = np.array(["protest" in name for name in inputs.reactions])[None, :, None]
        later = np.array([1.0, -1.5])
        values = np.empty((*shape, 3, 2), dtype=np.float32)
        values[..., 0, :] = (100 + 10 * size)[..., None] + (option * size + 12.0 * protest * (option != 0))[
            ..., None
        ] * later
        if "twin" in inputs.options:
            luck = np.random.default_rng(self.seed).normal(0, 1, self.count)
            values[inputs.options.index("twin"), :, :, 0] += luck[:, None]
        values[..., 1, :] = (50 - option * size - 3.0 * protest)[..., None]
        values[..., 2, :] = (5 + 0 * option * size + protest)[..., None]
        values[~np.broadcast_to(inputs.applicable[:, :, None], shape)] = np.nan
        status = np.where(np.broadcast_to(inputs.applicable[:, :, None], shape), 1, 2).astype(np.uint8)
        for (name, future), code in self.change.items():
            row = inputs.options.index(name)
            hit = status[row, :, future] == 1
            status[row, :, future] = np.where(hit, code, status[row, :, future])
            values[row, :, future] = np.nan
        start = np.stack([100 + 10 * size, np.full(self.count, 50.0), np.full(self.count, 5.0)], axis=1)
        series = np.repeat(values[:, :, :32, :, :1], 8, axis=-1)
        return xr.Dataset(
            {
                "values": (("option", "reaction", "future", "outcome", "horizon"), values),
                "status": (("option", "reaction", "future"), status),
                "start": (("future", "outcome"), start.astype(np.float32)),
                "series": (("option", "reaction", "series_future", "outcome", "quarter"), series),
            },
            coords={
                "option": list(inputs.options),
                "reaction": list(inputs.reactions),
                "outcome": [one.id for one in self.case.outcomes],
                "horizon": [one.id for one in self.case.horizons],
                "quarter": np.arange(1, 9),
            },
        )

    @property
    def status(self) -> xr.DataArray:
        return self.dataset["status"]

    def failures(self):
        return [
            SimpleNamespace(option=name, reaction="", future=future, reason="a stock went to infinity")
            for (name, future), code in self.change.items()
            if code == 3
        ]
