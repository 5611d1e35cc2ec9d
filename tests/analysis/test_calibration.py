from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr
from made_up import FakeRuns, make_case
from town_past import HOMES, draw, make_calibration, make_holdout, make_observable, make_series, make_town, observe

from crossroads.analysis.calibration import look_back, read_history, tell_past
from crossroads.analysis.likelihood import scale_weights, weigh_history
from crossroads.analysis.verdict import analyse
from crossroads.case.records import HISTORY
from crossroads.errors import RunsError
from crossroads.sampling.beliefs import effective_size

FUTURES = draw()
GROWTH = FUTURES.column("growth")


def look(town=None, **more):
    return look_back(town or make_town(), FUTURES, observe(GROWTH), **more)


def test_weights_are_the_likelihood_with_all_views_alike():
    town = make_town()
    past = look(town)
    assert past.weights == pytest.approx(scale_weights(weigh_history(town, observe(GROWTH))))
    assert past.effective == pytest.approx(effective_size(past.weights))
    assert past.thinnest < past.effective / 8
    assert past.refusal == ""


def test_the_evidence_is_the_mean_likelihood():
    town = make_town()
    assert look(town).log_evidence == pytest.approx(np.log(np.exp(weigh_history(town, observe(GROWTH))).mean()))


def test_what_the_history_reads_moves_and_all_else_stays():
    found = look().numbers
    before, after = (found[when].sel(uncertainty="growth").to_numpy() for when in ("before", "after"))
    assert before == pytest.approx([-0.0085, 0.005, 0.0185], abs=1e-4)
    assert before[0] < after[0] < 0.005 < after[-1] < before[-1]
    others = [name for name in found["uncertainty"].to_numpy() if name != "growth"]
    assert float(found["moved"].sel(uncertainty=others).max()) < 0.1
    shares = look().shares
    assert shares["uncertainty"].to_numpy().tolist() == ["ground", "ground"]
    assert shares["after"].to_numpy() == pytest.approx(shares["before"].to_numpy(), abs=0.05)


def test_the_width_is_the_ratio_of_the_ends():
    ends = look().numbers["after"].sel(uncertainty="flood_rate").to_numpy()
    assert look().width == pytest.approx(ends[-1] / ends[0])


def test_an_earlier_year_can_be_the_last():
    until = look(until=2024)
    assert until.until == 2024
    assert until.effective > look().effective


def test_beliefs_before_the_past_count_too():
    town, tilt = make_town(), 300 * GROWTH
    past = look(town, log_beliefs=tilt)
    assert past.weights == pytest.approx(scale_weights(tilt + weigh_history(town, observe(GROWTH))))
    before = past.numbers["before"].sel(uncertainty="growth").to_numpy()
    assert before[1] > look().numbers["before"].sel(uncertainty="growth").to_numpy()[1]


def test_too_few_effective_futures_are_refused_with_what_to_do():
    past = look(make_town(make_calibration(floor=2000)))
    assert "The belief Hindsight is not weighed" in past.refusal
    assert "fewer than 2000" in past.refusal
    for way_out in ("Simulate more futures", "widen the errors", "crossroads calibrate --steps"):
        assert way_out in past.refusal
    (finding,) = tell_past(make_town(make_calibration(floor=2000)), past)
    assert finding.sentence == past.refusal


def test_a_past_that_no_future_explains_is_refused_and_not_a_number_nowhere():
    impossible = look_back(make_town(), FUTURES, observe(np.full(len(FUTURES), np.nan)))
    assert impossible.effective == 0
    assert impossible.refusal
    assert not impossible.weights.any()


def test_scores_are_kept_back_where_too_few_futures_stand_behind_them():
    known = look(make_town(make_calibration(holdout=make_holdout())))
    assert len(known.scores) == 3
    assert known.held_effective > 100
    sharp = make_observable(discrepancy=1e-6, series={"homes_counted": make_observable().series["homes_counted"]})
    sharp = sharp.model_copy(
        update={"series": {"homes_counted": sharp.series["homes_counted"].model_copy(update={"error": 1e-6})}}
    )
    town = make_town(make_calibration(sharp, holdout=make_holdout()))
    few = look(town)
    assert few.held_effective < 32
    assert few.scores == ()
    assert look().scores == ()


