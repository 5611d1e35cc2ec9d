import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from crossroads.presentation.document import CONTENTS, render
from crossroads.presentation.dominance import describe_dominance
from crossroads.presentation.unknowable import describe_unknowable
from crossroads.simulation.contract import Chance
from crossroads.simulation.models import load_model

VOID = {"meta", "link", "input", "br", "img", "hr", "line", "path"}


class Page(HTMLParser):
    """Tags with their attributes, checked for balance; text by script id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.scripts: dict[str, str] = {}
        self._script = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self._script = given.get("id", f"code {len(self.scripts)}")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag, f"{tag} is closed out of turn at line {self.getpos()[0]}"

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts[self._script] = self.scripts.get(self._script, "") + data

    def every(self, name: str) -> list[dict[str, str]]:
        return [given for tag, given in self.tags if tag == name]

    @property
    def ids(self) -> list[str]:
        return [given["id"] for _, given in self.tags if "id" in given]


@pytest.fixture(scope="module")
def parsed(page):
    return Page(page)


def test_the_page_is_well_formed_and_names_its_language(parsed):
    assert parsed.open == []
    assert parsed.every("html") == [{"lang": "en"}]
    assert len(parsed.every("h1")) == 1
    assert len(parsed.ids) == len(set(parsed.ids))


def test_the_page_asks_nothing_of_any_network(page, parsed):
    for tag, given in parsed.tags:
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            if name in given and not (tag == "a" and name == "href"):
                assert given[name].startswith(("data:", "#")), (tag, given)
    style = page[page.index("<style>") : page.index("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    for figure in json.loads(parsed.scripts["figure-data"]):
        assert "http" not in json.dumps(figure)


def test_every_link_inside_the_page_has_its_target(parsed):
    targets = [given["href"][1:] for given in parsed.every("a") if given.get("href", "").startswith("#")]
    assert targets
    assert set(targets) <= set(parsed.ids)


def test_every_entry_of_the_ledger_is_anchored_and_used_ones_are_linked(parsed, names):
    anchors = {f"evidence-{one.id}" for one in names.case.evidence}
    assert anchors
    assert anchors <= set(parsed.ids)
    linked = {given["href"][1:] for given in parsed.every("a") if given.get("href", "").startswith("#evidence-")}
    used = {f"evidence-{name}" for one in names.case.uncertainties for name in one.evidence}
    assert used <= linked


def test_a_number_that_rests_on_judgement_is_marked_where_it_is_used(page, names):
    marked = [one for one in names.case.evidence if one.needs_mark]
    used = {name for one in names.case.uncertainties for name in one.evidence}
    chosen = [one for one in marked if one.id in used]
    assert chosen
    for one in chosen:
        uses = re.findall(rf'<a href="#evidence-{one.id}">{one.id}</a>(.{{0,40}})', page)
        assert uses
        assert all(f'class="badge {one.status}"' in after for after in uses)


def test_every_chart_has_words_numbers_and_a_place(parsed):
    figures = json.loads(parsed.scripts["figure-data"])
    charts = {given["id"]: given for given in parsed.every("div") if given.get("class") == "chart"}
    assert set(charts) == {figure["id"] for figure in figures}
    assert len(figures) >= 4
    for figure in figures:
        given = charts[figure["id"]]
        assert given["role"] == "img"
        assert len(given["aria-label"]) > 20
        assert figure["rows"]
        assert all(len(row) == len(figure["columns"]) for row in figure["rows"])


def test_what_dominates_is_the_first_chart_after_the_answer(parsed):
    sections = [given["id"] for given in parsed.every("section")]
    assert sections[:2] == ["answer", "influence"]
    charts = [given["id"] for given in parsed.every("div") if given.get("class") == "chart"]
    assert charts[0] == "dominance"


def test_large_charts_share_words_and_spell_the_same_rows(parsed, weighed, names):
    packed = {figure["id"]: figure for figure in json.loads(parsed.scripts["figure-data"])}
    analysis = weighed.analysis
    for figure in (describe_dominance(analysis, names).figure, describe_unknowable(analysis, names).figure):
        found = packed[figure.id]
        assert found["choices"] == [choice.column for choice in figure.choices]
        assert set(found["notes"]) == set(figure.notes)
        words = found["words"]
        spelled = [
            tuple(words[str(place)][value] if str(place) in words else value for place, value in enumerate(row))
            for row in found["rows"]
        ]
        assert spelled == list(figure.rows)
        assert words


def test_what_can_be_picked_is_there_with_its_first_pick_chosen(parsed, weighed, names):
    figure = describe_unknowable(weighed.analysis, names).figure
    selects = {given["name"] for given in parsed.every("select") if "name" in given}
    assert {choice.column for choice in figure.choices} <= selects
    forms = [given["data-figure"] for given in parsed.every("form") if given.get("class") == "controls picks"]
    assert forms == ["dominance", "places", "agreement", "bins"]


def test_headings_go_down_one_level_at_a_time(parsed):
    levels = [int(tag[1]) for tag, _ in parsed.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_section_of_the_contents_is_there_in_order(parsed):
    sections = [given["id"] for given in parsed.every("section")]
    assert sections == [name for name, _ in CONTENTS if name in sections]
    assert {name for name, _ in CONTENTS} - set(sections) <= {"history", "past", "worths"}


def test_scrolling_boxes_can_be_reached_by_keyboard_and_have_a_name(parsed):
    boxes = [given for given in parsed.every("div") if given.get("class", "").startswith("box")]
    assert boxes
    assert all(given.get("tabindex") == "0" and given.get("aria-label") for given in boxes)


def test_the_explorer_holds_every_view_horizon_baseline_option_and_outcome(parsed, names):
    cells = json.loads(parsed.scripts["explorer-data"])["cells"]
    assert list(cells) == list(names.views)
    for horizons in cells.values():
        assert list(horizons) == list(names.horizons)
        for baselines in horizons.values():
            assert list(baselines) == ["status_quo", "start"]
            for part in baselines.values():
                assert len(part["rows"]) == len(names.options)
                assert {len(row) for row in part["rows"]} == {len(names.outcomes)}


def test_the_methods_tell_what_ran(page, weighed, names):
    manifest = weighed.runs.manifest
    assert weighed.runs.content_hash() in page
    assert manifest.key.model in page
    assert f"--futures 64 --seed {manifest.key.seed}" in page
    assert f"{64 * manifest.pairs:,}" in page
    assert all(outcome.mechanism in page for outcome in names.case.outcomes)


def test_what_is_not_modelled_and_stays_out_is_listed(page, names):
    for line in (*names.case.not_modelled, *names.case.stays_out):
        assert line.replace("'", "&#39;") in page


def test_the_report_stays_small(page):
    assert len(page.encode()) < 3_000_000


@pytest.mark.slow
def test_text_from_a_case_cannot_become_markup(weighed):
    case = weighed.analysis.case
    words = "</script><script>alert(1)</script>"
    changed = case.model_copy(update={
        "title": words,
        "outcomes": tuple(one.model_copy(update={"meaning": words}) for one in case.outcomes),
        "options": tuple(one.model_copy(update={"short": words[:20]}) for one in case.options),
    })  # fmt: skip
    analysis = type(weighed.analysis)(**{**vars(weighed.analysis), "case": changed})
    assert "<script>alert" not in render(analysis, weighed.runs)


@pytest.mark.slow
def test_the_same_runs_give_the_same_page(weighed, page):
    assert page.startswith("<!DOCTYPE html>")
    model = load_model(weighed.analysis.case, "toy")
    assert render(weighed.analysis, weighed.runs, model, weighed.exploration, weighed.inquiry) == page


@pytest.mark.slow
def test_the_bands_say_whether_they_hold_chance(page, weighed):
    assert "chance inside a run is not drawn" in page
    model = load_model(weighed.analysis.case)
    river = replace(model.mechanisms[1], chances=(Chance("storm", "whether a <storm> comes"),))
    lucky = render(weighed.analysis, weighed.runs, replace(model, mechanisms=(model.mechanisms[0], river)))
    assert "what chance decides inside a run (whether a &lt;storm&gt; comes)" in lucky
    assert "is not drawn" not in lucky
