import re
from html import unescape

import numpy as np
import pytest
from invented import change_cells
from robust_parts import weigh_parts

from crossroads.analysis.metrics import METRICS
from crossroads.presentation.document import _environment
from crossroads.presentation.robustness import SAYS
from crossroads.presentation.tables import Names

NAMES = {metric.id: metric.name for metric in METRICS}


@pytest.fixture(scope="module")
def parts():
    return weigh_parts()


@pytest.fixture(scope="module")
def told(parts):
    return parts.tell()


def read_cells(figure, *wanted):
    """Rows of a figure for one pick, as records."""
    rows = [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]
    return [row for row in rows if (row["outcome"], row["horizon"]) == wanted]


def test_every_metric_is_told_with_its_kind_formula_and_reference(told):
    assert [line.name for line in told.metrics] == list(NAMES.values())
    for line, metric in zip(told.metrics, METRICS, strict=True):
        assert line.meaning == metric.meaning
        assert metric.formula in line.formula
        assert (metric.coefficient is None) == ("c = " not in line.formula)
        assert all(SAYS[one] in line.kind for one in (metric.measures, metric.futures, metric.about))
        assert line.reference


def test_the_table_names_the_first_and_counts_those_not_told_apart(told, parts):
    assert [table.title for table in told.firsts] == ["Put first after 1 year", "Put first after 2 years"]
    table = told.firsts[-1]
    assert [row.short for row in table.rows] == list(NAMES.values())
    given = parts.metrics.sel(view="mixture", horizon="far")
    named = 0
    for row, metric in zip(table.rows, METRICS, strict=True):
        for cell, outcome in zip(row.cells, ("deaths", "trust"), strict=True):
            ranked = given.sel(outcome=outcome, metric=metric.id)
            first = ranked["option"].values[ranked["rank"].values == 1]
            others = int((ranked["rank_low"].values == 1).sum()) - len(first)
            assert (cell.note == "") == (others == 0)
            if len(first) == 1:
                named += 1
                assert cell.text == parts.names.options[str(first[0])].short
    assert named > len(METRICS)


def test_equals_in_first_place_are_counted_and_a_silent_metric_has_a_dash(parts):
    place = {"outcome": "deaths", "horizon": "far", "view": "mixture", "metric": "laplace"}
    shared = change_cells(parts.metrics, {"rank": np.array([1, 1, 3]), "rank_low": np.array([1, 1, 1])}, **place)
    row = shared_row(parts.tell(metrics=shared))
    assert (row.cells[0].text, row.cells[0].note) == ("2 options alike", "≈ 1 other")
    silent = change_cells(parts.metrics, {"rank": 0, "rank_low": 0, "value": np.nan}, **place)
    assert shared_row(parts.tell(metrics=silent)).cells[0].text == "–"


def shared_row(told):
    return told.firsts[-1].rows[[*NAMES].index("laplace")]


def test_the_chart_of_places_holds_every_option_metric_outcome_and_horizon(told, parts):
    figure = told.places
    assert len(figure.rows) == 3 * len(METRICS) * 2 * 2
    given = parts.metrics.sel(view="mixture", outcome="trust", horizon="near")
    cells = read_cells(figure, "trust", "1 year")
    assert len(cells) == 3 * len(METRICS)
    for cell in cells:
        option = next(one.id for one in parts.names.options.values() if one.short == cell["option"])
        metric = next(one for one, name in NAMES.items() if name == cell["metric"])
        found = given.sel(option=option, metric=metric)
        assert (cell["place"] or 0) == int(found["rank"])
        assert (cell["first"] == "yes") == (int(found["rank_low"]) == 1)
        if cell["place"]:
            assert cell["value"] == pytest.approx(float(found["value"]), rel=1e-3)
            assert cell["best"] <= cell["place"] <= cell["worst"]


def test_what_can_be_picked_is_what_the_rows_hold_and_each_pick_says_something(told):
    for figure in told.figures:
        outcomes, horizons = (choice.values for choice in figure.choices)
        assert {(row[0], row[1]) for row in figure.rows} == {(one, two) for one in outcomes for two in horizons}
        assert set(figure.notes) == {f"{one}|{two}" for one in outcomes for two in horizons}
        assert all(note.endswith(".") for note in figure.notes.values())
        assert figure.note


def test_agreement_is_that_of_the_rankings(told, parts):
    cells = read_cells(told.agreement, "deaths", "2 years")
    assert len(cells) == len(METRICS) ** 2
    given = parts.rankings["tau"].sel(view="mixture", outcome="deaths", horizon="far")
    for cell in cells:
        one, two = ([name for name in NAMES if NAMES[name] == cell[part]] for part in ("metric", "other"))
        tau = float(given.sel(metric=one[0], other_metric=two[0]))
        assert cell["agreement"] == (None if np.isnan(tau) else pytest.approx(tau, rel=1e-3))


