import numpy as np
import pytest

from crossroads.case.files import find_folder, load
from crossroads.case.records import Calibration, Measure, Observable
from crossroads.errors import RunsError
from crossroads.sampling.futures import sample
from crossroads.simulation import backcast
from crossroads.simulation.backcast import make_backcast
from crossroads.simulation.ensemble import simulate
from crossroads.simulation.fit import find_misfits
from crossroads.simulation.models import load_model

TOWN = load("toy")
MEASURE = Measure(error=0.1, because="M.")
MODEL = load_model(TOWN, find_folder("toy"))


@pytest.fixture(scope="module")
def town():
    return make_backcast(TOWN, MODEL, precision="float64")


def test_it_knows_what_the_history_reads_and_observes(town):
    assert town.inputs == ("growth",)
    assert town.outcomes == ("homes_at_risk",)
    assert town.years == (2024, 2025)
    assert town.uncertainties == tuple(one.id for one in TOWN.uncertainties)


def test_the_homes_of_each_year_are_those_known_by_hand(town):
    futures = sample(TOWN, 64)
    growth = futures.column("growth")[:, None]
    wanted = 800.0 * (1.0 + growth / 52.0) ** np.array([52.0, 104.0])
    assert town.run(futures.values)[:, 0] == pytest.approx(wanted, rel=1e-9)


def test_batches_change_nothing(town, monkeypatch):
    values = sample(TOWN, 64).values
    whole = town.run(values)
    monkeypatch.setattr(backcast, "BATCH", 24)
    assert [len(part) for part in town.run_batches(values)] == [24, 24, 16]
    assert np.array_equal(town.run(values), whole)


def test_no_futures_observe_nothing(town):
    assert town.run(np.empty((0, len(town.uncertainties)))).shape == (0, 1, 2)


def test_what_it_observes_is_what_runs_store(tmp_path):
    futures = sample(TOWN, 64)
    runs = simulate(TOWN, futures, tmp_path / "runs", model=MODEL)
    assert np.array_equal(make_backcast(TOWN, MODEL).run(futures.values), runs.dataset["history"].to_numpy())


def test_what_is_calibrated_to_must_be_observed_in_the_history():
    observable = Observable(
        name="Roofs", discrepancy=0.1, correlation_years=1, because="M.", series={"homes_counted": MEASURE}
    )
    calibration = Calibration(
        name="Hindsight",
        meaning="M.",
        first_year=2024,
        last_year=2025,
        floor=32,
        width_of="growth",
        least_width=2,
        observables={"homes_at_rsk": observable, "homes_at_risk": observable},
    )
    (problem,) = find_misfits(TOWN.model_copy(update={"calibration": calibration}), MODEL)
    assert problem.place.field == "calibration.observables.homes_at_rsk"
    assert problem.what == "no mechanism gives this outcome in the history phase"
    assert problem.way_out == "Did you mean homes_at_risk?"


def test_a_model_without_a_history_is_refused_in_words():
    with pytest.raises(RunsError, match="has no history phase that observes anything"):
        make_backcast(TOWN.model_copy(update={"history_start": TOWN.start}), MODEL)
