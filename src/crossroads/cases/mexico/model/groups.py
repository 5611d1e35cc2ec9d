"""Groups: recruitment, incapacitation, conflict and saturation of 150 armed groups.

The published model (structure evidence: size-published-model) moves the members `size` of group i by

    d size / week = size * (r - h - k * opposing_i - omega * size)
    opposing_i = (floor * (T - size) + rank * rival_i * (S - rival_i * size) / R) / (1 + ally_i)

with T all members, S = sum of rival_j * size_j and R = sum of rival_j. Where a documented network is given, its
weighted neighbour sum takes the place of the rank-one part. The rate constants are not inputs: `derive` finds those
that give the deaths, imprisonments, departures and growth of the anchor date (January 2012), so that every structure
starts from the same flows (size-starting, size-flows, size-growth). Deaths and imprisonments enter as a member's yearly
risks, since size and shares scale together; shares of the dead and of prison admissions follow from them
(size-casualty-share, size-admissions-share).

Whatever the form, recruits come out of a pool: those left in it, against the anchor date, scale recruitment
(size-pool); a very large pool gives the published model. There are six forms of recruitment and four of incapacitation
(structure-recruitment-forms, structure-incapacitation-forms). Extra arrests may bring grievance recruits
(structure-grievance-recruits); risk may deter recruits (deterrence, structure-deterrence). Members are an index: their
number is not identified by the data.

Members may come back (fringe.py), and a group that a removal struck (leaders.py) fights itself and others more while
its struggle for succession lasts, and splits:

    d size / week = ... + return_rate * size - succession * ((split_lethality - 1) * k * opposing_i + split_rate) * size

(structure-splits). Those deaths are no part of `toll`, from which homicides follow: leaders.py alone tells them what
removals cost. Splinters fight on as the average member does, so that `toll` does not fall because a group splits.
Groups fight over revenue: a supply cut by 1 % moves lethality by `contest_elasticity` % (structure-contested-revenue,
scarcity-violence). Where nobody returns, nothing splits and revenue is not contested, the published model is left.

No week takes more than a group has: each kind of loss has a bound of its own, never met outside a collapse. Nobody is
lost: members change by those recruited and returned less those killed, jailed, departed and split off.
"""

from __future__ import annotations

from typing import Any

from crossroads.simulation.arithmetic import exp, log, maximum, minimum, power
from crossroads.simulation.contract import Choice, Mechanism, Quantity, reads, returns

from .recruitment import FORMS, recruit_rate_at, replaced_losses

WEEKS = 52.0
LEAST_SUPPLY = 0.1
MOST_JAILED, MOST_KILLED, MOST_DEPARTED, MOST_FIGHT = 0.5, 0.15, 0.05, 1.0
"""Shares of a group that a week can take at most; with struggle and split (fringe.py) less than all."""
CONSTANT_TOTAL, PER_MEMBER, COBB_DOUGLAS, SATURATING = range(4)
STAND_IN, ALL_ONES, NO_FLOOR = range(3)

