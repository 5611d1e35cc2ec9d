"""What stays out of the Mexico case: one test for each sentence of its `stays_out` that a program could break."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import crossroads.search
from crossroads.case.files import find_folder, load
from crossroads.case.records import Lever, by_id
from crossroads.cases.mexico.model import MODEL
from crossroads.cases.mexico.model.review import REVIEW
from crossroads.simulation import scalar
from crossroads.simulation.layout import build_inputs

FORCE = {"lead", "authority", "role", "troop_years", "planned_months", "posture", "mexican_surge", "pressure"}
NAMED = (
    *("Sinaloa", "CJNG", "Jalisco", "Zetas", "Gulf", "Juarez", "Tijuana", "Michoacan", "Guerrero", "Chihuahua"),
    *("Tamaulipas", "Culiacan", "Guanajuato", "Trump", "Sheinbaum", "Maduro", "Cienfuegos", "Guzman", "Zambada"),
)
OF_A_GROUP = re.compile(r"\b(rank|largest group|group \d+|by route|place of|named)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def case():
    return load("mexico")


def chosen_and_seen(case):
    """All that can be chosen, drawn, seen or weighed, with its texts."""
    for kind in (
        "levers",
        "options",
        "uncertainties",
        "outcomes",
        "facts",
        "concerns",
        "actors",
        "mixes",
        "stakeholders",
    ):
        for record in getattr(case, kind):
            yield kind, record


def test_no_lever_outcome_or_ranking_is_about_one_group_rank_place_person_or_route(case):
    for kind, record in chosen_and_seen(case):
        if kind in ("levers", "outcomes", "options"):
            text = " ".join([record.id.replace("_", " "), record.name, record.meaning])
            assert not OF_A_GROUP.search(text), (kind, record.id)


def test_no_group_place_or_person_is_named_in_what_can_be_chosen_or_seen(case):
    for kind, record in chosen_and_seen(case):
        texts = [record.id, record.name, getattr(record, "meaning", "")] if hasattr(record, "name") else [record.id]
        for name in NAMED:
            assert not re.search(rf"\b{name}\b", " ".join(texts), re.IGNORECASE), (kind, record.id, name)


def test_groups_leave_the_model_as_sums_alone(case):
    """Outcomes come out of `after`, which no value of a single group can reach."""
    unit_names = {q.name for m in MODEL.mechanisms for q in m.unit_stocks} | set(MODEL.units.values)
    for mechanism in MODEL.mechanisms:
        if mechanism.after is not None:
            assert not unit_names & set(inspect.signature(mechanism.after).parameters), mechanism.name


def test_the_shipped_case_holds_no_list_of_ties():
    assert all(len(weights) == 0 for _, _, weights in MODEL.units.networks.values())
    files = [path for path in Path(find_folder("mexico")).rglob("*") if path.suffix in (".csv", ".tsv", ".txt")]
    assert files == []


def test_searches_may_not_touch_force(case):
    levers = by_id(case.levers)
    assert {name for name, lever in levers.items() if not lever.searchable} >= FORCE
    assert {"oversight", "consent_sought", "prevention", "guns", "us_health"} <= {
        name for name, lever in levers.items() if lever.searchable
    }


def test_a_lever_is_out_of_reach_of_searches_unless_the_case_says_otherwise():
    lever = Lever(id="x", name="X", meaning="X.", kind="instrument", unit="share", baseline=0.0)
    assert not lever.searchable


def test_more_groups_are_a_harm_and_never_count_as_a_gain(case):
    outcome = by_id(case.outcomes)["armed_groups"]
    assert outcome.direction == "less"
    for concern in case.concerns:
        assert concern.outcomes.get("armed_groups", 0.0) >= 0.0


def test_triggers_read_public_national_series_and_limits_alone():
    seen = {name for stage in ("after", "switch") for name in inspect.signature(getattr(REVIEW, stage)).parameters}
    own = {"week", "pause_left", "pause_weeks"}
    limits = {"harm_limit", "violence_limit", "cooperation_limit"}
    public = {"violence", "harm_year", "cooperation_now", "rupture", "trust", "stance_consent"}
    assert seen <= own | limits | public


@pytest.mark.slow
def test_triggers_only_pause_or_ask_and_never_add_force(case):
    """With its gates an option does at most what it would do with all of them open."""
    for option in case.options:
        for step in option.steps:
            if step.when is not None:
                assert step.when in {gate.name for gate in REVIEW.gates}
    inputs = build_inputs(case)
    middle = {u.id: u.distribution.quantile(0.5) for u in case.uncertainties}
    reaction = next(r for r in inputs.reactions if r.startswith("protest_suspended+absorb"))
    seen = {
        name: scalar.run(MODEL, inputs, middle, name, reaction, weeks=208, history_weeks=4).projection
        for name in ("unilateral_sustained", "sustained_adaptive")
    }
    for gate in REVIEW.gates:
        assert set(seen["sustained_adaptive"].gates[gate.name]) <= {0.0, 1.0}
    pairs = zip(seen["sustained_adaptive"].rates["strike"], seen["unilateral_sustained"].rates["strike"], strict=True)
    assert all(adaptive <= fixed + 1e-12 for adaptive, fixed in pairs)
    assert sum(seen["sustained_adaptive"].rates["strike"]) < sum(seen["unilateral_sustained"].rates["strike"])


def test_nothing_is_sought_from_the_side_of_the_groups(case):
    cartels = by_id(case.actors)["cartels"]
    signals = {key for move in cartels.moves for key in move.sets}
    assert not signals & {column for lever in case.levers for column in lever.columns}
    for file in Path(crossroads.search.__file__).parent.glob("*.py"):
        assert not signals & set(re.findall(r"\w+", file.read_text(encoding="utf-8"))), file.name


def test_a_posture_is_a_legal_category_with_one_number(case):
    posture = by_id(case.levers)["posture"]
    assert posture.kind == "posture"
    assert [set(setting.gives) for setting in posture.settings.values()] == [{"posture_force"}] * 4


def test_what_stays_out_is_told_to_the_reader(case):
    told = " ".join(case.stays_out)
    for word in ("group", "rank", "place", "person", "route", "never optimised", "harm", "legal category", "pause"):
        assert word in told, word
