"""What a model can read of its case, as tables of numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import inf

import numpy as np
from numpy.typing import NDArray

from crossroads.case.records import Actor, Case, Mix, Move, Option, by_id
from crossroads.errors import CaseError, Place, Problem

WEEKS_PER_MONTH = 52 / 12
WEEKS_PER_YEAR = 52

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Inputs:
    """Names and numbers of a case in the order in which the engine reads them."""

    uncertainties: tuple[str, ...]
    """Ids, in the order of the columns of a sample."""
    choices: Mapping[str, tuple[str, ...]]
    """Structural choices among the uncertainties: id to names in the order of their codes."""
    facts: Mapping[str, float]
    columns: tuple[str, ...]
    """Names under which the model reads levers."""
    signals: tuple[str, ...]
    """Names under which the model reads the opening moves."""
    options: tuple[str, ...]
    reactions: tuple[str, ...]
    """Profiles of moves: ids joined by "+" in the order of play, the last actor's fastest."""
    schedules: Floats
    """(options, columns, 5): baseline value, target, start week, ramp in weeks, end week (inf if none)."""
    signals_of: Floats
    """(reactions, signals)."""
    applicable: NDArray[np.bool_]
    """(options, reactions): whether every move of the profile is in the option's mix."""
    mix: Floats
    """(options, reactions): the judgement share of each profile; rows sum to 1."""
    discount_rate: float
    """A year."""
    gates: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(option, column) to the gate that opens it; a pair that is not named is always open."""


def build_inputs(case: Case) -> Inputs:
    """The tables of a case. Raises CaseError where a lever, a column or a signal is set from two sides."""
    problems = [
        *_find_double_columns(case),
        *_find_double_steps(case),
        *_find_double_signals(case),
        *_find_missing_shares(case),
    ]
    if problems:
        raise CaseError(problems)
    actors = _in_order_of_play(case)
    profiles = list(product(*(actor.moves for actor in actors)))
    signals = tuple(dict.fromkeys(name for actor in actors for name in actor.signals))
    mix = _share(case, actors, profiles)
    return Inputs(
        uncertainties=tuple(record.id for record in case.uncertainties),
        choices={
            record.id: tuple(record.distribution.shares)
            for record in case.uncertainties
            if record.structural and record.distribution.kind == "categorical"
        },
        facts={**_baselines(case), **{record.id: record.value for record in case.facts}},
        columns=tuple(column for lever in case.levers for column in lever.columns),
        signals=signals,
        options=tuple(option.id for option in case.options),
        reactions=tuple("+".join(move.id for move in profile) or "none" for profile in profiles),
        schedules=np.array([_schedule(case, option) for option in case.options]).reshape(
            len(case.options), -1, 5
        ),
        signals_of=np.array(
            [[_signal(profile, name) for name in signals] for profile in profiles], dtype=float
        ).reshape(len(profiles), len(signals)),
        applicable=np.isfinite(mix),
        mix=np.nan_to_num(mix, nan=0.0),
        discount_rate=case.discount_rate,
        gates=_gates(case),
    )


def count_history_weeks(case: Case) -> int:
    """Weeks of 1/52 year between the start of the history and the start of the case."""
    return max(0, round((case.start - case.history_start).days / 365.25 * WEEKS_PER_YEAR))


def column_at(schedule: Floats, week: float, opened: Floats | float = 1.0) -> Floats:
    """Values of all columns in a 0-based week under one option's schedule (columns, 5).

    `opened` is the share that the gate of each column is open.
    """
    base, target, start, ramp, end = np.moveaxis(schedule, -1, 0)
    risen = np.minimum(1.0, (week - start + 1) / np.maximum(ramp, 1.0))
    column: Floats = base + (target - base) * (np.where((week < start) | (week >= end), 0.0, risen) * opened)
    return column


def _baselines(case: Case) -> dict[str, float]:
    """What each lever column is in the baseline option, under the column's name with `_baseline`."""
    return {
        f"{column}_baseline": value
        for lever in case.levers
        for column, value in lever.numbers(lever.baseline).items()
    }


