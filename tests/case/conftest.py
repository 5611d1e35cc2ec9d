import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from mistakes import Copy, Mistake

from crossroads.case.files import find_folder


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    shutil.copytree(find_folder("toy"), tmp_path / "town", ignore=shutil.ignore_patterns("__pycache__"))
    return Copy(tmp_path / "town")


@pytest.fixture
def check_mistakes(copy: Copy) -> Callable[..., None]:
    def check(*mistakes: Mistake) -> None:
        for mistake in mistakes:
            copy.change(mistake.file, mistake.old, mistake.new)
        problems = copy.problems()
        found = [(problem.place.file, problem.place.line, problem.place.field) for problem in problems]
        assert found == sorted((m.file, copy.line(m.file, m.until), m.field) for m in mistakes)
        by_place = {(problem.place.file, problem.place.field): problem for problem in problems}
        for mistake in mistakes:
            problem = by_place[mistake.file, mistake.field]
            assert mistake.what in problem.what
            assert mistake.way_out in problem.way_out
            assert problem.way_out

    return check
