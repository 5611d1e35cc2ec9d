"""The record mechanism by hand, and what the case compares with it."""

import csv

import numpy as np
import pytest

from crossroads.case.files import load
from crossroads.cases.mexico.model.record import RECORD, after
from crossroads.cases.mexico.model.trend import TREND

MEXICO = load("mexico")
PUBLISHED = {"rho": 2.527474e-3, "eta": 110.0, "theta": 1.549231e-8, "omega": 4.0e-8, "size": 115_000.0}
SEEN = {
    "year": 0.0,
    "toll": 60.0,
    "jailed": 100.0,
    "anchor_members": 100_000.0,
    "anchor_kill_hazard": 6e-4,
    "jail_constant": 1e-3,
    "certified_2012": 26_000.0,
    "missing_2012": 10_400.0,
    "admissions_2012": 104_000.0,
    "oc_share_2012": 0.6,
    "other_homicide_growth": 2.0,
}


def see(**changes):
    return after(**{**SEEN, **changes})


def test_at_the_anchor_date_the_registers_count_what_they_counted():
    now = see()
    assert (now.homicides_certified, now.missing_reported, now.admissions) == pytest.approx((500.0, 200.0, 2000.0))


def test_twice_the_deaths_move_only_organised_crimes_share():
    more = see(toll=120.0)
    assert more.homicides_certified == pytest.approx(500.0 * 1.6)
    assert more.missing_reported == pytest.approx(200.0 * 1.6)
    assert more.admissions == pytest.approx(2000.0)


def test_other_homicides_grow_by_themselves():
    later = see(year=10.0)
    assert later.homicides_certified == pytest.approx(500.0 * (0.6 + 0.4 * 1.02**10))
    assert later.missing_reported == pytest.approx(200.0)
    assert see(year=10.0, other_homicide_growth=0.0).homicides_certified == pytest.approx(500.0)


def test_members_jailed_are_part_of_all_admissions():
    assert see(jailed=150.0).admissions == pytest.approx(2050.0)
    assert see(jailed=150.0).homicides_certified == pytest.approx(500.0)


def test_the_size_of_the_groups_alone_moves_nothing():
    larger = see(anchor_members=200_000.0, toll=120.0, jailed=200.0)
    assert tuple(larger) == pytest.approx(tuple(see()))


def test_levels_are_those_that_were_counted_in_2012():
    facts = {fact.id: fact.value for fact in MEXICO.facts}
    series = {one.id: one.values for one in MEXICO.history}
    assert facts["certified_2012"] == series["homicides_inegi"][2012]
    assert facts["missing_2012"] == series["missing_reports_2022"][2012]
    assert facts["admissions_2012"] == series["prison_admissions"][2012]


def test_certificates_and_the_prosecutors_count_are_never_spliced():
    read = {quantity.name for quantity in RECORD.inputs}
    assert not read & {"homicide_day", "trend_pace", "trend_cause"}
    assert not read & {quantity.name for quantity in TREND.outcomes}
    homicides = MEXICO.calibration.observables["homicides_certified"].series
    assert homicides["homicides_inegi"].scale == homicides["homicides_inegi"].scale_error == 0
    assert homicides["homicides_sesnsp_victims"].scale_error > 0.1
    used = [name for one in MEXICO.calibration.observables.values() for name in one.series]
    assert len(used) == len(set(used))


def test_the_fall_since_2024_is_no_part_of_the_history():
    assert MEXICO.calibration.last_year == 2024
    assert {one.since for one in MEXICO.calibration.holdout.forecasts} == {2021, 2024}


@pytest.mark.shared
@pytest.mark.slow
def test_the_published_projection_is_our_rerun_of_the_public_code(shared):
    folder = shared / "data"
    with (folder / "bacrim2020_nodes.csv").open(encoding="utf-8") as file:
        place = {row["group"]: at for at, row in enumerate(csv.DictReader(file))}
    ties = {kind: np.zeros((150, 150)) for kind in ("rival", "ally")}
    with (folder / "bacrim2020_edges.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            a, b = place[row["group_a"]], place[row["group_b"]]
            ties[row["relation"]][a, b] = ties[row["relation"]][b, a] = float(row["states_weight"])
    order = np.argsort(-(ties["rival"].sum(1) + ties["ally"].sum(1)), kind="stable")
    allies = ties["ally"][np.ix_(order, order)].sum(1)
    matrix = (ties["rival"][np.ix_(order, order)] + 1) / (allies[:, None] + 1)
    np.fill_diagonal(matrix, 0)
    size = PUBLISHED["size"] / np.arange(1, 151) / (1 / np.arange(1, 151)).sum()
    killed = []
    for _week in range(52 * 14):
        size, dead = step(size, matrix)
        killed.append(dead)
    yearly = np.array(killed).reshape(14, 52).sum(axis=1)
    (series,) = (one for one in MEXICO.history if one.id == "published_projection")
    assert list(series.values) == list(range(2012, 2026))
    assert yearly == pytest.approx(list(series.values.values()), rel=1e-3)


def step(size, matrix):
    """One week of the published model by a middle step: sizes and deaths."""

    def rate(c):
        against = PUBLISHED["theta"] * (matrix @ c)
        return c * (PUBLISHED["rho"] - PUBLISHED["eta"] / c.sum() - against - PUBLISHED["omega"] * c)

    middle = size + rate(size) / 2
    return size + rate(middle), PUBLISHED["theta"] * middle @ matrix @ middle