CHOICES = (
    Choice("recruitment", FORMS),
    Choice("incapacitation", ("constant_total", "per_member", "cobb_douglas", "saturating")),
    Choice("conflict_matrix", ("stand_in", "all_ones", "no_floor")),
)
UNIT_STOCKS = (Quantity("size", "members", "members of the group"),)
CONSTANTS = (
    Quantity("anchor_members", "members", "members of all groups at the anchor date"),
    Quantity("recruit_constant", "per member a week", "recruits per member at the anchor date"),
    Quantity("jail_constant", "per member a week", "imprisonments per member at the anchor date"),
    Quantity("conflict_constant", "per member and opponent a week", "deaths in conflict"),
    Quantity("saturation_constant", "per member squared a week", "departures by saturation"),
    Quantity("anchor_kill_hazard", "per member a week", "deaths per member at the anchor date"),
)
STOCKS = (
    Quantity("toll", "people a week", "members killed in conflict last week, struggles for succession apart"),
    Quantity("toll_lagged", "people a week", "the same, an exponential mean over a year"),
)
SUMS = (
    Quantity("members", "members", "members of all groups"),
    Quantity("rival_reach", "members", "members weighted by the strength of their group's rivalries"),
)
GAUGES = (
    Quantity("exposure", "members squared", "members times opposing members"),
    Quantity("squared", "members squared", "sum of squared sizes"),
)
RATES = (
    Quantity("recruit_rate", "per member a week", "recruits per member, replacement of extra losses apart"),
    Quantity("hire_rate", "share", "losses beyond the ordinary that a group replaces by hiring"),
    Quantity("jail_rate", "per member a week", "imprisonments per member"),
    Quantity("kill_rate", "per member and opponent a week", "deaths in conflict"),
    Quantity("fight_rate", "share", "deaths on top of those in conflict in a fresh struggle for succession"),
    Quantity("contest_factor", "factor", "lethality against ordinary, from revenue that is contested more"),
)
FLOWS = (
    Quantity("killed", "people a week", "members killed in conflict, struggles for succession apart"),
    Quantity("killed_succession", "people a week", "members killed on top in struggles for succession"),
    Quantity("split_off", "people a week", "members who split off"),
    Quantity("jailed", "people a week", "members imprisoned"),
    Quantity("departed", "people a week", "members who leave"),
    Quantity("recruited", "people a week", "people who join"),
)
OUTCOMES = (
    Quantity("member_count", "members", "members of the groups at the end of the week: an index, not a census"),
    Quantity("member_deaths", "people", "members killed in conflict: a diagnostic, never added to homicides"),
    Quantity("member_arrests", "people", "members imprisoned: a diagnostic"),
    Quantity("recruits", "people", "people who joined: a diagnostic"),
    Quantity("departures", "people", "members who left: a diagnostic"),
)
INPUTS = reads(
    starting_size="members",
    death_risk="% a year",
    prison_risk="% a year",
    anchor_growth="% a year",
    departure_share="share",
    recruit_pool="ratio",
    recruit_ceiling="ratio",
    replacement_share="share",
    grievance_per_arrest="recruits per arrest",
    deterrence="elasticity",
    contest_elasticity="elasticity",
    split_lethality="factor",
    join_bias="1",
    join_weight_jail="weeks",
    join_weight_death="weeks",
)

UnitStart = returns("UnitStart", UNIT_STOCKS)
Gauges = returns("Gauges", GAUGES)
Constants = returns("Constants", CONSTANTS)
Stocks = returns("Stocks", STOCKS)
Sums = returns("Sums", SUMS)
Rates = returns("Rates", RATES)
Unit = returns("Unit", UNIT_STOCKS, FLOWS)
After = returns("After", STOCKS, OUTCOMES)


def unit_start(starting_size: Any, first_share: Any) -> Any:
    """Members by rank, in the shares of the published starting point."""
    return UnitStart(size=starting_size * first_share)


def sum_up(size: Any, rival_strength: Any) -> Any:
    """Sums that every group needs of all others."""
    return Sums(members=size, rival_reach=rival_strength * size)


def opposing_members(
    size: Any,
    rival_strength: Any,
    ally_relief: Any,
    rival_share: Any,
    documented: Any,
    rival_size: Any,
    members: Any,
    rival_reach: Any,
    conflict_matrix: Any,
) -> Any:
    """Members of other groups that a group fights, weighted by the conflict matrix."""
    others = members - size
    if conflict_matrix == ALL_ONES:
        return others
    rivals = documented * rival_size + (1.0 - documented) * rival_share * (rival_reach - rival_strength * size)
    if conflict_matrix == NO_FLOOR:
        return rivals * ally_relief
    return (others + rivals) * ally_relief


