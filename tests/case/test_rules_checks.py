import re
from functools import cache
from pathlib import Path

import pytest
from mistakes import Mistake

from crossroads.case.files import find_folder, load
from crossroads.case.fingerprint import case_hash, simulation_hash
from crossroads.case.records import Case, Change, Check, Expectation, Given, by_id
from crossroads.case.rules import find_problems

FLOODS, LEVEE, GROUND = "more_floods_harm_more_people", "a_higher_levee_keeps_water_out", "water_comes_from_below"
COUNCIL, BUILDER, RETREAT = "an_opposed_purchase_is_slow", "a_late_builder_costs_more", "moving_out_empties_the_plain"
SPENT = {"outcome": "spending", "horizon": "year_1", "moves": "up"}

# check, what is written in it, field, what is said, way out
MISTAKES = [
    (FLOODS, {"when": {"flood_rat": {"from": 0.2, "to": 0.4}}}, "when.flood_rat", 'nothing here is called "flood_rat"',
     "flood_rate"),
    (FLOODS, {"when": {"flood_rate": {"from": 0.2, "to": 0.2}}}, "when.flood_rate", "nothing changes", "differ"),
    (FLOODS, {"when": {"flood_rate": {"from": 0.2}}}, "when.flood_rate", "a change needs two values", "through"),
    (FLOODS, {"when": {"flood_rate": {"from": 0.2, "through": [0.2, 0.4]}}}, "when.flood_rate", "both through and from",
     "Keep through"),
    (FLOODS, {"when": {"flood_rate": {"from": 0.2, "to": 4}}}, "when.flood_rate.to", 'out of the range of "flood_rate"',
     "from 0 to 3"),
    (FLOODS, {"when": {"flood_rate": {"from": None, "to": 1}}}, "when.flood_rate.from", "has no null", "write a value"),
    (FLOODS, {"when": {"flood_rate": {"from": "few", "to": 1}}}, "when.flood_rate.from", 'takes a number, not "few"',
     "low, central, high, null"),
    (FLOODS, {"when": {}}, "when", "no things change", "given and fixed"),
    (FLOODS, {"then": []}, "then", "nothing is expected", "not_testable"),
    (FLOODS, {"not_testable": "Because.", "then": []}, "when", 'is not testable and has "when"', "Keep one"),
    (LEVEE, {"when": {"levee": {"through": ["old", "patched", "razed"]}}}, "when.levee.through.2",
     'no setting "razed"', "raised"),
    (LEVEE, {"fixed": {"ground": "rock"}}, "fixed.ground", 'cannot be "rock"', "clay, sand"),
    (LEVEE, {"fixed": {"soil": "clay"}}, "fixed.soil", 'unknown uncertainty "soil"', "ground"),
    (LEVEE, {"given": {"levers": {"levee": "patched"}}}, "when.levee", "is held the same as well", "given or fixed"),
    (LEVEE, {"given": {"levers": {"warning": 2}}}, "given.levers.warning", "2 is out of the range", "from 0 to 1"),
    (LEVEE, {"given": {"levers": {"leave": 2}}}, "given.levers.leave", 'unknown lever "leave"', "levee"),
    (GROUND, {"given": {"option": "rise"}}, "given.option", 'unknown option "rise"', "raise"),
    (COUNCIL, {"given": {"moves": ["in_time"]}}, "given.moves.0", "unknown move", "on_time"),
    (COUNCIL, {"given": {"moves": ["supports"]}}, "given.moves.0", "another move in this check", "Keep one"),
    (COUNCIL, {"when": {"council": {"from": "supports", "to": "resists"}}}, "when.council.to", 'has no move "resists"',
     "supports, opposes"),
    (BUILDER, {"given": {"option": "keep", "moves": ["late"]}}, "given.moves.0", 'no sense under the option "keep"',
     "on_time"),
    (RETREAT, {"when": {"option": {"from": "keep", "to": "flee"}}}, "when.option.to", 'unknown option "flee"',
     "keep, raise, move_out"),
    (BUILDER, {"then": [SPENT | {"outcome": "spendings"}]}, "then.0.outcome", "unknown outcome", "spending"),
    (BUILDER, {"then": [SPENT | {"horizon": "year_9"}]}, "then.0.horizon", 'unknown horizon "year_9"', "year_"),
    (BUILDER, {"then": [SPENT | {"moves": "same", "by_at_least": 3}]}, "then.0", '"same" has no size', "up or down"),
    (BUILDER, {"then": [SPENT | {"percent": True}]}, "then.0.percent", "no size to be a percentage", "by_at_least"),
    (BUILDER, {"then": [SPENT | {"by_at_least": 3, "by_at_most": 2}]}, "then.0", "above the largest", "Change one"),
    (BUILDER, {"evidence": ["builders-record"]}, "evidence.0", 'unknown evidence "builders-record"', "builder-record"),
]  # fmt: skip


