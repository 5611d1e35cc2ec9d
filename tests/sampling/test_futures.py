import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossroads.case.files import load
from crossroads.case.records import View
from crossroads.errors import CrossroadsError
from crossroads.sampling import futures as futures_module
from crossroads.sampling.futures import REPLICATES, sample

TOWN = load("toy")
ONE_VIEW = TOWN.model_copy(update={"views": TOWN.views[:1]})
THREE_VIEWS = TOWN.model_copy(
    update={"views": (*TOWN.views, View(id="third", name="Third", meaning="As it is."))}
)


def test_a_smaller_design_is_the_beginning_of_a_larger_one():
    large = sample(TOWN, 1024)
    for count in (32, 64, 256, 512):
        small, start = sample(TOWN, count), large.first(count)
        assert np.array_equal(small.values, start.values)
        assert np.array_equal(small.view, start.view)
        assert np.array_equal(small.replicate, start.replicate)


@pytest.mark.parametrize("case", [ONE_VIEW, TOWN, THREE_VIEWS], ids=["1 view", "2 views", "3 views"])
def test_every_view_and_replicate_holds_the_same_power_of_two(case):
    futures = sample(case, len(case.views) * REPLICATES * 8)
    cells, counts = np.unique(np.stack([futures.view, futures.replicate]), axis=1, return_counts=True)
    assert cells.shape[1] == len(case.views) * REPLICATES
    assert set(counts) == {8}
    assert futures.view[:4].tolist() == [i % len(case.views) for i in range(4)]


@pytest.mark.parametrize("view", [0, 1])
def test_each_view_has_its_own_margins(view):
    futures = sample(TOWN, 2048)
    mine = futures.values[futures.view == view]
    for j, uncertainty in enumerate(TOWN.uncertainties):
        shape = TOWN.views[view].beliefs.get(uncertainty.id, uncertainty.distribution)
        if shape.measure == "categorical":
            assert mine[:, j].mean() == pytest.approx(shape.mean(), abs=0.01)
            continue
        levels = np.sort(shape.cdf(mine[:, j]))
        assert np.abs(levels - (np.arange(1024) + 0.5) / 1024).max() < 0.01


def test_every_value_lies_within_the_bounds_of_its_view():
    futures = sample(TOWN, 512)
    for v, view in enumerate(TOWN.views):
        for uncertainty in TOWN.uncertainties:
            low, high = view.beliefs.get(uncertainty.id, uncertainty.distribution).bounds()
            values = futures.column(uncertainty.id)[futures.view == v]
            assert (values >= low).all()
            assert (values <= high).all()


def test_replicates_are_different_and_each_is_even():
    futures = sample(ONE_VIEW, REPLICATES * 16)
    growth = next(each for each in TOWN.uncertainties if each.id == "growth").distribution
    levels = growth.cdf(futures.column("growth"))
    rows = np.stack([np.sort(levels[futures.replicate == r]) for r in range(REPLICATES)])
    assert len(np.unique(rows[:, 0])) == REPLICATES
    assert (np.floor(rows * 16) == np.arange(16)).all()


def test_a_view_does_not_move_the_futures_of_another():
    two, three = sample(TOWN, 64), sample(THREE_VIEWS, 96)
    assert np.array_equal(two.values[two.view == 1], three.values[three.view == 1])


def test_the_seed_is_all_that_chance_depends_on():
    assert np.array_equal(sample(TOWN, 64, seed=3).values, sample(TOWN, 64, seed=3).values)
    assert not np.array_equal(sample(TOWN, 64, seed=3).values, sample(TOWN, 64, seed=4).values)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 5000))
def test_a_count_that_cannot_be_shared_names_the_nearest_that_can(count):
    good = {32 << m for m in range(9)}
    if count in good:
        assert len(sample(TOWN, count)) == count
        return
    with pytest.raises(CrossroadsError) as caught:
        sample(TOWN, count)
    offered = [int(word.strip(".")) for word in str(caught.value).split() if word.strip(".").isdigit()][-2:]
    assert set(offered) <= good
    assert min(offered) < max(count, 33)
    assert max(offered) > count


def test_the_default_count_fits_three_views():
    assert len(sample(THREE_VIEWS)) == 1536


