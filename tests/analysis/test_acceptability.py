import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.analysis.acceptability import Stress, list_stresses, pick_futures, weigh_acceptability
from crossroads.analysis.preferences import draw_flat
from crossroads.errors import WeighingError
from crossroads.sampling.streams import stream

DRAWS = 60_000
CORNERS = np.array([[[1, 0], [0, 1], [0.6, 0.6]]])
SEEDS = st.integers(0, 10_000)


def flat(size: int, draws: int = DRAWS) -> np.ndarray:
    return draw_flat(size, draws, stream(5, "acceptability"))


def made_up(seed: int, futures: int = 24, options: int = 4, criteria: int = 3):
    """Values, weights, the future of each draw, and replicates."""
    dice = np.random.default_rng(seed)
    values = dice.random((futures, options, criteria))
    return values, dice.dirichlet(np.ones(criteria), 480), np.repeat(np.arange(futures), 20), np.arange(futures) % 8


def test_two_criteria_and_a_compromise_have_their_known_shares():
    found = weigh_acceptability(CORNERS, flat(2))
    np.testing.assert_allclose(found.ranks[:, 0], [0.4, 0.4, 0.2], atol=0.005)
    np.testing.assert_allclose(found.central, [[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]], atol=0.005)
    np.testing.assert_allclose(found.confidence, [1, 1, 1])
    np.testing.assert_allclose(found.cross, np.eye(3))
    np.testing.assert_allclose(found.wins, [[0, 0.5, 0.4], [0.5, 0, 0.4], [0.6, 0.6, 0]], atol=0.005)
    np.testing.assert_allclose(found.ranks.sum(axis=0), 1)
    np.testing.assert_allclose(found.ranks.sum(axis=1), 1)
    np.testing.assert_allclose(found.entropy, -(0.8 * np.log(0.4) + 0.2 * np.log(0.2)) / np.log(3), atol=0.005)
    np.testing.assert_allclose(found.mean, 0.5, atol=0.005)
    assert found.draws == DRAWS


def test_one_criterion_for_each_option_is_won_by_those_who_stress_it():
    found = weigh_acceptability(np.eye(3)[None], flat(3))
    np.testing.assert_allclose(found.ranks, 1 / 3, atol=0.01)
    np.testing.assert_allclose(found.central, np.full((3, 3), 7 / 36) + np.eye(3) * (11 / 18 - 7 / 36), atol=0.006)
    assert found.entropy == pytest.approx(1, abs=0.001)
    np.testing.assert_allclose(found.rank_entropy, 1, atol=0.001)


def test_who_dominates_is_chosen_by_anybody_and_who_is_dominated_by_nobody():
    found = weigh_acceptability([[[0.9, 0.8], [0.1, 0.2]]], flat(2))
    np.testing.assert_array_equal(found.ranks, [[1, 0], [0, 1]])
    np.testing.assert_allclose(found.central, [[0.5, 0.5], [np.nan, np.nan]], atol=0.005)
    np.testing.assert_array_equal(found.confidence, [1, np.nan])
    np.testing.assert_array_equal(found.cross, [[1, 0], [np.nan, np.nan]])
    assert found.entropy == 0
    np.testing.assert_array_equal(found.rank_entropy, 0)


def test_nine_of_ten_draws_won_is_a_pairwise_index_of_nine_tenths():
    values = np.array([[[0.8], [0.2]]] * 9 + [[[0.2], [0.8]]])
    found = weigh_acceptability(values, [1.0])
    np.testing.assert_allclose(found.wins, [[0, 0.9], [0.1, 0]])
    np.testing.assert_allclose(found.ranks, [[0.9, 0.1], [0.1, 0.9]])
    np.testing.assert_allclose(found.confidence, [0.9, 0.1])
    np.testing.assert_allclose(found.central, 1)
    assert found.draws == found.effective == 10


MEASURED = np.array(
    [
        [(0.0, 0.0), (11.7, 2.5), (7.2, 1.45), (16.6, 3.27), (13.7, 1.89), (18.6, 1.79)],
        [(0.086, 0.056), (9.2, 1.86), (10.6, 1.58), (21.2, 5.15), (14.3, 2.93), (18.3, 3.7)],
        [(0.095, 0.044), (15.4, 2.65), (7.5, 1.48), (20.2, 3.78), (15.0, 3.21), (19.5, 2.6)],
        [(0.113, 0.048), (5.5, 2.32), (15.7, 4.44), (12.8, 2.45), (11.2, 3.98), (31.0, 1.68)],
    ]
)
"""Four antidepressants: logarithm of the efficacy, then five side effects in percent, each with its deviation
(Tervonen and others 2011)."""


def value_antidepressants(draws: int) -> np.ndarray:
    """Values (draws, drugs, criteria), linear between the least 2.5 % and the greatest 97.5 % point over drugs."""
    mean, deviation = MEASURED[..., 0], MEASURED[..., 1]
    dice = stream(9, "measurements")
    found = mean + deviation * dice.standard_normal((draws, *mean.shape))
    low, high = (mean - 1.959964 * deviation).min(axis=0), (mean + 1.959964 * deviation).max(axis=0)
    found[..., 0], low[0], high[0] = np.exp(found[..., 0]), np.exp(low[0]), np.exp(high[0])
    share = (found - low) / (high - low)
    share[..., 1:] = 1 - share[..., 1:]
    return share


