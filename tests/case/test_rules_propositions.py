from functools import cache

import pytest

from crossroads.case.files import load
from crossroads.case.lookup import Broken
from crossroads.case.records import Case, Part, by_id
from crossroads.case.rules import find_problems

FEWER = {"outcome": "harmed", "option": "raise", "horizon": "year_1", "at_most": 0}
TERM = {"outcome": "harmed", "option": "raise", "horizon": "year_1"}
OPENS = {"openings": ["supports"], "option": "raise"}

# what holds, field after `holds`, what is said, way out
MISTAKES = [
    ({}, "", "says nothing", "exactly one of"),
    (FEWER | {"sum": [TERM]}, "", "has outcome and sum", "exactly one of"),
    ({"all": [FEWER], "not": FEWER}, "", "has all and not", "exactly one of"),
    ({"all": [FEWER], "percent": True}, "percent", 'says nothing beside all', "comparison it belongs to"),
    ({"any": [FEWER], "at_most": 3}, "at_most", "says nothing beside any", "comparison it belongs to"),
    ({"sum": [TERM], "against": "start", "at_most": 3}, "against", "says nothing beside sum", "Take it out"),
    (FEWER | {"share_of": [TERM]}, "share_of", "says nothing beside outcome", "Take it out"),
    (FEWER | {"at_least": 0}, "", "both at_least and at_most", "exactly one"),
    (FEWER | {"at_most": None}, "", "has no threshold", "a judgement"),
    ({"sum": [TERM]}, "", "has no threshold", "exactly one"),
    (FEWER | {"option": ()}, "option", '"option" is missing', "Write one option"),
    (FEWER | {"horizon": ()}, "horizon", '"horizon" is missing', "Write one horizon"),
    (FEWER | {"against": "zero", "percent": True}, "percent", "percentage of nothing", "Measure against"),
    (FEWER | {"against": "start", "against_stance": "opposes"}, "against_stance", "measured from start", "an option"),
    (FEWER | {"against": "zero", "against_horizon": "year_5"}, "against_horizon", "measured from zero", "an option"),
    (FEWER | {"option": ["raise", "keep"]}, "option", '"keep" is measured from itself', "something else"),
    (FEWER | {"against": "raise"}, "option", '"raise" is measured from itself', "something else"),
    (FEWER | {"outcome": "drowned"}, "outcome", 'unknown outcome "drowned"', "harmed"),
    (FEWER | {"horizon": ["year_1", "year_9"]}, "horizon.1", 'unknown horizon "year_9"', "year_"),
    (FEWER | {"option": "rise"}, "option", 'unknown option or probe "rise"', "raise"),
    (FEWER | {"option": ["warn", "worn"]}, "option.1", 'unknown option or probe "worn"', "warn"),
    (FEWER | {"against": "stat"}, "against", 'unknown option or probe "stat"', "Known here"),
    (FEWER | {"against_horizon": "year_9"}, "against_horizon", "unknown horizon", "year_"),
    (FEWER | {"stance": "on_time"}, "stance", "no move of the actor that answers first", "supports, opposes"),
    (FEWER | {"against_stance": "cheers"}, "against_stance", "no move of the actor", "supports"),
    ({"not": FEWER | {"outcome": "drowned"}}, "not.outcome", "unknown outcome", "harmed"),
    ({"any": [FEWER, {"all": [FEWER | {"option": "rise"}]}]}, "any.1.all.0.option", "unknown option", "raise"),
    ({"sum": [TERM | {"openings": ["supports"]}], "at_most": 1}, "sum.0", "an outcome and openings", "or openings"),
    ({"sum": [{"option": "raise"}], "at_most": 1}, "sum.0", "the term says nothing", "or openings"),
    ({"sum": [TERM, TERM | {"horizon": None}], "at_most": 1}, "sum.1.horizon", '"horizon" is missing', "outcome"),
    ({"sum": [OPENS | {"horizon": "year_1"}], "at_most": 1}, "sum.0.horizon", "have no horizon", "Take it out"),
    ({"sum": [OPENS | {"stance": "supports"}], "at_most": 1}, "sum.0.stance", "have no stance", "Take it out"),
    ({"sum": [OPENS | {"openings": ["cheers"]}], "at_most": 1}, "sum.0.openings.0", "unknown move", "supports"),
    ({"sum": [OPENS | {"openings": ["supports", "late"]}], "at_most": 1}, "sum.0.openings.1", "a move of builder",
     "one actor"),
    ({"sum": [OPENS | {"openings": ["late", "late"]}], "at_most": 1}, "sum.0.openings.1", "named twice", "one of them"),
    ({"sum": [TERM], "share_of": [TERM | {"outcome": "dry"}], "at_most": 1}, "share_of.0.outcome", "unknown outcome",
     "Known here"),
    ({"sum": [TERM | {"option": "rise"}], "at_most": 1}, "sum.0.option", "unknown option or probe", "raise"),
    ({"sum": [TERM | {"stance": "late"}], "at_most": 1}, "sum.0.stance", "no move of the actor", "supports"),
]  # fmt: skip


