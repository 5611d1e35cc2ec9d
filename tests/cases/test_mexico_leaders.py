"""Leaders: removals beyond status quo by the same luck for all options, and a toll that is counted once."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np
import pytest
from few_groups import CASE, INPUTS, World, drawn, middle, run
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.cases.mexico.model.leaders import LEADERS, after, removal_ratio, start, unit, war_chance
from crossroads.cases.mexico.model.strengths import describe_groups
from crossroads.sampling.futures import sample
from crossroads.simulation import kernel
from crossroads.simulation.contract import Mechanism, Model, Quantity, Units, returns

AVERAGE, TAIL = 0.0, 1.0
NEVER, ALWAYS = 1.0 - 1e-9, 1e-9
"""Draws at which nothing happens, and everything."""
ORDINARY = {"capture_yield": 1.0, "effective_force": 0.0, "surge": 0.0, "trend_level": 1.0, "posture_force": 0.0}
READ = set(inspect.signature(after).parameters)


def play(*lucks: tuple[float, float, float], stocks: Any = None, **known: float) -> list[Any]:
    """Weeks with these draws for removal, war and group."""
    values = {**middle(), **ORDINARY, **known}
    now, weeks = stocks or start(), []
    for removal, war, group in lucks:
        values |= now._asdict() | {"removal_luck": removal, "war_luck": war, "group_luck": group}
        now = after(**{name: values[name] for name in READ})
        weeks.append(now)
    return weeks


def between(**known: float) -> float:
    """A draw at which the option has a removal and status quo has none, or the other way round."""
    values = {**middle(), **ORDINARY, **known}
    names = ("capture_yield", "effective_force", "surge", "removal_gain")
    ratio = removal_ratio(**{name: values[name] for name in names})
    return values["removals_year"] / 52.0 * (1.0 + ratio) / 2.0


def toll_of(removal: float, war: float, weeks: int = 1500, **known: float) -> float:
    """Homicides that one week's draws bring in the end."""
    quiet = (NEVER, NEVER, 0.5)
    return sum(week.removal_deaths for week in play((removal, war, 0.5), *[quiet] * weeks, **known)) / 52.0


def mean_toll(removal: float, **known: float) -> float:
    """The same, averaged over whether a war begins."""
    values = {**middle(), **known}
    chance = war_chance(
        **{name: values[name] for name in ("removal_toll", "war_prob", "war_part", "deaths_per_removal")},
        war_toll=war_toll(**known),
    )
    return chance * toll_of(removal, ALWAYS, **known) + (1.0 - chance) * toll_of(removal, NEVER, **known)


def war_toll(**known: float) -> float:
    values = {**middle(), **known}
    extra = values["homicide_day"] * 365.25 * values["war_state_share"] * (values["war_size"] - 1.0)
    return float(extra * values["war_months"] / 12.0)


MORE = {"capture_yield": 2.0}
FEWER = {"capture_yield": 0.5}


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6), lucks=st.tuples(*[st.floats(0, 1, exclude_max=True)] * 3))
def test_an_option_with_as_many_removals_as_status_quo_has_no_extra_one_whatever_the_luck(seed, lucks):
    week = play(lucks, **drawn(seed))[0]
    assert (week.removals, week.succession_wars, week.removal_deaths, week.spike_personnel) == (0, 0, 0, 0)
    assert (week.struck, week.armed_groups) == (-1.0, 150.0)


@settings(max_examples=40)
@given(luck=st.floats(0, 1, exclude_max=True), low=st.floats(0.2, 4), high=st.floats(0.2, 4))
def test_what_brings_more_removals_brings_them_in_the_same_weeks_and_others(luck, low, high):
    fewer, more = (play((luck, 0.5, 0.5), capture_yield=each)[0].removals for each in sorted((low, high)))
    assert fewer <= more


@pytest.mark.parametrize(("world", "ratio"), [(MORE, 2.0), (FEWER, 0.5), ({"capture_yield": 9.0}, 3.0), ({}, 1.0)])
def test_extra_removals_are_as_many_as_the_ratio_says(world, ratio):
    draws = (np.arange(1_000) + 0.5) / 1_000
    found = np.mean([play((draw, 0.5, 0.5), **world, removals_year=4.0)[0].removals for draw in draws])
    assert 52.0 * found == pytest.approx(4.0 * (ratio - 1.0), abs=52.0 * 2 / 1_000)


def test_information_force_and_a_surge_bring_removals_within_limits():
    ratios = [
        removal_ratio(information, force, surge, 0.5)
        for information, force, surge in ((1, 0, 0), (2, 0, 0), (1, 0.8, 0), (1, 0, 0.8), (0.1, 0, 0), (2.5, 1, 1))
    ]
    assert ratios == pytest.approx([1.0, 2.0, 1.4, 1.4, 0.5, 3.0])
    assert removal_ratio(1.0, 0.9, 0.9, 0.0) == 1.0


