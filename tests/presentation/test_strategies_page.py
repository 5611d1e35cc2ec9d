"""The page on how the others answer tells facts of the cases."""

import re
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from ruamel.yaml import YAML

from crossroads.analysis.strategies import How
from crossroads.case.files import load
from crossroads.case.records import Actor, Anchor, Case, Mix, Payoff, by_id
from crossroads.presentation.cli import main

PAGE = (Path(__file__).parent.parent.parent / "docs" / "strategies.md").read_text(encoding="utf-8")


def read_blocks(kind):
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.S)


def test_what_is_quoted_from_the_toy_case_stands_in_it():
    payoff, anchors = (YAML(typ="safe").load(block) for block in read_blocks("yaml"))
    case = load("toy")
    council = by_id(case.actors)["council"]
    assert Payoff.model_validate(payoff["payoff"]) == council.payoff
    assert Anchor.model_validate(anchors["anchors"]["council"]) == by_id(case.mixes)["builder_works"].anchors["council"]


def test_every_row_of_mexicos_payoff_is_that_of_the_case():
    payoff = by_id(load("mexico").actors)["mexico"].payoff
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (-?[\d.]+) \| (-?[\d.]+) \|$", PAGE, re.M)
    found = [(name, points, float(worst), float(best)) for name, points, worst, best in rows]
    assert found == [
        (one.outcome, one.weight if isinstance(one.weight, str) else f"{one.weight:g}", one.worst, one.best)
        for one in payoff.values
    ]
    assert f"One point is {payoff.unit}" in PAGE


@pytest.mark.parametrize("line", [line for line in read_blocks("")[0].splitlines() if line])
def test_every_command_has_words_that_are_understood(line):
    words = line.split("#")[0].split()
    assert words[:3] == [".venv/bin/crossroads", "report", "RUNS"]
    given = words[4]
    if words[3] == "--answers":
        assert given in get_args(How)
    else:
        actor, move = given.split("=")
        assert move in by_id(by_id(load("mexico").actors)[actor].moves)
    assert words[3] in CliRunner().invoke(main, ["report", "--help"]).output


def test_every_field_of_the_table_is_a_field_of_the_records():
    fields = {*Payoff.model_fields, *Actor.model_fields, *Mix.model_fields, *Case.model_fields}
    named = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", PAGE, re.M)
    assert set(named) <= fields
    assert {name for name in Payoff.model_fields if name not in ("because", "evidence")} <= set(named)
