"""Fringe: members who left the groups and may come back, out of prison or out of what splits off.

prisoners  + jailed - prisoners / mean stay; of those released a share rejoins the groups, in proportion to their size;
           the others are out for good (structure-release). The published model never releases: a share of 0
fringe     + split off - absorbed - killed - jailed - departed; one aggregate of all splinters, which recruits nobody.
           Its members fight and are fought as the average member of the groups, more while the split is fresh
           (structure-splits), and are jailed and leave like others; a share a year is absorbed by groups
           (fragmentation-new-groups counts new groups net)

What a struck group loses to splinters follows from how many form and how large they are (fragmentation-new-groups).

At the anchor date prisons hold a share of the members at which releases would equal arrests: 1 is balance, 0 is empty,
as in the variants of the published model. Growth at the anchor date is what was seen, so those who return take the
place of recruits there, and structures are compared from equal flows. Later arrests alone change the returns.

Nobody is lost: whoever leaves the groups is in prison, in the fringe, or out by a named exit.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum
from crossroads.simulation.contract import Mechanism, Quantity, reads, returns

WEEKS = 52.0
MOST_SPLIT = 0.75
SHORTEST = 13.0
"""Weeks over which a struggle fades, at least: no week splits off more than a small part."""
CONSTANTS = (
    Quantity("anchor_return", "per member a week", "members back from prison at the anchor date, in place of recruits"),
    Quantity("split_rate", "per member a week", "members who split off in a fresh struggle for succession"),
    Quantity("fresh_keep", "share", "what one week leaves of a split's freshness"),
)
STOCKS = (
    Quantity("prisoners", "members", "members in prison"),
    Quantity("fringe_members", "members", "members of splinters"),
    Quantity("fringe_fresh", "members", "of whom in splinters that are fresh"),
)
RATES = (
    Quantity("return_rate", "per member a week", "people who rejoin the groups, from prison and from splinters"),
)
OUTCOMES = (
    Quantity("fringe_count", "members", "members of splinters at the end of the week"),
    Quantity("fringe_deaths", "people", "members of splinters killed: a diagnostic, never added to homicides"),
    Quantity("fringe_departures", "people", "members of splinters who left: a diagnostic"),
    Quantity("prison_count", "members", "members in prison at the end of the week"),
    Quantity("discharged", "people", "released from prison and out for good: a diagnostic"),
)
INPUTS = reads(
    starting_size="members",
    prison_risk="% a year",
    prison_stay="years",
    prison_fill="share",
    release_return="share",
    new_groups="groups",
    split_size="share",
    split_lethality="factor",
    split_weeks="weeks",
    fringe_absorption="share a year",
)

Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
Rates = returns("Rates", RATES)
After = returns("After", STOCKS, OUTCOMES)


def start(starting_size: Any, prison_risk: Any, prison_stay: Any, prison_fill: Any) -> Any:
    """Prisons as full as is believed, and no splinters beyond the groups."""
    yearly = starting_size * prison_risk / 100.0
    return Stocks(prisoners=prison_fill * yearly * prison_stay, fringe_members=0.0, fringe_fresh=0.0)


def released(prisoners: Any, prison_stay: Any) -> Any:
    """Members who leave prison this week."""
    return prisoners / maximum(prison_stay * WEEKS, 1.0)


def keep_fresh(split_weeks: Any) -> Any:
    """What one week leaves of a split's freshness."""
    return exp(-1.0 / maximum(split_weeks, SHORTEST))


def derive(
    prison_risk: Any, prison_fill: Any, release_return: Any, new_groups: Any, split_size: Any, split_weeks: Any
) -> Any:
    """Releases at the anchor date are the share of arrests that prisons are full of; how fast a struck group splits."""
    keep = keep_fresh(split_weeks)
    lost = minimum(new_groups * split_size, MOST_SPLIT)
    return Constants(
        anchor_return=release_return * prison_fill * prison_risk / 100.0 / WEEKS,
        split_rate=-log(1.0 - lost) * (1.0 - keep),
        fresh_keep=keep,
    )


def before(
    members: Any,
    prisoners: Any,
    fringe_members: Any,
    prison_stay: Any,
    release_return: Any,
    fringe_absorption: Any,
) -> Any:
    """Who comes back this week."""
    back = release_return * released(prisoners, prison_stay) + fringe_absorption / WEEKS * fringe_members
    return Rates(return_rate=back / maximum(members, 1.0))


def after(
    members: Any,
    prisoners: Any,
    fringe_members: Any,
    fringe_fresh: Any,
    killed: Any,
    jailed: Any,
    departed: Any,
    split_off: Any,
    jail_rate: Any,
    prison_stay: Any,
    release_return: Any,
    split_lethality: Any,
    fresh_keep: Any,
    fringe_absorption: Any,
) -> Any:
    """Where everybody outside the groups is at the end of the week."""
    there = maximum(members, 1.0)
    taken = members / there  # all who would return, as long as there are groups to return to
    out = released(prisoners, prison_stay)
    staying = fringe_members * (1.0 - fringe_absorption / WEEKS * taken)
    fresh = fringe_fresh / maximum(fringe_members, 1e-9)
    kill = killed / there * (1.0 + (split_lethality - 1.0) * fresh)
    depart = departed / there
    scale = staying / maximum(kill + depart + jail_rate, 1.0)
    left = staying - (kill + depart + jail_rate) * scale
    held = prisoners - out + jailed + jail_rate * scale
    return After(
        prisoners=held,
        fringe_members=left + split_off,
        fringe_fresh=left * fresh * fresh_keep + split_off,
        fringe_count=left + split_off,
        fringe_deaths=kill * scale,
        fringe_departures=depart * scale,
        prison_count=held,
        discharged=out * (1.0 - release_return * taken),
    )


FRINGE = Mechanism(
    name="fringe",
    meaning="Members outside the groups who may come back: in prison, and in what splits off.",
    inputs=INPUTS,
    constants=CONSTANTS,
    stocks=STOCKS,
    rates=RATES,
    outcomes=OUTCOMES,
    history=True,
    derive=derive,
    start=start,
    before=before,
    after=after,
    evidence=("structure-release", "structure-splits", "fragmentation-new-groups"),
)
