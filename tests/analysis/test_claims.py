from dataclasses import replace

import numpy as np
import pytest
from made_up import make_weights
from made_up_claims import FEWER, claim_case, compare_with_nothing, judge, make_claim, make_part

from crossroads.analysis.claims import Standing, compare_nulls, judge_claims, tell_standing

RNG = np.random.default_rng(11)
MANY = 256


def spread(share: float, count: int = MANY) -> np.ndarray:
    """Changes of which this share of futures is no rise, spread over replicates and views alike."""
    return np.where((np.arange(count) * 37 % count) < share * count, -1.0, 1.0)


@pytest.mark.parametrize(
    ("share", "error", "standing"),
    [
        (0.95, 0.01, Standing.NEARLY_ALL),
        (0.9, 0.0, Standing.NEARLY_ALL),
        (0.91, 0.01, Standing.MOST),  # at least in most, whether or not in nearly all
        (0.7, 0.01, Standing.MOST),
        (0.68, 0.01, Standing.UNTOLD),
        (0.6, 0.01, Standing.OPEN),
        (0.34, 0.01, Standing.UNTOLD),
        (0.3, 0.01, Standing.FEW),
        (0.11, 0.01, Standing.FEW),
        (0.05, 0.01, Standing.HARDLY_ANY),
        (0.5, 0.2, Standing.UNTOLD),
        (0.99, np.nan, Standing.UNTOLD),
        (np.nan, np.nan, Standing.REFUSED),
    ],
)
def test_a_verdict_is_read_as_strongly_as_its_error_allows(share, error, standing):
    assert tell_standing(share, error) == standing
    assert tell_standing(1 - share, error) == {
        Standing.NEARLY_ALL: Standing.HARDLY_ANY,
        Standing.HARDLY_ANY: Standing.NEARLY_ALL,
        Standing.MOST: Standing.FEW,
        Standing.FEW: Standing.MOST,
    }.get(standing, standing)


def test_a_verdict_is_the_share_of_futures_in_which_a_part_holds():
    verdict = judge(spread(0.75))
    np.testing.assert_allclose(verdict.share, 0.75)
    assert set(verdict.standings) == {Standing.MOST}
    np.testing.assert_array_equal(verdict.known, 1)
    assert verdict.key == ("C", "part")
    assert verdict.units == ("deaths",)
    np.testing.assert_array_equal(verdict.margin, np.repeat([[-1, 1, 1]], 3, axis=0))


def test_the_error_of_a_share_is_about_that_of_independent_futures():
    verdict = judge(np.where(RNG.random(MANY) < 0.75, -1.0, 1.0))
    expected = np.sqrt(0.75 * 0.25 / MANY)
    assert (verdict.error > 0.6 * expected).all()
    assert (verdict.error < 1.6 * expected).all()


def test_what_holds_everywhere_holds_in_nearly_all_futures():
    verdict = judge(np.full(MANY, -3.0))
    assert set(verdict.standings) == {Standing.NEARLY_ALL}
    assert verdict.steady.all()
    assert set(judge(np.full(MANY, 3.0)).standings) == {Standing.HARDLY_ANY}


def test_views_weigh_the_futures_in_their_own_way():
    case = claim_case(make_part())
    change = np.where(np.arange(MANY) % 2 == 0, -1.0, 1.0)  # good in the futures of the calm
    even = np.arange(MANY) % 2 == 0
    beliefs = np.stack([np.where(even, 1.5, 0.5), np.where(even, 0.5, 1.5)])
    verdict = judge(change, case, make_weights(case, MANY, view_weights=beliefs))
    np.testing.assert_allclose(verdict.share, [0.5, 0.75, 0.25])
    assert verdict.standings[1:] == (Standing.MOST, Standing.FEW)


def test_a_view_with_too_few_futures_is_refused_and_no_other():
    case = claim_case(make_part())
    few = np.zeros(MANY)
    few[:20] = MANY / 20
    verdict = judge(spread(0.75), case, make_weights(case, MANY, view_weights=np.stack([np.ones(MANY), few])))
    assert verdict.standings[2] == Standing.REFUSED
    assert np.isnan(verdict.share[2])
    assert np.isnan(verdict.margin[2]).all()
    np.testing.assert_allclose(verdict.share[:2], 0.75)