def test_futures_are_read_by_name_and_cannot_be_changed():
    futures = sample(TOWN, 32)
    assert np.array_equal(futures.column("growth"), futures.values[:, 2])
    with pytest.raises(KeyError, match="known: flood_rate"):
        futures.column("rain")
    with pytest.raises(ValueError, match="read-only"):
        futures.values[0, 0] = 1
    with pytest.raises(CrossroadsError, match="32 futures, not 33"):
        futures.first(33)
    assert futures.names == tuple(each.id for each in TOWN.uncertainties)


def test_a_case_without_views_or_without_uncertainties_says_so_or_works():
    with pytest.raises(CrossroadsError, match="no views"):
        sample(TOWN.model_copy(update={"views": ()}), 32)
    assert sample(TOWN.model_copy(update={"uncertainties": ()}), 32).values.shape == (32, 0)


@pytest.fixture
def home(monkeypatch, tmp_path):
    """A cache with nothing in it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "crossroads" / "futures"


@pytest.fixture
def draws(monkeypatch):
    """Seeds that were drawn, one entry a design."""
    seen = []
    draw = futures_module._draw_all

    def count(case, shape, seed):
        seen.append(seed)
        return draw(case, shape, seed)

    monkeypatch.setattr(futures_module, "_draw_all", count)
    return seen


@pytest.mark.parametrize("case", [ONE_VIEW, TOWN, THREE_VIEWS], ids=["1 view", "2 views", "3 views"])
def test_futures_drawn_before_come_back_bit_for_bit(home, draws, case):
    count = len(case.views) * REPLICATES * 4
    first, second = sample(case, count, 7), sample(case, count, 7)
    assert draws == [7]
    assert first.values.tobytes() == second.values.tobytes()
    assert (second.values.dtype, second.values.shape) == (np.float64, (count, len(case.uncertainties)))
    assert not second.values.flags.writeable


def test_another_seed_size_belief_or_name_is_drawn_anew(home, draws):
    narrower = TOWN.views[1].model_copy(update={"beliefs": {}})
    renamed = TOWN.views[1].model_copy(update={"id": "another"})
    for case, count, seed in (
        (TOWN, 32, 1),
        (TOWN, 32, 2),
        (TOWN, 64, 1),
        (TOWN.model_copy(update={"views": (TOWN.views[0], narrower)}), 32, 1),
        (TOWN.model_copy(update={"views": (TOWN.views[0], renamed)}), 32, 1),
        (TOWN.model_copy(update={"uncertainties": TOWN.uncertainties[::-1]}), 32, 1),
    ):
        sample(case, count, seed)
    assert len(draws) == 6
    sample(TOWN.model_copy(update={"title": "Another title"}), 32, 1)
    assert len(draws) == 6


def test_the_generator_and_its_libraries_are_part_of_what_is_kept(home, draws, monkeypatch):
    sample(TOWN, 32)
    monkeypatch.setattr(futures_module, "version", lambda name: "0.0")
    sample(TOWN, 32)
    monkeypatch.setattr(futures_module, "hash_room", lambda folder: f"edited {folder.name}")
    sample(TOWN, 32)
    assert len(draws) == 3


def test_damaged_futures_are_drawn_anew(home, draws):
    whole = sample(TOWN, 32).values
    (file,) = home.iterdir()
    good = file.read_bytes()
    for bad in (b"", good[:-8], good[:-1] + bytes([good[-1] ^ 1])):
        file.write_bytes(bad)
        assert np.array_equal(sample(TOWN, 32).values, whole)
        assert file.read_bytes() == good
    assert len(draws) == 4


def test_a_large_design_is_not_kept(home, draws, monkeypatch):
    monkeypatch.setattr(futures_module, "_MOST_KEPT", 64 * len(TOWN.uncertainties))
    for count in (64, 128, 128):
        sample(TOWN, count)
    assert len(draws) == 3
    assert len(list(home.iterdir())) == 1


def test_what_is_held_has_one_value_and_all_else_keeps_its_own():
    futures = sample(TOWN, 64)
    held = futures.hold({"growth": -0.25, "ground": 1})
    assert (held.column("growth") == -0.25).all()
    assert (held.column("ground") == 1).all()
    for name in set(futures.names) - {"growth", "ground"}:
        assert np.array_equal(held.column(name), futures.column(name))
    assert np.array_equal(futures.values, sample(TOWN, 64).values)
    assert not held.values.flags.writeable
    assert (held.seed, held.views) == (futures.seed, futures.views)
    with pytest.raises(KeyError, match="no uncertainty named weather"):
        futures.hold({"weather": 1})