@cache
def toy() -> Case:
    return load("toy")


def with_checks(*checks: Check) -> Case:
    return toy().model_copy(update={"checks": checks})


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row[2]}: {row[3][:30]}")
def test_each_mistake_in_a_check_is_told_once_with_the_way_out(row):
    name, written, field, what, way_out = row
    check = Check.model_validate(by_id(toy().checks)[name].model_dump(by_alias=True) | written)
    (problem,) = find_problems(with_checks(check))
    assert problem.place.field == f"checks.{name}.{field}"
    assert what in problem.what
    assert way_out in problem.way_out


def test_mistakes_in_checks_come_with_those_of_the_case_all_at_once(check_mistakes):
    check_mistakes(
        Mistake("case.yaml", "unit: US$ million\n    direction", "unit: pennies\n    direction", "unit: pennies",
                "outcomes.spending.unit", 'unknown unit "pennies"'),
        Mistake("checks.yaml", "{from: 0.2, to: 0.4}", "{from: 0.2, to: 40}", "to: 40",
                "more_floods_harm_more_people.when.flood_rate.to", "out of the range"),
        Mistake("checks.yaml", "{council: {from: supports", "{council: {from: likes", "from: likes",
                "an_opposed_purchase_is_slow.when.council.from", 'has no move "likes"'),
        Mistake("checks.yaml", "horizon: year_1, moves: up", "horizon: year_1, moves: upwards", "upwards",
                "a_late_builder_costs_more.then.0.moves", "not one of the allowed", "up, down, same"),
        Mistake("checks.yaml", "  not_testable: The view", "  unless: The view", "  unless: The view",
                "the_view_of_the_river.unless", 'unknown key "unless"', "not_testable"),
    )  # fmt: skip


def test_a_check_of_two_things_is_refused():
    both = {"growth": {"from": 0, "to": 0.01}, "overrun": {"from": 1, "to": 2}}
    check = Check.model_validate({"id": "c", "says": "S.", "when": both, "then": [SPENT]})
    (problem,) = find_problems(with_checks(check))
    assert problem.what == "2 things change; a check changes one"


def test_options_without_a_common_answer_cannot_be_compared():
    case = toy()
    late = tuple(
        mix.model_copy(update={"shares": mix.shares | {"builder": {"late": 1.0}}}) if mix.id == "builder_works" else mix
        for mix in case.mixes
    )
    (problem,) = find_problems(with_checks(by_id(case.checks)[RETREAT]).model_copy(update={"mixes": late}))
    assert problem.place.field == "checks.moving_out_empties_the_plain.given"
    assert 'no move of the actor "builder" makes sense under all of keep, move_out' in problem.what


def test_a_case_need_not_have_checks(copy):
    (copy.folder / "checks.yaml").unlink()
    assert load(copy.folder).checks == ()


def test_runs_do_not_depend_on_checks_and_the_whole_content_does():
    case = toy()
    without = case.model_copy(update={"checks": ()})
    assert simulation_hash(case) == simulation_hash(without)
    assert case_hash(case) != case_hash(without)


def test_a_check_survives_being_stored():
    for check in toy().checks:
        assert Check.model_validate_json(check.model_dump_json()) == check
        assert Check.model_validate_json(check.model_dump_json(by_alias=True)) == check


def test_the_page_on_checks_shows_checks_of_the_toy_and_names_every_field():
    page = (Path(__file__).parents[2] / "docs" / "checks.md").read_text(encoding="utf-8")
    shown = re.findall(r"```yaml\n(.*?)```", page, flags=re.S)
    written = (find_folder("toy") / "checks.yaml").read_text(encoding="utf-8")
    assert len(shown) == 2
    assert all(example in written for example in shown)
    kinds = (Given, Change, Expectation, Check)
    fields = {info.alias or name for kind in kinds for name, info in kind.model_fields.items()}
    assert {name for name in fields - {"id"} if f"`{name}`" not in page} == set()
