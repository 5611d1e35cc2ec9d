from __future__ import annotations

from dataclasses import replace
from html import unescape

from crossroads.analysis.trust import tell_audit
from crossroads.presentation.confidence import describe_trust


def find_audit(analysis, names) -> list[str]:
    return [line for line in describe_trust(analysis, names).lines if "double precision" in line]


def test_the_section_on_trust_says_how_near_double_precision_the_runs_are(weighed, names):
    audit = weighed.runs.manifest.audit
    (line,) = find_audit(weighed.analysis, names)
    assert line.startswith(f"All {audit.runs} runs that were run again in double precision (1.6% of all) agree")
    assert line.endswith(".")


def test_the_page_carries_the_sentence(weighed, names, page):
    (line,) = find_audit(weighed.analysis, names)
    assert unescape(page).count(line) == 1


def test_too_coarse_a_precision_is_warned_of(weighed, names):
    audit = weighed.runs.manifest.audit
    manifest = weighed.runs.manifest.model_copy(update={"audit": audit.model_copy(update={"beyond": 1})})
    findings = tuple(tell_audit(names.case, manifest))
    (line,) = find_audit(replace(weighed.analysis, findings=findings), names)
    assert line.endswith("Simulate with --precision float64.")


def test_without_an_audit_nothing_is_said_of_one(weighed, names):
    silent = replace(weighed.analysis, findings=())
    assert find_audit(silent, names) == []
    assert describe_trust(silent, names).lines != ()
