import pytest
from mistakes import Mistake
from pydantic import ValidationError

from crossroads.case.files import load
from crossroads.case.fingerprint import case_hash, simulation_hash
from crossroads.case.records import Budget, Dial, Sweeps

CASE = "case.yaml"
DIAL = "{lever: warning, values: [0.1, 0.9],"
MISTAKES = [
    Mistake(CASE, DIAL, "{lever: warming, values: [0.1, 0.9],", "warming", "sweeps.dials.0.lever",
            'unknown lever "warming"', "warning"),
    Mistake(CASE, DIAL, "{lever: levee, values: [old, raised],", "lever: levee", "sweeps.dials.0.lever",
            'the lever "levee" is not searchable', "is searchable"),
    Mistake(CASE, DIAL, "{lever: warning, values: [0.1, 1.9],", "1.9],", "sweeps.dials.0.values.1",
            "1.9 is out of the range", "from 0 to 1"),
    Mistake(CASE, DIAL, "{lever: warning, values: [0.1, high],", "high],", "sweeps.dials.0.values.1",
            "takes a number", "in its range"),
    Mistake(CASE, DIAL, "{lever: warning, values: [0.1, 0.1],", "0.1, 0.1],", "sweeps.dials.0.values",
            "a value stands here twice", "Keep one"),
    Mistake(CASE, f"    - {DIAL}", "    - {lever: warning, values: [0, 1], because: Judged.}\n    - " + DIAL,
            DIAL, "sweeps.dials.1.lever", '"warning" has a dial already', "into one"),
    Mistake(CASE, "outcome: spending\n    amount", "outcome: spendings\n    amount", "outcome: spendings",
            "sweeps.budget.outcome", 'unknown outcome "spendings"', "spending"),
    Mistake(CASE, "outcome: spending\n    amount", "outcome: harmed  # rate\n    amount", "harmed  # rate",
            "sweeps.budget.outcome", '"harmed" is a rate', "a total"),
    Mistake(CASE, "amount: 80", "amount: 80\n    scales: [0.5, 1.5]", "scales: [0.5, 1.5]", "sweeps.budget.scales",
            "do not rise through 1", "such as"),
    Mistake(CASE, "amount: 80", "amount: 80\n    scales: [1, 0.5]", "scales: [1, 0.5]", "sweeps.budget.scales",
            "do not rise through 1", "such as"),
    Mistake(CASE, "amount: 80", "amount: 80\n    beside: [rent]", "beside: [rent]", "sweeps.budget.beside.0",
            'unknown outcome "rent"'),
    Mistake(CASE, "  futures: 64", "  futures: 64\n  evidence: [levee-trail]", "levee-trail]", "sweeps.evidence.0",
            'unknown evidence "levee-trail"', "levee-trial"),
    Mistake(CASE, "  futures: 64", "  futures: 8", "futures: 8", "sweeps.futures", '"futures" is 8', "at least 64"),
    Mistake(CASE, "  futures: 64", "  features: 64", "features: 64", "sweeps.features", 'unknown key "features"',
            "futures"),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.what)
def test_a_mistake_in_the_sweeps_is_told_with_its_place(check_mistakes, mistake):
    check_mistakes(mistake)


def test_the_toy_declares_a_dial_and_a_budget():
    sweeps = load("toy").sweeps
    assert sweeps is not None
    assert [dial.lever for dial in sweeps.dials] == ["warning"]
    assert sweeps.budget is not None
    assert sweeps.budget.scales == (0.5, 1.0, 1.5)


def test_a_case_need_not_ask_for_any(copy):
    text = (copy.folder / CASE).read_text(encoding="utf-8")
    first, last = text.index("\nsweeps:"), text.index("\nnot_modelled:")
    (copy.folder / CASE).write_text(text[:first] + text[last:], encoding="utf-8")
    assert load(copy.folder).sweeps is None


def test_what_is_run_around_the_options_does_not_change_their_runs():
    case = load("toy")
    without = case.model_copy(update={"sweeps": None})
    assert simulation_hash(without) == simulation_hash(case)
    assert case_hash(without) != case_hash(case)
    levers = tuple(lever.model_copy(update={"searchable": True}) for lever in case.levers)
    assert simulation_hash(case.model_copy(update={"levers": levers})) == simulation_hash(case)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dial(lever="warning", values=(0.1,), because="One value."),
        lambda: Budget(outcome="spending", amount=0, because="Nothing."),
        lambda: Budget(outcome="spending", amount=1, scales=(0, 1), because="Nothing."),
        lambda: Sweeps(futures=63),
    ],
)
def test_what_makes_no_sweep_is_refused(make):
    with pytest.raises(ValidationError):
        make()
