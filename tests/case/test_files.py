import json
from datetime import date
from pathlib import Path

import pytest
from mistakes import Mistake

from crossroads.case.files import find_folder, load
from crossroads.errors import CaseError

GAUGE = "  design: water marks\n  strength: C\n  status: verified\n  contested: low\n  sources: [bridge-"

TWELVE = [
    Mistake(
        "case.yaml",
        "0.2\n    low: 0\n    high: 1\n",
        "0.2\n    low: 0\n    hgih: 1\n",
        "    hgih: 1",
        "levers.warning.hgih",
        'unknown key "hgih"',
        'Did you mean "high"?',
    ),
    Mistake(
        "case.yaml",
        "discount_rate: 0.0\n",
        "",
        "# A small invented case",
        "discount_rate",
        "value judgement and has no default",
        "Decide it",
    ),
    Mistake(
        "case.yaml",
        "{levee: raised}",
        "{levee: razed}",
        "{levee: razed}",
        "options.raise.steps.0.set.levee",
        'no setting "razed"',
        'Did you mean "raised"?',
    ),
    Mistake(
        "case.yaml",
        "{moving: 0.2}",
        "{moving: 0.9}",
        "{moving: 0.9}",
        "options.move_out.steps.0.set.moving",
        'out of the range of lever "moving"',
        "from 0 to 0.5",
    ),
    Mistake(
        "case.yaml",
        "      flood_rate: {kind",
        "      flod_rate: {kind",
        "flod_rate",
        "views.residents.beliefs.flod_rate",
        'unknown uncertainty "flod_rate"',
        'Did you mean "flood_rate"?',
    ),
    Mistake(
        "case.yaml",
        "flooded_homes: 0.3}",
        "flooded_homes: 0.4}",
        "outcomes: {harmed",
        "concerns.safety.outcomes",
        "sum to 1.1, not to 1",
        "Change the shares",
    ),
    Mistake(
        "case.yaml",
        "    weights: {safety: 2, purse: 5}\n",
        "",
        "  taxpayers",
        "stakeholders.taxpayers.weights",
        "value judgement and has no default",
        "Write a weight",
    ),
    Mistake(
        "uncertainties.yaml",
        "  evidence: [town-growth]\n",
        "",
        "growth",
        "growth.evidence",
        "cites no evidence",
        "Cite an entry",
    ),
    Mistake(
        "uncertainties.yaml",
        "  unit: share\n",
        "  unit: '% a year'\n",
        "'% a year'",
        "homes_hit.unit",
        'its evidence flood-reach in "share"',
        "Convert",
    ),
    Mistake(
        "evidence.yaml",
        f"{GAUGE}gauge]",
        f"{GAUGE}gage]",
        "[bridge-gage",
        "flood-reach.sources.0",
        'unknown reference "bridge-gage"',
        'Did you mean "bridge-gauge"?',
    ),
    Mistake(
        "evidence.yaml",
        "  contested: medium\n  contested_note: The gauge",
        "  contested: sometimes\n  contested_note: The gauge",
        "contested: sometimes",
        "flood-count.contested",
        'is "sometimes", which is not one of the allowed values',
        "low-medium",
    ),
    Mistake(
        "history.yaml",
        "floods_seen:\n",
        "homes_counted:\n",
        "2025: 808}\nhomes_counted",
        "homes_counted",
        "written twice (first on line 1)",
        "Remove or rename",
    ),
]


def test_twelve_mistakes_are_reported_at_once_each_at_its_place(check_mistakes):
    assert len(TWELVE) == 12
    check_mistakes(*TWELVE)


@pytest.mark.parametrize("mistake", TWELVE, ids=lambda mistake: mistake.field)
def test_a_single_mistake_gives_a_single_problem(check_mistakes, mistake):
    check_mistakes(mistake)


def test_the_error_lists_file_line_field_and_way_out_in_one_text(copy):
    copy.change("case.yaml", "{moving: 0.2}", "{moving: 0.9}")
    line = copy.line("case.yaml", "{moving: 0.9}")
    with pytest.raises(CaseError, match="1 problem") as caught:
        load(copy.folder)
    assert f"case.yaml:{line} options.move_out.steps.0.set.moving: 0.9 is out" in str(caught.value)


def test_the_toy_case_is_read_in_file_order_with_its_values():
    case = load("toy")
    assert [option.id for option in case.options] == ["keep", "raise", "move_out"]
    assert case.options[2].steps[1].end_month == 48
    assert case.start == date(2026, 1, 1)
    assert [move.id for move in case.actors[0].moves] == ["supports", "opposes"]
    assert case.levers[0].numbers("patched") == {"levee_height": 0.3, "works": 0.25}
    assert [each.id for each in case.uncertainties] == [
        "flood_rate",
        "homes_hit",
        "growth",
        "ground",
        "overrun",
    ]
    assert case.history[0].values == {2024: 804, 2025: 808}
    assert case.references[2].citation.startswith("Dyke R., Marsh B. and Polder I. (2019). Nine towns")


def test_a_folder_gives_the_same_case_as_its_name(copy):
    assert load(copy.folder) == load("toy") == load(str(copy.folder))


def test_a_case_that_does_not_exist_names_the_shipped_ones(tmp_path):
    with pytest.raises(CaseError, match=r"no such case.*toy"):
        load(tmp_path / "nowhere")


def test_a_name_that_means_two_cases_is_refused(copy, monkeypatch):
    monkeypatch.chdir(copy.folder.parent)
    copy.folder.rename(copy.folder.parent / "toy")
    with pytest.raises(CaseError, match=r"toy is a shipped case, and a folder here\. Write \./toy for the folder"):
        load("toy")
    assert find_folder("./toy") == Path("toy")


