import pytest
from mistakes import Mistake

from crossroads.case.files import load
from crossroads.case.reading import read_folder
from crossroads.case.records import Correlation

CASE = "case.yaml"
GOOD = {
    "weather": "between: [flood_rate, homes_hit]\n    rank: 0.4",
    "boom": "between: [growth, overrun]\n    rank: 0.3",
}


def declare(**changes: str) -> str:
    """Both good correlations, changed or joined by others."""
    return write({**GOOD, **changes})


def write(parts: dict[str, str]) -> str:
    """The correlations of a case file, before its actors."""
    lines = [f"  {name}:\n    {text}\n    meaning: M.\n    evidence: [flood-count]\n" for name, text in parts.items()]
    return "\ncorrelations:\n" + "".join(lines) + "\nactors:\n"


def mistake(until: str, field: str, what: str, way_out: str = "", **changes: str) -> Mistake:
    return Mistake(CASE, "\nactors:\n", declare(**changes), until, f"correlations.{field}", what, way_out)


MISTAKES = [
    mistake("[growth, overun]", "boom.between.1", 'unknown uncertainty "overun"', 'Did you mean "overrun"?',
            boom="between: [growth, overun]\n    rank: 0.3"),
    mistake("[growth, ground]", "boom.between.1", '"ground" is of kind categorical', "range of numbers",
            boom="between: [growth, ground]\n    rank: 0.3"),
    mistake("[growth, growth, overrun]", "boom.between.1", '"growth" is named twice', "once",
            boom="between: [growth, growth, overrun]\n    rank: 0.3"),
    mistake("between: [growth]", "boom.between", "fewer than two", "two or more",
            boom="between: [growth]\n    rank: 0.3"),
    mistake("between: []", "boom.between", "fewer than two", "two or more", boom="between: []\n    rank: 0.3"),
    mistake("[homes_hit, flood_rate]", "more.between", 'flood_rate and homes_hit is in "weather" too', "in one of them",
            more="between: [homes_hit, flood_rate]\n    rank: 0.2"),
    mistake("rank: 1.0", "boom.rank", '"rank" is 1.0', "below 1", boom="between: [growth, overrun]\n    rank: 1.0"),
    mistake("rank: -1.2", "boom.rank", '"rank" is -1.2', "above -1", boom="between: [growth, overrun]\n    rank: -1.2"),
    mistake("rank: high", "boom.rank", '"rank" is "high", not a number', "a number",
            boom="between: [growth, overrun]\n    rank: high"),
]  # fmt: skip


@pytest.mark.parametrize("row", MISTAKES, ids=lambda row: f"{row.field}: {row.what[:30]}")
def test_each_mistake_is_told_once_and_in_its_place(check_mistakes, row):
    check_mistakes(row)


def test_ranks_that_cannot_hold_name_every_correlation_of_their_joint(copy):
    text = declare(
        weather="between: [flood_rate, homes_hit]\n    rank: 0.9",
        boom="between: [homes_hit, overrun]\n    rank: 0.9",
        alone="between: [growth]\n    rank: 0.3",
    )
    copy.change(CASE, "\nactors:\n", text)
    together, alone = copy.problems()
    assert alone.place.field == "correlations.alone.between"
    assert (together.place.field, together.place.line) == (
        "correlations.weather.rank",
        copy.line(CASE, "between: [flood_rate, homes_hit]") + 1,
    )
    assert together.what == "the ranks of weather, boom cannot all hold (not positive definite)"
    assert together.way_out == "Lower them, such as all to 76 % of their size, or declare the pairs left out."


def test_ranks_that_no_three_can_have_are_told_without_a_pair_left_out(copy):
    parts = {"boom": "between: [homes_hit, growth, overrun]\n    rank: -0.8"}
    copy.change(CASE, "\nactors:\n", write(parts))
    (problem,) = copy.problems()
    assert problem.place.field == "correlations.boom.rank"
    assert problem.way_out == "Lower them, such as all to 60 % of their size."


def test_a_correlation_without_evidence_or_with_unknown_evidence_is_told(copy):
    text = declare().replace("    evidence: [flood-count]\n", "", 1).replace("[flood-count]", "[hearsay]")
    copy.change(CASE, "\nactors:\n", text)
    told = {problem.place.field: problem.what for problem in copy.problems()}
    assert told == {
        "correlations.weather.evidence": "the correlation cites no evidence",
        "correlations.boom.evidence.0": 'unknown evidence "hearsay"',
    }


def test_a_fixed_uncertainty_has_no_ranks(copy):
    copy.change("uncertainties.yaml", "{kind: uniform, low: -0.01, high: 0.02}", "{kind: point, value: 0}")
    copy.change(CASE, "\nactors:\n", declare())
    fields = {problem.place.field: problem.what for problem in copy.problems()}
    assert fields == {"correlations.boom.between.0": '"growth" is of kind point, which has no ranks'}


def test_correlations_are_read_and_need_not_be_there(copy):
    assert load("toy").correlations == ()
    copy.change(CASE, "\nactors:\n", declare())
    case, problems = read_folder(copy.folder)
    assert problems == []
    assert case.correlations == tuple(
        Correlation(id=name, between=between, rank=rank, meaning="M.", evidence=("flood-count",))
        for name, between, rank in (
            ("weather", ("flood_rate", "homes_hit"), 0.4),
            ("boom", ("growth", "overrun"), 0.3),
        )
    )


def test_an_uncertainty_that_could_not_be_read_is_not_missed(copy):
    copy.change(CASE, "\nactors:\n", declare())
    copy.change("uncertainties.yaml", "low: -0.01, high: 0.02", "low: 0.03, high: 0.02")
    (problem,) = copy.problems()
    assert problem.place.field.startswith("growth.distribution")