def _in_order_of_play(case: Case) -> list[Actor]:
    return sorted(case.actors, key=lambda actor: actor.order)


def _schedule(case: Case, option: Option) -> list[list[float]]:
    """Rows (baseline, target, start, ramp, end), one a column."""
    steps = {lever: step for step in option.steps for lever in step.set}
    rows: list[list[float]] = []
    for lever in case.levers:
        base = lever.numbers(lever.baseline)
        step = steps.get(lever.id)
        if step is None:
            rows += [[base[column], base[column], 0.0, 0.0, inf] for column in lever.columns]
            continue
        target = lever.numbers(step.set[lever.id])
        end = inf if step.end_month is None else step.end_month * WEEKS_PER_MONTH
        times = [step.start_month * WEEKS_PER_MONTH, step.ramp_months * WEEKS_PER_MONTH, end]
        rows += [[base[column], target[column], *times] for column in lever.columns]
    return rows


def _gates(case: Case) -> dict[tuple[str, str], str]:
    """The gates that steps wait for, by option and column."""
    levers = by_id(case.levers)
    return {
        (option.id, column): step.when
        for option in case.options
        for step in option.steps
        if step.when is not None
        for lever in step.set
        for column in levers[lever].columns
    }


def _signal(profile: tuple[Move, ...], name: str) -> float:
    return next((move.sets[name] for move in profile if name in move.sets), 0.0)


def _share(case: Case, actors: list[Actor], profiles: list[tuple[Move, ...]]) -> Floats:
    """(options, profiles); not a number where the profile makes no sense under the option."""
    mixes = {mix.id: mix for mix in case.mixes}
    rows = [
        [_share_of(profile, mixes.get(option.mix), actors) for profile in profiles] for option in case.options
    ]
    shares = np.array(rows, dtype=float).reshape(len(case.options), len(profiles))
    total: Floats = np.nansum(shares, axis=1, keepdims=True)
    return shares / np.where(total > 0, total, 1.0)


def _share_of(profile: tuple[Move, ...], mix: Mix | None, actors: list[Actor]) -> float:
    if mix is None:
        return 1.0
    shares = [mix.shares[actor.id].get(move.id, np.nan) for actor, move in zip(actors, profile, strict=True)]
    return float(np.prod(shares))


def _find_double_columns(case: Case) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for lever in case.levers:
        for column in lever.columns:
            if owner.setdefault(column, lever.id) != lever.id:
                yield Problem(
                    Place("case.yaml", field=f"levers.{lever.id}"),
                    f"column {column} is already set by lever {owner[column]}",
                    "Give the column another name in one of the two levers.",
                )


def _find_double_steps(case: Case) -> Iterator[Problem]:
    for option in case.options:
        seen: set[str] = set()
        for step in option.steps:
            for lever in step.set:
                if lever in seen:
                    yield Problem(
                        Place("case.yaml", field=f"options.{option.id}.steps"),
                        f"lever {lever} is set by two steps of one option",
                        "Keep one step for each lever.",
                    )
                seen.add(lever)


def _find_double_signals(case: Case) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for actor in case.actors:
        for signal in actor.signals:
            if owner.setdefault(signal, actor.id) != actor.id:
                yield Problem(
                    Place("case.yaml", field=f"actors.{actor.id}"),
                    f"signal {signal} is already set by actor {owner[signal]}",
                    "Give the signal another name in one of the two actors.",
                )


def _find_missing_shares(case: Case) -> Iterator[Problem]:
    mixes = {mix.id: mix for mix in case.mixes}
    for option in case.options:
        if case.actors and option.mix not in mixes:
            yield Problem(
                Place("case.yaml", field=f"options.{option.id}.mix"),
                f"there is no mix {option.mix}",
                "Name one of the mixes of the case.",
            )
    for mix in case.mixes:
        for actor in case.actors:
            if actor.id not in mix.shares:
                yield Problem(
                    Place("case.yaml", field=f"mixes.{mix.id}.shares"),
                    f"actor {actor.id} has no shares",
                    "Give the share of each move of this actor that makes sense.",
                )
