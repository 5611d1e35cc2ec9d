"""The solved game in words: how likely each opening is, when that changes, what consent would take, what is owed to it.

Who moves first is told in full. Those who move later are told as ranges alone, and never what would be best for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import isfinite

import numpy as np
import xarray as xr

from crossroads.analysis.openings import name_opening
from crossroads.analysis.reactions import SOLVED
from crossroads.analysis.results import Analysis
from crossroads.analysis.strategies import QUANTAL, Reading
from crossroads.case.records import Actor, Option, Payoff, by_id
from crossroads.presentation.stacks import Stack, draw_stacks, shade_of
from crossroads.presentation.tables import MIXTURE, Cell, Names, Plain, Row, Table
from crossroads.presentation.words import NOT_APART, listed, number, percent, signed, step_of

HOWS = {
    "quantal": "by the game",
    "best": "by everybody's best response",
    "cautious": "by the one reaction that is worst for who chooses",
    "judged": "by the judged shares of the case",
}
COLUMNS = {"quantal": "the game", "best": "best response", "cautious": "worst reaction", "judged": "judged shares"}
SHOWN = 0.01
"""Difference between views, as a share, from which it is shown."""
PULLS, STRONG = 3, 0.2
"""Uncertainties named beside an opening, and the rank correlation from which they are."""
EQUIVALENTS = 3
"""Outcomes in which points are told."""


@dataclass(frozen=True)
class Key:
    """One opening in the legend of the bars."""

    short: str
    meaning: str
    colour: str


@dataclass(frozen=True)
class Replies:
    """What the solved game says."""

    told: str
    """The reading that is shown, where it is not the game's own."""
    name: str
    """Who moves first."""
    legend: tuple[Key, ...]
    drawing: str
    chances: Table
    ranges: tuple[Table, ...]
    """Of those who move later."""
    views: Table | str
    changes: Plain
    consent: Table | None
    owed: tuple[Table, ...]
    payoffs: tuple[Plain, ...]
    trust: str
    ties: str
    """Openings that the game cannot tell apart; empty without any."""


def say_reading(analysis: Analysis, names: Names) -> str:
    """How reactions are read, in one sentence, where that is not the game's own reading; else nothing."""
    reading = analysis.strategies.reading if analysis.strategies else QUANTAL
    if reading == QUANTAL:
        return ""
    fixed = [
        f"{names.running(by_id(names.case.actors)[who].name)}: {names.moves[move]}"
        for who, move in reading.fixed.items()
    ]
    by_hand = f" Set by hand, wherever it makes sense: {listed(fixed)}." if fixed else ""
    return f"Answers are read {HOWS[reading.how]}.{by_hand} So are those to what was run around the options."


def describe_replies(analysis: Analysis, names: Names) -> Replies | None:
    """The solved game; none where the mixes of the case say how likely each reaction is."""
    openings, strategies = analysis.openings, analysis.strategies
    if openings is None or strategies is None or not strategies.stakes.actors:
        return None
    first, *others = strategies.stakes.actors
    mixture = openings.sel(view=MIXTURE)
    bars = [Stack(one.short, tuple(_read(mixture, one, first, "chance"))) for one in names.options.values()]
    says = f"How likely each opening of {names.running(first.name)} is under each option; the numbers stand below."
    shorts = [move.short for move in first.moves]
    reading = strategies.reading
    return Replies(
        told=say_reading(analysis, names),
        name=first.name,
        legend=tuple(Key(move.short, move.meaning, shade_of(place)) for place, move in enumerate(first.moves)),
        drawing=draw_stacks(bars, shorts, says),
        chances=_tabulate_chances(mixture, first, names),
        ranges=tuple(_tabulate_ranges(mixture, one, names) for one in others if _may_show(one, reading)),
        views=_tabulate_views(openings, first, names),
        changes=_list_changes(mixture, first, names),
        consent=_tabulate_consent(analysis, mixture, first, names),
        owed=tuple(_tabulate_owed(analysis, names, outcome) for outcome in analysis.headline),
        payoffs=tuple(_list_payoff(one, one.payoff, names) for one in strategies.stakes.actors if one.payoff),
        trust=_tell_trust(openings),
        ties=_tell_ties(mixture, first, names),
    )


