"""Checks of a case run on its model: what holds, and what fails with its numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crossroads.case.changes import find_subject
from crossroads.case.lookup import Locate
from crossroads.case.records import Case, Check, Expectation, by_id
from crossroads.errors import Problem
from crossroads.sampling.futures import REPLICATES, sample
from crossroads.search.trials import Readout, list_trials, run_trials
from crossroads.simulation.contract import Model
from crossroads.simulation.models import AnyModel
from crossroads.simulation.progress import Progress, Silent

POINTS = 2
"""Futures of a check: so many for each view and replicate."""
DOUBT = 3.0
"""Standard errors by which a mean change must clear zero."""
MOST = 0.9
_RELATIVE, _ABSOLUTE = 1e-6, 1e-9
"""What is smaller is rounding: of the value, and of its unit."""
_SIGNS = {"up": 1.0, "down": -1.0, "not_up": 1.0, "not_down": -1.0, "same": 0.0}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """Whether one expectation holds, with its numbers."""

    expectation: Expectation
    means: tuple[float, ...]
    """Mean over the futures at each value of the change."""
    error: float
    """Standard error of the mean change from the first value to the last, from independent replicates."""
    share: float
    """Share of the futures in which it does what is expected."""
    reason: str
    """Why it does not hold; empty where it does."""

    @property
    def change(self) -> float:
        """Mean change from the first value to the last."""
        return self.means[-1] - self.means[0]


@dataclass(frozen=True)
class Result:
    """A check that was run, or that is not testable."""

    check: Check
    futures: int
    verdicts: tuple[Verdict, ...] = ()
    reason: str = ""
    """Why the whole check fails; empty where its expectations decide."""

    @property
    def holds(self) -> bool:
        """Whether all that is expected holds; true of what is not testable."""
        return not self.reason and all(not verdict.reason for verdict in self.verdicts)


def run_checks(case: Case, model: AnyModel, seed: int = 1, progress: Progress | None = None) -> tuple[Result, ...]:
    """Every check of a case, in its order, on the first futures of the mixture of all views.

    Both sides of a check face the same futures and the same luck. The case must be free of problems (`load`,
    `find_check_misfits`).
    """
    testable = [check for check in case.checks if not check.not_testable]
    futures = sample(case, len(case.views) * REPLICATES * POINTS, seed)
    trials = {check.id: list_trials(case, check) for check in testable}
    every = [trial for each in trials.values() for trial in each]
    seen = run_trials(case, model, every, futures, progress or Silent()) if every else {}
    judge = _Judge(case, futures.replicate)
    return tuple(
        Result(check, len(futures))
        if check.not_testable
        else judge.judge(check, [seen[trial] for trial in trials[check.id]])
        for check in case.checks
    )


def find_check_misfits(case: Case, model: AnyModel, locate: Locate) -> list[Problem]:
    """Mechanisms that checks name and the model lacks, and outcomes that it does not give there."""
    return sorted(problem for check in case.checks for problem in _find_misfits(case, check, model, locate))


def _find_misfits(case: Case, check: Check, model: AnyModel, locate: Locate) -> Iterator[Problem]:
    mechanisms = {each.name: each for each in model.mechanisms} if isinstance(model, Model) else {}
    switched = [name for name, change in check.when.items() if find_subject(case, name, change) == "mechanism"]
    named = [*((name, f"without.{i}") for i, name in enumerate(check.without))]
    named += [(name, f"when.{name}") for name in switched]
    for name, field in named:
        if name not in mechanisms:
            way_out = f"Name one of {', '.join(mechanisms) or 'none: this model has no mechanisms'}."
            yield Problem(locate("checks", check.id, field), f'the model has no mechanism "{name}"', way_out)
    silent = {
        quantity.name: name
        for name, _ in named
        if name in mechanisms
        for quantity in mechanisms[name].outcomes
    }
    for i, each in enumerate(check.then):
        if each.outcome in silent:
            what = f'"{each.outcome}" is not there while the mechanism "{silent[each.outcome]}" is off'
            yield Problem(locate("checks", check.id, f"then.{i}.outcome"), what, "Look at another outcome.")


def count_results(results: tuple[Result, ...]) -> str:
    """How many checks hold, in one sentence."""
    run = [result for result in results if not result.check.not_testable]
    held = sum(result.holds for result in run)
    futures = f" in {run[0].futures} futures" if run else ""
    count = f"{held}" if held == len(run) else f"{held} of {len(run)}"
    untested = len(results) - len(run)
    rest = f" {untested} cannot be tested in this case." if untested else ""
    return f"{count} check{'' if held == 1 and len(run) == 1 else 's'} hold{'s' if held == 1 else ''}{futures}.{rest}"


def tell_results(case: Case, results: tuple[Result, ...]) -> list[str]:
    """A line for each expectation of each check, with its numbers."""
    return [line for result in results for line in _tell_result(case, result)]


def _tell_result(case: Case, result: Result) -> Iterator[str]:
    check = result.check
    if check.not_testable:
        yield f"{check.id}: not tested. {check.not_testable}"
    if result.reason:
        yield f"{check.id}: fails. {result.reason}"
    for verdict in result.verdicts:
        state = "fails" if verdict.reason else "holds"
        yield f"{check.id}: {state}. {tell_verdict(case, verdict, result.futures)}"


def tell_verdict(case: Case, verdict: Verdict, futures: int) -> str:
    """What happened, with its numbers."""
    each = verdict.expectation
    outcome, horizon = by_id(case.outcomes)[each.outcome], by_id(case.horizons)[each.horizon]
    path = " to ".join(f"{mean:.6g}" for mean in verdict.means)
    return (
        f"{outcome.name} after {horizon.name}: {path} on average (change {verdict.change:+.3g}, standard error "
        f"{verdict.error:.2g}), as expected in {verdict.share:.0%} of {futures} futures"
    )


def find_failures(case: Case, results: tuple[Result, ...], locate: Locate) -> list[Problem]:
    """A problem for every expectation that does not hold, with its numbers, place and way out."""
    return sorted(problem for result in results for problem in _find_failures(case, result, locate))


def _find_failures(case: Case, result: Result, locate: Locate) -> Iterator[Problem]:
    check = result.check
    if result.reason:
        way_out = "Choose an option, moves or fixed values under which it matters."
        yield Problem(locate("checks", check.id, "when"), f"{_quote(check)} fails: {result.reason}", way_out)
        return
    for i, verdict in enumerate(result.verdicts):
        if verdict.reason:
            mechanism = by_id(case.outcomes)[verdict.expectation.outcome].mechanism
            way_out = f"Look into the mechanism {mechanism}, or tell under region and fixed where it holds."
            place = locate("checks", check.id, f"then.{i}")
            yield Problem(place, f"{_quote(check)} fails: {verdict.reason}", way_out)


def _quote(check: Check) -> str:
    return f'"{check.says.rstrip(".")}"'


@dataclass(frozen=True)
class _Judge:
    """Compares the sides of a check, future by future."""

    case: Case
    replicate: NDArray[np.int64]

    def judge(self, check: Check, sides: list[Readout]) -> Result:
        """A check fails as a whole where runs fail, or where nothing at all moves: then it would hold of anything."""
        count = len(self.replicate)
        lost = sum(int(np.isnan(side.values).any(axis=(1, 2)).sum()) for side in sides)
        if lost:
            return Result(check, count, reason=f"{lost} of its {count * len(sides)} runs failed")
        if not _find_movement(sides):
            return Result(check, count, reason="nothing moves, whatever the outcome and the horizon")
        return Result(check, count, tuple(self._weigh(each, sides) for each in check.then))

    def _weigh(self, expectation: Expectation, sides: list[Readout]) -> Verdict:
        horizon = [each.id for each in self.case.horizons].index(expectation.horizon)
        values = np.array([side.values[:, side.outcomes.index(expectation.outcome), horizon] for side in sides], float)
        means, error = values.mean(axis=1), self._estimate_error(values[-1] - values[0])
        good = _find_good(expectation, values)
        fine = {"every future": bool(good.all()), "most futures": bool(good.mean() >= MOST)}
        holds = fine.get(_where(expectation), self._holds_on_average(expectation, means, error))
        verdict = Verdict(expectation, tuple(means.tolist()), error, float(good.mean()), "")
        reason = _say_size(verdict) if holds else f"expected {_say_expected(expectation)}"
        if not reason:
            return verdict
        told = f"{tell_verdict(self.case, verdict, len(self.replicate))}; {reason}"
        return Verdict(expectation, verdict.means, error, verdict.share, told)

    def _holds_on_average(self, expectation: Expectation, means: Floats, error: float) -> bool:
        """Every step of the mean goes the right way or stays; a move clears Monte Carlo doubt."""
        steps, sign = np.diff(means), _SIGNS[expectation.moves]
        slack = _slack(means[:-1], means[1:])
        if expectation.moves == "same":
            return bool((np.abs(steps) <= slack).all())
        if expectation.moves.startswith("not"):
            return bool((sign * steps <= slack).all())
        clear = sign * (means[-1] - means[0]) > max(DOUBT * error, float(slack.max()))
        return bool(clear and (sign * steps >= -slack).all())

    def _estimate_error(self, change: Floats) -> float:
        """Standard error of the mean change, from the means of the replicates."""
        means = np.array([change[self.replicate == r].mean() for r in range(REPLICATES)])
        return float(means.std(ddof=1) / np.sqrt(REPLICATES))


def _where(expectation: Expectation) -> str:
    """Where it must hold."""
    return expectation.in_ or ("on average" if expectation.moves in ("up", "down") else "every future")


def _find_good(expectation: Expectation, values: Floats) -> NDArray[np.bool_]:
    """(futures,): whether (sides, futures) do what is expected, step by step."""
    steps, sign = np.diff(values, axis=0), _SIGNS[expectation.moves]
    slack = _slack(values[:-1], values[1:])
    if expectation.moves == "same":
        return np.asarray((np.abs(steps) <= slack).all(axis=0))
    if expectation.moves.startswith("not"):
        return np.asarray((sign * steps <= slack).all(axis=0))
    moved = sign * (values[-1] - values[0]) > slack.max(axis=0)
    return np.asarray(moved & (sign * steps >= -slack).all(axis=0))


def _slack(one: Floats, other: Floats) -> Floats:
    """Differences that are rounding."""
    return _RELATIVE * np.maximum(np.abs(one), np.abs(other)) + _ABSOLUTE


def _find_movement(sides: list[Readout]) -> bool:
    """Whether any outcome that all sides give moves at any horizon in any future."""
    shared = [name for name in sides[0].outcomes if all(name in side.outcomes for side in sides)]
    values = np.array([side.values[:, [side.outcomes.index(name) for name in shared]] for side in sides], float)
    return bool((np.abs(np.diff(values, axis=0)) > _slack(values[:-1], values[1:])).any())


def _say_expected(expectation: Expectation) -> str:
    words = {"same": "no change", "not_up": "not up", "not_down": "not down"}
    where = _where(expectation)
    told = f"{words.get(expectation.moves, expectation.moves)} {where if where == 'on average' else f'in {where}'}"
    return f"{told}, beyond doubt" if where == "on average" and expectation.moves in ("up", "down") else told


def _say_size(verdict: Verdict) -> str:
    """What is wrong with the size of a change that goes the right way; empty where nothing is."""
    each, unit = verdict.expectation, " %" if verdict.expectation.percent else ""
    size = abs(verdict.change)
    if each.percent:
        size = 100.0 * size / abs(verdict.means[0]) if verdict.means[0] else float("inf")
    if each.by_at_least is not None and size < each.by_at_least:
        return f"expected by at least {each.by_at_least:g}{unit}, not by {size:.3g}{unit}"
    if each.by_at_most is not None and size > each.by_at_most:
        return f"expected by at most {each.by_at_most:g}{unit}, not by {size:.3g}{unit}"
    return ""
