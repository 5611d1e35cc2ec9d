import numpy as np
import pytest

from crossroads.analysis.verdict import analyse
from crossroads.analysis.weighings import weigh_thrice
from crossroads.case.files import load
from crossroads.sampling.futures import sample
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.models import load_model


@pytest.mark.slow
def test_the_weighings_by_themselves_are_those_of_the_whole_analysis(tmp_path):
    case = load("toy")
    runs = simulate(case, sample(case, 64), tmp_path, model=load_model(case))
    alone, whole = weigh_thrice(runs, case), analyse(runs)
    np.testing.assert_array_equal(alone.strategies.games[0].chances, whole.strategies.games[0].chances)
    assert alone.strategies.rules == whole.rules
    assert [one.key for one in alone.debate.verdicts] == [one.key for one in whole.debate.verdicts]
    for one, other in zip(alone.debate.verdicts, whole.debate.verdicts, strict=True):
        np.testing.assert_array_equal(one.share, other.share)
