"""The made-up case as a game, with runs whose outcomes are written down by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace

import numpy as np
import xarray as xr
from made_up import FakeRuns, make_case

from crossroads.analysis.preparation import prepare_weights
from crossroads.case.records import Act, Anchor, Lever, Payoff, Scale, Step, Valued
from crossroads.simulation.layout import build_inputs

PRECISION = 0.5
Told = Callable[[str, str, str, np.ndarray], np.ndarray]
"""(option, opening of the state, answer of the gang, values of the futures) to deaths in each future."""


def make_valued(outcome="deaths", worst=10.0, best=0.0, weight=10.0):
    return Valued(outcome=outcome, worst=worst, best=best, weight=weight, because="made up")


def make_payoff(**more) -> Payoff:
    """One point for each death fewer."""
    parts = {
        "unit": "a death",
        "horizon": "near",
        "precision": PRECISION,
        "because": "made up",
        "values": (make_valued(),),
    }
    return Payoff(**{**parts, **more})


def make_act(moves, points, **more):
    return Act(moves=moves, points=points, because="made up", **more)


def make_anchor(share, moves=("agree",)):
    return {"state": Anchor(moves=moves, share=share, because="made up")}


def make_game(state=None, gang=None, anchors=None, known=(), **more):
    """The made-up case with payoffs: of the state by default, which moves first, and of the gang."""
    case = make_case(("now", "force", "care"))
    payoffs = {"state": make_payoff() if state is None else state, "gang": gang}
    actors = tuple(
        one.model_copy(update={"payoff": payoffs[one.id], "known": known if one.id == "state" else ()})
        for one in case.actors
    )
    mixes = tuple(mix.model_copy(update={"anchors": (anchors or {}).get(mix.id, {})}) for mix in case.mixes)
    lever = Lever(id="troops", name="Troops", meaning="-", kind="dial", unit="people", baseline=1, low=0, high=9)
    options = tuple(
        one.model_copy(update={"steps": (Step(ramp_months=0, set={"troops": 4}),) if one.id == "force" else ()})
        for one in case.options
    )
    agree = {"actors": actors, "mixes": mixes, "levers": (lever,), "options": options}
    return case.model_copy(update={**agree, **more})


def give_chooser(case):
    """The town chooses, and minds deaths from 50 more to 50 fewer."""
    scale = {"near": Scale(worst=50, best=-50)}
    deaths = case.outcomes[0].model_copy(update={"scales": scale})
    return case.model_copy(update={"chooser": "town", "outcomes": (deaths, *case.outcomes[1:])})


@dataclass
class GameRuns:
    """Runs in memory whose deaths are told by hand; trust is 50 less half of the deaths, and the score is 5."""

    case: object
    tell: Told
    count: int = 64
    failed: tuple = ()
    """Pairs of option and reaction of which every run failed, or (option, reaction, futures)."""
    manifest: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(audit=None))

    @cached_property
    def futures(self):
        return FakeRuns(self.case, self.count).futures

    @cached_property
    def deaths(self):
        """(options, reactions, futures), NaN for what makes no sense."""
        inputs = build_inputs(self.case)
        size, noise, shape = self.futures.values.T
        given = SimpleNamespace(size=size, noise=noise, shape=shape)
        values = [
            [np.broadcast_to(self.tell(option, *name.split("+"), given), self.count) for name in inputs.reactions]
            for option in inputs.options
        ]
        return np.where(inputs.applicable[:, :, None], np.array(values, dtype=np.float64), np.nan)

    @cached_property
    def dataset(self):
        inputs = build_inputs(self.case)
        known = np.isfinite(self.deaths)
        status = np.where(known, 1, 2).astype(np.uint8)
        for option, reaction, *some in self.failed:
            place = inputs.options.index(option), inputs.reactions.index(reaction)
            status[place][some[0] if some else slice(None)] = 3
        deaths = np.where(status == 1, self.deaths, np.nan)
        parts = np.stack([deaths, 50 - deaths / 2, np.where(status == 1, 5.0, np.nan)], axis=-1)
        values = (parts[..., None] * np.array([1.0, 2.0])).astype(np.float32)
        start = np.full((self.count, 3), 100.0, dtype=np.float32)
        return xr.Dataset(
            {
                "values": (("option", "reaction", "future", "outcome", "horizon"), values),
                "status": (("option", "reaction", "future"), status),
                "start": (("future", "outcome"), start),
            },
            coords={
                "option": list(inputs.options),
                "reaction": list(inputs.reactions),
                "outcome": [one.id for one in self.case.outcomes],
                "horizon": [one.id for one in self.case.horizons],
            },
        )

    @property
    def status(self):
        return self.dataset["status"]

    def failures(self):
        return []


def weigh(runs, past=None):
    """The weights of the runs; `past` (futures,) adds the belief that follows from history."""
    lesson = None if past is None else SimpleNamespace(weights=np.asarray(past), floor=1.0)
    return prepare_weights(runs, runs.case, lesson)


def logistic(odds):
    return 1 / (1 + np.exp(-odds))


def pick(weights, option, reaction):
    """The place of a pair."""
    pair = [weights.options.index(option), weights.reactions.index(reaction)]
    return weights.pairs.tolist().index(pair)


def chance_of(game, weights, option, opening):
    """How likely an opening of the state is in each future."""
    span = weights.span(weights.options.index(option))
    rows = [weights.reactions[reaction].split("+")[0] == opening for reaction in weights.pairs[span, 1]]
    return game.chances[span][rows].sum(axis=0)


def plain(option, opening, answer, given):
    """Deaths: 100 now; under force 10 more where the state protests, 4 more where the gang hits; care spares 6."""
    del given
    base = {"now": 100.0, "force": 100.0, "care": 94.0}[option]
    return base + 10.0 * (opening == "protest") * (option == "force") + 4.0 * (answer == "hit") * (option != "now")
