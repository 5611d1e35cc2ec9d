"""Groups, prison and fringe: nobody is lost, nothing is negative, and each cause moves what it should."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from few_groups import CASE, INPUTS, QUIET, World, drawn, few_units, middle, run
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.cases.mexico.model import MODEL
from crossroads.cases.mexico.model.strengths import describe_groups
from crossroads.sampling.futures import sample
from crossroads.simulation import kernel, scalar
from crossroads.simulation.layout import build_inputs, count_history_weeks

AXES = ("recruitment", "incapacitation", "conflict_matrix")
FORMS = list(product(*(range(len(INPUTS.choices[name])) for name in AXES)))
PRESSED = World(
    stocks={"capture_effort": 1.5, "supply": 0.8}, rates={"capture_yield": 2.5, "effective_force": 0.8, "surge": 0.5}
)
"""Many removals, many arrests."""
STRUGGLE = {"removals_year": 40.0, "new_groups": 4.0, "split_size": 0.1, "removal_gain": 1.5}
"""So many removals that some group is struck within weeks."""


def structure(form: tuple[int, ...]) -> dict[str, float]:
    return dict(zip(AXES, form, strict=True))


def balance(weeks: scalar.Weeks) -> np.ndarray:
    """Everybody who is or was a member less those recruited, by week: what must not change."""
    inside = np.array(weeks.sums["members"]) + weeks.stocks["fringe_members"] + weeks.stocks["prisoners"]
    exits = sum(np.array(weeks.flows[name]) for name in ("killed", "killed_succession", "departed"))
    exits = exits + sum(np.array(weeks.outcomes[name]) for name in ("fringe_deaths", "fringe_departures", "discharged"))
    return inside + np.concatenate([[0.0], np.cumsum(exits - np.array(weeks.flows["recruited"]))])


@pytest.mark.parametrize("form", FORMS[:: len(FORMS) // 12])
def test_nobody_is_lost_in_any_week_whatever_the_structure(form):
    weeks = run(drawn(sum(form), **structure(form), removals_year=40.0), 40, PRESSED)
    everybody = balance(weeks)
    assert weeks.stocks["fringe_members"][-1] > 0
    assert np.abs(everybody / everybody[0] - 1.0).max() < 1e-12


@settings(max_examples=10, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    form=st.sampled_from(FORMS),
    effort=st.sampled_from([0.0, 1.0, 30.0, 1e4]),
    lethality=st.sampled_from([1.0, 100.0, 1e4]),
)
def test_nothing_is_negative_or_lost_even_where_the_groups_collapse(seed, form, effort, lethality):
    world = World({"capture_effort": effort, "conflict_effort": lethality}, PRESSED.rates)
    weeks = run(drawn(seed, **structure(form), removals_year=40.0), 20, world)
    everybody = balance(weeks)
    assert np.abs(everybody / everybody[0] - 1.0).max() < 1e-12
    assert min(rows.min() for rows in weeks.units["size"]) >= 0
    assert min(min(values) for values in weeks.flows.values()) >= 0
    for name in ("prisoners", "fringe_members", "fringe_fresh", "toll"):
        assert min(weeks.stocks[name]) >= 0
    for name in ("fringe_deaths", "fringe_departures", "discharged", "prison_count"):
        assert min(weeks.outcomes[name]) >= 0


@pytest.mark.slow
def test_nobody_is_lost_in_the_compiled_model_in_ten_years():
    names = ("member_count", "fringe_count", "prison_count")
    leave = ("member_deaths", "departures", "fringe_deaths", "fringe_departures", "discharged")
    readings = [*((name, "level") for name in names), *((name, "total") for name in (*leave, "recruits"))]
    inputs, weeks = build_inputs(CASE), CASE.weeks
    engine = kernel.compile_model(MODEL, inputs, readings, weeks, count_history_weeks(CASE), "float64")
    values = sample(CASE, 96).values
    option = inputs.options.index("adaptive_compact")
    runs = np.array([[row, option, int(inputs.mix[option].argmax())] for row in range(len(values))])
    seen = engine.project(values, engine.history(values), runs, np.arange(1, weeks + 1))
    found = {name: seen[:, :, place] for place, name in enumerate(engine.outcomes)}
    everybody = sum(found[name] for name in (*names, *leave)) - found["recruits"]
    assert np.abs(everybody / everybody[:, :1] - 1.0).max() < 1e-6
    assert min(values.min() for values in found.values()) >= 0
    assert found["fringe_count"].max() > 1_000


def published_week(sizes: np.ndarray, known: dict[str, float], anchor: np.ndarray) -> np.ndarray:
    """One week of the published equations in NumPy, with rates found from what was seen at the anchor date."""
    values = few_units().values
    strengths, relief = values["rival_strength"], values["ally_relief"]
    matrix = (np.outer(strengths, strengths) / strengths.sum() + 1.0) * relief[:, None]
    np.fill_diagonal(matrix, 0.0)
    total = anchor.sum()
    deaths, jailed = (total * known[name] / 5200.0 for name in ("death_risk", "prison_risk"))
    departed = (deaths + jailed) * known["departure_share"] / (1.0 - known["departure_share"])
    recruits = total * known["anchor_growth"] / 5200.0 + deaths + jailed + departed
    kill = deaths / (anchor @ matrix @ anchor) * (matrix @ sizes)
    left = (known["recruit_pool"] - sizes.sum() / total) / (known["recruit_pool"] - 1.0)
    losses = jailed / sizes.sum() + kill + departed / (anchor**2).sum() * sizes
    return sizes * (1.0 + recruits / total * left - losses)


def test_where_nobody_returns_and_nothing_splits_the_published_equations_are_left():
    known = middle(**QUIET, grievance_per_arrest=0.0, deterrence=0.0)
    weeks = run(known, 60, World(rates={"capture_yield": 2.5}))
    sizes = anchor = known["starting_size"] * few_units().values["first_share"]
    for week in range(60):
        assert weeks.units["size"][week] == pytest.approx(sizes, rel=1e-11)
        sizes = published_week(sizes, known, anchor)


def test_growth_at_the_anchor_date_is_what_was_seen_whatever_comes_back_from_prison():
    first_years = [
        run(middle(release_return=share, prison_fill=fill, recruit_pool=1e9), 1).sums["members"]
        for share, fill in ((0.0, 0.0), (0.8, 0.0), (0.8, 1.0))
    ]
    growth = [after / before - 1.0 for before, after in first_years]
    assert growth == pytest.approx([middle()["anchor_growth"] / 5200.0] * 3, rel=1e-6)


def test_prisons_in_balance_release_as_many_as_are_jailed():
    weeks = run(middle(prison_fill=1.0), 1)
    out = weeks.stocks["prisoners"][0] / (52.0 * middle()["prison_stay"])
    assert out == pytest.approx(weeks.flows["jailed"][0])


def members_after(weeks: int = 60, world: World | None = None, **changed: float) -> float:
    return run(middle(**changed), weeks, world).sums["members"][-1]


def test_release_from_prison_weakens_arrests():
    """structure-release: more return and shorter stays take more back of what extra arrests gained."""
    extra = World({"capture_effort": 2.0})
    lost = [
        1.0 - members_after(world=extra, **kind) / members_after(**kind)
        for kind in (
            {"release_return": 0.0},
            {"release_return": 0.2, "prison_stay": 5.0},
            {"release_return": 0.8, "prison_stay": 5.0},
            {"release_return": 0.8, "prison_stay": 2.0},
        )
    ]
    assert sorted(lost, reverse=True) == lost
    assert len(set(lost)) == 4


def struck(weeks: int = 60, **changed: float) -> scalar.Weeks:
    """A run in which removals strike groups."""
    known = {**STRUGGLE, "fringe_absorption": 0.0, **changed}
    return run(middle(**known), weeks, World(rates={"capture_yield": 2.0}))


def test_a_struck_group_loses_to_splinters_what_new_groups_take_along():
    """One struggle from its start to its end, by itself: 4 groups of a tenth each."""
    split, keep = 1.0, np.exp(-1.0 / 30.0)
    weeks = struck(2, split_weeks=30.0)
    for week in range(2000):
        split *= 1.0 - weeks.constants["split_rate"] * keep**week
    assert 1.0 - split == pytest.approx(0.4, abs=0.005)


def test_only_members_of_struck_groups_split_off():
    weeks = struck()
    fresh = np.array([rows.max() for rows in weeks.units["succession"]])
    split = np.array(weeks.flows["split_off"])
    assert split.max() > 0
    assert (split[fresh[:-1] == 0] == 0).all()
    assert (split[fresh[:-1] > 0] > 0).all()
    assert fresh.max() == 1.0


def test_more_and_larger_new_groups_make_a_larger_fringe():
    sizes = [
        struck(new_groups=groups, split_size=size).stocks["fringe_members"][-1]
        for groups, size in ((0, 0.1), (2, 0.1), (8, 0.05), (8, 0.2))
    ]
    assert sizes[0] == 0
    assert sorted(sizes) == sizes
    assert len(set(sizes)) == 4


def test_absorbed_splinters_come_back_to_the_groups():
    kept, absorbed = struck(), struck(fringe_absorption=0.4)
    assert absorbed.stocks["fringe_members"][-1] < kept.stocks["fringe_members"][-1]
    assert absorbed.sums["members"][-1] > kept.sums["members"][-1]


def test_a_fresh_split_is_deadlier_for_the_group_and_the_splinters():
    """structure-splits."""
    calm, fierce = struck(split_lethality=1.0), struck(split_lethality=1.8)
    assert sum(calm.flows["killed_succession"]) == 0
    assert sum(fierce.flows["killed_succession"]) > 0
    assert sum(fierce.outcomes["fringe_deaths"]) > sum(calm.outcomes["fringe_deaths"]) > 0


def test_homicides_do_not_hear_of_struggles_through_the_toll():
    """One channel for each cause: leaders.py tells homicides what removals cost.

    In the week that a struggle begins the toll is as without it; later it hardly moves, though many members split off.
    """
    calm, fierce = struck(52, new_groups=0.0, split_lethality=1.0), struck(52, split_lethality=1.8)
    first = int(np.argmax(np.array(fierce.flows["killed_succession"]) > 0))
    assert fierce.stocks["toll"][first + 1] == pytest.approx(calm.stocks["toll"][first + 1], rel=1e-9)
    gone = 1.0 - fierce.sums["members"][-1] / calm.sums["members"][-1]
    assert gone > 0.2
    assert abs(fierce.stocks["toll"][-1] / calm.stocks["toll"][-1] - 1.0) < 0.25 * gone


@pytest.mark.parametrize(("elasticity", "rise"), [(0.0, 0.0), (1.0, 100.0 / 9.0), (1.1, 12.3)])
def test_a_tenth_less_supply_raises_conflict_as_contested_revenue_says(elasticity, rise):
    """structure-contested-revenue: at a demand elasticity of 0.5, that is a contest elasticity of 1, 11 %."""
    before, after = (
        run(middle(contest_elasticity=elasticity), 1, World({"supply": supply})).flows["killed"][0]
        for supply in (1.0, 0.9)
    )
    assert 100.0 * (after / before - 1.0) == pytest.approx(rise, abs=0.05)


def test_a_draw_picks_one_group_in_proportion_to_its_members_at_the_start():
    values = describe_groups().values
    draws = (np.arange(40_000) + 0.5) / 40_000
    picked = (draws[:, None] >= values["share_before"]) & (draws[:, None] < values["share_upto"])
    assert (picked.sum(axis=1) == 1).all()
    assert picked.mean(axis=0) == pytest.approx(values["first_share"], abs=1e-4)
