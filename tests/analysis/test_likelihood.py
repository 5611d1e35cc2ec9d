import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm
from town_past import (
    HOMES,
    YEARS,
    draw,
    make_calibration,
    make_measure,
    make_observable,
    make_series,
    make_town,
    observe,
)

from crossroads.analysis.likelihood import (
    History,
    Point,
    gather_blocks,
    measure_likelihood,
    require_calibration,
    scale_weights,
    weigh_history,
)
from crossroads.case.files import load
from crossroads.errors import WeighingError

GROWTH = np.linspace(-0.01, 0.02, 31)


def weigh(observable, growth=GROWTH, **more):
    return weigh_history(make_town(make_calibration(observable, **more)), observe(growth))


def block_of(observable, **more):
    (block,) = gather_blocks(make_town(make_calibration(observable, **more)))
    return block


def test_one_year_is_a_gaussian_in_logs():
    found = weigh(make_observable(), last_year=2024)
    logs = observe(GROWTH).logs(HOMES, [2024])[:, 0]
    assert found == pytest.approx(norm.logpdf(np.log(804.0), logs, np.hypot(0.005, 0.01)))


def test_two_years_share_what_the_model_misses():
    found = weigh(make_observable())
    shared = 0.005**2 * np.exp(-0.5)
    covariance = [[0.005**2 + 0.01**2, shared], [shared, 0.005**2 + 0.01**2]]
    residuals = np.log([804.0, 808.0]) - observe(GROWTH).logs(HOMES, YEARS)
    assert found == pytest.approx(multivariate_normal.logpdf(residuals, cov=covariance))


def test_a_level_that_is_not_known_is_integrated_out():
    open_level = weigh(make_observable(level_error=0.03))
    block, levels = block_of(make_observable()), np.linspace(-0.3, 0.3, 2001)
    residuals, covariance = block.residuals(observe(GROWTH)), block.covary(block.points, block.points)
    by_level = np.exp([measure_likelihood(residuals - level, covariance) for level in levels])
    total = np.trapezoid(by_level * norm.pdf(levels, 0, 0.03)[:, None], levels, axis=0)
    assert open_level == pytest.approx(np.log(total), abs=1e-6)


def test_drift_and_scale_have_means_of_their_own():
    block = block_of(make_observable({"homes_lit": make_measure(scale=np.log(0.5))}, drift=0.003))
    expected = np.log(0.5) + observe(GROWTH).logs(HOMES, YEARS) + np.array([0.0, 0.003])
    assert block.expect(observe(GROWTH), block.points) == pytest.approx(expected)


def test_drift_that_is_not_known_spreads_with_the_years():
    block = block_of(make_observable(drift_error=0.01))
    sure = block_of(make_observable())
    more = block.covary(block.points, block.points) - sure.covary(sure.points, sure.points)
    assert more == pytest.approx(np.array([[0.0, 0.0], [0.0, 0.01**2]]))


def test_two_counts_of_the_same_homes_are_no_two_witnesses():
    twice = {"homes_counted": make_measure(1e-4), "homes_lit": make_measure(1e-4, scale=np.log(0.5))}
    town = make_town(make_calibration(make_observable(twice), last_year=2024))
    town = town.model_copy(update={"history": (*town.history[:2], make_series("homes_lit", {2024: 402.0}))})
    both = weigh_history(town, observe(GROWTH))
    alone = weigh(make_observable({"homes_counted": make_measure(1e-4)}), last_year=2024)
    assert both - both.max() == pytest.approx(alone - alone.max(), abs=0.01)


def test_of_a_series_of_unknown_scale_only_the_changes_count():
    def centre(series, **more):
        found = weigh(make_observable(series, **more))
        return found - found.max()

    scaled = {"homes_lit": make_measure(scale=np.log(0.5), scale_error=5.0)}
    shifted = {"homes_lit": make_measure(scale=0.3, scale_error=5.0)}
    assert centre(scaled) == pytest.approx(centre(shifted), abs=5e-3)
    known = centre({"homes_lit": make_measure(scale=0.3)})
    assert np.abs(known - centre(scaled)).max() > 1