@cache
def toy() -> Case:
    return load("toy")


def claim_that(holds, case: Case | None = None) -> Case:
    """The toy case with one part more in its last empirical claim."""
    case = case or toy()
    part = Part.model_validate({"id": "new", "words": "W.", "because": "B.", "holds": holds})
    claim = by_id(case.claims)["T2"].model_copy(update={"parts": (part,)})
    return case.model_copy(update={"claims": (*(one for one in case.claims if one.id != "T2"), claim)})


@pytest.mark.parametrize(("holds", "field", "what", "way_out"), MISTAKES, ids=lambda value: str(value)[:50])
def test_each_mistake_of_a_proposition_is_told_in_its_place(holds, field, what, way_out):
    (problem,) = find_problems(claim_that(holds))
    assert problem.place.field == f"claims.T2.parts.0.holds.{field}".rstrip(".")
    assert what in problem.what
    assert way_out in problem.way_out


@pytest.mark.parametrize(
    "holds",
    [
        FEWER,
        FEWER | {"option": ["raise", "warn"], "horizon": ["year_1", "year_5"], "some": True, "percent": True},
        FEWER | {"against": "raise", "against_horizon": "year_5"},
        FEWER | {"stance": "supports", "against": "raise", "against_stance": "opposes"},
        {"sum": [TERM, TERM | {"times": -1}], "share_of": [TERM], "at_least": 0.5},
        {"sum": [OPENS, {"openings": ["late", "on_time"], "option": "warn"}], "at_least": 0.5},
        {"not": {"any": [FEWER, {"all": [FEWER, FEWER | {"at_most": -3}]}]}},
    ],
    ids=str,
)
def test_what_is_well_said_is_no_problem(holds):
    assert find_problems(claim_that(holds)) == []


def test_a_stance_must_make_sense_under_every_option_that_is_given_it():
    mixes = tuple(
        mix.model_copy(update={"shares": mix.shares | {"council": {"supports": 1.0}}})
        if mix.id == "nobody_builds"
        else mix
        for mix in toy().mixes
    )
    alone = toy().model_copy(update={"mixes": mixes})
    assert find_problems(claim_that(FEWER | {"stance": "opposes"}, alone)) == []
    (problem,) = find_problems(claim_that(FEWER | {"against_stance": "opposes"}, alone))
    assert problem.place.field.endswith("holds.against_stance")
    assert '"opposes" makes no sense under the option "keep"' in problem.what
    assert "supports" in problem.way_out


def test_what_could_not_be_read_is_not_missed_by_a_claim():
    case = toy().model_copy(update={"options": toy().options[:-1]})
    fields = ["claims.T1.parts.2.holds.all.0.against", "claims.T1.parts.2.holds.all.1.not.against"]
    told = [problem.place.field for problem in find_problems(case)]
    assert [field for field in told if field.startswith("claims")] == fields
    broken = Broken(frozenset({("options", "move_out")}))
    assert find_problems(case, broken=broken) == []
