"""A town whose answers are straight lines in its levers, so that they are known by hand and need no compiler."""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from crossroads.case.files import load
from crossroads.case.records import Budget, Case, Option, Step
from crossroads.sampling.futures import sample
from crossroads.search.variants import Make, make_variants
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.runs import Runs
from crossroads.simulation.wrapped import Wrapped, wrap_batch

COUNT = 64
BUDGET = Budget(outcome="spending", amount=30, scales=(0.5, 1, 1.5), because="Made up.")


def answer(given: dict[str, Any], weeks: list[int]) -> dict[str, np.ndarray]:
    """Spending 100 * moving * overrun + 25 where a levee is raised (patched a part of it); people harmed a year 50 *
    (1 - warning) * flood_rate; homes at risk 800 * (1 - moving); homes flooded as the levee lets them."""
    size = np.ones((len(given["growth"]), len(weeks)))
    moving, warning, works = (float(given[name][-1]) for name in ("moving", "warning", "works"))
    late = np.where(given["late"] > 0.5, given["overrun"], 1.0)
    return {
        "spending": size * (100 * moving * given["overrun"] + 25 * works * late)[:, None],
        "harmed": np.array(weeks) / 52 * (50 * (1 - warning) * given["flood_rate"])[:, None],
        "homes_at_risk": size * 800 * (1 - moving),
        "flooded_homes": size * (100 * (1 - float(given["levee_height"][-1])) * given["homes_hit"])[:, None],
    }


def straight() -> Wrapped:
    """The model."""
    return wrap_batch(answer)


@cache
def town() -> Case:
    """The toy case with two more options: a levee with homes bought beside it, and one that goes back on warnings."""
    case = leave_judged(load("toy"))
    both = add_option(case, "both", Step(ramp_months=0, set={"levee": "raised", "moving": 0.1}))
    less = add_option(case, "less", Step(ramp_months=0, set={"warning": 0.1}))
    return case.model_copy(update={"options": (*case.options, both, less)})


def leave_judged(case: Case) -> Case:
    """The same case in which nobody plays for anything: reactions are as likely as its mixes say."""
    actors = tuple(one.model_copy(update={"payoff": None, "known": ()}) for one in case.actors)
    mixes = tuple(one.model_copy(update={"anchors": {}}) for one in case.mixes)
    return case.model_copy(update={"actors": actors, "mixes": mixes})


def add_option(case: Case, name: str, *steps: Step) -> Option:
    """An option like the one that moves out, with other steps."""
    return case.options[-1].model_copy(update={"id": name, "short": name, "steps": steps})


def steady(case: Case) -> Case:
    """The same case with all steps from the start to the end, so that a week is like any other."""
    options = [
        one.model_copy(update={"steps": tuple(Step(ramp_months=0, set=step.set) for step in one.steps)})
        for one in case.options
    ]
    return case.model_copy(update={"options": tuple(options)})


def simulate_town(home: Path, case: Case | None = None, count: int = COUNT) -> Runs:
    """The runs of the town."""
    asked = case or steady(town())
    return simulate(asked, sample(asked, count), home=home, model=straight())


def maker(home: Path, **more: Any) -> Make:
    """What simulates variants of the town."""
    return partial(make_variants, model=straight(), home=home, **more)