def test_four_antidepressants_are_weighed_as_published():
    draws = 40_000
    found = weigh_acceptability(value_antidepressants(draws), flat(6, draws))
    expected = [[0.20, 0.28, 0.30, 0.22], [0.25, 0.29, 0.27, 0.19], [0.17, 0.25, 0.29, 0.30], [0.39, 0.18, 0.15, 0.29]]
    np.testing.assert_allclose(found.ranks, expected, atol=0.02)
    central = [
        [0.08, 0.14, 0.23, 0.18, 0.16, 0.22],
        [0.18, 0.17, 0.15, 0.13, 0.15, 0.22],
        [0.21, 0.10, 0.22, 0.13, 0.15, 0.20],
        [0.18, 0.21, 0.12, 0.21, 0.19, 0.09],
    ]
    np.testing.assert_allclose(found.central, central, atol=0.02)
    np.testing.assert_allclose(found.confidence, [0.48, 0.44, 0.34, 0.74], atol=0.03)
    np.testing.assert_allclose(np.diag(found.cross), found.confidence)
    assert found.effective == draws


def test_a_future_that_was_drawn_twice_counts_twice_and_weighs_less_as_evidence():
    values = np.array([[[1.0], [0.0]], [[0.0], [1.0]], [[0.2], [0.2]]])
    found = weigh_acceptability(values, [1.0], futures=[0, 0, 0, 1, 1, 2], replicate=[0, 1, 2])
    np.testing.assert_allclose(found.ranks[:, 0], [3.5 / 6, 2.5 / 6])
    np.testing.assert_allclose(found.wins[0, 1], 3.5 / 6)
    assert found.effective == pytest.approx(36 / 14)
    without = np.array([0.5, 3.5, 3.0]) / [3, 4, 5]
    spread = np.sqrt(2 / 3 * np.square(without - without.mean()).sum())
    np.testing.assert_allclose(found.ranks_error[0, 0], spread)


def test_past_a_limit_no_value_makes_up_for_it():
    values = np.array([[[0.9, 0.9], [0.2, 0.1], [0.8, 0.8]]] * 4)
    out = np.array([[True, False, True]] * 3 + [[False, False, False]])
    plain, limited = (weigh_acceptability(values, flat(2, 4000), out=limit) for limit in (None, out))
    np.testing.assert_allclose(plain.ranks, [[1, 0, 0], [0, 0, 1], [0, 1, 0]])
    np.testing.assert_allclose(limited.ranks, [[0.25, 0.75, 0], [0.75, 0, 0.25], [0, 0.25, 0.75]])
    np.testing.assert_allclose(limited.confidence[:2], [0.25, 0.75])
    everywhere = weigh_acceptability(values, flat(2, 4000), out=np.ones((4, 3), dtype=bool))
    np.testing.assert_array_equal(everywhere.ranks, plain.ranks)


def test_an_option_that_did_not_run_is_never_ranked():
    values, weights, futures, replicate = made_up(1)
    gap = np.insert(values, 2, np.nan, axis=1)
    found, without = (weigh_acceptability(each, weights, futures, replicate) for each in (gap, values))
    assert np.isnan(found.ranks[2]).all()
    assert np.isnan(found.central[2]).all()
    assert np.isnan(found.wins[2]).all()
    assert found.ran.tolist() == [1, 1, 0, 1, 1]
    kept = [0, 1, 3, 4]
    np.testing.assert_array_equal(found.ranks[kept][:, :4], without.ranks)
    np.testing.assert_array_equal(found.wins[np.ix_(kept, kept)], without.wins)
    np.testing.assert_array_equal(found.confidence[kept], without.confidence)
    assert found.entropy == without.entropy


def test_what_nobody_weighs_may_be_unknown():
    values, weights, futures, replicate = made_up(2)
    weights[:, 1] = 0
    blank = values.copy()
    blank[:, :, 1] = np.nan
    found, whole = (weigh_acceptability(each, weights, futures, replicate) for each in (blank, values))
    np.testing.assert_array_equal(found.ranks, whole.ranks)
    assert found.ran.tolist() == [1, 1, 1, 1]