def gauge(
    size: Any,
    rival_strength: Any,
    ally_relief: Any,
    rival_share: Any,
    documented: Any,
    rival_size: Any,
    members: Any,
    rival_reach: Any,
    conflict_matrix: Any,
) -> Any:
    """What the constants are derived from."""
    against = opposing_members(
        size, rival_strength, ally_relief, rival_share, documented, rival_size, members, rival_reach, conflict_matrix
    )
    return Gauges(exposure=size * against, squared=size * size)


def derive(
    starting_size: Any,
    exposure: Any,
    squared: Any,
    death_risk: Any,
    prison_risk: Any,
    anchor_growth: Any,
    departure_share: Any,
) -> Any:
    """Rate constants that give the observed weekly deaths, arrests, departures and growth at the anchor date."""
    deaths = starting_size * death_risk / 100.0 / WEEKS
    jailed = starting_size * prison_risk / 100.0 / WEEKS
    departed = (deaths + jailed) * departure_share / (1.0 - departure_share)
    growth = starting_size * anchor_growth / 100.0 / WEEKS
    recruits = maximum(growth + deaths + jailed + departed, 0.0)
    return Constants(
        anchor_members=starting_size,
        recruit_constant=recruits / starting_size,
        jail_constant=jailed / starting_size,
        conflict_constant=deaths / exposure,
        saturation_constant=departed / squared,
        anchor_kill_hazard=deaths / starting_size,
    )


def start(anchor_kill_hazard: Any, starting_size: Any) -> Any:
    """Last week's deaths are those of the anchor date."""
    toll = anchor_kill_hazard * starting_size
    return Stocks(toll=toll, toll_lagged=toll)


def jail_rate_at(members: Any, anchor_members: Any, jail_constant: Any, incapacitation: Any) -> Any:
    """Imprisonments per member before policy: constant in total, per member, by square roots, or saturating."""
    ratio = anchor_members / maximum(members, 1.0)
    if incapacitation == PER_MEMBER:
        return jail_constant
    if incapacitation == COBB_DOUGLAS:
        return jail_constant * power(ratio, 0.5)
    if incapacitation == SATURATING:
        return jail_constant * 2.0 * anchor_members / (members + anchor_members)
    return jail_constant * ratio


def before(
    members: Any,
    fringe_members: Any,
    supply: Any,
    anchor_members: Any,
    anchor_return: Any,
    recruit_constant: Any,
    jail_constant: Any,
    conflict_constant: Any,
    anchor_kill_hazard: Any,
    toll: Any,
    recruit_pool: Any,
    recruit_ceiling: Any,
    replacement_share: Any,
    grievance_per_arrest: Any,
    deterrence: Any,
    contest_elasticity: Any,
    split_lethality: Any,
    join_bias: Any,
    join_weight_jail: Any,
    join_weight_death: Any,
    capture_effort: Any,
    recruit_pull: Any,
    prevention_cut: Any,
    conflict_effort: Any,
    recruitment: Any,
    incapacitation: Any,
) -> Any:
    """Rates of the week, from last week's state and what the other mechanisms have built up."""
    everybody = members + fringe_members
    ordinary = jail_rate_at(everybody, anchor_members, jail_constant, incapacitation)
    jail = minimum(ordinary * capture_effort, MOST_JAILED)
    kill_hazard = toll / maximum(everybody, 1.0)
    recruits = recruit_rate_at(
        members,
        anchor_members,
        recruit_constant - anchor_return,
        jail_constant,
        anchor_kill_hazard,
        kill_hazard,
        jail,
        recruit_ceiling,
        join_bias,
        join_weight_jail,
        join_weight_death,
        recruitment,
    )
    risk = exp(deterrence * log(maximum(jail, 1e-9) / jail_constant))
    grievance = grievance_per_arrest * maximum(jail - ordinary, 0.0)
    left = maximum(recruit_pool - everybody / anchor_members, 0.0) / (recruit_pool - 1.0)
    drawn = risk * recruit_pull * (1.0 - prevention_cut) * left
    contest = exp(-contest_elasticity * log(maximum(supply, LEAST_SUPPLY)))
    return Rates(
        recruit_rate=recruits * drawn + grievance,
        hire_rate=replaced_losses(replacement_share, recruitment) * drawn,
        jail_rate=jail,
        kill_rate=conflict_constant * conflict_effort * contest * (1.0 + fringe_members / maximum(members, 1.0)),
        fight_rate=minimum(split_lethality - 1.0, MOST_FIGHT),
        contest_factor=contest,
    )


