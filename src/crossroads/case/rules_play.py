"""Rules on what can be done: levers, options and their steps, actors and mixes, horizons."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from crossroads.case.lookup import Lookup
from crossroads.case.messages import suggest
from crossroads.case.records import Lever, Mix
from crossroads.errors import Problem

_SHARE_ERROR = 1e-6


def find_empty_sections(look: Lookup) -> Iterator[Problem]:
    """A case asks something: it has options, outcomes, horizons and views."""
    for kind in ("options", "outcomes", "horizons", "views"):
        if not look.records(kind) and not look.broken.touches(kind):
            yield look.problem("case", "", kind, f"the case has no {kind}", "Declare at least one.")


def find_shapeless_levers(look: Lookup) -> Iterator[Problem]:
    """A lever is a number in a range, or a dial with settings."""
    for lever in look.case.levers:
        ends = [end for end in (lever.low, lever.high) if end is not None]
        if lever.settings and ends:
            what = "the lever has both a range and settings"
            yield look.problem("levers", lever.id, "", what, "Keep low and high, or settings.")
        elif not lever.settings and len(ends) < 2:
            what = "the lever has neither a whole range nor settings"
            yield look.problem("levers", lever.id, "", what, "Give low and high, or settings.")
        elif ends and not ends[0] < ends[1]:
            yield look.problem("levers", lever.id, "low", "low is not below high", "Change one of the two.")
        else:
            yield from find_wrong_value(look, lever, lever.baseline, "levers", lever.id, "baseline")


def find_wrong_value(
    look: Lookup, lever: Lever, value: float | str, kind: str, name: str, field: str
) -> Iterator[Problem]:
    """A value must be a setting of the dial, or a number in the range."""
    if lever.settings:
        if value not in lever.settings:
            what = f'lever "{lever.id}" has no setting "{value}"'
            yield look.problem(kind, name, field, what, suggest(value, lever.settings))
    elif isinstance(value, str):
        what = f'lever "{lever.id}" takes a number, not "{value}"'
        yield look.problem(kind, name, field, what, "Write a number in its range.")
    elif lever.low is not None and lever.high is not None and _is_outside(value, lever.low, lever.high):
        what = f'{value:g} is out of the range of lever "{lever.id}"'
        yield look.problem(kind, name, field, what, f"Write a number from {lever.low:g} to {lever.high:g}.")


def _is_outside(value: float, low: float, high: float) -> bool:
    """Whether a value lies outside a range; a range that is the wrong way round is a problem of its own."""
    return low < high and not low <= value <= high


def find_wrong_steps(look: Lookup) -> Iterator[Problem]:
    """Steps set levers to values they can take, one step a lever, and end after they are complete."""
    levers = look.ids("levers")
    for option in look.case.options:
        seen: set[str] = set()
        for i, step in enumerate(option.steps):
            names = [(name, f"steps.{i}.set.{name}") for name in step.set]
            yield from look.find_unknown(names, "levers", "options", option.id, "lever")
            for name, field in names:
                if name in levers:
                    lever, value = levers[name], step.set[name]
                    yield from find_wrong_value(look, lever, value, "options", option.id, field)
                if name in seen:
                    what = f'lever "{name}" is set by two steps'
                    yield look.problem("options", option.id, field, what, "Keep one step for each lever.")
            seen |= set(step.set)
            if step.end_month is not None and step.end_month < step.start_month + step.ramp_months:
                what = "the step ends before it is complete"
                way_out = f"End it in month {step.start_month + step.ramp_months:g} or later."
                yield look.problem("options", option.id, f"steps.{i}.end_month", what, way_out)


def find_missing_baseline(look: Lookup) -> Iterator[Problem]:
    """The baseline option exists, comes first and changes nothing."""
    case = look.case
    if look.broken.covers("case", "baseline"):
        return
    yield from look.find_unknown([(case.baseline, "baseline")], "options", "case", "", "option")
    baseline = look.ids("options").get(case.baseline)
    if baseline is None:
        return
    if case.options[0].id != baseline.id and not look.broken.touches("options"):
        what = "the baseline option is not the first"
        yield look.problem("options", baseline.id, "", what, "Move it to the top of the options.")
    if baseline.steps:
        what, way_out = "the baseline option has steps", "Remove them; put its values into the levers."
        yield look.problem("options", baseline.id, "steps", what, way_out)


def find_unknown_mixes(look: Lookup) -> Iterator[Problem]:
    """Options are answered by a mix of the case."""
    for option in look.case.options:
        yield from look.find_unknown([(option.mix, "mix")], "mixes", "options", option.id, "mix")


def find_wrong_mixes(look: Lookup) -> Iterator[Problem]:
    """A mix gives every actor shares over its own moves that sum to 1."""
    actors = look.ids("actors")
    for mix in look.case.mixes:
        names = [(name, f"shares.{name}") for name in mix.shares]
        yield from look.find_unknown(names, "actors", "mixes", mix.id, "actor")
        for actor in (actors[name] for name in mix.shares if name in actors):
            yield from _find_wrong_shares(look, mix, actor.id, {move.id for move in actor.moves})
        for name in actors.keys() - mix.shares.keys():
            what = f'the mix has no shares for the actor "{name}"'
            way_out = "Give the share of each move that makes sense."
            yield look.problem("mixes", mix.id, "shares", what, way_out)


def _find_wrong_shares(look: Lookup, mix: Mix, actor: str, moves: set[str]) -> Iterator[Problem]:
    shares = mix.shares[actor]
    for move, share in shares.items():
        field = f"shares.{actor}.{move}"
        if move not in moves:
            yield look.problem("mixes", mix.id, field, f'unknown move "{move}"', suggest(move, sorted(moves)))
        if share < 0:
            yield look.problem("mixes", mix.id, field, f"the share {share:g} is below 0", "Write 0 to 1.")
    total = sum(shares.values())
    if abs(total - 1) > _SHARE_ERROR:
        what = f"the shares of {actor} sum to {total:.6g}, not to 1"
        yield look.problem("mixes", mix.id, f"shares.{actor}", what, "Change the shares.")


def find_wrong_order_of_play(look: Lookup) -> Iterator[Problem]:
    """Each actor has at least one move; who shares a turn moves at the same time, and plays for something."""
    for actor in look.case.actors:
        if not actor.moves:
            yield look.problem("actors", actor.id, "moves", "the actor has no moves", "Give at least one.")
        others = [one.id for one in look.case.actors if one.order == actor.order and one.id != actor.id]
        if others and actor.payoff is None:
            what = f'"{others[0]}" has the turn {actor.order} too, and "{actor.id}" has no payoff to answer it with'
            yield look.problem("actors", actor.id, "order", what, "Write a payoff, or give it a turn of its own.")


def find_wrong_horizons(look: Lookup) -> Iterator[Problem]:
    """Horizons rise and lie within the projection."""
    horizons, years = look.case.horizons, look.case.years
    for earlier, later in pairwise(horizons):
        if later.weeks <= earlier.weeks:
            what = f'the horizon is not after "{earlier.id}"'
            yield look.problem("horizons", later.id, "weeks", what, "Order the horizons in time.")
    if look.broken.covers("case", "years"):
        return
    for horizon in horizons:
        if horizon.weeks > look.case.weeks:
            what = f"the horizon lies beyond the {years} years of the projection ({look.case.weeks} weeks)"
            yield look.problem("horizons", horizon.id, "weeks", what, "Shorten it, or raise years.")


def find_wrong_dates(look: Lookup) -> Iterator[Problem]:
    """The history comes before the case."""
    dates_read = not any(look.broken.covers("case", name) for name in ("start", "history_start"))
    if dates_read and look.case.history_start > look.case.start:
        what = "the history starts after the case"
        yield look.problem("case", "", "history_start", what, "Start it on or before the start of the case.")


RULES = (
    find_empty_sections,
    find_shapeless_levers,
    find_wrong_steps,
    find_missing_baseline,
    find_unknown_mixes,
    find_wrong_mixes,
    find_wrong_order_of_play,
    find_wrong_horizons,
    find_wrong_dates,
)
