"""The shipped evidence and history of the Mexico case against the findings they were written from."""

import csv
import os
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

pytestmark = pytest.mark.shared

ROOT = Path(__file__).parents[2]
CASE = ROOT / "src" / "crossroads" / "cases" / "mexico"
SHARED = ROOT.parent / "shared"

HOMICIDE, MISSING, OVERDOSE = "mx_homicide_year.csv", "mx_missing_year.csv", "us_overdose_year.csv"
CRIME, PRISON, TRADE = "mx_organised_crime_homicide.csv", "mx_arrests_prison.csv", "us_mexico_goods_trade.csv"
SEIZED, UCDP = "us_cbp_fentanyl_seizures.csv", "ucdp_mexico_vintages.csv"
STILL = "still missing or not located, by year of event"
PRISON_INPUT = "prison admissions/arrests, all crimes (Science-paper input)"
EARLY_2026 = {"vintage": "registry cut about early 2026"}

# series: file, column of the year, column of the value, what its rows have in other columns, rows at least
TABLES = {
    "homicides_inegi": (HOMICIDE, "year", "value", {"series": "INEGI deaths by homicide"}, 19),
    "homicides_sesnsp_victims": (
        HOMICIDE, "year", "value", {"series": "SESNSP intentional-homicide victims"}, 11),
    "homicides_sesnsp_files": (
        HOMICIDE, "year", "value", {"series": "SESNSP investigation files (not victims)"}, 7),
    "homicides_daily_count": (HOMICIDE, "year", "value", {"series": "SSPC daily count (undercounts)"}, 1),
    "organised_crime_homicides_rivalry": (
        CRIME, "year", "value", {"series": "federal count, presumed criminal rivalry"}, 4),
    "organised_crime_homicides_weekly": (CRIME, "year", "value", {"series": "Zeta weekly count"}, 3),
    "missing_reports_2022": (
        MISSING, "year", "value", {"series": "all persons registered as missing (Science-paper input)"}, 10),
    "missing_reports_2026": (MISSING, "year", "value", {"series": "all persons registered as missing"}, 3),
    "missing_found_alive": (MISSING, "year", "value", {"series": "later located alive"}, 3),
    "missing_found_dead": (MISSING, "year", "value", {"series": "later located dead"}, 3),
    "still_missing_2026": (MISSING, "year", "value", {"series": STILL} | EARLY_2026, 3),
    "still_missing_2026_07": (
        MISSING, "year", "value", {"series": STILL, "vintage": "registry cut 17 Jul 2026"}, 15),
    "prison_admissions": (
        PRISON, "date", "value", {"series": PRISON_INPUT}, 10),
    "prison_population": (
        PRISON, "date", "value", {"series": "prison population, year end (federal + state + juvenile)"}, 4),
    "overdose_deaths": (OVERDOSE, "year", "all_drug_overdose_deaths", {}, 26),
    "overdose_deaths_synthetic": (OVERDOSE, "year", "synthetic_opioid_deaths", {}, 25),
    "goods_trade_census": (TRADE, "year", "total_bn_usd", {}, 35),
    "goods_trade_usitc": (TRADE, "year", "total_bn_usd", {"compiler": "USITC"}, 4),
    "goods_trade_crs": (TRADE, "year", "total_bn_usd", {"compiler": "CRS"}, 1),
    "fentanyl_seizures": (SEIZED, "fiscal_year", "pounds", {"scope": "CBP nationwide"}, 3),
    "nonstate_deaths_release_23_1": (UCDP, "year", "nonstate_v23_1_active_dyads", {}, 21),
    "nonstate_deaths_events_2023": (UCDP, "year", "ged_slice_to_2023_all_dyads", {}, 22),
    "nonstate_deaths_release_25_1": (UCDP, "year", "country_year_v25_1", {}, 23),
    "nonstate_deaths_release_25_1_low": ("ucdp_country_year_mexico_v25_1.csv", "year", "ns_low", {}, 23),
}  # fmt: skip
WITHOUT_A_TABLE = {
    "organised_crime_homicides_2014_report", "still_missing_former_register", "prison_admissions_census",
    "border_patrol_apprehensions", "published_projection",
}  # fmt: skip


@pytest.fixture(scope="module")
def shared(request):
    needed = [SHARED / "mexico" / "evidence.md", SHARED / "data"]
    missing = ", ".join(str(path.relative_to(ROOT.parent)) for path in needed if not path.exists())
    if missing and os.environ.get("CROSSROADS_FULL") == "1":
        pytest.fail(f"the full suite needs, beside the project: {missing}")
    if missing:
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\nleft out, missing beside the project: {missing}")
        pytest.skip(f"missing beside the project: {missing}")
    return SHARED


