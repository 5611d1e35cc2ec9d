import numpy as np
from made_up import make_case, make_column, make_outcome, make_values, make_weights

from crossroads.analysis import columns


def test_the_baseline_differs_from_itself_by_nothing():
    column = make_column()
    np.testing.assert_array_equal(column.differences[:, 0, 0], 0.0)
    np.testing.assert_allclose(column.differences[:, 1, 0], column.overall[:, 1] - column.overall[:, 0])


def test_a_run_without_a_number_for_one_outcome_is_left_out_of_it():
    values = make_values()
    values[1, 0, 3] = np.nan
    column = make_column(values=values)
    np.testing.assert_allclose(column.overall[3, 1], values[1, 1:, 3].mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(column.overall[4, 1], values[1, :, 4].mean(axis=0), rtol=1e-6)


def test_what_no_reaction_ran_is_missing():
    weights = make_weights()
    ok = weights.ok.copy()
    ok[1, :, 7] = False
    column = make_column(weights=make_weights(ok=ok))
    assert np.isnan(column.overall[7, 1]).all()
    assert np.isfinite(column.overall[8, 1]).all()


def test_more_is_better_where_the_outcome_says_so():
    case = make_case()
    assert make_column(case, outcome=make_outcome("good", "more")).sign == 1.0
    assert make_column(case, outcome=make_outcome("bad", "less")).sign == -1.0


def test_a_column_in_blocks_has_the_averages_and_means_of_the_whole(monkeypatch):
    values = make_values()
    values[1, 2, 40] = np.nan
    whole = make_column(values=values)
    monkeypatch.setattr(columns, "BLOCK", 24)
    parted = make_column(values=values)
    spans = [span for span, _ in parted.blocks()]
    assert spans == [slice(0, 24), slice(24, 48), slice(48, 64)]
    np.testing.assert_array_equal(parted.overall, whole.averages[:, :, 0])
    np.testing.assert_array_equal(parted.change, whole.differences[:, :, 0])
    assert set(parted.means) == set(whole.means)
    for name, found in parted.means.items():
        np.testing.assert_allclose(found.mean, whole.means[name].mean, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(found.error, whole.means[name].error, rtol=1e-9, atol=1e-12)


def test_weights_are_shared_by_columns_without_a_gap():
    weights, values = make_weights(), make_values()
    assert make_column(values=values, weights=weights).weights is weights
    values[1, 2, 40] = np.nan
    narrow = make_column(values=values, weights=weights).weights
    assert np.argwhere(weights.ok & ~narrow.ok).tolist() == [[1, 2, 40]]
