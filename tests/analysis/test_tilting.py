from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import make_weights
from made_up_claims import claim_case, judge, make_choice, make_futures, make_number, make_part

from crossroads.analysis.tilting import MOST, find_divergence, find_score, find_turns, tilt_weights

RNG = np.random.default_rng(3)
COUNT = 2048
BELL = RNG.permutation(np.array([NormalDist().inv_cdf((i + 0.5) / COUNT) for i in range(COUNT)]))
NOISE = RNG.normal(size=COUNT)
EVEN = np.full(COUNT, 1 / COUNT)


def turn(change, uncertainties, **columns):
    """What turns the verdict on a change, from columns of uncertainties."""
    case = claim_case(make_part())
    weights = make_weights(case, COUNT)
    verdict = judge(change, case, weights)
    return find_turns([verdict], uncertainties, make_futures(**columns), weights)[verdict.key]


@pytest.mark.parametrize("threshold", [-1.5, -0.4, 0.7, 1.6])
def test_one_bell_and_a_threshold_turn_at_the_closed_form(threshold):
    turns = turn(threshold - BELL, [make_number("heat")], heat=BELL)  # holds where the heat is above the threshold
    (found,) = turns
    assert (found.uncertainty, found.category, found.up) == ("heat", "", threshold > 0)
    assert found.mean == pytest.approx((0, threshold), abs=0.02)
    assert found.median[1] == pytest.approx(threshold, abs=0.02)
    assert found.divergence == pytest.approx(threshold**2 / 2, rel=0.03)
    assert found.effective == pytest.approx(COUNT * np.exp(-(threshold**2)), rel=0.02 if abs(threshold) < 1 else 0.3)


def test_what_is_measured_in_other_units_turns_at_the_same_divergence():
    (plain,) = turn(1 - BELL, [make_number("heat")], heat=BELL)
    (bent,) = turn(1 - BELL, [make_number("heat")], heat=np.exp(3 * BELL))
    assert bent.divergence == pytest.approx(plain.divergence)
    assert bent.median[1] == pytest.approx(np.exp(3 * plain.median[1]))
    (turned,) = turn(1 - BELL, [make_number("heat")], heat=-BELL)
    assert turned.divergence == pytest.approx(plain.divergence, rel=1e-3)
    assert turned.up != plain.up


def test_a_choice_turns_where_its_share_is_that_of_the_closed_form():
    code = np.arange(COUNT) % 4
    held = np.where(code == 0, BELL < 0.8, BELL < -0.8)  # 79 % hold in one category, 21 % in the others
    turns = turn(np.where(held, -1.0, 1.0), [make_choice("form", "a", "b", "c", "d")], form=code)
    first = turns[0]
    inside, outside = held[code == 0].mean(), held[code != 0].mean()
    needed = (0.5 - outside) / (inside - outside)
    assert (first.uncertainty, first.category, first.up) == ("form", "a", True)
    assert first.mean == pytest.approx((0.25, needed))
    assert first.divergence == pytest.approx(
        needed * np.log(needed / 0.25) + (1 - needed) * np.log((1 - needed) / 0.75)
    )
    assert np.isnan(first.median).all()


def test_a_choice_of_two_is_told_once():
    code = np.arange(COUNT) % 2
    held = np.where(code == 0, BELL < 1, BELL < -2)
    (found,) = turn(np.where(held, -1.0, 1.0), [make_choice("form", "a", "b")], form=code)
    assert (found.category, found.up) == ("b", False)


def test_the_nearest_change_comes_first_and_few_are_told():
    columns = {f"u{i}": BELL * (i == 0) + RNG.normal(size=COUNT) * (0.2 + i * (i < 5)) for i in range(1, 8)}
    columns["u0"] = BELL
    turns = turn(1 - BELL, [make_number(name) for name in columns], **columns)
    assert turns[0].uncertainty == "u0"
    assert len(turns) <= MOST
    sizes = [one.divergence for one in turns]
    assert sizes == sorted(sizes)


def test_what_has_nothing_to_do_with_a_verdict_does_not_turn_it():
    assert turn(np.where(NOISE < 1, -1.0, 1.0), [make_number("heat")], heat=BELL) == ()


def test_a_verdict_that_only_an_unbelievable_change_would_turn_is_not_turned():
    assert turn(2.6 - BELL, [make_number("heat")], heat=BELL) == ()  # fewer than 32 futures would be left


def test_what_holds_everywhere_is_not_turned_by_anything():
    assert turn(np.full(COUNT, -1.0), [make_number("heat")], heat=BELL) == ()


def test_what_never_varies_cannot_be_believed_otherwise():
    fixed = [make_number("fixed"), make_choice("form", "a", "b")]
    assert turn(1 - BELL, fixed, fixed=np.full(COUNT, 3.0), form=np.zeros(COUNT)) == ()