def _tell_ties(mixture: xr.Dataset, actor: Actor, names: Names) -> str:
    """Which openings of who moves first are worth the same to it in every future, and under which options."""
    found: dict[tuple[str, str], list[str]] = {}
    for option in names.options.values():
        bands = {move.short: _read_band(mixture, option.id, actor, move.id) for move in actor.moves}
        for one, two in combinations(bands, 2):
            if bands[one] == bands[two] and isfinite(bands[one][0]) and bands[one][0] > 0:
                found.setdefault((one, two), []).append(option.short)
    parts = [f"{one} and {two} under {listed(options)}" for (one, two), options in found.items()]
    if not parts:
        return ""
    return (
        f"Worth the same to {names.running(actor.name)} in every future, so that no payoff tells them apart and both "
        f"are as likely: {'; '.join(parts)}. Read them together."
    )


def _read_band(mixture: xr.Dataset, option: str, actor: Actor, move: str) -> tuple[float, ...]:
    cell = mixture.sel(option=option, opening=name_opening(actor.id, move))
    return tuple(round(float(cell[name]), 9) for name in ("chance", "low", "high"))


def _may_show(actor: Actor, reading: Reading) -> bool:
    """Whether the chances of who moves later are ranges: a best or worst reaction would single out one move."""
    return reading.how in ("quantal", "judged") or actor.id in reading.fixed


def _read(mixture: xr.Dataset, option: Option, actor: Actor, name: str) -> list[float]:
    own = mixture[name].sel(option=option.id, opening=[name_opening(actor.id, move.id) for move in actor.moves])
    return [float(value) for value in own.to_numpy()]


def _tabulate_chances(mixture: xr.Dataset, actor: Actor, names: Names) -> Table:
    rows = []
    for option in names.options.values():
        parts = zip(*(_read(mixture, option, actor, name) for name in ("chance", "low", "high", "judged")), strict=True)
        cells = tuple(
            Cell(percent(chance), f"{percent(low)} to {percent(high)}; judged {percent(judged)}")
            if isfinite(chance)
            else Cell("–")
            for chance, low, high, judged in parts
        )
        rows.append(Row(option.short, cells, "seeks consent" if option.seeks_consent else "", names.colours[option.id]))
    caption = (
        "Mean over futures, all views counted alike; below it the range of 8 in 10 futures, and the share that the "
        "case judges. –: makes no sense under this option, or is against the law."
    )
    return Table(f"{actor.name}: how likely each opening is", caption, _shorts(actor), tuple(rows))


def _tabulate_ranges(mixture: xr.Dataset, actor: Actor, names: Names) -> Table:
    rows = []
    for option in names.options.values():
        ends = zip(*(_read(mixture, option, actor, name) for name in ("low", "high")), strict=True)
        cells = tuple(Cell(f"{percent(low)} to {percent(high)}" if isfinite(low) else "–") for low, high in ends)
        rows.append(Row(option.short, cells, colour=names.colours[option.id]))
    caption = (
        "The range of 8 in 10 futures, for ranges of outcomes alone: nothing is optimised from this side, and what "
        "would be best for it is not shown. –: makes no sense under this option."
    )
    return Table(f"{actor.name}: range of each opening", caption, _shorts(actor), tuple(rows))


def _shorts(actor: Actor) -> tuple[str, ...]:
    return tuple(move.short for move in actor.moves)


def _tabulate_views(openings: xr.Dataset, actor: Actor, names: Names) -> Table | str:
    """The opening on which views differ most, for options where they do; a sentence where they do nowhere."""
    views = [str(view) for view in openings["view"].to_numpy()]
    rows = []
    for option in names.options.values():
        own = openings["chance"].sel(option=option.id, opening=[name_opening(actor.id, one.id) for one in actor.moves])
        chances = own.transpose("view", "opening").to_numpy()
        apart = np.nan_to_num(np.nanmax(chances, axis=0, initial=0) - np.nanmin(chances, axis=0, initial=1), nan=0)
        place = int(apart.argmax())
        if apart[place] >= SHOWN:
            cells = tuple(Cell(percent(float(chance))) for chance in chances[:, place])
            rows.append(Row(option.short, cells, actor.moves[place].short, names.colours[option.id]))
    if not rows:
        return "Under every option all views give the same chances to within one in a hundred."
    caption = (
        "The opening on which views differ most, where they differ by one in a hundred or more. What the past teaches "
        "is told to all who answer: under it the game is solved again; other views weigh the futures of one game."
    )
    columns = tuple(names.views[view] for view in views)
    return Table(f"{actor.name}: openings by view", caption, columns, tuple(rows))