@pytest.fixture(scope="module")
def ledger(shared):
    return (shared / "mexico" / "evidence.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def evidence():
    return YAML(typ="safe").load((CASE / "evidence.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def history():
    return YAML(typ="safe").load((CASE / "history.yaml").read_text(encoding="utf-8"))


def section(ledger, number):
    return re.split(rf"^## {number}\. ", ledger, flags=re.M)[1].split("\n## ")[0]


def table_rows(text):
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return {line[0].strip(): [cell.strip() for cell in line] for line in lines[2:]}


def read_table(shared, file):
    with (shared / "data" / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def read_range(cell):
    """A cell as (least, most): one number twice, or the two ends of a range such as 70-74."""
    plain = re.sub(r"\(.*?\)|[,\s$]|US", "", cell).replace("−", "-").replace("–", "-")
    number = r"([+-]?\d*\.?\d+)(m?)"
    match = re.fullmatch(rf"{number}(?:-{number})?", plain)
    assert match, f"no number in {cell!r}"
    first, first_unit, second, second_unit = match.groups()
    least = float(first) * (1e6 if first_unit else 1)
    return least, float(second) * (1e6 if second_unit else 1) if second else least


def find_differences(rows, evidence):
    for name, row in rows.items():
        if name not in evidence:
            yield f"{name} is missing"
            continue
        # the table writes low as weak, the records as small: only the order can differ
        wanted = sorted(read_range(cell) for cell in row[2:5])
        held = [evidence[name].get(key) for key in ("low", "central", "high")]
        if not all(map(is_within, held, wanted)):
            yield f"{name} is {held}, not {wanted}"


def is_within(value, ends):
    return value is not None and ends[0] <= value <= ends[1]


def same_value(cell, value):
    return cell != "" and float(cell) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("+40", (40, 40)), ("-.5", (-0.5, -0.5)), ("−8", (-8, -8)), ("66,000", (66000, 66000)), ("0-2", (0, 2)),
     ("70-74", (70, 74)), ("237,565 (FY25)", (237565, 237565)), ("1.86m (FY21-24 mean)", (1.86e6, 1.86e6)),
     ("US$ 27,000", (27000, 27000))],
)  # fmt: skip
def test_cells_of_the_ledger_are_read_as_numbers(cell, wanted):
    assert read_range(cell) == pytest.approx(wanted)


def test_every_row_of_the_parameter_table_stands_in_the_evidence_with_its_numbers(ledger, evidence):
    rows = table_rows(section(ledger, 1))
    assert len(rows) >= 60
    assert list(find_differences(rows, evidence)) == []


def test_every_row_added_later_stands_in_the_evidence_with_its_numbers(ledger, evidence):
    rows = table_rows(section(ledger, 10))
    assert len(rows) == 10
    assert list(find_differences(rows, evidence)) == []


def test_a_changed_number_or_a_lost_row_would_be_noticed(ledger, evidence):
    rows = table_rows(section(ledger, 10))
    changed = evidence | {"oc-share": evidence["oc-share"] | {"central": 0.51}}
    del changed["deterrence"]
    assert len(list(find_differences(rows, changed))) == 2


def test_every_entry_of_the_ledger_is_kept(ledger, evidence):
    entries = set(re.findall(r"\*\*([A-L]\d+) `", section(ledger, 2)))
    assert {"A1", "F14", "H7", "L3"} <= entries
    assert len(entries) >= 90
    assert sorted(entries - {record.get("entry") for record in evidence.values()}) == []


def test_judgement_is_never_shown_as_more_than_judgement(ledger, evidence):
    rows = table_rows(section(ledger, 1))
    judged = [name for name, row in rows.items() if row[7] in ("judgement", "range judgement")]
    assert len(judged) >= 10
    assert [name for name in judged if evidence[name]["status"] != "judgement"] == []


def test_every_series_is_checked_or_known_to_have_no_table(history):
    assert set(history) == set(TABLES) | WITHOUT_A_TABLE


@pytest.mark.parametrize("name", TABLES)
def test_history_says_what_the_tables_say(shared, history, name):
    file, year_column, value_column, where, least = TABLES[name]
    rows = [row for row in read_table(shared, file) if where.items() <= row.items()]
    cells = {int(row[year_column]): row[value_column] for row in rows if row[year_column].isdigit()}
    held = {year: value for year, value in history[name]["values"].items() if year in cells}
    assert len(held) >= least
    assert {year: value for year, value in held.items() if not same_value(cells[year], value)} == {}


def test_trade_of_one_compiler_is_not_spliced_with_that_of_another(shared, history):
    compilers = {int(row["year"]): row["compiler"] for row in read_table(shared, TRADE)}
    for name, compiler in (("census", "Census"), ("usitc", "USITC"), ("crs", "CRS")):
        years = history[f"goods_trade_{name}"]["values"]
        assert {year for year in years if not compilers[year].startswith(compiler)} == set()


def test_recalled_figures_stay_out_of_history(shared, history):
    rows = read_table(shared, OVERDOSE)
    recalled = {int(row["year"]) for row in rows if "synthetic figure recalled" in row["status"]}
    assert recalled == {2020}
    assert not recalled & set(history["overdose_deaths_synthetic"]["values"])