def test_futures_in_which_a_part_cannot_be_told_are_left_out_and_counted():
    change = spread(0.75)
    change[RNG.permutation(MANY)[: MANY // 4]] = np.nan
    verdict = judge(change)
    np.testing.assert_allclose(verdict.known, 0.75)
    np.testing.assert_allclose(verdict.share[0], (change[~np.isnan(change)] < 0).mean())


def test_half_of_the_futures_is_compared_with_all():
    steady, drifting = spread(0.75), np.where(np.arange(MANY) < MANY // 2, -1.0, 1.0)
    assert judge(steady).steady.all()
    verdict = judge(drifting)
    assert not verdict.steady.any()
    np.testing.assert_allclose(verdict.half, 1)
    np.testing.assert_allclose(verdict.share, 0.5)


def test_a_part_is_judged_given_each_stance_that_was_read():
    case = claim_case(make_part())
    given = {
        "deaths__force__near__agree": np.full(MANY, -1.0),
        "deaths__force__near__protest": spread(0.25),
    }
    weights = make_weights(case, MANY)
    (verdict,) = judge_claims(case, compare_with_nothing(spread(0.75), case, **given), weights)
    assert verdict.stances == ("agree", "protest")
    np.testing.assert_allclose(verdict.stance_share, [[1, 1, 1], [0.25, 0.25, 0.25]])
    assert verdict.stance_error.shape == (2, 3)
    given.pop("deaths__force__near__agree")
    (verdict,) = judge_claims(case, compare_with_nothing(spread(0.75), case, **given), weights)
    assert verdict.stances == ("protest",)


def test_each_view_is_judged_by_its_own_game():
    case = claim_case(make_part())
    weights = make_weights(case, MANY)
    chances = np.ones((len(weights.pairs), MANY))
    verdict = judge(np.stack([spread(0.25), spread(1.0)]), case, weights.play([chances, chances], [0, 1, 0]))
    np.testing.assert_allclose(verdict.share, [0.25, 1, 0.25])
    assert [verdict.row(view) for view in verdict.views] == [0, 1, 0]


def test_parts_that_the_runs_cannot_tell_are_left_out():
    parts = (
        make_part("far", FEWER | {"horizon": "far"}),
        make_part("near"),
        make_part("probe", FEWER | {"option": "probe"}),
    )
    case = claim_case(*parts)
    readings = compare_with_nothing(spread(0.5), case)
    assert [verdict.part for verdict in judge_claims(case, readings, make_weights(case, MANY))] == ["near"]
    assert judge_claims(case, readings, make_weights(case, MANY), only={("C", "far")}) == ()
    assert len(judge_claims(case, readings, make_weights(case, MANY), only={("C", "near")})) == 1


def test_verdicts_stand_in_the_order_of_the_case():
    claims = (make_claim(make_part("b"), make_part("a"), name="Z"), make_claim(make_part("c"), name="A"))
    case = claim_case().model_copy(update={"claims": claims})
    verdicts = judge_claims(case, compare_with_nothing(spread(0.5), case), make_weights(case, MANY))
    assert [verdict.key for verdict in verdicts] == [("Z", "b"), ("Z", "a"), ("A", "c")]


def compare(change, null, **more):
    case = claim_case(make_part(assumption="That it is so.", **{"null": {"size": 0}}))
    (found,) = compare_nulls(case, [judge(change, case)], [judge(null, case, **more)])
    return found


def test_a_verdict_that_turns_at_the_null_follows_from_what_was_assumed():
    found = compare(spread(0.9), spread(0.1))
    assert found.follows.all()
    assert not found.stands.any()
    assert found.assumption == "That it is so."
    np.testing.assert_allclose(found.null_share - found.share, -0.8, atol=0.01)
    assert compare(spread(0.1), spread(0.9)).follows.all()


def test_a_verdict_that_stays_on_its_side_stands_without_the_assumption():
    found = compare(spread(0.9), spread(0.6))
    assert not found.follows.any()
    assert found.stands.all()


def test_a_verdict_that_turns_within_the_error_neither_follows_nor_stands():
    case = claim_case(make_part())
    wild = np.where(make_weights(case, MANY).replicate % 2 == 0, -1.0, 1.0)
    one, other = wild.copy(), wild.copy()
    one[:1], other[1:2] = -1.0, 1.0
    up, down = np.flatnonzero(wild > 0)[:2], np.flatnonzero(wild < 0)[:2]
    one[up], other[down] = -1.0, 1.0
    found = compare(one, other)
    assert (found.share > 0.5).all()
    assert (found.null_share < 0.5).all()
    assert not found.follows.any()
    assert not found.stands.any()


def test_a_null_that_is_refused_says_nothing():
    case = claim_case(make_part())
    thin = make_weights(case, MANY)
    held = thin.futures.copy()
    held[:, 20:] = 0.0
    found = compare(spread(0.9), spread(0.1), weights=replace(thin, futures=held))
    assert np.isnan(found.null_share).all()
    assert not found.follows.any()
    assert not found.stands.any()


def test_a_null_of_a_part_that_was_not_judged_is_left_out():
    case = claim_case(make_part())
    assert compare_nulls(case, [], [judge(spread(0.5), case)]) == ()
