"""The published cartel-size model, reproduced by our groups mechanism (evidence size-published-model).

Values are the deterministic run of the author's equations, network and rates: levels to 0.1 %, percentages to 0.1.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from published_groups import PUBLISHED, conflict_matrix, published_units, run_groups, stand_in_units

from crossroads.simulation.scalar import Weeks

pytestmark = pytest.mark.slow

YEARS = {
    2012: (3_599, 15_413, 1_502, 119_592),
    2016: (4_577, 18_123, 2_095, 140_783),
    2021: (6_264, 22_372, 3_197, 173_837),
}


@pytest.fixture(scope="module")
def published(shared: Path):
    units = published_units(shared / "data")
    return cache(lambda captures=1.0, recruits=1.0: run_groups(units, 807, captures, recruits))


def change(run: Weeks, weeks: int) -> tuple[float, float]:
    """Members and weekly deaths against January 2022, in percent."""
    members, killed = run.sums["members"], run.flows["killed"]
    return 100 * (members[520 + weeks] / members[520] - 1), 100 * (killed[520 + weeks] / killed[520] - 1)


def total(flow: list[float], first: int, last: int) -> float:
    """A flow over weeks by the trapezoid, since the reference integrates in continuous time."""
    return (sum(flow[first:last]) + sum(flow[first + 1 : last + 1])) / 2


@pytest.mark.shared
def test_members_and_the_largest_groups_of_2022(published):
    run = published()
    assert run.sums["members"][0] == pytest.approx(115_000)
    assert run.sums["members"][520] == pytest.approx(173_837, rel=1e-3)
    assert run.units["size"][520][:2] == pytest.approx([28_673, 17_741], rel=1e-3)


@pytest.mark.shared
def test_weekly_deaths_of_2012_and_2022(published):
    killed = published().flows["killed"]
    assert killed[0] == pytest.approx(67.2, rel=1e-3)
    assert killed[520] == pytest.approx(124.3, rel=1e-3)


@pytest.mark.shared
@pytest.mark.parametrize("year", YEARS)
def test_killed_recruited_departed_and_members_by_year(published, year):
    run, first = published(), 52 * (year - 2012)
    found = [total(run.flows[name], first, first + 52) for name in ("killed", "recruited", "departed")]
    killed, recruited, departed, members = YEARS[year]
    assert [*found, run.sums["members"][first + 52]] == pytest.approx(
        [killed, recruited, departed, members], rel=1e-3
    )
    assert total(run.flows["jailed"], first, first + 52) == pytest.approx(5_720, rel=1e-3)


@pytest.mark.shared
def test_ten_year_totals(published):
    totals = {name: total(flow, 0, 520) for name, flow in published().flows.items()}
    assert totals == pytest.approx(
        {"killed": 48_069, "recruited": 186_629, "jailed": 57_200, "departed": 22_524}, rel=1e-3
    )


@pytest.mark.shared
def test_where_deaths_fall_by_size_of_group(published, shared):
    units = published_units(shared / "data")
    sizes = PUBLISHED["size"] * units.values["first_share"]
    deaths = sizes[:, None] * conflict_matrix(units) * sizes[None, :]
    share = 100 * deaths / deaths.sum()
    assert 100 * sizes[:10].sum() / sizes.sum() == pytest.approx(52.4, abs=0.1)
    assert share[:10, :10].sum() == pytest.approx(15.0, abs=0.1)
    assert share[:10, 10:].sum() + share[10:, :10].sum() == pytest.approx(51.4, abs=0.1)
    assert share[10:].sum() == pytest.approx(79.0, abs=0.1)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize(
    ("captures", "recruits", "after_five", "after_five_and_a_half"),
    [
        (1.0, 1.0, (23.0, 36.3), (25.4, 40.4)),
        (2.0, 1.0, (5.9, 1.7), (6.6, 2.2)),
        (1.0, 0.5, (-9.9, -25.8), (-10.7, -27.7)),
        (1.0, 0.0, (-34.8, -60.8), None),
        (2.0, 0.5, (-25.2, -48.5), None),
    ],
    ids=["status quo", "twice the captures", "half the recruits", "no recruits", "both"],
)
def test_scenarios_against_2022(published, captures, recruits, after_five, after_five_and_a_half):
    run = published(captures, recruits)
    assert change(run, 260) == pytest.approx(after_five, abs=0.1)
    if after_five_and_a_half:
        assert change(run, 286) == pytest.approx(after_five_and_a_half, abs=0.1)


@pytest.mark.shared
def test_people_ever_members_and_what_became_of_them(published):
    run = published()
    recruited, departed, killed, jailed = (
        total(run.flows[name], 0, 520) for name in ("recruited", "departed", "killed", "jailed")
    )
    ever = 115_000 + recruited - departed
    assert ever == pytest.approx(279_106, rel=1e-3)
    shares = [100 * part / ever for part in (run.sums["members"][520], killed, jailed, killed + jailed)]
    assert shares == pytest.approx([62.3, 17.2, 20.5, 37.7], abs=0.1)
    assert (killed + jailed) / 520 == pytest.approx(202.4, rel=1e-3)
    assert recruited / 520 == pytest.approx(358.9, rel=1e-3)


@pytest.mark.shared
@pytest.mark.parametrize(("captures", "recruits", "change"), [(2.0, 1.0, 4.9), (1.0, 0.5, -23.5)])
def test_deaths_of_the_last_year_against_2021(published, captures, recruits, change):
    killed = published(captures, recruits).flows["killed"]
    assert 100 * (total(killed, 234 + 520, 286 + 520) / total(killed, 468, 520) - 1) == pytest.approx(change, abs=0.1)


@pytest.mark.shared
def test_without_recruits_violence_is_back_at_2012_in_three_years(published):
    killed = np.array(published(1.0, 0.0).flows["killed"][520:])
    assert int(np.argmax(killed < 70.6)) == pytest.approx(155, abs=1)
    assert int(np.argmax(killed < 67.2)) == pytest.approx(169, abs=1)


@pytest.mark.shared
def test_the_stand_in_made_from_strengths_stays_within_its_bounds(published):
    stand_in = run_groups(stand_in_units(), 521)
    published_run = published()
    assert stand_in.sums["members"][520] == pytest.approx(published_run.sums["members"][520], rel=0.011)
    assert stand_in.flows["killed"][520] == pytest.approx(published_run.flows["killed"][520], rel=0.032)


def test_nobody_is_lost_in_any_week():
    run = run_groups(stand_in_units(), 104)
    members = np.array(run.sums["members"])
    flows = {name: np.array(values) for name, values in run.flows.items()}
    balance = flows["recruited"] - flows["killed"] - flows["jailed"] - flows["departed"]
    assert np.abs(np.diff(members) - balance).max() <= 1e-9 * members.max()
    assert all((values >= 0).all() for values in flows.values())