@pytest.mark.parametrize("deaths", [0.0, 17.0, 60.0])
@pytest.mark.parametrize("part", [0.0, 0.4, 1.0])
def test_the_average_toll_of_a_removal_is_the_estimate_wars_included(deaths, part):
    """kingpin-deaths-per-removal already contains the wars; 0, which one study finds, is in its range."""
    known = {**MORE, "removal_toll": AVERAGE, "deaths_per_removal": deaths, "war_part": part}
    assert mean_toll(between(**MORE), **known) == pytest.approx(deaths, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("deaths", "size"), [(17.0, 2.7), (60.0, 1.5), (60.0, 1.01)])
def test_the_tail_counts_wars_at_their_own_chance_and_never_less_than_the_estimate(deaths, size):
    known = {**MORE, "removal_toll": TAIL, "deaths_per_removal": deaths, "war_size": size}
    expected = max(deaths, middle()["war_prob"] * war_toll(war_size=size))
    assert mean_toll(between(**MORE), **known) == pytest.approx(expected, rel=1e-6)


def test_the_tail_is_heavier_than_the_average():
    average, tail = (mean_toll(between(**MORE), **MORE, removal_toll=reading) for reading in (AVERAGE, TAIL))
    assert tail > 5 * average > 0


def test_a_removal_fewer_spares_what_a_removal_more_costs():
    for war in (ALWAYS, NEVER):
        spared = toll_of(between(**FEWER), war, **FEWER)
        assert spared == pytest.approx(-toll_of(between(**MORE), war, **MORE))
        assert spared < 0


def test_a_spike_falls_within_a_year_and_a_war_lasts_longer():
    quiet = [(NEVER, NEVER, 0.5)] * 103
    spike = [week.removal_deaths for week in play((between(**MORE), NEVER, 0.5), *quiet, **MORE)]
    war = [week.removal_deaths for week in play((between(**MORE), ALWAYS, 0.5), *quiet, **MORE)]
    assert sum(spike[:52]) > 0.85 * sum(spike)
    assert sum(war[:52]) < 0.75 * sum(war)
    assert spike == sorted(spike, reverse=True)


@pytest.mark.parametrize(
    ("evidence", "name", "low", "high"),
    [
        ("kingpin-deaths-per-removal", "deaths_per_removal", 0.0, 60.0),
        ("succession-war-prob", "war_prob", 0.1, 0.5),
        ("succession-war-size", "war_size", 1.5, 4.0),
    ],
)
def test_a_cause_raised_alone_raises_the_toll(evidence, name, low, high):
    reading = AVERAGE if name == "deaths_per_removal" else TAIL
    assert evidence in LEADERS.evidence
    tolls = [mean_toll(between(**MORE), **{**MORE, "removal_toll": reading, name: value}) for value in (low, high)]
    assert tolls[1] > tolls[0] >= 0


def test_killing_costs_more_than_capturing_only_where_force_may_kill():
    """kill-vs-capture: in the share of removals that force brings, as the posture allows."""
    by_force = {"effective_force": 1.0, "removal_gain": 1.0}
    draw = between(**by_force)
    tolls = {
        (factor, posture): toll_of(draw, NEVER, **by_force, kill_or_capture=factor, posture_force=posture)
        for factor in (1.0, 2.0)
        for posture in (0.0, 1.0)
    }
    assert tolls[2.0, 1.0] == pytest.approx(1.5 * tolls[1.0, 1.0])
    assert tolls[2.0, 0.0] == tolls[1.0, 0.0] == tolls[1.0, 1.0] > 0
    captured = [toll_of(between(**MORE), NEVER, **MORE, kill_or_capture=x, posture_force=1.0) for x in (1.0, 2.0)]
    assert captured[0] == captured[1]


def test_reprisals_fall_in_one_week_and_spared_ones_count_as_expected():
    """retaliation-spike."""
    weeks = play((between(**MORE), NEVER, 0.5), *[(NEVER, NEVER, 0.5)] * 3, **MORE, reprisal_deaths=8.0)
    assert [week.spike_personnel for week in weeks] == [8.0, 0.0, 0.0, 0.0]
    spared = [play((luck, 0.5, 0.5), **FEWER, reprisal_deaths=8.0)[0].spike_personnel for luck in (0.0, 0.02, 0.9)]
    assert spared == pytest.approx([-0.5 * middle()["removals_year"] / 52.0 * 8.0] * 3)


