"""The toy case, weighed once for all tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossroads.presentation.pipeline import Weighed, weigh
from crossroads.presentation.tables import Names

FUTURES = 64


@pytest.fixture(scope="session")
def toy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("toy")


@pytest.fixture(scope="session")
def weighed(toy_folder: Path) -> Weighed:
    return weigh("toy", futures=FUTURES, out=toy_folder)


@pytest.fixture(scope="session")
def names(weighed: Weighed) -> Names:
    return Names(weighed.analysis.case)


@pytest.fixture(scope="session")
def page(weighed: Weighed) -> str:
    return weighed.report_path.read_text(encoding="utf-8")
