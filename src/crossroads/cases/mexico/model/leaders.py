"""Leaders: top-tier removals beyond those of status quo, and what follows them.

ratio     of removals to status quo = information's yield * (1 + gain * (force + surge)), 0.5 to 3 (removals-year)
removal   in a week where one chance is below removals / 52; the same chance decides for status quo, so that only the
          difference acts: a removal more, a removal fewer, or none
toll      of a removal: a spike that fades over a year (kingpin-deaths-per-removal; local and network effects are in
          it), and by a second chance a succession war in one state (succession-war-prob, succession-war-size).
          `average`: both together cost what the spike's estimate says; `tail`: wars come at their own chance and size,
          and the spike is what the estimate leaves. More where force kills rather than captures (kill-vs-capture)
reprisal  security personnel killed in the week after (retaliation-spike)
groups    new armed groups form over three years (fragmentation-new-groups), and are absorbed again

A removal more also strikes one of the groups, picked by a third chance in proportion to size at the start: for some
months it fights itself and others more, and splits (structure-splits; see groups.py and fringe.py). Those deaths are
members, a diagnostic: homicides hear of removals through `removal_deaths` alone. The tolls already contain wars and
spikes of status quo, so fewer removals count as fewer deaths.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import maximum, minimum, where
from crossroads.simulation.contract import Chance, Mechanism, Quantity, reads, returns

from .fringe import keep_fresh
from .strengths import COUNT

WEEKS = 52.0
WEEKS_A_MONTH = WEEKS / 12.0
SPIKE_WEEKS = 26.0
FORMING_WEEKS = 52.0
LEAST_RATIO, MOST_RATIO = 0.5, 3.0
TAIL = 1.0
"""The second name of `removal_toll`; the first is average."""

UNIT_STOCKS = (Quantity("succession", "share", "how fresh a struggle for succession in the group is, 1 = new"),)
STOCKS = (
    Quantity("struck", "share", "which group was struck, as a share of members at the start; below 0: none", off=-1.0),
    Quantity("spike_due", "people", "deaths of spikes still to come, against status quo"),
    Quantity("wars", "wars", "succession wars running, against status quo"),
    Quantity("groups_forming", "groups", "groups still to form after removals, against status quo"),
    Quantity("groups_added", "groups", "armed groups beyond those of status quo"),
    Quantity("removal_deaths", "people a year", "homicides that removals cause, against status quo"),
    Quantity("spike_personnel", "people a week", "security personnel killed in answer to removals, against status quo"),
)
CONSTANTS = (Quantity("succession_keep", "share", "what one week leaves of a struggle for succession"),)
OUTCOMES = (
    Quantity("removals", "removals", "top-tier removals beyond those of status quo: a diagnostic"),
    Quantity("succession_wars", "wars", "succession wars beyond those of status quo"),
    Quantity("armed_groups", "groups", "armed groups: those of the model and what removals add"),
)
CHANCES = (
    Chance("removal_luck", "whether a top-tier leader is removed"),
    Chance("war_luck", "whether a removal starts a succession war"),
    Chance("group_luck", "which group a removal strikes, by members at the start"),
)
INPUTS = reads(
    removals_year="removals a year",
    removal_gain="share",
    deaths_per_removal="deaths",
    removal_toll="choice",
    war_part="share",
    war_prob="probability",
    war_size="factor",
    war_months="months",
    war_state_share="share",
    kill_or_capture="factor",
    reprisal_deaths="deaths",
    new_groups="groups",
    fringe_absorption="share a year",
    split_weeks="weeks",
    homicide_day="deaths a day",
)

UnitStart = returns("UnitStart", UNIT_STOCKS)
Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
Unit = returns("Unit", UNIT_STOCKS)
After = returns("After", STOCKS, OUTCOMES)


def unit_start() -> Any:
    """No struggle beyond the ordinary."""
    return UnitStart(succession=0.0)


def start() -> Any:
    """Nothing beyond status quo."""
    return Stocks(
        struck=-1.0,
        spike_due=0.0,
        wars=0.0,
        groups_forming=0.0,
        groups_added=0.0,
        removal_deaths=0.0,
        spike_personnel=0.0,
    )


def derive(split_weeks: Any) -> Any:
    """How a struggle fades."""
    return Constants(succession_keep=keep_fresh(split_weeks))


def unit(succession: Any, succession_keep: Any, struck: Any, share_before: Any, share_upto: Any) -> Any:
    """A struggle fades, or begins anew in the group that was struck."""
    return Unit(succession=where((struck >= share_before) & (struck < share_upto), 1.0, succession * succession_keep))


def removal_ratio(capture_yield: Any, effective_force: Any, surge: Any, removal_gain: Any) -> Any:
    """Removals against status quo."""
    ratio = capture_yield * (1.0 + removal_gain * (effective_force + surge))
    return minimum(maximum(ratio, LEAST_RATIO), MOST_RATIO)


def killed_rather(effective_force: Any, surge: Any, removal_gain: Any, posture_force: Any, kill_or_capture: Any) -> Any:
    """Toll of a removal against ordinary: force kills as its posture allows, in its own share of the removals."""
    by_force = removal_gain * effective_force / (1.0 + removal_gain * (effective_force + surge))
    return 1.0 + (kill_or_capture - 1.0) * posture_force * by_force


def war_chance(removal_toll: Any, war_prob: Any, war_part: Any, deaths_per_removal: Any, war_toll: Any) -> Any:
    """Chance that a removal starts a war: its own, or what a part of the average toll pays for."""
    afforded = war_part * deaths_per_removal / maximum(war_toll, 1e-6)
    return where(removal_toll == TAIL, war_prob, minimum(war_prob, afforded))


def after(
    spike_due: Any,
    wars: Any,
    groups_forming: Any,
    groups_added: Any,
    capture_yield: Any,
    effective_force: Any,
    surge: Any,
    trend_level: Any,
    posture_force: Any,
    removals_year: Any,
    removal_gain: Any,
    deaths_per_removal: Any,
    removal_toll: Any,
    war_part: Any,
    war_prob: Any,
    war_size: Any,
    war_months: Any,
    war_state_share: Any,
    kill_or_capture: Any,
    reprisal_deaths: Any,
    new_groups: Any,
    fringe_absorption: Any,
    homicide_day: Any,
    removal_luck: Any,
    war_luck: Any,
    group_luck: Any,
) -> Any:
    """Removals of the week, and what those of former weeks still cost."""
    usual_chance = removals_year / WEEKS
    chance = usual_chance * removal_ratio(capture_yield, effective_force, surge, removal_gain)
    usual = where(removal_luck < usual_chance, 1.0, 0.0)
    removed = where(removal_luck < chance, 1.0, 0.0)
    extra = removed - usual
    harsher = killed_rather(effective_force, surge, removal_gain, posture_force, kill_or_capture)
    war_deaths = homicide_day * 365.25 * trend_level * war_state_share * (war_size - 1.0)
    war_toll = war_deaths * war_months / 12.0
    starts = war_chance(removal_toll, war_prob, war_part, deaths_per_removal, war_toll)
    spike = maximum(deaths_per_removal - starts * war_toll, 0.0)
    due = spike_due + spike * (removed * harsher - usual)
    begun = removed * where(war_luck < starts * harsher, 1.0, 0.0) - usual * where(war_luck < starts, 1.0, 0.0)
    running = wars + begun
    forming = groups_forming + extra * new_groups
    added = groups_added * (1.0 - fringe_absorption / WEEKS) + forming / FORMING_WEEKS
    return After(
        struck=where(extra > 0.5, group_luck, -1.0),
        spike_due=due * (1.0 - 1.0 / SPIKE_WEEKS),
        wars=running * (1.0 - 1.0 / (war_months * WEEKS_A_MONTH)),
        groups_forming=forming * (1.0 - 1.0 / FORMING_WEEKS),
        groups_added=added,
        removal_deaths=due * WEEKS / SPIKE_WEEKS + running * war_deaths,
        # a week's losses cannot fall below none, so reprisals that are spared count as expected
        spike_personnel=reprisal_deaths * where(chance < usual_chance, chance - usual_chance, extra),
        removals=extra,
        succession_wars=begun,
        armed_groups=maximum(COUNT + added, 1.0),
    )


LEADERS = Mechanism(
    name="leaders",
    meaning="Top-tier removals beyond status quo: spikes, rare succession wars, reprisals and new groups.",
    inputs=INPUTS,
    unit_stocks=UNIT_STOCKS,
    stocks=STOCKS,
    constants=CONSTANTS,
    outcomes=OUTCOMES,
    chances=CHANCES,
    unit_start=unit_start,
    start=start,
    derive=derive,
    unit=unit,
    after=after,
    evidence=(
        "removals-year",
        "kingpin-deaths-per-removal",
        "kingpin-local-homicide",
        "kingpin-network-spillover",
        "succession-war-prob",
        "succession-war-size",
        "kill-vs-capture",
        "retaliation-spike",
        "fragmentation-new-groups",
        "structure-splits",
        "decapitation-organisational-survival",
    ),
)
