"""Options scaled: what is civilian in an option, and can be more or less, goes a share of its way from the baseline.

Scaled are instruments that a search may change. Dials, and whatever no search may change (above all force), stay as the
option has them; an option without such an instrument is a fixed scenario.
"""

from __future__ import annotations

from crossroads.case.records import Budget, Case, Lever, Option, by_id
from crossroads.search.variants import change_option

LEAST_ROOM = 1e-6
"""How far past its own values an option must be able to go, to be run there."""


def list_instruments(case: Case, option: Option) -> tuple[str, ...]:
    """The levers of an option that are scaled: searchable instruments whose numbers differ from the baseline."""
    return tuple(lever.id for lever, _, _ in _list_ways(case, option))


def choose_scales(case: Case, option: Option, budget: Budget, cost: float) -> tuple[float, ...]:
    """The scales at which an option that costs so much is run, beside 1: smaller ones where it is above the budget,
    else larger ones as far as the ranges of all its instruments allow; none for a fixed scenario."""
    room = _find_room(case, option)
    if room == 0:
        return ()
    if cost > budget.amount:
        return tuple(scale for scale in budget.scales if scale < 1)
    if room <= 1 + LEAST_ROOM:
        return ()
    return tuple(sorted({min(scale, room) for scale in budget.scales if scale > 1}))


def scale_option(case: Case, option: Option, scale: float) -> Option:
    """An option with its instruments at a share of their way from the baseline, and all else as it is."""
    values: dict[str, float | str] = {
        lever.id: low + scale * (high - low) for lever, low, high in _list_ways(case, option)
    }
    return change_option(option, values, f"{option.id}.{scale:.6g}")


def _list_ways(case: Case, option: Option) -> list[tuple[Lever, float, float]]:
    """Each instrument of an option with its number in the baseline and in the option."""
    levers = by_id(case.levers)
    values = [(levers[name], value) for step in option.steps for name, value in step.set.items()]
    return [
        (lever, float(lever.baseline), float(value))
        for lever, value in values
        if lever.searchable and lever.kind == "instrument" and not lever.settings and value != lever.baseline
    ]


def _find_room(case: Case, option: Option) -> float:
    """The largest scale that the ranges of all instruments allow; 0 without instruments."""
    rooms = []
    for lever, low, high in _list_ways(case, option):
        end = lever.high if high > low else lever.low
        rooms.append(1.0 if end is None else (end - low) / (high - low))
    return min(rooms, default=0.0)
