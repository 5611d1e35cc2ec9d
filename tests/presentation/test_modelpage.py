import re
from pathlib import Path

import pytest

from crossroads.case.files import load
from crossroads.presentation.modelpage import PAGE, PICTURE, find_words, main, tell_model, write_model_page
from crossroads.simulation.causes import find_causes
from crossroads.simulation.models import load_model
from crossroads.simulation.wrapped import Wrapped

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.fixture(scope="module")
def town():
    return load("toy")


@pytest.fixture(scope="module")
def model(town):
    return load_model(town, "toy")


@pytest.fixture(scope="module")
def text(town, model):
    return tell_model(town, model, find_causes(town, model))


def part_of(text, heading):
    return text.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_every_mechanism_has_its_part_with_all_it_gives(text, model):
    for mechanism in model.mechanisms:
        part = part_of(text, mechanism.name.capitalize())
        assert mechanism.meaning in part
        for group in (mechanism.stocks, mechanism.unit_stocks, mechanism.rates, mechanism.flows, mechanism.outcomes):
            for quantity in group:
                assert f"| `{quantity.name}` | {quantity.unit} | {quantity.meaning} |" in part


def test_what_a_mechanism_takes_stands_with_its_source_and_sign(text):
    part = part_of(text, "River")
    assert "| streets | `all_streets` | + `flooding` |" in part
    assert re.search(r"\| `flood_rate` \| \+ \|", part)
    assert re.search(r"\| `levee_height` \| − \|", part)
    assert re.search(r"\| `ground` \| ± \|", part)


def test_equations_stand_as_their_author_wrote_them_and_once(text, model):
    _, words = find_words(model.mechanisms[0])
    assert words.startswith("A town behind a levee")
    assert text.count(words) == 1


def test_evidence_stands_with_what_it_says(text, town, model):
    statements = {entry.id: entry.statement for entry in town.evidence}
    named = [name for mechanism in model.mechanisms for name in mechanism.evidence]
    assert named
    for name in named:
        assert f"| `{name}` | {' '.join(statements[name].split())} |" in text


def test_tables_are_well_formed(text):
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) > 30
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_a_part_that_is_switched_off_says_so(town, model):
    short = model.without("purse")
    part = part_of(tell_model(town, short, find_causes(town, short)), "Purse")
    assert "Switched off" in part


def test_the_page_is_written_with_its_picture(town, model, tmp_path):
    path = write_model_page(town, model, tmp_path)
    assert path == tmp_path / PAGE
    assert f"]({PICTURE})" in path.read_text(encoding="utf-8")
    picture = (tmp_path / PICTURE).read_text(encoding="utf-8")
    assert picture.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_the_command_tells_where_it_wrote(tmp_path, capsys):
    main(["toy", str(tmp_path)])
    assert capsys.readouterr().out == f"{tmp_path / PAGE}\n"


def test_the_command_refuses_a_model_without_mechanisms(tmp_path, monkeypatch):
    wrapped = Wrapped(lambda given, weeks: given, batch=True)
    monkeypatch.setattr("crossroads.presentation.modelpage.load_model", lambda case, folder: wrapped)
    with pytest.raises(SystemExit, match="no mechanisms"):
        main(["toy", str(tmp_path)])


def test_the_page_in_the_docs_is_that_of_the_model_as_it_is():
    """After a change of the model: make model-page."""
    text = (DOCS / PAGE).read_text(encoding="utf-8")
    model = load_model(load("mexico"), "mexico")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == ["Feedback", *(one.name.replace("_", " ").capitalize() for one in model.mechanisms)]
    for mechanism in model.mechanisms:
        _, words = find_words(mechanism)
        assert words in text
        for quantity in (*mechanism.stocks, *mechanism.unit_stocks, *mechanism.outcomes):
            assert f"| `{quantity.name}` | {quantity.unit} | {quantity.meaning} |" in text
    assert "mechanisms as boxes" in (DOCS / PICTURE).read_text(encoding="utf-8")
