import re
import subprocess
import sys
from pathlib import Path

import pytest
from claim_parts import claim_case, debate, make_claim, make_part, make_verdict, weigh_claims
from invented import made_up

from crossroads.case.files import load
from crossroads.presentation.claimspage import COMMAND, name_case, write_claims_page

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def written(weighed, tmp_path_factory):
    return write_claims_page(weighed.analysis, weighed.inquiry, weighed.runs, tmp_path_factory.mktemp("docs"))


def find_anchors(text):
    """The addresses of headings, as Markdown readers make them."""
    titles = re.findall(r"^## (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_page_states_its_futures_and_seed_and_how_it_is_made(written, weighed):
    text = written.read_text(encoding="utf-8")
    assert written.name == "toy-claims.md"
    assert f"from {len(weighed.runs.futures)} futures (seed {weighed.runs.futures.seed})" in text
    assert COMMAND in text


def test_every_claim_has_its_line_and_every_part_its_share(written, names):
    text = written.read_text(encoding="utf-8")
    for claim in names.case.claims:
        assert f"| [{claim.id}](#" in text
        assert f"## {claim.id} {claim.short}" in text
        assert all(f"| {part.words} | " in text for part in claim.parts)
        assert all(fact in text for fact in claim.facts)
    assert "| cannot be told |" in text
    assert "added by measures: raised levee" in text


def test_every_link_of_the_table_has_its_heading(written):
    text = written.read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert linked
    assert linked <= find_anchors(text)


def test_every_table_has_as_many_cells_in_each_row(written):
    lines = written.read_text(encoding="utf-8").splitlines()
    counts = {line.count("|") for line in lines if line.startswith("|")}
    assert counts == {6, 7}


def test_what_was_not_run_is_said(tmp_path):
    case = claim_case(make_claim(make_part(null={"size": 0}, words="A | B.")))
    analysis, runs = weigh_claims(case, debate(make_verdict())), made_up.FakeRuns(case)
    text = write_claims_page(analysis, None, runs, tmp_path).read_text(encoding="utf-8")
    assert "was not run, or does not lie beside these runs: parts at their null" in text
    assert "| A / B. |" in text


def test_a_case_that_claims_nothing_has_no_page(tmp_path):
    with pytest.raises(ValueError, match="claims nothing"):
        write_claims_page(weigh_claims(claim_case(), debate()), None, made_up.FakeRuns(claim_case()), tmp_path)


def test_the_page_of_the_mexico_case_tells_of_every_claim():
    case = load("mexico")
    text = (DOCS / "mexico-claims.md").read_text(encoding="utf-8")
    assert f"Case {name_case(case)}." in text, "the case has changed: make claims-page"
    for claim in case.claims:
        assert f"## {claim.id} {claim.short}" in text
        assert claim.words in text
        assert all(" ".join(part.words.split()).replace("|", "/") in text for part in claim.parts)


@pytest.mark.slow
def test_the_command_behind_the_page_uses_stored_runs(weighed, toy_folder, tmp_path):
    command = [sys.executable, "-m", "crossroads.presentation.claimspage", "toy", str(tmp_path), "64", "1"]
    done = subprocess.run([*command, str(toy_folder / "runs")], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(tmp_path / "toy-claims.md")
