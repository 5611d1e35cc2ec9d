import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

from crossroads.analysis.likelihood import weigh_history
from crossroads.case.files import find_folder
from crossroads.errors import WeighingError
from crossroads.sampling.cube import make_cube
from crossroads.search import hindsight
from crossroads.search.hindsight import calibrate_futures
from crossroads.search.posterior import Climbed, Posterior
from crossroads.simulation.backcast import make_backcast
from crossroads.simulation.models import load_model

sys.path.append(str(Path(__file__).parent.parent / "analysis"))
town_past = importlib.import_module("town_past")

FUTURES = town_past.draw()


@pytest.fixture(scope="module")
def backcast():
    town = town_past.make_town()
    return make_backcast(town, load_model(town, find_folder("toy")), precision="float64")


def make_sharp(error=2e-5, **more):
    """A register so exact that hardly a sampled future explains it."""
    series = {"homes_counted": town_past.make_measure(error)}
    observable = town_past.make_observable(series, discrepancy=error)
    return town_past.make_town(town_past.make_calibration(observable, **more))


def climb_grid(case, backcast, until=None, **_more):
    """A posterior known without any library: an even grid of the cube, weighed by the likelihood."""
    cube = make_cube(case, backcast.inputs)
    levels = (np.arange(20_000) + 0.5) / 20_000
    points = np.column_stack([np.random.default_rng(1).random(20_000), levels])
    logs = weigh_history(case, town_past.observe(cube.place(points)[:, backcast.uncertainties.index("growth")]), until)
    weights = np.exp(logs - logs.max())
    effective = float(weights.sum() ** 2 / np.square(weights).sum())
    evidence = float(np.log(weights.mean()) + logs.max())
    return Climbed(Posterior(points, logs - np.logaddexp.reduce(logs), evidence, effective, 7, 20_000), cube)


def test_where_weights_are_enough_no_step_is_taken(backcast):
    found = calibrate_futures(town_past.make_town(), backcast, FUTURES)
    assert found.climbed is None
    assert found.futures is FUTURES
    assert found.past.effective > 100


def test_where_they_collapse_steps_take_over_and_say_so(backcast, monkeypatch):
    monkeypatch.setattr(hindsight, "climb_history", climb_grid)
    lines = []
    town = make_sharp()
    found = calibrate_futures(town, backcast, FUTURES, say=lines.append)
    assert lines == [next(line for line in lines if "going there by steps" in line)]
    assert found.climbed is not None
    assert found.past.refusal == ""
    assert found.past.effective == found.climbed.posterior.effective
    assert found.past.log_evidence == found.climbed.posterior.log_evidence
    assert found.past.weights == pytest.approx(np.ones(len(FUTURES)))
    growth = found.futures.column("growth")
    grid = np.linspace(0.0, 0.01, 200_001)
    logs = weigh_history(town, town_past.observe(grid))
    assert growth.mean() == pytest.approx(np.average(grid, weights=np.exp(logs - logs.max())), abs=5e-6)


def test_steps_and_weights_agree_where_both_work(backcast, monkeypatch):
    monkeypatch.setattr(hindsight, "climb_history", climb_grid)
    town = town_past.make_town(town_past.make_calibration(holdout=town_past.make_holdout()))
    weights, steps = (calibrate_futures(town, backcast, FUTURES, steps=way).past for way in (False, True))
    assert steps.log_evidence == pytest.approx(weights.log_evidence, abs=0.02)
    one, other = (past.numbers["after"].sel(uncertainty="growth").to_numpy() for past in (weights, steps))
    assert other == pytest.approx(one, abs=6e-4)
    assert np.array_equal(steps.numbers["before"], weights.numbers["before"])
    assert float(steps.numbers["moved"].sel(uncertainty="growth")) > 0.1
    assert steps.years["line"].to_numpy() == pytest.approx(weights.years["line"].to_numpy(), rel=1e-3)
    for mine, theirs in zip(weights.scores, steps.scores, strict=True):
        assert (mine.method, mine.hits_90) == (theirs.method, theirs.hits_90)
        assert mine.crps == pytest.approx(theirs.crps, rel=0.1)


def test_a_year_that_is_not_calibrated_to_is_refused(backcast):
    with pytest.raises(WeighingError, match=r"2026 is no year that toy is calibrated to\. Choose one"):
        calibrate_futures(town_past.make_town(), backcast, FUTURES, until=2026)


def test_an_earlier_year_is_calibrated_to_by_steps_too(backcast, monkeypatch):
    monkeypatch.setattr(hindsight, "climb_history", climb_grid)
    found = calibrate_futures(town_past.make_town(), backcast, FUTURES, until=2024, steps=True)
    whole = calibrate_futures(town_past.make_town(), backcast, FUTURES, steps=True)
    spreads = [np.ptp(each.past.numbers["after"].sel(uncertainty="growth").to_numpy()) for each in (found, whole)]
    assert found.past.until == 2024
    assert spreads[0] > spreads[1]


@pytest.mark.slow
def test_the_library_climbs_to_a_register_that_weights_cannot_reach(backcast):
    town = make_sharp()
    found = calibrate_futures(town, backcast, FUTURES)
    exact = climb_grid(town, backcast)
    assert found.climbed.posterior.log_evidence == pytest.approx(exact.posterior.log_evidence, abs=0.15)
    cube, points = exact.cube, exact.posterior.points
    growth = cube.place(points)[:, backcast.uncertainties.index("growth")]
    wanted = np.average(growth, weights=exact.posterior.weights)
    assert found.futures.column("growth").mean() == pytest.approx(wanted, abs=1e-5)
