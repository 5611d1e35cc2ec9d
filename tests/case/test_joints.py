import pytest

from crossroads.case.distributions.copula import factor_ranks
from crossroads.case.files import load
from crossroads.case.joints import find_joints, list_pairs
from crossroads.case.records import Case, Correlation
from crossroads.errors import CrossroadsError

TOWN = load("toy")


def join(*pairs: tuple[float, tuple[str, ...]]) -> Case:
    """The toy case with correlations c0, c1, ..."""
    found = tuple(
        Correlation(id=f"c{i}", between=between, rank=rank, meaning="M.") for i, (rank, between) in enumerate(pairs)
    )
    return TOWN.model_copy(update={"correlations": found})


def test_a_case_without_correlations_has_no_joints():
    assert find_joints(TOWN) == ()


def test_members_stand_in_the_order_of_the_case_however_they_are_named():
    one, two = (find_joints(join((0.4, names))) for names in (("growth", "flood_rate"), ("flood_rate", "growth")))
    assert one == two
    (joint,) = one
    assert joint.members == ("flood_rate", "growth")
    assert joint.ranks == ((1, 0.4), (0.4, 1))


def test_uncertainties_joined_through_another_are_one_joint():
    (joint,) = find_joints(join((0.4, ("flood_rate", "overrun")), (-0.2, ("overrun", "growth"))))
    assert joint.members == ("flood_rate", "growth", "overrun")
    assert joint.correlations == ("c0", "c1")
    assert joint.ranks == ((1, 0, 0.4), (0, 1, -0.2), (0.4, -0.2, 1))


def test_uncertainties_that_share_nothing_are_joints_apart():
    first, second = find_joints(join((0.4, ("growth", "overrun")), (0.1, ("homes_hit", "flood_rate"))))
    assert (first.members, first.correlations) == (("flood_rate", "homes_hit"), ("c1",))
    assert (second.members, second.correlations) == (("growth", "overrun"), ("c0",))


def test_every_pair_of_three_has_the_declared_rank():
    (joint,) = find_joints(join((0.3, ("growth", "overrun", "homes_hit"))))
    assert joint.ranks == ((1, 0.3, 0.3), (0.3, 1, 0.3), (0.3, 0.3, 1))


def test_unknown_names_are_left_to_the_rules():
    (joint,) = find_joints(join((0.3, ("growth", "rain", "overrun")), (0.2, ("rain", "snow"))))
    assert joint.members == ("growth", "overrun")


def test_what_cannot_hold_together_says_how_far_it_could():
    (joint,) = find_joints(join((-0.9, ("growth", "overrun", "homes_hit"))))
    size = joint.find_possible_size()
    possible = [factor_ranks([[1 if a == 1 else a * s / 100 for a in row] for row in joint.ranks]) for s in range(101)]
    assert size == max(s for s in range(101) if possible[s] is not None)
    assert 40 < size < 60
    with pytest.raises(CrossroadsError, match="c0 cannot all hold"):
        _ = joint.copula


def test_what_can_hold_together_holds_whole():
    (joint,) = find_joints(join((0.9, ("growth", "overrun", "homes_hit"))))
    assert joint.find_possible_size() == 100
    assert len(joint.copula.factor) == 3


def test_pairs_are_listed_once_each():
    assert list(list_pairs(("a", "b", "c"))) == [frozenset("ab"), frozenset("ac"), frozenset("bc")]
    assert list(list_pairs(("a", "b", "a"))) == [frozenset("ab")]
    assert list(list_pairs(("a",))) == []
