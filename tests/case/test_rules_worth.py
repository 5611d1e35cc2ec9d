import pytest
from mistakes import Mistake

from crossroads.case.files import load
from crossroads.case.fingerprint import simulation_hash

CASE = "case.yaml"
END = "digits: 1\n\nconcerns:"
SCALES = "digits: 1\n    scales:\n      "
FIRST = "digits: 1\n    evidence: [household-size]\n"
PURSE = "weights: {safety: 2, purse: 5}"


def scale_spending(scale: str, field: str, what: str, way_out: str) -> Mistake:
    """A mistake in the one scale of spending, at the horizon of those who weigh it."""
    new = f"{SCALES}year_5: {scale}\n\nconcerns:"
    until = f"year_5: {scale}"
    return Mistake(CASE, END, new, until, f"outcomes.spending.scales.{field}", what, way_out)


MISTAKES = [
    scale_spending("{worst: 4, best: 4}", "year_5", "are both 4", "differ"),
    scale_spending("{worst: 10, best: 0, through: [[5, 0.4], [8, 0.2]]}", "year_5.through",
                   "do not lead from the worst change to the best", "between 10 and 0"),
    scale_spending("{worst: 10, best: 0, through: [[11, 0.4]]}", "year_5.through", "do not lead", "in order"),
    scale_spending("{worst: 10, best: 0, through: [[0, 0.4]]}", "year_5.through", "do not lead", "in order"),
    scale_spending("{worst: 10, best: 0, through: [[8, 0.4], [5, 0.2]]}", "year_5.through", "falls", "that rise"),
    scale_spending("{worst: 10, best: 0, through: [[8, 1.4]]}", "year_5.through", "leaves 0 to 1", "from 0 to 1"),
    Mistake(CASE, END, SCALES + "year_5: {worst: 9, best: 0}\n      year_6: {worst: 9, best: 0}\n\nconcerns:",
            "year_6:", "outcomes.spending.scales.year_6", 'unknown horizon "year_6"', 'Did you mean "year_5"?'),
    Mistake(CASE, END, SCALES + "year_2: {worst: 9, best: 0}\n\nconcerns:",
            "scales:", "outcomes.spending.scales", "no scale at year_5, where taxpayers reads it", "for year_5"),
    Mistake(CASE, PURSE, PURSE + "\n    known: interval", "known: interval", "stakeholders.taxpayers.known",
            "has no default", 'Write "within"'),
    Mistake(CASE, PURSE, PURSE + "\n    known: order\n    within: 0.2", "within: 0.2", "stakeholders.taxpayers.within",
            "means nothing where known is order", "known: interval"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row.field}: {row.what[:30]}")
def test_each_mistake_of_worth_is_told_once_and_in_its_place(check_mistakes, row):
    check_mistakes(row)


def test_scales_and_what_is_known_of_weights_change_no_run(copy):
    before = simulation_hash(load(copy.folder))
    copy.change(
        CASE,
        END,
        "digits: 1\n    scales:\n      year_5: {worst: 9, best: -1, through: [[4, 0.5], [0, 0.5]]}\n\nconcerns:",
    )
    copy.change(CASE, PURSE, PURSE + "\n    known: interval\n    within: 0.3")
    case = load(copy.folder)
    assert case.outcomes[-1].scales["year_5"].through == ((4.0, 0.5), (0.0, 0.5))
    assert simulation_hash(case) == before


def test_a_case_without_scales_lacks_none_and_one_with_some_lacks_those_that_are_read(copy):
    assert load(copy.folder)
    copy.change(CASE, FIRST, f"{SCALES}half_year: {{worst: 9, best: 0}}\n    evidence: [household-size]\n")
    told = [problem.what.split(":")[0] for problem in copy.problems()]
    assert sorted(told) == [
        "no scale at year_2, where residents_group reads it",
        "no scale at year_5, where taxpayers reads it",
    ]
