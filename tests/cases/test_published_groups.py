"""The groups mechanism, alone and with its other parts at their nulls, is the published cartel-size model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from published_findings import Findings, find_all
from published_groups import FACTORS, Setting, measure_exposures, observables, play, published_model, run_groups
from published_networks import (
    conflict_matrix,
    dense_rivals,
    in_other_order,
    published_units,
    stand_in_units,
    symmetric,
    without_alliances,
    without_rivalries,
)
from published_oracle import PUBLISHED, Variant, integrate
from published_values import POLICIES

from crossroads.case.files import load
from crossroads.cases.mexico.model.strengths import strengths_by_rank, zipf_shares
from crossroads.simulation.layout import build_inputs


@pytest.fixture(scope="module")
def found(shared: Path) -> Findings:
    return find_all(shared / "data")


def test_the_rest_of_the_model_is_there_and_switched_off():
    model = published_model(stand_in_units())
    at_work = {part.name for part in model.mechanisms if part.name not in model.off}
    assert at_work == {"groups", "fringe", "policy"}
    assert {part.name for part in model.mechanisms} >= {"leaders", "force", "trend"}


def test_whatever_the_policy_gives_nobody_else_does():
    given = [q.name for part in published_model(stand_in_units()).mechanisms for q in (*part.stocks, *part.rates)]
    assert [given.count(factor.name) for factor in FACTORS] == [1, 1, 1]


def test_observables_are_the_inverse_of_what_the_mechanism_derives():
    units = stand_in_units()
    seen = run_groups(units, 1)
    constants = seen.constants
    assert constants["recruit_constant"] == pytest.approx(PUBLISHED.rho)
    assert constants["jail_constant"] * 115_000 == pytest.approx(PUBLISHED.eta)
    assert constants["conflict_constant"] == pytest.approx(PUBLISHED.theta)
    assert constants["saturation_constant"] == pytest.approx(PUBLISHED.omega)


def test_observables_of_2012_are_risks_that_the_case_finds_possible():
    units = stand_in_units()
    seen = observables(PUBLISHED, zipf_shares(), measure_exposures(units, ["stand_in"])["stand_in"])
    ranges = {record.id: record.distribution.bounds() for record in load("mexico").uncertainties if record.id in seen}
    assert set(ranges) == set(seen)
    assert [name for name, value in seen.items() if not ranges[name][0] <= value <= ranges[name][1]] == []


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_the_engine_gives_what_plain_numpy_gives(policy):
    units = stand_in_units()
    captures, recruits = POLICIES[policy]
    run = play(units, [Setting(captures=captures, recruits=recruits, switch=0)], 261)
    sizes = PUBLISHED.size * units.values["first_share"][:, None]
    track = integrate(conflict_matrix(units), sizes, PUBLISHED, 260, captures, recruits)
    assert run.members[0] == pytest.approx(track.members[:, 0], rel=1e-9)
    assert run.killed[0] == pytest.approx(track.killed[:, 0], rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("form", ["all_ones", "no_floor"])
def test_other_forms_of_the_matrix_agree_with_the_oracle(form):
    units = stand_in_units()
    run = play(units, [Setting(matrix=form)], 53)
    sizes = PUBLISHED.size * units.values["first_share"][:, None]
    track = integrate(conflict_matrix(units, form), sizes, PUBLISHED, 52)
    assert run.killed[0] == pytest.approx(track.killed[:, 0], rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "variant"),
    [
        (Setting(incapacitation="per_member", captures=2.0, switch=0), Variant(per_member=True)),
        (Setting(known={"deterrence": -0.5}, captures=2.0, switch=0), Variant(deterrence=-0.5)),
        (Setting(known={"grievance_per_arrest": 0.5}, captures=2.0, switch=0), Variant(grievance=0.5)),
        (
            Setting(known={"release_return": 0.5, "prison_stay": 3.0}, captures=2.0, switch=0),
            Variant(stay=3.0, rejoin=0.5),
        ),
    ],
    ids=["per member", "deterrence", "grievance", "release"],
)
def test_structures_agree_with_the_oracle_and_differ_from_the_published_one(setting, variant):
    units = stand_in_units()
    run = play(units, [setting, Setting(captures=2.0, switch=0)], 261)
    sizes = PUBLISHED.size * units.values["first_share"][:, None]
    track = integrate(conflict_matrix(units), sizes, PUBLISHED, 260, captures=2.0, variant=variant)
    assert run.members[0] == pytest.approx(track.members[:, 0], rel=1e-9)
    assert abs(run.members[0, -1] / run.members[1, -1] - 1) > 1e-3


@pytest.mark.slow
@pytest.mark.shared
def test_plain_floats_and_the_engine_agree_on_the_published_run(found):
    engine, plain = found.runs["status quo"], found.one
    assert engine.members[0, :521] == pytest.approx(plain.sums["members"][:521], rel=1e-12)
    assert engine.killed[0, :521] == pytest.approx(plain.flows["killed"], rel=1e-12)


@pytest.mark.shared
def test_the_documented_network_has_the_strengths_of_the_shipped_one(shared):
    units = published_units(shared / "data")
    rivals, allies = strengths_by_rank()
    assert sorted(units.values["rival_strength"]) == sorted(rivals)
    assert sorted(1.0 / units.values["ally_relief"] - 1.0) == pytest.approx(sorted(allies))
    assert np.count_nonzero(dense_rivals(units)) == 2 * 92


@pytest.mark.shared
def test_variants_of_the_network_are_what_they_say(shared):
    units = published_units(shared / "data")
    rivals, allies = dense_rivals(units), 1.0 / units.values["ally_relief"] - 1.0
    apart = ~np.eye(150, dtype=bool)
    floor = np.where(apart, 1.0, 0.0)
    assert np.allclose(conflict_matrix(units), (rivals + floor) / (1.0 + allies[:, None]))
    assert np.allclose(conflict_matrix(without_alliances(units), "no_floor"), rivals)
    assert np.allclose(conflict_matrix(without_rivalries(units)), floor / (1.0 + allies[:, None]))
    even = conflict_matrix(symmetric(units), "no_floor")
    assert np.allclose(even, even.T)
    assert np.allclose(even, (rivals + floor) / np.sqrt(np.outer(1.0 + allies, 1.0 + allies)))
    shuffled = conflict_matrix(in_other_order(units, 0))
    assert not np.allclose(shuffled, conflict_matrix(units))
    assert np.allclose(np.sort(shuffled.ravel()), np.sort(conflict_matrix(units).ravel()))


@pytest.mark.slow
def test_nobody_is_lost_in_any_week():
    run = run_groups(stand_in_units(), 104)
    members = np.array(run.sums["members"])
    flows = {name: np.array(values) for name, values in run.flows.items()}
    balance = flows["recruited"] - flows["killed"] - flows["jailed"] - flows["departed"]
    assert np.abs(np.diff(members) - balance).max() <= 1e-9 * members.max()
    assert all((values >= 0).all() for values in flows.values())
    assert flows["killed_succession"].max() == flows["split_off"].max() == 0.0


def test_the_case_gives_every_name_that_the_settings_use():
    known = set(build_inputs(load("mexico")).uncertainties)
    used = {"deterrence", "grievance_per_arrest", "release_return", "prison_stay", "recruit_pool", "recruit_ceiling"}
    assert used <= known