def test_a_verdict_at_one_half_needs_no_change():
    (found,) = turn(-BELL, [make_number("heat")], heat=BELL)
    assert found.divergence == pytest.approx(0, abs=1e-6)
    assert found.effective == pytest.approx(COUNT)


def test_the_first_of_several_crossings_is_the_one():
    share_of = np.where(np.abs(BELL) < 0.6, -1.0, 1.0)  # holds in the middle: never in most, whatever the tilt
    assert turn(share_of, [make_number("heat")], heat=BELL) == ()
    wide = np.where((BELL > 0.5) & (BELL < 2.5), -1.0, 1.0)
    (found,) = turn(wide, [make_number("heat")], heat=BELL)
    assert 0.4 < found.mean[1] < 0.8


def test_unknown_futures_are_left_out_of_the_share():
    change = 1 - BELL
    change[NOISE > 0.5] = np.nan
    (found,) = turn(change, [make_number("heat")], heat=BELL)
    assert found.mean[1] == pytest.approx(1, abs=0.1)


def test_a_change_is_measured_from_what_the_view_believes():
    case = claim_case(make_part())
    weighted = np.exp(0.8 * BELL)
    weights = make_weights(case, COUNT, view_weights=np.stack([np.ones(COUNT), weighted / weighted.mean()]))
    verdict = judge(1.2 - BELL, case, weights)
    futures, known = make_futures(heat=BELL), [make_number("heat")]
    (mixture,) = find_turns([verdict], known, futures, weights)[verdict.key]
    (grim,) = find_turns([verdict], known, futures, weights, "grim")[verdict.key]
    assert mixture.divergence == pytest.approx(1.2**2 / 2, rel=0.05)
    assert grim.divergence == pytest.approx(0.4**2 / 2, rel=0.1)  # who believes in 0.8 has less far to go
    assert grim.mean == pytest.approx((0.8, 1.2), abs=0.05)


def test_a_view_whose_verdict_is_refused_has_no_turns():
    case = claim_case(make_part())
    few = np.zeros(COUNT)
    few[:16] = COUNT / 16
    weights = make_weights(case, COUNT, view_weights=np.stack([np.ones(COUNT), few]))
    verdict = judge(1 - BELL, case, weights)
    assert find_turns([verdict], [make_number("heat")], make_futures(heat=BELL), weights, "grim") == {verdict.key: ()}
    assert find_turns([], [make_number("heat")], make_futures(heat=BELL), weights) == {}


def test_equal_values_have_equal_scores_and_the_middle_of_their_ranks():
    scores = find_score(np.array([5.0, 1.0, 5.0, 9.0]), np.full(4, 0.25))
    assert scores[0] == scores[2] == pytest.approx(NormalDist().inv_cdf(0.5))
    assert scores[1] == -scores[3] == pytest.approx(NormalDist().inv_cdf(0.125))


def test_what_weighs_nothing_has_no_score():
    belief = np.array([0.5, 0.0, 0.5])
    np.testing.assert_array_equal(find_score(np.array([1.0, 2.0, 3.0]), belief)[1], 0)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.01, 10), min_size=8, max_size=8), st.floats(-3, 3))
def test_no_tilt_changes_nothing_and_tilting_back_undoes_it(weights, tilt):
    belief = np.array(weights) / np.sum(weights)
    score = find_score(np.arange(8.0), belief)
    np.testing.assert_allclose(tilt_weights(belief, score, 0.0), belief)
    np.testing.assert_allclose(tilt_weights(tilt_weights(belief, score, tilt), score, -tilt), belief, rtol=1e-9)
    assert find_divergence(belief, belief) == pytest.approx(0, abs=1e-12)
    assert find_divergence(tilt_weights(belief, score, tilt), belief) >= -1e-12


@settings(max_examples=20, deadline=None)
@given(st.floats(0.1, 2.0), st.floats(0.01, 0.5))
def test_the_further_the_tilt_the_larger_the_divergence(tilt, more):
    score = find_score(BELL, EVEN)
    near, far = (find_divergence(tilt_weights(EVEN, score, each), EVEN) for each in (tilt, tilt + more))
    assert far > near


def test_a_tilted_weighing_is_the_nearest_with_its_mean():
    score = find_score(BELL, EVEN)
    tilted = tilt_weights(EVEN, score, 0.7)
    for other in (np.abs(BELL), NOISE**2):
        moved = tilted * (1 + 0.05 * (other - tilted @ other))
        moved *= np.exp((tilted @ score - moved @ score / moved.sum()) * score)  # about the same mean of the score
        moved = np.maximum(moved, 0) / np.maximum(moved, 0).sum()
        gap = abs(moved @ score - tilted @ score)
        assert find_divergence(moved, EVEN) > find_divergence(tilted, EVEN) - 1.5 * gap
