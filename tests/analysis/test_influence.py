import numpy as np
import pytest
from made_up import make_case, make_replicates
from scipy.stats import kruskal, spearmanr

from crossroads.analysis.influence import choose_horizons, rank_influence
from crossroads.case.records import Horizon

COUNT = 256


def draw(seed=1):
    rng = np.random.default_rng(seed)
    return np.column_stack([rng.random(COUNT), rng.random(COUNT), rng.integers(0, 2, COUNT)])


def rank(values, target):
    targets = np.zeros((COUNT, 2, 1))
    targets[:, 1, 0] = target
    return rank_influence(
        values,
        make_case().uncertainties,
        {"deaths": targets},
        make_replicates(COUNT),
        ["now", "force"],
        ["near"],
    ).sel(option="force", horizon="near", outcome="deaths")


def test_rank_correlations_agree_with_scipy():
    values = draw()
    target = values[:, 0] ** 3 + 0.5 * values[:, 1]
    found = rank(values, target)
    for place, name in enumerate(["size", "noise"]):
        assert float(found["correlation"].sel(uncertainty=name)) == pytest.approx(
            spearmanr(values[:, place], target).statistic
        )
    np.testing.assert_allclose(found["strength"][:2], found["correlation"][:2] ** 2)


def test_categories_are_read_by_the_variance_between_them():
    values = draw()
    target = values[:, 2] + values[:, 0]
    found = rank(values, target).sel(uncertainty="shape")
    test = kruskal(target[values[:, 2] == 0], target[values[:, 2] == 1])
    assert float(found["strength"]) == pytest.approx(test.statistic / (COUNT - 1))
    assert np.isnan(found["correlation"])


def test_what_matters_is_clear_and_what_does_not_is_not():
    values = draw()
    found = rank(values, values[:, 0])
    assert found["clear"].to_numpy().tolist() == [True, False, False]
    assert float(found["correlation"].sel(uncertainty="size")) == pytest.approx(1.0)


def test_an_outcome_that_does_not_vary_has_no_influence_on_it():
    found = rank(draw(), np.full(COUNT, 3.0))
    assert (found["strength"] == 0).all()
    assert not found["clear"].any()


def test_an_option_that_did_not_run_has_none():
    found = rank(draw(), np.full(COUNT, np.nan))
    assert np.isnan(found["strength"]).all()
    assert not found["clear"].any()


def test_failed_futures_are_passed_over():
    values = draw()
    target = values[:, 0] + 0.0
    target[::7] = np.nan
    kept = np.isfinite(target)
    found = rank(values, target)
    assert float(found["correlation"].sel(uncertainty="noise")) == pytest.approx(
        spearmanr(values[kept, 1], target[kept]).statistic, abs=0.02
    )


def test_other_units_change_no_influence():
    values = draw()
    target = values[:, 0] * values[:, 1]
    np.testing.assert_array_equal(rank(values, target)["strength"], rank(values, target * 4096)["strength"])


def test_influence_is_read_near_one_year_and_at_the_end():
    weeks = (26, 52, 104, 520)
    horizons = [Horizon(id=f"w{each}", name="x", weeks=each) for each in weeks]
    assert choose_horizons(horizons) == ("w52", "w520")
    assert choose_horizons(horizons[:1]) == ("w26",)
