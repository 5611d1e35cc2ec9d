import pytest
from mistakes import Mistake

from crossroads.case.files import load
from crossroads.case.fingerprint import simulation_hash

CASE = "case.yaml"
ONCE = "of: [flood_rate, homes_hit]"

MISTAKES = [
    Mistake(CASE, ONCE, "of: [flood_rate, home_hit]", "of: [flood_rate, home_hit]", "factors.flooding.of.1",
            'unknown uncertainty "home_hit"', 'Did you mean "homes_hit"?'),
    Mistake(CASE, ONCE, "of: [flood_rate, overrun]", "of: [overrun]", "factors.costs.of.0",
            '"overrun" is in the factor "flooding" already', "in one of them"),
    Mistake(CASE, ONCE, "of: [homes_hit, homes_hit]", "of: [homes_hit, homes_hit]", "factors.flooding.of.1",
            '"homes_hit" is in the factor "flooding" already', "once"),
    Mistake(CASE, "cannot_tell: [flood_rate, ground]", "cannot_tell: [flood_rat]", "[flood_rat]", "cannot_tell.0",
            'unknown uncertainty "flood_rat"', 'Did you mean "flood_rate"?'),
    Mistake(CASE, "cannot_tell: [flood_rate, ground]", "cannot_tell: [ground, ground]", "[ground, ground]",
            "cannot_tell.1", '"ground" is named twice', "Name it once."),
    Mistake(CASE, "sets: {late: 1}", "sets: {late: 1}\n        consents: true", "late: 1}\n        consents: true",
            "actors.builder.moves.late.consents", '"late" consents, but builder does not answer first', "Leave it out"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row.field}: {row.what[:30]}")
def test_each_mistake_is_told_once_and_in_its_place(check_mistakes, row):
    check_mistakes(row)


def test_what_is_shown_together_changes_no_run():
    case = load("toy")
    assert case.factors
    assert case.cannot_tell
    bare = case.model_copy(update={"factors": (), "cannot_tell": ()})
    assert simulation_hash(bare) == simulation_hash(case)


def test_the_mexico_case_declares_what_dominates_and_what_no_data_settle():
    case = load("mexico")
    declared = {one.id: one for one in case.factors}
    assert [one.id for one in case.factors if one.band] == ["size"]
    assert declared["size"].of == ("starting_size",)
    assert {"overdose_response", "supply_halflife"} <= set(declared["overdose_supply"].of)
    assert {"trend_pace", "trend_cause"} <= set(declared["trend_and_cause"].of)
    assert {"removals_year", "war_prob", "war_size"} <= set(declared["leaders_removed"].of)
    assert set(case.cannot_tell) == {"starting_size", "oc_share", "recruitment", "incapacitation", "conflict_matrix"}
    assert [move.id for actor in case.actors for move in actor.moves if move.consents] == ["consent_kept"]
