from pathlib import Path

from crossroads.case.positions import read_json, read_yaml


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
