import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.case.positions import Source, read_json, read_yaml
from crossroads.errors import Place


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_every_field_of_a_yaml_file_has_its_line(tmp_path):
    source = read_yaml(write(tmp_path, "a.yaml", "a: 1\n\nb:\n  c: [x,\n    y]\n  2020: {d: 2026-01-31}\n"))
    assert source.problems == ()
    assert source.lines == {"a": 1, "b": 3, "b.c": 4, "b.c.0": 4, "b.c.1": 5, "b.2020": 6, "b.2020.d": 6}
    assert source.data["b"]["c"] == ["x", "y"]
    assert source.data["b"][2020]["d"].year == 2026


def test_a_field_that_is_not_there_is_placed_at_the_nearest_one_around_it(tmp_path):
    source = read_yaml(write(tmp_path, "a.yaml", "a: 1\nb:\n  c: 2\n"))
    assert source.place("b.d.e").line == 2
    assert source.place("z").line == 1


def test_all_keys_written_twice_are_found_at_any_depth(tmp_path):
    source = read_yaml(write(tmp_path, "a.yaml", "a: 1\nb: {c: 1, c: 2}\na: 3\n"))
    assert [(p.place.line, p.place.field) for p in source.problems] == [(2, "b.c"), (3, "a")]
    assert source.data == {"a": 1, "b": {"c": 1}}


def test_a_value_that_cannot_be_read_is_a_problem_and_the_rest_is_kept(tmp_path):
    source = read_yaml(write(tmp_path, "a.yaml", "a: !secret x\nb: 2026-13-45\nc: 3\n"))
    assert [p.place.field for p in source.problems] == ["a", "b"]
    assert source.data["c"] == 3


def test_an_empty_file_says_nothing(tmp_path):
    assert read_yaml(write(tmp_path, "a.yaml", "# only a comment\n")).data == {}


def test_a_file_that_is_not_text_is_a_problem(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"a: \xff\xfe\n")
    (problem,) = read_yaml(tmp_path / "a.yaml").problems
    assert "UTF-8" in problem.what


def test_control_characters_are_a_problem(tmp_path):
    (problem,) = read_yaml(write(tmp_path, "a.yaml", "a: \x07\n")).problems
    assert problem.place.file == "a.yaml"


def test_every_field_of_a_json_file_has_its_line(tmp_path):
    source = read_json(write(tmp_path, "a.json", '[\n  {"id": "a",\n   "title": "T\\u00e9 \\/"}\n]\n'))
    assert source.lines == {"0": 2, "0.id": 2, "0.title": 3}
    assert source.data == [{"id": "a", "title": "Té /"}]


@pytest.mark.parametrize("read", [read_yaml, read_json])
def test_a_file_that_is_not_there_is_a_problem_with_a_way_out(tmp_path, read):
    for path in (tmp_path / "facts.yaml", tmp_path / "folder.yaml"):
        (tmp_path / "folder.yaml").mkdir(exist_ok=True)
        source = read(path)
        (problem,) = source.problems
        assert source.data is None
        assert str(problem) == f"{path.name}: the file is missing. Add {path.name} to the folder of the case."


def test_a_mistake_of_syntax_is_placed_on_its_line(tmp_path):
    source = read_yaml(write(tmp_path, "a.yaml", "a: 1\nb: [1, 2\nc: 3\n"))
    (problem,) = source.problems
    assert source.data is None
    assert (problem.place.file, problem.place.line) == ("a.yaml", 3)
    assert problem.what.startswith("not valid YAML: ")
    assert "bracket" in problem.way_out


def test_a_mistake_in_json_is_placed_on_its_line(tmp_path):
    source = read_json(write(tmp_path, "a.json", '[\n  {"id": "a"}\n  {"id": "b"}\n]\n'))
    (problem,) = source.problems
    assert source.data is None
    assert (problem.place.line, problem.place.field) == (3, "")
    assert "delimiter" in problem.what
    assert "comma" in problem.way_out


def test_json_that_is_not_text_is_a_problem(tmp_path):
    (tmp_path / "a.json").write_bytes(b'["\xff"]')
    (problem,) = read_json(tmp_path / "a.json").problems
    assert (problem.what, problem.way_out) == ("not UTF-8 text", "Save it as UTF-8.")


