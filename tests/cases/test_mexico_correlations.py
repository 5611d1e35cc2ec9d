"""What moves together in the Mexico case: as the ledger says, and under every view."""

import pytest
from scipy.stats import spearmanr

from crossroads.case.files import load
from crossroads.case.joints import find_joints
from crossroads.case.records import by_id
from crossroads.sampling.beliefs import view_ratios
from crossroads.sampling.futures import sample


@pytest.fixture(scope="module")
def case():
    return load("mexico")


@pytest.fixture(scope="module")
def futures(case):
    return sample(case, 6144)


def test_a_rupture_and_the_intensity_of_strikes_are_two_joints(case):
    members = {frozenset(joint.members) for joint in find_joints(case)}
    assert any({"clash_prob", "coop_loss_force", "trade_shock_prob"} <= joint for joint in members)
    assert any({"strike_suppression", "civilian_share"} <= joint for joint in members)


def test_every_correlation_rests_on_an_entry_that_is_marked_judgement(case):
    ledger = by_id(case.evidence)
    for correlation in case.correlations:
        assert any(ledger[name].needs_mark for name in correlation.evidence), correlation.id


@pytest.mark.parametrize("view", [0, 1, 2])
def test_futures_of_every_view_move_together_as_declared(case, futures, view):
    mine = futures.view == view
    for joint in find_joints(case):
        for i, one in enumerate(joint.members):
            for j, other in enumerate(joint.members[:i]):
                found = spearmanr(futures.column(one)[mine], futures.column(other)[mine])[0]
                assert found == pytest.approx(joint.ranks[i][j], abs=0.1), (one, other)


def test_more_suppression_goes_with_more_civilians_among_the_dead(case):
    """Suppression is a change below zero: a lower number suppresses more."""
    declared = next(one for one in case.correlations if "strike_suppression" in one.between)
    suppression = by_id(case.uncertainties)["strike_suppression"].distribution
    assert suppression.bounds()[1] <= 0
    assert declared.rank < 0


def test_weights_of_the_three_views_stay_within_their_bound(case, futures):
    ratios = view_ratios(case, futures)
    assert 0 <= ratios.min() <= ratios.max() <= 3 + 1e-9
    assert abs(ratios.mean(axis=1) - 1).max() < 0.1