def _list_changes(mixture: xr.Dataset, actor: Actor, names: Names) -> Plain:
    rows = []
    for option in names.options.values():
        shares = zip(_shorts(actor), _read(mixture, option, actor, "likeliest"), strict=True)
        found = sorted(((share, short) for short, share in shares if isfinite(share) and share > 0), reverse=True)
        likeliest = "; ".join(f"{short} in {percent(share)}" for share, short in found) or "–"
        even = float(mixture["even"].sel(option=option.id, actor=actor.id))
        near = percent(even) if isfinite(even) else "–"
        rows.append((option.short, likeliest, _say_pulls(mixture.sel(option=option.id), names), near))
    columns = ("Option", "Likeliest, in so many futures", "What pulls it", "Near even odds, in so many futures")
    caption = (
        "▲ makes the likeliest opening likelier, ▼ less likely, the more there is of it (rank correlation "
        "over futures). Near even: the likeliest opening is not three times as likely as the least likely one. That is "
        "so by construction where choice is blunt, and no finding."
    )
    return Plain(f"{actor.name}: in which futures the answer changes", caption, columns, tuple(rows))


def _say_pulls(one: xr.Dataset, names: Names) -> str:
    doubts = by_id(names.case.uncertainties)
    pulls = [(float(pull), str(doubt)) for pull, doubt in zip(one["pull"].values, one["doubt"].values, strict=True)]
    strong = sorted((pair for pair in pulls if abs(pair[0]) >= STRONG), key=lambda pair: -abs(pair[0]))[:PULLS]
    told = [f"{'▲' if pull > 0 else '▼'} {names.running(doubts[doubt].name)}" for pull, doubt in strong]
    return "; ".join(told) or "–"


def _tabulate_consent(analysis: Analysis, mixture: xr.Dataset, actor: Actor, names: Names) -> Table | None:
    """What consent lacks under each option that it could be given to; none where that is asked of nobody."""
    valued = [str(name) for name in mixture["valued"].to_numpy()][:EQUIVALENTS]
    moves = [move for move in actor.moves if move.consents]
    rows = []
    for option in names.options.values():
        one = mixture.sel(option=option.id)
        needed = float(one["needed"])
        if actor.payoff is None or not moves or not isfinite(needed) or not option.seeks_consent:
            continue
        chance = sum(float(one["chance"].sel(opening=name_opening(actor.id, move.id))) for move in moves)
        short = Cell(number(abs(needed), 0.1), "points short" if needed > 0 else "points to spare")
        worths = [(name, float(one["equals"].sel(valued=name))) for name in valued]
        equals = [_say_equal(worth, name, option.id, analysis, names) for name, worth in worths]
        rows.append(Row(option.short, (Cell(percent(chance)), short, *equals), "", names.colours[option.id]))
    if not rows or actor.payoff is None:
        return None
    columns = (
        "Chance of consent",
        "Short of even odds",
        *(f"as much as: {names.outcomes[one].short}" for one in valued),
    )
    caption = (
        f"How much more consent would have to be worth to {names.running(actor.name)} than now for it to be as likely "
        f"as not, and the change of one thing that it values which is worth as much to it. One point: "
        f"{actor.payoff.unit}. Where points are to spare, consent is likelier than not, by so much. Not to be had: the "
        "option brings less of it than would have to go. Options that ask for consent."
    )
    return Table("What consent would take", caption, columns, tuple(rows))


def _say_equal(change: float, outcome: str, option: str, analysis: Analysis, names: Names) -> Cell:
    """A change that is worth what is lacking; of what cannot be negative, no more than the option brings."""
    payoff = min(names.case.actors, key=lambda actor: actor.order).payoff
    valued = next(one for one in payoff.values if one.outcome == outcome) if payoff else None
    if payoff and valued and valued.best == 0:
        place = {"view": MIXTURE, "outcome": outcome, "option": option, "horizon": payoff.horizon}
        there = float(analysis.differences["mean"].sel(place))
        if abs(change) > abs(there):
            return Cell("not to be had", f"it brings {signed(float(f'{there:.2g}'))}")
    return Cell(signed(float(f"{change:.2g}")), names.unit(outcome)) if isfinite(change) else Cell("–")


