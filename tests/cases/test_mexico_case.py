"""The Mexico case as it is shipped: what the question needs is there, and a broken copy says all that is wrong."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from crossroads.case.files import find_folder, load
from crossroads.case.records import by_id
from crossroads.cases.mexico.model import MODEL
from crossroads.errors import CaseError
from crossroads.presentation.pipeline import check
from crossroads.simulation.fit import find_misfits, find_unread
from crossroads.simulation.layout import build_inputs
from crossroads.simulation.models import load_model, model_hash

MISTAKES = (
    ("case.yaml", "discount_rate: 0.03\n", "", "discount_rate"),
    ("case.yaml", "posture: defend_partners", "posture: attack", "options.joint_by_consent.steps.0.set.posture"),
    ("case.yaml", "{planned_months: 30}", "{planned_month: 30}", "options.joint_by_consent.steps.1.set.planned_month"),
    ("case.yaml", "mix: coercion", "mix: coercive", "options.coercive_bargaining.mix"),
    ("case.yaml", "{quiet_kept: 0.85,", "{quiet_kept: 0.95,", "mixes.ordinary.shares.mexico"),
    ("case.yaml", "{overdose_deaths: 1}}\n  cartel", "{overdose_death: 1}}\n  cartel", "concerns.overdose"),
    ("case.yaml", "y10: {name: 10 years, weeks: 520}", "y10: {name: 10 years, weeks: 530}", "horizons.y10.weeks"),
    ("uncertainties.yaml", "evidence: [oc-share]", "evidence: [oc-shares]", "oc_share.evidence"),
    ("uncertainties.yaml", "evidence: [trend-pace]\n", "evidence: []\n", "trend_pace.evidence"),
    ("uncertainties.yaml", "unit: prisoners a year", "unit: people a year", "transfers_year.unit"),
    ("uncertainties.yaml", "low: 48.8, mode: 52", "low: 88.8, mode: 52", "homicide_day.distribution"),
    ("evidence.yaml", "  status: judgement\n", "  status: guessed\n", ".status"),
)


def words(text: str) -> str:
    return re.sub(r"\W+", " ", text).lower()


def test_the_case_loads_and_fits_its_model():
    case = load("mexico")
    assert find_misfits(case, MODEL) == []
    assert len(case.uncertainties) >= 45
    assert case.options[0].id == case.baseline == "status_quo"
    assert len(case.options) == 23
    assert {claim.id for claim in case.claims} >= {*(f"S{n}" for n in (1, 2, 3, 4, 6, 7)), "S5a", "S5b", "S20", "P1"}
    assert len(case.claims) == 22


def test_only_training_is_not_yet_weighed():
    assert set(find_unread(load("mexico"), MODEL)) <= {"training"}


def test_every_option_but_the_baseline_moves_a_lever_that_the_model_reads():
    case = load("mexico")
    inputs = build_inputs(case)
    unread = set(find_unread(case, MODEL))
    for place, option in enumerate(case.options[1:], start=1):
        moved = {
            column
            for column, row in zip(inputs.columns, inputs.schedules[place], strict=True)
            if row[0] != row[1] and column not in unread
        }
        assert moved, option.id


def test_the_evidence_table_follows_from_the_dials():
    """Force without consent at 0.4 and 0.9 and joint operations at 0.7, as in the levers table of the ledger."""
    case = load("mexico")
    facts = {fact.id: fact.value for fact in case.facts}
    size = {option.id: dict(step for part in option.steps for step in part.set.items()) for option in case.options}
    beyond = {name: float(levers["troop_years"]) - facts["liaison_size"] for name, levers in size.items() if
              "troop_years" in levers}
    strike = {name: beyond[name] / (beyond[name] + facts["half_effect_strike"]) for name in beyond}
    joint = {name: beyond[name] / (beyond[name] + facts["half_effect_joint"]) for name in beyond}
    assert strike["unilateral_limited"] == pytest.approx(0.4, abs=0.03)
    assert strike["unilateral_sustained"] == pytest.approx(0.9, abs=0.03)
    assert joint["joint_by_consent"] == pytest.approx(0.7, abs=0.03)


def test_nobody_who_weighs_is_without_weights_and_nobody_affected_votes():
    for stakeholder in load("mexico").stakeholders:
        assert bool(stakeholder.weights) == (stakeholder.voice == "weighs"), stakeholder.id


def test_mechanisms_cite_evidence_of_the_ledger():
    known = by_id(load("mexico").evidence)
    for mechanism in MODEL.mechanisms:
        assert mechanism.evidence, mechanism.name
        assert set(mechanism.evidence) <= set(known), mechanism.name


def test_no_place_person_or_group_is_a_name_that_the_model_reads():
    inputs = build_inputs(load("mexico"))
    names = words(" ".join([*inputs.uncertainties, *inputs.columns, *inputs.signals, *inputs.facts]))
    forbidden = ("sinaloa", "jalisco", "cjng", "chapo", "mencho", "sonora", "route", "target", "tijuana")
    assert [word for word in forbidden if word in names.split()] == []


def copy_of_mexico(folder: Path) -> Path:
    return Path(shutil.copytree(find_folder("mexico"), folder, ignore=shutil.ignore_patterns("__pycache__")))


def test_a_copy_of_the_case_runs_its_own_model(tmp_path: Path):
    folder = copy_of_mexico(tmp_path / "mexico")
    case = load(folder)
    shipped = model_hash(load_model(case, find_folder("mexico")))
    assert model_hash(load_model(case, folder)) == shipped
    force = folder / "model" / "force.py"
    force.write_text(force.read_text(encoding="utf-8").replace("/ 52.0", "/ 26.0"), encoding="utf-8")
    assert model_hash(load_model(case, folder)) != shipped


def test_check_finds_a_broken_mechanism_in_a_copy(tmp_path: Path):
    folder = copy_of_mexico(tmp_path / "mexico")
    force = folder / "model" / "force.py"
    force.write_text(force.read_text(encoding="utf-8").replace("hostile_deaths_advise: Any", "hostile_death: Any"))
    assert any("hostile_death" in str(problem) for problem in check(folder))
    force.write_text("def broken(:\n", encoding="utf-8")
    (problem,) = check(folder)
    assert "force.py" in str(problem)


@pytest.mark.slow
def test_a_broken_copy_reports_all_twelve_mistakes_at_once(tmp_path: Path):
    folder = copy_of_mexico(tmp_path / "mexico")
    for file, old, new, _ in MISTAKES:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text, old
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CaseError) as caught:
        load(folder)
    problems = caught.value.problems
    for file, _, _, field in MISTAKES:
        found = [problem for problem in problems if problem.place.file == file and field in problem.place.field]
        assert found, f"{file} {field} is missing from:\n{caught.value}"
        assert all(problem.place.line > 0 and problem.way_out for problem in found)