def unit(
    size: Any,
    rival_strength: Any,
    ally_relief: Any,
    rival_share: Any,
    documented: Any,
    rival_size: Any,
    members: Any,
    rival_reach: Any,
    recruit_rate: Any,
    jail_rate: Any,
    kill_rate: Any,
    hire_rate: Any,
    return_rate: Any,
    split_rate: Any,
    fight_rate: Any,
    succession: Any,
    jail_constant: Any,
    anchor_kill_hazard: Any,
    saturation_constant: Any,
    conflict_matrix: Any,
) -> Any:
    """One group's week; losses never exceed what is there."""
    against = opposing_members(
        size, rival_strength, ally_relief, rival_share, documented, rival_size, members, rival_reach, conflict_matrix
    )
    kill = minimum(kill_rate * against, MOST_KILLED)
    depart = minimum(saturation_constant * size, MOST_DEPARTED)
    struggle = fight_rate * succession * kill
    split = split_rate * succession
    lost = kill + struggle + jail_rate
    settled = recruit_rate - hire_rate * (anchor_kill_hazard + jail_constant)  # ordinary losses bring no hires
    recruit = maximum(settled + hire_rate * lost, 0.0)
    return Unit(
        size=(1.0 + return_rate + (recruit - lost - depart - split)) * size,
        killed=kill * size,
        killed_succession=struggle * size,
        split_off=split * size,
        jailed=jail_rate * size,
        departed=depart * size,
        recruited=recruit * size,
    )


def after(
    members: Any,
    fringe_members: Any,
    toll_lagged: Any,
    return_rate: Any,
    killed: Any,
    killed_succession: Any,
    split_off: Any,
    jailed: Any,
    recruited: Any,
    departed: Any,
) -> Any:
    """What the week leaves behind."""
    toll = killed * (1.0 + fringe_members / maximum(members, 1.0))
    gained = recruited + return_rate * members
    return After(
        toll=toll,
        toll_lagged=toll_lagged + (toll - toll_lagged) / WEEKS,
        member_count=members + gained - killed - killed_succession - split_off - jailed - departed,
        member_deaths=killed + killed_succession,
        member_arrests=jailed,
        recruits=recruited,
        departures=departed,
    )


GROUPS = Mechanism(
    name="groups",
    meaning="Recruitment, incapacitation, conflict and saturation of 150 armed groups; members are an index.",
    inputs=INPUTS,
    choices=CHOICES,
    unit_stocks=UNIT_STOCKS,
    constants=CONSTANTS,
    stocks=STOCKS,
    sums=SUMS,
    gauges=GAUGES,
    rates=RATES,
    flows=FLOWS,
    outcomes=OUTCOMES,
    history=True,
    unit_start=unit_start,
    gauge=gauge,
    derive=derive,
    start=start,
    sum_up=sum_up,
    before=before,
    unit=unit,
    after=after,
    evidence=(
        "size-published-model",
        "size-starting",
        "size-casualty-share",
        "size-flows",
        "size-admissions-share",
        "structure-recruitment-forms",
        "structure-incapacitation-forms",
        "structure-conflict-matrix",
        "deterrence",
        "structure-splits",
        "structure-contested-revenue",
        "scarcity-violence",
    ),
)