def test_a_future_without_a_number_to_compare_has_no_weight():
    history = observe(GROWTH)
    broken = history.values.copy()
    broken[3, 0, 1], broken[5, 0, 0] = np.nan, 0.0
    found = weigh_history(make_town(), History(history.outcomes, history.years, broken))
    assert np.flatnonzero(np.isneginf(found)).tolist() == [3, 5]
    assert np.isfinite(np.delete(found, [3, 5])).all()
    weights = scale_weights(found)
    assert weights[[3, 5]].tolist() == [0.0, 0.0]
    assert weights.mean() == pytest.approx(1.0)


def test_the_more_years_the_sharper():
    widths = []
    for last in YEARS:
        weights = scale_weights(weigh(make_observable(), draw().column("growth"), last_year=last))
        growth = draw().column("growth")
        mean = np.average(growth, weights=weights)
        widths.append(np.average((growth - mean) ** 2, weights=weights))
    assert widths[1] < widths[0]


def test_weights_give_the_posterior_of_a_fine_grid():
    growth = draw(4096).column("growth")
    weights = scale_weights(weigh(make_observable(), growth))
    grid = np.linspace(-0.01, 0.02, 20_001)
    dense = scale_weights(weigh(make_observable(), grid))
    assert np.average(growth, weights=weights) == pytest.approx(np.average(grid, weights=dense), abs=2e-5)


def test_no_future_possible_gives_no_weight_at_all():
    assert scale_weights(np.full(4, -np.inf)).tolist() == [0.0] * 4
    assert scale_weights(np.empty(0)).tolist() == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=20), st.floats(-1e4, 1e4))
def test_a_constant_in_the_logs_changes_no_weight(logs, constant):
    one, other = scale_weights(np.array(logs)), scale_weights(np.array(logs) + constant)
    assert one == pytest.approx(other, rel=1e-6)
    assert one.mean() == pytest.approx(1.0)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.01, 100))
def test_the_unit_of_a_series_and_its_outcome_changes_no_weight(unit):
    town, history = make_town(), observe(GROWTH)
    values = {series.id: {year: value * unit for year, value in series.values.items()} for series in town.history}
    other = town.model_copy(
        update={"history": tuple(one.model_copy(update={"values": values[one.id]}) for one in town.history)}
    )
    scaled = History(history.outcomes, history.years, history.values * unit)
    assert weigh_history(other, scaled) == pytest.approx(weigh_history(town, history))


@settings(max_examples=20, deadline=None)
@given(st.permutations(list(range(10))))
def test_the_order_of_futures_changes_no_likelihood(order):
    found = weigh(make_observable(), GROWTH[:10])
    assert weigh(make_observable(), GROWTH[:10][order]) == pytest.approx(found[order])


def test_many_futures_at_once_are_as_each_alone():
    covariance = np.array([[2.0, 0.3], [0.3, 1.0]])
    residuals = np.random.default_rng(1).normal(size=(7, 2))
    together = measure_likelihood(residuals, covariance)
    alone = [measure_likelihood(row[None], covariance)[0] for row in residuals]
    assert together == pytest.approx(alone)


def test_what_was_not_simulated_is_refused_in_words():
    with pytest.raises(WeighingError, match="does not hold homes_at_risk, with which the past is compared"):
        weigh_history(make_town(), History(("roofs",), YEARS, np.ones((2, 1, 2))))
    with pytest.raises(WeighingError, match="does not hold 2025 of homes_at_risk"):
        weigh_history(make_town(), History((HOMES,), (2024,), np.ones((2, 1, 1))))


def test_a_case_without_a_calibration_is_refused_in_words():
    with pytest.raises(WeighingError, match=r'toy has no calibration.*Add "calibration" to case\.yaml'):
        require_calibration(load("toy"))


def test_level_and_drift_are_learnt_from_the_years_that_are_seen():
    block = block_of(make_observable(level_error=0.5, drift_error=0.1))
    points = [Point("homes_counted", year) for year in YEARS]
    means, spread = block.lasting(observe(np.array([0.0])), points)
    residuals = np.log([804.0, 808.0]) - np.log(800.0)
    assert means[0] == pytest.approx(residuals, abs=5e-4)
    assert np.sqrt(np.diag(spread)) == pytest.approx([0.0112, 0.0112], abs=5e-4)
    assert (np.diag(spread) < np.diag(block.covary(points, points))).all()
