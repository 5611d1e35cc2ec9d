import pytest
from made_up import FakeRuns, make_case

from crossroads.analysis.finding import Finding
from crossroads.analysis.verdict import analyse


@pytest.fixture(scope="module")
def findings():
    return analyse(FakeRuns(make_case())).findings


def pick(findings, topic):
    return [finding for finding in findings if finding.topic == topic]


def test_a_crossing_says_which_way_it_turns_and_with_which_numbers(findings):
    force = next(one for one in pick(findings, "crossing") if one.sentence.startswith("Force"))
    assert "worse at first, better later" in force.sentence
    assert "1 year" in force.sentence
    assert "2 years" in force.sentence
    assert force.value == pytest.approx(-1.4, abs=0.2)


def test_acceptance_counts_stakeholders_and_warns_of_thresholds(findings):
    care = next(one for one in pick(findings, "acceptance") if one.sentence.startswith("Care"))
    assert care.value == 2
    assert "2 of 2 stakeholders" in care.sentence
    assert care.caveat


def test_no_sentence_without_a_full_stop_or_with_a_bare_number(findings):
    assert findings
    for finding in findings:
        assert isinstance(finding, Finding)
        assert finding.sentence.endswith(".")
        assert "nan" not in finding.sentence
