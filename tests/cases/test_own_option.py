"""The option that the README tells a reader to add is checked and ready to be weighed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np

from crossroads.case.files import find_folder, load
from crossroads.presentation.pipeline import check
from crossroads.simulation.layout import build_inputs

README = Path(__file__).parents[2] / "README.md"


def test_the_option_of_the_readme_stands_beside_the_others(tmp_path):
    (text,) = re.findall(r"```yaml\n(  \w+:\n.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    mine = tmp_path / "my-case"
    shutil.copytree(find_folder("mexico"), mine, ignore=shutil.ignore_patterns("__pycache__"))
    case = (mine / "case.yaml").read_text(encoding="utf-8")
    assert case.count("\nfacts:\n") == 1
    (mine / "case.yaml").write_text(case.replace("\nfacts:\n", f"{text}\nfacts:\n"), encoding="utf-8")
    assert check(mine, runs=False) == []
    before, after = (build_inputs(load(where)) for where in ("mexico", mine))
    (added,) = set(after.options) - set(before.options)
    place, same = after.options.index(added), after.options.index(before.options[0])
    assert after.applicable[place].any()
    assert not np.array_equal(after.schedules[place], after.schedules[same])
