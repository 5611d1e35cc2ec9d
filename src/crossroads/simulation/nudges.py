"""Nudges: one function of a mechanism called in many situations at once, with one argument moved at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice

import numpy as np

from crossroads.simulation.contract import Function
from crossroads.simulation.layout import Floats, Inputs
from crossroads.simulation.plan import STARTS, Call
from crossroads.simulation.situations import Situation
from crossroads.simulation.vectors import Vectoriser

STEP, LUCKY_STEP = 0.1, 0.5
"""Share of itself by which an argument is moved; more where luck is averaged, for its grid is coarse."""
RARE = np.geomspace(1e-6, 0.1, 46)
OFTEN = np.linspace(0.1, 1.0, 31)[1:]
"""Luck is averaged over cells: of equal ratio where it is rare, so that rare events are seen, then of equal width."""
CHANCES = ("chance", "unit_chance")
LEAST = 1e-7
"""Smaller effects, as elasticities, are rounding."""
NOTHING = 1e-12
"""What is never larger counts as always nothing."""
SHIFTS = 2
"""Moves of another argument that are tried to see what an effect hangs on."""
LOOKED = 3
"""Groups of trials in which it is looked for what the size of an effect hangs on."""

Value = int | Floats
"""One argument of a group of trials: (trials, units or 1, 1), or the code of a structural choice."""
Values = tuple[Value, ...]


@dataclass(frozen=True)
class Nudges:
    """One call in several situations: as they are, and with every other form of its structural choices.

    Nudges of equal choices make a group: `found` holds the arguments of each group.
    """

    call: Call
    function: Function
    found: tuple[Values, ...]
    given: tuple[Floats, ...]
    """For each group (trials, names): what the call gives."""
    typical: Floats
    """(names,): mean size of what it gives; 1 for what is always nothing."""
    sizes: tuple[float, ...]
    """Mean size of each argument, at least what options and reactions make of it; 1 for what is always nothing."""
    ranges: tuple[tuple[float, float], ...]
    """Lowest and highest value of each argument."""
    codes: Mapping[str, int]
    """Name to the number of categories, for what is no number."""
    _seen: dict[tuple[int, int, int], Floats] = field(default_factory=dict)

    def move(self, place: int) -> Floats:
        """(moves, names): elasticities of all that the call gives to one argument; for categories the plain change.

        A stock is measured on its change over the week: what it would keep anyway is no effect.
        """
        source = self.call.sources[place]
        weekly_stock = self.call.stage not in STARTS and source.kind in ("stock", "unit_stock")
        keeps = np.array([float(weekly_stock and name == source.name) for name in self.call.gives])
        rows = [np.zeros((0, len(keeps)))]
        for group, (values, before) in enumerate(zip(self.found, self.given, strict=True)):
            for turn, moved in enumerate(self._list_moves(place, values[place])):
                step = np.atleast_3d(np.asarray(moved - values[place], float))
                kept = keeps * step.sum(axis=(1, 2))[:, None]
                share = 1.0 if source.name in self.codes else step.mean(axis=(1, 2))[:, None] / self.sizes[place]
                with np.errstate(all="ignore"):
                    rows.append((self._try_once(group, place, turn, moved) - before - kept) / self.typical / share)
        return np.concatenate(rows)

    def hangs_on(self, place: int, other: int) -> Floats:
        """(names,): how far the effect of one argument changes when another is moved, against that effect."""
        most = np.zeros(len(self.call.gives))
        for group in range(0, len(self.found), max(1, len(self.found) // LOOKED)):
            values = self.found[group]
            moved = next(self._list_moves(place, values[place]))
            alone = self._try_once(group, place, 0, moved) - self.given[group]
            for turn, shift in enumerate(islice(self._list_moves(other, values[other]), SHIFTS)):
                both = self._try(values, {place: moved, other: shift}) - self._try_once(group, other, turn, shift)
                with np.errstate(all="ignore"):
                    changed = np.abs(both - alone) / np.maximum(np.abs(alone), LEAST * self.typical)
                most = np.fmax(most, np.where(np.isfinite(changed), changed, 0.0).max(axis=0))
        return most

    def _list_moves(self, place: int, value: Value) -> Iterator[Value]:
        """Up and down, and to the highest and lowest value seen, for thresholds; or to each other category.

        What is never negative is not moved below nothing: there it is no number.
        """
        name = self.call.sources[place].name
        if name in self.codes:
            for code in range(self.codes[name]):
                if isinstance(value, int):
                    yield from [code] * (code != value)
                else:
                    yield np.where(value == code, np.nan, float(code))
            return
        lucky = any(source.kind in CHANCES for source in self.call.sources)
        low, high = self.ranges[place]
        step = (LUCKY_STEP if lucky else STEP) * np.maximum(np.abs(value), 0.1 * self.sizes[place])
        yield value + step
        yield np.where(value - step < min(low, 0.0), np.nan, value - step)
        yield np.where(high - value > step, high, np.nan)
        yield np.where(value - low > step, low, np.nan)

    def _try_once(self, group: int, place: int, turn: int, moved: Value) -> Floats:
        """What a call gives after one move alone, kept for the next who asks."""
        key = (group, place, turn)
        if key not in self._seen:
            self._seen[key] = self._try(self.found[group], {place: moved})
        return self._seen[key]

    def _try(self, values: Values, changed: Mapping[int, Value]) -> Floats:
        moved = tuple(changed.get(place, value) for place, value in enumerate(values))
        return call_function(self.function, self.call, moved)


def make_nudges(
    call: Call, situations: Sequence[Situation], inputs: Inputs, codes: Mapping[str, int], vectoriser: Vectoriser
) -> Nudges:
    """The trials of one call in the situations that it sees."""
    found = _group(call, [values for one in situations for values in _list_forms(call, one, codes)])
    function = vectoriser.turn(call.function)
    given = [call_function(function, call, values) for values in found]
    typical = np.abs(np.concatenate([np.zeros((0, len(call.gives))), *given])).mean(axis=0)
    most = _list_largest(inputs)
    sizes, ranges = [], []
    for place, source in enumerate(call.sources):
        values = np.concatenate([np.ravel(np.asarray(each[place], float)) for each in found])
        set_at_most = most.get((source.kind, source.name), 0.0)
        sizes.append(max(float(np.abs(values).mean()), set_at_most) or 1.0)
        ranges.append((float(values.min()), max(float(values.max()), set_at_most)))
    scale = np.where(typical > NOTHING, typical, 1.0)
    return Nudges(call, function, found, tuple(given), scale, tuple(sizes), tuple(ranges), codes)


def call_function(function: Function, call: Call, values: Values) -> Floats:
    """(trials, names): what a call gives, added over the units looked at and averaged over luck."""
    lucky = [place for place, source in enumerate(call.sources) if source.kind in CHANCES]
    luck, weights = draw_luck(len(lucky))
    row: list[object] = list(values)
    for place, chances in zip(lucky, luck, strict=True):
        row[place] = chances
    sizes = [value.shape for value in values if isinstance(value, np.ndarray)]
    trials, units = (max((size[axis] for size in sizes), default=1) for axis in (0, 1))
    with np.errstate(all="ignore"):
        result = function(*row)
        table = np.zeros((len(call.gives), trials))
        for line, name in zip(table, call.gives, strict=True):
            line[:] = _add_up(np.asarray(getattr(result, name), float), units, weights)
    return table.T


def _add_up(given: Floats, units: int, weights: Floats) -> Floats:
    """Over units and luck; what is the same for all of them was given once."""
    if given.ndim < 3:
        return given * units
    averaged: Floats = given @ weights if given.shape[2] == len(weights) else given[:, :, 0]
    added: Floats = averaged.sum(axis=1) if averaged.shape[1] == units else averaged[:, 0] * units
    return added


@cache
def draw_luck(count: int) -> tuple[Floats, Floats]:
    """Chances (count, draws) and weights (draws,): each in turn runs through its cells, the others spread evenly."""
    edges = np.concatenate([[0.0], RARE, OFTEN])
    cells = np.arange(1, len(edges))
    turns = []
    for turn in range(count):
        luck = np.array([(0.5 + cells * (0.618034 + 0.1732 * other)) % 1.0 for other in range(count)])
        luck[turn] = (edges[1:] + edges[:-1]) / 2.0
        turns.append(luck)
    if not turns:
        return np.zeros((0, 1)), np.ones(1)
    return np.concatenate(turns, axis=1), np.tile(np.diff(edges) / max(count, 1), count)


def _list_forms(call: Call, situation: Situation, codes: Mapping[str, int]) -> Iterator[list[float | Floats]]:
    """The arguments as a situation has them, then with each other category of each structural choice."""
    values = [situation.read(source) for source in call.sources]
    yield values
    for place, source in enumerate(call.sources):
        if source.kind == "choice":
            others = (code for code in range(codes[source.name]) if code != values[place])
            yield from ([*values[:place], code, *values[place + 1 :]] for code in others)


def _group(call: Call, trials: Sequence[Sequence[float | Floats]]) -> tuple[Values, ...]:
    """Nudges of equal structural choices side by side."""
    places = [place for place, source in enumerate(call.sources) if source.kind == "choice"]
    groups: dict[tuple[int, ...], list[Sequence[float | Floats]]] = {}
    for values in trials:
        groups.setdefault(tuple(int(values[place]) for place in places), []).append(values)
    def stack(members: Sequence[Sequence[float | Floats]], place: int) -> Value:
        if place in places:
            return int(members[0][place])
        return np.array([np.atleast_1d(one[place]) for one in members], float)[..., None]

    return tuple(tuple(stack(members, place) for place in range(len(call.sources))) for members in groups.values())


def _list_largest(inputs: Inputs) -> dict[tuple[str, str], float]:
    """The largest value of each column and signal under any option and reaction."""
    columns = np.abs(inputs.schedules[:, :, :2]).max(axis=(0, 2), initial=0.0)
    signals = np.abs(inputs.signals_of).max(axis=0, initial=0.0)
    return {
        **{("column", name): float(most) for name, most in zip(inputs.columns, columns, strict=True)},
        **{("signal", name): float(most) for name, most in zip(inputs.signals, signals, strict=True)},
    }
