"""What a case sets and believes, as rows of tables: options, levers, uncertainties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from crossroads.case.distributions import Distribution
from crossroads.case.records import Case, Lever, Option, Step, Uncertainty
from crossroads.presentation.words import number
from crossroads.simulation.contract import Mechanism
from crossroads.simulation.plan import STAGES, arguments

POINTS = 48


@dataclass(frozen=True)
class OptionRow:
    """One option: `steps` say what it sets and when."""

    id: str
    name: str
    meaning: str
    colour: str
    steps: tuple[str, ...]
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class LeverRow:
    """One lever: `readers` are the mechanisms that read it, empty when it is not yet weighed."""

    name: str
    meaning: str
    baseline: str
    settings: tuple[str, ...]
    readers: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class UncertaintyRow:
    """One uncertainty with its belief drawn and in words."""

    id: str
    name: str
    meaning: str
    drawing: Markup
    words: str
    views: tuple[tuple[str, str], ...]
    judged: bool
    """Whether the range is our own judgement."""
    evidence: tuple[str, ...]
    contested: str


@dataclass(frozen=True)
class Design:
    """All tables of the case."""

    options: tuple[OptionRow, ...]
    levers: tuple[LeverRow, ...]
    uncertainties: tuple[UncertaintyRow, ...]
    chances: tuple[str, ...]
    """What is drawn inside a run, in words; nothing where events count by what is expected of them."""

    @property
    def unweighed(self) -> tuple[str, ...]:
        """Names of levers that no mechanism reads."""
        return tuple(lever.name for lever in self.levers if not lever.readers)


def describe_design(case: Case, mechanisms: Sequence[Mechanism], colours: Mapping[str, str]) -> Design:
    """Rows for every option, lever and uncertainty of the case."""
    levers = {lever.id: lever for lever in case.levers}
    gates = {
        gate.name: f'"{gate.name.replace("_", " ")}" is open ({gate.meaning})'
        for mechanism in mechanisms
        for gate in mechanism.gates
    }
    return Design(
        tuple(_option_row(option, levers, gates, colours[option.id]) for option in case.options),
        tuple(_lever_row(lever, mechanisms) for lever in case.levers),
        tuple(_uncertainty_row(one, case) for one in case.uncertainties),
        tuple(chance.meaning for mechanism in mechanisms for chance in mechanism.chances),
    )


def _option_row(option: Option, levers: Mapping[str, Lever], gates: Mapping[str, str], colour: str) -> OptionRow:
    steps = tuple(f"{_say_when(step, gates)}: {_say_settings(step, levers)}." for step in option.steps)
    return OptionRow(option.id, option.name, option.meaning, colour, steps, option.evidence)


def _say_when(step: Step, gates: Mapping[str, str]) -> str:
    start = "At once" if step.start_month == 0 else f"From month {number(step.start_month)}"
    ramp = f", over {_months(step.ramp_months)}" if step.ramp_months else ""
    end = "" if step.end_month is None else f", until month {number(step.end_month)}"
    return f"{start}{ramp}{end}" + ("" if step.when is None else f", as far as {gates.get(step.when, step.when)}")


def _months(count: float) -> str:
    return "1 month" if count == 1 else f"{number(count)} months"


def _say_settings(step: Step, levers: Mapping[str, Lever]) -> str:
    return "; ".join(
        f"{levers[name].name} {_say_value(levers[name], value)}" for name, value in step.set.items() if name in levers
    )


def _say_value(lever: Lever, value: float | str) -> str:
    if lever.settings:
        setting = lever.settings.get(str(value))
        return setting.name if setting else str(value)
    if not isinstance(value, int | float):
        return value
    unit = "" if lever.unit.startswith("share") else f" {lever.unit}"
    return f"{number(float(value))}{unit}"


def _lever_row(lever: Lever, mechanisms: Sequence[Mechanism]) -> LeverRow:
    columns = set(lever.columns)
    readers = [one.name for one in mechanisms if columns & _list_reads(one)]
    if lever.settings:
        settings = tuple(f"{setting.name}: {setting.meaning}" for setting in lever.settings.values())
    elif lever.low is None or lever.high is None:
        settings = (lever.unit,)
    else:
        settings = (f"{number(lever.low)} to {number(lever.high)}, {lever.unit}",)
    return LeverRow(
        lever.name,
        lever.meaning,
        _say_value(lever, lever.baseline),
        settings,
        ", ".join(readers),
        lever.evidence,
    )


def _list_reads(mechanism: Mechanism) -> set[str]:
    """Everything that the functions of a mechanism read by name."""
    functions = (getattr(mechanism, stage) for stage in STAGES)
    return {name for function in functions if function for name in arguments(function)}


def _uncertainty_row(one: Uncertainty, case: Case) -> UncertaintyRow:
    views = tuple((view.name, view.beliefs[one.id].describe(one.unit)) for view in case.views if one.id in view.beliefs)
    return UncertaintyRow(
        one.id,
        one.name,
        one.meaning,
        draw_belief(one.distribution),
        one.distribution.describe(one.unit),
        views,
        one.basis == "judgement",
        one.evidence,
        one.contested,
    )


def draw_belief(distribution: Distribution) -> Markup:
    """A small drawing of a distribution, hidden from screen readers: the words stand beside it."""
    if distribution.kind == "point":
        return Markup("")
    if distribution.kind == "categorical":
        return _draw_shares(list(distribution.shares.values()))
    low, high = (float(end) for end in distribution.quantile(np.array([0.002, 0.998])))
    heights = np.asarray(distribution.density(np.linspace(low, high, POINTS)))
    top = float(heights.max()) or 1.0
    steps = [
        f"{2 + 96 * place / (POINTS - 1):.1f},{30 - 26 * float(height) / top:.1f}"
        for place, height in enumerate(heights)
    ]
    return _wrap(f'<path d="M2,30 L{" L".join(steps)} L98,30 Z"/>')


def _draw_shares(shares: Sequence[float]) -> Markup:
    width, top = 96 / len(shares), max(shares)
    bars = "".join(
        f'<path d="M{2 + place * width:.1f},30 v{-26 * share / top:.1f} h{width * 0.8:.1f} V30 Z"/>'
        for place, share in enumerate(shares)
    )
    return _wrap(bars)


def _wrap(inside: str) -> Markup:
    start = '<svg class="spark" viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">'
    return Markup(f'{start}{inside}<line x1="0" y1="30" x2="100" y2="30"/></svg>')
