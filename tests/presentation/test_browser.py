"""The report in a real browser: charts, console, width."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PROBE = """<script>
const complaints = [];
addEventListener("error", (event) => complaints.push(String(event.message)));
const complain = console.error;
console.error = (...words) => { complaints.push(words.map(String).join(" ")); complain(...words); };
const all = (selector) => [...document.querySelectorAll(selector)];
const scrolls = ".box, svg, .visually-hidden, .skip";
function tell() {
  const wide = all("body *")
    .filter((node) => !node.closest(scrolls) && node.getBoundingClientRect().right > innerWidth + 1)
    .map((node) => `${node.tagName}.${node.className}`);
  const asked = performance.getEntriesByType("resource").map((entry) => entry.name);
  parent.postMessage(JSON.stringify({
    width: innerWidth,
    scroll: document.documentElement.scrollWidth,
    wide,
    complaints,
    charts: all(".chart").length,
    drawn: all('.chart[data-drawn="yes"]').filter((box) => box.querySelector("svg path")).length,
    cells: all("#explorer tbody td").filter((cell) => !cell.hidden).length,
    said: document.getElementById("explorer-said").textContent,
    asked: asked.filter((name) => !name.startsWith("data:")),
  }), "*");
}
const poll = setInterval(() => {
  if (document.documentElement.dataset.charts !== "drawn") return;
  clearInterval(poll);
  %s
  setTimeout(tell, 100);
}, 50);
</script>"""
FRAME = """<!DOCTYPE html><title>waiting</title>
<iframe src="probed.html" style="width:%dpx;height:900px;border:0"></iframe>
<script>addEventListener("message", (event) => { document.title = event.data; });</script>"""


def find_browser() -> str:
    found = [path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))]
    assert found, "Chromium is missing"
    return found[0]


def look(page: str, folder: Path, width: int, action: str = "") -> dict:
    """What a browser of this width sees; `action` is done once the charts are drawn."""
    head, _, rest = page.partition("<head>")
    (folder / "probed.html").write_text(f"{head}<head>{PROBE % action}{rest}", encoding="utf-8")
    (folder / "frame.html").write_text(FRAME % width, encoding="utf-8")
    command = [
        find_browser(),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-background-networking",
        "--no-first-run",
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1400,950",
        "--virtual-time-budget=60000",
        "--dump-dom",
        (folder / "frame.html").as_uri(),
    ]
    seen = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    title = re.search(r"<title>(.*?)</title>", seen, re.DOTALL)
    assert title, seen[:500]
    assert title[1] != "waiting", "the page never finished drawing"
    return json.loads(unescape(title[1]))


@pytest.mark.parametrize("width", [390, 1280])
def test_every_chart_is_drawn_without_complaint_and_nothing_is_too_wide(page, tmp_path, width):
    seen = look(page, tmp_path, width)
    assert seen["width"] == width
    assert seen["complaints"] == []
    assert seen["charts"] >= 4
    assert seen["drawn"] == seen["charts"]
    assert seen["wide"] == []
    assert seen["scroll"] <= width
    assert seen["asked"] == []


def test_the_table_turns_with_its_controls(page, tmp_path, names):
    horizon = names.case.horizons[0]
    action = (
        f"""document.querySelector('input[name=horizon][value="{horizon.id}"]').click();"""
        """document.querySelector('input[name=family][value="all"]').click();"""
    )
    seen = look(page, tmp_path, 1280, action)
    assert seen["complaints"] == []
    assert horizon.name.lower() in seen["said"].lower()
    assert seen["cells"] == len(names.options) * len(names.outcomes)


def test_every_number_stands_under_its_own_heading(page, tmp_path, names):
    family = names.case.outcomes[0].family
    action = f"""document.querySelector('input[name=family][value="{family}"]').click();
      const seen = (row) => [...row.querySelectorAll("th.o, td")].map((cell) => cell.hidden ? 0 : 1).join("");
      all("#explorer tr").forEach((row) => complaints.push(seen(row)));"""
    heads, *rows = look(page, tmp_path, 1280, action)["complaints"]
    assert heads == "".join("1" if one.family == family else "0" for one in names.case.outcomes)
    assert 0 < heads.count("1") < len(heads)
    assert set(rows) == {heads}


def test_the_ledger_finds_by_word_and_filter(page, tmp_path, names):
    entry = names.case.evidence[0]
    action = f"""const form = document.getElementById("ledger-search");
      form.elements.words.value = "{entry.id}";
      form.dispatchEvent(new Event("input"));
      const left = all(".ledger article").filter((one) => !one.hidden);
      complaints.push(left.map((one) => one.id).join(" "));
      form.elements.words.value = "nothing has this word";
      form.dispatchEvent(new Event("input"));
      complaints.push(document.getElementById("ledger-count").textContent);"""
    found, none = look(page, tmp_path, 1280, action)["complaints"]
    assert f"evidence-{entry.id}" in found.split()
    assert none == f"0 of {len(names.case.evidence)} entries"


def test_the_numbers_of_a_chart_unfold_as_a_table_and_a_file(page, tmp_path):
    action = """const details = document.querySelector("details.data"); details.open = true;
      details.dispatchEvent(new Event("toggle"));
      complaints.push(details.querySelectorAll("tbody tr").length > 0 ? "rows" : "empty");
      complaints.push(details.querySelector("a[download]").href.slice(0, 14));"""
    assert look(page, tmp_path, 1280, action)["complaints"][:2] == ["rows", "data:text/csv;"]


def test_a_pick_draws_other_rows_and_says_another_note(page, tmp_path, names):
    action = """const form = document.querySelector('form.picks[data-figure="bins"]'), figure = form.parentElement;
      const said = () => figure.querySelector(".said").textContent;
      const details = figure.querySelector("details.data"); details.open = true;
      details.dispatchEvent(new Event("toggle"));
      const cells = () => figure.querySelector("tbody tr").textContent;
      complaints.push(said(), cells());
      form.elements.horizon.selectedIndex = 0;
      form.dispatchEvent(new Event("change"));
      complaints.push(said(), cells(), String(figure.querySelectorAll("table").length));"""
    before, row, after, other, tables = look(page, tmp_path, 1280, action)["complaints"]
    assert names.after(names.last) in before
    assert names.after(names.near) in after
    assert row != other
    assert tables == "1"