def test_the_years_after_the_calibration_are_predicted_too():
    years = look(until=2024).years
    assert years["year"].to_numpy().tolist() == [2024, 2025]
    assert years["counted"].sel(series="homes_counted").to_numpy().tolist() == [804.0, 808.0]


def test_what_is_told_names_width_years_and_size():
    (finding,) = tell_past(make_town(), look())
    assert finding.sentence.startswith("Calibrated to 2024 to 2025, Floods may lie anywhere from")
    assert "effective futures are left of 1,024" in finding.sentence
    assert finding.references == ("home-count",)
    narrow = make_town(make_calibration(least_width=1e9))
    (finding,) = tell_past(narrow, look(narrow))
    assert "narrower than the data can justify" in finding.sentence
    assert list(tell_past(make_town(), None)) == []


def remember(case, values):
    """Runs of the made-up case that also hold a history."""
    runs = FakeRuns(case, 256)
    dataset = runs.dataset.assign(
        history=(("future", "history_outcome", "history_year"), np.asarray(values, dtype=np.float32))
    ).assign_coords(history_outcome=["roofs"], history_year=[2024, 2025])
    return SimpleNamespace(
        case=case,
        futures=runs.futures,
        dataset=dataset,
        status=runs.status,
        manifest=runs.manifest,
        failures=runs.failures,
    )


def make_remembered(floor=32.0):
    observable = make_observable(discrepancy=0.2)
    calibration = make_calibration(
        observables={"roofs": observable}, width_of="size", least_width=1.01, floor=floor, evidence=()
    )
    case = make_case(calibration=calibration, history=(make_series("homes_counted", {2024: 10.0, 2025: 11.0}),))
    size = FakeRuns(case, 256).futures.column("size")
    return remember(case, 8.0 + 4.0 * np.stack([size, size], axis=1)[:, None, :])


def test_history_is_one_more_view_with_everything_that_views_show():
    runs = make_remembered()
    found = analyse(runs)
    assert found.weights.views[-1] == HISTORY
    assert found.past is not None
    means = np.average(100 + 10 * runs.futures.column("size"), weights=found.past.weights)
    shown = found.levels["mean"].sel(view=HISTORY, outcome="deaths", option="now", horizon="near")
    assert float(shown) == pytest.approx(means, rel=1e-5)
    assert HISTORY in found.gains["view"].to_numpy()
    assert any("Calibrated to 2024 to 2025" in finding.sentence for finding in found.findings)


@pytest.mark.slow
def test_without_a_history_or_a_calibration_nothing_changes():
    runs = make_remembered()
    plain = analyse(FakeRuns(make_case(), 256))
    for other in (analyse(FakeRuns(runs.case, 256)), analyse(remember(make_case(), runs.dataset["history"]))):
        assert other.past is None
        assert other.weights.views == plain.weights.views
        xr.testing.assert_identical(other.differences, plain.differences)


def test_where_the_mechanism_that_observes_is_off_nothing_is_calibrated():
    runs = make_remembered()
    silent = runs.dataset.assign_coords(history_outcome=["cellars"])
    found = analyse(SimpleNamespace(**{**vars(runs), "dataset": silent}))
    assert found.past is None
    assert HISTORY not in found.weights.views


def test_a_refused_history_is_hidden_and_told_once():
    found = analyse(make_remembered(floor=1e6))
    assert bool(found.effective["view_refused"].sel(view=HISTORY))
    assert not bool(found.effective["view_refused"].sel(view="calm"))
    assert np.isnan(found.levels["mean"].sel(view=HISTORY)).all()
    assert np.isfinite(found.levels["mean"].sel(view="calm")).any()
    assert sum("not weighed" in finding.sentence for finding in found.findings) == 1


def test_a_stored_history_is_read_by_its_names():
    found = read_history(make_remembered())
    assert (found.outcomes, found.years, found.values.shape) == (("roofs",), (2024, 2025), (256, 1, 2))
    assert read_history(FakeRuns(make_case())) is None


def test_a_history_that_cannot_be_read_says_what_to_do():
    class Broken:
        def compute(self):
            raise OSError("gone")

    with pytest.raises(RunsError, match=r"stored history cannot be read.*gone.*Simulate again"):
        read_history(SimpleNamespace(dataset={"history": Broken()}))


def test_the_outcome_is_that_of_the_toy_model():
    assert list(make_town().calibration.observables) == [HOMES]
