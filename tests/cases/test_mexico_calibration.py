"""What the Mexico case's past leaves open, and how it predicts: the honest width of the starting size, above all."""

import re
from pathlib import Path

import numpy as np
import pytest

from crossroads.analysis.calibration import look_back
from crossroads.analysis.holdout import LAST, MODEL, RIVAL
from crossroads.analysis.likelihood import History, gather_blocks, scale_weights, weigh_history
from crossroads.case.files import find_folder, load
from crossroads.presentation.past import METHODS, count_inside
from crossroads.sampling.futures import count_futures, sample
from crossroads.search.posterior import climb_history
from crossroads.simulation.backcast import make_backcast
from crossroads.simulation.models import load_model

pytestmark = pytest.mark.slow
DOCS = Path(__file__).parents[2] / "docs" / "calibration.md"


@pytest.fixture(scope="module")
def case():
    return load("mexico")


@pytest.fixture(scope="module")
def backcast(case):
    return make_backcast(case, load_model(case, find_folder("mexico")))


@pytest.fixture(scope="module")
def futures(case):
    return sample(case, 8 * count_futures(case))


@pytest.fixture(scope="module")
def history(backcast, futures):
    return History(backcast.outcomes, backcast.years, backcast.run(futures.values))


@pytest.fixture(scope="module")
def past(case, futures, history):
    return look_back(case, futures, history)


def test_the_starting_size_stays_as_wide_as_the_data_leave_it(case, past):
    assert case.calibration.width_of == "starting_size"
    assert case.calibration.least_width >= 3
    assert past.width >= case.calibration.least_width


def test_each_register_alone_leaves_it_as_wide(case, futures, history):
    for outcome, observable in case.calibration.observables.items():
        for name, measure in observable.series.items():
            only = observable.model_copy(update={"series": {name: measure}})
            alone = case.calibration.model_copy(update={"observables": {outcome: only}, "holdout": None})
            found = look_back(case.model_copy(update={"calibration": alone}), futures, history)
            assert found.width >= 3, name


def test_half_the_discrepancy_would_still_not_find_it(case, futures, history):
    sharp = {
        outcome: one.model_copy(update={"discrepancy": one.discrepancy / 2})
        for outcome, one in case.calibration.observables.items()
    }
    update = {"observables": sharp, "holdout": None}
    found = look_back(
        case.model_copy(update={"calibration": case.calibration.model_copy(update=update)}), futures, history
    )
    assert found.width >= 3


def test_enough_futures_are_left_at_the_usual_size(case, futures, history):
    count = count_futures(case)
    small = History(history.outcomes, history.years, history.values[:count])
    past = look_back(case, futures.first(count), small)
    assert past.refusal == ""
    assert past.effective > 2 * case.calibration.floor


def test_the_registers_lie_in_their_bands_about_as_often_as_these_promise(past):
    inside, points = (
        sum(parts)
        for parts in zip(
            *(count_inside(past.years.sel(series=name), past.until) for name in past.years["series"].to_numpy()),
            strict=True,
        )
    )
    assert points >= 45
    assert 0.8 <= inside / points <= 1.0


def test_out_of_sample_the_published_projection_is_beaten_and_the_fall_of_2025_is_not_foreseen(past):
    found = {(one.method, one.series, one.since): one for one in past.scores}
    assert len(found) == 9
    certificates = {method: found[method, "homicides_inegi", 2021] for method in METHODS}
    assert certificates[MODEL].crps < certificates[RIVAL].crps
    assert certificates[MODEL].hits_90 == 3
    for method in (MODEL, RIVAL, LAST):
        for since in (2021, 2024):
            one = found[method, "homicides_sesnsp_victims", since]
            assert one.medians[0] > one.truths[0] == 23_339


def test_nothing_that_is_predicted_enters_its_own_prediction(case, futures, history):
    known = case.calibration.holdout
    changed = tuple(
        series.model_copy(update={"values": {y: v * (3 if y > known.until else 1) for y, v in series.values.items()}})
        for series in case.history
    )
    other = case.model_copy(update={"history": changed})
    assert np.array_equal(weigh_history(case, history, known.until), weigh_history(other, history, known.until))


def test_the_residuals_are_as_large_and_as_lasting_as_declared(case, past):
    (series,) = (one for one in case.history if one.id == "homicides_inegi")
    line = past.years["line"].sel(series="homicides_inegi", year=list(range(2012, 2025))).to_numpy()
    residuals = np.log([series.values[year] for year in range(2012, 2025)]) - np.log(line)
    residuals -= residuals.mean()
    declared = case.calibration.observables["homicides_certified"]
    assert residuals.std(ddof=1) == pytest.approx(declared.discrepancy, rel=0.35)
    lag = (residuals[1:] * residuals[:-1]).sum() / np.square(residuals).sum()
    assert lag == pytest.approx(np.exp(-1 / declared.correlation_years), abs=0.2)


def test_the_page_on_calibration_tells_what_is_computed(past):
    text = DOCS.read_text(encoding="utf-8")
    for one in past.scores:
        row = next(
            line
            for line in text.splitlines()
            if line.startswith(f"| `{one.series}` | {one.since} |") and METHODS[one.method] in line
        )
        score = float(row.split("|")[5].replace(",", ""))
        assert score == pytest.approx(one.crps, rel=0.1)
        assert [cell.strip() for cell in row.split("|")[6:8]] == [
            f"{one.hits_50} of {len(one.years)}",
            f"{one.hits_90} of {len(one.years)}",
        ]
    width = float(re.search(r"a factor of ([\d.]+)", text).group(1))
    assert width == pytest.approx(past.width, rel=0.1)


def test_weights_and_steps_agree_on_the_mexico_case(case, backcast, futures, history):
    blocks = gather_blocks(case)
    assert len(blocks) == 3
    logs = weigh_history(case, history)
    weights = scale_weights(logs)
    found = climb_history(case, backcast, effective=300, most=150_000)
    assert found.posterior.log_evidence == pytest.approx(np.log(np.exp(logs - logs.max()).mean()) + logs.max(), abs=0.2)
    draws = found.draw_futures(2048)
    for name in ("oc_share_2012", "death_risk", "anchor_growth"):
        mean, spread = np.average(futures.column(name), weights=weights), futures.column(name).std()
        assert draws.column(name).mean() == pytest.approx(mean, abs=0.25 * spread), name