def test_the_two_metrics_that_differ_most_are_named_with_the_reason(parts):
    quiet = change_cells(parts.rankings, {"opposed": 0, "tau": 0.5}, view="mixture")
    place = {"view": "mixture", "outcome": "deaths", "horizon": "far"}
    loud = change_cells(
        quiet,
        {"opposed": 2, "moved": "care", "shift": 2},
        **place,
        metric="laplace",
        other_metric="undesirable",
    )
    loud = change_cells(loud, {"tau": 0.99}, **place, metric="maximin", other_metric="hurwicz")
    text = parts.tell(rankings=loud).differences[0]
    care = parts.names.call("care")
    assert text.startswith("deaths: 54 of 55 pairs of metrics never clearly disagree.")
    assert "“Worst future” and “Between worst and best” agree most (tau 0.99)." in text
    assert "“Mean” and “Bad surprises” differ most: they put 2 pairs of options in clearly opposite orders" in text
    assert f"and {care} moves by at least 2 places." in text
    assert "“Mean” measures the outcome itself, “Bad surprises” the distance from the option's own middle;" in text
    assert "“Mean” is about the level, “Bad surprises” the spread." in text


def test_where_nothing_clearly_differs_that_is_said(parts):
    quiet = change_cells(parts.rankings, {"opposed": 0, "tau": 0.5}, view="mixture")
    assert (
        parts.tell(rankings=quiet)
        .differences[0]
        .endswith("No two metrics put any two options in clearly opposite orders.")
    )
    silent = change_cells(parts.rankings, {"opposed": 0, "tau": np.nan}, view="mixture")
    assert parts.tell(rankings=silent).differences[0].endswith("No two metrics rank the options.")


def test_an_option_that_every_metric_puts_first_is_named(parts):
    places = {"rank": np.array([2, 1, 3])[:, None], "rank_low": np.array([2, 1, 3])[:, None]}
    one = change_cells(parts.metrics, places, view="mixture", outcome="deaths", horizon="far")
    note = parts.tell(metrics=one).places.notes["deaths|2 years"]
    assert note.startswith("1 option is put first by a metric that tells them apart")
    assert note.endswith(f": {parts.names.call('force')}.")
    split = one.copy(deep=True)
    split["rank"].loc[{"view": "mixture", "outcome": "deaths", "horizon": "far", "metric": "maximin"}] = [1, 2, 3]
    split["rank_low"].loc[{"view": "mixture", "outcome": "deaths", "horizon": "far", "metric": "maximin"}] = [1, 2, 3]
    note = parts.tell(metrics=split).places.notes["deaths|2 years"]
    assert note.startswith("2 options are put first by a metric that tells them apart")
    assert note.endswith(": none.")


def test_who_asks_for_a_threshold_is_told(told, parts):
    assert told.thresholds == (
        "deaths after 1 year: all that is asked by town and river.",
        "trust after 2 years: all that is asked by town.",
    )
    nobody = change_cells(parts.metrics, {"threshold": "baseline"})
    assert parts.tell(metrics=nobody).thresholds == ()


def test_a_failed_option_is_shown_without_places():
    told = weigh_parts(failed=True).tell()
    short = weigh_parts().names.options["force"].short
    mine = [cell for cell in read_cells(told.places, "deaths", "1 year") if cell["option"] == short]
    assert len(mine) == len(METRICS)
    assert {cell["place"] for cell in mine} == {None}
    assert {cell["first"] for cell in mine} == {"no"}


def test_one_horizon_is_told_once(parts):
    case = parts.names.case
    names = Names(case.model_copy(update={"horizons": case.horizons[:1]}))
    told = parts.tell(names=names)
    assert len(told.firsts) == 1
    assert told.places.choices[1].values == ("1 year",)
    assert len(told.dominance.columns) == 2


def render(told):
    return _environment().get_template("robustness.html").render(robustness=told)


def test_the_page_shows_every_part_and_escapes_names(told):
    page = render(told)
    assert page.count("<table") == len(told.firsts) + 3
    for figure in told.figures:
        assert f'id="{figure.id}"' in page
        assert f'aria-label="{figure.alt}"' in page
    text = unescape(re.sub(r"<[^>]+>", " ", page))
    for part in (told.intro, *told.differences, told.dominance_says, *told.thresholds):
        assert part in text
    assert "Force & <order>" not in page
    assert "Force &amp; &lt;order&gt;" in page
    assert page.count("<section") == page.count("</section>") == 1


def test_the_page_is_empty_without_the_section():
    assert "<section" not in render(None)