def test_new_groups_form_over_three_years_and_are_absorbed():
    """fragmentation-new-groups: net new groups within 36 months."""
    quiet = [(NEVER, NEVER, 0.5)] * 519
    kept, absorbed = (
        [
            week.armed_groups
            for week in play((between(**MORE), NEVER, 0.5), *quiet, **MORE, new_groups=8.0, fringe_absorption=share)
        ]
        for share in (0.0, 0.4)
    )
    assert 150.0 < kept[0] < kept[51] < kept[155]
    assert 157.5 < kept[155] < kept[-1] == pytest.approx(158.0, abs=1e-3)
    assert 150.0 < absorbed[-1] < absorbed[155] < kept[155]
    assert play((between(**MORE), NEVER, 0.5), *quiet, **MORE, new_groups=0.0)[-1].armed_groups == 150.0
    assert play((between(**FEWER), NEVER, 0.5), *quiet, **FEWER, new_groups=8.0)[-1].armed_groups < 150.0


def test_a_removal_strikes_the_group_that_the_draw_names_and_the_struggle_fades():
    values = describe_groups().values
    struck = play((between(**MORE), NEVER, 0.4), **MORE)[0].struck
    assert struck == 0.4
    fresh = [
        unit(0.0, 0.97, struck, *pair).succession
        for pair in zip(values["share_before"], values["share_upto"], strict=True)
    ]
    assert sum(fresh) == 1.0
    assert fresh.index(1.0) == int(np.argmax(values["share_upto"] > 0.4))
    assert unit(1.0, 0.97, -1.0, 0.0, 0.5).succession == 0.97
    assert unit(0.5, 0.97, 0.4, 0.0, 0.5).succession == 1.0
    assert play((between(**FEWER), NEVER, 0.4), **FEWER)[0].struck == -1.0


def test_switched_off_leaders_leave_the_groups_as_they_are_without_extra_removals():
    world, known = World(rates={"capture_yield": 2.5}), middle(removals_year=0.0)
    alone = run(known, 30, World()).sums["members"]
    assert run(known, 30, world).sums["members"] == alone
    assert run(middle(removals_year=40.0), 30, world).sums["members"] != alone


def double(week: Any) -> Any:
    """Twice the yield of information in every week."""
    return Steady(capture_yield=2.0 + 0.0 * week, effective_force=0.0 * week, surge=0.0 * week)


STEADY = tuple(Quantity(name, "factor", "as the test says") for name in ("capture_yield", "effective_force", "surge"))
SEEN = (Quantity("removal_deaths_seen", "people", "homicides that removals cause"),)
Steady = returns("Steady", STEADY)
Seen = returns("Seen", SEEN)


def see(removal_deaths: Any) -> Any:
    """Deaths of the week."""
    return Seen(removal_deaths_seen=removal_deaths / 52.0)


def keep_level() -> Any:
    """Homicides stay where they are."""
    return Level(trend_level=1.0)


def keep_level_and_size(trend_level: Any) -> Any:
    """The same in each week."""
    return Level(trend_level=trend_level)


LEVEL = (Quantity("trend_level", "ratio", "homicides against the start"),)
Level = returns("Level", LEVEL)


@pytest.mark.slow
@pytest.mark.parametrize("reading", [AVERAGE, TAIL])
def test_over_many_futures_the_toll_is_the_estimate_for_each_removal(reading):
    """Forty years, six thousand futures with luck of their own; what is still due at the end is left out."""
    model = Model(
        "leaders alone",
        (
            LEADERS,
            Mechanism("steady", "Information.", rates=STEADY, before=double),
            Mechanism("level", "Homicides.", stocks=LEVEL, start=keep_level, after=keep_level_and_size),
            Mechanism("seen", "Deaths.", outcomes=SEEN, after=see),
        ),
        Units(1, {"share_before": np.zeros(1), "share_upto": np.full(1, 2.0)}),
    )
    readings = [("removals", "total"), ("succession_wars", "total"), ("removal_deaths_seen", "total")]
    engine = kernel.compile_model(model, INPUTS, readings, 2080, 0, "float64")
    values = sample(CASE, 6144).values.copy()
    column = INPUTS.uncertainties.index
    values[:, column("removal_toll")] = reading
    runs = np.zeros((len(values), 3), dtype=np.int64)
    runs[:, 0] = np.arange(len(values))
    removals, wars, deaths = engine.project(values, engine.history(values), runs, [2080])[:, 0].T
    of = {name: values[:, column(name)] for name in INPUTS.uncertainties}
    size = of["homicide_day"] * 365.25 * of["war_state_share"] * (of["war_size"] - 1.0) * of["war_months"] / 12.0
    wars_each = of["war_prob"] * size
    if reading == AVERAGE:
        wars_each = np.minimum(wars_each, of["war_part"] * of["deaths_per_removal"])
    spikes_each = np.maximum(of["deaths_per_removal"] - wars_each, 0.0)
    expected = of["removals_year"] * (wars_each * (40.0 - of["war_months"] / 12.0) + spikes_each * 39.5)
    error = (deaths - expected).std() / np.sqrt(len(values))
    assert removals.mean() == pytest.approx(40.0 * of["removals_year"].mean(), rel=0.01)
    assert wars.mean() > 0
    assert abs(deaths.mean() - expected.mean()) < 3.0 * error
    assert error < 0.03 * expected.mean()
