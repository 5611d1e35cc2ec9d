from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest
from made_up import FakeRuns, make_case

from crossroads.analysis.finding import Finding
from crossroads.analysis.verdict import analyse

TOPICS = {"trust", "order", "crossing", "acceptance", "effect"}


def test_a_finding_cannot_be_changed_after_it_was_found():
    finding = Finding("All is well.")
    with pytest.raises(FrozenInstanceError):
        finding.sentence = "All is lost."


def test_a_finding_may_be_a_sentence_alone():
    finding = Finding("All is well.")
    assert (finding.value, finding.low, finding.high, finding.error) == (None, None, None, None)
    assert (finding.unit, finding.method, finding.caveat, finding.topic) == ("", "", "", "")
    assert finding.references == ()


def test_equal_findings_are_one_finding():
    assert len({Finding("A.", 1.0, references=("one",)), Finding("A.", 1.0, references=("one",))}) == 1
    assert Finding("A.", 1.0) != Finding("A.", 1.0, error=0.5)


def test_every_finding_of_an_analysis_can_be_traced():
    case = make_case(("now", "force", "care", "twin"))
    found = analyse(FakeRuns(case, change={("force", 0): 3})).findings
    assert TOPICS - {"effect"} <= {finding.topic for finding in found} <= TOPICS
    entries = {entry.id for entry in case.evidence}
    for finding in found:
        assert finding.value is not None
        assert finding.unit
        assert finding.method
        assert set(finding.references) <= entries


def test_a_finding_has_room_for_all_that_makes_a_claim_honest():
    wanted = {"value", "low", "high", "unit", "error", "method", "references", "caveat"}
    assert wanted <= {field.name for field in fields(Finding)}