def test_a_file_that_is_missing_is_one_problem_and_the_others_are_still_checked(copy):
    (copy.folder / "evidence.yaml").unlink()
    copy.change("case.yaml", "{moving: 0.2}", "{moving: 0.9}")
    assert [(p.place.file, p.place.line) for p in copy.problems()] == [
        ("case.yaml", copy.line("case.yaml", "{moving: 0.9}")),
        ("evidence.yaml", 0),
    ]


@pytest.mark.parametrize("file", ["case.yaml", "uncertainties.yaml", "evidence.yaml", "history.yaml"])
def test_a_syntax_error_in_one_file_hides_nothing_in_the_others(copy, file):
    copy.change("references.json", '"title": "Homes and households",\n', "")
    text = (copy.folder / file).read_text()
    (copy.folder / file).write_text(text + "broken: [1, 2\n")
    problems = copy.problems()
    assert {problem.place.file for problem in problems} == {file, "references.json"}
    assert len(problems) == 2
    syntax = next(problem for problem in problems if problem.place.file == file)
    assert "not valid YAML" in syntax.what
    assert abs(syntax.place.line - (text.count("\n") + 1)) <= 1


def test_a_syntax_error_in_the_references_is_one_problem(copy):
    copy.change("references.json", '"id": "bridge-gauge",', '"id": "bridge-gauge"')
    (problem,) = copy.problems()
    assert "not valid JSON" in problem.what
    assert problem.place.line == copy.line("references.json", '"id": "bridge-gauge"\n    "type')


def test_a_reference_without_a_title_is_found_on_its_line_and_hides_no_use_of_it(copy):
    copy.change("references.json", '"title": "Homes and households",\n', "")
    (problem,) = copy.problems()
    assert (problem.place.field, problem.what) == ("3.title", '"title" is missing')
    text = (copy.folder / "references.json").read_text().splitlines()
    assert "{" in text[problem.place.line - 1]
    assert "town-register" in text[problem.place.line]


def test_extra_csl_keys_are_welcome_in_references(copy):
    items = json.loads((copy.folder / "references.json").read_text())
    (copy.folder / "references.json").write_text(
        json.dumps([item | {"abstract": "Invented."} for item in items])
    )
    assert load(copy.folder).references == load("toy").references


def test_a_reference_written_twice_is_a_problem(copy):
    items = json.loads((copy.folder / "references.json").read_text())
    (copy.folder / "references.json").write_text(json.dumps([*items, items[0]]))
    (problem,) = copy.problems()
    assert 'reference "town-hall-2025" is written twice' in problem.what


def test_a_broken_record_is_reported_once_and_naming_it_elsewhere_is_no_mistake(check_mistakes):
    check_mistakes(
        Mistake(
            "case.yaml",
            "    reading: level\n",
            "    reading: depth\n",
            "reading: depth",
            "outcomes.homes_at_risk.reading",
            'is "depth"',
            "rate, total or level",
        )
    )


def test_an_unknown_section_is_an_unknown_key(check_mistakes):
    check_mistakes(
        Mistake(
            "case.yaml",
            "stays_out:",
            "stay_out:",
            "stay_out",
            "stay_out",
            'unknown key "stay_out"',
            "stays_out",
        )
    )


def test_a_missing_section_says_what_to_add(copy):
    text = (copy.folder / "case.yaml").read_text()
    start, end = text.index("horizons:\n"), text.index("options:\n")
    (copy.folder / "case.yaml").write_text(text[:start] + text[end:])
    (problem,) = copy.problems()
    assert problem.place.field == "horizons"
    assert "value judgement" in problem.what


def test_a_section_of_the_wrong_shape_is_one_problem(copy):
    text = (copy.folder / "case.yaml").read_text()
    start, end = text.index("views:\n"), text.index("\nfactors:\n")
    (copy.folder / "case.yaml").write_text(text[:start] + "views: engineers\n" + text[end:])
    (problem,) = copy.problems()
    assert problem.place.field == "views"
    assert "not a mapping of ids" in problem.what


def test_a_record_without_fields_is_one_problem(check_mistakes):
    fields = "    name: The view of the river\n    note: Not modelled; a raised levee hides the river.\n"
    old = f"  river_view:\n{fields}"
    check_mistakes(
        Mistake(
            "case.yaml",
            old,
            "  river_view: pretty\n",
            "river_view: pretty",
            "concerns.river_view",
            "no fields",
        )
    )


def test_an_id_written_inside_its_record_is_a_problem(check_mistakes):
    check_mistakes(
        Mistake(
            "case.yaml",
            "    name: The view of the river\n",
            "    id: river_view\n",
            "    id: river_view",
            "concerns.river_view.id",
            "is the id already",
            "Remove",
        ),
        Mistake(
            "case.yaml",
            "    note: Not modelled; a raised levee hides the river.\n",
            "",
            "  river_view:",
            "concerns.river_view.name",
            '"name" is missing',
        ),
    )


def test_a_model_that_is_not_there_is_a_problem_of_the_case_file(copy):
    (copy.folder / "model" / "__init__.py").unlink()
    copy.change("case.yaml", "model: model\n", "model: no_such_model\n")
    (problem,) = copy.problems()
    assert (problem.place.field, problem.place.line) == (
        "model",
        copy.line("case.yaml", "model: no_such_model"),
    )
    assert "no_such_model/__init__.py" in problem.way_out


def test_a_case_file_that_is_a_list_is_one_problem(copy):
    (copy.folder / "case.yaml").write_text("- a\n- b\n")
    (problem,) = copy.problems()
    assert "is not a mapping" in problem.what


def test_shipped_cases_are_found_by_name():
    assert find_folder("toy").name == "toy"
    assert (find_folder("toy") / "case.yaml").is_file()