def test_a_key_written_twice_in_json_is_found_too(tmp_path):
    (problem,) = read_json(write(tmp_path, "a.json", '{"a": 1,\n "a": 2}')).problems
    assert problem.what == 'key "a" is written twice (first on line 1)'
    assert (problem.place.line, problem.place.field) == (2, "a")


def test_keys_of_different_types_are_different_keys(tmp_path):
    source = read_yaml(write(tmp_path, "a.yaml", "1: one\n'1': text\n"))
    assert source.data == {1: "one", "1": "text"}
    assert source.problems == ()


def test_a_value_given_by_reference_is_read_in_both_places(tmp_path):
    source = read_yaml(write(tmp_path, "a.yaml", "a: &x {b: 1}\nc:\n  d: *x\n"))
    assert source.data == {"a": {"b": 1}, "c": {"d": {"b": 1}}}
    assert source.lines["c.d"] == 3
    assert source.problems == ()


def test_plain_words_keep_the_types_of_yaml_1_2(tmp_path):
    source = read_yaml(write(tmp_path, "a.yaml", "a: no\nb: 012\nc: 1e3\nd: ~\ne: '7'\nf: on\n"))
    assert source.data == {"a": "no", "b": 12, "c": 1000.0, "d": None, "e": "7", "f": "on"}


@pytest.mark.parametrize("text", ["7\n", "- a\n- b\n", "word\n"])
def test_a_file_may_say_something_else_than_a_mapping(tmp_path, text):
    source = read_yaml(write(tmp_path, "a.yaml", text))
    assert source.problems == ()
    assert source.data in (7, ["a", "b"], "word")
    assert source.place("title").line == 1


def test_a_source_without_lines_places_everything_at_its_top():
    assert Source("a.yaml", None, {}).place("a.b") == Place("a.yaml", 1, "a.b")


KEYS = st.text("abc", min_size=1, max_size=3)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-999, 999), st.text("abcé:#-' ", max_size=6))
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)


def list_fields(data, at=""):
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, inner in items:
        field = f"{at}.{key}" if at else str(key)
        yield field
        yield from list_fields(inner, field)


@given(TREES)
@settings(max_examples=40, deadline=None)
def test_whatever_is_written_is_read_with_a_line_for_every_field(tmp_path_factory, tree):
    text = json.dumps(tree, indent=1, ensure_ascii=False)
    folder = tmp_path_factory.getbasetemp()
    for source in (read_json(write(folder, "a.json", text)), read_yaml(write(folder, "a.yaml", text))):
        assert source.data == tree
        assert source.problems == ()
        assert set(source.lines) == set(list_fields(tree))
        assert set(source.lines.values()) <= set(range(1, text.count("\n") + 2))


@pytest.mark.parametrize("text", ["a: !!bool maybe\n", "a: !!int ''\n"])
def test_a_value_with_a_tag_it_cannot_have_is_a_problem_with_its_line(tmp_path, text):
    (tmp_path / "odd.yaml").write_text("first: 1\n" + text, encoding="utf-8")
    (problem,) = read_yaml(tmp_path / "odd.yaml").problems
    assert problem.place.line == 2


def test_a_list_that_contains_itself_is_a_problem(tmp_path):
    (tmp_path / "odd.yaml").write_text("a: &x [*x]\n", encoding="utf-8")
    (problem,) = read_yaml(tmp_path / "odd.yaml").problems
    assert "without end" in problem.what


def test_json_nested_without_end_is_a_problem(tmp_path):
    (problem,) = read_json(write(tmp_path, "deep.json", "[" * 100_000 + "]" * 100_000)).problems
    assert "without end" in problem.what


def test_brackets_and_quotes_within_text_do_not_move_a_line(tmp_path):
    text = '{"a": "]},{[:\\"\\\\",\n "b\\"}": [1,\n [], {}, -1.5e3],\n\n "c": {"d":\n null}}'
    source = read_json(write(tmp_path, "a.json", text))
    assert source.lines == {
        "a": 1,
        'b"}': 2,
        'b"}.0': 2,
        'b"}.1': 3,
        'b"}.2': 3,
        'b"}.3': 3,
        "c": 5,
        "c.d": 5,
    }
