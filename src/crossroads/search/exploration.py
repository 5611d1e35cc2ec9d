"""What a case declares to be run around its options: each dial turned, and all options at one budget."""

from __future__ import annotations

from dataclasses import dataclass

from crossroads.analysis.strategies import FITTED, Rules
from crossroads.search.budgets import EqualBudget, equalise
from crossroads.search.sweeps import Sweep, sweep
from crossroads.search.variants import Make
from crossroads.simulation.runs import Runs


@dataclass(frozen=True, eq=False)
class Exploration:
    """What was found around the options."""

    sweeps: tuple[Sweep, ...]
    """One for each dial, in the order of the case."""
    equal: EqualBudget | None


def explore(runs: Runs, make: Make, rules: Rules = FITTED) -> Exploration | None:
    """What the case of complete runs declares in `sweeps`, in their first futures; none where it declares nothing.

    `make` gives the runs of variants, `rules` are those of the game of the options. Raises WeighingError, as
    `sweep`, and RunsError.
    """
    asked = runs.case.sweeps
    if asked is None:
        return None
    swept = [
        sweep(runs.case, runs.futures, dial.lever, dial.values, make, asked.futures, rules) for dial in asked.dials
    ]
    equal = None if asked.budget is None else equalise(runs, asked.budget, make, asked.futures, rules)
    return Exploration(tuple(swept), equal)