def _tabulate_owed(analysis: Analysis, names: Names, outcome: str) -> Table:
    """One headline outcome under each reading, soon and at the end, and the share that it owes to the opening."""
    found = analysis.reactions.sel(outcome=outcome)
    own = analysis.strategies.reading.how if analysis.strategies else "judged"
    readings = [str(one) for one in found["reading"].to_numpy()]
    horizons = list(dict.fromkeys((names.near, names.last)))
    rows = []
    for option in names.options.values():
        cells: list[Cell] = []
        for horizon in horizons:
            one = found.sel(option=option.id, horizon=horizon)
            cells += [_change_cell(one.sel(reading=reading), names.outcomes[outcome].digits) for reading in readings]
            cells.append(_owed_cell(float(one["owed"])))
        rows.append(Row(option.short, tuple(cells), colour=names.colours[option.id]))
    called = [COLUMNS[own] if one == SOLVED else COLUMNS[one] for one in readings]
    columns = tuple(f"{names.horizons[one].name}: {name}" for one in horizons for name in (*called, "owed to it"))
    record = names.outcomes[outcome]
    caption = (
        f"Mean difference from {names.baseline}, answered likewise, {record.unit}; {record.direction} is better. "
        f"Owed: the part of all variation of the difference that lies between openings of the first to answer, "
        f"{COLUMNS[own]} as read. {NOT_APART}: not told apart from no change. "
        "The worst reaction is, under each option alike, the one that is worst for who chooses, on all that it weighs."
    )
    return Table(f"{record.name}: what it owes to the answer", caption, columns, tuple(rows))


def _change_cell(one: xr.Dataset, digits: int) -> Cell:
    mean, wide = float(one["mean"]), 2 * float(one["error"])
    if not isfinite(mean):
        return Cell("–")
    return Cell(signed(mean, step_of(mean - wide, mean + wide), digits) if bool(one["apart"]) else NOT_APART)


def _owed_cell(share: float) -> Cell:
    return Cell(percent(share) if isfinite(share) else "–")


def _list_payoff(actor: Actor, payoff: Payoff, names: Names) -> Plain:
    rows = tuple(_list_worths(actor, payoff, names))
    view = "all views counted alike" if payoff.believes is None else f"the view “{names.views[payoff.believes]}”"
    known = [names.running(by_id(names.case.uncertainties)[one].name) for one in actor.known]
    caption = (
        f"Points, of which one is {payoff.unit}; outcomes are changes from {names.baseline}, read "
        f"{names.after(payoff.horizon)}, as expected by {view}"
        f"{f' and knowing {listed(known)}' if known else ''}. {payoff.because}"
    )
    return Plain(f"{actor.name}: what it plays for", caption, ("What", "Points", "For", "Why"), rows)


def _list_worths(actor: Actor, payoff: Payoff, names: Names) -> Iterator[tuple[str, str, str, str]]:
    doubts, moves = by_id(names.case.uncertainties), by_id(actor.moves)

    def say(given: float | str) -> str:
        return doubts[given].distribution.describe() if isinstance(given, str) else number(given)

    for one in payoff.values:
        record = names.outcomes[one.outcome]
        yield record.name, say(one.weight), f"{signed(one.worst)} to {signed(one.best)} {record.unit}", one.because
    for act in payoff.acts:
        times = f", each time that {act.times} moves by one" if act.times else ""
        yield listed(moves[move].short for move in act.moves), say(act.points), f"opening so{times}", act.because
    yield "Precision", say(payoff.precision), "log odds for each point of difference", "How sharply it chooses."


def _tell_trust(openings: xr.Dataset) -> str:
    lost = float(openings["unsolved"].mean())
    solved = (
        "Every game was solved."
        if not lost > 0
        else f"In {percent(lost, 1)} of games no answer was found; there the judged shares answer."
    )
    residual = float(openings.attrs["residual"])
    return (
        solved
        if not residual > 0
        else f"{solved} Where actors move at the same time, shares miss an equilibrium by {residual:.1g} at most."
    )