def test_an_option_that_ran_in_some_futures_is_ranked_in_them():
    values, weights, futures, replicate = made_up(3)
    values[:6, 0] = np.nan
    found = weigh_acceptability(values, weights, futures, replicate)
    some = futures >= 6
    alone = weigh_acceptability(values[6:], weights[some], futures[some] - 6, replicate[6:])
    assert found.ran[0] == 0.75
    np.testing.assert_allclose(found.ranks[0], alone.ranks[0])
    np.testing.assert_allclose(found.wins[0], alone.wins[0])


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.permutations(range(4)), st.permutations(range(3)))
def test_renaming_options_and_criteria_changes_no_number(seed, options, criteria):
    values, weights, futures, replicate = made_up(seed)
    found = weigh_acceptability(values, weights, futures, replicate)
    other = weigh_acceptability(values[:, options][:, :, criteria], weights[:, criteria], futures, replicate)
    np.testing.assert_allclose(other.ranks, found.ranks[options], atol=1e-12)
    np.testing.assert_allclose(other.wins, found.wins[np.ix_(options, options)], atol=1e-12)
    np.testing.assert_allclose(other.central, found.central[np.ix_(options, criteria)], atol=1e-12)
    np.testing.assert_allclose(other.confidence, found.confidence[options], atol=1e-12)
    assert other.entropy == pytest.approx(found.entropy)


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.integers(0, 3), st.floats(0, 0.5))
def test_a_dominated_option_changes_no_others_share_of_first_places(seed, better, loss):
    values, weights, futures, replicate = made_up(seed)
    worse = values[:, better] - loss - 1e-6
    found = weigh_acceptability(values, weights, futures, replicate)
    more = weigh_acceptability(np.insert(values, 4, worse, axis=1), weights, futures, replicate)
    np.testing.assert_array_equal(more.ranks[:4, 0], found.ranks[:, 0])
    np.testing.assert_array_equal(more.central[:4], found.central)
    np.testing.assert_array_equal(more.wins[:4, :4], found.wins)
    assert more.ranks[4, 0] == 0
    assert more.wins[4, better] == 0


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.integers(1, 4))
def test_the_same_draws_give_the_same_bytes_on_any_number_of_threads(seed, threads):
    values, weights, _, _ = made_up(seed, futures=300)
    weights, futures = np.tile(weights, (13, 1)), np.arange(480 * 13) % 300
    one, many = (
        weigh_acceptability(values, weights, futures, np.arange(300) % 8, threads=count) for count in (1, threads)
    )
    for name in ("ranks", "ranks_error", "central", "central_error", "cross", "wins", "rank_entropy"):
        assert getattr(one, name).tobytes() == getattr(many, name).tobytes()


def test_an_error_is_that_of_drawing_everything_anew():
    shares, errors = [], []
    for seed in range(40):
        values, weights, futures, _ = made_up(seed, futures=64)
        weights, futures = np.tile(weights, (2, 1)), np.arange(960) % 64
        found = weigh_acceptability(values, weights, futures, np.arange(64) % 16)
        shares.append(found.ranks[0, 0])
        errors.append(found.ranks_error[0, 0])
    assert np.std(shares) == pytest.approx(np.mean(errors), rel=0.25)
    assert np.mean(errors) > 1.5 * np.sqrt(0.25 * 0.75 / 960)


@pytest.mark.parametrize(("futures", "draws"), [(48, 4800), (1536, 20_000), (1536, 96), (7, 3)])
def test_futures_are_drawn_as_often_as_their_weights_ask(futures, draws):
    weights = np.random.default_rng(2).random(futures) + 0.1
    weights[0] = 0
    times = np.bincount(pick_futures(weights, draws), minlength=futures)
    assert times.sum() == draws
    assert times[0] == 0
    assert np.abs(times - draws * weights / weights.sum()).max() < 1 + 1e-9


def test_few_draws_favour_no_replicate_and_no_view():
    replicate = np.arange(1536) // 3 % 16
    picked = pick_futures(np.ones(1536), 96, replicate)
    assert np.bincount(replicate[picked]).tolist() == [6] * 16
    assert np.bincount(picked % 3).min() >= 20
    assert len(set(picked)) == 96


@pytest.mark.parametrize("weights", [[0.0, 0.0], [1.0, np.nan], [2.0, -1.0]])
def test_futures_without_weight_are_not_drawn(weights):
    with pytest.raises(WeighingError, match="cannot be drawn"):
        pick_futures(weights, 10)


@pytest.mark.parametrize(
    ("weights", "futures", "out", "told"),
    [
        (np.ones((5, 4)) / 4, None, None, "do not fit the criteria"),
        (np.ones((5, 3)) / 3, [0, 1], None, "do not fit 2 draws"),
        (np.ones((2, 3)) / 3, [0, 24], None, "from 0 to 23"),
        (np.ones((2, 3)) / 3, [0, -1], None, "from 0 to 23"),
        (np.ones((2, 3)) / 3, [0, 1], np.ones((2, 4), dtype=bool), "Limits"),
    ],
)
def test_what_does_not_fit_together_is_refused(weights, futures, out, told):
    with pytest.raises(WeighingError, match=told):
        weigh_acceptability(made_up(1)[0], weights, futures, out=out)


def test_central_weights_are_put_beside_the_usual_ones():
    found = list_stresses([0.5, 0.1, 0.4], [0.25, 0.5, 0.25], ("lives", "purse", "law"))
    assert found == (Stress("lives", 0.5, 2.0), Stress("law", 0.4, 1.6), Stress("purse", 0.1, 0.2))
    assert list_stresses([np.nan] * 3, [0.25, 0.5, 0.25], ("lives", "purse", "law")) == ()
