import subprocess
import sys

import pytest

import crossroads
from crossroads.analysis.verdict import analyse
from crossroads.presentation.document import report


def test_every_public_name_loads_and_is_what_its_room_gives():
    assert crossroads.analyse is analyse
    assert crossroads.report is report
    assert sorted(crossroads.__all__) == dir(crossroads)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'wiegh'"):
        _ = crossroads.wiegh


@pytest.mark.slow
def test_the_module_can_be_run():
    said = subprocess.run(
        [sys.executable, "-m", "crossroads", "--help"], capture_output=True, text=True, check=True
    ).stdout
    for verb in ("weigh", "check", "sample", "simulate", "analyse", "report"):
        assert verb in said
